"""One scenario file: what it says, checked line by line.

A file says only what differs from the scenario that it extends. Reading it gives a `Layer`;
`simulation.scenario.scenario` lays the layers of a chain over the catalogue.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field

from simulation.evidence.catalogue import Catalogue
from simulation.evidence.schema import ActorEntry
from simulation.inputs.problems import did_you_mean
from simulation.inputs.validation import (
    FileEntry,
    Several,
    Text,
    Truth,
    Wrong,
    complain,
    day_from,
    shorten,
    text_from,
    unknown,
    validated,
)
from simulation.inputs.yaml_reader import Loaded, Place
from simulation.numerics.dates import LAST, START, last_day, quarter_name, quarter_of
from simulation.scenario.events import EVENTS, Event, EventDay, parse_event
from simulation.scenario.mechanisms import SWITCHES, THEORIES

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


def _switch(value: Any) -> bool:
    """A switch is `on` or `off`; true and false mean the same."""
    switched = {"on": True, "off": False, True: True, False: False}
    if isinstance(value, (str, bool)) and value in switched:
        return switched[value]
    raise Wrong(f"is {shorten(value)}; write on or off")


def _mechanism(value: Any) -> str:
    name = text_from(value)
    if name not in SWITCHES:
        hint = did_you_mean(name, SWITCHES)
        raise Wrong(f"no mechanism '{name}'", hint, "mechanisms", alone=True)
    return name


def _theory(value: Any) -> str:
    name = text_from(value)
    if name not in THEORIES:
        known = f"theories are {', '.join(sorted(THEORIES))}"
        raise Wrong(f"no theory '{name}'", did_you_mean(name, THEORIES) or known, None, True)
    return name


def _quarter(value: Any) -> int:
    quarter = quarter_of(text_from(value))
    if not quarter_of(START) <= quarter <= quarter_of(LAST):
        raise Wrong(f"is {value}; a run lasts from {START} to {LAST} at most")
    return quarter


def _mapping(value: Any) -> Any:
    return {} if value is None else value


def _list(value: Any) -> Any:
    return [] if value is None else value


Entries = Annotated[dict[str, Any], BeforeValidator(_mapping)]
Items = Annotated[list[Any], BeforeValidator(_list)]
OnOff = Annotated[bool, BeforeValidator(_switch)]
Quarter = Annotated[int, BeforeValidator(_quarter)]
TheoryName = Annotated[str, BeforeValidator(_theory)]


class ActorsEntry(FileEntry):
    """Who is taken out and who is put in."""

    drop: Annotated[tuple[Text, ...], Several] = ()
    add: Entries = Field(default_factory=dict)


class HistoryEntry(FileEntry):
    """Until which day what was known is imposed."""

    until: EventDay


class OverrideEntry(FileEntry):
    """Another value, and why."""

    value: Any
    why: Text


class OmittedEntry(FileEntry):
    """Why an inherited event does not happen."""

    why: Text


class ScenarioEntry(FileEntry):
    """The keys of a scenario file."""

    title: Text
    question: Text | None = None
    outcome: Text | None = None
    extends: Text | None = None
    overrides: Entries = Field(default_factory=dict)
    events: Items = Field(default_factory=list)
    omit: Items = Field(default_factory=list)
    mechanisms: Entries = Field(default_factory=dict)
    theory: TheoryName | None = None
    actors: ActorsEntry = ActorsEntry()
    history: HistoryEntry | None = None
    as_stated: Truth | None = None
    until: Quarter | None = None
    notes: Text | None = None


@dataclass(frozen=True)
class Override:
    """A number that a scenario gives, why, and which scenario (or `--set`) it was."""

    value: float
    why: str
    origin: str


class Omission(NamedTuple):
    """An inherited event that does not happen; without a date, whenever it would have."""

    place: Place
    kind: str
    subject: Any
    date: dt.date | None

    def means(self, event: Event) -> bool:
        """Whether an event is the one left out, or one of them."""
        same = event.kind == self.kind and event.subject == self.subject
        return same and self.date in (None, event.date)

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}" + (f" on {self.date}" if self.date else "")


@dataclass
class Layer:
    """What one scenario file says; what it does not say is None or empty."""

    name: str
    loaded: Loaded
    title: str = ""
    question: str | None = None
    outcome: str | None = None
    notes: str | None = None
    overrides: dict[str, Override] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    omit: list[Omission] = field(default_factory=list)
    mechanisms: dict[str, bool] = field(default_factory=dict)
    theory: str | None = None
    drop: tuple[str, ...] = ()
    add: dict[str, ActorEntry] = field(default_factory=dict)
    history_until: dt.date | None = None
    as_stated: bool | None = None
    until: int | None = None


def read_layer(name: str, loaded: Loaded, catalogue: Catalogue) -> tuple[Layer, Catalogue]:
    """Check one file.

    Args:
        name: The scenario's name.
        loaded: Its file.
        catalogue: The evidence, with the actors that the scenarios it extends have added.

    Returns:
        The layer, and the evidence with the actors that this file adds.
    """
    data = loaded.data
    layer = Layer(name, loaded)
    entry = validated(ScenarioEntry, data, loaded)
    if entry is not None:
        for each in ("title", "question", "outcome", "notes", "theory", "as_stated", "until"):
            setattr(layer, each, getattr(entry, each))
        layer.history_until = entry.history.until if entry.history else None
    actors = data.get("actors")
    if isinstance(actors, dict):
        catalogue = _read_actors(layer, actors, catalogue)
    _read_overrides(layer, data.get("overrides"), catalogue)
    _read_mechanisms(layer, data.get("mechanisms"))
    for at, item in enumerate(_items(data.get("events"))):
        event = parse_event(item, loaded, ("events", at), catalogue)
        if event is not None:
            layer.events.append(replace(event, origin=name))
    for at, item in enumerate(_items(data.get("omit"))):
        _read_omitted(layer, item, ("omit", at))
    known, end = layer.history_until, layer.until
    if known and end is not None and last_day(end) < known:
        message = f"'until' of 'history' is {known}, after the run's end ({quarter_name(end)})"
        loaded.problem(("history", "until"), message)
    return layer, catalogue


def _items(data: Any) -> list[Any]:
    return data if isinstance(data, list) else []


def _read_actors(layer: Layer, actors: dict[str, Any], catalogue: Catalogue) -> Catalogue:
    """Who is dropped, and who is added with what."""
    loaded = layer.loaded
    dropped = actors.get("drop")
    for at, word in enumerate(dropped if isinstance(dropped, list) else [dropped]):
        if isinstance(word, str) and word not in catalogue.names["actor"]:
            complain(loaded, ("actors", "drop", at), None, unknown("actor", word, catalogue.names))
        elif isinstance(word, str):
            layer.drop = (*layer.drop, word)
    added = actors.get("add")
    if not isinstance(added, dict):
        return catalogue
    everyone = tuple(sorted({*catalogue.names["actor"], *added}))
    names = {**catalogue.names, "actor": everyone}
    for key, item in added.items():
        place = ("actors", "add", key)
        if key in catalogue.actors:
            hint = "change what it starts from with overrides"
            loaded.problem(place, f"the actor '{key}' exists already", hint, "actors")
        elif not _IDENTIFIER.fullmatch(key):
            hint = "use lower-case letters, digits and underscores"
            loaded.problem(place, f"'{key}' is no identifier", hint)
        else:
            actor = validated(ActorEntry, item, loaded, place, names, of=key)
            if actor is not None:
                _check_newcomer(loaded, place, actor, {**catalogue.actors, **layer.add}, catalogue)
                layer.add[key] = actor
    return catalogue.with_actors(layer.add)


def _check_newcomer(
    loaded: Loaded,
    place: Place,
    actor: ActorEntry,
    others: Mapping[str, ActorEntry],
    catalogue: Catalogue,
) -> None:
    """A newcomer's colour is its own, and the group that it joins is one of its kind."""
    same = [key for key, other in others.items() if other.colour and other.colour == actor.colour]
    if same:
        hint = "give another, or none: one is then chosen"
        message = f"the colour {actor.colour} of {place[-1]} is that of {same[0]}"
        loaded.problem((*place, "colour"), message, hint)
    kind = "side" if actor.kind == "power" else "whole region" if actor.kind == "state" else ""
    if actor.group and actor.group not in catalogue.names.get(kind, ()):
        due = {"side": "powers", "whole region": "states"}.get(kind)
        known = ", ".join(catalogue.names.get(kind, ()))
        hint = f"groups of {due} are {known}" if due and known else "leave 'group' out"
        called = {"power": "a power", "state": "a contested state"}.get(
            actor.kind, "an outer state"
        )
        message = f"'{actor.group}' is no group for {place[-1]}, which is {called}"
        loaded.problem((*place, "group"), message, hint)


