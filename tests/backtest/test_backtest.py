"""Back-tests: questions are read strictly, forecast from what was known, and scored properly."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import sys
from pathlib import Path

import numpy as np
import pytest
from places import ROOT

from simulation.backtest import baselines
from simulation.backtest.backtest import COLUMNS, account, compare_theories, run_backtest
from simulation.backtest.baselines import Past
from simulation.backtest.forecasts import forecast
from simulation.backtest.measures import MEASURES
from simulation.backtest.questions import read_questions
from simulation.backtest.scores import (
    ALL,
    BASELINES,
    Scored,
    compared,
    reliability,
    score,
    scored,
    skills,
)
from simulation.commands import program as cli
from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems
from simulation.scenario.scenario import load_scenario
from simulation.show.score_tables import heading, question_table, skill_table, theory_table

BROKEN = ROOT / "tests" / "broken"
SHARED = ROOT.parent / "shared" / "evidence" / "questions.yaml"
OWN = [ROOT / "questions" / "october_2005.yaml", ROOT / "questions" / "march_2004.yaml"]
EVERY_MEASURE = """
questions:
  - {id: base, as_of: 2005-10-31, resolves: 2006-06-30, outcome: true,
     measure: {base_open: {installation: manas}}, text: A base?}
  - {id: rent, as_of: 2005-10-31, resolves: 2006-12-31, outcome: 17.4,
     measure: {base_rent: {installation: manas}}}
  - {id: bases, as_of: 2005-10-31, resolves: 2006-12-31, outcome: 2,
     measure: {bases_open: {power: russia, region: central_asia}}}
  - {id: member, as_of: 2005-10-31, resolves: 2006-12-31, outcome: true,
     measure: {member: {state: uzbekistan, organization: csto, status: full}}}
  - {id: count, as_of: 2005-10-31, resolves: 2006-12-31, outcome: 4,
     measure: {member_count: {organization: sco, status: observer}}}
  - {id: ouster, as_of: 2005-10-31, resolves: 2007, outcome: false,
     measure: {ouster: {state: kyrgyzstan}}}
  - {id: project, as_of: 2005-10-31, resolves: 2007-12-31, outcome: false,
     measure: {project_open: {project: khorgos}}}
  - {id: trade, as_of: 2005-10-31, resolves: 2006, outcome: 0.2,
     measure: {trade_share: {power: china, of: kazakhstan}}}
  - {id: overtakes, as_of: 2005-10-31, resolves: 2007, outcome: never,
     measure: {trade_overtakes: {power: china, over: russia, of: uzbekistan}}}
  - {id: agreement, as_of: 2005-10-31, resolves: 2006, outcome: 0.25, skill: low,
     measure: {agreement: {state: kazakhstan, power: united_states}}}
