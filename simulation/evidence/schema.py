"""What the evidence files may say: one model for each kind of entry."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from simulation.inputs.validation import (
    ActorName,
    Day,
    DocumentName,
    FileEntry,
    Frozen,
    GroupName,
    OrganizationName,
    PowerName,
    Several,
    StateName,
    Text,
    Truth,
    Within,
    WrittenNumber,
    Wrong,
)

ANCHOR_WORDS = 12
EVIDENCE_CLASSES = ("stated", "derived", "external", "estimated", "assumed", "calibrated")
ESTIMATED = "estimated"
CONTEXT = "context"
SOURCED = ("stated", "derived", "external", ESTIMATED)
CHANNELS = ("economic", "political", "security")
MONEY_ALONE = ("credit", "deal", "fund")
"""Kinds of project that are money alone."""
KeyPath = tuple[str, ...]
"""The keys that lead to a number of a table."""


def _frozen(value: Any) -> Any:
    """Nested dicts and lists, made read-only."""
    if isinstance(value, dict):
        return Frozen({key: _frozen(each) for key, each in value.items()})
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value


ActorNames = Annotated[tuple[ActorName, ...], Several]
StateNames = Annotated[tuple[StateName, ...], Several]
OrganizationNames = Annotated[tuple[OrganizationName, ...], Several]
Texts = Annotated[tuple[Text, ...], Several]
Days = Annotated[tuple[Day, ...], Several]
Season = Annotated[float, Within(1, 4, "a season is 1, 2, 3 or 4", whole=True)]
Anything = Annotated[Any, AfterValidator(_frozen)]
Once = AfterValidator(Frozen)


def _pair(states: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(states)) != 2:
        raise Wrong("is no pair: a package is two states, each of whom has a sponsor of its own")
    return states


def _each_in_one(packages: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    named = [state for pair in packages for state in pair]
    twice = sorted({state for state in named if named.count(state) > 1})
    if twice:
        raise Wrong(f"{', '.join(twice)} stands in two packages; a state comes in one")
    return packages


Package = Annotated[StateNames, AfterValidator(_pair)]
Packages = Annotated[tuple[Package, ...], Several, AfterValidator(_each_in_one)]


def _short(anchor: str) -> str:
    words = len(anchor.split())
    if words > ANCHOR_WORDS:
        raise Wrong(f"is {words} words long; {ANCHOR_WORDS} are the most")
    return anchor


Anchor = Annotated[Text, AfterValidator(_short)]


def numbers_from(value: Any) -> Any:
    """A list as a tuple, so that nothing can change it."""
    return tuple(value) if isinstance(value, list) else value


def _color(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch("#[0-9A-Fa-f]{6}", value):
        raise Wrong(f'is {value}; write a colour as "#D55E00", in quotes')
    return value.upper()


Colour = Annotated[str, BeforeValidator(_color)]
Point = Annotated[tuple[WrittenNumber, WrittenNumber], BeforeValidator(numbers_from)]
Corners = Annotated[
    tuple[WrittenNumber, WrittenNumber, WrittenNumber, WrittenNumber],
    BeforeValidator(numbers_from),
]


class Source(FileEntry):
    """Where a number or a fact stands: a passage of a document, or a place in a data set."""

    document: DocumentName | None = None
    anchor: Anchor | None = None
    dataset: DocumentName | None = None
    detail: Text | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Source:
        if (self.document is None) == (self.dataset is None):
            raise Wrong("is incomplete; write {document, anchor} or {dataset, detail}")
        if self.document and not self.anchor:
            raise Wrong("is without 'anchor', the shortest phrase that finds the passage")
        if self.dataset and not self.detail:
            raise Wrong("is without 'detail': which figure of the data set")
        return self


Sources = Annotated[tuple[Source, ...], Several]


class Evidenced(FileEntry):
    """An entry that names the facts it carries and where they stand."""

    facts: Texts = ()
    source: Sources = ()
    why: Text | None = None
    note: Text | None = None


class Document(Evidenced):
    """A text or data set that the evidence cites.

    Attributes:
        label: What the numbers of its facts begin with: S1 of S1-001.
        file: The file that holds its text, where it is at hand.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    title: Text
    author: Text | None = None
    published: Text | None = None
    address: Text | None = None
    label: Text | None = None
    file: Text | None = None


class Fact(FileEntry):
    """Something a document says, and where it is used.

    Attributes:
        document: The document that says it.
        anchor: A phrase that finds the passage.
        use: What it mainly is to the model; `context` moves no rule.
        where: Parameters, days of the timeline, organizations with their councils and bodies,
            installations, projects, actors, patterns, and claims that are mechanisms.
        note: How it is read, or why it is context only.
    """

    document: DocumentName
    anchor: Anchor
    use: Literal["parameter", "initial", "timeline", "institution", "project", "pattern", "context"]
    where: Texts = ()
    note: Text | None = None


