"""How powers answer one another: what they feel, what they stretch, what they let go."""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import Array
from simulation.numerics.dates import QUARTERS_IN_YEAR, season_of
from simulation.numerics.stretches import stretch
from simulation.parameters.weights import Weights
from simulation.rules import influence, patronage, projects, rivalry
from simulation.world.beginning import Start
from simulation.world.foresight import measure_gains, yearly_budgets
from simulation.world.indicators import count_bases, measure_blocs
from simulation.world.world import World


def answer(world: World, weights: Weights, start: Start, yearly: Array) -> None:
    """Rivals are felt, and budgets stretch; `yearly` is from `yearly_income`."""
    rules, seen = weights.rivalry, weights.appraisal
    part = rivalry.parts_of_worth(world.value)
    change = influence.gained(world.share, world.usual)
    there = rivalry.felt_presence(
        rivalry.alarming(count_bases(world), seen)[np.newaxis],
        rivalry.gain_where_it_matters(part, change),
        _blocs(world, weights, start),
        rules,
    )
    lag = seen.pressure_lag[:, np.newaxis]
    world.felt[:] = rivalry.next_felt(world.felt, there, lag)
    world.pressure[:] = rivalry.pressure(seen.rivalry, world.felt)
    lost = rivalry.ground_lost(part, world.usual, world.share)
    world.effort[:] = rivalry.next_effort(world.effort, world.pressure, lost, rules)
    world.usual[:] = rivalry.next_accustomed(world.usual, world.share, rules.memory)
    income = patronage.stretched(yearly, world.effort)
    world.purse[:] = projects.next_purse(world.purse, income, weights.ledger.purse_years)


def plan_anew(world: World, weights: Weights, start: Start) -> None:
    """At the year's end, see what a million would do from now on."""
    if season_of(world.quarter) == QUARTERS_IN_YEAR:
        _plan_anew(world, weights, start, yearly_budgets(world, weights))


@stretch("world", "weights", "start")
def _plan_anew(world: World, weights: Weights, start: Start, yearly: Array) -> None:
    """What a million would do, on ties as they are; `yearly` is from `yearly_budgets`."""
    gains = measure_gains(world, weights, yearly)
    world.leverage[:] = rivalry.against_the_first(gains, start.gains, weights.rivalry)


def _blocs(world: World, weights: Weights, start: Start) -> Array:
    """How far the organization that has grown most, of those that each rival leads without the
    power, has grown since 2001; shape (power, rival, runs).
    """
    largest = np.zeros_like(world.felt)
    grown = influence.gained(measure_blocs(world, weights), start.blocs)
    for o, sponsors in enumerate(world.sponsors):
        for p in range(len(world.axes.power)):
            if p not in sponsors:
                for q in sponsors:
                    largest[p, q] = rivalry.larger(largest[p, q], grown[o])
    return largest


def keep_up(world: World, given: Array, weights: Weights, start: Start) -> None:
    """Inherited ties erode where too little is given; what hung on persons comes back."""
    rules = weights.rivalry
    kept = rivalry.kept_by_spending(given, start.upkeep)
    world.kept[:] = rivalry.next_accustomed(world.kept, kept, rules.erosion)
    world.personal[:] = rivalry.next_accustomed(world.personal, 1.0, rules.erosion)
