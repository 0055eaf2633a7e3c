"""The end of the peer's quarter: the ledger, trade, ties, influence, leanings, rivalry, depth."""

from __future__ import annotations

from math import exp, log, sqrt, tanh

from simulation.world.world import ECONOMIC, MEMBER, OBSERVER, OPEN, POLITICAL, SECURITY

from .actors import UNIT_VARIANCE, logistic, unit


def settle(model):
    """Settle the quarter, in the project's own order."""
    for state in model.contested:
        settle_regime(model, state)
    book(model)
    for state in model.contested:
        settle_capacity(model, state)
    settle_trade(model)
    for state in model.contested:
        settle_ties(model, state)
        measure_influence(model, state)
    settle_leanings(model)
    settle_rivalry(model)
    for club in model.organizations:
        settle_pact(model, club)
    for power in model.powers:
        power.minds = [minded(model, power, other) for other in model.powers]
    for club in model.organizations:
        settle_depth(model, club)
    for base in model.bases:
        if base.status == OPEN:
            base.contract_left -= 1


def settle_regime(model, state):
    """Blame by conditional powers, their need, recruits of a crackdown, repression."""
    values, regime, severity = model.values.patronage, model.values.regime, state.severity
    for dyad in state.dyads:
        power = dyad.power
        added = values.blame_withholding * dyad.published
        added += values.blame_crackdown * power.conditional * severity
        dyad.criticism = unit(values.criticism_persistence * dyad.criticism + added)
        needed = model.campaign * power.needs_access * state.access
        dyad.need += values.need_lag * (needed - dyad.need)
    state.latent += model.values.threats.recruits_of_crackdown * severity * (1 - state.latent)
    target = state.repression_at_start
    target += regime.repression_of_fear * (state.fear - regime.fear_floor)
    moved = state.repression + regime.repression_return * (target - state.repression)
    state.repression = unit(moved + regime.repression_of_crackdown * severity)


def book(model):
    """The ledger: everything that a power does in a state, US$ m a year by channel."""
    values, ledger = model.values, model.values.ledger
    for state in model.contested:
        for dyad in state.dyads:
            drawn = (dyad.undrawn + dyad.deals) / max(ledger.deal_term, 1)
            dyad.undrawn = max(dyad.undrawn + dyad.deals - drawn, 0)
            dyad.drawn, dyad.loosened, dyad.spent = drawn, 0.0, [4 * given for given in dyad.aid]
    for project in model.projects:
        if project.kind == "credit" and 0 <= project.runs_since(model) < project.term:
            for dyad, yearly in zip(project.owner.contested, project.yearly, strict=True):
                dyad.drawn += ledger.credit_worth * yearly / 4
    for state in model.contested:
        for dyad in state.dyads:
            dyad.goods += values.patronage.goods_memory * (sum(dyad.aid) + dyad.drawn - dyad.goods)
            dyad.spent[ECONOMIC] += 4 * dyad.drawn
            upkeep = sum(dyad.loose) * values.rivalry.upkeep
            kept = min(sum(dyad.spent) / upkeep, 1) if upkeep > 0 else 1
            dyad.kept += values.rivalry.erosion * (kept - dyad.kept)
            dyad.personal += values.rivalry.erosion * (1 - dyad.personal)
            dyad.spent[ECONOMIC] += dyad.carried + dyad.carried_by_oil * model.oil_price
            dyad.spent[ECONOMIC] += ledger.venture * dyad.ventures / (1 + dyad.ventures)
    for base in model.bases:
        if base.in_use:
            base.dyad.spent[SECURITY] += ledger.base
            base.dyad.spent[ECONOMIC] += base.rent
    for project in model.projects:
        if project.kind == "fund" and 0 <= project.runs_since(model) < project.term:
            for dyad, yearly in zip(project.owner.contested, project.yearly, strict=True):
                dyad.spent[POLITICAL] += yearly
    for club in model.organizations:
        book_organization(model, club)


def book_organization(model, club):
    """Membership, councils, bodies and exercises bring the sponsors nearer to those who belong."""
    values, ledger, sponsors = model.values, model.values.ledger, club.sponsors
    belonging = [state for state in model.contested if club.has(state)]
    institutions = [body for body in club.bodies if body.founded and body.kind == "institution"]
    paid = club.budget * bool(institutions) / max(len(belonging), 1) / len(sponsors)
    joined = [state for state in belonging if club.exercised and state.member in club.took_part]
    drill = 4 * values.projects.exercise_troops * ledger.soldier * club.binding
    for state, belonged in zip(model.contested, club.belonged, strict=True):
        belongs, counts = state in belonging, 0.0
        if belongs:
            counts = 1.0
        elif club.standing[state.member] == OBSERVER:
            counts = values.organizations.observer_fraction
        gain = counts * club.depth - belonged * club.depth_at_start
        sited = sum(
            body.founded and body.kind == "security" and body.seat == state.member
            for body in club.bodies
        )
        for sponsor in sponsors:
            dyad = state.dyads[sponsor.place]
            dyad.spent[POLITICAL] += ledger.membership * max(gain, 0)
            dyad.loosened -= ledger.membership * min(gain, 0)
            dyad.spent[SECURITY] += ledger.site * sited
            if belongs:
                for channel, price in enumerate(club.councils):
                    dyad.spent[channel] += price
                seats = sum(body.seat == sponsor.member for body in institutions)
                dyad.spent[POLITICAL] += ledger.seat * seats + paid
            if state in joined:
                dyad.spent[SECURITY] += drill / len(joined) / len(sponsors)


