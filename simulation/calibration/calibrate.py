"""Calibration: from the ranges of the catalogue to a posterior, in stages that are kept.

Waves of history matching rule out what could not have been; a population is then led to the
posterior; fresh runs of it show how well it does. Every stage is a function of the seed and of
the stage before, so that a calibration that was stopped goes on where it was, and one that is
repeated gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from simulation.batch.executors import Progress, crew_for
from simulation.batch.progress import tell_waiting
from simulation.calibration.abc_smc import Population, Sampler, copies
from simulation.calibration.diagnosis import provenance
from simulation.calibration.history_matching import NothingLeft, Wave, from_space, next_wave
from simulation.calibration.stages import Plan, Stages
from simulation.calibration.targets import KNOWN, Targets, load_targets
from simulation.calibration.trials import Ground, Runner, read_block
from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.inputs.problems import Problem, Problems
from simulation.inputs.results_folders import made_folder
from simulation.parameters.posterior import posterior_name, posterior_to_write, save_posterior
from simulation.record.ownership import owned
from simulation.record.provenance import versions
from simulation.scenario.scenario import load_scenario

_RUNS = 32_000
_WAVES = 3
_SEED = 1
REPLICATES = 32
"""Runs of a vector at each look: with more, its deviance is told better and fewer are tried."""
MOVES, NEAR = 12, 0.6
"""Moves that are usual, and the share of vectors whose arms they look at; for the progress bar."""
_TIMED = 2_000
"""Runs from whose time that of a calibration is told."""
FEWEST = 2_000
"""Runs a wave below which an emulator of some hundred parameters is a guess."""


def calibrate(
    runs_per_wave: int | None = None,
    waves: int | None = None,
    seed: int | None = None,
    as_of: dt.date = KNOWN,
    resume: bool = False,
    workers: int | None = None,
    results: str | Path = "results",
    output: Path | None = None,
    catalogue: Catalogue | None = None,
    progress: Progress | None = None,
) -> Path:
    """Fit the uncertain parameters to what was known on a day, and keep the posterior.

    Args:
        runs_per_wave: runs of a wave of history matching, and of each look at the population,
            which has a 32nd as many vectors; 32,000 by default.
        waves: of history matching; 3 by default.
        seed: names all draws; 1 by default.
        as_of: targets known by then are used.
        resume: go on with the calibration as of that day that was stopped, as it was planned.
        workers: processes; by default one a CPU.
        results: the directory that gets a folder for the stages.
        output: the posterior's file; by default one from which batches draw.
        catalogue: the evidence; the project's own if None.
        progress: told of every block of runs that is done.

    Returns:
        The posterior's file.

    Raises:
        Problems: something given is wrong, another process is calibrating to that day here, or
            nothing of the ranges is left.
    """
    evidence = catalogue or load_catalogue()
    targets = load_targets(evidence, as_of)
    stages = Stages(Path(results) / f"calibration_{as_of}")
    if resume:
        plan = stages.earlier_plan()
    else:
        chosen = _SEED if seed is None else seed
        plan = Plan(as_of, chosen, runs_per_wave or _RUNS, waves or _WAVES, REPLICATES)
    if plan.runs_per_wave < FEWEST:
        message = f"{plan.runs_per_wave} runs a wave; {FEWEST:,} or more are due"
        raise Problems([Problem("--runs-per-wave", None, message)])
    ground = Ground.of(evidence, load_scenario("baseline", evidence), targets, plan.seed)
    identity = {
        **plan.words,
        "scenario": ground.scenario.hash,
        "the evidence": evidence.hash,
        **{f"the version of {name}": it for name, it in versions().items()},
    }
    made_folder(stages.folder, "name another place, with --results")
    with owned(stages.folder):
        if resume:
            stages.check(identity)
        else:
            aside = stages.begin(identity)
            if aside is not None:
                tell_waiting(f"The stages of an earlier calibration are kept in {aside}.")
        bar = Bar(progress, expected_runs(targets, plan.runs_per_wave, plan.waves))
        with crew_for(bar.expected, workers) as crew:
            work = Calibration(plan, Runner(ground, crew.executor, bar), stages, bar)
            try:
                keys, vectors, weights, found = work.carry_out()
            except NothingLeft as error:
                hint = "widen ranges in evidence/parameters, or allow larger errors in targets.yaml"
                raise Problems([Problem("calibrate", None, str(error), hint)]) from None
    path = output or posterior_to_write(evidence, posterior_name(as_of, KNOWN))
    save_posterior(path, keys, vectors, weights, found)
    bar.finish()
    return path


def expected_runs(targets: Targets, runs_per_wave: int = _RUNS, waves: int = _WAVES) -> int:
    """About how many runs a calibration to some targets takes."""
    arms = int(targets.in_arms.any())
    reads = (waves + 2) * (1 + arms) + MOVES * 2 * (1 + NEAR * arms)
    return round(runs_per_wave * reads)


def how_long(
    days: Collection[dt.date],
    workers: int | None = None,
    runs_per_wave: int | None = None,
    waves: int | None = None,
    catalogue: Catalogue | None = None,
) -> float:
    """About how many seconds calibrations take on this machine, as busy as it is.

    Args:
        days: their information dates.
        workers, runs_per_wave, waves, catalogue: as for `calibrate`.
    """
    evidence = catalogue or load_catalogue()
    seconds = 0.0
    for day in days:
        targets = load_targets(evidence, day)
        ground = Ground.of(evidence, load_scenario("baseline", evidence), targets, _SEED)
        vectors = np.full((_TIMED, len(targets.fitted)), 0.5)
        read_block(ground, vectors[:1], 0, arms=False)  # compiles what is not compiled yet
        started = time.perf_counter()
        read_block(ground, vectors, 0, arms=False)
        each = (time.perf_counter() - started) / _TIMED
        runs = expected_runs(targets, runs_per_wave or _RUNS, waves or _WAVES)
        seconds += runs * each / (workers or os.cpu_count() or 1)
    return seconds


@dataclass
class Bar:
    """Counts runs for the progress bar; more are expected as long as it is not finished."""

    progress: Progress | None
    expected: int
    done: int = 0
    subject: str = ""

    def __call__(self, runs: int) -> None:
        """So many more runs are done."""
        self.done += runs
        self.expected = max(self.expected, self.done + runs)
        if self.progress is not None:
            self.progress(self.done, self.expected, self.subject)

    def finish(self) -> None:
        """All is done, in however many runs."""
        if self.progress is not None:
            self.progress(self.done, self.done, "done")


@dataclass
class Calibration:
    """A calibration under way.

    Attributes:
        plan: what was asked for.
        runner: runs vectors.
        stages: what is kept.
        bar: told what is being done.
    """

    plan: Plan
    runner: Runner
    stages: Stages
    bar: Bar

    def carry_out(self) -> tuple[tuple[str, ...], np.ndarray, np.ndarray, dict[str, Any]]:
        """Every stage that is missing; returns keys, vectors, weights and provenance."""
        waves = self._waves()
        emulators = [wave.emulator for wave in waves]
        sampler = Sampler(self.runner, emulators, self.plan.replicates)
        population = self._population(sampler)
        self.bar.subject = "a last look with fresh luck"
        seen = sampler.look(population.vectors)
        ground = self.runner.ground
        found = provenance(self.plan, ground, waves, population, seen)
        places, times = copies(population.vectors)
        values = ground.values(population.vectors[places])
        return ground.targets.fitted, values, times / times.sum(), found

    def _waves(self) -> list[Wave]:
        """The waves of history matching."""
        waves: list[Wave] = []
        for number in range(1, self.plan.waves + 1):
            kept = self.stages.wave(number)
            if kept is None:
                self.bar.subject = f"wave {number} of history matching"
                emulators = [wave.emulator for wave in waves]
                runs = self.plan.runs_per_wave
                wave = next_wave(emulators, runs, self.runner, f"wave {number}")
                self.stages.keep_wave(number, wave, self.runner.used)
            else:
                wave, self.runner.used = kept
            waves.append(wave)
        return waves

    def _population(self, sampler: Sampler) -> Population:
        """The population at the posterior."""
        kept = self.stages.population()
        if kept is None:
            self.bar.subject = "the first look at the population"
            ground = self.runner.ground
            vectors = from_space(
                sampler.emulators, self.plan.vectors, self.plan.seed, ground.targets, "population"
            )
            population = sampler.begin(vectors)
            self.stages.keep_population(population, self.runner.used)
        else:
            population, self.runner.used = kept
        while not population.done:
            tolerance = population.history[-1]["tolerance"] if population.history else np.inf
            self.bar.subject = f"sampling, tolerance {tolerance:.3g}"
            population = sampler.advance(population)
            self.stages.keep_population(population, self.runner.used)
        return population
