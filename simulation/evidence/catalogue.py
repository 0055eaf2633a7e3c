"""The evidence as one frozen object: who there is, what happened, and every number.

`load_catalogue` reads the files of `simulation/evidence/data/` and reports everything that is wrong
with any of them at once. A number is known by its full key, `basing.notice.manas`: the key of
the parameter that declares it, `basing.notice`, and the keys of its place in the table.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from simulation.evidence.panel_entries import PanelEstimate
from simulation.evidence.reader import names_of, read_evidence
from simulation.evidence.readings import (
    Freeze,
    Mechanism,
    OutcomeEntry,
    Pattern,
    Replacement,
    Slider,
    TheoryEntry,
)
from simulation.evidence.schema import (
    ESTIMATED,
    ActorEntry,
    ActorGroup,
    Additions,
    Dispute,
    Document,
    Entity,
    Fact,
    Installation,
    KeyPath,
    OrganizationEntry,
    Parameter,
    Project,
    Source,
    TimelineEntry,
    leaves_of,
    part_at,
)
from simulation.inputs.files import Mark, Unreadable, changed_at, contents, resolved
from simulation.inputs.newcomers import where_added
from simulation.inputs.problems import Problems, did_you_mean, nearest, told
from simulation.inputs.validation import Frozen, Names, Wrong, unknown
from simulation.inputs.yaml_reader import Place, number_from

EVIDENCE = Path(__file__).parent / "data"
_DRAWN = ("assumed", "calibrated", ESTIMATED)
_EXTENSIONS = 16
"""Extended catalogues that are kept: there are no more scenarios that add somebody in a batch."""
_LARGEST = 3.4e38
"""What a number may be at most, either side of 0: beyond it, single precision knows infinity."""


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Everything the model starts from, read-only; two are the same if they are one object.

    Attributes:
        directory: Where the files lie.
        hash: SHA-256 over the bytes of all files.
        documents, actors, organizations, installations, projects, patterns: Entries by identifier.
        facts, disputes: What the documents say, and where that is in dispute, by number.
        timeline: What happened, in the order of dates.
        groups, outcomes, mechanisms, theories, sliders: How those who exist are taken and read.
        frozen: Which uncertain numbers are held at their values, by a name of the reason.
        replaced: Keys of earlier versions, and what took their place.
        estimates: What was estimated from panels; what is declared of them, `panel_evidence` reads.
        parameters: Declared parameters by key.
        values: Every number that is given, by full key.
        names: The identifiers that exist, by kind; the axes of tables are among the kinds.
        filed: Those of them that the files give, without what a scenario adds.
        added: What of all this a scenario has added to the files.
    """

    directory: Path
    hash: str
    documents: Mapping[str, Document]
    actors: Mapping[str, ActorEntry]
    organizations: Mapping[str, OrganizationEntry]
    installations: Mapping[str, Installation]
    projects: Mapping[str, Project]
    timeline: tuple[TimelineEntry, ...]
    patterns: Mapping[str, Pattern]
    facts: Mapping[str, Fact]
    disputes: Mapping[str, Dispute]
    groups: Mapping[str, ActorGroup]
    outcomes: Mapping[str, OutcomeEntry]
    mechanisms: Mapping[str, Mechanism]
    theories: Mapping[str, TheoryEntry]
    sliders: Mapping[str, Slider]
    frozen: Mapping[str, Freeze]
    replaced: Mapping[str, Replacement]
    estimates: Mapping[str, PanelEstimate]
    parameters: Mapping[str, Parameter]
    names: Names
    filed: Names
    added: Additions = dataclasses.field(default_factory=Additions)

    def __reduce__(self) -> tuple[Callable[..., Catalogue], tuple[Path, Additions]]:
        return _again, (self.directory, self.added)

    @functools.cached_property
    def values(self) -> Mapping[str, float]:
        """Every number that is given, by full key."""
        return Frozen(
            {
                ".".join((key, *path)): value
                for key, parameter in self.parameters.items()
                for path, value in parameter.leaves().items()
            }
        )

    def split(self, full_key: str) -> tuple[Parameter, tuple[str, ...]] | None:
        """The parameter that a key belongs to, and the rest of the key."""
        parts = full_key.split(".")
        for end in range(len(parts), 0, -1):
            parameter = self.parameters.get(".".join(parts[:end]))
            if parameter:
                return parameter, tuple(parts[end:])
        return None

    def has_place(self, full_key: str) -> bool:
        """Whether a number of that key can be given, whether or not there is one."""
        parameter, path = self.split(full_key) or (None, ())
        if parameter is None or len(path) != parameter.depth:
            return False
        options = self._options(parameter)
        return all(part in known for part, known in zip(path, options, strict=True))

    def declaration_of(self, full_key: str) -> Parameter | None:
        """The parameter that declares a number, also where `otherwise` gives the number."""
        found = self.split(full_key)
        if found is None:
            return None
        parameter, path = found
        given = path in parameter.leaves()
        return parameter if given or self._otherwise(parameter, path) is not None else None

    def value(self, full_key: str) -> float | None:
        """One number, given or by `otherwise`; None where there is none."""
        found = self.split(full_key)
        if found is None:
            return None
        parameter, path = found
        given = parameter.leaves().get(path)
        return self._otherwise(parameter, path) if given is None else given

    def range_of(self, full_key: str) -> tuple[float, float] | None:
        """The range of one number."""
        found = self.split(full_key)
        return found[0].range_at(found[1]) if found else None

    def evidence_of(self, full_key: str) -> str | None:
        """The evidence class of one number."""
        found = self.split(full_key)
        return found[0].evidence_at(found[1]) if found else None

    @functools.cached_property
    def held(self) -> Mapping[str, str]:
        """Why an uncertain number is held at its value instead of drawn, by full key."""
        below: dict[str, str] = {}
        names = [*self.uncertain]  # in order: what begins with a word lies in one piece
        for each in self.frozen.values():
            for key in each.keys:
                first, end = (bisect_left(names, f"{key}{sign}") for sign in (".", "/"))
                itself = [key] if key in self.uncertain else []
                below.update(dict.fromkeys([*itself, *names[first:end]], each.why))
        return Frozen(below)

    def drawable(self) -> Mapping[str, tuple[float, float]]:
        """The numbers that are drawn uniformly from their range, by full key, sorted.

        They are uncertain, and not held.
        """
        return self._drawable

    @functools.cached_property
    def _drawable(self) -> Mapping[str, tuple[float, float]]:
        return Frozen({key: it for key, it in self.uncertain.items() if key not in self.held})

    @functools.cached_property
    def uncertain(self) -> Mapping[str, tuple[float, float]]:
        """The ranges of numbers that could be otherwise, by full key, sorted."""
        found = {}
        for declared, parameter in self.parameters.items():
            for path in parameter.leaves():
                limits = parameter.range_at(path)
                drawn = not parameter.fixed and parameter.evidence_at(path) in _DRAWN
                if drawn and limits and limits[0] < limits[1] and not parameter.is_diagonal(path):
                    found[".".join((declared, *path))] = limits
        return Frozen(sorted(found.items()))

    def expanded(self, parameter: Parameter) -> Mapping[str, float | None]:
        """Every number of a parameter, by full key: `otherwise` where none is given, or None.

        Axes of the world are written out for every identifier, free axes for the keys they have.
        """
        if self.parameters.get(parameter.key) is not parameter:
            return self._written_out(parameter)
        if parameter.key not in self._expanded:
            self._expanded[parameter.key] = Frozen(self._written_out(parameter))
        return self._expanded[parameter.key]

    @functools.cached_property
    def _expanded(self) -> dict[str, Mapping[str, float | None]]:
        """What `expanded` has found so far, by the parameter's key."""
        return {}

    def _written_out(self, parameter: Parameter) -> Mapping[str, float | None]:
        given = parameter.leaves()
        paths = dict.fromkeys(given)
        if parameter.is_table:
            paths |= dict.fromkeys(product(*self._options(parameter)))
        return {
            ".".join((parameter.key, *path)): given.get(path, parameter.otherwise) for path in paths
        }

    @functools.cached_property
    def ranges_hash(self) -> str:
        """A hash of the uncertain parameters and their ranges: what a posterior is made for."""
        limits = [*self.drawable().items()]
        return hashlib.sha256(json.dumps(limits).encode()).hexdigest()

    def extended(self, added: Additions) -> Catalogue:
        """The same evidence with what a scenario adds; no number of the evidence changes."""
        joined = self.added.joined(added)
        if joined == self.added:
            return self
        wanted = [*joined.entries()]
        for each in tuple(self._extensions):
            if [*each.added.entries()] == wanted:
                return each
        whole: dict[str, Any] = {
            kind: Frozen({**getattr(self, kind), **new}) if new else getattr(self, kind)
            for kind, new in vars(added).items()
        }
        whole["organizations"] = Frozen(_joined(whole["organizations"], added.actors))
        parts = {kind: each for kind, each in whole.items() if kind != "parameters"}
        whole["names"] = Frozen({**self.names, **names_of(parts)})
        found = dataclasses.replace(self, **whole, added=joined)
        self._extensions.append(found)
        return found

    @functools.cached_property
    def _extensions(self) -> deque[Catalogue]:
        """What `extended` has made lately: what is derived from a catalogue is kept with it."""
        return deque(maxlen=_EXTENSIONS)

    def newcomers(self, kind: str) -> tuple[str, ...]:
        """The identifiers of a kind that a scenario adds, sorted."""
        return tuple(sorted(set(self.names[kind]) - set(self.filed[kind])))

    def members_of(self, group: str) -> tuple[str, ...]:
        """Who belongs to a region or a side: those listed, then those whose entry says so.

        Nobody does to a group that is not declared.
        """
        first = self.groups[group].members if group in self.groups else ()
        joined = (key for key, actor in self.actors.items() if actor.group == group and group)
        return (*first, *sorted(set(joined) - set(first)))

    @property
    def home(self) -> str:
        """The region that figures and outcomes speak of as a whole; empty where there is none."""
        return next(iter(self.names["whole region"]), "")

    @property
    def side(self) -> str:
        """The side whose influence is held against all others'; empty where there is none."""
        return next(iter(self.names["side"]), "")

    def name_of(self, identifier: str) -> str:
        """What something is called alone: "United States", "SCO"."""
        entry = self._entry(identifier)
        if isinstance(entry, ActorEntry):
            return entry.name
        if isinstance(entry, Entity):
            return entry.short or entry.name
        if identifier in self.groups:
            return self.groups[identifier].name or listed(
                map(self.name_of, self.members_of(identifier))
            )
        return identifier.replace("_", " ").title()

    def called(self, identifier: str) -> str:
        """What something is called within a sentence: "the United States", "the SCO"."""
        entry = self._entry(identifier)
        return entry.called if entry and entry.called else self.name_of(identifier)

    def short_of(self, identifier: str) -> str:
        """What something is called where room is short: "US"."""
        entry = self._entry(identifier)
        return entry.short if entry and entry.short else self.name_of(identifier)

    def body_called(self, identifier: str) -> str:
        """What a body of an organization is called within a sentence."""
        bodies = (each.bodies.get(identifier) for each in self.organizations.values())
        found = next((each for each in bodies if each is not None), None)
        return found.called if found and found.called else identifier.replace("_", " ")

    def _entry(self, identifier: str) -> Entity | None:
        kinds = (self.actors, self.organizations, self.installations, self.projects)
        return next((kind[identifier] for kind in kinds if identifier in kind), None)

    def assign(
        self, key: str, value: Any, drawn: bool = False
    ) -> tuple[dict[str, float], list[tuple[Place, Wrong]]]:
        """What giving `value` to `key` sets: numbers by full key, and what cannot stand.

        Args:
            key: A full key, or the key of a table or of a part of it.
            value: A number, or a mapping in the shape of the table or of a part of it.
            drawn: Whether it differs from run to run, as a draw does: rules round where a whole
                number is due.

        Returns:
            The numbers, and each refusal with its place inside `value`.
        """
        found = self.split(key)
        if found is None:
            return {}, [((), self.no_parameter(key))]
        parameter, start = found
        values: dict[str, float] = {}
        refused: list[tuple[Place, Wrong]] = []
        for rest, written in leaves_of(value):
            try:
                number = self._checked(parameter, (*start, *rest), written, drawn)
                values[".".join((parameter.key, *start, *rest))] = number
            except ValueError as error:
                wrong = error if isinstance(error, Wrong) else Wrong(str(error))
                refused.append((rest, wrong))
        if not values and not refused:
            refused.append(((), Wrong("is an empty table; write {KEY: NUMBER}")))
        return values, refused

    def no_parameter(self, key: str) -> Wrong:
        """The complaint about a key that no parameter has, with the nearest one."""
        near = functools.cache(lambda: self._nearest_parameter(key))
        return Wrong(f"no parameter '{key}'", lambda: near()[0], lambda: near()[1], alone=True)

    def _nearest_parameter(self, key: str) -> tuple[str | None, str]:
        """What to write instead of a key that no parameter has, and what to list."""
        below = [each for each in self.parameters if each.startswith(key + ".")]
        if below:
            return f"write a key in full, as {below[0]}", f"parameters {key}"
        for old, each in self.replaced.items():
            if f"{key}.".startswith(f"{old}."):
                return f"'{each.by}' {each.said}", f"parameters {each.by}"
        close = nearest(key, [*self.parameters, *self.values])
        hint = f"did you mean '{close}'?" if close else None
        hint = where_added(key) or hint
        groups = {each.split(".")[0] for each in self.parameters}
        group = key.split(".")[0]
        group = group if group in groups else (close or "").split(".")[0]
        return hint, f"parameters {group}".strip()

    def describe(self, full_key: str) -> dict[str, Any]:
        """Everything known about a parameter or one number of it, as plain data.

        Raises:
            Wrong: No parameter has the key; the hint names the nearest.
        """
        found = self.split(full_key)
        parameter, path = found or (None, ())
        if parameter is None or not self._exists(parameter, path):
            raise self.no_parameter(full_key)
        value = part_at(parameter.value, path)
        whole = isinstance(value, Mapping)
        disputed = [(each, part_at(each.value, path)) for each in parameter.disputed]
        return {
            "key": full_key,
            "declared_as": parameter.key,
            "description": parameter.description,
            "value": _plain(self.value(full_key) if value is None else value),
            "unit": parameter.unit,
            "over": list(parameter.over),
            "otherwise": parameter.otherwise,
            "range": _plain(parameter.range if whole else parameter.range_at(path)),
            "bounds": _plain(parameter.bounds if whole else parameter.bounds_at(path)),
            "evidence": _plain(parameter.evidence if whole else parameter.evidence_at(path)),
            "source": [self._cited(each) for each in parameter.source],
            "why": parameter.why,
            "estimate": self._estimated(parameter, path),
            "disputed": [
                {"value": _plain(other), "by": each.by, "stated": each.stated}
                for each, other in disputed
                if other is not None
            ],
            "facts": list(parameter.facts),
            "fixed": parameter.fixed,
            "drawn": full_key in self.drawable(),
            "held": self.held.get(full_key),
        }

    def _estimated(self, parameter: Parameter, path: KeyPath) -> dict[str, Any] | None:
        """The estimate that gives a number, as plain data."""
        name = parameter.estimate_at(path)
        found = self.estimates.get(name or "")
        return {"name": name, **_plain(found.model_dump())} if found else None

    def _cited(self, source: Source) -> dict[str, str]:
        """A source with the title of what it cites."""
        plain = source.model_dump(exclude_none=True)
        document = self.documents.get(source.document or source.dataset or "")
        return {**plain, "title": document.title} if document else plain

    def _exists(self, parameter: Parameter, path: tuple[str, ...]) -> bool:
        inside = part_at(parameter.value, path) is not None and len(path) <= parameter.depth
        return inside or self._otherwise(parameter, path) is not None

    def _otherwise(self, parameter: Parameter, path: tuple[str, ...]) -> float | None:
        """The number of an identifier that the table does not list."""
        if parameter.otherwise is None or not parameter.is_table or len(path) != parameter.depth:
            return None
        levels = zip(path, self._options(parameter), strict=True)
        return parameter.otherwise if all(part in options for part, options in levels) else None

    def _options(self, parameter: Parameter) -> list[tuple[str, ...]]:
        """The keys that each level of a table may have."""
        paths = list(parameter.leaves())
        return [
            self.names.get(axis) or tuple(dict.fromkeys(path[level] for path in paths))
            for level, axis in enumerate(parameter.axes)
        ]

    def _checked(
        self, parameter: Parameter, path: tuple[str, ...], written: Any, drawn: bool
    ) -> float:
        """A number that may stand at a place of a parameter, or a `Wrong`."""
        key = ".".join((parameter.key, *path))
        if not parameter.is_table and path:
            hint = f"write {{value: NUMBER, why: ...}} for '{parameter.key}'"
            raise Wrong(f"no parameter '{key}'", f"it is a single number; {hint}", alone=True)
        options_of = self._options(parameter)
        for level, part in enumerate(path[: parameter.depth]):
            options, axis = options_of[level], parameter.axes[level]
            if part not in options and key in self.replaced:
                raise self.no_parameter(key)
            if part not in options:
                raise self._no_place(parameter, part, options, axis)
        if len(path) != parameter.depth:
            left = parameter.axes[len(path) :]
            if not left:
                raise Wrong(f"no parameter '{key}'", None, f"parameters {parameter.key}", True)
            example = next(k for k in self.expanded(parameter) if k.startswith(key + "."))
            over = " and ".join(axis for axis in left if axis)
            message = f"'{key}' is a table{' over ' + over if over else ''}, not a number"
            raise Wrong(message, f"name one of its numbers, as {example}", None, alone=True)
        number = written if isinstance(written, float) else number_from(written)
        low, high = parameter.bounds_at(path)
        inside = (low is None or number >= low) and (high is None or number <= high)
        if not inside or not abs(number) <= _LARGEST:  # what is no number is neither
            if abs(number) > _LARGEST:
                low, high = (-_LARGEST if low is None else low), (high or _LARGEST)
            limits = "any finite number" if high is None else f"{high:g} or less"
            if low is not None:
                limits = f"{low:g} or more" if high is None else f"{low:g} to {high:g}"
            raise Wrong(f"is {number:g}; it can only be {limits} ({parameter.unit})")
        if parameter.integer and not drawn and number != int(number):
            raise Wrong(f"is {number:g}; a whole number is due ({parameter.unit})")
        return float(number)

    def _no_place(
        self, parameter: Parameter, part: str, options: tuple[str, ...], axis: str
    ) -> Wrong:
        if axis in ("rival", "member"):
            axis = "power" if axis == "rival" else "actor"
        if axis in self.names:
            wrong = unknown(axis, part, self.names)
            return Wrong(
                str(wrong),
                lambda: where_added(part) or told(wrong.hint),
                wrong.listing,
                alone=True,
            )
        message = f"'{parameter.key}' has no entry '{part}'"

        def hint() -> str:
            return did_you_mean(part, options) or f"it has {', '.join(options[:12])}"

        return Wrong(message, hint, f"parameters {parameter.key}", alone=True)


