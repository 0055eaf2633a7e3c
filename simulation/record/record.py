"""The record of a batch: a folder of Parquet files, a manifest, the resolved scenarios."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import yaml

from simulation.evidence.catalogue import Catalogue, listed, load_catalogue
from simulation.inputs.cards import card
from simulation.inputs.files import (
    Unreadable,
    contents,
    first_line,
    flush,
    is_file,
    text_of,
)
from simulation.inputs.invocation import program
from simulation.inputs.places import CHECKOUT
from simulation.inputs.problems import Problem, Problems, did_you_mean, nearest
from simulation.inputs.validation import FrozenText
from simulation.inputs.yaml_reader import Loaded, parsed_yaml, shown
from simulation.numerics.dates import first_day, quarter_of
from simulation.numerics.memory import is_wanting
from simulation.record.bands import AXES, DIFFERENCE, INFLUENCE, LEVELS
from simulation.record.common_states import further_columns
from simulation.record.kept_numbers import (
    BY_RUN,
    DRAWN_BY_RUN,
    GIVEN_BY_RUN,
    METADATA,
    PARAMETERS_FILE,
    KeptNumbers,
    drawn_again,
    read_columns,
    read_numbers,
    why_not_drawn_again,
)
from simulation.record.manifest import FINISHED, MANIFEST, read_manifest
from simulation.record.ownership import written_whole
from simulation.record.provenance import file_hash
from simulation.scenario.additions import added_in
from simulation.scenario.inheritance import list_scenarios
from simulation.scenario.resolved import checked_resolved

if TYPE_CHECKING:
    import pandas as pd

pa.set_memory_pool(pa.system_memory_pool())  # the heap that keeps what is freed

DIFFERENCES_FILE = "differences.parquet"
ROW_GROUP = 65_536
LARGEST_COMPARISON = 256 << 20
"""Bytes of `comparison.csv` at most: some two million rows."""
AHEAD = 8
"""Row groups that wait to be written at most; one takes some three megabytes."""

_RUN = [pa.field("scenario", pa.string(), False), pa.field("run", pa.int64(), False)]
_WHEN = pa.field("quarter", pa.string(), False)
_WHAT = [pa.field("variable", pa.string(), False), *(pa.field(axis, pa.string()) for axis in AXES)]
_VALUE = pa.field("value", pa.float64(), False)

TRAJECTORIES_SCHEMA = pa.schema(
    [_RUN[0], _WHEN, *_WHAT, *(pa.field(name, pa.float64()) for name in ("mean", *LEVELS))]
)
EVENTS_SCHEMA = pa.schema(
    [
        *_RUN,
        _WHEN,
        pa.field("phase", pa.string(), False),
        pa.field("kind", pa.string(), False),
        *(pa.field(name, pa.string()) for name in ("actor", "counterpart", "object")),
        _VALUE,
    ]
)
PATHS_SCHEMA = pa.schema([*_RUN, _WHEN, *_WHAT, _VALUE])
_OF_EVENTS = ["phase", "kind", "actor", "counterpart", "object"]
IN_FEW_WORDS = ["scenario", "quarter", "outcome", *(each.name for each in _WHAT), *_OF_EVENTS]
"""Columns of words, which are the same few in many rows."""
_DESCRIBED = {
    "scenario": "The scenario.",
    "run": "Number of the run; run i is the same world in every scenario.",
    "quarter": "The calendar quarter, such as 2001Q3.",
    "date": "The day on which the quarter begins.",
    "variable": "What is measured; `variables` says what each is, and in which unit.",
    "power": "Which power, where the variable has one.",
    "state": "Which state, where the variable has one.",
    "channel": "Which channel of influence, where the variable has one.",
    "organization": "Which organization, where the variable has one.",
    "installation": "Which installation, where the variable has one.",
    "project": "Which project, where the variable has one.",
    "mean": "The mean over runs, in the unit of the variable.",
    **{level: f"The {share:.0%} quantile, in the unit of the variable." for level, share in
       LEVELS.items()},
    "outcome": "The outcome; the manifest says what each is, and in which unit.",
    "pairs": "Pairs of runs in which both have a value.",
    "baseline_mean": "The mean in the baseline, in the unit of the outcome.",
    "scenario_mean": "The mean in the scenario, in the unit of the outcome.",
    "difference": "The mean paired difference, scenario less baseline.",
    "low": "Lower end of its 95% interval, which holds over all quarters of an outcome together.",
    "high": "Upper end of that interval.",
    "share_above_zero": "Share of pairs in which the scenario is higher.",
    "share_below_zero": "Share of pairs in which the scenario is lower.",
    "phase": "The part of the quarter in which it happened.",
    "kind": "What happened.",
    "actor": "Who did it, or to whom it happened.",
    "counterpart": "With whom, or against whom.",
    "object": "Over what: an installation, a project, an organization.",
    "value": "In the unit of the variable.",
}  # fmt: skip
"""What each column says; outcomes and parameters have descriptions of their own."""

_WORTH = (
    "Of open_base, keep_base and event_set_rent the rent, and of review and serve_notice the price "
    "to stay, in US$ million a year; of deal its amount, in US$ million; of withhold_aid a share; "
    "of admit 1 for an observer and 2 for a full member; else 0."
)
"""What `value` says of an event."""

COMPARED = {
    **dict.fromkeys(("scenario", "outcome", "unit", "kind", "baseline", "states"), pa.string()),
    **dict.fromkeys(("headline", "told_from_zero"), pa.bool_()),
    **dict.fromkeys(("pairs", "runs_up", "runs_down"), pa.int64()),
}
"""Columns of `comparison.csv` that do not hold a measured number."""


def outcomes_schema(names: list[str]) -> pa.Schema:
    """Columns of `outcomes.parquet`."""
    return pa.schema([*_RUN, *(pa.field(name, pa.float64()) for name in names)])


def parameters_schema(columns: list[str]) -> pa.Schema:
    """Columns of `parameters.parquet`."""
    return pa.schema([_RUN[1], *(pa.field(name, pa.float32(), False) for name in columns)])


def column_notes(columns: Collection[str], manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What columns hold, as it stands in the metadata of a file: description, and unit if any.

    Args:
        columns: names of columns.
        manifest: where outcomes and variables are declared.
    """
    outcomes = manifest.get("outcomes", {})
    regions = {name: each.get("region", "") for name, each in outcomes.items()}
    further = further_columns(manifest.get("states") or {}, regions)
    found: dict[str, Any] = {"columns": {}}
    for name in columns:
        if name in outcomes:
            told = {key: outcomes[name][key] for key in ("description", "unit")}
        elif name in further:
            outcome, states = further[name]
            told = {key: outcomes[outcome][key] for key in ("description", "unit")}
            told["description"] += f", read without {listed(states)}"
        else:
            told = {"description": _DESCRIBED[name]}
        found["columns"][name] = told
    if "kind" in columns:
        found["columns"]["value"] = {"description": _WORTH}
    if "variable" in columns:
        found["variables"] = {
            name: {key: each[key] for key in ("description", "unit")}
            for name, each in manifest.get("variables", {}).items()
        }
        if INFLUENCE in found["variables"]:
            unit = found["variables"][INFLUENCE]["unit"]
            words = "Paired difference from the baseline, run by run, of a power's influence."
            found["variables"][DIFFERENCE] = {"description": words, "unit": unit}
    return found


