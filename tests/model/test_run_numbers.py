"""Runs that share a number share their luck: the rows of a design."""

from __future__ import annotations

import re

import numpy as np
import pytest
from places import DOCS

from simulation.model.model import InfluenceModel
from simulation.model.outcomes import OUTCOMES
from simulation.numerics.randomness import Draws

NUMBERS = [5, 0, 3_000_000_001, 5, 17, 2]
KEY = "basing.rent"


def arrays_of(model, place):
    return {name: each[..., place].tobytes() for name, each in model.world.snapshot().items()}


@pytest.mark.parametrize("parameters", ["point", "prior", "posterior"])
def test_a_run_is_the_run_of_its_number_wherever_it_stands(parameters):
    together = InfluenceModel(seed=3, run_numbers=NUMBERS, parameters=parameters).run("2003Q1")
    for number in set(NUMBERS):
        alone = InfluenceModel(seed=3, first_run=number, parameters=parameters).run("2003Q1")
        for place in np.flatnonzero(np.equal(NUMBERS, number)):
            assert arrays_of(together, place) == arrays_of(alone, 0), number
    assert arrays_of(together, 0) != arrays_of(together, 1)


@pytest.mark.parametrize("precision", [np.float32, np.float64])
def test_draws_of_any_numbers_are_those_of_the_runs_in_a_row(precision):
    numbers = np.array([9, 2, 2, 0, 31, 9])
    row = Draws(1, 0, 32, precision)
    some = Draws(1, 0, len(numbers), precision, run_numbers=numbers)
    for of in ("uniform", "logistic", "noise"):
        for actor in ("a", ("a", "b", "c")):
            whole, part = (getattr(draws, of)(4, actor, "test") for draws in (row, some))
            assert part.dtype == precision
            assert np.array_equal(part, whole[..., numbers])


def test_twins_differ_by_what_they_were_given_alone():
    low, high = 1.5, 3.0
    given = {KEY: [low, high] * 40}
    model = InfluenceModel(seed=1, run_numbers=np.arange(80) // 2, parameters=given).run("2006Q4")
    alone = InfluenceModel(seed=1, runs=40, parameters={KEY: [low] * 40}).run("2006Q4")
    found = model.outcomes()
    assert found.index.tolist() == list(range(80))
    assert found.columns.tolist() == list(OUTCOMES)
    assert found.attrs["units"]["manas_rent"] == OUTCOMES["manas_rent"].unit
    np.testing.assert_array_equal(found[::2], alone.outcomes())
    kept = found["manas_open"].to_numpy().reshape(40, 2)
    assert (kept[:, 1] >= kept[:, 0]).all()
    assert (kept[:, 1] > kept[:, 0]).any()


def test_the_log_numbers_runs_by_row():
    model = InfluenceModel(seed=1, run_numbers=[7, 7, 900], explaining=True).run("2002Q4")
    rows = [(event.kind, event.actor, event.quarter, *event.runs.tolist()) for event in model.log]
    assert {run for *_, run in rows} <= {0, 1, 2}
    both = [{0, 1} <= {*runs} or {0, 1}.isdisjoint(runs) for _, _, _, *runs in rows]
    assert all(both)


def the_page_with_salib(**changed):
    """The names that the example of docs/designs.md leaves, with some of its text replaced."""
    pytest.importorskip("SALib")
    text = (DOCS / "designs.md").read_text(encoding="utf-8")
    (example,) = (
        each for each in re.findall(r"```python\n(.*?)```", text, re.S) if "SALib" in each
    )
    for old, new in {"256": "16", "2007Q4": "2006Q4", **changed}.items():
        assert old in example, old
        example = example.replace(old, new)
    left: dict = {}
    exec(example, left)
    return left


def test_a_number_that_does_nothing_has_a_total_index_of_zero(capsys):
    left = the_page_with_salib()
    totals = dict(zip(left["problem"]["names"], left["found"]["ST"], strict=True))
    assert totals["dummy"] == 0
    assert totals[KEY] > 0.1
    assert str(totals) in capsys.readouterr().out


def test_with_luck_of_its_own_for_every_row_the_same_number_seems_to_matter():
    left = the_page_with_salib(**{"np.arange(len(rows)) // 5": "np.arange(len(rows))"})
    totals = dict(zip(left["problem"]["names"], left["found"]["ST"], strict=True))
    assert totals["dummy"] > 0.1
