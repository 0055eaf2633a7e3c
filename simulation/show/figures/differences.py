"""What a scenario changes: heat maps of paired differences by power and state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.typing import ColorType

from simulation.numerics.dates import quarter_name
from simulation.show import messages
from simulation.show.figures.drawing import Line, areas, inches, lines, outline, write
from simulation.show.figures.sheet import Sheet, source_line
from simulation.show.figures.style import FAINT, LABEL, SHIFT, UNTOLD, text_on
from simulation.show.figures.summaries import MeanDifference, Results

if TYPE_CHECKING:
    from simulation.record.record import Record

_GAP = 0.22
"""Between groups of columns, in columns."""
READ_HEAT = (
    "each number is the mean difference between paired runs, in points; purple is more, olive "
    "less. Hatched grey cells cannot be told from zero (95%)."
)
READ_DASH = " Where there is a dash, the power or the state is in one of the two only."


def difference_heatmap(
    record: Record | Results, scenario: str | None = None, baseline: str = "baseline"
) -> Figure:
    """Power by state: how much influence a scenario moves; without one, all scenarios at once."""
    results = Results.of(record)
    if scenario is None or scenario == baseline:
        return scenario_heatmap(results, baseline=baseline)
    places = [*results.states, None]
    cells = [
        [results.difference(scenario, _share(power, state), baseline) for state in places]
        for power in results.powers
    ]
    message = messages.shift_of_influence(results, scenario, baseline)
    sheet = Sheet(
        messages.titled(results, scenario, baseline, message),
        f"Change of each power's share of influence at {quarter_name(results.last_quarter)} "
        "against the baseline, in points",
        READ_HEAT + _of_dashes(cells),
        source_line(results.manifest, [scenario, baseline]),
        body=0.46 * len(cells) + 0.42,
    )
    room = max(1.25, *(0.1 * len(results.labels.name_of(power)) for power in results.powers))
    axes = sheet.axes(room, 0.1, sheet.width - room - 0.15, 0.46 * len(cells))
    middles = _heat(axes, cells, _bound(cells), size=10.5, breaks=[len(places) - 1])
    wide, tall = inches(axes)
    for middle, state in zip(middles, places, strict=True):
        write(
            axes, middle, -0.08 / tall * len(cells), results.labels.name_of(state or results.home),
            size=9.5, ha="center", va="bottom",
        )  # fmt: skip
    for place, power in enumerate(results.powers):
        write(
            axes, -0.08 / wide * len(places), place + 0.5, results.labels.name_of(power),
            size=9.5, ha="right",
            va="center", weight="bold", color=results.labels.look_of(power).ink,
        )  # fmt: skip
    return sheet.figure


def scenario_heatmap(
    record: Record | Results, scenario: str | None = None, baseline: str = "baseline"
) -> Figure:
    """Every scenario, power and state in one table: which scenario changes whose influence."""
    results = Results.of(record)
    names = [scenario] if scenario not in (None, baseline) else results.others(baseline)
    names = sorted(map(str, names), key=lambda name: -_reach(results, name, baseline))
    places = [None, *results.states]
    cells = [
        [
            results.difference(name, _share(power, state), baseline)
            for power in results.powers
            for state in places
        ]
        for name in names
    ]
    row = 0.275
    sheet = Sheet(
        _most_changed(results, names, baseline),
        f"Change of each power's share of influence at {quarter_name(results.last_quarter)} "
        "against the baseline, in points",
        READ_HEAT + _of_dashes(cells) + " Cells without a number are under a twentieth of a point.",
        source_line(results.manifest, [*names, baseline]),
        body=row * len(names) + 1.15,
    )
    room = 2.25
    axes = sheet.axes(room, 0.1, sheet.width - room - 0.12, row * max(len(names), 1))
    middles = _heat(
        axes, cells, _bound(cells), size=6.8,
        breaks=range(0, len(results.powers) * len(places), len(places)),
    )  # fmt: skip
    heads = [results.labels.name_of(state or results.home) for state in places] * len(
        results.powers
    )
    for place, head in enumerate(heads):
        write(
            axes, middles[place], -0.06 / row, head, size=7.5, rotation=90,
            ha="center", va="bottom",
            weight="bold" if place % len(places) == 0 else "normal", color=LABEL,
        )  # fmt: skip
    for place, name in enumerate(names):
        sheet.beside(axes, place + 0.5, messages.title_of(results, name))
    for place, power in enumerate(results.powers):
        middle = middles[len(places) * place :][: len(places)].mean()
        write(
            axes, middle, -0.84 / row, results.labels.name_of(power),
            size=9.5, ha="center", va="bottom",
            weight="bold", color=results.labels.look_of(power).ink,
        )  # fmt: skip
    return sheet.figure


def _reach(results: Results, scenario: str, baseline: str) -> float:
    """The largest difference a scenario makes that can be told from zero."""
    found = (
        results.difference(scenario, _share(power, state), baseline)
        for power in results.powers
        for state in results.states
    )
    return max((abs(each.mean) for each in found if each and each.told), default=0.0)


def _share(power: str, state: str | None) -> str:
    """The name of the outcome that is a power's share over a state, or over the five."""
    return f"{power}_share_{state}" if state else f"{power}_share"