class Record:
    """A results folder, read.

    Attributes:
        path: the folder.
        manifest: what is needed to run it again, as a mapping.

    Whoever has just written the scenarios gives them as `resolved`, by name; they are not read.
    """

    def __init__(
        self,
        path: Path,
        manifest: dict[str, Any],
        resolved: Mapping[str, dict[str, Any]] | None = None,
    ):
        self.path = path
        self.manifest = manifest
        self._resolved = {**(resolved or {})}

    @classmethod
    def open(
        cls,
        path: str | Path | None = None,
        results: str | Path = "results",
        verify: bool = True,
    ) -> Record:
        """Open a batch by its folder or by its name in `results`; the newest one by default.

        Args:
            path: the folder, or its name.
            results: where batches lie.
            verify: whether the files of a finished batch are read once and held against their
                hashes; whoever has just done so need not.

        Raises:
            Problems: there is no such batch, its manifest is damaged, or a file is not what the
                batch wrote.
        """
        if path is None:
            return newest(results)._checked(verify)
        given = Path(path)
        for folder in (given, results_directory(results) / given):
            manifest = read_manifest(folder)
            if manifest is not None:
                return cls(folder, manifest)._checked(verify)
        raise Problems([_no_batch(str(path), results)])

    def __repr__(self) -> str:
        runs = self.manifest.get("runs")
        return f"<Record {self.path}: {len(self.scenarios)} scenarios, {runs} runs each>"

    def _repr_html_(self) -> str:
        """What a notebook shows of the record."""
        get = self.manifest.get
        lines = {
            "Folder": self.path,
            "Status": get("status"),
            "Runs": f"{self.runs:,} of each scenario",
            "Seed": get("seed"),
            "Until": get("until"),
            "Numbers": get("parameters_told") or get("parameters"),
            **{name: self.resolved(name).get("title") for name in self.scenarios},
        }
        return card(f"Batch {self.path.name}", lines.items())

    @property
    def scenarios(self) -> list[str]:
        """Names of the scenarios, in order; the baseline comes first."""
        return list(self.manifest["scenarios"])

    @property
    def baseline(self) -> str:
        """The scenario that the others were paired with."""
        return str(self.manifest["baseline"])

    @property
    def runs(self) -> int:
        """How many runs each scenario has."""
        return int(self.manifest["runs"])

    @property
    def finished(self) -> bool:
        """Whether the batch came to its end."""
        return self.manifest.get("status") == FINISHED

    @property
    def catalogue_hash(self) -> str:
        """Hash of the evidence the batch was run with."""
        return str(self.manifest["catalogue_hash"])

    @property
    def followed(self) -> bool:
        """Whether outcomes were followed through time; records of before have no such file."""
        return is_file(Path(self.path) / DIFFERENCES_FILE)

    @cached_property
    def damaged(self) -> dict[str, str]:
        """Files that are not what the batch wrote, and what is wrong with each."""
        found = {}
        for name, expected in self.manifest.get("files", {}).items():
            file = self.path / name
            if not is_file(file):
                found[name] = "is missing" if not file.exists() else "is no regular file"
                continue
            try:
                if file_hash(file) != expected:
                    found[name] = "has other bytes than the batch wrote"
            except OSError as error:
                found[name] = f"cannot be read: {(error.strerror or str(error)).lower()}"
        return found

    def _checked(self, verify: bool) -> Record:
        """The same record, if its files are what the batch wrote, or are not to be looked at."""
        if not (verify and self.finished and self.damaged):
            return self
        *others, last = self.damaged.items()
        place = shown(self.path)
        hint = f"take it from the batch as it was made, or make it anew: {program()} replay {place}"
        hint += " --output DIR"
        problems = [Problem(f"{place}/{name}", None, reason) for name, reason in others]
        raise Problems([*problems, Problem(f"{place}/{last[0]}", None, last[1], hint)])

    @property
    def verified(self) -> bool:
        """Whether every file is there and is what the batch wrote."""
        return self.finished and not self.damaged

    @cached_property
    def _numbers(self) -> dict[str, KeptNumbers] | None:
        """What the runs of each scenario had; None where the record kept no numbers."""
        if self.manifest.get("version", 1) < 2:
            return None
        with readable(self._file(PARAMETERS_FILE)):
            return read_numbers(self.path)

    def resolved(self, scenario: str) -> dict[str, Any]:
        """A scenario as it was run: every value and where it came from.

        Of a number that varied it says "drawn by run" or "given by run"; `parameters` has them.
        """
        if scenario not in self._resolved:
            self._resolved[scenario] = _resolved(self.path / "scenarios" / f"{scenario}.yaml")
        return self._resolved[scenario]

    def resolved_before_drawing(self, scenario: str) -> dict[str, Any]:
        """A scenario as it was before numbers were drawn or given by run: as its file says it."""
        resolved = self.resolved(scenario)
        kept = {key: it for key, it in resolved["values"].items() if it["value"] not in BY_RUN}
        if len(kept) == len(resolved["values"]) or self._numbers is None:
            return resolved
        for key, (value, origin) in self._numbers[scenario].replaced.items():
            kept[key] = {"value": value, "from": origin}
        return {**resolved, "values": kept}

    @cached_property
    def evidence(self) -> Catalogue:
        """The evidence with what the scenarios add, to name everyone by."""
        found = load_catalogue()
        for scenario in reversed(self.scenarios):
            found = found.extended(added_in(self.resolved(scenario)))
        return found

    def varied(self, scenario: str | None = None) -> list[str]:
        """Full keys of the numbers that differed from run to run, in a scenario or in any.

        Raises:
            Problems: the batch is not finished, or kept no numbers and they cannot be drawn again.
        """
        names = self.scenarios if scenario is None else [scenario]
        if self._numbers is None:
            return sorted(
                {key for name in names for key in self._drawn_again(name).column_names[1:]}
            )
        return sorted({key for name in names for key in self._numbers[name].columns})

    def parameters(self, scenario: str | None = None) -> pd.DataFrame:
        """What each run had: a row a run, a column a number that was drawn or given by run.

        Numbers are those at the start; a dated `set` event acts from its quarter on. A batch from
        before they were kept draws them again.

        Args:
            scenario: which one's; the baseline's by default. What a scenario holds at a value is
                no column of it, but one of its `constants`.

        Raises:
            Problems: the batch is not finished, or kept no numbers and they cannot be drawn again.
        """
        frame = self.parameters_table(scenario or self.baseline).to_pandas().set_index("run")
        return _labelled(frame, {"columns": self._described_numbers(frame.columns)})

    def parameters_table(self, scenario: str) -> pa.Table:
        """What each run of a scenario had, as `parameters` tells it; the first column is the run.

        Raises:
            Problems: the batch is not finished, or kept no numbers and they cannot be drawn again.
        """
        if self._numbers is None:
            return self._drawn_again(scenario)
        with readable(self.path / PARAMETERS_FILE):
            return read_columns(self.path, self._numbers[scenario].columns)

    def constants(self, scenario: str | None = None) -> pd.Series:
        """Every number that was the same in all runs of a scenario, by full key.

        Args:
            scenario: which one's; the baseline's by default.
        """
        import pandas as pd

        name = scenario or self.baseline
        if self._numbers is None:
            values, varied = self.resolved(name).get("values") or {}, self.varied(name)
            constant = {key: it["value"] for key, it in values.items() if key not in varied}
        else:
            constant = dict(self._numbers[name].constant)
        return pd.Series(constant, name="value", dtype=float).rename_axis("parameter").sort_index()

    def outcomes(
        self, scenario: str | None = None, columns: list[str] | None = None
    ) -> pd.DataFrame:
        """Outcomes at the horizon: one row a scenario and run, which are the index.

        Args:
            scenario: that one's alone.
            columns: names of outcomes; all by default.
        """
        chosen = None if columns is None else ["scenario", "run", *columns]
        table = self.table("outcomes", columns=chosen, scenario=scenario)
        return self._frame(table).set_index(["scenario", "run"])

    def trajectories(
        self, scenario: str | None = None, variable: str | None = None
    ) -> pd.DataFrame:
        """Bands by quarter: mean and quantiles of every variable."""
        return self._frame(self.table("trajectories", scenario=scenario, variable=variable))

    def events(
        self, scenario: str | None = None, kind: str | None = None, run: int | None = None
    ) -> pd.DataFrame:
        """What happened, run by run."""
        return self._frame(self.table("events", scenario=scenario, kind=kind, run=run))

    def differences(self, scenario: str | None = None, outcome: str | None = None) -> pd.DataFrame:
        """How outcomes differ from the baseline at the end of each quarter, with intervals.

        Args:
            scenario: that one's alone.
            outcome: that one alone.
        """
        return self._frame(self.table("differences", scenario=scenario, outcome=outcome))

    def paths(self, scenario: str | None = None, variable: str | None = None) -> pd.DataFrame:
        """The first runs in full, in long form."""
        return self._frame(self.table("paths", scenario=scenario, variable=variable))

    def comparison(self) -> pd.DataFrame:
        """Paired differences from the baseline: one row a scenario and outcome."""
        return self.table("comparison").to_pandas()

    def table(
        self,
        name: str,
        columns: list[str] | None = None,
        numbered: bool = False,
        **wanted: str | int | None,
    ) -> pa.Table:
        """A table as its file has it, for programs that go over many rows.

        Args:
            name: "outcomes", "trajectories", "differences", "events", "paths" or "comparison".
            columns: those alone.
            numbered: whether words stay numbers with a dictionary, as they lie in the file.
            wanted: only the rows that have these values, by column.
        """
        if name == "comparison":
            return _compared(self.path / "comparison.csv")
        file = self._file(f"{name}.parquet")
        terms = [pc.field(key) == value for key, value in wanted.items() if value is not None]
        rows = None
        for term in terms:
            rows = term if rows is None else rows & term
        with readable(file):
            found = pq.read_table(file, columns=columns, filters=rows, read_dictionary=IN_FEW_WORDS)
        return found if numbered else found.cast(pa.schema([_said(each) for each in found.schema]))

    def _file(self, name: str) -> Path:
        """A file of the finished record."""
        file = self.path / name
        if not is_file(file):
            hint = f"finish it with: {program()} batch --resume {self.path}"
            raise Problems(
                [Problem(str(self.path), None, f"no {file.name}: the batch is not finished", hint)]
            )
        return file

    def _drawn_again(self, scenario: str) -> pa.Table:
        """The parameters of a scenario of a record that kept none."""
        reason = why_not_drawn_again(self)
        if reason is not None:
            raise Problems([Problem(str(self.path), None, reason)])
        return drawn_again(self, scenario)

    def _described_numbers(self, keys: Collection[str]) -> dict[str, Any]:
        if self._numbers is None:
            return described_numbers(keys, self.evidence)
        file = self.path / PARAMETERS_FILE
        with readable(file):
            told = json.loads(pq.read_metadata(file).metadata[METADATA.encode()])
            return {key: told["columns"][key] for key in keys if key in told["columns"]}

    def _frame(self, table: pa.Table) -> pd.DataFrame:
        """A table with words as categories, real dates, and what its columns hold."""
        import pandas as pd

        for place, field in enumerate(table.schema):
            if field.type == pa.string():
                table = table.set_column(place, field.name, table[field.name].dictionary_encode())
        frame = table.to_pandas()
        if "quarter" in frame:
            quarters = frame["quarter"].cat
            days = [first_day(quarter_of(name)) for name in quarters.categories]
            dates = pd.DatetimeIndex(days).as_unit("s").take(quarters.codes)
            frame.insert(frame.columns.get_loc("quarter") + 1, "date", dates)
        if "scenario" in frame:
            here = [*map(str, frame["scenario"].cat.categories)]
            order = [name for name in self.scenarios if name in here]
            frame["scenario"] = frame["scenario"].cat.set_categories(order)
        return _labelled(frame, column_notes([*frame.columns], self.manifest))


