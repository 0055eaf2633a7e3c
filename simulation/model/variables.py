"""Variables: what is recorded every quarter, as arrays of the world with named axes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulation.numerics.arrays import Array, total
from simulation.rules import alignment
from simulation.world import world as w
from simulation.world.world import World


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


def agreement(world: World) -> Array:
    """Agreement in the United Nations, shape (power, state, runs)."""
    return alignment.agreement(world.affinity, world.agenda[:, np.newaxis])


def contest(world: World) -> Array:
    """Russia's and China's part of influence over each state."""
    pair = [world.place("power", p) for p in ("china", "russia") if world.has("power", p)]
    return total(world.share[pair]) if pair else np.zeros((world.regions, world.runs))


VARIABLES: dict[str, Variable] = {
    variable.name: variable
    for variable in (
        Variable(
            "influence",
            "Influence of a power over a state, over all channels.",
            "0 to 1",
            ("power", "region"),
            0,
            1,
            lambda world: world.influence,
        ),
        Variable(
            "influence_share",
            "A power's part of all powers' influence over a state.",
            "share",
            ("power", "region"),
            0,
            1,
            lambda world: world.share,
        ),
        Variable(
            "channel_influence",
            "Influence of a power over a state in one channel.",
            "0 to 1",
            ("channel", "power", "region"),
            0,
            1,
            lambda world: world.influence_by_channel,
        ),
        Variable(
            "contest",
            "Russia's and China's part of influence over a state (the rest: America, Japan).",
            "share",
            ("region",),
            0,
            1,
            contest,
        ),
        Variable(
            "affinity",
            "Leaning of a state to a power.",
            "-1 to 1",
            ("power", "state"),
            -1,
            1,
            lambda world: world.affinity,
        ),
        Variable(
            "agreement",
            "Agreement of a state with a power in the United Nations.",
            "0 to 1",
            ("power", "state"),
            0,
            1,
            agreement,
        ),
        Variable(
            "trade_share",
            "A power's share of a state's trade.",
            "share",
            ("power", "region"),
            0,
            1,
            lambda world: world.trade_share,
        ),
        Variable(
            "criticism",
            "Public blame of a state by a power.",
            "0 to 1",
            ("power", "region"),
            0,
            1,
            lambda world: world.criticism,
        ),
        Variable(
            "fear",
            "Insecurity of a state's regime.",
            "0 to 1",
            ("state",),
            0,
            1,
            lambda world: world.fear,
        ),
        Variable(
            "militancy",
            "Visible militancy in a state.",
            "0 to 1",
            ("region",),
            0,
            1,
            lambda world: world.militancy,
        ),
        Variable(
            "repression",
            "Repression by a state's regime.",
            "0 to 1",
            ("region",),
            0,
            1,
            lambda world: world.repression,
        ),
        Variable(
            "pressure",
            "A power's lagged sense of its rivals' military presence.",
            "0 to 1",
            ("power",),
            0,
            1,
            lambda world: world.pressure,
        ),
        Variable(
            "base_open",
            "Whether an installation is in use.",
            "0 or 1",
            ("installation",),
            0,
            1,
            lambda world: world.base_is_open().astype(np.float64),
        ),
        Variable(
            "base_rent",
            "Rent of an installation.",
            "US$ million a year",
            ("installation",),
            0,
            200,
            lambda world: world.rent,
        ),
        Variable(
            "membership_full",
            "Whether a state is a full member of an organization.",
            "0 or 1",
            ("organization", "state"),
            0,
            1,
            lambda world: (world.standing[:, len(world.axes.power) :] == w.MEMBER).astype(
                np.float64
            ),
        ),
        Variable(
            "depth",
            "How much of its programme an organization has built.",
            "0 to 1",
            ("organization",),
            0,
            1,
            lambda world: world.depth,
        ),
        Variable(
            "statement",
            "Strength of an organization's call on guests to leave.",
            "0 to 1",
            ("organization",),
            0,
            1,
            lambda world: world.statement,
        ),
        Variable(
            "project_open",
            "Whether a project is open.",
            "0 or 1",
            ("project",),
            0,
            1,
            lambda world: (world.project_status == w.RUNNING).astype(np.float64),
        ),
    )
}


def measure_variables(world: World) -> dict[str, Array]:
    """Every variable at the end of a quarter, by name."""
    return {name: variable.measure(world) for name, variable in VARIABLES.items()}
