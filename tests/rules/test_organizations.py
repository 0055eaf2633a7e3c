"""Organizations: consensus, the say of sponsors, the worth of belonging and of candidates."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from weighing import (
    arguments,
    assert_adds_up,
    assert_moves,
    given,
    masks,
    raised,
    runs,
    weights_of,
)

from simulation.rules import choice, organizations

weights_here = weights_of("organizations")
UNIT = (0.0, 1.0)
BODY = {
    "benefit": (-1.0, 2.0),
    "spillover": UNIT,
    "threat": (0.0, 2.0),
    "sponsor_pressure": UNIT,
    "autonomy": UNIT,
    "friction": UNIT,
    "discord": UNIT,
}
STATEMENT = {"pressure": UNIT, "fear": UNIT, "campaign": UNIT, "warmest": UNIT}
ADMISSION = {
    "appeal": UNIT,
    "sponsor": UNIT,
    "rivals": UNIT,
    "bloc_seeking": UNIT,
    "autonomy": UNIT,
    "size": (0.0, 12.0),
    "spread": (0.0, 2.0),
    "fraction": (0.1, 1.0),
    "depth": UNIT,
}
BELONGING = {
    "base": (-2.0, 2.0),
    "fear": UNIT,
    "fear_sign": (-1.0, 1.0),
    "affinity_gain": (-1.0, 1.0),
    "autonomy": UNIT,
    "concentration_gain": UNIT,
}
EXERCISE = {
    "base": (-1.0, 3.0), "affinity": (-1.0, 1.0), "autonomy": UNIT, "threat": UNIT, "binding": UNIT,
}  # fmt: skip
FORMS = {
    organizations.body_support: (BODY, {"benefit": 1, "spillover": 1, "threat": 1,
                                        "sponsor_pressure": 1, "autonomy": -1, "friction": -1,
                                        "discord": -1}),
    organizations.statement_utility: (STATEMENT, {"pressure": 1, "fear": 1, "campaign": -1,
                                                  "warmest": -1}),
    organizations.admission_utility: (ADMISSION, {"appeal": 1, "sponsor": 1, "rivals": 1,
                                                  "bloc_seeking": 1, "autonomy": -1, "size": -1,
                                                  "spread": -1, "depth": 1}),
    organizations.belonging_utility: (BELONGING, {"base": 1, "affinity_gain": 1, "autonomy": -1,
                                                  "concentration_gain": -1}),
    organizations.exercise_utility: (EXERCISE, {"base": 1, "affinity": 1, "autonomy": -1,
                                                "threat": 1, "binding": -1}),
}  # fmt: skip
CASES = [(form, name, sign) for form, (_, signs) in FORMS.items() for name, sign in signs.items()]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@given(data=st.data())
def test_every_utility_is_the_sum_of_its_terms(form, data):
    drawn = data.draw(arguments(**FORMS[form][0]))
    assert_adds_up(form(**drawn, weights=data.draw(weights_here)))


@pytest.mark.parametrize(
    ("form", "argument", "sign"), CASES, ids=lambda part: getattr(part, "__name__", str(part))
)
@given(data=st.data())
def test_every_utility_follows_each_of_its_reasons(form, argument, sign, data):
    limits = FORMS[form][0]
    drawn, weights = data.draw(arguments(**limits)), data.draw(weights_here)
    more = raised(drawn, argument, data.draw(runs()), limits[argument][1])
    before, after = (form(**each, weights=weights).total for each in (drawn, more))
    assert_moves(sign, after, before)


HOMOGENEOUS = {
    organizations.admission_utility: "admission_",
}


@pytest.mark.parametrize("form", HOMOGENEOUS, ids=lambda form: form.__name__)
@given(data=st.data())
def test_twice_the_weight_is_twice_the_worth(form, data):
    drawn, weights = data.draw(arguments(**FORMS[form][0])), data.draw(weights_here)
    heavier = SimpleNamespace(
        **{
            name: 2 * value if name.startswith(HOMOGENEOUS[form]) else value
            for name, value in vars(weights).items()
        }
    )
    once, twice = (form(**drawn, weights=each) for each in (weights, heavier))
    for term in once.terms:
        np.testing.assert_allclose(twice.terms[term], 2 * np.asarray(once.terms[term]), rtol=1e-12)


@given(arguments(**ADMISSION), weights_here)
def test_an_observer_gains_and_costs_a_fraction(drawn, weights):
    full = organizations.admission_utility(**drawn | {"fraction": np.ones(3)}, weights=weights)
    part = organizations.admission_utility(**drawn, weights=weights)
    for term in set(full.terms) - {"base", "maturity"}:
        np.testing.assert_allclose(
            part.terms[term], drawn["fraction"] * full.terms[term], atol=1e-12
        )


@given(arguments(**BELONGING), runs(), weights_here)
def test_fear_drives_into_shelters_and_out_of_clubs_of_reform(drawn, more, weights):
    frightened = raised(drawn, "fear", more, 1.0)
    for sign, moves in ((1.0, +1), (-1.0, -1)):
        before, after = (
            organizations.belonging_utility(**each | {"fear_sign": np.full(3, sign)},
                                            weights=weights).total
            for each in (drawn, frightened)
        )  # fmt: skip
        assert_moves(moves, after, before)


@given(runs(-3, 3, 6), masks(6), runs(-1, 1, 6), st.floats(-1, 1))
def test_consensus_fails_with_one_member_and_never_with_an_outsider(
    support, belongs, noise, threshold
):
    found = organizations.consensus(support, belongs, noise, threshold)
    for run in range(3):
        members = [m for m in range(6) if belongs[m, run]]
        willing = [support[m, run] + noise[m, run] > threshold for m in members]
        assert found[run] == (bool(members) and all(willing))


@given(runs(-3, 3, 6), masks(6), runs(-1, 1, 6), st.floats(-1, 1))
def test_consensus_hangs_on_its_weakest_member(support, belongs, noise, threshold):
    belongs[0] = True
    utility = organizations.BodySupport(
        benefit=support,
        spillover=np.full(3, 0.25),
        threat=0,
        sponsors=0,
        autonomy=0,
        friction=0,
        discord=0,
    )
    least, terms, luck = organizations.weakest(utility, noise, belongs)
    assert belongs[least, np.arange(3)].all()
    found = organizations.consensus(utility.total, belongs, noise, threshold)
    assert np.array_equal(found, terms.total + luck > threshold)


@given(runs(0, 1, 2), runs(0, 1, 2), runs(0, 1, 2), weights_here)
def test_sponsors_speak_with_one_voice_between_them(pressure, seat, creditor, weights):
    say = organizations.say(seat, creditor, weights)
    assert (say >= 1).all()
    voice = organizations.voice_of_sponsors(pressure, say)
    assert (voice >= pressure.min(axis=0) - 1e-12).all()
    assert (voice <= pressure.max(axis=0) + 1e-12).all()
    equal = organizations.voice_of_sponsors(pressure, np.ones((2, 3)))
    np.testing.assert_allclose(equal, (pressure[0] + pressure[1]) / 2, atol=1e-12)


@given(runs(0, 1, 2), weights_here)
def test_seat_holder_and_creditor_weigh_more(pressure, weights):
    louder = np.array([[1.0] * 3, [0.0] * 3])
    quiet = organizations.say(np.zeros((2, 3)), np.zeros((2, 3)), weights)
    for say in (
        organizations.say(louder, np.zeros((2, 3)), weights),
        organizations.say(np.zeros((2, 3)), louder, weights),
    ):
        before = organizations.voice_of_sponsors(pressure, quiet)
        after = organizations.voice_of_sponsors(pressure, say)
        towards = np.sign(pressure[0] - pressure[1])
        assert (towards * (after - before) >= -1e-12).all()


@given(arrays(float, (3, 4), elements=st.floats(-1, 1)))
def test_distance_is_from_the_rival_liked_least(leanings):
    found = organizations.distance(leanings)
    assert found.tolist() == [max(0.0, *(-column)) for column in leanings.T]
    assert not organizations.distance(leanings[:0]).any()


@given(runs(-1, 1, 2, 5), masks(5), runs(-1, 1, 2))
def test_spread_is_the_variance_of_members_and_candidate(leanings, belongs, candidate):
    found = organizations.spread_with(organizations.tally(leanings, belongs), candidate)
    for run in range(3):
        variances = []
        for power in range(2):
            inside = [leanings[power, m, run] for m in range(5) if belongs[m, run]]
            variances.append(np.var([*inside, candidate[power, run]]))
        assert found[run] == pytest.approx(sum(variances), abs=1e-12)
    assert (found >= 0).all()


def chance_to_move(utility, side, weights):
    """Chance to join (side 1) or to leave (-1), each beyond its own bar."""
    worth, bar = side * utility.total, weights.hysteresis
    beyond = choice.margin(worth, bar)
    return choice.chance(beyond / weights.belonging_spread)


@given(arguments(**BELONGING), weights_here)
def test_joining_and_leaving_leave_a_gap_between_them(drawn, weights):
    """Hysteresis: nobody is likely to join and likely to leave at the same worth."""
    utility = organizations.belonging_utility(**drawn, weights=weights)
    joins, leaves = (chance_to_move(utility, side, weights) for side in (1, -1))
    for chance in (joins, leaves):
        assert ((chance >= 0) & (chance <= 1)).all()
    assert (joins + leaves <= 1 + 1e-12).all()
    assert (np.minimum(joins, leaves) < 0.5).all()
    nothing = organizations.belonging_utility(
        **{name: np.zeros(3) for name in BELONGING}, weights=weights
    )
    indifferent = chance_to_move(nothing, 1, weights)
    assert np.array_equal(indifferent, chance_to_move(nothing, -1, weights))
    assert (indifferent < 0.5).all()
    better = organizations.belonging_utility(
        **drawn | {"base": drawn["base"] + 0.5}, weights=weights
    )
    assert_moves(+1, chance_to_move(better, 1, weights), joins)
    assert_moves(-1, chance_to_move(better, -1, weights), leaves)


@given(runs(), runs(), runs(), weights_here)
def test_a_dialogue_is_founded_the_rather_the_deeper_the_rivals_bloc(rivalry, depth, more, weights):
    felt = organizations.felt_depth(rivalry, depth)
    drive = organizations.founding_utility(felt, weights).total
    deeper = organizations.felt_depth(rivalry, depth + more)
    fiercer = organizations.felt_depth(rivalry + more, depth)
    for changed in (deeper, fiercer):
        assert_moves(+1, organizations.founding_utility(changed, weights).total, drive)
    at_bar = organizations.founding_utility(np.array([weights.founding_threshold]), weights)
    assert at_bar.total[0] == organizations.founding_bar(weights)


@given(runs(), runs(), weights_here)
def test_exercises_come_with_depth(depth, more, weights):
    drive = organizations.drill_utility(depth, weights).total
    assert_moves(+1, organizations.drill_utility(depth + more, weights).total, drive)
    at_bar = organizations.drill_utility(np.array([weights.exercise_threshold]), weights)
    assert at_bar.total[0] == organizations.drill_bar(weights)


@given(masks(6), runs(0.5, 3, 6), runs(), runs(), weights_here, st.integers(0, 5))
def test_depth_grows_with_every_body_and_exercise(founded, weight, exercises, more, weights, body):
    found = organizations.depth(founded, weight, exercises, weights)
    assert ((found >= 0) & (found <= 1)).all()
    deeper = founded.copy()
    deeper[body] = True
    assert_moves(+1, organizations.depth(deeper, weight, exercises, weights), found)
    drilled = np.minimum(exercises + more, 1)
    assert_moves(+1, organizations.depth(founded, weight, drilled, weights), found)
    nothing = organizations.depth(np.zeros((6, 3)), weight, np.zeros(3), weights)
    everything = organizations.depth(np.ones((6, 3)), weight, np.ones(3), weights)
    assert not nothing.any()
    assert everything == pytest.approx(np.ones(3))


@given(runs(), runs(), runs(), masks())
def test_what_is_built_and_drilled_is_noticed_late_and_fades(depth, other, part, exercised):
    deeper = organizations.deepened(depth, other, 0.0)
    idle = organizations.deepened(depth, other, part)
    np.testing.assert_allclose(idle, deeper * (1 - part), atol=1e-12)
    assert_moves(+1, deeper, depth)
    assert (deeper <= 1 + 1e-12).all()
    noticed = organizations.depth_noticed(depth, other, part)
    np.testing.assert_allclose(noticed - other, (1 - part) * (depth - other), atol=1e-12)
    drilled = organizations.next_drill(depth, exercised, part)
    assert (drilled[exercised] == 1).all()
    np.testing.assert_allclose(drilled[~exercised], (depth * part)[~exercised])


@given(runs(0, 1, 5), runs(), masks(5))
def test_the_strongest_voice_is_heard_by_those_who_belong(so_far, voice, belongs):
    found = organizations.heard(so_far, voice, belongs)
    assert np.array_equal(found, np.where(belongs, np.maximum(so_far, voice), so_far))


@given(runs(), runs(), runs(), masks())
def test_an_organization_without_bodies_grows_into_a_routine_by_meeting(
    depth, routine, step, meets
):
    found = organizations.depth_after_meeting(depth, routine, step, meets)
    np.testing.assert_array_equal(found[~meets], depth[~meets])
    assert_moves(+1, found, depth)
    assert (found <= np.maximum(depth, routine) + 1e-12).all()
