"""Patronage: aid spread by worth, withheld on conditions, given without, and for a price.

Selectorate reasoning after Bueno de Mesquita and Smith (2009): where few must be kept content,
policy is sold cheaply. Mechanisms M01, M10, M11, M12, M16.
"""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import (
    CHANCE_LEAST,
    Array,
    Mask,
    Utility,
    logit,
    sigmoid,
    total,
    unit,
)
from simulation.parameters.groups import PatronageWeights


def spread(value: Array, concentration: Array, reserve: Array) -> Array:
    """Share of the budget that each state gets; the rest stays unspent.

    Args:
        value: worth of each state, shape (region, run).
        concentration: exponent; above 1 the worthiest get more than in proportion.
        reserve: worth of keeping the money.
    """
    weight = np.maximum(value, 0) ** concentration
    everything = total(weight, axis=0) + reserve**concentration
    return weight / np.where(everything > 0, everything, 1)


def tolerance(need: Array, weights: PatronageWeights) -> Array:
    """Repression a conditional power overlooks: more where it needs the state."""
    return weights.tolerance_base + weights.tolerance_need * need


def withheld(
    repression: Array, need: Array, conditionality: Array, weights: PatronageWeights
) -> Array:
    """Share of its aid that a conditional power withholds for the year."""
    excess = weights.tolerance_slope * (repression - tolerance(need, weights))
    return conditionality * sigmoid(excess)


def withholding_utility(repression: Array, need: Array, weights: PatronageWeights) -> Utility:
    """What speaks for withholding aid, term by term, in logits; its total is the excess above."""
    return Utility(
        repression=weights.tolerance_slope * repression,
        tolerance=-weights.tolerance_slope * weights.tolerance_base,
        need=-weights.tolerance_slope * weights.tolerance_need * need,
    )


def withholding_bar(conditionality: Array, weights: PatronageWeights) -> Array:
    """The excess from which on withholding is announced; infinite where none ever is."""
    part = weights.publication_threshold / np.maximum(conditionality, CHANCE_LEAST)
    bar = logit(np.clip(part, CHANCE_LEAST, 1 - CHANCE_LEAST))
    return np.where(part < 1, bar, np.inf)


def published(withheld_share: Array, weights: PatronageWeights) -> Mask:
    """Whether the withholding is large enough to be announced."""
    return withheld_share > weights.publication_threshold


def next_need(need: Array, campaign: Array, access: Array, weights: PatronageWeights) -> Array:
    """How much a power needs a state: follows the campaign with a lag."""
    return need + weights.need_lag * (campaign * access - need)


def next_criticism(
    criticism: Array,
    newly_published: Array,
    cracked_down: Mask,
    conditional: Array,
    weights: PatronageWeights,
) -> Array:
    """Public blame by a conditional patron; shape (power, region, run).

    Args:
        newly_published: share withheld where announced this quarter, else 0.
        cracked_down: shape (region, run).
        conditional: how conditional each power is, 0 to 1, shape (power, run or 1).
    """
    added = weights.blame_withholding * newly_published
    added = added + weights.blame_crackdown * conditional[:, np.newaxis] * cracked_down[np.newaxis]
    return unit(weights.criticism_persistence * criticism + added)


def cover(non_interference: Array, fear: Array) -> Array:
    """Political cover from a patron that asks nothing; shape (power, region, run)."""
    return non_interference[:, np.newaxis] * fear[np.newaxis]


def understanding_utility(
    goods: Array, fear: Array, accountability: Array, exile: Array, weights: PatronageWeights
) -> Utility:
    """What it is worth to a state to hand over a patron's exiles, term by term.

    Args:
        goods: what the patron gave in the last year, US$ m.
        exile: how far the patron's exiles live there, 0 to 1.
    """
    return Utility(
        base=weights.understanding_base,
        goods=weights.understanding_goods * np.log1p(goods / weights.understanding_scale),
        exile=weights.understanding_exile * exile,
        fear=weights.understanding_fear * fear,
        accountability=-weights.understanding_cost * accountability,
    )


def deal_after_crackdown(
    non_interference: Array, cracked_down: Mask, hydrocarbons: Array, weights: PatronageWeights
) -> Array:
    """Chance that a patron that asks nothing signs a deal days after a crackdown."""
    worth = unit(weights.deal_floor + hydrocarbons)
    return weights.deal_propensity * non_interference * worth * cracked_down


def deal_utility(
    non_interference: Array, hydrocarbons: Array, weights: PatronageWeights
) -> Utility:
    """The logarithm of that chance after a crackdown, term by term, to be read out."""
    worth = unit(weights.deal_floor + hydrocarbons)
    return Utility(
        propensity=np.log(np.maximum(weights.deal_propensity, CHANCE_LEAST)),
        non_interference=np.log(np.maximum(non_interference, CHANCE_LEAST)),
        worth=np.log(np.maximum(worth, CHANCE_LEAST)),
    )


def next_capacity(
    capacity: Array, base: Array, security_aid: Array, fear: Array, weights: PatronageWeights
) -> Array:
    """Coercive and border capacity: built by training and by frightened regimes, else decays."""
    built = weights.training_effect * security_aid + weights.capacity_of_fear * fear
    return unit(capacity + weights.capacity_return * (base - capacity) + built * (1 - capacity))
