"""Hosting: each reason counts the way it is said to, and the price is the rent that settles it."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import strategies as st
from weighing import arguments, assert_adds_up, assert_moves, given, masks, raised, runs, weights_of

from simulation.rules import basing

LIMITS = {
    "rent": (0.0, 400.0),
    "scale": (0.5, 30.0),
    "for_campaign": (0.0, 1.0),
    "militancy": (0.0, 1.0),
    "campaign": (0.0, 1.0),
    "affinity": (-1.0, 1.0),
    "autonomy": (0.0, 1.0),
    "presence": (0.0, 1.0),
    "blame": (0.0, 2.0),
    "pride": (0.0, 1.0),
    "fear": (0.0, 1.0),
    "statement": (0.0, 1.0),
    "stake": (0.0, 1.0),
    "rivals": (0.0, 1.0),
}
hosts = arguments(**LIMITS)


@given(hosts, weights_of("basing"))
def test_hosting_is_the_sum_of_its_reasons(host, weights):
    utility = basing.host_utility(**host, weights=weights)
    assert_adds_up(utility)
    assert {"rent", "threat", "affinity"} <= set(utility.terms)


@pytest.mark.parametrize(
    ("argument", "sign"),
    [
        ("rent", +1),
        ("scale", -1),
        ("for_campaign", +1),
        ("militancy", +1),
        ("campaign", +1),
        ("affinity", +1),
        ("autonomy", -1),
        ("presence", -1),
        ("blame", -1),
        ("pride", -1),
        ("fear", -1),
        ("statement", -1),
        ("stake", -1),
        ("rivals", -1),
    ],
)
@given(data=st.data())
def test_hosting_follows_each_of_its_reasons(argument, sign, data):
    host, weights = data.draw(hosts), data.draw(weights_of("basing"))
    more = raised(host, argument, data.draw(runs()), LIMITS[argument][1])
    before, after = (basing.host_utility(**each, weights=weights).total for each in (host, more))
    assert_moves(sign, after, before)


@given(hosts, runs(), weights_of("basing"))
def test_what_is_known_of_a_host_counts_like_habit(host, taste, weights):
    known = basing.host_utility(**host, weights=weights, taste=taste)
    plain = basing.host_utility(**host, weights=weights)
    np.testing.assert_allclose(known.total - plain.total, taste, atol=1e-9)


@given(hosts, weights_of("basing"))
def test_a_base_that_is_not_for_the_campaign_is_not_kept_by_it(host, weights):
    idle = host | {"for_campaign": np.zeros(3)}
    assert (basing.host_utility(**idle, weights=weights).threat == 0).all()


@given(hosts, weights_of("basing"))
def test_at_the_price_the_host_just_stays(host, weights):
    utility = basing.host_utility(**host, weights=weights)
    price = basing.price_to_stay(utility, host["scale"], weights)
    assert (price >= 0).all()
    assert np.isfinite(price).all()
    paid = basing.host_utility(**host | {"rent": price}, weights=weights).total
    capped = price >= host["scale"] * weights.price_cap * (1 - 1e-9)
    free = price == 0
    inside = ~capped & ~free
    np.testing.assert_allclose(paid[inside], weights.margin, rtol=0, atol=1e-9)
    assert (paid[free] >= weights.margin - 1e-9).all()
    assert (paid[capped] <= weights.margin + 1e-9).all()


@given(hosts, runs(0.01, 50), weights_of("basing"))
def test_a_guest_that_pays_less_than_the_price_is_not_kept_by_the_margin(host, less, weights):
    utility = basing.host_utility(**host, weights=weights)
    price = basing.price_to_stay(utility, host["scale"], weights)
    short = np.maximum(price - less, 0)
    paid = basing.host_utility(**host | {"rent": short}, weights=weights).total
    assert (paid[price > 0] < weights.margin).all()


@given(hosts, weights_of("basing"))
def test_the_price_does_not_depend_on_the_rent_paid_so_far(host, weights):
    first = basing.host_utility(**host, weights=weights)
    other = basing.host_utility(**host | {"rent": np.zeros(3)}, weights=weights)
    np.testing.assert_allclose(
        basing.price_to_stay(first, host["scale"], weights),
        basing.price_to_stay(other, host["scale"], weights),
        rtol=1e-9,
        atol=1e-9,
    )


@pytest.mark.parametrize(("argument", "sign"), [("blame", +1), ("statement", +1), ("affinity", -1)])
@given(data=st.data())
def test_a_host_with_more_against_staying_asks_for_more(argument, sign, data):
    host, weights = data.draw(hosts), data.draw(weights_of("basing"))
    more = raised(host, argument, data.draw(runs()), LIMITS[argument][1])
    before, after = (
        basing.price_to_stay(basing.host_utility(**each, weights=weights), host["scale"], weights)
        for each in (host, more)
    )
    assert_moves(sign, after, before)


@given(hosts, runs(0, 500), weights_of("basing"))
def test_a_guest_can_pay_the_price_where_its_whole_offer_reaches_the_margin(host, most, weights):
    hosting = basing.host_utility(**host, weights=weights)
    price = basing.price_to_stay(hosting, host["scale"], weights)
    offered = basing.staying_utility(hosting, most, host["scale"], weights).total
    clear = np.abs(offered - weights.margin) > 1e-9
    assert np.array_equal((price <= most)[clear], (offered > weights.margin)[clear])


@given(runs(1000, 300_000), runs(1.01, 5), weights_of("basing"))
def test_the_rent_that_matters_grows_less_than_the_economy(gdp, times, weights):
    scale, larger = basing.rent_scale(gdp, weights), basing.rent_scale(gdp * times, weights)
    assert (scale > 0).all()
    assert (larger > scale).all()
    assert (larger <= scale * times * (1 + 1e-12)).all()  # an elasticity of one is within its range
    at_home = basing.rent_scale(np.array([weights.rent_scale_economy]), weights)
    assert at_home[0] == pytest.approx(weights.rent_scale)


@given(runs(), runs(), weights_of("basing"))
def test_a_blocs_call_weighs_between_the_floor_and_all(share, more, weights):
    stake = basing.bloc_stake(share, weights)
    assert ((stake >= weights.stake_floor) & (stake <= 1 + 1e-12)).all()
    assert_moves(+1, basing.bloc_stake(np.minimum(share + more, 1), weights), stake)


@given(runs(), runs(), runs(), weights_of("basing"))
def test_the_odds_of_a_proposal_rise_with_pressure(pressure, threshold, more, weights):
    odds = basing.counterweight(pressure, weights).total
    bar = basing.counterweight_bar(threshold, weights)
    assert_moves(+1, basing.counterweight(pressure + more, weights).total, odds)
    assert_moves(+1, basing.counterweight_bar(threshold + more, weights), bar)
    assert np.array_equal(basing.counterweight(threshold, weights).total, bar)


def test_a_base_for_a_campaign_is_worth_what_its_host_is():
    worth = np.array([0.0, 0.7])
    assert basing.campaign_need(worth).total is worth


@given(masks(), weights_of("basing"))
def test_reviews_come_with_a_trigger_and_seldom_without(triggered, weights):
    cause = basing.cause_for_review(np.zeros(3), triggered, weights)
    chance = basing.review_utility(cause, weights)
    assert_adds_up(chance)
    expected = np.where(triggered, weights.review_on_trigger, weights.review_otherwise)
    np.testing.assert_allclose(chance.total, expected, rtol=1e-12)


@given(runs(), masks(), weights_of("basing"))
def test_a_faint_call_moves_few_hosts_and_a_full_one_as_many_as_any_cause(call, other, weights):
    cause = basing.cause_for_review(call, other, weights)
    assert (cause[other] == 1).all()
    np.testing.assert_allclose(cause[~other], weights.call_as_cause * call[~other])
    weights.call_as_cause = 1.0
    whole = basing.cause_for_review(np.ones(3), other & False, weights)
    found = basing.review_utility(whole, weights).total
    np.testing.assert_allclose(found, weights.review_on_trigger)


@given(runs(0, 100), runs(), runs(), runs(), weights_of("basing"))
def test_a_guest_pays_more_where_it_needs_the_place(ceiling, access, campaign, more, weights):
    most = basing.reservation(ceiling, access, campaign, True, weights)
    assert (most >= 0).all()
    for larger in (
        basing.reservation(ceiling + more, access, campaign, True, weights),
        basing.reservation(ceiling, access + more, campaign, True, weights),
        basing.reservation(ceiling, access, campaign + more, True, weights),
    ):
        assert_moves(+1, larger, most)
    assert (basing.reservation(ceiling, access, np.zeros(3), True, weights) <= most).all()


@given(runs(0, 2), runs(), runs(), runs(), weights_of("basing"))
def test_blame_and_fear_keep_the_envoy_away(blame, pride, fear, more, weights):
    def received(blame, pride, fear):
        return basing.welcome_utility(blame, pride, fear, weights)

    chance = received(blame, pride, fear)
    assert_adds_up(chance)
    assert (chance.total <= 1).all()
    assert_moves(-1, received(blame + more, pride, fear).total, chance.total)
    assert_moves(-1, received(blame, pride + more, fear).total, chance.total)
    assert_moves(-1, received(blame, pride, fear + more).total, chance.total)
    assert (received(np.zeros(3), pride, fear).total == 1).all()


def test_a_guest_leaves_early_by_chance_alone():
    weights = SimpleNamespace(leave_early=0.25)
    assert basing.departure_utility(weights).total == 0.25


def test_a_guest_that_stays_never_pays_less_than_before():
    assert basing.raised_rent(np.array([1.0, 5.0]), np.array([2.0, 2.0])).tolist() == [2.0, 5.0]


def test_contracts_and_notice_run_for_whole_quarters():
    assert basing.term_of_contract(np.array([19.6, 20.0])).tolist() == [20, 20]
    days = np.array([0.0, 30.0, 46.0, 90.0, 180.0, 360.0, 365.25])
    assert basing.term_of_notice(days).tolist() == [0, 0, 1, 1, 2, 4, 4]


@given(runs(0, 1), runs(), weights_of("basing"))
def test_a_guest_gives_up_sooner_what_it_needs_less(need, more, weights):
    utility = basing.withdrawal_utility(need, weights)
    assert_adds_up(utility)
    assert_moves(-1, basing.withdrawal_utility(need + more, weights).total, utility.total)


@given(runs(0, 1), runs(0, 1))
def test_a_campaign_base_is_needed_by_the_campaign_and_another_by_pressure(campaign, pressure):
    for_it, other = (basing.need_of_base(campaign, pressure, serves) for serves in (True, False))
    np.testing.assert_array_equal(for_it, campaign)
    np.testing.assert_array_equal(other, pressure)
