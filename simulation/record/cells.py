"""Close values counted together, so that the quantiles of any number of runs take little room.

A value in single precision is turned into a whole number of the same order. Numbers that agree in
all but the last bits are one cell, of which the least, the most and the count are kept; there are
as many such bits as it takes for at most `LIMIT` cells a row, and no more. So cells are finest
where values are: an equal value that many share is a cell of its own, and a few far ones cost
nothing. Bits that a part of the runs needs are needed by all of them, so cells do not depend on how
runs were cut, nor on the order in which they are joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulation.numerics.compiled import compiled

LIMIT = 640
"""Cells a row. More than half as many hold what lies between the extremes, which are some seven
standard deviations apart: a cell is a sixtieth of the interquartile range wide, or less."""
_NEGATIVE = np.int32(-(2**31))


def _values(ordered: np.ndarray) -> np.ndarray:
    """The values whose whole numbers these are (`_cut`), in double precision."""
    return np.where(ordered < 0, _NEGATIVE - ordered, ordered).view(np.float32).astype(float)


@compiled
def _cut(
    ordered: np.ndarray,
    present: np.ndarray,
    edges: np.ndarray,
    least: np.ndarray,
    most: np.ndarray,
    counts: np.ndarray,
    used: np.ndarray,
    bits: np.ndarray,
    limit: int,
) -> int:
    """Cut rows of values into cells; how many there are in all.

    The fewest bits are looked for that leave `limit` cells at most. None are tried first, then as
    many as the last row needed that needed some, and from there on fewer or more, one by one.
    Without a branch in the loops over runs a processor takes several at a time.

    Args:
        ordered: the bits of values in single precision, rising along each row, shape (rows, runs);
            becomes whole numbers in the order of the values: 0 is 0, of either sign.
        present: how many of each row are values.
        edges: room for where the cells of a row begin, shape (runs + 1,).
        least, most, counts: filled, of the cells, row after row.
        used, bits: filled, cells of each row, and last bits that they do not tell apart.
        limit: most cells of a row.
    """
    free, usual = 0, np.int32(1)
    for row in range(len(present)):
        runs = present[row]
        for run in range(runs):
            number = ordered[row, run]
            ordered[row, run] = number if number >= 0 else _NEGATIVE - number
        last, rising = np.int32(0), False
        while True:
            cells = min(1, runs)
            for run in range(1, runs):
                cells += ((ordered[row, run - 1] ^ ordered[row, run]) >> last) != 0
            if cells > limit:
                rising = bool(last > 0)
                last = last + np.int32(1) if rising else usual
            elif rising or last <= 1:
                break
            else:
                last -= np.int32(1)
        usual = last if last > 0 else usual
        cells = 0
        for run in range(1, runs):
            edges[cells + 1] = run  # written over until a cell begins here
            cells += ((ordered[row, run - 1] ^ ordered[row, run]) >> last) != 0
        if runs:
            edges[0], edges[cells + 1] = 0, runs
            cells += 1
        for place in range(cells):
            begins, ends = edges[place], edges[place + 1]
            least[free + place] = ordered[row, begins]
            most[free + place] = ordered[row, ends - 1]
            counts[free + place] = ends - begins
        free += cells
        used[row], bits[row] = cells, last
    return free


@compiled
def _coarsened(
    least: np.ndarray,
    most: np.ndarray,
    counts: np.ndarray,
    used: np.ndarray,
    bits: np.ndarray,
    limit: int,
) -> int:
    """Tell fewer bits apart until no row has more than `limit` cells, in place; cells in all.

    Args:
        least, most, counts: of the cells, row after row.
        used: cells of each row. bits: last bits that are not told apart, of each row.
        limit: most cells of a row.
    """
    begins, free = 0, 0
    for row in range(len(used)):
        ends, last = begins + used[row], np.int32(bits[row])
        while True:
            cells = 1
            for at in range(begins + 1, ends):
                cells += ((least[at - 1] ^ least[at]) >> last) != 0
            if cells <= limit:
                break
            last += np.int32(1)
        first, at = free, begins
        while at < ends:
            low, high, count = least[at], most[at], counts[at]
            at += 1
            while at < ends and (low ^ least[at]) >> last == 0:
                high, count = max(high, most[at]), count + counts[at]
                at += 1
            least[free], most[free], counts[free] = low, high, count
            free += 1
        begins, used[row], bits[row] = ends, free - first, last
    return free


@compiled
def _interleaved(
    least: np.ndarray,
    most: np.ndarray,
    counts: np.ndarray,
    used: np.ndarray,
    other_least: np.ndarray,
    other_most: np.ndarray,
    other_counts: np.ndarray,
    other_used: np.ndarray,
    all_least: np.ndarray,
    all_most: np.ndarray,
    all_counts: np.ndarray,
) -> None:
    """The cells of two sets, row by row, by the least of each; the last three are filled."""
    one, two, free = 0, 0, 0
    for row in range(len(used)):
        ends, others_end = one + used[row], two + other_used[row]
        while one < ends and two < others_end:  # without a branch: which comes first is luck
            low, other_low = least[one], other_least[two]
            high, other_high = most[one], other_most[two]
            count, other_count = counts[one], other_counts[two]
            first = low <= other_low
            all_least[free] = low if first else other_low
            all_most[free] = high if first else other_high
            all_counts[free] = count if first else other_count
            one += first
            two += not first
            free += 1
        while one < ends:
            all_least[free], all_most[free] = least[one], most[one]
            all_counts[free] = counts[one]
            one += 1
            free += 1
        while two < others_end:
            all_least[free], all_most[free] = other_least[two], other_most[two]
            all_counts[free] = other_counts[two]
            two += 1
            free += 1


@compiled
def _located(
    counts: np.ndarray, used: np.ndarray, ranks: np.ndarray, cell: np.ndarray, within: np.ndarray
) -> None:
    """Find the cells in which values of some ranks lie.

    Args:
        counts, used: of the cells.
        ranks: from 0 on, rising, shape (levels, rows).
        cell, within: filled: its place, -1 in a row without a value, and the rank in it.
    """
    begins = 0
    for row in range(len(used)):
        at, before = begins, np.int64(0)
        for level in range(len(ranks)):
            while at < begins + used[row] and before + counts[at] <= ranks[level, row]:
                before += counts[at]
                at += 1
            cell[level, row] = at if at < begins + used[row] else -1
            within[level, row] = ranks[level, row] - before
        begins += used[row]


BYTES = 4
"""Of a whole number."""
BITS_OF_BYTE = 8


@compiled
def _split_into_bytes(numbers: np.ndarray, parts: np.ndarray) -> None:
    """Split whole numbers into bytes, those of one weight side by side.

    Args:
        numbers: shape (kinds, numbers).
        parts: filled, shape (kinds, 4, numbers), the lowest bytes first.
    """
    for row in range(parts.shape[0]):
        for byte in range(parts.shape[1]):
            for at in range(parts.shape[2]):
                parts[row, byte, at] = np.uint8(numbers[row, at] >> (BITS_OF_BYTE * byte))


@compiled
def _made_of_bytes(parts: np.ndarray, numbers: np.ndarray) -> None:
    """Make whole numbers of their bytes; as `_split_into_bytes`, with the last filled."""
    numbers[:] = 0
    for row in range(parts.shape[0]):
        for byte in range(parts.shape[1]):
            for at in range(parts.shape[2]):
                numbers[row, at] |= np.int32(parts[row, byte, at]) << (BITS_OF_BYTE * byte)


@dataclass(frozen=True)
class Cells:
    """The cells of some rows of values.

    Attributes:
        least, most: of each cell, as whole numbers in the order of values, row after row.
        counts: how many values it holds.
        used: how many cells each row has, shape (rows,).
        bits: how many of the last bits of a number its cells do not tell apart, shape (rows,).
    """

    least: np.ndarray
    most: np.ndarray
    counts: np.ndarray
    used: np.ndarray
    bits: np.ndarray

    @classmethod
    def empty(cls, rows: int) -> Cells:
        """Rows without a value."""
        none, nought = np.zeros(0, dtype=np.int32), np.zeros(rows, dtype=np.int32)
        return cls(least=none, most=none, counts=none, used=nought, bits=nought)

    @classmethod
    def of(cls, values: np.ndarray) -> Cells:
        """The cells of values in single precision, shape (rows, runs); those missing are none."""
        there = np.isfinite(values)
        if not there.all():
            values = np.where(there, values, np.float32(np.nan))
        rows, runs = values.shape
        least, most, counts = (np.empty(rows * min(runs, LIMIT), dtype=np.int32) for _ in range(3))
        used, bits = (np.empty(rows, dtype=np.int32) for _ in range(2))
        ordered = np.sort(values, axis=-1)  # missing values stand behind the others
        size = _cut(
            ordered=ordered.view(np.int32),
            present=there.sum(axis=1),
            edges=np.empty(runs + 1, dtype=np.int32),
            least=least,
            most=most,
            counts=counts,
            used=used,
            bits=bits,
            limit=LIMIT,
        )
        return cls(least=least, most=most, counts=counts, used=used, bits=bits)._first(size)

    def _first(self, size: int) -> Cells:
        """The first cells, so many in all, in arrays of their own: the others are room."""
        own = {name: getattr(self, name)[:size].copy() for name in ("least", "most", "counts")}
        return replace(self, **own)

    def joined(self, other: Cells) -> Cells:
        """The cells of the values of both."""
        size = len(self.least) + len(other.least)
        least, most, counts = (np.empty(size, dtype=np.int32) for _ in range(3))
        _interleaved(
            least=self.least,
            most=self.most,
            counts=self.counts,
            used=self.used,
            other_least=other.least,
            other_most=other.most,
            other_counts=other.counts,
            other_used=other.used,
            all_least=least,
            all_most=most,
            all_counts=counts,
        )
        used, bits = self.used + other.used, np.maximum(self.bits, other.bits)
        size = _coarsened(least=least, most=most, counts=counts, used=used, bits=bits, limit=LIMIT)
        whole = Cells(least=least, most=most, counts=counts, used=used, bits=bits)
        return whole._first(size)

    def at(self, ranks: np.ndarray) -> np.ndarray:
        """The values of some ranks, from 0 on; interpolated in a cell, NaN in a row without any.

        Args:
            ranks: rising, shape (levels, rows).
        """
        cell, within = (np.empty(ranks.shape, dtype=np.int64) for _ in range(2))
        _located(counts=self.counts, used=self.used, ranks=ranks, cell=cell, within=within)
        if not len(self.counts):
            return np.full(ranks.shape, np.nan)
        low, high = _values(self.least[cell]), _values(self.most[cell])
        part = within / np.maximum(self.counts[cell] - 1, 1)
        return np.where(cell < 0, np.nan, low + part * (high - low))

    def arrays(self) -> list[np.ndarray]:
        """Arrays that compress well: small numbers, bytes of one weight side by side."""
        steps = np.diff(self.least, prepend=np.int32(0))
        numbers = np.stack([steps, self.most - self.least, self.counts])
        parts = np.empty((len(numbers), BYTES, len(steps)), dtype=np.uint8)
        _split_into_bytes(numbers, parts)
        return [parts, self.used, self.bits]

    @classmethod
    def of_arrays(cls, arrays: Sequence[np.ndarray]) -> Cells:
        """What `arrays` was asked of."""
        parts, used, bits = arrays
        steps, spans, counts = numbers = np.empty((len(parts), parts.shape[-1]), dtype=np.int32)
        _made_of_bytes(parts, numbers)
        least = np.cumsum(steps, dtype=np.int32)
        return cls(least=least, most=least + spans, counts=counts, used=used, bits=bits)
