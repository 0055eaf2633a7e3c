"""Alignment: how leanings move, and how states hedge.

Hedging after Kuik (2008) and Haacke and Ciorciari (2022): a state that guards its autonomy
cools towards a patron on whom it comes to depend. Mechanisms M09, M15, M18.
"""

from __future__ import annotations

import numpy as np

from simulation.arrays import Array, Utility, unit, within


def pull(
    intercept: Array,
    share_gain: Array | float,
    cover: Array,
    blame: Array,
    fear: Array,
    fear_excess: Array,
    autonomy: Array,
    concentration_gain: Array | float,
    weights,
) -> Utility:
    """Where a leaning is drawn, in the space of its inverse hyperbolic tangent.

    Args:
        intercept: starting leaning in that space, shape (power, state, run or 1).
        share_gain: share of influence less its start.
        cover: the power's non-interference.
        blame: criticism plus suspicion. fear_excess: fear above its floor.
        concentration_gain: share of all ties less its start.
    """
    return Utility(
        intercept=intercept,
        share=weights.share * share_gain,
        cover=weights.cover * cover * fear_excess,
        blame=-weights.blame * blame * fear,
        hedging=-weights.hedging * autonomy * concentration_gain,
    )


def next_affinity(affinity: Array, drawn_to: Array, noise: Array, weights) -> Array:
    """Leaning a quarter later, held inside (-1, 1)."""
    moved = np.tanh(drawn_to)
    moved -= affinity
    moved *= weights.speed
    moved += affinity
    moved += weights.noise * noise
    return within(moved, -weights.bound, weights.bound)


def agreement(affinity: Array, agenda: Array) -> Array:
    """Share of agreement in the United Nations: leaning plus the year's agenda."""
    return unit((1 + affinity) / 2 + agenda)
