"""Projects: what starts them, how long they take, and what a power comes to own."""

import numpy as np
import pytest
from hypothesis import strategies as st
from weighing import arguments, assert_adds_up, assert_moves, given, raised, runs, weights_of

from simulation.rules import choice, projects

weights_here = weights_of("works")
START = {
    "base": (-9.0, 0.0),
    "worth": (0.0, 3.0),
    "wealth": (-0.5, 2.0),
    "dearer": (-1.0, 3.0),
    "friction": (0.0, 3.0),
}
VENTURE = {"hydrocarbons": (0.0, 1.0), "thirst": (0.5, 4.0), "stake": (0.0, 1.0)}


def chance_of_venture(weights, **drawn):
    odds = projects.venture_utility(**drawn, weights=weights)
    return choice.of_occasions(choice.chance(odds.total), weights.venture_rate)


@given(arguments(**START), weights_here)
def test_the_odds_of_a_start_are_the_sum_of_their_terms(drawn, weights):
    assert_adds_up(projects.start_utility(**drawn, weights=weights))


@pytest.mark.parametrize(
    ("argument", "sign"),
    [("base", +1), ("worth", +1), ("wealth", +1), ("dearer", -1), ("friction", -1)],
)
@given(data=st.data())
def test_the_odds_of_a_start_follow_each_of_their_reasons(argument, sign, data):
    drawn, weights = data.draw(arguments(**START)), data.draw(weights_here)
    more = raised(drawn, argument, data.draw(runs()), START[argument][1])
    before, after = (
        projects.start_utility(**each, weights=weights).total for each in (drawn, more)
    )
    assert_moves(sign, after, before)


@given(runs(0, 9000), runs(1, 5000), runs(100, 3000))
def test_a_dearer_project_is_felt_against_what_there_is_to_spend(cost, reference, income):
    assert not projects.dearer(reference, reference, income).any()
    usual = projects.dearer(cost, reference, income)
    assert_moves(+1, projects.dearer(cost + 100, reference, income), usual)
    assert not projects.dearer(cost, np.zeros(3), income).any()  # nothing was stated
    rich = projects.dearer(cost, reference, 10 * income)
    assert (abs(rich) <= abs(usual) + 1e-12).all()


@given(runs(0, 9000), runs(1, 3000), runs(0, 3000))
def test_a_purse_keeps_what_is_not_spent_up_to_some_years(purse, income, paid):
    fuller = projects.next_purse(purse, income, 4.0)
    assert (fuller <= 4 * income).all()
    np.testing.assert_allclose(fuller, np.minimum(purse + income / 4, 4 * income))
    left = projects.purse_after(purse, paid)
    np.testing.assert_allclose(left + paid, purse, atol=1e-9)
    assert np.array_equal(projects.affordable(paid, purse), left >= 0)
    assert projects.affordable(np.zeros(3), -purse).all()
    assert (projects.next_purse(-purse, income, 4.0) >= -purse).all()
    np.testing.assert_allclose(projects.first_purse(income, 4.0), 2 * income)


@given(runs(0, 40), runs(-6, 6), runs(), weights_here)
def test_building_takes_whole_quarters_and_at_least_one(planned, noise, more, weights):
    found = projects.building_quarters(planned, noise, weights)
    assert (found >= 1).all()
    assert (found == np.rint(found)).all()
    assert_moves(+1, projects.building_quarters(planned, noise + more, weights), found)
    assert_moves(+1, projects.building_quarters(planned + 3, noise, weights), found)


@pytest.mark.parametrize("argument", sorted(VENTURE))
@given(data=st.data())
def test_ventures_arise_where_thirst_meets_hydrocarbons(argument, data):
    drawn, weights = data.draw(arguments(**VENTURE)), data.draw(weights_here)
    chance = chance_of_venture(**drawn, weights=weights)
    assert ((chance >= 0) & (chance <= weights.venture_rate)).all()
    more = raised(drawn, argument, data.draw(runs()), VENTURE[argument][1])
    assert_moves(+1, chance_of_venture(**more, weights=weights), chance)


