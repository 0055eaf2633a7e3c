"""Hosts, bargains and works (equations B)."""

from __future__ import annotations

import math

from rebuilt_beginning import SPREAD, History
from rebuilt_catalogue import BASE, PROJECT, A, I, J, P, pairs, season, sigma, year
from rebuilt_powers import hosting, most, price, with_rent


def respond(h: History) -> None:
    """(B4) to (B12)."""
    n, u, found = h.n.basing, h.luck.u, list(h.status)
    for i in I:
        contract = round(n.contract[i])
        if h.proposed[i]:
            rent = n.first_rent[i]
            if with_rent(h, i, rent) + n.noise * h.luck.logistic() > 0:  # (B4)
                h.status[i], h.rent[i], h.left[i] = 2, rent, contract
                h.answers[BASE[i].guest] += 1
        if found[i] == 2:
            a = BASE[i].host
            called = [x for o, x in enumerate(h.statement) if h.stated[o] and a in h.contested[o]]
            cause = n.call_as_cause * max(called, default=0.0)
            cause = max(cause, float(h.newgov[a] or h.left[i] <= 0))  # (B5)
            chance = n.review_otherwise + (n.review_on_trigger - n.review_otherwise) * cause
            if u() < chance:  # (B6)
                mood = n.noise * SPREAD * h.mood(("host", i))
                h.review[i] = with_rent(h, i, h.rent[i]) + mood < 0  # (B7)
                h.price[i] = price(h, i)
                if not h.review[i] and h.left[i] <= 0:
                    h.left[i] = contract  # (B8)
    n = h.n.patronage
    if season(h.t) == n.understanding_season:
        for p, a in pairs(P, A):
            if n.seeks_exiles[p] > 0 and not h.handed[p][a]:
                exiles = h.n.initial.exiles[a]
                goods = math.log(1 + h.goods[p][a] / n.understanding_scale)
                x = n.understanding_base + n.understanding_goods * goods
                x += n.understanding_fear * h.fear[a] - n.understanding_cost * h.acc[a]
                chance = exiles / (exiles + n.exile_half) * sigma(x)
                h.handed[p][a] = u() < chance  # (B12)


def bargain(h: History) -> None:
    """(B13) to (B17)."""
    n, u, found = h.n.basing, h.luck.u, list(h.status)
    for i in I:
        if h.review[i]:
            received = u() < 1 - n.attendance_blame * h.grudge[i]  # (B13)
            offer = math.log(1 + most(h, i) / h.k.rent_scale[BASE[i].host])
            if received and hosting(h, i) + n.rent * offer > n.margin:  # (B15)
                h.dearer[i] = h.dearer[i] or h.price[i] > h.rent[i]
                h.rent[i] = max(h.rent[i], h.price[i])
                h.left[i] = round(n.contract[i])
                h.answers[BASE[i].guest] += 1
            else:
                h.status[i], h.notice[i] = 3, round(n.notice[i] / 91.3125)  # (B16)
                h.noticed_ever[i] = True
        elif found[i] == 3:
            h.notice[i] -= 1  # (B17)
            if u() < n.leave_early or h.notice[i] <= 0:
                h.status[i], h.rent[i] = 4, 0.0


def build(h: History) -> None:
    """(B18) to (B26)."""
    n, k, t, u = h.n, h.k, h.t, h.luck.u
    purse, found = list(h.purse), list(h.running)
    for j in J:
        owner, kind = PROJECT[j].owner, PROJECT[j].kind
        if found[j] == 1:
            h.quarters_left[j] -= 1  # (B24)
            if h.quarters_left[j] <= 0:
                h.running[j], h.opened[j] = 2, t
        elif found[j] == 0 and kind == "deal":
            if any(h.deals[owner][a] > 0 for a in PROJECT[j].hosts):  # (B18)
                h.running[j], h.opened[j] = 2, t
        elif found[j] == 0 and _starts(h, j, purse[owner]):
            h.purse[owner] -= k.owner_cost[j]  # (B22)
            if kind in ("credit", "fund"):
                h.running[j], h.opened[j] = 2, t
            else:
                z = h.luck.logistic() / SPREAD
                slip = math.exp(n.works.slip_mean + n.works.slip_spread * z)
                h.running[j] = 1
                h.quarters_left[j] = max(1, round(k.planned[j] * slip))  # (B23)
    works, hydrocarbons = n.works, n.initial.hydrocarbons
    for p, a in pairs(P, A):
        worth = hydrocarbons[a] * h.own_thirst[p] * (1 + h.stake[p][a])
        chance = works.venture_propensity[p] * works.venture_rate
        odds = works.venture_slope * (worth - works.venture_threshold)  # (B25)
        h.ventures[p][a] += u() < chance * sigma(odds)


def _starts(h: History, j: int, purse: float) -> bool:
    """(B19) to (B21)."""
    n, k, owner = h.n, h.k, PROJECT[j].owner
    depth = max((h.depth[o] for o in k.sponsored[owner]), default=0.0)
    if k.owner_cost[j] > max(0, purse) or depth < n.works.needs_depth[j]:
        return False
    hosts, years = PROJECT[j].hosts, year(h.t) - 2001
    worth = sum(h.value[owner][a] for a in hosts) / len(hosts) if hosts else 0.0
    growth = 1 + n.patronage.budget_growth[owner]
    income = n.ledger.invest[owner] * growth**years * math.exp(h.effort[owner])
    reference, dearer = n.works.reference_cost[j], 0.0
    if reference > 0:
        dearer = math.log((income + k.owner_cost[j]) / (income + reference))
    odds = n.works.start_base[j] + n.works.start_worth * worth
    odds += n.works.start_wealth * years * math.log(growth) - n.works.start_price * dearer
    odds -= n.works.start_friction * sum(h.water[a] for a in PROJECT[j].on_the_way)
    return h.luck.u() < sigma(odds)