def _read_overrides(layer: Layer, data: Any, catalogue: Catalogue) -> None:
    """Numbers that hold from the start, each with its reason."""
    loaded = layer.loaded
    for key, item in data.items() if isinstance(data, dict) else ():
        place = ("overrides", key)
        if catalogue.split(key) is None:
            complain(loaded, place, None, catalogue.no_parameter(key))
            continue
        if not isinstance(item, dict):
            hint = f"write {{value: {item}, why: ...}}" if item is not None else None
            loaded.problem(place, f"'{key}' needs a value and a reason", hint)
            continue
        entry = validated(OverrideEntry, item, loaded, place, of=f"'{key}'")
        if "value" not in item:
            continue
        values, refused = catalogue.assign(key, item["value"])
        for at, wrong in refused:
            name = ".".join((key, *(str(part) for part in at)))
            complain(loaded, (*place, "value", *at), f"'{name}'", wrong)
        for full_key, number in values.items():
            if full_key in layer.overrides:
                first = loaded.line(("overrides", _given_by(data, full_key, key)))
                message = f"'{full_key}' is overridden twice; the first is on line {first}"
                loaded.problem(place, message)
            else:
                why = entry.why if entry else ""
                layer.overrides[full_key] = Override(number, why, layer.name)


def _given_by(data: dict[str, Any], full_key: str, other: str) -> str:
    """The first key of the overrides that gives a number, beside another."""
    return next(
        key for key in data if key != other and (full_key == key or full_key.startswith(key + "."))
    )


