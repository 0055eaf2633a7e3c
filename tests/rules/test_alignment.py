"""Leanings stay within bounds, follow what draws them, and hedging brings a state back."""

import numpy as np
import pytest
from hypothesis import strategies as st
from weighing import (
    arguments,
    assert_moves,
    at_point,
    given,
    raised,
    runs,
    single_numbers,
    weights_of,
)

from simulation.evidence.catalogue import load_catalogue
from simulation.rules import alignment

LIMITS = {
    "intercept": (-2.0, 2.0),
    "share_gain": (-1.0, 1.0),
    "cover": (0.0, 1.0),
    "blame": (0.0, 2.0),
    "pride": (0.0, 1.0),
    "fear": (0.0, 1.0),
    "danger_excess": (0.0, 1.0),
    "relief": (0.0, 1.0),
    "autonomy": (0.0, 1.0),
    "grip": (0.0, 1.0),
    "goodwill": (-3.0, 3.0),
}


def pulled(weights, **drawn):
    """Where a leaning is drawn to, with the parameters where they belong."""
    sizes = ("share", "cover", "relief", "blame", "hedging", "goodwill")
    return alignment.drawn_to(**drawn, **{f"of_{name}": getattr(weights, name) for name in sizes})


def moved_by(affinity, drawn_to, noise, weights):
    """A leaning a quarter later, held within its bound."""
    drawn = alignment.inclined(drawn_to)
    return alignment.leaning_after(
        affinity=affinity,
        drawn=drawn,
        shock=noise,
        speed=weights.speed,
        noise=weights.noise,
        bound=weights.bound,
    )


@given(arguments(**LIMITS), weights_of("alignment"))
def test_a_pull_is_the_sum_of_its_terms(drawn, weights):
    terms = (
        weights.share * drawn["share_gain"],
        weights.cover * drawn["cover"] * drawn["danger_excess"],
        weights.relief * drawn["relief"],
        -weights.blame * drawn["blame"] * drawn["pride"] * drawn["fear"],
        -weights.hedging * drawn["autonomy"] * drawn["grip"],
        weights.goodwill * drawn["goodwill"],
    )
    expected = drawn["intercept"] + sum(terms)
    np.testing.assert_allclose(pulled(weights, **drawn), expected, atol=1e-12)


@pytest.mark.parametrize(
    ("argument", "sign"),
    [
        ("intercept", +1),
        ("share_gain", +1),
        ("cover", +1),
        ("blame", -1),
        ("pride", -1),
        ("fear", -1),
        ("danger_excess", +1),
        ("relief", +1),
        ("grip", -1),
        ("goodwill", +1),
    ],
)
@given(data=st.data())
def test_a_pull_follows_each_of_its_reasons(argument, sign, data):
    drawn, weights = data.draw(arguments(**LIMITS)), data.draw(weights_of("alignment"))
    more = raised(drawn, argument, data.draw(runs()), LIMITS[argument][1])
    before, after = (pulled(weights, **each) for each in (drawn, more))
    assert_moves(sign, after, before)


@given(arguments(**LIMITS), runs(), weights_of("alignment"))
def test_autonomy_weighs_against_a_patron_that_has_grown(drawn, more, weights):
    jealous = raised(drawn, "autonomy", more, 1.0)
    before, after = (pulled(weights, **each) for each in (drawn, jealous))
    assert_moves(-1, after, before)


@given(runs(-0.98, 0.98), runs(-50, 50), runs(-20, 20), weights_of("alignment"))
def test_a_leaning_stays_inside_its_bounds(affinity, drawn_to, noise, weights):
    moved = moved_by(affinity, drawn_to, noise, weights)
    assert (np.abs(moved) <= weights.bound).all()


@given(runs(-0.9, 0.9), runs(-1.4, 1.4), weights_of("alignment"))
def test_undisturbed_a_leaning_goes_towards_where_it_is_drawn(affinity, drawn_to, weights):
    moved = moved_by(affinity, drawn_to, np.zeros(3), weights)
    goal = np.tanh(drawn_to)
    assert (np.abs(moved - goal) <= np.abs(affinity - goal) + 1e-12).all()
    assert (np.sign(moved - affinity) * np.sign(goal - affinity) >= 0).all()


@pytest.mark.parametrize("argument", ["affinity", "drawn_to", "noise"])
@given(data=st.data())
def test_a_leaning_follows_the_past_the_pull_and_luck(argument, data):
    limits = {"affinity": (-0.98, 0.98), "drawn_to": (-4.0, 4.0), "noise": (-4.0, 4.0)}
    drawn, weights = data.draw(arguments(**limits)), data.draw(weights_of("alignment"))
    more = raised(drawn, argument, data.draw(runs()), limits[argument][1])
    before, after = (moved_by(**each, weights=weights) for each in (drawn, more))
    assert_moves(+1, after, before)


@given(runs(-0.97, 0.97), runs(-0.5, 0.5), runs(0, 0.01))
def test_agreement_is_a_share_that_follows_leaning_and_agenda(affinity, agenda, more):
    found = alignment.agreement(affinity, agenda)
    assert ((found >= 0) & (found <= 1)).all()
    assert_moves(+1, alignment.agreement(affinity + more, agenda), found)
    assert_moves(+1, alignment.agreement(affinity, agenda + more), found)
    assert alignment.agreement(np.array([0.0]), np.zeros(1)).tolist() == [0.5]
    assert ((found > 0) & (found < 1)).all()  # a clip held one dyad at 0 in most runs


