"""Simulation-based calibration: histories whose parameters are known, fitted as ours is.

A vector drawn from the ranges plays one history; what is read of it, with errors of observation and
of the rules as they are stated, takes the place of what was seen. Fitted many times over, the rank
of the truth among the vectors that are left is uniform for every parameter if the machinery does
what it says (Talts and others 2018; Modrák and others 2023).
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import special, stats

from simulation.calibration.calibrate import REPLICATES, Bar, Calibration
from simulation.calibration.history_matching import NothingLeft
from simulation.calibration.stages import Plan, Stages
from simulation.calibration.targets import KNOWN, Targets, load_targets
from simulation.calibration.trials import Ground, Runner, luck, read_block
from simulation.evidence.catalogue import Catalogue
from simulation.numerics.arrays import Array
from simulation.scenario.scenario import load_scenario

_TRUTHS, _FITS = 7, 1000
"""Seeds of the true vectors with their luck, and of the fit of history 0; the next is that of 1."""


@dataclass(frozen=True)
class SyntheticFit:
    """One synthetic history and what its fit says.

    Attributes:
        number: of the history.
        ranks: by full key, the share of the posterior that lies below the truth.
        narrowing: by full key, deviation of the posterior over that of the range.
        vectors: how many vectors of equal weight the posterior is worth.
    """

    number: int
    ranks: Mapping[str, float]
    narrowing: Mapping[str, float]
    vectors: float


def synthetic_ground(catalogue: Catalogue, number: int) -> tuple[Ground, Array]:
    """What a fit rests on whose truth is known, and the truth.

    Args:
        catalogue: the evidence.
        number: of the history; it names its vector and its luck.

    Returns:
        The ground, with what is read of the history as its targets; the true vector in unit-cube
        coordinates, shape (fitted,).
    """
    targets = load_targets(catalogue, KNOWN)
    told = Ground.of(catalogue, load_scenario("baseline", catalogue), targets, _TRUTHS)
    truth = luck(_TRUTHS, f"truth {number}", len(targets.fitted))
    free, arms = (read_block(told, truth[None], number, arms)[0] for arms in (False, True))
    read = np.where(targets.in_arms, arms, free).astype(float)
    seen = history_read(targets, read, number)
    return replace(told, targets=seen, seed=_FITS + number), truth


def history_read(targets: Targets, read: Array, number: int) -> Targets:
    """The targets with another history in place of ours, read as inexactly.

    A part is read wrongly as often as is stated; the years of a series share their error.

    Args:
        targets: what is read of ours.
        read: what a run shows, shape (targets,).
        number: of the history; it names the errors.
    """
    groups = sorted({target.group for target in targets.each})
    errors = special.ndtri(luck(_TRUTHS, f"errors {number}", len(groups)))
    error = dict(zip(groups, errors, strict=True))
    wrongly = luck(_TRUTHS, f"wrongly {number}", len(targets.each)) < targets.doubt
    figures = read + targets.error * [error[target.group] for target in targets.each]
    observed = np.where(targets.part, np.where(wrongly, 1 - read, read), figures)
    pairs = zip(targets.each, observed, strict=True)
    each = tuple(replace(target, observed=float(value)) for target, value in pairs)
    return replace(targets, each=each)


def fit_of_synthetic(
    catalogue: Catalogue, number: int, runs_per_wave: int, executor: Executor, folder: Path
) -> SyntheticFit | None:
    """Fit one synthetic history as `calibrate` fits ours.

    Args:
        catalogue: the evidence.
        number: of the history.
        runs_per_wave: runs of a wave, and of each look at the population.
        executor: who runs them.
        folder: where stages may be kept; an empty one.

    Returns:
        What came out; None if history matching left nothing.
    """
    ground, truth = synthetic_ground(catalogue, number)
    plan = Plan(KNOWN, ground.seed, runs_per_wave, 3, REPLICATES)
    stages = Stages(folder)
    stages.begin(plan.words)
    work = Calibration(plan, Runner(ground, executor), stages, Bar(None, 1))
    try:
        keys, values, weights, found = work.carry_out()
    except NothingLeft:
        return None
    low, high = ground.range_of(keys)
    places = (values - low) / (high - low)
    below = weights @ (places < truth) + weights @ (places == truth) / 2
    below = np.minimum(below, 1.0)  # the sum of all weights may round above it
    return SyntheticFit(
        number=number,
        ranks=dict(zip(keys, below.tolist(), strict=True)),
        narrowing={each["key"]: 1 - each["shrinkage"] for each in found["parameters"]},
        vectors=float(1 / (weights**2).sum()),
    )


def not_uniform(ranks: Mapping[str, Array], level: float = 0.05) -> dict[str, float]:
    """The parameters whose ranks are not uniform, with the chance of as much if they were.

    Args:
        ranks: by full key, one rank a history, shape (histories,).
        level: chance that any is named although all are uniform (Holm 1979).
    """
    keys = [*ranks]
    chances = np.array([stats.kstest(ranks[key], "uniform").pvalue for key in keys])
    order = np.argsort(chances)
    found: dict[str, float] = {}
    for place, at in enumerate(order):
        if chances[at] * (len(keys) - place) > level:
            break
        found[keys[at]] = float(chances[at])
    return found
