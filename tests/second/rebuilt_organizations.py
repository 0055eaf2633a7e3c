"""Organizations (equations O)."""

from __future__ import annotations

from typing import Any

from rebuilt_beginning import SPREAD, History
from rebuilt_catalogue import (
    BODY,
    FIRST_POWER,
    GUESTS,
    ORGANIZATION,
    A,
    O,
    P,
    S,
    meetings,
    season,
    sigma,
    unit,
)


def convene(h: History) -> None:
    """(O1) to (O28): all read what the phase found, and what they decide takes effect together."""
    moves: dict[tuple[int, int], int] = {}
    founded: list[tuple[int, int | None]] = []
    depth = list(h.depth)
    created = []
    for o, organization in enumerate(ORGANIZATION):
        if not organization.sponsors:
            continue
        if not h.exists[o]:
            if _dialogue(h, o):
                created.append(o)
            continue
        councils = meetings(h.t)[o]
        summit = "heads_of_state" in councils
        _voice(h, o)
        h.discord[o] = discord(h, o)
        pressed = _pressed(h, o) if councils else 0.0
        for k in organization.bodies:
            if not h.founded[k] and BODY[k].council in councils and _body(h, o, k, pressed):
                founded.append((k, _seat(h, o, k)))
        if summit:
            guests = [g for g in GUESTS if FIRST_POWER + g not in h.full[o]]
            if h.n.organizations.speaks[o] > 0:
                _statement(h, o, pressed, guests)
            if h.n.organizations.admits[o] > 0:
                _admissions(h, o, pressed, guests, moves)
        _belonging(h, o, summit or not organization.councils, moves)
        _exercises(h, o)
        if not organization.bodies and councils:  # (O26)
            n = h.n.organizations
            depth[o] += n.routine_step * max(0, n.routine[o] - h.depth[o])
    h.depth = depth
    for k, seat in founded:
        h.founded[k], h.seat[k], h.founded_at[k] = True, seat, h.t
    for o in created:  # (O28)
        h.exists[o] = True
        invited = h.n.organizations.invited[o]
        moves.update({(o, m): 2 for m, asked in enumerate(invited) if asked > 0})
    for (o, m), standing in moves.items():
        _moved(h, o, m, standing)
    for o in {o for o, _ in moves}:
        h.recount(o)


def _moved(h: History, o: int, m: int, standing: int) -> None:
    if m in A:
        if standing == 2 and h.joined_at[o][m] is None:
            h.joined_at[o][m] = h.t
        if standing == 0:
            h.leavings += ORGANIZATION[o].exists
            if h.left_at[o][m] is None:
                h.left_at[o][m] = h.t
    h.standing[o][m] = standing


def _institutions(h: History, o: int) -> list[int]:
    return [k for k in ORGANIZATION[o].bodies if h.founded[k] and BODY[k].kind == "institution"]


def _voice(h: History, o: int) -> None:
    """(O1)."""
    n = h.n.organizations
    if n.speaks[o] > 0:
        cracked = any(h.cracked[s] for s in h.states[o])
        h.voice[o] = 1.0 if cracked and _institutions(h, o) else n.voice_fading * h.voice[o]


def _pressed(h: History, o: int) -> float:
    """(O2): pressure of the sponsors."""
    n, sponsors = h.n.organizations, ORGANIZATION[o].sponsors
    seats = {h.seat[k] for k in _institutions(h, o)}
    total = weight = 0.0
    for p in sponsors:
        rivalry = h.n.appraisal.rivalry[p]
        felt = unit(sum(rivalry[q] * h.felt[p][q] for q in P if q not in sponsors))
        say = 1 + n.seat_say * (FIRST_POWER + p in seats) + n.creditor_say * h.creditor[p]
        total += say * felt
        weight += say
    return total / weight


def discord(h: History, o: int) -> float:
    """(O3)."""
    sponsors, tolerated = ORGANIZATION[o].sponsors, h.n.rivalry.tolerated
    if len(sponsors) < 2:
        return 0.0
    pairs = [h.minds[p][q] for p in sponsors for q in sponsors if p != q]
    return unit((sum(pairs) / len(pairs) - tolerated) / (1 - tolerated))


def _body(h: History, o: int, k: int, pressed: float) -> bool:
    """(O4) to (O8): whether all members want a body."""
    n, body, kind = h.n.organizations, BODY[k], BODY[k].kind
    if not all(h.founded[other] for other in body.requires):
        return False
    if body.seats and not any(m in h.full[o] for m in body.seats):
        return False
    economic = [x for x in ORGANIZATION[o].bodies if BODY[x].kind == "economic"]
    spillover = sum(h.founded[x] for x in economic) / len(economic) if economic else 0.0
    common = n.benefit[kind] + n.body_pressure * pressed
    common -= h.n.rivalry.discord_support * h.discord[o]
    common += n.spillover * spillover * (kind != "economic")
    bar = n.body_threshold + n.body_difficulty[k]
    for m in h.full[o]:
        support = common + n.taste[kind][m]
        if m in S:
            support -= n.body_autonomy * h.n.initial.autonomy[m]
        if m in A:
            support += n.body_threat * (h.mil[m] + h.drugs[m]) * (kind == "security")
            support -= n.body_friction * h.water[m]
        if support + n.body_noise * SPREAD * h.mood(("body", k, m)) <= bar:
            return False
    return True


def _seat(h: History, o: int, k: int) -> int | None:
    """(O9)."""
    seats = [m for m in BODY[k].seats if m in h.full[o]]
    by_threat = h.n.organizations.siting_by_threat
    return max(seats, key=lambda m: by_threat * h.mil[m] if m in A else 0.0, default=None)


