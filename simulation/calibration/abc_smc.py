"""Approximate Bayesian computation by a population that is led from the prior to the posterior.

Sequential Monte Carlo: the tolerance is let down step by step, each time as far as the effective
size of the population allows; vectors are weighted by it, drawn anew, and moved by Metropolis
steps. The distance is the deviance of several runs of a vector from the targets; at tolerance 1
it is met as exactly as the stated errors and discrepancies ask, no more (Wilkinson 2013). There
the population is moved on until few vectors are copies of one another, so that it ends in equal
weights and is worth nearly as many vectors as it holds.

A move is a walk of many cheap steps on the emulator's deviance, which real runs then correct:
first free runs, then, where those agree, the arms (delayed acceptance; Christen and Fox 2005,
Liu 2001). So the emulator lends its speed and not its errors. A vector and the one it would
become meet the same fresh luck: the comparison is paired, and no vector stays because its runs
were lucky once. What noise is left in the comparison makes a move harder by half its variance,
which gives the posterior that runs without end would (the penalty method; Ceperley and Dewing
1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from simulation.calibration.distance import deviance, summarize
from simulation.calibration.emulator import Emulator
from simulation.calibration.history_matching import possible
from simulation.calibration.trials import Runner, luck
from simulation.numerics.arrays import Array
from simulation.numerics.special import ndtri

KEPT_SIZE = 0.6
"""Part of the effective size that a step of the tolerance may leave."""
WALKS = (60, 12)
"""Steps of a walk on the emulator between two looks at real runs, in turn. Long ones mix; short
ones free a vector of which the emulator thinks too little to leave it in one long walk."""
MOVED_AT_ONCE = 10
"""Parameters that a step of the walk changes, on average."""
SETTLING, MOST_SETTLING = 8, 14
"""Moves after the tolerance has reached 1: at least, and at most."""
WORTH = 0.7
"""Effective size, as a part of the population, at which it has settled."""
_FULL = 1.0


@dataclass(frozen=True)
class Population:
    """Vectors under way, each with what its own runs showed.

    Attributes:
        vectors: unit-cube coordinates, shape (vectors, parameters).
        deviance: from the targets, by free runs and by arms, shape (vectors, kinds of runs).
        ancestor: which of the first vectors each comes from.
        sharpness: 1 over the tolerance.
        settled: moves since the tolerance has reached 1.
        history: a line for each step.
    """

    vectors: Array
    deviance: Array
    ancestor: np.ndarray
    sharpness: float = 0.0
    settled: int = 0
    history: tuple[dict[str, float], ...] = field(default=())

    @property
    def effective_size(self) -> float:
        """How many different vectors of equal weight it is worth, copies counted."""
        return effective_size(copies(self.vectors)[1])

    @property
    def done(self) -> bool:
        """Whether the tolerance is 1 and enough moves were made after that."""
        if self.sharpness < _FULL or self.settled < SETTLING:
            return False
        worth = self.effective_size >= WORTH * len(self.vectors)
        return worth or self.settled >= MOST_SETTLING


def copies(vectors: Array) -> tuple[np.ndarray, np.ndarray]:
    """Places of the different vectors, in order, and how often each is there."""
    _, places, times = np.unique(vectors, axis=0, return_index=True, return_counts=True)
    order = np.argsort(places)
    return places[order], times[order]


def effective_size(weights: np.ndarray) -> float:
    """How many members of equal weight a weighted sample is worth."""
    return float(weights.sum() ** 2 / (weights.astype(float) ** 2).sum())


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
        found = [self._look([vectors], arms)[0, 0] for arms in self._kinds]
        return Population(vectors, np.stack(found, axis=1), np.arange(len(vectors)))

    def advance(self, population: Population) -> Population:
        """Let the tolerance down as far as may be, draw anew, and move."""
        step = len(population.history)
        if population.sharpness < _FULL:
            whole = population.deviance.sum(axis=1)
            sharpness = _sharper(whole, population.sharpness)
            weights = _weights(whole, sharpness - population.sharpness)
            kept = _drawn_anew(weights, luck(self._seed, f"drawn anew {step}", 1)[0])
            population = replace(
                population,
                vectors=population.vectors[kept],
                deviance=population.deviance[kept],
                ancestor=population.ancestor[kept],
                sharpness=sharpness,
            )
        else:
            population = replace(population, settled=population.settled + 1)
        walk = WALKS[step % len(WALKS)]
        population, accepted = self._moved(population, walk, f"move {step}")
        line = {
            "tolerance": 1 / population.sharpness,
            "effective_size": population.effective_size,
            "accepted": accepted,
            "ancestors": float(len(np.unique(population.ancestor))),
            "deviance": float(np.median(population.deviance.sum(axis=1))),
            "runs": float(self.runner.used),
        }
        return replace(population, history=(*population.history, line))

    def look(self, vectors: Array) -> Array:
        """What fresh runs of vectors show, shape (vectors, runs, targets)."""
        (seen,) = self._read([vectors], arms=False)
        if len(self._kinds) > 1:
            (arms,) = self._read([vectors], arms=True)
            seen = np.where(self.runner.ground.targets.in_arms, arms, seen)
        return seen

    def _moved(self, population: Population, steps: int, name: str) -> tuple[Population, float]:
        """A walk on the emulator for each vector, then accepted or not by real runs."""
        start = population.vectors
        walked = self._walked(population, steps, name)
        granted = self._expected(walked) - self._expected(start)
        stays, goes = population.deviance.copy(), population.deviance.copy()
        better = np.ones(len(start), dtype=bool)
        for kind, arms in enumerate(self._kinds):
            near = np.flatnonzero(better)
            if not len(near):
                break
            seen = self._look([start[near], walked[near]], arms)
            (stays[near, kind], goes[near, kind]), halves = seen[:, 0], seen[1, 1:] - seen[0, 1:]
            noise = ((halves[0] - halves[1]) ** 2).mean() / 4
            loss = (goes - stays - granted)[near, kind]
            chance = luck(self._seed, f"{name}, accepted {kind}", len(start))[near]
            by = population.sharpness / 2
            better[near] = np.log(chance) < -by * loss - by**2 * noise / 2
        chosen = better[:, np.newaxis]
        moved = replace(
            population,
            vectors=np.where(chosen, walked, start),
            deviance=np.where(chosen, goes, stays),
        )
        return moved, float(better.mean())

    def _walked(self, population: Population, steps: int, name: str) -> Array:
        """Metropolis steps on the emulator's deviance, inside the cube and what is left of it."""
        targets = self.runner.ground.targets
        vectors, sharpness = population.vectors, population.sharpness
        expected = self._expected(vectors).sum(axis=1)
        size, parameters = vectors.shape
        spread = np.maximum(vectors.std(axis=0), 0.02) * 2.4 / np.sqrt(MOVED_AT_ONCE)
        for step in range(steps):
            label = f"{name}, step {step}"
            changed = luck(self._seed, f"{label}, which", size, parameters)
            changed = changed < MOVED_AT_ONCE / parameters
            by = spread * ndtri(luck(self._seed, f"{label}, by", size, parameters))
            tried = _folded(np.where(changed, vectors + by, vectors))
            found = self._expected(tried).sum(axis=1)
            chance = np.log(luck(self._seed, f"{label}, accepted", size))
            better = chance < sharpness * (expected - found) / 2
            better[better] = possible(self.emulators, tried[better], targets)
            vectors = np.where(better[:, np.newaxis], tried, vectors)
            expected = np.where(better, found, expected)
        return vectors

    def _expected(self, vectors: Array) -> Array:
        """The deviances that the emulator expects, shape (vectors, kinds of runs)."""
        targets, emulator = self.runner.ground.targets, self.emulators[-1]
        predicted = emulator.predict(vectors, targets)
        each = deviance(targets, predicted, emulator.spread**2) * targets.weight
        return np.stack([each[:, targets.in_arms == arms].sum(1) for arms in self._kinds], axis=1)

    def _look(self, choices: Sequence[Array], arms: bool) -> Array:
        """Deviances by real runs of one kind; all choices of a vector meet the same fresh luck.

        Returns:
            Shape (choices, 3, vectors): by all runs, and by either half of them.
        """
        targets = self.runner.ground.targets
        of_kind = targets.in_arms == arms
        read = self._read(choices, arms)
        middle = self.replicates // 2
        found = []
        for readings in read:
            for part in (readings, readings[:, :middle], readings[:, middle:]):
                mean, variance = summarize(part)
                each = deviance(targets, mean, variance) * targets.weight
                found.append(each[:, of_kind].sum(axis=1))
        return np.reshape(found, (len(choices), 3, -1))

    def _read(self, choices: Sequence[Array], arms: bool) -> list[Array]:
        """Runs of one kind with the same fresh luck, each (vectors, runs, targets)."""
        first = self.runner.take(len(choices[0]) * self.replicates)
        read = [
            self.runner.read(np.repeat(vectors, self.replicates, axis=0), first, arms)
            for vectors in choices
        ]
        return [each.reshape(-1, self.replicates, each.shape[-1]) for each in read]

    @property
    def _kinds(self) -> tuple[bool, ...]:
        """The kinds of runs: free ones, and arms where they are read."""
        return (False, True) if self.runner.ground.targets.in_arms.any() else (False,)

    @property
    def _seed(self) -> int:
        """The seed that names all draws."""
        return self.runner.ground.seed


def _sharper(found: Array, sharpness: float) -> float:
    """The sharpness, at most 1, at which the effective size falls to its least."""
    low, high = sharpness, _FULL
    least = KEPT_SIZE * len(found)
    if effective_size(_weights(found, high - sharpness)) >= least:
        return high
    for _ in range(50):
        middle = (low + high) / 2
        if effective_size(_weights(found, middle - sharpness)) >= least:
            low = middle
        else:
            high = middle
    return low


def _weights(found: Array, by: float) -> Array:
    weights: Array = np.exp(-(found - found.min()) * by / 2)
    weights /= weights.sum()
    return weights


def _drawn_anew(weights: Array, start: float) -> np.ndarray:
    """Places drawn by weight, systematically: each as often as its weight says, or once more."""
    ladder = (np.arange(len(weights)) + start) / len(weights)
    return np.minimum(np.searchsorted(np.cumsum(weights), ladder), len(weights) - 1)


def _folded(vectors: Array) -> Array:
    """Steps that leave the cube come back into it as from a mirror."""
    folded: Array = 1 - np.abs(1 - np.mod(vectors, 2))
    return folded
