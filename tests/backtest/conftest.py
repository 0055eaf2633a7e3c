"""One question of every measure, for all tests of the back-test."""

from __future__ import annotations

import pytest
from places import TESTS

from simulation.backtest.backtest import run_backtest
from simulation.backtest.questions import read_questions
from simulation.evidence.catalogue import load_catalogue


@pytest.fixture(scope="session")
def every_measure():
    return TESTS / "backtest" / "every_measure.yaml"


@pytest.fixture(scope="session")
def result(every_measure):
    pytest.importorskip("scoringrules")
    return run_backtest([every_measure], runs=40, seed=1, parameters="prior")


@pytest.fixture(scope="session")
def questions(every_measure):
    return {each.id: each for each in read_questions([every_measure], load_catalogue())}
