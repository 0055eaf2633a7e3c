"""Sweeps: an outcome along one parameter as a curve, over two as a table of colours."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.figure import Figure

from simulation.contrast.variants import outcomes_in
from simulation.evidence.catalogue import listed
from simulation.parameters.numbers import source_word
from simulation.show import messages
from simulation.show.figures.drawing import (
    Line,
    areas,
    inches,
    lines,
    numbers_below,
    outline,
    round_ticks,
    values_axis,
    write,
)
from simulation.show.figures.sheet import Sheet
from simulation.show.figures.style import (
    BASELINE_GREY,
    FAINT,
    INK,
    QUIET_INK,
    SCENARIO,
    SHIFT,
    UNTOLD,
    styled,
    text_on,
)
from simulation.show.sentences import sentence

if TYPE_CHECKING:
    from simulation.contrast.sweep import Axis, GridPoint, Sweep

SHADE = LinearSegmentedColormap.from_list("outcome", SHIFT(np.linspace(0.5, 1.0, 5)))
"""From white to the purple that means more everywhere."""
READ_CURVE = (
    "the line is the mean over runs. Every point meets the same luck as the scenario as it stands, "
    "so the dark band, the 95% interval of the difference from it, is what tells points apart; the "
    "intervals hold together. The light band is the interval of the mean itself."
)
READ_GRID = (
    "each number is the mean over runs, the darker the more. Hatched cells cannot be told from the "
    "scenario as it stands, whose values the triangles mark."
)


def sweep_figure(sweep: Sweep, outcome: str | None = None) -> Figure:
    """What becomes of an outcome over the grid.

    Args:
        sweep: what was run.
        outcome: one of its outcomes; the first by default.
    """
    outcome = outcome or next(iter(sweep.curves))
    with styled():
        return (_curve if len(sweep.axes) == 1 else _grid)(sweep, outcome)


def _curve(sweep: Sweep, outcome: str) -> Figure:
    (axis,) = sweep.axes
    points = sweep.curves[outcome]
    label, unit, scale = outcome_described(sweep, outcome)
    sheet = Sheet(
        sweep_finding(sweep, outcome),
        f"{sentence(label)} at {sweep.until} ({unit}), by {axis.key} ({axis.unit})",
        READ_CURVE,
        _source(sweep),
        body=3.2,
        width=7.6,
    )
    axes = sheet.axes(0.7, 0.3, sheet.width - 1.0, 2.75)
    x = np.array(axis.values)
    means = scale * np.array([point.mean for point in points])
    own = scale * sweep.means[outcome]
    gaps = scale * np.array([[point.difference.low, point.difference.high] for point in points]).T
    apart = np.where(np.isfinite(gaps), own + gaps, means)
    if unit == "%":
        apart = np.clip(apart, 0.0, 100.0)
    alone = scale * np.array([[point.low, point.high] for point in points]).T
    alone = np.where(np.isfinite(alone), alone, means)
    ends = [*apart.ravel(), *alone.ravel(), own]
    low, high = _padded(min(ends), max(ends))
    axes.set_xlim(x[0], x[-1])
    values_axis(axes, low, high, [(tick, f"{tick:g}") for tick in round_ticks(low, high, 6)])
    _range(axes, axis, low, high)
    drawn = [outline(x, low, high) for low, high in (alone, apart)]
    areas(axes, drawn, [to_rgba(SCENARIO, 0.15), to_rgba(SCENARIO, 0.32)])
    lines(axes, [Line(x, means, SCENARIO, width=1.8)])
    axes.plot(x, means, ls="", marker="o", ms=4, color=SCENARIO, zorder=4, clip_on=False)
    if axis.own is not None and x[0] <= axis.own <= x[-1]:
        axes.plot(
            [axis.own], [own], ls="", marker="D", ms=6.5, mfc="white", mec=INK, zorder=5,
            clip_on=False,
        )  # fmt: skip
        beyond = axis.own > (x[0] + x[-1]) / 2
        axes.annotate(
            "as it stands", (axis.own, own), (-8 if beyond else 8, -11), size=8, color=INK,
            textcoords="offset points", ha="right" if beyond else "left", va="center", zorder=6,
            bbox={"facecolor": "white", "alpha": 0.7, "lw": 0, "pad": 0.8},
        )  # fmt: skip
    numbers_below(axes, [(tick, f"{tick:g}") for tick in round_ticks(x[0], x[-1])])
    return sheet.figure


def _range(axes: Axes, axis: Axis, low: float, high: float) -> None:
    """Shade what lies outside the range that the evidence gives."""
    if axis.range is None:
        return
    left, right = axes.get_xlim()
    outside = [(left, min(axis.range[0], right)), (max(axis.range[1], left), right)]
    shaded = [outline(np.array(ends), low, high) for ends in outside if ends[0] < ends[1]]
    if shaded:
        areas(axes, shaded, [to_rgba(BASELINE_GREY, 0.16)], zorder=0.3)
        first = shaded[0]
        write(
            axes, float(first[:, 0].mean()), high - 0.03 * (high - low), "beyond its range",
            size=7.5, color=QUIET_INK, ha="center", va="top",
        )  # fmt: skip


def _grid(sweep: Sweep, outcome: str) -> Figure:
    down, across = sweep.axes
    points = sweep.curves[outcome]
    label, unit, scale = outcome_described(sweep, outcome)
    rows, columns = len(down.values), len(across.values)
    row = 0.42
    sheet = Sheet(
        sweep_finding(sweep, outcome),
        f"{sentence(label)} at {sweep.until} ({unit}), by {down.key} ({down.unit}, "
        f"upward) and {across.key} ({across.unit}, rightward)",
        READ_GRID,
        _source(sweep),
        body=row * rows + 0.55,
        width=7.6,
    )
    axes = sheet.axes(1.0, 0.35, sheet.width - 1.2, row * rows)
    axes.set(xlim=(0, columns), ylim=(0, rows))
    means = [scale * point.mean for point in points]
    low, high = min(means), max(means)
    digits = _digits(high - low)
    plain, shades, hatched = [], [], []
    for place, (point, mean) in enumerate(zip(points, means, strict=True)):
        y, x = divmod(place, columns)
        square = outline(np.array([x, x + 1.0]), y, y + 1.0)
        part = (mean - low) / (high - low) if high > low else 0.0
        told = point.difference.told_from_zero
        if told:
            plain.append(square)
            shades.append(SHADE(part))
        else:
            hatched.append(square)
        write(
            axes, x + 0.5, y + 0.5, f"{mean:.{digits}f}", ha="center", va="center_baseline",
            size=8.5, weight="bold" if told else "normal",
            color=text_on(SHADE(part)) if told else FAINT,
            bbox=None if told else {"facecolor": UNTOLD, "lw": 0, "pad": 0.8},
        )  # fmt: skip
    areas(axes, plain, shades)
    areas(axes, hatched, [UNTOLD], hatch="////")
    _own(axes, down, across)
    wide, tall = inches(axes)
    for y, value in enumerate(down.values):
        write(
            axes, -0.14 / wide * columns, y + 0.5, f"{value:g}", ha="right", va="center_baseline",
            size=8, color=INK,
        )  # fmt: skip
    for x, value in enumerate(across.values):
        write(
            axes, x + 0.5, -0.12 / tall * rows, f"{value:g}", ha="center", va="top", size=8,
            color=INK,
        )  # fmt: skip
    return sheet.figure


def _own(axes: Axes, down: Axis, across: Axis) -> None:
    """Triangles on the edges where the parameters stand in the scenario."""
    spots = {">": _place(down), "^": _place(across)}
    for marker, place in spots.items():
        if place is not None:
            x, y = (0.0, place) if marker == ">" else (place, 0.0)
            axes.plot([x], [y], ls="", marker=marker, ms=7, color=INK, zorder=5, clip_on=False)


def _place(axis: Axis) -> float | None:
    """Where on an edge a parameter stands in the scenario, if it lies within the grid."""
    if axis.own is None or not axis.values[0] <= axis.own <= axis.values[-1]:
        return None
    return float(np.interp(axis.own, axis.values, np.arange(len(axis.values)) + 0.5))


# -- words -----------------------------------------------------------------------------------


def sweep_finding(sweep: Sweep, outcome: str) -> str:
    """What a sweep shows, in a sentence."""
    points = sweep.curves[outcome]
    label, unit, scale = outcome_described(sweep, outcome)
    keys = listed(axis.key for axis in sweep.axes)
    told = [point for point in points if point.difference.told_from_zero]
    if not told:
        return f"{sentence(label)}: no value of {keys} can be told from the scenario as it stands"
    lowest, highest = (choose(points, key=lambda point: point.mean) for choose in (min, max))
    digits = _digits(scale * (highest.mean - lowest.mean))
    ends = [
        f"{scale * point.mean:.{digits}f}{'%' if unit == '%' else ''} with {_where(sweep, point)}"
        for point in sorted((lowest, highest), key=lambda point: point.at)
    ]
    return f"{sentence(label)}: {', '.join(ends)}"


def _where(sweep: Sweep, point: GridPoint) -> str:
    pairs = zip(sweep.axes, point.at, strict=True)
    return listed(f"{axis.key} at {value:g}" for axis, value in pairs)


def outcome_described(sweep: Sweep, outcome: str) -> tuple[str, str, float]:
    """An outcome in words, its unit, and the scale from the stored number."""
    declared = outcomes_in(sweep.scenario)[outcome]
    label = messages.in_words(declared.description)
    if declared.kind == "binary":
        return f"share of runs in which {label}", "%", 100.0
    if declared.unit == "share":
        return label, "%", 100.0
    return label, declared.unit, 1.0


def _digits(span: float) -> int:
    """Decimals that show a hundredth of a span."""
    return 0 if span <= 0 or span >= 50 else min(max(1 - math.floor(math.log10(span)), 0), 4)


def _padded(low: float, high: float) -> tuple[float, float]:
    pad = 0.06 * (high - low) or 0.5
    return low - pad, high + pad


def _source(sweep: Sweep) -> str:
    parts = [
        f"Heartland · {sweep.scenario.name} · {sweep.runs:,} runs a point · seed {sweep.seed}",
        source_word(sweep.parameters),
        *sweep.beyond_range,
    ]
    return " · ".join(parts)
