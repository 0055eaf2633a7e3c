"""Surroundings: prices and thirst stay positive, indices return to their base."""

import numpy as np
import pytest
from hypothesis import strategies as st
from weighing import assert_moves, given, runs, weights_of

from simulation.rules import environment

weights_here = weights_of("environment")


@given(runs(0.05, 20), runs(-6, 6), runs(), weights_here)
def test_oil_has_a_price_that_luck_moves(price, noise, more, weights):
    moved = environment.next_oil_price(price, noise, weights)
    assert (moved > 0).all()
    assert np.isfinite(moved).all()
    assert_moves(+1, environment.next_oil_price(price, noise + more, weights), moved)
    assert_moves(+1, environment.next_oil_price(price + more, noise, weights), moved)


@given(runs(0.05, 20), weights_here)
def test_undisturbed_the_oil_price_returns_to_its_level(price, weights):
    moved = environment.next_oil_price(price, np.zeros(3), weights)
    level = weights.oil_long_run
    before, after = np.log(price / level), np.log(moved / level)
    np.testing.assert_allclose(after, (1 - weights.oil_reversion) * before, atol=1e-12)


@given(runs(0.1, 20), runs(-6, 6), runs(), weights_here)
def test_thirst_grows_and_luck_moves_it(thirst, noise, more, weights):
    moved = environment.next_thirst(thirst, noise, weights)
    assert (moved > 0).all()
    assert_moves(+1, environment.next_thirst(thirst, noise + more, weights), moved)
    calm = environment.next_thirst(thirst, np.zeros(3), weights)
    assert calm == pytest.approx(thirst * np.exp(weights.thirst_growth))
    assert (calm > thirst).all()


@given(runs(0, 5), runs(0, 2), runs(-9, 9), st.floats(0, 1), st.floats(0, 1), runs())
def test_an_index_is_never_negative_and_returns_to_its_base(
    index, base, noise, persistence, size, more
):
    moved = environment.next_index(index, base, noise, persistence, size)
    assert (moved >= 0).all()
    assert_moves(+1, environment.next_index(index + more, base, noise, persistence, size), moved)
    assert_moves(+1, environment.next_index(index, base, noise + more, persistence, size), moved)
    calm = environment.next_index(index, base, np.zeros(3), persistence, size)
    np.testing.assert_allclose(calm - base, persistence * (index - base), atol=1e-12)


@given(runs(0, 2), st.floats(-1, 1))
def test_a_shock_pushes_an_index_which_is_never_below_nought(index, by):
    found = environment.pushed(index, by)
    assert np.array_equal(found, np.maximum(index + by, 0))
