"""1 July 2001: the state of a history, its luck, and what is computed once (equations S and D)."""

from __future__ import annotations

import functools
import math
import random
from types import SimpleNamespace
from typing import Any

from rebuilt_catalogue import (
    BASE,
    BODY,
    ECO,
    FIRST_POWER,
    MEMBERS,
    ORGANIZATION,
    PROJECT,
    A,
    C,
    I,
    J,
    K,
    O,
    P,
    S,
    clip,
    grid,
    logit,
    numbers_with,
    pairs,
    sigma,
    unit,
    year,
)

SPREAD = math.pi / math.sqrt(3)


class Luck:
    """The draws of one history: shocks of every quarter apart from those of decisions."""

    def __init__(self, seed: int) -> None:
        self._shocks = random.Random(2 * seed).random
        self._chances = random.Random(2 * seed + 1).random

    def u(self) -> float:
        """(D1) uniform, for a decision."""
        return self._chances() or 0.5

    def z(self) -> float:
        """(D3) logistic of variance 1, for a shock."""
        u = self._shocks() or 0.5
        return math.log(u / (1 - u)) / SPREAD

    def logistic(self) -> float:
        """(D2) logistic of scale 1, for a decision."""
        return logit(self.u())


class MedianLuck(Luck):
    """Every draw at its median."""

    def __init__(self) -> None:
        pass

    def u(self) -> float:
        """The median of (D1)."""
        return 0.5

    def z(self) -> float:
        """The median of (D3)."""
        return 0.0


class History:
    """One history: what stands in the timing table, by number of power, state and so on."""

    def __init__(self, numbers: Any, constants: Any, luck: Luck) -> None:
        self.n, self.k, self.luck, self.t = numbers, constants, luck, -1
        self.lasting: dict[Any, float] = {}

    def fresh(self, luck: Luck) -> History:
        """Another history with the same state."""
        other = History(self.n, self.k, luck)
        for name, value in vars(self).items():
            if name not in ("n", "k", "luck", "lasting"):
                setattr(other, name, _copied(value))
        return other

    def mood(self, key: Any, low: float | None = None, high: float | None = None) -> float:
        """(D4), (D5): luck that lasts, carried on from 2001 where it is asked for first."""
        if key not in self.lasting:
            f = 0.0 if low is None else sigma(SPREAD * low)
            g = 1.0 if high is None else sigma(SPREAD * high)
            self.lasting[key] = logit(clip(f + self.luck.u() * (g - f), 1e-7, 1 - 1e-7)) / SPREAD
            for _ in range(year(self.t) - 2001):
                self.another_year(key)
        return self.lasting[key]

    def another_year(self, key: Any) -> None:
        """(D5): the luck of one a year later."""
        kept = self.n.luck.kept
        z = self.luck.logistic() / SPREAD
        self.lasting[key] = kept * self.lasting[key] + math.sqrt(1 - kept**2) * z

    def recount(self, o: int) -> None:
        """Who belongs to an organization, after a change of standing."""
        self.full[o] = [m for m, standing in enumerate(self.standing[o]) if standing == 2]
        self.states[o] = [m for m in self.full[o] if m < FIRST_POWER]
        self.contested[o] = [m for m in self.full[o] if m in A]

    def in_use(self, guest: int, host: int | None = None) -> int:
        """Number of bases of a power in use, anywhere or with one host."""
        return sum(
            self.status[i] in (2, 3) and BASE[i].guest == guest and host in (None, BASE[i].host)
            for i in I
        )


def _copied(value: Any) -> Any:
    return [_copied(part) for part in value] if isinstance(value, list) else value


def ratio(x: float, y: float) -> float:
    """(S18)."""
    return x / y if y > 0 else 1.0


def influences(h: History) -> None:
    """(Z25) to (Z28): influence, share and concentration from ties."""
    own, w = h.n.initial.own, h.k.w
    h.parts = grid(len(C), len(P), len(A))
    totals = [[sum(h.tie[c][p][a] for p in P) for a in A] for c in C]
    for c, p in pairs(C, P):
        h.parts[c][p] = [
            x / (x + 1) * x / (o + total)
            for x, o, total in zip(h.tie[c][p], own[c], totals[c], strict=True)
        ]
    for a in A:
        influence = [sum(w[c] * h.parts[c][p][a] for c in C) for p in P]
        ties = [sum(w[c] * h.tie[c][p][a] for c in C) for p in P]
        whole, all_ties = sum(influence), sum(ties)
        for p in P:
            h.influence[p][a] = influence[p]
            h.share[p][a] = influence[p] / whole if whole else 1 / len(P)
            h.conc[p][a] = ties[p] / all_ties if all_ties else 1 / len(P)


