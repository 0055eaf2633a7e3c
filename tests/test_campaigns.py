"""The campaigns themselves: an attempt has a number, and is always the same."""

import copy
import random
import sys
from pathlib import Path

import pytest

CAMPAIGNS = Path(__file__).resolve().parents[1] / "benchmarks" / "campaigns"


@pytest.fixture
def fuzz(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(CAMPAIGNS), *sys.path])
    import fuzz

    return fuzz


def test_an_attempt_leaves_what_the_next_begins_with(fuzz):
    before = copy.deepcopy(fuzz.VALUES)
    for number in range(2_000):
        fuzz.data_mutated({"a": [1, 2], "b": {"c": 3}}, random.Random(number))
    assert before == fuzz.VALUES


def test_no_command_that_plays_runs_plays_them_while_words_are_tried(
    fuzz, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    told = {}
    for name, each in fuzz.COMMANDS.items():
        if each.heading.name == "RUN" and name not in fuzz.NEVER:
            with fuzz.nothing_is_run():
                status = fuzz.main([name])
            told[name] = (status, "nothing is run here" in capsys.readouterr().err)
    assert {"batch", "patterns", "mechanisms", "responses", "backtest"} <= told.keys()
    assert {name: each for name, each in told.items() if each != (2, True)} == {}


def test_what_is_held_back_comes_back(fuzz):
    """The campaign after it, in the same process, plays runs."""
    from simulation.model.model import InfluenceModel

    own = InfluenceModel.__init__
    with fuzz.nothing_is_run():
        assert InfluenceModel.__init__ is not own
    assert InfluenceModel.__init__ is own
