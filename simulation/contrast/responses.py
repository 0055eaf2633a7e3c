"""What an act does to the others: each row of the response table on paired runs, and its verdict.

Run i of every arm meets the luck of run i of the baseline. What is measured has a 95% interval. A
row is inside where the whole interval lies within what is expected, outside where none of it
does, and undecided where it reaches over the edge: then more runs would tell.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from scipy import stats

from simulation.batch.executors import Progress, crew_for, in_order
from simulation.batch.progress import watched
from simulation.contrast.response_rows import (
    Demand,
    Readout,
    ResponseRow,
    RowArm,
    arm_name,
    chosen_rows,
    needed,
    read_rows,
)
from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import every_outcome_of, measure_outcomes
from simulation.numerics.arrays import Array
from simulation.numerics.randomness import Draws
from simulation.parameters.numbers import SOURCE, Numbers
from simulation.record.paired import LEVEL, paired_difference, wilson_interval
from simulation.scenario.inheritance import BASELINE
from simulation.scenario.scenario import Scenario, load_scenario

_BLOCK = 500
"""Runs that advance together."""
RowVerdict = Literal["inside", "outside", "undecided"]


@dataclass(frozen=True)
class Measured:
    """What was measured of one thing that a row expects.

    Attributes:
        expectation: what was expected.
        value: what came out. low, high: its 95% interval.
        pairs: in how many pairs of runs it has a value.
    """

    expectation: Demand
    value: float
    low: float
    high: float
    pairs: int

    @property
    def verdict(self) -> RowVerdict:
        """Whether the interval lies within what is expected, beside it, or over its edge."""
        wanted = self.expectation
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            return "undecided"
        if wanted.strict and wanted.low < self.low and self.high < wanted.high:
            return "inside"
        if not wanted.strict and wanted.low <= self.low and self.high <= wanted.high:
            return "inside"
        reached = wanted.strict and (self.high == wanted.low or self.low == wanted.high)
        beside = self.high < wanted.low or self.low > wanted.high
        return "outside" if beside or reached else "undecided"


@dataclass(frozen=True)
class Response:
    """A row with what was measured.

    Attributes:
        row: the row.
        measured: one for each thing that it expects.
        source: where the numbers of the runs came from, in a word.
        runs: pairs of runs.
    """

    row: ResponseRow
    measured: tuple[Measured, ...]
    source: str
    runs: int

    @property
    def verdict(self) -> RowVerdict:
        """Outside where anything is, inside where everything is, else undecided."""
        verdicts = {each.verdict for each in self.measured}
        if "outside" in verdicts:
            return "outside"
        return "undecided" if "undecided" in verdicts else "inside"


@dataclass(frozen=True)
class _Task:
    """Some runs of one arm, and what is read of them."""

    name: str
    scenario: Scenario
    arm: RowArm | None
    numbers: Numbers
    first_run: int
    runs: int
    seed: int
    wanted: tuple[tuple[str, int], ...]


def run_responses(
    ids: Sequence[str] = (),
    runs: int = 500,
    seed: int = 1,
    source: str | None = None,
    files: Sequence[str | Path] = (),
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Response]:
    """Run rows of the response table and judge them.

    Args:
        ids: which rows; all if none is named.
        runs: pairs of runs for each.
        seed: names the draws.
        source: where numbers come from, "posterior", "prior" or "point"; what each row says if
            None.
        files: tables to read; the package's own if there are none.
        workers: processes, as for a batch.
        progress: told of every block of runs that is done.

    Raises:
        Problems: a table cannot be read, there is no row of a name, or a number that a row asks
            for lies beyond its bounds.
    """
    catalogue = load_catalogue()
    rows = chosen_rows(read_rows(files, catalogue), ids)
    baseline = load_scenario(BASELINE, catalogue)
    found: dict[str, Response] = {}
    for word in dict.fromkeys(source or row.sample for row in rows):
        some = [row for row in rows if (source or row.sample) == word]
        numbers = Numbers.of(word, catalogue, days=[baseline.history_until], runs=runs)
        tasks = _tasks(some, numbers, baseline, runs, seed)
        read = _run(tasks, runs, workers, progress)
        for row in some:
            found[row.id] = Response(
                row, tuple(_measure(row, it, read) for it in row.expected), numbers.name, runs
            )
    return [found[row.id] for row in rows]


Readouts = Mapping[tuple[str, str, int], Array]
"""What was read: by arm, outcome and quarter, a value a run."""


def _tasks(
    rows: Sequence[ResponseRow], numbers: Numbers, baseline: Scenario, runs: int, seed: int
) -> list[_Task]:
    """Every arm that some rows need, block by block."""
    arms = {it.name: it for row in rows for it in row.arms.values()}
    return [
        _Task(
            name=name,
            scenario=arms[name].scenario if name in arms else baseline,
            arm=arms.get(name),
            numbers=numbers,
            first_run=first,
            runs=min(_BLOCK, runs - first),
            seed=seed,
            wanted=tuple(sorted(wanted, key=lambda each: (each[1], each[0]))),
        )
        for name, wanted in needed(rows).items()
        for first in range(0, runs, _BLOCK)
    ]


def _run(
    tasks: Sequence[_Task], runs: int, workers: int | None, progress: Progress | None
) -> Readouts:
    """Run every arm on the same luck."""
    found: dict[tuple[str, str, int], Array] = {}
    done, asked = 0, sum(task.runs for task in tasks)
    with crew_for(asked, workers) as crew, watched(progress, "runs") as told:
        for task, read in in_order(tasks, crew, _read, lambda _: True, lambda it: it):
            for (outcome, quarter), values in read.items():
                place = (task.name, outcome, quarter)
                whole = found.setdefault(place, np.full(runs, np.nan))
                whole[task.first_run :][: task.runs] = values
            done += task.runs
            if told is not None:
                told(done, asked, task.name)
    return found


def _read(task: _Task) -> dict[tuple[str, int], Array]:
    """Run a block to each quarter in turn and read what is wanted there."""
    catalogue, numbers = load_catalogue(), task.numbers
    if task.arm is not None:
        draws = Draws(task.seed, task.first_run, task.runs)
        numbers = numbers_of_arm(task.arm, numbers, draws, catalogue)
    last = max(quarter for _, quarter in task.wanted)
    model = InfluenceModel(
        task.scenario,
        task.runs,
        task.seed,
        first_run=task.first_run,
        parameters=numbers,
        until=last,
        collecting=False,
    )
    known = every_outcome_of(model.catalogue)
    found: dict[tuple[str, int], Array] = {}
    for quarter in dict.fromkeys(quarter for _, quarter in task.wanted):
        model.run(quarter)
        names = [name for name, when in task.wanted if when == quarter]
        read = measure_outcomes(model, {name: known[name] for name in names})
        found |= {(name, quarter): values for name, values in read.items()}
    return found


def numbers_of_arm(arm: RowArm, numbers: Numbers, draws: Draws, catalogue: Catalogue) -> Numbers:
    """The numbers of an arm: those of the run, multiplied, added to or exchanged.

    Args:
        arm: what it does to them.
        numbers: those of the run without it.
        draws: of the runs.
        catalogue: the evidence.
    """
    if not (arm.times or arm.plus or arm.exchanged):
        return numbers
    scenario = arm.scenario
    everyone = scenario.evidence(catalogue)
    drawn = numbers.drawn(everyone, draws, scenario.fixed_keys)

    def usual(key: str) -> Array:
        value = drawn.get(key, scenario.values[key])
        return np.broadcast_to(np.asarray(value, dtype=np.float64), (draws.runs,))

    given = {key: usual(other) for key, other in arm.exchanged.items()}
    given |= {key: given.get(key, usual(key)) * times for key, times in arm.times.items()}
    given |= {key: given.get(key, usual(key)) + more for key, more in arm.plus.items()}
    return Numbers.of({SOURCE: numbers.source, **given}, everyone, runs=draws.runs)


def _measure(row: ResponseRow, expectation: Demand, found: Readouts) -> Measured:
    """What one expectation measures."""
    first = expectation.read
    plain = len(first.outcomes) == 1 and row.outcomes[first.outcomes[0]].kind == "binary"
    binary = plain and first.since is None

    def values(read: Readout) -> Array:
        name, whole = arm_name(row, read.arm), np.zeros(())
        for outcome in read.outcomes:
            whole = whole + found[name, outcome, read.at]
            if read.since is not None:
                whole = whole - found[name, outcome, read.since]
        return whole

    x = values(expectation.read)
    y = np.zeros_like(x) if expectation.against is None else values(expectation.against)
    z = np.zeros_like(x) if expectation.beside is None else values(expectation.beside)
    kind = expectation.kind
    if kind == "most_where":
        gains = [(values(read), values(was)) for _, read, was, _, _ in expectation.others]
        rises = [np.nanmean(values(a) - values(b)) for _, _, _, a, b in expectation.others]
        estimate = _lead([a - b for a, b in gains], int(np.argmax(rises)))
    elif kind == "level":
        estimate = share_of(x) if binary else mean_of(x)
    elif kind == "worlds_above":
        estimate = share_of(np.where(np.isnan(x) | np.isnan(y), np.nan, x > y))
    elif kind == "difference":
        estimate = _difference(x, y, binary)
    elif kind == "part":
        estimate = ratio_of(x - z, y - z)
    else:
        less = 1.0 if kind == "change" else 0.0
        value, low, high, pairs = ratio_of(x, y)
        estimate = (value - less, low - less, high - less, pairs)
    value, low, high, pairs = estimate
    return Measured(expectation, value=value, low=low, high=high, pairs=pairs)


Estimate = tuple[float, float, float, int]
"""A value, its interval, and how many runs have one."""
_NONE: Estimate = (math.nan, math.nan, math.nan, 0)


def mean_of(values: Array) -> Estimate:
    """The mean of what the runs have, with its t interval."""
    there = values[np.isfinite(values)]
    if not len(there):
        return _NONE
    mean, reach = float(there.mean()), _reach(there)
    return mean, mean - reach, mean + reach, len(there)


def share_of(values: Array) -> Estimate:
    """In what part of the runs something is so, with Wilson's interval."""
    there = values[np.isfinite(values)]
    if not len(there):
        return _NONE
    count = int((there > 0).sum())
    low, high = wilson_interval(count, len(there), float(stats.norm.ppf(0.5 + LEVEL / 2)))
    return count / len(there), low, high, len(there)


