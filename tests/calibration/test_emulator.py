"""The emulator finds what the runs follow."""

from __future__ import annotations

import numpy as np
import pytest
from calibration.toy import SPREAD, toy

from simulation.calibration.emulator import fit
from simulation.calibration.trials import luck
from simulation.numerics.elementary import sigmoid


def test_an_emulator_finds_the_odds_and_the_means():
    runner = toy()
    vectors = luck(1, "vectors", 20_000, 3)
    readings = np.where(
        runner.ground.targets.in_arms, runner.read(vectors, 0, True), runner.read(vectors, 0, False)
    )
    emulator = fit(vectors, readings, runner.ground.targets)
    tried = luck(2, "tried", 500, 3)
    predicted = emulator.predict(tried, runner.ground.targets)
    assert predicted[:, 0] == pytest.approx(sigmoid(8 * (tried[:, 0] - 0.5)), abs=0.04)
    assert predicted[:, 1] == pytest.approx(sigmoid(6 * (tried[:, 0] - 0.3)), abs=0.04)
    assert predicted[:, 2] == pytest.approx(2 * tried[:, 1], abs=0.02)
    assert emulator.spread[2] == pytest.approx(SPREAD, rel=0.05)
