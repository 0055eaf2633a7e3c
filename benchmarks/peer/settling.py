"""The end of the peer's quarter: blame, trade, ties, influence, leanings, pressure, depth."""

from __future__ import annotations

from math import exp, tanh

from simulation.world.world import MEMBER, OBSERVER, OPEN

from .actors import UNIT_VARIANCE, logistic, unit


def settle(model):
    """Settle the quarter, in the project's own order."""
    for state in model.contested:
        settle_regime(model, state)
    settle_trade(model)
    for club in model.organizations:
        if club.exists:
            act_of_organization(model, club)
    for base in model.bases:
        if base.in_use:
            base.dyad.security_acts += model.values.influence.act_base
    for state in model.contested:
        settle_ties(model, state)
        measure_influence(model, state)
    settle_leanings(model)
    settle_pressure(model)
    for club in model.organizations:
        settle_depth(model, club)
    for base in model.bases:
        if base.status == OPEN:
            base.contract_left -= 1


def settle_regime(model, state):
    """Blame by conditional powers, their need, repression, capacity and goods received."""
    values, regime = model.values.patronage, model.values.regime
    crushed = state.cracked_down and not state.ousted
    memory, trained = values.goods_memory, 0.0
    for dyad in state.dyads:
        economic, political, security = dyad.aid
        dyad.goods += memory * (economic + political + security + dyad.deals - dyad.goods)
        trained += security
        power = dyad.power
        if power.conditional > 0:
            added = values.blame_withholding * dyad.published
            if crushed:
                added += values.blame_crackdown * power.conditional
            dyad.criticism = unit(values.criticism_persistence * dyad.criticism + added)
        if dyad.need > 0 or power.needs_access > 0:
            needed = model.campaign * power.needs_access * state.access
            dyad.need += values.need_lag * (needed - dyad.need)
    frightened = state.fear - regime.fear_floor
    target = state.repression_at_start + regime.repression_of_fear * frightened
    moved = state.repression + regime.repression_return * (target - state.repression)
    state.repression = unit(moved + regime.repression_of_crackdown * crushed)
    built = values.training_effect * trained + values.capacity_of_fear * frightened
    returned = values.capacity_return * (state.capacity_at_start - state.capacity)
    state.capacity = unit(state.capacity + returned + built * (1 - state.capacity))


def settle_trade(model):
    """Trade drifts to what partners, corridors, outlines and leanings make of it."""
    values, random = model.values.trade, model.random.random
    noise = values.noise * UNIT_VARIANCE
    outlines = []
    for club in model.organizations:
        groups = sum(b.groups for b in club.bodies if b.founded and b.kind == "economic")
        if groups:
            outlines.append((club.standing, values.outline_gain * groups))
    for state in model.contested:
        everything = 1.0
        for dyad in state.dyads:
            gain = dyad.opened_trade
            gain += values.affinity_gain * (dyad.affinity - dyad.affinity_at_start)
            for standing, outline in outlines:
                if standing[state.member] == MEMBER and standing[dyad.power.member] == MEMBER:
                    gain += outline
            dyad.log_trade += dyad.convergence * (dyad.potential + gain - dyad.log_trade)
            dyad.log_trade += noise * logistic(random())
            dyad.trade_share = exp(dyad.log_trade)
            everything += dyad.trade_share
        for dyad in state.dyads:
            dyad.trade_share /= everything


def act_of_organization(model, club):
    """Exercises, seats and summits feed the sponsors' ties with members."""
    values = model.values.influence
    grown = values.act_membership * (club.depth - club.depth_at_start)
    drill = values.act_exercise * model.values.size.exercise
    if grown or club.exercised:
        for sponsor in club.sponsors:
            for dyad in sponsor.contested:
                member = dyad.state.member
                standing = club.standing[member]
                if standing == MEMBER:
                    dyad.political_acts += grown
                elif standing == OBSERVER:
                    dyad.political_acts += model.values.organizations.observer_fraction * grown
                if club.exercised and member in club.took_part:
                    dyad.security_acts += drill
    for body in club.bodies:
        if body.seat < 0:
            continue
        seat = model.members[body.seat]
        if body.kind == "security" and seat in model.contested:
            for sponsor in club.sponsors:
                seat.dyads[sponsor.place].security_acts += club.act_site
        elif body.kind == "institution" and seat in club.sponsors:
            for dyad in seat.contested:
                if club.standing[dyad.state.member] == MEMBER:
                    dyad.political_acts += club.act_seat


