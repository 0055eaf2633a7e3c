"""The model rebuilt from docs/odd alone, by somebody who had not read its code.

Labels such as (Z7) are those of docs/odd. Who is who is a number: states 0 to 11, of whom the first
five are contested; powers 0 to 3, and as members they follow the states.
"""

from __future__ import annotations

import copy
import datetime
import functools
import itertools
import math
import pickle
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from math import exp, log, sqrt, tanh
from operator import mul
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "simulation" / "evidence" / "data"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(path: Path) -> dict[str, Any]:
    """Reads a YAML file."""
    return yaml.load(path.read_text("utf-8"), LOADER)


def number(names: Sequence[str], among: Sequence[str]) -> list[int]:
    """The numbers of those who are known."""
    return [among.index(name) for name in names if name in among]


# Who there is. Organizations, bodies, installations and projects by columns, in the files' order.

ACTORS, ORGS, BASES, WORKS, OUTCOMES, GROUPS = (
    load(DATA / f"{name}.yaml")
    for name in ("actors", "organizations", "installations", "projects", "outcomes", "groups")
)
POWERS, REGION, OUTER = (
    sorted(name for name, actor in ACTORS.items() if actor["kind"] == kind)
    for kind in ("power", "state", "outer_state")
)
STATES, CHANNELS = REGION + OUTER, ["economic", "political", "security"]
MEMBERS, FIRST = STATES + POWERS, len(STATES)
BODIES = {name: body for org in ORGS.values() for name, body in org["bodies"].items()}
AXES = {
    **dict.fromkeys(("power", "rival"), POWERS),
    "region": REGION,
    "state": STATES,
    "member": MEMBERS,
    "channel": CHANNELS,
    "organization": list(ORGS),
    "body": list(BODIES),
    "installation": list(BASES),
    "project": list(WORKS),
}
C, P, A, S, O, K, I, J = (  # noqa: E741
    range(len(x)) for x in (CHANNELS, POWERS, REGION, STATES, ORGS, BODIES, BASES, WORKS)
)
PA = [(p, a) for p in P for a in A]
ECO, POL, SEC = C
SPONSORS = [number(org["sponsors"], POWERS) for org in ORGS.values()]
SPONSORED = [[o for o in O if p in SPONSORS[o]] for p in P]
PACKAGES = [[number(x, MEMBERS) for x in org.get("packages", [])] for org in ORGS.values()]
SUMMITS = [org["summits"] for org in ORGS.values()]
OLD = [org["exists"] for org in ORGS.values()]
OF = [o for o, org in enumerate(ORGS.values()) for _ in org["bodies"]]
WORKING_GROUPS, OBSERVERS = number(["working_groups", "election_observers"], list(BODIES))
OWN = [[k for k in K if OF[k] == o] for o in O]
KIND = [body["kind"] for body in BODIES.values()]
REQUIRES = [number(body["requires"], list(BODIES)) for body in BODIES.values()]
COUNCIL = [body["decided_by"] for body in BODIES.values()]
SEATS = [number(body["seats"], MEMBERS) for body in BODIES.values()]
HOST = [STATES.index(base["host"]) for base in BASES.values()]
GUEST = [POWERS.index(base["guest"]) for base in BASES.values()]
CAMPAIGN = [base["purpose"] == "campaign" for base in BASES.values()]
PROJECTS = list(WORKS)
OWNER = [POWERS.index(work["owner"]) for work in WORKS.values()]
WORK = [work["kind"] for work in WORKS.values()]
HOSTS = [number(work["hosts"], REGION) for work in WORKS.values()]
ON_THE_WAY = [{*number(work["hosts"] + work["transit"], REGION)} for work in WORKS.values()]


def season(t: int) -> int:
    """(C1)."""
    return (t + 2) % 4 + 1


def year(t: int) -> int:
    """(C2)."""
    return 2001 + (t + 2) // 4


def quarter_of(date: Any) -> int:
    """(C3): of a date, or of a name such as 2005Q3."""
    if isinstance(date, str):
        return 4 * (int(date[:4]) - 2001) + int(date[5]) - 3
    return 4 * (date.year - 2001) + math.ceil(date.month / 3) - 3


@functools.cache
def meetings(t: int) -> list[list[str]]:
    """The councils of each organization that meet in a quarter."""
    met = []
    for councils in SUMMITS:
        known = {name: [*map(quarter_of, x["known"])] for name, x in councils.items()}
        last = max((year(day) for days in known.values() for day in days), default=2000)
        usual = [name for name in known if season(t) == councils[name]["season"]]
        met.append([name for name in known if t in known[name]] if year(t) <= last else usual)
    return met


@functools.cache
def events() -> dict[int, list[tuple[str, Any]]]:
    """(W24): what the baseline brings, by quarter."""
    found = defaultdict(list)
    for event in load(ROOT / "scenarios" / "baseline.yaml")["events"]:
        t = quarter_of(event["date"])
        if "attack" in event:
            found[t + 1].append(("called", event["campaign"]))
            day_after = event["until"] + datetime.timedelta(days=1)
            found[quarter_of(day_after)].append(("campaign", event["after"]))
        for kind, what in (("ouster", "ousted"), ("crackdown", "cracked")):
            if kind in event:
                found[t].append((what, STATES.index(event[kind])))
    return found


# The numbers of the catalogue.


@functools.cache
def catalogue() -> dict[str, Any]:
    """The groups of all files."""
    files = sorted((DATA / "parameters").glob("*.yaml"))
    return {group: numbers for file in files for group, numbers in load(file).items()}


def table(value: Any, axes: Sequence[str], otherwise: float) -> Any:
    """A table as nested lists in the order of its axis, or by name where the axis is open."""
    if not axes:
        return float(otherwise if isinstance(value, Mapping) else value)

    def below(name: str | None) -> Any:
        part = value.get(name, {}) if isinstance(value, Mapping) else value
        return table(part, axes[1:], otherwise)

    if axes[0] in AXES:
        return [below(name) for name in AXES[axes[0]]]
    names = value if isinstance(value, Mapping) else ()
    return defaultdict(lambda: below(None), {name: below(name) for name in names})


def space(group: Mapping[str, Any]) -> Any:
    """A group as attributes: `n.basing.rent`."""
    if "value" in group:
        return table(group["value"], group.get("over", ()), group.get("otherwise", 0.0))
    return SimpleNamespace(**{key: space(entry) for key, entry in group.items()})


def numbers_with(replaced: Mapping[str, float]) -> Any:
    """The catalogue with some numbers replaced, each by its full key."""
    groups = copy.deepcopy(catalogue()) if replaced else catalogue()
    for key, x in replaced.items():
        node, names = groups, key.split(".")
        while "value" not in node:
            node = node[names.pop(0)]
        for name in ["value", *names][:-1]:
            node = node.setdefault(name, {})
        node[["value", *names][-1]] = x
    return space(groups)


def grid(*sizes: int, fill: Any = 0.0) -> Any:
    """Nested lists full of one value."""
    if len(sizes) < 2:
        return [fill] * sizes[0] if sizes else fill
    return [grid(*sizes[1:], fill=fill) for _ in range(sizes[0])]


def each(*rows: Sequence[Any]) -> Any:
    """Rows of one length, entry by entry."""
    return zip(*rows, strict=True)


def dot(x: Sequence[float], y: Sequence[float]) -> float:
    """The sum of products."""
    return sum(map(mul, x, y))


def sigma(x: float) -> float:
    """The logistic function."""
    return 1 / (1 + exp(-x)) if x > -700 else 0.0


def logit(y: float) -> float:
    """The inverse of the logistic function."""
    return log(y / (1 - y))


def clip(x: float, low: float, high: float) -> float:
    """`x`, held between the two."""
    return low if x < low else high if x > high else x


def unit(x: float) -> float:
    """`x`, held between 0 and 1."""
    return 0.0 if x < 0 else 1.0 if x > 1 else x


def ratio(x: float, y: float) -> float:
    """(S18)."""
    return x / y if y > 0 else 1.0


# Luck, and the state of a history.

SPREAD = math.pi / sqrt(3)


class Luck:
    """The draws of one history, or their medians: shocks of every quarter apart from decisions'."""

    def __init__(self, seed: int | None) -> None:
        self.shock = self.chance = lambda: 0.5
        if seed is not None:
            self.shock = random.Random(2 * seed).random
            self.chance = random.Random(2 * seed + 1).random

    def u(self) -> float:
        """(D1)."""
        return self.chance() or 0.5

    def z(self) -> float:
        """(D3)."""
        u = self.shock() or 0.5
        return log(u / (1 - u)) / SPREAD

    def logistic(self) -> float:
        """(D2)."""
        return logit(self.u())


# Every variable by its axes. What the beginning does not name begins at 0. What the outcomes
# remember and what is passed from phase to phase stands under HIDDEN too, and is no row of the
# test vector.
VARIABLES = {
    "": "sanctuary traffic stress campaign oil thirst leavings joinings returns",
    "power": "agenda pressure effort purse answers money",
    "power>power": "felt",
    "state": "acc fear danger kin transition sev ousters",
    "region": "club rep hard cap mil lat usual_mil drugs water alarm trouble",
    "power>state": "aff shift susp crit",
    "power>region": "share influence conc lw trade need value withheld withheld_usual habit usual"
    " undrawn published deals cover goods kept personal handed ventures stake threatened away back"
    " pull",
    "channel>power>region": "tie aid spent lever part",
    "installation": "status rent left notice used price review proposed given_notice dearer",
    "project": "running quarters_left opened",
    "organization": "exists depth noticed statement stated voice drilled pact exercised together"
    " discord",
    "organization>region": "quarters",
    "organization>state": "observing",
    "organization>member": "standing took_part",
    "body": "founded",
}
HIDDEN = """
    leavings joinings returns answers money sev ousters alarm trouble threatened away back pull part
    used price review proposed given_notice dearer quarters_left discord quarters founded
"""
HIDDEN = set(HIDDEN.split())


