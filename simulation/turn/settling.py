"""The end of the quarter: blame, trade, ties, influence, leanings, pressure, depth."""

from __future__ import annotations

import numpy as np

from simulation import world as w
from simulation.arrays import FLOAT, Array, number, total
from simulation.rules import (
    appraisal,
    organizations,
    patronage,
    projects,
    regime,
    trade,
)
from simulation.turn import passes
from simulation.turn.beginning import Start
from simulation.turn.reading import Noise, count_bases, measure_influence
from simulation.turn.sizes import Sizes, sizes
from simulation.weights import Weights
from simulation.world import World


def settle(world: World, weights: Weights, start: Start, noise: Noise) -> None:
    """Blame, need, trade, ties, influence, leanings and pressure at the end of the quarter."""
    regions, rules = world.regions, weights.patronage
    crushed = (world.cracked_down & ~world.ousted)[:regions]
    world.criticism[:] = patronage.next_criticism(
        world.criticism, world.published, crushed, rules.conditional, rules
    )
    world.need[:] = patronage.next_need(
        world.need,
        world.campaign * rules.needs_access[:, np.newaxis],
        weights.initial.access,
        rules,
    )
    world.repression[:] = regime.next_repression(
        world.repression, start.repression, crushed, world.fear[:regions], weights.regime
    )
    given = world.aid + world.extra_aid
    world.capacity[:] = patronage.next_capacity(
        world.capacity,
        start.capacity,
        total(given[w.SECURITY]),
        world.fear[:regions] - weights.regime.fear_floor,
        rules,
    )
    goods = total(given) + world.deals
    world.goods[:] += rules.goods_memory * (goods - world.goods)
    size = sizes(world, weights)
    _settle_trade(world, weights, start, noise, size)
    _settle_ties(world, weights, start, size, given)
    measure_influence(world, weights)
    _settle_leanings(world, weights, start, noise)
    presence = appraisal.rival_presence(
        weights.appraisal.rivalry, count_bases(world), weights.appraisal
    )
    world.pressure[:] = appraisal.next_pressure(
        world.pressure, presence, weights.appraisal.pressure_lag
    )
    _settle_organizations(world, weights)
    world.base_quarters += world.base_is_open()
    world.contract_left -= world.base_status == w.OPEN
    world.observing_for += world.standing == w.OBSERVER


def _settle_trade(world: World, weights: Weights, start: Start, noise: Noise, size: Sizes) -> None:
    rules = weights.trade
    gain = np.zeros_like(world.trade_weight)
    for j, owner in enumerate(world.owners):
        gain[owner] += world.running(j) * size.opens_trade[j]
    for o, bodies in enumerate(world.bodies_of):
        belongs = world.members_in_region(o)
        for body in bodies:
            name = world.axes.body[body][1]
            groups = size.working_groups if name == "working_groups" else 1.0
            if world.organizations[o].bodies[name].kind == "economic":
                for p in range(len(world.axes.power)):
                    inside = belongs & (world.standing[o, p] == w.MEMBER)
                    gain[p] += rules.outline_gain * groups * (world.founded[body] & inside)
    gain += rules.affinity_gain * (world.affinity - start.affinity)[:, : world.regions]
    shocks = noise(world.axes.dyads(world.axes.region), "trade").reshape(gain.shape)
    world.trade_weight[:] = trade.next_weight(
        world.trade_weight,
        trade.log_potential(
            start.log_trade, start.log_trade_of_region, rules.potential[:, np.newaxis], rules
        ),
        gain,
        shocks,
        rules.convergence[:, np.newaxis],
        rules,
    )
    world.trade_share[:] = trade.shares(world.trade_weight)