class Dispute(FileEntry):
    """Where a document errs, or two accounts differ: what is stated, and what is held instead.

    Attributes:
        subject: What it is about.
        facts: The facts that state it.
        stated: What the documents state.
        correction: What is held instead, or what the other account is.
        taken: Which of them the model uses.
        where: What in the evidence carries it, as in a fact.
        source: Where the correction stands.
        note: Why it is taken so, and what `as_stated` can do about it.
    """

    subject: Text
    facts: Texts = ()
    stated: Text
    correction: Text
    taken: Literal["stated", "correction", "both", "neither"]
    where: Texts = ()
    source: Sources
    note: Text


class Entity(Evidenced):
    """Something with a name.

    Attributes:
        name: What it is called alone.
        called: Within a sentence, where that differs ("the United States").
        short: Where room is short.
    """

    name: Text
    called: Text | None = None
    short: Text | None = None


class OnMap(FileEntry):
    """Where an actor is drawn; its borders are found by its code, `iso3`.

    Attributes:
        label, centre: Degrees east and north: of the name, and of the land where that lies beside.
        tile: Left, right, bottom and top on the schematic map.
    """

    label: Point | None = None
    centre: Point | None = None
    tile: Corners | None = None


class BaseOnMap(FileEntry):
    """Where a base is drawn: in degrees, on the schematic map, and its name beside it in points."""

    at: Point
    tile: Point
    beside: Point = (7, 0)
    align: Literal["left", "center", "right"] = "left"


class LineOnMap(FileEntry):
    """Where a pipeline, a corridor or a zone is drawn: along points, or at a single one.

    Attributes:
        label: What is written beside its last point, so many points away.
        route: Degrees east and north.
        tiles: The same on the schematic map.
    """

    label: Text
    route: Annotated[list[Point], BeforeValidator(numbers_from)]
    tiles: Annotated[list[Point], BeforeValidator(numbers_from)]
    beside: Point = (7, 0)
    align: Literal["left", "center", "right"] = "left"


class ActorEntry(Entity):
    """A great power, a contested state or an outer state.

    Attributes:
        group: The region or side of `groups` that it joins; those listed there need not say so.
        member_of, observer_of: Organizations to which an actor that a scenario adds belongs; whom
            an organization of the evidence names, it need not name itself.
        colour, ink: In figures, and darker for text; chosen where they are not given.
    """

    model_config = ConfigDict(title="Actor")

    kind: Literal["power", "state", "outer_state"]
    iso3: Text | None = None
    group: GroupName | None = None
    neighbours: ActorNames = ()
    member_of: OrganizationNames = ()
    observer_of: OrganizationNames = ()
    colour: Colour | None = None
    ink: Colour | None = None
    map: OnMap | None = None


class ActorGroup(FileEntry):
    """Several actors taken as one: a region of states, or a side of powers.

    Attributes:
        name: What it is called; its members by default.
        members: Who belongs to it, beside those whose own entry says so.
    """

    name: Text | None = None
    members: ActorNames


class Summit(FileEntry):
    """When a council of an organization meets: its season, and the days that are known."""

    season: Season
    known: Days = ()


class Council(Evidenced):
    """A council of an organization: what it does, and how often it meets in a year at least."""

    name: Text
    does: Text
    meetings: WrittenNumber | None = None


class Body(Entity):
    """Something an organization may found: a charter, a secretariat, working groups."""

    covers: Texts = ()
    requires: Texts = ()
    decided_by: Text
    kind: Literal["institution", "security", "economic", "political"]
    seats: ActorNames = ()


class OrganizationEntry(Entity):
    """An organization: who belongs to it, when it meets, what it may found.

    Attributes:
        also: Earlier and later names, by which a question may know it.
    """

    also: Texts = ()
    founded: Day | None = None
    exists: Truth = True
    sponsors: ActorNames = ()
    members: ActorNames = ()
    observers: ActorNames = ()
    councils: Annotated[dict[str, Council], Once] = Field(default_factory=Frozen)
    packages: Packages = ()
    summits: Annotated[dict[str, Summit], Once] = Field(default_factory=Frozen)
    bodies: Annotated[dict[str, Body], Once] = Field(default_factory=Frozen)


class Installation(Entity):
    """A base: who hosts whom, and for what; whether its guest asks for it, or an event opens it."""

    host: StateName
    guest: PowerName
    purpose: Literal["campaign", "presence"]
    start: Literal["none", "present", "open"]
    asked: Truth = True
    map: BaseOnMap | None = None


class Project(Entity):
    """A pipeline, a zone, a credit: who owns it, whom it serves, who must let it through."""

    kind: Literal["pipeline", "zone", "corridor", "port", "acquisition", "credit", "deal", "fund"]
    owner: PowerName
    hosts: StateNames = ()
    transit: StateNames = ()
    starts: Literal["planned", "none"]
    map: LineOnMap | None = None


class Disputed(FileEntry):
    """Another value, and who holds it; `stated` where it is what the document states."""

    value: Anything
    by: Text
    stated: Truth = False


