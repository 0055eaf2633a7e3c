"""The world: named-axis arrays over runs, and the record of what was decided.

Every quantity is one array whose last axis is the run. Agents hold views of these arrays; they
write what they intend, and the phase commits all intents together, so that the order of agents
changes nothing. The region (the five states whose influence is contested) comes first on the
state axis, so that `array[:, :regions]` is a view.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.evidence.catalogue import Catalogue
from simulation.numerics.arrays import FLOAT, Array, Mask, Utility, rows_with
from simulation.world.axes import Axes
from simulation.world.deliberation import Entry

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


#: name: (axes, starting value, dtype). Everything the world remembers between phases.
LAYOUT: dict[str, tuple[tuple[str, ...], float, type]] = {
    # ties and what follows from them
    "ties": (("channel", "power", "region"), 0, FLOAT),
    "influence_by_channel": (("channel", "power", "region"), 0, FLOAT),
    "influence": (("power", "region"), 0, FLOAT),
    "share": (("power", "region"), 0, FLOAT),
    "concentration": (("power", "region"), 0, FLOAT),
    "trade_weight": (("power", "region"), 0, FLOAT),
    "trade_size": (("region",), 1, FLOAT),
    "trade_share": (("power", "region"), 0, FLOAT),
    # leanings and blame
    "affinity": (("power", "state"), 0, FLOAT),
    "agenda": (("power",), 0, FLOAT),
    "criticism": (("power", "region"), 0, FLOAT),
    "suspicion": (("power", "state"), 0, FLOAT),
    "need": (("power", "region"), 0, FLOAT),
    "pressure": (("power",), 0, FLOAT),
    "value": (("power", "region"), 0, FLOAT),
    "withheld": (("power", "region"), 0, FLOAT),
    "published": (("power", "region"), 0, FLOAT),
    "scripted_withholding": (("power", "region"), 0, np.bool_),
    "aid": (("channel", "power", "region"), 0, FLOAT),
    "extra_aid": (("channel", "power", "region"), 0, FLOAT),
    "cover": (("power", "region"), 0, FLOAT),
    "goods": (("power", "region"), 0, FLOAT),
    "understanding": (("power", "region"), 0, np.bool_),
    # regimes
    "fear": (("state",), 0, FLOAT),
    "fear_last": (("state",), 0, FLOAT),
    "fear_before": (("state",), 0, FLOAT),
    "sanctioned": (("state",), 0, np.bool_),
    "ousted": (("state",), 0, np.bool_),
    "cracked_down": (("state",), 0, np.bool_),
    "ousters": (("state",), 0, FLOAT),
    "new_government": (("state",), 0, np.bool_),
    "repression": (("region",), 0, FLOAT),
    "accountability": (("state",), 0, FLOAT),
    "hardship": (("region",), 0, FLOAT),
    "capacity": (("region",), 0, FLOAT),
    # threats
    "militancy": (("region",), 0, FLOAT),
    "latent": (("region",), 0, FLOAT),
    "drug_friction": (("region",), 0, FLOAT),
    "water_friction": (("region",), 0, FLOAT),
    "trafficking": ((), 0, FLOAT),
    "water_stress": ((), 0, FLOAT),
    # surroundings
    "campaign": ((), 0, FLOAT),
    "campaign_to_come": ((), np.nan, FLOAT),
    "energy_thirst": ((), 0, FLOAT),
    "oil_price": ((), 0, FLOAT),
    # installations
    "base_status": (("installation",), 0, np.int8),
    "rent": (("installation",), 0, FLOAT),
    "base_quarters": (("installation",), 0, np.int16),
    "contract_left": (("installation",), 0, np.int16),
    "notice_left": (("installation",), 0, np.int16),
    "proposed": (("installation",), 0, np.bool_),
    "under_review": (("installation",), 0, np.bool_),
    "price": (("installation",), 0, FLOAT),
    "taste": (("installation",), 0, FLOAT),
    # organizations
    "standing": (("organization", "member"), 0, np.int8),
    "exists": (("organization",), 0, np.bool_),
    "founded": (("body",), 0, np.bool_),
    "seat": (("body",), -1, np.int16),
    "depth": (("organization",), 0, FLOAT),
    "depth_last": (("organization",), 0, FLOAT),
    "statement": (("organization",), 0, FLOAT),
    "stated_now": (("organization",), 0, np.bool_),
    "voice": (("organization",), 0, FLOAT),
    "drilled": (("organization",), 0, FLOAT),
    "exercised": (("organization",), 0, np.bool_),
    "took_part": (("organization", "member"), 0, np.bool_),
    "worth": (("organization", "state"), 0, FLOAT),
    "welcome": (("organization", "state"), 0, FLOAT),
    # projects
    "project_status": (("project",), 0, np.int8),
    "quarters_left": (("project",), 0, np.int16),
    "project_delay": (("project",), 0, np.int16),
    "ventures": (("power", "region"), 0, FLOAT),
    "deals": (("power", "region"), 0, FLOAT),
    "stake": (("power", "region"), 0, FLOAT),
    # firsts, for outcomes and patterns: the quarter in which it first happened, -1 for never
    "withheld_since": (("power", "region"), -1, np.int16),
    "opened_at": (("installation",), -1, np.int16),
    "notice_at": (("installation",), -1, np.int16),
    "closed_at": (("installation",), -1, np.int16),
    "rent_raised_at": (("installation",), -1, np.int16),
    "founded_at": (("body",), -1, np.int16),
    "organization_founded_at": (("organization",), -1, np.int16),
    "observing_for": (("organization", "member"), 0, np.int16),
    "club": (("state",), 0, FLOAT),
    "joined_at": (("organization", "member"), -1, np.int16),
    "left_at": (("organization", "member"), -1, np.int16),
    "statement_at": (("organization",), -1, np.int16),
    "opened_project_at": (("project",), -1, np.int16),
}


class World:
    """Arrays over runs, their axes, the intents of the phase, and the log of what happened.

    Args:
        axes: identifiers along every axis.
        runs: how many runs advance together.
        first_run: number of the first run in its batch.
        explaining: keep the terms of every decision (for replays; costs time and memory).
    """

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
        self.quarter = -1
        self.phase = ""
        self.gave_extra_aid = False
        self.log: list[tuple[int, str, str, str, str, str, np.ndarray, np.ndarray]] = []
        self.entries: list[Entry] = []
        self._intents: list[tuple[str, Any, Any, Mask | None]] = []
        self._fresh: list[tuple] = []
        self._places = {
            axis: {name: place for place, name in enumerate(names)}
            for axis, names in {**axes.mapping(), "body": axes.body}.items()
        }
        bases = [catalogue.installations[name] for name in axes.installation]
        self.guests = tuple(self.place("power", base.guest) for base in bases)
        self.hosts = tuple(self.place("state", base.host) for base in bases)
        self.for_campaign = tuple(base.purpose == "campaign" for base in bases)
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
        for name, (dimensions, start, dtype) in LAYOUT.items():
            shape = (*(len(getattr(axes, d)) for d in dimensions), runs)
            setattr(self, name, np.full(shape, start, dtype=dtype))

    if TYPE_CHECKING:  # the arrays of LAYOUT

        def __getattr__(self, name: str) -> Any: ...

        def __setattr__(self, name: str, value: Any) -> None: ...

    else:

        def __getattr__(self, name: str) -> Any:
            raise AttributeError(f"the world has no '{name}'")

    @property
    def regions(self) -> int:
        """How many states are contested; they come first on the state axis."""
        return len(self.axes.region)

    def place(self, axis: str, name: Any) -> int:
        """Position of an identifier on an axis."""
        return self._places[axis][name]

    def has(self, axis: str, name: Any) -> bool:
        """Whether an identifier is on an axis in this scenario."""
        return name in self._places[axis]

    def running(self, project: int) -> Mask:
        """Runs in which a project is open."""
        return self.project_status[project] == RUNNING

    def base_is_open(self) -> Mask:
        """Installations in use, also under notice; shape (installation, run)."""
        return (self.base_status == OPEN) | (self.base_status == NOTICE)

    def members_in_region(self, organization: int) -> Mask:
        """Contested states that are full members, shape (region, run)."""
        powers = len(self.axes.power)
        return self.standing[organization, powers : powers + self.regions] == MEMBER

    def give_extra_aid(self, channel: int, power: int, region: int, amount: float) -> None:
        """Add to what a power gives this quarter beside its budget."""
        self.extra_aid[channel, power, region] += amount
        self.gave_extra_aid = True

    def intend(self, name: str, index: Any, value: Any, where: Mask | None = None) -> None:
        """Write to `name[index]` when the phase ends, in the runs where it is decided."""
        self._intents.append((name, index, value, where))

    def commit(self) -> None:
        """Carry out the intents of the phase. Each touches runs and places of its own."""
        for name, index, value, where in self._intents:
            target = getattr(self, name)
            if where is None:
                target[index] = value
            else:
                np.copyto(target[index], value, where=where, casting="unsafe")
        self._intents.clear()

    def mark(self, name: str, index: Any, happened: Mask) -> None:
        """Note this quarter as the first in which something happened, where it is the first."""
        self.intend(name, index, self.quarter, happened & (getattr(self, name)[index] < 0))

    def note(
        self,
        kind: str,
        happened: Mask,
        actor: str = "",
        counterpart: str = "",
        object: str = "",
        value: Array | float = 0.0,
    ) -> None:
        """Log an event in the runs in which it happened."""
        where = happened.nonzero()[0]
        if not where.size:
            return
        values = np.empty(where.size, dtype=np.float64)
        if isinstance(value, np.ndarray) and value.ndim and len(value) > 1:
            value = value[where]
        values[:] = value
        self._fresh.append(
            (self.quarter, self.phase, kind, actor, counterpart, object, where, values)
        )

    def note_each(
        self,
        kind: str,
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
            self.note(kind, happened[row], who, whom, what, worth)

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
        """Sort the quarter's events by name and keep them, with absolute run numbers."""
        order = {phase: place for place, phase in enumerate(PHASES)}
        self._fresh.sort(key=lambda e: (order[e[1]], *e[2:6]))
        for *head, where, values in self._fresh:
            where += self.first_run
            self.log.append((*head, where, values))  # type: ignore[arg-type]
        self._fresh.clear()

    def explain(
        self,
        decision: str,
        actor: str,
        object: str,
        utility: Utility,
        happened: Mask,
        threshold: Array | float = 0.0,
        draw: Array | float = 0.0,
        conditions: Mapping[str, Mask] = MappingProxyType({}),
        facts: Mapping[str, Array | Mask | float] = MappingProxyType({}),
        below: bool = False,
    ) -> None:
        """Keep the terms of a decision, when the model is asked to explain itself.

        Args:
            decision, actor, object: what was decided, by whom, about what.
            utility: the named terms.
            happened: runs in which it was decided so.
            threshold: what the terms were held against.
            draw: what chance added; a uniform draw is given as its logit, with the sign that
                the terms plus the draw are held against the threshold.
            conditions: what else has to hold for the decision to come up, by name.
            facts: quantities that belong to the decision and are no terms.
            below: whether it happens below the threshold.
        """
        if self.explaining:
            happened = np.broadcast_to(happened, (self.runs,))
            rest = (utility, happened, threshold, draw, conditions, facts, below)
            self.entries.append(Entry.of(self.quarter, decision, actor, object, *rest))

    def snapshot(self) -> Mapping[str, np.ndarray]:
        """Copies of every array, by name."""
        return {name: getattr(self, name).copy() for name in LAYOUT}
