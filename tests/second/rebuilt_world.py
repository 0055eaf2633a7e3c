"""The world and unrest (equations W and U)."""

from __future__ import annotations

import math

from rebuilt_beginning import History, drugs, protection
from rebuilt_catalogue import (
    BODIES,
    BODY,
    POL,
    POWERS,
    PROJECT,
    A,
    J,
    O,
    P,
    S,
    clip,
    events,
    grid,
    season,
    sigma,
    unit,
    year,
)


def world(h: History) -> None:
    """(W1) to (W24)."""
    n, z = h.n, h.luck.z
    h.ousted, h.cracked, h.newgov = (grid(len(S), fill=False) for _ in range(3))
    h.published, h.deals = grid(len(P), len(A)), grid(len(P), len(A))
    for o in O:
        h.stated[o] = h.exercised[o] = h.together[o] = False
        h.took_part[o] = [False] * len(h.took_part[o])
    h.proposed, h.review = [False] * len(h.status), [False] * len(h.status)
    h.transition = [x * (1 - n.regime.settling) for x in h.transition]
    if season(h.t) == 1:
        for key in h.lasting:
            h.another_year(key)
    if season(h.t) == 1 or h.t == 0:
        _year_turns(h)
    for kind, what in events().get(h.t, ()):
        if kind == "called":
            h.campaign = what  # (W4)
    e = n.environment  # (W5) to (W8)
    log_oil = math.log(h.oil)
    log_oil += e.oil_reversion * (math.log(e.oil_long_run) - log_oil) + e.oil_volatility * z()
    h.oil = math.exp(log_oil)
    h.thirst *= math.exp(e.thirst_growth + e.thirst_volatility * z())
    more = e.trafficking_persistence * (h.traffic - e.trafficking_base)
    h.traffic = max(0, e.trafficking_base + more + e.trafficking_volatility * z())
    more = e.water_persistence * (h.stress - e.water_base)
    h.stress = max(0, e.water_base + more + e.water_volatility * z())
    _militants(h)
    _hardship(h)
    if season(h.t) == 1 or h.t == 0:
        _clubs(h)
    for kind, what in events().get(h.t, ()):  # (W24)
        if kind == "campaign":
            h.campaign = what
        elif kind == "ouster":
            h.ousted[what] = True
        elif kind == "crackdown":
            h.cracked[what] = True


def _year_turns(h: History) -> None:
    n, key = h.n, f"y{year(h.t)}"
    known = getattr(n.observed.agenda, key, None)
    for p in P:
        if known is not None:
            h.agenda[p] = known[POWERS[p]]  # (W2)
        else:
            h.agenda[p] += n.alignment.agenda_volatility[p] * h.luck.z()
        mean = n.alignment.votes_of_agenda * h.agenda[p]
        h.shift[p] = [mean + n.alignment.vote_noise * h.luck.z() for _ in S]  # (W3)
    if key in n.trade.size:
        h.trade_size = n.trade.size[key]


def _militants(h: History) -> None:
    n, initial, first = h.n.threats, h.n.initial, h.k.first
    guard = protection(h)
    grown = n.sanctuary_lag * (1 - n.sanctuary_ruin * h.campaign - h.sanctuary)  # (W10)
    h.sanctuary += grown
    rise = [max(0, h.mil[a] - first.mil[a]) for a in A]
    valley = initial.valley
    for a in A:
        spilt = sum(valley[b] * max(0, rise[b] - rise[a]) for b in A)  # (W11)
        come = n.spill * valley[a] * spilt + n.crossing * initial.southern_border[a] * grown
        mil, lat = h.mil[a], h.lat[a]  # (W12)
        hidden, back = n.underground * h.rep[a] * mil, n.resurfacing * lat
        held = n.suppression * (guard[a] - h.k.protection[a])
        noise = n.militancy_volatility * h.luck.z()
        h.mil[a] = unit(mil - hidden + back + come - held * mil + noise)
        recruits = n.recruitment * h.rep[a] * h.hard[a] * (1 - lat)  # (W13)
        lost = n.reach * held * lat + n.forgetting * lat
        h.lat[a] = unit(lat + hidden - back + recruits - lost)
        h.alarm[a] = max(0, h.mil[a] - h.usual_mil[a] - n.alarm_from)  # (W14)
        h.usual_mil[a] += n.habituation * (h.mil[a] - h.usual_mil[a])  # (W15)


def _hardship(h: History) -> None:
    n, initial, first, projects = h.n.threats, h.n.initial, h.k.first, h.n.projects
    h.drugs = drugs(h)
    missing = h.stress * (1 + n.drying * h.t)  # (W18)
    pipelines = [PROJECT[j].hosts for j in J if h.running[j] == 2 and PROJECT[j].kind == "pipeline"]
    log_oil = math.log(h.oil)
    h.route = [[] for _ in P]
    for a in A:
        worse = h.drugs[a] - h.k.drugs[a]
        h.cap[a] = unit(h.cap[a] - n.drug_corrosion * worse - n.alarm_capacity * h.alarm[a])  # (W17)
        h.water[a] = unit(n.water_quarrel * missing * h.k.opposed[a])  # (W19)
        dry = max(-initial.upstream[a], 0) * (missing - h.n.environment.water_base)
        harvest = initial.irrigated[a] * dry  # (W20)
        relieved = unit(projects.route_relief * sum(a in hosts for hosts in pipelines))  # (W21)
        for p in P:
            h.route[p].append(initial.export_route[p][a] * (1 - relieved))
        toll = projects.route_toll * unit(sum(h.route[p][a] for p in P))
        income = initial.hydrocarbons[a] * log_oil * (1 - toll)
        h.hard[a] = unit(  # (W22)
            first.hard[a]
            + n.hardship_persistence * (h.hard[a] - first.hard[a])
            + n.friction_cost * worse
            + n.harvest_cost * harvest
            + n.alarm_hardship * h.alarm[a]
            - n.oil_relief * income
            + n.hardship_volatility * h.luck.z()
        )


