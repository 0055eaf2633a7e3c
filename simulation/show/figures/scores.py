"""Figures of a back-test: how reliable the probabilities are, and every question at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.backtest.scores import MODEL, RECOMMENDED
from simulation.inputs.results_folders import made_folder
from simulation.show.figures.drawing import (
    Line,
    areas,
    inches,
    lines,
    numbers_below,
    outline,
    values_axis,
)
from simulation.show.figures.drawing import write as write_text
from simulation.show.figures.numbers import table_of
from simulation.show.figures.saving import save_figure
from simulation.show.figures.sheet import Sheet
from simulation.show.figures.style import BASELINE_GREY, INK, QUIET_INK, SCENARIO, styled
from simulation.show.score_tables import FORECASTS

if TYPE_CHECKING:
    from simulation.backtest.backtest import Backtest
    from simulation.backtest.scores import Reliability, Scored

READ_RELIABILITY = (
    "each dot is a probability that was given, as large as the number of questions that got it; "
    "its height says how often such things happened (made to rise with the probability). Inside "
    "the band the dots are where they would be if the probabilities were right."
)
READ_FOREST = (
    "on the left, the bar is the probability given to a yes; the dot is what came out, at the "
    "right if it happened. On the right, the bar holds nine in ten runs, the tick is the median, "
    "the dot what came out; every row has a scale of its own, with its ends written out. Hollow "
    "dots came out on the side that the forecast held for unlikely, or outside the bar."
)
_TICKS = [(tenth / 4, f"{25 * tenth}%") for tenth in range(5)]


def draw_scores(result: Backtest, folder: str | Path) -> list[Path]:
    """Draw the figures of a back-test into a folder, as PNG and SVG, with their numbers."""
    target = made_folder(Path(folder))
    paths = []
    with styled():
        figures = {
            "reliability": (reliability_diagram(result), READ_RELIABILITY, _reliability(result)),
            "questions": (question_forest(result), READ_FOREST, _questions(result)),
        }
        for name, (figure, how, rows) in figures.items():
            if figure is None:
                continue
            table = table_of(rows)
            paths += save_figure(figure, target / name, description=how, numbers=table)
    return paths


def _reliability(result: Backtest) -> list[dict[str, Any]]:
    """The numbers of the reliability diagrams."""
    rows = []
    for forecaster, found in result.reliability.items():
        columns = {
            "probability given": found.forecast,
            "how often it happened": found.happened,
            "questions": found.questions,
            "low": found.low,
            "high": found.high,
        }
        for row in zip(*(values.tolist() for values in columns.values()), strict=True):
            rows.append({"forecast": forecaster, **dict(zip(columns, row, strict=True))})
    return rows


def _questions(result: Backtest) -> list[dict[str, Any]]:
    """The numbers of the forest of questions."""
    return [
        {
            "question": row.question.id,
            "asked": row.question.as_of.isoformat(),
            "kind": row.question.kind,
            "forecast": float(row.model.forecast),
            "q05": float(row.model.q05),
            "q95": float(row.model.q95),
            "recommended": float(row.recommended.forecast),
            "outcome": float(row.question.outcome),
        }
        for row in result.rows
    ]


def reliability_diagram(result: Backtest) -> Figure | None:
    """Probabilities against frequencies, one diagram for each forecast."""
    if not result.reliability:
        return None
    curves = result.reliability
    lost = {name: found.miscalibration for name, found in curves.items()}
    own, pool = lost[MODEL], lost[RECOMMENDED]
    title = (
        f"Of Brier's score the model loses {own:.3f} because its probabilities are off, "
        f"the recommended forecast {pool:.3f}"
    )
    asked = int(curves[MODEL].questions.sum())
    sheet = Sheet(
        title,
        f"Probabilities given to {asked} yes-or-no questions against how often it was yes",
        READ_RELIABILITY,
        _source(result),
        body=4.75,
        width=9.2,
    )
    wide = (sheet.width - 0.75 - 0.35 - 0.55) / 2
    for place, (name, found) in enumerate(curves.items()):
        left = 0.75 + place * (wide + 0.55)
        axes = sheet.axes(left, 0.55, wide, sheet.body - 1.0)
        _curve(axes, name, found, labelled=place == 0)
    return sheet.figure


def _curve(axes: Axes, forecaster: str, found: Reliability, labelled: bool) -> None:
    """One reliability diagram, with the band of luck around the diagonal."""
    axes.set_xlim(-0.03, 1.03)
    values_axis(axes, -0.03, 1.03, _TICKS if labelled else [(at, "") for at, _ in _TICKS])
    numbers_below(axes, _TICKS)
    areas(axes, [outline(found.forecast, found.low, found.high)], [(0.55, 0.55, 0.55, 0.22)])
    ends = np.array([0.0, 1.0])
    lines(axes, [Line(ends, ends, BASELINE_GREY, (0, (4, 3)), 1.0)])
    lines(axes, [Line(found.forecast, found.happened, SCENARIO, width=1.6)], zorder=3)
    axes.scatter(
        found.forecast, found.happened, s=16 * found.questions, color=SCENARIO, zorder=4, lw=0
    )
    wide, tall = inches(axes)
    brier = found.miscalibration - found.discrimination + found.uncertainty
    write_text(
        axes, 0, 1 + 0.12 / tall, f"{FORECASTS[forecaster]}: Brier {brier:.3f}",
        transform=axes.transAxes, ha="left", va="bottom", color=INK, size=9.5,
    )  # fmt: skip
    write_text(
        axes, 0.5, -0.36 / tall, "probability given", transform=axes.transAxes, ha="center",
        va="top", color=QUIET_INK, size=8.5,
    )  # fmt: skip
    if labelled:
        write_text(
            axes, -0.58 / wide, 0.5, "it happened", transform=axes.transAxes, rotation=90,
            va="center", ha="center", color=QUIET_INK, size=8.5,
        )  # fmt: skip


def question_forest(result: Backtest) -> Figure:
    """Every question: what was expected and what came out."""
    yes_no = [row for row in result.rows if row.question.kind == "binary"]
    other = [row for row in result.rows if row.question.kind != "binary"]
    yes_no.sort(key=lambda row: (-row.model.forecast, row.question.id))
    other.sort(key=lambda row: (row.question.name, row.question.id))
    height = 0.172
    rows = max(len(yes_no), len(other), 1)
    sheet = Sheet(
        _headline(result),
        f"{len(yes_no)} yes-or-no questions and {len(other)} others, "
        f"{result.account}, {result.runs:,} runs as of each date",
        READ_FOREST,
        _source(result),
        body=height * rows + 0.75,
        width=11.0,
    )
    top = sheet.body - 0.35
    if yes_no:
        tall = height * len(yes_no)
        left = sheet.axes(2.65, top - tall, 1.9, tall)
        _probabilities(left, yes_no)
    if other:
        tall = height * len(other)
        right = sheet.axes(7.55, top - tall, 1.95, tall)
        _intervals(right, other)
    return sheet.figure


def _probabilities(axes: Axes, rows: Sequence[Scored]) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(len(rows), 0)
    numbers_below(axes, _TICKS[::2], grid=True)
    at = np.arange(len(rows)) + 0.5
    chance = np.array([row.model.forecast for row in rows])
    happened = np.array([row.question.outcome for row in rows])
    axes.barh(at, chance, height=0.62, color=SCENARIO, alpha=0.45, lw=0)
    _dots(axes, happened, at, (happened > 0.5) == (chance > 0.5))
    for place, row in zip(at, rows, strict=True):
        _label(axes, place, row)
        write_text(
            axes, 1.03, place, f"{row.model.forecast:.2f}", transform=axes.get_yaxis_transform(),
            size=7, va="center_baseline", color=QUIET_INK,
        )  # fmt: skip


def _intervals(axes: Axes, rows: Sequence[Scored]) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(len(rows), 0)
    numbers_below(axes, [])
    at = np.arange(len(rows)) + 0.5
    whole, ticks, outcomes, inside = [], [], [], []
    for place, row in zip(at, rows, strict=True):
        own = row.model
        ends = [own.q05, own.q95, own.forecast, row.question.outcome]
        low, high = min(ends), max(ends)
        room = (high - low) or 1.0
        low, high = low - 0.04 * room, high + 0.04 * room
        scale = [(each - low) / (high - low) for each in ends]
        whole.append(Line(np.array(scale[:2]), np.full(2, place), SCENARIO, width=4.5, alpha=0.45))
        ticks.append(
            Line(
                np.full(2, scale[2]),
                np.array([place - 0.32, place + 0.32]),
                SCENARIO,
                width=1.6,
            )
        )
        outcomes.append(scale[3])
        inside.append(own.q05 <= row.question.outcome <= own.q95)
        _label(axes, place, row)
        text = f"{_number(row, own.q05)} – {_number(row, own.q95)}; was {_number(row, ends[3])}"
        write_text(
            axes, 1.03, place, text, transform=axes.get_yaxis_transform(), size=7,
            va="center_baseline", color=QUIET_INK,
        )  # fmt: skip
    lines(axes, whole)
    lines(axes, ticks, zorder=3)
    _dots(axes, np.array(outcomes), at, np.array(inside))


def _dots(axes: Axes, x: np.ndarray, y: np.ndarray, full: np.ndarray) -> None:
    """What came out: filled where it was expected, hollow where it was not."""
    colors = [INK if each else "white" for each in full]
    axes.scatter(x, y, s=17, c=colors, edgecolors=INK, linewidths=0.9, zorder=5, clip_on=False)


def _label(axes: Axes, place: float, row: Scored) -> None:
    """The name of a question beside its row, and when it was asked where that is needed."""
    asked = row.question
    text = f"{asked.id.replace('_', ' ')} (asked {asked.as_of.year})"
    write_text(
        axes, -0.03, place, text, transform=axes.get_yaxis_transform(), ha="right", size=7,
        va="center_baseline", color=INK if asked.skill else BASELINE_GREY, parse_math=False,
    )  # fmt: skip


def _number(row: Scored, value: float) -> str:
    asked = row.question
    if asked.kind == "year":
        return f"{value:.0f}" if value <= asked.resolves.year else "never"
    if asked.kind == "count":
        return f"{value:.0f}"
    return f"{value:.1f}" if asked.name == "base_rent" else f"{value:.2f}"


def _headline(result: Backtest) -> str:
    """How many questions came out as expected."""
    counted = [row for row in result.rows if row.question.skill]
    yes_no = [row for row in counted if row.question.kind == "binary"]
    other = [row for row in counted if row.question.kind != "binary"]
    right = sum((row.model.forecast > 0.5) == (row.question.outcome > 0.5) for row in yes_no)
    inside = sum(row.model.q05 <= row.question.outcome <= row.model.q95 for row in other)
    parts = []
    if yes_no:
        parts.append(f"{right} of {len(yes_no)} yes-or-no questions went the way held likelier")
    if other:
        parts.append(f"{inside} of {len(other)} numbers fell inside nine in ten runs")
    return "; ".join(parts)


def _source(result: Backtest) -> str:
    return (
        f"Heartland · {result.account} · {result.runs:,} runs as of each date · {result.source} · "
        f"seed {result.seed}"
    )
