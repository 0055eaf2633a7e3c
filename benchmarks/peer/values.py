"""What the peer starts from: the baseline's values and the world of July 2001 as plain numbers.

Everything is read once, from the project's own model, so that both run on the same values.
"""

from __future__ import annotations

from functools import cache
from math import atanh, log
from types import SimpleNamespace
from typing import Any

import numpy as np

from simulation.model.model import InfluenceModel
from simulation.numerics.dates import DAYS_IN_QUARTER, LAST, quarter_of, season_of, year_of
from simulation.parameters.weights import Group
from simulation.world.magnitudes import oil_friendship, record_of_aid, sizes
from simulation.world.world import LAYOUT

QUARTERS = range(quarter_of(LAST) + 1)


@cache
def baseline() -> SimpleNamespace:
    """Values by group of rules, and what each power, state, dyad, base and club starts with."""
    model = InfluenceModel("baseline", runs=1, seed=0, parameters="point")
    groups = {
        name: SimpleNamespace(**{key: plain(value) for key, value in vars(group).items()})
        for name, group in vars(model.weights).items()
        if isinstance(group, Group)
    }
    values = SimpleNamespace(**groups)
    values.size = SimpleNamespace(**plain(vars(sizes(model.world, model.weights))))
    values.oil_friendship = plain(oil_friendship(model.weights))
    values.record_of_aid = plain(record_of_aid(model.weights))
    start = SimpleNamespace(**{name: plain(getattr(model.world, name)) for name in LAYOUT})
    values.trafficking, values.water_stress = start.trafficking, start.water_stress
    axes = model.world.axes
    values.channel_weight = shares_of_one(values.influence.channel_weight)
    values.agenda = {
        year: known
        for year in range(year_of(0), year_of(QUARTERS[-1]))
        if (known := getattr(values.observed, f"agenda_y{year}", None)) is not None
    }
    values.trade_size = list(groups["trade"].size.values())[-1]
    values.events = {}
    for event in model.specification.events:
        values.events.setdefault(event.quarter, []).append(event)
    values.of_power = [power(values, p, name) for p, name in enumerate(axes.power)]
    values.of_state = [state(values, start, s, name) for s, name in enumerate(axes.state)]
    values.regions = len(axes.region)
    values.of_dyad = [
        [dyad(values, start, p, s) for s in range(len(axes.state))] for p in range(len(axes.power))
    ]
    values.of_base = [base(values, start, model, b) for b in range(len(axes.installation))]
    values.of_project = [project(values, start, model, j) for j in range(len(axes.project))]
    values.of_club = [club(values, start, model, o) for o in range(len(axes.organization))]
    return values


