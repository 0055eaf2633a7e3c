"""Luck that lasts: a function of names and time, whoever asks and when; and what comes of it."""

from __future__ import annotations

import numpy as np

from simulation.model.model import InfluenceModel
from simulation.numerics.dates import quarter_of
from simulation.world import world as w

RUNS = 200


def luck_at(quarter, stream, **numbers):
    """The luck under a name, asked for for the first time in a quarter."""
    model = InfluenceModel("baseline", runs=RUNS, seed=1, parameters={"source": "point", **numbers})
    model.world.quarter = quarter_of(quarter)
    return model.situation.lasting(stream, "admit")


def test_it_does_not_matter_when_or_with_whom_it_was_asked_for():
    model = InfluenceModel("baseline", runs=RUNS, seed=1, parameters="point")
    for quarter in range(quarter_of("2006Q4") + 1):
        model.world.quarter = quarter
        often = model.situation.lasting("sco>belarus", "admit")
    assert np.array_equal(often, luck_at("2006Q4", "sco>belarus"))
    rows = luck_at("2006Q4", ("sco>iran", "sco>belarus"))
    assert np.array_equal(rows[1], often)


def test_it_lasts_a_year_and_is_much_the_same_the_year_after():
    early, same = luck_at("2004Q1", "sco>iran"), luck_at("2004Q4", "sco>iran")
    assert np.array_equal(early, same)
    later = luck_at("2005Q1", "sco>iran")
    assert not np.array_equal(early, later)
    assert np.corrcoef(early, later)[0, 1] > 0.9
    fresh = {"luck.kept": 0.0}
    unlike = luck_at("2004Q1", "sco>iran", **fresh), luck_at("2005Q1", "sco>iran", **fresh)
    assert abs(np.corrcoef(*unlike)[0, 1]) < 0.2


def of_years(quarters, read):
    """What luck of years is asked for in some quarters, at the last of them."""
    model = InfluenceModel("baseline", runs=RUNS, seed=1, parameters="point")
    for quarter in quarters:
        model.world.quarter = quarter_of(quarter)
        found = getattr(model.situation, read)(["united_states>kazakhstan"], "drift")
    return found


def test_a_deviate_of_the_year_is_the_same_in_all_its_quarters_and_another_in_the_next():
    spring, autumn = of_years(["2004Q1"], "noise_of_year"), of_years(["2004Q4"], "noise_of_year")
    assert np.array_equal(spring, autumn)
    assert not np.array_equal(autumn, of_years(["2005Q1"], "noise_of_year"))
    first = of_years(["2001Q3"], "noise_of_year")
    assert np.array_equal(first, of_years(["2001Q4"], "noise_of_year"))
    assert abs(first.mean()) < 0.2 and abs(first.std() - 1) < 0.2


def test_a_walk_begins_at_nought_and_adds_a_deviate_a_year_whenever_it_is_asked_for():
    assert not of_years(["2001Q4"], "walk").any()
    often = of_years([f"{year}Q{q}" for year in range(2002, 2006) for q in (1, 3)], "walk")
    assert np.array_equal(often, of_years(["2005Q4"], "walk"))
    steps = [of_years([f"{year}Q2"], "noise_of_year") for year in range(2002, 2006)]
    np.testing.assert_allclose(often, sum(steps), rtol=1e-4, atol=1e-5)


def strangers(kept):
    """How many observers the SCO has in 2015, by run."""
    model = InfluenceModel(
        "baseline", runs=100, seed=1, parameters={"source": "point", "luck.kept": kept}
    ).run("2015Q4")
    sco = model.world.place("organization", "sco")
    return (model.world.standing[sco] > 0).sum(axis=0)


def test_whoever_was_turned_down_stays_unwelcome():
    """Fresh luck at every meeting admits everybody in the end."""
    assert strangers(0.965).mean() < strangers(0.0).mean()


def test_whoever_belonged_at_the_start_does_not_leave_at_once():
    """Nobody's luck begins where it contradicts what was: the first years see few leavings."""
    model = InfluenceModel("baseline", runs=RUNS, seed=1, parameters="point").run("2001Q4")
    left = [event for event in model.log if event.kind == "leave"]
    start = InfluenceModel("baseline", runs=1, seed=1, parameters="point")
    members = (start.world.standing == w.MEMBER).sum()
    seen = 0.03  # a year of membership, the upper end of what was seen of 1991 to 2005
    assert sum(len(event.runs) for event in left) < seen * members / 2 * RUNS
