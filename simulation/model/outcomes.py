"""What is read of a run: variables every quarter, and outcomes, one number, at the horizon.

A variable is an array of the world with named axes; an outcome is what a run is judged by. Both
carry name, unit and description; plug-ins register here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from simulation.numerics.arrays import Array, average, total
from simulation.numerics.dates import QUARTERS_IN_YEAR
from simulation.rules import alignment
from simulation.world import world as w
from simulation.world.world import World

if TYPE_CHECKING:
    from simulation.model.model import InfluenceModel


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


def _agreement(world: World) -> Array:
    """Agreement in the United Nations, shape (power, state, runs)."""
    return alignment.agreement(world.affinity, world.agenda[:, np.newaxis])


def _contest(world: World) -> Array:
    """Russia's and China's part of influence over each state."""
    pair = [world.place("power", p) for p in ("china", "russia") if world.has("power", p)]
    return total(world.share[pair]) if pair else np.zeros((world.regions, world.runs))


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
            description=(
                "Russia's and China's part of influence over a state (the rest: America, Japan)."
            ),
            unit="share",
            axes=("region",),
            low=0,
            high=1,
            measure=_contest,
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
            measure=_agreement,
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
            description="A power's lagged sense of its rivals' military presence.",
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
            measure=lambda world: world.base_is_open().astype(np.float64),
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
            measure=lambda world: (world.standing[:, len(world.axes.power) :] == w.MEMBER).astype(
                np.float64
            ),
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
            measure=lambda world: (world.project_status == w.RUNNING).astype(np.float64),
        ),
    )
}


def measure_variables(world: World) -> dict[str, Array]:
    """Every variable at the end of a quarter, by name."""
    return {name: variable.measure(world) for name, variable in VARIABLES.items()}


@dataclass(frozen=True)
class Outcome:
    """One number a run, read at the horizon; `measure` returns an array (runs,)."""

    name: str
    description: str
    unit: str
    kind: Literal["continuous", "binary", "count"]
    headline: bool
    measure: Callable[[InfluenceModel], Array]


OUTCOMES: dict[str, Outcome] = {}


def declare(
    name: str,
    description: str,
    unit: str,
    kind: Literal["continuous", "binary", "count"],
    measure: Callable[[InfluenceModel], Array],
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


def measure_outcomes(model: InfluenceModel) -> dict[str, Array]:
    """Every outcome at the horizon, by name, each of shape (runs,) and float64."""
    return {
        name: np.broadcast_to(
            np.asarray(outcome.measure(model), dtype=np.float64), (model.runs,)
        ).copy()
        for name, outcome in OUTCOMES.items()
    }


def reporters() -> dict[str, Callable[[InfluenceModel], Array | float]]:
    """Model reporters for Mesa's DataCollector: copies, and plain numbers for a single run."""
    return {name: partial(_reported, name) for name in OUTCOMES}


def _reported(name: str, model: InfluenceModel) -> Array | float:
    """An outcome by its name, so that a model with a data collector can be pickled."""
    values = np.array(OUTCOMES[name].measure(model), dtype=np.float64)
    values = np.broadcast_to(values, (model.runs,)).copy()
    return float(values[0]) if model.runs == 1 else values


# How the outcomes are read. Where an actor, base or organization is not in a scenario, it counts
# as nothing: no share, not open, no member.


def _share(power: str, state: str | None = None) -> Callable[[InfluenceModel], Array]:
    def read(model: InfluenceModel) -> Array:
        world = model.world
        if not world.has("power", power):
            return np.zeros(model.runs)
        shares = world.share[world.place("power", power)]
        if state is None:
            return average(shares)
        if not world.has("region", state):
            return np.zeros(model.runs)
        of_state: Array = shares[world.place("region", state)]
        return of_state

    return read


def _pair_share(state: str | None = None) -> Callable[[InfluenceModel], Array]:
    def read(model: InfluenceModel) -> Array:
        contest = _contest(model.world)
        if state is None:
            return average(contest)
        if not model.world.has("region", state):
            return np.zeros(model.runs)
        of_state: Array = contest[model.world.place("region", state)]
        return of_state

    return read


def _bases(power: str) -> Callable[[InfluenceModel], Array]:
    def read(model: InfluenceModel) -> Array:
        world = model.world
        is_open = world.base_is_open()
        held = [b for b, g in enumerate(world.guests) if world.axes.power[g] == power]
        return total(is_open[held].astype(np.float64)) if held else np.zeros(model.runs)

    return read


def _base(name: str, what: str) -> Callable[[InfluenceModel], Array]:
    def read(model: InfluenceModel) -> Array:
        world = model.world
        if not world.has("installation", name):
            return np.zeros(model.runs)
        b = world.place("installation", name)
        if what == "years":
            years: Array = world.base_quarters[b] / QUARTERS_IN_YEAR
            return years
        found: Array = world.base_is_open()[b] if what == "open" else world.rent[b]
        return found

    return read


