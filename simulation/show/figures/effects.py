"""Effects in order of size, and whole distributions: what scenarios do to one outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from simulation.numerics.dates import quarter_name, year_of
from simulation.show import messages
from simulation.show.figures.drawing import (
    Line,
    areas,
    lines,
    numbers_below,
    outline,
    round_ticks,
    write,
)
from simulation.show.figures.sheet import Sheet, source_line
from simulation.show.figures.style import (
    BASELINE_GREY,
    INK,
    LESS,
    MORE,
    QUIET_INK,
    SCENARIO,
    UNTOLD,
)
from simulation.show.figures.summaries import MeanDifference, Results

if TYPE_CHECKING:
    from simulation.record.record import Record

READ_TORNADO = (
    "each bar is the mean paired difference from the baseline, the whisker its 95% interval. "
    "Hatched grey bars cannot be told from zero."
)
READ_RIDGES = (
    "each hill shows where the runs of a scenario end up, the thin grey line the baseline's; the "
    "bar is the median. Where the hills lie alike, the scenario changes nothing."
)


def tornado(
    record: Record | Results,
    scenario: str | None = None,
    baseline: str = "baseline",
    outcome: str | None = None,
) -> Figure:
    """The effect of every scenario on one outcome, largest first."""
    results = Results.of(record)
    outcome = outcome or results.first_outcome
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
    ends = [scale * x for effect, _ in effects for x in (effect.low, effect.high, 0.0)]
    low, high = min(ends, default=-1.0), max(ends, default=1.0)
    pad = 0.12 * (high - low) or 1.0
    axes.set_xlim(low - pad, high + pad)
    whiskers = [Line(np.zeros(2), np.array([0.0, len(effects)]), INK, width=0.8)]
    for place, (effect, name) in enumerate(effects):
        middle = place + 0.5
        mean, low, high = (scale * x for x in (effect.mean, effect.low, effect.high))
        color = (MORE if mean > 0 else LESS) if effect.told else UNTOLD
        hatch = None if effect.told else "////"
        bar = Rectangle((min(0, mean), place + 0.16), abs(mean), 0.68, facecolor=color, hatch=hatch)
        axes.add_patch(bar)
        whiskers.append(Line(np.array([low, high]), np.full(2, middle), INK, width=1.1))
        beyond = high if mean >= 0 else low
        axes.annotate(
            messages.signed(mean), (beyond, middle), (4 if mean >= 0 else -4, 0),
            textcoords="offset points", va="center_baseline", ha="left" if mean >= 0 else "right",
            size=8.5, weight="bold" if effect.told else "normal",
            color=INK if effect.told else QUIET_INK,
        )  # fmt: skip
        sheet.beside(axes, middle, messages.title_of(results, name))
    lines(axes, whiskers, zorder=3)
    left, right = axes.get_xlim()
    ticks = round_ticks(left, right)
    digits = max(0, -int(np.floor(np.log10(ticks[1] - ticks[0]) + 1e-9)))
    numbers_below(axes, [(tick, messages.signed(tick, digits)) for tick in ticks], grid=True)
    return sheet.figure


def _largest_effect(
    results: Results,
    effects: Sequence[tuple[MeanDifference, str]],
    label: str,
    unit: str,
    scale: float,
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
    record: Record | Results,
    scenario: str | None = None,
    baseline: str = "baseline",
    outcome: str | None = None,
) -> Figure:
    """Where the runs of every scenario end up, one hill each, the baseline behind."""
    results = Results.of(record)
    outcome = outcome or results.first_outcome
    values = {}
    lost = 0
    for name in results.scenarios:
        found = results.outcome(name, outcome)
        if found is not None and np.isfinite(found).any():
            values[name] = found[np.isfinite(found)]
            lost += len(found) - len(values[name])
    label, unit, scale = messages.described(results, outcome)
    order = [name for name in values if name != baseline]
    order.sort(key=lambda name: -float(np.median(values[name])))
    if baseline in values:
        order = [baseline, *order]
    row, room = 0.36, 3.0
    sheet = Sheet(
        _widest(results, values, order, baseline, (label, unit, scale)),
        f"Distribution over runs of {label} in {year_of(results.last_quarter)}, "
        + ("in per cent" if unit == "points" else f"in {unit}")
        + (f"; {lost:,} runs without a value are left out" if lost else ""),
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
    power = (results.about(outcome).get("about") or {}).get("power")
    own = results.labels.look_of(power).color if power else SCENARIO
    for place, name in enumerate(order):
        floor, hill = place + 0.92, 1.3 * hills[name] / tallest
        color = BASELINE_GREY if name == baseline else own
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
            weight="bold", color=QUIET_INK if name == baseline else own,
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
    upper, lower = np.quantile(values, (0.75, 0.25))
    width = 0.9 * min(values.std(), (upper - lower) / 1.34 + 1e-12)
    width = max(width * len(values) ** -0.2, 1.2 * step)
    reach = np.arange(-len(x) // 2, len(x) // 2 + 1) * step
    kernel = np.exp(-0.5 * (reach / width) ** 2)
    smooth = np.convolve(counts, kernel / kernel.sum(), mode="same")
    return np.asarray(smooth[: len(x)] / (len(values) * step))


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
            f"Runs differ more than scenarios do in {label}: medians span {between:.1f} {unit}, "
            f"the middle half of baseline runs {within:.1f}"
        )
    first = max(order, key=lambda name: abs(np.median(values[name]) - np.median(values[baseline])))
    return (
        f"\u201c{messages.title_of(results, first)}\u201d shifts {label} further than runs "
        f"of the baseline differ"
    )