@given(arguments(**VENTURE), weights_here)
def test_the_chance_of_a_venture_can_be_read_term_by_term(drawn, weights):
    utility = projects.venture_utility(**drawn, weights=weights)
    assert_adds_up(utility)
    worth = drawn["hydrocarbons"] * drawn["thirst"] * (1 + drawn["stake"])
    together = weights.venture_slope * (worth - weights.venture_threshold)
    np.testing.assert_allclose(utility.total, together, atol=1e-9)


@given(runs(0, 5), runs(0, 50), runs(), weights_here)
def test_a_stake_saturates_below_one(held, ventures, more, weights):
    size = weights.venture_stake
    found = projects.energy_stake(held, ventures, size)
    assert ((found >= 0) & (found < 1)).all()
    assert_moves(+1, projects.energy_stake(held + more, ventures, size), found)
    assert_moves(+1, projects.energy_stake(held, ventures + 1, size), found)
    assert not projects.energy_stake(np.zeros(3), np.zeros(3), size).any()


@given(runs(0, 5000), st.floats(100, 3000), st.floats(0.1, 2))
def test_an_effect_holds_at_its_reference_and_grows_from_there(stated, reference, elasticity):
    found = projects.size_effect(stated, reference, elasticity)
    assert_moves(+1, projects.size_effect(stated + 100, reference, elasticity), found)
    assert projects.size_effect(np.array([reference]), reference, elasticity)[0] == 1
    assert projects.relative(np.array([7.0]), 0.0)[0] == 1  # no reference: as stated
    follows = np.array([1.0, 0.0, 1.0])
    factor = projects.funded(follows, found)
    np.testing.assert_allclose(factor, np.where(follows, found, 1), atol=1e-12)
    np.testing.assert_allclose(projects.at_size(20.0, factor), 20 * factor)


def test_what_is_stated_in_all_is_read_by_the_year():
    assert projects.yearly(np.array([150.0]), 10).tolist() == [15]
    assert projects.oil_a_year(np.array([250.0]), 0.5, 25).tolist() == [5]
    free, taxed = (projects.zone(100.0, 300.0, 200.0, tariff) for tariff in (0.0, 0.25))
    assert (free, taxed) == (2, 1.5)


@given(runs(0, 1, 5), st.booleans())
def test_a_project_has_its_effect_where_it_runs(effect, opens):
    running = projects.effect_of_running(effect, np.full(3, opens))
    assert np.array_equal(running, effect if opens else effect * 0)


def test_time_is_counted_in_whole_quarters_and_credit_once():
    assert projects.whole_quarters(np.array([0.0, 0.4, 2.6])).tolist() == [1, 1, 3]
    assert projects.creditor(np.array([0.0, 1.0, 2.0])).tolist() == [0, 1, 1]


@given(runs(0, 1, 2, 3), runs(0, 2, 3), runs(0, 1), runs(), runs())
def test_an_own_pipeline_takes_exports_off_the_old_route(route, relieved, toll, worth, decay):
    left = projects.route_left(route, relieved)
    assert ((left >= 0) & (left <= route)).all()
    np.testing.assert_array_equal(projects.route_left(route, relieved * 0), route)
    lost = projects.route_lost(left, route, worth, decay)
    assert (lost >= 0).all()
    assert not projects.route_lost(route, route, worth, decay).any()
    kept = projects.tolls(left, toll)
    assert ((kept >= 0) & (kept <= toll)).all()
    np.testing.assert_array_equal(projects.joined_effects(relieved, relieved), 2 * relieved)


@given(runs(0, 1), runs(0.2, 4), runs(0, 1))
def test_dear_oil_pays_those_who_have_it_and_own_their_way_out(hydrocarbons, price, tolls):
    income = projects.oil_income(hydrocarbons, price, tolls)
    assert (np.sign(income) == np.sign(np.log(price)) * (hydrocarbons * (1 - tolls) > 0)).all()
    free = projects.oil_income(hydrocarbons, price, tolls * 0)
    assert (np.abs(income) <= np.abs(free) + 1e-12).all()
