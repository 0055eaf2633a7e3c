"""How far parameters are from the evidence."""

from __future__ import annotations

import numpy as np
import pytest
from calibration.toy import TRUTH, toy_targets

from simulation.calibration.distance import deviance, implausibility, summarize


def test_the_deviance_is_least_where_history_is_sure_to_come_out():
    targets = toy_targets()
    sure = np.array([[1.0, 1.0, 2 * TRUTH]])
    exact = deviance(targets, sure, np.zeros((1, 3)))
    assert exact[0].tolist() == pytest.approx([-2 * np.log(0.95), -2 * np.log(0.95), 0])
    assert (deviance(targets, sure * 0.5, np.zeros((1, 3))) > exact).all()
    assert (deviance(targets, sure, np.full((1, 3), 0.1))[0, 2] > 0).all()
    assert implausibility(targets, sure, np.zeros((1, 3)))[0, 2] == 0


def test_runs_of_a_vector_are_summed_up_with_the_variance_of_one_more():
    readings = np.array([[[0.0, 1.0], [1.0, 3.0]]])
    mean, variance = summarize(readings)
    assert mean.tolist() == [[0.5, 2.0]]
    assert variance.tolist() == [[0.75, 3.0]]