def described_numbers(keys: Collection[str], evidence: Catalogue) -> dict[str, Any]:
    """Description and unit of the parameters of the evidence among some full keys."""
    declared = {key: evidence.declaration_of(key) for key in keys}
    return {
        key: {"description": it.description, "unit": it.unit} for key, it in declared.items() if it
    }


def _labelled(frame: pd.DataFrame, told: Mapping[str, Any]) -> pd.DataFrame:
    """A frame that says in its `attrs` what its columns, and its variables, hold."""
    things = {**told["columns"], **told.get("variables", {})}
    units = {name: it["unit"] for name, it in things.items() if "unit" in it}
    frame.attrs["descriptions"] = FrozenText({key: it["description"] for key, it in things.items()})
    frame.attrs["units"] = FrozenText(units)
    return frame


@contextmanager
def readable(file: Path) -> Iterator[None]:
    """Say of a damaged file of Parquet which it is."""
    try:
        yield
    except (
        pa.ArrowException,
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
    ) as error:
        if is_wanting(error):
            raise MemoryError(first_line(error)) from error
        message = f"cannot be read: {first_line(error)}"
        hint = "take it from the batch as it was made, or make the batch anew"
        raise Problems([Problem(shown(file), None, message, hint)]) from None


def _compared(file: Path) -> pa.Table:
    """The table of `comparison.csv`."""
    try:
        table = contents(file, LARGEST_COMPARISON)
        names = table.partition(b"\n")[0].decode("utf-8").strip().split(",")
        types = {name: COMPARED.get(name, pa.float64()) for name in names}
        options = pcsv.ConvertOptions(column_types=types)
        return pcsv.read_csv(pa.BufferReader(table), convert_options=options)
    except (Unreadable, ValueError) as error:
        words = str(error) if isinstance(error, Unreadable) else "is no table of a comparison"
        raise Problems([Problem(shown(file), None, words)]) from None


