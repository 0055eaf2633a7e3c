"""Regimes: fear between its floor and 1, trouble that others feel, clubs that protect."""

import numpy as np
import pytest
from hypothesis import strategies as st
from weighing import arguments, assert_adds_up, assert_moves, given, masks, raised, runs, weights_of

from simulation.rules import regime
from simulation.world.indicators import club_density

weights_here = weights_of("regime")
UNIT = (0.0, 1.0)
FEAR = {
    "fear": UNIT,
    "danger": UNIT,
    "felt": (0.0, 2.0),
    "blame": (0.0, 2.0),
    "militants": (0.0, 2.0),
    "shield": UNIT,
}
FORMS = {
    regime.unrest_utility: {
        "hardship": +1,
        "militancy_gain": +1,
        "transition": +1,
        "club": -1,
    },
    regime.fall_utility: {"capacity": -1, "hardship": +1},
}
CASES = [(form, name, sign) for form, signs in FORMS.items() for name, sign in signs.items()]


@pytest.mark.parametrize(
    ("form", "argument", "sign"), CASES, ids=lambda part: getattr(part, "__name__", str(part))
)
@given(data=st.data())
def test_odds_are_sums_and_follow_each_of_their_reasons(form, argument, sign, data):
    limits = dict.fromkeys(FORMS[form], UNIT)
    drawn, weights = data.draw(arguments(**limits)), data.draw(weights_here)
    more = raised(drawn, argument, data.draw(runs()), 1.0)
    before, after = (form(**each, weights=weights) for each in (drawn, more))
    assert_adds_up(before)
    assert_moves(sign, after.total, before.total)


def similar(accountability, kinship, troubled, weights):
    return regime.similarity(
        accountability=accountability,
        kinship=kinship,
        of_troubled=accountability[troubled],
        kin_of_troubled=kinship[troubled],
        most=weights.similarity_most,
        dissimilarity=weights.dissimilarity,
    )


def alarm(accountability, kinship, shock, weights):
    """Trouble elsewhere as each state feels it."""
    warnings = np.zeros_like(accountability)
    for troubled in range(len(shock)):
        alike = similar(accountability, kinship, troubled, weights)
        elsewhere = np.arange(len(shock))[:, np.newaxis] != troubled
        warnings += regime.warning(alike, shock[troubled], elsewhere)
    return regime.alarm(warnings, weights.contagion)


@given(runs(0, 1, 6), runs(0, 1, 6), weights_here)
def test_similarity_is_mutual_and_most_with_oneself(accountability, kinship, weights):
    table = np.stack([similar(accountability, kinship, s, weights) for s in range(6)])
    shared = np.minimum(kinship[:, np.newaxis], kinship[np.newaxis])
    assert ((table >= 0) & (table <= weights.similarity_most * shared + 1e-12)).all()
    np.testing.assert_allclose(table, np.swapaxes(table, 0, 1), atol=1e-12)
    twins = weights.similarity_most * kinship
    np.testing.assert_allclose(table[range(6), range(6)], twins, atol=1e-12)


@given(runs(0, 1, 6), runs(0, 1, 6), runs(), weights_here)
def test_those_who_are_less_alike_are_less_similar(accountability, kinship, more, weights):
    accountability[1] = accountability[0]
    apart = accountability.copy()
    apart[1] = apart[0] + more
    near = similar(accountability, kinship, 0, weights)
    twins = weights.similarity_most * np.minimum(kinship[0], kinship[1])
    np.testing.assert_allclose(near[1], twins, atol=1e-12)
    far = similar(apart, kinship, 0, weights)
    assert_moves(-1, far[1], near[1])
    estranged = kinship.copy()
    estranged[1] = kinship[1] * 0.5
    assert_moves(-1, similar(accountability, estranged, 0, weights)[1], near[1])


@given(masks(6), masks(6), runs(0, 1, 6), runs(0, 1, 6), weights_here)
def test_trouble_is_felt_elsewhere_and_adds_up(ousted, cracked, accountability, kinship, weights):
    shock = regime.shocks(ousted, cracked & ~ousted, weights)
    assert (shock[~ousted & ~cracked] == 0).all()
    felt = alarm(accountability, kinship, shock, weights)
    assert (felt >= 0).all()
    assert not alarm(accountability, kinship, shock * 0, weights).any()
    lone = shock * (np.arange(6)[:, np.newaxis] == 2)
    warned = alarm(accountability, kinship, lone, weights)
    assert not warned[2].any()  # nobody warns himself
    assert_moves(+1, felt, warned)
    more = alarm(accountability, kinship, 2 * shock, weights)
    np.testing.assert_allclose(more, 2 * felt, atol=1e-12)