def settle_capacity(model, state):
    """Training and fear build capacity."""
    values = model.values.patronage
    trained = sum(dyad.aid[SECURITY] for dyad in state.dyads)
    frightened = state.fear - model.values.regime.fear_floor
    built = values.training_effect * trained + values.capacity_of_fear * frightened
    returned = values.capacity_return * (state.capacity_at_start - state.capacity)
    state.capacity = unit(state.capacity + returned + built * (1 - state.capacity))


def settle_trade(model):
    """Trade drifts to what partners, works, outlines, customs, thirst and leanings make of it."""
    values, random = model.values.trade, model.random.random
    noise = values.noise * UNIT_VARIANCE
    years, thirst = (model.quarter + 1) / 4, log(model.thirst)
    outlines, unions = [], [club for club in model.organizations if club.customs]
    for club in model.organizations:
        groups = sum(b.groups for b in club.bodies if b.founded and b.kind == "economic")
        if groups:
            outlines.append((club.standing, values.outline_gain * groups))
    for a, state in enumerate(model.contested):
        everything = 1.0
        for dyad in state.dyads:
            power = dyad.power
            gain = dyad.opened_trade + power.trade_growth * years
            gain += power.trade_of_thirst * state.hydrocarbons * thirst
            gain += values.affinity_gain * (dyad.affinity - dyad.affinity_at_start)
            for standing, outline in outlines:
                if standing[state.member] == MEMBER and standing[power.member] == MEMBER:
                    gain += outline
            for club in unions:
                if power in club.sponsors:
                    gain += (
                        values.customs_gain * club.customs * (club.has(state) - club.belonged[a])
                    )
            dyad.log_trade += dyad.convergence * (dyad.potential + gain - dyad.log_trade)
            jolt = sqrt(1 + power.trade_deals / max(dyad.trade_share, 0.01))
            dyad.log_trade += noise * jolt * logistic(random())
            dyad.trade_share = exp(dyad.log_trade)
            everything += dyad.trade_share
        for dyad in state.dyads:
            dyad.trade_share /= everything


def settle_ties(model, state):
    """Ties fall back to what of their anchors is kept up, and grow by the quarter's flows."""
    values, conversion = model.values.influence, model.values.ledger.conversion
    works, scale = model.values.projects, state.scale_of_returns
    routed = works.route_tie * values.decay[ECONOMIC] * unit(state.relieved)
    for dyad in state.dyads:
        owned = dyad.held + model.values.works.venture_stake * dyad.ventures
        dyad.stake = owned / (owned + 1)
        flow = [
            each * 2 * scale * (sqrt(1 + spent / scale) - 1) / 4
            for each, spent in zip(conversion, dyad.spent, strict=True)
        ]
        handed = 0.0
        if dyad.understanding:
            handed = values.act_understanding * dyad.power.seeks_exiles
        flow[ECONOMIC] -= routed * dyad.route
        flow[POLITICAL] += values.act_cover * dyad.cover - values.act_criticism * dyad.criticism
        flow[POLITICAL] += handed - dyad.loosened * conversion[POLITICAL] / 4
        flow[SECURITY] += handed + values.stake_security * dyad.stake
        anchor = [
            first - loose * (1 - dyad.kept)
            for first, loose in zip(dyad.ties_at_start, dyad.loose, strict=True)
        ]
        traded = values.trade_to_ties * (dyad.trade_share - dyad.trade_share_at_start)
        anchor[ECONOMIC] = max(anchor[ECONOMIC] + traded, 0)
        anchor[POLITICAL] *= dyad.personal
        dyad.ties = [
            max(tie + decay * (rest - tie) + grown, 0.0)
            for tie, decay, rest, grown in zip(dyad.ties, values.decay, anchor, flow, strict=True)
        ]


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
    """Shelter attracts, gifts warm, grudges and dependence repel; a neutral state moves less."""
    values, random = model.values.alignment, model.random.random
    floor, speed, bound = model.values.regime.fear_floor, values.speed, values.bound
    noise, scale = values.noise * UNIT_VARIANCE, values.goodwill_scale
    for state in model.states:
        covered = values.cover * (state.danger - floor)
        relieved = values.relief * (state.danger - state.fear)
        hedged = values.hedging * state.autonomy
        for dyad in state.dyads:
            power = dyad.power
            moved = covered * power.non_interference + relieved * power.shelters
            moved -= values.blame * dyad.grudge
            if state.contested:
                moved += values.share * (dyad.share - dyad.share_at_start)
                grip = dyad.concentration**2 - dyad.concentration_at_start**2
                if grip > 0:
                    moved -= hedged * grip
                given = (scale + dyad.goods) / (scale + dyad.goods_at_start)
                moved += values.goodwill * log(given)
                moved *= 1 - values.neutrality * state.neutral
            affinity = dyad.affinity
            drawn = tanh(dyad.inclination + moved)
            affinity += speed * (drawn - affinity) + noise * logistic(random())
            dyad.affinity = min(max(affinity, -bound), bound)


