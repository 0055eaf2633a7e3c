"""Behind an answer: rival theories on the same runs, and what carries an effect."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulation.batch.batch import run_batch
from simulation.batch.replay import Play
from simulation.contrast.grounds import RUNS as LOOKED
from simulation.contrast.grounds import TRACED, find_reasons
from simulation.contrast.mediation import Carrier, TracedEffect, trace
from simulation.inputs.problems import Problems
from simulation.model.model import InfluenceModel
from simulation.numerics.dates import quarter_of
from simulation.record.answers import DifferencePath
from simulation.record.compare import compare
from simulation.record.grounds import (
    Carried,
    Reasons,
    all_stored,
    came_through,
    come_straight,
    under_theories,
)
from simulation.record.through_time import Column
from simulation.scenario.inheritance import list_scenarios
from simulation.scenario.mechanisms import THEORIES

RUNS, UNTIL = 40, "2006Q4"
LEAVING = "us_base_withdrawal"


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    return run_batch(
        [LEAVING, "credit_doubled"], runs=RUNS, seed=1, until=UNTIL, workers=1, trajectories=0,
        results=tmp_path_factory.mktemp("results"),
    )  # fmt: skip


@pytest.fixture(scope="module")
def looked(record):
    return find_reasons(record, [LEAVING], workers=1)


def share_without(switches, scenario):
    """China's share over Uzbekistan in late 2005, with mechanisms off, by the model alone."""
    play = Play.of(scenario[0], scenario[1])
    without = play.scenario
    for each in switches:
        without = without.without(each)
    model = InfluenceModel(without, RUNS, 1, parameters=play.numbers, until=UNTIL).run("2005Q4")
    return model.share("china", "uzbekistan").astype(float)


def test_a_theory_is_the_same_runs_with_its_mechanisms_off(record, looked):
    here, there = (
        share_without(THEORIES["patronage"].off, (record, name)) for name in (LEAVING, "baseline")
    )
    path = Reasons(record).paths(LEAVING, "china_share_uzbekistan")["patronage"]
    place = list(path.quarters).index("2005Q4")
    assert path.difference[place] == pytest.approx((here - there).mean(), abs=1e-6)
    assert path.above[place] == (here > there).mean()


def test_every_theory_is_asked_and_told_beside_the_answer(record, looked):
    """By name, or in one sentence where none moves the outcome by enough to matter."""
    said = " ".join(looked.reasons(LEAVING))
    assert set(Reasons(record).paths(LEAVING, "china_share_uzbekistan")) == set(THEORIES)
    named = [theory for theory in THEORIES if theory.replace("_", " ") in said]
    assert named == list(THEORIES) or "No rival theory moves China's share" in said
    assert looked.looked_behind(LEAVING) == RUNS


def test_of_what_nobody_looked_behind_nothing_is_told(looked):
    assert looked.reasons("credit_doubled") == []


def test_dushanbe_stays_a_garrison_because_russia_feels_fewer_bases(record, looked):
    found = Reasons(record).carried(LEAVING)
    outcome = next(name for name in found if "dushanbe" in name or name == "bases_russia")
    first = found[outcome][0]
    assert first.carrier == "what Russia feels of its rivals"
    assert first.held_mean == pytest.approx(first.baseline_mean, abs=0.1)
    assert abs(first.scenario_mean - first.baseline_mean) > 0.3


def effect_on(outcome, about):
    column = Column(outcome)
    return TracedEffect(outcome, quarter_of(UNTIL), False, column, column, about)


def test_the_whole_effect_is_that_of_the_batch(record):
    plays = [Play.of(record, name) for name in ("baseline", LEAVING)]
    row = compare(record).row(LEAVING, "china_share")
    found = trace(*plays, [effect_on("china_share", {})], RUNS)
    assert found
    for each in found:
        assert each.effect == pytest.approx(row.difference, abs=1e-6)
        assert each.carried == pytest.approx(each.scenario_mean - each.held_mean, abs=1e-6)


