"""How outcomes differ from the baseline through time: sums over paired runs that merge.

At the end of every quarter each piece of a batch takes the paired difference of the outcomes that
are followed, and adds it and its square as whole numbers. Whole numbers add exactly, so what comes
out does not depend on how a batch was cut, and memory does not grow with the runs.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa

from simulation.numerics.arrays import Array
from simulation.numerics.compiled import compiled
from simulation.numerics.dates import quarter_name
from simulation.numerics.special import stdtrit
from simulation.record.bands import Bands, compressed, expanded
from simulation.record.common_states import column_without, states_compared
from simulation.record.paired import LEVEL

COARSE, FINE = 2.0**16, 2.0**26
"""Steps a unit in which differences are added: of outcomes that can be large, and of others."""
SMALL_UNITS = frozenset({"share", "probability", "index", "0 to 1", "-1 to 1"})
"""Units of outcomes that stay about one or below."""
_LIMB = np.int64(1 << 30)
"""Squares are added in two halves, each small enough for billions of runs."""

DIFFERENCES_SCHEMA = pa.schema(
    [
        *(pa.field(name, pa.string(), False) for name in ("scenario", "outcome", "quarter")),
        pa.field("pairs", pa.int64(), False),
        *(
            pa.field(name, pa.float64())
            for name in (
                "baseline_mean", "scenario_mean", "difference", "low", "high",
                "share_above_zero", "share_below_zero",
            )
        ),
    ]
)  # fmt: skip
"""Columns of `differences.parquet`."""


class Column(NamedTuple):
    """An outcome, and the states of its region that are left out where it is read."""

    outcome: str
    without: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the column is called."""
        return column_without(self.outcome, self.without)


def columns_compared(
    manifest: Mapping[str, Any], scenario: str, baseline: str, outcome: str
) -> tuple[Column, Column]:
    """The columns of an outcome that are about the same states: the scenario's, the baseline's."""
    common = states_compared(manifest, scenario, baseline, outcome)
    here, there = ((), ()) if common is None else (common.only_here, common.only_there)
    return Column(outcome, here), Column(outcome, there)


@compiled
def _add_up(
    scenario: np.ndarray,
    reference: np.ndarray,
    steps: np.ndarray,
    sums: np.ndarray,
) -> None:
    """Add the paired differences of some runs.

    Args:
        scenario, reference: shape (quarters, outcomes, runs).
        steps: steps a unit, shape (outcomes,).
        sums: filled, shape (7, quarters, outcomes): pairs, above, below, reference, gap, and the
            two halves of the squared gap.
    """
    quarters, outcomes, runs = scenario.shape
    for quarter in range(quarters):
        for row in range(outcomes):
            for run in range(runs):
                here = np.float64(scenario[quarter, row, run])
                there = np.float64(reference[quarter, row, run])
                if not (np.isfinite(here) and np.isfinite(there)):
                    continue
                gap = np.int64(np.rint((here - there) * steps[row]))
                gap = min(max(gap, -_LIMB), _LIMB)
                square = gap * gap
                sums[0, quarter, row] += 1
                sums[1, quarter, row] += here > there
                sums[2, quarter, row] += here < there
                sums[3, quarter, row] += np.int64(np.rint(there * steps[row]))
                sums[4, quarter, row] += gap
                sums[5, quarter, row] += square // _LIMB
                sums[6, quarter, row] += square % _LIMB