def newest(results: str | Path = "results") -> Record:
    """The newest batch that came to its end."""
    directory = results_directory(results)
    folders = sorted(directory.iterdir(), reverse=True) if directory.is_dir() else []
    for folder in folders:
        manifest = read_manifest(folder)
        if manifest is not None and manifest.get("status") == FINISHED:
            return Record(folder, manifest)
    hint = f"make one with: {program()} (a first look: {program()} --quick)"
    raise Problems([Problem(str(results), None, "holds no finished batch", hint)])


def _no_batch(given: str, results: str | Path) -> Problem:
    """That there is no such batch, and which there are."""
    directory = results_directory(results)
    folders = sorted(directory.iterdir(), reverse=True) if directory.is_dir() else []
    names = [folder.name for folder in folders if is_file(folder / MANIFEST)]
    hint = did_you_mean(Path(given).name, names)
    if not names:
        hint = f"{directory} holds none yet; make one with: {program()}"
    elif not hint:
        more = f", and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        hint = f"{directory} holds {', '.join(names[:_NAMED])}{more}"
    return Problem(given, None, f"no batch: it holds no {MANIFEST}", hint)


_NAMED = 5
"""Batches that are named where another is asked for."""


def missing_scenario(record: Record, name: str) -> Problem:
    """That a batch lacks a scenario: what it holds instead, and which command would make it.

    Args:
        record: the batch.
        name: what was asked for.
    """
    message = f"no scenario '{name}' in this batch"
    hint = did_you_mean(name, record.scenarios) or f"it holds {', '.join(record.scenarios)}"
    known = list_scenarios()
    close = name if name in known else nearest(name, known)
    if close and close not in record.scenarios:
        hint += f"\n  a batch with {close}: {program()} batch {close}"
    return Problem(shown(Path(record.path)), None, message, hint)


