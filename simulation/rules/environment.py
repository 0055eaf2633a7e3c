"""Surroundings that no actor decides: oil, China's thirst for energy, the water year, opium.

Mechanisms M25 (thirst), M26 (drugs), M31 (water).
"""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import Array
from simulation.numerics.elementary import exp, log
from simulation.parameters.groups import EnvironmentWeights


def next_oil_price(price: Array, noise: Array, weights: EnvironmentWeights) -> Array:
    """Oil price index (2001 = 1): a random walk in logarithms, pulled to its long-run level."""
    logarithm = log(price)
    pull = weights.oil_reversion * (log(weights.oil_long_run) - logarithm)
    index: Array = exp(logarithm + pull + weights.oil_volatility * noise)
    return index


def next_thirst(thirst: Array, noise: Array, weights: EnvironmentWeights) -> Array:
    """China's demand for imported energy (2001 = 1), growing with its economy."""
    return thirst * exp(weights.thirst_growth + weights.thirst_volatility * noise)


def pushed(index: Array, by: Array | float) -> Array:
    """A non-negative index after a shock: opium traffic, water stress."""
    pushed_to: Array = np.maximum(index + by, 0)
    return pushed_to


def next_index(index: Array, base: Array, noise: Array, persistence: Array, size: Array) -> Array:
    """A non-negative index that returns to its base: opium traffic, water stress."""
    return np.maximum(base + persistence * (index - base) + size * noise, 0)
