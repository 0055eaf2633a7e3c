"""What a scenario changes: heat maps, effects in order of size, whole distributions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from simulation.dates import quarter_name, year_of
from simulation.figures import messages
from simulation.figures.drawing import (
    Line,
    areas,
    inches,
    lines,
    numbers_below,
    outline,
    round_ticks,
    write,
)
from simulation.figures.page import Sheet, source_line
from simulation.figures.reading import Difference, Results
from simulation.figures.style import BASELINE, FAINT, INK, LABEL, QUIET, SCENARIO, look, name_of

SHIFT = LinearSegmentedColormap.from_list(
    "shift", ["#8a4500", "#d98a2b", "#f6ddb5", "#f8f8f6", "#bcdcf0", "#4b9cd3", "#0b4f87"]
)
"""Orange for less, white for none, blue for more: told apart with any colour vision."""
UNTOLD = "#e6e6e6"
GAP = 0.22
"""Between groups of columns, in columns."""
READ_HEAT = (
    "each number is the mean difference between paired runs, in points; blue is more, orange less. "
    "Hatched grey cells cannot be told from zero (95%)."
)
READ_TORNADO = (
    "each bar is the mean paired difference from the baseline, the whisker its 95% interval. "
    "Hatched grey bars cannot be told from zero."
)
READ_RIDGES = (
    "each hill shows where the runs of a scenario end up, the thin grey line the baseline's; the "
    "bar is the median. Where the hills lie alike, the scenario changes nothing."
)


# -- heat maps -------------------------------------------------------------------------------


def difference_heatmap(
    record: Any, scenario: str | None = None, baseline: str = "baseline"
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
        READ_HEAT,
        source_line(results.manifest, [scenario, baseline]),
        body=0.46 * len(cells) + 0.42,
    )
    axes = sheet.axes(1.25, 0.1, sheet.width - 1.25 - 0.15, 0.46 * len(cells))
    middles = _heat(axes, cells, _bound(cells), size=10.5, breaks=[len(places) - 1])
    wide, tall = inches(axes)
    for middle, state in zip(middles, places, strict=True):
        write(
            axes, middle, -0.08 / tall * len(cells), name_of(state or "central_asia"),
            size=9.5, ha="center", va="bottom",
        )  # fmt: skip
    for place, power in enumerate(results.powers):
        write(
            axes, -0.08 / wide * len(places), place + 0.5, name_of(power), size=9.5, ha="right",
            va="center", weight="bold", color=look(power, results.powers).ink,
        )  # fmt: skip
    return sheet.figure


def scenario_heatmap(
    record: Any, scenario: str | None = None, baseline: str = "baseline"
) -> Figure:
    """Every scenario, power and state in one table: which scenario changes whose influence."""
    results = Results.of(record)
    names = [scenario] if scenario not in (None, baseline) else results.others(baseline)
    names = [str(name) for name in names]
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
        READ_HEAT + " Blank cells: told from zero, but under a twentieth of a point.",
        source_line(results.manifest, [*names, baseline]),
        body=row * len(names) + 1.15,
    )
    room = 2.25
    axes = sheet.axes(room, 0.1, sheet.width - room - 0.12, row * max(len(names), 1))
    middles = _heat(
        axes, cells, _bound(cells), size=6.8,
        breaks=range(0, len(results.powers) * len(places), len(places)),
    )  # fmt: skip
    heads = [name_of(state or "central_asia") for state in places] * len(results.powers)
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
            axes, middle, -0.84 / row, name_of(power), size=9.5, ha="center", va="bottom",
            weight="bold", color=look(power, results.powers).ink,
        )  # fmt: skip
    return sheet.figure


def _share(power: str, state: str | None) -> str:
    """The name of the outcome that is a power's share over a state, or over the five."""
    return f"{power}_share_{state}" if state else f"{power}_share"


def _bound(cells: Sequence[Sequence[Difference | None]]) -> float:
    """The difference at which the colours are fullest; small ones stay pale."""
    told = [abs(cell.mean) for row in cells for cell in row if cell is not None and cell.told]
    return max(0.02, float(np.quantile(told, 0.97)) if told else 0.0)


