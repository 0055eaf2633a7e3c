"""Threats: what repression hides is not lost, and each harm follows what causes it."""

import numpy as np
import pytest
from hypothesis import strategies as st
from weighing import arguments, assert_moves, given, masks, raised, runs, weights_of

from simulation.rules import threats

weights_here = weights_of("threats")


@given(runs(), runs(), runs(), weights_here)
def test_repression_hides_a_part_of_what_is_visible(militancy, repression, more, weights):
    hidden = threats.driven_underground(militancy, repression, weights)
    assert ((hidden >= 0) & (hidden <= militancy)).all()
    harder = np.minimum(repression + more, 1)
    assert_moves(+1, threats.driven_underground(militancy, harder, weights), hidden)
    assert not threats.driven_underground(militancy, repression * 0, weights).any()


@given(runs(), weights_here)
def test_a_part_of_what_is_hidden_comes_back(latent, weights):
    returned = threats.resurfacing(latent, weights)
    assert ((returned >= 0) & (returned <= latent)).all()
    np.testing.assert_allclose(returned, weights.resurfacing * latent, atol=1e-15)


@given(runs(0.2, 0.8), runs(0.2, 0.8), runs(), weights_here)
def test_repression_moves_militants_and_ends_none(militancy, latent, repression, weights):
    """Without luck, grievance and forgetting, as many are there as before."""
    hidden = threats.driven_underground(militancy, repression, weights)
    returned = threats.resurfacing(latent, weights)
    weights.forgetting = 0.0
    nobody = np.zeros(3)
    seen = threats.next_militancy(militancy, hidden, returned, nobody, nobody, nobody, weights)
    unseen = threats.next_latent(latent, hidden, returned, nobody, nobody, weights)
    np.testing.assert_allclose(seen + unseen, militancy + latent, atol=1e-12)


@pytest.mark.parametrize(
    ("argument", "sign"),
    [("hidden", -1), ("returned", +1), ("come", +1), ("held", -1), ("noise", +1)],
)
@given(data=st.data())
def test_visible_militancy_stays_a_share_and_follows_what_moves_it(argument, sign, data):
    limits = dict.fromkeys(("militancy", "hidden", "returned", "come", "held", "noise"), (0.0, 1.0))
    drawn, weights = data.draw(arguments(**limits)), data.draw(weights_here)
    found = threats.next_militancy(**drawn, weights=weights)
    assert ((found >= 0) & (found <= 1)).all()
    more = raised(drawn, argument, data.draw(runs()), 2.0)
    assert_moves(sign, threats.next_militancy(**more, weights=weights), found)


@given(runs(), runs(), runs(), runs(), weights_here)
def test_latent_militancy_is_fed_by_grievance(latent, hidden, grievance, more, weights):
    returned = threats.resurfacing(latent, weights)
    nobody = np.zeros(3)

    def later(hidden, grievance, held=nobody):
        return threats.next_latent(latent, hidden, returned, grievance, held, weights)

    found = later(hidden, grievance)
    assert ((found >= 0) & (found <= 1)).all()
    assert_moves(+1, later(hidden, np.minimum(grievance + more, 1)), found)
    assert_moves(+1, later(hidden + more, grievance), found)
    assert_moves(-1, later(hidden, grievance, more), found)
    assert (later(nobody, nobody) <= latent).all()


@given(runs(0, 2), runs(), runs(), runs(), weights_here)
def test_drugs_harm_where_they_pass_and_borders_are_weak(
    traffic, exposure, capacity, more, weights
):
    found = threats.drug_friction(traffic, exposure, capacity, weights)
    assert ((found >= 0) & (found <= 1)).all()
    assert_moves(+1, threats.drug_friction(traffic + more, exposure, capacity, weights), found)
    assert_moves(+1, threats.drug_friction(traffic, exposure + more, capacity, weights), found)
    guarded = np.minimum(capacity + more, 1)
    assert_moves(-1, threats.drug_friction(traffic, exposure, guarded, weights), found)
    assert not threats.drug_friction(traffic, exposure * 0, capacity, weights).any()


@given(runs(0, 2), runs(), weights_here)
def test_water_sets_its_users_at_odds_unless_they_all_lie_upstream(missing, more, weights):
    def quarrel(*ends):
        return threats.water_friction(missing, np.array(ends)[:, np.newaxis], weights)

    found = quarrel(1.0, 0.0, -1.0)
    assert ((found >= 0) & (found <= 1)).all()
    assert np.array_equal(found[0], found[2])
    assert not found[1].any()
    assert not quarrel(1.0, 1.0, 1.0).any()
    assert np.array_equal(quarrel(-1.0, -1.0, 0.0)[0], found[0])
    assert not quarrel(-1.0, 0.0, 0.0).any()  # nobody quarrels with himself
    worse = threats.water_friction(missing + more, np.array([[1.0], [-1.0]]), weights)
    assert_moves(+1, worse[0], found[0])


@given(runs(0, 2), runs(0, 2), runs(), weights_here)
def test_harvests_are_lost_downstream_alone_and_more_as_the_aral_shrinks(
    stress, usual, more, weights
):
    ends = np.array([[1.0], [0.0], [-1.0]])
    missing = threats.water_missing(stress, 0, weights)
    np.testing.assert_array_equal(missing, stress)
    assert_moves(+1, threats.water_missing(stress, 40, weights), missing)
    lost = threats.harvest_lost(missing, usual, ends, np.ones((3, 1)))
    assert not lost[:2].any()
    np.testing.assert_allclose(lost[2], missing - usual)
    drier = threats.harvest_lost(missing + more, usual, ends, np.ones((3, 1)))
    assert_moves(+1, drier[2], lost[2])


