"""What matters among all that happened in a run: what seldom happens comes first.

How often a kind of event happens in a run, over all runs of the scenario, sorts the kinds: a base
that closes or a government that falls is news, an exercise that somebody stays out of is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow.compute as pc

from simulation.decisions.events import Happening
from simulation.record.record import Record

SELDOM, OFTEN = 4.0, 12.0
"""Times a run: kinds that happen no more often lead; those beyond the second mark no run."""


@dataclass(frozen=True)
class Weighed:
    """What happened in a run, sorted by how much it matters.

    Attributes:
        leading: what seldom happens, in the order in which it did.
        counted: kinds that happen more often, each with how often it happened in the run, and its
            first and last quarter; the more seldom ones first.
    """

    leading: tuple[Happening, ...]
    counted: tuple[tuple[str, int, int, int], ...]


def rates_of(record: Record, scenario: str) -> dict[str, float]:
    """How often each kind of event happens in a run of a scenario, on average."""
    kinds = record.table("events", columns=["kind"], scenario=scenario)["kind"]
    counts = pc.value_counts(kinds).to_pylist()
    return {each["values"]: each["counts"] / record.runs for each in counts}


def rates_in(happenings: Iterable[Happening]) -> dict[str, float]:
    """The same of one run, where no others are known."""
    found: dict[str, float] = {}
    for each in happenings:
        found[each.kind] = found.get(each.kind, 0.0) + 1.0
    return found


def by_weight(happenings: Sequence[Happening], rates: Mapping[str, float]) -> Weighed:
    """Sort what happened in a run by how much it matters.

    Args:
        happenings: all of it.
        rates: how often each kind happens in a run.
    """
    leading = tuple(each for each in happenings if rates.get(each.kind, 0.0) <= SELDOM)
    others: dict[str, list[int]] = {}
    for each in happenings:
        if rates.get(each.kind, 0.0) > SELDOM:
            others.setdefault(each.kind, []).append(each.quarter)
    order = sorted(others, key=lambda kind: (rates[kind], kind))
    counted = tuple((kind, len(others[kind]), others[kind][0], others[kind][-1]) for kind in order)
    return Weighed(leading, counted)


def matching(
    happenings: Iterable[Happening], kinds: Sequence[str] = (), actors: Sequence[str] = ()
) -> tuple[Happening, ...]:
    """What is of some kinds, and is about some actors; all of it where none is named."""
    return tuple(
        each
        for each in happenings
        if (not kinds or each.kind in kinds or each.kind.removeprefix("event_") in kinds)
        and (not actors or not {each.actor, each.counterpart, each.object}.isdisjoint(actors))
    )
