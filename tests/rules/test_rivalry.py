"""Rivalry: what is felt is what is more than usual; budgets stretch, money answers."""

import numpy as np
from hypothesis import strategies as st
from weighing import assert_adds_up, assert_moves, given, runs, weights_of

from simulation.rules import rivalry

weights_here = weights_of("rivalry")
worths, changes = runs(0, 2, 4, 5), runs(-0.3, 0.3, 4, 5)
minded = runs(0, 1, 4, 4).map(lambda table: table * (1 - np.eye(4))[:, :, np.newaxis])


@given(worths)
def test_parts_of_worth_add_up_also_of_nothing(value):
    for each in (value, value * 0):
        part = rivalry.parts_of_worth(each)
        np.testing.assert_allclose(part.sum(axis=1), 1, atol=1e-9)


@given(worths, changes)
def test_a_gain_is_felt_where_it_matters(value, change):
    part = rivalry.parts_of_worth(value)
    found = rivalry.gain_where_it_matters(part, change)
    assert found.shape == (4, 4, 3)
    np.testing.assert_allclose(found[1, 2], (part[1] * change[2]).sum(axis=0), atol=1e-9)
    lost = rivalry.ground_lost(part, 0.0, change)
    np.testing.assert_allclose(lost[1], -found[1, 1], atol=1e-9)


@given(runs(0, 3, 1, 4), runs(-0.5, 0.5, 4, 4), runs(0, 1, 4, 4), weights_here)
def test_presence_rises_with_each_part_and_a_rival_that_falls_back_hides_no_other(
    bases, gain, bloc, weights
):
    felt = rivalry.felt_presence(bases, gain, bloc, weights)
    assert (felt >= 0).all()
    for more in ((bases + 1, gain, bloc), (bases, gain + 0.1, bloc), (bases, gain, bloc + 0.1)):
        assert_moves(+1, rivalry.felt_presence(*more, weights), felt)
    nothing = rivalry.felt_presence(bases * 0, gain * 0, bloc * 0, weights)
    assert not nothing.any()  # what was there in 2001 is felt by nobody


@given(minded, runs(0, 2, 4, 4), runs(0, 1))
def test_pressure_lies_between_0_and_1_and_leaves_out_who_is_not_minded(minds, felt, lag):
    pressed = rivalry.pressure(minds, felt)
    assert pressed.shape == (4, 3)
    assert ((pressed >= 0) & (pressed <= 1)).all()
    assert not rivalry.pressure(minds * 0, felt).any()
    moved = rivalry.next_felt(felt, felt + 1, lag)
    np.testing.assert_allclose(moved - felt, np.broadcast_to(lag, felt.shape), atol=1e-9)


@given(runs(-0.9, 0.9), runs(0, 1), runs(-1, 1), weights_here)
def test_effort_goes_towards_what_is_wished_and_never_beyond_its_bound(
    effort, pressed, lost, weights
):
    bound = np.log(weights.most_effort)
    effort = np.clip(effort, -bound, bound)
    found = rivalry.next_effort(effort, pressed, lost, weights)
    assert (np.abs(found) <= bound + 1e-12).all()
    assert_moves(+1, rivalry.next_effort(effort, pressed, lost + 0.1, weights), found)
    gained = rivalry.next_effort(effort * 0, pressed * 0, -np.abs(lost), weights)
    wanted = rivalry.next_effort(effort * 0, pressed * 0, np.abs(lost), weights)
    assert (gained <= 0).all() and (wanted >= -gained).all()  # losses weigh more than gains


@given(minded, changes, weights_here)
def test_money_goes_where_ground_is_lost(minds, change, weights):
    threatened = rivalry.ground_threatened(minds[1], change, change[1])
    assert (threatened >= 0).all()
    calm = rivalry.stake(np.ones((5, 3)), 1.2, threatened * 0, weights)
    stakes = rivalry.stake(np.ones((5, 3)), 1.2, threatened, weights)
    assert (stakes >= calm).all() and (stakes <= np.exp(2) * calm + 1e-9).all()


@given(runs(0, 2, 5), runs(1e-5, 1, 3, 5), runs(1, 200, 3))
def test_a_budget_is_spread_and_shifted_but_never_grows(stakes, leverage, budget):
    part = rivalry.spread_over(stakes, leverage)
    assert ((part >= 0) & (part <= 1 + 1e-9)).all()
    assert (part.sum(axis=1) <= 1 + 1e-9).all()
    shifted = rivalry.shift_of_channels(part, leverage, budget)
    assert (shifted >= 0).all()
    assert (shifted.sum(axis=0) <= budget.sum(axis=0) * (1 + 1e-9)).all()
    alike = rivalry.shift_of_channels(np.full((3, 5, 3), 0.2), np.ones((3, 5, 3)), budget)
    np.testing.assert_allclose(alike, budget)


