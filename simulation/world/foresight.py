"""What powers have to give, and what they can foresee that a million would do."""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import Array
from simulation.numerics.dates import FIRST_YEAR, year_of
from simulation.parameters.weights import Weights
from simulation.rules import patronage, rivalry
from simulation.world import passes
from simulation.world.indicators import channel_weights, minds
from simulation.world.magnitudes import record_of_aid
from simulation.world.world import World


def budgets(world: World, weights: Weights) -> Array:
    """What each power has to give in a year, US$ m, shape (channel, power, runs)."""
    rules = weights.patronage
    years = max(year_of(world.quarter) - FIRST_YEAR, 0)
    record = record_of_aid(weights)
    yearly = patronage.yearly_budget(rules.budget, rules.budget_growth, years, record)
    return patronage.stretched(yearly, world.effort)


def income_of_purses(world: World, weights: Weights) -> Array:
    """What each power can put into works in a year, US$ m, shape (power, runs)."""
    years = max(year_of(world.quarter) - FIRST_YEAR, 0)
    growth = weights.patronage.budget_growth
    yearly = patronage.yearly_budget(weights.ledger.invest, growth, years, 1.0)
    return patronage.stretched(yearly, world.effort)


def measure_gains(world: World, weights: Weights) -> Array:
    """What a step of ties would bring each power, by channel and state, by the unit of tie.

    The share that it gains, less what rivals would keep, as far as it minds them; on ties as they
    are. Shape (channel, power, region, runs).
    """
    runs = world.runs
    gains = np.empty_like(world.ties)
    conversion = weights.ledger.conversion[:, np.newaxis]
    passes.foresee_gains(
        ties=world.ties,
        own=weights.whole("own", weights.initial.own, runs),
        weight=channel_weights(world, weights),
        minds=minds(world, weights),
        step=rivalry.step(conversion, budgets(world, weights), weights.rivalry),
        gains=gains,
    )
    return gains
