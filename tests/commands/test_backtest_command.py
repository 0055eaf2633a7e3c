"""The command that back-tests."""

from __future__ import annotations

import sys

import pytest
from places import ROOT, TESTS

from simulation.commands import program as cli

BROKEN = ROOT / "tests" / "broken"
EVERY_MEASURE = TESTS / "backtest" / "every_measure.yaml"


def test_the_command_writes_scores_and_figures(tmp_path, capsys):
    pytest.importorskip("scoringrules")
    words = ["backtest", str(EVERY_MEASURE), "--results", str(tmp_path), "--runs", "10"]
    words += ["--parameters", "prior"]
    assert cli.main(words) == 0
    files = {path.name for path in tmp_path.iterdir()}
    pictures = {
        f"{name}.{ending}"
        for name in ("reliability", "questions")
        for ending in ("png", "svg", "csv")
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


def test_a_missing_extra_is_named(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "scoringrules", None)
    assert cli.main(["backtest", str(EVERY_MEASURE)]) == 2
    assert "pip install -e '.[analysis]'" in capsys.readouterr().err


def test_weights_are_learned_from_the_origins_alone(tmp_path, capsys):
    """Their questions are made from the evidence: none can be named, and no part taken away."""
    words = ["backtest", "--origins", str(EVERY_MEASURE), "--theory", "hedging"]
    assert cli.main([*words, "--results", str(tmp_path / "x")]) == 2
    assert "leave out QUESTIONS, or --origins" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()