@dataclass
class PairedPaths:
    """Paired differences of outcomes at the end of each quarter, added up.

    Attributes:
        outcomes: which.
        steps: steps a unit of each.
        sums: whole numbers, as `_add_up` fills them.
    """

    outcomes: tuple[str, ...]
    steps: np.ndarray
    sums: np.ndarray

    @classmethod
    def of(
        cls, units: Mapping[str, str], scenario: np.ndarray, reference: np.ndarray
    ) -> PairedPaths:
        """The differences of some runs.

        Args:
            units: the unit of each outcome, by name, in order.
            scenario, reference: the outcomes, shape (quarters, outcomes, runs); NaN where missing.
        """
        steps = np.array([FINE if unit in SMALL_UNITS else COARSE for unit in units.values()])
        sums = np.zeros((7, *scenario.shape[:2]), dtype=np.int64)
        _add_up(scenario, reference, steps, sums)
        return cls(tuple(units), steps, sums)

    def merge(self, other: PairedPaths) -> None:
        """Take in the runs of another piece of the same batch."""
        if other.outcomes != self.outcomes:
            raise ValueError("paths of different outcomes do not merge")
        self.sums += other.sums

    def packed(self) -> bytes:
        """All of it, compressed."""
        plain = io.BytesIO()
        names = np.array(self.outcomes, dtype=str)
        np.savez(plain, names=names, steps=self.steps, sums=self.sums)
        return compressed(plain.getvalue())

    @classmethod
    def unpacked(cls, data: bytes) -> PairedPaths:
        """What `packed` wrote."""
        with np.load(io.BytesIO(expanded(data)), allow_pickle=False) as file:
            return cls(tuple(map(str, file["names"])), file["steps"], file["sums"])

    def table(self, scenario: str) -> pa.Table:
        """Rows of `differences.parquet`: by outcome, then by quarter.

        The intervals of an outcome hold together over all quarters (Šidák 1967).
        """
        pairs, above, below, reference, gap, high, low = self.sums
        quarters = len(pairs)
        count = np.maximum(pairs, 1)
        means = {
            "baseline_mean": reference / (count * self.steps),
            "scenario_mean": (reference + gap) / (count * self.steps),
            "difference": gap / (count * self.steps),
        }
        half = _half_widths(pairs, gap, high, low, quarters) / self.steps
        means["low"], means["high"] = means["difference"] - half, means["difference"] + half
        means["share_above_zero"], means["share_below_zero"] = above / count, below / count
        missing = pairs == 0
        columns = {name: np.where(missing, np.nan, each) for name, each in means.items()}
        names = [quarter_name(quarter) for quarter in range(quarters)]
        rows = quarters * len(self.outcomes)
        return pa.table(
            {
                "scenario": pa.array([scenario] * rows),
                "outcome": pa.array([name for name in self.outcomes for _ in names]),
                "quarter": pa.array(names * len(self.outcomes)),
                "pairs": pa.array(pairs.T.ravel()),
                **{name: pa.array(each.T.ravel()) for name, each in columns.items()},
            }
        )


def _half_widths(
    pairs: np.ndarray, gap: np.ndarray, high: np.ndarray, low: np.ndarray, quarters: int
) -> Array:
    """Half widths of the intervals of mean differences, in steps; shape (quarters, outcomes)."""
    squares = high.astype(object) * int(_LIMB) + low.astype(object)
    count = np.maximum(pairs, 2).astype(object)
    spread = squares * count - gap.astype(object) ** 2  # exact: whole numbers of any size
    variance = (spread / (count * (count - 1))).astype(float)
    level = 1 - (1 - LEVEL ** (1 / quarters)) / 2
    freedom = np.maximum(pairs - 1, 1)
    error = np.sqrt(np.maximum(variance, 0.0) / count.astype(float))
    width: Array = np.where(pairs > 1, stdtrit(freedom, level) * error, np.inf)
    return np.where((pairs == 1) & (gap == 0), 0.0, width)


Summed = TypeVar("Summed", Bands, PairedPaths)


def merged(kind: type[Summed], pieces: Iterable[bytes]) -> Summed:
    """What the packed pieces of a batch hold of a scenario; they are unpacked one by one."""
    unpacked: Iterator[Summed] = map(kind.unpacked, pieces)
    whole = next(unpacked)
    for each in unpacked:
        whole.merge(each)
        del each  # before the next is unpacked
    return whole
