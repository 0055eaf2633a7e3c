"""How each power's influence over each state differs from the baseline, quarter by quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from simulation.show import messages
from simulation.show.figures.drawing import (
    Fan,
    Line,
    areas,
    fans,
    inches,
    lines,
    outline,
    round_ticks,
    values_axis,
    years_axis,
)
from simulation.show.figures.sheet import Sheet, source_line
from simulation.show.figures.style import EDGE, INK, QUIET_INK
from simulation.show.figures.summaries import Band, Results

if TYPE_CHECKING:
    from simulation.record.record import Record

READ_GAPS = (
    "the line is the mean difference from the baseline, run by run; half of all runs lie in the "
    "dark band, nine in ten in the light one. What lies inside the grey strip about zero is too "
    "small to matter. All panels have the same axis."
)


def influence_gaps(
    record: Record | Results, scenario: str | None = None, baseline: str = "baseline"
) -> Figure:
    """Differences of influence through time, by power (rows) and state (columns)."""
    results = Results.of(record)
    scenario = scenario or next(iter(results.others(baseline)), baseline)
    powers, states = (
        results.powers_in([scenario, baseline]),
        results.states_in([scenario, baseline]),
    )
    found = {
        (power, state): band
        for power in powers
        for state in states
        if (band := results.influence_gap(scenario, power, state)) is not None
    }
    small = 100 * results.matters_of_influence
    low, high = _reach(list(found.values()), small)
    sheet = Sheet(
        messages.titled(results, scenario, baseline, messages.peak_of_influence(results, scenario)),
        "Difference of each power's influence over each state from the baseline, in points of 100",
        READ_GAPS,
        source_line(results.manifest, [scenario, baseline]),
        body=1.2 * len(powers) + 0.45,
    )
    grid = sheet.grid(
        len(powers), len(states), left=1.0, right=0.15, across=0.12, down=0.16, top=0.3,
        bottom=0.26,
    )  # fmt: skip
    ticks = round_ticks(low, high, 4)
    for row, power in zip(grid, powers, strict=True):
        how = results.labels.look_of(power)
        for axes, state in zip(row, states, strict=True):
            first = axes is row[0]
            said = [(at, messages.signed(at, 0 if at % 1 == 0 else 1)) for at in ticks]
            values_axis(axes, low, high, said if first else [(at, "") for at, _ in said])
            band = found.get((power, state))
            if row is grid[0]:
                axes.set_title(results.labels.name_of(state))
            if first:
                axes.text(
                    -0.62 / inches(axes)[0], 0.5, results.labels.short_name(power),
                    transform=axes.transAxes, rotation=90, ha="center", va="center", weight="bold",
                    color=how.ink,
                )  # fmt: skip
            if band is None:
                axes.text(
                    0.5, 0.5, "in one of the two only", transform=axes.transAxes, ha="center",
                    color=QUIET_INK, size=7.5,
                )  # fmt: skip
                continue
            ends = band.years[[0, -1]]
            areas(axes, [outline(ends, -small, small)], [to_rgba(EDGE, 0.25)], zorder=0.6)
            zero = Line(ends, np.zeros(2), QUIET_INK, width=0.7)
            fans(axes, [Fan(band, how.color, scale=100, center=False)], [zero])
            lines(axes, [Line(band.years, 100 * band.mean, INK, width=1.3)], zorder=3)
            years_axis(axes, float(ends[0]), float(ends[1]), labels=row is grid[-1])
    return sheet.figure


def _reach(bands: list[Band], small: float) -> tuple[float, float]:
    """The common axis: what nine in ten runs need, and the strip about zero."""
    low = min(
        [-1.6 * small, *(100 * float(min(each.q05.min(), each.mean.min())) for each in bands)]
    )
    high = max(
        [1.6 * small, *(100 * float(max(each.q95.max(), each.mean.max())) for each in bands)]
    )
    pad = 0.04 * (high - low)
    return low - pad, high + pad
