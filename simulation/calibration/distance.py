"""How far parameters are from the evidence: implausibility by target, and one deviance in all.

History was seen once, as one draw of the runs that a parameter vector gives. So a part of a
pattern that did hold counts against a vector by the share of its runs in which it does not (one
that did not, as in a synthetic history, by the share in which it does), and a figure by its
distance from the runs' mean in units of their spread, the error of observation and the discrepancy
of the rules together.
"""

from __future__ import annotations

import numpy as np

from simulation.calibration.targets import Targets
from simulation.numerics.arrays import Array


def summarize(readings: Array) -> tuple[Array, Array]:
    """What the runs of each vector show together.

    Args:
        readings: shape (vectors, runs, targets).

    Returns:
        Share of runs in which each part holds and mean of each figure, shape (vectors,
        targets); and the variance of one more run about it.
    """
    runs = readings.shape[1]
    mean = readings.mean(axis=1, dtype=float)
    variance = readings.var(axis=1, ddof=1, dtype=float) if runs > 1 else np.zeros_like(mean)
    return mean, variance * (1 + 1 / runs)


def implausibility(targets: Targets, predicted: Array, variance: Array) -> Array:
    """Distance of each target in standard deviations, shape (vectors, targets).

    Of a part that is read with probability q as it was read, the root of what that costs in
    deviance, `sqrt(-2 log q)`: as many deviations as a figure would have to be off to cost as much.
    No part rules anything out alone, since each may be read wrongly.
    """
    chance = believed(targets, predicted)
    away = (predicted - targets.observed) ** 2 / _spread(targets, variance)
    return np.sqrt(np.where(targets.part, -2 * np.log(chance), away))


def deviance(targets: Targets, predicted: Array, variance: Array) -> Array:
    """Minus twice the log-likelihood, targets taken one by one, shape (vectors, targets).

    A figure that is predicted exactly and without spread gives 0, as does a part that is sure.
    Multiply by `targets.weight` and add up for the whole.
    """
    spread = _spread(targets, variance)
    least = np.where(targets.part, 1.0, targets.error**2)
    figures = (predicted - targets.observed) ** 2 / spread + np.log(spread / least)
    return np.where(targets.part, -2 * np.log(believed(targets, predicted)), figures)


def believed(targets: Targets, predicted: Array) -> Array:
    """Chance of reading a part as it was read; 1 for figures, which have none."""
    held = np.where(targets.observed > 0, predicted, 1 - predicted)
    chance = targets.doubt + (1 - 2 * targets.doubt) * held
    return np.where(targets.part, chance, 1.0)


def _spread(targets: Targets, variance: Array) -> Array:
    """Variance of one observation of a figure about its mean; 1 for parts, which have none."""
    return np.where(targets.part, 1.0, targets.error**2 + variance)
