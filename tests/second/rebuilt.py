"""The model rebuilt from docs/odd alone, by somebody who had not read its code.

Labels such as (Z7) are those of docs/odd. Who is who is a number: states 0 to 11, of whom the first
five are contested; powers 0 to 3, and as members they follow the states.
"""

import datetime
import functools
import math
import operator
import pickle
import random
from collections import defaultdict
from itertools import pairwise, permutations, product, repeat
from math import exp, log, sqrt, tanh
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "simulation" / "evidence" / "data"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SPREAD = math.pi / sqrt(3)


class V(list):
    """A row of floats, or of rows, with arithmetic entry by entry; a number is meant for each."""

    def _of(f: Any, turned: bool = False) -> Any:  # noqa: N805
        g = (lambda x, y: f(y, x)) if turned else f
        return lambda x, y: V(map(g, x, y if isinstance(y, list) else repeat(y)))

    __add__ = __radd__ = __iadd__ = _of(operator.add)
    __mul__ = __rmul__ = __imul__ = _of(operator.mul)
    __sub__, __rsub__ = _of(operator.sub), _of(operator.sub, True)
    __truediv__, __pow__ = _of(operator.truediv), _of(operator.pow)


def each(f: Any, x: Any) -> Any:  # A function of every entry
    return V([each(f, y) for y in x]) if isinstance(x[0], list) else V(map(f, x))


def dot(x: Any, y: Any) -> Any:  # The sum of products; `y` may be a row of rows
    return sum(map(operator.mul, x, y))


def outer(x: Any, y: Any) -> Any:  # A table of products
    return V([number * y for number in x])


def over(x: Any, y: Any, empty: float = 0.0) -> Any:  # Quotients, of which those by 0 are empty
    return V([a / b if b else empty for a, b in zip(x, y, strict=True)])


def region(x: Any) -> Any:  # The part about contested states
    return V([region(y) for y in x]) if isinstance(x[0], list) else V(x[: len(A)])


def grid(*sizes: int, fill: Any = 0) -> Any:  # A table full of one value
    if len(sizes) < 2:
        return V([fill] * sizes[0]) if sizes else fill
    return V([grid(*sizes[1:], fill=fill) for _ in range(sizes[0])])


def sigma(x: float) -> float:  # The logistic function
    return 1 / (1 + exp(-x)) if x > -700 else 0.0


def logit(y: float) -> float:  # The inverse of the logistic function
    return log(y / (1 - y))


def clip(x: float, low: float = 0.0, high: float = 1.0) -> float:  # `x`, held between the two
    return low if x < low else high if x > high else x


def pos(x: float) -> float:  # The larger of `x` and 0
    return x if x > 0 else 0.0


def load(path: Path) -> Any:  # Reads a YAML file
    return yaml.load(path.read_text("utf-8"), LOADER)


def number(names: Any, among: list[str]) -> list[int]:  # The numbers of those who are known
    return [among.index(name) for name in names if name in among]


# Who there is. Organizations, bodies, installations and projects by columns, in the files' order.

FILES = ("actors", "organizations", "installations", "projects", "outcomes", "groups")
ACTORS, ORGS, BASES, WORKS, OUTCOMES, GROUPS = (load(DATA / f"{name}.yaml") for name in FILES)
POWERS, REGION, OUTER = (
    sorted(name for name, actor in ACTORS.items() if actor["kind"] == kind)
    for kind in ("power", "state", "outer_state")
)
STATES, CHANNELS = REGION + OUTER, ["economic", "political", "security"]
MEMBERS, FIRST = STATES + POWERS, len(STATES)
BODIES = {name: body for org in ORGS.values() for name, body in org["bodies"].items()}
AXES = {"power": POWERS, "rival": POWERS, "region": REGION, "state": STATES, "member": MEMBERS}
AXES |= {"channel": CHANNELS, "organization": list(ORGS), "body": list(BODIES)}
AXES |= {"installation": list(BASES), "project": list(WORKS)}
ALL = (CHANNELS, POWERS, REGION, STATES, ORGS, BODIES, BASES, WORKS)
C, P, A, S, O, K, I, J = (range(len(names)) for names in ALL)  # noqa: E741
ECO, POL, SEC = C
SPONSORS = [number(org["sponsors"], POWERS) for org in ORGS.values()]
SPONSORED = [[o for o in O if p in SPONSORS[o]] for p in P]
PACKAGES = [[number(x, MEMBERS) for x in org.get("packages", [])] for org in ORGS.values()]
SUMMITS, OLD = ([org[key] for org in ORGS.values()] for key in ("summits", "exists"))
OF = [o for o, org in enumerate(ORGS.values()) for _ in org["bodies"]]
OWN = [[k for k in K if OF[k] == o] for o in O]
WORKING_GROUPS, OBSERVERS = number(["working_groups", "election_observers"], list(BODIES))
KIND, COUNCIL = ([body[key] for body in BODIES.values()] for key in ("kind", "decided_by"))
REQUIRES = [number(body["requires"], list(BODIES)) for body in BODIES.values()]
SEATS = [number(body["seats"], MEMBERS) for body in BODIES.values()]
HOST = [STATES.index(base["host"]) for base in BASES.values()]
GUEST = [POWERS.index(base["guest"]) for base in BASES.values()]
CAMPAIGN = [base["purpose"] == "campaign" for base in BASES.values()]
OWNER = [POWERS.index(work["owner"]) for work in WORKS.values()]
WORK = [work["kind"] for work in WORKS.values()]
HOSTS = [number(work["hosts"], REGION) for work in WORKS.values()]
ON_THE_WAY = [{*number(work["hosts"] + work["transit"], REGION)} for work in WORKS.values()]


def year(t: int) -> int:  # (C2)
    return 2001 + (t + 2) // 4


def quarter_of(date: Any) -> int:  # (C3): of a date, or of a name such as 2005Q3
    if isinstance(date, str):
        return 4 * (int(date[:4]) - 2001) + int(date[5]) - 3
    return 4 * (date.year - 2001) + math.ceil(date.month / 3) - 3


@functools.cache
def meetings(t: int) -> list[list[str]]:  # The councils of each organization that meet in a quarter
    met = []
    for councils in SUMMITS:
        known = {name: [*map(quarter_of, x["known"])] for name, x in councils.items()}
        last = max((year(day) for days in known.values() for day in days), default=2000)
        usual = [name for name in known if (t + 2) % 4 + 1 == councils[name]["season"]]
        met.append([name for name in known if t in known[name]] if year(t) <= last else usual)
    return met


@functools.cache
def events() -> dict[int, list[tuple[str, Any]]]:  # (W24): what the baseline brings, by quarter
    found = defaultdict(list)
    for event in load(ROOT / "scenarios" / "baseline.yaml")["events"]:
        t = quarter_of(event["date"])
        if "attack" in event:
            found[t + 1].append(("called", event["campaign"]))
            day_after = event["until"] + datetime.timedelta(days=1)
            found[quarter_of(day_after)].append(("campaign", event["after"]))
        for kind, what in {"ouster": "ousted", "crackdown": "cracked"}.items():
            found[t] += [(what, STATES.index(event[kind]))] if kind in event else []
    return found


# The numbers of the catalogue, and every variable by its axes. What the outcomes remember and what
# is passed from phase to phase is EXTRA, and no row of the test vector.

CATALOGUE = {k: x for file in (DATA / "parameters").glob("*.yaml") for k, x in load(file).items()}
ESTIMATES = load(DATA / "estimates.yaml")
VARIABLES = {
    "": "sanctuary traffic stress campaign oil thirst",
    "power": "agenda pressure effort purse",
    "power>power": "felt",
    "state": "acc fear danger kin transition",
    "region": "club rep hard cap mil lat usual_mil drugs water",
    "power>state": "aff shift susp crit",
    "power>region": "share influence conc lw trade need value withheld withheld_usual habit usual"
    " undrawn published deals cover goods kept personal handed ventures stake",
    "channel>power>region": "tie aid spent lever",
    "installation": "status rent left notice",
    "project": "running opened",
    "organization": "exists depth noticed statement stated voice drilled pact exercised together",
    "organization>state": "observing",
    "organization>member": "standing took_part",
}
EXTRA = {
    "": "leavings joinings returns",
    "power": "answers money",
    "region": "alarm trouble ousters",
    "power>region": "threatened away back walk lumps",
    "installation": "used given_notice dearer",
    "project": "quarters_left",
    "organization": "discord",
    "organization>region": "quarters",
}


def table(value: Any, axes: list[str], otherwise: float) -> Any:
    """A table by rows in the order of its axis, or by name where the axis is open."""
    if not axes:
        return float(otherwise if isinstance(value, dict) else value)

    def below(name: str | None) -> Any:
        part = value.get(name, {}) if isinstance(value, dict) else value
        return table(part, axes[1:], otherwise)

    if axes[0] in AXES:
        return V([below(name) for name in AXES[axes[0]]])
    return defaultdict(lambda: below(None), {x: below(x) for x in value if isinstance(value, dict)})


def estimated(group: Any) -> Any:  # A number that is an estimate has the value of its entry
    if not isinstance(group, dict):
        return group
    named = group.get("estimate")
    if isinstance(named, dict):
        group["value"] = {x: ESTIMATES[name]["value"] for x, name in named.items()}
    elif named:
        group["value"] = ESTIMATES[named]["value"]
    return {key: estimated(entry) for key, entry in group.items()}


