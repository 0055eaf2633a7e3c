"""What the peer starts from: the baseline's values and the world of July 2001 as plain numbers.

Everything is read once, from the project's own model, so that both run on the same values.
"""

from __future__ import annotations

from functools import cache
from math import log
from types import SimpleNamespace
from typing import Any

import numpy as np

from simulation.model.model import InfluenceModel
from simulation.numerics.dates import DAYS_IN_QUARTER, LAST, quarter_of, season_of, year_of
from simulation.parameters.weights import Group
from simulation.world.indicators import shelters
from simulation.world.magnitudes import oil_friendship, record_of_aid, sizes
from simulation.world.world import LAYOUT

from .actors import unit

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
    for name, value in vars(model.start).items():
        if name not in LAYOUT:
            setattr(start, name, plain(value))
    start.protection = [unit(protected) for protected in start.protection]
    start.drug_friction = plain(model.start.drug_friction)
    values.shelters = plain(shelters(model.world, model.weights))
    values.purse = start.purse
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
    appraisal, patronage, trade = values.appraisal, values.patronage, values.trade
    return {
        "name": name,
        "rivalry": appraisal.rivalry[p],
        "priority": {feature: by_power[p] for feature, by_power in appraisal.priority.items()},
        "thirsty": appraisal.thirsty[p],
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
        "shelters": values.shelters[p],
        "seeks_exiles": patronage.seeks_exiles[p],
        "invest": values.ledger.invest[p],
        "purse": values.purse[p],
        "trade_growth": trade.growth[p],
        "trade_deals": trade.deals[p],
        "lumps": patronage.lumps[p],
        "drift": patronage.drift[p],
        "trade_of_thirst": trade.of_thirst[p],
        "venture_most": values.works.venture_propensity[p] * values.works.venture_rate,
    }


def state(values: SimpleNamespace, start: SimpleNamespace, s: int, name: str) -> dict[str, Any]:
    """What a state is; for a contested one also how it stands in 2001."""
    initial, basing, floor = values.initial, values.basing, values.regime.pride_floor
    about = {
        "name": name,
        "autonomy": initial.autonomy[s],
        "pride": floor + (1 - floor) * initial.autonomy[s],
        "kinship": start.kinship[s],
        "appeal": values.organizations.appeal[s],
        "accountability": start.accountability[s],
        "fear": start.fear[s],
        "sanctioned": start.sanctioned[s],
    }
    if s < len(initial.hydrocarbons):
        economy = initial.gdp[s] / basing.rent_scale_economy
        own = ("hydrocarbons", "access", "near_abroad", "xinjiang", "market", "drug_exposure")
        own += ("neutral", "exiles", "valley", "southern_border", "upstream", "irrigated")
        moved = ("militancy", "latent", "hardship", "capacity", "repression")
        about |= {each: getattr(initial, each)[s] for each in own}
        about |= {each: getattr(start, each)[s] for each in moved}
        others = [up for b, up in enumerate(initial.upstream) if b != s]
        about |= {
            "own": [by_state[s] for by_state in initial.own],
            "opposed": max(0.0, *(opposed(initial.upstream[s], up) for up in others)),
            "rent_scale": basing.rent_scale * economy**basing.rent_scale_elasticity,
            "scale_of_returns": values.size.scale[s],
            "drug_friction_at_start": start.drug_friction[s],
            "protection_at_start": start.protection[s],
        }
    return about


def opposed(one: float, other: float) -> float:
    """How far two users of the rivers quarrel over water, unless both lie upstream."""
    return abs(one) * abs(other) - max(one, 0) * max(other, 0)


def dyad(values: SimpleNamespace, start: SimpleNamespace, p: int, s: int) -> dict[str, Any]:
    """How a power and a state stand to each other in 2001."""
    about = {"affinity": start.affinity[p][s], "inclination": start.inclination[p][s]}
    if s < len(values.initial.hydrocarbons):
        weight, own = start.trade_weight[p], values.trade.path_dependence
        usual = log(weight[s]) + values.trade.usual[p][s]
        region = log(sum(weight) / len(weight))
        about |= {
            each: [by_power[p][s] for by_power in getattr(start, each)]
            for each in ("ties", "loose", "leverage")
        }
        about |= {
            "first_gains": [by_power[p][s] for by_power in start.gains],
            "share": start.share[p][s],
            "concentration": start.concentration[p][s],
            "need": start.need[p][s],
            "goods": start.goods[p][s],
            "route": values.initial.export_route[p][s],
            "log_trade": log(weight[s]),
            "trade_share": start.trade_share[p][s],
            "potential": log(values.trade.potential[p]) + own * usual + (1 - own) * region,
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
    world, works, size, stated = model.world, values.works, values.size, values.projects
    entry, region = world.projects[j], world.axes.region
    crossed = sorted({*entry.hosts, *entry.transit})
    term, drawn = size.planned_quarters[j], size.cost[j] * stated.owner_share[j]
    if entry.kind == "fund":  # it trains people for its term
        term, drawn = 4 * stated.training_years, size.cost[j]
    return {
        "kind": entry.kind,
        "owner": world.owners[j],
        "hosts": [region.index(host) for host in entry.hosts if host in region],
        "crossed": [region.index(one) for one in crossed if one in region],
        "status": start.project_status[j],
        "readiness": works.start_base[j],
        "needs_depth": works.needs_depth[j],
        "cost": size.cost_to_owner[j],
        "reference_cost": works.reference_cost[j],
        "planned_quarters": size.planned_quarters[j],
        "opens_trade": size.opens_trade[j],
        "carried": size.carried[j],
        "follows_oil": values.ledger.follows_oil[j],
        "stake": works.stake[j],
        "term": term,
        "yearly": [4 * drawn * share / max(term, 1) for share in size.host_share[j]],
    }


def club(values: SimpleNamespace, start: SimpleNamespace, model: Any, o: int) -> dict[str, Any]:
    """An organization: who belongs, when it meets, what it can build."""
    rules, axes, threats = values.organizations, model.world.axes, values.threats
    organization = model.organizations[o]
    entry = organization.entry
    about = {
        each: getattr(rules, each)[o]
        for each in (
            *("exercises", "exercise_base", "binding", "belonging_base", "shelters"),
            *("depth_at_start", "routine", "customs"),
        )
    }
    return about | {
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
                "protects": threats.body.get(name, 0.0),
                "stops_drugs": threats.body_interdiction.get(name, 0.0),
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
        "left": [s for s, gone in enumerate(rules.left[o]) if gone],
        "eligible": [s for s, may in enumerate(rules.eligible[o]) if may],
        "invited": [m for m, asked in enumerate(rules.invited[o]) if asked],
        "alliance": threats.alliance[o],
        "budget": values.projects.body_budget * values.works.budgeted[o],
        "councils": [by_club[o] for by_club in values.ledger.councils],
        "belonged": start.belonged[o],
        "club_of_regimes": max(
            values.patronage.speaks_for_regimes[p] for p in organization.sponsors
        ),
        "exists": start.exists[o],
        "standing": start.standing[o],
    }


def meetings(summits: Any) -> dict[int, list[str]]:
    """The councils that meet in each quarter: as they did while known, else in their season."""
    held: dict[int, list[str]] = {}
    days = {council: {quarter_of(day) for day in each.known} for council, each in summits.items()}
    known_until = max((year_of(q) for met in days.values() for q in met), default=0)
    for council, met in days.items():
        later = {q for q in QUARTERS if season_of(q) == summits[council].season}
        for quarter in met | {q for q in later if year_of(q) > known_until}:
            held.setdefault(quarter, []).append(council)
    return held
