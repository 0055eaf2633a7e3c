"""What is read of a run: variables every quarter, and outcomes, one number, at the horizon.

A variable is an array of the world with named axes; an outcome is what a run is judged by. Both
carry name, unit and description. Which outcomes there are, `outcomes.yaml` of the evidence says:
about those whom it knows, and those whom a scenario adds. Plug-ins register further ones here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from simulation.evidence.catalogue import Catalogue, listed, load_catalogue
from simulation.evidence.readings import IN_SOME_RUNS, READINGS, OutcomeEntry
from simulation.model.measures import agreement_of, contest_of, measured, states_of
from simulation.numerics.arrays import Array, number
from simulation.world import world as w
from simulation.world.world import World

if TYPE_CHECKING:
    from simulation.model.model import InfluenceModel
    from simulation.scenario.scenario import Scenario

OutcomeKind = Literal["continuous", "binary", "count"]
OutcomeMeasure: TypeAlias = "Callable[[InfluenceModel], Array]"


@dataclass(frozen=True)
class Variable:
    """A quantity recorded every quarter; `measure` returns an array (axes..., runs)."""

    name: str
    description: str
    unit: str
    axes: tuple[str, ...]
    low: float
    high: float
    measure: Callable[[World], Array]


VARIABLES: dict[str, Variable] = {
    variable.name: variable
    for variable in (
        Variable(
            name="influence",
            description="Influence of a power over a state, over all channels.",
            unit="0 to 1",
            axes=("power", "region"),
            low=0,
            high=1,
            measure=lambda world: world.influence,
        ),
        Variable(
            name="influence_share",
            description="A power's part of all powers' influence over a state.",
            unit="share",
            axes=("power", "region"),
            low=0,
            high=1,
            measure=lambda world: world.share,
        ),
        Variable(
            name="channel_influence",
            description="Influence of a power over a state in one channel.",
            unit="0 to 1",
            axes=("channel", "power", "region"),
            low=0,
            high=1,
            measure=lambda world: world.influence_by_channel,
        ),
        Variable(
            name="contest",
            description="Part of influence over a state that one side of powers holds.",
            unit="share",
            axes=("region",),
            low=0,
            high=1,
            measure=lambda world: contest_of(world, world.side),
        ),
        Variable(
            name="affinity",
            description="Leaning of a state to a power.",
            unit="-1 to 1",
            axes=("power", "state"),
            low=-1,
            high=1,
            measure=lambda world: world.affinity,
        ),
        Variable(
            name="agreement",
            description="Agreement of a state with a power in the United Nations.",
            unit="0 to 1",
            axes=("power", "state"),
            low=0,
            high=1,
            measure=agreement_of,
        ),
        Variable(
            name="trade_share",
            description="A power's share of a state's trade.",
            unit="share",
            axes=("power", "region"),
            low=0,
            high=1,
            measure=lambda world: world.trade_share,
        ),
        Variable(
            name="criticism",
            description="Public blame of a state by a power.",
            unit="0 to 1",
            axes=("power", "region"),
            low=0,
            high=1,
            measure=lambda world: world.criticism,
        ),
        Variable(
            name="fear",
            description="Insecurity of a state's regime.",
            unit="0 to 1",
            axes=("state",),
            low=0,
            high=1,
            measure=lambda world: world.fear,
        ),
        Variable(
            name="militancy",
            description="Visible militancy in a state.",
            unit="0 to 1",
            axes=("region",),
            low=0,
            high=1,
            measure=lambda world: world.militancy,
        ),
        Variable(
            name="repression",
            description="Repression by a state's regime.",
            unit="0 to 1",
            axes=("region",),
            low=0,
            high=1,
            measure=lambda world: world.repression,
        ),
        Variable(
            name="pressure",
            description="All that a power feels of those whom it minds, with a lag.",
            unit="0 to 1",
            axes=("power",),
            low=0,
            high=1,
            measure=lambda world: world.pressure,
        ),
        Variable(
            name="base_open",
            description="Whether an installation is in use.",
            unit="0 or 1",
            axes=("installation",),
            low=0,
            high=1,
            measure=lambda world: number(world.base_is_open()),
        ),
        Variable(
            name="base_rent",
            description="Rent of an installation.",
            unit="US$ million a year",
            axes=("installation",),
            low=0,
            high=200,
            measure=lambda world: world.rent,
        ),
        Variable(
            name="membership_full",
            description="Whether a state is a full member of an organization.",
            unit="0 or 1",
            axes=("organization", "state"),
            low=0,
            high=1,
            measure=lambda world: number(world.standing[:, len(world.axes.power) :] == w.MEMBER),
        ),
        Variable(
            name="depth",
            description="How much of its programme an organization has built.",
            unit="0 to 1",
            axes=("organization",),
            low=0,
            high=1,
            measure=lambda world: world.depth,
        ),
        Variable(
            name="statement",
            description="Strength of an organization's call on guests to leave.",
            unit="0 to 1",
            axes=("organization",),
            low=0,
            high=1,
            measure=lambda world: world.statement,
        ),
        Variable(
            name="project_open",
            description="Whether a project is open.",
            unit="0 or 1",
            axes=("project",),
            low=0,
            high=1,
            measure=lambda world: number(world.project_status == w.RUNNING),
        ),
    )
}


def measure_variables(world: World) -> dict[str, Array]:
    """Every variable at the end of a quarter, by name."""
    return {name: variable.measure(world) for name, variable in VARIABLES.items()}


@dataclass(frozen=True)
class Outcome:
    """One number a run, read at the horizon; `measure` returns an array (runs,).

    Attributes:
        recorded: Whether a batch keeps it; others are read where they are asked for.
        head: What stands over a column of it.
        region: The region that it is about, where it is about one.
        matters: The smallest difference that matters; 0 where nothing says.
        in_some_runs: Whether a run may have no value.
        about: What it reads, and of whom, by kind.
        over: For an outcome about a region: the same over some of its states alone.
    """

    name: str
    description: str
    unit: str
    kind: OutcomeKind
    headline: bool
    measure: OutcomeMeasure
    recorded: bool = True
    head: str = ""
    region: str = ""
    matters: float = 0.0
    in_some_runs: bool = False
    over: Callable[[InfluenceModel, Sequence[str]], Array] | None = None
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def read(self) -> str:
        """What is read, and of whom, in words of the evidence; empty of a plug-in's own."""
        words = [who if kind == "read" else f"{kind} {who}" for kind, who in self.about.items()]
        return ", ".join(words)


