"""The parts of the turn that no single agent decides: the world moves, trouble spreads, works
are built, ties and leanings settle. Also what everyone can see once the trouble is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulation import world as w
from simulation.arrays import Array, average, total
from simulation.catalogue import Catalogue
from simulation.dates import season_of, year_of
from simulation.rules import (
    alignment,
    appraisal,
    basing,
    environment,
    influence,
    organizations,
    patronage,
    projects,
    regime,
    threats,
    trade,
)
from simulation.weights import Weights
from simulation.world import World

Noise = Callable[[str, str], Array]
"""Draws of this quarter by (actor, purpose), shape (runs,), mean 0."""


@dataclass(frozen=True)
class Start:
    """Where the run began, as later change is measured against it."""

    affinity: Array
    share: Array
    concentration: Array
    ties: Array
    trade_weight: Array
    trade_share: Array
    capacity: Array
    repression: Array
    hardship: Array
    kinship: Array


def begin(world: World, weights: Weights, catalogue: Catalogue) -> Start:
    """Fill the world as it stood on 1 July 2001."""
    initial = weights.initial
    world.ties[:] = initial.ties
    world.affinity[:] = np.clip(
        2 * initial.agreement - 1, -weights.alignment.bound, weights.alignment.bound
    )
    world.trade_share[:] = initial.trade_share
    world.trade_weight[:] = trade.odds(initial.trade_share)
    world.accountability[:] = initial.polyarchy
    closure = 1 - initial.polyarchy[: world.regions]
    world.repression[:] = regime.resting_repression(closure, weights.regime)
    world.fear[:] = weights.regime.fear_floor
    world.fear_last[:] = world.fear
    world.fear_before[:] = world.fear
    world.hardship[:] = initial.hardship
    world.capacity[:] = initial.capacity
    world.militancy[:] = initial.militancy
    world.latent[:] = initial.latent_militancy
    world.need[:] = weights.patronage.need_at_start[:, np.newaxis]
    world.trafficking[:] = weights.environment.trafficking_base
    world.water_stress[:] = weights.environment.water_base
    world.energy_thirst[:] = 1
    world.oil_price[:] = 1
    world.sanctioned[:] = initial.un_sanctions > 0
    for b, name in enumerate(world.axes.installation):
        world.base_status[b] = w.BASE_STATUS.index(catalogue.installations[name].start)
    for o, entry in enumerate(world.organizations):
        world.exists[o] = entry.exists
        for group, standing in ((entry.members, w.MEMBER), (entry.observers, w.OBSERVER)):
            for member in group:
                if world.has("member", member):
                    world.standing[o, world.place("member", member)] = standing
    for j, project in enumerate(world.projects):
        world.project_status[j] = w.PLANNED if project.starts == "planned" else w.IDLE
    world.depth[:] = weights.organizations.depth_at_start
    world.depth_last[:] = world.depth
    _measure_influence(world, weights)
    return Start(
        affinity=world.affinity.copy(),
        share=world.share.copy(),
        concentration=world.concentration.copy(),
        ties=world.ties.copy(),
        trade_weight=world.trade_weight.copy(),
        trade_share=world.trade_share.copy(),
        capacity=world.capacity.copy(),
        repression=world.repression.copy(),
        hardship=world.hardship.copy(),
        kinship=np.asarray(weights.regime.post_soviet),
    )


def move(world: World, weights: Weights, start: Start, noise: Noise) -> None:
    """The surroundings move and threats are drawn; what lasted one quarter is cleared."""
    for name in ("ousted", "cracked_down", "new_government", "stated_now", "exercised"):
        getattr(world, name)[:] = False
    for name in ("took_part", "proposed", "under_review"):
        getattr(world, name)[:] = False
    for name in ("published", "extra_aid", "deals", "aid"):
        getattr(world, name)[:] = 0
    if season_of(world.quarter) == weights.patronage.decision_season:
        world.scripted_withholding[:] = False
    coming = ~np.isnan(world.campaign_to_come)
    world.campaign[:] = np.where(coming, world.campaign_to_come, world.campaign)
    world.campaign_to_come[:] = np.nan
    _turn_year(world, weights, noise)
    around, threat = weights.environment, weights.threats
    world.oil_price[:] = environment.next_oil_price(world.oil_price, noise("world", "oil"), around)
    world.energy_thirst[:] = environment.next_thirst(
        world.energy_thirst, noise("world", "thirst"), around
    )
    world.trafficking[:] = environment.next_index(
        world.trafficking,
        around.trafficking_base,
        noise("world", "drugs"),
        around.trafficking_persistence,
        around.trafficking_volatility,
    )
    world.water_stress[:] = environment.next_index(
        world.water_stress,
        around.water_base,
        noise("world", "water"),
        around.water_persistence,
        around.water_volatility,
    )
    initial = weights.initial
    world.drug_friction[:] = threats.drug_friction(
        world.trafficking, initial.drug_exposure, world.capacity, threat
    )
    world.water_friction[:] = threats.water_friction(world.water_stress, initial.upstream, threat)
    hidden = threats.driven_underground(world.militancy, world.repression, threat)
    returned = threats.resurfacing(world.latent, threat)
    militant = np.stack([noise(name, "militancy") for name in world.axes.region])
    poor = np.stack([noise(name, "hardship") for name in world.axes.region])
    grievance = world.repression * world.hardship
    latent = threats.next_latent(world.latent, hidden, returned, grievance, threat)
    world.militancy[:] = threats.next_militancy(
        world.militancy, hidden, returned, militant, threat
    )
    world.latent[:] = latent
    world.hardship[:] = threats.next_hardship(
        world.hardship,
        start.hardship,
        world.drug_friction + world.water_friction,
        poor,
        threat,
    )
    if season_of(world.quarter) == 1 or not world.club.any():
        closed = weights.initial.closure_of_powers + np.zeros((1, world.runs))
        closure = np.concatenate([closed, 1 - world.accountability])
        clubs = regime.club_density(world.standing == w.MEMBER, closure)
        world.club[:] = clubs[len(world.axes.power) :]


def _turn_year(world: World, weights: Weights, noise: Noise) -> None:
    """The year's trade sizes and United Nations agenda: as observed while known.

    After that the sizes stay and the agenda goes as a random walk.
    """
    if season_of(world.quarter) != 1 and world.quarter > 0:
        return
    known = getattr(weights.observed, f"agenda_y{year_of(world.quarter)}", None)
    size = weights.trade.size.get(f"y{year_of(world.quarter)}")
    if size is not None:
        world.trade_size[:] = size
    for p, power in enumerate(world.axes.power):
        if known is not None:
            world.agenda[p] = known.get(power, 0.0)
        else:
            world.agenda[p] += weights.alignment.agenda_volatility[p] * noise(power, "agenda")


def spread_trouble(world: World, weights: Weights, start: Start) -> None:
    """After unrest: regimes fall or crack down, and fear and suspicion spread."""
    rules = weights.regime
    fallen, crushed = world.ousted, world.cracked_down & ~world.ousted
    troubled = bool(fallen.any() or crushed.any())
    regions = world.regions
    if troubled:
        for s, state in enumerate(world.axes.state):
            world.note("ouster", fallen[s], state)
            world.note("crackdown", crushed[s], state)
        similar = regime.similarity(world.accountability, start.kinship, rules)
        felt = regime.warning(similar, regime.shocks(fallen, crushed, rules), rules)
    else:
        felt = np.zeros_like(world.fear)
    blame = np.zeros_like(world.fear)
    blame[:regions] = total(world.criticism)
    shield = np.zeros_like(world.fear)
    voice, observers = _legitimacy(world)
    partner_share = _partner_share(world, weights)
    shield[:regions] = regime.shield(voice, observers, partner_share, rules)
    world.fear_before[:] = world.fear_last
    world.fear_last[:] = world.fear
    world.fear[:] = regime.next_fear(world.fear, felt, blame, shield, rules)
    world.suspicion[:] = regime.next_suspicion(
        world.suspicion, felt, weights.patronage.conditional, rules
    )
    if not troubled:
        return
    # A fall ends the old regime's fears, grudges and leanings.
    world.fear[:] = np.where(fallen, rules.fear_floor, world.fear)
    world.suspicion[:] = np.where(fallen, 0, world.suspicion)
    broken = rules.leadership_break * fallen
    world.affinity[:] += broken * (start.affinity - world.affinity)
    world.new_government |= fallen
    world.ousters += fallen
    world.accountability[:] = np.minimum(
        world.accountability + rules.opening * fallen, rules.most_open
    )
    inside = fallen[:regions]
    world.criticism[:] = np.where(inside, 0, world.criticism)
    eased = rules.repression_after_fall * start.repression
    world.repression[:] = np.where(inside, eased, world.repression)


def _legitimacy(world: World) -> tuple[Array, Array]:
    """Voice and election observers of the blocs to which each contested state belongs."""
    voice = np.zeros((world.regions, world.runs))
    observers = np.zeros((world.regions, world.runs))
    for o in range(len(world.organizations)):
        belongs = world.members_in_region(o)
        voice = np.maximum(voice, world.voice[o] * belongs)
        for body in world.bodies_of[o]:
            if world.axes.body[body][1] == "election_observers":
                observers = np.maximum(observers, world.founded[body] & belongs)
    return voice, observers


def _partner_share(world: World, weights: Weights) -> Array:
    """Share of influence held by the powers that speak for regimes (Russia and China)."""
    speaks = weights.patronage.speaks_for_regimes
    return total(world.share * speaks[:, np.newaxis])


@dataclass(frozen=True)
class Public:
    """What everyone can see after the quarter's unrest; read by all agents, written by none."""

    rent_scale: Array
    security_presence: Array
    partner_share: Array
    blame: Array
    rivals_of: Array
    rival_share: Array
    features: dict[str, Array]
    friction: Array
    threat: Array
    creditor: Array
    bases_of: Array
    affinity_gain: Array
    concentration_gain: Array


