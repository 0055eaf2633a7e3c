"""The model rebuilt from docs/odd alone, by somebody who had not read its code."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from rebuilt_bases import bargain, build, respond
from rebuilt_beginning import History, Luck, MedianLuck, beginning
from rebuilt_catalogue import *
from rebuilt_organizations import convene
from rebuilt_powers import appraise, look_around, offer
from rebuilt_settling import settle
from rebuilt_world import unrest, world


def quarter(h: History) -> None:
    """One quarter, phase by phase."""
    h.t += 1
    for phase in (world, unrest, look_around, appraise, offer, convene, respond, bargain, build):
        phase(h)
    settle(h)
    _remember(h)


def _remember(h: History) -> None:
    if season(h.t) == 4:
        h.shares_of_year = [*h.shares_of_year[-1:], [list(row) for row in h.share]]
    for p, a in pairs(P, A):
        if h.aff[p][a] < -0.4:
            h.away[p][a] = True
        elif h.aff[p][a] > -0.1 and h.away[p][a]:
            h.back[p][a] = True
    for o in O:
        for a in h.contested[o]:
            h.member_quarters[o][a] += 1


def outcomes(
    seed: int, until: str = "2015Q4", numbers: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Every outcome of one history of the baseline, at point values but for `numbers`."""
    h = beginning(tuple(sorted((numbers or {}).items()))).fresh(Luck(seed))
    while h.t < quarter_of(until):
        quarter(h)
    return {name: float(read(h)) for name, read in _readings().items()}


# Outcomes.


def _drills(h: History, o: int, a: int) -> float:
    """(M28)."""
    joined, left = h.joined_at[o][a], h.left_at[o][a]
    if a not in h.contested[o] and left is None:
        return math.nan
    held = [
        missed
        for t, x, missed in h.exercises
        if x == o and (joined is None or t >= joined) and (left is None or t < left)
    ]
    return 1 - sum(a in missed for missed in held) / len(held) if held else math.nan


def _trade_of_region(h: History, p: int, states: Sequence[int]) -> float:
    whole = sum(h.trade_size[a] for a in states)
    return sum(h.trade[p][a] * h.trade_size[a] for a in states) / whole


def _earlier(one: int | None, other: int | None, same: bool) -> bool:
    return one is not None and (other is None or other > one or (same and other == one))


def _in_order(h: History, steps: Sequence[Any]) -> bool:
    """(M29)."""
    latest = -1
    for step in steps:
        names = [step] if isinstance(step, str) else step
        at = [h.founded_at[BODIES.index(name)] for name in names]
        if None in at or min(at) < latest:
            return False
        latest = max(at)
    return True


def _rate(h: History, number: int, inside: bool) -> float:
    """(M30), (M31)."""
    old = [o for o in O if ORGANIZATION[o].exists]
    eligible = h.n.organizations.eligible
    if inside:
        quarters = sum(sum(h.member_quarters[o]) for o in old)
    else:
        dyads = [(o, a) for o, a in pairs(old, A) if eligible[o][a] > 0]
        quarters = sum(h.t + 1 - h.member_quarters[o][a] for o, a in dyads)
    return number / (quarters / 4) if quarters else math.nan


def _yearly_change(h: History) -> float:
    """(M33)."""
    before, now = h.shares_of_year
    return sum(abs(now[p][a] - before[p][a]) for p, a in pairs(P, A)) / len(P) / len(A)


READ: dict[str, Callable[[History, Any], float]] = {
    "influence_share": lambda h, w: (
        sum(h.share[p][a] for p in w.powers for a in w.states) / len(w.states)
    ),
    "bases_open": lambda h, w: h.in_use(w.p),
    "base_open": lambda h, w: h.status[w.i] in (2, 3),
    "base_years": lambda h, w: h.used[w.i] / 4,
    "rent_while_open": lambda h, w: h.rent[w.i] if h.status[w.i] in (2, 3) else math.nan,
    "depth": lambda h, w: h.depth[w.o],
    "full_members": lambda h, w: len(h.full[w.o]),
    "observers": lambda h, w: h.standing[w.o].count(1),
    "agreement": lambda h, w: sigma(logit((1 + h.aff[w.p][w.a]) / 2) + h.shift[w.p][w.a]),
    "trade_share": lambda h, w: (
        h.trade[w.p][w.a] if w.a is not None else _trade_of_region(h, w.p, w.states)
    ),
    "ousters": lambda h, w: sum(h.ousters[a] for a in w.states),
    "aid": lambda h, w: 4 * sum(h.aid[c][w.p][a] for c in C for a in w.states),
    "answers": lambda h, w: h.answers[w.p],
    "affinity": lambda h, w: h.aff[w.p][w.a],
    "criticism": lambda h, w: h.crit[w.p][w.a],
    "suspicion": lambda h, w: h.susp[w.p][w.a],
    "first_withheld": lambda h, w: all(
        _earlier(h.announced[w.p][w.a], h.announced[w.p][b], True) for b in A
    ),
    "withheld_before": lambda h, w: _earlier(
        h.announced[w.p][w.a], h.announced[w.p][w.than], False
    ),
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
    "noticed": lambda h, w: h.noticed_ever[w.i],
    "dearer": lambda h, w: h.dearer[w.i],
    "project_open": lambda h, w: h.running[w.j] == 2,
    "project_opens": lambda h, w: h.opened[w.j] if h.opened[w.j] is not None else h.t + 1,
    "is_member": lambda h, w: w.a in h.contested[w.o],
    "drills_joined": lambda h, w: _drills(h, w.o, w.a),
    "in_order": lambda h, w: _in_order(h, w.bodies),
    "leavings": lambda h, w: _rate(h, h.leavings, True),
    "joinings": lambda h, w: _rate(h, h.joinings, False),
    "returns": lambda h, w: h.returns,
    "yearly_change": lambda h, w: _yearly_change(h),
}