class History:
    """One history: its numbers, constants, luck, last quarter and variables."""

    def __init__(self, k: Any, luck: Luck) -> None:
        self.k, self.n, self.luck, self.lasting = k, k.n, luck, {}
        self.__dict__.update(pickle.loads(k.state))

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
        """(D5)."""
        kept, z = self.n.luck.kept, self.luck.logistic() / SPREAD
        self.lasting[key] = kept * self.lasting[key] + sqrt(1 - kept**2) * z

    def recount(self, o: int) -> None:
        """Who belongs to an organization, after a change of standing."""
        self.full[o] = [m for m, standing in enumerate(self.standing[o]) if standing == 2]
        self.near[o] = [m for m in self.full[o] if m in A]

    def in_use(self, guest: int, hosts: Sequence[int] = S) -> int:
        """Number of a power's bases in use."""
        return sum(self.status[i] in (2, 3) and GUEST[i] == guest and HOST[i] in hosts for i in I)

    def standing_of(self, o: int, kind: str) -> list[int]:
        """The founded bodies of a kind."""
        return [k for k in OWN[o] if self.founded[k] and KIND[k] == kind]


# The beginning (S), and what is computed there and later.


def influences(h: History) -> None:
    """(Z25) to (Z28)."""
    own, w = h.n.initial.own, h.k.w
    for a in A:
        influence, ties = [0.0] * len(P), [0.0] * len(P)
        for c in C:
            column = [row[a] for row in h.tie[c]]
            whole = own[c][a] + sum(column)
            for p, x in enumerate(column):
                h.part[c][p][a] = part = x / (x + 1) * x / whole
                influence[p] += w[c] * part
                ties[p] += w[c] * x
        whole, all_ties = sum(influence), sum(ties)
        for p in P:
            h.influence[p][a] = influence[p]
            h.share[p][a] = influence[p] / whole if whole else 1 / len(P)
            h.conc[p][a] = ties[p] / all_ties if all_ties else 1 / len(P)


def budget(h: History, c: int, p: int) -> float:
    """(P14)."""
    growth = (1 + h.n.patronage.budget_growth[p]) ** (year(max(h.t, 0)) - 2001)
    return h.n.patronage.budget[c][p] * growth * h.k.record[p] * exp(h.effort[p])


def gains(h: History, minds: Any) -> Any:
    """(Z39)."""
    n, w, own, gain = h.n, h.k.w, h.n.initial.own, grid(len(C), len(P), len(A))
    for c, p in itertools.product(C, P):
        step = n.ledger.conversion[c] * budget(h, c, p) * n.rivalry.look_ahead
        step = clip(step, n.rivalry.least_step, 1)
        for a in A:
            ties = [h.tie[c][q][a] + step * (q == p) for q in P]
            whole = own[c][a] + sum(ties)
            parts = [x / (x + 1) * x / whole - h.part[c][q][a] for q, x in enumerate(ties)]
            then = [h.influence[q][a] + w[c] * x for q, x in enumerate(parts)]
            moved = [x / sum(then) - h.share[q][a] for q, x in enumerate(then)]
            gain[c][p][a] = max(0, moved[p] - dot(minds[p], moved)) / step
    return gain


def leverage(h: History, gain: Any) -> None:
    """(Z43)."""
    least, power = h.n.rivalry.least_gain, h.n.rivalry.follows_gain
    for c, (p, a) in itertools.product(C, PA):
        first = sqrt(max(h.k.gain[c][p][a], least))
        h.lever[c][p][a] = (max(gain[c][p][a], least) / first) ** power


def protection(h: History) -> list[float]:
    """(W9)."""
    n, tie, found = h.n.threats, h.tie[SEC], [0.0] * len(A)
    total = [1 + sum(column) for column in each(*tie)]
    for o in O:
        weight = n.alliance[o] + n.drill * h.drilled[o]
        weight += sum(n.body[k] for k in OWN[o] if h.founded[k])
        for a in h.near[o] if h.exists[o] and weight else ():
            found[a] += weight * sum(tie[p][a] for p in SPONSORS[o]) / total[a]
    for i in I:
        if h.status[i] in (2, 3):
            found[HOST[i]] += n.base * tie[GUEST[i]][HOST[i]] / total[HOST[i]]
    return [unit(x) for x in found]


def drugs(h: History) -> list[float]:
    """(W16)."""
    n, exposure = h.n.threats, h.n.initial.drug_exposure
    harm = [unit(h.traffic * exposure[a] * (1 - n.interdiction * h.cap[a])) for a in A]
    for k in K:
        for a in h.near[OF[k]] if h.founded[k] and n.body_interdiction[k] else ():
            harm[a] *= 1 - n.body_interdiction[k]
    return harm


def size(h: History, o: int) -> float:
    """(Z35)."""
    observers = h.n.organizations.observer_fraction * h.standing[o].count(1)
    return h.depth[o] * (len(h.full[o]) + observers) / 10 * h.exists[o]


def constants(n: Any) -> Any:
    """(S8), (S9), (S18) to (S28)."""
    k, initial, works, projects = SimpleNamespace(n=n), n.initial, n.works, n.projects
    k.w = [x / sum(n.influence.channel_weight) for x in n.influence.channel_weight]
    floor, reference = n.regime.pride_floor, works.reference
    k.pride = [floor + (1 - floor) * autonomy for autonomy in initial.autonomy]
    length = [ratio(projects.length_km[j], works.reference_length[j]) for j in J]
    area = projects.area_ha["china"] + projects.area_ha["kazakhstan"]
    zone = ratio(area, reference["zone_area_ha"]) * (1 - projects.zone_tariff)
    flow = [ratio(x, reference["capacity_mt"]) for x in projects.capacity_mt]
    zone = 2 * zone / (1 + zone)
    sizes = [{"pipeline": flow[j], "zone": zone}.get(WORK[j], 1.0) for j in J]
    k.trade_of = [[x * sizes[j] for x in works.opens_trade[j]] for j in J]
    k.carries = [[x * sizes[j] for x in n.ledger.carried[j]] for j in J]
    trainees = ratio(projects.trainees, reference["trainees"])
    costs = [trainees if WORK[j] == "fund" else 1.0 for j in J]
    k.cost = [projects.cost[j] * length[j] * costs[j] for j in J]
    k.owner_cost = [k.cost[j] * projects.owner_share[j] for j in J]
    k.planned = [projects.planned_quarters[j] * length[j] for j in J]
    k.groups = ratio(projects.sco_projects, reference["projects"])
    aid = projects.japan_aid_since_1992 / projects.japan_aid_years
    aid = ratio(aid, reference["aid_a_year"]) - 1
    k.record = [1 + x * aid for x in works.aid_on_record]
    oil = projects.iran_oil_contract * projects.iran_oil_taken / projects.iran_oil_years
    oil = ratio(oil, reference["oil_a_year"]) ** works.elasticity["oil"] - 1
    push, contract = n.organizations.sponsor_push, works.oil_contract
    k.push = [[push[p][s] * (1 + contract[p][s] * oil) for s in S] for p in P]
    power, economy = n.basing.rent_scale_elasticity, n.basing.rent_scale_economy
    k.rent_scale = [n.basing.rent_scale * (x / economy) ** power for x in initial.gdp]
    power, economy = n.ledger.scale_elasticity, n.ledger.scale_economy
    k.scale = [n.ledger.scale * (x / economy) ** power for x in initial.gdp]
    speaks, words = n.patronage.speaks_for_regimes, n.organizations.speaks
    k.club_of = [max((speaks[p] for p in SPONSORS[o]), default=0.0) for o in O]
    k.shelters = [speaks[p] * max((words[o] for o in SPONSORED[p]), default=0.0) for p in P]
    up = initial.upstream  # (W19)
    quarrel = [[abs(x * y) - max(x, 0) * max(y, 0) for y in up] for x in up]
    k.opposed = [max([0.0, *(quarrel[a][b] for b in A if b != a)]) for a in A]
    return k


