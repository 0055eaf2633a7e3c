"""An emulator: what a run would show at parameters that were not tried, from runs that were.

Additive in the parameters: the log-odds that a part of a pattern holds, and the mean of a figure,
are sums of one term a parameter. Single runs at many vectors tell more about that sum than many
runs at few vectors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.calibration.targets import Targets
from simulation.numerics.arrays import Array
from simulation.numerics.elementary import sigmoid

RIDGE = 4.0
"""Weight of the prior belief that a parameter does nothing, in observations."""
_STEPS, _CAUTION, _LEAST_WEIGHT = 25, 1.3, 0.03
"""Steps of the search for log-odds. Newton's, but with one mean curvature a target, which the even
spread of the vectors allows and which costs a fortieth; a little more than the mean, for safety."""


@dataclass(frozen=True)
class Emulator:
    """Coefficients over parameters for every target.

    Attributes:
        coefficients: shape (1 + parameters, targets); log-odds for parts, units for figures.
        spread: standard deviation of a run about the mean, luck and misfit together; 0 for parts.
    """

    coefficients: Array
    spread: Array

    def predict(self, vectors: Array, targets: Targets) -> Array:
        """Probability of each part and mean of each figure, shape (vectors, targets)."""
        out = _design(vectors) @ self.coefficients
        out[:, targets.part] = sigmoid(out[:, targets.part])
        return out


def fit(vectors: Array, readings: Array, targets: Targets) -> Emulator:
    """Fit an emulator to single runs.

    Args:
        vectors: unit-cube coordinates, shape (runs, parameters).
        readings: what each run showed, shape (runs, targets).
        targets: what was read.
    """
    design, figures = _design(vectors), ~targets.part
    size, axes = np.linalg.eigh(design.T @ design)
    size = np.maximum(size, 0.0)[:, np.newaxis]
    coefficients = np.zeros((design.shape[1], readings.shape[1]))
    told = readings[:, figures].astype(float)
    coefficients[:, figures] = axes @ ((axes.T @ (design.T @ told)) / (size + RIDGE))
    spread = np.zeros(readings.shape[1])
    spread[figures] = (told - design @ coefficients[:, figures]).std(axis=0)
    held = readings[:, targets.part].astype(float)
    share = (held.sum(axis=0) + 0.5) / (len(held) + 1)
    odds = np.zeros((design.shape[1], held.shape[1]))
    odds[0] = np.log(share / (1 - share))
    for _ in range(_STEPS):
        chance = sigmoid(design @ odds)
        weight = np.maximum(_CAUTION * (chance * (1 - chance)).mean(axis=0), _LEAST_WEIGHT)
        slope = design.T @ (held - chance) - RIDGE * odds
        odds += axes @ ((axes.T @ slope) / (size * weight + RIDGE))
    coefficients[:, targets.part] = odds
    return Emulator(coefficients, spread)


def _design(vectors: Array) -> Array:
    """A constant, and each coordinate from -1 to 1."""
    return np.column_stack([np.ones(len(vectors)), 2 * vectors - 1])
