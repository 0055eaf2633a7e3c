"""Dependence: intervals that cover, a paired test with level and power, and what sets are worth."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.backtest import dependence
from simulation.backtest.dependence import Clusters

ACTORS, YEARS = 12, 6


@pytest.fixture(autouse=True)
def fewer_resamples(monkeypatch):
    """Enough to tell one in twenty, in a quarter of the time."""
    monkeypatch.setattr(dependence, "_RESAMPLES", 500)


def crossed(seed, mean, of_actor, of_year, alone):
    """Numbers about each actor in each year, with what both have in common."""
    luck = np.random.default_rng(seed)
    actor, year = np.divmod(np.arange(ACTORS * YEARS), YEARS)
    values = mean + alone * luck.standard_normal(ACTORS * YEARS)
    values += of_actor * luck.standard_normal(ACTORS)[actor]
    values += of_year * luck.standard_normal(YEARS)[year]
    return values, Clusters.of(actor.tolist(), year.tolist())


def intervals(of_actor, of_year, alone, tries=60):
    """How often an interval of nineteen in twenty holds the mean: by questions, by clusters."""
    held = np.zeros(2)
    for seed in range(tries):
        values, clusters = crossed(seed, 1.0, of_actor, of_year, alone)
        questions = [f"{place}" for place in range(len(values))]
        singly = Clusters.of(questions, [0] * len(values))
        for place, each in enumerate((singly, clusters)):
            taken = each.resampled(seed)
            low, high = np.quantile(taken @ values / taken.sum(axis=1), (0.025, 0.975))
            held[place] += low <= 1.0 <= high
    return held / tries


def test_intervals_cover_where_actors_and_years_have_luck_of_their_own():
    singly, clustered = intervals(of_actor=0.5, of_year=0.5, alone=1.0)
    assert singly < 0.8, "the error is nearly twice what independent questions would have"
    assert 0.88 <= clustered <= 1.0


def test_intervals_cover_where_questions_are_independent():
    singly, clustered = intervals(of_actor=0.0, of_year=0.0, alone=1.0)
    assert 0.9 <= singly <= 1.0
    assert clustered >= singly


def rejected(mean, of_actor, of_year, alone, tries=80):
    found = [crossed(seed, mean, of_actor, of_year, alone) for seed in range(tries)]
    return np.mean([clusters.chance_of_none(values, 1) < 0.05 for values, clusters in found])


@pytest.mark.parametrize(("of_actor", "of_year"), [(0.0, 0.0), (0.6, 0.0), (0.3, 0.2)])
def test_the_paired_test_keeps_its_level(of_actor, of_year):
    assert rejected(0.0, of_actor, of_year, alone=1.0) <= 0.12


def test_the_paired_test_has_power():
    """A difference of what is called detectable is told about four times in five."""
    found = [crossed(seed, 0.0, 0.4, 0.0, 1.0) for seed in range(40)]
    usual = np.mean([clusters.detectable(values) for values, clusters in found])
    assert 0.65 <= rejected(usual, 0.4, 0.0, alone=1.0) <= 0.95


def test_a_few_actors_have_every_pattern_of_signs():
    """Six that all speak for one side: two of 64 patterns are as far from 0."""
    same = Clusters.of(list("abcdef"), [1] * 6)
    assert same.chance_of_none(np.full(6, 0.3) + np.arange(6) / 100, 1) == pytest.approx(2 / 64)
    assert same.chance_of_none(np.zeros(6), 1) == 1.0


def test_questions_that_say_the_same_are_worth_one():
    alone = Clusters.of([f"{place}" for place in range(60)], [0] * 60)
    luck = np.random.default_rng(3).standard_normal(60)
    assert alone.worth(luck) == pytest.approx(60, rel=0.05)
    actors = np.arange(60) // 10
    copied = Clusters.of(actors.tolist(), [0] * 60)
    assert copied.worth(luck[actors]) == pytest.approx(6, rel=0.25)
    assert np.isnan(alone.worth(np.zeros(60)))


def test_dependence_in_years_counts_as_dependence_in_actors_does():
    values, clusters = crossed(2, 0.0, 0.0, 2.0, 0.3)
    turned = Clusters(clusters.times, clusters.actors)
    assert clusters.worth(values) == pytest.approx(turned.worth(values))
    assert clusters.worth(values) < 2 * YEARS
