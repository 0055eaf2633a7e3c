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
