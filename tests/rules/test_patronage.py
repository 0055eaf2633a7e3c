"""Patronage: budgets are never overspent, conditions bite beyond tolerance, goods have a price."""

import numpy as np
import pytest
from hypothesis import strategies as st
from weighing import arguments, assert_adds_up, assert_moves, given, masks, raised, runs, weights_of

from simulation.rules import patronage

weights_here = weights_of("patronage")
UNDERSTANDING = {
    "goods": (0.0, 400.0),
    "fear": (0.0, 1.0),
    "accountability": (0.0, 1.0),
}


@given(runs(0, 3, 5), st.floats(0.5, 3), st.floats(0.05, 2))
def test_no_more_than_the_budget_is_spent(value, concentration, reserve):
    part = patronage.spread(value, concentration, reserve)
    assert ((part >= 0) & (part <= 1)).all()
    assert (part.sum(axis=0) < 1).all()
    assert (part[value == 0] == 0).all()
    worth = (value**concentration).sum(axis=0)
    spent = worth / (worth + reserve**concentration)
    np.testing.assert_allclose(part.sum(axis=0), spent, rtol=1e-9, atol=1e-30)
    np.testing.assert_allclose(
        part[0] * value[1] ** concentration, part[1] * value[0] ** concentration, atol=1e-12
    )
    worthless = np.concatenate([value, -value[:1]])
    assert np.array_equal(patronage.spread(worthless, concentration, reserve)[:5], part)


@given(runs(0, 1, 2, 5), runs(0, 1))
def test_what_a_dialogue_adds_stays_within_the_budget(part, spent):
    held = patronage.within_budget(part, spent)
    assert (held.sum(axis=1) * spent <= 1 + 1e-9).all()
    roomy = part.sum(axis=1) * spent <= 1
    assert np.array_equal(np.moveaxis(held, 1, -1)[roomy], np.moveaxis(part, 1, -1)[roomy])


@given(runs(0, 9, 3, 5), runs(-2, 2, 5), runs(-4, 4, 5), runs(), runs())
def test_what_is_obliged_is_what_is_planned_in_other_parts(planned, of_year, since, lumps, drift):
    uneven = patronage.unevenness(of_year, since, lumps, drift)
    obliged = patronage.obliged(planned, uneven)
    np.testing.assert_allclose(obliged.sum(axis=1), planned.sum(axis=1), rtol=1e-6, atol=1e-9)
    assert (obliged[planned == 0] == 0).all()
    even = patronage.obliged(planned, np.zeros_like(uneven))
    np.testing.assert_allclose(even, planned, rtol=1e-6)


def test_the_luckier_state_gets_more_and_the_others_less():
    planned, uneven = np.ones((1, 3, 1)), np.zeros((3, 1))
    uneven[1] = 1.0
    found = patronage.obliged(planned, uneven)[0, :, 0]
    assert found[1] > 1 > found[0] == found[2]


def test_where_nothing_is_worth_anything_nothing_is_spent_whatever_the_reserve():
    """A reserve of 0 is a legal parameter, and so is a power without priorities."""
    part = patronage.spread(np.zeros((5, 3)), 1.2, 0.0)
    assert not part.any()


@given(runs(0, 3, 5), runs(), st.floats(0.5, 3), st.floats(0.05, 2), st.integers(0, 4))
def test_a_worthier_state_gets_more_and_leaves_the_others_less(
    value, more, concentration, reserve, a
):
    worthier = value.copy()
    worthier[a] += more
    before = patronage.spread(value, concentration, reserve)
    after = patronage.spread(worthier, concentration, reserve)
    assert_moves(+1, after[a], before[a])
    assert_moves(-1, np.delete(after, a, axis=0), np.delete(before, a, axis=0))
    kept = patronage.spread(value, concentration, reserve + 0.5)
    assert_moves(-1, kept.sum(axis=0), before.sum(axis=0))


def withheld(repression, need, conditionality, weights, habit=0.0):
    calm = np.zeros(3)
    excess = patronage.withholding_utility(repression, need, calm, calm + habit, weights).total
    return patronage.withheld(excess, conditionality)


@given(runs(), runs(), runs(), runs(), weights_here)
def test_withholding_rises_with_repression_and_falls_with_need(
    repression, need, conditionality, more, weights
):
    found = withheld(repression, need, conditionality, weights)
    assert ((found >= 0) & (found <= conditionality)).all()
    assert_moves(+1, withheld(repression + more, need, conditionality, weights), found)
    assert_moves(-1, withheld(repression, need + more, conditionality, weights), found)
    assert_moves(+1, withheld(repression, need, conditionality + more, weights), found)
    assert not withheld(repression, need, np.zeros(3), weights).any()
    used_to_it = withheld(repression, need, conditionality, weights, habit=0.3)
    assert_moves(-1, used_to_it, found)  # what is seen for long is overlooked
    assert_moves(-1, withheld(repression, need + more, conditionality, weights, 0.3), used_to_it)


