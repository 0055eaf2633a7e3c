"""The ledger: money makes ties with falling returns; each entry is as large as what it books."""

import numpy as np
from hypothesis import strategies as st
from weighing import assert_moves, given, runs, weights_of

from simulation.rules import ledger

weights_here = weights_of("ledger")


@given(runs(0, 900), runs(1, 200), runs(0.0001, 0.01))
def test_more_money_makes_more_ties_and_each_million_fewer(spent, scale, conversion):
    one = ledger.tie_of_spending(spent, scale, conversion)
    two = ledger.tie_of_spending(2 * spent + 1, scale, conversion)
    assert_moves(+1, two, one)
    assert (two <= 2 * one + conversion / 4 + 1e-12).all()
    first = ledger.tie_of_spending(1e-3 * scale, scale, conversion)
    np.testing.assert_allclose(first, 1e-3 * scale * conversion / 4, rtol=1e-3)
    far, further = (ledger.tie_of_spending(n * scale, scale, conversion) for n in (1e6, 4e6))
    np.testing.assert_allclose(further, 2 * far, rtol=1e-2)


@given(runs(1e4, 2e5), weights_here)
def test_a_larger_economy_takes_more_before_returns_fall(gdp, weights):
    small, large = (ledger.scale_of_returns(each, weights) for each in (gdp, 2 * gdp))
    assert_moves(+1, large, small)
    stated = ledger.scale_of_returns(weights.scale_economy, weights)
    np.testing.assert_allclose(stated, weights.scale)


def test_what_is_given_in_a_quarter_is_booked_by_the_year():
    assert ledger.by_the_year(np.array([10.0])).tolist() == [40]
    assert ledger.by_the_quarter(np.array([40.0])).tolist() == [10]
    assert ledger.spent_while(np.array([40.0, 40.0]), np.array([True, False])).tolist() == [40, 0]


def test_members_count_by_depth_that_was_built_and_never_less_than_nothing():
    counts, depth = np.array([1.0, 0.5, 1.0]), np.array([0.4, 0.4, 0.1])
    gain = ledger.membership_gained(counts, depth, np.array([0.0, 0.0, 1.0]), 0.3)
    np.testing.assert_allclose(ledger.spent_on_members(15.0, gain), [6, 3, 0])


def test_who_leaves_loses_what_belonging_brought_in_2001():
    gain = ledger.membership_gained(np.array([0.0, 1.0]), 0.4, np.array([1.0, 1.0]), 0.4)
    np.testing.assert_allclose(ledger.tie_of_leaving(15.0, gain, 0.002), [-0.003, 0])
    assert not ledger.spent_on_members(15.0, gain).any()


def test_a_budget_is_shared_by_members_and_sponsors():
    paid = ledger.paid_to_a_member(4.0, np.array([4.0, 0.0]), 2, np.array([True, True]))
    assert paid.tolist() == [0.5, 2]


def test_a_drill_costs_what_its_troops_cost_once():
    trained = np.array([[1.0, 0.0], [1.0, 0.0]])
    spent = ledger.spent_on_a_drill(10_000.0, 0.002, trained, trained.sum(axis=0), 2)
    assert spent[:, 0].sum() / 4 * 2 == 20  # quarters in a year, sponsors
    assert not spent[:, 1].any()


def test_a_fund_for_more_people_spends_more_and_a_longer_one_less_each_year():
    usual, more, longer = (
        ledger.spent_on_training(cost, years, 0.25)
        for cost, years in ((15.0, 5.0), (30.0, 5.0), (15.0, 50.0))
    )
    assert (usual, more, longer) == (0.75, 1.5, 0.075)


def test_a_term_begins_with_its_quarter_and_ends():
    begun = np.array([3, -1, 3])
    assert ledger.within_term(begun, 3, 2.0).tolist() == [True, False, True]
    assert ledger.within_term(begun, 4, 2.0).tolist() == [True, False, True]
    assert not ledger.within_term(begun, 5, 2.0).any()


@given(runs(0, 900), runs(0, 900), st.integers(1, 20))
def test_a_deal_is_drawn_to_the_end(undrawn, signed, term):
    drawn = ledger.drawn_in_a_quarter(undrawn + signed, float(term))
    left = ledger.undrawn_after(undrawn, signed, drawn)
    np.testing.assert_allclose(left + drawn, undrawn + signed, atol=1e-9)
    assert ((left >= 0) & (drawn >= 0)).all()
    np.testing.assert_allclose(ledger.drawn_in_a_year(900.0, 0.2, 12.0), 4 * 900 * 0.2 / 12)


@given(runs(0, 20), runs(0, 50))
def test_ventures_and_zones_saturate(ventures, price):
    spent = ledger.spent_on_ventures(price, ventures)
    assert ((spent >= 0) & (spent <= price)).all()
    size = ledger.saturating_zone(ventures)
    assert ((size >= 0) & (size < 2)).all()
    assert ledger.saturating_zone(np.array([1.0]))[0] == 1
    assert_moves(+1, ledger.saturating_zone(ventures + 1), size)
