"""Pictures of the page: fans of influence and of one outcome, the paired difference, the map.

They are drawn by the parts that the report's figures consist of, each chart a figure of its own,
so that it can be read on a telephone. The page turns their colours round where it is dark.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from simulation.dashboard.histories import LiveRecord
from simulation.numerics.dates import quarter_name
from simulation.record.common_states import paired_columns
from simulation.show import messages
from simulation.show.figures.drawing import (
    Fan,
    Line,
    end_labels,
    fans,
    percent_axis,
    round_ticks,
    values_axis,
    years_axis,
)
from simulation.show.figures.maps import influence_map
from simulation.show.figures.shocks import mark_events
from simulation.show.figures.style import (
    BASELINE_GREY,
    INK,
    SCENARIO,
    styled,
)
from simulation.show.figures.summaries import Band, Results, years_of
from simulation.show.figures.vector import for_page, tidied

_PANEL = (3.1, 2.1)
"""Inches of one chart: on a telephone as wide as the screen, three beside each other elsewhere."""
IN_PERCENT = frozenset({"share", "probability"})
"""Units that an axis shows as per cent."""
_DRAWING = threading.Lock()
"""Matplotlib's settings are those of the process: one thread draws at a time."""


class Chart(NamedTuple):
    """A chart on the page.

    Attributes:
        title: what it says or shows, as its heading.
        svg: the drawing, with an alternative text.
    """

    title: str
    svg: str


class Charts:
    """The pictures of one answer, each drawn when it is first looked at and kept."""

    def __init__(self, record: LiveRecord):
        self.record = record
        self._kept: dict[tuple[str | int, ...], list[Chart]] = {}

    @cached_property
    def results(self) -> Results:
        """The summaries, as the report's figures read them."""
        return Results(self.record)

    def influence(self, scenario: str) -> list[Chart]:
        """The powers' shares of influence, a chart a state."""
        return self._once(("influence", scenario), lambda: self._influence(scenario))

    def outcome(self, scenario: str, outcome: str) -> list[Chart]:
        """One outcome through time beside the baseline's, and the paired difference."""
        key = ("outcome", scenario, outcome)
        return self._once(key, lambda: self._outcome(scenario, outcome))

    def map(self, scenario: str, quarter: int) -> Chart:
        """The report's map at a quarter."""
        return self._once(("map", scenario, quarter), lambda: [self._map(scenario, quarter)])[0]

    def message(self, scenario: str) -> str:
        """What the charts of influence say, in a sentence."""
        if scenario == self.record.baseline:
            said = messages.overtaking(self.results, scenario)
        else:
            said = messages.shift_of_influence(self.results, scenario, self.record.baseline)
        return said[:1].upper() + said[1:] + "."

    def _once(self, key: tuple[str | int, ...], draw: Callable[[], list[Chart]]) -> list[Chart]:
        if key not in self._kept:
            with _DRAWING, styled():
                mpl.rcParams["savefig.facecolor"] = "none"
                self._kept[key] = draw()
        return self._kept[key]

    def _influence(self, scenario: str) -> list[Chart]:
        results, baseline = self.results, self.record.baseline
        bands = {
            (name, power, state): results.band(name, "influence_share", power=power, state=state)
            for name in {scenario, baseline}
            for power in results.powers
            for state in results.states
        }
        highest = max(float(band.q95.max()) for band in bands.values() if band is not None)
        top = min(100.0, 10 * np.ceil(10 * highest + 0.2))
        found = []
        for state in results.states:
            axes = _panel()
            percent_axis(axes, 0, top)
            drawn, behind, labels, said = [], [], [], []
            for power in results.powers:
                how = results.labels.look_of(power)
                here, there = bands[scenario, power, state], bands[baseline, power, state]
                if there is not None and scenario != baseline:
                    behind.append(Line(there.years, 100 * there.q50, BASELINE_GREY, how.dash))
                if here is None:
                    continue
                drawn.append(Fan(here, how.color, how.dash, scale=100))
                end = 100 * float(here.q50[-1])
                labels.append((end, f"{results.labels.short_name(power)} {end:.0f}%", how.ink))
                said.append(f"{results.labels.name_of(power)} {_ends(here)}")
            fans(axes, drawn, behind)
            self._years(axes)
            mark_events(axes, results, scenario, state)
            end_labels(axes, labels, size=8)
            text = f"Median share of influence, first and last: {'; '.join(said)}."
            found.append(_chart(axes, results.labels.name_of(state), text, f"influence-{state}"))
        return found

    def _outcome(self, scenario: str, outcome: str) -> list[Chart]:
        baseline, about = self.record.baseline, self.record.manifest["outcomes"][outcome]
        percent = about["unit"] in IN_PERCENT
        scale = 100.0 if percent else 1.0
        name = str(about["description"])
        columns = paired_columns(self.record.manifest, scenario, baseline, outcome)
        paths = {
            each: self.record.histories[each].paths[column]
            for each, column in zip((scenario, baseline), columns, strict=True)
        }
        here, there = _band(paths[scenario], scale), _band(paths[baseline], scale)
        axes = _panel()
        _values(axes, [here, there], "%" if percent else "")
        behind = [] if scenario == baseline else [Line(there.years, there.mean, BASELINE_GREY)]
        color = INK if scenario == baseline else SCENARIO
        _fan(axes, here, color, behind)
        self._years(axes)
        labels = [(float(here.mean[-1]), _short(here, percent), color)]
        if behind:
            labels.append((float(there.mean[-1]), f"base {_short(there, percent)}", INK))
        end_labels(axes, labels, size=8)
        unit = "%" if percent else str(about["unit"])
        text = f"Mean, first and last: {here.mean[0]:.3g} and {here.mean[-1]:.3g} {unit}."
        charts = [_chart(axes, f"{name} ({unit})", text, "outcome")]
        if scenario == baseline:
            return charts
        gap = _band(paths[scenario].astype(float) - paths[baseline], scale)
        axes = _panel()
        _values(axes, [gap], "")
        zero = Line(gap.years[[0, -1]], np.zeros(2), BASELINE_GREY)
        _fan(axes, gap, SCENARIO, [zero])
        self._years(axes)
        end_labels(axes, [(float(gap.mean[-1]), messages.signed(gap.mean[-1], 2), SCENARIO)], 8)
        unit = "percentage points" if percent else unit
        text = f"Mean paired difference at the end, in {unit}: {gap.mean[-1]:.3g}."
        charts.append(_chart(axes, f"Paired difference ({unit})", text, "difference"))
        return charts

    def _map(self, scenario: str, quarter: int) -> Chart:
        figure = influence_map(self.results, scenario, self.record.baseline, quarter)
        text = f"Map of the leading power in each state at {quarter_name(quarter)}."
        return Chart(str(figure.get_label()), for_page(tidied(figure, text), "map"))

    def _years(self, axes: Axes) -> None:
        """The axis of time, from the first quarter to the last."""
        first, last = years_of(np.array([0, self.results.last_quarter]))
        years_axis(axes, float(first), float(last))


