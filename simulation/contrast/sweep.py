"""Sweeps: what becomes of an outcome as one or two parameters take a range of values.

    >>> sweep = run_sweep(
    ...     "us_bases_stay", ["basing.rent=1:2:3"], outcomes=["manas_open"], runs=20, seed=1
    ... )
    >>> len(sweep.curves["manas_open"])
    3

Every point of the grid is the scenario with the parameters set, as `batch --set` does, and is run
with the same luck as the scenario as it stands. So a point is compared with the scenario run by
run, and the curve is as smooth as the model is. The intervals of a curve hold together.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from simulation.batch.executors import Progress
from simulation.contrast.variants import (
    Arm,
    folder_for,
    horizon_of,
    outcome_of,
    outcomes_in,
    run_arms,
    unknown_outcomes,
)
from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.escapes import CsvWriter
from simulation.inputs.problems import Problem, Problems
from simulation.model.outcomes import outcomes_of
from simulation.numerics.arrays import Array
from simulation.numerics.dates import quarter_name
from simulation.numerics.special import ndtri, stdtrit
from simulation.parameters.numbers import Numbers, Parameters, beyond, setting
from simulation.record.paired import (
    LEVEL,
    Difference,
    paired_difference,
    simultaneous_critical,
    wilson_interval,
)
from simulation.scenario.inheritance import BASELINE, SETTING
from simulation.scenario.scenario import Scenario, check_scenarios

MOST_AXES = 2
MOST_POINTS = 10_000
"""Points of a grid at most."""
AS_IT_STANDS = "as it stands"
_FILE = "sweep.csv"
_EXAMPLE = "write KEY=LOW:HIGH:N, as basing.notice.manas=90:360:4, or KEY=A,B,C"


@dataclass(frozen=True)
class Axis:
    """A parameter and the values it takes.

    Attributes:
        key: full key of the parameter.
        values: in rising order.
        own: its value in the scenario as it stands; None where that differs from run to run.
        unit: its unit.
        range: its range in the evidence, if it has one.
    """

    key: str
    values: tuple[float, ...]
    own: float | None
    unit: str
    range: tuple[float, float] | None

    @property
    def stands(self) -> str:
        """Where the scenario has it, in words."""
        return "drawn by run" if self.own is None else f"at {self.own:g}"


@dataclass(frozen=True)
class GridPoint:
    """One point of the grid and one outcome.

    Attributes:
        at: the values of the parameters, in the order of the axes.
        mean, low, high: mean of the outcome over runs, with its own interval.
        difference: paired difference from the scenario as it stands; its interval holds together
            with those of all other points.
    """

    at: tuple[float, ...]
    mean: float
    low: float
    high: float
    difference: Difference


@dataclass(frozen=True)
class Sweep:
    """What became of some outcomes.

    Attributes:
        scenario: what was run.
        axes: the parameters that were varied, one or two.
        curves: a point for every place of the grid, by outcome; the last axis runs fastest.
        means: the mean of each outcome in the scenario as it stands.
        runs: runs at every point.
        seed: names the draws.
        until: the last quarter.
        parameters: where the other parameters came from, in a word.
        parameters_told: the same in sentences.
    """

    scenario: Scenario
    axes: tuple[Axis, ...]
    curves: Mapping[str, tuple[GridPoint, ...]]
    means: Mapping[str, float]
    runs: int
    seed: int
    until: str
    parameters: str
    parameters_told: str

    @property
    def beyond_range(self) -> list[str]:
        """What is varied beyond its documented range, in words."""
        return [
            f"{axis.key} is varied from {axis.values[0]:g} to {axis.values[-1]:g}, "
            f"{beyond(axis.range)}"
            for axis in self.axes
            if axis.range and (axis.values[0] < axis.range[0] or axis.values[-1] > axis.range[1])
        ]

    def write(self, results: Path) -> Path:
        """Write `sweep.csv`, and how it was made, into a folder of its own; returns the folder."""
        given = {
            "vary": {axis.key: axis.values for axis in self.axes}, "outcomes": [*self.curves],
            "runs": self.runs, "seed": self.seed, "until": self.until,
            "parameters": self.parameters,
        }  # fmt: skip
        folder = folder_for(results, "sweep", self.scenario, given)
        with (folder / _FILE).open("w", newline="", encoding="utf-8") as file:
            writer = CsvWriter(file)
            writer.writerow(
                ["outcome", *(axis.key for axis in self.axes), "runs", "mean", "low", "high",
                 "difference", "difference_low", "difference_high", "told_from_zero"]
            )  # fmt: skip
            for outcome, points in self.curves.items():
                for point in points:
                    gap = point.difference
                    numbers = (
                        point.mean, point.low, point.high, gap.difference, gap.low, gap.high
                    )  # fmt: skip
                    writer.writerow(
                        [outcome, *(f"{each:.12g}" for each in point.at), self.runs,
                         *(f"{each:.12g}" for each in numbers), str(gap.told_from_zero).lower()]
                    )  # fmt: skip
        return folder


def run_sweep(
    scenario: str | Path,
    vary: Sequence[str],
    outcomes: Sequence[str] = (),
    runs: int = 500,
    seed: int | None = None,
    until: str | None = None,
    parameters: Parameters | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    settings: Sequence[str] = (),
) -> Sweep:
    """Run a scenario over a grid of one or two parameters.

    Args:
        scenario: name or path.
        vary: "KEY=LOW:HIGH:N" for N even steps, or "KEY=A,B,C"; one or two.
        outcomes: what is read; the outcome that answers the scenario's question by default.
        runs: runs at every point, and of the scenario as it stands.
        seed: names the draws; drawn where it is None.
        until: the last quarter; that of the scenario by default.
        parameters: where the other parameters come from, as for a batch. What is varied wins.
        workers: processes, as for a batch.
        progress: told of every block of runs that is done.
        settings: "KEY=VALUE" for every point, as `--set`.

    Raises:
        Problems: everything that is wrong with what was given; nothing was run.
    """
    base, axes, grid, numbers = _planned(
        scenario, vary, outcomes=outcomes, settings=settings, parameters=parameters, runs=runs
    )
    names = tuple(dict.fromkeys(outcomes)) or (outcome_of(base),)
    last = horizon_of(base, until)
    chosen = secrets.randbits(32) if seed is None else seed
    arms = [Arm(AS_IT_STANDS, base, numbers)]
    rest = numbers.without(axis.key for axis in axes)
    arms += [Arm("the grid", each, rest) for each in grid]
    found = run_arms(
        arms,
        names,
        runs=runs,
        seed=chosen,
        until=last,
        workers=workers,
        progress=progress,
    )
    places = [*product(*(axis.values for axis in axes))]
    declared = outcomes_in(base)
    curves = {name: _points(declared[name].kind == "binary", places, found[name]) for name in names}
    means = {name: float(np.nanmean(found[name][0])) for name in names}
    evidence = load_catalogue()
    held = {*base.fixed_keys, *(axis.key for axis in axes)}
    new = numbers.told_of_new(evidence, evidence.extended(base.added), held)
    return Sweep(
        scenario=base,
        axes=axes,
        curves=curves,
        means=means,
        runs=runs,
        seed=chosen,
        until=quarter_name(last),
        parameters=numbers.name,
        parameters_told=f"{numbers.told(evidence)} {new}".rstrip(),
    )


def _points(
    binary: bool, places: Sequence[tuple[float, ...]], found: Array
) -> tuple[GridPoint, ...]:
    """The points of one outcome; the first row of `found` is the scenario as it stands."""
    own, *values = found
    critical = simultaneous_critical([each - own for each in values])
    points = []
    for at, each in zip(places, values, strict=True):
        mean, low, high = _mean(each, binary)
        gap = paired_difference(own, each, binary, critical)
        points.append(GridPoint(at, mean, low, high, difference=gap))
    return tuple(points)


def _mean(values: Array, binary: bool) -> tuple[float, float, float]:
    """Mean over runs with its own interval."""
    present = values[np.isfinite(values)]
    count = len(present)
    if not count:
        return math.nan, math.nan, math.nan
    mean = float(present.mean())
    if binary:
        critical = float(ndtri(0.5 + LEVEL / 2))
        return mean, *wilson_interval(int((present > 0).sum()), count, critical)
    if count == 1:
        return mean, -math.inf, math.inf
    reach = float(stdtrit(count - 1, 0.5 + LEVEL / 2) * present.std(ddof=1) / math.sqrt(count))
    return mean, mean - reach, mean + reach


# -- what is asked for -----------------------------------------------------------------------


def _planned(
    scenario: str | Path,
    vary: Sequence[str],
    *,
    outcomes: Sequence[str],
    settings: Sequence[str],
    parameters: Parameters | None,
    runs: int,
) -> tuple[Scenario, tuple[Axis, ...], list[Scenario], Numbers]:
    """The scenario, the axes, the scenario at every point and where numbers come from.

    Raises:
        Problems: everything that is wrong.
    """
    problems: list[Problem] = []
    if not 1 <= len(vary) <= MOST_AXES:
        message = f"{len(vary)} parameters; a sweep varies one or two"
        problems.append(Problem("--vary", None, message))
    asked: dict[str, tuple[float, ...]] = {}
    for text in vary:
        try:
            key, values = parse_axis(text)
        except ValueError as error:
            problems.append(Problem(f"--vary {text}", None, str(error), _EXAMPLE))
            continue
        if key in asked:
            problems.append(Problem(f"--vary {text}", None, f"'{key}' is varied twice"))
        asked[key] = values
    points = math.prod(len(values) for values in asked.values())
    if points > MOST_POINTS:
        message = f"a grid of {points:,} points is too large; the most is {MOST_POINTS:,}"
        problems.append(Problem("--vary", None, message, "give fewer steps"))
    base: list[Scenario] = []
    try:
        base = check_scenarios([scenario], settings=settings, outcomes=outcomes_of)
    except Problems as found:
        problems += found.problems
    problems = [*unknown_outcomes(outcomes, base[0] if base else None), *problems]
    sound = scenario if base else BASELINE
    for end in (min, max):
        ends = [setting(key, end(values)) for key, values in asked.items()]
        try:
            check_scenarios([sound], settings=ends)
        except Problems as found:
            problems += [
                each._replace(file=each.file.replace(SETTING, "--vary")) for each in found.problems
            ]
    catalogue = load_catalogue()
    numbers = Numbers()
    try:
        everyone = catalogue.extended(base[0].added) if base else catalogue
        days = [each.history_until for each in base[:1]]
        numbers = Numbers.of(parameters, everyone, days, runs)
    except Problems as found:
        problems += found.problems
    if problems:
        raise Problems(problems)
    own = base[0].given(numbers, catalogue)
    keys = [*asked]
    grid = [
        own.given(Numbers(values=dict(zip(keys, at, strict=True))), catalogue, SETTING)
        for at in product(*asked.values())
    ]
    axes = tuple(_axis(key, values, own, numbers) for key, values in asked.items())
    return own, axes, grid, numbers


def parse_axis(text: str) -> tuple[str, tuple[float, ...]]:
    """A parameter and its values, from "KEY=LOW:HIGH:N" or "KEY=A,B,C".

    Raises:
        ValueError: what is wrong, in words.
    """
    key, equals, written = text.partition("=")
    parts = written.split(":")
    if not key.strip() or not equals or len(parts) not in (1, 3):
        raise ValueError("is not KEY=LOW:HIGH:N")
    numbers = [_finite(part) for part in (parts[0].split(",") if len(parts) == 1 else parts[:2])]
    if len(parts) == 3:
        if not parts[2].strip().isdecimal() or parts[2].strip(" 0") in ("", "1"):
            raise ValueError(f"'{parts[2]}' is no whole number of 2 or more steps")
        if numbers[0] >= numbers[1]:
            raise ValueError(f"{numbers[0]:g} is not below {numbers[1]:g}")
        if len(parts[2]) > len(str(MOST_POINTS)) or int(parts[2]) > MOST_POINTS:
            raise ValueError(f"'{parts[2]}' steps are too many; the most is {MOST_POINTS:,}")
        even = np.linspace(numbers[0], numbers[1], int(parts[2]))
        numbers = [float(f"{each:.12g}") for each in even]
    if len(set(numbers)) < 2:
        raise ValueError("two values or more are due")
    return key.strip(), tuple(sorted(set(numbers)))


def _finite(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"'{text}' is no number")
    return number


def _axis(key: str, values: tuple[float, ...], base: Scenario, numbers: Numbers) -> Axis:
    """What is known of a parameter that is varied."""
    catalogue = load_catalogue().extended(base.added)
    declared = catalogue.declaration_of(key)
    unit = declared.unit if declared is not None else ""
    drawn = numbers.vary(key, catalogue, base.fixed_keys)
    return Axis(
        key,
        values,
        own=None if drawn else base.values[key],
        unit=unit,
        range=catalogue.range_of(key),
    )
