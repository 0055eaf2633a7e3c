"""Alignment: how leanings move, and how states hedge.

Hedging after Kuik (2008) and Haacke and Ciorciari (2022): a state that guards its autonomy
cools towards a patron on whom it comes to depend. Mechanisms M09, M15, M18.
"""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import ONE, Array, unit


def within_bound(leaning: Array, bound: Array) -> Array:
    """A leaning, held between `-bound` and `bound`."""
    return np.minimum(np.maximum(leaning, -bound), bound)


def first_leaning(voting: Array, bound: Array) -> Array:
    """Leaning at the start, between -1 and 1, from the share of votes in agreement."""
    return within_bound(2 * voting - 1, bound)


def inclination(leaning: Array) -> Array:
    """A leaning in the space of its inverse hyperbolic tangent, where pulls add up."""
    return np.arctanh(leaning)


def inclined(drawn: Array) -> Array:
    """The leaning that belongs to an inclination; inverse of `inclination`."""
    return np.tanh(drawn)


def drawn_to(
    intercept: Array,
    share_gain: Array,
    cover: Array,
    blame: Array,
    fear: Array,
    fear_excess: Array,
    autonomy: Array,
    concentration_gain: Array,
    of_share: Array,
    of_cover: Array,
    of_blame: Array,
    of_hedging: Array,
) -> Array:
    """Where a leaning is drawn, in the space of its inverse hyperbolic tangent.

    Args:
        intercept: starting leaning in that space.
        share_gain: share of influence less its start.
        cover: the power's non-interference.
        blame: criticism plus suspicion. fear_excess: fear above its floor.
        concentration_gain: share of all ties less its start.
        of_share, of_cover, of_blame, of_hedging: what each of them weighs.
    """
    return (
        intercept
        + of_share * share_gain
        + of_cover * cover * fear_excess
        - of_blame * blame * fear
        - of_hedging * autonomy * concentration_gain
    )


def held_by_neutrality(drawn: Array, intercept: Array, neutral: Array, damping: Array) -> Array:
    """Where a neutral state is drawn: a part of the way from where it began.

    Args:
        drawn: from `drawn_to`. intercept: starting leaning in that space.
        neutral: how far the state is bound to neutrality. damping: what full neutrality takes.
    """
    return (drawn - intercept) * (ONE - damping * neutral) + intercept


def leaning_after(
    affinity: Array, drawn: Array, shock: Array, speed: Array, noise: Array, bound: Array
) -> Array:
    """Leaning a quarter later.

    Args:
        drawn: hyperbolic tangent of where the leaning is drawn to.
        speed: part of the way that is gone in a quarter. noise: size of the shock.
        bound: the strongest leaning there is.
    """
    return within_bound((drawn - affinity) * speed + affinity + noise * shock, bound)


def leaning_after_fall(affinity: Array, first: Array, broken: Array) -> Array:
    """Leaning of a new government: a part of the way back to where leanings began.

    Args:
        first: leaning at the start.
        broken: how much of the old leaning goes with the old leader, 0 to 1.
    """
    return affinity + broken * (first - affinity)


def next_agenda(agenda: Array, noise: Array, volatility: Array) -> Array:
    """The year's agenda in the United Nations, where it is not known: a random walk."""
    return agenda + volatility * noise


def agreement(affinity: Array, agenda: Array) -> Array:
    """Share of agreement in the United Nations: leaning plus the year's agenda."""
    return unit((1 + affinity) / 2 + agenda)
