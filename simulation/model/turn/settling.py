"""The end of the quarter: blame, trade, ties, influence, leanings, pressure, depth."""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import FLOAT, Array, number, rows_with, some
from simulation.parameters.weights import Weights
from simulation.rules import appraisal, organizations, patronage, regime, trade
from simulation.world import passes
from simulation.world import world as w
from simulation.world.beginning import Start
from simulation.world.indicators import Noise, add_running, count_bases, measure_influence
from simulation.world.magnitudes import Sizes, sizes
from simulation.world.world import World


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
    flow, training = np.empty_like(world.ties), np.empty_like(world.capacity)
    passes.gather_gifts(
        world.aid,
        world.extra_aid if world.gave_extra_aid else world.extra_aid[:0],
        world.deals,
        weights.whole("goods_memory", rules.goods_memory, world.runs),
        weights.whole("conversion", weights.influence.conversion, world.runs),
        world.goods,
        training,
        flow,
    )
    world.capacity[:] = patronage.next_capacity(
        world.capacity,
        start.capacity,
        training,
        world.fear[:regions] - weights.regime.fear_floor,
        rules,
    )
    size = sizes(world, weights)
    _settle_trade(world, weights, start, noise, size)
    _settle_ties(world, weights, start, size, flow)
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
    add_running(world, weights, "opens_trade", size.opens_trade, gain)
    for o, bodies in enumerate(world.bodies_of):
        belongs = world.members_in_region(o)
        for body in bodies:
            name = world.axes.body[body][1]
            if world.organizations[o].bodies[name].kind != "economic":
                continue
            groups = size.working_groups if name == "working_groups" else 1.0
            for p in range(len(world.axes.power)):
                opens = world.founded[body] & (world.standing[o, p] == w.MEMBER)
                if some(opens):
                    gain[p] += rules.outline_gain * groups * (opens & belongs)
    shocks = noise(world.axes.dyads(world.axes.region), "trade").reshape(gain.shape)
    moved = np.maximum(world.trade_weight, np.finfo(FLOAT).tiny)
    np.log(moved, out=moved)
    passes.move_trade(
        moved,
        trade.log_potential(
            start.log_trade, start.log_trade_of_region, rules.potential[:, np.newaxis], rules
        ),
        world.affinity,
        start.affinity,
        weights.whole("affinity_gain", rules.affinity_gain, world.runs),
        shocks,
        weights.whole("convergence", rules.convergence, world.runs),
        weights.whole("trade noise", rules.noise, world.runs),
        gain,
    )
    np.exp(moved, out=moved)
    np.multiply(moved, world.trade_weight > 0, out=world.trade_weight)  # no trade stays none
    world.trade_share[:] = trade.shares(world.trade_weight)


def _settle_ties(world: World, weights: Weights, start: Start, size: Sizes, flow: Array) -> None:
    rules, runs = weights.influence, world.runs
    seeks = weights.whole("seeks_exiles", weights.patronage.seeks_exiles, runs)
    said = (rules.act_cover, rules.act_criticism, rules.act_understanding)
    passes.add_acts(
        world.cover,
        world.criticism,
        world.understanding,
        seeks,
        weights.rows("acts", said, runs),
        flow[w.POLITICAL],
        flow[w.SECURITY],
    )
    is_open = world.base_is_open()
    for b, guest in enumerate(world.guests):
        flow[w.SECURITY, guest, world.hosts[b]] += rules.act_base * is_open[b]
    opening = world.opened_project_at == world.quarter
    for j in rows_with(opening):
        cost = size.cost[j] * weights.projects.owner_share[j] * size.host_share[j]
        flow[w.ECONOMIC, world.owners[j]] += opening[j] * cost * rules.conversion[w.ECONOMIC]
    add_running(world, weights, "running_flow", size.running_flow, flow[w.ECONOMIC])
    world.stake[:] = 0
    add_running(world, weights, "stake", weights.works.stake, world.stake)
    passes.add_stakes(
        world.ventures,
        weights.whole("venture_stake", weights.works.venture_stake, runs),
        weights.rows("stakes", (rules.act_venture, rules.stake_security), runs),
        flow[w.SECURITY],
        world.stake,
        flow[w.ECONOMIC],
    )
    _acts_of_organizations(world, weights, flow, size)
    passes.settle_ties(
        world.ties,
        start.ties,
        world.trade_share,
        start.trade_share,
        weights.whole("trade_to_ties", rules.trade_to_ties, runs),
        flow,
        weights.whole("decay", rules.decay, runs),
    )


def _acts_of_organizations(world: World, weights: Weights, flow: Array, size: Sizes) -> None:
    """Exercises, seats and summits feed the sponsors' ties with members."""
    rules, powers, regions = weights.influence, len(world.axes.power), world.regions
    part = weights.organizations.observer_fraction
    act = rules.act_membership, rules.act_exercise * size.exercise, part
    acts = weights.rows("acts of members", act, world.runs)
    hosts = powers + np.arange(regions)[:, np.newaxis]
    for o, entry in enumerate(world.organizations):
        standing = world.standing[o, powers : powers + regions]
        belongs = (standing == w.MEMBER) & world.exists[o]
        grown = world.depth[o] - weights.organizations.depth_at_start[o]
        if some(grown) or some(world.exercised[o]):
            passes.add_acts_of_members(
                world.places_of_sponsors[o],
                belongs,
                standing == w.OBSERVER,
                world.exercised[o] & world.took_part[o, powers : powers + regions],
                grown,
                acts,
                flow[w.POLITICAL],
                flow[w.SECURITY],
            )
        for body in world.bodies_of[o]:
            kind = entry.bodies[world.axes.body[body][1]].kind
            seat, founded = world.seat[body], world.founded[body]
            if kind not in ("security", "institution") or not some(founded):
                continue
            worth = rules.act_site if kind == "security" else rules.act_seat
            worth = worth * size.standing_bodies[o]
            sited = worth * (founded & (seat == hosts)) if kind == "security" else None
            for p in world.sponsors[o]:
                if sited is None:
                    flow[w.POLITICAL, p] += worth * (founded & (seat == p)) * belongs
                else:
                    flow[w.SECURITY, p] += sited


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
        named = tuple(rules.body_weight[world.axes.body[body][1]] for body in bodies)
        weight = weights.rows(f"weights of bodies {o}", named, world.runs)
        floor = rules.depth_at_start[o]
        world.drilled[o] = np.maximum(world.drilled[o] * rules.drill_fading, world.exercised[o])
        built = organizations.depth(
            number(world.founded[bodies[0] : bodies[-1] + 1]), weight, world.drilled[o], rules
        )
        world.depth[o] = floor + (1 - floor) * built
