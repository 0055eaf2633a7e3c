"""What of a scenario did not act in a batch, and why one that changed nothing changed nothing.

Read from what the batch keeps of its scenarios, so that it can be said of any folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from simulation.numerics.dates import quarter_of

_Resolved = Mapping[str, Any]
_SETUP = ("mechanisms", "theory", "actors", "history", "as_stated", "until")
"""What a scenario can change beside numbers and events."""
_MOST_NAMED = 4
"""How many things are named where there are many."""


def unacted(scenario: _Resolved, reference: _Resolved, until: str) -> str:
    """A sentence on the events of a scenario that lie after the runs' end; empty if none does.

    Args:
        scenario: as it was resolved for the batch. reference: the one it is compared with.
        until: the last quarter of the runs.
    """
    own = _events_beside(scenario, reference)
    late = [event for event in own if _is_late(event, until)]
    if not late:
        return ""
    names = _listed(_names(late))
    lie = "lies" if len(late) == 1 else "lie"
    return f"{len(late)} of its {len(own)} events {lie} after {until} and did not act: {names}."


def why_nothing(scenario: _Resolved, reference: _Resolved, until: str) -> str:
    """Why a scenario changed nothing in any run, as a clause.

    Args:
        scenario: as it was resolved for the batch. reference: the one it is compared with.
        until: the last quarter of the runs.
    """
    added = _events_beside(scenario, reference)
    omitted = _events_beside(reference, scenario)
    numbers = _numbers_beside(scenario, reference)
    setup = [key for key in _SETUP if scenario.get(key) != reference.get(key)]
    if not (added or omitted or numbers or setup):
        return "it differs in nothing from what it is compared with"
    events = [*added, *omitted]
    late = [event for event in events if _is_late(event, until)]
    rest = [_name(event) for event in events if event not in late] + [*numbers, *setup]
    reasons = []
    if late:
        lie = "lies" if len(late) == 1 else "lie"
        which = _which(late, events, all(event in omitted for event in late))
        reasons.append(f"{which} {lie} after the horizon ({until}): {_listed(_names(late))}")
    if rest:
        what = "what else it changes" if late else "what it changes"
        reasons.append(f"{what} found nothing to act on in these runs: {_listed(rest)}")
    return "; ".join(reasons)


def _which(late: Sequence[_Resolved], events: Sequence[_Resolved], omits: bool) -> str:
    """Which events of a scenario, or of those that it omits, lie late: all or some."""
    if len(late) < len(events):
        return f"{len(late)} of its {len(events)} events"
    if len(late) == 1:
        return "the one event that it omits" if omits else "its one event"
    return "the events that it omits" if omits else "its events"


def _names(events: Iterable[Mapping[str, Any]]) -> list[str]:
    return [_name(event) for event in events]


def _name(event: Mapping[str, Any]) -> str:
    """An event as people name it."""
    kind = next(key for key in event if key != "date")
    subject = event[kind]
    return f"{kind}:{'+'.join(subject) if isinstance(subject, Mapping) else subject}"


def _is_late(event: Mapping[str, Any], until: str) -> bool:
    """Whether an event lies after a quarter, or the campaign that an attack starts does."""
    return quarter_of(str(event["date"])) + ("attack" in event) > quarter_of(until)


def _events_beside(one: _Resolved, other: _Resolved) -> list[Mapping[str, Any]]:
    """The events of one scenario that another does not have."""
    there = [_plain(event) for event in other.get("events") or ()]
    return [event for event in one.get("events") or () if _plain(event) not in there]


def _plain(event: Mapping[str, Any]) -> dict[str, Any]:
    return {key: it for key, it in event.items() if key not in ("why", "from", "date")} | {
        "date": str(event["date"])
    }


def _numbers_beside(one: _Resolved, other: _Resolved) -> list[str]:
    """The numbers that one scenario has otherwise, or holds fixed where another does not."""
    mine, theirs = one.get("values") or {}, other.get("values") or {}
    return [
        key
        for key, entry in mine.items()
        if key not in theirs
        or (entry["value"], entry["from"] == "catalogue")
        != (theirs[key]["value"], theirs[key]["from"] == "catalogue")
    ]


def _listed(names: list[str]) -> str:
    """Names, not too many of them."""
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
