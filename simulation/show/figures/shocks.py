"""Marks on a time axis where a scenario scripts a shock."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from simulation.numerics.dates import quarter_of
from simulation.show.figures.style import INK
from simulation.show.figures.summaries import Results, years_of

MARKED = frozenset({"attack", "close_base", "crackdown", "leader_change", "open_base", "ouster"})
"""Kinds of event that are worth a mark."""


def scripted(results: Results, scenario: str) -> list[tuple[int, str, str]]:
    """The dated events of a scenario: quarter, kind, subject."""
    found = []
    for event in results.resolved(scenario).get("events") or ():
        kind = next(key for key in event if key != "date")
        found.append((quarter_of(str(event["date"])), str(kind), str(event[kind])))
    return found


def mark_events(axes: Axes, results: Results, scenario: str, subject: str) -> None:
    """Small marks on top of the frame where the scenario scripts something about a subject."""
    quarters = [
        quarter
        for quarter, kind, about in scripted(results, scenario)
        if kind in MARKED and (about == subject or results.labels.host_of(about) == subject)
    ]
    if quarters:
        axes.plot(
            years_of(np.array(sorted(set(quarters)))) - 0.125, [1.0] * len(set(quarters)),
            transform=axes.get_xaxis_transform(), ls="", marker="v", ms=4.5, color=INK,
            clip_on=False, zorder=5,
        )  # fmt: skip