def afraid(drawn, weights):
    """Fear and danger a quarter later; fear never lies above danger."""
    push = regime.push_of_fear(drawn["felt"], drawn["blame"], drawn["militants"], weights)
    danger = np.maximum(drawn["danger"], weights.fear_floor)
    fear = np.minimum(np.maximum(drawn["fear"], weights.fear_floor), danger)
    danger = regime.next_danger(danger, push, weights)
    return regime.next_fear(fear, push, drawn["shield"], danger, weights), danger


@given(arguments(**FEAR), weights_here)
def test_fear_lies_between_its_floor_and_danger_and_relief_is_the_rest(drawn, weights):
    fear, danger = afraid(drawn, weights)
    assert ((fear >= weights.fear_floor) & (fear <= danger) & (danger <= 1)).all()
    relief = regime.relief(danger, fear)
    assert (relief >= 0).all()
    assert not regime.relief_by(relief, np.zeros(3)).any()
    np.testing.assert_array_equal(regime.relief_by(relief, np.ones(3)), relief)


@pytest.mark.parametrize(
    ("argument", "sign"), [("felt", +1), ("blame", +1), ("militants", +1), ("shield", -1)]
)
@given(data=st.data())
def test_fear_rises_with_trouble_and_blame_and_a_shield_takes_some_away(argument, sign, data):
    drawn, weights = data.draw(arguments(**FEAR)), data.draw(weights_here)
    more = raised(drawn, argument, data.draw(runs()), FEAR[argument][1])
    (before, danger), (after, risen) = (afraid(each, weights) for each in (drawn, more))
    assert_moves(sign, after, before)
    assert_moves(+1, risen, danger)
    if argument == "shield":
        np.testing.assert_array_equal(risen, danger)  # danger knows no shield


@given(runs(), weights_here)
def test_left_alone_fear_fades_to_its_floor(fear, weights):
    fear = np.maximum(fear, weights.fear_floor)
    nothing = np.zeros(3)
    danger = regime.next_danger(fear, nothing, weights)
    np.testing.assert_array_equal(regime.next_fear(fear, nothing, nothing, danger, weights), danger)
    np.testing.assert_allclose(
        danger - weights.fear_floor,
        weights.fear_persistence * (fear - weights.fear_floor),
        atol=1e-12,
    )


@given(runs(0, 1, 5), masks(5), runs(0, 1, 5), runs(), weights_here)
def test_a_shield_needs_a_word_and_partners(voice, observers, share, more, weights):
    found = regime.shield(voice, observers, share, weights)
    assert (found >= 0).all()
    assert_moves(+1, regime.shield(voice + more, observers, share, weights), found)
    assert_moves(+1, regime.shield(voice, observers, share + more, weights), found)
    assert not regime.shield(voice, observers, share * 0, weights).any()
    assert not regime.shield(voice * 0, observers & False, share, weights).any()


def suspected(suspicion, warned, conditional, weights):
    """Suspicion of every power a quarter later."""
    return regime.next_suspicion(
        suspicion=suspicion,
        warned=warned,
        conditional=conditional[:, np.newaxis],
        gain=weights.suspicion_gain,
        persistence=weights.suspicion_persistence,
    )


@given(runs(0, 1, 4, 6), runs(0, 2, 6), runs(0, 1, 4), weights_here)
def test_suspicion_falls_on_conditional_powers_and_fades(suspicion, warned, conditional, weights):
    found = suspected(suspicion, warned, conditional, weights)
    assert ((found >= 0) & (found <= 1)).all()
    kept = regime.fading_suspicion(suspicion, weights.suspicion_persistence)
    assert_moves(+1, found, kept)
    for nothing in (
        suspected(suspicion, warned, conditional * 0, weights),
        suspected(suspicion, warned * 0, conditional, weights),
    ):
        np.testing.assert_allclose(nothing, kept, atol=1e-12)
    more = suspected(suspicion, warned + 0.3, conditional, weights)
    assert_moves(+1, more, found)


@given(runs(), runs(), weights_here)
def test_closed_regimes_repress_more(closure, more, weights):
    found = regime.resting_repression(closure, weights)
    assert ((found >= 0) & (found <= 1)).all()
    assert_moves(+1, regime.resting_repression(closure + more, weights), found)


