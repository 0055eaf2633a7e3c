"""The figure of the validation page: rank correlations of levels and of changes, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.show.figures.drawing import Line, lines, numbers_below, write
from simulation.show.figures.sheet import Sheet
from simulation.show.figures.style import BASELINE_GREY, INK, QUIET_INK, SCENARIO, styled

if TYPE_CHECKING:
    from simulation.estimation.validation import Correlated, Validated

READ_VALIDATION = (
    "each row is a power. The dark dot is the rank correlation, over the five states and the "
    "years, of what was seen with the mean of the runs; its line is the 95% interval of a "
    "bootstrap over the states. The hollow dot is the naive model. At 1 the order is right, at "
    "0 there is none, below 0 it is upside down."
)
_TICKS = [(at / 2, f"{at / 2:+g}" if at else "0") for at in range(-2, 3)]
_ROW = 0.22


def draw_validation(rows: Sequence[Validated], title: str, source: str) -> Figure:
    """Levels on the left, changes since 2001 on the right.

    Args:
        rows: of free runs, what can be seen beside what stands for it.
        title: the message. source: where the numbers come from.
    """
    shown = [row for row in rows if _told(row.levels) or _told(row.changes)]
    places, at, before = [], 0.0, ""
    for row in shown:
        if row.sight.name != before:
            at += 1.15 if before else 0.9
            before = row.sight.name
        places.append(at)
        at += 1
    tall = _ROW * (at + 0.2)
    with styled():
        sheet = Sheet(
            title,
            "What can be seen of influence, 2001 to 2005, against free runs from 2001Q3",
            READ_VALIDATION,
            source,
            body=tall + 0.75,
        )
        left = sheet.axes(2.1, 0.35, 3.1, tall)
        right = sheet.axes(5.6, 0.35, 3.1, tall)
        for axes, head in ((left, "levels"), (right, "changes since 2001")):
            axes.set_xlim(-1.08, 1.08)
            axes.set_ylim(at + 0.2, -0.2)
            numbers_below(axes, _TICKS, grid=True)
            write(axes, -1.08, -0.55, head, color=INK, size=9.5, weight="bold", va="bottom")
        for place, row in zip(places, shown, strict=True):
            _drawn(left, place, row.levels, row.naive_levels)
            _drawn(right, place, row.changes, row.naive_changes)
            name = row.power.replace("_", " ").title() if row.power else "all, within each"
            write(
                left, -1.14, place, name, ha="right", va="center", color=INK, size=8.2,
                style="normal" if row.power else "italic",
            )  # fmt: skip
        before = ""
        for place, row in zip(places, shown, strict=True):
            if row.sight.name != before:
                before = row.sight.name
                said = f"{row.sight.words}, against {row.sight.beside}"
                ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
                write(
                    left, -2.46, place - 0.95, said, va="center", color=QUIET_INK, size=8,
                    bbox=ground, zorder=5,
                )  # fmt: skip
    return sheet.figure


def _told(found: Correlated) -> bool:
    return isfinite(found.value)


def _drawn(axes: Axes, place: float, found: Correlated, naive: Correlated) -> None:
    """A row's dot with its interval, and the naive model's."""
    if _told(found):
        if isfinite(found.low):
            ends, level = np.array([found.low, found.high]), np.array([place, place])
            lines(axes, [Line(ends, level, SCENARIO, width=1.4)])
        axes.scatter([found.value], [place], s=26, color=SCENARIO, zorder=4, lw=0)
    if _told(naive):
        axes.scatter(
            [naive.value],
            [place],
            s=26,
            facecolors="none",
            edgecolors=BASELINE_GREY,
            zorder=3,
            lw=1.1,
        )