"""


@pytest.fixture(scope="module")
def every_measure(tmp_path_factory):
    path = tmp_path_factory.mktemp("questions") / "every_measure.yaml"
    path.write_text(EVERY_MEASURE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def result(every_measure):
    pytest.importorskip("scoringrules")
    return run_backtest([every_measure], runs=40, seed=1, parameters="prior")


@pytest.fixture(scope="module")
def questions(every_measure):
    return {each.id: each for each in read_questions([every_measure], load_catalogue())}


def past(year, month, day):
    return Past.until(dt.date(year, month, day), load_scenario("baseline"), load_catalogue())


def made_up(question, forecast, outcome, about="kazakhstan", ours=0.0, theirs=0.0):
    asked = dataclasses.replace(question, outcome=outcome, about=about)
    return Scored(asked, forecast, 0.0, 1.0, ours, dict.fromkeys(BASELINES, theirs))


# -- questions -------------------------------------------------------------------------------


def test_the_projects_own_questions_cover_what_they_should():
    october, march = (read_questions([path], load_catalogue()) for path in OWN)
    assert len(october) >= 30
    assert len(march) >= 12
    assert {each.as_of for each in october} == {dt.date(2005, 10, 31)}
    assert {each.as_of for each in march} == {dt.date(2004, 3, 24)}
    assert max(each.resolves for each in [*october, *march]) <= dt.date(2010, 12, 31)
    states = {"kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan"}
    assert states <= {each.about for each in october}
    assert len({each.resolves.year for each in october}) >= 4
    assert {each.name for each in [*october, *march]} == set(MEASURES)


def test_the_shared_questions_are_read():
    if not SHARED.exists():
        pytest.skip("the shared questions are not at hand")
    questions = read_questions([SHARED], load_catalogue())
    assert len(questions) == 12
    assert sum(not each.skill for each in questions) == 2


@pytest.mark.parametrize("name", sorted(path.stem for path in BROKEN.glob("questions/*.yaml")))
def test_broken_questions_say_what_is_wrong(name, monkeypatch):
    monkeypatch.chdir(BROKEN)
    with pytest.raises(Problems) as raised:
        read_questions([f"questions/{name}.yaml"], load_catalogue())
    expected = (BROKEN / "questions" / f"{name}.txt").read_text(encoding="utf-8")
    assert raised.value.render() + "\n" == expected


def test_all_problems_of_all_files_come_at_once(monkeypatch):
    monkeypatch.chdir(BROKEN)
    names = sorted(path.as_posix() for path in Path("questions").glob("*.yaml"))
    with pytest.raises(Problems) as raised:
        read_questions(names, load_catalogue())
    assert {problem.file for problem in raised.value.problems} == set(names)


def test_a_horizon_that_is_too_short_is_said(every_measure):
    pytest.importorskip("scoringrules")
    with pytest.raises(Problems, match="resolves on 2007-12-31, after the run's end \\(2006Q4\\)"):
        run_backtest([every_measure], runs=10, until="2006Q4")


# -- forecasts -------------------------------------------------------------------------------


def test_every_measure_is_forecast_and_scored(result):
    rows = {row.question.id: row for row in result.rows}
    assert [row.question.id for row in result.rows][:3] == ["base", "rent", "bases"]
    for row in result.rows:
        assert np.isfinite([row.forecast, row.score, *row.rivals.values()]).all()
    assert all(row.q05 <= row.q95 for row in result.rows)
    assert rows["bases"].forecast == 2
    assert 0.1 < rows["trade"].forecast < 0.3
    assert rows["overtakes"].forecast == 2008, "the year after the last one stands for never"


def test_scores_are_written(result, tmp_path):
    path = result.write(tmp_path / "made" / "here")
    with path.open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert tuple(lines[0])[: len(COLUMNS)] == COLUMNS
    assert [line["id"] for line in lines] == [row.question.id for row in result.rows]
    assert {line["kind"] for line in lines} == {"binary", "count", "continuous", "year"}
    assert all(float(line["score"]) >= 0 for line in lines)
    assert (path.parent / "skill.csv").exists()


def test_the_horizon_grows_to_what_a_question_needs(tmp_path):
    path = tmp_path / "far.yaml"
    path.write_text(
        "questions:\n  - {id: far, as_of: 2005-10-31, resolves: 2024, outcome: 0.4,\n"
        "     measure: {trade_share: {power: china, of: central_asia}}}\n",
        encoding="utf-8",
    )
    asked = read_questions([path], load_catalogue())
    answers = forecast(asked, load_scenario("baseline"), 20, 1, "prior", load_catalogue())[0]
    assert (answers > 0.14).mean() > 0.9
    assert answers.max() < 0.9


def test_what_the_baseline_scripts_after_the_date_is_not_known(tmp_path):
    """As of March 2004 nobody knew of the Tulip revolution."""
    [asked] = [
        each for each in read_questions(OWN, load_catalogue()) if each.id == "kyrgyz_ouster_2005"
    ]
    answers = forecast([asked], load_scenario("baseline"), 40, 1, "prior", load_catalogue())[0]
    assert answers.mean() < 0.5


def test_an_earlier_ouster_does_not_count(questions):
    answers = forecast(
        [questions["ouster"]], load_scenario("baseline"), 40, 1, "prior", load_catalogue()
    )[0]
    assert answers.mean() < 0.5


def test_forecasts_do_not_depend_on_the_block(questions, monkeypatch):
    from simulation.backtest import forecasts

    asked = [questions["rent"], questions["trade"]]
    whole = forecast(asked, load_scenario("baseline"), 20, 3, "prior", load_catalogue())
    monkeypatch.setattr(forecasts, "BLOCK", 7)
    parts = forecast(asked, load_scenario("baseline"), 20, 3, "prior", load_catalogue())
    for place, answers in whole.items():
        np.testing.assert_array_equal(answers, parts[place])


# -- baselines -------------------------------------------------------------------------------


def test_persistence_says_that_nothing_changes(questions):
    known, uniform = past(2005, 10, 31), baselines.sampler(1)
    said = {
        name: baselines.persistence(each, known, uniform, load_catalogue()).mean()
        for name, each in questions.items()
    }
    assert said["base"] == 1
    assert said["rent"] == 2
    assert said["bases"] == 2
    assert said["member"] == said["ouster"] == said["project"] == 0
    assert said["count"] == 4
    assert said["trade"] == pytest.approx(0.164, abs=0.01)
    assert said["agreement"] == pytest.approx(0.284, abs=0.02)


def test_a_random_walk_spreads_with_time(questions):
    known, uniform = past(2005, 10, 31), baselines.sampler(1)
    later = dataclasses.replace(questions["trade"], resolves=dt.date(2009, 12, 31))
    near = baselines.persistence(questions["trade"], known, uniform, load_catalogue())
    far = baselines.persistence(later, known, uniform, load_catalogue())
    assert far.std() == pytest.approx(2 * near.std(), rel=0.15)


def test_base_rates_are_fitted_on_what_was_known(questions):
    """By October 2005 a head of state had fallen; in March 2004 none had."""
    uniform = baselines.sampler(1)
    early = dataclasses.replace(
        questions["ouster"], as_of=dt.date(2004, 3, 24), resolves=dt.date(2006, 5, 24)
    )
    knew = baselines.base_rates(questions["ouster"], past(2005, 10, 31), uniform, load_catalogue())
    ignored = baselines.base_rates(early, past(2004, 3, 24), uniform, load_catalogue())
    assert ignored.mean() < knew.mean() / 1.5
    assert max(max(each) for each in past(2004, 3, 24).figures.values()) == 2003


def test_base_rates_leave_room_for_what_never_happened(questions):
    known, uniform = past(2005, 10, 31), baselines.sampler(1)
    chance = baselines.base_rates(questions["member"], known, uniform, load_catalogue()).mean()
    assert 0 < chance < 0.2


# -- scores ----------------------------------------------------------------------------------


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
    row = scored(questions["overtakes"], np.array([2006.0, 2008, 2008]), {})
    assert row.forecast == 2008
    assert score(questions["overtakes"], np.full(3, 2008.0)) == 0


def test_low_skill_is_reported_and_left_out(result):
    assert any(row.question.id == "agreement" for row in result.rows)
    [everything] = {row.questions for row in result.skills if row.kind == "all but binary"}
    assert everything == 5
    assert "1 of low skill left out" in heading(result)


def test_equal_scores_cannot_be_told_apart():
    same, about = np.full(8, 0.3), [f"state {i}" for i in range(8)]
    found = compared(ALL, "binary", "persistence", same, same, about, 1)
    assert found.skill == 0
    assert found.verdict == "cannot be told from the baseline"


def test_a_forecast_that_is_always_better_is_called_so():
    about = [f"state {i % 6}" for i in range(24)]
    ours = np.linspace(0.05, 0.1, 24)
    found = compared(ALL, "binary", "persistence", ours, 3 * ours, about, 1)
    assert found.skill == pytest.approx(2 / 3)
    assert found.verdict == "better than the baseline"
    worse = compared(ALL, "binary", "persistence", 3 * ours, ours, about, 1)
    assert worse.verdict == "worse than the baseline"


def test_a_few_actors_are_too_few():
    ours = np.full(12, 0.1)
    found = compared(ALL, "binary", "persistence", ours, 2 * ours, ["a", "b"] * 6, 1)
    assert found.verdict == "too few actors to tell"


def test_intervals_resample_actors_and_not_questions():
    """Twenty questions about one of six actors say little more than one."""
    about = ["a"] * 20 + list("bcdef")
    ours = np.array([0.4] * 20 + [0.1] * 5)
    theirs = np.full(25, 0.25)
    clustered = compared(ALL, "binary", "persistence", ours, theirs, about, 1)
    alone = [f"{i}" for i in range(25)]
    single = compared(ALL, "binary", "persistence", ours, theirs, alone, 1)
    assert single.told
    assert not clustered.told


def test_skill_is_reported_by_date_where_there_are_several(questions):
    base = questions["base"]
    early = dataclasses.replace(base, as_of=dt.date(2004, 3, 24))
    rows = [made_up(each, 0.5, 1.0, ours=0.1, theirs=0.2) for each in (base, early)]
    assert {row.asked for row in skills(rows, 1)} == {"all", "2004-03-24", "2005-10-31"}


def test_reliable_probabilities_lose_nothing(questions):
    rows = [made_up(questions["base"], p, y) for p, y in [(0.0, 0.0)] * 4 + [(1.0, 1.0)] * 4]
    found = reliability(rows, 1)
    assert found.miscalibration == 0
    assert found.discrimination == found.uncertainty == 0.25


def test_probabilities_that_are_off_lose(questions):
    rows = [made_up(questions["base"], p, 1 - p) for p in (0.0, 0.0, 1.0, 1.0)]
    found = reliability(rows, 1)
    assert found.miscalibration == pytest.approx(0.75)
    assert found.discrimination == 0
    assert (np.diff(found.happened) >= 0).all(), "the curve rises with the forecast"


# -- accounts and the command ----------------------------------------------------------------


def test_rival_accounts_are_scored_on_the_same_questions(result, every_measure, monkeypatch):
    from simulation.backtest import backtest

    monkeypatch.setattr(backtest, "SWITCHES", {"guest_bids": backtest.SWITCHES["guest_bids"]})
    monkeypatch.setattr(backtest, "THEORIES", {"patronage": backtest.THEORIES["patronage"]})
    variants = compare_theories(result, [every_measure], runs=40)
    names = [variant.name for variant in variants]
    assert names == ["theory patronage", "without guest_bids"]
    without = variants[1]
    assert without.numbers.other > without.numbers.score, "without a bid there is no rent"
    assert "guest_bids" in theory_table(variants, width=100, color=False)


def test_unknown_accounts_are_refused():
    with pytest.raises(Problems) as raised:
        account("patronge", ["hedgin"], load_catalogue())
    text = raised.value.render()
    assert "did you mean 'patronage'?" in text
    assert "did you mean 'hedging'?" in text


def test_tables_fit_a_page(result):
    for text in (question_table(result.rows, 100, False), skill_table(result.skills, 100, False)):
        assert max(map(len, text.splitlines())) <= 100
    assert "…" not in skill_table(result.skills, 100, False)


def test_the_command_writes_scores_and_figures(every_measure, tmp_path, capsys):
    pytest.importorskip("scoringrules")
    words = ["backtest", str(every_measure), "--results", str(tmp_path), "--runs", "10"]
    words += ["--parameters", "prior"]
    assert cli.main(words) == 0
    files = {path.name for path in tmp_path.iterdir()}
    pictures = {
        f"{name}.{ending}" for name in ("reliability", "questions") for ending in ("png", "svg")
    }
    assert files == {"scores.csv", "skill.csv", *pictures}
    assert "overtakes" in capsys.readouterr().out


def test_the_command_reports_bad_questions_and_runs_nothing(tmp_path, capsys):
    pytest.importorskip("scoringrules")
    words = [
        "backtest",
        str(BROKEN / "questions" / "no_list.yaml"),
        "--results",
        str(tmp_path / "x"),
    ]
    assert cli.main(words) == 2
    assert "no list of questions" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_a_missing_extra_is_named(every_measure, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "scoringrules", None)
    assert cli.main(["backtest", str(every_measure)]) == 2
    assert "pip install -e '.[analysis]'" in capsys.readouterr().err