def _organization(name: str, what: str) -> Callable[[InfluenceModel], Array]:
    def read(model: InfluenceModel) -> Array:
        world = model.world
        o = world.place("organization", name)
        if what == "depth":
            depth: Array = world.depth[o]
            return depth
        return total((world.standing[o] == w.MEMBER).astype(np.float64))

    return read


def _agreement_of(state: str, power: str) -> Callable[[InfluenceModel], Array]:
    def read(model: InfluenceModel) -> Array:
        world = model.world
        if not (world.has("state", state) and world.has("power", power)):
            return np.zeros(model.runs)
        agreement = _agreement(world)
        between: Array = agreement[world.place("power", power), world.place("state", state)]
        return between

    return read


CENTRAL_ASIA = "central_asia"
"""All contested states together, where a question or a figure is about them as one."""


def trade_share_of_region(world: World, power: str) -> Array:
    """A power's share of the trade of all contested states, weighted by their trade of 2001."""
    if not world.has("power", power):
        return np.zeros(world.runs)
    shares = world.trade_share[world.place("power", power)]
    weight = world.trade_size
    return total(shares * weight) / total(weight)


def _trade(power: str) -> Callable[[InfluenceModel], Array]:
    return lambda model: trade_share_of_region(model.world, power)


def _ousters(state: str | None = None) -> Callable[[InfluenceModel], Array]:
    def read(model: InfluenceModel) -> Array:
        world = model.world
        if state is None:
            return total(world.ousters[: world.regions])
        if not world.has("state", state):
            return np.zeros(model.runs)
        of_state: Array = world.ousters[world.place("state", state)]
        return of_state

    return read


_POWERS = {
    "china": "China",
    "japan": "Japan",
    "russia": "Russia",
    "united_states": "The United States",
}
_STATES = ("kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan")


def _of(name: str) -> str:
    """The possessive of a name."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _declare_all() -> None:
    for power, name in _POWERS.items():
        declare(
            f"{power}_share",
            f"{_of(name)} share of influence over Central Asia",
            "share",
            "continuous",
            _share(power),
            headline=True,
        )
    declare(
        "russia_china_share",
        "Russia's and China's share of influence over Central Asia",
        "share",
        "continuous",
        _pair_share(),
        headline=True,
    )
    for power in ("united_states", "russia"):
        declare(
            f"bases_open_{power}",
            f"{_of(_POWERS[power])} open bases",
            "bases",
            "count",
            _bases(power),
            headline=True,
        )
    for base, name in (("karshi_khanabad", "Karshi-Khanabad"), ("manas", "Manas")):
        declare(
            f"{base}_open",
            f"{name} is open",
            "probability",
            "binary",
            _base(base, "open"),
            headline=True,
        )
        declare(
            f"{base}_years",
            f"Years in which {name} was open since 2001",
            "years",
            "continuous",
            _base(base, "years"),
        )
    declare(
        "manas_rent",
        "Rent of Manas",
        "US$ million a year",
        "continuous",
        _base("manas", "rent"),
        headline=True,
    )
    declare(
        "sco_depth",
        "Depth of the SCO",
        "0 to 1",
        "continuous",
        _organization("sco", "depth"),
        headline=True,
    )
    declare(
        "sco_full_members",
        "Full members of the SCO",
        "members",
        "count",
        _organization("sco", "members"),
        headline=True,
    )
    for state in ("uzbekistan", "kyrgyzstan"):
        declare(
            f"{state}_us_agreement",
            f"{state.capitalize()}'s agreement with the United States in the United Nations",
            "0 to 1",
            "continuous",
            _agreement_of(state, "united_states"),
            headline=True,
        )
    declare(
        "china_trade_share",
        "China's share of Central Asia's trade",
        "share",
        "continuous",
        _trade("china"),
        headline=True,
    )
    declare(
        "russia_trade_share",
        "Russia's share of Central Asia's trade",
        "share",
        "continuous",
        _trade("russia"),
    )
    declare(
        "ousters",
        "Heads of state ousted in Central Asia",
        "ousters",
        "count",
        _ousters(),
        headline=True,
    )
    for state in _STATES:
        for power, name in _POWERS.items():
            declare(
                f"{power}_share_{state}",
                f"{_of(name)} share of influence over {state.capitalize()}",
                "share",
                "continuous",
                _share(power, state),
            )
        declare(
            f"russia_china_share_{state}",
            f"Russia's and China's share of influence over {state.capitalize()}",
            "share",
            "continuous",
            _pair_share(state),
        )
        declare(
            f"ousters_{state}",
            f"Heads of state ousted in {state.capitalize()}",
            "ousters",
            "count",
            _ousters(state),
        )


_declare_all()
