"""Large moves of yearly series, and which of them come back: in panels and in runs alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simulation.numerics.arrays import Array, Mask

SWING = 0.15
"""A swing of votes: so much in two years, less what the year did to all."""
FALL_OF_AID = 0.6
"""Aid has fallen where it is below this part of what it was before, by the others'."""
SWING_YEARS, FOLLOWED = 2, 5
"""Years over which a swing is read, and within which it may come back by half."""
Size = Callable[[Array], Array]
"""How large a move counts as, of the move: `np.abs`, or `np.negative` where falls alone count."""


class Move(NamedTuple):
    """Moves that end in one year; every array has the shape of a year's values.

    Attributes:
        end: Place of the year.
        size: How far they went.
        large: Which of them count.
        regained: The most that came back within five years; NaN where nothing was seen later.
        followed: Whether all of the five years lie within the series.
    """

    end: int
    size: Array
    large: Mask
    regained: Array
    followed: bool


class Counted(NamedTuple):
    """What is put over what, a number a run each."""

    above: Array
    below: Array


class SeriesFall(NamedTuple):
    """A fall of one series: whose, the year it ended, and the part of it that was regained.

    The part is not a number where the fall was not followed for five years.
    """

    whose: Any
    year: int
    size: float
    regained: float


def yearly_moves(
    values: Array, size: Size, least: float, apart: int = SWING_YEARS, quiet: int = 0
) -> Iterator[Move]:
    """The moves that end in each year.

    Args:
        values: By year, on the first axis; NaN where nothing is known.
        size: How large a move counts as. least: Above which it is large.
        apart: Years between its ends.
        quiet: Years from the end of a large move on in which none of the same series counts.
    """
    free = np.zeros(values.shape[1:], dtype=np.intp)
    for end in range(apart, len(values)):
        with np.errstate(invalid="ignore"):
            move = values[end] - values[end - apart]
            large = (size(move) > least) & (free <= end)
            regained = np.full_like(move, np.nan)
            for later in values[end + 1 : end + FOLLOWED + 1]:
                regained = np.fmax(regained, (values[end] - later) * np.sign(move))
        free = np.where(large, end + quiet, free)
        yield Move(end, move, large, regained, end + FOLLOWED < len(values))


def made(values: Array, size: Size, least: float) -> Counted:
    """How many moves are large, and of how many; `values` of shape (years, ..., runs)."""
    above, below = np.zeros(values.shape[-1]), np.zeros(values.shape[-1])
    between = tuple(range(values.ndim - 2))
    for move in yearly_moves(values, size, least):
        above += np.sum(move.large, axis=between)
        below += np.sum(np.isfinite(move.size), axis=between)
    return Counted(above, below)


def back_by_half(values: Array, size: Size, least: float) -> Counted:
    """Of the moves that are large enough: how many came back by half, and how many there were.

    Only moves are counted that were followed for five years: of the others those alone would be
    known that had come back. Arguments as of `made`.
    """
    above, below = np.zeros(values.shape[-1]), np.zeros(values.shape[-1])
    between = tuple(range(values.ndim - 2))
    for move in yearly_moves(values, size, least):
        if not move.followed:
            continue
        above += np.sum(move.large & (move.regained >= np.abs(move.size) / 2), axis=between)
        below += np.sum(move.large, axis=between)
    return Counted(above, below)


def summed(parts: list[Counted]) -> Counted:
    """Several counts as one."""
    above = np.sum([each.above for each in parts], axis=0)
    return Counted(above, np.sum([each.below for each in parts], axis=0))


def falls_in(yearly: pd.DataFrame, least: float, apart: int, quiet: int) -> list[SeriesFall]:
    """The large falls of series with a column each, by series and year.

    Args:
        yearly: Values by year. least, apart, quiet: As of `yearly_moves`.
    """
    years = range(int(yearly.index.min()), int(yearly.index.max()) + 1)
    values = yearly.reindex(years).to_numpy(dtype=np.float64)
    found = [
        (at, SeriesFall(yearly.columns[at], years[move.end], -move.size[at], part))
        for move in yearly_moves(values, np.negative, least, apart, quiet)
        for at in np.flatnonzero(move.large)
        for part in [float(move.regained[at] / -move.size[at]) if move.followed else np.nan]
    ]
    return [fall for _, fall in sorted(found, key=lambda each: (each[0], each[1].year))]