def results_directory(results: str | Path) -> Path:
    """Where batches are looked for: in the working directory, then in the checkout if it is one."""
    given = Path(results)
    if CHECKOUT is None or given.exists() or not (CHECKOUT / given).exists():
        return given
    return CHECKOUT / given


def write_scenario(
    folder: Path,
    name: str,
    resolved: dict[str, Any],
    varied: Collection[str] = (),
    given: Collection[str] = (),
) -> dict[str, Any]:
    """Put a resolved scenario into the folder of a batch.

    Args:
        folder: the batch's.
        name: the scenario's.
        resolved: as `Scenario.resolved` gives it.
        varied: full keys of the numbers that were drawn, or given, by run: it says so.
        given: those that were given.

    Returns:
        The scenario as the file says it.

    The many values at its end are written line by line, many times quicker than by YAML; where
    they do not allow it, YAML writes all of it.
    """
    by_run = {
        key: {"value": GIVEN_BY_RUN if key in given else DRAWN_BY_RUN, "from": PARAMETERS_FILE}
        for key in varied
    }
    resolved = {**resolved, "values": {**resolved["values"], **by_run}}
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    head = {key: value for key, value in resolved.items() if key != "values"}
    values = "".join(
        f"  {key}:\n    value: {_number(value['value'])}\n    from: {value['from']}\n"
        for key, value in resolved["values"].items()
    )
    if _VALUE_LINES.sub("", values):
        head, values = resolved, ""
    text = yaml.dump(head, Dumper=dumper, sort_keys=False, allow_unicode=True, width=100)
    text += f"values:\n{values}" if values else ""
    file = folder / "scenarios" / f"{name}.yaml"
    with written_whole(file, lasting=True) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    return resolved


