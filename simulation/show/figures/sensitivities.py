"""Sensitivity: how much of the spread of an outcome is owed to which parameters, and to luck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from simulation.contrast.variants import outcomes_in
from simulation.evidence.catalogue import listed
from simulation.parameters.numbers import source_word
from simulation.parameters.sampling import PRIOR
from simulation.show import messages
from simulation.show.figures.drawing import Line, lines, numbers_below, write
from simulation.show.figures.sheet import Sheet
from simulation.show.figures.style import (
    BASELINE_GREY,
    INK,
    QUIET_INK,
    SCENARIO,
    UNTOLD,
    styled,
)
from simulation.show.sentences import sentence

if TYPE_CHECKING:
    from simulation.contrast.sensitivity import Sensitivity, VarianceShare

_ROW, _MOST = 0.24, 24
LUCK = "luck alone"
READ_SENSITIVITY = (
    "the pale bar is the share of the variance over runs that is owed to a group of parameters, "
    "alone and together with anything else (Sobol's total index); the dark bar what it does alone "
    "or with luck. Pale bars overlap, so they may add up to more than 100%. Whiskers are 95% "
    "intervals; grey bars cannot be told from zero."
)


def sensitivity_figure(found: Sensitivity) -> Figure:
    """The groups of parameters by their total index, and luck alone."""
    with styled():
        return _drawn(found)


def _drawn(found: Sensitivity) -> Figure:
    label = _label(found)
    shown = found.indices[:_MOST]
    sheet = Sheet(
        sensitivity_finding(found),
        f"Share of the variance of {label} at {found.until} over the ranges of the parameters",
        READ_SENSITIVITY,
        f"Heartland · {found.scenario.name} · {found.runs:,} runs, {found.samples:,} samples of "
        f"the design · seed {found.seed} · {source_word(PRIOR)}",
        body=_ROW * (len(shown) + 1) + 0.5,
        width=7.6,
    )
    tall = _ROW * (len(shown) + 1)
    axes = sheet.axes(2.6, 0.35, sheet.width - 2.6 - 0.85, tall)
    ends = [end for each in shown for end in (each.total.high, each.first.value)]
    highest = max([*ends, found.luck.high, 0.2])
    axes.set(xlim=(0, 1.04 * highest), ylim=(len(shown) + 1, 0))
    whiskers = []
    rows = [(each.group, each.total, each.first) for each in shown]
    for place, (name, total, first) in enumerate([*rows, (LUCK, found.luck, None)]):
        told = total.low > 0
        color = (BASELINE_GREY if name == LUCK else SCENARIO) if told else UNTOLD
        _bar(axes, place, total.value, color, inset=0.16, alpha=0.5 if told else 1.0, told=told)
        if first is not None and told:
            _bar(axes, place, first.value, color, inset=0.3)
        whiskers.append(_whisker(total, place, highest))
        write(
            axes, -0.02, place + 0.5, name, transform=axes.get_yaxis_transform(), ha="right",
            va="center_baseline", size=8, color=INK if told else QUIET_INK, parse_math=False,
            style="italic" if name == LUCK else "normal",
        )  # fmt: skip
        write(
            axes, 1.02, place + 0.5, messages.label_of(max(total.value, 0.0)),
            transform=axes.get_yaxis_transform(), va="center_baseline", size=8,
            color=INK if told else QUIET_INK, weight="bold" if told else "normal",
        )  # fmt: skip
    lines(axes, whiskers, zorder=4)
    step = 0.25 if highest > 0.6 else 0.1 if highest > 0.25 else 0.05
    ticks = [step * place for place in range(int(1.04 * highest / step) + 1)]
    numbers_below(axes, [(tick, f"{100 * tick:.0f}%") for tick in ticks], grid=True)
    return sheet.figure


def sensitivity_finding(found: Sensitivity) -> str:
    """What the analysis shows, in a sentence."""
    label = _label(found)
    if not found.indices:
        return f"Runs do not differ in {label}, whatever the parameters"
    told = [each for each in found.indices if each.total.low > 0]
    if not told:
        text = f"No group of parameters can be told to matter for {label}"
    else:
        shares = [messages.label_of(each.total.value) for each in told[:3]]
        shares[0] += " of its variance"
        named = [f"{each.group} ({share})" for each, share in zip(told[:3], shares, strict=True)]
        text = f"{sentence(label)} hangs most on {listed(named)}"
    if found.luck.low > 0:
        return f"{text}; luck alone makes {messages.label_of(found.luck.value)}"
    return f"{text}; luck alone cannot be told from nothing"


def _bar(
    axes: Axes,
    place: int,
    value: float,
    color: str,
    *,
    inset: float,
    alpha: float = 1.0,
    told: bool = True,
) -> None:
    corner, tall = (0, place + inset), 1 - 2 * inset
    hatch = None if told else "////"
    axes.add_patch(
        Rectangle(corner, max(value, 0.0), tall, facecolor=color, alpha=alpha, hatch=hatch)
    )


def _whisker(share: VarianceShare, place: int, highest: float) -> Line:
    ends = np.clip([share.low, share.high], 0.0, highest)
    return Line(ends, np.full(2, place + 0.5), INK, width=1.0)


def _label(found: Sensitivity) -> str:
    declared = outcomes_in(found.scenario)[found.outcome]
    return messages.in_words(declared.description, declared.kind)