def settle_rivalry(model):
    """Rivals are felt, budgets stretch, and at the year's end money is planned anew."""
    values, seen = model.values.rivalry, model.values.appraisal
    bases = [unit(power.open_bases() / seen.bases_for_alarm) for power in model.powers]
    blocs = []
    for club in model.organizations:
        if club.exists:
            blocs.append((club.sponsors, club.size - club.size_at_start))
    lost = {}
    for power in model.powers:
        whole = sum(dyad.value for dyad in power.contested)
        parts = [
            dyad.value / whole if whole > 0 else 1 / len(power.contested)
            for dyad in power.contested
        ]
        for rival in model.powers:
            gained = sum(p * dyad.change for p, dyad in zip(parts, rival.contested, strict=True))
            if rival is power:
                lost[power] = -gained
            largest = 0.0
            for sponsors, size in blocs:
                if rival in sponsors and power not in sponsors:
                    largest = max(largest, size)
            there = values.alarm_bases * bases[rival.place] + values.alarm_share * gained
            there = max(there + values.alarm_bloc * largest, 0)
            power.felt[rival.place] += power.pressure_lag * (there - power.felt[rival.place])
        felt = zip(power.rivalry, power.felt, strict=True)
        power.pressure = unit(sum(rivalry * presence for rivalry, presence in felt))
    bound = log(values.most_effort)
    for power in model.powers:
        felt = lost[power] if lost[power] > 0 else values.relaxing * lost[power]
        wish = (values.reply_pressure * power.pressure + values.reply_loss * felt) / bound
        power.effort += values.reply_lag * (bound * tanh(wish) - power.effort)
        for dyad in power.contested:
            dyad.usual += values.memory * dyad.change
        income = power.stretched(power.invest)
        power.purse = min(power.purse + income / 4, income * model.values.ledger.purse_years)
    if model.season == 4:
        for state in model.contested:
            foresee(model, state)


def foresee(model, state):
    """What a step of ties would bring each power, less what rivals keep, by the unit of tie."""
    values, weights = model.values.rivalry, model.values.channel_weight
    everyone = [own + sum(dyad.ties[c] for dyad in state.dyads) for c, own in enumerate(state.own)]
    whole = sum(dyad.influence for dyad in state.dyads)
    for c, weight in enumerate(weights):
        for dyad in state.dyads:
            step, then = dyad.power.step_of(c), []
            for other in state.dyads:
                tie = other.ties[c]
                before = tie / (tie + 1) * tie / everyone[c]
                tie += step if other is dyad else 0
                after = tie / (tie + 1) * tie / (everyone[c] + step)
                then.append(other.influence + weight * (after - before))
            gains = [
                now / sum(then) - other.influence / whole
                for now, other in zip(then, state.dyads, strict=True)
            ]
            theirs = sum(m * gain for m, gain in zip(dyad.power.minds, gains, strict=True))
            gain = max(gains[dyad.power.place] - theirs, 0) / step
            gain, first = max(gain, values.least_gain), max(dyad.first_gains[c], values.least_gain)
            dyad.leverage[c] = (gain / sqrt(first)) ** values.follows_gain


def settle_pact(model, club):
    """Others notice its depth late; sponsors who trained together mind one another less."""
    values = model.values.organizations
    club.depth_last += values.depth_lag * (club.depth - club.depth_last)
    club.pact = unit(values.pact_fading * club.pact + values.pact_gain * club.trained_together)


def minded(model, power, other):
    """How far a power minds another, less where they train together."""
    left = power.rivalry[other.place]
    for club in model.organizations:
        if power is not other and power in club.sponsors and other in club.sponsors:
            left *= 1 - club.pact
    return left


def settle_depth(model, club):
    """How much of its programme an organization has built and can use."""
    values = model.values.organizations
    if club.bodies:
        club.drilled = max(values.drill_fading * club.drilled, club.exercised)
        built = sum(body.weight for body in club.bodies if body.founded) / club.whole
        drills = values.depth_of_exercises
        grown = unit((1 - drills) * built + drills * club.drilled)
        idle = model.values.rivalry.discord_depth * club.discord
        club.depth = (club.depth_at_start + (1 - club.depth_at_start) * grown) * (1 - idle)
