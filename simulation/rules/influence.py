"""Influence: how much a power can move a state, channel by channel.

Bandwidth times dependence, after the idea of bilateral influence capacity of Moyer and others
(2021); it makes no claim to be that index. Mechanisms M15, M16, M24, M25, M28.
"""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import FLOAT, NOUGHT, ONE, Array, Mask, average, total


def in_channel(tie: Array, everyone: Array) -> Array:
    """Influence in one channel, between 0 and 1: bandwidth times dependence.

    Args:
        tie: commitment, 1 = half-saturation.
        everyone: commitments of all powers and the state's own capacity, same unit.
    """
    return tie / (tie + ONE) * (tie / everyone)


def weighed(amount: Array, weight: Array) -> Array:
    """What a tie or an influence in one channel adds to the whole over the channels."""
    return amount * weight


def share_of_all(part: Array, everyone: Array, powers: np.floating) -> Array:
    """A power's part of what all powers have; of nothing, all have equal parts.

    Args:
        part: what the power has, 0 or more.
        everyone: what all have together.
        powers: how many powers there are.
    """
    nothing = everyone <= NOUGHT
    return (part + nothing) / (everyone + nothing * powers)


def by_channel(ties: Array, own: Array) -> Array:
    """Influence in every channel, shape (channel, power, region, run).

    Args:
        ties: of the same shape. own: the state's own capacity, shape (channel, region, run or 1).
    """
    everyone = total(ties, axis=1) + own
    return in_channel(ties, everyone[:, np.newaxis])


def over_channels(amount: Array, weight: Array) -> Array:
    """Ties or influence over all channels, shape (power, region, run).

    Args:
        amount: shape (channel, power, region, run).
        weight: of the channels, adding up to one, shape (channel, run or 1).
    """
    return total(weighed(amount, weight[:, np.newaxis, np.newaxis]))


def shares_of_powers(part: Array) -> Array:
    """Each power's part of the whole, of the shape (power, region, run) of `part`."""
    return share_of_all(part, total(part), FLOAT(len(part)))


def gained(now: Array, first: Array) -> Array:
    """What has been gained since the start, below 0 if lost: a share, a tie, depth, warmth."""
    return now - first


def share_of_partners(share: Array, speaks: Array) -> Array:
    """Share of influence of the powers that speak for regimes; shape (region, run).

    Args:
        share: of each power, shape (power, region, run).
        speaks: how far a power speaks for regimes, shape (power, run or 1).
    """
    return total(share * speaks[:, np.newaxis])


def presence(ties_security: Array, own_security: Array) -> Array:
    """A power's part of a state's security ties and own capacity; shape (power, region, run)."""
    return ties_security / (total(ties_security, axis=0) + own_security)


def anchor_of_trade(first: Array, share_gain: Array, of_trade: Array) -> Array:
    """What an economic tie falls back to: where it began, moved to where trade has gone.

    Args:
        first: the tie at the start. share_gain: share of trade less its start.
        of_trade: what a gain in trade makes of ties.
    """
    return np.maximum(first + of_trade * share_gain, NOUGHT)


def tie_after(tie: Array, anchor: Array, flow: Array, decay: Array) -> Array:
    """A tie a quarter later: it falls back to its anchor and grows by the quarter's flow.

    A tie is never less than none.

    Args:
        decay: share of the distance to the anchor lost in a quarter.
    """
    return np.maximum((anchor - tie) * decay + tie + flow, NOUGHT)


def act(worth: Array, done: Array | Mask) -> Array:
    """What an act adds to a tie: its worth, where it is done, or as often or as far as it is."""
    return worth * done


def act_of_words(cover: Array, criticism: Array, of_cover: Array, of_criticism: Array) -> Array:
    """What a power's words add to a tie: cover binds, criticism loosens."""
    return of_cover * cover - of_criticism * criticism


def act_of_exiles(handed: Array | Mask, seeks: Array, worth: Array) -> Array:
    """What an understanding on exiles adds to a tie with a power that seeks them.

    Args:
        handed: whether exiles are handed over. seeks: how far the power seeks them, 0 to 1.
    """
    return worth * (seeks * handed)


def counted(belongs: Array | Mask, observes: Array | Mask, observer: Array) -> Array:
    """How far a state counts in an organization: a member as one, an observer in part."""
    return belongs + observer * observes


def shares_of_one(channel_weight: Array) -> Array:
    """Weights of the channels so that they add up to one."""
    return channel_weight / total(channel_weight, axis=0)


def mean_change(now: Array, before: Array) -> Array:
    """Mean size of the changes of shares, over powers and states, shape (run,)."""
    return average(average(np.abs(now - before)))
