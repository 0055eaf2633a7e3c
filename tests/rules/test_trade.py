"""Trade: shares and weights tell the same, and weights drift towards what they could be."""

import numpy as np
import pytest
from hypothesis import strategies as st
from weighing import assert_moves, given, runs, weights_of

from simulation.rules import trade

weights_here = weights_of("trade")
trades = runs(0.001, 1, 4, 5).map(lambda array: 0.9 * array / array.sum(axis=0))
loads = runs(0.001, 3, 4, 5)
shares_of_a_quarter = st.floats(0, 1)


def moved_by(weight, potential, gain, noise, convergence, weights):
    """A trade weight a quarter later."""
    logarithm = np.log(weight)
    return np.exp(
        trade.log_weight_after(logarithm, potential, gain, noise, convergence, weights.noise)
    )


@given(trades)
def test_weights_are_another_way_to_write_shares(share):
    weight = trade.odds(share)
    assert (weight > 0).all()
    np.testing.assert_allclose(trade.shares(weight), share, rtol=1e-12)


@given(loads, runs(0, 2), st.integers(0, 3))
def test_shares_leave_a_part_to_the_rest_of_the_world(weight, more, p):
    share = trade.shares(weight)
    assert ((share > 0) & (share < 1)).all()
    assert (share.sum(axis=0) < 1).all()
    grown = weight.copy()
    grown[p] += more
    after = trade.shares(grown)
    assert_moves(+1, after[p], share[p])
    assert_moves(-1, np.delete(after, p, axis=0), np.delete(share, p, axis=0))


@given(loads, runs(-1, 1, 4, 5), runs(-0.5, 0.5, 4, 5), shares_of_a_quarter, weights_here)
def test_undisturbed_a_weight_closes_a_part_of_the_way(weight, potential, gain, part, weights):
    calm = moved_by(weight, potential, gain, np.zeros((4, 5, 3)), part, weights)
    goal = potential + gain
    np.testing.assert_allclose(np.log(calm) - goal, (1 - part) * (np.log(weight) - goal), atol=1e-9)


@pytest.mark.parametrize("argument", ["weight", "potential", "gain", "noise"])
@given(data=st.data())
def test_a_weight_stays_positive_and_follows_potential_gains_and_luck(argument, data):
    drawn = {
        "weight": data.draw(loads),
        "potential": data.draw(runs(-2, 2, 4, 5)),
        "gain": data.draw(runs(-0.5, 0.5, 4, 5)),
        "noise": data.draw(runs(-6, 6, 4, 5)),
    }
    fixed = {"convergence": data.draw(shares_of_a_quarter), "weights": data.draw(weights_here)}
    more = drawn | {argument: drawn[argument] + data.draw(runs())}
    before, after = (moved_by(**each, **fixed) for each in (drawn, more))
    assert (before > 0).all()
    assert np.isfinite(before).all()
    assert_moves(+1, after, before)


@given(runs(-7, 1, 4, 5), runs(0.5, 4, 4, 1), runs(-1, 1, 4, 1), weights_here)
def test_potential_lies_between_a_states_own_past_and_the_regions(start, multiple, grown, weights):
    region = start.mean(axis=1, keepdims=True)
    known = np.log(multiple) + grown
    found = trade.log_potential(start, region, multiple, grown, weights) - known
    assert (found >= np.minimum(start, region) - 1e-12).all()
    assert (found <= np.maximum(start, region) + 1e-12).all()
    weights.path_dependence = 1.0
    own = trade.log_potential(start, region, multiple, grown, weights) - known
    np.testing.assert_allclose(own, start, atol=1e-12)


def test_what_is_usual_lies_above_or_below_the_year():
    found = trade.usual(np.array([-2.0, -3.0]), np.array([0.5, 0.0]))
    np.testing.assert_allclose(found, [-1.5, -3.0])


@given(runs(0.3, 4), runs(), st.floats(0, 1), st.integers(0, 58))
def test_growth_and_thirst_raise_what_they_belong_to(thirst, hydrocarbons, of_thirst, quarters):
    gain = trade.gain_from_thirst(thirst, hydrocarbons, of_thirst)
    more = trade.gain_from_thirst(thirst + 1, hydrocarbons, of_thirst)
    assert_moves(+1, more, gain)
    assert not trade.gain_from_thirst(np.ones(3), hydrocarbons, of_thirst).any()
    np.testing.assert_allclose(trade.growth_since(4 * quarters, 0.06), 0.06 * quarters)


@given(loads)
def test_a_weight_comes_back_from_its_logarithm_unless_there_was_no_trade(weight):
    weight[1] = 0
    logarithm = trade.log_weight(weight)
    assert np.isfinite(logarithm).all()
    found = trade.weight_after(logarithm, weight > 0)
    np.testing.assert_allclose(found, weight, rtol=1e-9)
    assert not trade.weight_after(logarithm + 1, weight > 0)[1].any()


@given(runs(), runs(-1, 1), runs(), runs(0, 1))
def test_works_warmth_and_outlines_raise_a_potential(works, warmer, of_affinity, more):
    found = trade.gain_in_potential(works, warmer, of_affinity)
    assert_moves(+1, trade.gain_in_potential(works + more, warmer, of_affinity), found)
    assert_moves(+1, trade.gain_in_potential(works, warmer + more, of_affinity), found)
    opens = np.array([True, False, True])
    outline = trade.gain_from_outline(of_affinity, 2.0, opens)
    np.testing.assert_allclose(outline, 2 * of_affinity * opens)


def test_who_leaves_a_customs_union_loses_what_it_eased():
    moved = trade.gain_from_customs(0.15, 1.0, np.array([-1.0, 0.0, 1.0]))
    np.testing.assert_allclose(moved, [-0.15, 0, 0.15])


@given(runs(0.01, 1), runs(), runs(-3, 3), st.floats(0.01, 1))
def test_a_trade_of_few_deals_is_shaken_more(share, more, shock, deals):
    """By a shock of either sign, and by as much as all else where the deals are all of it."""
    small, large = (np.abs(trade.jolt(shock, of, deals)) for of in (share, share + more))
    assert_moves(-1, large, small)
    assert (small >= np.abs(shock) - 1e-12).all()
    np.testing.assert_allclose(trade.jolt(shock, deals, deals), shock * np.sqrt(2))
    np.testing.assert_array_equal(trade.jolt(shock, share, 0.0), shock)


def test_the_smallest_trades_are_shaken_no_more_than_a_hundredth():
    tiny = trade.jolt(np.ones(1), np.zeros(1), 0.1)
    np.testing.assert_allclose(tiny, trade.jolt(np.ones(1), np.full(1, 0.01), 0.1))
