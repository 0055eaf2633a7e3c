"""What everyone sees, and what powers want and give (equations P)."""

from __future__ import annotations

import math

from rebuilt_beginning import History, budget_of
from rebuilt_catalogue import (
    BASE,
    ECO,
    ORGANIZATION,
    PROJECT,
    SEC,
    A,
    C,
    I,
    J,
    O,
    P,
    clip,
    grid,
    pairs,
    season,
    sigma,
    unit,
)


def minds(h: History) -> None:
    """(P1): how much a power minds another now."""
    h.minds = [list(row) for row in h.n.appraisal.rivalry]
    for o, organization in enumerate(ORGANIZATION):
        for p, q in pairs(organization.sponsors, organization.sponsors):
            if p != q:
                h.minds[p][q] *= 1 - h.pact[o]


def look_around(h: History) -> None:
    """(P1) to (P8)."""
    minds(h)
    n, share = h.n, h.share
    speaks = n.patronage.speaks_for_regimes
    h.partner = [sum(speaks[p] * share[p][a] for p in P) for a in A]
    h.presence, h.grudge, h.rivals_of = [], [], []
    for i in I:
        g, a = BASE[i].guest, BASE[i].host
        whole = n.initial.own[SEC][a] + sum(h.tie[SEC][q][a] for q in P)
        h.presence.append(h.tie[SEC][g][a] / whole)
        h.grudge.append((h.crit[g][a] + h.susp[g][a]) * h.k.pride[a] * h.fear[a])
        h.rivals_of.append(sum(h.pressure[q] * h.minds[q][g] * share[q][a] for q in P))
    open_works = [j for j in J if h.running[j] == 2]
    h.corridors = [sum(h.k.trade_of[j][a] for j in open_works) for a in A]
    creditors = {PROJECT[j].owner for j in open_works if PROJECT[j].kind == "credit"}
    h.creditor = [float(p in creditors) for p in P]


def appraise(h: History) -> None:
    """(P9), (P10)."""
    n, initial, priority = h.n.appraisal, h.n.initial, h.n.appraisal.priority
    oil = h.oil**n.price_elasticity
    h.own_thirst = [1 + n.thirsty[p] * (h.thirst - 1) for p in P]
    for p in P:
        mind, weight = h.minds[p], {feature: row[p] for feature, row in priority.items()}
        resources = weight["hydrocarbons"] * oil * h.own_thirst[p]
        for a in A:
            rivals = sum(mind[q] * h.share[q][a] for q in P)
            market = initial.market[a] * (1 + n.corridor_market * h.corridors[a])
            worth = (
                resources * initial.hydrocarbons[a]
                + weight["access"] * initial.access[a] * h.campaign
                + weight["near_abroad"] * initial.near_abroad[a]
                + weight["xinjiang"] * initial.xinjiang[a]
                + weight["market"] * market
                + weight["rivals"] * h.pressure[p] * rivals
                + weight["stake"] * h.stake[p][a]
            )
            h.value[p][a] = max(0, worth)


