"""Bands over runs that merge: every value of few runs, cells of close values of many, and sums.

Quantiles of a batch of up to `EXACT` runs are those of its runs: its pieces keep every value until
they are merged. In a larger batch close values are counted together in cells (`cells.py`), so that
memory does not grow with the runs; quantiles are then interpolated within a cell, of which there
are so many that they lie within a hundredth of the interquartile range. Means come from sums of
whole numbers. Values, cells and whole numbers merge exactly, so the bands do not depend on how a
batch was cut.
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
from simulation.numerics.memory import give_back
from simulation.record.cells import Cells

if TYPE_CHECKING:  # for their types alone: bands need no model
    from simulation.model.outcomes import Variable
    from simulation.world.axes import Axes

AXES = ("power", "state", "channel", "organization", "installation", "project")
"""Columns that say which series of a variable is meant; empty where an axis does not apply."""
LEVELS = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
EXACT = 2000
"""Runs of a batch up to which quantiles are those of the runs themselves."""
INFLUENCE = "influence"
"""The variable whose paired difference from the baseline is followed through time."""
DIFFERENCE = "influence_difference"
"""Name under which the paired difference of composite influence stands in the trajectories."""
RESOLUTION = 2.0**32
"""Steps of the fixed-point sums between zero and the larger bound of a series."""


@dataclass(frozen=True)
class Series:
    """One series of a variable: which actors it is about, and the bounds that are declared."""

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
def _sum_up(
    values: np.ndarray,
    steps: np.ndarray,
    present: np.ndarray,
    sums: np.ndarray,
    whole: np.ndarray,
) -> None:
    """Take in the sum of values, and how many there are.

    Without a branch a processor takes several runs at a time.

    Args:
        values: shape (series, runs).
        steps: fixed-point steps a unit, shape (series,).
        present, sums, whole: brought up to the values, shape (series,).
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
        present[row] += runs - missing
        sums[row] += total
        whole[row] = whole[row] and not broken