def _number(value: float | str) -> str:
    """A number as YAML writes it, which wants a point before an exponent; words as they are."""
    if isinstance(value, str):
        return value
    text = repr(value)
    return text if "." in text else text.replace("e", ".0e", 1)


def _resolved(path: Path) -> dict[str, Any]:
    """A resolved scenario as `write_scenario` wrote it.

    The many values at its end are read line by line, many times quicker than YAML; where they
    are not laid out as expected, YAML reads all of it.

    Raises:
        Problems: the file cannot be read, or is not what a batch writes.
    """
    loaded = Loaded(path, shown(path))
    try:
        text = text_of(path)
    except Unreadable as error:
        raise Problems([Problem(loaded.name, None, str(error))]) from None
    head, mark, tail = text.partition("\nvalues:\n")
    if mark and not _VALUE_LINES.sub("", tail):
        given = _VALUE_LINES.findall(tail)
        parsed_yaml(loaded, head + "\n")
        loaded.data["values"] = {
            key: {"value": value if value in BY_RUN else float(value), "from": origin}
            for key, value, origin in given
        }
    else:
        parsed_yaml(loaded, text)
    return checked_resolved(loaded)


_VALUE_LINES = re.compile(
    r"^  ([a-z][\w.]*):\n    value: (-?\d[\d.]*(?:e[-+]\d+)?|(?:drawn|given) by run)"
    r"\n    from: ([\w./-][\w ./-]*)\n",
    re.M,
)