@given(runs(0, 1, 5), runs(0, 1, 5), masks(5), runs(0, 1, 5), weights_here)
def test_repression_jumps_at_a_crackdown_and_rises_with_fear(
    repression, base, cracked_down, fear, weights
):
    fear = np.maximum(fear, weights.fear_floor)
    found = regime.next_repression(repression, base, cracked_down, fear, weights)
    assert ((found >= 0) & (found <= 1)).all()
    calm = regime.next_repression(repression, base, cracked_down & False, fear, weights)
    assert_moves(+1, found, calm)
    jumped = np.minimum(calm + weights.repression_of_crackdown, 1)[cracked_down]
    np.testing.assert_allclose(found[cracked_down], jumped, atol=1e-12)
    afraid = regime.next_repression(repression, base, cracked_down, fear + 0.3, weights)
    assert_moves(+1, afraid, found)
    quiet = np.full_like(fear, weights.fear_floor)
    rested = regime.next_repression(base, base, cracked_down & False, quiet, weights)
    np.testing.assert_allclose(rested, base, atol=1e-12)


@given(masks(3, 6), masks(3), runs(0, 1, 6))
def test_a_club_is_the_mean_closure_of_those_one_sits_with(full, clubs, closure):
    found = club_density(full, clubs.astype(float), closure)
    assert ((found >= -1e-12) & (found <= 1 + 1e-12)).all()
    for run in range(3):
        for member in range(6):
            means = []
            for organization in range(3):
                if full[organization, member, run] and clubs[organization, run]:
                    others = [
                        closure[other, run]
                        for other in range(6)
                        if other != member and full[organization, other, run]
                    ]
                    means += [np.mean(others)] if others else []
            expected = np.mean(means) if means else 0.0
            assert found[member, run] == pytest.approx(expected, abs=1e-12)


@given(runs(), runs(), weights_here)
def test_a_fall_opens_a_country_a_little_and_never_closes_it(accountability, resting, weights):
    found = regime.opened(accountability, weights.opening, weights.most_open)
    assert_moves(+1, found, accountability)
    assert (found <= np.maximum(accountability, weights.most_open)).all()
    calmed = regime.repression_after_fall(resting, weights.repression_after_fall)
    assert ((calmed >= 0) & (calmed <= resting)).all()
    np.testing.assert_allclose(regime.closure(accountability), 1 - accountability)


@given(masks(), runs(), runs(), weights_here)
def test_a_crackdown_is_as_hard_as_the_force_behind_it(crushed, capacity, more, weights):
    found = regime.severity(crushed, capacity, weights)
    assert ((found >= 0) & (found <= 1 + 1e-12)).all()
    assert (found[~crushed] == 0).all()
    assert_moves(+1, regime.severity(crushed, capacity + more, weights), found)
    most = regime.severity(crushed, np.full(3, weights.full_force), weights)
    np.testing.assert_allclose(most, crushed)
    weights.severity_of_force = 0.0
    np.testing.assert_array_equal(regime.severity(crushed, capacity, weights), crushed)


@given(runs(), runs(), weights_here)
def test_blame_wounds_those_most_who_guard_their_autonomy(autonomy, more, weights):
    pride = regime.wounded_pride(autonomy, weights)
    assert ((pride >= weights.pride_floor - 1e-12) & (pride <= 1 + 1e-12)).all()
    assert_moves(+1, regime.wounded_pride(autonomy + more, weights), pride)


@given(masks(2))
def test_an_organization_is_a_club_where_a_sponsor_speaks_for_regimes(speaks):
    found = regime.club_of_regimes(speaks.astype(float))
    np.testing.assert_array_equal(found, speaks.any(axis=0))


@given(masks(6), masks(6))
def test_only_a_crackdown_after_which_the_regime_stands_has_crushed(cracked, ousted):
    crushed = regime.crushed(cracked, ousted)
    assert not (crushed & ousted).any()
    assert np.array_equal(crushed | (cracked & ousted), cracked)
    assert not regime.insecurity(np.full(3, 0.1), 0.1).any()


@given(runs(0.2, 1), runs(0, 0.2), runs())
def test_who_follows_from_the_same_circle_fears_less(fear, floor, broken):
    left = regime.fear_left(fear, floor, broken)
    assert ((left >= floor - 1e-12) & (left <= fear + 1e-12)).all()
    np.testing.assert_allclose(left - floor, (1 - broken) * (fear - floor), atol=1e-12)