@functools.lru_cache(maxsize=64)
def beginning(replaced: tuple[tuple[str, float], ...]) -> Any:
    """(S1) to (S17): constants, the pickled variables, and the first history to compare with."""
    n = numbers_with(dict(replaced))
    k, initial, regime = constants(n), n.initial, n.regime
    k.state = pickle.dumps({"t": -1})
    h = History(k, Luck(None))
    for axes, names in VARIABLES.items():
        sizes = [len(AXES[axis]) for axis in axes.split(">") if axis]
        for name in names.split():
            setattr(h, name, grid(*sizes, fill=0))
    bound, floor = n.alignment.bound, regime.fear_floor
    h.tie, h.trade = initial.ties, initial.trade_share
    h.aff = [[clip(2 * x - 1, -bound, bound) for x in row] for row in initial.agreement]
    k.incl = [[math.atanh(x) for x in row] for row in h.aff]
    rest = [1 - sum(column) for column in each(*h.trade)]
    h.lw = [[log(h.trade[p][a] / rest[a]) for a in A] for p in P]
    k.region = [log(sum(map(exp, row)) / len(A)) for row in h.lw]
    h.acc, h.kin, h.hard, h.cap = (
        initial.polyarchy,
        regime.post_soviet,
        initial.hardship,
        initial.capacity,
    )
    closure = [1 - h.acc[a] - regime.repression_from for a in A]
    h.rep = [unit(regime.repression_slope * x) for x in closure]
    h.fear, h.danger = [floor] * len(S), [floor] * len(S)
    h.mil, h.usual_mil = initial.militancy, list(initial.militancy)
    h.lat = initial.latent_militancy
    h.traffic, h.stress = n.environment.trafficking_base, n.environment.water_base
    h.sanctuary = h.oil = h.thirst = 1.0
    h.goods = [[x / 4 for x in row] for row in initial.goods]
    h.need = [[x] * len(A) for x in n.patronage.need_at_start]
    h.kept, h.personal = grid(len(P), len(A), fill=1.0), grid(len(P), len(A), fill=1.0)
    h.sanctioned = [x > 0 for x in initial.un_sanctions]
    h.full, h.near = grid(len(O)), grid(len(O))
    for o, org in enumerate(ORGS.values()):
        for m in number(org["members"] + org["observers"], MEMBERS):
            h.standing[o][m] = 2 if MEMBERS[m] in org["members"] else 1
        h.recount(o)
    k.belonged = [[x == 2 for x in row] for row in h.standing]
    h.exists, h.seat, h.founded_at = list(OLD), [None] * len(K), [None] * len(K)
    h.depth = list(n.organizations.depth_at_start)
    h.noticed = list(h.depth)
    h.status = [{"none": 0, "present": 1, "open": 2}[base["start"]] for base in BASES.values()]
    h.rent = [n.basing.first_rent[i] * (h.status[i] == 2) for i in I]
    h.left = [round(n.basing.contract[i]) * (h.status[i] == 2) for i in I]
    h.opened, h.announced = [-1] * len(J), grid(len(P), len(A), fill=None)
    influences(h)
    h.usual, h.years = copy.deepcopy(h.share), [grid(len(P), len(A))]
    h.purse = [x * n.ledger.purse_years / 2 for x in n.ledger.invest]
    k.gain = gains(h, n.appraisal.rivalry)
    leverage(h, k.gain)
    to_ties, lasting = n.influence.trade_to_ties, n.rivalry.lasting
    k.loose = copy.deepcopy(h.tie)
    for c, (p, a) in itertools.product(C, PA):
        held = min(to_ties * h.trade[p][a], h.tie[c][p][a]) if c == ECO else 0.0
        k.loose[c][p][a] = (h.tie[c][p][a] - held) * (1 - lasting[c])
    k.upkeep = [[n.rivalry.upkeep * sum(x[p][a] for x in k.loose) for a in A] for p in P]
    k.protection, k.drugs, k.size = protection(h), drugs(h), [size(h, o) for o in O]
    h.exercises, h.joined_at, h.left_at = [], {}, {}
    k.state = pickle.dumps(
        {x: y for x, y in vars(h).items() if x not in ("k", "n", "luck", "lasting")}
    )
    k.first = History(k, Luck(None))
    return k


# The world and unrest (W, U).


def world(h: History) -> None:
    """(W1) to (W24)."""
    n, k, t, z, initial, first = h.n, h.k, h.t, h.luck.z, h.n.initial, h.k.first
    h.ousted, h.cracked, h.newgov = ([False] * len(S) for _ in range(3))
    h.published, h.deals = grid(len(P), len(A)), grid(len(P), len(A))
    h.stated, h.exercised, h.together = ([False] * len(O) for _ in range(3))
    h.took_part = grid(len(O), len(MEMBERS))
    h.proposed, h.review = [False] * len(I), [False] * len(I)
    h.transition = [x * (1 - n.regime.settling) for x in h.transition]
    turns = season(t) == 1 or t == 0
    for key in h.lasting if turns else ():
        h.another_year(key)
    known = getattr(n.observed.agenda, f"y{year(t)}", None)
    for p in P if turns else ():
        walk = 0.0 if known else h.agenda[p] + n.alignment.agenda_volatility[p] * z()  # (W2)
        h.agenda[p] = known[POWERS[p]] if known else walk
        mean, noise = n.alignment.votes_of_agenda * h.agenda[p], n.alignment.vote_noise
        h.shift[p] = [mean + noise * z() for _ in S]
    if turns:
        h.trade_size = n.trade.size.get(f"y{year(t)}") or h.trade_size  # (W3)
    h.campaign = dict(events()[t]).get("called", h.campaign)  # (W4)
    e = n.environment
    slow = e.oil_reversion * (log(e.oil_long_run) - log(h.oil))  # (W5) to (W8)
    h.oil *= exp(slow + e.oil_volatility * z())
    h.thirst *= exp(e.thirst_growth + e.thirst_volatility * z())
    more = e.trafficking_persistence * (h.traffic - e.trafficking_base)
    h.traffic = max(0, e.trafficking_base + more + e.trafficking_volatility * z())
    more = e.water_persistence * (h.stress - e.water_base)
    h.stress = max(0, e.water_base + more + e.water_volatility * z())
    th, guard = n.threats, protection(h)
    grown = th.sanctuary_lag * (1 - th.sanctuary_ruin * h.campaign - h.sanctuary)  # (W10)
    h.sanctuary += grown
    rise, valley = [max(0, h.mil[a] - first.mil[a]) for a in A], initial.valley
    for a in A:
        spilt = sum(valley[b] * max(0, rise[b] - rise[a]) for b in A)  # (W11)
        come = th.spill * valley[a] * spilt + th.crossing * initial.southern_border[a] * grown
        mil, lat, open_ = h.mil[a], h.lat[a], 1 - h.lat[a]
        hidden, back = th.underground * h.rep[a] * mil, th.resurfacing * lat
        held = th.suppression * (guard[a] - k.protection[a])
        more = back + come - held * mil + th.militancy_volatility * z()
        h.mil[a] = unit(mil - hidden + more)  # (W12)
        more = th.recruitment * h.rep[a] * h.hard[a] * open_ - th.reach * held * lat
        h.lat[a] = unit(lat + hidden - back + more - th.forgetting * lat)  # (W13)
        h.alarm[a] = max(0, h.mil[a] - h.usual_mil[a] - th.alarm_from)
        h.usual_mil[a] += th.habituation * (h.mil[a] - h.usual_mil[a])  # (W15)
    h.drugs, missing = drugs(h), h.stress * (1 + th.drying * t)  # (W18)
    find_routes(h)
    for a in A:
        worse, alarm = h.drugs[a] - k.drugs[a], h.alarm[a]
        h.cap[a] = unit(h.cap[a] - th.drug_corrosion * worse - th.alarm_capacity * alarm)  # (W17)
        h.water[a] = unit(th.water_quarrel * missing * k.opposed[a])  # (W19)
        harvest = initial.irrigated[a] * max(-initial.upstream[a], 0) * (missing - e.water_base)
        toll = n.projects.route_toll * unit(sum(h.route[p][a] for p in P))  # (W21)
        cost = th.friction_cost * worse + th.harvest_cost * harvest + th.alarm_hardship * alarm
        cost -= th.oil_relief * initial.hydrocarbons[a] * log(h.oil) * (1 - toll)
        kept = th.hardship_persistence * (h.hard[a] - first.hard[a])
        h.hard[a] = unit(first.hard[a] + kept + cost + th.hardship_volatility * z())  # (W22)
    closure = [1 - x for x in h.acc] + initial.closure_of_powers  # (W23)
    for a in A if turns else ():
        clubs = [o for o in O if a in h.near[o] and len(h.full[o]) > 1]
        means = [sum(closure[m] for m in h.full[o] if m != a) / (len(h.full[o]) - 1) for o in clubs]
        whole = sum(k.club_of[o] * mean for o, mean in each(clubs, means))
        h.club[a] = whole / max(1, sum(k.club_of[o] for o in clubs))
    for what, who in events()[t]:  # (W24)
        if what == "campaign":
            h.campaign = who
        elif what != "called":
            getattr(h, what)[who] = True


def find_routes(h: History) -> None:
    """(W21): what still goes by the old routes."""
    lines = [HOSTS[j] for j in J if h.running[j] == 2 and WORK[j] == "pipeline"]
    relief = [unit(h.n.projects.route_relief * sum(a in hosts for hosts in lines)) for a in A]
    h.route = [[x * (1 - y) for x, y in each(row, relief)] for row in h.n.initial.export_route]


def unrest(h: History) -> None:
    """(U1) to (U16)."""
    n, floor, u, first = h.n.regime, h.n.regime.fear_floor, h.luck.u, h.k.first
    for a in A:
        odds = n.unrest_base + n.unrest_hardship * h.hard[a] - n.club_protection * h.club[a]
        odds += n.unrest_militancy * (h.mil[a] - first.mil[a]) + n.transition_risk * h.transition[a]
        if not (h.ousted[a] or h.cracked[a]) and u() < sigma(odds):  # (U1)
            falls = n.fall_base - n.fall_capacity * h.cap[a] + n.fall_hardship * h.hard[a]
            (h.ousted if u() < sigma(falls) else h.cracked)[a] = True  # (U2)
    warned = fears(h)
    for p in P:
        gain = n.suspicion_gain * h.n.patronage.conditional[p]
        for s in S if gain else ():  # (U10)
            more = (1 - h.susp[p][s]) * (1 - exp(-gain * warned[s]))
            h.susp[p][s] = unit(n.suspicion_persistence * h.susp[p][s] + more)
    for s in S:
        comes = s in A and u() < 1 - (1 - n.succession) ** 0.25 and not h.ousted[s]  # (U14)
        if not (comes or h.ousted[s]):
            continue
        h.newgov[s], h.transition[s] = True, 1.0  # (U11), (U15)
        kept = 1 - n.leadership_break
        h.kin[s] *= kept
        for p in P:
            h.aff[p][s] += n.leadership_break * (first.aff[p][s] - h.aff[p][s])
        kept *= comes
        h.fear[s] = floor + kept * (h.fear[s] - floor)
        h.danger[s] = floor + kept * (h.danger[s] - floor)
        for p in P:
            h.susp[p][s], h.crit[p][s] = kept * h.susp[p][s], kept * h.crit[p][s]
        if h.ousted[s]:
            h.ousters[s] += 1
            h.acc[s] = max(h.acc[s], min(h.acc[s] + n.opening, n.most_open))  # (U12)
        if h.ousted[s] and s in A:
            h.rep[s] = n.repression_after_fall * first.rep[s]  # (U13)
        for p in P if s in A else ():
            left = 1 - h.n.rivalry.personal * u()  # (U16)
            h.personal[p][s] *= left
            h.tie[POL][p][s] *= left
    h.trouble = [x + (h.ousted[a] or h.cracked[a]) for a, x in enumerate(h.trouble)]


