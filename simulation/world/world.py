"""The world: named-axis arrays over runs, and the record of what was decided.

Every quantity is one array whose last axis is the run. Agents hold views of these arrays; they
write what they intend, and the phase commits all intents together, so that the order of agents
changes nothing. The region (the five states whose influence is contested) comes first on the
state axis, so that `array[:, :regions]` is a view.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import EllipsisType
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from simulation.evidence.catalogue import Catalogue
from simulation.numerics.arrays import FLOAT, Array, Mask, rows_with
from simulation.scenario.events import EventKind
from simulation.world.axes import Axes
from simulation.world.deliberation import Deliberation

ECONOMIC, POLITICAL, SECURITY = range(3)

NONE, PRESENT, OPEN, NOTICE, CLOSED = range(5)
"""Status of an installation: `present` is a foothold without a base agreement."""
BASE_STATUS = ("none", "present", "open", "notice", "closed")

OUTSIDE, OBSERVER, MEMBER = range(3)
"""Standing of an actor in an organization."""

IDLE, PLANNED, BUILDING, RUNNING, CANCELLED = range(5)
"""Status of a project."""

PROJECT_STATUS = ("idle", "planned", "building", "open", "cancelled")

PHASES = (
    "world",
    "unrest",
    "appraise",
    "offer",
    "convene",
    "respond",
    "bargain",
    "build",
    "settle",
)

Codes = NDArray[np.int8]
"""Which status or standing, of those above."""
Counts = NDArray[np.int16]
"""Quarters, or places on an axis."""
Values = NDArray[np.floating | np.bool_ | np.int8 | np.int16]
"""What any array of the world holds."""
Index = int | slice | EllipsisType | NDArray[np.intp] | tuple[int | slice | NDArray[np.intp], ...]
"""Where in an array of the world."""

Value = Values | float | Callable[[Array], Array]
"""What is written there, or what is made of what stands there."""
Name = str | tuple[str, str]
"""An identifier on an axis; a body goes by its organization and its own name."""


class Layout(NamedTuple):
    """How an array of the world is laid out, and within which bounds its values lie.

    Attributes:
        axes: those before the run.
        start: the value at the start.
        dtype: the type of its numbers.
        least: the lower bound.
        most: the upper bound; infinity for none, which no value may reach.
    """

    axes: tuple[str, ...]
    start: float
    dtype: type
    least: float
    most: float


def _parts(*axes: str, start: float = 0) -> Array:
    """Numbers from 0 to 1: shares, degrees, chances."""
    return cast(Array, Layout(axes, start, FLOAT, least=0, most=1))


def _leanings(*axes: str) -> Array:
    """Numbers from -1 to 1."""
    return cast(Array, Layout(axes, 0, FLOAT, least=-1, most=1))


def _scores(*axes: str) -> Array:
    """Numbers of either sign."""
    return cast(Array, Layout(axes, 0, FLOAT, least=-np.inf, most=np.inf))


def _amounts(*axes: str, start: float = 0) -> Array:
    """Numbers of 0 or more."""
    return cast(Array, Layout(axes, start, FLOAT, least=0, most=np.inf))


def _flags(*axes: str) -> Mask:
    return cast(Mask, Layout(axes, 0, np.bool_, least=0, most=1))


def _codes(*axes: str, most: int) -> Codes:
    return cast(Codes, Layout(axes, 0, np.int8, least=0, most=most))


def _counts(*axes: str, start: int = 0, least: float | None = None) -> Counts:
    lowest = start if least is None else least
    return cast(Counts, Layout(axes, start, np.int16, lowest, most=np.inf))


class Arrays:
    """Everything the world remembers between phases, each array with its axes before the run.

    A line declares an array to the reader, to the type checker, which refuses a misspelt name,
    and to the world, which puts the array in the place of its layout.
    """

    # ties and what follows from them
    ties = _amounts("channel", "power", "region")
    influence_by_channel = _parts("channel", "power", "region")
    influence = _parts("power", "region")
    share = _parts("power", "region")
    concentration = _parts("power", "region")
    trade_weight = _amounts("power", "region")
    trade_size = _amounts("region", start=1)
    trade_share = _parts("power", "region")
    # leanings and blame
    affinity = _leanings("power", "state")
    agenda = _leanings("power")
    vote_shift = _scores("power", "state")
    criticism = _parts("power", "region")
    suspicion = _parts("power", "state")
    need = _parts("power", "region")
    felt = _amounts("power", "rival")
    pressure = _parts("power")
    usual = _parts("power", "region")
    effort = _scores("power")
    value = _amounts("power", "region")
    withheld = _parts("power", "region")
    published = _parts("power", "region")
    withheld_usual = _parts("power", "region")
    habit = _parts("power", "region")
    scripted_withholding = _flags("power", "region")
    aid = _amounts("channel", "power", "region")
    extra_aid = _amounts("channel", "power", "region")
    cover = _parts("power", "region")
    goods = _amounts("power", "region")
    leverage = _amounts("channel", "power", "region", start=1)
    kept = _parts("power", "region", start=1)
    personal = _parts("power", "region", start=1)
    purse = _scores("power")
    undrawn = _amounts("power", "region")
    spent = _amounts("channel", "power", "region")
    understanding = _flags("power", "region")
    # regimes
    fear = _parts("state")
    danger = _parts("state")
    sanctioned = _flags("state")
    ousted = _flags("state")
    cracked_down = _flags("state")
    ousters = _amounts("state")
    new_government = _flags("state")
    kinship = _parts("state")
    transition = _parts("state")
    repression = _parts("region")
    accountability = _parts("state")
    hardship = _parts("region")
    capacity = _parts("region")
    # threats
    militancy = _parts("region")
    latent = _parts("region")
    usual_militancy = _parts("region")
    unaccustomed = _parts("region")
    sanctuary = _parts(start=1)
    drug_friction = _parts("region")
    water_friction = _parts("region")
    trafficking = _amounts()
    water_stress = _amounts()
    # surroundings
    campaign = _parts()
    campaign_to_come = _parts(start=np.nan)
    energy_thirst = _amounts()
    oil_price = _amounts()
    # installations
    base_status = _codes("installation", most=CLOSED)
    rent = _amounts("installation")
    base_quarters = _counts("installation")
    contract_left = _counts("installation", least=-np.inf)
    notice_left = _counts("installation")
    proposed = _flags("installation")
    under_review = _flags("installation")
    price = _amounts("installation")
    taste = _scores("installation")
    # organizations
    standing = _codes("organization", "member", most=MEMBER)
    exists = _flags("organization")
    founded = _flags("body")
    seat = _counts("body", start=-1)
    depth = _parts("organization")
    depth_last = _parts("organization")
    statement = _parts("organization")
    stated_now = _flags("organization")
    voice = _parts("organization")
    drilled = _parts("organization")
    exercised = _flags("organization")
    took_part = _flags("organization", "member")
    trained_together = _flags("organization")
    trained_together_at = _counts("organization", start=-1)
    pact = _parts("organization")
    worth = _scores("organization", "state")
    welcome = _scores("organization", "state")
    # projects
    project_status = _codes("project", most=CANCELLED)
    quarters_left = _counts("project")
    project_delay = _counts("project")
    ventures = _amounts("power", "region")
    deals = _amounts("power", "region")
    stake = _parts("power", "region")
    # firsts, for outcomes and patterns: the quarter in which it first happened, -1 for never
    withheld_since = _counts("power", "region", start=-1)
    opened_at = _counts("installation", start=-1)
    notice_at = _counts("installation", start=-1)
    closed_at = _counts("installation", start=-1)
    rent_raised_at = _counts("installation", start=-1)
    founded_at = _counts("body", start=-1)
    organization_founded_at = _counts("organization", start=-1)
    observing_for = _counts("organization", "member")
    club = _parts("state")
    belonged = _parts("organization", "region")
    joined_at = _counts("organization", "member", start=-1)
    left_at = _counts("organization", "member", start=-1)
    statement_at = _counts("organization", start=-1)
    opened_project_at = _counts("project", start=-1)
    # what only outcomes look at: leanings that turned, years of membership, how fast shares move
    turned_away = _flags("power", "region")
    turned_back = _flags("power", "region")
    member_quarters = _counts("organization", "member")
    share_of_year = _parts("power", "region")
    yearly_change = _parts()


ArrayName = Literal[
    "ties", "influence_by_channel", "influence", "share", "concentration", "trade_weight",
    "trade_size", "trade_share", "affinity", "agenda", "vote_shift",
    "criticism", "suspicion", "need", "felt",
    "pressure", "usual", "effort", "value", "withheld", "published", "withheld_usual",
    "habit", "scripted_withholding", "aid",
    "extra_aid", "cover", "goods", "leverage", "kept", "personal", "purse", "undrawn", "spent",
    "understanding", "fear", "sanctioned", "ousted", "cracked_down",
    "ousters", "new_government", "kinship", "transition", "repression", "accountability",
    "hardship", "capacity", "militancy", "latent", "drug_friction", "water_friction", "trafficking",
    "water_stress", "campaign", "campaign_to_come", "energy_thirst", "oil_price", "base_status",
    "rent", "base_quarters", "contract_left", "notice_left", "proposed", "under_review", "price",
    "taste", "standing", "exists", "founded", "seat", "depth", "depth_last", "statement",
    "stated_now", "voice", "drilled", "exercised", "took_part", "trained_together",
    "trained_together_at", "pact", "worth", "welcome", "project_status", "quarters_left", "danger",
    "usual_militancy", "unaccustomed", "sanctuary",
    "project_delay", "ventures", "deals", "stake", "withheld_since", "opened_at", "notice_at",
    "closed_at", "rent_raised_at", "founded_at", "organization_founded_at", "observing_for", "club",
    "belonged", "joined_at", "left_at", "statement_at", "opened_project_at", "turned_away",
    "turned_back", "member_quarters", "share_of_year", "yearly_change",
]  # fmt: skip
"""The names of the arrays, for whoever names one before it is at hand."""

LAYOUT: dict[ArrayName, Layout] = {
    cast(ArrayName, name): layout
    for name, layout in vars(Arrays).items()
    if isinstance(layout, Layout)
}
"""How each array is laid out, in the order of `Arrays`."""


LoggedKind = Literal[
    "ouster", "crackdown", "open_base", "review", "keep_base", "serve_notice",
    "close_base", "withdraw", "withhold_aid", "resume_aid", "offer_credit", "raise_rent", "deal",
    "venture", "understanding", "found_body",
    "found_organization", "statement", "legitimize", "admit", "join", "leave", "exercise",
    "take_part", "stay_out", "sponsors_drill", "start_project", "open_project",
]  # fmt: skip
"""What the log calls what was decided and what came of it; dated events have names of their own."""


class Logged(NamedTuple):
    """An event of the log, and the runs, by their numbers, in which it happened, a value each."""

    quarter: int
    phase: str
    kind: str
    actor: str
    counterpart: str
    object: str
    runs: NDArray[np.intp]
    values: NDArray[np.float64]


Succession = Literal["death", "vote", "coup"]
"""How a head of state comes to be followed by another, other than by a fall."""


class World(Arrays):
    """Arrays over runs, their axes, the intents of the phase, and the log of what happened.

    Beside the arrays, which are about each run, stands what events make alike in all runs, for one
    quarter: `successions` (how a state got another head, by its place), `budget_factors` (multiple
    of its usual giving, by the places of power and state) and `special_conditions` (largest part
    of its aid that a power withholds from a state, where that is not as usual).

    Args:
        axes: identifiers along every axis.
        runs: how many runs advance together.
        first_run: number of the first run in its batch.
        explaining: keep the terms of every decision (for replays; costs time and memory).

    Attributes:
        of_the_evidence: places of the contested states that no scenario added; of all without one.
        PASSING: what changes from quarter to quarter beside the arrays.
    """

    PASSING = frozenset(
        {
            "quarter",
            "phase",
            "successions",
            "budget_factors",
            "special_conditions",
            "log",
            "entries",
        }
    )

    def __init__(
        self,
        axes: Axes,
        catalogue: Catalogue,
        runs: int,
        first_run: int = 0,
        explaining: bool = False,
    ) -> None:
        self.axes = axes
        self.runs = runs
        self.first_run = first_run
        self.explaining = explaining
        self.every_run: Mask = np.ones(runs, dtype=bool)
        self.no_run: Mask = ~self.every_run
        self.quarter = -1
        self.phase = ""
        self.successions: dict[int, Succession] = {}
        self.budget_factors: dict[tuple[int, int], float] = {}
        self.special_conditions: dict[tuple[int, int], float] = {}
        self.log: list[Logged] = []
        self.entries: list[Deliberation] = []
        self._intents: list[tuple[ArrayName, Index, Value, Mask | None]] = []
        self._fresh: list[Logged] = []
        named: dict[str, Sequence[Name]] = {**axes.mapping(), "body": axes.body}
        self._places = {
            axis: {name: place for place, name in enumerate(names)} for axis, names in named.items()
        }
        added = catalogue.added.actors
        of_the_evidence = [a for a, name in enumerate(axes.region) if name not in added]
        self.of_the_evidence = of_the_evidence or list(range(len(axes.region)))
        bases = [catalogue.installations[name] for name in axes.installation]
        self.guests = tuple(self.place("power", base.guest) for base in bases)
        self.hosts = tuple(self.place("state", base.host) for base in bases)
        self.for_campaign = tuple(base.purpose == "campaign" for base in bases)
        self.asked_for = tuple(base.asked for base in bases)
        self.projects = [catalogue.projects[name] for name in axes.project]
        self.owners = tuple(self.place("power", project.owner) for project in self.projects)
        self.places_of_hosts = [
            [self.place("region", host) for host in project.hosts if self.has("region", host)]
            for project in self.projects
        ]
        self.places_crossed = [
            [
                self.place("region", state)
                for state in sorted({*project.hosts, *project.transit})
                if self.has("region", state)
            ]
            for project in self.projects
        ]
        self.organizations = [catalogue.organizations[name] for name in axes.organization]
        self.sponsors = tuple(
            tuple(self.place("power", p) for p in entry.sponsors if p in axes.power)
            for entry in self.organizations
        )
        self.places_of_sponsors = [np.array(each, dtype=np.int64) for each in self.sponsors]
        self.bodies_of = tuple(
            tuple(b for b, key in enumerate(axes.body) if key[0] == name)
            for name in axes.organization
        )
        side, home = catalogue.members_of(catalogue.side), catalogue.members_of(catalogue.home)
        self.side = tuple(self.place("power", p) for p in side if p in axes.power)
        self.home = tuple(a for a, name in enumerate(axes.region) if name in home)
        for name, (dimensions, start, dtype, *_) in LAYOUT.items():
            shape = (*(len(getattr(axes, d)) for d in dimensions), runs)
            setattr(self, name, np.full(shape, start, dtype=dtype))

    if not TYPE_CHECKING:  # a type checker is to refuse what is not declared

        def __getattr__(self, name: str) -> None:  # only for what is missing
            raise AttributeError(f"the world has no '{name}'")

    @property
    def regions(self) -> int:
        """How many states are contested; they come first on the state axis."""
        return len(self.axes.region)

    def place(self, axis: str, name: Name) -> int:
        """Position of an identifier on an axis."""
        return self._places[axis][name]

    def has(self, axis: str, name: Name) -> bool:
        """Whether an identifier is on an axis in this scenario."""
        return name in self._places[axis]

    def running(self, project: int) -> Mask:
        """Runs in which a project is open."""
        found: Mask = self.project_status[project] == RUNNING
        return found

    def base_is_open(self) -> Mask:
        """Installations in use, also under notice; shape (installation, run)."""
        found: Mask = (self.base_status == OPEN) | (self.base_status == NOTICE)
        return found

    def looks_for_bases(self, power: int) -> bool:
        """Whether a power asks for a base by itself, other than those that events open."""
        return any(
            guest == power and asked
            for guest, asked in zip(self.guests, self.asked_for, strict=True)
        )

    def in_region(self, base: int) -> bool:
        """Whether the host of an installation is a contested state.

        Elsewhere nobody decides on a base: it opens and closes by events, and rivals count it.
        """
        return self.hosts[base] < self.regions

    def members_in_region(self, organization: int) -> Mask:
        """Contested states that are full members, shape (region, run)."""
        powers = len(self.axes.power)
        found: Mask = self.standing[organization, powers : powers + self.regions] == MEMBER
        return found

    def give_extra_aid(self, channel: int, power: int, region: int, amount: Array | float) -> None:
        """Add to what a power gives this quarter beside its budget."""
        self.extra_aid[channel, power, region] += amount

    def array(self, name: ArrayName) -> Values:
        """An array by its name."""
        found: Values = getattr(self, name)
        return found

    def intend(
        self, name: ArrayName, index: Index, value: Value, where: Mask | None = None
    ) -> None:
        """Write to `name[index]` when the phase ends, in the runs where it is decided.

        Each intent touches runs and places of its own. Where several of one phase take from one
        place, as payments from a purse do, the value is a function of what the others left there.
        """
        self._intents.append((name, index, value, where))

    def commit(self) -> None:
        """Carry out the intents of the phase."""
        for name, index, value, where in self._intents:
            target = self.array(name)
            if callable(value):
                value = value(cast(Array, target[index]))
            if where is None:
                target[index] = value
            else:
                part = target[index]
                np.copyto(part, value, where=where, casting="unsafe")
                if part.flags.owndata:  # of places picked one by one it is a copy
                    target[index] = part
        self._intents.clear()

    def mark(self, name: ArrayName, index: Index, happened: Mask) -> None:
        """Note this quarter as the first in which something happened, where it is the first."""
        self.intend(name, index, self.quarter, happened & (self.array(name)[index] < 0))

    def note(
        self,
        kind: LoggedKind,
        happened: Mask,
        actor: str = "",
        counterpart: str = "",
        object: str = "",
        value: Array | float = 0.0,
    ) -> None:
        """Log what was decided, or came of it, in the runs in which it happened."""
        self._note(kind, happened, actor, counterpart, object, value=value)

    def note_event(
        self,
        kind: EventKind,
        happened: Mask,
        actor: str = "",
        counterpart: str = "",
        value: Array | float = 0.0,
    ) -> None:
        """Log a dated event, which nobody in the run decided."""
        self._note(f"event_{kind}", happened, actor, counterpart, object="", value=value)

    def _note(
        self,
        kind: str,
        happened: Mask,
        actor: str,
        counterpart: str,
        object: str,
        value: Array | float,
    ) -> None:
        where = happened.nonzero()[0]
        if not where.size:
            return
        values = np.empty(where.size, dtype=np.float64)
        if isinstance(value, np.ndarray) and value.ndim and len(value) > 1:
            value = value[where]
        values[:] = value
        self._fresh.append(
            Logged(
                self.quarter,
                self.phase,
                kind=kind,
                actor=actor,
                counterpart=counterpart,
                object=object,
                runs=where + self.first_run,
                values=values,
            )
        )

    def note_each(
        self,
        kind: LoggedKind,
        happened: Mask,
        actor: str | Sequence[str] = "",
        counterpart: str | Sequence[str] = "",
        object: str | Sequence[str] = "",
        value: Array | float = 0.0,
    ) -> None:
        """Log the same kind of event of several: a row of `happened`, and a name, for each."""
        names = (actor, counterpart, object)
        for row in rows_with(happened):
            who, whom, what = (name if isinstance(name, str) else name[row] for name in names)
            worth = value[row] if isinstance(value, np.ndarray) and value.ndim > 1 else value
            self.note(kind, happened[row], who, whom, object=what, value=worth)

    def strike(self, kinds: Collection[str], spared: Collection[str] = ()) -> None:
        """Take decisions of some kinds back out of this quarter's log.

        Args:
            kinds: as the log calls them.
            spared: what has one of these names in it stays.
        """
        self._fresh = [
            e for e in self._fresh if e[2] not in kinds or not {*spared}.isdisjoint(e[3:6])
        ]
        self.entries = [
            e
            for e in self.entries
            if e.quarter < self.quarter
            or e.decision not in kinds
            or not {*spared}.isdisjoint((e.actor, e.object))
        ]

    def close_log(self) -> None:
        """Sort the quarter's events by name and keep them."""
        order = {phase: place for place, phase in enumerate(PHASES)}
        self._fresh.sort(key=lambda e: (order[e[1]], *e[2:6]))
        self.log += self._fresh
        self._fresh.clear()

    def snapshot(self) -> Mapping[ArrayName, Values]:
        """Copies of every array, by name."""
        return {name: self.array(name).copy() for name in LAYOUT}