def test_what_the_scenario_writes_itself_carries_nothing(record):
    plays = [Play.of(record, name) for name in ("baseline", LEAVING)]
    found = trace(*plays, [effect_on("china_share", {})], RUNS)
    assert "the bases of the United States" not in {each.carrier for each in found}


def test_an_outcome_is_not_explained_by_itself():
    bases = Carrier("bases", (("base_status", "installation", ("kant", "manas")),))
    guests = {"kant": "russia", "manas": "united_states"}
    about = {"read": "base_open", "installation": "manas"}
    left = bases.apart_from(effect_on("manas_open", about), guests)
    assert left.parts == (("base_status", "installation", ("kant",)),)
    about = {"read": "bases_open", "power": "russia"}
    left = bases.apart_from(effect_on("bases_russia", about), guests)
    assert left.parts == (("base_status", "installation", ("manas",)),)


def test_two_looks_at_two_scenarios_stand_beside_each_other(record, looked):
    again = find_reasons(record, ["credit_doubled"], workers=1)
    assert again.reasons(LEAVING) == looked.reasons(LEAVING)
    assert again.reasons("credit_doubled")


def test_a_scenario_that_is_not_there_is_answered_with_what_is(record):
    with pytest.raises(Problems, match="did you mean 'credit_doubled'") as found:
        find_reasons(record, ["credit_double", "no_andijan", "baseline"])
    said = found.value.render()
    assert "a batch with no_andijan: python run.py batch no_andijan" in said
    assert "'baseline' is what the others are compared with" in said


# -- words ------------------------------------------------------------------------------------

DECLARED = {"description": "Power's share.", "unit": "share", "kind": "continuous", "matters": 0.01}


def path(*values, half=0.001):
    values = np.array(values)
    return DifferencePath(
        quarters=["2005Q3", "2005Q4", "2006Q1"], difference=values, low=values - half,
        high=values + half, baseline=values * 0, scenario=values, above=(values > 0) * 1.0,
        below=(values < 0) * 1.0,
    )  # fmt: skip


UP, PASSING, DOWN = path(0.0, 0.02, 0.03), path(0.01, 0.04, 0.0), path(0.0, -0.02, -0.02)
SMALL, UNTOLD = path(0.0, 0.005, 0.005), path(0.0, 0.0001, 0.0, half=0.1)


@pytest.mark.parametrize(
    ("own", "theories", "said"),
    [
        (
            UP,
            {"a": UP, "b": PASSING},
            "All rival theories agree that Power's share is higher: under a by up to 3.0 points, "
            "in early 2006; under b by up to 4.0 points, in late 2005, and that passes.",
        ),
        (
            UP,
            {"a": UP, "b": SMALL, "c": UNTOLD},
            "Of the rival theories only one says that Power's share is higher: under a by up to "
            "3.0 points, in early 2006; under b it differs by too little to matter; under c it "
            "cannot be told from the baseline.",
        ),
        (
            UP,
            {"a": DOWN, "b": DOWN},
            "No rival theory agrees that Power's share is higher: under a and b it is lower by up "
            "to 2.0 points, in late 2005.",
        ),
        (
            UP,
            {"a": UP, "b": UP, "c": DOWN},
            "Most rival theories agree that Power's share is higher: under a and b by up to 3.0 "
            "points, in early 2006; but under c it is lower by up to 2.0 points, in late 2005.",
        ),
        (SMALL, {"a": SMALL, "b": UNTOLD}, "No rival theory moves Power's share by enough to "
         "matter either."),
        (
            SMALL,
            {"a": SMALL, "b": UP},
            "Rival theories differ on Power's share: under b it is higher by up to 3.0 points, in "
            "early 2006; a agrees that it does not matter.",
        ),
    ],
)  # fmt: skip
def test_an_answer_is_shared_or_hangs_on_a_theory(own, theories, said):
    assert under_theories(DECLARED, "share", own, theories) == said


CARRIED = Carried(
    "s", "o", "2005Q4", "the call", pairs=100, baseline_mean=0.9, scenario_mean=0.1,
    held_mean=0.88, effect=-0.8, carried=-0.78, low=-0.85, high=-0.7,
)  # fmt: skip


