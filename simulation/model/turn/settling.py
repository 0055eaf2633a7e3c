"""The end of the quarter: blame, trade, ties, influence, leanings, pressure, depth."""

from __future__ import annotations

import numpy as np

from simulation.model.turn.answering import answer, keep_up, plan_anew
from simulation.model.turn.booking import book
from simulation.numerics.arrays import Array, number, rows_with, some
from simulation.numerics.stretches import stretch
from simulation.parameters.weights import Weights
from simulation.rules import (
    alignment,
    influence,
    ledger,
    organizations,
    patronage,
    projects,
    regime,
    rivalry,
    threats,
    trade,
)
from simulation.world import world as w
from simulation.world.beginning import Start
from simulation.world.foresight import yearly_income
from simulation.world.indicators import (
    Noise,
    add_running,
    export_routes,
    fallen_out,
    measure_influence,
    minds,
    severity_of_crackdowns,
    shelters,
)
from simulation.world.magnitudes import Sizes, sizes
from simulation.world.world import World


def settle(world: World, weights: Weights, start: Start, noise: Noise) -> None:
    """Blame, need, trade, ties, influence, leanings and pressure at the end of the quarter."""
    size, conditional = sizes(world, weights), _conditional(world, weights)
    _settle(
        world,
        weights,
        start=start,
        size=size,
        noise=noise,
        conditional=conditional,
        sheltering=shelters(world, weights),
        yearly=yearly_income(world, weights),
    )
    plan_anew(world, weights, start)
    _settle_organizations(world, weights)


@stretch("world", "weights", "start", "size")
def _settle(
    world: World,
    weights: Weights,
    start: Start,
    size: Sizes,
    noise: Noise,
    conditional: Array,
    sheltering: Array,
    yearly: Array,
) -> None:
    """What settles before money is planned anew.

    Args:
        conditional: how conditional each power is to each state, shape (power, region, runs or 1).
        sheltering: from `shelters`. yearly: from `yearly_income`.
    """
    regions, rules = world.regions, weights.patronage
    severity = severity_of_crackdowns(world, weights)[:regions]
    world.criticism[:] = patronage.next_criticism(
        world.criticism, world.published, severity, conditional, rules
    )
    world.need[:] = patronage.next_need(
        world.need,
        patronage.campaigns_need(world.campaign, rules.needs_access)[:, np.newaxis],
        weights.initial.access,
        rules,
    )
    world.latent[:] = threats.recruited(world.latent, severity, weights.threats)
    world.repression[:] = regime.next_repression(
        world.repression, start.repression, severity, world.fear[:regions], weights.regime
    )
    training, given = book(world, weights, size)
    keep_up(world, given, weights, start)
    world.capacity[:] = patronage.next_capacity(
        world.capacity,
        start.capacity,
        training,
        regime.insecurity(world.fear[:regions], weights.regime.fear_floor),
        rules,
    )
    _settle_trade(world, weights, start, noise, size)
    _settle_ties(world, weights, start, size)
    measure_influence(world, weights)
    _settle_leanings(world, weights, start, noise, sheltering)
    answer(world, weights, start, yearly)


def _conditional(world: World, weights: Weights) -> Array:
    """How conditional each power is to each state: as usual, but where an event says otherwise."""
    usual = weights.patronage.conditional[:, np.newaxis]
    if not world.special_conditions:
        return usual
    conditional = np.repeat(usual, world.regions, axis=1)
    for dyad, part in world.special_conditions.items():
        conditional[dyad] = part > 0
    return conditional


def _settle_trade(world: World, weights: Weights, start: Start, noise: Noise, size: Sizes) -> None:
    rules = weights.trade
    gain = np.zeros_like(world.trade_weight)
    add_running(world, size.opens_trade, gain)
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
                    gain[p] += trade.gain_from_outline(rules.outline_gain, groups, opens & belongs)
        customs = weights.organizations.customs[o]
        if some(customs):
            members = influence.gained(number(belongs), world.belonged[o])
            for p in world.sponsors[o]:
                gain[p] += trade.gain_from_customs(rules.customs_gain, customs, members)
    for p in rows_with(rules.of_thirst > 0):
        oil = weights.initial.hydrocarbons
        gain[p] += trade.gain_from_thirst(world.energy_thirst, oil, rules.of_thirst[p])
    dyads = world.axes.dyads(world.axes.region)
    shocks = noise(dyads, "trade").reshape(gain.shape)
    warmer = influence.gained(world.affinity, start.affinity)[:, : world.regions]
    moved = trade.log_weight_after(
        logarithm=trade.log_weight(world.trade_weight),
        potential=trade.log_potential(
            start.log_trade_usual,
            start.log_trade_of_region,
            rules.potential[:, np.newaxis],
            trade.growth_since(world.quarter + 1, rules.growth)[:, np.newaxis],
            rules,
        ),
        gain=trade.gain_in_potential(gain, warmer, rules.affinity_gain),
        shock=trade.jolt(shocks, world.trade_share, rules.deals[:, np.newaxis]),
        convergence=rules.convergence[:, np.newaxis],
        noise=rules.noise,
    )
    world.trade_weight[:] = trade.weight_after(moved, world.trade_weight > 0)
    world.trade_share[:] = trade.shares(world.trade_weight)


