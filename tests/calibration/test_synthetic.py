"""Synthetic histories: the truth has every rank equally often, and a wrong machinery is noticed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from calibration.toy import KEYS, Toy, carried_out, toy, toy_targets

from simulation.batch.executors import InProcess
from simulation.calibration import abc_smc, synthetic
from simulation.calibration.distance import deviance
from simulation.calibration.synthetic import (
    fit_of_synthetic,
    history_read,
    not_uniform,
    synthetic_ground,
)
from simulation.evidence.catalogue import load_catalogue
from simulation.numerics.randomness import Draws

HISTORIES = 40


def ranks(folder, read_too_high=0.0):
    """Ranks of the truth of each parameter of the toy, fitted to many synthetic histories.

    Args:
        folder: for the stages.
        read_too_high: by how much the machinery takes figures for more than they are.
    """
    truths = Draws(9, 0, HISTORIES, np.float64)
    vectors = np.stack([truths.uniform(0, key, "truth") for key in KEYS], axis=1)
    found = {key: [] for key in KEYS}
    catalogue = load_catalogue()
    for number, vector in enumerate(vectors):
        told = toy(seed=500 + number)
        read = told.read(vector[None], 0, arms=False)[0]
        read = np.where(np.isnan(read), told.read(vector[None], 0, arms=True)[0], read)
        seen = history_read(told.ground.targets, read.astype(float), number)
        believed = tuple(
            dataclasses.replace(it, observed=it.observed + read_too_high * (not it.is_part))
            for it in seen.each
        )
        ground = dataclasses.replace(
            told.ground, targets=dataclasses.replace(seen, each=believed), seed=1 + number
        )
        keys, values, weights, _ = carried_out(
            folder / str(number), Toy(ground, InProcess()), runs=800
        )
        low, high = np.array([catalogue.range_of(key) for key in keys]).T
        below = weights @ ((values - low) / (high - low) < vector)
        for key, rank in zip(keys, below, strict=True):
            found[key].append(float(rank))
    return {key: np.array(each) for key, each in found.items()}


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    return ranks(tmp_path_factory.mktemp("honest"))


def test_the_truth_has_every_rank_equally_often(honest):
    assert not_uniform(honest, level=0.001) == {}


def test_a_machinery_that_reads_too_high_is_noticed(tmp_path, honest):
    found = ranks(tmp_path, read_too_high=0.4)
    assert [*not_uniform(found, level=0.001)] == [KEYS[1]]
    assert found[KEYS[1]].mean() < honest[KEYS[1]].mean() - 0.1


def test_a_part_that_did_not_hold_counts_against_whom_it_holds_for():
    targets = toy_targets()
    other = history_read(targets, np.array([0.0, 1.0, 1.0]), 3)
    assert other.observed[0] in (0, 1)
    none = dataclasses.replace(
        targets, each=tuple(dataclasses.replace(it, observed=0.0) for it in targets.each)
    )
    often, seldom = (np.array([[q, q, 0.0]]) for q in (0.9, 0.1))
    still = np.zeros((1, 3))
    assert (deviance(targets, often, still) < deviance(targets, seldom, still))[0, :2].all()
    assert (deviance(none, often, still) > deviance(none, seldom, still))[0, :2].all()
    assert deviance(none, seldom, still)[0, 0] == pytest.approx(
        deviance(targets, often, still)[0, 0]
    )


def test_a_synthetic_history_of_the_model_is_fitted(tmp_path, monkeypatch):
    monkeypatch.setattr(abc_smc, "SETTLING", 1)  # few vectors, moved little: it is carried out
    monkeypatch.setattr(abc_smc, "KEPT_SIZE", 0.0)
    monkeypatch.setattr(abc_smc, "MOST_SETTLING", 1)
    fitted = []

    def watched(*given):
        fitted.append(synthetic_ground(*given))
        return fitted[0]

    monkeypatch.setattr(synthetic, "synthetic_ground", watched)
    catalogue = load_catalogue()
    ground, truth = synthetic_ground(catalogue, 0)
    other, other_truth = synthetic_ground(catalogue, 1)
    assert not np.array_equal(truth, other_truth)
    assert set(ground.targets.observed[ground.targets.part]) <= {0.0, 1.0}
    found = fit_of_synthetic(catalogue, 0, 400, InProcess(), tmp_path)
    assert found is not None
    ((again, _),) = fitted
    assert ground.targets == again.targets != other.targets
    assert set(found.ranks) == set(ground.targets.fitted)
    assert all(0 <= rank <= 1 for rank in found.ranks.values())
    assert max(found.narrowing.values()) < 1.5
