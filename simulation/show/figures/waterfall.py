"""A decision as a waterfall: term by term, from nothing to what decided."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from simulation.evidence.catalogue import listed
from simulation.explanation.account import Explanation, Step, StepTerm
from simulation.inputs.results_folders import made_folder
from simulation.numerics.dates import quarter_name
from simulation.show.figures.drawing import Line, lines, numbers_below, round_ticks, write
from simulation.show.figures.numbers import table_of
from simulation.show.figures.saving import save_figure
from simulation.show.figures.sheet import Sheet, wrapped
from simulation.show.figures.style import INK, LESS, MORE, QUIET_INK, Dash, styled
from simulation.show.messages import signed
from simulation.show.sentences import amount, decided, money, outcome

READ_WATERFALL = (
    "from the top, each bar starts where the one above ends: purple pushes to the right, olive to "
    "the left. The dark bar is the sum; it is decided by which side of the dashed line it ends. A "
    "black tick shows where a bar would end at its mean over the runs that fell the other way."
)
ROW, BAR, SUM = 0.27, 0.64, "#3c3c3c"
LABELS, UNITS = 2.35, 0.85
"""Inches for the names of the terms, and for their quantities beside a panel."""
SHORT = 0.005
"""A bar that is shorter than this bears no number."""

Panel = tuple[Explanation, Step]


def waterfall(
    explanations: Explanation | Sequence[Explanation],
    decision: str | None = None,
    title: str | None = None,
) -> Figure:
    """The decisions behind an event, or the same decision of several events side by side.

    Args:
        explanations: one event, or several.
        decision: the decision to draw, such as "keep_base"; by default those with most terms.
        title: the message; worked out from the first panel by default.

    Returns:
        The figure, in the style of all others.
    """
    several = [explanations] if isinstance(explanations, Explanation) else list(explanations)
    panels = [panel for each in several for panel in _panels(each, decision, len(several) > 1)]
    if not panels:
        raise ValueError("no decision with terms to draw: the scenario scripts the event")
    with styled():
        return _drawn(panels, title or message(panels))


def save_waterfall(
    figure: Figure, path: str | Path, explanation: Explanation | None = None
) -> Path:
    """Save a waterfall; the ending of the path says how: png, svg or pdf.

    Args:
        figure: the waterfall.
        path: where to.
        explanation: what is drawn; its numbers lie beside the figure as a table.

    Returns:
        The file of the figure.
    """
    target = Path(path)
    made_folder(target.parent)
    numbers = None if explanation is None else table_of(_terms(explanation))
    ending = target.suffix.removeprefix(".")
    save_figure(figure, target.with_suffix(""), [ending], READ_WATERFALL, numbers=numbers)
    return target


def _terms(explanation: Explanation) -> list[dict[str, Any]]:
    """Every term of the decisions of an explanation, the draw and the sum last."""
    rows: list[dict[str, Any]] = []
    for step in explanation.steps:
        head = {"decision": step.decision, "by": step.actor, "about": step.object}
        for term in step.terms:
            rows.append(
                {
                    **head,
                    "term": term.measure.label,
                    "value": float(term.value),
                    "mean where it fell the other way": _mean(term, step),
                    "in its unit": None if term.quantity is None else float(term.quantity),
                }
            )
        total = float(sum(term.value for term in step.terms) + step.draw)
        rows.append({**head, "term": "the draw", "value": float(step.draw)})
        rows.append({**head, "term": "together", "value": total})
        rows.append({**head, "term": "what it is held against", "value": float(step.threshold)})
    return rows


def _panels(explanation: Explanation, decision: str | None, one: bool) -> list[Panel]:
    """The decisions of an explanation that are worth a panel, two at most."""
    if decision is not None:
        steps = [step for step in explanation.steps if step.decision == decision]
    else:
        most = max((len(step.terms) for step in explanation.steps), default=0)
        steps = [step for step in explanation.steps if len(step.terms) >= min(most, 3)]
    return [(explanation, step) for step in steps[-1 if one else -2 :]]


def message(panels: Sequence[Panel]) -> str:
    """How the event was decided, and the terms that weighed most on that side."""
    explanation, step = panels[-1]
    towards = -1 if step.happened is step.below else 1
    weighty = sorted(step.terms, key=lambda term: -towards * term.value)
    names = [f"{term.measure.label} ({signed(term.value)})" for term in weighty[:2]]
    bargain = explanation.bargain
    said = outcome(explanation).rstrip(".")
    if bargain is not None and bargain.price is not None and bargain.reservation is not None:
        asked, most = money(bargain.price), money(bargain.reservation)
        said += f": staying would take {asked} a year, and the guest would pay {most} at most"
    return f"{said}; {listed(names)} weigh most"


def _drawn(panels: Sequence[Panel], title: str) -> Figure:
    """The page with its panels, on one scale."""
    terms: dict[str, str] = {}
    for _, step in panels:
        terms |= {term.name: term.measure.label for term in step.terms}
    drew = any(step.draw for _, step in panels)
    rows = [*terms, *(["draw"] if drew else []), "sum"]
    labels = {**terms, "draw": "the draw", "sum": "together"}
    first = panels[0][0]
    past = first.history
    runs = max(explanation.runs for explanation, _ in panels)
    sheet = Sheet(
        title,
        f"Terms of each decision in {panels[0][1].unit}, in run {past.run} of {past.scenario}, "
        f"{listed(dict.fromkeys(quarter_name(each.quarter) for each, _ in panels))}",
        READ_WATERFALL,
        f"Heartland · {past.scenario}, run {past.run} · {past.source} · seed {past.seed} · "
        f"means over {runs:,} runs",
        body=ROW * len(rows) + 1.0,
    )
    low, high = _span(panels)
    wide = (sheet.width - LABELS - 0.1) / len(panels) - UNITS
    for place, (_, step) in enumerate(panels):
        axes = sheet.axes(LABELS + place * (wide + UNITS), 0.3, wide, ROW * len(rows))
        axes.set_xlim(low, high)
        axes.set_ylim(len(rows), 0)
        head = decided(step, past.evidence)
        _panel(axes, head, step, rows, room=wide + UNITS - 0.15)
        if not place:
            for row, name in enumerate(rows):
                sheet.beside(axes, row + 0.5, labels[name], bold=name == "sum")
    return sheet.figure


def _span(panels: Sequence[Panel]) -> tuple[float, float]:
    """The ends of the scale: every point that a waterfall passes, with room for numbers."""
    reached = [0.0]
    for _, step in panels:
        at = 0.0
        for term in step.terms:
            reached += [at + term.value, at + (_mean(term, step) or 0.0)]
            at += term.value
        reached += [at + step.draw, step.threshold if math.isfinite(step.threshold) else 0.0]
    low, high = min(reached), max(reached)
    room = (high - low) or 1.0
    return low - 0.13 * room, high + 0.16 * room


def _panel(axes: Axes, head: str, step: Step, rows: Sequence[str], room: float) -> None:
    """One decision, under a head that may take `room` inches."""
    low, high = axes.get_xlim()
    ticks = [(tick, signed(tick, 0)) for tick in round_ticks(low, high, most=5)]
    numbers_below(axes, ticks, grid=True)
    terms = {term.name: term for term in step.terms}
    marks = [Line(np.zeros(2), np.array([0.0, len(rows)]), INK, width=0.8)]
    at, above = 0.0, 0
    for row, name in enumerate(rows[:-1]):
        if name not in terms and not (name == "draw" and step.draw):
            continue
        value = terms[name].value if name in terms else step.draw
        mean = _mean(terms[name], step) if name in terms else None
        if row:
            marks.append(_upright(at, above + (1 + BAR) / 2, row + (1 - BAR) / 2, QUIET_INK, 0.7))
        if mean is not None:
            marks.append(_upright(at + mean, row + 0.12, row + 0.88, "#000000", 1.6))
        _bar(axes, row, at, value)
        _number(axes, row, at + value, value, None if mean is None else at + mean)
        if name in terms:
            _quantity(axes, row, amount(terms[name], terms[name].quantity))
        at, above = at + value, row
    last = len(rows) - 1
    marks.append(_upright(at, above + (1 + BAR) / 2, last + (1 - BAR) / 2, QUIET_INK, 0.7))
    top = last + (1 - BAR) / 2
    axes.add_patch(Rectangle((min(0, at), top), abs(at), BAR, facecolor=SUM, zorder=2))
    _number(axes, last, at, at, bold=True)
    if math.isfinite(step.threshold):
        marks.append(_upright(step.threshold, -0.25, len(rows), INK, 1.3, dash=(0, (4, 2))))
        beyond = "below" if step.below else "above"
        words = f"{step.declared.either[0]} if {beyond} {step.threshold:.3g}"
        write(axes, step.threshold, -0.32, words, ha="center", va="bottom", size=7.5, color=INK)
    lines(axes, marks, zorder=3)
    write(
        axes, 0.0, -1.2, "\n".join(wrapped(head, room, 8.8, bold=True)),
        transform=axes.get_yaxis_transform(), ha="left", va="bottom", size=8.8, weight="bold",
        color=INK, linespacing=1.1,
    )  # fmt: skip
    _quantity(axes, -0.62, "in its unit")


def _upright(
    x: float, top: float, bottom: float, color: str, width: float, dash: Dash = "solid"
) -> Line:
    """An upright line, in rows."""
    return Line(np.full(2, x), np.array([top, bottom]), color, dash, width)


def _bar(axes: Axes, row: int, start: float, value: float) -> None:
    """One term."""
    color, hatch = (MORE, None) if value > 0 else (LESS, "////")
    place = (min(start, start + value), row + (1 - BAR) / 2)
    axes.add_patch(Rectangle(place, abs(value), BAR, facecolor=color, hatch=hatch, lw=0, zorder=2))


def _number(
    axes: Axes, row: int, end: float, value: float, mean: float | None = None, bold: bool = False
) -> None:
    """The number of a bar beyond its end, and beyond the tick of the mean if that is near."""
    low, high = axes.get_xlim()
    side = 1 if value >= 0 else -1
    if abs(value) < SHORT and not bold:
        return
    if mean is not None and 0 < side * (mean - end) < 0.16 * (high - low):
        end = mean
    axes.annotate(
        signed(value), (end, row + 0.5), (4 * side, 0), textcoords="offset points",
        va="center_baseline", ha="left" if side > 0 else "right", size=7.5, color=INK, zorder=5,
        weight="bold" if bold else "normal",
        bbox={"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 0.6},
    )  # fmt: skip


def _mean(term: StepTerm, step: Step) -> float | None:
    """The mean of a term over the runs that fell the other way."""
    mean = term.otherwise if step.happened else term.happened
    return mean if math.isfinite(mean) else None


def _quantity(axes: Axes, row: float, text: str) -> None:
    """What a term is in its own unit, to the right of the panel."""
    write(
        axes, 1.02, row + 0.5, text, transform=axes.get_yaxis_transform(), ha="left",
        va="center_baseline", size=7.5, color=QUIET_INK, parse_math=False,
    )  # fmt: skip
