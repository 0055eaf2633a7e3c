"""Parts of a drawing: fans, lines, areas, axes with their numbers, labels at line ends.

Each part is one Matplotlib collection, however many lines it holds. That, and axes that draw
their own frame, make figures with many panels about three times as quick to draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.typing import ColorType

from simulation.show.figures.style import EDGE, GRID, LABEL, Dash
from simulation.show.figures.summaries import Band


def spread_out(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places nearest to those wanted, at least `gap` apart, in the same order, within bounds."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    groups: list[list[float]] = []  # mean of (wanted - rank * gap), and how many share it
    for rank, place in enumerate(order):
        groups.append([wanted[place] - rank * gap, 1.0])
        while len(groups) > 1 and groups[-2][0] > groups[-1][0]:
            (one, many), (other, more) = groups[-2:]
            groups[-2:] = [[(one * many + other * more) / (many + more), many + more]]
    flat = [mean for mean, count in groups for _ in range(int(count))]
    ceiling = max(high - (len(wanted) - 1) * gap, low)
    places = [0.0] * len(wanted)
    for rank, place in enumerate(order):
        places[place] = min(max(flat[rank], low), ceiling) + rank * gap
    return places


def end_labels(
    axes: Axes, labels: Sequence[tuple[float, str, str]], size: float = 8.5, pad: float = 0.06
) -> None:
    """Label lines at their right end, moved apart where they would overlap.

    Args:
        axes: axes whose vertical limits are final.
        labels: height in data units, text, colour.
        size: of the type, in points.
        pad: inches between the frame and the text.
    """
    if not labels:
        return
    low, high = axes.get_ylim()
    wide, tall = inches(axes)
    gap = size * 1.18 / 72 * (high - low) / tall
    right = pad / wide
    half = gap / 3
    places = spread_out([height for height, _, _ in labels], gap, low + half, high - half)
    across = axes.get_yaxis_transform()
    leaders = LineCollection(
        [
            [(1.0, height), (1.0 + 0.75 * right, place)]
            for (height, _, _), place in zip(labels, places, strict=True)
        ],
        colors=[color for _, _, color in labels],
        linewidths=0.7,
        transform=across,
        clip_on=False,
    )
    axes.add_collection(leaders, autolim=False)
    for (_, text, color), place in zip(labels, places, strict=True):
        write(
            axes, 1.0 + right, place, text,
            transform=across, color=color, size=size, va="center_baseline", weight="bold",
            parse_math=False,
        )  # fmt: skip


def fans(axes: Axes, drawn: Sequence[Fan], behind: Sequence[Line] = ()) -> None:
    """Medians with the bands that hold 50% and 90% of runs.

    All bands lie below all lines, and the lines of `behind` below the medians.
    """
    outlines, shades = [], []
    for each in drawn:
        band = each.band
        for low, high, alpha in ((band.q05, band.q95, 0.13), (band.q25, band.q75, 0.26)):
            outlines.append(outline(band.years, each.scale * low, each.scale * high))
            shades.append(to_rgba(each.color, alpha))
    axes.add_collection(PolyCollection(outlines, facecolors=shades, lw=0), autolim=False)
    medians = [
        Line(each.band.years, each.scale * each.band.q50, each.color, each.dash, 1.8)
        for each in drawn
        if each.center
    ]
    lines(axes, [*behind, *medians])


@dataclass(frozen=True)
class Fan:
    """A band to draw as a fan, and how; with its median, or without."""

    band: Band
    color: str
    dash: Dash = "solid"
    scale: float = 1.0
    center: bool = True


@dataclass(frozen=True)
class Line:
    """A line to draw, and how."""

    x: np.ndarray
    y: np.ndarray
    color: str
    dash: Dash = "solid"
    width: float = 1.0
    alpha: float = 1.0


def lines(axes: Axes, drawn: Sequence[Line], zorder: float = 2.0) -> None:
    """Many lines as one part of the drawing."""
    axes.add_collection(
        LineCollection(
            [np.column_stack([each.x, each.y]) for each in drawn],
            colors=[to_rgba(each.color, each.alpha) for each in drawn],
            linestyles=[each.dash for each in drawn],
            linewidths=[each.width for each in drawn],
            zorder=zorder,
        ),
        autolim=False,
    )


def outline(x: np.ndarray, low: np.ndarray | float, high: np.ndarray | float) -> np.ndarray:
    """The area between two curves as a closed outline."""
    low, high = (np.broadcast_to(side, x.shape) for side in (low, high))
    return np.column_stack([np.append(x, x[::-1]), np.append(low, high[::-1])])


def areas(
    axes: Axes, drawn: Sequence[np.ndarray], colors: Sequence[ColorType], **more: Any
) -> None:
    """Filled outlines as one part of the drawing."""
    axes.add_collection(PolyCollection(drawn, facecolors=colors, lw=0, **more), autolim=False)


def years_axis(axes: Axes, first: float, last: float, labels: bool = True) -> None:
    """A time axis in calendar years, with its numbers below the frame."""
    axes.set_xlim(first, last)
    step = 5 if last - first > 9 else 2 if last - first > 4 else 1
    years = [year for year in range(int(first), int(last) + 1) if year >= first]
    years = [year for year in years if year % step == 0] or years
    numbers_below(axes, [(year, str(year) if labels else "") for year in years])


def percent_axis(
    axes: Axes, low: float, high: float, step: float | None = None, labels: bool = True
) -> None:
    """A vertical axis in per cent, with the sign on the numbers."""
    step = step or (25 if high - low > 60 else 20 if high - low > 45 else 10)
    first = int(-(-low // step)) * step
    values = [first + i * step for i in range(int((high - first) // step) + 1)]
    values_axis(axes, low, high, [(value, f"{value:g}%" if labels else "") for value in values])


def values_axis(
    axes: Axes, low: float, high: float, ticks: Sequence[tuple[float, str]], grid: bool = True
) -> None:
    """A vertical axis with numbers on its left and a quiet line at each of them."""
    axes.set_ylim(low, high)
    wide, _ = inches(axes)
    segments = [[(0.0, 0.0), (0.0, 1.0)]]
    if grid:
        heights = [(value - low) / (high - low) for value, _ in ticks]
        segments = [*([(0.0, y), (1.0, y)] for y in heights), *segments]
    _frame(axes, segments)
    for value, text in ticks:
        if text:
            write(
            axes, -0.05 / wide, value, text, transform=axes.get_yaxis_transform(), ha="right",
                va="center_baseline", size=8, color=LABEL,
            )  # fmt: skip


def numbers_below(axes: Axes, ticks: Sequence[tuple[float, str]], grid: bool = False) -> None:
    """A horizontal axis with numbers below it; the limits must be final."""
    low, high = axes.get_xlim()
    _, tall = inches(axes)
    places = [(value - low) / (high - low) for value, _ in ticks]
    segments = [[(x, 0.0), (x, 1.0)] for x in places] if grid else []
    segments += [[(x, -0.035 / tall), (x, 0.0)] for x in places]
    _frame(axes, [*segments, [(0.0, 0.0), (1.0, 0.0)]])
    for value, text in ticks:
        if text:
            write(
            axes, value, -0.07 / tall, text, transform=axes.get_xaxis_transform(), ha="center",
                va="top", size=8, color=LABEL,
            )  # fmt: skip


def round_ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Round numbers between two bounds."""
    return [
        t for t in MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(low, high) if low <= t <= high
    ]