def settle_ties(model, state):
    """Ties fall back to their anchors and grow by the quarter's flows."""
    values = model.values.influence
    economic_decay, political_decay, security_decay = values.decay
    to_economic, to_political, to_security = values.conversion
    venture_stake = model.values.works.venture_stake
    for dyad in state.dyads:
        economic, political, security = dyad.ties
        economic_start, political_start, security_start = dyad.ties_at_start
        economic_aid, political_aid, security_aid = dyad.aid
        owned = dyad.held + venture_stake * dyad.ventures
        dyad.stake = owned / (owned + 1)

        flow = to_economic * (economic_aid + dyad.deals) + dyad.running_flow + dyad.spent
        flow += values.act_venture * dyad.ventures / (1 + dyad.ventures)
        grown = values.trade_to_ties * (dyad.trade_share - dyad.trade_share_at_start)
        anchor = max(economic_start + grown, 0)
        economic += flow - economic_decay * (economic - anchor)

        political_flow = to_political * political_aid + dyad.political_acts
        political_flow += values.act_cover * dyad.cover - values.act_criticism * dyad.criticism
        security_flow = to_security * security_aid + dyad.security_acts
        security_flow += values.stake_security * dyad.stake
        if dyad.understanding:
            handed = values.act_understanding * dyad.power.seeks_exiles
            political_flow += handed
            security_flow += handed
        political += political_flow - political_decay * (political - political_start)
        security += security_flow - security_decay * (security - security_start)

        dyad.ties = (
            economic if economic > 0 else 0.0,
            political if political > 0 else 0.0,
            security if security > 0 else 0.0,
        )
        dyad.spent = dyad.political_acts = dyad.security_acts = 0.0


def measure_influence(model, state):
    """Bandwidth times dependence in each channel; shares of influence and of ties."""
    economic_weight, political_weight, security_weight = model.values.channel_weight
    economic_all, political_all, security_all = state.own
    for dyad in state.dyads:
        economic, political, security = dyad.ties
        economic_all += economic
        political_all += political
        security_all += security
    influence_of_all = bonds_of_all = 0.0
    for dyad in state.dyads:
        economic, political, security = dyad.ties
        dyad.influence = (
            economic_weight * economic / (economic + 1) * economic / economic_all
            + political_weight * political / (political + 1) * political / political_all
            + security_weight * security / (security + 1) * security / security_all
        )
        dyad.bonds = (
            economic_weight * economic + political_weight * political + security_weight * security
        )
        influence_of_all += dyad.influence
        bonds_of_all += dyad.bonds
    for dyad in state.dyads:
        dyad.share = dyad.influence / influence_of_all
        dyad.concentration = dyad.bonds / bonds_of_all


def settle_leanings(model):
    """Leanings follow influence, cover, blame and the wish not to depend on one patron."""
    values, random = model.values.alignment, model.random.random
    floor, speed, bound = model.values.regime.fear_floor, values.speed, values.bound
    noise = values.noise * UNIT_VARIANCE
    for state in model.states:
        covered = values.cover * (state.fear - floor)
        blamed = values.blame * state.fear
        hedged = values.hedging * state.autonomy
        for dyad in state.dyads:
            drawn = dyad.inclination + covered * dyad.power.non_interference
            drawn -= blamed * (dyad.criticism + dyad.suspicion)
            if state.contested:
                drawn += values.share * (dyad.share - dyad.share_at_start)
                drawn -= hedged * (dyad.concentration - dyad.concentration_at_start)
            affinity = dyad.affinity
            affinity += speed * (tanh(drawn) - affinity) + noise * logistic(random())
            if affinity > bound:
                affinity = bound
            elif affinity < -bound:
                affinity = -bound
            dyad.affinity = affinity


def settle_pressure(model):
    """Pressure moves a part of the way to the rivals' presence."""
    alarm = model.values.appraisal.bases_for_alarm
    felt = [(guest.place, unit(guest.open_bases() / alarm)) for guest in model.guests]
    for power in model.powers:
        presence = unit(sum(power.rivalry[guest] * bases for guest, bases in felt))
        power.pressure += power.pressure_lag * (presence - power.pressure)


def settle_depth(model, club):
    """How much of its programme an organization has built."""
    values = model.values.organizations
    club.depth_last += values.depth_lag * (club.depth - club.depth_last)
    if club.bodies:
        club.drilled = 1.0 if club.exercised else values.drill_fading * club.drilled
        built = sum(body.weight for body in club.bodies if body.founded) / club.whole
        drills = values.depth_of_exercises
        grown = unit((1 - drills) * built + drills * club.drilled)
        club.depth = club.depth_at_start + (1 - club.depth_at_start) * grown
