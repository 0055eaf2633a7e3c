"""Maps: who leads where and by how much, one quarter, several, or against the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path as Outline
from matplotlib.typing import ColorType

from simulation.evidence.catalogue import listed
from simulation.numerics.dates import quarter_name, quarter_of, year_of
from simulation.show import messages
from simulation.show.figures.drawing import inches
from simulation.show.figures.geography import Geography, geography
from simulation.show.figures.sheet import Sheet, source_line
from simulation.show.figures.style import (
    FAINT,
    INK,
    SHIFT,
    UNTOLD,
    Dash,
    Look,
)
from simulation.show.figures.summaries import Results

if TYPE_CHECKING:
    from simulation.record.record import Record

LAND = "#f3f1ec"
_FULL = 0.4
"""The lead over the second power at which a colour is at its fullest."""
MARK_AND_ROOM = 10.0
"""Points from the middle of a base's mark at which a route begins or ends."""
_MARK, _GAP = 9.0, 4.0
"""Points: the width of a base's mark, and what is left between two of them."""
_PANEL = 2.9
"""Inches: the width of one map of a strip."""
READ_MAP = (
    "each state has the colour of the power with the largest mean share of influence, the fuller "
    "the larger its lead. Triangles and squares are bases, filled as likely as they are open."
)
READ_DIFFERENCE = (
    "each state has the colour of the mean difference, run by run, in points of influence: purple "
    "is more, hatched olive less, and grey is too little to matter. Triangles and squares are "
    "bases, filled as likely as they are open; lines are pipelines and corridors, drawn through "
    "once half of the runs have them."
)


def influence_map(
    record: Record | Results,
    scenario: str | None = None,
    baseline: str = "baseline",
    quarter: str | int | None = None,
    schematic: bool | None = None,
) -> Figure:
    """Who leads in each state at a quarter, by how much, and which bases are open."""
    results = Results.of(record)
    scenario = scenario or baseline
    when = _quarter(results, quarter)
    where = geography(schematic, catalogue=results.labels.catalogue)
    sheet = Sheet(
        messages.titled(results, scenario, baseline, _leaders(results, scenario, when)),
        f"Leading power in each state at {quarter_name(when)}: mean share of influence, and lead "
        "over the second in points",
        f"{READ_MAP} {where.note}",
        source_line(results.manifest, [scenario]),
        body=5.0,
    )
    axes = sheet.axes(0.1, 0.05, sheet.width - 0.2, 4.9)
    _land(axes, where)
    for state in results.states:
        ranked = _ranked(results, scenario, state, when)
        if not ranked or state not in where.outlines:
            continue
        (first, power), second = ranked[0], ranked[1][0] if len(ranked) > 1 else 0.0
        _paint(axes, where, state, results.labels.look_of(power), (first - second) / _FULL)
        lead = f"{results.labels.short_name(power)} {100 * first:.0f}%"
        said = (lead, f"+{100 * (first - second):.0f}")
        _label(axes, where, results, state, said=said, size=9.5)
    _routes(axes, where, results, scenario, when)
    _bases(axes, where, results, scenario, when)
    _neighbours(axes, where, results)
    return sheet.figure


