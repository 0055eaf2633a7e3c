"""The population: led to the posterior whatever it begins with, and worth many vectors there."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from calibration.toy import toy, toy_targets

from simulation.calibration.abc_smc import Sampler, effective_size
from simulation.calibration.history_matching import from_space, next_wave
from simulation.calibration.trials import luck
from simulation.numerics.elementary import sigmoid


def test_a_sample_ends_in_vectors_that_are_hardly_copies_of_one_another(found):
    _, values, weights, provenance = found
    size = effective_size(weights)
    assert size > 0.8 * 400
    assert len(values) >= size
    assert provenance["steps"][-1]["effective_size"] == pytest.approx(size, rel=1e-4)
    assert provenance["ancestors"] < provenance["unrelated"] <= 400


def test_moves_find_the_posterior_whatever_they_start_from_and_however_noisy_they_are():
    targets = toy_targets()
    runner = toy()
    wave = next_wave([], 6000, runner, "wave 1")
    sampler = Sampler(runner, [wave.emulator], 8)
    vectors = from_space([wave.emulator], 400, 1, targets, "population")
    population = dataclasses.replace(sampler.begin(vectors), sharpness=1.0)
    for _ in range(12):
        population = sampler.advance(population)
    exact = luck(1, "exact", 200_000)
    chance = 0.05 + 0.9 * sigmoid(8 * (exact - 0.5))
    chance *= 0.05 + 0.9 * sigmoid(6 * (exact - 0.3))
    centre = (chance * exact).sum() / chance.sum()
    width = np.sqrt((chance * (exact - centre) ** 2).sum() / chance.sum())
    assert population.vectors[:, 0].mean() == pytest.approx(centre, abs=0.03)
    assert population.vectors[:, 0].std() == pytest.approx(width, rel=0.12)
