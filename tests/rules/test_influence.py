"""Influence: bandwidth times dependence, between 0 and 1, and shares that sum to one."""

import numpy as np
import pytest
from hypothesis import strategies as st
from weighing import assert_moves, given, masks, runs

from simulation.rules import influence

ties_of = runs(0, 8, 3, 4, 5)
own_of = runs(0.1, 4, 3, 5)
weights_of_channels = runs(0.05, 1, 3)


def by_channel(ties, own):
    return influence.by_channel(ties, own)


def measured(ties, own, weight):
    """Influence by channel and over all channels, and each power's part of all ties."""
    found, weight = by_channel(ties, own), influence.shares_of_one(weight)
    over_all = influence.over_channels(found, weight)
    return found, over_all, influence.shares_of_powers(influence.over_channels(ties, weight))


def concentration(ties, weight):
    return measured(ties, np.ones((3, 5, 3)), weight)[2]


@given(ties_of, own_of)
def test_influence_lies_between_0_and_1_and_is_nothing_without_ties(ties, own):
    found = by_channel(ties, own)
    assert found.shape == ties.shape
    assert ((found >= 0) & (found < 1)).all()
    assert (found[ties == 0] == 0).all()
    assert (found.sum(axis=1) < 1).all()


@given(ties_of, own_of, runs(0, 3), st.integers(0, 3))
def test_a_powers_influence_rises_with_its_ties_and_falls_with_those_of_others(ties, own, more, p):
    grown = ties.copy()
    grown[1, p, 2] += more
    before, after = by_channel(ties, own), by_channel(grown, own)
    assert_moves(+1, after[1, p, 2], before[1, p, 2])
    others = [q for q in range(4) if q != p]
    assert_moves(-1, after[1, others, 2], before[1, others, 2])
    untouched = np.ones(ties.shape, dtype=bool)
    untouched[1, :, 2] = False
    assert np.array_equal(after[untouched], before[untouched])


@given(ties_of, own_of, runs(0, 3, 3, 5))
def test_a_state_of_more_means_is_influenced_less(ties, own, more):
    assert_moves(-1, by_channel(ties, own + more), by_channel(ties, own))


def test_half_saturation_is_at_one():
    """A lone power with ties 1 to a state without means of its own has bandwidth one half."""
    alone = by_channel(np.ones((1, 1, 1, 1)), np.zeros((1, 1, 1)))
    assert alone.tolist() == [[[[0.5]]]]


@given(ties_of, own_of, weights_of_channels)
def test_influence_over_all_channels_lies_between_them(ties, own, weight):
    channels, over_all, _ = measured(ties, own, weight)
    assert over_all.shape == (4, 5, 3)
    assert (over_all >= channels.min(axis=0) - 1e-12).all()
    assert (over_all <= channels.max(axis=0) + 1e-12).all()


@given(ties_of, own_of, weights_of_channels, st.floats(0.01, 100))
def test_only_the_proportions_of_channel_weights_count(ties, own, weight, factor):
    before, after = measured(ties, own, weight), measured(ties, own, weight * factor)
    np.testing.assert_allclose(before[1], after[1], rtol=1e-12)


@given(runs(0, 1, 4, 5))
def test_shares_sum_to_one_even_where_nobody_has_any(found):
    found[:, 0] = 0
    share = influence.shares_of_powers(found)
    assert ((share >= 0) & (share <= 1)).all()
    np.testing.assert_allclose(share.sum(axis=0), 1, rtol=0, atol=1e-12)
    assert (share[:, 0] == 0.25).all()


@given(runs(0, 1, 4, 5), runs(), st.integers(0, 3))
def test_a_share_rises_with_influence(found, more, p):
    found[0] += 0.01
    grown = found.copy()
    grown[p] += more
    assert_moves(+1, influence.shares_of_powers(grown)[p], influence.shares_of_powers(found)[p])


@given(ties_of, weights_of_channels)
def test_concentration_is_a_share_of_all_ties(ties, weight):
    found = concentration(ties, weight)
    assert ((found >= 0) & (found <= 1)).all()
    np.testing.assert_allclose(found.sum(axis=0), 1, rtol=0, atol=1e-12)
    ties += 0.01
    for channel in range(3):
        alone = np.zeros((3, 3))
        alone[channel] = 2.0
        share = ties[channel] / ties[channel].sum(axis=0)
        np.testing.assert_allclose(concentration(ties, alone), share, rtol=1e-12)
    lone = ties.copy()
    lone[:, 1:] = 0
    lone[:, 0] += 0.1
    assert concentration(lone, weight)[0] == pytest.approx(np.ones((5, 3)))


@given(runs(0, 5, 4, 5), runs(0.1, 3, 5), runs())
def test_presence_is_a_part_of_all_security(ties, own, more):
    found = influence.presence(ties, own)
    assert ((found >= 0) & (found < 1)).all()
    assert (found.sum(axis=0) < 1).all()
    assert_moves(-1, influence.presence(ties, own + more), found)


@given(ties_of, ties_of, runs(-1, 1, 3, 4, 5), runs(0, 1, 3))
def test_ties_return_to_their_anchor_and_follow_what_flows(ties, anchor, flow, decay):
    decay = decay[:, np.newaxis, np.newaxis]
    moved = influence.tie_after(ties, anchor, flow, decay)
    assert_moves(+1, influence.tie_after(ties, anchor, flow + 0.5, decay), moved)
    calm = influence.tie_after(ties, anchor, np.zeros_like(flow), decay)
    left = (1 - decay) * (ties - anchor)
    np.testing.assert_allclose(calm - anchor, left, atol=1e-9)


@given(runs(0, 3), runs(-1, 1), runs(-1, 1), runs(0, 4))
def test_an_economic_tie_is_anchored_where_trade_has_gone(first, share, before, of_trade):
    gain = influence.gained(share, before)
    found = influence.anchor_of_trade(first, gain, of_trade)
    assert (found >= 0).all()
    assert_moves(+1, influence.anchor_of_trade(first, gain + 0.2, of_trade), found)
    np.testing.assert_allclose(influence.anchor_of_trade(first, gain * 0, of_trade), first)


@given(runs(0, 1, 4, 5), runs(0, 1, 4))
def test_partners_share_is_a_part_of_all_influence(part, speaks):
    share = influence.shares_of_powers(part)
    found = influence.share_of_partners(share, speaks)
    assert found.shape == (5, 3)
    assert ((found >= 0) & (found <= 1 + 1e-12)).all()
    np.testing.assert_allclose(influence.share_of_partners(share, np.ones((4, 3))), 1, atol=1e-12)


@given(masks(), runs(), runs(), runs(0, 1))
def test_acts_bind_where_they_are_done(done, amount, other, worth):
    assert not influence.act(worth, done)[~done].any()
    assert not influence.act_of_exiles(done, amount, worth)[~done].any()
    assert_moves(+1, influence.act_of_exiles(done, amount + other, worth), worth * amount * done)
    words = influence.act_of_words(amount, other, worth, worth)
    np.testing.assert_allclose(words, worth * (amount - other), atol=1e-12)
    counts = influence.counted(done, ~done, other)
    assert np.array_equal(counts, np.where(done, 1, other))
