"""Scores: proper, comparable, and told apart only where actors enough say so."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from simulation.backtest.dependence import Clusters
from simulation.backtest.scores import (
    ALL,
    BASELINES,
    FORECASTERS,
    MODEL,
    RECOMMENDED,
    Given,
    Scored,
    compared,
    given_by,
    reliability,
    score,
    skills,
)
from simulation.show.score_tables import heading


def made_up(question, forecast, outcome, about="kazakhstan", ours=0.0, theirs=0.0):
    asked = dataclasses.replace(question, outcome=outcome, about=about)
    given = Given(forecast, 0.0, 1.0, ours)
    return Scored(asked, given, given, dict.fromkeys(BASELINES, theirs))


def against_persistence(ours, theirs, about, years=None):
    return compared(
        by=MODEL,
        asked=ALL,
        kind="binary",
        against="persistence",
        ours=ours,
        theirs=theirs,
        clusters=Clusters.of(about, years or [2006] * len(about)),
        seed=1,
    )


def test_probabilities_are_scored_by_brier(questions):
    pytest.importorskip("scoringrules")
    assert score(questions["base"], np.array([1.0, 1, 1, 0])) == pytest.approx(0.0625)


def test_rents_are_scored_on_a_logarithmic_scale(questions):
    pytest.importorskip("scoringrules")
    expected = abs(np.log1p(17.4) - np.log1p(2))
    assert score(questions["rent"], np.array([2.0])) == pytest.approx(expected)
    assert score(questions["count"], np.array([6.0])) == pytest.approx(2)


def test_a_year_that_never_came_is_the_one_after_the_last(questions):
    pytest.importorskip("scoringrules")
    assert questions["overtakes"].outcome == 2008
    given = given_by(questions["overtakes"], np.array([2006.0, 2008, 2008]))
    assert given.forecast == 2008
    assert score(questions["overtakes"], np.full(3, 2008.0)) == 0


def test_low_skill_is_reported_and_left_out(result):
    assert any(row.question.id == "agreement" for row in result.rows)
    [everything] = {row.questions for row in result.skills if row.kind == "all but binary"}
    assert everything == 5
    assert "1 nearly decided when asked: left out of the score" in heading(result)


def test_equal_scores_cannot_be_told_apart():
    same, about = np.full(8, 0.3), [f"state {i}" for i in range(8)]
    found = against_persistence(same, same, about)
    assert found.skill == 0
    assert found.verdict == "cannot be told from the baseline"


def test_a_forecast_that_is_always_better_is_called_so():
    about = [f"state {i % 6}" for i in range(24)]
    ours = np.linspace(0.05, 0.1, 24)
    found = against_persistence(ours, 3 * ours, about)
    assert found.skill == pytest.approx(2 / 3)
    assert found.verdict == "better than the baseline"
    worse = against_persistence(3 * ours, ours, about)
    assert worse.verdict == "worse than the baseline"


def test_a_few_actors_are_too_few():
    ours = np.full(12, 0.1)
    found = against_persistence(ours, 2 * ours, ["a", "b"] * 6)
    assert found.verdict == "too few actors to tell"


def test_intervals_resample_actors_and_not_questions():
    """Twenty questions about one of six actors say little more than one."""
    about = ["a"] * 20 + list("bcdef")
    ours = np.array([0.4] * 20 + [0.1] * 5)
    theirs = np.full(25, 0.25)
    clustered = against_persistence(ours, theirs, about)
    alone = [f"{i}" for i in range(25)]
    single = against_persistence(ours, theirs, alone)
    assert single.told
    assert not clustered.told


def test_what_is_said_of_the_model_is_said_of_the_recommended_forecast(result):
    own, pool = ([row for row in result.skills if row.by == name] for name in FORECASTERS)
    assert [(row.asked, row.kind, row.against) for row in own] == [
        (row.asked, row.kind, row.against) for row in pool
    ]
    assert {row.by for row in result.skills} == {MODEL, RECOMMENDED}
    assert set(result.reliability) == {MODEL, RECOMMENDED}


def test_skill_is_reported_by_date_where_there_are_several(questions):
    base = questions["base"]
    early = dataclasses.replace(base, as_of=dt.date(2004, 3, 24))
    rows = [made_up(each, 0.5, 1.0, ours=0.1, theirs=0.2) for each in (base, early)]
    assert {row.asked for row in skills(rows, 1)} == {"all", "2004-03-24", "2005-10-31"}


def test_reliable_probabilities_lose_nothing(questions):
    rows = [made_up(questions["base"], p, y) for p, y in [(0.0, 0.0)] * 4 + [(1.0, 1.0)] * 4]
    found = reliability(rows, MODEL, 1)
    assert found.miscalibration == 0
    assert found.discrimination == found.uncertainty == 0.25


def test_probabilities_that_are_off_lose(questions):
    rows = [made_up(questions["base"], p, 1 - p) for p in (0.0, 0.0, 1.0, 1.0)]
    found = reliability(rows, MODEL, 1)
    assert found.miscalibration == pytest.approx(0.75)
    assert found.discrimination == 0
    assert (np.diff(found.happened) >= 0).all(), "the curve rises with the forecast"
