"""What a scenario adds to the evidence: actors, organizations, bases, projects, documents, numbers.

An entry is written as in the evidence, under `add` of its kind:

    installations:
      add:
        karakol: {name: Karakol, host: kyrgyzstan, guest: china, purpose: presence, start: none}

All of a file is named before any of it is read, so that a new state can host the base of a new
power, and so that every mistake in any of them comes at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simulation.evidence.catalogue import Catalogue
from simulation.evidence.reader import check_bodies, check_colours, names_of, read_parameter
from simulation.evidence.readings import OutcomeEntry
from simulation.evidence.schema import (
    ActorEntry,
    Additions,
    Document,
    Evidenced,
    Installation,
    OrganizationEntry,
    Parameter,
    Project,
)
from simulation.inputs.validation import Frozen, Names, validated
from simulation.inputs.yaml_reader import Loaded, Place
from simulation.numerics.dates import START, first_day, quarter_of

KINDS_ADDED: Mapping[str, type[Evidenced]] = {
    "documents": Document,
    "actors": ActorEntry,
    "organizations": OrganizationEntry,
    "installations": Installation,
    "projects": Project,
    "outcomes": OutcomeEntry,
}
"""What can be added under each key of a scenario, beside parameters."""
MODELS_ADDED: Mapping[str, type[Evidenced]] = {**KINDS_ADDED, "parameters": Parameter}
"""The same with parameters."""

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
"""What can name an actor, an organization, an installation, a project or a document."""
_OUTCOME = re.compile(r"[a-z{][a-z0-9_{}]*")
_KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")

_DECIDING = ("heads_of_state", "heads_of_government")
"""The councils that found bodies."""


@dataclass(frozen=True)
class Declared:
    """What one file adds.

    Attributes:
        sound: The entries with which nothing is wrong.
        readable: Those that can be read at all, perhaps with a name that there is not.
        written: All of them, by kind and identifier, as they are written.
        names: The identifiers that exist with them, by kind.
    """

    sound: Additions
    readable: Additions
    written: Mapping[str, Mapping[str, Any]]
    names: Names

    def each(self) -> Iterator[tuple[Place, str, str, Collection[str]]]:
        """Place, identifier, kind and the names of all its parts, of whatever needs numbers."""
        for kind, entries in self.written.items():
            for key, item in entries.items():
                entry = item if isinstance(item, dict) else {}
                of_state = "power" if entry.get("kind") == "power" else "state"
                called = of_state if kind == "actors" else kind.removesuffix("s")
                bodies = entry.get("bodies")
                parts = {key, *(bodies if isinstance(bodies, dict) else ())}
                yield (kind, "add", key), key, called, parts


def read_additions(loaded: Loaded, catalogue: Catalogue) -> Declared:
    """What one file adds; what is wrong with it is noted in `loaded`.

    Args:
        loaded: The file.
        catalogue: The evidence, with what the scenarios that it extends have added.
    """
    written = {kind: dict(_written(loaded, kind)) for kind in KINDS_ADDED}
    _refuse_taken(loaded, written, catalogue)
    parts = {kind: {**getattr(catalogue, kind), **written[kind]} for kind in KINDS_ADDED}
    names: Names = {**catalogue.names, **names_of(parts)}
    sound: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS_ADDED}
    readable: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS_ADDED}
    for kind, model in KINDS_ADDED.items():
        for key, item in written[kind].items():
            entry = validated(model, item, loaded, (kind, "add", key), names, of=key)
            if entry is not None:
                sound[kind][key] = entry
            shape = entry or validated(model, item, Loaded(loaded.path, loaded.name))
            if shape is not None:
                readable[kind][key] = shape
    sound["parameters"] = dict(_read_parameters(loaded, catalogue, names))
    declared = Declared(_frozen(sound), _frozen(readable), written, names)
    _check_contradictions(loaded, declared.readable)
    newcomers = declared.readable.actors
    check_colours(loaded, ("actors", "add"), newcomers, catalogue.actors)
    for key, actor in newcomers.items():
        _check_group(loaded, ("actors", "add", key, "group"), actor, catalogue)
    return declared


def _frozen(entries: Mapping[str, Mapping[str, Any]]) -> Additions:
    return Additions(**{kind: Frozen(each) for kind, each in entries.items()})


def _check_contradictions(loaded: Loaded, added: Additions) -> None:
    """Nothing that is added says two things of itself that cannot both hold."""
    for key, organization in added.organizations.items():
        place = ("organizations", "add", key)
        check_bodies(loaded, place, key, organization)
        _check_organization(loaded, place, key, organization)
    for key, actor in added.actors.items():
        for twice in sorted({*actor.member_of} & {*actor.observer_of}):
            message = f"'{key}' cannot be both a member and an observer of {twice}"
            loaded.problem(("actors", "add", key, "observer_of"), message)
        if key in actor.neighbours:
            message = f"'{key}' is named as its own neighbour"
            loaded.problem(("actors", "add", key, "neighbours"), message)


def added_in(resolved: Mapping[str, Any]) -> Additions:
    """What a scenario added, from what `Scenario.resolved` gave."""
    return _frozen(
        {
            kind: {key: model.model_validate(it) for key, it in resolved[kind]["add"].items()}
            for kind, model in MODELS_ADDED.items()
            if kind in resolved  # folders from before have actors alone
        }
    )


def _check_group(loaded: Loaded, place: Place, actor: ActorEntry, catalogue: Catalogue) -> None:
    """The group that a newcomer joins is one of its kind."""
    kind = "side" if actor.kind == "power" else "whole region" if actor.kind == "state" else ""
    if actor.group and actor.group not in catalogue.names.get(kind, ()):
        due = {"side": "powers", "whole region": "states"}.get(kind)
        known = ", ".join(catalogue.names.get(kind, ()))
        hint = f"groups of {due} are {known}" if due and known else "leave 'group' out"
        called = {"power": "a power", "state": "a contested state"}.get(
            actor.kind, "an outer state"
        )
        message = f"'{actor.group}' is no group for {place[-2]}, which is {called}"
        loaded.problem(place, message, hint)


def kind_of(entry: Evidenced) -> str:
    """What an entry is called: "state", "power", "organization", "installation", "project"."""
    if isinstance(entry, ActorEntry):
        return "power" if entry.kind == "power" else "state"
    called = {model: kind.removesuffix("s") for kind, model in KINDS_ADDED.items()}
    return called.get(type(entry), "parameter")


def needed_by(added: Additions) -> Iterator[tuple[Place, str, Collection[str]]]:
    """Each entry with a name for it, and the actors without whom it makes no sense."""
    for key, actor in added.actors.items():
        yield ("actors", "add", key), key, {key, *actor.neighbours}
    for key, each in added.organizations.items():
        seats = {seat for body in each.bodies.values() for seat in body.seats}
        candidates = {one for package in each.packages for one in package}
        named = {*each.sponsors, *each.members, *each.observers, *seats, *candidates}
        yield ("organizations", "add", key), key, named
    for key, base in added.installations.items():
        yield ("installations", "add", key), key, {base.host, base.guest}
    for key, project in added.projects.items():
        named = {project.owner, *project.hosts, *project.transit}
        yield ("projects", "add", key), key, named


def _written(loaded: Loaded, kind: str) -> Iterator[tuple[str, Any]]:
    """The entries of a kind as the file has them."""
    block = loaded.data.get(kind)
    added = block.get("add") if isinstance(block, dict) else None
    yield from added.items() if isinstance(added, dict) else ()


def _refuse_taken(loaded: Loaded, written: dict[str, dict[str, Any]], catalogue: Catalogue) -> None:
    """Take out, with a complaint, what bears no identifier or one that is taken."""
    taken = {key: kind for kind in KINDS_ADDED for key in getattr(catalogue, kind)}
    for kind, entries in written.items():
        for key in list(entries):
            place = (kind, "add", key)
            if taken.get(key) == kind:
                hint = "change what it starts from with overrides"
                if kind in ("documents", "outcomes"):
                    hint = f"{'cite' if kind == 'documents' else 'ask for'} it by this name"
                listing = None if kind == "organizations" else kind
                message = f"the {kind.removesuffix('s')} '{key}' exists already"
                loaded.problem(place, message, hint, listing)
            elif key in taken:
                message = f"'{key}' is the name of one of the {taken[key]} already"
                loaded.problem(place, message, "give it a name of its own")
            elif not (_OUTCOME if kind == "outcomes" else IDENTIFIER).fullmatch(key):
                hint = "use lower-case letters, digits and underscores"
                loaded.problem(place, f"'{key}' is no identifier", hint)
            else:
                taken[key] = kind
                continue
            del entries[key]


def _read_parameters(
    loaded: Loaded, catalogue: Catalogue, names: Names
) -> Iterator[tuple[str, Parameter]]:
    """Parameters that the evidence does not have, by key."""
    for key, item in _written(loaded, "parameters"):
        place = ("parameters", "add", key)
        if catalogue.split(key) is not None:
            hint = "give it another value under overrides"
            loaded.problem(place, f"the parameter '{key}' exists already", hint, "parameters")
        elif not _KEY.fullmatch(key):
            hint = "write a group and a name, as my_rule.weight"
            loaded.problem(place, f"'{key}' is no key of a parameter", hint)
        elif not isinstance(item, dict):
            hint = "a parameter is {description, unit, value, range, evidence, source or why}"
            loaded.problem(place, f"'{key}' is no parameter", hint)
        else:
            parameter = read_parameter(loaded, place, key, item, names)
            if parameter is not None:
                yield key, parameter


def _check_organization(
    loaded: Loaded, place: Place, key: str, organization: OrganizationEntry
) -> None:
    """It has somebody to convene it, and does not contradict itself."""
    if not organization.sponsors:
        message = f"'{key}' has no sponsor, so that it would never meet"
        loaded.problem(place, message, "name a power under 'sponsors'")
    start = first_day(quarter_of(START))
    if organization.exists and organization.founded and organization.founded > start:
        message = f"'{key}' exists when the run starts, on {start}, and is founded later"
        loaded.problem((*place, "founded"), message, "write exists: false, or an earlier day")
    if not organization.exists and (organization.members or organization.observers):
        message = f"'{key}' does not exist when the run starts, and has members then"
        hint = "name under organizations.invited who comes in when it is founded"
        loaded.problem((*place, "exists"), message, hint)
    for twice in sorted({*organization.members} & {*organization.observers}):
        message = f"'{twice}' cannot be both a member and an observer of {key}"
        loaded.problem((*place, "observers"), message)
    for name, body in organization.bodies.items():
        if body.decided_by in organization.summits and body.decided_by not in _DECIDING:
            message = (
                f"'{name}' of {key} would never be founded: '{body.decided_by}' founds no body"
            )
            hint = f"councils that do are {' and '.join(_DECIDING)}"
            loaded.problem((*place, "bodies", name, "decided_by"), message, hint)