def _clubs(h: History) -> None:
    """(W23)."""
    closure = [1 - x for x in h.acc] + h.n.initial.closure_of_powers
    for a in A:
        total = weight = 0.0
        for o in O:
            others = [m for m in h.full[o] if m != a]
            if a in h.full[o] and others:
                total += h.k.club_of[o] * sum(closure[m] for m in others) / len(others)
                weight += h.k.club_of[o]
        h.club[a] = total / max(1, weight)


def unrest(h: History) -> None:
    """(U1) to (U16)."""
    n, floor, u, first = h.n.regime, h.n.regime.fear_floor, h.luck.u, h.k.first
    for a in A:
        if h.ousted[a] or h.cracked[a]:
            continue
        odds = n.unrest_base + n.unrest_hardship * h.hard[a] - n.club_protection * h.club[a]
        odds += n.unrest_militancy * (h.mil[a] - first.mil[a])
        if u() < sigma(odds + n.transition_risk * h.transition[a]):  # (U1)
            falls = n.fall_base - n.fall_capacity * h.cap[a] + n.fall_hardship * h.hard[a]
            (h.ousted if u() < sigma(falls) else h.cracked)[a] = True  # (U2)
    _fear(h)
    for s in S:
        if h.ousted[s]:
            h.newgov[s], h.transition[s] = True, 1.0  # (U11)
            h.ousters[s] += 1
            h.fear[s] = h.danger[s] = floor
            h.kin[s] *= 1 - n.leadership_break
            for p in P:
                h.susp[p][s] = h.crit[p][s] = 0.0
                h.aff[p][s] += n.leadership_break * (first.aff[p][s] - h.aff[p][s])
            h.acc[s] = max(h.acc[s], min(h.acc[s] + n.opening, n.most_open))  # (U12)
            if s in A:
                h.rep[s] = n.repression_after_fall * first.rep[s]  # (U13)
    kept = 1 - n.leadership_break
    for a in A:
        h.trouble[a] += h.ousted[a] or h.cracked[a]
        comes = u() < 1 - (1 - n.succession) ** 0.25 and not h.ousted[a]  # (U14)
        if comes:
            h.newgov[a], h.transition[a] = True, 1.0  # (U15)
            h.kin[a] *= kept
            h.fear[a] = floor + kept * (h.fear[a] - floor)
            h.danger[a] = floor + kept * (h.danger[a] - floor)
            for p in P:
                h.aff[p][a] += n.leadership_break * (first.aff[p][a] - h.aff[p][a])
                h.susp[p][a] *= kept
                h.crit[p][a] *= kept
        if comes or h.ousted[a]:
            for p in P:
                left = 1 - h.n.rivalry.personal * u()  # (U16)
                h.personal[p][a] *= left
                h.tie[POL][p][a] *= left


def _fear(h: History) -> None:
    n, floor, share = h.n.regime, h.n.regime.fear_floor, h.share
    shock, h.sev = [0.0] * len(S), [0.0] * len(S)
    for s in S:
        if h.cracked[s] and not h.ousted[s]:
            force = unit(h.cap[s] / n.full_force) if s in A else 1.0
            h.sev[s] = 1 - n.severity_of_force * (1 - force)  # (U3)
        shock[s] = n.shock_ouster * h.ousted[s] + n.shock_crackdown * h.sev[s]  # (U4)
    shaken = [t for t in S if shock[t]]
    speakers = h.n.patronage.speaks_for_regimes
    observers = [k for k, name in enumerate(BODIES) if name == "election_observers"]
    watching = [BODY[k].organization for k in observers if h.founded[k]]
    for s in S:
        warned = 0.0
        for t in shaken:  # (U5)
            if t != s:
                alike = n.similarity_most * min(h.kin[s], h.kin[t])
                warned += shock[t] * alike * unit(1 - n.dissimilarity * abs(h.acc[s] - h.acc[t]))
        push, shield = n.contagion * warned, 0.0
        if s in A:
            push += n.fear_of_blame * sum(h.crit[p][s] for p in P)  # (U6)
            push += h.n.threats.alarm_fear * h.alarm[s]
            voice = max((h.voice[o] for o in O if s in h.contested[o]), default=0.0)  # (U7)
            watched = any(s in h.contested[o] for o in watching)
            shield = n.shield_voice * voice + n.shield_observers * watched
            shield *= sum(speakers[p] * share[p][s] for p in P)
        more = 1 - math.exp(-push)
        danger, fear = h.danger[s], h.fear[s]
        h.danger[s] = clip(  # (U8)
            floor + n.fear_persistence * (danger - floor) + (1 - danger) * more, floor, 1
        )
        fear = floor + n.fear_persistence * (fear - floor) + (1 - fear) * more
        h.fear[s] = clip(fear - n.shield * shield, floor, h.danger[s])  # (U9)
        for p in P:
            if h.n.patronage.conditional[p] > 0:
                gain = n.suspicion_gain * h.n.patronage.conditional[p] * warned  # (U10)
                susp = h.susp[p][s]
                susp = n.suspicion_persistence * susp + (1 - susp) * (1 - math.exp(-gain))
                h.susp[p][s] = unit(susp)


