"""How a scenario's outcomes differ from the baseline through time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from simulation.record.answers import DifferencePath, OutcomeScale, in_brief, least_that_matters
from simulation.scenario.asks import asks_in
from simulation.show import messages
from simulation.show.figures.drawing import (
    Line,
    areas,
    lines,
    outline,
    round_ticks,
    values_axis,
    years_axis,
)
from simulation.show.figures.sheet import Sheet, source_line, wrapped
from simulation.show.figures.shocks import scripted
from simulation.show.figures.style import EDGE, INK, QUIET_INK, SCENARIO
from simulation.show.figures.summaries import Results, years_of

if TYPE_CHECKING:
    from simulation.record.record import Record

READ_PATHS = (
    "the line is the mean difference from the baseline, run by run, and the band its 95% interval, "
    "which holds over all quarters of a panel together. What lies inside the grey strip about zero "
    "is too small to matter. A mark on top is an event of the scenario that the baseline lacks."
)
_PANELS, _ACROSS = 6, 3
_GAP = 0.06


def difference_paths(
    record: Record | Results,
    scenario: str | None = None,
    baseline: str = "baseline",
    width: float = 9.0,
    **_: Any,
) -> Figure:
    """What a scenario asks for and what else it moves most, as differences through time."""
    results = Results.of(record)
    scenario = scenario or next(iter(results.others(baseline)))
    chosen = _chosen(results, scenario)
    first, path = next(iter(chosen.items()))
    about = results.about(first)
    panels = list(chosen.items())
    down = math.ceil(len(panels) / _ACROSS)
    sheet = Sheet(
        messages.titled(results, scenario, baseline, in_brief(about, first, path)),
        "Difference of outcomes from the baseline at the end of each quarter: first what the "
        "scenario asks for, then what else it moves most",
        READ_PATHS,
        source_line(results.manifest, [scenario, baseline]),
        body=2.25 * down,
        width=width,
    )
    rows = sheet.grid(down, _ACROSS, left=0.6, right=0.2, across=0.62, down=0.66, top=0.46)
    marks = _own_events(results, scenario, baseline)
    places = [axes for row in rows for axes in row][
        : len(panels)
    ]  # the last row may have room left
    for axes, (name, each) in zip(places, panels, strict=True):
        _panel(axes, results, name, each, marks)
    return sheet.figure


def _chosen(results: Results, scenario: str) -> dict[str, DifferencePath]:
    """The outcomes to draw: what is asked for, then what moves most beside what matters."""
    paths = results.differences(scenario)
    asked = [ask.outcome for ask in asks_in(results.resolved(scenario)) if ask.outcome in paths]

    def size(name: str) -> float:
        path, matters = paths[name], least_that_matters(results.about(name))
        told = np.abs(path.difference[path.told()])
        return float(told.max() / matters) if len(told) and matters else 0.0

    moved = sorted((name for name in paths if size(name) >= 1.0), key=size, reverse=True)
    names = list(dict.fromkeys([*asked, *moved]))[:_PANELS] or sorted(paths)[:1]
    return {name: paths[name] for name in names}


def _panel(
    axes: Axes, results: Results, name: str, path: DifferencePath, marks: np.ndarray
) -> None:
    """One outcome: its band, the zero line, and what is too small to matter."""
    about = results.about(name)
    scale = OutcomeScale.declared(about)
    years = years_of(path.places)
    low, high, middle = (
        scale.factor * np.nan_to_num(each) for each in (path.low, path.high, path.difference)
    )
    small = scale.factor * least_that_matters(about)
    reach = max(float(np.abs([low, high]).max()), 1.5 * small, 1e-9)
    least, most = min(float(low.min()), -1.2 * small), max(float(high.max()), 1.2 * small)
    least, most = least - _GAP * reach, most + _GAP * reach
    head = str(about.get("head") or about.get("description") or name)
    unit = "" if about.get("kind") == "count" else f", {scale.said}"
    title = wrapped(f"{head[:1].upper()}{head[1:]}{unit}", 2.6, 8.8, bold=True)[:2]
    axes.set_title("\n".join(title), size=8.8, parse_math=False)
    values_axis(axes, least, most, [(at, _number(at)) for at in round_ticks(least, most, 5)])
    years_axis(axes, float(years[0]), float(years[-1]))
    ends = np.array([years[0], years[-1]])
    areas(axes, [outline(ends, -small, small)], [to_rgba(EDGE, 0.22)], zorder=0.6)
    areas(axes, [outline(years, low, high)], [to_rgba(SCENARIO, 0.3)], zorder=1.5)
    lines(
        axes,
        [
            Line(ends, np.zeros(2), QUIET_INK, width=0.9),
            Line(years, middle, SCENARIO, width=1.8),
        ],
    )
    if len(marks):
        axes.plot(
            years_of(marks) - 0.125, [1.0] * len(marks), transform=axes.get_xaxis_transform(),
            ls="", marker="v", ms=4.5, color=INK, clip_on=False, zorder=5,
        )  # fmt: skip


def _own_events(results: Results, scenario: str, baseline: str) -> np.ndarray:
    """The quarters of events that the baseline lacks."""
    known = scripted(results, baseline)
    found = {quarter for each in scripted(results, scenario) if each not in known
             for quarter in [each[0]]}  # fmt: skip
    return np.array(sorted(each for each in found if 0 <= each <= results.last_quarter))


def _number(value: float) -> str:
    """A number on an axis, with a true minus and its sign."""
    return "0" if value == 0 else f"{value:+g}".replace("-", "\u2212")