OUTCOMES: dict[str, Outcome] = {}
"""The outcomes about those whom the evidence knows, and those that plug-ins declare."""


def declare(
    name: str,
    description: str,
    unit: str,
    kind: OutcomeKind,
    measure: OutcomeMeasure,
    headline: bool = False,
) -> None:
    """Register an outcome under a new name."""
    if name in OUTCOMES:
        raise ValueError(f"an outcome '{name}' is declared already")
    OUTCOMES[name] = Outcome(
        name=name,
        description=description,
        unit=unit,
        kind=kind,
        headline=headline,
        measure=measure,
    )


def outcomes_of(catalogue: Catalogue) -> dict[str, Outcome]:
    """The recorded outcomes about everyone in the evidence, and those whom a scenario adds.

    Args:
        catalogue: the evidence with those whom a scenario adds, as `InfluenceModel.catalogue`.
    """
    found = {each.name: each for each in _derived(catalogue) if each.recorded}
    return {**OUTCOMES, **found, **OUTCOMES}


def every_outcome_of(catalogue: Catalogue) -> dict[str, Outcome]:
    """The same, with those that are read only where they are asked for."""
    return {**outcomes_of(catalogue), **{each.name: each for each in _derived(catalogue)}}


def outcomes_of_scenarios(
    scenarios: Iterable[Scenario], catalogue: Catalogue | None = None
) -> dict[str, Outcome]:
    """The outcomes about everyone in any of some scenarios."""
    evidence = load_catalogue() if catalogue is None else catalogue
    found = dict(OUTCOMES)
    for scenario in scenarios:
        found = {**outcomes_of(scenario.evidence(evidence)), **found}
    return found


def measure_outcomes(
    model: InfluenceModel, outcomes: Mapping[str, Outcome] | None = None
) -> dict[str, Array]:
    """Outcomes at the horizon, by name, each of shape (runs,) and float64.

    Args:
        model: the run.
        outcomes: which; all about those in its scenario if None.
    """
    chosen = outcomes_of(model.catalogue) if outcomes is None else outcomes
    return {name: _whole(outcome.measure(model), model) for name, outcome in chosen.items()}


def due_in_every_run(
    measured: Mapping[str, Array], outcomes: Mapping[str, Outcome]
) -> dict[str, Array]:
    """What was measured, but for outcomes that may have no value in a run.

    Args:
        measured: arrays of shape (runs,) by name; some may be no declared outcome.
        outcomes: the declared ones.
    """
    partial = {name for name, each in outcomes.items() if each.in_some_runs}
    return {name: values for name, values in measured.items() if name not in partial}


def measure_over(
    model: InfluenceModel, outcomes: Mapping[str, Outcome], region: str, without: Sequence[str]
) -> dict[str, Array]:
    """The outcomes about a region, by name, read without some of its states."""
    here = states_of(model.world.axes, model.catalogue, region)
    left = [each for each in here if each not in without]
    return {
        name: _whole(outcome.over(model, left), model)
        for name, outcome in outcomes.items()
        if outcome.over is not None and outcome.region == region
    }


def read_column(model: InfluenceModel, outcome: Outcome, without: Sequence[str] = ()) -> Array:
    """One outcome as it stands, shape (runs,), or a number that holds in all of them.

    Args:
        model: the run.
        outcome: which.
        without: states of its region that are left out.
    """
    if not without or outcome.over is None:
        return outcome.measure(model)
    here = states_of(model.world.axes, model.catalogue, outcome.region)
    left = [each for each in here if each not in without]
    return outcome.over(model, left)