def space(group: dict[str, Any]) -> Any:  # A group as attributes: `n.basing.rent`
    if "value" in group:
        return table(group["value"], group.get("over", ()), group.get("otherwise", 0.0))
    return SimpleNamespace(**{key: space(entry) for key, entry in group.items()})


def numbers_with(replaced: Any) -> Any:
    """The catalogue with some numbers replaced, each by its full key."""
    groups = estimated(pickle.loads(pickle.dumps(CATALOGUE)))
    for key, x in replaced:
        node, names = groups, key.split(".")
        while "value" not in node:
            node = node[names.pop(0)]
        for name in ["value", *names][:-1]:
            node = node.setdefault(name, {})
        node[["value", *names][-1]] = x
    return space(groups)


# The beginning (S, D), and what is computed there and later.
def history(k: Any, seed: int | None) -> Any:
    """A history at its beginning, with the luck of a seed, or the medians."""
    h = SimpleNamespace(k=k, n=k.n, lasting={}, **pickle.loads(k.state))
    shock, chance = (random.Random(2 * (seed or 0) + x).random for x in (0, 1))
    h.u = (lambda: 0.5) if seed is None else (lambda: chance() or 0.5)
    h.z = (lambda: 0.0) if seed is None else (lambda: logit(shock() or 0.5) / SPREAD)
    return h


def mood(h: Any, key: Any, low: float = -math.inf, high: float = math.inf) -> float:
    """(D4), (D5): luck that lasts, carried on from 2001 where it is asked for first."""
    if key not in h.lasting:
        f, g = (sigma(SPREAD * x) for x in (low, high))
        h.lasting[key] = logit(clip(f + h.u() * (g - f), 1e-7, 1 - 1e-7)) / SPREAD
        for _ in range(year(h.t) - 2001):
            another_year(h, key)
    return h.lasting[key]


def another_year(h: Any, key: Any) -> None:  # (D5)
    kept, z = h.n.luck.kept, logit(h.u()) / SPREAD
    h.lasting[key] = kept * h.lasting[key] + sqrt(1 - kept**2) * z


def recount(h: Any, o: int) -> None:
    """Who belongs to an organization: all, and the contested states."""
    h.full[o] = [m for m, standing in enumerate(h.standing[o]) if standing == 2]
    h.near[o] = [m for m in h.full[o] if m in A]


def in_use(h: Any, guest: int, hosts: Any = S) -> int:  # Number of a power's bases in use
    return sum(h.status[i] in (2, 3) and GUEST[i] == guest and HOST[i] in hosts for i in I)


def founded(h: Any, o: int, kind: str) -> list[int]:  # The bodies of a kind that stand
    return [k for k in OWN[o] if h.founded[k] and KIND[k] == kind]


def influences(h: Any) -> None:  # (Z25) to (Z28)
    whole = [[own + sum(ties)] * len(P) for own, ties in zip(h.n.initial.own, h.tie, strict=True)]
    h.part = h.tie / (h.tie + 1) * h.tie / whole
    h.influence, ties = dot(h.k.w, h.part), dot(h.k.w, h.tie)
    h.share = V([over(x, sum(h.influence), 1 / len(P)) for x in h.influence])
    h.conc = V([over(x, sum(ties), 1 / len(P)) for x in ties])


def growing(h: Any) -> Any:  # How a power's means have grown since 2001, (P14) and (Z42)
    return (h.n.patronage.budget_growth + 1) ** (year(max(h.t, 0)) - 2001) * each(exp, h.effort)


def gains(h: Any, minds: Any) -> Any:  # (Z39)
    n, w, own, gain = h.n, h.k.w, h.n.initial.own, grid(len(C), len(P), len(A))
    grown = growing(h) * h.k.record * n.rivalry.look_ahead
    for c, p, a in product(C, P, A):
        step = n.ledger.conversion[c] * n.patronage.budget[c][p] * grown[p]
        step = clip(step, n.rivalry.least_step, 1)
        ties = [h.tie[c][q][a] + step * (q == p) for q in P]
        whole = own[c][a] + sum(ties)
        parts = [x / (x + 1) * x / whole - h.part[c][q][a] for q, x in enumerate(ties)]
        then = [h.influence[q][a] + w[c] * x for q, x in enumerate(parts)]
        total = sum(then)
        moved = [x / total - h.share[q][a] for q, x in enumerate(then)]
        gain[c][p][a] = pos(moved[p] - dot(minds[p], moved)) / step
    return gain


def leverage(h: Any, gain: Any) -> None:  # (Z43)
    gain, first = (each(lambda x: max(x, h.n.rivalry.least_gain), x) for x in (gain, h.k.gain))
    h.lever = (gain / each(sqrt, first)) ** h.n.rivalry.follows_gain


def protection(h: Any) -> Any:  # (W9)
    n, tie, found = h.n.threats, h.tie[SEC], [0.0] * len(A)
    for o in O:
        weight = n.alliance[o] + n.drill * h.drilled[o]
        weight += sum(n.body[k] for k in OWN[o] if h.founded[k])
        for a in h.near[o] if h.exists[o] and weight else ():
            found[a] += weight * sum(tie[p][a] for p in SPONSORS[o])
    for i in I:
        found[HOST[i]] += n.base * tie[GUEST[i]][HOST[i]] * (h.status[i] in (2, 3))
    return each(clip, V(found) / (sum(tie) + 1))


def drugs(h: Any) -> Any:  # (W16)
    n = h.n.threats
    harm = each(clip, h.traffic * h.n.initial.drug_exposure * (1 - n.interdiction * h.cap))
    for k in K:
        for a in h.near[OF[k]] if h.founded[k] and n.body_interdiction[k] else ():
            harm[a] *= 1 - n.body_interdiction[k]
    return harm


def sizes(h: Any) -> Any:  # (Z35)
    part = h.n.organizations.observer_fraction
    counts = V([len(h.full[o]) + part * h.standing[o].count(1) for o in O])
    return h.depth * counts / 10 * h.exists


def constants(n: Any) -> Any:  # (S8), (S9), (S18) to (S28)
    k, initial, works, projects = SimpleNamespace(n=n), n.initial, n.works, n.projects
    k.w, floor, reference = n.influence.channel_weight, n.regime.pride_floor, works.reference
    k.w, k.pride = k.w / sum(k.w), floor + (1 - floor) * initial.autonomy
    length = over(projects.length_km, works.reference_length, 1.0)
    area = sum(projects.area_ha.values()) / reference["zone_area_ha"] * (1 - projects.zone_tariff)
    flow, zone = projects.capacity_mt / reference["capacity_mt"], 2 * area / (1 + area)
    size = V([{"pipeline": flow[j], "zone": zone}.get(WORK[j], 1.0) for j in J])
    k.trade_of, k.carries = size * works.opens_trade, size * n.ledger.carried
    trainees = projects.trainees / reference["trainees"]
    k.cost = projects.cost * length * [trainees if WORK[j] == "fund" else 1 for j in J]
    k.owner_cost, k.planned = k.cost * projects.owner_share, projects.planned_quarters * length
    k.groups = projects.sco_projects / reference["projects"]
    aid = projects.japan_aid_since_1992 / projects.japan_aid_years / reference["aid_a_year"]
    k.record = works.aid_on_record * (aid - 1) + 1
    oil = projects.iran_oil_contract * projects.iran_oil_taken / projects.iran_oil_years
    oil = (oil / reference["oil_a_year"]) ** works.elasticity["oil"] - 1
    k.push = n.organizations.sponsor_push * (works.oil_contract * oil + 1)
    b, led, words, speaks = (
        n.basing,
        n.ledger,
        n.organizations.speaks,
        n.patronage.speaks_for_regimes,
    )
    k.rent_scale = (initial.gdp / b.rent_scale_economy) ** b.rent_scale_elasticity * b.rent_scale
    k.scale = (initial.gdp / led.scale_economy) ** led.scale_elasticity * led.scale
    k.club_of = [max((speaks[p] for p in SPONSORS[o]), default=0.0) for o in O]
    k.shelters = speaks * [max((words[o] for o in SPONSORED[p]), default=0.0) for p in P]
    up = initial.upstream  # (W19)
    quarrel = [[abs(x * y) - pos(x) * pos(y) for y in up] for x in up]
    k.opposed = V([max([0.0, *(quarrel[a][b] for b in A if b != a)]) for a in A])
    return k


