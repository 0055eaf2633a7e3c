"""The world as it stood on 1 July 2001, and what later change is measured against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.evidence.catalogue import Catalogue
from simulation.numerics.arrays import Array, Mask, average, number
from simulation.parameters.weights import Weights
from simulation.rules import (
    alignment,
    basing,
    ledger,
    projects,
    regime,
    rivalry,
    threats,
    trade,
)
from simulation.world import world as w
from simulation.world.foresight import income_of_purses, measure_gains, yearly_budgets
from simulation.world.indicators import measure_blocs, measure_influence, protection
from simulation.world.world import World


@dataclass(frozen=True)
class Start:
    """Where the run began, as later change is measured against it."""

    affinity: Array
    inclination: Array
    share: Array
    concentration: Array
    ties: Array
    log_trade: Array
    log_trade_usual: Array
    log_trade_of_region: Array
    trade_share: Array
    gains: Array
    loose: Array
    upkeep: Array
    capacity: Array
    repression: Array
    hardship: Array
    militancy: Array
    drug_friction: Array
    protection: Array
    goods: Array
    blocs: Array
    had_left: Mask


def begin(world: World, weights: Weights, catalogue: Catalogue) -> Start:
    """Fill the world as it stood on 1 July 2001."""
    initial = weights.initial
    world.ties[:] = initial.ties
    world.affinity[:] = alignment.first_leaning(initial.agreement, weights.alignment.bound)
    world.trade_share[:] = initial.trade_share
    world.trade_weight[:] = trade.odds(initial.trade_share)
    world.accountability[:] = initial.polyarchy
    closure = regime.closure(initial.polyarchy[: world.regions])
    world.repression[:] = regime.resting_repression(closure, weights.regime)
    world.fear[:] = weights.regime.fear_floor
    world.danger[:] = world.fear
    world.kinship[:] = weights.regime.post_soviet
    world.hardship[:] = initial.hardship
    world.capacity[:] = initial.capacity
    world.militancy[:] = initial.militancy
    world.latent[:] = initial.latent_militancy
    world.usual_militancy[:] = world.militancy
    world.goods[:] = ledger.by_the_quarter(initial.goods)
    world.need[:] = weights.patronage.need_at_start[:, np.newaxis]
    world.trafficking[:] = weights.environment.trafficking_base
    world.water_stress[:] = weights.environment.water_base
    world.energy_thirst[:] = 1
    world.oil_price[:] = 1
    world.sanctioned[:] = initial.un_sanctions > 0
    for b, name in enumerate(world.axes.installation):
        world.base_status[b] = w.BASE_STATUS.index(catalogue.installations[name].start)
        if world.base_status[b, 0] == w.OPEN:
            world.rent[b] = weights.basing.first_rent[b]
            world.contract_left[b] = basing.term_of_contract(weights.basing.contract[b])
    for o, entry in enumerate(world.organizations):
        world.exists[o] = entry.exists
        for group, standing in ((entry.members, w.MEMBER), (entry.observers, w.OBSERVER)):
            for member in group:
                if world.has("member", member):
                    world.standing[o, world.place("member", member)] = standing
    for o in range(len(world.organizations)):
        world.belonged[o] = number(world.members_in_region(o))
    for j, project in enumerate(world.projects):
        world.project_status[j] = w.PLANNED if project.starts == "planned" else w.IDLE
    world.depth[:] = weights.organizations.depth_at_start
    world.depth_last[:] = world.depth
    measure_influence(world, weights)
    drugs = threats.drug_friction(
        weights.environment.trafficking_base,
        initial.drug_exposure,
        world.capacity,
        weights.threats,
    )
    world.usual[:] = world.share
    income = income_of_purses(world, weights)
    world.purse[:] = projects.first_purse(income, weights.ledger.purse_years)
    gains = measure_gains(world, weights, yearly_budgets(world, weights))
    world.leverage[:] = rivalry.against_the_first(gains, gains, weights.rivalry)
    loose = _loose_ties(world, weights)
    log_trade = trade.log_weight(world.trade_weight)
    return Start(
        affinity=world.affinity.copy(),
        inclination=alignment.inclination(world.affinity),
        share=world.share.copy(),
        concentration=world.concentration.copy(),
        ties=world.ties.copy(),
        log_trade=log_trade,
        log_trade_usual=trade.usual(log_trade, weights.trade.usual),
        log_trade_of_region=trade.log_weight(trade_of_region(world))[:, np.newaxis],
        trade_share=world.trade_share.copy(),
        gains=gains,
        loose=loose,
        upkeep=rivalry.cost_of_upkeep(loose, weights.rivalry),
        capacity=world.capacity.copy(),
        repression=world.repression.copy(),
        hardship=world.hardship.copy(),
        militancy=world.militancy.copy(),
        drug_friction=drugs,
        protection=protection(world, weights),
        goods=world.goods.copy(),
        blocs=measure_blocs(world, weights),
        had_left=weights.organizations.left > 0,
    )


def _loose_ties(world: World, weights: Weights) -> Array:
    """What was inherited of each tie and goes where nothing is spent on it."""
    held = np.zeros_like(world.ties)
    held[w.ECONOMIC] = rivalry.held_by_trade(
        world.trade_share, weights.influence.trade_to_ties, world.ties[w.ECONOMIC]
    )
    lasting = weights.rivalry.lasting[:, np.newaxis, np.newaxis]
    return rivalry.needs_upkeep(world.ties, held, lasting)


def trade_of_region(world: World) -> Array:
    """Mean trade weight of each power over the states of the evidence, shape (power, runs).

    A state that a scenario adds is measured against them, and does not move what they are
    measured against.
    """
    return average(world.trade_weight[:, world.of_the_evidence], axis=1)