def fears(h: History) -> list[float]:
    """(U3) to (U9); returns how far each state is warned."""
    n, floor, speaks, warned = h.n.regime, h.n.regime.fear_floor, h.n.patronage, [0.0] * len(S)
    force = [unit(x / n.full_force) for x in h.cap] + [1.0] * (len(S) - len(A))
    h.sev = [(1 - n.severity_of_force * (1 - x)) for x in force]
    h.sev = [h.sev[s] * (h.cracked[s] and not h.ousted[s]) for s in S]  # (U3)
    shock = [n.shock_ouster * h.ousted[s] + n.shock_crackdown * h.sev[s] for s in S]
    watch, shares = OBSERVERS, list(each(*h.share))
    shaken = any(shock)
    for s in S:
        for t in S if shaken else ():  # (U5)
            alike = n.similarity_most * min(h.kin[s], h.kin[t]) * (s != t)
            far = n.dissimilarity * abs(h.acc[s] - h.acc[t])
            warned[s] += shock[t] * alike * unit(1 - far)
        push, shield = n.contagion * warned[s], 0.0
        if s in A:
            push += n.fear_of_blame * sum(row[s] for row in h.crit)  # (U6)
            push += h.n.threats.alarm_fear * h.alarm[s]
            voice = max((h.voice[o] for o in O if s in h.near[o]), default=0.0)  # (U7)
            observed = h.founded[watch] and s in h.near[OF[watch]]
            shield = n.shield_voice * voice + n.shield_observers * observed
            shield *= dot(speaks.speaks_for_regimes, shares[s])
        danger, fear, more = h.danger[s], h.fear[s], 1 - exp(-push)
        danger = floor + n.fear_persistence * (danger - floor) + (1 - danger) * more
        h.danger[s] = clip(danger, floor, 1)  # (U8)
        fear = floor + n.fear_persistence * (fear - floor) + (1 - fear) * more
        h.fear[s] = clip(fear - n.shield * shield, floor, h.danger[s])  # (U9)
    return warned


# What powers see, want and give (P).


def find_minds(h: History) -> None:
    """(P1)."""
    h.minds = [list(row) for row in h.n.appraisal.rivalry]
    for o in O:
        for p, q in itertools.permutations(SPONSORS[o], 2):
            h.minds[p][q] *= 1 - h.pact[o]


def appraise(h: History) -> None:
    """(P1) to (P12)."""
    find_minds(h)
    n, initial, weigh, minds = h.n.appraisal, h.n.initial, h.n.appraisal.priority, h.minds
    speaks, opened = h.n.patronage.speaks_for_regimes, [j for j in J if h.running[j] == 2]
    h.partner = [dot(speaks, column) for column in each(*h.share)]
    whole = [initial.own[SEC][a] + sum(row[a] for row in h.tie[SEC]) for a in A]
    h.presence = [h.tie[SEC][GUEST[i]][HOST[i]] / whole[HOST[i]] for i in I]
    guests = list(each(GUEST, HOST))
    h.grudge = [(h.crit[g][a] + h.susp[g][a]) * h.k.pride[a] * h.fear[a] for g, a in guests]
    h.rivals_of = [sum(h.pressure[q] * minds[q][g] * h.share[q][a] for q in P) for g, a in guests]
    corridors = [sum(h.k.trade_of[j][a] for j in opened) for a in A]
    h.creditor = [any(OWNER[j] == p and WORK[j] == "credit" for j in opened) for p in P]
    h.own_thirst = [1 + x * (h.thirst - 1) for x in n.thirsty]
    oil, gamma, defend = h.oil**n.price_elasticity, h.n.patronage.concentration, h.n.rivalry.defend
    shares = list(each(*h.share))
    moved = list(each(*h.usual))
    moved = [[x - y for x, y in each(*two)] for two in each(shares, moved)]
    for p in P:
        w, value = (
            SimpleNamespace(**{feature: row[p] for feature, row in weigh.items()}),
            h.value[p],
        )
        energy = w.hydrocarbons * oil * h.own_thirst[p]
        access, rivals, lost = w.access * h.campaign, w.rivals * h.pressure[p], h.threatened[p]
        for a in A:
            worth = energy * initial.hydrocarbons[a] + access * initial.access[a]
            worth += w.near_abroad * initial.near_abroad[a] + w.xinjiang * initial.xinjiang[a]
            worth += w.market * initial.market[a] * (1 + n.corridor_market * corridors[a])
            worth += rivals * dot(minds[p], shares[a]) + w.stake * h.stake[p][a]
            value[a] = worth if worth > 0 else 0.0  # (P10)
            lost[a] = max(0, dot(minds[p], moved[a])) + max(0, -moved[a][p])  # (P11)
            h.pull[p][a] = value[a] ** gamma * exp(min(defend * lost[a], 2))


def plan(h: History, p: int) -> list[list[float]]:
    """(P13) to (P18)."""
    n, conversion, neutral = h.n.patronage, h.n.ledger.conversion, h.n.initial.neutral
    part, reach = [], []
    for lever in (h.lever[c][p] for c in C):
        pulls = [x * y for x, y in each(h.pull[p], lever)]
        whole = sum(pulls)
        part.append([x / whole if whole else 0.0 for x in pulls])
        reach.append(dot(part[-1], lever))
    budgets = [budget(h, c, p) for c in C]
    wanted = [x * y for x, y in each(budgets, reach)]
    scale = sum(budgets) / sum(wanted) if any(wanted) else 0.0
    shifted = [x * scale for x in wanted]  # (P15)
    worth = sum(x**n.concentration for x in h.value[p])
    whole = worth + n.reserve[p] ** n.concentration
    spent = worth / whole if whole else 0.0  # (P16)
    talks = [o for o in SPONSORED[p] if h.n.organizations.routine[o] > 0]
    routine = [max((h.depth[o] for o in talks if a in h.near[o]), default=0.0) for a in A]
    refused = n.neutral_refusal * n.conditional[p]
    taken = [(1 - refused * neutral[a]) * (1 + n.dialogue_aid * routine[a]) for a in A]
    taken = [[x * y for x, y in each(row, taken)] for row in part]
    scales = [spent * shifted[c] / 4 / max(1, spent * sum(taken[c])) for c in C]
    weight = [x + 1e-6 for x in shifted]
    h.money[p] = sum(weight[c] * conversion[c] * reach[c] for c in C) / sum(weight)  # (P18)
    return [[x * scales[c] for x in taken[c]] for c in C]


def withhold(h: History, p: int, offers: list[float]) -> None:
    """(P19) to (P26)."""
    n, bar, whole = h.n.patronage, h.n.patronage.publication_threshold, sum(offers)
    for a in A:
        equal = len(A) * offers[a] / whole if whole else 0.0
        e = (equal / n.attention_half + n.attention_of_base * h.in_use(p, [a])) ** 2
        rest = min(h.rep[a], h.k.first.rep[a])
        attention = n.seen_anyway + (1 - n.seen_anyway) * e / (1 + e)
        seen = rest * attention + h.rep[a] - rest - n.tolerance_base  # (P20), above the base
        need = n.tolerance_need * h.need[p][a]
        x = seen - need - n.tolerance_rivals * h.threatened[p][a] - max(0, h.habit[p][a] - need)
        was, now = h.withheld[p][a], n.conditionality[p] * sigma(n.tolerance_slope * x)  # (P23)
        if now > bar:
            h.published[p][a] = max(0, now - h.withheld_usual[p][a])  # (P24)
            h.announced[p][a] = h.t if h.announced[p][a] is None else h.announced[p][a]
        h.withheld[p][a] = now
        h.answers[p] += was > bar >= now
        h.withheld_usual[p][a] += n.news_learning * (now - h.withheld_usual[p][a])
        h.habit[p][a] += n.habit_learning * (unit(seen + n.habit_margin) - h.habit[p][a])  # (P26)


def offer(h: History) -> None:
    """(P19) to (P34)."""
    n, u, ledger, lever, rivalry, basing = (
        h.n,
        h.luck.u,
        h.n.ledger,
        h.lever,
        h.n.rivalry,
        h.n.basing,
    )
    for p in P:
        plans = plan(h, p)
        if season(h.t) == n.patronage.decision_season:
            withhold(h, p, [sum(column) for column in each(*plans)])
        given = [1 - x for x in h.withheld[p]]
        for c in C:
            h.aid[c][p] = [x * y for x, y in each(plans[c], given)]  # (P27)
        h.cover[p] = [n.patronage.non_interference[p] * h.fear[a] for a in A]  # (P28)

    def odds(p: int, a: int, base: float, does: float) -> float:
        bargain = log(clip(does / max(h.money[p], 1e-6), 0.01, 100))  # (P29)
        return sigma(base + rivalry.answer_threat * h.threatened[p][a] + bargain)

    purse, asking = list(h.purse), season(h.t) == rivalry.answer_season
    for p, a in PA if asking else ():
        offered = rivalry.offered_part * max(0, purse[p])
        does = ledger.conversion[ECO] * lever[ECO][p][a] * ledger.credit_worth
        if h.undrawn[p][a] < offered and u() < odds(p, a, rivalry.answer_credit, does):  # (P30)
            h.undrawn[p][a] += ledger.credit_worth * offered
            h.purse[p] -= offered
            h.answers[p] += 1
    for i in I:
        g, a = GUEST[i], HOST[i]
        due = asking and h.status[i] == 2 and 0 < h.left[i] <= 4
        asked = price(h, i) if due else 0.0
        if due and h.rent[i] < asked <= most(h, i):  # (P31)
            does = ledger.conversion[SEC] * lever[SEC][g][a] * ledger.base
            if u() < odds(g, a, rivalry.answer_rent, does / max(1, asked - h.rent[i])):
                h.rent[i], h.left[i], h.dearer[i] = asked, round(basing.contract[i]), True
                h.answers[g] += 1
        if h.status[i] < 2 and CAMPAIGN[i]:  # (P33)
            wanted = h.value[g][a] > basing.value_threshold and h.campaign > 0
            h.proposed[i] = wanted and basing.propensity[g] > 0
        elif h.status[i] < 2:  # (P34)
            over = basing.proposal_slope * (h.pressure[g] - basing.pressure_threshold[i])
            h.proposed[i] = u() < basing.propensity[g] * sigma(over)
    amount, pat = n.patronage.deal_amount, n.patronage
    for p, a in PA:
        if h.cracked[a] and pat.speaks_for_regimes[p] > 0 and amount <= max(0, purse[p]):
            worth = unit(pat.deal_floor + n.initial.hydrocarbons[a])
            if u() < pat.deal_propensity * pat.non_interference[p] * worth:  # (P32)
                h.deals[p][a] += amount
                h.purse[p] -= amount