def gains(h: History, minds: Any) -> Any:
    """(Z39): what a step of one tie gains, while the others stay."""
    n, w, own, gain = h.n, h.k.w, h.n.initial.own, grid(len(C), len(P), len(A))
    for c, p in pairs(C, P):
        budget = budget_of(h, c, p)
        step = n.ledger.conversion[c] * budget * n.rivalry.look_ahead
        step = clip(step, n.rivalry.least_step, 1)
        for a in A:
            ties = [h.tie[c][q][a] + (step if q == p else 0) for q in P]
            whole = own[c][a] + sum(ties)
            then = [
                h.influence[q][a] + w[c] * (x / (x + 1) * x / whole - h.parts[c][q][a])
                for q, x in enumerate(ties)
            ]
            total = sum(then)
            moved = [x / total - h.share[q][a] for q, x in enumerate(then)]
            won = moved[p] - sum(minds[p][q] * moved[q] for q in P)
            gain[c][p][a] = max(0, won) / step
    return gain


def budget_of(h: History, c: int, p: int) -> float:
    """(P14): the budget of a power for a channel, US$ m a year."""
    n = h.n.patronage
    growth = (1 + n.budget_growth[p]) ** (year(max(h.t, 0)) - 2001)
    return n.budget[c][p] * growth * h.k.record[p] * math.exp(h.effort[p])


def leverage(h: History, gain: Any) -> None:
    """(Z43)."""
    n = h.n.rivalry
    for c, p, a in pairs(C, P, A):
        first = math.sqrt(max(h.k.gain[c][p][a], n.least_gain))
        h.lever[c][p][a] = (max(gain[c][p][a], n.least_gain) / first) ** n.follows_gain


def protection(h: History) -> list[float]:
    """(W9): joint protection from militants."""
    n, tie, found = h.n.threats, h.tie[2], [0.0] * len(A)
    carried = [[tie[p][a] / (1 + sum(tie[q][a] for q in P)) for a in A] for p in P]
    for o, organization in enumerate(ORGANIZATION):
        if h.exists[o]:
            weight = n.alliance[o] + n.drill * h.drilled[o]
            weight += sum(n.body[k] for k in organization.bodies if h.founded[k])
            for a, p in pairs(h.contested[o], organization.sponsors):
                found[a] += weight * carried[p][a]
    for i in I:
        if h.status[i] in (2, 3):
            found[BASE[i].host] += n.base * carried[BASE[i].guest][BASE[i].host]
    return [unit(x) for x in found]


def drugs(h: History) -> list[float]:
    """(W16): harm from drugs."""
    n, exposure = h.n.threats, h.n.initial.drug_exposure
    harm = [unit(h.traffic * exposure[a] * (1 - n.interdiction * h.cap[a])) for a in A]
    for k in K:
        if h.founded[k] and n.body_interdiction[k]:
            for a in h.contested[BODY[k].organization]:
                harm[a] *= 1 - n.body_interdiction[k]
    return harm


def size(h: History, o: int) -> float:
    """(Z35): how much of an organization there is to be felt."""
    observers = h.standing[o].count(1)
    members = len(h.full[o]) + h.n.organizations.observer_fraction * observers
    return h.depth[o] * members / 10 if h.exists[o] else 0.0


