"""Scenarios: what differs from the baseline, read, checked and resolved.

A number comes from, low to high: the catalogue, what a document states where `as_stated` asks
for it, the posterior or another draw, the overrides of the scenarios extended (the nearest last)
and of the scenario itself, mechanisms that are off, `--set` on the command line, and what is given
from Python. A dated `set` event acts from its quarter on.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.evidence.schema import Additions, Source
from simulation.inputs.cards import card
from simulation.inputs.problems import Problem, Problems
from simulation.inputs.validation import FileEntry, Frozen, Wrong, complain
from simulation.inputs.yaml_reader import Loaded
from simulation.numerics.dates import quarter_name, quarter_of
from simulation.parameters.numbers import Numbers
from simulation.scenario.additions import added_in
from simulation.scenario.asks import Ask, asks_in, plain_asks
from simulation.scenario.effects import StandingNumbers, check_effects
from simulation.scenario.events import Event, EventKind
from simulation.scenario.inheritance import (
    SETTING,
    Chain,
    Reader,
    list_scenarios,
    scenario_path,
)
from simulation.scenario.joint_limits import check_together, conflicts
from simulation.scenario.mechanisms import SWITCHES, THEORIES, Switch
from simulation.scenario.plugins import Plugin, plugins_allowed
from simulation.scenario.reader import Override, neutral_values, switches_of
from simulation.scenario.template import scenario_schema, template

__all__ = [
    "Override",
    "Scenario",
    "check_scenarios",
    "list_scenarios",
    "load_scenario",
    "scenario_path",
    "scenario_schema",
    "scenarios_within",
    "sound_scenarios",
    "template",
]


FROM_PYTHON = "given"
"""Where a number comes from that was given from Python."""
_OFF = "mechanism "
"""How the origin begins of a number that a mechanism holds, which is off."""


@dataclass(frozen=True)
class Scenario:
    """A scenario with everything decided, read-only.

    Attributes:
        name: The name of its file, without `.yaml`.
        path: Its file.
        title, question, notes: What it is called and asks.
        asks: The outcomes that answer the question, each in its form.
        extends: The scenarios it builds on, the nearest first.
        overrides: Numbers that the chain, `--set` or Python gives, by full key.
        events: What happens on which day, in order.
        mechanisms: Every mechanism, and whether it is on.
        theory: The theory that switched mechanisms off.
        actors_dropped: Who is taken out.
        added: Who and what is put in: actors, organizations, bases, projects, documents, numbers.
        plugins: The user's own rules, by the files that declare them.
        until: The last quarter, or None for the default.
        history_until: The day until which what was known is imposed.
        as_stated: Whether disputed numbers are taken as the documents state them.
        values: Every number by full key, `otherwise` written out.
        origins: Where a number comes from, if not from the catalogue.
        fixed_keys: The numbers that are not drawn.
        doubts: What has an effect in some runs only, or differs in nothing, as it was read.
    """

    name: str
    path: Path
    title: str
    question: str | None
    notes: str | None
    asks: tuple[Ask, ...]
    extends: tuple[str, ...]
    overrides: Mapping[str, Override]
    events: tuple[Event, ...]
    mechanisms: Mapping[str, bool]
    theory: str | None
    actors_dropped: tuple[str, ...]
    added: Additions
    plugins: tuple[Plugin, ...]
    until: int | None
    history_until: dt.date | None
    as_stated: bool
    values: Mapping[str, float]
    origins: Mapping[str, str]
    fixed_keys: frozenset[str]
    doubts: tuple[Problem, ...] = ()

    @property
    def _switches(self) -> Mapping[str, Switch]:
        """The mechanisms of the package, and those that the scenario's plug-ins bring."""
        brought = [each.switches for each in self.plugins]
        return {**SWITCHES, **{name: it for each in brought for name, it in each.items()}}

    def __repr__(self) -> str:
        return f"<Scenario {self.name}: {self.title.rstrip('.')}>"

    def _repr_html_(self) -> str:
        """What a notebook shows of the scenario: what differs from the catalogue."""
        off = [name for name, on in self.mechanisms.items() if not on]
        lines = {
            "Scenario": self.name,
            "Question": self.question,
            "Extends": ", ".join(self.extends),
            "Outcomes asked": ", ".join(ask.outcome for ask in self.asks),
            "Mechanisms off": ", ".join(off),
            "Theory": self.theory,
            "Added": ", ".join(key for _, key, _ in self.added.entries()),
            "Own rules": ", ".join(each.file for each in self.plugins),
            "Actors dropped": ", ".join(self.actors_dropped),
            "History imposed until": self.history_until,
            "Last quarter": None if self.until is None else quarter_name(self.until),
        }
        own = [
            (f"{each.date} {each.kind}", f"{_subject(each)}: {each.why}")
            for each in self.events
            if each.origin == self.name
        ]
        own += [(key, f"{it.value:g}: {it.why}") for key, it in sorted(self.overrides.items())]
        return card(self.title, [*lines.items(), *own])

    @property
    def outcome(self) -> str | None:
        """The outcome that is asked for first, if any is."""
        return self.asks[0].outcome if self.asks else None

    @property
    def turned_off(self) -> frozenset[str]:
        """Numbers that mechanisms which are off hold where they do nothing.

        What an analysis turns off stays off whatever else is given: `Numbers.without` them.
        """
        return frozenset(key for key, it in self.origins.items() if it.startswith(_OFF))

    @property
    def adds_someone(self) -> bool:
        """Whether it puts anyone in who is not in the evidence."""
        return bool(self.added)

    def evidence(self, catalogue: Catalogue) -> Catalogue:
        """The evidence with what the scenario adds."""
        return catalogue.extended(self.added)

    def without(self, switch: str) -> Scenario:
        """The same scenario with one mechanism off."""
        neutral = {
            key: float(value)
            for name, value in self._switches[switch].neutral.items()
            for key in self.values
            if key == name or key.startswith(name + ".")
        }
        return dataclasses.replace(
            self,
            values={**self.values, **neutral},
            origins={**self.origins, **dict.fromkeys(neutral, f"{_OFF}{switch} off")},
            fixed_keys=self.fixed_keys | set(neutral),
            mechanisms={**self.mechanisms, switch: False},
        )

    def with_settings(
        self, settings: Sequence[str], catalogue: Catalogue, beside: Iterable[Additions] = ()
    ) -> Scenario:
        """The same scenario with `KEY=VALUE` laid over it, as `--set` does.

        Args:
            settings: what is laid over it.
            catalogue: the evidence.
            beside: what scenarios add that are run with it, to whom a setting may belong.

        Raises:
            Problems: a setting is wrong.
        """
        reader = Reader(catalogue, tuple(settings), None, beside)
        found = reader.set_numbers(catalogue.extended(self.added))
        if reader.misused:
            raise Problems(reader.misused)
        values = Frozen({key: override.value for key, override in found.items()})
        return self.given(Numbers(values=values), catalogue, SETTING)

    def given(self, numbers: Numbers, catalogue: Catalogue, origin: str = FROM_PYTHON) -> Scenario:
        """The same scenario with numbers laid over everything that it says of them.

        Args:
            numbers: those that hold in all runs are laid over it; those by run are looked at only
                as far as they have to agree with others.
            catalogue: the evidence.
            origin: where they come from.

        Raises:
            Problems: the numbers cannot stand together.
        """
        if not numbers.values and not numbers.arrays:
            return self
        values = {**self.values, **numbers.values}
        everyone = catalogue.extended(self.added)
        wrong = [*conflicts({**values, **numbers.arrays}, everyone, self.actors_dropped)]
        if wrong:
            raise Problems(Problem("parameters", None, it.message, it.hint) for it in wrong)
        why = f"given by {SETTING}" if origin == SETTING else "given from Python"
        said = {key: Override(each, why, origin) for key, each in numbers.values.items()}
        return dataclasses.replace(
            self,
            overrides=Frozen({**self.overrides, **said}),
            values=Frozen(values),
            origins=Frozen({**self.origins, **dict.fromkeys(said, origin)}),
            fixed_keys=self.fixed_keys | set(said),
        )

    def resolved(self) -> dict[str, Any]:
        """Every value and where it came from, as plain data."""
        values = {
            key: {"value": value, "from": self.origins.get(key, "catalogue")}
            for key, value in sorted(self.values.items())
        }
        return {**self._without_values(), "values": values}

    def _without_values(self) -> dict[str, Any]:
        added = {
            kind: {key: _plain_entry(each) for key, each in entries.items()}
            for kind, entries in vars(self.added).items()
        }
        return {
            "scenario": self.name,
            "title": self.title,
            "question": self.question,
            "notes": self.notes,
            "outcome": plain_asks(self.asks),
            "extends": list(self.extends),
            "until": None if self.until is None else quarter_name(self.until),
            "history": {"until": self.history_until and self.history_until.isoformat()},
            "as_stated": self.as_stated,
            "theory": self.theory,
            "mechanisms": {key: "on" if on else "off" for key, on in self.mechanisms.items()},
            "actors": {"drop": list(self.actors_dropped), "add": added.pop("actors")},
            **{kind: {"add": entries} for kind, entries in added.items()},
            "plugins": [{"file": it.file, "sha256": it.digest} for it in self.plugins],
            "overrides": {key: _plain_override(it) for key, it in sorted(self.overrides.items())},
            "events": [_plain_event(event) for event in self.events],
        }

    @classmethod
    def restored(cls, resolved: Mapping[str, Any], path: Path) -> Scenario:
        """A scenario from what `resolved` gave, as the folder of a batch keeps it.

        Args:
            resolved: the plain data.
            path: the file it was read from.
        """
        given = resolved["values"].items()
        until, day = resolved["until"], resolved["history"]["until"]
        origins = {key: it["from"] for key, it in given if it["from"] != "catalogue"}
        return cls(
            **{key: resolved[key] for key in ("title", "question", "notes", "theory")},
            asks=asks_in(resolved),
            name=resolved["scenario"],
            path=path,
            extends=tuple(resolved["extends"]),
            overrides=Frozen(
                {
                    key: Override(
                        it["value"],
                        it["why"],
                        it["from"],
                        Source.model_validate(it["source"]) if "source" in it else None,
                    )
                    for key, it in resolved["overrides"].items()
                }
            ),
            events=tuple(_event_from(event) for event in resolved["events"]),
            mechanisms=Frozen({key: it == "on" for key, it in resolved["mechanisms"].items()}),
            actors_dropped=tuple(resolved["actors"]["drop"]),
            added=added_in(resolved),
            plugins=tuple(Plugin(it["file"], it["sha256"]) for it in resolved.get("plugins", ())),
            until=None if until is None else quarter_of(until),
            history_until=None if day is None else dt.date.fromisoformat(day),
            as_stated=resolved["as_stated"],
            values=Frozen({key: it["value"] for key, it in given}),
            origins=Frozen(origins),
            fixed_keys=frozenset(origins),
        )

    @functools.cached_property
    def hash(self) -> str:
        """SHA-256 over everything that can change a result; the same for the same worlds."""
        resolved = self._without_values()
        kept = ("as_stated", "history", "until", "mechanisms", "actors")
        content: dict[str, Any] = {key: resolved[key] for key in kept}
        for kind in ("organizations", "installations", "projects", "outcomes", "parameters"):
            if resolved[kind]["add"]:  # what adds none of them keeps the hash that it had
                content[kind] = resolved[kind]
        if self.plugins:
            content["plugins"] = [each.digest for each in self.plugins]
        content["events"] = [
            {key: part for key, part in event.items() if key not in ("why", "from")}
            for event in resolved["events"]
        ]
        content["values"] = dict(sorted(self.values.items()))
        content["fixed"] = sorted(self.fixed_keys)
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def load_scenario(
    name_or_path: str | Path,
    catalogue: Catalogue | None = None,
    settings: Iterable[str] = (),
    outcomes: Callable[[Catalogue], Collection[str]] | None = None,
    *,
    allow_plugins: bool = False,
) -> Scenario:
    """Read, check and resolve one scenario.

    Args:
        name_or_path: A name in `scenarios/`, or a path.
        catalogue: The evidence; the project's own if None.
        settings: `KEY=VALUE`, above everything else.
        outcomes: The names that `outcome` may have, given the evidence with those whom the
            scenario adds; unchecked if None.
        allow_plugins: Whether the files that it names under `plugins`, which are programs, may run.

    Raises:
        Problems: Everything that is wrong with the file and those it extends.
    """
    with plugins_allowed(allow_plugins):
        return check_scenarios([name_or_path], catalogue, settings, outcomes)[0]


