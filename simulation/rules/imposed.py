"""Imposed history: what was measured between two years, and latent states that agree with it.

Where a run's terms speak against what was seen, the unseen part is drawn from what the sight of it
leaves: the margin that was missing, plus an exponential deviate of the size of the noise.
"""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import Array
from simulation.numerics.elementary import exp, log


def part_passed(now: int, first: int, last: int) -> float:
    """The part of the time between two measurements that has passed."""
    return (now - first) / (last - first)


def between(first: Array, last: Array, part: float) -> Array:
    """A quantity between two measurements of it, evenly in time."""
    return first + part * (last - first)


def logarithm(measured: Array) -> Array:
    """Logarithm of a quantity that was measured."""
    return log(measured)


def from_logarithm(logarithm: Array) -> Array:
    """A quantity from its logarithm."""
    return exp(logarithm)


def cooler_welcome(welcome: Array, beyond: Array, noise: Array, draw: Array) -> Array:
    """Welcome of a state that did not come in although terms and luck spoke for it.

    Args:
        welcome: as it was. beyond: by how much they spoke for it, above 0.
        noise: size of what is unexplained. draw: uniform.
    """
    return welcome - beyond + noise * log(draw)


def warmer_welcome(welcome: Array, beyond: Array, noise: Array, draw: Array) -> Array:
    """Welcome of a member that stayed although terms and luck spoke against it.

    Args:
        welcome: as it was. beyond: by how much they spoke against it, above 0.
        noise: size of what is unexplained. draw: uniform.
    """
    return welcome + beyond - noise * log(draw)


def remembered(welcome: Array, kept: Array) -> Array:
    """What is known of a welcome, a year later: it fades as lasting luck does."""
    return welcome * kept


def taste_of_host(missing: Array, noise: Array, draw: Array) -> Array:
    """Taste of a host that was seen to keep a guest; none where its terms speak for it anyway.

    Args:
        missing: what its terms lack. noise: size of the mood. draw: uniform.
    """
    return np.where(missing > 0, missing - noise * log(draw), 0.0)


def rent_agreed(price: Array, most: Array, rent: Array) -> Array:
    """What a guest that was kept on a promise pays: the price, as far as it would, never less."""
    return np.maximum(np.minimum(price, most), rent)


def own_pattern(region_at_start: Array, now: Array, region: Array) -> Array:
    """Logarithm of a trade weight at the start that departs from the region as it does now."""
    return region_at_start + now - region


def one_quarter_less(left: Array) -> Array:
    """Quarters left after one has passed, while what they run to has not come."""
    return np.maximum(left - 1, 1)


def as_faded(recorded: Array, faded: Array) -> Array:
    """Strength of a recorded statement, at most what it has faded to."""
    return np.minimum(recorded, faded)
