"""Alignment: how leanings move, and how states hedge.

Hedging after Kuik (2008) and Haacke and Ciorciari (2022): a state that guards its autonomy
cools towards a patron on whom it comes to depend. Mechanisms M09, M15, M18.
"""

from __future__ import annotations

from simulation.numerics.arrays import Array, unit


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


def leaning_after(affinity: Array, drawn: Array, shock: Array, speed: Array, noise: Array) -> Array:
    """Leaning a quarter later, before it is held within its bound.

    Args:
        drawn: hyperbolic tangent of where the leaning is drawn to.
        speed: part of the way that is gone in a quarter. noise: size of the shock.
    """
    return (drawn - affinity) * speed + affinity + noise * shock


def agreement(affinity: Array, agenda: Array) -> Array:
    """Share of agreement in the United Nations: leaning plus the year's agenda."""
    return unit((1 + affinity) / 2 + agenda)
