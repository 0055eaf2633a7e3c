"""What the page answers: the numbers that a batch of the same question gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulation.batch.batch import run_batch
from simulation.dashboard.answer import Asked, answered
from simulation.dashboard.controls import slider_groups
from simulation.dashboard.draft import Draft, loaded_draft
from simulation.dashboard.histories import Request, Superseded, horizon, played
from simulation.evidence.catalogue import load_catalogue
from simulation.parameters.numbers import source_word, usual_source
from simulation.record.compare import compare
from simulation.scenario.scenario import load_scenario
from simulation.show.figures.summaries import Results

GROWTH = "patronage.budget_growth.china"


def test_a_batch_of_what_is_saved_gives_the_same_numbers(changed, answer, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(changed.text(), encoding="utf-8")
    batch = run_batch(
        [file, "no_andijan"], runs=24, seed=5, results=tmp_path / "results", workers=1
    )
    for name, here in (("mine", changed.name), ("no_andijan", "no_andijan")):
        there = batch.outcomes(name)
        for outcome, values in answer.record.histories[here].outcomes.items():
            np.testing.assert_array_equal(values, there[outcome].to_numpy(), outcome)
        ours, theirs = answer.charts.results, Results(batch)
        at = {"power": "china", "state": "uzbekistan"}
        for each in ("mean", "q05", "q50", "q95"):
            np.testing.assert_array_equal(
                getattr(ours.band(here, "influence_share", **at), each),
                getattr(theirs.band(name, "influence_share", **at), each),
            )
        assert answer.comparison.answer(here) == compare(batch).answer(name)


def test_the_same_request_is_played_once_and_a_superseded_one_is_dropped():
    scenario = load_scenario("baseline")

    def request(seed, wanted=True):
        return Request(scenario.hash, 3, seed, 4, "point", scenario, lambda: wanted)

    assert played(request(11)) is played(request(11, wanted=False))
    with pytest.raises(Superseded):
        played(request(12, wanted=False))
    assert played(request(12)).outcomes["china_share"].shape == (3,)


def test_an_answer_holds_the_baseline_the_draft_and_what_it_is_compared_with(changed, answer):
    assert answer.record.scenarios == ["baseline", changed.name, "no_andijan"]
    assert [each["name"] for each in answer.sentences] == [changed.name, "no_andijan"]
    assert all("95% interval" in each["sentence"] for each in answer.sentences[:1])
    rows = answer.rows(changed.name)
    assert {each["told"] for each in rows} <= {"", "more", "less"}
    assert any(each["told"] for each in rows)
    assert answer.rows("baseline") == []


def test_numbers_that_are_drawn_are_drawn_as_in_a_batch_until_they_are_moved(changed, tmp_path):
    asked = Asked(changed, runs=12, seed=5, parameters="prior")
    file = tmp_path / "mine.yaml"
    file.write_text(changed.text(), encoding="utf-8")
    batch = run_batch(
        [file], runs=12, seed=5, results=tmp_path / "results", workers=1, parameters="prior"
    )
    ours = answered(asked).record.histories[changed.name].outcomes["china_share"]
    np.testing.assert_array_equal(ours, batch.outcomes("mine")["china_share"].to_numpy())
    groups = slider_groups(changed, changed.resolved, "prior")
    drawn = {each["key"]: each["drawn"] for group in groups for each in group["sliders"]}
    assert drawn["trade.growth.china"]
    assert not drawn[GROWTH]


def test_every_answer_says_its_source(answer):
    word = source_word(usual_source(load_catalogue()))
    assert answer.source_told == f"Numbers: {word}."
    assert all(f"({word})." in each["sentence"] for each in answer.sentences)
    point = answered(Asked(Draft("baseline"), runs=8, seed=5, parameters="point"))
    assert point.source_told == "Numbers: point values: no parameter uncertainty."


def test_the_baseline_alone_is_answered_too():
    alone = answered(Asked(Draft("baseline"), runs=8, seed=5))
    assert alone.record.scenarios == ["baseline"]
    assert len(alone.sentences) == 1
    assert len(alone.charts.influence("baseline")) == 5
    assert len(alone.charts.outcome("baseline", alone.outcome_asked("baseline"))) == 1


def test_the_command_that_runs_it_again_names_everything(changed):
    asked = Asked(changed, ("no_andijan",), runs=200, seed=7)
    assert asked.again("mine.yaml") == (
        "python run.py batch mine.yaml no_andijan --runs 200 --seed 7 --parameters posterior"
    )
    short = loaded_draft("short.yaml", b"title: A\nquestion: B\nuntil: 2006Q4\n")
    assert replace(asked, draft=short).again("short.yaml").endswith("--until 2006Q4")
    assert horizon(short.resolved) == 21
