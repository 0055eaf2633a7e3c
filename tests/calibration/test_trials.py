"""Trials: every target is read from runs, and nothing is left behind."""

from __future__ import annotations

import datetime as dt
import gc
from dataclasses import replace

import numpy as np
import pytest

from simulation.batch.executors import InProcess
from simulation.calibration.targets import KNOWN, load_targets
from simulation.calibration.trials import Ground, Runner, luck, read_block
from simulation.evidence.catalogue import load_catalogue
from simulation.model.model import InfluenceModel
from simulation.scenario.scenario import load_scenario

CUTLER = dt.date(2004, 3, 24)


def test_blocks_that_are_read_leave_no_model_behind():
    catalogue = load_catalogue()
    targets = load_targets(catalogue, CUTLER)
    ground = Ground.of(catalogue, load_scenario("baseline", catalogue), targets, 3)

    def alive() -> int:
        return sum(type(each) is InfluenceModel for each in gc.get_objects())

    before = alive()
    read_block(ground, luck(3, "vectors", 2, len(targets.fitted)), 0, arms=False)
    assert alive() <= before


@pytest.mark.parametrize("as_of", [CUTLER, dt.date(2005, 7, 10), KNOWN])
def test_every_target_is_read_from_a_run(as_of):
    catalogue = load_catalogue()
    targets = load_targets(catalogue, as_of)
    ground = Ground.of(catalogue, load_scenario("baseline", catalogue), targets, 3)
    vectors = luck(3, "vectors", 8, len(targets.fitted))
    free = read_block(ground, vectors, 0, arms=False)
    assert np.isfinite(free[:, ~targets.in_arms]).all()
    assert np.isin(free[:, targets.part & ~targets.in_arms], (0, 1)).all()
    whole = Runner(ground, InProcess()).read(vectors, 0, arms=False)
    assert np.array_equal(whole, free, equal_nan=True)
    assert np.array_equal(read_block(ground, vectors[3:], 3, False), free[3:], equal_nan=True)


def test_what_an_arm_turns_off_no_vector_turns_on():
    """A vector's number won over the switch, so that aid was still withheld."""
    catalogue = load_catalogue()
    targets = load_targets(catalogue)
    fitted = (*targets.fitted, "patronage.conditionality.united_states")
    targets = replace(targets, fitted=fitted)
    ground = Ground.of(catalogue, load_scenario("baseline", catalogue), targets, 3)
    vectors = luck(3, "vectors", 8, len(targets.fitted))
    (free,), (without, _) = (list(ground.models(vectors, 0, arms)) for arms in (False, True))
    power = free.world.place("power", "united_states")
    assert (free.weights.patronage.conditionality[power] > 0).all()
    assert not without.weights.patronage.conditionality[power].any()
    without.run("2004Q4")
    assert not without.world.withheld[power].any()
