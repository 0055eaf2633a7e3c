"""The end of the quarter: blame, trade, ties, influence, leanings, pressure, depth."""

from __future__ import annotations

import numpy as np

from simulation.model.turn.answering import answer, keep_up
from simulation.model.turn.booking import book
from simulation.numerics.arrays import Array, number, rows_with, some
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
from simulation.world import passes
from simulation.world import world as w
from simulation.world.beginning import Start
from simulation.world.indicators import (
    Noise,
    add_running,
    export_routes,
    fallen_out,
    measure_influence,
    severity_of_crackdowns,
    shelters,
)
from simulation.world.magnitudes import Sizes, sizes
from simulation.world.world import World


def settle(world: World, weights: Weights, start: Start, noise: Noise) -> None:
    """Blame, need, trade, ties, influence, leanings and pressure at the end of the quarter."""
    regions, rules = world.regions, weights.patronage
    severity = severity_of_crackdowns(world, weights)[:regions]
    world.criticism[:] = patronage.next_criticism(
        world.criticism, world.published, severity, _conditional(world, weights), rules
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
    size = sizes(world, weights)
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
    _settle_leanings(world, weights, start, noise)
    answer(world, weights, start)
    _settle_organizations(world, weights)
    world.base_quarters += world.base_is_open()
    world.contract_left -= world.base_status == w.OPEN
    world.observing_for += world.standing == w.OBSERVER


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
                    gain[p] += trade.gain_from_outline(rules.outline_gain, groups, opens & belongs)
        customs = weights.organizations.customs[o]
        if some(customs):
            members = influence.gained(number(belongs), world.belonged[o])
            for p in world.sponsors[o]:
                gain[p] += trade.gain_from_customs(rules.customs_gain, customs, members)
    for p in rows_with(rules.of_thirst > 0):
        oil = weights.initial.hydrocarbons
        gain[p] += trade.gain_from_thirst(world.energy_thirst, oil, rules.of_thirst[p])
    shocks = noise(world.axes.dyads(world.axes.region), "trade").reshape(gain.shape)
    moved = trade.log_weight(world.trade_weight)
    passes.move_trade(
        weight=moved,
        potential=trade.log_potential(
            start.log_trade,
            start.log_trade_of_region,
            rules.potential[:, np.newaxis],
            trade.growth_since(world.quarter + 1, rules.growth)[:, np.newaxis],
            rules,
        ),
        affinity=world.affinity,
        affinity_at_start=start.affinity,
        of_affinity=weights.whole("affinity_gain", rules.affinity_gain, world.runs),
        shock=trade.jolt(shocks, world.trade_share, rules.deals),
        convergence=weights.whole("convergence", rules.convergence, world.runs),
        noise=weights.whole("trade noise", rules.noise, world.runs),
        gain=gain,
    )
    world.trade_weight[:] = trade.weight_after(moved, world.trade_weight > 0)
    world.trade_share[:] = trade.shares(world.trade_weight)


def _settle_ties(world: World, weights: Weights, start: Start, size: Sizes) -> None:
    rules, runs = weights.influence, world.runs
    flow = np.zeros_like(world.ties)
    passes.convert(
        spent=world.spent,
        scale=size.scale,
        conversion=weights.whole("conversion", weights.ledger.conversion, runs),
        flow=flow,
    )
    _loosen_ties_of_leavers(world, weights, flow)
    seeks = weights.whole("seeks_exiles", weights.patronage.seeks_exiles, runs)
    said = (rules.act_cover, rules.act_criticism, rules.act_understanding)
    passes.add_acts(
        cover=world.cover,
        criticism=world.criticism,
        handed=world.understanding,
        seeks=seeks,
        act=weights.rows("acts", said, runs),
        political=flow[w.POLITICAL],
        security=flow[w.SECURITY],
    )
    lost = projects.route_lost(
        export_routes(world, weights),
        weights.initial.export_route,
        weights.projects.route_tie,
        rules.decay[w.ECONOMIC],
    )
    flow[w.ECONOMIC] -= lost
    world.stake[:] = 0
    add_running(world, weights, "stake", weights.works.stake, world.stake)
    passes.add_stakes(
        ventures=world.ventures,
        size=weights.whole("venture_stake", weights.works.venture_stake, runs),
        act=weights.whole("stake_security", rules.stake_security, runs),
        security=flow[w.SECURITY],
        stake=world.stake,
    )
    passes.settle_ties(
        ties=world.ties,
        start=start.ties,
        loose=start.loose,
        kept=world.kept,
        personal=world.personal,
        trade_share=world.trade_share,
        share_at_start=start.trade_share,
        of_trade=weights.whole("trade_to_ties", rules.trade_to_ties, runs),
        flow=flow,
        decay=weights.whole("decay", rules.decay, runs),
    )


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


def _settle_leanings(world: World, weights: Weights, start: Start, noise: Noise) -> None:
    rules, runs = weights.alignment, world.runs
    shocks = noise(world.axes.dyads(world.axes.state), "leaning").reshape(world.affinity.shape)
    drawn = np.empty_like(world.affinity)
    passes.draw_leanings(
        intercept=start.inclination,
        share=world.share,
        share_at_start=start.share,
        cover=weights.whole("non_interference", weights.patronage.non_interference, runs),
        criticism=world.criticism,
        suspicion=world.suspicion,
        fear=world.fear,
        danger=world.danger,
        fear_floor=weights.whole("fear_floor", weights.regime.fear_floor, runs),
        shelters=shelters(world, weights),
        autonomy=weights.whole("autonomy", weights.initial.autonomy, runs),
        pride=weights.whole(
            "pride", lambda: regime.wounded_pride(weights.initial.autonomy, weights.regime), runs
        ),
        concentration=world.concentration,
        concentration_at_start=start.concentration,
        goodwill=alignment.goodwill(world.goods, start.goods, rules.goodwill_scale),
        neutral=weights.whole("neutral", weights.initial.neutral, runs),
        weight=weights.rows(
            "draws",
            (
                rules.share,
                rules.cover,
                rules.relief,
                rules.blame,
                rules.hedging,
                rules.goodwill,
                rules.neutrality,
            ),
            runs,
        ),
        out=drawn,
    )
    moves = weights.rows("moves", (rules.speed, rules.noise, rules.bound), runs)
    passes.move_leanings(world.affinity, alignment.inclined(drawn), shocks, moves)


def _settle_organizations(world: World, weights: Weights) -> None:
    rules = weights.organizations
    world.depth_last[:] = organizations.depth_noticed(
        world.depth_last, world.depth, rules.depth_lag
    )
    world.pact[:] = organizations.next_pact(
        world.pact, rules.pact_fading, world.trained_together, rules.pact_gain
    )
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
        idle = rivalry.idle_part(fallen_out(world, weights, o), weights.rivalry)
        world.depth[o] = organizations.deepened(rules.depth_at_start[o], built, idle)
