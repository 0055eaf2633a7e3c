"""The world moves: the year turns, threats are drawn, trouble spreads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.decisions.cases import RegimeCase
from simulation.decisions.regimes import OUSTER, UNREST
from simulation.numerics.arrays import (
    Array,
    Mask,
    of_runs,
    rows_with,
    some,
    zeros,
)
from simulation.numerics.dates import season_of, year_of
from simulation.numerics.stretches import stretch
from simulation.parameters.weights import Weights
from simulation.rules import (
    alignment,
    environment,
    imposed,
    influence,
    organizations,
    patronage,
    projects,
    regime,
    threats,
)
from simulation.world import world as w
from simulation.world.beginning import Start
from simulation.world.indicators import (
    Noise,
    club_density,
    clubs_of_regimes,
    export_routes,
    partner_share,
    protection,
    severity_of_crackdowns,
)
from simulation.world.situation import Situation
from simulation.world.world import Succession, World

Places = NDArray[np.intp]
"""Places of some runs among those of the block."""


def move(world: World, weights: Weights, start: Start, noise: Noise) -> None:
    """The surroundings move and threats are drawn; what lasted one quarter is cleared."""
    for alike in (world.successions, world.budget_factors, world.special_conditions):
        alike.clear()
    if season_of(world.quarter) == weights.patronage.decision_season:
        world.scripted_withholding[:] = False
    _turn_year(world, weights, noise)
    _move(world, weights, start, noise)
    if season_of(world.quarter) == 1 or world.quarter == 0:
        _meet_in_clubs(world, weights, clubs_of_regimes(world, weights))


@stretch("world", "weights", "start")
def _move(world: World, weights: Weights, start: Start, noise: Noise) -> None:
    """What lasted one quarter is cleared; oil, traffic, water, militants, drugs and hardship."""
    world.transition[:] = regime.grudge_left(world.transition, weights.regime.settling)
    for happened in (
        world.ousted,
        world.cracked_down,
        world.new_government,
        world.stated_now,
        world.exercised,
        world.took_part,
        world.trained_together,
        world.proposed,
        world.under_review,
    ):
        happened[:] = False
    for given in (world.published, world.deals, world.extra_aid):
        given[:] = 0
    coming = ~np.isnan(world.campaign_to_come)
    world.campaign[:] = np.where(coming, world.campaign_to_come, world.campaign)
    world.campaign_to_come[:] = np.nan
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
    _move_militants(world, weights, start, noise)
    _move_drugs(world, weights)
    drugs = influence.gained(world.drug_friction, start.drug_friction)
    world.capacity[:] = threats.corroded(world.capacity, drugs, world.unaccustomed, threat)
    missing = threats.water_missing(world.water_stress, world.quarter, threat)
    world.water_friction[:] = threats.water_friction(missing, initial.upstream, threat)
    added = threats.hardship_added(
        drugs=drugs,
        harvest=threats.harvest_lost(
            missing, around.water_base, initial.upstream, initial.irrigated
        ),
        unaccustomed=world.unaccustomed,
        oil_income=projects.oil_income(
            initial.hydrocarbons,
            world.oil_price,
            projects.tolls(export_routes(world, weights), weights.projects.route_toll),
        ),
        weights=threat,
    )
    world.hardship[:] = threats.next_hardship(
        world.hardship, start.hardship, added, noise(world.axes.region, "hardship"), threat
    )


@stretch("world", "weights")
def _meet_in_clubs(world: World, weights: Weights, club: Array) -> None:
    """Who meets whom in which club of regimes; `club` is from `clubs_of_regimes`."""
    powers = len(world.axes.power)
    closure = zeros(powers + len(world.axes.state), world.runs)
    closure[:powers] = weights.initial.closure_of_powers
    closure[powers:] = regime.closure(world.accountability)
    world.club[:] = club_density(world.standing == w.MEMBER, club, closure)[powers:]


def _move_militants(world: World, weights: Weights, start: Start, noise: Noise) -> None:
    """Militants hide and come back, spread, cross, and are held down by joint protection."""
    rules, initial = weights.threats, weights.initial
    hidden = threats.driven_underground(world.militancy, world.repression, rules)
    returned = threats.resurfacing(world.latent, rules)
    grievance = threats.grievance(world.repression, world.hardship)
    joint = protection(world, weights)
    risen = threats.risen(world.militancy, start.militancy)
    spilled = threats.spilled(risen, initial.valley, rules)
    sanctuary = threats.next_sanctuary(world.sanctuary, world.campaign, rules)
    crossed = threats.crossing(sanctuary, world.sanctuary, initial.southern_border, rules)
    world.sanctuary[:] = sanctuary
    latent = threats.next_latent(
        latent=world.latent,
        hidden=hidden,
        returned=returned,
        grievance=grievance,
        held=threats.held_down(world.latent, joint, start.protection, rules),
        weights=rules,
    )
    world.militancy[:] = threats.next_militancy(
        militancy=world.militancy,
        hidden=hidden,
        returned=returned,
        come=spilled + crossed,
        held=threats.held_down(world.militancy, joint, start.protection, rules),
        noise=noise(world.axes.region, "militancy"),
        weights=rules,
    )
    world.latent[:] = latent
    _feel_militants(world, weights)


def _feel_militants(world: World, weights: Weights) -> None:
    """What of the militancy is more than one is used to."""
    rules = weights.threats
    world.unaccustomed[:] = threats.unaccustomed(world.militancy, world.usual_militancy, rules)
    usual = world.usual_militancy
    usual[:] = threats.next_usual_militancy(usual, world.militancy, rules)


def _move_drugs(world: World, weights: Weights) -> None:
    """Harm from drugs, less what joint programmes stop among their members."""
    rules = weights.threats
    friction = threats.drug_friction(
        world.trafficking, weights.initial.drug_exposure, world.capacity, rules
    )
    for o, bodies in enumerate(world.bodies_of):
        for body in bodies:
            part = rules.body_interdiction.get(world.axes.body[body][1])
            if part is not None and some(world.founded[body]):
                joined = world.founded[body] & world.members_in_region(o)
                friction = threats.drugs_stopped(friction, part, joined)
    world.drug_friction[:] = friction


def _turn_year(world: World, weights: Weights, noise: Noise) -> None:
    """The year's trade sizes and United Nations agenda: as observed while known.

    After that the sizes stay and the agenda goes as a random walk.
    """
    if season_of(world.quarter) != 1 and world.quarter > 0:
        return
    world.welcome[:] = imposed.remembered(world.welcome, weights.luck.kept)
    known = weights.observed.agenda(year_of(world.quarter))
    size = weights.trade.size.get(f"y{year_of(world.quarter)}")
    if size is not None:
        world.trade_size[:] = size
    for p, power in enumerate(world.axes.power):
        if known is not None:
            world.agenda[p] = known.get(power, 0.0)
        else:
            world.agenda[p] = alignment.next_agenda(
                world.agenda[p], noise(power, "agenda"), weights.alignment.agenda_volatility[p]
            )
    surprise = noise(world.axes.dyads(world.axes.state), "votes").reshape(world.vote_shift.shape)
    world.vote_shift[:] = alignment.shift_of_votes(
        world.agenda[:, np.newaxis], surprise, weights.alignment
    )


def suffer_unrest(on: Situation) -> None:
    """Unrest comes by chance where no trouble is scripted; the regime cracks down or falls."""
    if not on.recorded:
        it = RegimeCase(on, np.arange(on.world.regions))
        UNREST.decide(it)
        OUSTER.decide(it)


def spread_trouble(world: World, weights: Weights, start: Start) -> None:
    """After unrest: regimes fall or crack down, and fear and suspicion spread."""
    rules = weights.regime
    fallen, crushed = world.ousted, regime.crushed(world.cracked_down, world.ousted)
    troubled = some(fallen) or some(crushed)
    if troubled:
        world.note_each("ouster", fallen, world.axes.state)
        world.note_each("crackdown", crushed, world.axes.state)
        shock = regime.shocks(fallen, severity_of_crackdowns(world, weights), rules)
        warned = _warnings(world.accountability, world.kinship, shock, weights)
    else:
        warned = np.zeros_like(world.fear)
    alarm = regime.alarm(warned, rules.contagion)
    if "coup" in world.successions.values():  # it frightens, and nobody abroad is suspected of it
        shock = regime.shocks(_coups(world), np.zeros_like(world.fear), rules)
        coups = _warnings(world.accountability, world.kinship, shock, weights)
        alarm = regime.alarm(warned + coups, rules.contagion)
    _feel(world, weights, alarm, warned)
    if some(fallen):
        _end_regimes(world, weights, start, fallen)
    for s, by in world.successions.items():
        _succeed(world, weights, start, s=s, by=by, where=(~world.ousted[s]).nonzero()[0])


@stretch("world", "weights")
def _feel(world: World, weights: Weights, alarm: Array, warned: Array) -> None:
    """Danger, fear, and suspicion of conditional powers.

    Args:
        alarm: from `regime.alarm`, shape (state, run).
        warned: trouble elsewhere as it concerns each state, shape (state, run).
    """
    rules, regions = weights.regime, world.regions
    blame, shield, militants = (np.zeros_like(world.fear) for _ in range(3))
    blame[:regions] = patronage.blame_by_all(world.criticism)
    voice, observers = _legitimacy(world)
    sponsors = partner_share(world, weights)
    shield[:regions] = regime.shield(voice, observers, sponsors, rules)
    militants[:regions] = threats.of_alarm(world.unaccustomed, weights.threats)
    push = regime.push_of_fear(alarm, blame, militants, rules)
    world.danger[:] = regime.next_danger(world.danger, push, rules)
    world.fear[:] = regime.next_fear(world.fear, push, shield, world.danger, rules)
    world.suspicion[:] = regime.next_suspicion(
        suspicion=world.suspicion,
        warned=warned,
        conditional=weights.patronage.conditional[:, np.newaxis],
        gain=rules.suspicion_gain,
        persistence=rules.suspicion_persistence,
    )


def change_leaders(on: Situation) -> None:
    """Heads of state come and go; with another one, ties that hung on the last are loosened."""
    world, regions = on.world, on.world.regions
    changed = world.ousted[:regions].copy()
    for s in world.successions:
        if s < regions:
            changed[s] = True
    chance = regime.chance_of_succession(on.weights.regime.succession)
    comes = on.uniform(world.axes.region, "succession") < chance
    if not on.recorded:
        drawn = comes & ~changed
        for s in rows_with(drawn):
            world.note_event("leader_change", drawn[s], actor=world.axes.region[s])
            _succeed(world, on.weights, on.start, s=s, by="death", where=drawn[s].nonzero()[0])
        changed |= drawn
    if some(changed):
        luck = on.uniform(world.axes.dyads(world.axes.region), "personal")
        left = regime.personal_part(on.weights.rivalry.personal, luck.reshape(world.personal.shape))
        kept = np.where(changed, left, 1)
        world.personal[:] = regime.loosened(world.personal, kept)
        world.ties[w.POLITICAL] = regime.loosened(world.ties[w.POLITICAL], kept)


def _coups(world: World) -> Mask:
    """Where the head of a state was overthrown from within, shape (state, run)."""
    coups = np.zeros_like(world.ousted)
    for s, by in world.successions.items():
        coups[s] = (by == "coup") & ~world.ousted[s]
    return coups


def _warnings(accountability: Array, kinship: Array, shock: Array, weights: Weights) -> Array:
    """Trouble elsewhere as it concerns each state, whether or not it frightens; (state, run).

    Args:
        accountability: electoral democracy, shape (state, run).
        kinship: common descent of the regimes, shape (state, run or 1).
        shock: size of the warning that a state's trouble sends, shape (state, run).
    """
    rules, warnings = weights.regime, np.zeros_like(accountability)
    places = np.arange(len(shock))[:, np.newaxis]
    for troubled in rows_with(shock != 0):
        where = shock[troubled].nonzero()[0]  # trouble is rare: look at those runs alone
        near, kin = accountability[:, where], of_runs(kinship, where)
        alike = regime.similarity(
            accountability=near,
            kinship=kin,
            of_troubled=near[troubled],
            kin_of_troubled=kin[troubled],
            most=of_runs(rules.similarity_most, where),
            dissimilarity=of_runs(rules.dissimilarity, where),
        )
        warnings[:, where] += regime.warning(
            alike, shock[troubled, where], elsewhere=places != troubled
        )
    return warnings


def _end_regimes(world: World, weights: Weights, start: Start, fallen: Mask) -> None:
    """A fall ends the old regime's fears, grudges and leanings, and opens the country a little.

    Args:
        fallen: regimes that have just fallen, shape (state, run).
    """
    world.new_government |= fallen
    world.ousters += fallen
    for s in rows_with(fallen):
        where = fallen[s].nonzero()[0]  # few: look at those runs alone
        _break_with_the_old(world, weights, start, s, where)
        _open_up(world, weights, start, s, where)


def _succeed(
    world: World, weights: Weights, start: Start, s: int, by: Succession, where: Places
) -> None:
    """A head of state follows another, in some runs: those where the regime has not just fallen.

    One who follows a death comes from the same circle: part of the old leanings and grudges goes.
    One who is voted in breaks with them and opens the country a little, as after a fall, and
    nobody is warned. One who comes by a coup breaks with them and opens nothing.
    """
    world.new_government[s, where] = True
    if by == "death":
        broken = of_runs(weights.regime.leadership_break, where)
        _turn_leanings(world, weights, start, s, where)
        floor = of_runs(weights.regime.fear_floor, where)
        for stock in (world.fear, world.danger):
            stock[s, where] = regime.fear_left(stock[s, where], floor, broken)
        for grudges in (world.suspicion, world.criticism):
            if s < grudges.shape[1]:
                grudges[:, s, where] = regime.grudge_left(grudges[:, s, where], broken)
        return
    _break_with_the_old(world, weights, start, s, where)
    if by == "vote":
        _open_up(world, weights, start, s, where)
    else:
        world.ousters[s, where] += 1


def _turn_leanings(world: World, weights: Weights, start: Start, s: int, where: Places) -> None:
    """Part of the leanings goes with who held them, and of the kinship with others' regimes."""
    broken = of_runs(weights.regime.leadership_break, where)
    world.kinship[s, where] = regime.grudge_left(world.kinship[s, where], broken)
    world.transition[s, where] = 1
    world.affinity[:, s, where] = alignment.leaning_after_fall(
        world.affinity[:, s, where],
        start.affinity[:, s, where],
        broken,
    )