def check_scenarios(
    names: Sequence[str | Path] = (),
    catalogue: Catalogue | None = None,
    settings: Iterable[str] = (),
    outcomes: Callable[[Catalogue], Collection[str]] | None = None,
    beside: Iterable[Additions] = (),
) -> list[Scenario]:
    """Read, check and resolve several scenarios; every one there is if none is named.

    Args:
        names: Names in `scenarios/`, or paths.
        catalogue: The evidence; the project's own if None.
        settings: `KEY=VALUE`, above everything else; what only some of them have is for those.
        outcomes: The names that `outcome` may have, given the evidence.
        beside: What scenarios add that are run with them, to whom a setting may belong.

    Raises:
        Problems: Everything that is wrong with any of the files.
    """
    scenarios, reader = _read(names, catalogue, settings, outcomes, beside)
    if reader.problems:
        raise Problems(reader.problems)
    return scenarios


def scenarios_within(
    parts: Mapping[str, Loaded],
    catalogue: Catalogue,
    outcomes: Callable[[Catalogue], Collection[str]] | None = None,
) -> tuple[dict[str, Scenario], list[Problem]]:
    """Scenarios that are parts of another file, as the arms of an experiment are.

    Args:
        parts: by name what each says, in the keys of a scenario; problems go to these.
        catalogue: the evidence.
        outcomes: as for `load_scenario`.

    Returns:
        Those with which nothing is wrong, and what is wrong with the files that they extend.
    """
    reader = Reader(catalogue, (), outcomes)
    chains = {name: reader.chain_within(name, loaded) for name, loaded in parts.items()}
    found = {name: _resolve(chain) for name, chain in chains.items() if chain.sound}
    return {name: it for name, it in found.items() if it is not None}, reader.problems


