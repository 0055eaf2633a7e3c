"""Influence: bandwidth times dependence, between 0 and 1, and shares that sum to one."""

import numpy as np
import pytest
from hypothesis import strategies as st
from weighing import assert_moves, given, runs

from simulation.rules import influence

ties_of = runs(0, 8, 3, 4, 5)
own_of = runs(0.1, 4, 3, 5)
weights_of_channels = runs(0.05, 1, 3)


@given(ties_of, own_of)
def test_influence_lies_between_0_and_1_and_is_nothing_without_ties(ties, own):
    found = influence.by_channel(ties, own)
    assert found.shape == ties.shape
    assert ((found >= 0) & (found < 1)).all()
    assert (found[ties == 0] == 0).all()
    assert (found.sum(axis=1) < 1).all()


@given(ties_of, own_of, runs(0, 3), st.integers(0, 3))
def test_a_powers_influence_rises_with_its_ties_and_falls_with_those_of_others(ties, own, more, p):
    grown = ties.copy()
    grown[1, p, 2] += more
    before, after = influence.by_channel(ties, own), influence.by_channel(grown, own)
    assert_moves(+1, after[1, p, 2], before[1, p, 2])
    others = [q for q in range(4) if q != p]
    assert_moves(-1, after[1, others, 2], before[1, others, 2])
    untouched = np.ones(ties.shape, dtype=bool)
    untouched[1, :, 2] = False
    assert np.array_equal(after[untouched], before[untouched])


@given(ties_of, own_of, runs(0, 3, 3, 5))
def test_a_state_of_more_means_is_influenced_less(ties, own, more):
    assert_moves(-1, influence.by_channel(ties, own + more), influence.by_channel(ties, own))


def test_half_saturation_is_at_one():
    """A lone power with ties 1 to a state without means of its own has bandwidth one half."""
    alone = influence.by_channel(np.ones((1, 1, 1, 1)), np.zeros((1, 1, 1)))
    assert alone.tolist() == [[[[0.5]]]]


@given(runs(0, 1, 3, 4, 5), weights_of_channels)
def test_the_composite_lies_between_its_channels(by_channel, weight):
    found = influence.composite(by_channel, weight)
    assert found.shape == (4, 5, 3)
    assert (found >= by_channel.min(axis=0) - 1e-12).all()
    assert (found <= by_channel.max(axis=0) + 1e-12).all()


@given(runs(0, 1, 3, 4, 5), weights_of_channels, st.floats(0.01, 100))
def test_only_the_proportions_of_channel_weights_count(by_channel, weight, factor):
    np.testing.assert_allclose(
        influence.composite(by_channel, weight),
        influence.composite(by_channel, weight * factor),
        rtol=1e-12,
    )


@given(runs(0, 1, 4, 5))
def test_shares_sum_to_one_even_where_nobody_has_any(found):
    found[:, 0] = 0
    share = influence.shares(found)
    assert ((share >= 0) & (share <= 1)).all()
    np.testing.assert_allclose(share.sum(axis=0), 1, rtol=0, atol=1e-12)
    assert (share[:, 0] == 0.25).all()


@given(runs(0, 1, 4, 5), runs(), st.integers(0, 3))
def test_a_share_rises_with_influence(found, more, p):
    found[0] += 0.01
    grown = found.copy()
    grown[p] += more
    assert_moves(+1, influence.shares(grown)[p], influence.shares(found)[p])


@given(ties_of, weights_of_channels)
def test_concentration_is_a_share_of_all_ties(ties, weight):
    found = influence.concentration(ties, weight)
    assert ((found >= 0) & (found <= 1)).all()
    np.testing.assert_allclose(found.sum(axis=0), 1, rtol=0, atol=1e-12)
    ties += 0.01
    for channel in range(3):
        alone = np.zeros((3, 3))
        alone[channel] = 2.0
        share = ties[channel] / ties[channel].sum(axis=0)
        np.testing.assert_allclose(influence.concentration(ties, alone), share, rtol=1e-12)
    lone = ties.copy()
    lone[:, 1:] = 0
    lone[:, 0] += 0.1
    assert influence.concentration(lone, weight)[0] == pytest.approx(np.ones((5, 3)))


@given(runs(0, 5, 4, 5), runs(0.1, 3, 5), runs())
def test_presence_is_a_part_of_all_security(ties, own, more):
    found = influence.presence(ties, own)
    assert ((found >= 0) & (found < 1)).all()
    assert (found.sum(axis=0) < 1).all()
    assert_moves(-1, influence.presence(ties, own + more), found)


@given(ties_of, ties_of, runs(-1, 1, 3, 4, 5), runs(0, 1, 3))
def test_ties_are_never_negative_and_return_to_their_anchor(ties, anchor, flow, decay):
    moved = influence.next_ties(ties, anchor, flow, decay)
    assert (moved >= 0).all()
    assert_moves(+1, influence.next_ties(ties, anchor, flow + 0.5, decay), moved)
    calm = influence.next_ties(ties, anchor, np.zeros_like(flow), decay)
    left = (1 - decay)[:, np.newaxis, np.newaxis] * (ties - anchor)
    np.testing.assert_allclose(calm - anchor, left, atol=1e-9)