@given(runs(0, 1, 3), runs(0, 1, 3), weights_here)
def test_militants_come_over_from_where_more_has_risen(militancy, first, weights):
    valley = np.array([[1.0], [1.0], [0.0]])
    risen = threats.risen(militancy, first)
    come = threats.spilled(risen, valley, weights)
    assert (come >= 0).all()
    assert not come[2].any()  # who does not belong to the valley is spared
    most = np.maximum(risen[0], risen[1])
    assert (come[:2][risen[:2] >= most] == 0).all()
    assert not threats.spilled(risen * 0, valley, weights).any()


@given(runs(), runs(), weights_here)
def test_a_campaign_ruins_the_sanctuary_for_a_time(sanctuary, campaign, weights):
    ruined = threats.next_sanctuary(sanctuary, campaign, weights)
    assert ((ruined >= 0) & (ruined <= 1)).all()
    assert_moves(+1, threats.next_sanctuary(sanctuary, campaign * 0, weights), ruined)
    gone = threats.crossing(ruined, sanctuary, np.ones(3), weights)
    back = threats.crossing(sanctuary, ruined, np.ones(3), weights)
    np.testing.assert_allclose(gone + back, 0, atol=1e-12)


@given(runs(0, 3, 2), runs(), runs(), runs(), weights_here)
def test_protection_is_in_proportion_to_the_ties_that_carry_it(
    ties, weight, militants, more, weights
):
    carried = threats.carried(ties)
    assert ((carried >= 0) & (carried.sum(axis=0) < 1)).all()
    stands = threats.protected(np.zeros(3), weight, np.ones(3), carried[0])
    np.testing.assert_allclose(stands, weight * carried[0])
    held = threats.held_down(militants, stands, np.zeros(3), weights)
    assert ((held >= 0) & (held <= militants)).all()
    assert not threats.held_down(militants, stands, stands, weights).any()
    assert_moves(-1, threats.held_down(militants, stands, more, weights), held)


@given(runs(), runs(), runs(), weights_here)
def test_only_what_nobody_is_used_to_alarms(militancy, usual, more, weights):
    surprise = threats.unaccustomed(militancy, usual, weights)
    assert (surprise[militancy <= usual + weights.alarm_from] == 0).all()
    assert_moves(+1, threats.unaccustomed(militancy + more, usual, weights), surprise)
    used = threats.next_usual_militancy(usual, militancy, weights)
    assert (np.abs(militancy - used) <= np.abs(militancy - usual) + 1e-12).all()
    np.testing.assert_allclose(threats.of_alarm(surprise, weights), weights.alarm_fear * surprise)


@given(runs(), runs(-1, 1), runs(), runs(), weights_here)
def test_drugs_and_militants_wear_capacity_down(capacity, drugs, surprise, more, weights):
    left = threats.corroded(capacity, drugs, surprise, weights)
    assert ((left >= 0) & (left <= 1)).all()
    assert_moves(-1, threats.corroded(capacity, drugs + more, surprise, weights), left)
    assert_moves(-1, threats.corroded(capacity, drugs, surprise + more, weights), left)
    np.testing.assert_array_equal(
        threats.corroded(capacity, drugs * 0, surprise * 0, weights), capacity
    )


@given(runs(), runs(), masks())
def test_a_programme_stops_a_part_of_the_traffic_of_those_who_joined(friction, part, joined):
    left = threats.drugs_stopped(friction, part, joined)
    np.testing.assert_array_equal(left[~joined], friction[~joined])
    assert (left <= friction).all()


@given(runs(), runs(), runs(), weights_here)
def test_a_crackdown_recruits_the_hidden(latent, severity, more, weights):
    found = threats.recruited(latent, severity, weights)
    assert ((found >= latent) & (found <= 1)).all()
    assert_moves(+1, threats.recruited(latent, severity + more, weights), found)
    np.testing.assert_array_equal(threats.recruited(latent, severity * 0, weights), latent)


@pytest.mark.parametrize(
    ("argument", "sign"), [("drugs", +1), ("harvest", +1), ("unaccustomed", +1), ("oil_income", -1)]
)
@given(data=st.data())
def test_a_burden_follows_what_makes_it(argument, sign, data):
    limits = dict.fromkeys(("drugs", "harvest", "unaccustomed", "oil_income"), (-1.0, 1.0))
    drawn, weights = data.draw(arguments(**limits)), data.draw(weights_here)
    before = threats.hardship_added(**drawn, weights=weights)
    more = raised(drawn, argument, data.draw(runs()), 2.0)
    assert_moves(sign, threats.hardship_added(**more, weights=weights), before)


@given(runs(), runs(), runs(0, 2), runs(-9, 9), runs(), weights_here)
def test_hardship_grows_with_its_burden_and_returns_to_its_base(
    hardship, base, burden, noise, more, weights
):
    found = threats.next_hardship(hardship, base, burden, noise, weights)
    assert ((found >= 0) & (found <= 1)).all()
    assert_moves(+1, threats.next_hardship(hardship, base, burden + more, noise, weights), found)
    assert_moves(+1, threats.next_hardship(hardship, base, burden, noise + more, weights), found)
    calm = threats.next_hardship(hardship, base, np.zeros(3), np.zeros(3), weights)
    left = weights.hardship_persistence * (hardship - base)
    np.testing.assert_allclose(calm - base, left, atol=1e-12)


@given(runs(), runs(), runs(0, 1))
def test_harms_add_up_and_repression_of_the_poor_breeds_grievance(one, other, more):
    for form in (threats.threat, threats.grievance):
        assert_moves(+1, form(one + more, other), form(one, other))
        assert_moves(+1, form(one, other + more), form(one, other))
    assert not threats.grievance(one, other * 0).any()
    shocked = threats.militancy_after_shock(one, 0.4)
    assert ((shocked >= one) & (shocked <= 1)).all()