def _frame(axes: Axes, segments: Sequence[Sequence[tuple[float, float]]]) -> None:
    """Thin lines in units of the frame: the last one is its edge, the others are quieter."""
    quiet = [GRID if _crosses(each) else EDGE for each in segments]
    thin = LineCollection(
        segments, colors=quiet, linewidths=0.7, transform=axes.transAxes, clip_on=False, zorder=0.4
    )
    axes.add_collection(thin, autolim=False)


def _crosses(segment: Sequence[tuple[float, float]]) -> bool:
    """Whether a line crosses the frame rather than bounding it."""
    (x0, y0), (x1, y1) = segment
    return (x1 - x0 == 1 and y0 != 0) or (y1 - y0 == 1 and x0 != 0)


def write(axes: Axes, x: float, y: float, text: str, **looks: Any) -> None:
    """Text at a place on axes, never clipped; several times quicker than `axes.text`."""
    looks.setdefault("transform", axes.transData)
    assert axes.figure is not None
    axes.figure.text(x, y, text, **looks)


def inches(axes: Axes) -> tuple[float, float]:
    """Width and height of axes."""
    frame = axes.get_position()
    figure = axes.figure
    assert isinstance(figure, Figure)
    wide, tall = figure.get_size_inches()
    return frame.width * wide, frame.height * tall
