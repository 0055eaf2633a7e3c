"""Choice: how a named sum, a bar and a draw make a decision, and how the draw is read out.

Logit choice after McFadden (1974): a logistic deviate beside the terms, or, which is the same, a
uniform draw held against the chance that the terms give.
"""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import CHANCE_LEAST, FLOAT, Array, Mask
from simulation.numerics.elementary import exp, log, logit, sigmoid

LOGISTIC_SPREAD = FLOAT(np.pi / np.sqrt(3))
"""Standard deviation of a logistic deviate of scale 1."""


def margin(beyond: Array | float, bar: Array | float) -> Array:
    """How far the one lies above the other: a sum above its bar, or a bar above its sum."""
    return np.subtract(beyond, bar)


def decides(beyond: Array | float, bar: Array | float) -> Mask:
    """Whether the one lies above the other; arguments as in `margin`."""
    above: Mask = np.greater(beyond, bar)
    return above


def weighed_alike(beyond: Array, slope: Array) -> Array:
    """A margin in logits, where a unit of the terms is worth so many."""
    return slope * beyond


def chance(beyond: Array) -> Array:
    """Chance of a decision whose sum is so many logits beyond its bar."""
    return sigmoid(beyond)


def of_occasions(chance_taken: Array, most: Array) -> Array:
    """Chance of a decision that waits for an occasion, which arises by a chance of its own."""
    return most * chance_taken


def mood(noise: Array, deviate: Array) -> Array:
    """What chance adds to the terms: a logistic deviate of a size."""
    return noise * deviate


def first_luck(draw: Array, low: Array | float, high: Array | float) -> Array:
    """Luck to begin with: a logistic deviate of unit variance between two bounds.

    Args:
        draw: uniform.
        low, high: what is known of it, in standard deviations; infinite where nothing is. Where
            no luck would do, it is as far out as a chance can be told from nought or one.
    """
    least = sigmoid(np.asarray(LOGISTIC_SPREAD * low))
    most = sigmoid(np.asarray(LOGISTIC_SPREAD * high))
    chance = np.clip(least + draw * (most - least), CHANCE_LEAST, 1 - CHANCE_LEAST)
    return logit(chance) / LOGISTIC_SPREAD


def lasting_luck(before: Array, kept: Array, shock: Array) -> Array:
    """Luck a year later: a part of it is kept, and what is new keeps its variance at one.

    Args:
        before: the year before, in standard deviations.
        kept: share kept over a year.
        shock: what is new, of unit variance.
    """
    return kept * before + np.sqrt(1 - kept * kept) * shock


def standing_mood(noise: Array, luck: Array) -> Array:
    """What lasting luck adds to the terms: of the spread of a logistic deviate of that size."""
    return noise * LOGISTIC_SPREAD * luck


def chance_from_log(total: Array) -> Array:
    """A chance from terms that add up to its logarithm."""
    return exp(total)


def drawn_within(draw: Array, most: Array, arises: Mask) -> Array:
    """A draw as a part of the occasions: uniform between 0 and 1 where one arises, else a half."""
    return np.where(arises, draw / np.where(arises, most, 1), 0.5)


def luck_in_terms(draw: Array, slope: Array | float, side: int) -> Array:
    """A uniform draw in the unit of the terms, so that terms and luck are held against the bar."""
    return -side * logit(draw) / slope


def luck_in_log(draw: Array) -> Array:
    """A uniform draw beside terms that add up to the logarithm of a chance."""
    return -log(draw)


def luck_in_points(draw: Array) -> Array:
    """A uniform draw beside terms that add up to a chance."""
    return -draw