def measure_column(model: InfluenceModel, outcome: Outcome, without: Sequence[str] = ()) -> Array:
    """The same, as float64 and a value a run."""
    return _whole(read_column(model, outcome, without), model)


def _whole(values: Array, model: InfluenceModel) -> Array:
    """A value a run, in double precision; a copy."""
    return np.broadcast_to(np.asarray(values, dtype=np.float64), (model.runs,)).copy()


def reporters(
    catalogue: Catalogue | None = None,
) -> dict[str, Callable[[InfluenceModel], Array | float]]:
    """Model reporters for Mesa's DataCollector: copies, and plain numbers for a single run.

    Args:
        catalogue: the evidence with those whom the scenario adds; the project's own if None.
    """
    chosen = outcomes_of(load_catalogue() if catalogue is None else catalogue)
    return {name: partial(_reported, name) for name in chosen}


def _reported(name: str, model: InfluenceModel) -> Array | float:
    """An outcome by its name, so that a model with a data collector can be pickled."""
    values = _whole(outcomes_of(model.catalogue)[name].measure(model), model)
    return float(values[0]) if model.runs == 1 else values


# From the evidence's outcomes to one for each actor.


@lru_cache(maxsize=16)
def _derived(catalogue: Catalogue) -> tuple[Outcome, ...]:
    """Every outcome about someone in a catalogue."""
    return tuple(_all_outcomes(catalogue))


def _all_outcomes(catalogue: Catalogue) -> Iterator[Outcome]:
    entries = list(catalogue.outcomes.items())
    while entries:
        first = _leading(entries[0][1])
        together = 1
        while first and together < len(entries) and _leading(entries[together][1]) == first:
            together += 1
        some, entries = entries[:together], entries[together:]
        if first is None:
            yield from _each(catalogue, some[0][0], some[0][1], {})
            continue
        kind, over = first
        for who in _over(catalogue, kind, over, some[0][1].added):
            for name, entry in some:
                yield from _each(catalogue, name, entry, {kind: who})


def _leading(entry: OutcomeEntry) -> tuple[str, Any] | None:
    """What an outcome goes over first."""
    return next(iter(entry.of.items()), None)


def _over(catalogue: Catalogue, kind: str, over: Any, added: bool) -> list[str]:
    """Whom an outcome goes over: those in the evidence, then those whom a scenario adds."""
    axis = "region" if kind == "state" else kind
    newcomers = catalogue.newcomers(axis)
    known = [each for each in catalogue.names[axis] if each not in newcomers]
    return [*(known if over == "all" else over), *(newcomers if added else ())]


def _each(
    catalogue: Catalogue, name: str, entry: OutcomeEntry, whom: Mapping[str, str]
) -> Iterator[Outcome]:
    """One outcome, or one for each of those whom it still goes over."""
    left = [kind for kind in entry.of if kind not in whom]
    if left:
        for who in _over(catalogue, left[0], entry.of[left[0]], entry.added):
            yield from _each(catalogue, name, entry, {**whom, left[0]: who})
        return
    about = {**entry.whom, **whom}
    regional = "region" in about

    read_of = dict(about)
    if "member" in READINGS[entry.read].split() and "state" in read_of:
        read_of["member"] = read_of.pop("state")

    def over(model: InfluenceModel, states: Sequence[str]) -> Array:
        return measured(model, entry.read, about, states)

    yield Outcome(
        name=_SLOT.sub(lambda slot: about[slot[1]], name),
        description=_filled(catalogue, entry.description, about, catalogue.called),
        unit=entry.unit,
        kind=entry.kind,
        headline=entry.headline,
        recorded=entry.recorded,
        measure=lambda model: measured(model, entry.read, read_of),
        head=_filled(catalogue, entry.head or "", about, catalogue.short_of, "+ "),
        region=about["region"] if regional else "",
        matters=entry.matters.least if entry.matters else 0.0,
        in_some_runs=entry.read in IN_SOME_RUNS,
        over=over if regional else None,
        about={"read": entry.read, **about},
    )


_SLOT = re.compile(r"\{(\w+)\}('s)?")


def _filled(
    catalogue: Catalogue,
    text: str,
    about: Mapping[str, str],
    name: Callable[[str], str],
    between: str = "",
) -> str:
    """A text with the names of those whom it is about, and a capital letter."""

    def fill(slot: re.Match[str]) -> str:
        who = about[slot[1]]
        them = catalogue.members_of(who) if slot[1] == "side" else (who,)
        words = [_of(name(each)) if slot[2] else name(each) for each in them]
        return between.join(words) if between else listed(words)

    filled = _SLOT.sub(fill, text)
    return filled[:1].upper() + filled[1:]


def _of(name: str) -> str:
    """The possessive of a name."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


OUTCOMES.update({it.name: it for it in _derived(load_catalogue()) if it.recorded})
