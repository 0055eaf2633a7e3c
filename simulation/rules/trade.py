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


def next_weight(
    weight: Array, potential: Array, gain: Array, noise: Array, convergence: Array, weights
) -> Array:
    """Trade weight a quarter later, shape (power, region, run).

    Args:
        weight: against the rest of the world, positive.
        potential: long-run weight, shape (power, region, run or 1).
        gain: log gain in potential from corridors, zones and warmer relations.
        convergence: share of the log distance closed in a quarter, shape (power, 1, run or 1).
    """
    logarithm = np.log(weight)
    pull = convergence * (np.log(potential) + gain - logarithm)
    return np.exp(logarithm + pull + weights.noise * noise)
