"""Bands over runs that merge: the values of few runs, histograms of many, sums, extremes.

Quantiles of a batch of up to `EXACT` runs are those of its runs: its pieces keep every value until
they are merged. In a larger batch each piece counts its runs into histograms, so that memory does
not grow with the runs; quantiles are then interpolated within a bin, of which there are so many
that most lie within a hundredth of the interquartile range. Means come from sums of whole
numbers. Values, counts and whole numbers merge exactly, so the bands do not depend on how a batch
was cut.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from simulation.numerics.arrays import FLOAT
from simulation.numerics.compiled import compiled

if TYPE_CHECKING:  # for their types alone: bands need no model
    from simulation.model.outcomes import Variable
    from simulation.world.axes import Axes

AXES = ("power", "state", "channel", "organization", "installation", "project")
"""Columns that say which series of a variable is meant; empty where an axis does not apply."""
LEVELS = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
EXACT = 2000
"""Runs of a batch up to which quantiles are those of the runs themselves."""
BINS = 2048
DIFFERENCE_BINS = 4097
"""An odd number: the middle bin holds the differences that are nothing but zero."""
INFLUENCE = "influence"
"""The variable whose paired difference from the baseline is followed through time."""
DIFFERENCE = "influence_difference"
"""Name under which the paired difference of composite influence stands in the trajectories."""
RESOLUTION = 2.0**32
"""Steps of the fixed-point sums between zero and the larger bound of a series."""


@dataclass(frozen=True)
class Series:
    """One series of a variable: which actors it is about, and the bounds of its histogram."""

    variable: str
    labels: tuple[str, ...]
    low: float
    high: float


def series_of(
    variables: Mapping[str, Variable], measured: Mapping[str, np.ndarray], axes: Axes
) -> tuple[Series, ...]:
    """The series of every variable, in the order in which `stack` puts their values.

    A contested state (axis `region`) is named in the column of states.

    Args:
        variables: declared variables, by name.
        measured: a measurement of each.
        axes: identifiers along each axis, as attributes named like the axis.
    """
    series = []
    for name, variable in variables.items():
        names = [getattr(axes, axis) for axis in variable.axes]
        if tuple(map(len, names)) != measured[name].shape[:-1]:
            raise ValueError(f"'{name}' is not measured along {', '.join(variable.axes)}")
        for identifiers in product(*names):
            at = dict(zip(variable.axes, identifiers, strict=True))
            at["state"] = at.get("state") or at.get("region", "")
            labels = tuple(at.get(axis, "") for axis in AXES)
            series.append(Series(name, labels, float(variable.low), float(variable.high)))
    return tuple(series)


def packed_series(series: Sequence[Series]) -> np.ndarray:
    """Series as an array that can be saved without their class."""
    return np.array(json.dumps([(it.variable, it.labels, it.low, it.high) for it in series]))


def unpacked_series(packed: np.ndarray) -> tuple[Series, ...]:
    """What `packed_series` was given."""
    return tuple(
        Series(variable, tuple(labels), low, high)
        for variable, labels, low, high in json.loads(str(packed))
    )


def stack(measured: Mapping[str, np.ndarray]) -> np.ndarray:
    """Every series as one row, shape (series, runs), in the model's precision."""
    rows = [array.reshape(-1, array.shape[-1]) for array in measured.values()]
    return np.concatenate(rows, dtype=FLOAT)


@compiled
def _tally(
    values: np.ndarray,
    placed: np.ndarray,
    low: np.ndarray,
    scale: np.ndarray,
    steps: np.ndarray,
    counts: np.ndarray,
    sums: np.ndarray,
    lowest: np.ndarray,
    highest: np.ndarray,
    whole: np.ndarray,
) -> None:
    """Count values into bins, and take in their sum and extremes.

    Args:
        values: shape (series, runs). placed: what decides their bin, the same shape.
        low: lowest bound. scale: bins a unit. steps: fixed-point steps a unit. All (series,).
        counts: added to, shape (series, bins + 3).
        sums, lowest, highest, whole: brought up to the values, shape (series,).
    """
    series, runs = values.shape
    bins = counts.shape[1] - 3
    for row in range(series):
        total, least, most, integer = np.int64(0), np.inf, -np.inf, True
        for run in range(runs):
            value = np.float64(values[row, run])
            if not np.isfinite(value):
                counts[row, bins + 2] += 1
                continue
            least, most = min(least, value), max(most, value)
            integer = integer and value == np.rint(value)
            total += np.int64(np.rint(value * steps[row]))
            place = (np.float64(placed[row, run]) - low[row]) * scale[row] + 1.0
            counts[row, np.int64(min(max(place, 0.0), bins + 1.0))] += 1
        sums[row] += total
        lowest[row], highest[row] = min(lowest[row], least), max(highest[row], most)
        whole[row] = whole[row] and integer