def test_what_carries_an_effect_is_told_with_the_worlds_it_decides():
    declared = {"description": "Manas is open.", "unit": "", "kind": "binary"}
    assert came_through(declared, "o", [CARRIED]) == (
        "The share of worlds in which Manas is open: this comes through the call. With that as in "
        "the baseline it would be 88% of worlds, beside 10% of worlds here and 90% of worlds in "
        "the baseline; it decides 78 of 100 worlds."
    )


@pytest.mark.parametrize("changed", [{"carried": -0.1, "high": -0.05}, {"low": -0.9, "high": 0.1}])
def test_what_is_small_or_cannot_be_told_carries_nothing(changed):
    held = [replace(CARRIED, **changed)]
    assert came_through(DECLARED, "o", held) == ""
    assert come_straight({"o": DECLARED}, {"o": held}).endswith(
        "comes straight from what the scenario changes: nothing that was held in between carries "
        "20% of it."
    )
    assert come_straight({"o": DECLARED}, {"o": [CARRIED]}) == ""


# -- what comes with the package ----------------------------------------------------------------

STORED_WITH = {"runs": RUNS, "seed": 3, "workers": 1, "trajectories": 0}


@pytest.fixture(scope="module")
def own_batch(tmp_path_factory):
    results = tmp_path_factory.mktemp("results")
    return run_batch([LEAVING, "second_base_at_osh"], **STORED_WITH, results=results)


def test_every_scenario_of_the_package_comes_with_its_reasons(tmp_path):
    """Made anew with `docs/make_reasons.py` whenever scenarios, evidence or posterior change."""
    names = list_scenarios()
    record = run_batch(names, runs=8, seed=2, workers=1, trajectories=0, results=tmp_path)
    missing = [each for each in names if each != "baseline" and not Reasons(record).stored(each)]
    assert missing == []
    assert all_stored(record)


def test_they_are_those_of_the_rules_as_they_stand(tmp_path):
    """To the bit: the same seed gives the same runs everywhere."""
    record = run_batch([LEAVING], runs=LOOKED, seed=1, workers=1, trajectories=0, results=tmp_path)
    before = Reasons(record)
    outcome = "china_share_uzbekistan"
    stored, carried = before.paths(LEAVING, outcome), before.carried(LEAVING)
    assert before.pairs(LEAVING) == LOOKED
    find_reasons(record, workers=1)
    after = Reasons(record)
    assert not after.stored(LEAVING)
    assert after.carried(LEAVING) == carried
    for theory, path in after.paths(LEAVING, outcome).items():
        assert (path.difference == stored[theory].difference).all()


def test_the_package_tells_what_stands_behind_answers_nobody_looked_behind(own_batch):
    comparison = compare(own_batch)
    assert comparison.reasons("second_base_at_osh")
    assert comparison.reasons_are_stored == (
        f"What rival theories say is told of {LOOKED} runs with seed 1, where effects come from of "
        f"the first {TRACED}; both come with the program"
    )


@pytest.mark.parametrize("other", [{"settings": ["basing.rent=2"]}, {"until": "2012Q4"},
                                   {"parameters": "point"}])  # fmt: skip
def test_they_are_not_told_where_something_else_is_asked(tmp_path, other):
    record = run_batch([LEAVING], **STORED_WITH, results=tmp_path, **other)
    assert compare(record).reasons(LEAVING) == []
    assert compare(record).reasons_are_stored == ""


def test_a_base_that_a_scenario_adds_is_followed_where_it_is_not(tmp_path):
    asked = {"until": "2007Q4", "results": tmp_path, **STORED_WITH}
    record = run_batch([LEAVING, "second_base_at_osh"], **asked)
    looked = find_reasons(record, workers=1)
    assert {looked.looked_behind(name) for name in looked.scenarios} == {RUNS}


def test_a_batch_that_was_looked_behind_tells_of_its_own_runs(own_batch):
    looked = find_reasons(own_batch, [LEAVING], workers=1)
    assert looked.looked_behind(LEAVING) == RUNS
    assert looked.looked_behind("second_base_at_osh") == LOOKED