@given(runs(0, 1, 3, 4, 5), runs(0, 1, 3, 4, 5), weights_here)
def test_what_a_million_does_counts_against_what_it_did_at_first(gain, first, weights):
    now = rivalry.against_the_first(gain, first, weights)
    assert (now > 0).all()
    assert_moves(+1, rivalry.against_the_first(gain + 0.1, first, weights), now)
    assert_moves(-1, rivalry.against_the_first(gain, first + 0.1, weights), now)


@given(runs(0, 2, 3, 4, 5), runs(0, 0.1), runs(0, 300, 4, 5), weights_here)
def test_inherited_ties_are_kept_up_by_what_is_given(tie, held, given_money, weights):
    lasting = weights.discord_depth
    loose = rivalry.needs_upkeep(tie, np.minimum(held, tie), lasting)
    assert ((loose >= 0) & (loose <= tie + 1e-12)).all()
    cost = rivalry.cost_of_upkeep(loose, weights)
    kept = rivalry.kept_by_spending(given_money, cost)
    assert ((kept >= 0) & (kept <= 1)).all()
    assert (kept[cost == 0] == 1).all()
    assert not rivalry.kept_by_spending(given_money * 0, cost)[cost > 0].any()
    np.testing.assert_allclose(rivalry.kept_up(tie, loose, 1.0), tie)
    np.testing.assert_allclose(rivalry.kept_up(tie, loose, 0.0), tie - loose)
    assert np.array_equal(rivalry.held_by_trade(held, 4.0, tie), np.minimum(4 * held, tie))


@given(runs(0, 1, 2), weights_here)
def test_sponsors_who_do_not_mind_one_another_are_in_no_discord(minds, weights):
    found = rivalry.discord(minds, weights)
    assert ((found >= 0) & (found <= 1)).all()
    assert not rivalry.discord(np.full((2, 3), weights.tolerated), weights).any()
    np.testing.assert_allclose(rivalry.discord(np.ones((2, 3)), weights), 1)
    assert (rivalry.idle_part(found, weights) <= weights.discord_depth).all()
    np.testing.assert_allclose(rivalry.burden(found, weights), weights.discord_support * found)


@given(runs(0, 1), runs(0, 20), st.floats(0, 1), weights_here)
def test_a_bloc_is_felt_by_depth_and_size(depth, members, fraction, weights):
    size = rivalry.size_of_bloc(depth, members, 2.0, fraction)
    assert_moves(+1, rivalry.size_of_bloc(depth, members + 1, 2.0, fraction), size)
    assert np.array_equal(rivalry.larger(depth, members), np.maximum(depth, members))
    step = rivalry.step(0.001, members * 10, weights)
    assert ((step >= weights.least_step) & (step <= 1)).all()
    usual = rivalry.next_accustomed(depth, 1.0, weights.memory)
    assert ((usual >= depth) & (usual <= 1)).all()


@given(runs(0, 0.5), runs(0, 0.5), runs(-3, 3), weights_here)
def test_an_answer_follows_what_rivals_won_and_what_a_dollar_does_so(lost, more, bargain, weights):
    answer = rivalry.answer_utility(weights.answer_credit, lost, bargain, weights)
    assert_adds_up(answer)
    worse = rivalry.answer_utility(weights.answer_credit, lost + more, bargain, weights)
    assert_moves(+1, worse.total, answer.total)
    assert not rivalry.answer_utility(0.0, 0 * lost, bargain, weights).threat.any()


@given(runs(0, 1, 3, 5), runs(0.01, 1, 3, 5), runs(0.001, 0.01, 3), runs(0, 200, 3))
def test_what_money_does_is_known_also_without_any(part, leverage, conversion, budget):
    part = part / np.maximum(part.sum(axis=1, keepdims=True), 1)
    does = rivalry.done_by_money(part, leverage, conversion, budget)
    most = (leverage.max(axis=1) * conversion).max(axis=0)
    assert ((does >= 0) & (does <= most * (1 + 1e-6))).all()
    alike = rivalry.done_by_money(part, leverage, conversion, budget * 0)
    mean = ((part * leverage).sum(axis=1) * conversion).mean(axis=0)
    np.testing.assert_allclose(alike, mean, rtol=1e-6)


@given(runs(0.0001, 0.01), runs(0.1, 10), runs(0.0001, 0.01))
def test_a_bargain_is_better_than_money_where_it_does_more(does, counts, money):
    found = rivalry.bargain(does, counts, money)
    assert (np.abs(found) <= np.log(100) + 1e-6).all()
    assert_moves(+1, rivalry.bargain(does, counts + 1, money), found)
    np.testing.assert_allclose(rivalry.bargain(money, 1.0, money), 0, atol=1e-9)


@given(runs(0, 9000), weights_here)
def test_a_credit_is_a_part_of_the_purse(purse, weights):
    offered = rivalry.sum_offered(purse, weights)
    assert ((offered >= 0) & (offered <= purse)).all()
    assert not rivalry.sum_offered(-purse, weights).any()