def _heat(
    axes: Axes,
    cells: Sequence[Sequence[Difference | None]],
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
    gap = GAP if crowded else GAP / 4
    left = np.array([x + gap * sum(0 < place <= x for place in breaks) for x in range(columns)])
    axes.set(xlim=(0, left[-1] + 1), ylim=(len(cells), 0))
    plain: list[tuple[np.ndarray, Any]] = []
    hatched: list[np.ndarray] = []
    plate = {"facecolor": UNTOLD, "lw": 0, "pad": 0.8}
    for row, line in enumerate(cells):
        for x, cell in zip(left, line, strict=True):
            square = outline(np.array([x, x + 1.0]), row, row + 1.0)
            if cell is None or not cell.told:
                hatched.append(square)
            else:
                shade = SHIFT(0.5 + 0.5 * float(np.clip(cell.mean / bound, -1, 1)))
                plain.append((square, shade))
            text = "" if cell is None else messages.signed(100 * cell.mean)
            if cell is None or (crowded and cell.told and text == "0.0"):
                continue
            if crowded:
                text = text.replace("0.0", "0").replace("0.", ".")
                text = text if len(text) < 5 else text[:-2]
            dark = cell.told and abs(cell.mean) > 0.62 * bound
            write(
                axes, x + 0.5, row + 0.5, text, ha="center", va="center_baseline", size=size,
                color="white" if dark else INK if cell.told else FAINT,
                weight="bold" if cell.told else "normal", bbox=None if cell.told else plate,
            )  # fmt: skip
    areas(axes, [square for square, _ in plain], [shade for _, shade in plain])
    areas(axes, hatched, [UNTOLD], hatch="////")
    across, down = np.array([0.0, left[-1] + 1]), np.array([0.0, len(cells)])
    rules = [Line(across, np.full(2, float(y)), "white", width=1.4) for y in range(1, len(cells))]
    rules += [Line(np.full(2, x), down, "white", width=1.4) for x in left[1:]]
    lines(axes, rules)
    return left + 0.5


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
        f"{messages.in_sentence(power)} {verb} {messages.points(difference, False)} "
        f"in {name_of(state)}"
    )
    if silent:
        whom = "1 scenario moves" if silent == 1 else f"{silent} scenarios move"
        text += f"; {whom} no share by a whole point"
    return text


# -- effects in order of size ----------------------------------------------------------------


def tornado(
    record: Any,
    scenario: str | None = None,
    baseline: str = "baseline",
    outcome: str = "china_share",
) -> Figure:
    """The effect of every scenario on one outcome, largest first."""
    results = Results.of(record)
    effects = [
        (difference, name)
        for name in results.others(baseline)
        if (difference := results.difference(name, outcome, baseline))
    ]
    effects.sort(key=lambda each: (-abs(each[0].mean), each[1]))
    label, unit, scale = messages.described(results, outcome)
    row, room = 0.285, 3.0
    sheet = Sheet(
        _largest_effect(results, effects, label, unit, scale),
        f"Effect of each scenario on {label} at {quarter_name(results.last_quarter)}, "
        f"against the baseline, in {unit}",
        READ_TORNADO,
        source_line(results.manifest, [*(name for _, name in effects), baseline]),
        body=row * len(effects) + 0.42,
    )
    axes = sheet.axes(room, 0.3, sheet.width - room - 0.2, row * max(len(effects), 1))
    axes.set_ylim(max(len(effects), 1), 0)
    reach = max((abs(x) * scale for e, _ in effects for x in (e.low, e.high)), default=1) or 1.0
    axes.set_xlim(-1.3 * reach, 1.3 * reach)
    whiskers = [Line(np.zeros(2), np.array([0.0, len(effects)]), INK, width=0.8)]
    for place, (effect, name) in enumerate(effects):
        middle = place + 0.5
        mean, low, high = (scale * x for x in (effect.mean, effect.low, effect.high))
        color = SHIFT(0.87 if mean > 0 else 0.16) if effect.told else UNTOLD
        hatch = None if effect.told else "////"
        bar = Rectangle((min(0, mean), place + 0.16), abs(mean), 0.68, facecolor=color, hatch=hatch)
        axes.add_patch(bar)
        whiskers.append(Line(np.array([low, high]), np.full(2, middle), INK, width=1.1))
        beyond = high if mean >= 0 else low
        axes.annotate(
            messages.signed(mean), (beyond, middle), (4 if mean >= 0 else -4, 0),
            textcoords="offset points", va="center_baseline", ha="left" if mean >= 0 else "right",
            size=8.5, weight="bold" if effect.told else "normal",
            color=INK if effect.told else QUIET,
        )  # fmt: skip
        sheet.beside(axes, middle, messages.title_of(results, name))
    lines(axes, whiskers, zorder=3)
    ticks = round_ticks(-1.3 * reach, 1.3 * reach)
    digits = max(0, -int(np.floor(np.log10(ticks[1] - ticks[0]) + 1e-9)))
    numbers_below(axes, [(tick, messages.signed(tick, digits)) for tick in ticks], grid=True)
    return sheet.figure


def _largest_effect(
    results: Results, effects: Sequence[tuple[Difference, str]], label: str, unit: str, scale: float
) -> str:
    told = [each for each in effects if each[0].told]
    if not told:
        return f"No scenario changes {label} in a way that can be told from zero"
    effect, name = told[0]
    verb = "raises" if effect.mean > 0 else "lowers"
    amount = f"{abs(scale * effect.mean):.1f} {unit}"
    return f"\u201c{messages.title_of(results, name)}\u201d {verb} {label} most, by {amount}"


# -- whole distributions ---------------------------------------------------------------------