def plain(value: Any) -> Any:
    """A value or table without its runs, in Python's own numbers, lists and mappings."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return (value[..., 0] if value.ndim else value).tolist()
    return value


def shares_of_one(parts: list[float]) -> list[float]:
    return [part / sum(parts) for part in parts]


def power(values: SimpleNamespace, p: int, name: str) -> dict[str, Any]:
    """What a great power is and wants."""
    appraisal, patronage = values.appraisal, values.patronage
    return {
        "name": name,
        "rivalry": appraisal.rivalry[p],
        "priority": {feature: by_power[p] for feature, by_power in appraisal.priority.items()},
        "pressure_lag": appraisal.pressure_lag[p],
        "agenda_volatility": values.alignment.agenda_volatility[p],
        "basing_propensity": values.basing.propensity[p],
        "reservation": values.basing.reservation[p],
        "closure": values.initial.closure_of_powers[p],
        "budget": [by_power[p] * values.record_of_aid[p] for by_power in patronage.budget],
        "budget_growth": patronage.budget_growth[p],
        "reserve": patronage.reserve[p] ** patronage.concentration,
        "conditional": patronage.conditional[p],
        "conditionality": patronage.conditionality[p],
        "needs_access": patronage.needs_access[p],
        "non_interference": patronage.non_interference[p],
        "speaks_for_regimes": patronage.speaks_for_regimes[p],
        "seeks_exiles": patronage.seeks_exiles[p],
        "venture_most": values.works.venture_propensity[p] * values.works.venture_rate,
    }


def state(values: SimpleNamespace, start: SimpleNamespace, s: int, name: str) -> dict[str, Any]:
    """What a state is; for a contested one also how it stands in 2001."""
    initial, basing = values.initial, values.basing
    about = {
        "name": name,
        "autonomy": initial.autonomy[s],
        "kinship": values.regime.post_soviet[s],
        "appeal": values.organizations.appeal[s],
        "accountability": start.accountability[s],
        "fear": start.fear[s],
        "sanctioned": start.sanctioned[s],
    }
    if s < len(initial.hydrocarbons):
        economy = initial.gdp[s] / basing.rent_scale_economy
        about |= {
            "own": [by_state[s] for by_state in initial.own],
            "hydrocarbons": initial.hydrocarbons[s],
            "access": initial.access[s],
            "near_abroad": initial.near_abroad[s],
            "xinjiang": initial.xinjiang[s],
            "market": initial.market[s],
            "drug_exposure": initial.drug_exposure[s],
            "water_quarrel": values.threats.water_quarrel * abs(initial.upstream[s]),
            "rent_scale": basing.rent_scale * economy**basing.rent_scale_elasticity,
            "militancy": start.militancy[s],
            "latent": start.latent[s],
            "hardship": start.hardship[s],
            "capacity": start.capacity[s],
            "repression": start.repression[s],
        }
    return about


def dyad(values: SimpleNamespace, start: SimpleNamespace, p: int, s: int) -> dict[str, Any]:
    """How a power and a state stand to each other in 2001."""
    about = {"affinity": start.affinity[p][s], "inclination": atanh(start.affinity[p][s])}
    if s < len(values.initial.hydrocarbons):
        weight = start.trade_weight[p]
        own = values.trade.path_dependence
        region = log(sum(weight) / len(weight))
        about |= {
            "ties": [by_power[p][s] for by_power in start.ties],
            "share": start.share[p][s],
            "concentration": start.concentration[p][s],
            "need": start.need[p][s],
            "log_trade": log(weight[s]),
            "trade_share": start.trade_share[p][s],
            "potential": log(values.trade.potential[p]) + own * log(weight[s]) + (1 - own) * region,
            "convergence": values.trade.convergence[p],
        }
    return about


def base(values: SimpleNamespace, start: SimpleNamespace, model: Any, b: int) -> dict[str, Any]:
    """An installation: who is where, on what terms."""
    basing, world = values.basing, model.world
    return {
        "name": world.axes.installation[b],
        "guest": world.guests[b],
        "host": world.hosts[b],
        "for_campaign": world.for_campaign[b],
        "status": start.base_status[b],
        "pressure_threshold": basing.pressure_threshold[b],
        "first_rent": basing.first_rent[b],
        "contract_quarters": round(basing.contract[b]),
        "notice_quarters": round(basing.notice[b] / DAYS_IN_QUARTER),
    }


def project(values: SimpleNamespace, start: SimpleNamespace, model: Any, j: int) -> dict[str, Any]:
    """A project: whose, where, what it takes and what it does once it is open."""
    world, works, size = model.world, values.works, values.size
    entry, region = world.projects[j], world.axes.region
    crossed = sorted({*entry.hosts, *entry.transit})
    cost = size.cost[j] * values.projects.owner_share[j]
    return {
        "kind": entry.kind,
        "owner": world.owners[j],
        "hosts": [region.index(host) for host in entry.hosts if host in region],
        "crossed": [region.index(one) for one in crossed if one in region],
        "status": start.project_status[j],
        "readiness": works.start_base[j],
        "needs_depth": works.needs_depth[j],
        "planned_quarters": size.planned_quarters[j],
        "opens_trade": size.opens_trade[j],
        "running_flow": size.running_flow[j],
        "stake": works.stake[j],
        "spent": [
            cost * share * values.influence.conversion[model.world.place("channel", "economic")]
            for share in size.host_share[j]
        ],
    }


def club(values: SimpleNamespace, start: SimpleNamespace, model: Any, o: int) -> dict[str, Any]:
    """An organization: who belongs, when it meets, what it can build."""
    rules, axes = values.organizations, model.world.axes
    organization = model.organizations[o]
    entry = organization.entry
    return {
        "name": axes.organization[o],
        "sponsors": organization.sponsors,
        "bodies": [
            {
                "name": name,
                "kind": body.kind,
                "decided_by": body.decided_by,
                "requires": body.requires,
                "seats": [axes.member.index(seat) for seat in body.seats if seat in axes.member],
                "bar": rules.body_threshold + rules.body_difficulty[name],
                "weight": rules.body_weight[name],
                "taste": rules.taste[body.kind],
                "groups": values.size.working_groups if name == "working_groups" else 1.0,
            }
            for name, body in sorted(entry.bodies.items())
        ],
        "packages": [
            [axes.state.index(one) for one in pair]
            for pair in entry.packages
            if all(one in axes.member for one in pair)
        ],
        "sponsor_push": [
            max(
                rules.sponsor_push[p][s] * values.oil_friendship[p][s]
                for p in organization.sponsors
            )
            for s in range(len(axes.state))
        ],
        "meetings": meetings(entry.summits),
        "speaks": rules.speaks[o] > 0,
        "admits": rules.admits[o] > 0,
        "exercises": rules.exercises[o],
        "eligible": [s for s, may in enumerate(rules.eligible[o]) if may],
        "invited": [m for m, asked in enumerate(rules.invited[o]) if asked],
        "belonging_base": rules.belonging_base[o],
        "shelters": rules.shelters[o],
        "depth_at_start": rules.depth_at_start[o],
        "act_site": values.influence.act_site * values.size.standing_bodies[o],
        "act_seat": values.influence.act_seat * values.size.standing_bodies[o],
        "exists": start.exists[o],
        "standing": start.standing[o],
    }


def meetings(summits: Any) -> dict[int, str]:
    """The council that meets in each quarter: as it did while known, else in its season."""
    held = {}
    for council in ("heads_of_government", "heads_of_state"):  # of both, the latter decides
        if council in summits:
            met = {quarter_of(day) for day in summits[council].known}
            years = {year_of(quarter) for quarter in met}
            later = {q for q in QUARTERS if season_of(q) == summits[council].season}
            held |= dict.fromkeys(met | {q for q in later if year_of(q) not in years}, council)
    return held