def _statement(h: History, o: int, pressed: float, guests: list[int]) -> None:
    """(O10) to (O12)."""
    n = h.n.organizations
    h.statement[o] *= n.statement_fading
    if h.stated[o] or not any(h.in_use(g) for g in guests):
        return
    states = h.states[o]
    fear = sum(h.fear[s] for s in states) / len(states) if states else 0.0
    warmest = max([0.0, *(h.aff[g][s] for g in guests for s in states)])
    x = n.statement_pressure * pressed - n.statement_objection * warmest - n.statement_threshold
    x += n.statement_fear * fear * (1 - n.campaign_excuse * h.campaign)
    if x + n.statement_noise * h.luck.logistic() > 0:
        h.statement[o], h.stated[o] = 1.0, True


def _admissions(h: History, o: int, pressed: float, guests: list[int], moves: Any) -> None:
    """(O13) to (O17)."""
    n, had = h.n.organizations, set()
    for s in S:
        standing = h.standing[o][s]
        if standing == 2:
            continue
        if standing == 1 and (
            (h.sanctioned[s] and n.bar_sanctioned > 0) or h.observing[o][s] < n.observer_quarters
        ):
            continue
        coolest = min([0.0, *(h.aff[g][s] for g in guests)])
        spread = 0.0
        for p in ORGANIZATION[o].sponsors:
            leanings = [h.aff[p][m] if m < FIRST_POWER else 1.0 for m in [*h.full[o], s]]
            mean = sum(leanings) / len(leanings)
            spread += sum((x - mean) ** 2 for x in leanings) / len(leanings)  # (O14)
        gain = (
            n.admission_appeal * n.appeal[s]
            + n.admission_sponsor * max(h.k.push[p][s] for p in ORGANIZATION[o].sponsors)
            + n.admission_rivals * pressed
            - n.admission_bloc * coolest
            - n.admission_autonomy * h.n.initial.autonomy[s]
            - n.admission_congestion * len(h.full[o])
            - n.admission_diversity * spread
        )
        worth = n.admission_base + n.admission_maturity * h.depth[o]
        worth += gain if standing else n.observer_fraction * gain  # (O15)
        if worth + n.admission_noise * SPREAD * h.mood(("admission", o, s)) > 0:
            had.add(s)
    for x, y in ORGANIZATION[o].packages:
        alike = (h.standing[o][x] > 0) == (h.standing[o][y] > 0)
        if alike and not {x, y} <= had:
            had -= {x, y}
    for s in had:
        moves[o, s] = h.standing[o][s] + 1


def _belonging(h: History, o: int, may_join: bool, moves: Any) -> None:
    """(O18) to (O20)."""
    n, first, p = h.n.organizations, h.k.first, ORGANIZATION[o].sponsors[0]
    base, floor, bar = n.belonging_base[o], h.n.regime.fear_floor, n.hysteresis * n.binding[o]
    scale = n.belonging_spread * SPREAD
    for s in S:
        if n.eligible[o][s] <= 0:
            continue
        low = high = None
        if h.k.belonged[o][s]:
            low = (-n.hysteresis - base) / scale
        else:
            high = (bar - base) / scale  # (O19)
        luck = h.mood(("belonging", o, s), low, high)
        dependence = max(0, h.conc[p][s] - first.conc[p][s]) if s in A else 0.0
        worth = (
            base
            + n.belonging_fear * n.shelters[o] * (h.fear[s] - floor)
            + n.belonging_affinity * (h.aff[p][s] - first.aff[p][s])
            - n.belonging_autonomy * h.n.initial.autonomy[s] * dependence
            + scale * luck
        )
        if h.standing[o][s] == 2:
            if worth < -n.hysteresis:
                moves[o, s] = 0
        elif worth > bar and may_join:
            moves[o, s] = 2
            if s in A:
                h.joinings += ORGANIZATION[o].exists
                h.returns += h.left_at[o][s] is not None


def _exercises(h: History, o: int) -> None:
    """(O21) to (O25)."""
    n, sponsors = h.n.organizations, ORGANIZATION[o].sponsors
    if season(h.t) != n.exercise_season:
        return
    if n.exercises[o] > 0:
        slope = n.exercise_slope * (h.depth[o] - n.exercise_threshold)
        h.exercised[o] = h.luck.u() < n.exercises[o] * sigma(slope)
    if h.exercised[o]:
        for m in h.full[o]:
            joins = True
            if m in S:
                leaning = sum(h.aff[p][m] for p in sponsors) / len(sponsors)
                worth = n.exercise_base[o] + n.exercise_affinity * leaning
                worth += n.exercise_threat * h.mil[m] if m in A else 0.0
                worth -= n.exercise_autonomy * h.n.initial.autonomy[m] * n.binding[o]
                joins = worth + n.exercise_noise * h.luck.logistic() > 0
            h.took_part[o][m] = joins
        missed = {a for a in h.contested[o] if not h.took_part[o][a]}
        h.exercises.append((h.t, o, missed))
    if len(sponsors) > 1:
        least = min(h.pressure[p] for p in sponsors)
        x = h.depth[o] * least - h.discord[o] - n.sponsors_drill_from
        h.together[o] = h.luck.u() < sigma(n.sponsors_drill_slope * x)


def _dialogue(h: History, o: int) -> bool:
    """(O27)."""
    n, f = h.n.organizations, ORGANIZATION[o].sponsors[0]
    if season(h.t) != n.founding_season:
        return False
    rivalry = h.n.appraisal.rivalry[f]
    deepest = max(
        [0.0]
        + [rivalry[q] * h.noticed[x] for x in O for q in ORGANIZATION[x].sponsors if q != f]
    )
    return h.luck.u() < sigma(n.founding_slope * (deepest - n.founding_threshold))


