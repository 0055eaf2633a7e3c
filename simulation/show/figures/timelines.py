"""What is open and who belongs, through time: bases, memberships, events as marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.figure import Figure

from simulation.show import messages
from simulation.show.figures.drawing import (
    Line,
    areas,
    end_labels,
    lines,
    outline,
    percent_axis,
    years_axis,
)
from simulation.show.figures.sheet import Sheet, source_line
from simulation.show.figures.shocks import mark_events
from simulation.show.figures.style import (
    INK,
    MARGIN,
    QUIET_INK,
    SCENARIO,
)
from simulation.show.figures.summaries import Band, Results

if TYPE_CHECKING:
    from simulation.record.record import Record

READ_BASES = (
    "the filled height is the share of runs in which the base is open at the end of that quarter; "
    "the grey line is the baseline. Triangles mark shocks that are scripted for base or host."
)
READ_STRIPS = (
    "each strip is a scenario, time runs to the right; the darker, the more runs in which the base "
    "is open. The number is the share at the end, bold where it differs from the baseline's by two "
    "points or more."
)
READ_MEMBERS = (
    "time runs to the right; the darker, the more runs in which the state is a full member. The "
    "number is the share of runs at the end."
)


def base_timeline(
    record: Record | Results, scenario: str | None = None, baseline: str = "baseline"
) -> Figure:
    """Probability that each base is open, through time."""
    results = Results.of(record)
    scenario = scenario or baseline
    bases = _bases(results)
    sheet = Sheet(
        messages.titled(results, scenario, baseline, messages.bases(results, scenario, baseline)),
        f"Share of runs in which each base is open; {messages.compared_with(scenario, baseline)}",
        READ_BASES,
        source_line(results.manifest, [scenario] if scenario == baseline else [scenario, baseline]),
        body=0.88 * len(bases) + 0.42,
    )
    rows = sheet.grid(len(bases), 1, left=1.75, right=1.3, down=0.18, top=0.14, bottom=0.28)
    for (axes,), base in zip(rows, bases, strict=True):
        how = results.labels.look_of(results.labels.guest_of(base))
        here = results.band(scenario, "base_open", installation=base)
        there = results.band(baseline, "base_open", installation=base)
        percent_axis(axes, 0, 100, 50)
        if here is None:
            continue
        x, y = _steps(here.years, 100 * here.mean)
        areas(axes, [outline(x, 0.0, y)], [to_rgba(how.color, 0.45)], hatch=how.hatch[:2] or None)
        drawn = [Line(x, y, how.ink, width=1.5)]
        end = float(here.mean[-1])
        labels = [(100 * end, messages.label_of(end), how.ink)]
        if there is not None and scenario != baseline:
            x, y = _steps(there.years, 100 * there.mean)
            drawn.append(Line(x, y, "#666666"))
            before = float(there.mean[-1])
            if messages.label_of(before) == messages.label_of(end):
                labels = [(100 * end, f"{messages.label_of(end)}, as baseline", how.ink)]
            else:
                labels.append((100 * before, f"baseline {messages.label_of(before)}", QUIET_INK))
        lines(axes, drawn)
        end_labels(axes, labels)
        years_axis(axes, float(here.years[0]), float(here.years[-1]), labels=axes is rows[-1][0])
        mark_events(axes, results, scenario, base)
        host, guest = results.labels.host_of(base), results.labels.guest_of(base)
        if host:
            mark_events(axes, results, scenario, host)
        frame = axes.get_position()
        middle = frame.y0 + frame.height / 2
        sheet.figure.text(
            MARGIN / sheet.width, middle + 0.11 / sheet.height, results.labels.name_of(base),
            weight="bold", size=9.5, va="center",
        )  # fmt: skip
        if host:
            sheet.figure.text(
                MARGIN / sheet.width, middle - 0.07 / sheet.height,
                f"{results.labels.short_name(guest)} in {results.labels.name_of(host)}",
                size=8, color=how.ink, va="center",
            )  # fmt: skip
    return sheet.figure


def _steps(years: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A curve that keeps each value through the quarter before it, without needless corners."""
    turns = np.flatnonzero(np.diff(values)) + 1
    x = np.concatenate([years[:1], np.repeat(years[turns - 1], 2), years[-1:]])
    y = np.repeat(values[np.concatenate([[0], turns])], 2)
    return x, y


def _bases(results: Results) -> list[str]:
    """The bases, in the order in which the evidence names them."""
    order = list(results.labels.catalogue.installations)
    here = results.along("base_open", "installation")
    return [base for base in order if base in here] + [base for base in here if base not in order]


