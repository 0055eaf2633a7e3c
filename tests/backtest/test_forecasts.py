"""Forecasts: from what was known on the day, as far as the questions need."""

from __future__ import annotations

import numpy as np
from places import ROOT

from simulation.backtest.forecasts import forecast
from simulation.backtest.questions import read_questions
from simulation.evidence.catalogue import load_catalogue
from simulation.scenario.scenario import load_scenario

OWN = [ROOT / "questions" / "october_2005.yaml", ROOT / "questions" / "march_2004.yaml"]


def foretold(asked, runs, seed=1):
    return forecast(
        asked,
        load_scenario("baseline"),
        runs=runs,
        seed=seed,
        parameters="prior",
        catalogue=load_catalogue(),
    )


def test_the_horizon_grows_to_what_a_question_needs(tmp_path):
    path = tmp_path / "far.yaml"
    path.write_text(
        "questions:\n  - {id: far, as_of: 2005-10-31, resolves: 2024, outcome: 0.4,\n"
        "     measure: {trade_share: {power: china, of: central_asia}}}\n",
        encoding="utf-8",
    )
    asked = read_questions([path], load_catalogue())
    answers = foretold(asked, 20)[0]
    assert (answers > 0.14).mean() > 0.9
    assert answers.max() < 0.9


def test_what_the_baseline_scripts_after_the_date_is_not_known(tmp_path):
    """As of March 2004 nobody knew of the Tulip revolution."""
    [asked] = [
        each for each in read_questions(OWN, load_catalogue()) if each.id == "kyrgyz_ouster_2005"
    ]
    answers = foretold([asked], 40)[0]
    assert answers.mean() < 0.5


def test_an_earlier_ouster_does_not_count(questions):
    answers = foretold([questions["ouster"]], 40)[0]
    assert answers.mean() < 0.5


def test_forecasts_do_not_depend_on_the_block(questions, monkeypatch):
    from simulation.backtest import forecasts

    asked = [questions["rent"], questions["trade"]]
    whole = foretold(asked, 20, seed=3)
    monkeypatch.setattr(forecasts, "_BLOCK", 7)
    parts = foretold(asked, 20, seed=3)
    for place, answers in whole.items():
        np.testing.assert_array_equal(answers, parts[place])
