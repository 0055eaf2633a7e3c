"""Choice: chances between 0 and 1, and a draw that is read out on the side on which it decided."""

import numpy as np
import pytest
from hypothesis import strategies as st
from weighing import assert_moves, given, runs

from simulation.rules import choice

SIDES = st.sampled_from([1, -1])


def beyond(total, bar, side):
    """How far a decision that is taken above (1) or below (-1) its bar is beyond it."""
    return choice.margin(total, bar) if side > 0 else choice.margin(bar, total)


@given(runs(-5, 5), runs(-5, 5), st.floats(0.1, 9), runs(0, 1), runs(), SIDES)
def test_a_chance_rises_with_the_margin_and_never_beyond_the_occasions(
    total, bar, slope, most, more, side
):
    def chance(of, most):
        logits = choice.weighed_alike(beyond(of, bar, side), slope)
        return choice.of_occasions(choice.chance(logits), most)

    found = chance(total, most)
    assert ((found >= 0) & (found <= most)).all()
    assert_moves(side, chance(total + more, most), found)
    assert (chance(bar, 1) == 0.5).all()
    assert np.array_equal(choice.decides(total, bar), choice.margin(total, bar) > 0)


@given(runs(-5, 5), runs(-5, 5), st.floats(0.1, 9), runs(0.001, 0.999), SIDES)
def test_a_draw_in_the_unit_of_the_terms_decides_as_the_chance_does(total, bar, slope, draw, side):
    chance = choice.chance(choice.weighed_alike(beyond(total, bar, side), slope))
    read = beyond(total + choice.luck_in_terms(draw, slope, side), bar, side)
    clear = np.abs(draw - chance) > 1e-9
    assert np.array_equal((draw < chance)[clear], (read > 0)[clear])


@given(runs(0.001, 0.999), runs(0.01, 1))
def test_a_draw_is_read_within_the_occasions(draw, most):
    arises = draw < most
    within = choice.drawn_within(draw, most, arises)
    assert ((within > 0) & (within < 1)).all()
    assert (within[~arises] == 0.5).all()


@given(runs(-9, 0), runs(0.001, 0.999))
def test_logarithms_and_points_decide_as_their_chance_does(logarithm, draw):
    chance = choice.chance_from_log(logarithm)
    clear = np.abs(draw - chance) > 1e-9
    read = logarithm + choice.luck_in_log(draw)
    assert np.array_equal((draw < chance)[clear], (read > 0)[clear])
    read = chance + choice.luck_in_points(draw)
    assert np.array_equal((draw < chance)[clear], (read > 0)[clear])


def test_a_mood_has_the_size_of_its_noise():
    assert choice.mood(np.array(0.5), np.array([-2.0, 0.0, 4.0])).tolist() == [-1.0, 0.0, 2.0]


@given(runs(0.001, 0.999), st.floats(-3, 0), st.floats(0.5, 3))
def test_luck_begins_between_its_bounds(draw, low, high):
    luck = choice.first_luck(draw, low, high)
    assert ((luck >= low - 1e-6) & (luck <= high + 1e-6)).all()


@pytest.mark.parametrize("bounds", [(40, np.inf), (-np.inf, -40), (-np.inf, np.inf)])
def test_luck_that_nothing_explains_is_far_out_and_finite(bounds):
    """A member whom a vector of parameters would not have let in; at single precision."""
    draw = np.array([0, 0.3, 1 - 2**-24], dtype=np.float32)
    luck = choice.first_luck(draw, *(np.float32(bound) for bound in bounds))
    assert np.isfinite(luck).all()
    assert (np.abs(luck) < 10).all()


def test_lasting_luck_keeps_its_variance_and_forgets_as_it_is_told():
    chance = np.random.default_rng(1)
    luck = chance.logistic(0, np.sqrt(3) / np.pi, 40_000)
    first, kept = luck.copy(), np.float64(0.9)
    for _ in range(5):
        shock = chance.logistic(0, np.sqrt(3) / np.pi, 40_000)
        luck = choice.lasting_luck(luck, kept, shock)
    assert abs(luck.std() - 1) < 0.02
    assert abs(np.corrcoef(first, luck)[0, 1] - 0.9**5) < 0.02
