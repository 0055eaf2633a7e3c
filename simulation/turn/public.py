"""What everyone can see once the trouble of the quarter is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation import world as w
from simulation.arrays import Array, total, zeros
from simulation.rules import appraisal, basing, influence
from simulation.turn.beginning import Start
from simulation.turn.reading import count_bases, partner_share
from simulation.turn.sizes import sizes
from simulation.weights import Weights
from simulation.world import World


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
    friction = zeros(states, world.runs)
    friction[:regions] = world.water_friction
    threat = zeros(states, world.runs)
    threat[:regions] = world.militancy + world.drug_friction
    return Public(
        rent_scale=basing.rent_scale(initial.gdp, weights.basing) + zeros(1, world.runs),
        security_presence=influence.presence(world.ties[w.SECURITY], own_security),
        partner_share=partner_share(world, weights),
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


def _creditors(world: World) -> Array:
    """1 for a power whose credit to an organization's members is running."""
    creditor = zeros(len(world.axes.power), world.runs)
    for j, project in enumerate(world.projects):
        if project.kind == "credit":
            creditor[world.owners[j]] += world.running(j)
    return np.minimum(creditor, 1)


def _corridors(world: World, weights: Weights) -> Array:
    """How far corridors and zones have opened each state's market, shape (region, runs)."""
    opened = zeros(world.regions, world.runs)
    opens_trade = sizes(world, weights).opens_trade
    for j in range(len(world.projects)):
        opened += world.running(j) * opens_trade[j]
    return opened
