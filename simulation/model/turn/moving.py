"""The world moves: the year turns, threats are drawn, trouble spreads."""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import Array, Mask, of_runs, rows_with, some, total, zeros
from simulation.numerics.dates import season_of, year_of
from simulation.parameters.weights import Weights
from simulation.rules import environment, regime, threats
from simulation.world import passes
from simulation.world import world as w
from simulation.world.beginning import Start
from simulation.world.indicators import Noise, partner_share
from simulation.world.world import World


def move(world: World, weights: Weights, start: Start, noise: Noise) -> None:
    """The surroundings move and threats are drawn; what lasted one quarter is cleared."""
    for happened in (
        world.ousted,
        world.cracked_down,
        world.new_government,
        world.stated_now,
        world.exercised,
        world.took_part,
        world.proposed,
        world.under_review,
    ):
        happened[:] = False
    for given in (world.published, world.deals):
        given[:] = 0
    if world.gave_extra_aid:
        world.extra_aid[:], world.gave_extra_aid = 0, False
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
    militant = noise(world.axes.region, "militancy")
    poor = noise(world.axes.region, "hardship")
    grievance = world.repression * world.hardship
    latent = threats.next_latent(world.latent, hidden, returned, grievance, threat)
    world.militancy[:] = threats.next_militancy(world.militancy, hidden, returned, militant, threat)
    world.latent[:] = latent
    world.hardship[:] = threats.next_hardship(
        world.hardship,
        start.hardship,
        world.drug_friction + world.water_friction,
        poor,
        threat,
    )
    if season_of(world.quarter) == 1 or not some(world.club):
        closed = weights.initial.closure_of_powers + zeros(1, world.runs)
        closure = np.concatenate([closed, 1 - world.accountability])
        clubs = np.empty_like(closure)
        passes.club_density(world.standing, w.MEMBER, closure, clubs)
        world.club[:] = clubs[len(world.axes.power) :]


def _turn_year(world: World, weights: Weights, noise: Noise) -> None:
    """The year's trade sizes and United Nations agenda: as observed while known.

    After that the sizes stay and the agenda goes as a random walk.
    """
    if season_of(world.quarter) != 1 and world.quarter > 0:
        return
    known = weights.observed.agenda(year_of(world.quarter))
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
    troubled = some(fallen) or some(crushed)
    regions = world.regions
    if troubled:
        world.note_each("ouster", fallen, world.axes.state)
        world.note_each("crackdown", crushed, world.axes.state)
        shock = regime.shocks(fallen, crushed, rules)
        felt = regime.warning(world.accountability, start.kinship, shock, rules)
    else:
        felt = np.zeros_like(world.fear)
    blame = np.zeros_like(world.fear)
    blame[:regions] = total(world.criticism)
    shield = np.zeros_like(world.fear)
    voice, observers = _legitimacy(world)
    sponsors = partner_share(world, weights)
    shield[:regions] = regime.shield(voice, observers, sponsors, rules)
    world.fear_before[:] = world.fear_last
    world.fear_last[:] = world.fear
    world.fear[:] = regime.next_fear(world.fear, felt, blame, shield, rules)
    conditional = weights.patronage.conditional
    for p in range(len(world.axes.power)):  # most powers ask nothing, and nobody suspects them
        if some(conditional[p] > 0) or some(world.suspicion[p]):
            own = slice(p, p + 1)
            world.suspicion[own] = regime.next_suspicion(
                world.suspicion[own], felt, conditional[own], rules
            )
    if some(fallen):
        _end_regimes(world, weights, start, fallen)


def _end_regimes(world: World, weights: Weights, start: Start, fallen: Mask) -> None:
    """A fall ends the old regime's fears, grudges and leanings, and opens the country a little.

    Args:
        fallen: regimes that have just fallen, shape (state, run).
    """
    rules = weights.regime
    world.new_government |= fallen
    world.ousters += fallen
    for s in rows_with(fallen):
        where = fallen[s].nonzero()[0]  # few: look at those runs alone
        world.fear[s, where] = of_runs(rules.fear_floor, where)
        world.suspicion[:, s, where] = 0
        warmth = world.affinity[:, s, where]
        broken = of_runs(rules.leadership_break, where)
        world.affinity[:, s, where] = warmth + broken * (start.affinity[:, s, where] - warmth)
        accountability = world.accountability[s, where]
        opened = accountability + of_runs(rules.opening, where)
        opened = np.minimum(opened, of_runs(rules.most_open, where))
        world.accountability[s, where] = np.maximum(accountability, opened)
        if s < world.regions:
            world.criticism[:, s, where] = 0
            calmed = of_runs(rules.repression_after_fall, where) * start.repression[s, where]
            world.repression[s, where] = calmed


def _legitimacy(world: World) -> tuple[Array, Array]:
    """Voice and election observers of the blocs to which each contested state belongs."""
    voice = zeros(world.regions, world.runs)
    observers = zeros(world.regions, world.runs)
    for o in range(len(world.organizations)):
        belongs = world.members_in_region(o)
        if some(world.voice[o]):
            voice = np.maximum(voice, world.voice[o] * belongs)
        for body in world.bodies_of[o]:
            if world.axes.body[body][1] == "election_observers":
                observers = np.maximum(observers, world.founded[body] & belongs)
    return voice, observers
