"""Projects are financed, slip and open; ventures arise."""

from __future__ import annotations

import numpy as np

from simulation import world as w
from simulation.arrays import Array, Mask, average, logit, of_rows, of_runs, total, zeros
from simulation.dates import year_of
from simulation.rules import projects, regime
from simulation.turn.reading import Noise
from simulation.turn.sizes import sizes
from simulation.weights import Weights
from simulation.world import World


def build(world: World, weights: Weights, noise: Noise, uniform: Noise) -> None:
    """Projects are financed, slip, and open; new ventures arise where thirst meets oil."""
    for j, project in enumerate(world.projects):
        status = world.project_status[j]
        if project.kind == "deal":
            hosts = [world.place("region", h) for h in project.hosts if world.has("region", h)]
            signed = np.any(world.deals[world.owners[j], hosts] > 0, axis=0)
            _open_project(world, j, (status <= w.PLANNED) & signed)
        elif (status <= w.PLANNED).any():
            _start_project(world, weights, j, noise, uniform)
        working = status == w.BUILDING
        if working.any():
            left = world.quarters_left[j] - working
            world.intend("quarters_left", j, left, working)
            _open_project(world, j, working & (left <= 0))
    _ventures(world, weights, uniform)


def _start_project(world: World, weights: Weights, j: int, noise: Noise, uniform: Noise) -> None:
    """A planned project finds money and consents, and begins; credits and funds run at once."""
    rules, project, name = weights.works, world.projects[j], world.axes.project[j]
    owner = world.owners[j]
    hosts = [world.place("region", h) for h in project.hosts if world.has("region", h)]
    crossed = [
        world.place("region", h)
        for h in sorted({*project.hosts, *project.transit})
        if world.has("region", h)
    ]
    nobody = zeros(world.runs)
    years = year_of(world.quarter) - w.FIRST_YEAR
    odds = projects.start_utility(
        rules.start_base[j],
        average(world.value[owner, hosts]) if hosts else nobody,
        years * np.log1p(weights.patronage.budget_growth[owner]),
        total(world.water_friction[crossed]) if crossed else nobody,
        rules,
    )
    deepest = nobody
    for o, sponsors in enumerate(world.sponsors):
        if owner in sponsors:
            deepest = np.maximum(deepest, world.depth[o])
    draw = uniform(name, "start")
    waiting = world.project_status[j] <= w.PLANNED
    trusted = deepest >= rules.needs_depth[j]
    starts = waiting & trusted & (draw < regime.chance(odds))
    conditions = {"waiting": waiting, "trusted": trusted}
    world.explain("start_project", project.owner, name, odds, starts, 0, -logit(draw), conditions)
    world.note("start_project", starts, project.owner, "", name)
    if project.kind in ("credit", "fund"):
        _open_project(world, j, starts)
        return
    planned = sizes(world, weights).planned_quarters[j]
    length = projects.building_quarters(planned, noise(name, "slip"), rules)
    length = length + world.project_delay[j]
    world.intend("project_status", j, w.BUILDING, starts)
    world.intend("quarters_left", j, length, starts)


def _open_project(world: World, j: int, opened: Mask) -> None:
    if opened.any():
        name, owner = world.axes.project[j], world.projects[j].owner
        world.intend("project_status", j, w.RUNNING, opened)
        world.mark("opened_project_at", j, opened)
        world.note("open_project", opened, owner, "", name)


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
    signed[p, a, where] = draw[p, a, where] < chance
    world.intend("ventures", ..., world.ventures + signed)
    for p, power in enumerate(world.axes.power):
        for a, state in enumerate(world.axes.region):
            if world.explaining:
                _explain_venture(world, weights, p, a, draw[p, a], signed[p, a])
            world.note("venture", signed[p, a], power, state)


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