# Organizations (O): all read what the phase found, and what they decide takes effect at its end.


def convene(h: History) -> None:
    """(O1) to (O28)."""
    n, moves, founded, depth, created = h.n.organizations, {}, {}, list(h.depth), []
    for o in O:
        councils = meetings(h.t)[o]
        if not h.exists[o] and SPONSORS[o] and season(h.t) == n.founding_season:  # (O27)
            f = SPONSORS[o][0]
            rivalry = [*h.n.appraisal.rivalry[f]]
            rivalry[f] = 0.0
            deepest = max(rivalry[q] * h.noticed[x] for x in O for q in [f, *SPONSORS[x]])
            if h.luck.u() < sigma(n.founding_slope * (deepest - n.founding_threshold)):
                created.append(o)
        if not h.exists[o] or not SPONSORS[o]:
            continue
        h.discord[o], pressed = discord(h, o), pressure(h, o) if councils else 0.0
        if n.speaks[o] > 0:  # (O1)
            called = any(h.cracked[m] for m in h.full[o] if m in S)
            called = called and h.standing_of(o, "institution")
            h.voice[o] = 1.0 if called else n.voice_fading * h.voice[o]
        for k in OWN[o]:
            if not h.founded[k] and COUNCIL[k] in councils and wanted(h, o, k, pressed):
                seats = [m for m in SEATS[k] if m in h.full[o]]  # (O9)
                threat = [n.siting_by_threat * h.mil[m] if m in A else 0.0 for m in seats]
                founded[k] = seats[threat.index(max(threat))] if seats else None
        if "heads_of_state" in councils:
            guests = [g for g in sorted({*GUEST}) if FIRST + g not in h.full[o]]
            if n.speaks[o] > 0:
                speak(h, o, pressed, guests)
            if n.admits[o] > 0:
                admit(h, o, pressed, guests, moves)
        belong(h, o, "heads_of_state" in councils or not SUMMITS[o], moves)
        if season(h.t) == n.exercise_season:
            drill(h, o)
        if not OWN[o] and councils:
            depth[o] += n.routine_step * max(0, n.routine[o] - h.depth[o])  # (O26)
    h.depth = depth
    for k, seat in founded.items():
        h.founded[k], h.seat[k], h.founded_at[k] = True, seat, h.t
    for o in created:  # (O28)
        h.exists[o] = True
        moves.update({(o, m): 2 for m, x in enumerate(n.invited[o]) if x > 0})
    for (o, m), standing in moves.items():
        h.standing[o][m] = standing
        h.recount(o)
        if standing != 1:
            (h.joined_at if standing else h.left_at).setdefault((o, m), h.t)


def pressure(h: History, o: int) -> float:
    """(O2)."""
    n, total, weight, rivalry = h.n.organizations, 0.0, 0.0, h.n.appraisal.rivalry
    seats = [h.seat[k] for k in h.standing_of(o, "institution")]
    for p in SPONSORS[o]:
        felt = unit(sum(rivalry[p][q] * h.felt[p][q] for q in P if q not in SPONSORS[o]))
        say = 1 + n.seat_say * (FIRST + p in seats) + n.creditor_say * h.creditor[p]
        total, weight = total + say * felt, weight + say
    return total / weight


def discord(h: History, o: int) -> float:
    """(O3)."""
    minds = [h.minds[p][q] for p, q in itertools.permutations(SPONSORS[o], 2)]
    tolerated = h.n.rivalry.tolerated
    return unit((sum(minds) / len(minds) - tolerated) / (1 - tolerated)) if minds else 0.0


def wanted(h: History, o: int, k: int, pressed: float) -> bool:
    """(O4) to (O8): whether a body can be founded, and every full member is for it."""
    n, kind, autonomy = h.n.organizations, KIND[k], h.n.initial.autonomy
    economic = [h.founded[x] for x in OWN[o] if KIND[x] == "economic"]
    spillover = sum(economic) / len(economic) if economic else 0.0
    common = n.benefit[kind] + n.body_pressure * pressed
    common -= h.n.rivalry.discord_support * h.discord[o]
    common += n.spillover * spillover * (kind != "economic")
    bar, threat = n.body_threshold + n.body_difficulty[k], n.body_threat * (kind == "security")

    def support(m: int) -> float:
        mood = n.body_noise * SPREAD * h.mood(("body", k, m))
        own = common + n.taste[kind][m] - (n.body_autonomy * autonomy[m] if m in S else 0.0)
        if m in A:
            own += threat * (h.mil[m] + h.drugs[m]) - n.body_friction * h.water[m]
        return own + mood

    possible = all(h.founded[x] for x in REQUIRES[k]) and (
        not SEATS[k] or any(m in h.full[o] for m in SEATS[k])
    )
    return possible and all(support(m) > bar for m in h.full[o])


def speak(h: History, o: int, pressed: float, guests: list[int]) -> None:
    """(O10) to (O12)."""
    n, states = h.n.organizations, [m for m in h.full[o] if m in S]
    h.statement[o] *= n.statement_fading
    if any(h.in_use(g) for g in guests) and not h.stated[o]:
        fear = sum(h.fear[s] for s in states) / max(1, len(states))
        warmest = max([0.0, *(h.aff[g][s] for g in guests for s in states)])
        x = n.statement_pressure * pressed - n.statement_objection * warmest
        x += n.statement_fear * fear * (1 - n.campaign_excuse * h.campaign) - n.statement_threshold
        if x + n.statement_noise * h.luck.logistic() > 0:
            h.statement[o], h.stated[o] = 1.0, True


def admit(h: History, o: int, pressed: float, guests: list[int], moves: Any) -> None:
    """(O13) to (O17)."""
    n, had = h.n.organizations, set()
    for s, standing in enumerate(h.standing[o][:FIRST]):
        barred = h.sanctioned[s] and n.bar_sanctioned > 0
        waits = standing == 1 and (barred or h.observing[o][s] < n.observer_quarters)
        if standing == 2 or waits:
            continue
        gain = -n.admission_bloc * min([0.0, *(h.aff[g][s] for g in guests)])
        for p in SPONSORS[o]:  # (O14)
            leanings = [h.aff[p][m] if m in S else 1.0 for m in [*h.full[o], s]]
            mean = sum(leanings) / len(leanings)
            variance = sum((x - mean) ** 2 for x in leanings) / len(leanings)
            gain -= n.admission_diversity * variance
        gain += n.admission_appeal * n.appeal[s] + n.admission_rivals * pressed
        gain += n.admission_sponsor * max(h.k.push[p][s] for p in SPONSORS[o])
        gain -= n.admission_autonomy * h.n.initial.autonomy[s]
        gain -= n.admission_congestion * len(h.full[o])
        worth = n.admission_base + n.admission_maturity * h.depth[o]
        worth += (1.0 if standing else n.observer_fraction) * gain  # (O15)
        if worth + n.admission_noise * SPREAD * h.mood(("admission", o, s)) > 0:
            had.add(s)
    for x, y in PACKAGES[o]:
        alike = (h.standing[o][x] > 0) == (h.standing[o][y] > 0)
        had -= {x, y} if alike and not {x, y} <= had else set()
    moves.update({(o, s): h.standing[o][s] + 1 for s in had})


def belong(h: History, o: int, may_join: bool, moves: Any) -> None:
    """(O18) to (O20)."""
    n, first, p, floor = h.n.organizations, h.k.first, SPONSORS[o][0], h.n.regime.fear_floor
    base, bar, scale = n.belonging_base[o], n.hysteresis * n.binding[o], n.belonging_spread * SPREAD
    bounds = {True: ((-n.hysteresis - base) / scale, None), False: (None, (bar - base) / scale)}
    for s in S:
        if n.eligible[o][s] > 0:
            luck = h.mood(("belonging", o, s), *bounds[h.k.belonged[o][s]])
            dependence = max(0, h.conc[p][s] - first.conc[p][s]) if s in A else 0.0
            worth = n.belonging_fear * n.shelters[o] * (h.fear[s] - floor) + scale * luck
            worth += n.belonging_affinity * (h.aff[p][s] - first.aff[p][s])
            worth += base - n.belonging_autonomy * h.n.initial.autonomy[s] * dependence
            member = h.standing[o][s] == 2
            if member and worth < -n.hysteresis:
                moves[o, s] = 0
                h.leavings += OLD[o] and s in A
            elif not member and worth > bar and may_join:
                moves[o, s] = 2
                h.joinings += OLD[o] and s in A
                h.returns += s in A and (o, s) in h.left_at