@functools.cache
def _readings() -> dict[str, Callable[[History], float]]:
    """What to read for each name of an outcome."""
    groups = load(DATA / "groups.yaml")
    everybody = {"power": POWERS, "state": REGION, "installation": INSTALLATIONS,
                 "project": PROJECTS, "organization": ORGANIZATIONS}  # fmt: skip
    found = {}
    for pattern, entry in load(DATA / "outcomes.yaml").items():
        over = {
            axis: everybody[axis] if names == "all" else names
            for axis, names in entry.get("of", {}).items()
        }
        for chosen in itertools.product(*over.values()):
            who = {**entry, **dict(zip(over, chosen, strict=True))}
            named = {key: x for key, x in who.items() if isinstance(x, str)}
            number = {axis: x.index(who[axis]) for axis, x in everybody.items() if axis in who}
            side = groups[who["side"]]["members"] if "side" in who else []
            p, a = number.get("power"), number.get("state")
            what = SimpleNamespace(
                p=p,
                a=a,
                i=number.get("installation"),
                j=number.get("project"),
                o=number.get("organization"),
                powers=[POWERS.index(x) for x in side] or [p],
                states=[a] if a is not None else list(A),
                than=REGION.index(who["than"]) if "than" in who else None,
                bodies=who.get("bodies"),
            )
            found[pattern.format(**named)] = functools.partial(
                lambda read, w, h: read(h, w), READ[who["read"]], what
            )
    return found


# The test vector.

ROWS = {
    "power>region": "share influence conc lw trade need value withheld withheld_usual habit undrawn"
    " published deals cover goods kept_ties personal handed ventures stake usual",
    "power>state": "aff shift susp crit",
    "channel>power>region": "tie aid spent lever",
    "power>power": "felt",
    "power": "agenda pressure effort purse",
    "state": "fear danger kin transition acc",
    "region": "club rep hard cap mil lat usual_mil drugs water",
    "": "sanctuary traffic stress campaign oil thirst",
    "installation": "status rent left notice",
    "organization>member": "standing took_part",
    "organization>state": "observing",
    "organization": "exists depth noticed statement stated voice drilled pact exercised together",
    "project": "running",
}


def at_medians(quarters: Sequence[str]) -> dict[tuple[str, str], dict[str, float | str]]:
    """The baseline with every draw at its median, at the ends of some quarters."""
    h = beginning(()).fresh(MedianLuck())
    found: dict[tuple[str, str], dict[str, float | str]] = {}
    for name in sorted(quarters, key=lambda x: -1 if x == "start" else quarter_of(x)):
        while name != "start" and h.t < quarter_of(name):
            quarter(h)
        for row, value in _rows(h):
            found.setdefault(row, {})[name] = value
    return found


def _rows(h: History) -> list[tuple[tuple[str, str], float | str]]:
    rows = []
    for axes, variables in ROWS.items():
        axis = [AXES[x] for x in axes.split(">")] if axes else []
        for variable, numbers in itertools.product(
            variables.split(), itertools.product(*(range(len(names)) for names in axis))
        ):
            value = getattr(h, variable, 0.0)
            for number in numbers:
                value = value[number] if isinstance(value, list) and number < len(value) else 0.0
            place = ">".join(names[x] for names, x in zip(axis, numbers, strict=True))
            rows.append((("kept" if variable == "kept_ties" else variable, place), float(value)))
    for k in K:
        place = f"{ORGANIZATIONS[BODY[k].organization]}>{BODIES[k]}"
        rows.append((("founded", place), float(h.founded[k])))
        rows.append((("seat", place), "" if h.seat[k] is None else MEMBERS[h.seat[k]]))
    for j in J:
        opened = h.opened[j]
        rows.append((("opened", PROJECTS[j]), float(-1 if opened is None else opened)))
    return rows
