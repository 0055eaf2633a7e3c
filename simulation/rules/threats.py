"""Threats: militancy that goes underground, drugs, quarrels over water.

Repression hides militancy rather than ending it (Chung 2005 on the Islamic Movement of
Uzbekistan and Hizb-ut-Tahrir). Mechanisms M13, M14, M26, M31.
"""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import Array, unit
from simulation.parameters.groups import ThreatsWeights


def threat(militancy: Array, drugs: Array) -> Array:
    """What a security body would answer: militancy and harm from drugs."""
    return militancy + drugs


def friction(drugs: Array, water: Array) -> Array:
    """What weighs on a state's economy: harm from drugs and quarrels over water."""
    return drugs + water


def grievance(repression: Array, hardship: Array) -> Array:
    """What feeds latent militancy: repression of the poor."""
    return repression * hardship


def militancy_after_shock(militancy: Array, by: float) -> Array:
    """Visible militancy after a shock, between 0 and 1."""
    return unit(militancy + by)


def driven_underground(militancy: Array, repression: Array, weights: ThreatsWeights) -> Array:
    """Visible militancy that repression turns latent this quarter."""
    return weights.underground * repression * militancy


def resurfacing(latent: Array, weights: ThreatsWeights) -> Array:
    """Latent militancy that comes back into the open this quarter."""
    return weights.resurfacing * latent


def next_militancy(
    militancy: Array, hidden: Array, returned: Array, noise: Array, weights: ThreatsWeights
) -> Array:
    """Visible militancy a quarter later, between 0 and 1."""
    return unit(militancy - hidden + returned + weights.militancy_volatility * noise)


def next_latent(
    latent: Array, hidden: Array, returned: Array, grievance: Array, weights: ThreatsWeights
) -> Array:
    """Latent militancy: fed by what is hidden and by grievance, slowly forgotten."""
    fed = weights.recruitment * grievance * (1 - latent)
    return unit(latent + hidden - returned + fed - weights.forgetting * latent)


def drug_friction(
    trafficking: Array, exposure: Array, capacity: Array, weights: ThreatsWeights
) -> Array:
    """Harm from drugs: traffic along the route that weak border forces do not stop."""
    return unit(trafficking * exposure * (1 - weights.interdiction * capacity))


def water_friction(stress: Array, upstream: Array, weights: ThreatsWeights) -> Array:
    """Quarrel over water: each state against those at the other end of the rivers.

    Args:
        stress: water stress of the year, shape (run,).
        upstream: +1 upstream, -1 downstream, 0 neither, shape (region, run or 1).
    """
    opposed = np.abs(upstream)
    return unit(weights.water_quarrel * stress * opposed)


def next_hardship(
    hardship: Array, base: Array, friction: Array, noise: Array, weights: ThreatsWeights
) -> Array:
    """Economic hardship, between 0 and 1: returns to its base, worse in years of quarrel."""
    pull = weights.hardship_persistence * (hardship - base)
    return unit(
        base + pull + weights.friction_cost * friction + weights.hardship_volatility * noise
    )
