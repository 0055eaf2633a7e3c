"""Influence: how much a power can move a state, channel by channel.

Bandwidth times dependence, after the idea of bilateral influence capacity of Moyer and others
(2021); it makes no claim to be that index. Mechanisms M15, M16, M24, M25, M28.
"""

from __future__ import annotations

import numpy as np

from simulation.arrays import Array, total


def by_channel(ties: Array, own: Array) -> Array:
    """Influence in each channel, between 0 and 1.

    Args:
        ties: commitment, shape (channel, power, region, run), 1 = half-saturation.
        own: the state's own capacity, shape (channel, region, run or 1), same unit.

    Returns:
        Shape (channel, power, region, run).
    """
    everyone = total(ties, axis=1) + own
    return ties / (ties + 1) * (ties / everyone[:, np.newaxis])


def composite(influence: Array, channel_weight: Array) -> Array:
    """Influence over all channels, weighted; shape (power, region, run)."""
    return total(influence * _shares_of_one(channel_weight)[:, np.newaxis, np.newaxis], axis=0)


def shares(influence: Array) -> Array:
    """Each power's part of all powers' influence over a state; sums to one over powers."""
    everyone = total(influence, axis=0)
    equal = 1 / influence.shape[0]
    return np.where(everyone > 0, influence / np.where(everyone > 0, everyone, 1), equal)


def concentration(ties: Array, channel_weight: Array) -> Array:
    """A power's part of the state's ties to all powers, over all channels."""
    weighted = total(ties * _shares_of_one(channel_weight)[:, np.newaxis, np.newaxis], axis=0)
    return shares(weighted)


def presence(ties_security: Array, own_security: Array) -> Array:
    """A power's part of a state's security ties and own capacity; shape (power, region, run)."""
    return ties_security / (total(ties_security, axis=0) + own_security)


def next_ties(ties: Array, anchor: Array, flow: Array, decay: Array) -> Array:
    """Ties a quarter later: they fall back to their anchor and grow by the quarter's flow.

    Args:
        ties, anchor, flow: shape (channel, power, region, run).
        decay: share of the distance to the anchor lost in a quarter, shape (channel, run or 1).
    """
    moved = anchor - ties
    moved *= decay[:, np.newaxis, np.newaxis]
    moved += ties
    moved += flow
    return np.maximum(moved, 0, out=moved)


def _shares_of_one(channel_weight: Array) -> Array:
    return channel_weight / total(channel_weight, axis=0)