def sound_scenarios(
    names: Sequence[str | Path] = (),
    catalogue: Catalogue | None = None,
    settings: Iterable[str] = (),
    outcomes: Callable[[Catalogue], Collection[str]] | None = None,
) -> tuple[list[Scenario], list[Problem]]:
    """The scenarios with which nothing is wrong, and what is wrong with the others' files.

    Raises:
        Problems: There is none of a name, or a setting is wrong.
    """
    scenarios, reader = _read(names, catalogue, settings, outcomes)
    if reader.misused:
        raise Problems(reader.problems)
    return scenarios, list(dict.fromkeys(reader.problems))


def _read(
    names: Sequence[str | Path],
    catalogue: Catalogue | None,
    settings: Iterable[str],
    outcomes: Callable[[Catalogue], Collection[str]] | None,
    beside: Iterable[Additions] = (),
) -> tuple[list[Scenario], Reader]:
    """The scenarios that can be resolved, and the reader that knows what is wrong with others."""
    reader = Reader(catalogue or load_catalogue(), tuple(settings), outcomes, beside)
    chains = [reader.chain(name) for name in dict.fromkeys(names or list_scenarios())]
    scenarios = [_resolve(chain) for chain in chains if chain and chain.inherits_sound]
    return [each for each in scenarios if each], reader


