"""Ties as a network: which power holds on to which state, at the start and at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from simulation.numerics.dates import quarter_name
from simulation.show import messages
from simulation.show.figures.sheet import Sheet, source_line
from simulation.show.figures.style import INK
from simulation.show.figures.summaries import Results

if TYPE_CHECKING:
    from simulation.record.record import Record

READ_TIES = (
    "each ribbon is a power's mean influence over a state, the wider the stronger; the height of a "
    "box is the sum of its ribbons, so shifts from left to right are gains and losses."
)
_GAP = 0.05


def ties(
    record: Record | Results, scenario: str | None = None, baseline: str = "baseline"
) -> Figure:
    """Influence as ribbons between powers and states, at the start and at the horizon."""
    results = Results.of(record)
    scenario = scenario or baseline
    last = results.last_quarter
    panels = [(baseline, 0), (scenario, last)]
    if scenario != baseline:
        panels.insert(1, (baseline, last))
    sums = {(name, when): _strengths(results, name, when) for name, when in panels}
    message = _largest_change(results, sums[panels[0]], sums[panels[-1]])
    sheet = Sheet(
        messages.titled(results, scenario, baseline, message),
        "Influence of each power over each state, 0 to 1",
        READ_TIES,
        source_line(results.manifest, [scenario] if scenario == baseline else [scenario, baseline]),
        body=4.0,
    )
    row = sheet.grid(1, len(panels), left=0.1, right=0.1, across=0.35, top=0.26, bottom=0.08)[0]
    tallest = max(float(table.sum()) for table in sums.values())
    for axes, panel in zip(row, panels, strict=True):
        name, quarter = panel
        which = (
            ""
            if len(panels) == 2 or quarter == 0
            else (", baseline" if name == baseline else ", scenario")
        )
        axes.set_title(quarter_name(quarter) + which)
        _ribbons(axes, results, sums[panel], tallest)
    return sheet.figure


def _strengths(results: Results, scenario: str, quarter: int) -> np.ndarray:
    """Mean influence by power and state at a quarter."""
    table = np.zeros((len(results.powers), len(results.states)))
    for p, power in enumerate(results.powers):
        for s, state in enumerate(results.states):
            band = results.band(scenario, "influence", power=power, state=state)
            if band is not None:
                table[p, s] = band.mean[np.searchsorted(band.quarters, quarter)]
    return table


def _ribbons(axes: Axes, results: Results, table: np.ndarray, tallest: float) -> None:
    axes.set(xlim=(0, 1), ylim=(1.0, 0))
    powers, states = table.shape
    scale = (1 - _GAP * max(powers, states)) / tallest
    left = _stacked(table.sum(axis=1) * scale)
    right = _stacked(table.sum(axis=0) * scale)
    down_left, down_right = left.copy(), right.copy()
    for p, power in enumerate(results.powers):
        how = results.labels.look_of(power)
        for s in range(states):
            wide = table[p, s] * scale
            _ribbon(axes, down_left[p], down_right[s], wide, how.color)
            down_left[p] += wide
            down_right[s] += wide
        axes.plot([0.3, 0.3], [left[p], down_left[p]], color=how.color, lw=5, solid_capstyle="butt")
        axes.text(
            0.275, (left[p] + down_left[p]) / 2,
            results.labels.name_of(power).replace(" ", "\n"), ha="right",
            va="center", weight="bold", color=how.ink, size=8.5,
        )  # fmt: skip
    for s, state in enumerate(results.states):
        axes.plot([0.7, 0.7], [right[s], down_right[s]], color=INK, lw=4, solid_capstyle="butt")
        axes.text(
            0.725,
            (right[s] + down_right[s]) / 2,
            results.labels.name_of(state),
            va="center",
            size=8.5,
        )


def _stacked(heights: np.ndarray) -> np.ndarray:
    """The tops of boxes stacked with gaps, centred."""
    whole = heights.sum() + _GAP * (len(heights) - 1)
    tops = np.concatenate([[0.0], np.cumsum(heights + _GAP)[:-1]])
    return np.asarray(tops + (1 - whole) / 2)


def _ribbon(axes: Axes, left: float, right: float, wide: float, color: str) -> None:
    middle = 0.5
    corners = [
        (0.31, left), (middle, left), (middle, right), (0.69, right),
        (0.69, right + wide), (middle, right + wide), (middle, left + wide), (0.31, left + wide),
        (0.31, left),
    ]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(corners, codes), facecolor=color, alpha=0.5, lw=0))


def _largest_change(results: Results, before: np.ndarray, after: np.ndarray) -> str:
    gain = after.sum(axis=1) - before.sum(axis=1)
    grows, shrinks = int(gain.argmax()), int(gain.argmin())
    tied = after[grows] - before[grows]
    text = (
        f"{messages.of_power(results, results.powers[grows])} influence grows most, "
        f"above all over {results.labels.name_of(results.states[int(tied.argmax())])}"
    )
    if gain[shrinks] < 0:
        text += f"; {messages.of_power(results, results.powers[shrinks])} shrinks most"
    return text