def look_around(world: World, weights: Weights, start: Start) -> Public:
    """Everything public that decisions of the quarter rest on."""
    initial, regions = weights.initial, world.regions
    rivalry = weights.appraisal.rivalry
    own_security = initial.own[w.SECURITY]
    rivals_of = total(
        (world.pressure[:, np.newaxis] * rivalry)[:, :, np.newaxis] * world.share[:, np.newaxis],
        axis=0,
    )
    states = len(world.axes.state)
    friction = np.zeros((states, world.runs))
    friction[:regions] = world.water_friction
    threat = np.zeros((states, world.runs))
    threat[:regions] = world.militancy + world.drug_friction
    return Public(
        rent_scale=basing.rent_scale(initial.gdp, weights.basing)
        + np.zeros((1, world.runs)),
        security_presence=influence.presence(world.ties[w.SECURITY], own_security),
        partner_share=_partner_share(world, weights),
        blame=world.criticism + world.suspicion[:, :regions],
        rivals_of=rivals_of,
        rival_share=appraisal.rival_share(rivalry, world.share),
        features=appraisal.features(
            initial.hydrocarbons,
            world.energy_thirst,
            world.oil_price,
            initial.access,
            world.campaign,
            initial.near_abroad[:regions],
            initial.xinjiang,
            initial.market,
            _corridors(world, weights),
            weights.appraisal,
        ),
        friction=friction,
        threat=threat,
        creditor=_creditors(world),
        bases_of=count_bases(world),
        affinity_gain=world.affinity - start.affinity,
        concentration_gain=world.concentration - start.concentration,
    )