def _constants(n: Any) -> Any:
    k, initial, works = SimpleNamespace(), n.initial, n.works
    weights = n.influence.channel_weight
    k.w = [x / sum(weights) for x in weights]  # (S9)
    floor = n.regime.pride_floor
    k.pride = [floor + (1 - floor) * initial.autonomy[s] for s in S]  # (S8)
    length = [ratio(n.projects.length_km[j], works.reference_length[j]) for j in J]  # (S19)
    area = n.projects.area_ha["china"] + n.projects.area_ha["kazakhstan"]  # (S20)
    zone = ratio(area, works.reference["zone_area_ha"]) * (1 - n.projects.zone_tariff)
    sizes = {"zone": 2 * zone / (1 + zone)}  # (S21)
    trainees = ratio(n.projects.trainees, works.reference["trainees"])
    k.trade_of, k.carries, k.cost, k.owner_cost, k.planned = [], [], [], [], []
    for j, project in enumerate(PROJECT):
        of_pipeline = ratio(n.projects.capacity_mt[j], works.reference["capacity_mt"])
        extent = {**sizes, "pipeline": of_pipeline}.get(project.kind, 1.0)
        k.trade_of.append([x * extent for x in works.opens_trade[j]])
        k.carries.append([x * extent for x in n.ledger.carried[j]])
        k.cost.append(n.projects.cost[j] * length[j])  # (S22)
        if project.kind == "fund":
            k.cost[j] *= trainees
        k.owner_cost.append(k.cost[j] * n.projects.owner_share[j])
        k.planned.append(n.projects.planned_quarters[j] * length[j])
    k.groups = ratio(n.projects.sco_projects, works.reference["projects"])  # (S23)
    yearly = n.projects.japan_aid_since_1992 / n.projects.japan_aid_years  # (S24)
    yearly = ratio(yearly, works.reference["aid_a_year"])
    k.record = [1 + works.aid_on_record[p] * (yearly - 1) for p in P]
    oil = n.projects.iran_oil_contract * n.projects.iran_oil_taken / n.projects.iran_oil_years
    oil = ratio(oil, works.reference["oil_a_year"]) ** works.elasticity["oil"] - 1  # (S25)
    push = n.organizations.sponsor_push
    k.push = [[push[p][s] * (1 + works.oil_contract[p][s] * oil) for s in S] for p in P]
    wealth = [x / n.basing.rent_scale_economy for x in initial.gdp]  # (S26)
    elasticity = n.basing.rent_scale_elasticity
    k.rent_scale = [n.basing.rent_scale * x**elasticity for x in wealth]
    wealth = [x / n.ledger.scale_economy for x in initial.gdp]  # (S27)
    k.scale = [n.ledger.scale * x**n.ledger.scale_elasticity for x in wealth]
    speaks = n.patronage.speaks_for_regimes  # (S28)
    k.club_of = [max(speaks[p] for p in x.sponsors) for x in ORGANIZATION]
    sponsored = [[o for o in O if p in ORGANIZATION[o].sponsors] for p in P]
    k.shelters = [
        speaks[p] * max((n.organizations.speaks[o] for o in sponsored[p]), default=0.0) for p in P
    ]
    k.sponsored, up = sponsored, initial.upstream
    k.opposed = [  # (W19)
        max(0, *(abs(up[a] * up[b]) - max(up[a], 0) * max(up[b], 0) for b in A if b != a))
        for a in A
    ]
    return k


