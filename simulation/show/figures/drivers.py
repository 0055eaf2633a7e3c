"""What drives an outcome: the parameters it goes with, over runs that drew them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from simulation.evidence.catalogue import listed
from simulation.numerics.dates import quarter_name
from simulation.show import messages
from simulation.show.figures.drawing import Line, lines, numbers_below, round_ticks, write
from simulation.show.figures.sheet import Sheet, source_line, wrapped
from simulation.show.figures.style import INK, LESS, MORE, QUIET_INK, UNTOLD
from simulation.show.figures.summaries import Results
from simulation.show.sentences import sentence

if TYPE_CHECKING:
    from simulation.contrast.drivers import Driver, Drivers
    from simulation.record.record import Record

_MOST = 10
"""Parameters that are shown."""
NAMED = 3
"""Parameters that a sentence names."""
_ROW, _HEAD, FOOT, _NAMES = 0.29, 0.34, 0.32, 4.3
"""Inches: a parameter's row, the title of a panel, the numbers below it, the names beside it."""
READ_DRIVERS = (
    "each bar is the rank correlation, over runs, of the outcome with a parameter that was drawn "
    "by run; purple: more of one goes with more of the other. Whiskers are 95% intervals that hold "
    "together over all parameters; hatched grey bars cannot be told from zero."
)


def drivers(
    record: Record | Results,
    scenario: str | None = None,
    baseline: str = "baseline",
    outcome: str | None = None,
) -> Figure:
    """The parameters that an outcome, and its difference from the baseline, go with most."""
    results = Results.of(record)
    scenario = scenario or baseline
    outcome = outcome or results.outcome_asked(scenario, baseline)
    label = _called(results, outcome)
    panels = [(label, results.drivers(scenario, outcome))]
    if scenario != baseline:
        gap = results.drivers(scenario, outcome, baseline)
        panels.append((f"its difference from the {baseline}", gap))
    rows = [max(len(found.each[:_MOST]), 1) for _, found in panels]
    sheet = Sheet(
        messages.titled(results, scenario, baseline, headline(results, label, panels[0][1])),
        f"The {_MOST} parameters that the outcome at {quarter_name(results.last_quarter)} goes "
        f"with most, of {len(panels[0][1].each):,} that were drawn by run; rank correlations",
        READ_DRIVERS,
        source_line(results.manifest, [scenario] if scenario == baseline else [scenario, baseline]),
        body=sum(_ROW * count + _HEAD + FOOT for count in rows),
    )
    reach = max((abs(end) for _, found in panels for end in _ends(found)), default=0.5)
    top = sheet.body
    for (title, found), count in zip(panels, rows, strict=True):
        top -= _HEAD + _ROW * count
        axes = sheet.axes(_NAMES, top, sheet.width - _NAMES - 0.55, _ROW * count)
        axes.set(xlim=(-1.08 * reach, 1.08 * reach), ylim=(count, 0))
        axes.set_title(sentence(title))
        _bars(axes, results, found)
        top -= FOOT
    return sheet.figure


def headline(results: Results, label: str, found: Drivers) -> str:
    """Which parameter goes most with an outcome, for a title."""
    if not found.each:
        return f"runs do not differ in {label}"
    if not found.told:
        return f"no parameter goes with {label} in a way that can be told from luck"
    first = found.told[0]
    return (
        f"\u201c{messages.of_parameter(results, first.key)}\u201d goes most with {label} (rank "
        f"correlation {_signed(first.correlation)})"
    )


def accounts(results: Results, scenario: str, baseline: str) -> tuple[list[str], list[str]]:
    """What drives the outcome that answers a scenario's question.

    Returns:
        A sentence or two, and the keys of the parameters that they name.
    """
    outcome = results.outcome_asked(scenario, baseline)
    held = {_called(results, outcome): results.drivers(scenario, outcome)}
    if scenario != baseline:
        gap = results.drivers(scenario, outcome, baseline)
        held[f"its difference from the {baseline}"] = gap
    said = [_account(results, label, found) for label, found in held.items()]
    return said, [each.key for found in held.values() for each in found.told[:NAMED]]


def _account(results: Results, label: str, found: Drivers) -> str:
    """What goes with an outcome, in a sentence."""
    if not found.each:
        return f"Runs do not differ in {label}."
    over = f"over {found.runs:,} runs and {len(found.each):,} parameters"
    if not found.told:
        return f"No parameter goes with {label} in a way that can be told from luck {over}."
    first, *others = found.told[:NAMED]
    text = (
        f"\u201c{messages.of_parameter(results, first.key)}\u201d goes most with {label} (rank "
        f"correlation {_signed(first.correlation)}, "
        f"95% interval {_signed(first.low)} to {_signed(first.high)})"
    )
    if others:
        named = [
            f"\u201c{messages.of_parameter(results, each.key)}\u201d ({_signed(each.correlation)})"
            for each in others
        ]
        text += f", then {listed(named)}"
    return f"{text}; {len(found.told)} can be told from luck {over}."


def _called(results: Results, outcome: str) -> str:
    """An outcome within a sentence."""
    about = results.about(outcome)
    return messages.in_words(str(about.get("description") or outcome), str(about.get("kind")))


def _bars(axes: Axes, results: Results, found: Drivers) -> None:
    """One panel: the strongest parameters, their correlations and intervals."""
    shown = found.each[:_MOST]
    if not shown:
        axes.text(0, 0.5, "the same in every run", ha="center", va="center", color=QUIET_INK)
        return
    drawn = [Line(np.zeros(2), np.array([0.0, len(shown)]), INK, width=0.8)]
    for place, each in enumerate(shown):
        axes.add_patch(_bar(each, place))
        drawn.append(Line(np.array([each.low, each.high]), np.full(2, place + 0.5), INK, width=1.0))
        said = wrapped(messages.of_parameter(results, each.key), _NAMES - 0.15, 7.2)
        write(
            axes, -0.012, place + 0.5, "\n".join(said[:2]) + (" …" if said[2:] else ""),
            transform=axes.get_yaxis_transform(), size=7.2, linespacing=1.0,
            ha="right", va="center_baseline", color=INK if each.told else QUIET_INK,
            parse_math=False,
        )  # fmt: skip
        write(
            axes, 1.012, place + 0.5, _signed(each.correlation), size=8, va="center_baseline",
            transform=axes.get_yaxis_transform(), weight="bold" if each.told else "normal",
            color=INK if each.told else QUIET_INK,
        )  # fmt: skip
    lines(axes, drawn, zorder=3)
    left, right = axes.get_xlim()
    ticks = round_ticks(left, right)
    numbers_below(axes, [(tick, _signed(tick, 1)) for tick in ticks], grid=True)


def _bar(driver: Driver, place: int) -> Rectangle:
    color = (MORE if driver.correlation > 0 else LESS) if driver.told else UNTOLD
    left, wide = min(0.0, driver.correlation), abs(driver.correlation)
    hatch = None if driver.told else "////"
    return Rectangle((left, place + 0.16), wide, 0.68, facecolor=color, hatch=hatch)


def _ends(found: Drivers) -> list[float]:
    return [end for each in found.each[:_MOST] for end in (each.low, each.high)]


def _signed(value: float, digits: int = 2) -> str:
    return messages.signed(value, digits)