def listed(words: Iterable[str]) -> str:
    """Words as a list in a sentence: "a, b and c"."""
    words = list(words)
    return " and ".join(words) if len(words) < 3 else ", ".join(words[:-1]) + " and " + words[-1]


def load_catalogue(directory: str | Path | None = None) -> Catalogue:
    """Read and check the evidence; the same files are read once.

    Args:
        directory: Where the files lie; the project's own evidence if None.

    Raises:
        Problems: Everything that is wrong with any of the files.
    """
    place = EVIDENCE if directory is None else resolved(Path(directory))
    files = tuple(evidence_files(place))
    marks = tuple(map(changed_at, files))
    if None in marks:
        return _load(place, _digest(place, files))
    return _load(place, _digest_as_of(place, files, marks))


@functools.lru_cache(maxsize=8)
def _digest_as_of(place: Path, files: tuple[Path, ...], _: tuple[Mark | None, ...]) -> str:
    return _digest(place, files)


def _digest(place: Path, files: tuple[Path, ...]) -> str:
    """SHA-256 over the names and bytes of the files."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(place).as_posix().encode() + b"\0")
        with suppress(Unreadable):  # what cannot be read is told when it is read again
            digest.update(contents(path) + b"\0")
    return digest.hexdigest()


def evidence_files(directory: Path) -> list[Path]:
    """The YAML files of an evidence directory, in order."""
    return sorted([*directory.glob("*.yaml"), *directory.glob("parameters/*.yaml")])


@functools.lru_cache(maxsize=8)
def _load(directory: Path, digest: str) -> Catalogue:
    read = read_evidence(directory)
    if read.problems:
        raise Problems(read.problems)
    return Catalogue(directory=directory, hash=digest, filed=read.parts["names"], **read.parts)


def _again(directory: Path, added: Additions) -> Catalogue:
    """The catalogue as another process finds it."""
    return load_catalogue(directory).extended(added)


def _joined(
    organizations: Mapping[str, OrganizationEntry], added: Mapping[str, ActorEntry]
) -> dict[str, OrganizationEntry]:
    """The organizations with those among the added actors who say that they belong."""
    joined = dict(organizations)
    for name, actor in added.items():
        for group, chosen in (("members", actor.member_of), ("observers", actor.observer_of)):
            for key in chosen:
                entry = joined[key]
                together = tuple(dict.fromkeys((*getattr(entry, group), name)))
                joined[key] = entry.model_copy(update={group: together})
    return joined


def _plain(value: Any) -> Any:
    """Read-only data as plain dicts and lists."""
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, tuple) else value
