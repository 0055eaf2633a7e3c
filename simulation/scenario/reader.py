"""One scenario file: what it says, checked line by line.

A file says only what differs from the scenario that it extends. Reading it gives a `Layer`;
`simulation.scenario.scenario` lays the layers of a chain over the catalogue.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar, NamedTuple

from pydantic import BeforeValidator, Field

from simulation.evidence.catalogue import Catalogue
from simulation.evidence.schema import Additions, Installation, Source
from simulation.inputs.files import is_file
from simulation.inputs.problems import Problems, did_you_mean
from simulation.inputs.validation import (
    FileEntry,
    Frozen,
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
from simulation.inputs.yaml_reader import Loaded, Place, shown
from simulation.numerics.dates import LAST, START, last_day, quarter_name, quarter_of
from simulation.scenario.additions import KINDS_ADDED, Declared, read_additions
from simulation.scenario.asks import Ask, Asks
from simulation.scenario.events import EVENTS, Event, EventDay, declared_bases, parse_event
from simulation.scenario.mechanisms import SWITCHES, THEORIES, Switch
from simulation.scenario.plugins import Plugin, read_plugin, why_not


def _switch(value: Any) -> bool:
    """A switch is `on` or `off`; true and false mean the same."""
    switched = {"on": True, "off": False, True: True, False: False}
    if isinstance(value, (str, bool)) and value in switched:
        return switched[value]
    raise Wrong(f"is {shorten(value)}; write on or off")


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


def _reason(value: Any) -> str:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise Wrong("is still to be filled in")
    return text_from(value)


def _mapping(value: Any) -> Any:
    return {} if value is None else value


def _list(value: Any) -> Any:
    return [] if value is None else value


Entries = Annotated[dict[str, Any], BeforeValidator(_mapping)]
Items = Annotated[list[Any], BeforeValidator(_list)]
OnOff = Annotated[bool, BeforeValidator(_switch)]
Reason = Annotated[str, BeforeValidator(_reason)]
Quarter = Annotated[int, BeforeValidator(_quarter)]
TheoryName = Annotated[str, BeforeValidator(_theory)]


_SETTLED = ("theory", "as_stated", "until", "history")
"""What a file says once, and the rest of it is judged by."""
_NOT_DROPPED = (
    "actors alone can be dropped; an event closes a base (close_base) or gives up a project "
    "(cancel_project), and an organization never meets once its sponsors are dropped"
)


class AddedEntry(FileEntry):
    """What the evidence does not have, by identifier."""

    instead: ClassVar[Mapping[str, str]] = {"drop": _NOT_DROPPED}

    add: Entries = Field(default_factory=dict)


class ActorsEntry(AddedEntry):
    """Who is taken out and who is put in."""

    drop: Annotated[tuple[Text, ...], Several] = ()


class HistoryEntry(FileEntry):
    """Until which day what was known is imposed."""

    until: EventDay


class OverrideEntry(FileEntry):
    """Another value, why, and the document that has it, if there is one."""

    value: Any
    why: Reason
    source: Source | None = None


class OmittedEntry(FileEntry):
    """Why an inherited event does not happen."""

    why: Reason


class ScenarioEntry(FileEntry):
    """The keys of a scenario file."""

    title: Text
    question: Text | None = None
    outcome: Asks | None = None
    extends: Text | None = None
    overrides: Entries = Field(default_factory=dict)
    events: Items = Field(default_factory=list)
    omit: Items = Field(default_factory=list)
    mechanisms: Entries = Field(default_factory=dict)
    theory: TheoryName | None = None
    actors: ActorsEntry = ActorsEntry()
    organizations: AddedEntry = AddedEntry()
    installations: AddedEntry = AddedEntry()
    projects: AddedEntry = AddedEntry()
    documents: AddedEntry = AddedEntry()
    outcomes: AddedEntry = AddedEntry()
    parameters: AddedEntry = AddedEntry()
    plugins: Annotated[tuple[Text, ...], Several] = ()
    history: HistoryEntry | None = None
    as_stated: Truth | None = None
    until: Quarter | None = None
    notes: Text | None = None


@dataclass(frozen=True)
class Override:
    """A number that a scenario gives, why, which scenario (or `--set`) it was, and its source."""

    value: float
    why: str
    origin: str
    source: Source | None = None


class Omission(NamedTuple):
    """An inherited event that does not happen; without a date, whenever it would have."""

    place: Place
    kind: str
    subject: Any
    date: dt.date | None

    def means(self, event: Event) -> bool:
        """Whether an event is the one left out, or one of them, or follows from one."""
        same = event.kind == self.kind and event.subject == self.subject
        if event.cause is not None and self.means(event.cause):
            return True
        return same and self.date in (None, event.date)

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}" + (f" on {self.date}" if self.date else "")


@dataclass
class Layer:
    """What one scenario file says; what it does not say is None or empty.

    Attributes:
        every_number: whether all its overrides could be taken, be a reason missing or not.
    """

    name: str
    loaded: Loaded
    declared: Declared
    title: str = ""
    question: str | None = None
    asks: tuple[Ask, ...] | None = None
    notes: str | None = None
    overrides: dict[str, Override] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    omit: list[Omission] = field(default_factory=list)
    mechanisms: dict[str, bool] = field(default_factory=dict)
    theory: str | None = None
    drop: tuple[str, ...] = ()
    plugins: tuple[Plugin, ...] = ()
    history_until: dt.date | None = None
    as_stated: bool | None = None
    until: int | None = None
    every_number: bool = True

    @property
    def written_overrides(self) -> tuple[str, ...]:
        """Keys of the overrides as they are written, single or whole groups."""
        written = self.loaded.data.get("overrides")
        keys = written if isinstance(written, dict) else {}
        return tuple(key for key in keys if isinstance(key, str))

    @property
    def wrong(self) -> set[str]:
        """The parts of the file that could not be taken as they stand."""
        wrong = self.loaded.wrong_parts()
        return wrong - {"overrides"} if self.every_number else wrong


def read_layer(
    name: str, loaded: Loaded, catalogue: Catalogue, above: Sequence[Layer] = ()
) -> tuple[Layer, Catalogue]:
    """Check one file.

    Args:
        name: The scenario's name.
        loaded: Its file.
        catalogue: The evidence, with what the scenarios that it extends have added.
        above: Their layers.

    Returns:
        The layer, and the evidence with what this file adds.
    """
    data = loaded.data
    layer = Layer(name, loaded, read_additions(loaded, catalogue))
    entry = validated(ScenarioEntry, data, loaded)
    if entry is None:  # what is right in it is taken all the same: the rest is judged by it
        settled = {key: data[key] for key in _SETTLED if key in data}
        right = {key: it for key, it in settled.items() if key not in loaded.wrong_parts()}
        entry = ScenarioEntry.model_validate({"title": name, **right})
    for each in ("title", "question", "notes", "theory", "as_stated", "until"):
        setattr(layer, each, getattr(entry, each))
    layer.asks = None if entry.outcome is None else tuple(map(Ask.of, entry.outcome))
    layer.history_until = entry.history.until if entry.history else None
    _read_dropped(layer, data.get("actors"), catalogue)
    # What is declared has a name, whatever else is wrong with it.
    catalogue = catalogue.extended(layer.declared.sound)
    if catalogue.names != layer.declared.names:
        catalogue = replace(catalogue, names=layer.declared.names)
    _read_plugins(layer, data.get("plugins"), catalogue)
    plugged = switches_of([*above, layer])
    if not plugged and data.get("plugins") is None:
        for key in layer.declared.sound.parameters:
            hint = "name under 'plugins' the file with the rule that reads it"
            loaded.problem(("parameters", "add", key), f"no rule reads '{key}'", hint)
    catalogue = _read_events(layer, _items(data.get("events")), catalogue)
    _read_overrides(layer, data.get("overrides"), catalogue)
    _read_numbers_of_bases(layer, catalogue)
    _read_mechanisms(layer, data.get("mechanisms"), {**SWITCHES, **plugged})
    for at, item in enumerate(_items(data.get("omit"))):
        _read_omitted(layer, item, ("omit", at))
    known, end = layer.history_until, layer.until
    if known and end is not None and last_day(end) < known:
        message = f"'until' of 'history' is {known}, after the run's end ({quarter_name(end)})"
        loaded.problem(("history", "until"), message)
    return layer, catalogue


def _items(data: Any) -> list[Any]:
    return data if isinstance(data, list) else []


def _read_events(layer: Layer, items: list[Any], catalogue: Catalogue) -> Catalogue:
    """What happens, and the evidence with the bases that events declare."""
    first = [at for at, item in enumerate(items) if _declares_a_base(item, catalogue)]
    rest = [at for at in range(len(items)) if at not in first]
    found: dict[int, Event] = {}
    for at in (*first, *rest):
        event = parse_event(items[at], layer.loaded, ("events", at), catalogue)
        if event is not None:
            found[at] = replace(event, origin=layer.name)
            catalogue = _with_bases(catalogue, declared_bases([event]))
    layer.events += [each for at in sorted(found) for each in found[at].course()]
    return catalogue


def _with_bases(catalogue: Catalogue, bases: Mapping[str, Installation]) -> Catalogue:
    """The evidence with the bases that events declare; every name stays known."""
    if not bases:
        return catalogue
    added = Additions(installations=Frozen(bases))
    known = tuple(sorted({*catalogue.names["installation"], *bases}))
    return replace(catalogue.extended(added), names={**catalogue.names, "installation": known})


def _declares_a_base(item: Any, catalogue: Catalogue) -> bool:
    """Whether an event opens a base that there is not yet."""
    name = item.get("open_base") if isinstance(item, dict) else None
    return isinstance(name, str) and name not in catalogue.installations


def _read_numbers_of_bases(layer: Layer, catalogue: Catalogue) -> None:
    """The numbers of new bases: from the event that opens them, unless an override has others."""
    for event in layer.events:
        for key, number in event.numbers(catalogue).items():
            layer.overrides.setdefault(key, Override(number, event.why, layer.name))


def _read_dropped(layer: Layer, actors: Any, catalogue: Catalogue) -> None:
    """Who is taken out, and is not put in by the same file."""
    loaded = layer.loaded
    dropped = actors.get("drop") if isinstance(actors, dict) else None
    for at, word in enumerate(dropped if isinstance(dropped, list) else [dropped]):
        place = ("actors", "drop", at)
        if not isinstance(word, str):
            continue
        if word in layer.declared.written["actors"]:
            loaded.problem(place, f"'{word}' is added and dropped by the same scenario")
        elif any(word in getattr(catalogue, kind) for kind in KINDS_ADDED if kind != "actors"):
            loaded.problem(place, f"'{word}' is no actor", _NOT_DROPPED)
        elif word not in catalogue.names["actor"]:
            complain(loaded, place, None, unknown("actor", word, catalogue.names))
        else:
            layer.drop = (*layer.drop, word)


def _read_overrides(layer: Layer, data: Any, catalogue: Catalogue) -> None:
    """Numbers that hold from the start, each with its reason."""
    loaded = layer.loaded
    for key, item in data.items() if isinstance(data, dict) else ():
        place = ("overrides", key)
        if catalogue.split(key) is None:
            complain(loaded, place, None, catalogue.no_parameter(key))
            layer.every_number = False
            continue
        if not isinstance(item, dict):
            layer.every_number = False
            hint = f"write {{value: {item}, why: ...}}" if item is not None else None
            loaded.problem(place, f"'{key}' needs a value and a reason", hint)
            continue
        entry = validated(OverrideEntry, item, loaded, place, catalogue.names, of=f"'{key}'")
        if "value" not in item:
            layer.every_number = False
            continue
        values, refused = catalogue.assign(key, item["value"])
        layer.every_number = layer.every_number and not refused
        for at, wrong in refused:
            name = ".".join((key, *(str(part) for part in at)))
            complain(loaded, (*place, "value", *at), f"'{name}'", wrong)
        for full_key, number in values.items():
            if full_key in layer.overrides:
                first = loaded.line(("overrides", _given_by(data, full_key, key)))
                message = f"'{full_key}' is overridden twice; the first is on line {first}"
                loaded.problem(place, message)
            else:
                why, source = (entry.why, entry.source) if entry else ("", None)
                layer.overrides[full_key] = Override(number, why, layer.name, source)


def _given_by(data: dict[str, Any], full_key: str, other: str) -> str:
    """The first key of the overrides that gives a number, beside another."""
    return next(
        key for key in data if key != other and (full_key == key or full_key.startswith(key + "."))
    )


def _read_plugins(layer: Layer, data: Any, catalogue: Catalogue) -> None:
    """The files of rules that the scenario brings, from the folder in which it stands."""
    for at, word in enumerate(data if isinstance(data, list) else [data]):
        if not isinstance(word, str):
            continue
        place = ("plugins", at) if isinstance(data, list) else ("plugins",)
        path = layer.loaded.path.parent / word
        if not is_file(path):
            layer.loaded.problem(place, f"there is no file '{shown(path)}'")
            continue
        refused = why_not(path)
        if refused is not None:
            message, hint = refused
            layer.loaded.problem(place, message, hint)
            continue
        try:
            layer.plugins = (*layer.plugins, read_plugin(path, catalogue))
        except Problems as wrong:
            layer.loaded.problems.extend(wrong.problems)


def switches_of(layers: Sequence[Layer]) -> dict[str, Switch]:
    """The switches that the plug-ins of some layers bring, by name."""
    plugins = [plugin for layer in layers for plugin in layer.plugins]
    return {name: switch for plugin in plugins for name, switch in plugin.switches.items()}


def _read_mechanisms(layer: Layer, data: Any, switches: Mapping[str, Switch]) -> None:
    """Which mechanisms are on and off."""
    for key, value in data.items() if isinstance(data, dict) else ():
        place = ("mechanisms", key)
        if key not in switches:
            layer.loaded.problem(
                place,
                f"no mechanism '{key}'",
                functools.partial(did_you_mean, key, switches),
                "mechanisms",
            )
            continue
        try:
            layer.mechanisms[key] = _switch(value)
        except ValueError as error:
            complain(layer.loaded, place, f"'{key}'", error)


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
        word = str(strange) if strange and not kinds else ""
        loaded.problem(place, message, lambda: did_you_mean(word, EVENTS) or example, "events")
        return
    validated(OmittedEntry, rest, loaded, place, of=kinds[0])
    try:
        date = day_from(item["date"]) if "date" in item else None
    except ValueError as error:
        complain(loaded, (*place, "date"), "'date'", error, of=kinds[0])
        return
    layer.omit.append(Omission(place, kinds[0], item[kinds[0]], date))


def neutral_values(switch: Switch, catalogue: Catalogue) -> Mapping[str, float]:
    """The numbers, by full key, that turn a mechanism off.

    Raises:
        Wrong: No parameter has one of the switch's keys.
    """
    values: dict[str, float] = {}
    for key, number in switch.neutral.items():
        found = catalogue.split(key)
        keys = [] if found is None else catalogue.expanded(found[0])
        below = [each for each in keys if each == key or each.startswith(key + ".")]
        if not below:
            message = f"the mechanism '{switch.name}' needs '{key}', which no parameter declares"
            raise Wrong(message, alone=True)
        values |= dict.fromkeys(below, number)
    return values
