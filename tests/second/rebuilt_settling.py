"""Settling the quarter (equations Z)."""

from __future__ import annotations

import math

from rebuilt_beginning import History, gains, influences, leverage, size
from rebuilt_catalogue import (
    BASE,
    BODIES,
    BODY,
    ECO,
    FIRST_POWER,
    ORGANIZATION,
    POL,
    PROJECT,
    SEC,
    A,
    C,
    I,
    J,
    O,
    P,
    S,
    clip,
    grid,
    pairs,
    season,
    unit,
    year,
)
from rebuilt_organizations import discord
from rebuilt_powers import minds


def settle(h: History) -> None:
    """(Z1) to (Z48)."""
    _blame(h)
    given, trained = _gifts(h)
    _ledger(h)
    _upkeep(h, given, trained)
    _trade(h)
    _ties(h)
    influences(h)
    _leanings(h)
    _rivals(h)
    _organizations(h)
    for i in I:  # (Z48)
        h.left[i] -= h.status[i] == 2
        h.used[i] += h.status[i] in (2, 3)
    for o, s in pairs(O, S):
        h.observing[o][s] += h.standing[o][s] == 1


def _blame(h: History) -> None:
    n, regime, first = h.n.patronage, h.n.regime, h.k.first
    for p, a in pairs(P, A):
        crit = n.criticism_persistence * h.crit[p][a] + n.blame_withholding * h.published[p][a]
        h.crit[p][a] = unit(crit + n.blame_crackdown * n.conditional[p] * h.sev[a])  # (Z1)
        need = h.campaign * n.needs_access[p] * h.n.initial.access[a]
        h.need[p][a] += n.need_lag * (need - h.need[p][a])  # (Z2)
    for a in A:
        h.lat[a] += h.n.threats.recruits_of_crackdown * h.sev[a] * (1 - h.lat[a])  # (Z3)
        rest = first.rep[a] + regime.repression_of_fear * (h.fear[a] - regime.fear_floor)
        rep = h.rep[a] + regime.repression_return * (rest - h.rep[a])
        h.rep[a] = unit(rep + regime.repression_of_crackdown * h.sev[a])  # (Z4)


def _gifts(h: History) -> tuple[list[list[float]], list[float]]:
    """(Z5), (Z6), (Z9): what is given, and what trains."""
    n, k = h.n, h.k
    drawn, term = grid(len(P), len(A)), max(1, n.ledger.deal_term)
    for p, a in pairs(P, A):
        owed = h.undrawn[p][a] + h.deals[p][a]
        drawn[p][a] = owed / term
        h.undrawn[p][a] = max(0, owed - drawn[p][a])
    for j in J:
        if h.running[j] == 2 and PROJECT[j].kind == "credit" and h.t - h.opened[j] < k.planned[j]:
            part = k.cost[j] * n.projects.owner_share[j] / max(1, k.planned[j])
            for a in A:
                more = n.ledger.credit_worth * n.works.host_share[j][a] * part
                drawn[PROJECT[j].owner][a] += more
    h.spent = [[[4 * x for x in row] for row in channel] for channel in h.aid]
    for p, a in pairs(P, A):
        h.spent[ECO][p][a] += 4 * drawn[p][a]
        aid = h.aid[ECO][p][a] + h.aid[POL][p][a] + h.aid[SEC][p][a]
        h.goods[p][a] += n.patronage.goods_memory * (aid + drawn[p][a] - h.goods[p][a])
    given = [[sum(h.spent[c][p][a] for c in C) for a in A] for p in P]
    return given, [sum(h.aid[SEC][p][a] for p in P) for a in A]