@given(runs(), weights_here)
def test_a_power_overlooks_more_where_it_needs_the_state(need, weights):
    overlooked = weights.tolerance_base + weights.tolerance_need * need
    excess = patronage.withholding_utility(overlooked, need, 0 * need, 0 * need, weights).total
    np.testing.assert_allclose(excess, 0, atol=1e-9)
    lost = patronage.withholding_utility(overlooked, need, need, 0 * need, weights).total
    assert_moves(-1, lost, excess)  # and more where rivals win


@given(runs(), runs(), runs(), weights_here)
def test_what_speaks_for_withholding_decides_whether_it_is_announced(
    repression, need, conditionality, weights
):
    utility = patronage.withholding_utility(repression, need, 0.1 * need, 0.2 * need, weights)
    assert_adds_up(utility)
    share = patronage.withheld(utility.total, conditionality)
    announced = patronage.published(share, weights)
    bar = patronage.withholding_bar(conditionality, weights)
    clear = np.abs(share - weights.publication_threshold) > 1e-9
    assert np.array_equal(announced[clear], (utility.total > bar)[clear])
    assert not announced[conditionality <= weights.publication_threshold].any()


@given(runs(), runs(), runs(), weights_here)
def test_need_follows_the_campaign(need, campaign, access, weights):
    moved = patronage.next_need(need, campaign, access, weights)
    assert ((moved >= -1e-12) & (moved <= 1 + 1e-12)).all()
    np.testing.assert_allclose(
        moved - campaign * access, (1 - weights.need_lag) * (need - campaign * access), atol=1e-12
    )


@given(runs(0, 1, 4, 5), runs(0, 1, 4, 5), masks(5), runs(0, 1, 4, 1), weights_here)
def test_criticism_fades_and_grows_with_what_is_blamed(
    criticism, published, cracked_down, conditional, weights
):
    found = patronage.next_criticism(criticism, published, cracked_down, conditional, weights)
    assert ((found >= 0) & (found <= 1)).all()
    calm = np.zeros_like(cracked_down)
    faded = patronage.next_criticism(criticism, published * 0, calm, conditional, weights)
    np.testing.assert_allclose(faded, weights.criticism_persistence * criticism, atol=1e-12)
    assert_moves(+1, found, faded)
    louder = np.minimum(published + 0.3, 1)
    more = patronage.next_criticism(criticism, louder, cracked_down, conditional, weights)
    assert_moves(+1, more, found)
    silent = patronage.next_criticism(
        criticism, published * 0, cracked_down, conditional * 0, weights
    )
    np.testing.assert_allclose(silent, faded, atol=1e-12)


@given(runs(0, 1, 4, 5), runs(0, 1, 4, 5))
def test_blame_is_what_is_said_and_what_is_suspected(criticism, suspicion):
    found = patronage.blame(criticism, suspicion)
    np.testing.assert_allclose(found, criticism + suspicion, rtol=1e-12)
    by_all = patronage.blame_by_all(criticism)
    np.testing.assert_allclose(by_all, criticism.sum(axis=0), atol=1e-12)


@given(runs(0, 60), st.floats(0, 400))
def test_no_more_than_a_year_of_aid_is_withheld(goods, amount):
    found = patronage.withheld_of_a_year(amount, goods)
    assert ((found >= 0) & (found <= 1)).all()
    assert (found[goods == 0] == 1).all()
    part = found < 1
    np.testing.assert_allclose(found[part] * 4 * goods[part], amount, rtol=1e-9, atol=1e-12)
    assert_moves(+1, patronage.withheld_at_least(goods, found), found)


@given(runs(0, 1, 4))
def test_nobody_withholds_more_than_the_most_conditional(conditionality):
    most = patronage.withheld_at_most(conditionality)
    assert (most >= conditionality).all()
    assert (most == conditionality).any(axis=0).all()


def test_a_credit_is_shared_out_evenly():
    assert patronage.part_of_credit(900.0, 3) == 300.0


@given(runs(0, 90), runs(0, 90), runs(0, 90), runs())
def test_gifts_are_remembered_for_a_while(goods, aid, extra, memory):
    given = patronage.gift(aid, extra)
    assert_moves(+1, given, aid)
    found = patronage.next_goods(goods, given, memory)
    left = (1 - memory) * (goods - given)
    np.testing.assert_allclose(found - given, left, atol=1e-9)


@given(runs(), runs(0, 1, 4))
def test_only_who_looks_for_access_needs_it_in_a_campaign(campaign, needs_access):
    found = patronage.campaigns_need(campaign, needs_access)
    assert ((found >= 0) & (found <= needs_access)).all()
    assert not patronage.campaigns_need(campaign * 0, needs_access).any()


@given(arguments(**UNDERSTANDING), weights_here)
def test_an_understanding_is_worth_the_sum_of_its_reasons(drawn, weights):
    utility = patronage.understanding_utility(**drawn, weights=weights)
    assert_adds_up(utility)