@compiled
def _sum_up(
    values: np.ndarray,
    steps: np.ndarray,
    counts: np.ndarray,
    sums: np.ndarray,
    whole: np.ndarray,
) -> None:
    """Take in the sum of values that are kept themselves, and how many there are.

    Without a branch a processor takes several runs at a time: a tenth of the time of `_tally`.

    Args:
        values: shape (series, runs).
        steps: fixed-point steps a unit, shape (series,).
        counts: added to: those that are there into the single bin, the others into the last.
        sums, whole: brought up to the values, shape (series,).
    """
    series, runs = values.shape
    for row in range(series):
        total, missing, broken, step = np.int64(0), np.int64(0), np.int64(0), steps[row]
        for run in range(runs):
            value = np.float64(values[row, run])
            there = np.abs(value) < np.inf
            value = value if there else np.float64(0.0)
            missing += not there
            broken += value != np.rint(value)
            total += np.int64(np.rint(value * step))
        counts[row, 1] += runs - missing
        counts[row, -1] += missing
        sums[row] += total
        whole[row] = whole[row] and not broken


@compiled
def _locate(
    counts: np.ndarray,
    levels: np.ndarray,
    present: np.ndarray,
    at: np.ndarray,
    before: np.ndarray,
    inside: np.ndarray,
) -> None:
    """Find the bins in which quantiles lie.

    Args:
        counts: shape (quarters, series, bins + 3); the last is of what is missing.
        levels: rising, between 0 and 1.
        present: how many runs have a value, shape (quarters, series).
        at: filled, the first bin up to which there are enough runs, (levels, quarters, series).
        before, inside: filled, how many runs lie below that bin and in it, the same shape.
    """
    quarters, series, bins = counts.shape
    for quarter in range(quarters):
        for row in range(series):
            place, below = 0, np.int64(0)
            for each in range(len(levels)):
                target = levels[each] * present[quarter, row]
                while place < bins - 2 and below + counts[quarter, row, place] < target:
                    below += counts[quarter, row, place]
                    place += 1
                at[each, quarter, row], before[each, quarter, row] = place, below
                inside[each, quarter, row] = counts[quarter, row, place]