def _panel() -> Axes:
    """Axes on a small figure of their own, with room for numbers, years and labels."""
    wide, tall = _PANEL
    figure = Figure(figsize=_PANEL)
    FigureCanvasAgg(figure)
    figure.set_facecolor("none")
    place = (0.42 / wide, 0.26 / tall, (wide - 1.22) / wide, (tall - 0.38) / tall)
    axes = figure.add_axes(place)
    axes.set_axis_off()
    return axes


def _chart(axes: Axes, title: str, text: str, prefix: str) -> Chart:
    figure = axes.figure
    assert isinstance(figure, Figure)
    figure.set_label(title)
    return Chart(title, for_page(tidied(figure, text), prefix))


def _band(values: np.ndarray, scale: float) -> Band:
    """Mean and quantiles over runs of (quarters, runs)."""
    values = scale * values.astype(float)
    q05, q25, q50, q75, q95 = np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95), axis=1)
    mean = values.mean(axis=1)
    return Band(np.arange(len(values)), mean, q05=q05, q25=q25, q50=q50, q75=q75, q95=q95)


def _fan(axes: Axes, band: Band, color: str, behind: Sequence[Line]) -> None:
    """Bands over runs with their mean, which means more than a median where runs are 0 or 1."""
    fans(axes, [Fan(replace(band, q50=band.mean), color)], behind)


def _values(axes: Axes, bands: Sequence[Band], sign: str) -> None:
    """A vertical axis that holds all bands."""
    low = min(float(min(band.q05.min(), band.mean.min())) for band in bands)
    high = max(float(max(band.q95.max(), band.mean.max())) for band in bands)
    room = 0.06 * (high - low) or 1.0
    ticks = [(tick, f"{tick:g}{sign}") for tick in round_ticks(low - room, high + room, 5)]
    values_axis(axes, low - room, high + room, ticks)


def _ends(band: Band) -> str:
    return f"{100 * band.q50[0]:.0f}% and {100 * band.q50[-1]:.0f}%"


def _short(band: Band, percent: bool) -> str:
    """The last mean in three figures."""
    return f"{band.mean[-1]:.3g}{'%' if percent else ''}"
