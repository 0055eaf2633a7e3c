"""What drives an outcome: its rank correlation with every parameter that was drawn by run.

The runs of a batch are the sample; no run is added. Run i has the same parameters in every
scenario. They are held against the outcome itself or against its paired difference from the
baseline.

Spearman's rank correlation, not the partial one: parameters are drawn independently from their
ranges, so there is nothing to adjust for, and a partial correlation given some 480 others would
spend half of a thousand runs (and have no answer below 480) to take out variance that is luck for
the most part. From a posterior parameters are drawn together; there, a correlation may belong to
a companion. Many parameters are looked at at once, so intervals hold together (Bonferroni): with
some 480 parameters and 1,000 runs a correlation is told from zero beyond about 0.12. The error of
Fisher's z is that of Bonett and Wright (Psychometrika 65, 2000, 23-28).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np

from simulation.inputs.problems import Problems
from simulation.numerics.arrays import Array
from simulation.numerics.special import ndtri
from simulation.record.paired import LEVEL
from simulation.record.record import Record

_LEAST = 10
"""Runs below which nothing is correlated."""

AT_POINT = (
    "Every parameter stood at its point value in all runs, so that the batch cannot show what "
    "drives the outcomes. Run it with --parameters prior, or --parameters posterior, to see."
)


@dataclass(frozen=True)
class Driver:
    """A parameter and how an outcome goes with it.

    Attributes:
        key: full key of the parameter.
        correlation: rank correlation with the outcome over runs.
        low, high: its interval, which holds together with those of all other parameters.
    """

    key: str
    correlation: float
    low: float
    high: float

    @property
    def told(self) -> bool:
        """Whether the correlation can be told from zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Drivers:
    """Every parameter held against one outcome, the strongest first.

    Attributes:
        each: the parameters; none where the outcome is the same in every run.
        runs: runs in which the outcome has a value.
    """

    each: tuple[Driver, ...]
    runs: int

    @property
    def told(self) -> tuple[Driver, ...]:
        """Those whose correlation can be told from zero."""
        return tuple(driver for driver in self.each if driver.told)


@dataclass(frozen=True)
class Drawn:
    """The parameters that were drawn by run, to be held against many outcomes.

    Attributes:
        keys: full keys, in the order of the rows.
        values: shape (keys, runs).
    """

    keys: tuple[str, ...]
    values: Array

    @classmethod
    def of(cls, parameters: Mapping[str, Array]) -> Drawn:
        """Parameters by key, each of shape (runs,); those that do not vary are left out."""
        varying = {key: each for key, each in sorted(parameters.items()) if np.ptp(each) > 0}
        return cls(tuple(varying), np.array([*varying.values()], dtype=float))

    def rank(self, outcome: Array, fixed: Collection[str] = (), level: float = LEVEL) -> Drivers:
        """Hold every parameter against an outcome.

        Args:
            outcome: a value a run; NaN where it has none.
            fixed: parameters that the outcome did not see as drawn.
            level: the probability that no interval misses.
        """
        present = np.isfinite(outcome)
        runs = int(present.sum())
        seen = [place for place, key in enumerate(self.keys) if key not in fixed]
        if runs < _LEAST or not seen or np.ptp(outcome[present]) == 0:
            return Drivers((), runs)
        ranks = self._ranks if present.all() else _standard_ranks(self.values[:, present])
        correlations = ranks[seen] @ _standard_ranks(outcome[present]) / runs
        critical = float(ndtri(1 - (1 - level) / (2 * len(seen))))
        found = []
        for place, correlation in zip(seen, correlations, strict=True):
            low, high = _interval(float(correlation), runs, critical)
            found.append(Driver(self.keys[place], float(correlation), low, high))
        return Drivers(tuple(sorted(found, key=lambda it: (-abs(it.correlation), it.key))), runs)

    @cached_property
    def _ranks(self) -> Array:
        """The ranks of all runs, made once."""
        return _standard_ranks(self.values)


def why_none(record: Record) -> str | None:
    """Why a batch cannot show what drives its outcomes, in a sentence; None where it can."""
    try:
        return None if record.varied() else AT_POINT
    except Problems as problems:
        return problems.problems[0].message


def drawn_in(record: Record) -> Drawn:
    """The parameters that the runs of a batch had, in whichever scenario they varied."""
    found: dict[str, Array] = {}
    for name in record.scenarios:
        if not found.keys() >= {*record.varied(name)}:
            table = record.parameters_table(name).drop_columns("run")
            found = {**{key: table[key].to_numpy() for key in table.column_names}, **found}
    return Drawn.of(found)


def fixed_in(record: Record, *scenarios: str) -> set[str]:
    """The parameters that vary in some scenario of a batch and in none of these."""
    held = ({*record.varied()} - {*record.varied(name)} for name in scenarios)
    return reduce(set.intersection, held)


def _standard_ranks(values: Array) -> Array:
    """Ranks over the last axis, ties at their mean, with mean 0 and variance 1."""
    ranks: Array = np.apply_along_axis(_ranks, -1, values)
    ranks -= ranks.mean(axis=-1, keepdims=True)
    ranks /= ranks.std(axis=-1, keepdims=True)
    return ranks


def _ranks(values: Array) -> Array:
    """Ranks from 1 on, ties at their mean."""
    _, places, ties = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(ties) - (ties - 1) / 2)[places])


def _interval(correlation: float, runs: int, critical: float) -> tuple[float, float]:
    """The interval of a rank correlation, by Fisher's z."""
    bounded = min(max(correlation, -1 + 1e-12), 1 - 1e-12)
    reach = critical * math.sqrt((1 + bounded**2 / 2) / (runs - 3))
    middle = math.atanh(bounded)
    return math.tanh(middle - reach), math.tanh(middle + reach)