def difference_map(
    record: Record | Results,
    scenario: str | None = None,
    baseline: str = "baseline",
    schematic: bool | None = None,
) -> Figure:
    """How the influence of the power that moves most differs from the baseline, at its peak."""
    results = Results.of(record)
    scenario = scenario or next(iter(results.others(baseline)), baseline)
    where = geography(schematic, catalogue=results.labels.catalogue)
    power, when, gaps = results.peak_of_influence(scenario)
    small = results.matters_of_influence
    sheet = Sheet(
        messages.titled(results, scenario, baseline, messages.peak_of_influence(results, scenario)),
        f"Difference of {messages.of_power(results, power)} influence over each state from the "
        f"baseline at the end of {quarter_name(when)}, where it is largest, in points of 100",
        f"{READ_DIFFERENCE} {where.note}",
        source_line(results.manifest, [scenario, baseline]),
        body=5.0,
    )
    axes = sheet.axes(0.1, 0.05, sheet.width - 0.2, 4.9)
    _land(axes, where)
    fullest = max(2.5 * small, *(abs(gap) for gap in gaps.values()))
    for state in results.states:
        if state not in where.outlines:
            continue
        gap = gaps.get(state)
        if gap is None:
            _label(axes, where, results, state, said=["in one of the two only"], size=9)
            continue
        color: ColorType = UNTOLD
        if abs(gap) >= small:
            color = SHIFT(0.5 + 0.34 * float(np.clip(gap / fullest, -1, 1)))
        hatch = "////" if gap <= -small else None
        axes.add_artist(
            PathPatch(
                _outline(where.outlines[state]), facecolor=color, edgecolor="white", lw=1.2,
                hatch=hatch, zorder=2,
            )
        )  # fmt: skip
        _label(axes, where, results, state, said=[messages.signed(100 * gap)], size=9.5)
    _routes(axes, where, results, scenario, when)
    _bases(axes, where, results, scenario, when)
    _neighbours(axes, where, results)
    return sheet.figure


def map_strip(
    record: Record | Results,
    scenario: str | None = None,
    baseline: str = "baseline",
    quarters: tuple[str, ...] = ("2001Q4", "2004Q4", "2007Q4", "2010Q4", "2013Q4", "2015Q4"),
    schematic: bool | None = None,
) -> Figure:
    """The same map at several quarters."""
    results = Results.of(record)
    scenario = scenario or baseline
    where = geography(schematic, _PANEL, results.labels.catalogue)
    message = messages.overtaking(results, scenario)
    sheet = Sheet(
        messages.titled(results, scenario, baseline, message),
        "Leading power in each state, at the end of each year",
        f"{READ_MAP.split(' Triangles')[0]} {where.note}",
        source_line(results.manifest, [scenario]),
        body=3.95,
    )
    rows = sheet.grid(2, 3, left=0.1, right=0.1, across=0.15, top=0.24, bottom=0.22, down=0.28)
    panels = [axes for row in rows for axes in row]
    shown = [q for q in map(quarter_of, quarters) if q <= results.last_quarter]
    for axes, when in zip(panels[: len(shown)], shown[: len(panels)], strict=True):
        _land(axes, where)
        axes.set_title(str(year_of(when)))
        for state in results.states:
            ranked = _ranked(results, scenario, state, when)
            if ranked and state in where.outlines:
                (first, power), second = ranked[0], ranked[1][0] if len(ranked) > 1 else 0.0
                how = results.labels.look_of(power)
                _paint(axes, where, state, how, (first - second) / _FULL)
    for axes in panels[len(shown) :]:
        axes.set_visible(False)
    _legend(sheet, results, scenario)
    return sheet.figure


# -- parts -----------------------------------------------------------------------------------


def _quarter(results: Results, quarter: str | int | None) -> int:
    if quarter is None:
        return results.last_quarter
    return quarter_of(quarter) if isinstance(quarter, str) else int(quarter)


def _ranked(results: Results, scenario: str, state: str, when: int) -> list[tuple[float, str]]:
    """Mean shares at a quarter, the largest first."""
    found = []
    for power in results.powers:
        band = results.band(scenario, "influence_share", power=power, state=state)
        if band is not None:
            found.append((float(band.mean[np.searchsorted(band.quarters, when)]), power))
    return sorted(found, key=lambda each: (-each[0], each[1]))


def _leaders(results: Results, scenario: str, when: int) -> str:
    """Who leads where, in a sentence."""
    led: dict[str, list[str]] = {}
    for state in results.states:
        ranked = _ranked(results, scenario, state, when)
        if ranked:
            led.setdefault(ranked[0][1], []).append(results.labels.name_of(state))
    year = year_of(when)
    if len(led) == 1:
        return f"{results.labels.in_sentence(next(iter(led)))} leads everywhere in {year}"
    order = sorted(led.items(), key=lambda each: -len(each[1]))
    parts = [f"{results.labels.in_sentence(power)} in {listed(at)}" for power, at in order]
    parts[0] = parts[0].replace(" in ", " leads in ", 1)
    return f"in {year} " + ", ".join(parts)