def _settle_ties(world: World, weights: Weights, start: Start, size: Sizes, given: Array) -> None:
    rules = weights.influence
    flow = given * rules.conversion[:, np.newaxis, np.newaxis]
    flow[w.ECONOMIC] += world.deals * rules.conversion[w.ECONOMIC]
    flow[w.POLITICAL] += rules.act_cover * world.cover
    flow[w.POLITICAL] -= rules.act_criticism * world.criticism
    handed = world.understanding * weights.patronage.seeks_exiles[:, np.newaxis]
    flow[w.POLITICAL] += rules.act_understanding * handed
    flow[w.SECURITY] += rules.act_understanding * handed
    is_open = world.base_is_open()
    for b, guest in enumerate(world.guests):
        flow[w.SECURITY, guest, world.hosts[b]] += rules.act_base * is_open[b]
    for j, owner in enumerate(world.owners):
        cost = size.cost[j] * weights.projects.owner_share[j] * size.host_share[j]
        opening = world.opened_project_at[j] == world.quarter
        jump = opening * cost * rules.conversion[w.ECONOMIC]
        flow[w.ECONOMIC, owner] += jump + world.running(j) * size.running_flow[j]
    world.stake[:] = _stakes(world, weights)
    flow[w.ECONOMIC] += rules.act_venture * world.ventures / (1 + world.ventures)
    flow[w.SECURITY] += rules.stake_security * world.stake
    _acts_of_organizations(world, weights, flow, size)
    anchor = start.ties.copy()
    anchor[w.ECONOMIC] += rules.trade_to_ties * (world.trade_share - start.trade_share)
    np.maximum(anchor[w.ECONOMIC], 0, out=anchor[w.ECONOMIC])
    passes.settle_ties(world.ties, anchor, flow, weights.whole("decay", rules.decay, world.runs))


def _acts_of_organizations(world: World, weights: Weights, flow: Array, size: Sizes) -> None:
    """Exercises, seats and summits feed the sponsors' ties with members."""
    rules, powers, regions = weights.influence, len(world.axes.power), world.regions
    for o, entry in enumerate(world.organizations):
        belongs = world.members_in_region(o) & world.exists[o]
        observes = world.standing[o, powers : powers + regions] == w.OBSERVER
        standing = belongs + weights.organizations.observer_fraction * observes
        grown = world.depth[o] - weights.organizations.depth_at_start[o]
        trained = world.exercised[o] & world.took_part[o, powers : powers + regions]
        for p in world.sponsors[o]:
            flow[w.SECURITY, p] += rules.act_exercise * size.exercise * trained
            flow[w.POLITICAL, p] += rules.act_membership * standing * grown
        for body in world.bodies_of[o]:
            kind = entry.bodies[world.axes.body[body][1]].kind
            seat, founded = world.seat[body], world.founded[body]
            for p in world.sponsors[o]:
                if kind == "security":
                    for a in range(regions):
                        here = founded & (seat == powers + a)
                        flow[w.SECURITY, p, a] += rules.act_site * size.standing_bodies[o] * here
                elif kind == "institution":
                    here = founded & (seat == p)
                    flow[w.POLITICAL, p] += (
                        rules.act_seat * size.standing_bodies[o] * here * belongs
                    )


def _stakes(world: World, weights: Weights) -> Array:
    """What each power owns in each state's energy, between 0 and 1."""
    held = np.zeros_like(world.stake)
    for j, owner in enumerate(world.owners):
        held[owner] += world.running(j) * weights.works.stake[j]
    return projects.energy_stake(held, world.ventures, weights.works)


def _settle_leanings(world: World, weights: Weights, start: Start, noise: Noise) -> None:
    rules, runs = weights.alignment, world.runs
    shocks = noise(world.axes.dyads(world.axes.state), "leaning").reshape(world.affinity.shape)
    drawn = np.empty_like(world.affinity)
    passes.draw_leanings(
        start.inclination,
        world.share,
        start.share,
        weights.whole("non_interference", weights.patronage.non_interference, runs),
        world.criticism,
        world.suspicion,
        world.fear,
        weights.whole("fear_floor", weights.regime.fear_floor, runs),
        weights.whole("autonomy", weights.initial.autonomy, runs),
        world.concentration,
        start.concentration,
        weights.rows("draws", (rules.share, rules.cover, rules.blame, rules.hedging), runs),
        drawn,
    )
    np.tanh(drawn, out=drawn)
    moves = weights.rows("moves", (rules.speed, rules.noise, rules.bound), runs)
    passes.move_leanings(world.affinity, drawn, shocks, moves)


def _settle_organizations(world: World, weights: Weights) -> None:
    rules = weights.organizations
    world.depth_last[:] += rules.depth_lag * (world.depth - world.depth_last)
    for o, bodies in enumerate(world.bodies_of):
        if not bodies:
            continue
        weight = np.stack([_weight_of(rules.body_weight, world, b) for b in bodies])
        floor = rules.depth_at_start[o]
        world.drilled[o] = np.maximum(world.drilled[o] * rules.drill_fading, world.exercised[o])
        built = organizations.depth(
            number(world.founded[list(bodies)]), weight, world.drilled[o], rules
        )
        world.depth[o] = floor + (1 - floor) * built


def _weight_of(table: dict[str, Array | float], world: World, body: int) -> Array:
    return np.atleast_1d(np.asarray(table[world.axes.body[body][1]], dtype=FLOAT))