@dataclass
class Bands:
    """Sums and values of many series over quarters, or the quantiles that come of them.

    Attributes:
        present: how many runs have a value, shape (quarters, series).
        sums: whole numbers, in steps of the bound / 2**32, shape (quarters, series).
        whole: whether every value was a whole number, shape (quarters, series).
        values: every value where few runs are due and others are to be merged, single precision,
            shape (quarters, series, runs).
        found: the quantiles where nothing is to be merged, shape (levels, quarters, series).
        cells: of the values of each quarter, where neither of these is there.
    """

    series: tuple[Series, ...]
    present: np.ndarray
    sums: np.ndarray
    whole: np.ndarray
    values: np.ndarray | None = None
    found: np.ndarray | None = None
    cells: list[Cells] | None = None

    @classmethod
    def empty(
        cls,
        series: Sequence[Series],
        quarters: int,
        runs: int = 0,
        exact: bool = False,
        alone: bool = False,
    ) -> Bands:
        """Bands that hold no run yet.

        Args:
            series: what values are of.
            quarters: how many there are.
            runs: how many values a series will have; asked of those that keep them.
            exact: whether quantiles are those of the values.
            alone: whether nothing will be merged, so that no value need be kept for it.
        """
        shape = (quarters, len(series))
        return cls(
            series=tuple(series),
            present=np.zeros(shape, dtype=np.int64),
            sums=np.zeros(shape, dtype=np.int64),
            whole=np.ones(shape, dtype=bool),
            values=_no_value((*shape, runs)) if exact and not alone else None,
            found=np.full((len(LEVELS), *shape), np.nan) if exact and alone else None,
            cells=None if exact else [Cells.empty(len(series)) for _ in range(quarters)],
        )

    @cached_property
    def _steps(self) -> np.ndarray:
        """Fixed-point steps a unit, shape (series,): powers of two, so that scaling is exact."""
        bounds = [max(abs(each.low), abs(each.high), 2.0**-20) for each in self.series]
        steps: np.ndarray = RESOLUTION / 2.0 ** np.ceil(np.log2(bounds))
        return steps

    def add(self, quarter: int, values: np.ndarray) -> None:
        """Take in one quarter's values, shape (series, runs); once a quarter."""
        _sum_up(
            values=values,
            steps=self._steps,
            present=self.present[quarter],
            sums=self.sums[quarter],
            whole=self.whole[quarter],
        )
        if self.values is not None:
            self.values[quarter] = values
        elif self.found is not None:
            self.found[:, quarter] = self._quantiles_of(quarter, np.asarray(values, np.float32))
        elif self.cells is not None:
            self.cells[quarter] = Cells.of(np.asarray(values, np.float32))

    def merge(self, other: Bands) -> None:
        """Take in the runs of another piece of the same batch."""
        if other.series != self.series:
            raise ValueError("bands of different series do not merge")
        if self.found is not None or other.found is not None:
            raise ValueError("bands whose quantiles are found do not merge")
        if self.values is not None and other.values is not None:
            self.values = np.concatenate([self.values, other.values], axis=-1)
        elif self.cells is not None and other.cells is not None:
            for quarter, cells in enumerate(other.cells):  # one by one: they take room
                self.cells[quarter] = self.cells[quarter].joined(cells)
            give_back()  # what grows by every piece leaves holes behind
        else:
            raise ValueError("bands of values and of cells do not merge")
        self.present += other.present
        self.sums += other.sums
        self.whole &= other.whole

    def mean(self) -> np.ndarray:
        """Mean over runs, shape (quarters, series); NaN where no run has a value."""
        mean = self.sums / (np.maximum(self.present, 1) * self._steps)
        return np.where(self.present > 0, mean, np.nan)

    def quantiles(self, levels: Sequence[float]) -> list[np.ndarray]:
        """Quantiles over runs, each (quarters, series).

        Between two runs they are interpolated, as NumPy does; of whole numbers the lower is taken.
        """
        kept = self.values if self.values is not None else self.cells
        if kept is None:
            raise ValueError("bands whose quantiles are found know no others")
        each = [self._quantiles_of(quarter, some, levels) for quarter, some in enumerate(kept)]
        return list(np.stack(each, axis=1))

    def _quantiles_of(
        self,
        quarter: int,
        values: np.ndarray | Cells,
        levels: Sequence[float] = tuple(LEVELS.values()),
    ) -> np.ndarray:
        """Quantiles of one quarter's values (series, runs), or cells; shape (levels, series)."""
        present = self.present[quarter]
        last = np.maximum(present - 1, 0)
        exact = np.multiply.outer(levels, last)
        below = np.floor(exact).astype(np.int64)
        above = np.minimum(below + 1, last)
        part = np.where(self.whole[quarter], 0.0, exact - below)
        if isinstance(values, Cells):
            low, high = values.at(below), values.at(above)
            low = np.where(self.whole[quarter], np.rint(low), low)
        else:
            if (present < values.shape[1]).any():
                values = np.where(np.isfinite(values), values, np.nan)
            ordered = np.sort(values, axis=-1)  # missing values stand behind the others
            rows = np.arange(len(values))
            low, high = (ordered[rows, places].astype(float) for places in (below, above))
        return np.where(low == high, low, low + part * (high - low))

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
        kept = found if values is None else values
        if kept is None:
            kind, parts = "cells", [each.arrays() for each in self.cells or ()]
        else:
            kind, parts = "found" if values is None else "values", [[kept]]
        head = [np.array(kind), packed_series(self.series), self.present, self.sums, self.whole]
        return b"".join(map(_saved, (head, *parts)))

    @classmethod
    def unpacked(cls, data: bytes) -> Bands:
        """The bands that `packed` wrote."""
        source = io.BytesIO(data)
        kind, series, present, sums, whole = _loaded(source, 5)
        bands = cls(unpacked_series(series), present, sums, whole)
        if kind == "cells":
            bands.cells = [Cells.of_arrays(_loaded(source, 3)) for _ in present]
        else:
            (array,) = _loaded(source, 1)
            setattr(bands, str(kind), array)
        return bands


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
    bands = Bands.empty(named, quarters, runs=runs, exact=exact, alone=alone)
    for quarter, values in enumerate(influence):
        others = [reference[series[place].labels][quarter] for place in both]
        if others:
            bands.add(quarter, values[both].astype(np.float64) - np.stack(others))
    return bands


def _saved(arrays: Sequence[np.ndarray]) -> bytes:
    """Arrays as compressed bytes, led by how many there are of these."""
    plain = io.BytesIO()
    for array in arrays:
        np.save(plain, array, allow_pickle=False)
    packed = compressed(plain.getvalue())
    return len(packed).to_bytes(8, "little") + packed


def _loaded(source: io.BytesIO, count: int) -> list[np.ndarray]:
    """The next arrays that were saved together, which are so many."""
    size = int.from_bytes(source.read(8), "little")
    plain = io.BytesIO(expanded(source.read(size)))
    return [np.load(plain, allow_pickle=False) for _ in range(count)]


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