def _ledger(h: History) -> None:
    """(Z7), (Z8), (Z10) to (Z12)."""
    n, k, ledger, spent = h.n, h.k, h.n.ledger, h.spent
    for i in I:
        if h.status[i] in (2, 3):
            spent[SEC][BASE[i].guest][BASE[i].host] += ledger.base
            spent[ECO][BASE[i].guest][BASE[i].host] += h.rent[i]
    for j in J:
        if h.running[j] != 2:
            continue
        p, kind = PROJECT[j].owner, PROJECT[j].kind
        if kind == "fund" and h.t - h.opened[j] < 4 * n.projects.training_years:
            for a in A:
                share = n.works.host_share[j][a]
                spent[POL][p][a] += k.cost[j] / n.projects.training_years * share
        if kind not in ("credit", "deal", "fund"):
            factor = 1 + ledger.follows_oil[j] * (h.oil - 1)
            for a in A:
                spent[ECO][p][a] += k.carries[j][a] * factor
    for p, a in pairs(P, A):
        number = h.ventures[p][a]
        spent[ECO][p][a] += ledger.venture * number / (1 + number)
    h.fewer = grid(len(P), len(A))
    for o in O:
        _membership(h, o)


def _membership(h: History, o: int) -> None:
    """(Z11), (Z12)."""
    n, ledger, spent, organization = h.n, h.n.ledger, h.spent, ORGANIZATION[o]
    sponsors, contested = organization.sponsors, h.contested[o]
    founded = [k for k in organization.bodies if h.founded[k]]
    institutions = [k for k in founded if BODY[k].kind == "institution"]
    standing, start = h.standing[o], n.organizations.depth_at_start[o]
    budget = n.projects.sco_budget * n.works.budgeted[o] if institutions else 0.0
    budget /= max(1, len(contested)) * len(sponsors)
    for p in sponsors:
        for a in A:
            counts = (0.0, n.organizations.observer_fraction, 1.0)[standing[a]]
            more = counts * h.depth[o] - h.k.belonged[o][a] * start
            spent[POL][p][a] += ledger.membership * max(0, more)
            h.fewer[p][a] += min(0, more)
        own_seats = sum(h.seat[k] == FIRST_POWER + p for k in institutions)
        for a in contested:
            if h.exists[o]:
                for c in C:
                    spent[c][p][a] += ledger.councils[c][o]
            spent[POL][p][a] += ledger.seat * own_seats + budget
        for k in founded:
            if BODY[k].kind == "security" and h.seat[k] is not None and h.seat[k] in A:
                spent[SEC][p][h.seat[k]] += ledger.site
    if h.exercised[o]:
        joined = [a for a in A if h.took_part[o][a]]
        soldiers = 4 * n.projects.exercise_troops * ledger.soldier * n.organizations.binding[o]
        for a, p in pairs(joined, sponsors):
            spent[SEC][p][a] += soldiers / len(joined) / len(sponsors)


def _upkeep(h: History, given: list[list[float]], trained: list[float]) -> None:
    n, erosion = h.n.patronage, h.n.rivalry.erosion
    for p, a in pairs(P, A):
        upkeep = h.k.upkeep[p][a]
        now = min(1, given[p][a] / upkeep) if upkeep else 1.0  # (Z13)
        h.kept_ties[p][a] += erosion * (now - h.kept_ties[p][a])
        h.personal[p][a] += erosion * (1 - h.personal[p][a])
    for a in A:  # (Z14)
        built = n.training_effect * trained[a]
        built += n.capacity_of_fear * (h.fear[a] - h.n.regime.fear_floor)
        cap = h.cap[a] + n.capacity_return * (h.k.first.cap[a] - h.cap[a])
        h.cap[a] = unit(cap + built * (1 - h.cap[a]))


