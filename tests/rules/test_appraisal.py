"""What a state is worth to a power: priorities times features, and rivals felt with a lag."""

import numpy as np
import pytest
from hypothesis import strategies as st
from weighing import arguments, assert_adds_up, assert_moves, given, raised, runs, weights_of

from simulation.rules import appraisal

FEATURES = ("access", "hydrocarbons", "market", "near_abroad", "xinjiang")
LIMITS = {
    "hydrocarbons": (0.0, 1.0),
    "oil_price": (0.2, 5.0),
    "access": (0.0, 1.0),
    "campaign": (0.0, 1.0),
    "near_abroad": (0.0, 1.0),
    "xinjiang": (0.0, 1.0),
    "market": (0.0, 1.0),
    "corridors": (0.0, 2.0),
}
priorities = st.fixed_dictionaries(
    {name: runs(0, 1.2, 4) for name in (*FEATURES, "rivals", "stake")}
)
worlds = st.fixed_dictionaries({name: runs(0, 2, 5) for name in FEATURES})
rivalries = runs(0, 1, 4, 4).map(lambda table: table * (1 - np.eye(4))[:, :, np.newaxis])
shares = runs(0.01, 1, 4, 5).map(lambda array: array / array.sum(axis=0))


@pytest.mark.parametrize(
    ("argument", "feature"),
    [
        ("hydrocarbons", "hydrocarbons"),
        ("oil_price", "hydrocarbons"),
        ("access", "access"),
        ("campaign", "access"),
        ("near_abroad", "near_abroad"),
        ("xinjiang", "xinjiang"),
        ("market", "market"),
        ("corridors", "market"),
    ],
)
@given(data=st.data())
def test_each_feature_follows_what_it_is_made_of_and_nothing_else(argument, feature, data):
    drawn, weights = data.draw(arguments(**LIMITS)), data.draw(weights_of("appraisal"))
    more = raised(drawn, argument, data.draw(runs()), LIMITS[argument][1])
    before, after = (appraisal.features(**each, weights=weights) for each in (drawn, more))
    assert_moves(+1, after[feature], before[feature])
    for other in FEATURES:
        if other != feature:
            assert np.array_equal(after[other], before[other])


@given(worlds, priorities, runs(), runs(0, 1, 5), runs(0, 1, 5), st.integers(0, 3))
def test_worth_is_the_sum_of_what_the_power_cares_for(
    feature, priority, pressure, rivals, stake, p
):
    thirst = appraisal.own_thirst(1.0, 1 + pressure)
    worth = appraisal.value(feature, priority, pressure, rivals, stake, thirst, p, None)
    assert list(worth.terms) == [*FEATURES, "rivals", "stake"]
    assert_adds_up(worth)
    assert worth.total.shape == (5, 3)
    assert (worth.total >= 0).all()
    for name in FEATURES:
        own = thirst if name == "hydrocarbons" else 1
        np.testing.assert_allclose(worth.terms[name], priority[name][p] * feature[name] * own)


@given(runs(0.2, 4))
def test_only_the_thirsty_grow_thirsty(thirst):
    assert np.array_equal(appraisal.own_thirst(0.0, thirst), np.ones(3))
    np.testing.assert_allclose(appraisal.own_thirst(1.0, thirst), thirst)


@pytest.mark.parametrize("argument", ["pressure", "rival_share", "stake", "thirst"])
@given(data=st.data())
def test_worth_rises_with_rivals_and_with_what_is_at_stake(argument, data):
    fixed = {
        "feature": data.draw(worlds),
        "priority": data.draw(priorities),
        "power": 2,
        "weights": None,
    }
    drawn = {
        "pressure": data.draw(runs()),
        "rival_share": data.draw(runs(0, 1, 5)),
        "stake": data.draw(runs(0, 1, 5)),
        "thirst": data.draw(runs()),
    }
    more = raised(drawn, argument, data.draw(runs()), 1.0)
    before, after = (appraisal.value(**fixed, **each).total for each in (drawn, more))
    assert_moves(+1, after, before)


@given(rivalries, shares)
def test_rivals_share_is_a_share_that_leaves_out_friends_and_oneself(rivalry, share):
    found = appraisal.share_of_rivals(rivalry, share)
    assert (found >= 0).all()
    assert (found <= 1 - share + 1e-12).all()
    by_hand = sum(rivalry[1, q] * share[q, 3] for q in range(4))
    np.testing.assert_allclose(found[1, 3], by_hand, atol=1e-12)


@given(runs(0, 1, 4), runs(0, 1, 4, 4))
def test_a_rivalry_presses_as_much_as_rivals_are_felt(pressure, rivalry):
    found = appraisal.pressed_rivalry(pressure, rivalry)
    assert ((found >= 0) & (found <= rivalry)).all()
    assert np.array_equal(found[1, 2], pressure[1] * rivalry[1, 2])
