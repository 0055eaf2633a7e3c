"""Imposed history: between two measurements, and unseen states that agree with what was seen."""

import numpy as np
from hypothesis import strategies as st
from weighing import given, runs

from simulation.rules import imposed


@given(st.integers(0, 40), st.integers(1, 40), runs(-3, 3), runs(-3, 3))
def test_a_quantity_lies_between_its_measurements(first, years, before, after):
    ends = [
        imposed.between(before, after, imposed.part_passed(now, first, first + years))
        for now in (first, first + years)
    ]
    np.testing.assert_allclose(ends[0], before, atol=1e-12)
    np.testing.assert_allclose(ends[1], after, atol=1e-12)


@given(runs(0.001, 5), runs(0.001, 0.999), st.floats(0.1, 3))
def test_who_was_seen_refused_would_be_refused_again(worth, draw, noise):
    welcome = np.zeros(3)
    cooler = imposed.cooler_welcome(welcome, worth, noise, draw)
    assert (worth + cooler - welcome <= 1e-12).all()


@given(runs(0.001, 5), runs(0.001, 0.999), st.floats(0.1, 3))
def test_who_was_seen_to_stay_would_stay_again(beyond, draw, noise):
    welcome = np.zeros(3)
    warmer = imposed.warmer_welcome(welcome, beyond, noise, draw)
    assert (warmer - welcome >= beyond - 1e-12).all()


@given(runs(-5, 5), runs(0.001, 0.999), st.floats(0.1, 3))
def test_a_host_that_was_seen_to_keep_its_guest_would_keep_it_again(missing, draw, noise):
    taste = imposed.taste_of_host(missing, noise, draw)
    assert (taste >= np.maximum(missing, 0) - 1e-12).all()
    assert (taste[missing <= 0] == 0).all()


def test_a_promise_is_paid_as_far_as_the_guest_would():
    price, most, rent = np.array([5.0, 50.0, 1.0]), np.full(3, 20.0), np.full(3, 2.0)
    assert imposed.rent_agreed(price, most, rent).tolist() == [5.0, 20.0, 2.0]


def test_clocks_stop_before_what_has_not_come():
    assert imposed.one_quarter_less(np.array([4, 2, 1])).tolist() == [3, 1, 1]
    assert imposed.as_faded(np.array([1.0, 0.3]), np.array([0.5, 0.5])).tolist() == [0.5, 0.3]


def test_logarithms_come_back():
    odds = np.array([0.1, 2.0])
    np.testing.assert_allclose(imposed.from_logarithm(imposed.logarithm(odds)), odds)
    assert imposed.own_pattern(1.0, 3.0, 2.5) == 1.5
