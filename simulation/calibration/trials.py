"""Trials: parameter vectors run forward and read against the targets.

A vector holds the fitted parameters in unit-cube coordinates. Its runs carry luck of their own:
the draws of the model, and the parameters that are not fitted, are both named by the run, so
that a trial is a function of its vectors and the number of its first run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.calibration.targets import QUIET_TARGET, Targets, arms_of
from simulation.evidence.catalogue import Catalogue
from simulation.model import patterns
from simulation.model.measures import HOME, trade_share_of_region
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import VARIABLES
from simulation.numerics.arrays import Array, Mask, total
from simulation.numerics.dates import QUARTERS_IN_YEAR, quarter_of, season_of, year_of
from simulation.numerics.memory import let_go
from simulation.numerics.randomness import Draws
from simulation.parameters.numbers import Numbers
from simulation.parameters.sampling import POINT
from simulation.scenario.scenario import Scenario

_BLOCK = 4_000
"""Runs that advance together: the quickest, at some 100 MB a model."""

Readings = dict[str, Array | Mask]
"""What a block of runs shows, by name of the target."""


class TargetWatch(patterns.Watch):
    """What the targets need from the middle of a run that may end before 2005 does."""

    def at(self, name: str, quarter: str) -> NDArray[Any]:
        """A watched variable at the end of a quarter, or of the last one that was run."""
        last = max(number for _, number in self.kept)
        return self.kept[name, min(quarter_of(quarter), last)]


@dataclass(frozen=True)
class Ground:
    """What every trial of a calibration shares.

    Attributes:
        catalogue: the evidence.
        scenario: what is run; what it scripts after the information date is left out.
        targets: what the runs are read against.
        seed: names the draws.
    """

    catalogue: Catalogue
    scenario: Scenario
    targets: Targets
    seed: int

    @classmethod
    def of(cls, catalogue: Catalogue, scenario: Scenario, targets: Targets, seed: int) -> Ground:
        """The ground of a calibration as of the date of its targets."""
        known = tuple(event for event in scenario.events if event.date <= targets.as_of)
        return cls(catalogue, replace(scenario, events=known), targets, seed)

    def range_of(self, keys: Sequence[str]) -> tuple[Array, Array]:
        """Lower and upper ends of the ranges of parameters."""
        limits = np.array([self.catalogue.range_of(key) for key in keys], dtype=float)
        return limits[:, 0], limits[:, 1]

    def values(self, vectors: Array) -> Array:
        """Vectors in the parameters' own units."""
        low, high = self.range_of(self.targets.fitted)
        return low + (high - low) * vectors

    def models(self, vectors: Array, first_run: int, arms: bool) -> Iterator[InfluenceModel]:
        """The free run of some vectors, one a run, or its arms."""
        runs = len(vectors)
        given = dict(zip(self.targets.fitted, self.values(vectors).T, strict=True))
        draws = Draws(self.seed, first_run, runs)
        keys = list(self.targets.unfitted)
        lowest, highest = self.range_of(keys)
        for key, low, high in zip(keys, lowest, highest, strict=True):
            given[key] = low + (high - low) * draws.uniform(-1, "parameter", key)
        scenarios = [self.scenario]
        if arms:
            scenarios = [
                self.scenario.without(switch) for switch in arms_of(self.targets, self.catalogue)
            ]
        for scenario in scenarios:
            yield InfluenceModel(
                scenario,
                runs,
                self.seed,
                first_run=first_run,
                parameters=Numbers(POINT, arrays=given).without(scenario.turned_off),
                catalogue=self.catalogue,
            )


def read_block(ground: Ground, vectors: Array, first_run: int, arms: bool) -> Array:
    """One run for each vector, read against the targets.

    Args:
        vectors: unit-cube coordinates, shape (runs, fitted).
        first_run: number of the first run; its luck.
        arms: read the arms of P6n rather than the free run.

    Returns:
        Shape (runs, targets): 1 or 0 for a part of a pattern, a figure for a year; NaN for
        what is read in the other kind of run.
    """
    targets = ground.targets
    last = quarter_of(targets.as_of)
    out = np.full((len(vectors), len(targets.each)), np.nan, dtype=np.float32)
    models = [*ground.models(vectors, first_run, arms)]
    readings: Readings
    if arms:
        readings = {**patterns.reading_of_arms([model.run(last) for model in models])}
    else:
        readings = _free_reading(models[0], last, targets)
    for place, target in enumerate(targets.each):
        if target.in_arms == arms:
            out[:, place] = readings[target.name]
    let_go(models)
    return out


def _free_reading(model: InfluenceModel, last: int, targets: Targets) -> Readings:
    """Everything that is read in a free run, by name of the target."""
    watch = TargetWatch()
    out: Readings = {}
    while model.quarter < last:
        model.step()
        watch.collect(model)
        if season_of(model.quarter) == QUARTERS_IN_YEAR:
            out |= _yearly(model, year_of(model.quarter))
    declared = model.catalogue.patterns
    wanted = dict.fromkeys(t.group for t in targets.each if t.group in declared and not t.in_arms)
    for pattern in wanted:
        parts = patterns.read_parts(declared[pattern], model, watch)
        single = len(parts) == 1
        out |= {pattern if single else f"{pattern} {p}": held for p, held in parts.items()}
    scripted = sum(event.kind == "ouster" for event in model.specification.events)
    fallen = total(model.world.ousters[: model.world.regions])
    return out | {QUIET_TARGET: fallen <= scripted}


def _yearly(model: InfluenceModel, year: int) -> Readings:
    """The figures of the year that ends with this quarter."""
    world = model.world
    out: Readings = {}
    for kind in ("agreement", "trade_share"):
        table = VARIABLES[kind].measure(world)
        for p, power in enumerate(world.axes.power):
            for s, state in enumerate(world.axes.region):
                out[f"{kind} {power} {state} {year}"] = table[p, s].copy()
    for power in world.axes.power:
        out[f"trade_share {power} {HOME} {year}"] = trade_share_of_region(world, power)
    return out


def luck(seed: int, purpose: str, *shape: int) -> Array:
    """Uniform draws of the calibration itself, by name, in double precision."""
    count = int(np.prod(shape))
    return Draws(seed, 0, count, np.float64).uniform(-1, "calibration", purpose).reshape(shape)


Tick = Callable[[int], None]
"""Told how many more runs are done."""


@dataclass
class Runner:
    """Runs trials in blocks on an executor.

    Attributes:
        ground: what the trials share.
        executor: who does the work.
        tick: told of every block that is done.
        used: runs whose luck has been used; every trial takes fresh ones.
    """

    ground: Ground
    executor: Executor
    tick: Tick = lambda runs: None
    used: int = 0

    def take(self, runs: int) -> int:
        """The number of the first of so many fresh runs."""
        first, self.used = self.used, self.used + runs
        return first

    def read(self, vectors: Array, first_run: int, arms: bool) -> Array:
        """Read one run for each vector; shape (vectors, targets)."""
        starts = range(0, len(vectors), _BLOCK)
        pieces = [vectors[at : at + _BLOCK] for at in starts]
        firsts = [first_run + at for at in starts]
        found = []
        read = self.executor.map(read_block, repeat(self.ground), pieces, firsts, repeat(arms))
        for reading in read:
            found.append(reading)
            self.tick(len(reading))
        return np.concatenate(found)