def ratio_of(above: Array, below: Array) -> Estimate:
    """One mean over another of the same runs, with Fieller's interval.

    Where the lower mean cannot be told from zero the interval has no end.
    """
    there = np.isfinite(above) & np.isfinite(below)
    a, b = above[there], below[there]
    if not len(a) or b.mean() == 0:
        return _NONE
    value = float(a.mean() / b.mean())
    if len(a) < 2:
        return value, -math.inf, math.inf, len(a)
    t = _critical(len(a))
    aa, bb, ab = (np.cov(a, b) / len(a)).ravel()[[0, 3, 1]] * t * t
    square = b.mean() ** 2 - bb
    if square <= 0:
        return value, -math.inf, math.inf, len(a)
    middle = a.mean() * b.mean() - ab
    root = math.sqrt(max(middle**2 - square * (a.mean() ** 2 - aa), 0.0))
    return value, float((middle - root) / square), float((middle + root) / square), len(a)


def _difference(x: Array, y: Array, binary: bool) -> Estimate:
    found = paired_difference(y, x, binary=binary)
    if not found.pairs:
        return _NONE
    return found.difference, found.low, found.high, found.pairs


def _lead(gains: Sequence[Array], first: int) -> Estimate:
    """By how much the gain of one is above that of the one who comes nearest to it."""
    leads = [mean_of(gains[first] - each) for at, each in enumerate(gains) if at != first]
    return min(leads, key=lambda each: each[1]) if leads else _NONE


def _critical(count: int) -> float:
    return float(stats.t.ppf(0.5 + LEVEL / 2, count - 1))


def _reach(values: Array) -> float:
    if len(values) < 2:
        return math.inf
    return _critical(len(values)) * float(values.std(ddof=1)) / math.sqrt(len(values))
