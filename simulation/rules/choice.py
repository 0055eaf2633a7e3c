"""Choice: how a named sum, a bar and a draw make a decision, and how the draw is read out.

Logit choice after McFadden (1974): a logistic deviate beside the terms, or, which is the same, a
uniform draw held against the chance that the terms give.
"""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import Array, Mask, logit, sigmoid


def margin(total: Array, bar: Array | float, side: int) -> Array:
    """How far a sum is beyond its bar.

    Args:
        total: the terms together.
        bar: what they are held against.
        side: 1 where it is decided above the bar, -1 where below.
    """
    return side * (total - bar)


def chance(beyond: Array, slope: Array | float, most: Array | float) -> Array:
    """Chance of a decision.

    Args:
        beyond: from `margin`.
        slope: logits a unit of the terms.
        most: chance that an occasion arises at all.
    """
    return most * sigmoid(slope * beyond)


def mood(noise: Array, deviate: Array) -> Array:
    """What chance adds to the terms: a logistic deviate of a size."""
    return noise * deviate


def chance_from_log(total: Array) -> Array:
    """A chance from terms that add up to its logarithm."""
    return np.exp(total)


def drawn_within(draw: Array, most: Array, arises: Mask) -> Array:
    """A draw as a part of the occasions: uniform between 0 and 1 where one arises, else a half."""
    return np.where(arises, draw / np.where(arises, most, 1), 0.5)


def luck_in_terms(draw: Array, slope: Array | float, side: int) -> Array:
    """A uniform draw in the unit of the terms, so that terms and luck are held against the bar."""
    return -side * logit(draw) / slope


def luck_in_log(draw: Array) -> Array:
    """A uniform draw beside terms that add up to the logarithm of a chance."""
    return -np.log(draw)


def luck_in_points(draw: Array) -> Array:
    """A uniform draw beside terms that add up to a chance."""
    return -draw