def count_bases(world: World) -> Array:
    """Open installations of each power, shape (power, runs)."""
    counted = np.zeros((len(world.axes.power), world.runs))
    is_open = world.base_is_open()
    for b, guest in enumerate(world.guests):
        counted[guest] += is_open[b]
    return counted


def _creditors(world: World) -> Array:
    """1 for a power whose credit to an organization's members is running."""
    creditor = np.zeros((len(world.axes.power), world.runs))
    for j, project in enumerate(world.projects):
        if project.kind == "credit":
            creditor[world.owners[j]] += world.running(j)
    return np.minimum(creditor, 1)


def _corridors(world: World, weights: Weights) -> Array:
    """How far corridors and zones have opened each state's market, shape (region, runs)."""
    opened = np.zeros((world.regions, world.runs))
    for j in range(len(world.projects)):
        opened += world.running(j) * weights.works.opens_trade[j]
    return opened


def build(world: World, weights: Weights, noise: Noise, uniform: Noise) -> None:
    """Projects are financed, slip, and open; new ventures arise where thirst meets oil."""
    for j, project in enumerate(world.projects):
        status = world.project_status[j]
        if project.kind == "deal":
            hosts = [world.place("region", h) for h in project.hosts if world.has("region", h)]
            signed = np.any(world.deals[world.owners[j], hosts] > 0, axis=0)
            _open_project(world, j, (status <= w.PLANNED) & signed)
        elif (status <= w.PLANNED).any():
            _start_project(world, weights, j, noise, uniform)
        working = status == w.BUILDING
        if working.any():
            left = world.quarters_left[j] - working
            world.intend("quarters_left", j, left, working)
            _open_project(world, j, working & (left <= 0))
    _ventures(world, weights, uniform)