@functools.lru_cache(maxsize=64)
def beginning(replaced: tuple[tuple[str, float], ...]) -> Any:
    """(S1) to (S17): constants, the pickled variables, and the first history to compare with."""
    n = numbers_with(replaced)
    k, i, regime = constants(n), n.initial, n.regime
    h = SimpleNamespace(k=k, n=n, t=-1)
    for axes, names in [*VARIABLES.items(), *EXTRA.items()]:
        for name in names.split():
            setattr(h, name, grid(*(len(AXES[axis]) for axis in axes.split(">") if axis)))
    bound, floor, ones = n.alignment.bound, regime.fear_floor, grid(len(P), len(A), fill=1.0)
    h.tie, h.trade = i.ties, i.trade_share
    h.aff = each(lambda x: clip(2 * x - 1, -bound, bound), i.agreement)
    k.incl = each(math.atanh, h.aff)
    h.lw = each(log, h.trade / ([1 - sum(h.trade)] * len(P)))
    k.region = V([log(sum(map(exp, row)) / len(A)) for row in h.lw])
    k.own = h.lw + n.trade.usual
    h.acc, h.kin, h.hard, h.cap = i.polyarchy, regime.post_soviet, i.hardship, i.capacity
    closure = 1 - region(h.acc) - regime.repression_from
    h.rep, h.fear = each(clip, regime.repression_slope * closure), grid(len(S), fill=floor)
    h.danger, h.mil, h.usual_mil = grid(len(S), fill=floor), i.militancy, i.militancy
    h.lat, h.traffic = i.latent_militancy, n.environment.trafficking_base
    h.stress, h.sanctuary, h.oil, h.thirst = n.environment.water_base, 1.0, 1.0, 1.0
    h.goods, h.need = i.goods / 4, outer(n.patronage.need_at_start, V([1.0] * len(A)))
    h.kept, h.personal, h.sanctioned = ones, 1 * ones, [x > 0 for x in i.un_sanctions]
    h.full, h.near = [[]] * len(O), [[]] * len(O)
    for o, org in enumerate(ORGS.values()):
        for m in number(org["members"] + org["observers"], MEMBERS):
            h.standing[o][m] = 2 if MEMBERS[m] in org["members"] else 1
        recount(h, o)
    k.belonged = [[standing == 2 for standing in row] for row in h.standing]
    h.exists, h.founded, h.seat, h.founded_at = V(OLD), [False] * len(K), [None] * len(K), {}
    h.depth, h.noticed = 1 * n.organizations.depth_at_start, 1 * n.organizations.depth_at_start
    h.status = [("none", "present", "open").index(base["start"]) for base in BASES.values()]
    h.rent = [n.basing.first_rent[x] * (h.status[x] == 2) for x in I]
    h.left = [round(n.basing.contract[x]) * (h.status[x] == 2) for x in I]
    h.opened, h.announced, h.joined_at, h.left_at, h.exercises = [-1] * len(J), {}, {}, {}, []
    influences(h)
    h.usual, h.years = h.share, [grid(len(P), len(A))]
    h.purse = n.ledger.invest * n.ledger.purse_years / 2
    k.gain = gains(h, n.appraisal.rivalry)
    leverage(h, k.gain)
    free = each(pos, h.tie[ECO] - n.influence.trade_to_ties * h.trade)
    k.loose = V([free, *h.tie[1:]]) * (1 - n.rivalry.lasting)
    k.upkeep = n.rivalry.upkeep * sum(k.loose)
    k.protection, k.drugs, k.size = protection(h), drugs(h), sizes(h)
    k.state = pickle.dumps({x: y for x, y in vars(h).items() if x not in ("k", "n")})
    k.first = history(k, None)
    return k


# The world and unrest (W, U).
def world(h: Any) -> None:  # (W1) to (W24)
    n, k, t, z, initial, first, th = h.n, h.k, h.t, h.z, h.n.initial, h.k.first, h.n.threats
    h.season, h.years_on, e = (t + 2) % 4 + 1, year(t) - 2001, n.environment
    h.ousted, h.cracked, h.newgov = ([False] * len(S) for _ in range(3))
    h.stated, h.exercised, h.together = ([False] * len(O) for _ in range(3))
    h.proposed, h.review = [False] * len(I), [False] * len(I)
    h.took_part = grid(len(O), len(MEMBERS))
    h.published, h.deals = grid(len(P), len(A)), grid(len(P), len(A))
    h.transition *= 1 - n.regime.settling
    turns, known = h.season == 1 or t == 0, getattr(n.observed.agenda, f"y{year(t)}", None)
    for key in h.lasting if turns else ():
        another_year(h, key)
    for p in P if turns else ():
        walk = 0.0 if known else h.agenda[p] + n.alignment.agenda_volatility[p] * z()  # (W2)
        h.agenda[p] = known[POWERS[p]] if known else walk
        h.shift[p] = V([n.alignment.vote_noise * z() for _ in S])
        h.shift[p] += n.alignment.votes_of_agenda * h.agenda[p]  # (W3)
    h.trade_size = n.trade.size.get(f"y{year(t)}") or h.trade_size if turns else h.trade_size
    h.campaign = dict(events()[t]).get("called", h.campaign)  # (W4)
    slow = e.oil_reversion * (log(e.oil_long_run) - log(h.oil))
    h.oil *= exp(slow + e.oil_volatility * z())
    h.thirst *= exp(e.thirst_growth + e.thirst_volatility * z())
    more = e.trafficking_persistence * (h.traffic - e.trafficking_base)
    h.traffic = pos(e.trafficking_base + more + e.trafficking_volatility * z())
    more = e.water_persistence * (h.stress - e.water_base)
    h.stress = pos(e.water_base + more + e.water_volatility * z())  # (W8)
    held = th.suppression * (protection(h) - k.protection)
    grown = th.sanctuary_lag * (1 - th.sanctuary_ruin * h.campaign - h.sanctuary)  # (W10)
    h.sanctuary += grown
    rise, valley, noise = each(pos, h.mil - first.mil), initial.valley, V([z() for _ in A])
    spilt = V([dot(valley, each(pos, rise - x)) for x in rise])
    come = th.spill * valley * spilt + th.crossing * initial.southern_border * grown  # (W11)
    hidden, back = th.underground * h.rep * h.mil, th.resurfacing * h.lat
    mil = h.mil - hidden + back + come - held * h.mil + th.militancy_volatility * noise  # (W12)
    lat = h.lat + hidden - back + th.recruitment * h.rep * h.hard * (1 - h.lat)
    h.mil, h.lat = each(clip, mil), each(clip, lat - (th.reach * held + th.forgetting) * h.lat)
    h.alarm = each(pos, h.mil - h.usual_mil - th.alarm_from)
    h.usual_mil += th.habituation * (h.mil - h.usual_mil)  # (W15)
    h.drugs, missing, route = drugs(h), h.stress * (1 + th.drying * t), routes(h)  # (W18)
    worse = h.drugs - k.drugs
    h.cap = each(clip, h.cap - th.drug_corrosion * worse - th.alarm_capacity * h.alarm)  # (W17)
    h.water = each(clip, th.water_quarrel * missing * k.opposed)  # (W19)
    harvest = initial.irrigated * each(pos, -1 * initial.upstream) * (missing - e.water_base)
    toll = 1 - n.projects.route_toll * each(clip, sum(route))
    cost = th.friction_cost * worse + th.harvest_cost * harvest + th.alarm_hardship * h.alarm
    cost += th.hardship_persistence * (h.hard - first.hard)
    cost += [th.hardship_volatility * z() for _ in A]
    income = initial.hydrocarbons * log(h.oil) * toll  # (W21)
    h.hard = each(clip, first.hard + cost - th.oil_relief * income)  # (W22)
    closure = [*(1 - h.acc), *initial.closure_of_powers]
    for a in A if turns else ():  # (W23)
        clubs = [o for o in O if a in h.near[o] and len(h.full[o]) > 1]
        means = [sum(closure[m] for m in h.full[o] if m != a) / (len(h.full[o]) - 1) for o in clubs]
        weights = [k.club_of[o] for o in clubs]
        h.club[a] = dot(weights, means) / max(1, sum(weights))
    for what, who in events()[t]:  # (W24)
        if what == "campaign":
            h.campaign = who
        elif what != "called":
            getattr(h, what)[who] = True


def routes(h: Any) -> Any:  # (W21): what still goes by the old routes
    lines = [HOSTS[j] for j in J if h.running[j] == 2 and WORK[j] == "pipeline"]
    relief = V([sum(a in hosts for hosts in lines) for a in A]) * h.n.projects.route_relief
    return h.n.initial.export_route * ([1 - each(clip, relief)] * len(P))


def unrest(h: Any) -> None:  # (U1) to (U16)
    n, floor, first = h.n.regime, h.n.regime.fear_floor, h.k.first
    keep = 1 - n.leadership_break
    odds = n.unrest_base + n.unrest_hardship * h.hard - n.club_protection * h.club
    odds += n.unrest_militancy * (h.mil - first.mil)
    for a in A:
        quiet = not (h.ousted[a] or h.cracked[a])
        if quiet and h.u() < sigma(odds[a] + n.transition_risk * h.transition[a]):  # (U1)
            falls = n.fall_base - n.fall_capacity * h.cap[a] + n.fall_hardship * h.hard[a]
            (h.ousted if h.u() < sigma(falls) else h.cracked)[a] = True  # (U2)
    fears(h)
    for s in S:
        comes = s in A and h.u() < 1 - (1 - n.succession) ** 0.25 and not h.ousted[s]  # (U14)
        kept = keep * comes
        if comes or h.ousted[s]:  # (U11), (U15)
            h.newgov[s], h.transition[s], h.kin[s] = True, 1.0, keep * h.kin[s]
            h.fear[s], h.danger[s] = (floor + kept * (x[s] - floor) for x in (h.fear, h.danger))
        for p in P if comes or h.ousted[s] else ():
            h.aff[p][s] = first.aff[p][s] + keep * (h.aff[p][s] - first.aff[p][s])
            h.susp[p][s], h.crit[p][s] = kept * h.susp[p][s], kept * h.crit[p][s]
            left = 1 - h.n.rivalry.personal * h.u()  # (U16)
            h.personal[p][s], h.tie[POL][p][s] = left * h.personal[p][s], left * h.tie[POL][p][s]
        if h.ousted[s]:
            h.acc[s] = max(h.acc[s], min(h.acc[s] + n.opening, n.most_open))  # (U12)
            h.rep[s] = n.repression_after_fall * first.rep[s]  # (U13)
            h.ousters[s] += 1
    h.trouble += V([h.ousted[a] or h.cracked[a] for a in A])


