"""History matching: rule out parameters that could not have brought about what was seen.

Each wave runs vectors from the space that is left, one run a vector, fits an emulator to them,
and rules out every vector that it finds implausible (Vernon and others 2010). What is left is
where the next wave, and then the sampling, looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulation.calibration.distance import implausibility
from simulation.calibration.emulator import Emulator, fit
from simulation.calibration.targets import Targets
from simulation.calibration.trials import Runner, luck
from simulation.numerics.arrays import Array, Mask

CUTOFF = 3.0
"""Standard deviations from a target beyond which a vector speaks against it."""
MAY_PART = 2
"""Targets that may lie beyond the cut-off before a vector is ruled out. Of 165 targets one lies
there in one history in four even at the truth, since luck has tails heavier than normal; Vernon
and others (2010) leave out the worst two for this reason."""
TRIED = 20_000
"""Vectors of the cube that are put to the emulators at a time."""
MOST_TRIED = 2_000_000
LOOKED_AT = 20_000
"""Vectors on which the share ruled out is measured."""


@dataclass(frozen=True)
class Wave:
    """One wave of history matching.

    Attributes:
        runs: how many vectors were run, once each.
        emulator: fitted to them.
        left: share of this wave's space that the emulator leaves.
        against: share of this wave's space that each target alone speaks against, shape (targets,).
        mean, deviation: of what the runs showed, shape (targets,).
    """

    runs: int
    emulator: Emulator
    left: float
    against: Array
    mean: Array
    deviation: Array


def possible(emulators: Sequence[Emulator], vectors: Array, targets: Targets) -> Mask:
    """Which vectors no emulator finds implausible."""
    found = np.ones(len(vectors), dtype=bool)
    for emulator in emulators:
        found[found] = _left(_plausible(emulator, vectors[found], targets))
    return found


def next_wave(emulators: Sequence[Emulator], runs: int, runner: Runner, name: str) -> Wave:
    """Run vectors of the space that is left, and see what can be ruled out.

    Args:
        emulators: those of the waves before.
        runs: how many vectors to run, once each.
        runner: runs them.
        name: of the wave; names its draws.
    """
    ground, targets = runner.ground, runner.ground.targets
    vectors = from_space(emulators, runs, ground.seed, targets, name)
    first = runner.take(runs)
    readings = runner.read(vectors, first, arms=False)
    if targets.in_arms.any():
        arms = runner.read(vectors, first, arms=True)
        readings = np.where(targets.in_arms, arms, readings)
    emulator = fit(vectors, readings, targets)
    looked_at = vectors[:LOOKED_AT]
    fine = _plausible(emulator, looked_at, targets)
    return Wave(
        runs=runs,
        emulator=emulator,
        left=float(_left(fine).mean()),
        against=1 - fine.mean(axis=0),
        mean=readings.mean(axis=0, dtype=float),
        deviation=readings.std(axis=0, dtype=float),
    )


def from_space(
    emulators: Sequence[Emulator], count: int, seed: int, targets: Targets, name: str
) -> Array:
    """Vectors drawn evenly from the space that is left, shape (count, parameters)."""
    found: list[Array] = []
    for tried in range(0, MOST_TRIED, TRIED):
        vectors = luck(seed, f"{name}, from {tried}", TRIED, len(targets.fitted))
        found.append(vectors[possible(emulators, vectors, targets)])
        if sum(map(len, found)) >= count:
            return np.concatenate(found)[:count]
    kept = sum(map(len, found))
    raise NothingLeft(f"{kept} of {MOST_TRIED:,} vectors are possible; {count:,} are due")


class NothingLeft(ValueError):
    """Hardly any vector is possible: targets and rules contradict each other."""


def _left(plausible: Mask) -> Mask:
    """Which vectors are left, shape (vectors,), of what `_plausible` says of each target."""
    found: Mask = (~plausible).sum(axis=1) <= MAY_PART
    return found


def _plausible(emulator: Emulator, vectors: Array, targets: Targets) -> Mask:
    """By which targets each vector may stand, shape (vectors, targets)."""
    predicted = emulator.predict(vectors, targets)
    return implausibility(targets, predicted, emulator.spread**2) <= CUTOFF