def drill(h: History, o: int) -> None:
    """(O21) to (O25)."""
    n, sponsors, depth = h.n.organizations, SPONSORS[o], h.depth[o]
    if n.exercises[o] > 0:
        chance = n.exercises[o] * sigma(n.exercise_slope * (depth - n.exercise_threshold))
        h.exercised[o] = h.luck.u() < chance
    for m in h.full[o] if h.exercised[o] else ():
        worth = math.inf
        if m in S:
            leaning = sum(h.aff[p][m] for p in sponsors) / len(sponsors)
            worth = n.exercise_base[o] + n.exercise_affinity * leaning
            worth += n.exercise_threat * h.mil[m] if m in A else 0.0
            worth -= n.exercise_autonomy * h.n.initial.autonomy[m] * n.binding[o]
            worth += n.exercise_noise * h.luck.logistic()
        h.took_part[o][m] = worth > 0
    if h.exercised[o]:
        h.exercises.append((h.t, o, {a for a in h.near[o] if not h.took_part[o][a]}))
    if len(sponsors) > 1:
        common = depth * min(h.pressure[p] for p in sponsors) - h.discord[o]
        x = n.sponsors_drill_slope * (common - n.sponsors_drill_from)
        h.together[o] = h.luck.u() < sigma(x)


# Hosts, bargains and works (B).


def hosting(h: History, i: int, rent: float = 0.0) -> float:
    """(B1), (B2)."""
    n, g, a = h.n.basing, GUEST[i], HOST[i]
    calls = [h.statement[o] for o in O if a in h.near[o] and h.standing[o][FIRST + g] < 2]
    call = max(calls, default=0.0) * (n.stake_floor + (1 - n.stake_floor) * h.partner[a])
    worth = n.habit + n.affinity * h.aff[g][a] - n.blame * h.grudge[i] - n.statement * call
    worth += n.threat * CAMPAIGN[i] * h.mil[a] * h.campaign - n.rivals * h.rivals_of[i]
    worth -= n.autonomy * h.n.initial.autonomy[a] * h.presence[i]
    return worth + n.rent * log(1 + rent / h.k.rent_scale[a])


def price(h: History, i: int) -> float:
    """(B3)."""
    n, scale = h.n.basing, h.k.rent_scale[HOST[i]]
    return scale * max(0, exp(min((n.margin - hosting(h, i)) / n.rent, log(1 + n.price_cap))) - 1)


def most(h: History, i: int) -> float:
    """(B14)."""
    n, worth = h.n.basing, h.campaign * CAMPAIGN[i] + h.n.basing.lasting_worth
    return n.reservation[GUEST[i]] * h.n.initial.access[HOST[i]] * worth


def respond(h: History) -> None:
    """(B4) to (B17)."""
    n, u, found, pat = h.n.basing, h.luck.u, list(h.status), h.n.patronage
    for i in I:
        a, contract = HOST[i], round(n.contract[i])
        if h.proposed[i]:
            worth = hosting(h, i, n.first_rent[i])
            if worth + n.noise * h.luck.logistic() > 0:  # (B4)
                h.status[i], h.rent[i], h.left[i] = 2, n.first_rent[i], contract
                h.answers[GUEST[i]] += 1
        called = [h.statement[o] for o in O if h.stated[o] and a in h.near[o]]
        cause = float(h.newgov[a] or h.left[i] <= 0)  # (B5)
        cause = max(n.call_as_cause * max(called, default=0.0), cause)
        chance = n.review_otherwise + (n.review_on_trigger - n.review_otherwise) * cause
        if found[i] == 2 and u() < chance:  # (B6)
            mood = n.noise * SPREAD * h.mood(("host", i))
            h.review[i] = hosting(h, i, h.rent[i]) + mood < 0  # (B7)
            if not h.review[i] and h.left[i] <= 0:
                h.left[i] = contract  # (B8)
    for p, a in PA if season(h.t) == pat.understanding_season else ():
        if pat.seeks_exiles[p] > 0 and not h.handed[p][a]:
            goods = log(1 + h.goods[p][a] / pat.understanding_scale)
            x = pat.understanding_base + pat.understanding_goods * goods
            x += pat.understanding_fear * h.fear[a] - pat.understanding_cost * h.acc[a]
            exiles = h.n.initial.exiles[a]
            h.handed[p][a] = u() < exiles / (exiles + pat.exile_half) * sigma(x)  # (B12)
    for i in I:
        if h.review[i]:
            received, asked = u() < 1 - n.attendance_blame * h.grudge[i], price(h, i)  # (B13)
            if received and hosting(h, i, most(h, i)) > n.margin:  # (B15)
                h.dearer[i] = h.dearer[i] or asked > h.rent[i]
                h.rent[i], h.left[i] = max(h.rent[i], asked), round(n.contract[i])
                h.answers[GUEST[i]] += 1
            else:
                h.status[i], h.notice[i] = 3, round(n.notice[i] / 91.3125)  # (B16)
                h.given_notice[i] = True
        elif found[i] == 3:
            h.notice[i] -= 1
            if u() < n.leave_early or h.notice[i] <= 0:  # (B17)
                h.status[i], h.rent[i] = 4, 0.0


def build(h: History) -> None:
    """(B18) to (B26)."""
    n, k, t, works, purse, found = h.n, h.k, h.t, h.n.works, list(h.purse), list(h.running)
    for j in J:
        p, kind, years = OWNER[j], WORK[j], year(t) - 2001
        opens = found[j] == 0 and kind == "deal" and any(h.deals[p][a] > 0 for a in HOSTS[j])
        if found[j] == 1:
            h.quarters_left[j] -= 1
            opens = h.quarters_left[j] <= 0  # (B24)
        elif found[j] == 0 and kind != "deal":
            depth = max((h.depth[o] for o in SPONSORED[p]), default=0.0)
            able = k.owner_cost[j] <= max(0, purse[p]) and depth >= works.needs_depth[j]
            worth = sum(h.value[p][a] for a in HOSTS[j]) / max(1, len(HOSTS[j]))
            growth, reference = 1 + n.patronage.budget_growth[p], works.reference_cost[j]
            income = n.ledger.invest[p] * growth**years * exp(h.effort[p])
            dearer = (
                log((income + k.owner_cost[j]) / (income + reference)) if reference > 0 else 0.0
            )
            x = works.start_base[j] + works.start_worth * worth - works.start_price * dearer
            x += works.start_wealth * years * log(growth)
            x -= works.start_friction * sum(h.water[a] for a in ON_THE_WAY[j])
            if able and h.luck.u() < sigma(x):  # (B21)
                h.purse[p] -= k.owner_cost[j]
                opens, h.running[j] = kind in ("credit", "fund"), 1
                if not opens:  # (B23)
                    slip = works.slip_mean + works.slip_spread * h.luck.logistic() / SPREAD
                    h.quarters_left[j] = max(1, round(k.planned[j] * exp(slip)))
        if opens:
            h.running[j], h.opened[j] = 2, t
    for p, a in PA:
        worth = n.initial.hydrocarbons[a] * h.own_thirst[p] * (1 + h.stake[p][a])
        chance = sigma(works.venture_slope * (worth - works.venture_threshold))
        h.ventures[p][a] += h.luck.u() < works.venture_propensity[p] * works.venture_rate * chance


# Settling (Z).


def settle(h: History) -> None:
    """(Z1) to (Z48)."""
    drawn, owned, gain = works(h)
    give(h, drawn)
    fewer = book(h)
    trade(h, gain)
    tie(h, owned, fewer)
    influences(h)
    lean(h)
    compete(h)
    n = h.n.organizations
    for o in O:  # (Z44), (Z45)
        h.noticed[o] += n.depth_lag * (h.depth[o] - h.noticed[o])
        h.pact[o] = unit(n.pact_fading * h.pact[o] + n.pact_gain * h.together[o])
    find_minds(h)
    for o in O:
        if OWN[o]:
            h.drilled[o] = max(n.drill_fading * h.drilled[o], float(h.exercised[o]))  # (Z46)
            built = sum(n.body_weight[k] * h.founded[k] for k in OWN[o])
            built /= sum(n.body_weight[k] for k in OWN[o])
            grown = unit(built + n.depth_of_exercises * (h.drilled[o] - built))
            depth = n.depth_at_start[o] + (1 - n.depth_at_start[o]) * grown
            h.depth[o] = depth * (1 - h.n.rivalry.discord_depth * discord(h, o))  # (Z47)
        if 1 in h.standing[o]:
            h.observing[o] = [x + (y == 1) for x, y in zip(h.observing[o], h.standing[o])]  # noqa: B905
        for a in h.near[o]:
            h.quarters[o][a] += 1
    h.left = [x - (y == 2) for x, y in each(h.left, h.status)]  # (Z48)
    h.used = [x + (y in (2, 3)) for x, y in each(h.used, h.status)]


def works(h: History) -> Any:
    """What running works draw on credits (Z5), own (Z22) and open to trade (Z15)."""
    n, k, (drawn, owned, gain) = h.n, h.k, (grid(len(P), len(A)) for _ in range(3))
    for j in J:
        p, share = OWNER[j], k.cost[j] * n.projects.owner_share[j] / max(1, k.planned[j])
        lends = WORK[j] == "credit" and h.t - h.opened[j] < k.planned[j]
        share *= n.ledger.credit_worth * lends
        for a in A if h.running[j] == 2 else ():
            drawn[p][a] += share * n.works.host_share[j][a]
            owned[p][a] += n.works.stake[j][a]
            gain[p][a] += k.trade_of[j][a]
    return drawn, owned, gain


