"""Something to calibrate whose answer is known: a toy in place of the model."""

from __future__ import annotations

import dataclasses

import numpy as np

from simulation.batch.executors import InProcess
from simulation.calibration.calibrate import Bar, Calibration
from simulation.calibration.stages import Plan, Stages
from simulation.calibration.targets import KNOWN, Target, Targets
from simulation.calibration.trials import Ground, Runner
from simulation.evidence.catalogue import load_catalogue
from simulation.numerics.elementary import sigmoid
from simulation.numerics.randomness import Draws
from simulation.scenario.scenario import load_scenario

KEYS = ("alignment.speed", "basing.rent", "trade.noise")
SPREAD, ERROR, TRUTH = 0.2, 0.1, 0.7


def toy_targets(figures: int = 1) -> Targets:
    """A part that asks for a high first parameter, in two kinds of run; figures; nothing else."""
    each = (
        Target("P1", "P1", 1, 0, 0, 1),
        Target("P6n stays", "P6n", 1, 0, 0, 1),
        *(
            Target(f"figure {2005 + at}", f"figure{at or ''}", 2 * TRUTH, ERROR, 0, 1)
            for at in range(figures)
        ),
    )
    return Targets(KNOWN, each, 0.05, KEYS, {}, {})


@dataclasses.dataclass
class Toy(Runner):
    """Runs whose odds and means are known functions of the parameters."""

    stop_after: int = 10**9
    reads: int = 0

    def read(self, vectors, first_run, arms):
        self.reads += 1
        if self.reads > self.stop_after:
            raise KeyboardInterrupt
        draws = Draws(self.ground.seed, first_run, len(vectors))
        u = draws.uniform(0, "toy", f"{arms}")
        targets = len(self.ground.targets.each)
        out = np.full((len(vectors), targets), np.nan, dtype=np.float32)
        if arms:
            out[:, 1] = u < sigmoid(6 * (vectors[:, 0] - 0.3))
        else:
            out[:, 0] = u < sigmoid(8 * (vectors[:, 0] - 0.5))
            for at in range(2, targets):
                noise = draws.noise(0, "toy", "figure" if at == 2 else f"figure {at}")
                out[:, at] = 2 * vectors[:, 1] + SPREAD * noise
        return out


def toy(seed=1, figures=1, **more) -> Toy:
    catalogue = load_catalogue()
    ground = Ground(catalogue, load_scenario("baseline", catalogue), toy_targets(figures), seed)
    return Toy(ground, InProcess(), **more)


def carried_out(folder, runner, runs=6400):
    plan = Plan(KNOWN, runner.ground.seed, runs, 1, 16)
    return Calibration(plan, runner, Stages(folder), Bar(None, 1)).carry_out()
