"""The model among Mesa's own tools: batches, pickles, and memory."""

from __future__ import annotations

import gc
import pickle
import weakref

import mesa
import numpy as np
import pytest

from simulation.inputs.problems import Problems
from simulation.model.model import InfluenceModel


def rows_of(**given):
    return mesa.batch_run(
        InfluenceModel,
        {"scenario": ["baseline"], "until": "2002Q1", **given},
        max_steps=100,
        display_progress=False,
    )


@pytest.mark.parametrize("given", [{"runs": 3}, {"runs": 3, "collecting": False}])
def test_a_batch_of_blocks_says_how_to_get_a_row_a_run(given):
    with pytest.raises(Problems) as refused:
        rows_of(rng=7, **given)
    assert refused.value.render().splitlines() == [
        "InfluenceModel has 1 problem:",
        "  a model of 3 runs collects nothing unless it is told to",
        "  for a row a run, give mesa.batch_run first_run=range(3) and no runs, or use "
        "run_batch(runs=3); for arrays over runs, give collecting=True",
        "Nothing was run.",
    ]


def test_what_the_message_says_gives_a_row_a_run():
    assert len(rows_of(rng=7, first_run=range(3))) == 3


def test_a_model_that_was_told_not_to_collect_says_so():
    with pytest.raises(Problems, match="collecting=False leaves no data collector"):
        rows_of(rng=7, collecting=False)


def test_the_collector_of_a_subclass_is_its_own():
    class Mine(InfluenceModel):
        def __init__(self, **given):
            super().__init__(**given)
            self.datacollector = mesa.DataCollector({"now": "quarter"})

    model = Mine(runs=2, seed=1)
    model.datacollector.collect(model)
    assert model.datacollector.model_vars == {"now": [-1]}


def test_the_seed_that_was_drawn_is_in_the_rows_and_gives_the_same_again():
    (row, other) = rows_of(first_run=range(2))
    assert row["seed"] != other["seed"]
    (again,) = rows_of(rng=row["seed"])
    assert {key: again[key] for key in row if key not in ("rng", "first_run")} == pytest.approx(
        {key: row[key] for key in row if key != "first_run"}, abs=0, nan_ok=True
    )


@pytest.mark.parametrize("name", ["seed", "rng"])
def test_a_seed_in_digits_is_that_seed(name):
    model = InfluenceModel(runs=3, **{name: "43"})
    assert model.run_seed == 43
    same = InfluenceModel(runs=3, seed=43).run("2002Q2")
    assert np.array_equal(model.run("2002Q2").share("china", "kazakhstan"),
                          same.share("china", "kazakhstan"))  # fmt: skip


@pytest.mark.parametrize("given", [{}, {"runs": 4, "explaining": True, "parameters": "prior"},
                                   {"run_numbers": [3, 3, 9]},
                                   {"scenario": "us_base_withdrawal", "runs": 3}])  # fmt: skip
def test_a_model_that_was_pickled_goes_on_to_the_same_bits(given):
    model = InfluenceModel(**{"scenario": "baseline", "seed": 1, **given}).run("2003Q1")
    twin = pickle.loads(pickle.dumps(model))
    for each in (model, twin):
        each.run("2005Q4")
    there = twin.world.snapshot()
    differ = {name for name, array in model.world.snapshot().items()
              if array.tobytes() != there[name].tobytes()}  # fmt: skip
    assert differ == set()
    assert twin.steps == model.steps
    assert [(e[:6], e[6].tolist(), e[7].tolist()) for e in twin.log] == [
        (e[:6], e[6].tolist(), e[7].tolist()) for e in model.log
    ]
    assert [agent.name for agent in twin.agents] == [agent.name for agent in model.agents]
    assert all(agent.model is twin and agent.world is twin.world for agent in twin.agents)
    if model.collecting:
        kept, there = (each.datacollector.get_model_vars_dataframe() for each in (model, twin))
        assert kept.equals(there)


def test_a_model_that_nobody_holds_is_freed():
    """Mesa 3.3 would keep every model in the table by which it numbers agents."""
    freed = []
    for seed in range(4):
        model = InfluenceModel(runs=2, seed=seed).run("2001Q4")
        freed.append(weakref.ref(model))
    del model
    gc.collect()
    assert [each() for each in freed] == [None] * 4