def _start_project(world: World, weights: Weights, j: int, noise: Noise, uniform: Noise) -> None:
    """A planned project finds money and consents, and begins; credits and funds run at once."""
    rules, project, name = weights.works, world.projects[j], world.axes.project[j]
    owner = world.owners[j]
    hosts = [world.place("region", h) for h in project.hosts if world.has("region", h)]
    crossed = [
        world.place("region", h)
        for h in sorted({*project.hosts, *project.transit})
        if world.has("region", h)
    ]
    nobody = np.zeros(world.runs)
    years = year_of(world.quarter) - w.FIRST_YEAR
    odds = projects.start_utility(
        rules.start_base[j],
        average(world.value[owner, hosts]) if hosts else nobody,
        years * np.log1p(weights.patronage.budget_growth[owner]),
        total(world.water_friction[crossed]) if crossed else nobody,
        rules,
    )
    deepest = nobody
    for o, sponsors in enumerate(world.sponsors):
        if owner in sponsors:
            deepest = np.maximum(deepest, world.depth[o])
    draw = uniform(name, "start")
    waiting = world.project_status[j] <= w.PLANNED
    starts = waiting & (deepest >= rules.needs_depth[j]) & (draw < regime.chance(odds))
    logit = np.log(draw / (1 - draw))
    world.explain("start_project", project.owner, name, odds, starts, draw=logit)
    world.note("start_project", starts, project.owner, "", name)
    if project.kind in ("credit", "fund"):
        _open_project(world, j, starts)
        return
    planned = weights.projects.planned_quarters[j]
    length = projects.building_quarters(planned, noise(name, "slip"), rules)
    length = length + world.project_delay[j]
    world.intend("project_status", j, w.BUILDING, starts)
    world.intend("quarters_left", j, length, starts)


def _open_project(world: World, j: int, opened: Array) -> None:
    if opened.any():
        name, owner = world.axes.project[j], world.projects[j].owner
        world.intend("project_status", j, w.RUNNING, opened)
        world.mark("opened_project_at", j, opened)
        world.note("open_project", opened, owner, "", name)


def _ventures(world: World, weights: Weights, uniform: Noise) -> None:
    rules = weights.works
    hydrocarbons = weights.initial.hydrocarbons
    chance = rules.venture_propensity[:, np.newaxis] * projects.venture_chance(
        hydrocarbons, world.energy_thirst, world.stake, rules
    )
    for p, power in enumerate(world.axes.power):
        for a, state in enumerate(world.axes.region):
            signed = uniform(f"{power}>{state}", "venture") < chance[p, a]
            if signed.any():
                world.intend("ventures", (p, a), world.ventures[p, a] + 1, signed)
                world.note("venture", signed, power, state)


