"""Outcomes: what a run is judged by, one number a run, read at the horizon.

Each carries name, unit, kind and description; plug-ins register here. What is recorded every
quarter stands in `variables`, and is offered here too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from simulation.model.variables import VARIABLES, Variable, agreement, contest, measure_variables
from simulation.numerics.arrays import Array, average, total
from simulation.numerics.dates import QUARTERS_IN_YEAR
from simulation.world import world as w
from simulation.world.world import World

if TYPE_CHECKING:
    from simulation.model.model import InfluenceModel

__all__ = [
    "OUTCOMES",
    "VARIABLES",
    "Outcome",
    "Variable",
    "declare",
    "measure_outcomes",
    "measure_variables",
    "reporters",
]


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
    OUTCOMES[name] = Outcome(name, description, unit, kind, headline, measure)


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

    def reporter(outcome: Outcome) -> Callable[[InfluenceModel], Array | float]:
        def read(model: InfluenceModel) -> Array | float:
            values = np.array(outcome.measure(model), dtype=np.float64)
            values = np.broadcast_to(values, (model.runs,)).copy()
            return float(values[0]) if model.runs == 1 else values

        return read

    return {name: reporter(outcome) for name, outcome in OUTCOMES.items()}


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
        return (
            shares[world.place("region", state)]
            if world.has("region", state)
            else np.zeros(model.runs)
        )

    return read


def _pair_share(state: str | None = None) -> Callable[[InfluenceModel], Array]:
    def read(model: InfluenceModel) -> Array:
        contest_now = contest(model.world)
        if state is None:
            return average(contest_now)
        if not model.world.has("region", state):
            return np.zeros(model.runs)
        return contest_now[model.world.place("region", state)]

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
            return world.base_quarters[b] / QUARTERS_IN_YEAR
        return world.base_is_open()[b] if what == "open" else world.rent[b]

    return read


def _organization(name: str, what: str) -> Callable[[InfluenceModel], Array]:
    def read(model: InfluenceModel) -> Array:
        world = model.world
        o = world.place("organization", name)
        if what == "depth":
            return world.depth[o]
        return total((world.standing[o] == w.MEMBER).astype(np.float64))

    return read


def _agreement_of(state: str, power: str) -> Callable[[InfluenceModel], Array]:
    def read(model: InfluenceModel) -> Array:
        world = model.world
        if not (world.has("state", state) and world.has("power", power)):
            return np.zeros(model.runs)
        return agreement(world)[world.place("power", power), world.place("state", state)]

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
        return (
            world.ousters[world.place("state", state)]
            if world.has("state", state)
            else np.zeros(model.runs)
        )

    return read


NAMES = {
    "china": "China",
    "japan": "Japan",
    "russia": "Russia",
    "united_states": "The United States",
}
STATES = ("kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan")


def _of(name: str) -> str:
    """The possessive of a name."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _declare_all() -> None:
    for power, name in NAMES.items():
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
            f"{_of(NAMES[power])} open bases",
            "bases",
            "count",
            _bases(power),
            headline=True,
        )
    for base, name in (("karshi_khanabad", "Karshi-Khanabad"), ("manas", "Manas")):
        declare(
            f"{base}_open", f"{name} is open", "probability", "binary", _base(base, "open"), True
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
        True,
    )
    declare(
        "sco_depth", "Depth of the SCO", "0 to 1", "continuous", _organization("sco", "depth"), True
    )
    declare(
        "sco_full_members",
        "Full members of the SCO",
        "members",
        "count",
        _organization("sco", "members"),
        True,
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
        True,
    )
    declare(
        "russia_trade_share",
        "Russia's share of Central Asia's trade",
        "share",
        "continuous",
        _trade("russia"),
    )
    declare(
        "ousters", "Heads of state ousted in Central Asia", "ousters", "count", _ousters(), True
    )
    for state in STATES:
        for power, name in NAMES.items():
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