def lean(quarters, start, gain, autonomy, weights):
    """Where a leaning goes that a growing patron first wins and whom hedging then answers.

    The patron held a third of all ties; its share and its part of them have grown by `gain`;
    nobody is afraid or blamed.
    """
    affinity = np.array([0.9])  # swung to the patron
    held = alignment.grip(np.array([0.33 + gain]), np.array([0.33]))
    for _ in range(quarters):
        drawn = pulled(
            intercept=np.arctanh([start]),
            share_gain=np.array([gain]),
            cover=np.zeros(1),
            blame=np.zeros(1),
            pride=np.ones(1),
            fear=np.zeros(1),
            danger_excess=np.zeros(1),
            relief=np.zeros(1),
            autonomy=np.array([autonomy]),
            grip=held,
            goodwill=np.zeros(1),
            weights=weights,
        )
        affinity = moved_by(affinity, drawn, np.zeros(1), weights)
    return float(affinity[0])


@given(
    st.floats(*single_numbers("alignment")["hedging"][1:]),
    st.floats(*single_numbers("alignment")["speed"][1:]),
    st.floats(-0.5, 0.5),
    st.floats(0.3, 0.6),
)
def test_hedging_brings_back_a_state_that_has_swung_to_one_patron(hedging, speed, start, gain):
    """Over the whole range of `alignment.hedging`, for the most jealous state of the evidence."""
    values = load_catalogue().values
    autonomy = max(values[key] for key in values if key.startswith("initial.autonomy."))
    weights = at_point("alignment", hedging=hedging, speed=speed)
    weeks_before = 0.9
    after_two_years = lean(8, start, gain, autonomy, weights)
    assert after_two_years < weeks_before
    assert lean(60, start, gain, autonomy, weights) < start  # colder than before the patron grew
    alone = at_point("alignment", hedging=0.0, speed=speed)
    assert lean(60, start, gain, autonomy, alone) > start  # without hedging it stays won


@given(st.floats(*single_numbers("alignment")["hedging"][1:]), st.floats(0.2, 0.6))
def test_a_state_that_does_not_mind_stays_with_its_patron(hedging, gain):
    weights = at_point("alignment", hedging=hedging)
    assert lean(60, 0.0, gain, 0.0, weights) > 0


@given(runs(0, 0.12), runs(0, 0.2), st.floats(*single_numbers("alignment")["hedging"][1:]))
def test_who_holds_little_can_gain_without_repelling(weak, first, hedging):
    """The push of a gain is weaker than its pull while few ties are one power's; later it is not.

    Few is an eighth whatever the strength of hedging in its range, and a fifth at its value.
    """
    weights = at_point("alignment")
    pull = weights.share * 0.05
    assert (hedging * alignment.grip(weak + 0.05, weak) < pull).all()
    assert (weights.hedging * alignment.grip(first + 0.05, first) < pull).all()
    assert (hedging * alignment.grip(first + 0.45, first + 0.4) > pull).all()
    assert not alignment.grip(first, first + 0.05).any()  # falling dependence draws nobody


@given(runs(0, 60), runs(0, 60), runs(0, 20))
def test_goodwill_counts_what_is_given_beyond_that_of_2001(goods, first, more):
    found = alignment.goodwill(goods, first, 10.0)
    assert_moves(+1, alignment.goodwill(goods + more, first, 10.0), found)
    np.testing.assert_allclose(alignment.goodwill(goods, goods, 10.0), 0, atol=1e-12)
    np.testing.assert_allclose(alignment.goodwill(first, goods, 10.0), -found, atol=1e-9)


@given(runs(), st.floats(0.5, 0.99))
def test_a_leaning_begins_as_one_votes_and_can_be_drawn_from_there(voting, bound):
    found = alignment.first_leaning(voting, bound)
    assert (np.abs(found) <= bound).all()
    inside = np.abs(2 * voting - 1) < bound
    np.testing.assert_allclose((1 + found[inside]) / 2, voting[inside], atol=1e-12)
    back = alignment.inclined(alignment.inclination(found))
    np.testing.assert_allclose(back, found, atol=1e-9)


@given(runs(-0.9, 0.9), runs(-0.9, 0.9), runs())
def test_a_fall_takes_a_leaning_a_part_of_the_way_back(affinity, first, broken):
    found = alignment.leaning_after_fall(affinity, first, broken)
    np.testing.assert_allclose(found - first, (1 - broken) * (affinity - first), atol=1e-12)


@given(runs(-0.2, 0.2), runs(-3, 3), runs())
def test_an_agenda_that_is_not_known_walks_at_random(agenda, noise, volatility):
    found = alignment.next_agenda(agenda, noise, volatility)
    np.testing.assert_allclose(found - agenda, volatility * noise, atol=1e-12)


@given(runs(-3, 3), runs(-3, 3), runs(), runs())
def test_neutrality_holds_a_state_near_to_where_it_began(drawn, intercept, neutral, damping):
    held = alignment.held_by_neutrality(drawn, intercept, neutral, damping)
    assert (np.abs(held - intercept) <= np.abs(drawn - intercept) + 1e-12).all()
    free = alignment.held_by_neutrality(drawn, intercept, neutral * 0, damping)
    np.testing.assert_allclose(free, drawn, atol=1e-12)
