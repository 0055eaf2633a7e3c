"""Influence: how much a power can move a state, channel by channel.

Bandwidth times dependence, after the idea of bilateral influence capacity of Moyer and others
(2021); it makes no claim to be that index. Mechanisms M15, M16, M24, M25, M28.
"""

from __future__ import annotations

from simulation.numerics.arrays import ONE, Array, total


def in_channel(tie: Array, everyone: Array) -> Array:
    """Influence in one channel, between 0 and 1: bandwidth times dependence.

    Args:
        tie: commitment, 1 = half-saturation.
        everyone: commitments of all powers and the state's own capacity, same unit.
    """
    return tie / (tie + ONE) * (tie / everyone)


def presence(ties_security: Array, own_security: Array) -> Array:
    """A power's part of a state's security ties and own capacity; shape (power, region, run)."""
    return ties_security / (total(ties_security, axis=0) + own_security)


def tie_after(tie: Array, anchor: Array, flow: Array, decay: Array) -> Array:
    """A tie a quarter later: it falls back to its anchor and grows by the quarter's flow.

    Nothing holds it above nought yet: a tie is never less than none.

    Args:
        decay: share of the distance to the anchor lost in a quarter.
    """
    return (anchor - tie) * decay + tie + flow


def shares_of_one(channel_weight: Array) -> Array:
    """Weights of the channels so that they add up to one."""
    return channel_weight / total(channel_weight, axis=0)
