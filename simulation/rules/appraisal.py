"""Appraisal: what each state is worth to a power this quarter.

Priorities times features. Rivalry is directed and uneven: Beijing and Moscow resent Washington,
and each other little. Mechanisms M06, M07, M19, M20, M21, M25, M27.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simulation.numerics.arrays import Array, Term, Utility, total
from simulation.numerics.elementary import power
from simulation.parameters.groups import AppraisalWeights


def features(
    hydrocarbons: Array,
    oil_price: Array,
    access: Array,
    campaign: Array,
    near_abroad: Array,
    xinjiang: Array,
    market: Array,
    corridors: Array,
    weights: AppraisalWeights,
) -> dict[str, Array]:
    """What can make a state worth something, each of shape (region, run)."""
    return {
        "hydrocarbons": hydrocarbons * power(oil_price, weights.price_elasticity),
        "access": access * campaign,
        "near_abroad": near_abroad,
        "xinjiang": xinjiang,
        "market": market * (1 + weights.corridor_market * corridors),
    }


def own_thirst(follows: Array, thirst: Array) -> Array:
    """A power's own thirst for energy: it grows where it is that power's, else it stays 1.

    Args:
        follows: whether the thirst is its own, 0 or 1. thirst: against 2001.
    """
    return 1 + follows * (thirst - 1)


@dataclass(frozen=True, eq=False)
class Worth(Utility):
    """Worth of each state to one power."""

    access: Term
    hydrocarbons: Term
    market: Term
    near_abroad: Term
    xinjiang: Term
    rivals: Term
    stake: Term


def value(
    feature: Mapping[str, Array],
    priority: Mapping[str, Array],
    pressure: Array,
    rival_share: Array,
    stake: Array,
    thirst: Array,
    power: int,
    weights: AppraisalWeights,
) -> Worth:
    """Worth of each state to one power, term by term, shape (region, run).

    Args:
        feature: from `features`.
        priority: feature to the powers' weights, each of shape (power, run or 1).
        pressure: the power's lagged sense of rivals, shape (run,).
        rival_share: rivals' share of influence, shape (region, run).
        stake: what the power owns there in energy, shape (region, run).
        thirst: its own, from `own_thirst`, shape (run,).
        power: its place on the power axis.
    """
    terms = {name: priority[name][power] * feature[name] for name in sorted(feature)}
    thirsty = {"hydrocarbons": terms["hydrocarbons"] * thirst}
    return Worth(
        **{**terms, **thirsty},
        rivals=priority["rivals"][power] * pressure * rival_share,
        stake=priority["stake"][power] * stake,
    )


def pressed_rivalry(pressure: Array, rivalry: Array) -> Array:
    """How hard each power leans against each rival now; shape (power, rival, run).

    Args:
        pressure: the power's lagged sense of rivals, shape (power, run).
        rivalry: shape (power, rival, run or 1).
    """
    return pressure[:, np.newaxis] * rivalry


def share_of_rivals(rivalry: Array, share: Array) -> Array:
    """What each power makes of the others' shares of influence, shape (power, region, run).

    Args:
        rivalry: shape (power, rival, run). share: shape (rival, region, run).
    """
    return total(rivals_part(rivalry[:, :, np.newaxis], share), axis=1)


def rivals_part(rivalry: Array, share: Array) -> Array:
    """What one rival's share of influence is to a power that minds it so much."""
    return rivalry * share
