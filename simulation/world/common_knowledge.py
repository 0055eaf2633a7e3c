"""What everyone can see once the trouble of the quarter is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.numerics.arrays import Array, zeros
from simulation.parameters.weights import Weights
from simulation.rules import appraisal, basing, influence, patronage, projects, threats
from simulation.world import passes
from simulation.world import world as w
from simulation.world.foresight import budgets
from simulation.world.indicators import add_running, count_bases, minds, partner_share
from simulation.world.magnitudes import sizes
from simulation.world.world import World


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
    minds: Array
    bases_of: Array
    budgets: Array


def look_around(world: World, weights: Weights) -> Public:
    """Everything public that decisions of the quarter rest on."""
    initial, regions = weights.initial, world.regions
    rivalry = minds(world, weights)
    own_security = initial.own[w.SECURITY]
    rivals_of, rival_share = np.empty_like(world.share), np.empty_like(world.share)
    pressed = appraisal.pressed_rivalry(world.pressure, rivalry)
    passes.sum_rivals(np.ascontiguousarray(pressed.swapaxes(0, 1)), world.share, rivals_of)
    passes.sum_rivals(rivalry, world.share, rival_share)
    states = len(world.axes.state)
    friction = zeros(states, world.runs)
    friction[:regions] = world.water_friction
    threat = zeros(states, world.runs)
    threat[:regions] = threats.threat(world.militancy, world.drug_friction)
    return Public(
        rent_scale=_rent_scale(world, weights),
        security_presence=influence.presence(world.ties[w.SECURITY], own_security),
        partner_share=partner_share(world, weights),
        blame=patronage.blame(world.criticism, world.suspicion[:, :regions]),
        rivals_of=rivals_of,
        rival_share=rival_share,
        features=appraisal.features(
            hydrocarbons=initial.hydrocarbons,
            oil_price=world.oil_price,
            access=initial.access,
            campaign=world.campaign,
            near_abroad=initial.near_abroad[:regions],
            xinjiang=initial.xinjiang,
            market=initial.market,
            corridors=_corridors(world, weights),
            weights=weights.appraisal,
        ),
        friction=friction,
        threat=threat,
        creditor=_creditors(world),
        minds=rivalry,
        bases_of=count_bases(world),
        budgets=budgets(world, weights),
    )


def _rent_scale(world: World, weights: Weights) -> Array:
    """Rent that begins to matter to each host, shape (state, runs)."""
    gdp, rules = weights.initial.gdp, weights.basing
    return weights.whole("rent scale", lambda: basing.rent_scale(gdp, rules), world.runs)


def _creditors(world: World) -> Array:
    """1 for a power whose credit to an organization's members is running."""
    creditor = zeros(len(world.axes.power), world.runs)
    for j, project in enumerate(world.projects):
        if project.kind == "credit":
            creditor[world.owners[j]] += world.running(j)
    return projects.creditor(creditor)


def _corridors(world: World, weights: Weights) -> Array:
    """How far corridors and zones have opened each state's market, shape (region, runs)."""
    opened = zeros(world.regions, world.runs)
    effect = sizes(world, weights).opens_trade
    add_running(world, weights, "opens_trade", effect, opened[np.newaxis])
    return opened
