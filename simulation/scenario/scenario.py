"""Scenarios: what differs from the baseline, read, checked and resolved.

A number comes from, low to high: the catalogue, what a document states where `as_stated` asks
for it, the overrides of the scenarios extended (the nearest last) and of the scenario itself,
mechanisms that are off, and `--set` on the command line.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.evidence.schema import ActorEntry
from simulation.inputs.problems import Problem, Problems
from simulation.inputs.validation import Frozen, Wrong, complain
from simulation.numerics.dates import quarter_name, quarter_of
from simulation.scenario.events import Event, EventKind
from simulation.scenario.inheritance import Chain, Reader, list_scenarios, scenario_path
from simulation.scenario.joint_limits import check_together
from simulation.scenario.mechanisms import SWITCHES, THEORIES
from simulation.scenario.reader import Layer, Override, neutral_values
from simulation.scenario.template import scenario_schema, template

__all__ = [
    "Override",
    "Scenario",
    "check_scenarios",
    "list_scenarios",
    "load_scenario",
    "scenario_path",
    "scenario_schema",
    "sound_scenarios",
    "template",
]


@dataclass(frozen=True)
class Scenario:
    """A scenario with everything decided, read-only.

    Attributes:
        name: The name of its file, without `.yaml`.
        path: Its file.
        title, question, notes: What it is called and asks.
        outcome: The headline outcome that answers the question.
        extends: The scenarios it builds on, the nearest first.
        overrides: Numbers that the chain or `--set` gives, by full key.
        events: What happens on which day, in order.
        mechanisms: Every mechanism, and whether it is on.
        theory: The theory that switched mechanisms off.
        actors_dropped, actors_added: Who is taken out and put in.
        until: The last quarter, or None for the default.
        history_until: The day until which what was known is imposed.
        as_stated: Whether disputed numbers are taken as the documents state them.
        values: Every number by full key, `otherwise` written out.
        origins: Where a number comes from, if not from the catalogue.
        fixed_keys: The numbers that are not drawn.
    """

    name: str
    path: Path
    title: str
    question: str | None
    notes: str | None
    outcome: str | None
    extends: tuple[str, ...]
    overrides: Mapping[str, Override]
    events: tuple[Event, ...]
    mechanisms: Mapping[str, bool]
    theory: str | None
    actors_dropped: tuple[str, ...]
    actors_added: Mapping[str, ActorEntry]
    until: int | None
    history_until: dt.date | None
    as_stated: bool
    values: Mapping[str, float]
    origins: Mapping[str, str]
    fixed_keys: frozenset[str]

    @property
    def adds_someone(self) -> bool:
        """Whether it puts anyone in who is not in the evidence."""
        return bool(self.actors_added)

    def evidence(self, catalogue: Catalogue) -> Catalogue:
        """The evidence with those whom the scenario adds."""
        return catalogue.with_actors(self.actors_added)

    def without(self, switch: str) -> Scenario:
        """The same scenario with one mechanism off."""
        neutral = {
            key: float(value)
            for name, value in SWITCHES[switch].neutral.items()
            for key in self.values
            if key == name or key.startswith(name + ".")
        }
        return dataclasses.replace(
            self,
            values={**self.values, **neutral},
            origins={**self.origins, **dict.fromkeys(neutral, f"mechanism {switch} off")},
            fixed_keys=self.fixed_keys | set(neutral),
            mechanisms={**self.mechanisms, switch: False},
        )

    def resolved(self) -> dict[str, Any]:
        """Every value and where it came from, as plain data."""
        return {
            "scenario": self.name,
            "title": self.title,
            "question": self.question,
            "notes": self.notes,
            "outcome": self.outcome,
            "extends": list(self.extends),
            "until": None if self.until is None else quarter_name(self.until),
            "history": {"until": self.history_until and self.history_until.isoformat()},
            "as_stated": self.as_stated,
            "theory": self.theory,
            "mechanisms": {key: "on" if on else "off" for key, on in self.mechanisms.items()},
            "actors": {
                "drop": list(self.actors_dropped),
                "add": {
                    key: actor.model_dump(mode="json", exclude_defaults=True)
                    for key, actor in self.actors_added.items()
                },
            },
            "overrides": {
                key: {"value": each.value, "why": each.why, "from": each.origin}
                for key, each in sorted(self.overrides.items())
            },
            "events": [_plain_event(event) for event in self.events],
            "values": {
                key: {"value": value, "from": self.origins.get(key, "catalogue")}
                for key, value in sorted(self.values.items())
            },
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
        added = resolved["actors"]["add"].items()
        origins = {key: it["from"] for key, it in given if it["from"] != "catalogue"}
        return cls(
            **{key: resolved[key] for key in ("title", "question", "notes", "outcome", "theory")},
            name=resolved["scenario"],
            path=path,
            extends=tuple(resolved["extends"]),
            overrides=Frozen(
                {
                    key: Override(it["value"], it["why"], it["from"])
                    for key, it in resolved["overrides"].items()
                }
            ),
            events=tuple(_event_from(event) for event in resolved["events"]),
            mechanisms=Frozen({key: it == "on" for key, it in resolved["mechanisms"].items()}),
            actors_dropped=tuple(resolved["actors"]["drop"]),
            actors_added=Frozen({key: ActorEntry.model_validate(actor) for key, actor in added}),
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
        resolved = self.resolved()
        kept = ("as_stated", "history", "until", "mechanisms", "actors")
        content: dict[str, Any] = {key: resolved[key] for key in kept}
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
) -> Scenario:
    """Read, check and resolve one scenario.

    Args:
        name_or_path: A name in `scenarios/`, or a path.
        catalogue: The evidence; the project's own if None.
        settings: `KEY=VALUE`, above everything else.
        outcomes: The names that `outcome` may have, given the evidence with those whom the
            scenario adds; unchecked if None.

    Raises:
        Problems: Everything that is wrong with the file and those it extends.
    """
    return check_scenarios([name_or_path], catalogue, settings, outcomes)[0]


def check_scenarios(
    names: Sequence[str | Path] = (),
    catalogue: Catalogue | None = None,
    settings: Iterable[str] = (),
    outcomes: Callable[[Catalogue], Collection[str]] | None = None,
) -> list[Scenario]:
    """Read, check and resolve several scenarios; every one there is if none is named.

    Raises:
        Problems: Everything that is wrong with any of the files.
    """
    scenarios, reader = _read(names, catalogue, settings, outcomes)
    if reader.problems:
        raise Problems(reader.problems)
    return scenarios


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
    if reader.asked:
        raise Problems(reader.problems)
    return scenarios, list(dict.fromkeys(reader.problems))


def _read(
    names: Sequence[str | Path],
    catalogue: Catalogue | None,
    settings: Iterable[str],
    outcomes: Callable[[Catalogue], Collection[str]] | None,
) -> tuple[list[Scenario], Reader]:
    """The scenarios that can be resolved, and the reader that knows what is wrong with others."""
    reader = Reader(catalogue or load_catalogue(), tuple(settings), outcomes)
    chains = [reader.chain(name) for name in dict.fromkeys(names or list_scenarios())]
    scenarios = [_resolve(chain) for chain in chains if chain and chain.sound]
    return [each for each in scenarios if each], reader


def _resolve(chain: Chain) -> Scenario | None:
    """Lay the layers of a chain over the catalogue; None where that finds a problem."""
    layers, layer, catalogue = chain.layers, chain.own, chain.catalogue
    theory = chain.nearest("theory")
    mechanisms = dict.fromkeys(sorted(SWITCHES), True)
    if theory:
        mechanisms |= dict.fromkeys(THEORIES[theory].off, False)
    for each in layers:
        mechanisms |= each.mechanisms
    as_stated = bool(chain.nearest("as_stated"))
    overrides = {key: it for each in layers for key, it in each.overrides.items()}
    values, origins = _catalogue_values(catalogue, as_stated)
    for key, override in overrides.items():
        values[key], origins[key] = override.value, override.origin
    for switch in (name for name, on in mechanisms.items() if not on):
        try:
            neutral = neutral_values(switch, catalogue)
        except Wrong as wrong:
            complain(layer.loaded, ("mechanisms", switch), None, wrong)
            continue
        values |= neutral
        origins |= dict.fromkeys(neutral, f"mechanism {switch} off")
    for key, override in chain.settings.items():
        values[key], origins[key] = override.value, override.origin
    _check_complete(layers, catalogue, values)
    check_together(chain, values, origins)
    if layer.loaded.problems:
        return None
    dropped = chain.dropped()
    added = {key: actor for each in layers for key, actor in each.add.items()}
    return Scenario(
        name=layer.name,
        path=layer.loaded.path,
        title=layer.title,
        question=layer.question,
        notes=layer.notes,
        outcome=chain.nearest("outcome"),
        extends=tuple(each.name for each in reversed(layers[:-1])),
        overrides=Frozen({**overrides, **chain.settings}),
        events=tuple(sorted(chain.events(), key=lambda event: event.order)),
        mechanisms=Frozen(mechanisms),
        theory=theory,
        actors_dropped=tuple(sorted(dropped)),
        actors_added=Frozen({key: added[key] for key in sorted(added) if key not in dropped}),
        until=chain.nearest("until"),
        history_until=chain.nearest("history_until"),
        as_stated=as_stated,
        values=Frozen({key: value for key, value in values.items() if value is not None}),
        origins=Frozen(origins),
        fixed_keys=frozenset(origins),
    )


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


def _check_complete(
    layers: list[Layer], catalogue: Catalogue, values: Mapping[str, float | None]
) -> None:
    """Every table has a number for every actor that was added."""
    missing = [key for key, value in values.items() if value is None]
    own = layers[-1]
    for layer in layers:
        for actor in layer.add:
            keys = [key for key in missing if actor in key.split(".")]
            if not keys:
                continue
            tables = dict.fromkeys(found[0].key for found in map(catalogue.split, keys) if found)
            few = ", ".join(keys[:4]) + (f" and {len(keys) - 4} more" if keys[4:] else "")
            message = f"'{actor}' has no value in {', '.join(tables)}"
            place = ("actors", "add", actor) if layer is own else None
            own.loaded.problem(place, message, f"override {few}")


def _plain_event(event: Event) -> dict[str, Any]:
    """An event as it is written in a scenario."""
    plain = {key: list(it) if isinstance(it, tuple) else it for key, it in event.fields.items()}
    subject = dict(event.subject) if isinstance(event.subject, Mapping) else event.subject
    return {
        "date": event.date.isoformat(),
        event.kind: subject,
        **plain,
        "why": event.why,
        "from": event.origin,
    }


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
        fields=Frozen({k: tuple(it) if isinstance(it, list) else it for k, it in fields.items()}),
        why=plain["why"],
        origin=plain["from"],
    )
