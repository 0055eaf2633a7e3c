"""What everyone can see once the trouble of the quarter is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulation.numerics.arrays import Array, zeros
from simulation.numerics.stretches import stretch
from simulation.parameters.weights import Weights
from simulation.rules import appraisal, basing, influence, patronage, projects, threats
from simulation.world import world as w
from simulation.world.foresight import yearly_budgets
from simulation.world.indicators import add_running, count_bases, minds, partner_share
from simulation.world.magnitudes import Sizes, sizes
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
    seen = _look_around(world, weights, sizes(world, weights), yearly_budgets(world, weights))
    return Public(rent_scale=_rent_scale(world, weights), **seen)


@stretch("world", "weights", "size")
def _look_around(world: World, weights: Weights, size: Sizes, yearly: Array) -> dict[str, Any]:
    """What changes of it, by name; `yearly` is from `yearly_budgets`."""
    initial, regions = weights.initial, world.regions
    rivalry = minds(world, weights)
    pressed = appraisal.pressed_rivalry(world.pressure, rivalry).swapaxes(0, 1)
    friction, threat = np.zeros_like(world.fear), np.zeros_like(world.fear)
    friction[:regions] = world.water_friction
    threat[:regions] = threats.threat(world.militancy, world.drug_friction)
    opened = zeros(regions, world.runs)
    add_running(world, size.opens_trade, opened[np.newaxis])
    return {
        "security_presence": influence.presence(world.ties[w.SECURITY], initial.own[w.SECURITY]),
        "partner_share": partner_share(world, weights),
        "blame": patronage.blame(world.criticism, world.suspicion[:, :regions]),
        "rivals_of": appraisal.share_of_rivals(pressed, world.share),
        "rival_share": appraisal.share_of_rivals(rivalry, world.share),
        "features": appraisal.features(
            hydrocarbons=initial.hydrocarbons,
            oil_price=world.oil_price,
            access=initial.access,
            campaign=world.campaign,
            near_abroad=initial.near_abroad[:regions],
            xinjiang=initial.xinjiang,
            market=initial.market,
            corridors=opened,
            weights=weights.appraisal,
        ),
        "friction": friction,
        "threat": threat,
        "creditor": _creditors(world),
        "minds": rivalry,
        "bases_of": count_bases(world),
        "budgets": patronage.stretched(yearly, world.effort),
    }


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