def give(h: History, drawn: Any) -> None:
    """(Z1) to (Z6), (Z9), (Z13), (Z14)."""
    n, k, first, pat, regime, erosion = (
        h.n, h.k, h.k.first, h.n.patronage, h.n.regime, h.n.rivalry.erosion
    )  # fmt: skip
    h.spent = [[[4 * x for x in row] for row in channel] for channel in h.aid]
    economic, political, security = h.spent
    access = [h.campaign * x for x in n.initial.access]
    term = max(1, n.ledger.deal_term)
    for p in P:
        blame = [pat.blame_crackdown * pat.conditional[p] * x for x in h.sev]
        crit, need, undrawn, kept, goods = h.crit[p], h.need[p], h.undrawn[p], h.kept[p], h.goods[p]
        for a in A:
            more = pat.blame_withholding * h.published[p][a] + blame[a]
            crit[a] = unit(pat.criticism_persistence * crit[a] + more)  # (Z1)
            need[a] += pat.need_lag * (pat.needs_access[p] * access[a] - need[a])  # (Z2)
            owed = undrawn[a] + h.deals[p][a]
            undrawn[a] = max(0, owed - owed / term)  # (Z5)
            economic[p][a] += 4 * (owed / term + drawn[p][a])
            given = economic[p][a] + political[p][a] + security[p][a]
            goods[a] += pat.goods_memory * (given / 4 - goods[a])  # (Z9)
            now = min(1, given / k.upkeep[p][a]) if k.upkeep[p][a] else 1.0
            kept[a] += erosion * (now - kept[a])  # (Z13)
        h.personal[p] = [x + erosion * (1 - x) for x in h.personal[p]]
    for a in A:
        fear, sev = h.fear[a] - regime.fear_floor, h.sev[a]
        h.lat[a] += n.threats.recruits_of_crackdown * sev * (1 - h.lat[a])  # (Z3)
        rest = first.rep[a] + regime.repression_of_fear * fear
        rep = h.rep[a] + regime.repression_return * (rest - h.rep[a])
        h.rep[a] = unit(rep + regime.repression_of_crackdown * sev)  # (Z4)
        built = pat.training_effect * sum(row[a] for row in h.aid[SEC])
        built += pat.capacity_of_fear * fear
        cap = h.cap[a] + pat.capacity_return * (first.cap[a] - h.cap[a])
        h.cap[a] = unit(cap + built * (1 - h.cap[a]))  # (Z14)


def book(h: History) -> Any:
    """(Z7), (Z8), (Z10) to (Z12); returns by how much memberships count less than in 2001."""
    n, k, ledger, (economic, political, security) = h.n, h.k, h.n.ledger, h.spent
    for i in I:
        if h.status[i] in (2, 3):
            security[GUEST[i]][HOST[i]] += ledger.base
            economic[GUEST[i]][HOST[i]] += h.rent[i]
    years = n.projects.training_years
    for j in J:
        teaches = WORK[j] == "fund" and h.t - h.opened[j] < 4 * years
        carries = (WORK[j] not in ("credit", "deal", "fund")) * (
            1 + ledger.follows_oil[j] * (h.oil - 1)
        )
        for a in A if h.running[j] == 2 else ():
            economic[OWNER[j]][a] += k.carries[j][a] * carries
            political[OWNER[j]][a] += k.cost[j] / years * n.works.host_share[j][a] * teaches
    for p, a in PA:
        if h.ventures[p][a]:
            economic[p][a] += ledger.venture * h.ventures[p][a] / (1 + h.ventures[p][a])
    fewer, counts = grid(len(P), len(A)), (0.0, n.organizations.observer_fraction, 1.0)
    for o in O:
        offices, centres = h.standing_of(o, "institution"), h.standing_of(o, "security")
        common = n.projects.sco_budget * n.works.budgeted[o] * bool(offices)
        common /= max(1, len(h.near[o])) * max(1, len(SPONSORS[o]))
        joined = [a for a in A if h.took_part[o][a]] if h.exercised[o] else []
        troops = 4 * n.projects.exercise_troops * ledger.soldier * n.organizations.binding[o]
        usual, standing, depth = n.organizations.depth_at_start[o], h.standing[o], h.depth[o]
        councils = [row[o] for row in ledger.councils]
        for p in SPONSORS[o] if h.exists[o] else ():
            for a in A:
                more = counts[standing[a]] * depth - h.k.belonged[o][a] * usual  # (Z11)
                political[p][a] += ledger.membership * max(0, more)
                fewer[p][a] += min(0, more)
            common_ = common + ledger.seat * sum(h.seat[k] == FIRST + p for k in offices)
            for a in h.near[o]:
                economic[p][a] += councils[ECO]
                political[p][a] += councils[POL] + common_
                security[p][a] += councils[SEC]
            for k_ in centres:
                if h.seat[k_] in A:
                    security[p][h.seat[k_]] += ledger.site
            for a in joined:
                security[p][a] += troops / len(joined) / len(SPONSORS[o])  # (Z12)
    return fewer


def trade(h: History, gain: Any) -> None:
    """(Z15) to (Z19)."""
    n, k, first, z, t = h.n.trade, h.k, h.k.first, h.luck.z, h.t
    for x in K:
        more = n.outline_gain * (k.groups if x == WORKING_GROUPS else 1)
        for m in h.full[OF[x]] if h.founded[x] and KIND[x] == "economic" else ():
            for a in h.near[OF[x]] if m >= FIRST else ():
                gain[m - FIRST][a] += more
    for o, x in enumerate(h.n.organizations.customs):
        for p, a in itertools.product(SPONSORS[o], A) if x else ():
            gain[p][a] += n.customs_gain * x * ((a in h.near[o]) - k.belonged[o][a])
    thirst = [x * log(h.thirst) for x in h.n.initial.hydrocarbons]
    for p in P:
        common = log(n.potential[p]) + n.growth[p] * (t + 1) / 4
        common += (1 - n.path_dependence) * k.region[p]
        rows = each(h.lw[p], first.lw[p], gain[p], thirst)
        for a, (lw, lw_2001, more, thirsty) in enumerate(rows):
            potential = common + n.path_dependence * lw_2001 + more + n.of_thirst[p] * thirsty
            potential += n.affinity_gain * (h.aff[p][a] - first.aff[p][a])  # (Z16), (Z17)
            h.lw[p][a] += n.convergence[p] * (potential - lw) + n.noise * z()  # (Z18)
    weights = [[exp(x) for x in row] for row in h.lw]
    whole = [1 + sum(column) for column in each(*weights)]
    h.trade = [[x / y for x, y in each(row, whole)] for row in weights]


def tie(h: History, owned: Any, fewer: Any) -> None:
    """(Z20) to (Z24)."""
    n, k, first, acts, decay = h.n, h.k, h.k.first, h.n.influence, h.n.influence.decay
    conversion, scale, to_ties = n.ledger.conversion, k.scale, acts.trade_to_ties
    less, route = n.ledger.membership * conversion[POL] / 4, decay[ECO] * n.projects.route_tie
    find_routes(h)
    for p in P:
        own = [x + n.works.venture_stake * y for x, y in each(owned[p], h.ventures[p])]
        h.stake[p] = [x / (1 + x) for x in own]  # (Z22)
        handed = [acts.act_understanding * n.patronage.seeks_exiles[p] * x for x in h.handed[p]]
        talk = [acts.act_cover * h.cover[p][a] - acts.act_criticism * h.crit[p][a] for a in A]
        others = (  # (Z21)
            [route * (y - x) for x, y in each(n.initial.export_route[p], h.route[p])],
            [x + y + less * z for x, y, z in each(handed, talk, fewer[p])],
            [x + acts.stake_security * y for x, y in each(handed, h.stake[p])],
        )
        care = [1 - x for x in h.kept[p]]  # (Z23)
        anchors = [[x - y * z for x, y, z in each(first.tie[c][p], k.loose[c][p], care)] for c in C]
        rows = each(anchors[ECO], h.trade[p], first.trade[p])
        anchors[ECO] = [max(0, x + to_ties * (y - z)) for x, y, z in rows]
        anchors[POL] = [x * y for x, y in each(anchors[POL], h.personal[p])]
        for c in C:
            half = conversion[c] / 2
            flow = [
                half * x * (sqrt(1 + y / x) - 1) for x, y in each(scale, h.spent[c][p])
            ]  # (Z20)
            rows = each(h.tie[c][p], anchors[c], flow, others[c])
            h.tie[c][p] = [max(0, x + decay[c] * (y - x) + v + w) for x, y, v, w in rows]  # (Z24)


def lean(h: History) -> None:
    """(Z29) to (Z33)."""
    n, k, first, z, bound = h.n.alignment, h.k, h.k.first, h.luck.z, h.n.alignment.bound
    floor, free = h.n.regime.fear_floor, [1 - n.neutrality * x for x in h.n.initial.neutral]
    hedging, scale = [n.hedging * x for x in h.n.initial.autonomy], n.goodwill_scale
    wound = [n.blame * x * y for x, y in each(k.pride, h.fear)]
    danger = [x - floor for x in h.danger]
    relief = [x - y for x, y in each(h.danger, h.fear)]
    for p in P:
        cover, shelter = n.cover * h.n.patronage.non_interference[p], n.relief * k.shelters[p]
        blame = [(x + y) * w for x, y, w in each(h.crit[p], h.susp[p], wound)]
        moved = [cover * x + shelter * y - w for x, y, w in each(danger, relief, blame)]
        share, conc, goods = first.share[p], first.conc[p], first.goods[p]
        for a in A:
            goodwill = log((scale + h.goods[p][a]) / (scale + goods[a]))
            grip = h.conc[p][a] ** 2 - conc[a] ** 2
            more = n.share * (h.share[p][a] - share[a]) + n.goodwill * goodwill
            moved[a] = free[a] * (moved[a] + more - (hedging[a] * grip if grip > 0 else 0.0))
        drawn = [n.speed * (tanh(x + y) - w) for x, y, w in each(k.incl[p], moved, h.aff[p])]
        rows = each(h.aff[p], drawn)
        h.aff[p] = [clip(x + y + n.noise * z(), -bound, bound) for x, y in rows]  # (Z33)


