"""The manifest of a record: read strictly, written whole.

A person may have edited it, a disk may have damaged it, and a folder may come from a stranger. So
nothing of a record is believed before every key of its manifest has the type that is due, and
before its checksum holds.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, NoReturn

from pydantic import BeforeValidator, Field, model_validator

from simulation.inputs.problems import Problem, Problems
from simulation.inputs.validation import (
    Day,
    FileEntry,
    Text,
    Truth,
    Within,
    WrittenNumber,
    Wrong,
    text_from,
    validated,
)
from simulation.inputs.yaml_reader import Loaded, shown
from simulation.numerics.dates import quarter_of
from simulation.record.ownership import written_whole
from simulation.scenario.inheritance import NAME

MANIFEST = "manifest.json"
FINISHED = "finished"
UNFINISHED = "unfinished"
VERSION = 3
"""Version of the manifest's form, and with it of the folder's; earlier ones are read as well.

Version 2 came with `parameters.parquet`; records made before it was written are of version 1.
Version 3 notes what the libraries use of the processor, and what changed while a batch was made.
"""

_LARGEST = 1 << 24
"""Bytes of a manifest at most; that of all scenarios takes a thousandth of it."""
_MOST_DIGITS = 300
"""Digits of a whole number at most; more are no seed that anybody gave."""
_REMEDY = "put it back as it was written, or name another batch, or make one; nothing was touched"


def _name_from(value: Any) -> str:
    """The name of a scenario, which is the name of a file as well."""
    name = text_from(value)
    if not NAME.fullmatch(str(value)):
        raise Wrong(f"'{name}' is no name that a file can have", alone=True)
    return name


def _file_from(value: Any) -> str:
    """A file inside the folder."""
    name = text_from(value)
    if PurePosixPath(name).is_absolute() or ".." in name.split("/") or "\\" in name:
        raise Wrong(f"'{name}' is no file inside the folder", alone=True)
    return name


def _filled(value: Any) -> Any:
    """A list that holds something."""
    if value == []:
        raise Wrong("is empty")
    return value


def _quarter_from(value: Any) -> str:
    """A quarter that can be the last one."""
    name = text_from(value)
    if quarter_of(name) < 0:
        raise Wrong(f"is {name}, before the start, 2001Q3")
    return name


_Count = Annotated[int, Within(0, None, "a whole number of 0 or more is due", whole=True)]
_Several = Annotated[int, Within(1, None, "a whole number of 1 or more is due", whole=True)]
_Seconds = Annotated[float, Within(0, None, "seconds of 0 or more are due")]
_Name = Annotated[str, BeforeValidator(_name_from)]
_File = Annotated[str, BeforeValidator(_file_from)]
_Quarter = Annotated[str, BeforeValidator(_quarter_from)]


class _Outcome(FileEntry):
    description: Text
    unit: str
    kind: Text
    headline: Truth
    head: str = ""
    region: str = ""
    matters: WrittenNumber = 0.0
    about: dict[str, str] = Field(default_factory=dict)


class _Variable(FileEntry):
    description: Text
    unit: str
    axes: list[str]
    low: WrittenNumber | None
    high: WrittenNumber | None


class _GitState(FileEntry):
    commit: Text
    changed: Truth


class Manifest(FileEntry):
    """What a manifest says, and of which type each of it is.

    Some keys came later than the rest; a record from before has none of them.
    """

    version: Literal[1, 2, 3] = 1
    status: Literal["unfinished", "finished"]
    created: Text
    scenarios: Annotated[list[_Name], BeforeValidator(_filled)]
    baseline: _Name
    seed: _Count
    first_run: _Count
    runs: _Several
    chunk: _Several
    until: _Quarter
    trajectories: _Count
    parameters: Text
    parameters_told: str = ""
    posterior_hash: str | None = None
    settings: list[str]
    history_until: Day | None = None
    precision: dict[str, WrittenNumber]
    precise: Truth | None
    ladder: Annotated[list[_Several], BeforeValidator(_filled)]
    scenario_files: dict[str, Text]
    scenario_hashes: dict[str, Text]
    catalogue_hash: Text
    plugins: dict[str, Text] = Field(default_factory=dict)
    versions: dict[str, str]
    cpu: str
    cpus: _Several
    system: str
    features: dict[str, list[str]] = Field(default_factory=dict)
    changes: list[str] = Field(default_factory=list)
    git: _GitState | None
    wall_time: _Seconds
    outcomes: dict[str, _Outcome]
    states: dict[str, dict[str, list[str]]] = Field(default_factory=dict)
    variables: dict[str, _Variable]
    files: dict[_File, Text]

    @model_validator(mode="after")
    def _agrees(self) -> Manifest:
        """What is said of the scenarios is said of the same ones everywhere."""
        if len(set(self.scenarios)) < len(self.scenarios):
            raise Wrong("'scenarios' names one twice", alone=True)
        if self.baseline not in self.scenarios:
            raise Wrong(f"'baseline' is '{self.baseline}', which is no scenario here", alone=True)
        for key in ("scenario_files", "scenario_hashes"):
            if set(getattr(self, key)) != set(self.scenarios):
                raise Wrong(f"'{key}' is not about the scenarios that are listed", alone=True)
        return self


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """What the manifest of a folder says; None where there is none.

    Raises:
        Problems: it cannot be read, a key is missing or has the wrong type, or it was changed.
    """
    file = folder / MANIFEST
    if not file.exists():
        return None
    loaded = Loaded(file, shown(file))
    try:
        loaded.data = _parsed(file)
    except OSError as error:
        _refuse(loaded, f"cannot be read: {error.strerror or error}")
    except (ValueError, RecursionError) as error:
        _refuse(loaded, f"is no manifest: {_reason(error)}")
    if not isinstance(loaded.data, dict):
        _refuse(loaded, "is no manifest: a mapping is due")
    given = dict(loaded.data)
    checksum, version = given.pop("checksum", None), given.get("version", 1)
    if isinstance(version, int) and version > VERSION:
        message = f"is of version {version}, and versions up to {VERSION} are known here"
        raise Problems([Problem(loaded.name, None, message, "use the Heartland that wrote it")])
    found = validated(Manifest, given, loaded)
    if found is None:
        raise Problems(_with_remedy(loaded.problems))
    if (checksum is not None or "version" in given) and checksum != _checksum(given):
        _refuse(loaded, "was changed after it was written: its checksum does not hold")
    manifest = found.model_dump()
    manifest["history_until"] = found.history_until and found.history_until.isoformat()
    return manifest


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Put the manifest into its folder, whole or not at all, with its checksum."""
    whole = {**manifest, "checksum": _checksum(manifest)}
    text = json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
    with written_whole(folder / MANIFEST, lasting=True) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def _checksum(manifest: dict[str, Any]) -> str:
    """A hash over everything that a manifest says, in whatever order."""
    text = json.dumps(manifest, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _parsed(file: Path) -> Any:
    """What a file of JSON says."""
    if not file.is_file():
        raise ValueError("it is no regular file")
    if file.stat().st_size > _LARGEST:
        raise ValueError(f"it has more than {_LARGEST:,} bytes")
    text = file.read_bytes().decode("utf-8")
    data = json.loads(
        text, object_pairs_hook=_mapping, parse_int=_whole_number, parse_constant=_no_constant
    )
    json.dumps(data, ensure_ascii=False).encode()  # half a character, as "\ud800", has no bytes
    return data


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, _ in pairs if sum(key == other for other, _ in pairs) > 1)
        raise ValueError(f"the key '{twice}' stands there twice")
    return found


def _whole_number(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"a number of {len(text):,} digits")
    return int(text)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _reason(error: ValueError | RecursionError) -> str:
    """Why a text is no JSON, in plain words."""
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno} is no JSON"
    if isinstance(error, UnicodeError):
        return "it is not UTF-8 text"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _refuse(loaded: Loaded, message: str) -> NoReturn:
    raise Problems(_with_remedy([Problem(loaded.name, None, message)])) from None


def _with_remedy(problems: list[Problem]) -> list[Problem]:
    """The remedy is the same for all: it stands under the last."""
    *others, last = problems
    hint = _REMEDY if last.hint is None else f"{last.hint}\n  {_REMEDY}"
    return [*others, last._replace(hint=hint)]