def _land(axes: Axes, where: Geography) -> None:
    left, right, bottom, top = where.frame
    if not where.schematic:
        wide, tall = inches(axes)
        half = (top - bottom) * wide / tall / 2
        left, right = (left + right) / 2 - half, (left + right) / 2 + half
    axes.set(xlim=(left, right), ylim=(bottom, top))
    everything = _outline([ring for rings in where.outlines.values() for ring in rings])
    axes.add_artist(PathPatch(everything, facecolor=LAND, edgecolor="#bdb8ac", lw=0.6, zorder=1))


def _outline(rings: list[np.ndarray]) -> Outline:
    return Outline.make_compound_path(*(Outline(ring, closed=True) for ring in rings))


def _paint(axes: Axes, where: Geography, state: str, how: Look, strength: float) -> None:
    """A state in a power's colour, the fuller the larger `strength` (0 to 1)."""
    part = 0.22 + 0.68 * float(np.clip(strength, 0, 1))
    color = tuple(1 - part * (1 - shade) for shade in to_rgb(how.color))
    patch = PathPatch(
        _outline(where.outlines[state]), facecolor=color, edgecolor="white", lw=1.2,
        hatch=how.hatch[:2] or None, zorder=2,
    )  # fmt: skip
    axes.add_artist(patch)


def _label(
    axes: Axes, where: Geography, results: Results, state: str, said: Sequence[str], size: float
) -> None:
    x, y = where.labels[state]
    if state in where.centres:
        there = where.centres[state]
        axes.plot([x, there[0]], [y, there[1]], color=INK, lw=0.7, zorder=3.5)
        axes.plot([there[0]], [there[1]], ls="", marker="o", ms=2.5, color=INK, zorder=3.5)
    box = {"facecolor": "white", "alpha": 0.85, "lw": 0, "boxstyle": "round,pad=0.22"}
    first, *more = said
    text = f"{results.labels.name_of(state)}\n{first}" + (f" ({more[0]})" if more else "")
    axes.text(
        x, y, text, ha="center", va="center", size=size, color=INK, bbox=box, zorder=4,
        linespacing=1.15,
    )  # fmt: skip


def _neighbours(axes: Axes, where: Geography, results: Results) -> None:
    for name, (x, y) in where.labels.items():
        if name in results.states or name not in results.labels.catalogue.actors:
            continue
        known = name in results.powers
        axes.text(
            x, y, results.labels.name_of(name),
            ha="center", va="center", size=9 if known else 8, zorder=3,
            color=results.labels.look_of(name).ink if known else FAINT,
            weight="bold" if known else "normal",
        )  # fmt: skip


def _routes(axes: Axes, where: Geography, results: Results, scenario: str, when: int) -> None:
    """Pipelines, corridors and zones, each with the share of runs in which it is open."""
    marks = [*_apart(axes, where).values()]
    for project, points in where.lines.items():
        declared = results.labels.catalogue.projects[project].map
        text = declared.label if declared else project
        band = results.band(scenario, "project_open", project=project)
        dash: Dash = (0, (4, 1.5))
        if band is not None:
            chance = float(band.mean[np.searchsorted(band.quarters, when)])
            text = f"{text} {messages.label_of(chance)}"
            dash = "solid" if chance >= 0.5 else dash
        x, y = (np.array(each) for each in zip(*_clear_of_bases(axes, marks, points), strict=True))
        if len(x) > 1:
            axes.plot(x, y, color=INK, lw=1.6, ls=dash, zorder=3)
        else:
            axes.plot(x, y, ls="", marker="D", ms=5, mfc="white", mec=INK, zorder=3)
        shift, side = (declared.beside, declared.align) if declared else ((7, 0), "left")
        axes.annotate(
            text, (x[-1], y[-1]), shift, size=7, color=INK, weight="bold", ha=side, va="center",
            textcoords="offset points", zorder=3, parse_math=False,
            bbox={"facecolor": "white", "alpha": 0.8, "lw": 0, "pad": 0.8},
        )  # fmt: skip


