"""The price list: no instrument is a bargain beside the others, and none buys nothing."""

import sys

import pytest
from places import ROOT

sys.path.append(str(ROOT / "docs"))

import make_prices


@pytest.fixture(scope="module")
def prices():
    return make_prices.measure(runs=80, seed=3, source="point")


@pytest.mark.parametrize("year", make_prices.YEARS)
def test_the_dearest_costs_about_fifteen_times_the_cheapest_at_most(prices, year):
    assert 1 < make_prices.spread(prices, year) <= 1.1 * make_prices.MOST_APART


def test_everything_buys_something_and_costs_something(prices):
    for each in prices:
        for year in make_prices.YEARS:
            assert each.cost[year] > 0, each.name
            assert each.points[year] + each.error[year] > 0, each.name


def test_each_reason_is_of_an_instrument(prices):
    assert set(make_prices.REASONS) <= {each.name for each in prices}
    for year in make_prices.YEARS:
        told = [each for each in prices if each.points[year] > 2 * each.error[year]]
        first, last = (f(told, key=lambda it: it.points[year]).name for f in (min, max))
        assert {first, last} <= set(make_prices.REASONS)


def test_what_stops_fades(prices):
    """Training and a gift once are over; what they bought is smaller five years later."""
    for name in ("Training", "American grant once, Uzbekistan"):
        price = next(each for each in prices if each.name == name)
        assert price.points[2015] < price.points[2010]
