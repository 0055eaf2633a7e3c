"""Limits on several numbers together: weights that are not all 0, shares that leave a rest.

The bounds of a parameter hold each number by itself. Where the model divides by a sum, no single
number is at fault, so the whole is checked once a scenario is resolved and after each `set`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

import numpy as np

from simulation.evidence.catalogue import Catalogue
from simulation.inputs.problems import Problem
from simulation.numerics.arrays import Array
from simulation.scenario.events import Event
from simulation.scenario.inheritance import SETTING, Chain

_Values = Mapping[str, float | Array | None]


class Conflict(NamedTuple):
    """Numbers that cannot stand together.

    Attributes:
        keys: Their full keys.
        message: What is wrong with them.
        hint: What would mend it.
    """

    keys: tuple[str, ...]
    message: str
    hint: str


def conflicts(
    values: _Values, catalogue: Catalogue, dropped: Collection[str] = ()
) -> Iterator[Conflict]:
    """What is wrong with numbers together.

    Args:
        values: Every number by full key, or an array of one a run.
        catalogue: The names that exist.
        dropped: Actors whose numbers do not count.
    """
    yield from _weights_of_nought(values, catalogue)
    tables = {key.rsplit(".", 2)[0] for key in values if ".trade_share." in key}
    powers = [power for power in catalogue.names["power"] if power not in dropped]
    for table in sorted(tables):
        for state in catalogue.names["region"]:
            keys = _present(values, [f"{table}.{power}.{state}" for power in powers])
            together = float(_together(values, keys).max())
            if together >= 1 and state not in dropped:
                message = f"the powers' shares of {state} in '{table}' come to {together:g}"
                hint = "bring them below 1 together: the rest of the world trades too"
                yield Conflict(keys, message, hint)


def check_together(chain: Chain, values: _Values, origins: Mapping[str, str]) -> None:
    """Note in a scenario's own file what its numbers cannot be together, then or later.

    Args:
        chain: The scenario and those it extends.
        values: Every number by full key, as the scenario has it at the start.
        origins: Which scenario, or `--set`, a number comes from.
    """
    problems, dropped = chain.own.loaded.problems, chain.dropped()
    for conflict in conflicts(values, chain.catalogue, dropped):
        problems.append(_at_the_start(conflict, chain, origins))
    sets = sorted((it for it in chain.events() if it.kind == "set"), key=lambda it: it.order)
    for _, group in groupby(sets, key=lambda event: event.quarter):
        events = list(group)
        values = {**values, **{key: it.subject[key] for it in events for key in it.subject}}
        for conflict in conflicts(values, chain.catalogue, dropped):
            last = next((it for it in reversed(events) if {*it.subject} & {*conflict.keys}), None)
            if last is not None:
                problems.append(_of_event(conflict, chain, last))


def _weights_of_nought(values: _Values, catalogue: Catalogue) -> Iterator[Conflict]:
    """Tables of weights of which only the proportions count, and that have none."""
    groups = {"every channel": ("influence.channel_weight", catalogue.names["channel"])}
    for name, organization in sorted(catalogue.organizations.items()):
        bodies = tuple(sorted(organization.bodies))
        groups[f"every body of {name}"] = ("organizations.body_weight", bodies)
    for whole, (table, parts) in groups.items():
        keys = _present(values, [f"{table}.{part}" for part in parts])
        if keys and not _together(values, keys).min():
            message = f"'{table}' is 0 for {whole}"
            yield Conflict(keys, message, f"leave one above 0: {', '.join(keys)}")


def _together(values: _Values, keys: Collection[str]) -> Array:
    """The sum of some numbers without their signs, in every run or in all alike."""
    parts = (values[key] for key in keys)
    return np.atleast_1d(sum(np.abs(part) for part in parts if part is not None))


def _present(values: _Values, keys: Collection[str]) -> tuple[str, ...]:
    return tuple(key for key in keys if key in values)


def _at_the_start(conflict: Conflict, chain: Chain, origins: Mapping[str, str]) -> Problem:
    """The problem, at the line of the first override that is part of it, if there is one."""
    layer = chain.own
    if any(origins.get(key) == SETTING for key in conflict.keys):
        return Problem(SETTING, None, conflict.message, conflict.hint)
    lines = [
        layer.loaded.line(("overrides", given))
        for given in layer.written_overrides
        if any(f"{key}.".startswith(f"{given}.") for key in conflict.keys)
    ]
    line = lines[0] if lines else None
    return Problem(layer.loaded.name, line, conflict.message, conflict.hint)


def _of_event(conflict: Conflict, chain: Chain, event: Event) -> Problem:
    """The problem, at the line of the event that brings it about."""
    layer = chain.own
    line = event.line if event.origin == layer.name else None
    return Problem(layer.loaded.name, line, f"{conflict.message} from then on", conflict.hint)
