"""Trade: shares drift towards partners' potential; corridors and zones raise it.

Mechanisms M21, M22; pattern P9.
"""

from __future__ import annotations

import numpy as np

from simulation.arrays import Array, total


def odds(share: Array) -> Array:
    """Each power's trade against trade with the rest of the world; inverse of `shares`."""
    rest = 1 - total(share, axis=0)
    return share / rest


def shares(weight: Array) -> Array:
    """Trade shares from weights against a rest of the world of weight one."""
    return weight / (1 + total(weight, axis=0))


def log_potential(start: Array, region_mean: Array, multiple: Array, weights) -> Array:
    """Logarithm of each power's long-run trade weight with each state.

    Args:
        start: logarithm of the weight of 2001, shape (power, region, run).
        region_mean: logarithm of its mean over the region, shape (power, 1, run).
        multiple: what the power's weight grows to, shape (power, 1, run or 1).
    """
    own = weights.path_dependence
    return np.log(multiple) + own * start + (1 - own) * region_mean


def next_weight(
    weight: Array, potential: Array, gain: Array, noise: Array, convergence: Array, weights
) -> Array:
    """Trade weight a quarter later, shape (power, region, run); no trade stays none.

    Args:
        weight: against the rest of the world, positive.
        potential: logarithm of the long-run weight, shape (power, region, run).
        gain: log gain in potential from corridors, zones and warmer relations.
        convergence: share of the log distance closed in a quarter, shape (power, 1, run or 1).
    """
    logarithm = np.log(np.maximum(weight, np.finfo(weight.dtype).tiny))
    pull = convergence * (potential + gain - logarithm)
    return np.exp(logarithm + pull + weights.noise * noise) * (weight > 0)