def compete(h: History) -> None:
    """(Z34) to (Z43)."""
    n, appraisal, years = h.n.rivalry, h.n.appraisal, year(h.t) - 2001
    sizes = [size(h, o) - h.k.size[o] for o in O]
    bases = [n.alarm_bases * unit(h.in_use(q) / appraisal.bases_for_alarm) for q in P]
    most = log(n.most_effort)
    ahead = [[x - y for x, y in each(h.share[q], h.usual[q])] for q in P]
    for p in P:
        whole = sum(h.value[p])
        parts = [x / whole if whole else 1 / len(A) for x in h.value[p]]
        won = [dot(parts, x) for x in ahead]  # (Z36)
        for q in P:
            bloc = max([0.0, *(sizes[o] for o in SPONSORED[q] if p not in SPONSORS[o])])
            there = max(0, bases[q] + n.alarm_share * won[q] + n.alarm_bloc * bloc)
            h.felt[p][q] += appraisal.pressure_lag[p] * (there - h.felt[p][q])  # (Z37)
        h.pressure[p] = unit(dot(appraisal.rivalry[p], h.felt[p]))
        loss = max(0, -won[p]) + n.relaxing * min(0, -won[p])
        goal = n.reply_pressure * h.pressure[p] + n.reply_loss * loss
        goal = most * tanh(goal / most) if most else 0.0
        h.effort[p] += n.reply_lag * (goal - h.effort[p])  # (Z40)
        growth = (1 + h.n.patronage.budget_growth[p]) ** years
        income = h.n.ledger.invest[p] * growth * exp(h.effort[p])
        h.purse[p] = min(h.purse[p] + income / 4, income * h.n.ledger.purse_years)  # (Z42)
    for p, a in PA:
        h.usual[p][a] += n.memory * (h.share[p][a] - h.usual[p][a])  # (Z41)
        h.away[p][a] = h.away[p][a] or h.aff[p][a] < -0.4  # (M19), (M20)
        h.back[p][a] = h.back[p][a] or (h.away[p][a] and h.aff[p][a] > -0.1)
    if season(h.t) == 4:
        leverage(h, gains(h, h.minds))
        h.years = [*h.years[-1:], copy.deepcopy(h.share)]


def quarter(h: History) -> None:
    """One quarter."""
    h.t += 1
    for phase in (world, unrest, appraise, offer, convene, respond, build, settle):
        phase(h)


# Outcomes (M).


def drills(h: History, o: int, a: int) -> float:
    """(M28)."""
    start, end = h.joined_at.get((o, a), 0), h.left_at.get((o, a), h.t + 1)
    could = a in h.near[o] or (o, a) in h.left_at
    held = [a in missed for t, x, missed in h.exercises if x == o and could and start <= t < end]
    return 1 - sum(held) / len(held) if held else math.nan


def in_order(h: History, steps: list[Any]) -> bool:
    """(M29)."""
    names = [[step] if isinstance(step, str) else step for step in steps]
    at = [[h.founded_at[k] for k in number(step, list(BODIES))] for step in names]
    if any(t is None for step in at for t in step):
        return False
    return all(min(later) >= max(step) for step, later in itertools.pairwise(at))


def rate(h: History, times: int, inside: bool) -> float:
    """(M30), (M31)."""
    able = h.n.organizations.eligible
    dyads = [(o, a) for o in O for a in A if OLD[o] and (inside or able[o][a] > 0)]
    quarters = sum(h.quarters[o][a] if inside else h.t + 1 - h.quarters[o][a] for o, a in dyads)
    return times / (quarters / 4) if quarters else math.nan


def trade_share(h: History, p: int, states: Sequence[int]) -> float:
    """(M10)."""
    whole = sum(h.trade_size[a] for a in states)
    return sum(h.trade[p][a] * h.trade_size[a] for a in states) / whole


def earlier(h: History, w: Any, others: Sequence[int]) -> bool:
    """(M17), (M18), but for a quarter in which both announce."""
    first, at = h.announced[w.p][w.a], h.announced[w.p]
    bar = first + (w.than is not None) if first is not None else 0
    return first is not None and all(at[b] is None or at[b] >= bar for b in others)


READ: dict[str, Callable[[History, Any], float]] = {
    "influence_share": lambda h, w: sum(h.share[p][a] for p in w.side for a in w.at) / len(w.at),
    "bases_open": lambda h, w: h.in_use(w.p),
    "base_open": lambda h, w: h.status[w.i] in (2, 3),
    "base_years": lambda h, w: h.used[w.i] / 4,
    "rent_while_open": lambda h, w: h.rent[w.i] if h.status[w.i] in (2, 3) else math.nan,
    "depth": lambda h, w: h.depth[w.o],
    "full_members": lambda h, w: len(h.full[w.o]),
    "observers": lambda h, w: h.standing[w.o].count(1),
    "agreement": lambda h, w: sigma(logit((1 + h.aff[w.p][w.a]) / 2) + h.shift[w.p][w.a]),
    "trade_share": lambda h, w: trade_share(h, w.p, w.at),
    "ousters": lambda h, w: sum(h.ousters[a] for a in w.at),
    "aid": lambda h, w: 4 * sum(h.aid[c][w.p][a] for c in C for a in w.at),
    "answers": lambda h, w: h.answers[w.p],
    "affinity": lambda h, w: h.aff[w.p][w.a],
    "criticism": lambda h, w: h.crit[w.p][w.a],
    "suspicion": lambda h, w: h.susp[w.p][w.a],
    "first_withheld": lambda h, w: earlier(h, w, A),
    "withheld_before": lambda h, w: earlier(h, w, [w.than]),
    "turned_away": lambda h, w: any(h.away[w.p]),
    "turned_back": lambda h, w: any(h.back[w.p]),
    "fear": lambda h, w: h.fear[w.a],
    "repression": lambda h, w: h.rep[w.a],
    "capacity": lambda h, w: h.cap[w.a],
    "militancy": lambda h, w: h.mil[w.a],
    "hardship": lambda h, w: h.hard[w.a],
    "drugs": lambda h, w: h.drugs[w.a],
    "quarrels": lambda h, w: h.water[w.a],
    "trouble": lambda h, w: h.trouble[w.a],
    "noticed": lambda h, w: h.given_notice[w.i],
    "dearer": lambda h, w: h.dearer[w.i],
    "project_open": lambda h, w: h.running[w.j] == 2,
    "project_opens": lambda h, w: h.opened[w.j] if h.running[w.j] == 2 else h.t + 1,
    "is_member": lambda h, w: w.a in h.near[w.o],
    "drills_joined": lambda h, w: drills(h, w.o, w.a),
    "in_order": lambda h, w: in_order(h, w.bodies),
    "leavings": lambda h, w: rate(h, h.leavings, True),
    "joinings": lambda h, w: rate(h, h.joinings, False),
    "returns": lambda h, w: h.returns,
    "yearly_change": lambda h, w: sum(abs(h.years[1][p][a] - h.years[0][p][a]) for p, a in PA) / 20,
}


@functools.cache
def readings() -> list[tuple[str, Callable[[History, Any], float], Any]]:
    """The name of each outcome, how it is read, and of whom."""
    found, names = [], {axis: AXES[axis] for axis in ("power", "installation", "project")}
    names |= {"state": REGION, "organization": AXES["organization"]}
    for pattern, entry in OUTCOMES.items():
        over = {axis: names[axis] if x == "all" else x for axis, x in entry.get("of", {}).items()}
        for chosen in itertools.product(*over.values()):
            who = {**entry, **dict(each(over, chosen))}
            at = {axis[0]: x.index(who[axis]) for axis, x in names.items() if axis in who}
            w = SimpleNamespace(p=at.get("p"), a=at.get("s"), i=at.get("i"), o=at.get("o"))
            w.j = PROJECTS.index(who["project"]) if "project" in who else None
            w.side = number(GROUPS[who["side"]]["members"], POWERS) if "side" in who else [w.p]
            w.at, w.bodies = A if w.a is None else [w.a], who.get("bodies")
            w.than = REGION.index(who["than"]) if "than" in who else None
            named = {key: x for key, x in who.items() if isinstance(x, str)}
            found.append((pattern.format(**named), READ[who["read"]], w))
    return found


def outcomes(
    seed: int, until: str = "2015Q4", numbers: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Every outcome of one history of the baseline.

    Args:
        seed: its luck.
        until: the last quarter.
        numbers: what replaces numbers of the catalogue, by full key.

    Returns:
        Each outcome by its name, nan where it has no value.
    """
    h = History(beginning(tuple(sorted((numbers or {}).items()))), Luck(seed))
    while h.t < quarter_of(until):
        quarter(h)
    return {name: float(read(h, w)) for name, read, w in readings()}


def at_medians(quarters: Sequence[str]) -> dict[tuple[str, str], dict[str, float | str]]:
    """The test vector: variable and place, and the values at the ends of some quarters."""
    h, found = History(beginning(()), Luck(None)), defaultdict(dict)
    for name in sorted(quarters, key=lambda x: -1 if x == "start" else quarter_of(x)):
        while name != "start" and h.t < quarter_of(name):
            quarter(h)
        for axes, variables in VARIABLES.items():
            axis = [AXES[x] for x in axes.split(">") if x]
            for places in itertools.product(*(enumerate(x) for x in axis)):
                for variable in {*variables.split()} - HIDDEN:
                    value = getattr(h, variable)
                    for x, _ in places:
                        value = value[x]
                    found[variable, ">".join(x for _, x in places)][name] = float(value)
        for k, body in enumerate(BODIES):
            place = f"{AXES['organization'][OF[k]]}>{body}"
            found["founded", place][name] = float(h.founded[k])
            found["seat", place][name] = "" if h.seat[k] is None else MEMBERS[h.seat[k]]
    return found