def fears(h: Any) -> None:  # (U3) to (U10)
    n, floor, pat = h.n.regime, h.n.regime.fear_floor, h.n.patronage
    sev = 1 - n.severity_of_force * (1 - each(clip, h.cap / n.full_force))
    h.sev = V([sev[a] * (h.cracked[a] and not h.ousted[a]) for a in A])  # (U3)
    shock = n.shock_crackdown * h.sev + [n.shock_ouster * h.ousted[a] for a in A]
    warned, shield = grid(len(S), fill=0.0), sum(pat.speaks_for_regimes * h.share)
    for t, s in product(A, S) if any(shock) else ():  # (U5)
        alike = n.similarity_most * min(h.kin[s], h.kin[t]) * (s != t)
        warned[s] += shock[t] * alike * clip(1 - n.dissimilarity * abs(h.acc[s] - h.acc[t]))
    push = n.contagion * warned + n.fear_of_blame * sum(h.crit)  # (U6)
    for s in S:
        push[s] += h.n.threats.alarm_fear * h.alarm[s] if s in A else 0.0
        voice = max((h.voice[o] for o in O if s in h.near[o]), default=0.0)  # (U7)
        seen = n.shield_observers * (h.founded[OBSERVERS] and s in h.near[OF[OBSERVERS]])
        guard = (n.shield_voice * voice + seen) * shield[s] * n.shield if s in A else 0.0
        more, danger, fear = 1 - exp(-push[s]), h.danger[s], h.fear[s]
        danger = floor + n.fear_persistence * (danger - floor) + (1 - danger) * more
        h.danger[s] = clip(danger, floor)  # (U8)
        fear = floor + n.fear_persistence * (fear - floor) + (1 - fear) * more
        h.fear[s] = clip(fear - guard, floor, h.danger[s])  # (U9)
    for p in P if any(map(sum, h.susp)) or any(warned) else ():  # (U10)
        more = 1 - each(exp, -n.suspicion_gain * pat.conditional[p] * warned)
        h.susp[p] = each(clip, n.suspicion_persistence * h.susp[p] + (1 - h.susp[p]) * more)


# What powers see, want and give (P).
def find_minds(h: Any) -> None:  # (P1)
    h.minds = each(float, h.n.appraisal.rivalry)
    for o in O:
        for p, q in permutations(SPONSORS[o], 2):
            h.minds[p][q] *= 1 - h.pact[o]


def appraise(h: Any) -> None:  # (P1) to (P18)
    find_minds(h)
    n, i, w, guests = h.n, h.n.initial, h.n.appraisal.priority, list(zip(GUEST, HOST, strict=True))
    opened = [j for j in J if h.running[j] == 2]
    h.partner = dot(n.patronage.speaks_for_regimes, h.share)
    whole = i.own[SEC] + sum(h.tie[SEC])
    h.presence = [h.tie[SEC][g][a] / whole[a] for g, a in guests]
    h.grudge = [(h.crit[g][a] + h.susp[g][a]) * h.k.pride[a] * h.fear[a] for g, a in guests]
    h.rivals_of = [sum(h.pressure[q] * h.minds[q][g] * h.share[q][a] for q in P) for g, a in guests]
    corridors = sum((h.k.trade_of[j] for j in opened), grid(len(A)))
    h.creditor = [any(OWNER[j] == p and WORK[j] == "credit" for j in opened) for p in P]
    h.own_thirst = 1 + n.appraisal.thirsty * (h.thirst - 1)
    oil, market = h.oil**n.appraisal.price_elasticity, 1 + n.appraisal.corridor_market * corridors
    value = outer(w["hydrocarbons"] * h.own_thirst * oil, i.hydrocarbons)
    value += outer(w["access"] * h.campaign, i.access)
    value += outer(w["near_abroad"], region(i.near_abroad))
    value += outer(w["xinjiang"], i.xinjiang) + outer(w["market"], i.market * market)
    value += w["rivals"] * h.pressure * V([dot(row, h.share) for row in h.minds])
    h.value = each(pos, value + w["stake"] * h.stake)  # (P10)
    change, gamma = h.share - h.usual, n.patronage.concentration
    h.threatened = each(pos, V([dot(row, change) for row in h.minds])) + each(pos, -1 * change)
    push = each(lambda x: exp(min(n.rivalry.defend * x, 2)), h.threatened)  # (P12)
    pulls = [h.value**gamma * push * lever for lever in h.lever]
    part = V([V([row / (sum(row) or 1.0) for row in pull]) for pull in pulls])  # (P13)
    reach = V([V(map(dot, *rows)) for rows in zip(part, h.lever, strict=True)])
    pat, wanted = n.patronage, growing(h) * h.k.record
    budgets = V([wanted * row for row in pat.budget])  # (P14)
    wanted = budgets * reach
    shifted = V([row * over(sum(budgets), sum(wanted)) for row in wanted])  # (P15)
    worth = V(map(sum, h.value**gamma))
    spent = over(worth, worth + pat.reserve**gamma)  # (P16)
    talks = [[o for o in SPONSORED[p] if n.organizations.routine[o] > 0] for p in P]
    routine = [[max([0, *(h.depth[o] for o in talks[p] if a in h.near[o])]) for a in A] for p in P]
    taken = 1 - outer(pat.neutral_refusal * pat.conditional, i.neutral)
    taken *= 1 + pat.dialogue_aid * V(map(V, routine))
    taken = [taken * row for row in part]
    scales = [[max(1, x) for x in spent * V(map(sum, row))] for row in taken]
    scales = [spent * row / 4 / scale for row, scale in zip(shifted, scales, strict=True)]
    h.plan = V([x * y for x, y in zip(scales, taken, strict=True)])  # (P17)
    h.money = dot(n.ledger.conversion, (shifted + 1e-6) * reach) / sum(shifted + 1e-6)  # (P18)


def withhold(h: Any) -> None:  # (P19) to (P26)
    n, rest = h.n.patronage, V(map(min, h.rep, h.k.first.rep))
    bar = n.publication_threshold
    offers = sum(h.plan)
    equal = V([len(A) * row / (sum(row) or 1.0) for row in offers]) / n.attention_half
    e = (equal + n.attention_of_base * V([V([in_use(h, p, [a]) for a in A]) for p in P])) ** 2
    seen = [rest] * len(P) * (n.seen_anyway + (1 - n.seen_anyway) * e / (1 + e))
    seen += [h.rep - rest - n.tolerance_base] * len(P)  # (P20), above the base
    need, was = n.tolerance_need * h.need, h.withheld
    excess = seen - need - n.tolerance_rivals * h.threatened - each(pos, h.habit - need)  # (P22)
    h.withheld = n.conditionality * each(lambda x: sigma(n.tolerance_slope * x), excess)
    for p, a in product(P, A):
        if h.withheld[p][a] > bar:  # (P24)
            h.published[p][a] = pos(h.withheld[p][a] - h.withheld_usual[p][a])
            h.announced.setdefault((p, a), h.t)
        h.answers[p] += was[p][a] > bar >= h.withheld[p][a]
    h.withheld_usual += n.news_learning * (h.withheld - h.withheld_usual)
    h.habit += n.habit_learning * (each(clip, seen + n.habit_margin) - h.habit)  # (P26)