def _settle_ties(world: World, weights: Weights, start: Start, size: Sizes) -> None:
    rules = weights.influence
    conversion = weights.ledger.conversion[:, np.newaxis, np.newaxis]
    flow = ledger.tie_of_spending(world.spent, size.scale, conversion)
    _loosen_ties_of_leavers(world, weights, flow)
    seeks = weights.patronage.seeks_exiles[:, np.newaxis]
    exiles = influence.act_of_exiles(world.understanding, seeks, rules.act_understanding)
    said = influence.act_of_words(
        world.cover, world.criticism, rules.act_cover, rules.act_criticism
    )
    flow[w.POLITICAL] += said + exiles
    flow[w.SECURITY] += exiles
    lost = projects.route_lost(
        export_routes(world, weights),
        weights.initial.export_route,
        weights.projects.route_tie,
        rules.decay[w.ECONOMIC],
    )
    flow[w.ECONOMIC] -= lost
    held = np.zeros_like(world.stake)
    add_running(world, weights.works.stake, held)
    world.stake[:] = projects.energy_stake(held, world.ventures, weights.works.venture_stake)
    flow[w.SECURITY] += influence.act(rules.stake_security, world.stake)
    anchor = rivalry.kept_up(start.ties, start.loose, world.kept)
    gained = influence.gained(world.trade_share, start.trade_share)
    anchor[w.ECONOMIC] = influence.anchor_of_trade(anchor[w.ECONOMIC], gained, rules.trade_to_ties)
    anchor[w.POLITICAL] = rivalry.with_persons(anchor[w.POLITICAL], world.personal)
    decay = rules.decay[:, np.newaxis, np.newaxis]
    world.ties[:] = influence.tie_after(world.ties, anchor, flow, decay)


def _loosen_ties_of_leavers(world: World, weights: Weights, flow: Array) -> None:
    """Who leaves an organization loses what belonging brought it and its sponsors in 2001."""
    powers, rules = len(world.axes.power), weights.organizations
    for o, sponsors in enumerate(world.sponsors):
        standing = world.standing[o, powers : powers + world.regions]
        counts = influence.counted(
            standing == w.MEMBER, standing == w.OBSERVER, rules.observer_fraction
        )
        gain = ledger.membership_gained(
            counts, world.depth[o], world.belonged[o], rules.depth_at_start[o]
        )
        if some(gain < 0):
            lost = ledger.tie_of_leaving(
                weights.ledger.membership, gain, weights.ledger.conversion[w.POLITICAL]
            )
            for p in sponsors:
                flow[w.POLITICAL, p] += lost


def _settle_leanings(
    world: World, weights: Weights, start: Start, noise: Noise, sheltering: Array
) -> None:
    """Leanings are drawn and move; over outer states nobody contests influence."""
    rules, regions = weights.alignment, world.regions
    dyads = world.axes.dyads(world.axes.state)
    shocks = noise(dyads, "leaning").reshape(world.affinity.shape)
    gain, grip, goodwill, criticism = (np.zeros_like(world.affinity) for _ in range(4))
    gain[:, :regions] = influence.gained(world.share, start.share)
    grip[:, :regions] = alignment.grip(world.concentration, start.concentration)
    goodwill[:, :regions] = alignment.goodwill(world.goods, start.goods, rules.goodwill_scale)
    criticism[:, :regions] = world.criticism
    neutral = np.zeros_like(world.fear)
    neutral[:regions] = weights.initial.neutral
    floor, autonomy = weights.regime.fear_floor, weights.initial.autonomy
    drawn = alignment.drawn_to(
        intercept=start.inclination,
        share_gain=gain,
        cover=weights.patronage.non_interference[:, np.newaxis],
        blame=patronage.blame(criticism, world.suspicion),
        pride=regime.wounded_pride(autonomy, weights.regime),
        fear=world.fear,
        danger_excess=regime.insecurity(world.danger, floor),
        relief=regime.relief_by(regime.relief(world.danger, world.fear), sheltering[:, np.newaxis]),
        autonomy=autonomy,
        grip=grip,
        goodwill=goodwill,
        of_share=rules.share,
        of_cover=rules.cover,
        of_relief=rules.relief,
        of_blame=rules.blame,
        of_hedging=rules.hedging,
        of_goodwill=rules.goodwill,
    )
    drawn = alignment.held_by_neutrality(drawn, start.inclination, neutral, rules.neutrality)
    world.affinity[:] = alignment.leaning_after(
        affinity=world.affinity,
        drawn=alignment.inclined(drawn),
        shock=shocks,
        speed=rules.speed,
        noise=rules.noise,
        bound=rules.bound,
    )


@stretch("world", "weights")
def _settle_organizations(world: World, weights: Weights) -> None:
    """Organizations deepen or lie idle; what is counted in quarters goes on."""
    rules = weights.organizations
    world.depth_last[:] = organizations.depth_noticed(
        world.depth_last, world.depth, rules.depth_lag
    )
    world.pact[:] = organizations.next_pact(
        world.pact, rules.pact_fading, world.trained_together, rules.pact_gain
    )
    rivals = minds(world, weights)
    for o, bodies in enumerate(world.bodies_of):
        if not bodies:
            continue
        named = tuple(rules.body_weight[world.axes.body[body][1]] for body in bodies)
        weight = weights.rows(f"weights of bodies {o}", named, world.runs)
        world.drilled[o] = organizations.next_drill(
            world.drilled[o], world.exercised[o], rules.drill_fading
        )
        built = organizations.depth(
            number(world.founded[bodies[0] : bodies[-1] + 1]), weight, world.drilled[o], rules
        )
        idle = rivalry.idle_part(fallen_out(world, weights, o, rivals), weights.rivalry)
        world.depth[o] = organizations.deepened(rules.depth_at_start[o], built, idle)
    world.base_quarters += world.base_is_open()
    world.contract_left -= world.base_status == w.OPEN
    world.observing_for += world.standing == w.OBSERVER
