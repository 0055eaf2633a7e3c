"""What powers have to give, and what they can foresee that a million would do."""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import Array, total
from simulation.numerics.dates import FIRST_YEAR, year_of
from simulation.parameters.weights import Weights
from simulation.rules import appraisal, influence, patronage, rivalry
from simulation.world.indicators import channel_weights, minds
from simulation.world.magnitudes import record_of_aid
from simulation.world.world import World


def yearly_budgets(world: World, weights: Weights) -> Array:
    """What each would give if it stretched nothing, US$ m a year, (channel, power, runs or 1)."""
    rules, years = weights.patronage, _years(world)
    growth, record = rules.budget_growth, record_of_aid(weights)
    return weights.derived(
        f"budgets after {years} years",
        lambda: patronage.yearly_budget(rules.budget, growth, years, record),
    )


def income_of_purses(world: World, weights: Weights) -> Array:
    """What each power can put into works in a year, US$ m, shape (power, runs)."""
    return patronage.stretched(yearly_income(world, weights), world.effort)


def yearly_income(world: World, weights: Weights) -> Array:
    """What each could put into works if it stretched nothing, shape (power, runs or 1)."""
    growth, years = weights.patronage.budget_growth, _years(world)
    return weights.derived(
        f"income after {years} years",
        lambda: patronage.yearly_budget(weights.ledger.invest, growth, years, 1.0),
    )


def _years(world: World) -> int:
    return max(year_of(world.quarter) - FIRST_YEAR, 0)


def measure_gains(world: World, weights: Weights, yearly: Array) -> Array:
    """What a step of ties would bring each power, by channel and state, by the unit of tie.

    The share that it gains, less what rivals would keep, as far as it minds them; on ties as they
    are. Shape (channel, power, region, runs).

    Args:
        yearly: from `yearly_budgets`.
    """
    ties, weight = world.ties, channel_weights(world, weights)
    budget = patronage.stretched(yearly, world.effort)
    step = rivalry.step(weights.ledger.conversion[:, np.newaxis], budget, weights.rivalry)
    everyone = total(ties, axis=1) + weights.initial.own
    before = influence.in_channel(ties, everyone[:, np.newaxis])
    now = influence.over_channels(before, weight)
    share, minded = influence.shares_of_powers(now), minds(world, weights)
    gains = np.empty_like(ties)
    for c in range(len(ties)):
        for p in range(len(ties[c])):
            more = ties[c].copy()
            more[p] += step[c, p]
            after = influence.in_channel(more, everyone[c] + step[c, p])
            then = now + influence.weighed(after - before[c], weight[c])
            moved = influence.gained(influence.shares_of_powers(then), share)
            theirs = total(appraisal.rivals_part(minded[p][:, np.newaxis], moved))
            gains[c, p] = rivalry.gain_of_step(moved[p], theirs, step[c, p])
    return gains