def _clear_of_bases(
    axes: Axes, marks: Sequence[tuple[float, float]], points: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """A route whose ends keep clear of the marks of bases, so that both are seen."""
    left, right = axes.get_xlim()
    clear = MARK_AND_ROOM / 72 * (right - left) / inches(axes)[0]
    found = [*points]
    for end, towards in ((0, 1), (-1, -2)) if len(points) > 1 else ():
        here, there = np.array(found[end]), np.array(found[towards])
        apart = float(np.linalg.norm(there - here))
        near = [np.linalg.norm(here - np.array(base)) for base in marks]
        if min(near, default=clear) < clear:
            x, y = here + min(clear / apart, 0.5) * (there - here)
            found[end] = (float(x), float(y))
    return found


def _apart(axes: Axes, where: Geography) -> dict[str, tuple[float, float]]:
    """Where the marks of bases stand: where the bases are, pushed apart where two would touch."""
    left, right = axes.get_xlim()
    least = (_MARK + _GAP) / 72 * (right - left) / inches(axes)[0]
    found = {name: np.array(place, dtype=float) for name, place in where.places.items()}
    for one, other in combinations(found, 2):
        between = found[other] - found[one]
        far = float(np.hypot(between[0], between[1]))
        if far < least:
            towards = between / far if far else np.array([1.0, 0.0])
            found[one] = found[one] - towards * (least - far) / 2
            found[other] = found[other] + towards * (least - far) / 2
    return {name: (float(x), float(y)) for name, (x, y) in found.items()}


def _bases(axes: Axes, where: Geography, results: Results, scenario: str, when: int) -> None:
    """Bases in the colour of the guest, filled as likely as they are open."""
    places = _apart(axes, where)
    for base in results.along("base_open", "installation"):
        band = results.band(scenario, "base_open", installation=base)
        if band is None or base not in places:
            continue
        chance = float(band.mean[np.searchsorted(band.quarters, when)])
        how = results.labels.look_of(results.labels.guest_of(base))
        x, y = places[base]
        axes.plot([x], [y], ls="", marker=how.marker, ms=_MARK, mfc="white", mec=how.ink, zorder=5)
        axes.plot(
            [x], [y], ls="", marker=how.marker, ms=_MARK, mfc=how.color, mec=how.ink, alpha=chance,
            zorder=5,
        )  # fmt: skip
        declared = results.labels.catalogue.installations[base].map
        shift, side = (declared.beside, declared.align) if declared else ((7, 0), "left")
        axes.annotate(
            f"{results.labels.name_of(base)} {messages.label_of(chance)}", (x, y), shift,
            ha=side, va="center",
            textcoords="offset points", size=7.5, color=how.ink, weight="bold", zorder=6,
            bbox={"facecolor": "white", "alpha": 0.7, "lw": 0, "pad": 0.8},
        )  # fmt: skip


def _legend(sheet: Sheet, results: Results, scenario: str) -> None:
    """Colours and hatches of the powers, along the bottom."""
    axes = sheet.axes(0.1, 0.0, sheet.width - 0.2, 0.2)
    axes.set(xlim=(0, sheet.width - 0.2), ylim=(0, 1))
    powers = results.powers_in([scenario])
    apart = min(1.6, (sheet.width - 0.3) / max(len(powers), 1))
    for place, power in enumerate(powers):
        how = results.labels.look_of(power)
        x = 0.05 + apart * place
        corners = [(x, 0.15), (x + 0.3, 0.15), (x + 0.3, 0.85), (x, 0.85)]
        hatch = how.hatch[:2] or None
        axes.add_artist(Polygon(corners, facecolor=how.color, hatch=hatch, alpha=0.8))
        axes.text(
            x + 0.38, 0.5, results.labels.name_of(power), va="center", color=how.ink, weight="bold"
        )
