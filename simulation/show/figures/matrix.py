"""The first picture: every scenario against every headline outcome, beside what matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.typing import ColorType

from simulation.evidence.catalogue import listed
from simulation.numerics.dates import year_of
from simulation.record.answers import DifferencePath, OutcomeScale, least_that_matters
from simulation.show import messages
from simulation.show.figures.drawing import Line, areas, inches, lines, outline, write
from simulation.show.figures.sheet import Sheet, source_line, wrapped
from simulation.show.figures.style import (
    FAINT,
    INK,
    LABEL,
    MARGIN,
    SHIFT,
    UNTOLD,
    WIDTH,
    text_on,
)
from simulation.show.figures.summaries import Results

if TYPE_CHECKING:
    from simulation.record.record import Record

READ_MATRIX = (
    "each number is the largest difference from the baseline at any time, in the unit of its "
    "column, with the year of its peak where too little is left at the end. Purple is more, olive "
    "less, the fuller the larger beside what matters. A dot: too small to matter; hatched: cannot "
    "be told from the baseline; empty: the same in every run."
)
FULLEST = 6.0
"""How many times over a difference has to matter to have the fullest colour."""
PALE = "#f8f8f6"
_ROW, _ROOM, _HEAD, _LINE = 0.34, 2.35, 1.6, 0.15
_EMPTY = frozenset({"same", "none"})
"""What a cell says nothing by: no value, or the same in every run."""


@dataclass(frozen=True)
class Moved:
    """What a scenario does to an outcome, over all quarters.

    Attributes:
        difference: where it is largest, among the quarters in which it can be told.
        quarter: that quarter.
        times: how many times over it matters; 0 where it cannot be told.
        passes: whether too little is left at the end to matter.
        kind: "matters", "small", "untold", "same", or "none" where there is no value.
    """

    difference: float = 0.0
    quarter: int = 0
    times: float = 0.0
    passes: bool = False
    kind: str = "none"

    @classmethod
    def of(cls, path: DifferencePath | None, matters: float) -> Moved:
        """The effect that a path of differences shows."""
        if path is None or not np.isfinite(path.difference).any():
            return cls()
        told = path.told()
        if not told.any():
            changed = np.nan_to_num(path.above).any() or np.nan_to_num(path.below).any()
            return cls(kind="untold" if changed else "same")
        large = path.large(matters)
        at = path.peak(large if large.any() else told)
        gap = float(path.difference[at])
        return cls(
            difference=gap,
            quarter=int(path.places[at]),
            times=abs(gap) / matters if matters else 1.0,
            passes=not path.lasts(large),
            kind="matters" if large.any() else "small",
        )


def effects_of(results: Results, baseline: str) -> tuple[list[str], dict[str, dict[str, Moved]]]:
    """The outcomes of the headline, and what each scenario does to them; the strongest first."""
    outcomes = [name for name, told in results.manifest["outcomes"].items() if told.get("headline")]
    found = {}
    for scenario in results.others(baseline):
        paths = results.differences(scenario)
        found[scenario] = {
            name: Moved.of(paths.get(name), least_that_matters(results.about(name)))
            for name in outcomes
        }
    order = sorted(found, key=lambda name: (-strength(found[name]), name))
    return outcomes, {name: found[name] for name in order}


def strength(effects: dict[str, Moved]) -> float:
    """How many times over the largest effect of a scenario matters."""
    return max((each.times for each in effects.values()), default=0.0)


def outcome_matrix(
    record: Record | Results, scenario: str | None = None, baseline: str = "baseline"
) -> Figure:
    """Every scenario against every headline outcome: what moves, by how much, and whether."""
    results = Results.of(record)
    outcomes, effects = effects_of(results, baseline)
    if scenario not in (None, baseline):
        effects = {name: each for name, each in effects.items() if name == scenario}
    moving = [name for name in effects if strength(effects[name]) >= 1.0]
    still = len(effects) - len(moving)
    outcomes, left_out = _told_anywhere(outcomes, [effects[name] for name in moving])
    below = _left_out(results, still, left_out)
    room = 0.15 + _LINE * len(below) if below else 0.08
    sheet = Sheet(
        _message(results, effects, moving),
        "Largest difference of each headline outcome from the baseline at any time; the strongest "
        "scenario first",
        READ_MATRIX,
        source_line(results.manifest, [*effects, baseline]),
        body=_HEAD + _ROW * len(moving) + room,
    )
    wide = sheet.width - _ROOM - 0.12
    axes = sheet.axes(_ROOM, room - 0.02, wide, _ROW * max(len(moving), 1))
    axes.set(xlim=(0, len(outcomes)), ylim=(max(len(moving), 1), 0))
    _cells(axes, results, {name: {it: effects[name][it] for it in outcomes} for name in moving})
    _, tall = inches(axes)
    for place, name in enumerate(outcomes):
        about = results.about(name)
        scale = OutcomeScale.declared(about)
        head = wrapped(_head(results, name), 1.15, 7.6)[:2]
        head[-1] = f"{head[-1]}, {_unit(scale, str(about.get('kind') or ''))}"
        write(
            axes, place + 0.5, -0.05 * max(len(moving), 1) / tall, "\n".join(head), size=7.6,
            rotation=90, ha="center", va="bottom", color=LABEL, linespacing=1.05, parse_math=False,
        )  # fmt: skip
    for place, name in enumerate(moving):
        sheet.beside(axes, place + 0.5, messages.title_of(results, name))
    if below:
        sheet.figure.text(
            MARGIN / sheet.width, (sheet.bottom + 0.05) / sheet.height, "\n".join(below),
            size=8.2, color=INK, va="bottom", parse_math=False,
        )  # fmt: skip
    return sheet.figure


def _told_anywhere(
    outcomes: list[str], rows: list[dict[str, Moved]]
) -> tuple[list[str], list[str]]:
    """The outcomes of which some row tells anything, and those of which none does."""
    empty = [name for name in outcomes if rows and all(row[name].kind in _EMPTY for row in rows)]
    return [name for name in outcomes if name not in empty], empty


def _left_out(results: Results, still: int, outcomes: list[str]) -> list[str]:
    """What the table leaves out, in lines as wide as the page; none where it leaves out nothing."""
    what = "scenario moves" if still == 1 else "scenarios move"
    said = [f"{still} {what} nothing that matters."] if still else []
    if outcomes:
        named = listed(_head(results, name) for name in outcomes)
        said.append(f"Left out, without a value or the same in every run: {named}.")
    return wrapped(" ".join(said), WIDTH - 2 * MARGIN, 8.2) if said else []


def _head(results: Results, outcome: str) -> str:
    return str(results.about(outcome).get("head") or outcome).replace("+ ", " + ")


def _cells(axes: Axes, results: Results, effects: dict[str, dict[str, Moved]]) -> None:
    """The coloured squares with their numbers."""
    squares: dict[bool, list[tuple[np.ndarray, ColorType]]] = {False: [], True: []}
    columns = 1
    for row, line in enumerate(effects.values()):
        columns = len(line)
        for column, (name, effect) in enumerate(line.items()):
            square = outline(np.array([column, column + 1.0]), row, row + 1.0)
            ground = _ground(effect)
            squares[effect.kind == "untold"].append((square, ground))
            write(
                axes, column + 0.5, row + 0.5, _said(results, name, effect), ha="center",
                va="center", color=text_on(ground) if effect.kind == "matters" else FAINT,
                size=7.4, weight="bold" if effect.kind == "matters" else "normal",
                linespacing=0.95, parse_math=False,
            )  # fmt: skip
    for hatched, found in squares.items():
        areas(
            axes, [square for square, _ in found], [shade for _, shade in found],
            hatch="////" if hatched else None,
        )  # fmt: skip
    across, down = np.array([0.0, columns]), np.array([0.0, len(effects)])
    rules = [Line(across, np.full(2, float(y)), "white", width=1.4) for y in range(1, len(effects))]
    rules += [Line(np.full(2, float(x)), down, "white", width=1.4) for x in range(1, columns)]
    lines(axes, rules)


def _ground(effect: Moved) -> ColorType:
    """The colour of a cell: the fuller, the more often over it matters."""
    if effect.kind == "untold":
        return UNTOLD
    if effect.kind != "matters":
        return PALE
    part = 0.15 + 0.85 * min(np.log(max(effect.times, 1.0)) / np.log(FULLEST), 1.0)
    shade: ColorType = SHIFT(0.5 + 0.5 * part * float(np.sign(effect.difference)))
    return shade


def _said(results: Results, outcome: str, effect: Moved) -> str:
    """What stands in a cell."""
    if effect.kind != "matters":
        return "·" if effect.kind == "small" else "–" if effect.kind == "none" else ""
    about = results.about(outcome)
    factor = OutcomeScale.declared(about).factor
    gap = factor * effect.difference
    text = messages.signed(gap, 0 if abs(gap) >= 9.95 else 1 if abs(gap) >= 0.095 else 2)
    return f"{text}\n{year_of(effect.quarter)}" if effect.passes else text


def _unit(scale: OutcomeScale, kind: str) -> str:
    unit = "number" if kind == "count" else scale.said
    return {"US$ million a year": "US$ m", "from 0 to 1": "0 to 1"}.get(unit, unit)


def _message(results: Results, effects: dict[str, dict[str, Moved]], moving: list[str]) -> str:
    """How many scenarios move something that matters, and which moves most."""
    if not moving:
        return "No scenario moves a headline outcome by enough to matter"
    first = moving[0]
    name = max(effects[first], key=lambda each: effects[first][each].times)
    about, effect = results.about(name), effects[first][name]
    label = str(about.get("head") or name)
    scale = OutcomeScale.declared(about)
    amount = messages.signed(scale.factor * effect.difference, 1)
    unit = "" if about.get("kind") == "count" else f" {scale.said}"
    many = f"{len(moving)} of {len(effects)} scenarios move something that matters"
    return (
        f"{many if len(effects) > 1 else 'It moves something that matters'}; "
        f"\u201c{messages.title_of(results, first)}\u201d most: {label} {amount}{unit}"
    )