@pytest.mark.parametrize(
    ("argument", "sign"), [("goods", +1), ("fear", +1), ("accountability", -1)]
)
@given(data=st.data())
def test_an_understanding_follows_each_of_its_reasons(argument, sign, data):
    drawn, weights = data.draw(arguments(**UNDERSTANDING)), data.draw(weights_here)
    more = raised(drawn, argument, data.draw(runs()), UNDERSTANDING[argument][1])
    before, after = (
        patronage.understanding_utility(**each, weights=weights).total for each in (drawn, more)
    )
    assert_moves(sign, after, before)


@given(runs(0.01, 1), runs(0, 1, 5), runs(), weights_here)
def test_deals_come_from_who_asks_nothing_to_who_has_something_to_sell(
    non_interference, hydrocarbons, more, weights
):
    utility = patronage.deal_utility(non_interference, hydrocarbons, weights)
    assert_adds_up(utility)
    chance = np.exp(utility.total)
    worth = np.clip(weights.deal_floor + hydrocarbons, 0, 1)
    expected = weights.deal_propensity * non_interference * worth
    np.testing.assert_allclose(chance, expected, rtol=1e-9, atol=1e-30)
    richer = patronage.deal_utility(non_interference, hydrocarbons + more, weights).total
    easier = patronage.deal_utility(non_interference + more, hydrocarbons, weights).total
    assert_moves(+1, richer, utility.total)
    assert_moves(+1, easier, utility.total)
    never = patronage.deal_utility(np.zeros(3), hydrocarbons, weights).total
    assert (np.exp(never) < 1e-30).all()


@given(runs(), runs(), runs(0, 300), runs(), weights_here)
def test_capacity_is_built_by_training_and_fear_and_otherwise_returns(
    capacity, base, aid, fear, weights
):
    found = patronage.next_capacity(capacity, base, aid, fear, weights)
    assert ((found >= 0) & (found <= 1)).all()
    assert_moves(+1, patronage.next_capacity(capacity, base, aid + 50, fear, weights), found)
    assert_moves(+1, patronage.next_capacity(capacity, base, aid, fear + 0.2, weights), found)
    assert_moves(+1, patronage.next_capacity(capacity, base + 0.2, aid, fear, weights), found)
    calm = patronage.next_capacity(capacity, base, np.zeros(3), np.zeros(3), weights)
    left = (1 - weights.capacity_return) * (capacity - base)
    np.testing.assert_allclose(calm - base, left, atol=1e-12)


@given(runs(0, 1, 5), runs(), runs(0, 1, 5), weights_here)
def test_a_neutral_state_turns_conditional_aid_away(part, conditional, neutral, weights):
    taken = patronage.accepted(part, conditional, neutral, weights)
    assert ((taken >= 0) & (taken <= part)).all()
    np.testing.assert_array_equal(patronage.accepted(part, conditional, neutral * 0, weights), part)
    np.testing.assert_array_equal(patronage.accepted(part, conditional * 0, neutral, weights), part)


@given(runs(0.01, 1, 5), runs(0, 2, 5), runs(), weights_here)
def test_a_power_looks_where_its_offers_and_its_forces_are(part, bases, more, weights):
    found = patronage.attention(part, bases, weights)
    assert ((found >= 0) & (found <= 1)).all()
    assert_moves(+1, patronage.attention(part, bases + more, weights), found)
    larger = part.copy()
    larger[2] = larger[2] + more
    assert_moves(+1, patronage.attention(larger, bases, weights)[2], found[2])
    assert not patronage.attention(part * 0, bases * 0, weights).any()
    doubled = patronage.attention(2 * part, bases, weights)
    np.testing.assert_allclose(doubled, found, rtol=1e-9)


@given(runs(), runs(), runs(), runs())
def test_a_crackdown_is_always_seen_and_the_usual_by_who_looks(usual, added, looks, floor):
    seen = patronage.repression_seen(usual + added, usual, looks, floor)
    np.testing.assert_allclose(
        seen - patronage.repression_seen(usual, usual, looks, floor), added, atol=1e-12
    )
    blind = patronage.repression_seen(usual, usual, looks * 0, floor)
    np.testing.assert_allclose(blind, floor * usual, atol=1e-12)
    whole = patronage.repression_seen(usual, usual, np.ones(3), floor)
    np.testing.assert_allclose(whole, usual, atol=1e-12)


@given(runs(), weights_here)
def test_nobody_is_handed_over_where_nobody_is(exile, weights):
    chance = patronage.exiles_there(exile, weights)
    assert ((chance >= 0) & (chance < 1)).all()
    assert (chance[exile == 0] == 0).all()


@given(runs(0, 1, 5), runs(0, 1, 5), weights_here)
def test_a_dialogue_carries_somewhat_more_aid(part, routine, weights):
    carried = patronage.carried_by_dialogue(part, routine, weights)
    assert_moves(+1, carried, part)
    np.testing.assert_array_equal(patronage.carried_by_dialogue(part, routine * 0, weights), part)
