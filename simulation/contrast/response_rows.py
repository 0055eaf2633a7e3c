"""The response table as it is written: rows, their arms, and what is expected of each.

A row asks what an act does to the others. It says what is done (`arms`, each in the keys of a
scenario), what is read (`outcome`, at a quarter), and what is expected (an interval or an order),
with the reason. Rows of one's own are read in the same way.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import inf
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from simulation.evidence.catalogue import EVIDENCE, Catalogue
from simulation.evidence.readings import QuarterName
from simulation.inputs.problems import Problem, Problems, did_you_mean
from simulation.inputs.validation import (
    FileEntry,
    Frozen,
    Several,
    Text,
    WrittenNumber,
    Wrong,
    complain,
    shorten,
    validated,
)
from simulation.inputs.yaml_reader import Loaded, Place, load_yaml
from simulation.model.outcomes import Outcome, every_outcome_of
from simulation.numerics.dates import quarter_of
from simulation.scenario.inheritance import BASELINE
from simulation.scenario.scenario import Scenario, load_scenario, scenarios_within

OWN_TABLE = EVIDENCE / "responses" / "responses.yaml"
"""The table that comes with the package."""
Manner = Literal["level", "difference", "change", "ratio", "part", "worlds_above", "most_where"]
"""How an outcome is put against another reading of it: see `Demand`."""
_BOUNDS = ("above", "below", "at_least", "at_most", "between")
_GOES = ("power", "state", "installation", "organization", "project")


def _two(value: Any) -> Any:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise Wrong("is no pair; write [least, most]")
    return tuple(value)


def _against(value: Any) -> Any:
    return {"in": value} if isinstance(value, str) else value


_Names = Annotated[tuple[Text, ...], Several]


class ReadEntry(FileEntry):
    """What is read: an outcome, or a sum of some, in an arm, at a quarter, or since an earlier."""

    arm: Text | None = Field(None, alias="in")
    outcome: _Names = ()
    at: QuarterName | None = None
    since: QuarterName | None = None


class ExpectedEntry(ReadEntry):
    """One thing that a row expects, as it is written."""

    outcome: _Names
    at: QuarterName
    of: dict[Literal[_GOES], Any] = Field(default_factory=Frozen)  # type: ignore[valid-type]
    kind: Manner | None = Field(None, alias="as")
    against: Annotated[ReadEntry | None, BeforeValidator(_against)] = None
    beside: Text | None = None
    most_where: Text | None = None
    above: WrittenNumber | None = None
    below: WrittenNumber | None = None
    at_least: WrittenNumber | None = None
    at_most: WrittenNumber | None = None
    between: Annotated[tuple[WrittenNumber, WrittenNumber], BeforeValidator(_two)] | None = None

    @model_validator(mode="after")
    def _one_demand(self) -> ExpectedEntry:
        given = [key for key in _BOUNDS if getattr(self, key) is not None]
        if self.most_where is not None:
            if given or not self.of:
                raise Wrong(
                    "'most_where' is an order over those in 'of', and has no bounds", alone=True
                )
        elif len(given) != 1:
            raise Wrong(f"asks for one of {', '.join(_BOUNDS)}", alone=False)
        if self.between is not None and self.between[0] > self.between[1]:
            raise Wrong(f"'between' is {list(self.between)}, backwards", alone=True)
        return self


class RowEntry(FileEntry):
    """The keys of a row."""

    id: Text
    question: Text
    why: Text
    claims: Annotated[tuple[Text, ...], Several] = ()
    facts: Annotated[tuple[Text, ...], Several] = ()
    sample: Literal["posterior", "prior", "point"] = "posterior"
    arms: dict[str, Any] = Field(default_factory=dict)
    expected: list[Any]
    note: Text | None = None


@dataclass(frozen=True)
class RowArm:
    """A version of the baseline that a row runs.

    Attributes:
        name: The row and the arm.
        scenario: What is run.
        times: By full key, what the number that the run would have is multiplied by.
        plus: By full key, what is added to it.
        exchanged: By full key, whose number the run takes instead.
    """

    name: str
    scenario: Scenario
    times: Mapping[str, float]
    plus: Mapping[str, float]
    exchanged: Mapping[str, str]


@dataclass(frozen=True)
class Readout:
    """An outcome, or a sum of some, in an arm at a quarter; less what it was at an earlier one."""

    arm: str
    outcomes: tuple[str, ...]
    at: int
    since: int | None = None


@dataclass(frozen=True)
class Demand:
    """One thing that a row expects.

    Attributes:
        kind: `level` the mean; `difference` the mean of the paired difference; `change` the
            relative change of the mean; `ratio` one mean over the other; `part` what the arm does
            over what the other arm does, both less the third; `worlds_above` the part of the
            worlds in which it is higher; `most_where` that the paired difference is largest for
            the one for whom another outcome rose most.
        read: what is read.
        against: what it is put against.
        beside: for `part`, what both are put against.
        others: for `most_where`, the same reading of the others, and of the outcome that rose.
        low, high: within which it is expected. strict: whether neither may be reached.
        about: whom it is about, where a row expects the same of several.
    """

    kind: Manner
    read: Readout
    against: Readout | None
    beside: Readout | None
    others: tuple[tuple[str, Readout, Readout, Readout, Readout], ...]
    low: float
    high: float
    strict: bool
    about: str

    @property
    def reads(self) -> Iterator[Readout]:
        """Everything that has to be read for it."""
        several = (each for other in self.others for each in other[1:])
        yield from (it for it in (self.read, self.against, self.beside, *several) if it is not None)


@dataclass(frozen=True)
class ResponseRow:
    """A row of the table.

    Attributes:
        id, question, why: its name, what it asks, and why it expects what it does.
        claims, facts: what that rests on.
        sample: where its numbers come from, unless another source is asked for.
        arms: what is run beside the baseline, by name.
        expected: what is expected.
    """

    id: str
    question: str
    why: str
    claims: tuple[str, ...]
    facts: tuple[str, ...]
    sample: str
    arms: Mapping[str, RowArm]
    expected: tuple[Demand, ...]
    outcomes: Mapping[str, Outcome]


def read_rows(paths: Sequence[str | Path], catalogue: Catalogue) -> list[ResponseRow]:
    """Read and check tables of responses.

    Args:
        paths: the files; the package's own table where there are none.
        catalogue: the evidence.

    Raises:
        Problems: everything that is wrong with any row of any file.
    """
    files = [load_yaml(path) for path in paths or (OWN_TABLE,)]
    baseline = load_scenario(BASELINE, catalogue)
    seen: dict[str, str] = {}
    rows, further = [], []
    for loaded in files:
        for row, problems in _rows_of(loaded, catalogue, baseline, seen):
            rows += [row] if row is not None else []
            further += problems
    problems = [it for loaded in files for it in loaded.problems] + further
    if problems:
        raise Problems(problems)
    return rows


def chosen_rows(rows: Sequence[ResponseRow], wanted: Sequence[str]) -> list[ResponseRow]:
    """The rows that are asked for; all where none is named.

    Raises:
        Problems: there is no row of a name.
    """
    known = {row.id: row for row in rows}
    wrong = [
        Problem(each, None, f"no row '{each}'", did_you_mean(each, known))
        for each in wanted
        if each not in known
    ]
    if wrong:
        raise Problems(wrong)
    return [known[each] for each in dict.fromkeys(wanted)] if wanted else list(rows)


def _rows_of(
    loaded: Loaded, catalogue: Catalogue, baseline: Scenario, seen: dict[str, str]
) -> Iterator[tuple[ResponseRow | None, list[Problem]]]:
    if loaded.problems:
        return
    for key in loaded.data:
        if key != "responses":
            loaded.problem((key,), f"no key '{key}'", "a table has one key: responses")
    items = loaded.data.get("responses")
    if not isinstance(items, list) or not items:
        whole: Place | None = ("responses",) if "responses" in loaded.data else None
        hint = "write responses: [- {id: ..., question: ..., why: ..., arms: ..., expected: ...}]"
        loaded.problem(whole, "'responses' is no list of rows", hint)
        return
    for at, item in enumerate(items):
        place: Place = ("responses", at)
        name = item.get("id") if isinstance(item, dict) else None
        if isinstance(name, str) and name in seen:
            loaded.problem((*place, "id"), f"there is a row '{name}' already, {seen[name]}")
        elif isinstance(name, str):
            seen[name] = f"on line {loaded.line((*place, 'id'))} of {loaded.name}"
        yield _Reader(loaded, place, catalogue, baseline).read(item)


@dataclass
class _Reader:
    """Reads one row; what is wrong with it goes to its file."""

    loaded: Loaded
    place: Place
    catalogue: Catalogue
    baseline: Scenario

    def read(self, item: Any) -> tuple[ResponseRow | None, list[Problem]]:
        before = len(self.loaded.problems)
        of = item.get("id") if isinstance(item, dict) else None
        of = of if isinstance(of, str) else None
        entry = validated(RowEntry, item, self.loaded, self.place, self.catalogue.names, of=of)
        if not isinstance(item, dict):
            return None, []
        arms, further = self._arms(item.get("arms"), of or "row")
        known = dict(every_outcome_of(self.catalogue))
        for arm in arms.values():
            known |= every_outcome_of(arm.scenario.evidence(self.catalogue))
        named = {*(item.get("arms") or {})} if isinstance(item.get("arms"), dict) else set()
        expected: list[Demand] = []
        given = item.get("expected")
        for at, each in enumerate(given if isinstance(given, list) else []):
            expected += _ExpectedReader(self, ("expected", at), known, named).read(each)
        if isinstance(given, list) and not given:
            self.problem(("expected",), "'expected' is empty: the row expects nothing")
        if entry is not None:
            self._check_facts(entry)
        if entry is None or further or len(self.loaded.problems) > before:
            return None, further
        row = ResponseRow(
            id=entry.id,
            question=entry.question,
            why=entry.why,
            claims=entry.claims,
            facts=entry.facts,
            sample=entry.sample,
            arms=Frozen(arms),
            expected=tuple(expected),
            outcomes=Frozen(known),
        )
        return row, []

    def problem(
        self, place: Place, message: str, hint: str | Callable[[], str | None] | None = None
    ) -> None:
        self.loaded.problem((*self.place, *place), message, hint)

    def _check_facts(self, entry: RowEntry) -> None:
        for at, fact in enumerate(entry.facts):
            if fact not in self.catalogue.facts and fact not in self._timeline():
                hint = did_you_mean(fact, self.catalogue.facts)
                self.problem(("facts", at), f"no fact '{fact}'", hint)

    def _timeline(self) -> set[str]:
        return {fact for each in self.catalogue.timeline for fact in each.facts}

    def _arms(self, data: Any, row: str) -> tuple[dict[str, RowArm], list[Problem]]:
        """The arms that can be run, and what is wrong with the files that they extend."""
        if not isinstance(data, dict):
            return {}, []
        parts: dict[str, Loaded] = {}
        own: dict[str, dict[str, Any]] = {}
        for name, said in data.items():
            place = ("arms", name)
            if name == BASELINE:
                self.problem(
                    place, "'baseline' is what every row is put against; name it otherwise"
                )
            elif not isinstance(said, dict):
                hint = "write an arm as a scenario: {overrides: ..., events: ..., times: ...}"
                self.problem(place, f"the arm '{name}' is {shorten(said)}", hint)
            else:
                own[name] = {key: said.get(key) for key in ("times", "plus", "exchange")}
                parts[name] = self._part(name, said, row)
        scenarios, further = scenarios_within(parts, self.catalogue, every_outcome_of)
        self.loaded.problems += [it for part in parts.values() for it in part.problems]
        found = {}
        for name, scenario in scenarios.items():
            place = ("arms", name)
            changed = {
                key: dict(self._factors((*place, key), own[name][key], scenario))
                for key in ("times", "plus")
            }
            exchanged = dict(self._exchanged((*place, "exchange"), own[name]["exchange"], scenario))
            found[name] = RowArm(
                f"{row}.{name}",
                scenario,
                times=Frozen(changed["times"]),
                plus=Frozen(changed["plus"]),
                exchanged=Frozen(exchanged),
            )
        return found, further

    def _part(self, name: str, said: dict[str, Any], row: str) -> Loaded:
        """An arm as if it stood in a file of its own; its problems are those of the table."""
        place = (*self.place, "arms", name)
        data = {key: it for key, it in said.items() if key not in ("times", "plus", "exchange")}
        data.setdefault("title", f"{row}: {name}")
        deep = len(place)
        lines = {it[deep:]: at for it, at in self.loaded.lines.items() if it[:deep] == place}
        return Loaded(self.loaded.path, self.loaded.name, data, lines=lines)

    def _factors(self, place: Place, data: Any, scenario: Scenario) -> Iterator[tuple[str, float]]:
        """Numbers by full key, with what is done to each."""
        if data is None:
            return
        if not isinstance(data, dict):
            self.problem(place, f"'{place[-1]}' is {shorten(data)}", "write {KEY: NUMBER}")
            return
        for key, value in data.items():
            found = self._numbers(key, scenario)
            if not found:
                complain(
                    self.loaded,
                    (*self.place, *place, key),
                    None,
                    scenario.evidence(self.catalogue).no_parameter(key),
                )
            elif isinstance(value, bool) or not isinstance(value, int | float):
                self.problem((*place, key), f"'{key}' is {shorten(value)}; a number is due")
            else:
                yield from ((full_key, float(value)) for full_key in found)

    def _exchanged(self, place: Place, data: Any, scenario: Scenario) -> Iterator[tuple[str, str]]:
        """Whose number is taken, by full key."""
        if data is None:
            return
        for at, pair in enumerate(data if isinstance(data, list) else [data]):
            if not isinstance(pair, list) or len(pair) != 2:
                self.problem((*place, at), "an exchange is a pair of keys", "write [KEY, KEY]")
                continue
            both = [self._numbers(str(key), scenario) for key in pair]
            if not all(both) or len(both[0]) != len(both[1]):
                self.problem((*place, at), f"{pair[0]} and {pair[1]} are no numbers of one form")
                continue
            yield from zip(*both, strict=True)
            yield from zip(*both[::-1], strict=True)

    def _numbers(self, key: str, scenario: Scenario) -> list[str]:
        """The full keys that a key stands for; `*` in it stands for any part."""
        if "*" in key:
            parts = key.split(".")
            return [
                full_key
                for full_key in sorted(scenario.values)
                if len(full_key.split(".")) >= len(parts)
                and all(map(fnmatch.fnmatchcase, full_key.split("."), parts))
            ]
        return [it for it in sorted(scenario.values) if it == key or it.startswith(f"{key}.")]


@dataclass
class _ExpectedReader:
    """Reads one thing that a row expects."""

    of: _Reader
    place: Place
    known: Mapping[str, Outcome]
    arms: Collection[str]

    def read(self, item: Any) -> Iterator[Demand]:
        loaded, place = self.of.loaded, (*self.of.place, *self.place)
        entry = validated(ExpectedEntry, item, loaded, place, self.of.catalogue.names)
        if entry is None:
            return
        before = len(loaded.problems)
        arm = entry.arm or (next(iter(self.arms)) if len(self.arms) == 1 else None)
        if arm is None and len(self.arms) > 1:
            named = min(each for each in self.arms if each != BASELINE)
            self.of.problem(self.place, "says not in which arm", f"write in: {named}")
        against = entry.against or ReadEntry.model_validate({})
        for key, name in (("in", arm), ("against", against.arm), ("beside", entry.beside)):
            if name is not None and name not in (BASELINE, *self.arms):
                known = [BASELINE, *self.arms]
                hint = did_you_mean(name, known) or f"arms are {', '.join(known)}"
                self.of.problem((*self.place, key), f"no arm '{name}'", hint)
        kind = self._kind(entry, arm)
        slots = [dict(zip(entry.of, them, strict=True)) for them in product(*self._over(entry))]
        for names in slots:
            self._check_outcomes("outcome", entry.outcome, names)
            self._check_outcomes("against", against.outcome, names)
            if entry.most_where is not None:
                self._check_outcomes("most_where", (entry.most_where,), names)
        for key in ("at", "since"):
            written = getattr(entry, key)
            if written is not None and not quarter_of(written) >= 0:
                self.of.problem((*self.place, key), f"'{key}' is {written}, before the start")
        if len(loaded.problems) > before:
            return
        low, high, strict = _bounds(entry)
        made = [
            Demand(
                kind=kind,
                read=_read(entry, arm or BASELINE, entry.outcome, names),
                against=None if kind == "level" else _other(entry, against, names),
                beside=_beside(entry, names) if kind == "part" else None,
                others=(),
                low=low,
                high=high,
                strict=strict,
                about=", ".join(self.of.catalogue.name_of(each) for each in names.values()),
            )
            for names in slots
        ]
        yield from [self._order(entry, slots, made)] if kind == "most_where" else made

    def _kind(self, entry: ExpectedEntry, arm: str | None) -> Manner:
        if entry.most_where is not None:
            return "most_where"
        if entry.kind is not None:
            if entry.kind == "part" and (entry.against is None or entry.beside is None):
                hint = "write against: ARM, beside: baseline"
                self.of.problem(self.place, "'part' is of what another arm does", hint)
            return entry.kind
        return "level" if arm in (None, BASELINE) and entry.against is None else "difference"

    def _over(self, entry: ExpectedEntry) -> Iterator[Sequence[str]]:
        """Whom an expectation goes over, kind by kind."""
        catalogue = self.of.catalogue
        for kind, them in entry.of.items():
            axis = "region" if kind == "state" else kind
            known = catalogue.names[axis]
            if isinstance(them, str) and them in catalogue.groups:
                them = list(catalogue.members_of(them))
            listed = list(known) if them == "all" else them if isinstance(them, list) else [them]
            for each in listed:
                if each not in known:
                    hint = did_you_mean(str(each), known)
                    self.of.problem((*self.place, "of", kind), f"no {kind} '{each}'", hint)
            if not any(f"{{{kind}}}" in name for name in entry.outcome):
                hint = f"write {{{kind}}} in the outcome where it is to stand"
                self.of.problem((*self.place, "of"), f"nothing goes over {kind}s", hint)
            yield [str(each) for each in listed]

    def _check_outcomes(self, key: str, given: Sequence[str], names: Mapping[str, str]) -> None:
        for filled in _filled(given, names):
            if filled not in self.known:
                hint = did_you_mean(filled, self.known)
                place = (*self.of.place, *self.place, key)
                self.of.loaded.problem(place, f"no outcome '{filled}'", hint, "outcomes")

    def _order(
        self,
        entry: ExpectedEntry,
        slots: Sequence[Mapping[str, str]],
        made: Sequence[Demand],
    ) -> Demand:
        others = []
        for names, each in zip(slots, made, strict=True):
            rose = replace(each.read, outcomes=_filled((entry.most_where or "",), names))
            assert each.against is not None
            was = replace(each.against, outcomes=rose.outcomes)
            others.append((each.about, each.read, each.against, rose, was))
        return replace(made[0], others=tuple(others), low=0.0, high=inf, strict=True, about="")


def _bounds(entry: ExpectedEntry) -> tuple[float, float, bool]:
    """Within which a value is expected, and whether neither bound may be reached."""
    if entry.between is not None:
        return *entry.between, False
    strict = entry.above is not None or entry.below is not None
    low, high = (entry.above, entry.below) if strict else (entry.at_least, entry.at_most)
    return -inf if low is None else low, inf if high is None else high, strict


def _filled(given: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """Names of outcomes with those in place whom they are about."""
    filled = list(given)
    for kind, who in names.items():
        filled = [name.replace(f"{{{kind}}}", who) for name in filled]
    return tuple(filled)


def _read(entry: ReadEntry, arm: str, outcome: Sequence[str], names: Mapping[str, str]) -> Readout:
    since = None if entry.since is None else quarter_of(entry.since)
    return Readout(arm, _filled(outcome, names), quarter_of(entry.at or ""), since)


def _other(entry: ExpectedEntry, against: ReadEntry, names: Mapping[str, str]) -> Readout:
    """What a reading is put against: the same, but for what is said otherwise."""
    at = against.at or entry.at
    since = against.since or entry.since
    return Readout(
        against.arm or BASELINE,
        _filled(against.outcome or entry.outcome, names),
        quarter_of(at),
        None if since is None else quarter_of(since),
    )


def _beside(entry: ExpectedEntry, names: Mapping[str, str]) -> Readout:
    return _read(entry, entry.beside or BASELINE, entry.outcome, names)


def needed(rows: Iterable[ResponseRow]) -> dict[str, set[tuple[str, int]]]:
    """What has to be read in each arm, by its full name: outcomes, each with its quarter."""
    found: dict[str, set[tuple[str, int]]] = {}
    for row in rows:
        for expectation in row.expected:
            for each in expectation.reads:
                them = found.setdefault(arm_name(row, each.arm), set())
                them |= {(name, each.at) for name in each.outcomes}
                if each.since is not None:
                    them |= {(name, each.since) for name in each.outcomes}
    return found


def arm_name(row: ResponseRow, arm: str) -> str:
    """The full name of an arm: the baseline is the same for all rows."""
    return BASELINE if arm == BASELINE else row.arms[arm].name