def settle(world: World, weights: Weights, start: Start, noise: Noise) -> None:
    """Blame, need, trade, ties, influence, leanings and pressure at the end of the quarter."""
    regions, rules = world.regions, weights.patronage
    crushed = (world.cracked_down & ~world.ousted)[:regions]
    world.criticism[:] = patronage.next_criticism(
        world.criticism, world.published, crushed, rules.conditional, rules
    )
    world.need[:] = patronage.next_need(
        world.need, world.campaign * rules.needs_access[:, np.newaxis], weights.initial.access, rules
    )
    world.repression[:] = regime.next_repression(
        world.repression, start.repression, crushed, world.fear[:regions], weights.regime
    )
    security_aid = total(world.aid[w.SECURITY] + world.extra_aid[w.SECURITY])
    world.capacity[:] = patronage.next_capacity(
        world.capacity,
        start.capacity,
        security_aid,
        world.fear[:regions] - weights.regime.fear_floor,
        rules,
    )
    given = total(world.aid + world.extra_aid) + world.deals
    world.goods[:] += rules.goods_memory * (given - world.goods)
    _settle_trade(world, weights, start, noise)
    _settle_ties(world, weights, start)
    _measure_influence(world, weights)
    _settle_leanings(world, weights, start, noise)
    presence = appraisal.rival_presence(
        weights.appraisal.rivalry, count_bases(world), weights.appraisal
    )
    world.pressure[:] = appraisal.next_pressure(
        world.pressure, presence, weights.appraisal.pressure_lag
    )
    _settle_organizations(world, weights)
    world.contract_left -= world.base_status == w.OPEN
    world.observing_for += world.standing == w.OBSERVER


def _settle_trade(world: World, weights: Weights, start: Start, noise: Noise) -> None:
    rules = weights.trade
    gain = np.zeros_like(world.trade_weight)
    for j, owner in enumerate(world.owners):
        gain[owner] += world.running(j) * weights.works.opens_trade[j]
    for o, bodies in enumerate(world.bodies_of):
        belongs = world.members_in_region(o)
        for body in bodies:
            if world.organizations[o].bodies[world.axes.body[body][1]].kind == "economic":
                for p in range(len(world.axes.power)):
                    inside = belongs & (world.standing[o, p] == w.MEMBER)
                    gain[p] += rules.outline_gain * (world.founded[body] & inside)
    gain += rules.affinity_gain * (world.affinity - start.affinity)[:, : world.regions]
    shocks = np.stack(
        [
            [noise(f"{power}>{state}", "trade") for state in world.axes.region]
            for power in world.axes.power
        ]
    )
    world.trade_weight[:] = trade.next_weight(
        world.trade_weight,
        rules.potential[:, np.newaxis] * start.trade_weight ** rules.path_dependence
        * average(start.trade_weight, axis=1)[:, np.newaxis] ** (1 - rules.path_dependence),
        gain,
        shocks,
        rules.convergence[:, np.newaxis],
        rules,
    )  # fmt: skip
    world.trade_share[:] = trade.shares(world.trade_weight)


def _settle_ties(world: World, weights: Weights, start: Start) -> None:
    rules = weights.influence
    flow = (world.aid + world.extra_aid) * rules.conversion[:, np.newaxis, np.newaxis]
    flow[w.ECONOMIC] += world.deals * rules.conversion[w.ECONOMIC]
    flow[w.POLITICAL] += rules.act_cover * world.cover
    flow[w.POLITICAL] -= rules.act_criticism * world.criticism
    handed = world.understanding * weights.patronage.seeks_exiles[:, np.newaxis]
    flow[w.POLITICAL] += rules.act_understanding * handed
    flow[w.SECURITY] += rules.act_understanding * handed
    is_open = world.base_is_open()
    for b, guest in enumerate(world.guests):
        flow[w.SECURITY, guest, world.hosts[b]] += rules.act_base * is_open[b]
    works = weights.works
    for j, owner in enumerate(world.owners):
        cost = weights.projects.cost[j] * weights.projects.owner_share[j] * works.host_share[j]
        opening = world.opened_project_at[j] == world.quarter
        jump = opening * cost * rules.conversion[w.ECONOMIC]
        flow[w.ECONOMIC, owner] += jump + world.running(j) * works.running_flow[j]
    world.stake[:] = _stakes(world, weights)
    flow[w.ECONOMIC] += rules.act_venture * world.ventures / (1 + world.ventures)
    flow[w.SECURITY] += rules.stake_security * world.stake
    _acts_of_organizations(world, weights, flow)
    anchor = start.ties.copy()
    anchor[w.ECONOMIC] += rules.trade_to_ties * (world.trade_share - start.trade_share)
    anchor[w.ECONOMIC] = np.maximum(anchor[w.ECONOMIC], 0)
    world.ties[:] = influence.next_ties(world.ties, anchor, flow, rules.decay)