def offer(h: Any) -> None:  # (P19) to (P34), (P36)
    n, u, led, pat, riv, bas = h.n, h.u, h.n.ledger, h.n.patronage, h.n.rivalry, h.n.basing
    if h.season == pat.decision_season:
        withhold(h)
    if h.season == 1 or h.t == 0:
        h.walk += [[h.z() if h.t else 0 for _ in A] for _ in P]
        h.lumps = V([V([pat.lumps[p] * h.z() + pat.drift[p] * x for x in h.walk[p]]) for p in P])
    uneven = [row * each(exp, h.lumps) for row in h.plan]  # (P35)
    pairs = zip(h.plan, uneven, strict=True)
    kept = [over(V(map(sum, row)), V(map(sum, other))) for row, other in pairs]
    obliged = [V(by * row) for by, row in zip(kept, uneven, strict=True)]
    h.aid = V([row * (1 - h.withheld) for row in obliged])  # (P27)
    h.cover, purse = outer(pat.non_interference, region(h.fear)), list(h.purse)  # (P28)

    def chance(p: int, a: int, base: float, does: float) -> float:
        bargain = log(clip(does / max(h.money[p], 1e-6), 0.01, 100))  # (P29)
        return sigma(base + riv.answer_threat * h.threatened[p][a] + bargain)

    for p, a in product(P, A) if h.season == riv.answer_season else ():
        offered = riv.offered_part * pos(purse[p])
        does = led.conversion[ECO] * h.lever[ECO][p][a] * led.credit_worth
        if h.undrawn[p][a] < offered and u() < chance(p, a, riv.answer_credit, does):  # (P30)
            h.undrawn[p][a] += led.credit_worth * offered
            h.purse[p], h.answers[p] = h.purse[p] - offered, h.answers[p] + 1
    for i, (g, a) in enumerate(zip(GUEST, HOST, strict=True)):
        due = h.season == riv.answer_season and h.status[i] == 2 and 0 < h.left[i] <= 4
        asked = price(h, i) if due else 0.0
        if due and h.rent[i] < asked <= most(h, i):  # (P31)
            does = led.conversion[SEC] * h.lever[SEC][g][a] * led.base / max(1, asked - h.rent[i])
            if u() < chance(g, a, riv.answer_rent, does):
                h.rent[i], h.left[i], h.dearer[i] = asked, round(bas.contract[i]), True
                h.answers[g] += 1
        if h.season == riv.answer_season and h.status[i] == 2 and not 0 < h.left[i] <= 4:  # (P36)
            need = h.campaign if CAMPAIGN[i] else h.pressure[g]
            if u() < sigma(bas.withdrawal - bas.withdrawal_need * need):
                h.status[i], h.rent[i] = 4, 0.0
        if h.status[i] < 2 and CAMPAIGN[i]:  # (P33)
            needed = h.value[g][a] > bas.value_threshold and h.campaign > 0
            h.proposed[i] = needed and bas.propensity[g] > 0
        elif h.status[i] < 2:  # (P34)
            above = bas.proposal_slope * (h.pressure[g] - bas.pressure_threshold[i])
            h.proposed[i] = u() < bas.propensity[g] * sigma(above)
    for p, a in product(P, A):
        able = pat.speaks_for_regimes[p] > 0 and pat.deal_amount <= pos(purse[p])
        worth = pat.non_interference[p] * clip(pat.deal_floor + n.initial.hydrocarbons[a])
        if h.cracked[a] and able and u() < pat.deal_propensity * worth:  # (P32)
            h.deals[p][a] += pat.deal_amount
            h.purse[p] -= pat.deal_amount


# Organizations (O): all read what the phase found, and what they decide takes effect at its end.
def convene(h: Any) -> None:  # (O1) to (O28)
    n, moves, new, depth, created = h.n.organizations, {}, {}, V(h.depth), []
    for o in O:
        councils, sponsors = meetings(h.t)[o], SPONSORS[o]
        if not h.exists[o] and sponsors and h.season == n.founding_season:  # (O27)
            rivalry = h.n.appraisal.rivalry[sponsors[0]]
            rivals = [(q, x) for x in O for q in SPONSORS[x] if q != sponsors[0]]
            deepest = max([0.0, *(rivalry[q] * h.noticed[x] for q, x in rivals)])
            if h.u() < sigma(n.founding_slope * (deepest - n.founding_threshold)):
                created.append(o)
        if not h.exists[o] or not sponsors:
            continue
        h.discord[o], pressed, summit = (
            discord(h, o),
            pressure(h, o) if councils else 0,
            "heads_of_state" in councils,
        )
        if n.speaks[o] > 0:  # (O1)
            called = any(h.cracked[m] for m in h.full[o] if m in S) and founded(h, o, "institution")
            h.voice[o] = 1.0 if called else n.voice_fading * h.voice[o]
        for k in OWN[o]:
            if not h.founded[k] and COUNCIL[k] in councils and wanted(h, o, k, pressed):
                seats = [m for m in SEATS[k] if m in h.full[o]]  # (O9)
                threat = [n.siting_by_threat * h.mil[m] if m in A else 0.0 for m in seats]
                new[k] = seats[threat.index(max(threat))] if seats else None
        guests = [g for g in sorted({*GUEST}) if FIRST + g not in h.full[o]]
        if summit and n.speaks[o] > 0:
            speak(h, o, pressed, guests)
        if summit and n.admits[o] > 0:
            admit(h, o, pressed, guests, moves)
        belong(h, o, summit or not SUMMITS[o], moves)
        if h.season == n.exercise_season:
            drill(h, o)
        if not OWN[o] and councils:
            depth[o] += n.routine_step * pos(n.routine[o] - h.depth[o])  # (O26)
    h.depth = depth
    for k, seat in new.items():
        h.founded[k], h.seat[k], h.founded_at[k] = True, seat, h.t
    for o in created:  # (O28)
        h.exists[o] = True
        moves.update({(o, m): 2 for m, x in enumerate(n.invited[o]) if x > 0})
    for (o, m), standing in moves.items():
        h.standing[o][m] = standing
        recount(h, o)
        (h.joined_at if standing else h.left_at).setdefault((o, m), h.t)


def pressure(h: Any, o: int) -> float:  # (O2)
    n, rivalry = h.n.organizations, h.n.appraisal.rivalry
    seats = [h.seat[k] for k in founded(h, o, "institution")]
    out = [q for q in P if q not in SPONSORS[o]]
    felt = [clip(sum(rivalry[p][q] * h.felt[p][q] for q in out)) for p in SPONSORS[o]]
    say = 1 + n.creditor_say * V([h.creditor[p] for p in SPONSORS[o]])
    say += n.seat_say * V([FIRST + p in seats for p in SPONSORS[o]])
    return dot(say, felt) / sum(say)


def discord(h: Any, o: int) -> float:  # (O3)
    minds = [h.minds[p][q] for p, q in permutations(SPONSORS[o], 2)]
    tolerated = h.n.rivalry.tolerated
    return clip((sum(minds) / len(minds) - tolerated) / (1 - tolerated)) if minds else 0.0


def wanted(h: Any, o: int, k: int, pressed: float) -> bool:
    """(O4) to (O8): whether a body can be founded, and every full member is for it."""
    n, kind, autonomy = h.n.organizations, KIND[k], h.n.initial.autonomy
    spillover = [h.founded[x] for x in OWN[o] if KIND[x] == "economic"]
    spillover = (kind != "economic") * sum(spillover) / max(1, len(spillover))
    common = n.benefit[kind] + n.body_pressure * pressed + n.spillover * spillover
    common -= h.n.rivalry.discord_support * h.discord[o] + n.body_threshold + n.body_difficulty[k]
    threat = n.body_threat * (kind == "security")

    def support(m: int) -> float:
        own = common + n.taste[kind][m] - (n.body_autonomy * autonomy[m] if m in S else 0.0)
        own += threat * (h.mil[m] + h.drugs[m]) - n.body_friction * h.water[m] if m in A else 0.0
        return own + n.body_noise * SPREAD * mood(h, ("body", k, m))

    possible = not SEATS[k] or any(m in h.full[o] for m in SEATS[k])
    possible = possible and all(h.founded[x] for x in REQUIRES[k])
    return possible and all(support(m) > 0 for m in h.full[o])


def speak(h: Any, o: int, pressed: float, guests: list[int]) -> None:  # (O10) to (O12)
    n, states = h.n.organizations, [m for m in h.full[o] if m in S]
    h.statement[o] *= n.statement_fading
    if any(in_use(h, g) for g in guests):
        fear = sum(h.fear[s] for s in states) / max(1, len(states))
        warmest = max([0.0, *(h.aff[g][s] for g in guests for s in states)])
        x = n.statement_pressure * pressed - n.statement_objection * warmest - n.statement_threshold
        x += n.statement_fear * fear * (1 - n.campaign_excuse * h.campaign)
        if x + n.statement_noise * logit(h.u()) > 0:
            h.statement[o], h.stated[o] = 1.0, True


def admit(h: Any, o: int, pressed: float, guests: list[int], moves: Any) -> None:  # (O13) to (O17)
    n, had, full = h.n.organizations, set(), h.full[o]
    for s, standing in enumerate(h.standing[o][:FIRST]):
        barred = h.sanctioned[s] and n.bar_sanctioned > 0
        if standing == 2 or (standing and (barred or h.observing[o][s] < n.observer_quarters)):
            continue
        gain = -n.admission_bloc * min([0.0, *(h.aff[g][s] for g in guests)])
        for p in SPONSORS[o]:  # (O14)
            leanings = [h.aff[p][m] if m in S else 1.0 for m in [*full, s]]
            mean = sum(leanings) / len(leanings)
            gain -= n.admission_diversity * sum((x - mean) ** 2 for x in leanings) / len(leanings)
        gain += n.admission_sponsor * max(h.k.push[p][s] for p in SPONSORS[o])
        gain += n.admission_appeal * n.appeal[s] + n.admission_rivals * pressed
        gain -= n.admission_autonomy * h.n.initial.autonomy[s] + n.admission_congestion * len(full)
        worth = (1.0 if standing else n.observer_fraction) * gain  # (O15)
        worth += n.admission_base + n.admission_maturity * h.depth[o]
        if worth + n.admission_noise * SPREAD * mood(h, ("admission", o, s)) > 0:
            had.add(s)
    for x, y in PACKAGES[o]:
        alike = (h.standing[o][x] > 0) == (h.standing[o][y] > 0)
        had -= {x, y} if alike and not {x, y} <= had else set()
    moves.update({(o, s): h.standing[o][s] + 1 for s in had})


