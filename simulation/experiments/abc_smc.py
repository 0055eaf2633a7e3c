"""Approximate Bayesian computation by a population that is led from the prior to the posterior.

Sequential Monte Carlo: the tolerance is let down step by step, each time as far as the effective
size of the population allows; vectors are weighted by it, drawn anew, and moved by Metropolis
steps. The distance is the deviance of several runs of a vector from the targets; at tolerance 1
it is met as exactly as the stated errors and discrepancies ask, no more (Wilkinson 2013).

A move is a walk of many cheap steps on the emulator's deviance, accepted or not by that of real
runs, so that the emulator lends its speed and not its errors (Liu 2001, surrogate transitions).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.special import ndtri

from simulation.arrays import Array
from simulation.experiments.distance import deviance, summarize
from simulation.experiments.emulator import Emulator
from simulation.experiments.history_matching import possible
from simulation.experiments.trials import Runner, luck

KEPT_SIZE = 0.6
"""Part of the effective size that a step of the tolerance may leave."""
WALK = 60
"""Steps of a walk on the emulator between two looks at real runs."""
MOVED_AT_ONCE = 10
"""Parameters that a step of the walk changes, on average."""
SETTLING = 3
"""Moves after the tolerance has reached 1."""
FULL = 1.0


@dataclass(frozen=True)
class Population:
    """Vectors under way, each with what its own runs showed.

    Attributes:
        vectors: unit-cube coordinates, shape (vectors, parameters).
        summary: share of runs in which parts hold and means of figures, (vectors, targets).
        deviance: from the targets, by real runs, shape (vectors,).
        expected: the same by the emulator.
        ancestor: which of the first vectors each comes from.
        sharpness: 1 over the tolerance.
        history: a line for each step.
    """

    vectors: Array
    summary: Array
    deviance: Array
    expected: Array
    ancestor: np.ndarray
    sharpness: float = 0.0
    settled: int = 0
    history: tuple[dict[str, float], ...] = field(default=())

    @property
    def done(self) -> bool:
        """Whether the tolerance is 1 and the moves after that are made."""
        return self.sharpness >= FULL and self.settled >= SETTLING

    def take(self, places: np.ndarray) -> Population:
        """The vectors at some places, as often as they are named."""
        names = ("vectors", "summary", "deviance", "expected", "ancestor")
        return replace(self, **{name: getattr(self, name)[places] for name in names})


@dataclass
class Sampler:
    """Carries a population to the posterior.

    Attributes:
        runner: runs vectors.
        emulators: those of history matching; the last is the surrogate.
        replicates: runs of a vector.
    """

    runner: Runner
    emulators: Sequence[Emulator]
    replicates: int

    def begin(self, vectors: Array) -> Population:
        """A population from vectors drawn evenly from the space that is left."""
        summary, found = self._look(vectors, np.full(len(vectors), np.inf))
        return Population(vectors, summary, found, self._expected(vectors), np.arange(len(vectors)))

    def advance(self, population: Population) -> Population:
        """Let the tolerance down as far as may be, draw anew, and move."""
        step = len(population.history)
        size = len(population.vectors)
        if population.sharpness < FULL:
            sharpness = _sharper(population.deviance, population.sharpness)
            weights = _weights(population.deviance, sharpness - population.sharpness)
            kept = _drawn_anew(weights, luck(self.seed, f"drawn anew {step}", 1)[0])
            population = replace(population.take(kept), sharpness=sharpness)
        else:
            weights = np.full(size, 1 / size)
            population = replace(population, settled=population.settled + 1)
        population, accepted = self._moved(population, f"move {step}")
        line = {
            "tolerance": 1 / population.sharpness,
            "effective_size": float(1 / (weights**2).sum()),
            "accepted": accepted,
            "ancestors": float(len(np.unique(population.ancestor))),
            "deviance": float(np.median(population.deviance)),
            "runs": float(self.runner.used),
        }
        return replace(population, history=(*population.history, line))

    def look(self, vectors: Array) -> Array:
        """What fresh runs of vectors show on average, shape (vectors, targets)."""
        return self._look(vectors, np.full(len(vectors), np.inf))[0]

    @property
    def seed(self) -> int:
        """The seed that names all draws."""
        return self.runner.ground.seed

    def _moved(self, population: Population, name: str) -> tuple[Population, float]:
        """A walk on the emulator for each vector, then accepted or not by real runs."""
        walked = population.vectors.copy()
        expected = population.expected.copy()
        for vectors, found in self._walk(population, name):
            walked, expected = vectors, found
        chance = luck(self.seed, f"{name}, accepted", len(walked))
        # Accepted where its deviance lies below this, which is known before it is run.
        gain = expected - population.expected
        limit = population.deviance + gain - 2 * np.log(chance) / population.sharpness
        summary, found = self._look(walked, limit)
        better = found < limit
        moved = replace(
            population,
            vectors=np.where(better[:, np.newaxis], walked, population.vectors),
            summary=np.where(better[:, np.newaxis], summary, population.summary),
            deviance=np.where(better, found, population.deviance),
            expected=np.where(better, expected, population.expected),
        )
        return moved, float(better.mean())

    def _walk(self, population: Population, name: str) -> Iterator[tuple[Array, Array]]:
        """Metropolis steps on the emulator's deviance, inside the cube and what is left of it."""
        vectors, expected = population.vectors, population.expected
        size, parameters = vectors.shape
        spread = np.maximum(vectors.std(axis=0), 0.02) * 2.4 / np.sqrt(MOVED_AT_ONCE)
        for step in range(WALK):
            label = f"{name}, step {step}"
            changed = luck(self.seed, f"{label}, which", size, parameters)
            changed = changed < MOVED_AT_ONCE / parameters
            by = spread * ndtri(luck(self.seed, f"{label}, by", size, parameters))
            tried = _folded(np.where(changed, vectors + by, vectors))
            found = self._expected(tried)
            chance = np.log(luck(self.seed, f"{label}, accepted", size))
            better = chance < population.sharpness * (expected - found) / 2
            better[better] = possible(self.emulators, tried[better], self.runner.ground.targets)
            vectors = np.where(better[:, np.newaxis], tried, vectors)
            expected = np.where(better, found, expected)
            yield vectors, expected

    def _expected(self, vectors: Array) -> Array:
        """The deviance that the emulator expects, shape (vectors,)."""
        targets, emulator = self.runner.ground.targets, self.emulators[-1]
        predicted = emulator.predict(vectors, targets)
        return (deviance(targets, predicted, emulator.spread**2) * targets.weight).sum(axis=1)

    def _look(self, vectors: Array, limit: Array) -> tuple[Array, Array]:
        """Summaries and deviances by real runs; the arms only where they can still matter."""
        targets = self.runner.ground.targets
        summary, variance = summarize(self._read(vectors, arms=False))
        each = deviance(targets, summary, variance) * targets.weight
        found = np.nansum(each, axis=1)
        near = found < limit
        if targets.in_arms.any():
            found[~near] = np.inf
            if near.any():
                arms, _ = summarize(self._read(vectors[near], arms=True))
                summary[near] = np.where(targets.in_arms, arms, summary[near])
                each = deviance(targets, summary[near], variance[near]) * targets.weight
                found[near] = each.sum(axis=1)
        return summary, found

    def _read(self, vectors: Array, arms: bool) -> Array:
        """Fresh runs of vectors, shape (vectors, runs, targets)."""
        repeated = np.repeat(vectors, self.replicates, axis=0)
        first = self.runner.take(len(repeated))
        read = self.runner.read(repeated, first, arms)
        return read.reshape(len(vectors), self.replicates, -1)


def _sharper(found: Array, sharpness: float) -> float:
    """The sharpness, at most 1, at which the effective size falls to its least."""
    low, high = sharpness, FULL
    if _effective(found, high - sharpness) >= KEPT_SIZE:
        return high
    for _ in range(50):
        middle = (low + high) / 2
        if _effective(found, middle - sharpness) >= KEPT_SIZE:
            low = middle
        else:
            high = middle
    return low


def _weights(found: Array, by: float) -> Array:
    weights = np.exp(-(found - found.min()) * by / 2)
    return weights / weights.sum()


def _effective(found: Array, by: float) -> float:
    """Effective size of the weighted population, as a part of its size."""
    return 1 / (_weights(found, by) ** 2).sum() / len(found)


def _drawn_anew(weights: Array, start: float) -> np.ndarray:
    """Places drawn by weight, systematically: each as often as its weight says, or once more."""
    ladder = (np.arange(len(weights)) + start) / len(weights)
    return np.minimum(np.searchsorted(np.cumsum(weights), ladder), len(weights) - 1)


def _folded(vectors: Array) -> Array:
    """Steps that leave the cube come back into it as from a mirror."""
    return 1 - np.abs(1 - np.mod(vectors, 2))
