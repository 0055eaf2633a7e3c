"""Scores in tables."""

from __future__ import annotations

import pytest
from places import TESTS

from simulation.backtest.backtest import run_backtest
from simulation.show.score_tables import question_table, skill_table

EVERY_MEASURE = TESTS / "backtest" / "every_measure.yaml"


def test_tables_fit_a_page():
    pytest.importorskip("scoringrules")
    result = run_backtest([EVERY_MEASURE], runs=10, seed=1, parameters="prior")
    for text in (question_table(result.rows, 100, False), skill_table(result.skills, 100, False)):
        assert max(map(len, text.splitlines())) <= 100
    assert "…" not in skill_table(result.skills, 100, False)