def belong(h: Any, o: int, may_join: bool, moves: Any) -> None:  # (O18) to (O20)
    n, first, p, floor = h.n.organizations, h.k.first, SPONSORS[o][0], h.n.regime.fear_floor
    base, bar, scale = n.belonging_base[o], n.hysteresis * n.binding[o], n.belonging_spread * SPREAD
    leaves, joins = ((x - base) / scale for x in (-n.hysteresis, bar))
    for s in (s for s in S if n.eligible[o][s] > 0):
        top = leaves if n.left[o][s] > 0 else joins
        bounds = (leaves, math.inf) if h.k.belonged[o][s] else (-math.inf, top)
        luck, member = mood(h, ("own", o, s), *bounds), h.standing[o][s] == 2
        dependence = pos(h.conc[p][s] - first.conc[p][s]) if s in A else 0.0
        worth = base + n.belonging_fear * n.shelters[o] * (h.fear[s] - floor) + scale * luck
        worth += n.belonging_affinity * (h.aff[p][s] - first.aff[p][s])
        worth -= n.belonging_autonomy * h.n.initial.autonomy[s] * dependence
        if member and worth < -n.hysteresis:
            moves[o, s], h.leavings = 0, h.leavings + (OLD[o] and s in A)
        elif not member and worth > bar and may_join:
            moves[o, s], h.joinings = 2, h.joinings + (OLD[o] and s in A)
            h.returns += s in A and (o, s) in h.left_at


def drill(h: Any, o: int) -> None:  # (O21) to (O25)
    n, sponsors, depth = h.n.organizations, SPONSORS[o], h.depth[o]
    odds = n.exercise_slope * (depth - n.exercise_threshold)
    h.exercised[o] = n.exercises[o] > 0 and h.u() < n.exercises[o] * sigma(odds)
    for m in h.full[o] if h.exercised[o] else ():
        worth = 0.0 if m in S else math.inf
        if m in S:
            worth = n.exercise_affinity * sum(h.aff[p][m] for p in sponsors) / len(sponsors)
            worth += n.exercise_base[o] + (n.exercise_threat * h.mil[m] if m in A else 0.0)
            worth -= n.exercise_autonomy * h.n.initial.autonomy[m] * n.binding[o]
            worth += n.exercise_noise * logit(h.u())
        h.took_part[o][m] = worth > 0
    if h.exercised[o]:
        h.exercises.append((h.t, o, {a for a in h.near[o] if not h.took_part[o][a]}))
    if len(sponsors) > 1:
        x = depth * min(h.pressure[p] for p in sponsors) - h.discord[o] - n.sponsors_drill_from
        h.together[o] = h.u() < sigma(n.sponsors_drill_slope * x)


# Hosts, bargains and works (B).
def hosting(h: Any, i: int, rent: float = 0.0) -> float:  # (B1), (B2)
    n, g, a = h.n.basing, GUEST[i], HOST[i]
    calls = [h.statement[o] for o in O if a in h.near[o] and h.standing[o][FIRST + g] < 2]
    call = max(calls, default=0.0) * (n.stake_floor + (1 - n.stake_floor) * h.partner[a])
    worth = n.habit + n.affinity * h.aff[g][a] - n.blame * h.grudge[i] - n.statement * call
    worth += n.threat * CAMPAIGN[i] * h.mil[a] * h.campaign - n.rivals * h.rivals_of[i]
    worth -= n.autonomy * h.n.initial.autonomy[a] * h.presence[i]
    return worth + n.rent * log(1 + rent / h.k.rent_scale[a])


def price(h: Any, i: int) -> float:  # (B3)
    n, scale = h.n.basing, h.k.rent_scale[HOST[i]]
    most_ = min((n.margin - hosting(h, i)) / n.rent, log(1 + n.price_cap))
    return scale * pos(exp(most_) - 1)


def most(h: Any, i: int) -> float:  # (B14)
    n, worth = h.n.basing, h.campaign * CAMPAIGN[i] + h.n.basing.lasting_worth
    return n.reservation[GUEST[i]] * h.n.initial.access[HOST[i]] * worth


def respond(h: Any) -> None:  # (B4) to (B17)
    n, u, found, pat = h.n.basing, h.u, list(h.status), h.n.patronage
    for i, a in enumerate(HOST):
        contract, asked = round(n.contract[i]), n.first_rent[i]
        if h.proposed[i] and hosting(h, i, asked) + n.noise * logit(u()) > 0:  # (B4)
            h.status[i], h.rent[i], h.left[i] = 2, asked, contract
            h.answers[GUEST[i]] += 1
        called = [n.call_as_cause * h.statement[o] for o in O if h.stated[o] and a in h.near[o]]
        cause = max([float(h.newgov[a] or h.left[i] <= 0), *called])  # (B5)
        chance = n.review_otherwise + (n.review_on_trigger - n.review_otherwise) * cause
        if found[i] == 2 and u() < chance:  # (B6)
            luck = n.noise * SPREAD * mood(h, ("host", i))
            h.review[i] = hosting(h, i, h.rent[i]) + luck < 0  # (B7)
            h.left[i] = contract if not h.review[i] and h.left[i] <= 0 else h.left[i]  # (B8)
    for p, a in product(P, A) if h.season == pat.understanding_season else ():
        if pat.seeks_exiles[p] > 0 and not h.handed[p][a]:
            x = pat.understanding_goods * log(1 + h.goods[p][a] / pat.understanding_scale)
            x += pat.understanding_fear * h.fear[a] - pat.understanding_cost * h.acc[a]
            most_ = h.n.initial.exiles[a] / (h.n.initial.exiles[a] + pat.exile_half)
            h.handed[p][a] = u() < most_ * sigma(x + pat.understanding_base)  # (B12)
    for i in I:
        received = h.review[i] and u() < 1 - n.attendance_blame * h.grudge[i]  # (B13)
        if received and hosting(h, i, most(h, i)) > n.margin:  # (B15)
            asked = price(h, i)
            h.dearer[i] = h.dearer[i] or asked > h.rent[i]
            h.rent[i], h.left[i] = max(h.rent[i], asked), round(n.contract[i])
            h.answers[GUEST[i]] += 1
        elif h.review[i]:
            h.status[i], h.notice[i] = 3, round(n.notice[i] / 91.3125)  # (B16)
            h.given_notice[i] = True
        elif found[i] == 3:
            h.notice[i] -= 1
            if u() < n.leave_early or h.notice[i] <= 0:  # (B17)
                h.status[i], h.rent[i] = 4, 0.0


def build(h: Any) -> None:  # (B18) to (B26)
    n, k, w, purse, found, grown = h.n, h.k, h.n.works, list(h.purse), list(h.running), growing(h)
    for j, p in enumerate(OWNER):
        opens = WORK[j] == "deal" and any(h.deals[p][a] > 0 for a in HOSTS[j])  # (B18)
        h.quarters_left[j] -= found[j] == 1
        opens = h.quarters_left[j] <= 0 if found[j] == 1 else opens and found[j] == 0  # (B24)
        depth = max((h.depth[o] for o in SPONSORED[p]), default=0.0)
        able = k.owner_cost[j] <= pos(purse[p]) and depth >= w.needs_depth[j]  # (B19)
        if able and found[j] == 0 and WORK[j] != "deal":
            cost, income = w.reference_cost[j], n.ledger.invest[p] * grown[p]
            dearer = log((income + k.owner_cost[j]) / (income + cost)) if cost > 0 else 0.0
            x = w.start_worth * sum(h.value[p][a] for a in HOSTS[j]) / max(1, len(HOSTS[j]))
            x += w.start_base[j] - w.start_price * dearer
            x += w.start_wealth * h.years_on * log(1 + n.patronage.budget_growth[p])
            x -= w.start_friction * sum(h.water[a] for a in ON_THE_WAY[j])  # (B20)
            if h.u() < sigma(x):
                h.purse[p] -= k.owner_cost[j]
                opens, h.running[j] = WORK[j] in ("credit", "fund"), 1
                slip = 0.0 if opens else w.slip_mean + w.slip_spread * logit(h.u()) / SPREAD
                h.quarters_left[j] = max(1, round(k.planned[j] * exp(slip)))  # (B23)
        if opens:
            h.running[j], h.opened[j] = 2, h.t
    worth = outer(h.own_thirst, n.initial.hydrocarbons) * (1 + h.stake) - w.venture_threshold
    for p, a in product(P, A):
        odds = sigma(w.venture_slope * worth[p][a])
        h.ventures[p][a] += h.u() < w.venture_propensity[p] * w.venture_rate * odds  # (B26)