def _read_mechanisms(layer: Layer, data: Any) -> None:
    """Which mechanisms are on and off."""
    for key, value in data.items() if isinstance(data, dict) else ():
        try:
            layer.mechanisms[_mechanism(key)] = _switch(value)
        except ValueError as error:
            complain(layer.loaded, ("mechanisms", key), f"'{key}'", error)


def _read_omitted(layer: Layer, item: Any, place: Place) -> None:
    """An inherited event that does not happen: its key and subject, perhaps its date."""
    loaded = layer.loaded
    example = "write {crackdown: uzbekistan, why: ...}"
    if not isinstance(item, dict):
        loaded.problem(place, "an omitted event is a mapping", example)
        return
    kinds = [key for key in item if key in EVENTS]
    rest = {key: value for key, value in item.items() if key not in (*kinds, "date")}
    if len(kinds) != 1:
        strange = next((key for key in item if key not in ("date", "why")), None)
        message = f"no event '{strange}'" if strange and not kinds else "one event is due"
        hint = did_you_mean(strange, EVENTS) if strange and not kinds else None
        loaded.problem(place, message, hint or example, "events")
        return
    validated(OmittedEntry, rest, loaded, place, of=kinds[0])
    try:
        date = day_from(item["date"]) if "date" in item else None
    except ValueError as error:
        complain(loaded, (*place, "date"), "'date'", error, of=kinds[0])
        return
    layer.omit.append(Omission(place, kinds[0], item[kinds[0]], date))


def neutral_values(switch: str, catalogue: Catalogue) -> Mapping[str, float]:
    """The numbers, by full key, that turn a mechanism off.

    Raises:
        Wrong: No parameter has one of the switch's keys.
    """
    values: dict[str, float] = {}
    for key, number in SWITCHES[switch].neutral.items():
        found = catalogue.split(key)
        keys = [] if found is None else catalogue.expanded(found[0])
        below = [each for each in keys if each == key or each.startswith(key + ".")]
        if not below:
            message = f"the mechanism '{switch}' needs '{key}', which no parameter declares"
            raise Wrong(message, alone=True)
        values |= dict.fromkeys(below, number)
    return values