def _acts_of_organizations(world: World, weights: Weights, flow: Array) -> None:
    """Exercises, seats and summits feed the sponsors' ties with members."""
    rules, powers, regions = weights.influence, len(world.axes.power), world.regions
    for o, entry in enumerate(world.organizations):
        belongs = world.members_in_region(o) & world.exists[o]
        grown = world.depth[o] - weights.organizations.depth_at_start[o]
        trained = world.exercised[o] & world.took_part[o, powers : powers + regions]
        for p in world.sponsors[o]:
            flow[w.SECURITY, p] += rules.act_exercise * trained
            flow[w.POLITICAL, p] += rules.act_membership * belongs * grown
        for body in world.bodies_of[o]:
            kind = entry.bodies[world.axes.body[body][1]].kind
            seat, founded = world.seat[body], world.founded[body]
            for p in world.sponsors[o]:
                if kind == "security":
                    for a in range(regions):
                        here = founded & (seat == powers + a)
                        flow[w.SECURITY, p, a] += rules.act_site * here
                elif kind == "institution":
                    here = founded & (seat == p)
                    flow[w.POLITICAL, p] += rules.act_seat * here * belongs


def _stakes(world: World, weights: Weights) -> Array:
    """What each power owns in each state's energy, between 0 and 1."""
    held = np.zeros_like(world.stake)
    for j, owner in enumerate(world.owners):
        held[owner] += world.running(j) * weights.works.stake[j]
    return projects.energy_stake(held, world.ventures, weights.works)


def _measure_influence(world: World, weights: Weights) -> None:
    rules = weights.influence
    world.influence_by_channel[:] = influence.by_channel(world.ties, weights.initial.own)
    world.influence[:] = influence.composite(world.influence_by_channel, rules.channel_weight)
    world.share[:] = influence.shares(world.influence)
    world.concentration[:] = influence.concentration(world.ties, rules.channel_weight)


def _settle_leanings(world: World, weights: Weights, start: Start, noise: Noise) -> None:
    rules, regions = weights.alignment, world.regions
    powers, states = len(world.axes.power), len(world.axes.state)
    share_gain = np.zeros((powers, states, world.runs))
    share_gain[:, :regions] = world.share - start.share
    concentration_gain = np.zeros_like(share_gain)
    concentration_gain[:, :regions] = world.concentration - start.concentration
    blame = world.suspicion.copy()
    blame[:, :regions] += world.criticism
    shocks = np.stack(
        [
            [noise(f"{power}>{state}", "leaning") for state in world.axes.state]
            for power in world.axes.power
        ]
    )
    drawn = alignment.pull(
        start.affinity,
        share_gain,
        weights.patronage.non_interference[:, np.newaxis],
        blame,
        world.fear,
        world.fear - weights.regime.fear_floor,
        weights.initial.autonomy,
        concentration_gain,
        rules,
    )
    world.affinity[:] = alignment.next_affinity(world.affinity, drawn.total, shocks, rules)


def _settle_organizations(world: World, weights: Weights) -> None:
    rules = weights.organizations
    world.depth_last[:] += rules.depth_lag * (world.depth - world.depth_last)
    for o, bodies in enumerate(world.bodies_of):
        if not bodies:
            continue
        weight = np.stack([_weight_of(rules.body_weight, world, b) for b in bodies])
        floor = rules.depth_at_start[o]
        world.drilled[o] = np.maximum(world.drilled[o] * rules.drill_fading, world.exercised[o])
        built = organizations.depth(
            world.founded[list(bodies)].astype(float), weight, world.drilled[o], rules
        )
        world.depth[o] = floor + (1 - floor) * built


def _weight_of(table: dict[str, Array | float], world: World, body: int) -> Array:
    return np.atleast_1d(np.asarray(table[world.axes.body[body][1]], dtype=float))
