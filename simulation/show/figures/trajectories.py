"""Influence through time: fans, single runs, the contest, every channel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from simulation.evidence.catalogue import listed
from simulation.show import messages
from simulation.show.figures.drawing import (
    Fan,
    Line,
    areas,
    end_labels,
    fans,
    inches,
    lines,
    outline,
    percent_axis,
    round_ticks,
    values_axis,
    years_axis,
)
from simulation.show.figures.sheet import Sheet, source_line
from simulation.show.figures.shocks import mark_events
from simulation.show.figures.style import (
    BASELINE_GREY,
    FAINT,
    INK,
    QUIET_INK,
)
from simulation.show.figures.summaries import Band, Results, years_of

if TYPE_CHECKING:
    from simulation.record.record import Record

CONTENDERS = {"together": "#a8a296", "others": "#d8dde0"}
READ_FAN = (
    "each line is the median run; half of all runs lie in the dark band, nine in ten in the light "
    "one. Grey is the baseline without its bands."
)
READ_RUNS = (
    "each hair is one run, the thick line the median of all; half of all runs lie in the dark "
    "band, nine in ten in the light one. Hairs show how jumpy a single history is, which bands "
    "hide."
)
_ACROSS = 3
"""Panels in a row."""
_CONTEST = (
    "below the line is what {below} hold, above it what {above} hold. Half of all runs lie in the "
    "dark band, nine in ten in the light one. For the mean the bands are known at the end only: "
    "the bar."
)
READ_CONTEST = _CONTEST.format(below="the one side", above="the other")
READ_CHANNELS = (
    "influence in one channel, from 0 (none) to 1; bands hold half of all runs, grey lines are "
    "the baseline. A power can lead in one channel and be absent in another."
)


def influence_fan(
    record: Record | Results,
    scenario: str | None = None,
    baseline: str = "baseline",
    **options: Any,
) -> Figure:
    """Share of influence of each power in each state, the baseline grey behind."""
    return _influence(Results.of(record), scenario or baseline, baseline, runs=0, **options)


def influence_runs(
    record: Record | Results,
    scenario: str | None = None,
    baseline: str = "baseline",
    **options: Any,
) -> Figure:
    """The same with single runs as thin lines in place of bands."""
    options.setdefault("runs", 20)
    return _influence(Results.of(record), scenario or baseline, baseline, **options)


def _influence(
    results: Results, scenario: str, baseline: str, runs: int = 0, width: float = 9.0
) -> Figure:
    message = (
        messages.overtaking(results, scenario)
        if scenario == baseline
        else messages.shift_of_influence(results, scenario, baseline)
    )
    states = results.states_in([scenario, baseline])
    down = _rows(len(states) + 1)
    sheet = Sheet(
        messages.titled(results, scenario, baseline, message),
        "Share of the great powers' influence over each state; "
        + messages.compared_with(scenario, baseline),
        READ_RUNS if runs else READ_FAN if scenario != baseline else READ_FAN.split(" Grey")[0],
        source_line(results.manifest, _both(scenario, baseline)),
        body=2.475 * down,
        width=width,
    )
    rows = sheet.grid(
        down, _ACROSS, left=0.48, right=0.92, across=0.94, down=0.52, top=0.26, bottom=0.3
    )
    panels = [axes for row in rows for axes in row]
    left = [row[0] for row in rows]
    top = _ceiling(results, [scenario, baseline])
    first, last = _span(results)
    for axes, state in zip(panels[: len(states)], states, strict=True):
        axes.set_title(results.labels.name_of(state))
        percent_axis(axes, 0, top, labels=axes in left)
        drawn, behind, labels = [], [], []
        for power in results.powers:
            how = results.labels.look_of(power)
            here = results.band(scenario, "influence_share", power=power, state=state)
            there = results.band(baseline, "influence_share", power=power, state=state)
            if there is not None and scenario != baseline:
                behind.append(Line(there.years, 100 * there.q50, BASELINE_GREY, how.dash))
            if here is None:
                continue
            drawn.append(Fan(here, how.color, how.dash, scale=100))
            if runs:
                behind += _hairs(results.runs(scenario, power, state), runs, how.color)
            end = 100 * float(here.q50[-1])
            labels.append((end, f"{results.labels.short_name(power)} {end:.0f}%", how.ink))
        fans(axes, drawn, behind)
        years_axis(axes, first, last)
        mark_events(axes, results, scenario, state)
        end_labels(axes, labels)
    key, *empty = panels[len(states) :]
    _key(key, bool(runs), scenario != baseline)
    for axes in empty:
        axes.set_visible(False)
    return sheet.figure


def _span(results: Results) -> tuple[float, float]:
    """The first and the last year of the time axis."""
    first, last = years_of(np.array([0, results.last_quarter]))
    return float(first), float(last)


def _both(scenario: str, baseline: str) -> list[str]:
    return [scenario] if scenario == baseline else [scenario, baseline]


def _ceiling(results: Results, scenarios: list[str]) -> float:
    """The top of a shared vertical axis, in per cent."""
    tops = [
        float(np.nanmax(band.q95))
        for scenario in scenarios
        for power in results.powers
        for state in results.states
        if (band := results.band(scenario, "influence_share", power=power, state=state))
    ]
    return min(100.0, 10.0 * math.ceil(10 * max(tops, default=1.0) + 0.2))


def _hairs(found: tuple[np.ndarray, np.ndarray] | None, runs: int, color: str) -> list[Line]:
    """Some of the runs that were recorded in full, as thin lines."""
    if found is None:
        return []
    quarters, values = found
    years = years_of(quarters)
    return [Line(years, 100 * run, color, width=0.45, alpha=0.45) for run in values[:runs]]


def _key(axes: Axes, runs: bool, beside: bool) -> None:
    """A small drawing that explains the others."""
    axes.set(xlim=(0, 1), ylim=(0, 1))
    x = np.linspace(0, 0.42, 30)
    y = 0.52 + 0.1 * np.sin(5 * x) + 0.25 * x
    if runs:
        for place in range(7):
            wave = 0.07 * np.sin(14 * x + 1.3 * place) * np.sqrt(x / 0.42)
            axes.plot(x, y + wave + 0.03 * (place - 3) * x / 0.42, color=INK, lw=0.45, alpha=0.5)
    else:
        for half, shade in ((0.27, 0.13), (0.12, 0.26)):
            spread = half * np.sqrt(x / 0.42)
            axes.fill_between(x, y - spread, y + spread, color=INK, alpha=shade, lw=0)
    axes.plot(x, y, color=INK, lw=1.8)
    end = float(y[-1])
    said = [(end, "median run", INK)]
    if runs:
        said += [(end + 0.2, "single runs", QUIET_INK)]
    else:
        said += [(end + 0.16, "half of runs", QUIET_INK), (end + 0.31, "nine in ten", FAINT)]
    if beside:
        axes.plot(x, 0.27 + 0.15 * x, color=BASELINE_GREY, lw=1.0)
        said.append((0.27 + 0.15 * 0.42, "baseline's median", QUIET_INK))
    axes.plot([0.21], [0.1], ls="", marker="v", ms=4.5, color=INK)
    said.append((0.1, "scripted shock here", QUIET_INK))
    for height, text, color in said:
        axes.text(0.46, height, text, va="center", color=color, size=8.5)


# -- the contest -----------------------------------------------------------------------------


def contest_figure(
    record: Record | Results, scenario: str | None = None, baseline: str = "baseline"
) -> Figure:
    """One side of the powers against the other, over the region and each state."""
    results = Results.of(record)
    scenario = scenario or baseline
    message = messages.lead_in_contest(results, scenario, baseline)
    without = messages.left_out(results, scenario, baseline)
    states = results.states_in([scenario, baseline])
    down = _rows(len(states) + 1)
    sheet = Sheet(
        messages.titled(results, scenario, baseline, message),
        "How the great powers' influence over each state is divided between the two sides"
        + ("" if scenario == baseline else "; thin grey line: the baseline")
        + (f"; the mean is{without}" if without else "")
        + ("; axis from 50%" if _floor(results, [scenario, baseline]) else ""),
        _how_to_read(results, [scenario, baseline]),
        source_line(results.manifest, _both(scenario, baseline)),
        body=2.3 * down,
    )
    rows = sheet.grid(down, _ACROSS, left=0.48, right=0.55, across=0.6, down=0.52, top=0.26)
    panels = [axes for row in rows for axes in row]
    floor = _floor(results, [scenario, baseline])
    _region(panels[0], results, scenario, baseline, floor)
    for axes in panels[1 + len(states) :]:
        axes.set_visible(False)
    for axes, state in zip(panels[1 : 1 + len(states)], states, strict=True):
        here = results.band(scenario, "contest", state=state)
        there = results.band(baseline, "contest", state=state)
        axes.set_title(results.labels.name_of(state))
        if here is None:
            _absent(axes)
            continue
        other = there.q50 if there is not None and scenario != baseline else None
        labels = any(axes is row[0] for row in rows)
        _divide(axes, here.years, here.q50, floor, other=other, band=here, labels=labels)
        mark_events(axes, results, scenario, state)
    return sheet.figure


def _how_to_read(results: Results, scenarios: Sequence[str]) -> str:
    below, above = results.contenders(scenarios)
    said = (listed(map(results.labels.in_sentence, side)) or "nobody" for side in (below, above))
    return _CONTEST.format(**dict(zip(("below", "above"), said, strict=True)))


def _names(results: Results, side: Sequence[str]) -> list[str]:
    """The powers of a side by their names; by the short ones where they are many."""
    name = results.labels.name_of if len(side) < 3 else results.labels.short_name
    return [name(power) for power in side]


def _rows(panels: int) -> int:
    """How many rows of panels there are."""
    return max(2, -(-panels // _ACROSS))


def _absent(axes: Axes) -> None:
    """A panel about a state that the scenario does not have."""
    axes.set(xticks=[], yticks=[])
    axes.text(0.5, 0.5, "not in this scenario", transform=axes.transAxes, ha="center", color=FAINT)


def _floor(results: Results, scenarios: list[str]) -> float:
    """Where the axis begins: at a half where the first side holds more than that anyway."""
    lowest = [
        float(np.nanmin(band.q05))
        for scenario in scenarios
        for state in results.states
        if (band := results.band(scenario, "contest", state=state))
    ]
    return 50.0 if min(lowest, default=0.0) > 0.55 else 0.0


def _region(axes: Axes, results: Results, scenario: str, baseline: str, floor: float) -> None:
    """The mean of the states, whose spread over runs is known at the horizon only."""
    axes.set_title(f"{results.labels.name_of(results.home)} (mean)")
    both = [scenario, baseline]
    line = messages.mean_contest(results, scenario, both)
    years = years_of(np.arange(results.last_quarter + 1))[-len(line) :]
    other = messages.mean_contest(results, baseline, both) if scenario != baseline else None
    _divide(axes, years, line, floor, other=other)
    final = results.final_side(scenario, baseline)
    if final is not None and np.isfinite(final).any():
        for (low, high), wide in (((0.05, 0.95), 2.2), ((0.25, 0.75), 5.0)):
            reach = 100 * np.nanquantile(final, (low, high))
            axes.plot(
                [years[-1]] * 2, reach, color=INK, lw=wide, alpha=0.55,
                solid_capstyle="butt", clip_on=False,
            )  # fmt: skip
    below, above = (" + ".join(_names(results, side)) for side in results.contenders(both))
    for height, text, color in (
        (floor + 0.07 * (100 - floor), below, INK),
        (100 - 0.06 * (100 - floor), above, INK),
    ):
        axes.text(
            0.04, height, text, size=9 if len(text) < 30 else 7.5,
            transform=axes.get_yaxis_transform(), va="center", weight="bold", color=color,
            bbox={"facecolor": "white", "alpha": 0.45, "lw": 0, "pad": 1.5},
        )  # fmt: skip


def _divide(
    axes: Axes,
    years: np.ndarray,
    line: np.ndarray,
    floor: float,
    *,
    other: np.ndarray | None = None,
    band: Band | None = None,
    labels: bool = True,
) -> None:
    """The plane divided between the two sides, with the band and the baseline on top."""
    sides = [outline(years, 0, 100 * line), outline(years, 100 * line, 100)]
    areas(axes, sides, [to_rgba(color, 0.7) for color in CONTENDERS.values()])
    end = 100 * float(line[-1])
    ends = [(end, f"{end:.0f}%", INK)]
    drawn = [Line(years, 100 * line, INK, width=1.8)]
    if other is not None:
        when = years[-len(other) :]
        drawn += [Line(when, 100 * other, "white", width=2.4)]
        drawn += [Line(when, 100 * other, "#777777", width=1.1)]
        end = 100 * float(other[-1])
        ends.append((end, f"{end:.0f}%", FAINT))
    if band is not None:
        fans(axes, [Fan(band, INK, scale=100)])
    drawn.append(Line(years[[0, -1]], np.array([50.0, 50.0]), "white", width=0.8))
    lines(axes, drawn)
    percent_axis(axes, floor, 100, 25 if floor == 0 else 10, labels)
    years_axis(axes, float(years[0]), float(years[-1]))
    end_labels(axes, ends)


# -- every channel ---------------------------------------------------------------------------


def small_multiples(
    record: Record | Results, scenario: str | None = None, baseline: str = "baseline"
) -> Figure:
    """Influence by channel (rows) and state (columns)."""
    results = Results.of(record)
    scenario = scenario or baseline
    variable = "channel_influence"
    channels = results.along(variable, "channel")
    states = results.states_in([scenario, baseline])
    sheet = Sheet(
        messages.titled(results, scenario, baseline, _strongest(results, scenario, channels)),
        "Influence of each power by channel and state, 0 to 1; "
        + messages.compared_with(scenario, baseline),
        READ_CHANNELS,
        source_line(results.manifest, _both(scenario, baseline)),
        body=4.9,
    )
    columns = len(states)
    grid = sheet.grid(
        len(channels), columns, left=0.62, right=0.66, across=0.14, down=0.16, top=0.3, bottom=0.26
    )
    top = _channel_ceiling(results, [scenario, baseline], channels)
    first, last = _span(results)
    for row, channel in zip(grid, channels, strict=True):
        for axes, state in zip(row, states, strict=True):
            values_axis(
                axes, 0, top,
                [(t, f"{t:.1f}" if axes is row[0] else "") for t in round_ticks(0, top, 4)],
            )  # fmt: skip
            drawn, bands, labels = [], [], []
            for power in results.powers:
                how = results.labels.look_of(power)
                at = {"power": power, "state": state, "channel": channel}
                here, there = results.band(scenario, variable, **at), None
                if scenario != baseline:
                    there = results.band(baseline, variable, **at)
                if there is not None:
                    drawn.append(Line(there.years, there.q50, BASELINE_GREY, how.dash, 0.8))
                if here is None:
                    continue
                bands.append((outline(here.years, here.q25, here.q75), to_rgba(how.color, 0.2)))
                drawn.append(Line(here.years, here.q50, how.color, how.dash, 1.5))
                labels.append((float(here.q50[-1]), results.labels.short_name(power), how.ink))
            areas(axes, [area for area, _ in bands], [color for _, color in bands])
            lines(axes, drawn)
            years_axis(axes, first, last, labels=row is grid[-1])
            if row is grid[0]:
                axes.set_title(results.labels.name_of(state))
            if axes is row[0]:
                axes.text(
                    -0.42 / inches(axes)[0], 0.5, results.labels.name_of(channel),
                    transform=axes.transAxes,
                    rotation=90, ha="center", va="center", weight="bold", color=INK,
                )  # fmt: skip
            if axes is row[-1]:
                end_labels(axes, labels, size=8)
    return sheet.figure


def _channel_ceiling(results: Results, scenarios: list[str], channels: list[str]) -> float:
    tops = [
        float(np.nanmax(band.q75))
        for scenario in scenarios
        for power in results.powers
        for state in results.states
        for channel in channels
        if (
            band := results.band(
                scenario, "channel_influence", power=power, state=state, channel=channel
            )
        )
    ]
    return min(1.0, 1.08 * max(tops, default=0.95))


def _strongest(results: Results, scenario: str, channels: list[str]) -> str:
    """Who leads in each channel at the horizon, on the mean of the states."""
    leaders: dict[str, list[str]] = {}
    for channel in channels:
        level = {}
        for power in results.powers:
            bands = [
                results.band(scenario, "channel_influence", power=power, state=s, channel=channel)
                for s in results.states
            ]
            level[power] = sum(float(band.mean[-1]) for band in bands if band is not None)
        leaders.setdefault(max(level, key=lambda power: level[power]), []).append(channel)
    who = [f"{results.labels.in_sentence(p)} in {listed(c)}" for p, c in leaders.items()]
    who[0] = who[0].replace(" in ", " leads in ", 1)
    return f"{listed(who)} influence at the end"