# Settling (Z).
def settle(h: Any) -> None:  # (Z1) to (Z48)
    n, k, first, w, acts = h.n, h.k, h.k.first, h.n.works, h.n.influence
    pat, led = n.patronage, n.ledger
    blame, fear = outer(pat.blame_crackdown * pat.conditional, h.sev), region(h.fear)
    fear -= n.regime.fear_floor
    crit = region(h.crit) * pat.criticism_persistence
    crit = each(clip, crit + pat.blame_withholding * h.published + blame)  # (Z1)
    h.crit = V([V([*row, *[0.0] * (FIRST - len(A))]) for row in crit])
    need = outer(h.campaign * pat.needs_access, n.initial.access)
    h.need += pat.need_lag * (need - h.need)  # (Z2)
    h.lat += n.threats.recruits_of_crackdown * h.sev * (1 - h.lat)  # (Z3)
    rest = first.rep + n.regime.repression_of_fear * fear - h.rep
    rest = h.rep + n.regime.repression_return * rest
    h.rep = each(clip, rest + n.regime.repression_of_crackdown * h.sev)  # (Z4)
    drawn = (h.undrawn + h.deals) / max(1, led.deal_term)
    h.undrawn = each(pos, h.undrawn + h.deals - drawn)  # (Z5)
    own, gain, opened = grid(len(P), len(A)), grid(len(P), len(A)), []
    for j, p in enumerate(OWNER):
        if h.running[j] == 2:
            opened.append(j)
            lent = k.cost[j] * n.projects.owner_share[j] / max(1, k.planned[j]) * led.credit_worth
            lent *= WORK[j] == "credit" and h.t - h.opened[j] < k.planned[j]
            drawn[p] += lent * w.host_share[j]
            own[p], gain[p] = own[p] + w.stake[j], gain[p] + k.trade_of[j]
    aid = sum(h.aid) + drawn
    h.spent = 4 * h.aid
    h.spent[ECO] += 4 * drawn  # (Z6)
    given = sum(h.spent)
    h.goods += pat.goods_memory * (aid - h.goods)  # (Z9)
    fewer = book(h, opened)
    now = each(clip, V([over(x, y, 1.0) for x, y in zip(given, k.upkeep, strict=True)]))
    h.kept += n.rivalry.erosion * (now - h.kept)  # (Z13)
    h.personal += n.rivalry.erosion * (1 - h.personal)
    built = pat.training_effect * sum(h.aid[SEC]) + pat.capacity_of_fear * fear
    cap = h.cap + pat.capacity_return * (first.cap - h.cap)
    h.cap = each(clip, cap + built * (1 - h.cap))  # (Z14)
    trade(h, gain)
    own += w.venture_stake * h.ventures
    h.stake = own / (1 + own)  # (Z22)
    flow = h.spent / ([[k.scale] * len(P)] * len(C)) + 1
    flow = (each(sqrt, flow) - 1) * ([[k.scale] * len(P)] * len(C)) / 2 * led.conversion  # (Z20)
    handed = acts.act_understanding * pat.seeks_exiles * h.handed
    flow[POL] += led.membership * led.conversion[POL] / 4 * fewer + acts.act_cover * h.cover
    flow[POL] += handed - acts.act_criticism * crit
    route = n.projects.route_tie * acts.decay[ECO] * (n.initial.export_route - routes(h))
    flow[ECO] -= route  # (Z21)
    flow[SEC] += handed + acts.stake_security * h.stake
    anchor = first.tie - k.loose * ([1 - h.kept] * len(C))
    anchor[ECO] = each(pos, anchor[ECO] + acts.trade_to_ties * (h.trade - first.trade))
    anchor[POL] *= h.personal  # (Z23)
    h.tie = each(pos, h.tie + acts.decay * (anchor - h.tie) + flow)  # (Z24)
    influences(h)
    lean(h)
    compete(h)
    n = n.organizations
    h.noticed += n.depth_lag * (h.depth - h.noticed)  # (Z44)
    h.pact = each(clip, n.pact_fading * h.pact + n.pact_gain * V(h.together))  # (Z45)
    find_minds(h)
    for o in O:
        if OWN[o]:
            h.drilled[o] = max(n.drill_fading * h.drilled[o], float(h.exercised[o]))  # (Z46)
            built = sum(n.body_weight[x] * h.founded[x] for x in OWN[o])
            built /= sum(n.body_weight[x] for x in OWN[o])
            grown = clip(built + n.depth_of_exercises * (h.drilled[o] - built))
            depth = n.depth_at_start[o] + (1 - n.depth_at_start[o]) * grown
            h.depth[o] = depth * (1 - h.n.rivalry.discord_depth * discord(h, o))  # (Z47)
        h.observing[o] += [h.standing[o][s] == 1 for s in S]
        h.quarters[o] += [a in h.near[o] for a in A]
    h.left = [x - (h.status[i] == 2) for i, x in enumerate(h.left)]  # (Z48)
    h.used += [status in (2, 3) for status in h.status]


def book(h: Any, opened: list[int]) -> Any:
    """(Z7), (Z8), (Z10) to (Z12); returns by how much memberships count less than in 2001."""
    n, led, years = h.n, h.n.ledger, h.n.projects.training_years
    h.spent[ECO] += led.venture * h.ventures / (1 + h.ventures)
    economic, political, security = h.spent
    for i in I:
        if h.status[i] in (2, 3):
            security[GUEST[i]][HOST[i]] += led.base
            economic[GUEST[i]][HOST[i]] += h.rent[i]
    for j in opened:
        if WORK[j] == "fund" and h.t - h.opened[j] < 4 * years:
            political[OWNER[j]] += h.k.cost[j] / years * n.works.host_share[j]
        elif WORK[j] not in ("credit", "deal", "fund"):
            economic[OWNER[j]] += h.k.carries[j] * (1 + led.follows_oil[j] * (h.oil - 1))
    fewer, counts = grid(len(P), len(A)), (0.0, n.organizations.observer_fraction, 1.0)
    for o in O:
        offices, joined = founded(h, o, "institution"), [a for a in A if h.took_part[o][a]]
        budget = n.projects.sco_budget * n.works.budgeted[o] * bool(offices)
        budget /= max(1, len(h.near[o])) * max(1, len(SPONSORS[o]))
        troops = 4 * n.projects.exercise_troops * led.soldier * n.organizations.binding[o]
        troops /= max(1, len(joined)) * max(1, len(SPONSORS[o]))
        usual = n.organizations.depth_at_start[o] * region(h.k.belonged[o])
        more = V([counts[x] * h.depth[o] for x in h.standing[o][: len(A)]]) - usual
        for p in SPONSORS[o]:
            political[p] += led.membership * each(pos, more)
            fewer[p] -= each(pos, -1 * more)
            near = V([h.exists[o] and a in h.near[o] for a in A])
            for c in C:
                h.spent[c][p] += led.councils[c][o] * near
            seats = sum(h.seat[k] == FIRST + p for k in offices)
            political[p] += (led.seat * seats + budget) * near
            security[p] += [troops * (a in joined) for a in A]  # (Z12)
            for k in founded(h, o, "security"):
                security[p] += [led.site * (h.seat[k] == a) for a in A]
    return fewer


def trade(h: Any, gain: Any) -> None:  # (Z15) to (Z19)
    n, k, first = h.n.trade, h.k, h.k.first
    for x in K:
        more = n.outline_gain * (k.groups if x == WORKING_GROUPS else 1)
        for m in h.full[OF[x]] if h.founded[x] and KIND[x] == "economic" else ():
            for a in h.near[OF[x]] if m >= FIRST else ():
                gain[m - FIRST][a] += more
    for o, p in [(x, p) for x in O for p in SPONSORS[x]]:
        change = [(a in h.near[o]) - k.belonged[o][a] for a in A]
        gain[p] += V(change) * (n.customs_gain * h.n.organizations.customs[o])
    gain += outer(n.of_thirst * log(h.thirst), h.n.initial.hydrocarbons)
    gain += n.affinity_gain * region(h.aff - first.aff)  # (Z17)
    common = each(log, n.potential) + n.growth * ((h.t + 1) / 4)
    common += (1 - n.path_dependence) * k.region
    potential = n.path_dependence * k.own + common + gain  # (Z16)
    uneven = [[sqrt(1 + n.deals[p] / max(h.trade[p][a], 0.01)) for a in A] for p in P]
    noise = V([V([n.noise * uneven[p][a] * h.z() for a in A]) for p in P])
    h.lw += n.convergence * (potential - h.lw) + noise  # (Z18)
    weights = each(exp, h.lw)
    h.trade = weights / ([1 + sum(weights)] * len(P))


def lean(h: Any) -> None:  # (Z29) to (Z33)
    n, k, first, floor = h.n.alignment, h.k, h.k.first, h.n.regime.fear_floor
    free, relief = 1 - n.neutrality * h.n.initial.neutral, h.danger - h.fear
    scale, hedging = n.goodwill_scale, n.hedging * region(h.n.initial.autonomy)
    grip = each(pos, h.conc**2 - first.conc**2) * ([hedging] * len(P))
    more = n.goodwill * each(log, (h.goods + scale) / (first.goods + scale))
    more += n.share * (h.share - first.share) - grip
    moved = outer(n.cover * h.n.patronage.non_interference, h.danger - floor)
    moved += outer(n.relief * k.shelters, relief)
    moved -= (h.crit + h.susp) * ([n.blame * k.pride * h.fear] * len(P))
    for p in P:
        near = (region(moved[p]) + more[p]) * free
        pull = each(tanh, k.incl[p] + [*near, *moved[p][len(A) :]])
        aff = h.aff[p] + n.speed * (pull - h.aff[p]) + [n.noise * h.z() for _ in S]
        h.aff[p] = V([clip(x, -n.bound, n.bound) for x in aff])  # (Z33)