def _resolve(chain: Chain, checking: bool = True) -> Scenario | None:
    """Lay the layers of a chain over the catalogue; None where that finds a problem.

    Args:
        chain: the layers.
        checking: whether to look for what has no effect.
    """
    layers, layer, catalogue = chain.layers, chain.own, chain.catalogue
    theory = chain.nearest("theory")
    switches = {**SWITCHES, **switches_of(layers)}
    mechanisms = dict.fromkeys(sorted(switches), True)
    if theory:
        mechanisms |= dict.fromkeys(THEORIES[theory].off, False)
    for each in layers:
        mechanisms |= each.mechanisms
    as_stated = bool(chain.nearest("as_stated"))
    overrides = {key: it for each in layers for key, it in each.overrides.items()}
    values, origins = _catalogue_values(catalogue, as_stated)
    inherited = {key: it.value for each in layers[:-1] for key, it in each.overrides.items()}
    before = StandingNumbers(catalogue, {**values, **inherited}, {*origins, *inherited})
    for key, override in overrides.items():
        values[key], origins[key] = override.value, override.origin
    for switch in (name for name, on in mechanisms.items() if not on):
        try:
            neutral = neutral_values(switches[switch], catalogue)
        except Wrong as wrong:
            complain(layer.loaded, ("mechanisms", switch), None, wrong)
            continue
        values |= neutral
        origins |= dict.fromkeys(neutral, f"{_OFF}{switch} off")
    for key, override in chain.settings.items():
        values[key], origins[key] = override.value, override.origin
    if chain.sound:
        check_together(chain, values, origins)
    start = StandingNumbers(catalogue, values, origins)
    doubts = check_effects(chain, start, before) if checking else ()
    if layer.loaded.problems:
        return None
    dropped = chain.dropped()
    scenario = Scenario(
        name=layer.name,
        path=layer.loaded.path,
        title=layer.title,
        question=layer.question,
        notes=layer.notes,
        asks=chain.nearest("asks") or (),
        extends=tuple(each.name for each in reversed(layers[:-1])),
        overrides=Frozen({**overrides, **chain.settings}),
        events=tuple(sorted(chain.events(), key=lambda event: event.order)),
        mechanisms=Frozen(mechanisms),
        theory=theory,
        actors_dropped=tuple(sorted(dropped)),
        added=catalogue.added.without(dropped),
        plugins=tuple(dict.fromkeys(plugin for each in layers for plugin in each.plugins)),
        until=chain.nearest("until"),
        history_until=chain.nearest("history_until"),
        as_stated=as_stated,
        values=Frozen({key: value for key, value in values.items() if value is not None}),
        origins=Frozen(origins),
        fixed_keys=frozenset(origins),
    )
    twins = _twin(scenario, chain) if checking else ()
    return dataclasses.replace(scenario, doubts=(*twins, *doubts))