def base_strips(
    record: Record | Results, scenario: str | None = None, baseline: str = "baseline"
) -> Figure:
    """Every scenario a strip, for each base: the darker, the more runs in which it is open."""
    results = Results.of(record)
    bases = _bases(results)
    names = [baseline, *results.others(baseline)]
    strips = {
        base: {
            name: band
            for name in names
            if (band := results.band(name, "base_open", installation=base)) is not None
        }
        for base in bases
    }
    row, room, gap = 0.2, 3.0, 0.5
    columns = 2
    blocks = -(-len(bases) // columns)
    sheet = Sheet(
        _widest_gap(results, strips, baseline),
        "Share of runs in which each base is open, by scenario",
        READ_STRIPS,
        source_line(results.manifest, names),
        body=blocks * (row * len(names) + gap) + 0.1,
    )
    width = (sheet.width - room - 0.6 * columns) / columns
    for place, base in enumerate(bases):
        line, column = divmod(place, columns)
        axes = sheet.axes(
            room + column * (width + 0.6),
            0.32 + (blocks - 1 - line) * (row * len(names) + gap),
            width,
            row * len(names),
        )
        guest = results.labels.guest_of(base)
        where = (
            f"{results.labels.name_of(base)} ({results.labels.short_name(guest)})"
            if guest
            else results.labels.name_of(base)
        )
        axes.set_title(where, color=results.labels.look_of(guest).ink)
        shade = LinearSegmentedColormap.from_list(
            base, ["#f4f4f4", results.labels.look_of(guest).color]
        )
        _strips(axes, [strips[base].get(name) for name in names], shade)
        for height, name in enumerate(names):
            if column == 0:
                title = "Baseline" if name == baseline else messages.title_of(results, name)
                sheet.beside(axes, height + 0.5, title, name == baseline, lines=1)
    return sheet.figure


def _strips(
    axes: Axes, bands: Sequence[Band | None], shade: LinearSegmentedColormap, numbers: bool = True
) -> None:
    """Rows of coloured quarters with the final share beside them."""
    first = bands[0]
    if first is None:
        return
    left, right = float(first.years[0]) - 0.25, float(first.years[-1])
    table = np.array([np.full(len(first.mean), np.nan) if b is None else b.mean for b in bands])
    axes.imshow(
        table, cmap=shade, vmin=0, vmax=1, aspect="auto", interpolation="nearest",
        extent=(left, right, len(bands), 0),
    )  # fmt: skip
    span = np.array([left, right])
    gaps = [Line(span, np.full(2, float(y)), "white", width=1.6) for y in range(1, len(bands))]
    lines(axes, gaps)
    for height, band in enumerate(bands):
        if band is None or not numbers:
            continue
        end = float(band.mean[-1])
        differs = abs(end - float(first.mean[-1])) >= 0.02
        axes.text(
            1.01, height + 0.5, messages.label_of(end), transform=axes.get_yaxis_transform(),
            va="center_baseline", size=8, color=INK if differs else QUIET_INK,
            weight="bold" if differs else "normal",
        )  # fmt: skip
    years_axis(axes, left, right)


def _widest_gap(results: Results, strips: dict[str, dict[str, Band]], baseline: str) -> str:
    """The base and scenario that differ most from the baseline at the end."""
    gaps = [
        (float(band.mean[-1] - bands[baseline].mean[-1]), base, name)
        for base, bands in strips.items()
        for name, band in bands.items()
        if name != baseline and baseline in bands
    ]
    if not gaps or max(abs(gap) for gap, _, _ in gaps) < messages.SMALL:
        return "No scenario moves any base's chances by more than 2 points"
    gap, base, name = max(gaps, key=lambda each: abs(each[0]))
    before = float(strips[base][baseline].mean[-1])
    return (
        f"{results.labels.name_of(base)} depends most on the question asked: "
        f"open in {messages.percent(before)} "
        f"of baseline runs, in {messages.percent(before + gap)} with "
        f"\u201c{messages.title_of(results, name)}\u201d"
    )


def _touched(results: Results, scenario: str, baseline: str) -> str:
    """The organization whose members differ most from the baseline's, or else the first."""

    def moved(organization: str) -> float:
        found = 0.0
        for state in results.along("membership_full", "state"):
            at = {"organization": organization, "state": state}
            here = results.band(scenario, "membership_full", **at)
            there = results.band(baseline, "membership_full", **at)
            if here is not None and there is not None:
                found = max(found, float(np.abs(here.mean - there.mean).max()))
        return found

    bodies = results.along("membership_full", "organization")
    order = [each for each in results.labels.catalogue.organizations if each in bodies]
    return max(order, key=moved) if scenario != baseline else order[0]


def membership_timeline(
    record: Record | Results,
    scenario: str | None = None,
    baseline: str = "baseline",
    organization: str | None = None,
) -> Figure:
    """Probability that each state is a full member of an organization, through time.

    By default it is the one in which a scenario changes most; of the baseline, the first that the
    evidence names.
    """
    results = Results.of(record)
    scenario = scenario or baseline
    organization = organization or _touched(results, scenario, baseline)
    found = {}
    for state in results.along("membership_full", "state"):
        at = {"organization": organization, "state": state}
        band = results.band(scenario, "membership_full", **at)
        if band is not None and (band.mean.max() >= 0.005 or state in results.outer_states):
            found[state] = band
    states = sorted(found, key=lambda state: (-found[state].mean.mean(), state))
    row, room = 0.27, 1.35
    sheet = Sheet(
        messages.titled(
            results, scenario, baseline, messages.members(results, scenario, organization, states)
        ),
        "Share of runs in which each state is a full member of "
        + results.labels.in_sentence(organization),
        READ_MEMBERS,
        source_line(results.manifest, [scenario] if scenario == baseline else [scenario, baseline]),
        body=row * len(states) + 0.4,
    )
    axes = sheet.axes(room, 0.32, sheet.width - room - 1.25, row * max(len(states), 1))
    shade = LinearSegmentedColormap.from_list("members", ["#f4f4f4", SCENARIO])
    _strips(axes, [found[state] for state in states], shade, numbers=False)
    for height, state in enumerate(states):
        at = {"organization": organization, "state": state}
        there = results.band(baseline, "membership_full", **at)
        text = messages.label_of(float(found[state].mean[-1]))
        if there is not None and scenario != baseline:
            before = messages.label_of(float(there.mean[-1]))
            text += ", as baseline" if before == text else f" (baseline {before})"
        axes.text(
            1.01, height + 0.5, text, transform=axes.get_yaxis_transform(),
            va="center_baseline", size=8, color=INK,
        )  # fmt: skip
        sheet.beside(axes, height + 0.5, results.labels.name_of(state), lines=1)
    return sheet.figure