def _break_with_the_old(
    world: World, weights: Weights, start: Start, s: int, where: Places
) -> None:
    """The old regime's fear and grudges go, and part of its leanings."""
    world.fear[s, where] = of_runs(weights.regime.fear_floor, where)
    world.danger[s, where] = world.fear[s, where]
    world.suspicion[:, s, where] = 0
    _turn_leanings(world, weights, start, s, where)
    if s < world.regions:
        world.criticism[:, s, where] = 0


def _open_up(world: World, weights: Weights, start: Start, s: int, where: Places) -> None:
    """A government that the people brought opens the country a little, and rules more mildly."""
    rules = weights.regime
    world.accountability[s, where] = regime.opened(
        world.accountability[s, where],
        of_runs(rules.opening, where),
        of_runs(rules.most_open, where),
    )
    if s < world.regions:
        world.repression[s, where] = regime.repression_after_fall(
            start.repression[s, where], of_runs(rules.repression_after_fall, where)
        )


def _legitimacy(world: World) -> tuple[Array, Array]:
    """Voice and election observers of the blocs to which each contested state belongs."""
    voice = zeros(world.regions, world.runs)
    observers = zeros(world.regions, world.runs)
    for o in range(len(world.organizations)):
        belongs = world.members_in_region(o)
        if some(world.voice[o]):
            voice = organizations.heard(voice, world.voice[o], belongs)
        for body in world.bodies_of[o]:
            if world.axes.body[body][1] == "election_observers":
                observers = organizations.heard(observers, world.founded[body], belongs)
    return voice, observers