@functools.lru_cache(maxsize=64)
def beginning(replaced: tuple[tuple[str, float], ...]) -> History:
    """The world of 1 July 2001 (S1) to (S17), with some numbers of the catalogue replaced."""
    n = numbers_with(dict(replaced))
    k, initial, regime = _constants(n), n.initial, n.regime
    h = History(n, k, MedianLuck())
    p_a, p_s, c_p_a = (len(P), len(A)), (len(P), len(S)), (len(C), len(P), len(A))
    for name in ("influence share conc need withheld withheld_usual habit published undrawn deals "
                 "value cover ventures stake").split():  # fmt: skip
        setattr(h, name, grid(*p_a))
    h.handed, h.credited = grid(*p_a, fill=False), grid(*p_a)
    for name in ("crit", "susp", "shift"):
        setattr(h, name, grid(*p_s))
    for name in ("aid", "spent", "lever"):
        setattr(h, name, grid(*c_p_a))
    for name in ("agenda", "effort", "pressure", "money", "answers"):
        setattr(h, name, grid(len(P)))
    h.discord = grid(len(O))
    for name in ("club", "water", "alarm", "trouble"):
        setattr(h, name, grid(len(A)))
    for name in ("transition", "ousters", "sev"):
        setattr(h, name, grid(len(S)))
    h.felt, h.route = grid(len(P), len(P)), initial.export_route
    h.tie = initial.ties  # (S1)
    bound = n.alignment.bound
    h.aff = [[clip(2 * x - 1, -bound, bound) for x in row] for row in initial.agreement]  # (S2)
    k.incl = [[math.atanh(x) for x in row] for row in h.aff]
    h.trade = initial.trade_share  # (S3)
    rest = [1 - sum(h.trade[p][a] for p in P) for a in A]
    h.lw = [[math.log(h.trade[p][a] / rest[a]) for a in A] for p in P]
    k.region = [math.log(sum(map(math.exp, row)) / len(A)) for row in h.lw]
    h.trade_size = [0.0] * len(A)
    h.acc, h.kin = initial.polyarchy, regime.post_soviet  # (S4)
    slope, start = regime.repression_slope, regime.repression_from
    h.rep = [unit(slope * (1 - h.acc[a] - start)) for a in A]
    h.fear, h.danger = [regime.fear_floor] * len(S), [regime.fear_floor] * len(S)
    h.hard, h.cap = initial.hardship, initial.capacity
    h.mil = h.usual_mil = initial.militancy  # (S5)
    h.lat, h.sanctuary = initial.latent_militancy, 1.0
    h.traffic, h.stress = n.environment.trafficking_base, n.environment.water_base
    h.oil = h.thirst = 1.0
    h.campaign = 0.0
    h.goods = [[x / 4 for x in row] for row in initial.goods]  # (S6)
    h.need = [[n.patronage.need_at_start[p]] * len(A) for p in P]
    h.kept_ties, h.personal = grid(*p_a, fill=1.0), grid(*p_a, fill=1.0)
    h.sanctioned = [x > 0 for x in initial.un_sanctions]  # (S7)
    h.standing = grid(len(O), len(MEMBERS), fill=0)  # (S10)
    h.full, h.states, h.contested = grid(len(O)), grid(len(O)), grid(len(O))
    h.observing, h.took_part = grid(len(O), len(S)), grid(len(O), len(MEMBERS), fill=False)
    for name in ("statement", "voice", "drilled", "pact"):
        setattr(h, name, grid(len(O)))
    for name in ("stated", "exercised", "together"):
        setattr(h, name, grid(len(O), fill=False))
    for o, organization in enumerate(ORGANIZATION):
        for m in organization.members:
            h.standing[o][m] = 2
        for m in organization.observers:
            h.standing[o][m] = 1
        h.recount(o)
    k.belonged = [[m in h.full[o] for m in range(len(MEMBERS))] for o in O]
    h.exists = [organization.exists for organization in ORGANIZATION]
    h.depth = h.noticed = n.organizations.depth_at_start
    h.founded, h.seat = grid(len(K), fill=False), grid(len(K), fill=None)
    h.founded_at = grid(len(K), fill=None)
    h.status = [base.start for base in BASE]  # (S11)
    is_open = [status == 2 for status in h.status]
    h.rent = [n.basing.first_rent[i] if is_open[i] else 0.0 for i in I]
    h.left = [round(n.basing.contract[i]) if is_open[i] else 0 for i in I]
    for name in ("notice", "used", "price"):
        setattr(h, name, grid(len(I)))
    for name in ("proposed", "review", "noticed_ever", "dearer"):
        setattr(h, name, grid(len(I), fill=False))
    h.running, h.quarters_left = grid(len(J), fill=0), grid(len(J))  # (S12)
    h.opened = grid(len(J), fill=None)
    influences(h)  # (S13)
    h.usual = h.share
    h.purse = [x * n.ledger.purse_years / 2 for x in n.ledger.invest]  # (S14)
    k.gain = gains(h, n.appraisal.rivalry)  # (S15)
    leverage(h, k.gain)
    k.loose, k.upkeep = grid(*c_p_a), grid(*p_a)  # (S16)
    for c, p, a in pairs(C, P, A):
        held = min(n.influence.trade_to_ties * h.trade[p][a], h.tie[c][p][a]) if c == ECO else 0.0
        k.loose[c][p][a] = (h.tie[c][p][a] - held) * (1 - n.rivalry.lasting[c])
        k.upkeep[p][a] += n.rivalry.upkeep * k.loose[c][p][a]
    k.protection, k.drugs = protection(h), drugs(h)  # (S17)
    k.size = [size(h, o) for o in O]
    # What the outcomes remember.
    h.shares_of_year = [grid(*p_a)]
    h.announced, h.away, h.back = (grid(*p_a, fill=x) for x in (None, False, False))
    h.exercises, h.leavings, h.joinings, h.returns = [], 0, 0, 0
    h.joined_at, h.left_at = grid(len(O), len(A), fill=None), grid(len(O), len(A), fill=None)
    h.member_quarters = grid(len(O), len(A), fill=0)
    k.first = h.fresh(MedianLuck())
    return k.first