def _of_dashes(cells: Sequence[Sequence[MeanDifference | None]]) -> str:
    """What a dash says, where a table has one."""
    return READ_DASH if any(cell is None for row in cells for cell in row) else ""


def _bound(cells: Sequence[Sequence[MeanDifference | None]]) -> float:
    """The difference at which the colours are fullest; small ones stay pale."""
    told = [abs(cell.mean) for row in cells for cell in row if cell is not None and cell.told]
    return max(0.02, float(np.quantile(told, 0.97)) if told else 0.0)


def _heat(
    axes: Axes,
    cells: Sequence[Sequence[MeanDifference | None]],
    bound: float,
    size: float,
    breaks: Sequence[int] | range = (),
) -> np.ndarray:
    """A table of coloured cells; those that cannot be told from zero are grey and hatched.

    Returns:
        The middles of the columns, which stand apart where `breaks` names the first of a group.
    """
    columns = len(cells[0]) if cells else 1
    crowded = columns > 12
    gap = _GAP if crowded else _GAP / 4
    left = np.array([x + gap * sum(0 < place <= x for place in breaks) for x in range(columns)])
    axes.set(xlim=(0, left[-1] + 1), ylim=(len(cells), 0))
    plain: list[tuple[np.ndarray, ColorType]] = []
    hatched: list[np.ndarray] = []
    plate = {"facecolor": UNTOLD, "lw": 0, "pad": 0.8}
    for row, line in enumerate(cells):
        for x, cell in zip(left, line, strict=True):
            square = outline(np.array([x, x + 1.0]), row, row + 1.0)
            if cell is None:
                write(axes, x + 0.5, row + 0.5, "–", ha="center", va="center_baseline", size=size)
            elif not cell.told:
                hatched.append(square)
            else:
                plain.append((square, SHIFT(0.5 + 0.5 * float(np.clip(cell.mean / bound, -1, 1)))))
            if cell is None:
                continue
            text = _crowded(cell.mean) if crowded else messages.signed(100 * cell.mean)
            ground = SHIFT(0.5 + 0.5 * float(np.clip(cell.mean / bound, -1, 1)))
            write(
                axes, x + 0.5, row + 0.5, text, ha="center", va="center_baseline", size=size,
                color=text_on(ground) if cell.told else FAINT,
                weight="bold" if cell.told else "normal", bbox=None if cell.told else plate,
            )  # fmt: skip
    areas(axes, [square for square, _ in plain], [shade for _, shade in plain])
    areas(axes, hatched, [UNTOLD], hatch="////")
    across, down = np.array([0.0, left[-1] + 1]), np.array([0.0, len(cells)])
    rules = [Line(across, np.full(2, float(y)), "white", width=1.4) for y in range(1, len(cells))]
    rules += [Line(np.full(2, x), down, "white", width=1.4) for x in left[1:]]
    lines(axes, rules)
    return left + 0.5


def _crowded(mean: float) -> str:
    """A difference in points in three or four characters; nothing where it rounds to nought."""
    text = messages.signed(100 * mean, 0 if abs(mean) >= 0.0995 else 1)
    if text == "0.0":
        return ""
    return text[0] + text[1:].removeprefix("0")


def _most_changed(results: Results, names: Sequence[str], baseline: str) -> str:
    """Which scenario moves whose influence most, over all powers and states."""
    found = [
        (difference, name, power, state)
        for name in names
        for power in results.powers
        for state in results.states
        if (difference := results.difference(name, _share(power, state), baseline))
    ]
    told = [each for each in found if each[0].told]
    if not told:
        return "No scenario's effect on influence can be told from zero"
    difference, name, power, state = max(told, key=lambda each: abs(each[0].mean))
    verb = "gains" if difference.mean > 0 else "loses"
    silent = sum(
        not any(each[0].told and abs(each[0].mean) >= 0.01 for each in found if each[1] == other)
        for other in names
    )
    text = (
        f"\u201c{messages.title_of(results, name)}\u201d moves influence most: "
        f"{results.labels.in_sentence(power)} {verb} {messages.points(difference, False)} "
        f"in {results.labels.in_sentence(state)}"
    )
    if silent:
        whom = "1 scenario moves" if silent == 1 else f"{silent} scenarios move"
        text += f"; {whom} no share by a whole point"
    return text