def offer(h: History) -> None:
    """(P11) to (P34)."""
    n, t = h.n, h.t
    h.threatened = grid(len(P), len(A))
    change = [[x - y for x, y in zip(*rows, strict=True)] for rows in zip(h.share, h.usual)]
    for p, a in pairs(P, A):
        won = sum(h.minds[p][q] * change[q][a] for q in P)
        h.threatened[p][a] = max(0, won) + max(0, -change[p][a])  # (P11)
    for p in P:
        plan = _plan(h, p)
        if season(t) == n.patronage.decision_season:
            _conditions(h, p, plan)
        for c, a in pairs(C, A):
            h.aid[c][p][a] = plan[c][a] * (1 - h.withheld[p][a])  # (P27)
        for a in A:
            h.cover[p][a] = n.patronage.non_interference[p] * h.fear[a]  # (P28)
    purse = list(h.purse)
    if season(t) == n.rivalry.answer_season:
        for p, a in pairs(P, A):
            _credit(h, p, a, purse[p])
        for i in I:
            if h.status[i] == 2 and 0 < h.left[i] <= 4:
                _rent_unasked(h, i)
    amount = n.patronage.deal_amount
    for a, p in pairs(A, P):  # (P32)
        speaks = n.patronage.speaks_for_regimes[p] > 0
        if h.cracked[a] and speaks and amount <= max(0, purse[p]):
            worth = unit(n.patronage.deal_floor + n.initial.hydrocarbons[a])
            chance = n.patronage.deal_propensity * n.patronage.non_interference[p] * worth
            if h.luck.u() < chance:
                h.deals[p][a] += amount
                h.purse[p] -= amount
    for i in I:
        g, a = BASE[i].guest, BASE[i].host
        if h.status[i] <= 1:
            if BASE[i].for_campaign:  # (P33)
                wanted = h.value[g][a] > n.basing.value_threshold and h.campaign > 0
                h.proposed[i] = wanted and n.basing.propensity[g] > 0
            else:  # (P34)
                over = h.pressure[g] - n.basing.pressure_threshold[i]
                chance = n.basing.propensity[g] * sigma(n.basing.proposal_slope * over)
                h.proposed[i] = h.luck.u() < chance


def _plan(h: History, p: int) -> list[list[float]]:
    """(P12) to (P18): how a power would spread its budgets, US$ m a quarter."""
    n, lever, neutral = h.n.patronage, h.lever, h.n.initial.neutral
    weights = [value**n.concentration for value in h.value[p]]
    defend = h.n.rivalry.defend
    pull = [weights[a] * math.exp(min(defend * h.threatened[p][a], 2)) for a in A]
    parts, reach = [], []
    for c in C:
        part = [x * y for x, y in zip(pull, lever[c][p], strict=True)]
        whole = sum(part)
        parts.append([x / whole for x in part] if whole else [0.0] * len(A))
        reach.append(sum(x * y for x, y in zip(parts[c], lever[c][p], strict=True)))
    budget = [budget_of(h, c, p) for c in C]
    wanted = [budget[c] * reach[c] for c in C]
    all_wanted = sum(wanted)
    shifted = [x * sum(budget) / all_wanted if all_wanted else 0.0 for x in wanted]  # (P15)
    spent = sum(weights)
    whole = spent + n.reserve[p] ** n.concentration
    spent = spent / whole if whole else 0.0  # (P16)
    talks = [o for o in h.k.sponsored[p] if h.n.organizations.routine[o] > 0]
    factor = []
    for a in A:
        routine = max((h.depth[o] for o in talks if a in h.contested[o]), default=0.0)
        factor.append(
            (1 - n.neutral_refusal * n.conditional[p] * neutral[a]) * (1 + n.dialogue_aid * routine)
        )
    plan = []
    for c in C:
        taken = [x * y for x, y in zip(parts[c], factor, strict=True)]
        scale = spent * shifted[c] / 4 / max(1, spent * sum(taken))
        plan.append([x * scale for x in taken])
    weight = [x + 1e-6 for x in shifted]  # (P18)
    conversion = h.n.ledger.conversion
    h.money[p] = sum(weight[c] * conversion[c] * reach[c] for c in C) / sum(weight)
    return plan