class Parameter(Evidenced):
    """A declared number, or a table of numbers, with its unit, range and evidence.

    `value`, `range`, `bounds` and `evidence` are given once or in the shape of the table; the
    table's `axes` say what its keys are. Rules know it by the end of its key, or, where that names
    someone, by what `rules_say`. A number of the class `estimated` names its `estimate`, from which
    it has value and range. What is read `only_at_start`, or by no rule, could not be
    changed later: that would pass without effect.
    """

    key: Text
    rules_say: Text | None = None
    description: Text
    unit: Text
    value: Anything
    range: Anything = None
    bounds: Anything = None
    over: Annotated[tuple[str, ...], Several] = ()
    otherwise: WrittenNumber | None = None
    evidence: Anything
    estimate: Anything = None
    disputed: Annotated[tuple[Disputed, ...], Several] = ()
    fixed: Truth = False
    integer: Truth = False
    only_at_start: Truth = False

    @property
    def is_table(self) -> bool:
        """Whether the parameter holds more than one number."""
        return isinstance(self.value, Mapping)

    @property
    def depth(self) -> int:
        """How many keys lead to a number of the table; 0 for a single number."""
        return len(next(leaves_of(self.value))[0])

    @property
    def axes(self) -> tuple[str, ...]:
        """What the keys of each level are; an empty word where that is not declared."""
        return self.over or ("",) * self.depth

    def leaves(self) -> Mapping[KeyPath, float]:
        """Every number that is given, by its keys; a single number has the empty path."""
        return self._leaves

    @functools.cached_property
    def _leaves(self) -> Mapping[KeyPath, float]:
        return Frozen(leaves_of(self.value))

    def range_at(self, path: KeyPath) -> tuple[float, float] | None:
        """The range of one number of the table."""
        limits: tuple[float, float] | None = self._pair(self.range, path)
        return limits

    def bounds_at(self, path: KeyPath) -> tuple[float | None, float | None]:
        """The physical limits of one number of the table; None where there is none."""
        return self._pair(self.bounds, path) or (None, None)

    def evidence_at(self, path: KeyPath) -> str | None:
        """The evidence class of one number of the table."""
        found = part_at(self.evidence, path)
        return found if isinstance(found, str) else None

    def estimate_at(self, path: KeyPath) -> str | None:
        """The estimate that gives one number of the table."""
        found = part_at(self.estimate, path)
        return found if isinstance(found, str) else None

    def stated_instead(self) -> Mapping[KeyPath, float]:
        """The numbers that a document states where another value is held, by their keys."""
        trees = [each.value for each in self.disputed if each.stated]
        return Frozen({path: value for tree in trees for path, value in leaves_of(tree)})

    def is_diagonal(self, path: KeyPath) -> bool:
        """Whether a number is about a power as its own rival, which has no meaning."""
        at = dict(zip(self.axes, path, strict=True))
        return "rival" in at and at["rival"] == at.get("power")

    def _pair(self, tree: Any, path: KeyPath) -> Any:
        found = part_at(tree, path)
        return found if isinstance(found, tuple) else None


@dataclass(frozen=True)
class TimelineEntry:
    """Something that happened, as an event of the vocabulary still to be read."""

    date: dt.date
    event: Mapping[str, Any]
    facts: tuple[str, ...]
    source: tuple[Source, ...]
    note: str | None
    line: int | None


class TimelineFields(Evidenced):
    """What every entry of the timeline has beside its event."""

    model_config = ConfigDict(extra="allow", frozen=True)

    date: Day


@dataclass(frozen=True)
class Additions:
    """What a scenario adds to the evidence, by identifier; each mapping as the catalogue has it."""

    documents: Mapping[str, Document] = field(default_factory=Frozen)
    actors: Mapping[str, ActorEntry] = field(default_factory=Frozen)
    organizations: Mapping[str, OrganizationEntry] = field(default_factory=Frozen)
    installations: Mapping[str, Installation] = field(default_factory=Frozen)
    projects: Mapping[str, Project] = field(default_factory=Frozen)
    outcomes: Mapping[str, Evidenced] = field(default_factory=Frozen)
    parameters: Mapping[str, Parameter] = field(default_factory=Frozen)

    def __bool__(self) -> bool:
        return any(vars(self).values())

    def entries(self) -> Iterator[tuple[str, str, Evidenced]]:
        """Kind, identifier and entry of each."""
        for kind, entries in vars(self).items():
            for key, entry in entries.items():
                yield kind, key, entry

    def joined(self, other: Additions) -> Additions:
        """These and others, which win where both have a name."""
        pairs = {kind: {**own, **vars(other)[kind]} for kind, own in vars(self).items()}
        return Additions(**{kind: Frozen(entries) for kind, entries in pairs.items()})

    def without(self, actors: Collection[str]) -> Additions:
        """These less some actors."""
        kept = {key: each for key, each in self.actors.items() if key not in actors}
        return replace(self, actors=Frozen(kept))


def leaves_of(tree: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Every leaf of a nested mapping with its path, in order."""
    if isinstance(tree, Mapping):
        for key, part in tree.items():
            yield from leaves_of(part, (*path, key))
    else:
        yield path, tree


def part_at(tree: Any, path: KeyPath) -> Any:
    """What a nested mapping says at a path: its own entry, `otherwise`, or None."""
    for key in path:
        if not isinstance(tree, Mapping):
            return tree
        tree = tree.get(key, tree.get("otherwise"))
    return tree