def _trade(h: History) -> None:
    """(Z15) to (Z19)."""
    n, k, first = h.n.trade, h.k, h.k.first
    opened = grid(len(P), len(A))
    for j in J:
        if h.running[j] == 2:
            for a in A:
                opened[PROJECT[j].owner][a] += k.trade_of[j][a]
    for x, body in enumerate(BODY):
        if h.founded[x] and body.kind == "economic":
            gain = n.outline_gain * (k.groups if BODIES[x] == "working_groups" else 1)
            powers = [m - FIRST_POWER for m in h.full[body.organization] if m >= FIRST_POWER]
            for p, a in pairs(powers, h.contested[body.organization]):
                opened[p][a] += gain
    for o in O:
        customs = n.customs_gain * h.n.organizations.customs[o]
        if customs:
            for p, a in pairs(ORGANIZATION[o].sponsors, A):
                opened[p][a] += customs * ((a in h.contested[o]) - k.belonged[o][a])
    log_thirst, path = math.log(h.thirst), n.path_dependence
    for p in P:
        growth = math.log(n.potential[p]) + n.growth[p] * (h.t + 1) / 4
        for a in A:
            potential = growth + path * first.lw[p][a] + (1 - path) * k.region[p]  # (Z16)
            potential += opened[p][a] + n.of_thirst[p] * h.n.initial.hydrocarbons[a] * log_thirst
            potential += n.affinity_gain * (h.aff[p][a] - first.aff[p][a])  # (Z17)
            h.lw[p][a] += n.convergence[p] * (potential - h.lw[p][a]) + n.noise * h.luck.z()
    for a in A:
        weights = [math.exp(h.lw[p][a]) for p in P]
        whole = 1 + sum(weights)
        for p in P:
            h.trade[p][a] = weights[p] / whole


def _ties(h: History) -> None:
    """(Z20) to (Z24)."""
    n, k, first, sqrt = h.n, h.k, h.k.first, math.sqrt
    conversion, acts, decay = n.ledger.conversion, n.influence, n.influence.decay
    flow = [[[0.0] * len(A) for _ in P] for _ in C]
    for c, p in pairs(C, P):
        rate = conversion[c] / 2
        flow[c][p] = [
            rate * s * (sqrt(1 + x / s) - 1) for x, s in zip(h.spent[c][p], k.scale, strict=True)
        ]
    owned = grid(len(P), len(A))
    for j in J:
        if h.running[j] == 2:
            for a in A:
                owned[PROJECT[j].owner][a] += n.works.stake[j][a]
    fewer = n.ledger.membership * conversion[POL] / 4
    by_route = n.projects.route_tie * decay[ECO]
    for p, a in pairs(P, A):
        handed = acts.act_understanding * n.patronage.seeks_exiles[p] * h.handed[p][a]
        flow[POL][p][a] += (
            fewer * h.fewer[p][a]
            + acts.act_cover * h.cover[p][a]
            - acts.act_criticism * h.crit[p][a]
            + handed
        )
        flow[ECO][p][a] -= by_route * (n.initial.export_route[p][a] - route(h, p, a))
        whole = owned[p][a] + n.works.venture_stake * h.ventures[p][a]
        h.stake[p][a] = whole / (1 + whole)  # (Z22)
        flow[SEC][p][a] += handed + acts.stake_security * h.stake[p][a]
        care = 1 - h.kept_ties[p][a]  # (Z23)
        anchor = [first.tie[c][p][a] - k.loose[c][p][a] * care for c in C]
        trade = acts.trade_to_ties * (h.trade[p][a] - first.trade[p][a])
        anchor[ECO] = max(0, anchor[ECO] + trade)
        anchor[POL] *= h.personal[p][a]
        for c in C:
            tie = h.tie[c][p][a]
            h.tie[c][p][a] = max(0, tie + decay[c] * (anchor[c] - tie) + flow[c][p][a])


def route(h: History, p: int, a: int) -> float:
    """(W21), by the pipelines that run now."""
    usual = h.n.initial.export_route[p][a]
    if not usual:
        return 0.0
    lines = [j for j in J if h.running[j] == 2 and PROJECT[j].kind == "pipeline"]
    return usual * (1 - unit(h.n.projects.route_relief * sum(a in PROJECT[j].hosts for j in lines)))


