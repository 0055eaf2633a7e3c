"""The model and the second implementation, each with luck of its own, give the same distributions.

Of every declared outcome that varies, the means and the standard deviations of 1,000 histories of
the second implementation are held against 4,000 of the model, at point values. Where an outcome
takes two values in all but a few runs, the share of runs is compared, exactly. By chance alone one
comparison or more fails in one of a hundred choices of seeds (Šidák's correction over all
comparisons); the seeds are fixed.
"""

from __future__ import annotations

import math
from functools import cache
from multiprocessing import Pool

import numpy as np
import pytest
from rebuilt import outcomes as rebuilt_outcomes
from scipy import stats

from simulation.evidence.catalogue import load_catalogue
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import every_outcome_of, measure_outcomes
from simulation.rules import regime

RUNS, OF_THE_MODEL = 1_000, 4_000
WRONG_BY_CHANCE = 0.01
"""Chance that the test fails although nothing differs."""
FEW = 40
"""Runs of both together that differ from what most have, below which runs are counted."""
DECLARED = every_outcome_of(load_catalogue())
Sample = dict[str, np.ndarray]


@cache
def of_second() -> Sample:
    with Pool() as processes:
        runs = processes.map(rebuilt_outcomes, range(RUNS), chunksize=25)
    return {name: np.array([run[name] for run in runs], float) for name in runs[0]}


def of_model(runs: int = OF_THE_MODEL, seed: int = 1) -> Sample:
    model = InfluenceModel("baseline", runs=runs, seed=seed, parameters="point").run()
    return measure_outcomes(model, DECLARED)


@cache
def of_model_as_it_is() -> Sample:
    return of_model()


def chances(one: np.ndarray, other: np.ndarray) -> dict[str, float]:
    """How likely such differences are between samples of one distribution; by what is compared.

    Errors are those of both samples taken as one, so that what happens in few runs, and in one of
    the samples hardly at all, does not look certain.
    """
    missing = [int(np.isnan(each).sum()) for each in (one, other)]
    found = {}
    if any(missing):
        have = [len(each) - gone for each, gone in zip((one, other), missing, strict=True)]
        found["runs with a value"] = stats.fisher_exact([have, missing]).pvalue
        one, other = (each[~np.isnan(each)] for each in (one, other))
    if min(len(one), len(other)) < 2:
        return found
    both = np.concatenate([one, other])
    values, counts = np.unique(both.round(9), return_counts=True)
    usual = values[counts.argmax()]
    odd = [int((~np.isclose(each, usual, atol=1e-8)).sum()) for each in (one, other)]
    if len(values) <= 2 or sum(odd) < FEW:
        table = [[len(one) - odd[0], odd[0]], [len(other) - odd[1], odd[1]]]
        return found | {"runs": stats.fisher_exact(table).pvalue}
    squares = (both - both.mean()) ** 2
    variance, fourth = squares.mean(), (squares**2).mean()
    fewer = math.sqrt(1 / len(one) + 1 / len(other))
    apart = one.mean() - other.mean()
    wider = squares[: len(one)].mean() - squares[len(one) :].mean()
    found["mean"] = 2 * stats.norm.sf(abs(apart) / (fewer * math.sqrt(variance)))
    found["spread"] = 2 * stats.norm.sf(abs(wider) / (fewer * math.sqrt(fourth - variance**2)))
    return found


def _values(sample: np.ndarray) -> np.ndarray:
    """The values that a sample has."""
    return np.unique(sample[~np.isnan(sample)])


def compared(second: Sample, model: Sample) -> dict[str, float]:
    """The chance of each difference, by outcome and what is compared."""
    return {
        f"{name}: {what}": chance
        for name in model
        for what, chance in chances(second[name], model[name]).items()
    }


def unlike(second: Sample, model: Sample) -> list[str]:
    """What differs by more than luck explains, with its chance."""
    found = compared(second, model)
    least = 1 - (1 - WRONG_BY_CHANCE) ** (1 / len(found))
    return [f"{name} ({chance:.1e})" for name, chance in found.items() if not chance > least]


def test_both_have_every_declared_outcome():
    assert {*DECLARED} <= {*of_second()}
    varying = [values for values in of_model_as_it_is().values() if len(_values(values)) > 1]
    assert len(varying) >= 100


def test_the_distributions_are_the_same():
    assert not unlike(of_second(), of_model_as_it_is())


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("wounded_pride", lambda autonomy, weights: autonomy * np.float32(0) + np.float32(1)),
        ("severity", lambda crushed, capacity, weights: crushed * np.float32(1)),
    ],
)
def test_a_rule_that_is_changed_is_noticed(rule, changed, monkeypatch):
    """Pride that is no one's own, and crackdowns as hard in a weak state as in a strong one."""
    monkeypatch.setattr(regime, rule, changed)
    assert unlike(of_second(), of_model(OF_THE_MODEL // 2))


def test_a_difference_of_a_fifth_of_the_spread_is_noticed_and_luck_is_not():
    draws = np.random.default_rng(1).normal(size=(2, OF_THE_MODEL))
    one, other = draws[0, :RUNS], draws[1]
    least = 1 - (1 - WRONG_BY_CHANCE) ** (1 / 400)
    assert min(chances(one, other).values()) > least
    assert chances(one + 0.2, other)["mean"] < least
    assert chances(1.2 * one, other)["spread"] < least
    assert chances((one > 0.2) * 1.0, (other > 0.0) * 1.0)["runs"] < least
