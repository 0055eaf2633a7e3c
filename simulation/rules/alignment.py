"""Alignment: how leanings move: shelter attracts, dependence repels.

Hedging after Kuik (2008) and Haacke and Ciorciari (2022): a state that guards its autonomy
cools towards a patron on whom it comes to depend, and hardly minds who is hardly there.
Mechanisms M09, M11, M15, M18.
"""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import FLOAT, NOUGHT, ONE, Array
from simulation.numerics.elementary import log, logit, sigmoid, tanh
from simulation.parameters.groups import AlignmentWeights


def within_bound(leaning: Array, bound: Array) -> Array:
    """A leaning, held between `-bound` and `bound`."""
    return np.minimum(np.maximum(leaning, -bound), bound)


VOTES_LEAST = FLOAT(0.01)
"""Agreement in fewer votes than this is read as so much."""


def first_leaning(voting: Array, bound: Array) -> Array:
    """Leaning at the start, between -1 and 1, from the share of votes in agreement."""
    return within_bound(2 * voting - 1, bound)


def inclination(leaning: Array) -> Array:
    """A leaning in the space of its inverse hyperbolic tangent, where pulls add up."""
    return 0.5 * log((1 + leaning) / (1 - leaning))


def inclined(drawn: Array) -> Array:
    """The leaning that belongs to an inclination; inverse of `inclination`."""
    return tanh(drawn)


def grip(concentration: Array, first: Array) -> Array:
    """How far a state has come into one power's hands: the rise of its part of all ties, squared.

    Args:
        concentration: the power's part of all ties. first: the same at the start.
    """
    return np.maximum(concentration * concentration - first * first, NOUGHT)


def goodwill(goods: Array, first: Array, scale: Array) -> Array:
    """How much more a state is given than in 2001, as a logarithm; below 0 if less.

    Args:
        goods: what is remembered, US$ m a quarter. first: of 2001. scale: that begins to count.
    """
    return log((ONE + goods / scale) / (ONE + first / scale))


def drawn_to(
    intercept: Array,
    share_gain: Array,
    cover: Array,
    blame: Array,
    pride: Array,
    fear: Array,
    danger_excess: Array,
    relief: Array,
    autonomy: Array,
    grip: Array,
    goodwill: Array,
    of_share: Array,
    of_cover: Array,
    of_relief: Array,
    of_blame: Array,
    of_hedging: Array,
    of_goodwill: Array,
) -> Array:
    """Where a leaning is drawn, in the space of its inverse hyperbolic tangent.

    Args:
        intercept: starting leaning in that space.
        share_gain: share of influence less its start.
        cover: the power's non-interference.
        blame: criticism plus suspicion. pride: how far it wounds, from `regime.wounded_pride`.
        danger_excess: danger above the floor of fear; cover answers danger, shielded or not.
        relief: danger that the power's bloc has taken away, from `regime.relief`.
        grip, goodwill: from the functions of that name.
        of_share, of_cover, of_relief, of_blame, of_hedging, of_goodwill: what each of them weighs.
    """
    return (
        intercept
        + of_share * share_gain
        + of_cover * cover * danger_excess
        + of_relief * relief
        - of_blame * blame * pride * fear
        - of_hedging * autonomy * grip
        + of_goodwill * goodwill
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


def agreement(affinity: Array, shift: Array) -> Array:
    """Share of agreement in the United Nations, between 0 and 1 and never at either.

    Args:
        affinity: leaning, between -1 and 1 and at neither.
        shift: what the year adds, from `shift_of_votes`.
    """
    return sigmoid(logit((1 + affinity) / 2) + shift)


def shift_of_votes(agenda: Array, surprise: Array | float, weights: AlignmentWeights) -> Array:
    """What a year adds to the log-odds of voting alike: its agenda, and what nobody explains."""
    return weights.votes_of_agenda * agenda + weights.vote_noise * surprise


def leaning_behind(voted: Array, agenda: Array | float, weights: AlignmentWeights) -> Array:
    """The leaning that votes of a year speak of, once its agenda is taken away."""
    odds = logit(np.clip(voted, VOTES_LEAST, 1 - VOTES_LEAST)) - weights.votes_of_agenda * agenda
    return within_bound(2 * sigmoid(odds) - 1, weights.bound)