def _conditions(h: History, p: int, plan: list[list[float]]) -> None:
    """(P19) to (P26)."""
    n, first = h.n.patronage, h.k.first
    offers = [sum(plan[c][a] for c in C) for a in A]
    whole = sum(offers)
    for a in A:
        equal = len(A) * offers[a] / whole if whole else 0.0
        e = (equal / n.attention_half + n.attention_of_base * h.in_use(p, a)) ** 2
        rest = min(h.rep[a], first.rep[a])
        looked = n.seen_anyway + (1 - n.seen_anyway) * e / (1 + e)
        seen = rest * looked + h.rep[a] - rest  # (P20)
        need = n.tolerance_need * h.need[p][a]
        x = seen - n.tolerance_base - need - n.tolerance_rivals * h.threatened[p][a]
        x = n.tolerance_slope * (x - max(0, h.habit[p][a] - need))  # (P22)
        was, now = h.withheld[p][a], n.conditionality[p] * sigma(x)  # (P23)
        h.withheld[p][a] = now
        if now > n.publication_threshold:
            h.published[p][a] = max(0, now - h.withheld_usual[p][a])  # (P24)
            if h.announced[p][a] is None:
                h.announced[p][a] = h.t
        elif was > n.publication_threshold:
            h.answers[p] += 1
        h.withheld_usual[p][a] += n.news_learning * (now - h.withheld_usual[p][a])
        used_to = unit(seen - n.tolerance_base + n.habit_margin)
        h.habit[p][a] += n.habit_learning * (used_to - h.habit[p][a])  # (P26)


def _bargain(h: History, p: int, does: float) -> float:
    """(P29)."""
    return math.log(clip(does / max(h.money[p], 1e-6), 0.01, 100))


def _credit(h: History, p: int, a: int, purse: float) -> None:
    """(P30)."""
    n, worth = h.n.rivalry, h.n.ledger.credit_worth
    offered = n.offered_part * max(0, purse)
    if h.undrawn[p][a] < offered:
        does = h.n.ledger.conversion[ECO] * h.lever[ECO][p][a] * worth
        odds = n.answer_credit + n.answer_threat * h.threatened[p][a] + _bargain(h, p, does)
        if h.luck.u() < sigma(odds):
            h.undrawn[p][a] += worth * offered
            h.purse[p] -= offered
            h.answers[p] += 1


def _rent_unasked(h: History, i: int) -> None:
    """(P31)."""
    n, g, a = h.n, BASE[i].guest, BASE[i].host
    asked = price(h, i)
    if h.rent[i] < asked <= most(h, i):
        ledger = n.ledger
        does = ledger.conversion[SEC] * h.lever[SEC][g][a] * ledger.base
        bargain = _bargain(h, g, does / max(1, asked - h.rent[i]))
        odds = n.rivalry.answer_rent + n.rivalry.answer_threat * h.threatened[g][a] + bargain
        if h.luck.u() < sigma(odds):
            h.rent[i], h.left[i] = asked, round(n.basing.contract[i])
            h.dearer[i] = True
            h.answers[g] += 1


def hosting(h: History, i: int) -> float:
    """(B1), (B2): what hosting a base is worth without its rent, in logits."""
    n, g, a = h.n.basing, BASE[i].guest, BASE[i].host
    outside = [o for o in O if a in h.contested[o] and h.standing[o][len(h.fear) + g] != 2]
    call = max((h.statement[o] for o in outside), default=0.0)
    return (
        n.habit
        + n.threat * BASE[i].for_campaign * h.mil[a] * h.campaign
        + n.affinity * h.aff[g][a]
        - n.autonomy * h.n.initial.autonomy[a] * h.presence[i]
        - n.blame * h.grudge[i]
        - n.statement * call * (n.stake_floor + (1 - n.stake_floor) * h.partner[a])
        - n.rivals * h.rivals_of[i]
    )


def with_rent(h: History, i: int, rent: float) -> float:
    """(B2): what hosting is worth at a rent."""
    rent_scale = h.k.rent_scale[BASE[i].host]
    return hosting(h, i) + h.n.basing.rent * math.log(1 + rent / rent_scale)


def price(h: History, i: int) -> float:
    """(B3): the rent at which the host is content, US$ m a year."""
    n = h.n.basing
    log = min((n.margin - hosting(h, i)) / n.rent, math.log(1 + n.price_cap))
    return h.k.rent_scale[BASE[i].host] * max(0, math.exp(log) - 1)


def most(h: History, i: int) -> float:
    """(B14): the most that the guest would pay, US$ m a year."""
    n, base = h.n.basing, BASE[i]
    worth = h.campaign * base.for_campaign + n.lasting_worth
    return n.reservation[base.guest] * h.n.initial.access[base.host] * worth