def _twin(scenario: Scenario, chain: Chain) -> Iterator[Problem]:
    """What to say of a scenario that differs in nothing from its parent, or from its root."""
    file = chain.own.loaded.name
    for depth in dict.fromkeys((len(chain.layers) - 1, 1) if len(chain.layers) > 1 else ()):
        if any(layer.declared.sound or layer.plugins for layer in chain.layers[depth:]):
            continue  # who or what is added is a difference, and not in the parent's evidence
        other = _resolve(dataclasses.replace(chain, layers=chain.layers[:depth]), False)
        if other is None or other.values != scenario.values:
            continue  # spares the hash of the other
        if other.hash == scenario.hash:
            yield Problem(file, None, f"differs in nothing from {other.name}")
            return


def _catalogue_values(
    catalogue: Catalogue, as_stated: bool
) -> tuple[dict[str, float | None], dict[str, str]]:
    """Every number of the catalogue, and which are taken as a document states them."""
    values: dict[str, float | None] = {}
    origins: dict[str, str] = {}
    for key, parameter in catalogue.parameters.items():
        values |= catalogue.expanded(parameter)
        for path, value in parameter.stated_instead().items() if as_stated else ():
            full_key = ".".join((key, *path))
            values[full_key], origins[full_key] = value, "as stated"
    return values, origins


def _plain_entry(entry: FileEntry) -> dict[str, Any]:
    """An added entry as it is written in a scenario."""
    return entry.model_dump(mode="json", exclude_defaults=True)


def _plain_override(override: Override) -> dict[str, Any]:
    plain = {"value": override.value, "why": override.why, "from": override.origin}
    source = override.source
    return plain if source is None else {**plain, "source": _plain_entry(source)}


def _plain_event(event: Event) -> dict[str, Any]:
    """An event as it is written in a scenario."""
    plain = {key: _plain_field(it) for key, it in event.fields.items()}
    subject = dict(event.subject) if isinstance(event.subject, Mapping) else event.subject
    return {
        "date": event.date.isoformat(),
        event.kind: subject,
        **plain,
        "why": event.why,
        "from": event.origin,
    }


def _subject(event: Event) -> str:
    """Whom or what an event is about, as it is written."""
    if isinstance(event.subject, Mapping):
        return ", ".join(f"{key}: {value}" for key, value in event.subject.items())
    return str(event.subject)


def _plain_field(value: Any) -> Any:
    """A field of an event as a file can hold it."""
    if isinstance(value, Mapping):
        return {key: _plain_field(part) for key, part in value.items()}
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _field_from(key: str, value: Any) -> Any:
    """A field of an event that `_plain_field` wrote down."""
    if key == "until":
        return dt.date.fromisoformat(value)
    if isinstance(value, Mapping):
        return Frozen(value)
    return tuple(value) if isinstance(value, list) else value


def _event_from(plain: Mapping[str, Any]) -> Event:
    """The event that `_plain_event` wrote down."""
    kind = cast(EventKind, next(key for key in plain if key != "date"))
    subject, date = plain[kind], dt.date.fromisoformat(plain["date"])
    fields = {key: it for key, it in plain.items() if key not in ("date", kind, "why", "from")}
    return Event(
        kind=kind,
        date=date,
        quarter=quarter_of(date),
        subject=Frozen(subject) if isinstance(subject, Mapping) else subject,
        fields=Frozen({key: _field_from(key, it) for key, it in fields.items()}),
        why=plain["why"],
        origin=plain["from"],
    )
