"""What a power gives without deciding on it anew: aid by worth, and political cover."""

from __future__ import annotations

import numpy as np

from simulation.decisions.cases import AidCase
from simulation.numerics.dates import FIRST_YEAR, year_of
from simulation.rules import patronage
from simulation.world.magnitudes import record_of_aid


def give(it: AidCase) -> None:
    """Spread what is not withheld over the states by their worth, and cover the frightened."""
    world, weights, p = it.world, it.weights.patronage, it.p
    world.intend("published", p, it.published)
    budget = patronage.quarterly_budget(
        weights.budget[:, p],
        weights.budget_growth[p],
        year_of(world.quarter) - FIRST_YEAR,
        record_of_aid(it.weights)[p],
    )
    given = patronage.aid_given(it.part, it.withheld, budget[:, np.newaxis])
    for (power, state), times in world.budget_factors.items():
        if power == p:
            given[:, state] = patronage.aid_multiplied(given[:, state], times)
    world.intend("aid", (slice(None), p), given)
    cover = patronage.cover(weights.non_interference[p], world.fear[: world.regions])
    world.intend("cover", p, cover)