def compete(h: Any) -> None:  # (Z34) to (Z43)
    n, rivalry, lag = h.n.rivalry, h.n.appraisal.rivalry, h.n.appraisal.pressure_lag
    bloc, top, alarm = sizes(h) - h.k.size, log(n.most_effort), h.n.appraisal.bases_for_alarm
    parts = [over(row, [sum(row)] * len(A), 1 / len(A)) for row in h.value]
    ahead = h.share - h.usual
    won = [[dot(part, row) for row in ahead] for part in parts]  # (Z36)
    for p, q in product(P, P):
        blocs = max([0.0, *(bloc[o] for o in SPONSORED[q] if p not in SPONSORS[o])])
        there = n.alarm_bases * clip(in_use(h, q) / alarm) + n.alarm_bloc * blocs
        h.felt[p][q] += lag[p] * (pos(there + n.alarm_share * won[p][q]) - h.felt[p][q])
    h.pressure = each(clip, V(map(dot, rivalry, h.felt)))  # (Z38)
    loss = n.reply_loss * V([-won[p][p] * (n.relaxing if won[p][p] > 0 else 1) for p in P])
    goal = n.reply_pressure * h.pressure + loss
    goal = V([top * tanh(x / top) if top else 0.0 for x in goal])
    h.effort += n.reply_lag * (goal - h.effort)  # (Z40)
    income, h.usual = h.n.ledger.invest * growing(h), h.usual + n.memory * ahead  # (Z41)
    h.purse = V(map(min, h.purse + income / 4, income * h.n.ledger.purse_years))  # (Z42)
    for p, a in product(P, A):  # (M19), (M20)
        h.away[p][a] = h.away[p][a] or h.aff[p][a] < -0.4
        h.back[p][a] = h.back[p][a] or (h.away[p][a] and h.aff[p][a] > -0.1)
    if h.season == 4:
        leverage(h, gains(h, h.minds))
        h.years = [*h.years[-1:], h.share]


# Outcomes (M), and the interface.
def drills(h: Any, o: int, a: int) -> float:  # (M28)
    start, end = h.joined_at.get((o, a), 0), h.left_at.get((o, a), h.t + 1)
    could = a in h.near[o] or (o, a) in h.left_at
    held = [a in missed for t, x, missed in h.exercises if x == o and could and start <= t < end]
    return 1 - sum(held) / len(held) if held else math.nan


def in_order(h: Any, steps: list[Any]) -> bool:  # (M29)
    steps = [number([step] if isinstance(step, str) else step, list(BODIES)) for step in steps]
    at = [[h.founded_at.get(k, math.inf) for k in step] for step in steps]
    rises = all(min(later) >= max(step) for step, later in pairwise(at))
    return rises and max(map(max, at)) < math.inf


def rate(h: Any, times: int, inside: bool) -> float:  # (M30), (M31)
    able, dyads = h.n.organizations.eligible, product(O, A)
    dyads = [(o, a) for o, a in dyads if OLD[o] and (inside or able[o][a] > 0)]
    quarters = sum(h.quarters[o][a] if inside else h.t + 1 - h.quarters[o][a] for o, a in dyads)
    return times / (quarters / 4) if quarters else math.nan


def earlier(h: Any, w: Any, others: Any, also: int) -> bool:
    """(M17), (M18): announced before others, or with them (`also` is 0)."""
    first = h.announced.get((w.p, w.a))
    later = [h.announced.get((w.p, b), math.inf) for b in others]
    return first is not None and all(t >= first + also for t in later)


PLAIN = (
    "depth depth o|answers answers p|affinity aff p a|criticism crit p a|suspicion susp p a|"
    "fear fear a|repression rep a|capacity cap a|militancy mil a|hardship hard a|drugs drugs a|"
    "quarrels water a|trouble trouble a|noticed given_notice i|dearer dearer i|returns returns"
)
READ: dict[str, Any] = {
    "influence_share": lambda h, w: sum(h.share[p][a] for p in w.side for a in w.at) / len(w.at),
    "bases_open": lambda h, w: in_use(h, w.p),
    "base_open": lambda h, w: h.status[w.i] in (2, 3),
    "base_years": lambda h, w: h.used[w.i] / 4,
    "rent_while_open": lambda h, w: h.rent[w.i] if h.status[w.i] in (2, 3) else math.nan,
    "full_members": lambda h, w: len(h.full[w.o]),
    "observers": lambda h, w: h.standing[w.o].count(1),
    "agreement": lambda h, w: sigma(logit((1 + h.aff[w.p][w.a]) / 2) + h.shift[w.p][w.a]),
    "trade_share": lambda h, w: (
        sum(h.trade[w.p][a] * h.trade_size[a] for a in w.at) / sum(h.trade_size[a] for a in w.at)
    ),
    "ousters": lambda h, w: sum(h.ousters[a] for a in w.at),
    "aid": lambda h, w: 4 * sum(h.aid[c][w.p][a] for c in C for a in w.at),
    "first_withheld": lambda h, w: earlier(h, w, A, 0),
    "withheld_before": lambda h, w: earlier(h, w, [w.than], 1),
    "turned_away": lambda h, w: any(h.away[w.p]),
    "turned_back": lambda h, w: any(h.back[w.p]),
    "project_open": lambda h, w: h.running[w.j] == 2,
    "project_opens": lambda h, w: h.opened[w.j] if h.running[w.j] == 2 else h.t + 1,
    "is_member": lambda h, w: w.a in h.near[w.o],
    "drills_joined": lambda h, w: drills(h, w.o, w.a),
    "in_order": lambda h, w: in_order(h, w.bodies),
    "leavings": lambda h, w: rate(h, h.leavings, True),
    "joinings": lambda h, w: rate(h, h.joinings, False),
    "yearly_change": lambda h, w: sum(map(sum, each(abs, h.years[-1] - h.years[0]))) / 20,
}


@functools.cache
def readings() -> list[tuple[str, Any, Any]]:
    """The name of each outcome, how it is read, and of whom."""
    found, plain = [], {line.split()[0]: line.split()[1:] for line in PLAIN.split("|")}
    names = {key: AXES[key] for key in ("power", "installation", "project", "organization")}
    names["state"] = REGION
    for pattern, entry in OUTCOMES.items():
        of = {axis: names[axis] if x == "all" else x for axis, x in entry.get("of", {}).items()}
        for chosen in product(*of.values()):
            who = {**entry, **dict(zip(of, chosen, strict=True))}
            number_of = {axis: x.index(who[axis]) for axis, x in names.items() if axis in who}
            w = SimpleNamespace(p=None, a=None, bodies=who.get("bodies"))
            for axis, letter in zip(names, "pijoa", strict=True):
                setattr(w, letter, number_of.get(axis))
            w.side = number(GROUPS[who["side"]]["members"], POWERS) if "side" in who else [w.p]
            w.at, w.than = (
                A if w.a is None else [w.a],
                (number([who.get("than")], REGION) or [0])[0],
            )
            name = pattern.format(**{key: x for key, x in who.items() if isinstance(x, str)})
            found.append((name, READ.get(who["read"]) or plain[who["read"]], w))
    return found


def quarter(h: Any) -> None:  # One quarter
    h.t += 1
    for phase in (world, unrest, appraise, offer, convene, respond, build, settle):
        phase(h)


def outcomes(seed: int, until: str = "2015Q4", numbers: Any = None) -> dict[str, float]:
    """Every outcome of one history of the baseline.

    Args:
        seed: its luck.
        until: the last quarter.
        numbers: what replaces numbers of the catalogue, by full key.

    Returns:
        Each outcome by its name, nan where it has no value.
    """
    h, found = history(beginning(tuple(sorted((numbers or {}).items()))), seed), {}
    while h.t < quarter_of(until):
        quarter(h)
    for name, read, w in readings():
        if isinstance(read, list):
            at = [getattr(w, letter) for letter in read[1:]]
            found[name] = float(functools.reduce(operator.getitem, at, getattr(h, read[0])))
        else:
            found[name] = float(read(h, w))
    return found


def at_medians(quarters: list[str]) -> dict[tuple[str, str], dict[str, float | str]]:
    """The test vector: variable and place, and the values at the ends of some quarters."""
    h, found = history(beginning(()), None), defaultdict(dict)
    for name in sorted(quarters, key=lambda x: -1 if x == "start" else quarter_of(x)):
        while name != "start" and h.t < quarter_of(name):
            quarter(h)
        for axes, variables in VARIABLES.items():
            axis = [AXES[x] for x in axes.split(">") if x]
            for variable, at in product(variables.split(), product(*map(enumerate, axis))):
                value = functools.reduce(operator.getitem, [x for x, _ in at], getattr(h, variable))
                found[variable, ">".join(x for _, x in at)][name] = float(value)
        for k, body in enumerate(BODIES):
            place = f"{list(ORGS)[OF[k]]}>{body}"
            found["founded", place][name] = float(h.founded[k])
            found["seat", place][name] = "" if h.seat[k] is None else MEMBERS[h.seat[k]]
    return found