def ridgeline(
    record: Any,
    scenario: str | None = None,
    baseline: str = "baseline",
    outcome: str = "china_share",
) -> Figure:
    """Where the runs of every scenario end up, one hill each, the baseline behind."""
    results = Results.of(record)
    values = {}
    for name in results.scenarios:
        found = results.outcome(name, outcome)
        if found is not None and np.isfinite(found).any():
            values[name] = found[np.isfinite(found)]
    label, unit, scale = messages.described(results, outcome)
    order = [name for name in values if name != baseline]
    order.sort(key=lambda name: -float(np.median(values[name])))
    if baseline in values:
        order = [baseline, *order]
    row, room = 0.36, 3.0
    sheet = Sheet(
        _widest(results, values, order, baseline, (label, unit, scale)),
        f"Distribution over runs of {label} in {year_of(results.last_quarter)}, "
        + ("in per cent" if unit == "points" else f"in {unit}"),
        READ_RIDGES,
        source_line(results.manifest, order),
        body=row * len(order) + 0.75,
    )
    axes = sheet.axes(room, 0.3, sheet.width - room - 0.6, row * len(order) + 0.3)
    everything = scale * np.concatenate(list(values.values()))
    low, high = np.quantile(everything, (0.001, 0.999))
    pad = 0.06 * (high - low) or 0.5
    x = np.linspace(low - pad, high + pad, 160)
    hills = {name: _hill(scale * values[name], x) for name in order}
    medians = [scale * float(np.median(values[name])) for name in order]
    digits = 0 if max(medians) - min(medians) > 10 else 1
    tallest = max(float(hill.max()) for hill in hills.values()) or 1.0
    axes.set(xlim=(x[0], x[-1]), ylim=(len(order) - 0.0, -0.3 / row))
    for place, name in enumerate(order):
        floor, hill = place + 0.92, 1.3 * hills[name] / tallest
        color = BASELINE if name == baseline else SCENARIO
        seen = hill > 0.004
        areas(
            axes, [outline(x[seen], floor, floor - hill[seen])], [to_rgba(color, 0.55)],
            zorder=2 + place,
        )  # fmt: skip
        median = scale * float(np.median(values[name]))
        drawn = [
            Line(x, floor - hill, "white", width=1.6),
            Line(x, floor - hill, color),
            Line(np.full(2, median), np.array([floor, floor - 0.3]), INK, width=1.4),
        ]
        if name != baseline and baseline in hills:
            drawn.append(Line(x, floor - 1.3 * hills[baseline] / tallest, "#555555", width=0.8))
        lines(axes, drawn, zorder=2 + place)
        text = f"{median:.{digits}f}" + ("%" if unit == "points" else "")
        write(
            axes, 1.01, floor - 0.2, text, transform=axes.get_yaxis_transform(), va="center",
            weight="bold", color=QUIET if name == baseline else SCENARIO,
        )  # fmt: skip
        title = "Baseline" if name == baseline else messages.title_of(results, name)
        sheet.beside(axes, floor - 0.2, title, bold=name == baseline)
    sign = "%" if unit == "points" else ""
    numbers_below(axes, [(tick, f"{tick:g}{sign}") for tick in round_ticks(x[0], x[-1])], grid=True)
    return sheet.figure


def _hill(values: np.ndarray, x: np.ndarray) -> np.ndarray:
    """A smoothed histogram: a Gaussian kernel on binned values."""
    step = x[1] - x[0]
    counts, _ = np.histogram(values, bins=np.append(x - step / 2, x[-1] + step / 2))
    width = 0.9 * min(values.std(), np.subtract(*np.quantile(values, (0.75, 0.25))) / 1.34 + 1e-12)
    width = max(width * len(values) ** -0.2, 1.2 * step)
    reach = np.arange(-len(x) // 2, len(x) // 2 + 1) * step
    kernel = np.exp(-0.5 * (reach / width) ** 2)
    smooth = np.convolve(counts, kernel / kernel.sum(), mode="same")
    return smooth[: len(x)] / (len(values) * step)


def _widest(
    results: Results,
    values: dict[str, np.ndarray],
    order: Sequence[str],
    baseline: str,
    said: tuple[str, str, float],
) -> str:
    """Whether scenarios differ by more than runs do."""
    label, unit, scale = said
    if baseline not in values or len(order) < 2:
        return f"How {label} is spread over runs"
    medians = [scale * float(np.median(values[name])) for name in order]
    q25, q75 = np.quantile(scale * values[baseline], (0.25, 0.75))
    between, within = max(medians) - min(medians), q75 - q25
    if between < within:
        return (
            f"Luck matters more than any scenario for {label}: medians span {between:.1f} {unit}, "
            f"the middle half of baseline runs {within:.1f}"
        )
    first = max(order, key=lambda name: abs(np.median(values[name]) - np.median(values[baseline])))
    return (
        f"\u201c{messages.title_of(results, first)}\u201d shifts {label} further than luck does "
        f"within the baseline"
    )