class TableWriter:
    """Writes one Parquet file whose bytes depend on its rows alone.

    However the rows arrive, they are written in row groups of one size, with one schema. Words
    arrive and are written as numbers with a dictionary, of each row group its own, in order; they
    are read as words. The file has a temporary name until `close`.

    Args:
        path: the file.
        schema: its columns.
        metadata: what is told of them.
        rows: rows of a row group.
    """

    def __init__(
        self, path: Path, schema: pa.Schema, metadata: Mapping[str, Any], rows: int = ROW_GROUP
    ):
        self.path = path
        self.schema = pa.schema([_numbered(each) for each in schema])
        self._unfinished = path.with_name(f"{path.name}.unfinished")
        words = [each.name for each in schema if each.type == pa.string()]
        # Without Arrow's own schema the file says of a word that it is one, not how it came.
        self._writer = pq.ParquetWriter(
            self._unfinished,
            self.schema,
            compression="snappy",
            use_dictionary=[*words, "run"],
            write_batch_size=rows,
            write_statistics=["scenario", "run"],  # by which rows are looked for
            store_schema=False,
        )
        self._writer.add_key_value_metadata({METADATA: json.dumps(metadata, sort_keys=True)})
        self._group = rows
        self._waiting: list[pa.Table] = []
        self._rows = 0
        self._thread = ThreadPoolExecutor(1)  # groups are written while others are put in order
        self._under_way: deque[Future[None]] = deque()

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self._thread.shutdown()
            self._writer.close()
            self._unfinished.unlink(missing_ok=True)

    def add(self, table: pa.Table) -> None:
        """Append rows."""
        self._waiting.append(table.select(self.schema.names).cast(self.schema))
        self._rows += table.num_rows
        if self._rows >= self._group:
            self._write(self._rows - self._rows % self._group)

    def close(self) -> None:
        """Write what is left and give the file its name."""
        self._write(self._rows)
        self._wait()
        self._thread.shutdown()
        self._writer.close()
        flush(self._unfinished)
        self._unfinished.replace(self.path)
        flush(self.path.parent)

    def _write(self, rows: int) -> None:
        if not rows:
            return
        table = pa.concat_tables(self._waiting).unify_dictionaries()
        for start in range(0, rows, self._group):
            group = table.slice(start, min(self._group, rows - start))
            columns = [_in_order(_whole(column)) for column in group.columns]
            group = pa.table(columns, schema=self.schema)
            self._wait(AHEAD)
            write = self._writer.write_table
            self._under_way.append(self._thread.submit(write, group, row_group_size=self._group))
        rest = table.slice(rows)
        self._waiting, self._rows = ([rest] if rest.num_rows else []), rest.num_rows

    def _wait(self, but: int = 0) -> None:
        """Until all groups but some have been written; what went wrong is raised here."""
        while len(self._under_way) > but:
            self._under_way.popleft().result()


def _numbered(field: pa.Field) -> pa.Field:
    """A field whose words are numbers with a dictionary."""
    if field.type != pa.string():
        return field
    return field.with_type(pa.dictionary(pa.int32(), pa.string()))


def _said(field: pa.Field) -> pa.Field:
    """A field whose words are written out."""
    return field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece; copied only where it is not."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _in_order(array: pa.Array) -> pa.Array:
    """A column; of words, with a dictionary of just those that occur, in order."""
    if not pa.types.is_dictionary(array.type):
        return array
    words = array.dictionary.to_pylist()
    codes = array.indices.fill_null(len(words)).to_numpy()  # the last is that of none
    seen = np.bincount(codes, minlength=len(words) + 1)[:-1].nonzero()[0]
    ordered = sorted(seen, key=words.__getitem__)
    if ordered == [*range(len(words))]:
        return array
    place = np.full(len(words) + 1, -1, dtype=np.int32)
    place[ordered] = np.arange(len(ordered), dtype=np.int32)
    codes = place[codes]
    known = pa.array([words[each] for each in ordered], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), known)
