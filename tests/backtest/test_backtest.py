"""The back-test as a whole: forecast, scored, written, and set beside other accounts."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from simulation.backtest.backtest import SCORE_COLUMNS, account, compare_theories, run_backtest
from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems
from simulation.show.figures.scores import draw_scores
from simulation.show.score_tables import theory_table


def test_a_horizon_that_is_too_short_is_said(every_measure):
    pytest.importorskip("scoringrules")
    with pytest.raises(Problems, match="resolves on 2007-12-31, after the run's end \\(2006Q4\\)"):
        run_backtest([every_measure], runs=10, until="2006Q4")


def test_every_measure_is_forecast_and_scored(result):
    rows = {row.question.id: row for row in result.rows}
    assert [row.question.id for row in result.rows][:3] == ["base", "kept", "rent"]
    for row in result.rows:
        for given in (row.model, row.recommended):
            assert np.isfinite([given.forecast, given.score, *row.rivals.values()]).all()
            assert given.q05 <= given.q95
    assert rows["bases"].model.forecast == 2
    assert 0.1 < rows["trade"].model.forecast < 0.3
    assert rows["overtakes"].model.forecast == 2008, "the year after the last one stands for never"


def test_scores_are_written(result, tmp_path):
    path = result.write(tmp_path / "made" / "here")
    with path.open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert tuple(lines[0])[: len(SCORE_COLUMNS)] == SCORE_COLUMNS
    assert [line["id"] for line in lines] == [row.question.id for row in result.rows]
    assert {line["kind"] for line in lines} == {"binary", "count", "continuous", "year"}
    assert all(float(line["score"]) >= 0 for line in lines)
    assert (path.parent / "skill.csv").exists()


def test_each_figure_has_its_numbers_as_a_table(result, tmp_path):
    files = {file.name: file for file in draw_scores(result, tmp_path)}
    assert {"questions.png", "questions.svg", "questions.csv", "reliability.csv"} <= files.keys()
    lines = files["questions.csv"].read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith('"question","asked","kind","forecast"')
    assert len(lines) == 1 + len(result.rows)


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