@dataclass
class Bands:
    """Histograms, sums and extremes of many series over quarters.

    Counts hold one bin below the lowest bound, `bins` equal ones, one above the highest bound,
    and one for values that are missing. With `cubic` the bins are equal in the cube root, which
    is finest about zero: for differences.

    Attributes:
        counts: shape (quarters, series, bins + 3).
        sums: whole numbers, in steps of the bound / 2**32, shape (quarters, series).
        lowest, highest: extremes of what is counted, shape (quarters, series).
        whole: whether every value was a whole number, shape (quarters, series).
        values: every value where few runs are due and others are to be merged, single precision,
            shape (quarters, series, runs); the counts then hold a single bin.
        found: the quantiles where nothing is to be merged, shape (levels, quarters, series).
    """

    series: tuple[Series, ...]
    counts: np.ndarray
    sums: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray
    whole: np.ndarray
    cubic: bool = False
    values: np.ndarray | None = None
    found: np.ndarray | None = None

    @classmethod
    def empty(
        cls,
        series: Sequence[Series],
        quarters: int,
        bins: int = BINS,
        cubic: bool = False,
        runs: int | None = None,
        exact: bool = False,
        alone: bool = False,
    ) -> Bands:
        """Bands that hold no run yet.

        Args:
            series, bins, cubic: what is counted into which bins.
            quarters: how many there are.
            runs: how many will be counted at most, if that is known: few take less room.
            exact: whether quantiles are those of the values; `runs` must be known.
            alone: whether nothing will be merged, so that no value need be kept for it.
        """
        shape = (quarters, len(series))
        few = runs is not None and runs <= np.iinfo(np.uint16).max
        bins = 1 if exact else bins
        return cls(
            series=tuple(series),
            counts=np.zeros((*shape, bins + 3), dtype=np.uint16 if few else np.int32),
            sums=np.zeros(shape, dtype=np.int64),
            lowest=np.full(shape, np.inf),
            highest=np.full(shape, -np.inf),
            whole=np.ones(shape, dtype=bool),
            cubic=cubic,
            values=_no_value((*shape, runs or 0)) if exact and not alone else None,
            found=np.full((len(LEVELS), *shape), np.nan) if exact and alone else None,
        )

    @property
    def bins(self) -> int:
        """How many bins lie between the bounds."""
        return int(self.counts.shape[-1]) - 3

    @cached_property
    def _low(self) -> np.ndarray:
        return np.array([each.low for each in self.series], dtype=float)

    @cached_property
    def _high(self) -> np.ndarray:
        return np.array([each.high for each in self.series], dtype=float)

    @cached_property
    def _steps(self) -> np.ndarray:
        """Fixed-point steps a unit, shape (series,): powers of two, so that scaling is exact."""
        bound = np.maximum(np.maximum(abs(self._low), abs(self._high)), 2.0**-20)
        steps: np.ndarray = RESOLUTION / 2.0 ** np.ceil(np.log2(bound))
        return steps

    def add(self, quarter: int, values: np.ndarray) -> None:
        """Take in one quarter's values, shape (series, runs); once a quarter."""
        if self.values is not None or self.found is not None:
            self._add_exactly(quarter, values)
            return
        low, high, placed = self._low, self._high, values
        if self.cubic:
            low, high, placed = np.cbrt(low), np.cbrt(high), np.cbrt(values)
        _tally(
            values=values,
            placed=placed,
            low=low,
            scale=self.bins / (high - low),
            steps=self._steps,
            counts=self.counts[quarter],
            sums=self.sums[quarter],
            lowest=self.lowest[quarter],
            highest=self.highest[quarter],
            whole=self.whole[quarter],
        )

    def _add_exactly(self, quarter: int, values: np.ndarray) -> None:
        """Take in values that count themselves."""
        _sum_up(
            values=values,
            steps=self._steps,
            counts=self.counts[quarter],
            sums=self.sums[quarter],
            whole=self.whole[quarter],
        )
        if self.values is not None:
            self.values[quarter] = values
        elif self.found is not None:
            self.found[:, quarter] = self._quantiles_of(quarter, np.asarray(values, np.float32))

    def merge(self, other: Bands) -> None:
        """Take in the runs of another piece of the same batch."""
        if other.series != self.series:
            raise ValueError("bands of different series do not merge")
        if self.found is not None or other.found is not None:
            raise ValueError("bands whose quantiles are found do not merge")
        if self.values is not None and other.values is not None:
            self.values = np.concatenate([self.values, other.values], axis=-1)
        self.counts = self.counts.astype(np.int32, copy=False)  # those of one piece take less room
        self.counts += other.counts
        self.sums += other.sums
        np.minimum(self.lowest, other.lowest, out=self.lowest)
        np.maximum(self.highest, other.highest, out=self.highest)
        self.whole &= other.whole

    def present(self) -> np.ndarray:
        """How many runs have a value, shape (quarters, series)."""
        runs = self.counts[:, :1].sum(axis=-1)  # as many in every series: a run is there or missing
        present: np.ndarray = runs - self.counts[..., -1]
        return present

    def mean(self) -> np.ndarray:
        """Mean over runs, shape (quarters, series); NaN where no run has a value."""
        present = self.present()
        mean = self.sums / (np.maximum(present, 1) * self._steps)
        return np.where(present > 0, mean, np.nan)

    def quantiles(self, levels: Sequence[float]) -> list[np.ndarray]:
        """Quantiles over runs, each (quarters, series).

        Between two runs they are interpolated, as NumPy does; of whole numbers the lower is taken.
        Where runs are counted, they are interpolated within their bins.
        """
        if self.values is not None:
            each = [
                self._quantiles_of(quarter, values, levels)
                for quarter, values in enumerate(self.values)
            ]
            return list(np.stack(each, axis=1))
        present = self.present()
        shape = (len(levels), *self.sums.shape)
        at, before, inside = (np.empty(shape, dtype=np.int64) for _ in range(3))
        _locate(
            counts=self.counts.astype(np.int32, copy=False),
            levels=np.array(levels, dtype=np.float64),
            present=present,
            at=at,
            before=before,
            inside=inside,
        )
        return [
            self._quantile(level * present, present == 0, at[row], before[row], inside[row])
            for row, level in enumerate(levels)
        ]

    def _quantiles_of(
        self, quarter: int, values: np.ndarray, levels: Sequence[float] = tuple(LEVELS.values())
    ) -> np.ndarray:
        """Quantiles of one quarter's values (series, runs), shape (levels, series)."""
        present = self.counts[quarter, :, 1].astype(np.int64)
        if (present < values.shape[1]).any():
            values = np.where(np.isfinite(values), values, np.nan)
        ordered = np.sort(values, axis=-1)  # missing values stand behind the others
        last = np.maximum(present - 1, 0)
        exact = np.multiply.outer(levels, last)
        below = np.floor(exact).astype(np.int64)
        above = np.minimum(below + 1, last)
        part = np.where(self.whole[quarter], 0.0, exact - below)
        rows = np.arange(len(values))
        low, high = (ordered[rows, places].astype(float) for places in (below, above))
        return np.where(low == high, low, low + part * (high - low))

    def _quantile(
        self,
        target: np.ndarray,
        empty: np.ndarray,
        at: np.ndarray,
        before: np.ndarray,
        inside: np.ndarray,
    ) -> np.ndarray:
        """One quantile, given the bin that it lies in and how many runs lie below and in that."""
        left, right = self._sides(at)
        left, right = np.maximum(left, self.lowest), np.minimum(right, self.highest)
        left, right = np.where(empty, 0.0, left), np.where(empty, 0.0, right)
        value = left + (right - left) * (target - before) / np.maximum(inside, 1)
        value = np.clip(value, left, right)
        value = np.where(self.whole, np.rint(value), value)
        if self.cubic:
            value = np.where(at == (self.bins + 1) // 2, 0.0, value)
        return np.where(empty, np.nan, value)

    def _sides(self, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Both sides of the bins `at`, one a series; the open bins end at the extremes."""
        low, high = self._low, self._high
        if self.cubic:
            low, high = np.cbrt(low), np.cbrt(high)
        width = (high - low) / self.bins
        left, right = low + (at - 1) * width, low + at * width
        if self.cubic:
            left, right = left**3, right**3
        left = np.where(at == 0, self.lowest, left)
        right = np.where(at == self.bins + 1, self.highest, right)
        return left, right

    def columns(self) -> dict[str, np.ndarray]:
        """Mean and quantiles, each of shape (quarters, series)."""
        quantiles = self.found
        if quantiles is None:
            quantiles = np.array(self.quantiles(list(LEVELS.values())))
        return {"mean": self.mean(), **dict(zip(LEVELS, quantiles, strict=True))}

    def packed(self, whole: bool = False) -> bytes:
        """All of it, compressed, to be merged into others.

        Args:
            whole: whether nothing is to be merged: then the quantiles stand for the values.
        """
        values, found = self.values, self.found
        if whole and values is not None:  # they were played in several blocks
            values, found = None, np.array(self.quantiles(list(LEVELS.values())))
        head = {
            "cubic": self.cubic,
            "values": values is not None,
            "found": found is not None,
        }
        plain = io.BytesIO()
        for array in (
            np.array(json.dumps(head)),
            packed_series(self.series),
            self.counts,
            self.sums,
            self.lowest,
            self.highest,
            self.whole,
            values,
            found,
        ):
            if array is not None:
                np.save(plain, array, allow_pickle=False)
        return compressed(plain.getvalue())

    @classmethod
    def unpacked(cls, data: bytes) -> Bands:
        """The bands that `packed` wrote."""
        plain = io.BytesIO(expanded(data))
        head, series, counts, sums, lowest, highest, whole = (
            np.load(plain, allow_pickle=False) for _ in range(7)
        )
        about = json.loads(str(head))
        values, found = (
            np.load(plain, allow_pickle=False) if about[name] else None
            for name in ("values", "found")
        )
        return cls(
            series=unpacked_series(series),
            counts=counts,
            sums=sums,
            lowest=lowest,
            highest=highest,
            whole=whole,
            cubic=about["cubic"],
            values=values,
            found=found,
        )


def differences(
    series: Sequence[Series],
    influence: np.ndarray,
    reference: Mapping[tuple[str, ...], np.ndarray],
    exact: bool = False,
    alone: bool = False,
) -> Bands:
    """Bands of the paired difference of influence, for the series both scenarios have.

    Args:
        series: the series of `influence`.
        influence: single precision, shape (quarters, series, runs).
        reference: the same of the reference scenario, by label, each (quarters, runs).
        exact, alone: as of `Bands.empty`.
    """
    both = [place for place, each in enumerate(series) if each.labels in reference]
    named = [Series(DIFFERENCE, series[place].labels, -1.0, 1.0) for place in both]
    quarters, _, runs = influence.shape
    bands = Bands.empty(
        named, quarters, DIFFERENCE_BINS, cubic=True, runs=runs, exact=exact, alone=alone
    )
    for quarter, values in enumerate(influence):
        others = [reference[series[place].labels][quarter] for place in both]
        if others:
            bands.add(quarter, values[both].astype(np.float64) - np.stack(others))
    return bands


def _no_value(shape: tuple[int, ...]) -> np.ndarray:
    """Room for values, none of which is there yet."""
    return np.full(shape, np.nan, dtype=np.float32)


def compressed(data: bytes) -> bytes:
    """Bytes compressed with LZ4, which takes half the time of Zstandard, led by their length."""
    packed: bytes = pa.Codec("lz4").compress(data, asbytes=True)
    return len(data).to_bytes(8, "little") + packed


def expanded(data: bytes) -> bytes:
    """What `compressed` was given."""
    size = int.from_bytes(data[:8], "little")
    plain: bytes = pa.Codec("lz4").decompress(data[8:], decompressed_size=size, asbytes=True)
    return plain
