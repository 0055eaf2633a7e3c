"""Numbers beyond their documented range: allowed, and said wherever a scenario is told of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulation.evidence.catalogue import Catalogue
from simulation.parameters.numbers import beyond


def beyond_range(resolved: Mapping[str, Any], catalogue: Catalogue) -> list[str]:
    """What a scenario puts beyond its documented range, in words.

    Args:
        resolved: the scenario as `Scenario.resolved` gives it.
        catalogue: the evidence with the ranges.

    Returns:
        A clause each, as "basing.rent is 9, beyond its range 1.5–3".
    """
    return [
        f"{key} is {value:g}{when}, {beyond(limits)}"
        for key, value, when in _put(resolved)
        if (limits := catalogue.range_of(key)) and not limits[0] <= value <= limits[1]
    ]


def _put(resolved: Mapping[str, Any]) -> Iterator[tuple[str, float, str]]:
    """Every number that a scenario gives, with the day from which it holds."""
    values = resolved.get("values") or {}
    for key, given in (resolved.get("overrides") or {}).items():
        held = values.get(key) or {}
        if not str(held.get("from")).startswith("mechanism "):  # which holds it where it is off
            yield key, given["value"], ""
    for event in resolved.get("events") or ():
        if isinstance(event.get("set"), Mapping):
            for key, value in event["set"].items():
                yield key, value, f" from {event['date']} on"
