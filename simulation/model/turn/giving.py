"""What a power gives without deciding on it anew: aid by worth, and political cover."""

from __future__ import annotations

from simulation.decisions.cases import AidCase
from simulation.rules import patronage


def give(it: AidCase) -> None:
    """Spread what is not withheld over the states by their worth, and cover the frightened."""
    world, weights, p = it.world, it.weights.patronage, it.p
    world.intend("published", p, it.published)
    given = patronage.aid_given(it.planned, it.withheld)
    for (power, state), times in world.budget_factors.items():
        if power == p:
            given[:, state] = patronage.aid_multiplied(given[:, state], times)
    world.intend("aid", (slice(None), p), given)
    cover = patronage.cover(weights.non_interference[p], world.fear[: world.regions])
    world.intend("cover", p, cover)