def _leanings(h: History) -> None:
    """(Z29) to (Z33)."""
    n, k, first, tanh, z = h.n.alignment, h.k, h.k.first, math.tanh, h.luck.z
    floor, autonomy, neutral = h.n.regime.fear_floor, h.n.initial.autonomy, h.n.initial.neutral
    for p in P:
        cover = n.cover * h.n.patronage.non_interference[p]
        relief = n.relief * k.shelters[p]
        aff, crit, susp, incl = h.aff[p], h.crit[p], h.susp[p], k.incl[p]
        for s in S:
            danger, fear, free = h.danger[s], h.fear[s], 1.0
            moved = cover * (danger - floor) + relief * (danger - fear)
            moved -= n.blame * (crit[s] + susp[s]) * k.pride[s] * fear
            if s < len(A):
                grip = max(0, h.conc[p][s] ** 2 - first.conc[p][s] ** 2)
                goods = 1 + h.goods[p][s] / n.goodwill_scale
                goodwill = math.log(goods / (1 + first.goods[p][s] / n.goodwill_scale))
                moved += n.share * (h.share[p][s] - first.share[p][s])
                moved += n.goodwill * goodwill - n.hedging * autonomy[s] * grip
                free = 1 - n.neutrality * neutral[s]
            pull = tanh(incl[s] + free * moved)
            x = aff[s] + n.speed * (pull - aff[s]) + n.noise * z()
            aff[s] = clip(x, -n.bound, n.bound)


def _rivals(h: History) -> None:
    """(Z34) to (Z43)."""
    n, appraisal, years = h.n.rivalry, h.n.appraisal, year(h.t) - 2001
    sizes = [size(h, o) - h.k.size[o] for o in O]
    bases = [unit(h.in_use(q) / appraisal.bases_for_alarm) for q in P]
    most = math.log(n.most_effort)
    for p in P:
        whole = sum(h.value[p])
        parts = [x / whole if whole else 1 / len(A) for x in h.value[p]]  # (Z34)
        lost = 0.0
        for q in P:
            ahead = [x - y for x, y in zip(h.share[q], h.usual[q], strict=True)]
            won = sum(x * y for x, y in zip(parts, ahead, strict=True))
            bloc = max(
                [0.0, *(sizes[o] for o in h.k.sponsored[q] if o not in h.k.sponsored[p])]
            )  # (Z35)
            there = n.alarm_bases * bases[q] + n.alarm_share * won + n.alarm_bloc * bloc
            h.felt[p][q] += appraisal.pressure_lag[p] * (max(0, there) - h.felt[p][q])  # (Z37)
            if q == p:
                lost = -won
        h.pressure[p] = unit(sum(appraisal.rivalry[p][q] * h.felt[p][q] for q in P))  # (Z38)
        loss = max(0, lost) + n.relaxing * min(0, lost)  # (Z40)
        goal = n.reply_pressure * h.pressure[p] + n.reply_loss * loss
        goal = most * math.tanh(goal / most) if most else 0.0
        h.effort[p] += n.reply_lag * (goal - h.effort[p])
        growth = (1 + h.n.patronage.budget_growth[p]) ** years
        income = h.n.ledger.invest[p] * growth * math.exp(h.effort[p])  # (Z42)
        h.purse[p] = min(h.purse[p] + income / 4, income * h.n.ledger.purse_years)
    for p, a in pairs(P, A):
        h.usual[p][a] += n.memory * (h.share[p][a] - h.usual[p][a])  # (Z41)
    if season(h.t) == 4:
        leverage(h, gains(h, h.minds))


def _organizations(h: History) -> None:
    """(Z44) to (Z47)."""
    n = h.n.organizations
    for o in O:
        h.noticed[o] += n.depth_lag * (h.depth[o] - h.noticed[o])
        h.pact[o] = unit(n.pact_fading * h.pact[o] + n.pact_gain * h.together[o])
    minds(h)
    for o, organization in enumerate(ORGANIZATION):
        if organization.bodies:
            h.drilled[o] = max(n.drill_fading * h.drilled[o], float(h.exercised[o]))  # (Z46)
            weights = n.body_weight
            built = sum(weights[k] for k in organization.bodies if h.founded[k])
            built /= sum(weights[k] for k in organization.bodies)
            grown = (1 - n.depth_of_exercises) * built + n.depth_of_exercises * h.drilled[o]
            start = n.depth_at_start[o]
            depth = start + (1 - start) * unit(grown)
            h.depth[o] = depth * (1 - h.n.rivalry.discord_depth * discord(h, o))  # (Z47)
