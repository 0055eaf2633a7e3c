"""Threats: what repression hides is not lost, and each harm follows what causes it."""

import numpy as np
from weighing import assert_moves, given, runs, weights_of

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
    seen = threats.next_militancy(militancy, hidden, returned, np.zeros(3), weights)
    unseen = threats.next_latent(latent, hidden, returned, np.zeros(3), weights)
    np.testing.assert_allclose(seen + unseen, militancy + latent, atol=1e-12)


@given(runs(), runs(), runs(), runs(-9, 9), runs(), weights_here)
def test_visible_militancy_stays_a_share(militancy, repression, latent, noise, more, weights):
    hidden = threats.driven_underground(militancy, repression, weights)
    returned = threats.resurfacing(latent, weights)
    found = threats.next_militancy(militancy, hidden, returned, noise, weights)
    assert ((found >= 0) & (found <= 1)).all()
    assert_moves(
        +1, threats.next_militancy(militancy, hidden, returned + more, noise, weights), found
    )
    assert_moves(
        -1, threats.next_militancy(militancy, hidden + more, returned, noise, weights), found
    )
    assert_moves(
        +1, threats.next_militancy(militancy, hidden, returned, noise + more, weights), found
    )


@given(runs(), runs(), runs(), runs(), weights_here)
def test_latent_militancy_is_fed_by_grievance(latent, hidden, grievance, more, weights):
    returned = threats.resurfacing(latent, weights)
    found = threats.next_latent(latent, hidden, returned, grievance, weights)
    assert ((found >= 0) & (found <= 1)).all()
    aggrieved = np.minimum(grievance + more, 1)
    assert_moves(+1, threats.next_latent(latent, hidden, returned, aggrieved, weights), found)
    assert_moves(
        +1, threats.next_latent(latent, hidden + more, returned, grievance, weights), found
    )
    forgotten = threats.next_latent(latent, np.zeros(3), returned, np.zeros(3), weights)
    assert (forgotten <= latent).all()


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
def test_water_sets_both_ends_of_the_rivers_at_odds_and_nobody_else(stress, more, weights):
    ends = np.array([[1.0], [0.0], [-1.0]])
    found = threats.water_friction(stress, ends, weights)
    assert ((found >= 0) & (found <= 1)).all()
    assert np.array_equal(found[0], found[2])
    assert not found[1].any()
    assert_moves(+1, threats.water_friction(stress + more, ends, weights), found)


@given(runs(), runs(), runs(0, 2), runs(-9, 9), runs(), weights_here)
def test_hardship_grows_with_quarrels_and_returns_to_its_base(
    hardship, base, friction, noise, more, weights
):
    found = threats.next_hardship(hardship, base, friction, noise, weights)
    assert ((found >= 0) & (found <= 1)).all()
    assert_moves(+1, threats.next_hardship(hardship, base, friction + more, noise, weights), found)
    assert_moves(+1, threats.next_hardship(hardship, base, friction, noise + more, weights), found)
    calm = threats.next_hardship(hardship, base, np.zeros(3), np.zeros(3), weights)
    left = weights.hardship_persistence * (hardship - base)
    np.testing.assert_allclose(calm - base, left, atol=1e-12)


@given(runs(), runs(), runs(0, 1))
def test_harms_add_up_and_repression_of_the_poor_breeds_grievance(one, other, more):
    for form in (threats.threat, threats.friction, threats.grievance):
        assert_moves(+1, form(one + more, other), form(one, other))
        assert_moves(+1, form(one, other + more), form(one, other))
    assert not threats.grievance(one, other * 0).any()
    shocked = threats.militancy_after_shock(one, 0.4)
    assert ((shocked >= one) & (shocked <= 1)).all()
