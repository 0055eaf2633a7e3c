"""Projects are financed, slip and open; ventures arise."""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import (
    Array,
    Mask,
    average,
    logit,
    of_rows,
    of_runs,
    rows_with,
    total,
    zeros,
)
from simulation.numerics.dates import year_of
from simulation.parameters.weights import Weights
from simulation.rules import projects, regime
from simulation.world import world as w
from simulation.world.indicators import Noise
from simulation.world.magnitudes import sizes
from simulation.world.world import World


def build(world: World, weights: Weights, noise: Noise, uniform: Noise) -> None:
    """Projects are financed, slip, and open; new ventures arise where thirst meets oil."""
    waiting = world.project_status <= w.PLANNED
    working = world.project_status == w.BUILDING
    left = world.quarters_left - working
    world.intend("quarters_left", ..., left, working)
    opened, asked = working & (left <= 0), []
    for j in rows_with(waiting):
        if world.projects[j].kind == "deal":
            hosts = world.places_of_hosts[j]
            signed = np.any(world.deals[world.owners[j], hosts] > 0, axis=0)
            opened[j] |= waiting[j] & signed
        else:
            asked.append(j)
    for j in rows_with(opened):
        _open_project(world, j, opened[j])
    if asked:
        _start_projects(world, weights, asked, waiting[asked], noise, uniform)
    _ventures(world, weights, uniform)


def _start_projects(
    world: World,
    weights: Weights,
    asked: list[int],
    waiting: Mask,
    noise: Noise,
    uniform: Noise,
) -> None:
    """Planned projects find money and consents, and begin; credits and funds run at once.

    Args:
        asked: places of the projects that wait in some run.
        waiting: runs in which they do, shape (asked, runs).
        noise, uniform: the quarter's draws.
    """
    rules, owners = weights.works, [world.owners[j] for j in asked]
    names = [world.axes.project[j] for j in asked]
    years = year_of(world.quarter) - w.FIRST_YEAR
    odds = projects.start_utility(
        rules.start_base[asked],
        np.stack([_worth_of_hosts(world, j) for j in asked]),
        years * np.log1p(weights.patronage.budget_growth[owners]),
        np.stack([_quarrels(world, j) for j in asked]),
        rules,
    )
    draw = uniform(names, "start")
    deepest = {owner: _deepest(world, owner) for owner in set(owners)}
    trusted = np.stack([deepest[world.owners[j]] >= rules.needs_depth[j] for j in asked])
    starts = waiting & trusted & (draw < regime.chance(odds))
    called = [world.projects[j].owner for j in asked]
    if world.explaining:
        for row, name in enumerate(names):
            conditions = {"waiting": waiting[row], "trusted": trusted[row]}
            about = (odds.of(row), starts[row], 0, -logit(draw[row]), conditions)
            world.explain("start_project", called[row], name, *about)
    world.note_each("start_project", starts, called, "", names)
    begin = rows_with(starts)
    at_once = [row for row in begin if world.projects[asked[row]].kind in ("credit", "fund")]
    for row in at_once:
        _open_project(world, asked[row], starts[row])
    works = [row for row in begin if row not in at_once]
    if not works:
        return
    slips = noise([names[row] for row in works], "slip")
    for row, slip in zip(works, slips, strict=True):
        j = asked[row]
        planned = sizes(world, weights).planned_quarters[j]
        length = projects.building_quarters(planned, slip, rules) + world.project_delay[j]
        world.intend("project_status", j, w.BUILDING, starts[row])
        world.intend("quarters_left", j, length, starts[row])


def _worth_of_hosts(world: World, j: int) -> Array:
    """What the hosts of a project are worth to its owner, on average, shape (runs,)."""
    hosts = world.places_of_hosts[j]
    return average(world.value[world.owners[j], hosts]) if hosts else zeros(world.runs)


def _quarrels(world: World, j: int) -> Array:
    """Quarrels among the states that a project crosses, shape (runs,)."""
    crossed = world.places_crossed[j]
    return total(world.water_friction[crossed]) if crossed else zeros(world.runs)


def _deepest(world: World, owner: int) -> Array:
    """Depth of the deepest organization that a power sponsors, shape (runs,)."""
    deepest = zeros(world.runs)
    for o, sponsors in enumerate(world.sponsors):
        if owner in sponsors:
            deepest = np.maximum(deepest, world.depth[o])
    return deepest


def _open_project(world: World, j: int, opened: Mask) -> None:
    world.intend("project_status", j, w.RUNNING, opened)
    world.mark("opened_project_at", j, opened)
    world.note("open_project", opened, world.projects[j].owner, "", world.axes.project[j])


def _ventures(world: World, weights: Weights, uniform: Noise) -> None:
    rules = weights.works
    draw = uniform(world.axes.dyads(world.axes.region), "venture").reshape(world.stake.shape)
    signed = draw < (rules.venture_propensity * rules.venture_rate)[:, np.newaxis]  # an occasion
    p, a, where = signed.nonzero()  # few: look at those alone
    chance = projects.venture_chance(
        of_rows(weights.initial.hydrocarbons, a, where),
        world.energy_thirst[where],
        world.stake[p, a, where],
        of_runs(rules.venture_rate, where),
        of_runs(rules.venture_slope, where),
        of_runs(rules.venture_threshold, where),
    )
    chance *= of_rows(rules.venture_propensity, p, where)
    taken = draw[p, a, where] < chance
    signed[p, a, where] = taken
    p, a, where = p[taken], a[taken], where[taken]
    world.intend("ventures", (p, a, where), world.ventures[p, a, where] + 1)
    for owner, power in enumerate(world.axes.power):
        world.note_each("venture", signed[owner], power, world.axes.region)
        for place in range(world.regions if world.explaining else 0):
            _explain_venture(world, weights, owner, place, draw[owner, place], signed[owner, place])


def _explain_venture(
    world: World, weights: Weights, p: int, a: int, draw: Array, signed: Mask
) -> None:
    """A venture takes an occasion, at most so often a quarter, and then worth enough."""
    rules = weights.works
    most = rules.venture_propensity[p] * rules.venture_rate
    occasion = draw < most
    world.explain(
        "venture",
        world.axes.power[p],
        world.axes.region[a],
        projects.venture_utility(
            weights.initial.hydrocarbons[a], world.energy_thirst, world.stake[p, a], rules
        ),
        signed,
        draw=-logit(np.where(occasion, draw / np.where(occasion, most, 1), 0.5)),
        conditions={"occasion": occasion},
    )
