"""Reads the evidence files and checks them against each other.

Every file is read before any is judged, so that a name in one may mean an entry of another and
all problems of all files come at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from simulation.evidence.accounts import read_disputes, read_facts
from simulation.evidence.panel_entries import PanelEstimate
from simulation.evidence.readings import (
    Freeze,
    Mechanism,
    OutcomeEntry,
    Pattern,
    Replacement,
    Slider,
    TheoryEntry,
)
from simulation.evidence.schema import (
    CHANNELS,
    ESTIMATED,
    EVIDENCE_CLASSES,
    SOURCED,
    ActorEntry,
    ActorGroup,
    Document,
    Evidenced,
    Installation,
    KeyPath,
    OrganizationEntry,
    Parameter,
    Project,
    TimelineEntry,
    TimelineFields,
    leaves_of,
    part_at,
)
from simulation.inputs.problems import Problem, did_you_mean
from simulation.inputs.validation import FileEntry, Frozen, Names, complain, unknown, validated
from simulation.inputs.yaml_reader import Loaded, Place, load_yaml, number_from

_ENTRIES: dict[str, type[Evidenced]] = {
    "documents": Document,
    "actors": ActorEntry,
    "organizations": OrganizationEntry,
    "installations": Installation,
    "projects": Project,
    "patterns": Pattern,
}
_FURTHER: dict[str, type[FileEntry]] = {
    "groups": ActorGroup,
    "outcomes": OutcomeEntry,
    "mechanisms": Mechanism,
    "theories": TheoryEntry,
    "sliders": Slider,
    "frozen": Freeze,
    "replaced": Replacement,
    "estimates": PanelEstimate,
}
"""What says how those who exist are taken, read and shown; no fact is used in it."""
_EXAMPLE = "{description, unit, value, range, evidence, source or why}"
Declaration = tuple[Loaded, Place, dict[str, Any]]
"""A mapping that declares a parameter, with its file and its place there."""

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_]*")
_FORMS = {
    "patterns": re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*"),
    "outcomes": re.compile(r"[a-z0-9{][a-z0-9_{}]*"),
    "sliders": re.compile(r"[a-z][a-z0-9_.]*"),
    "replaced": re.compile(r"[a-z][a-z0-9_.]*"),
}


@dataclass
class Evidence:
    """What the files say, and what is wrong with them."""

    parts: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def names_of(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The identifiers of entries, by kind, whether they are read already or as a file has them.

    Args:
        entries: by kind, "actors", "organizations" and so on, and identifier.
    """
    actors = entries["actors"]

    def of(*wanted: str) -> tuple[str, ...]:
        return tuple(sorted(name for name, each in actors.items() if _of(each, "kind") in wanted))

    names = {
        "actor": tuple(sorted(actors)),
        "member": of("power", "state", "outer_state"),
        "power": of("power"),
        "rival": of("power"),
        "state": of("state", "outer_state"),
        "region": of("state"),
    }
    for kind in ("documents", "organizations", "installations", "projects"):
        names[kind.removesuffix("s")] = tuple(sorted(entries[kind]))
    inside = {key: _of(each, "bodies") for key, each in entries["organizations"].items()}
    bodies = {key: it if isinstance(it, Mapping) else {} for key, it in inside.items()}
    names |= {f"body of {key}": tuple(it) for key, it in bodies.items()}
    return {**names, "body": tuple(sorted({name for it in bodies.values() for name in it}))}


def _of(entry: Any, key: str) -> Any:
    """What an entry says under a key, read or not."""
    return entry.get(key) if isinstance(entry, Mapping) else getattr(entry, key, None)


def read_evidence(directory: Path) -> Evidence:
    """Read every file of an evidence directory."""
    models = {**_ENTRIES, **_FURTHER}
    files = {stem: read_file(directory / f"{stem}.yaml") for stem in models}
    data = {stem: each.data for stem, each in files.items()}
    names = {**names_of(data), **_group_names(data), "channel": CHANNELS}
    parts: dict[str, Any] = {
        stem: read_entries(model, files[stem], names, form=_FORMS.get(stem, _IDENTIFIER))
        for stem, model in models.items()
    }
    for key, each in parts["organizations"].items():
        check_bodies(files["organizations"], (key,), key, each)
    _check_groups(files["groups"], parts)
    check_colours(files["actors"], (), parts["actors"])
    _check_off(files, parts)
    timeline = read_file(directory / "timeline.yaml", list)
    parts["timeline"] = _timeline(timeline, names)
    tables = [load_yaml(path) for path in sorted((directory / "parameters").glob("*.yaml"))]
    declarations = [(it, *each) for it in tables for each in _declarations(it, it.data, ())]
    parts["parameters"] = _parameters(declarations, names, parts["estimates"])
    _check_outcomes(files["outcomes"], parts["outcomes"], names)
    _check_keys(files, parts)
    accounts = {stem: read_file(directory / f"{stem}.yaml") for stem in ("facts", "disputes")}
    declared = _places(files, timeline, declarations)
    parts["facts"] = read_facts(accounts["facts"], parts, declared, names)
    parts["disputes"] = read_disputes(accounts["disputes"], parts["facts"], declared, names)
    parts["names"] = Frozen(names)
    loaded = [*files.values(), timeline, *tables, *accounts.values()]
    problems = [problem for each in loaded for problem in each.problems]
    return Evidence(parts, problems)


def read_file(path: Path, top: type = dict) -> Loaded:
    """One file; an evidence directory need not have them all."""
    return load_yaml(path, top) if path.exists() else Loaded(path, path.name, top())


def _group_names(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The groups that the files declare, and which of them are sides and which whole regions."""
    powers = {key for key, each in entries["actors"].items() if _of(each, "kind") == "power"}
    groups = {key: _listed_in(entry) for key, entry in entries["groups"].items()}
    sides = tuple(key for key, them in groups.items() if them & powers)
    whole = tuple(key for key in groups if key not in sides)
    return {"group": tuple(groups), "side": sides, "whole region": whole}


def _listed_in(group: Any) -> set[str]:
    """Whom a group lists, as far as that can be read."""
    members = group.get("members") if isinstance(group, dict) else None
    return (
        {each for each in members if isinstance(each, str)} if isinstance(members, list) else set()
    )


def _places(
    files: Mapping[str, Loaded], timeline: Loaded, declarations: list[Declaration]
) -> set[str]:
    """What the files give a name to, whether or not it can be read: where a fact may be used."""
    found = {key for stem in _ENTRIES if stem != "documents" for key in files[stem].data}
    for key, entry in files["organizations"].data.items():
        for part in ("councils", "bodies"):
            inside = entry.get(part) if isinstance(entry, dict) else None
            found |= {f"{key}.{name}" for name in inside} if isinstance(inside, dict) else set()
    found |= {str(item.get("date")) for item in timeline.data if isinstance(item, dict)}
    return found | {_key(place) for _, place, _ in declarations}


def read_entries(
    model: type[FileEntry],
    loaded: Loaded,
    names: Names,
    section: Place = (),
    form: re.Pattern[str] = _IDENTIFIER,
) -> Frozen[str, Any]:
    """The entries of one file, or of a section of it, by identifier."""
    entries = {}
    data = loaded.data
    for part in section:
        data = data.get(part, {})
    if not isinstance(data, dict):
        loaded.problem(section, f"'{section[-1]}' is no mapping of entries", "write NAME: {...}")
        return Frozen()
    for key, written in data.items():
        if not form.fullmatch(key):
            message = f"'{key}' is no identifier; use lower-case letters, digits and underscores"
            loaded.problem((*section, key), message)
        entry = validated(model, written, loaded, (*section, key), names, of=key)
        if entry is not None:
            entries[key] = entry
    return Frozen(entries)


def check_bodies(loaded: Loaded, place: Place, key: str, organization: OrganizationEntry) -> None:
    """A body is decided by a council that meets, and requires others, in no circle."""
    bodies, councils = organization.bodies, ", ".join(organization.summits)
    for name, body in bodies.items():
        here = (*place, "bodies", name)
        for other in body.requires:
            if other not in bodies:
                message = f"'{name}' of {key} requires '{other}', which is no body of {key}"
                loaded.problem((*here, "requires"), message)
        if body.decided_by not in organization.summits:
            message = f"'{body.decided_by}' is no summit of {key}"
            hint = f"summits are {councils}" if councils else "it has none"
            loaded.problem((*here, "decided_by"), message, hint)
    circle = _circle({name: body.requires for name, body in bodies.items()})
    if circle:
        message = f"'requires' of {key} runs in a circle: {' → '.join(circle)}"
        loaded.problem((*place, "bodies", circle[0], "requires"), message)


def _circle(requires: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """The first chain of names that comes back to where it began; empty if none does."""

    def after(path: tuple[str, ...]) -> tuple[str, ...]:
        for name in requires.get(path[-1], ()):
            if name == path[0]:
                return (*path, name)
            found = () if name in path else after((*path, name))
            if found:
                return found
        return ()

    return next((found for name in requires if (found := after((name,)))), ())


def _check_groups(loaded: Loaded, parts: Mapping[str, Any]) -> None:
    """A group is one of states or one of powers."""
    kinds = {key: actor.kind for key, actor in parts["actors"].items()}
    for key, group in parts["groups"].items():
        found = sorted({kinds.get(each, "") for each in group.members} - {""})
        if len(found) > 1 or found == ["outer_state"]:
            message = f"'{key}' is a group of {' and '.join(found)}"
            loaded.problem((key, "members"), message, "a group is all of states, or all of powers")


def check_colours(
    loaded: Loaded,
    place: Place,
    actors: Mapping[str, ActorEntry],
    others: Mapping[str, ActorEntry] | None = None,
) -> None:
    """No two actors have one colour.

    Args:
        loaded: The file in which actors stand.
        place: Where in it.
        actors: Those.
        others: Those who are there already.
    """
    first = {actor.colour: key for key, actor in (others or {}).items()}
    for key, actor in actors.items():
        if actor.colour and first.setdefault(actor.colour, key) != key:
            message = f"{key} and {first[actor.colour]} both have the colour {actor.colour}"
            hint = "give another, or none: one is then chosen"
            loaded.problem((*place, key, "colour"), message, hint)


def _check_off(files: Mapping[str, Loaded], parts: Mapping[str, Any]) -> None:
    """What patterns and theories do without are mechanisms."""
    named: list[tuple[str, Place, str]] = [
        ("theories", (key, "off", at), name)
        for key, theory in parts["theories"].items()
        for at, name in enumerate(theory.off)
    ]
    named += [
        ("patterns", (key, "without", part), name)
        for key, pattern in parts["patterns"].items()
        for part, name in pattern.without.items()
    ]
    for stem, place, name in named:
        if name not in files["mechanisms"].data:
            hint = did_you_mean(name, parts["mechanisms"])
            files[stem].problem(place, f"no mechanism '{name}'", hint, "mechanisms")


def _check_outcomes(loaded: Loaded, outcomes: Mapping[str, OutcomeEntry], names: Names) -> None:
    """Whom an outcome goes over exists, and its name tells those apart."""
    for key, outcome in outcomes.items():
        for kind, them in outcome.of.items():
            known = "region" if kind == "state" else kind
            for at, name in enumerate(() if them == "all" else them):
                if name not in names[known]:
                    complain(loaded, (key, "of", kind, at), None, unknown(known, name, names))
            if f"{{{kind}}}" not in key:
                hint = f"write {{{kind}}} where its identifier is to stand"
                loaded.problem((key,), f"the outcome '{key}' goes over {kind}s", hint)
        allowed = {*outcome.of, *outcome.whom}
        for text in (key, outcome.description, outcome.head or ""):
            for word in re.findall(r"\{(.*?)\}", text):
                if word not in allowed:
                    message = f"'{{{word}}}' of the outcome '{key}' stands for nothing"
                    loaded.problem((key,), message, f"it may be {', '.join(sorted(allowed))}")


def _check_keys(files: Mapping[str, Loaded], parts: Mapping[str, Any]) -> None:
    """What a mechanism disables, a slider moves, or a freeze holds, are parameters."""
    keys = list(parts["parameters"])
    places: list[tuple[str, Place, str]] = [
        ("mechanisms", (name, "neutral", key), key)
        for name, mechanism in parts["mechanisms"].items()
        for key in mechanism.neutral
    ]
    places += [("sliders", (key,), key) for key in parts["sliders"]]
    places += [
        ("frozen", (name, "keys", at), key)
        for name, freeze in parts["frozen"].items()
        for at, key in enumerate(freeze.keys)
    ]
    for stem, place, key in places:
        if not any(key == each or key.startswith(f"{each}.") for each in keys):
            files[stem].problem(place, f"no parameter '{key}'", did_you_mean(key, keys))


def _timeline(loaded: Loaded, names: Names) -> tuple[TimelineEntry, ...]:
    """What happened, by date; the events are read when their vocabulary is known."""
    own = set(TimelineFields.model_fields) - {"date", "why"}
    entries = []
    for at, item in enumerate(loaded.data):
        entry = validated(TimelineFields, item, loaded, (at,), names)
        if entry is not None:
            event = Frozen({key: value for key, value in item.items() if key not in own})
            line = loaded.line((at,))
            entries.append(
                TimelineEntry(
                    date=entry.date,
                    event=event,
                    facts=entry.facts,
                    source=entry.source,
                    note=entry.note,
                    line=line,
                )
            )
    return tuple(sorted(entries, key=lambda each: each.date))


def _parameters(
    declarations: list[Declaration], names: Names, estimates: Mapping[str, PanelEstimate]
) -> Frozen[str, Parameter]:
    """Every declared parameter, by key."""
    found: dict[str, Parameter] = {}
    for loaded, place, data in declarations:
        key = _key(place)
        if key in found:
            loaded.problem(place, f"the parameter '{key}' is declared in another file too")
            continue
        if "estimate" in data:
            whole = _with_estimate(loaded, place, key, data, estimates)
            if whole is None:
                continue
            data = whole
        parameter = read_parameter(loaded, place, key, data, names)
        if parameter is not None:
            found[key] = parameter
    return Frozen(found)


def _key(place: Place) -> str:
    return ".".join(str(part) for part in place)


def _declarations(
    loaded: Loaded, data: Any, place: Place
) -> Iterator[tuple[Place, dict[str, Any]]]:
    """The mappings that declare a parameter, with their places."""
    for key, inner in data.items():
        here = (*place, key)
        name = _key(here)
        if not _IDENTIFIER.fullmatch(key):
            loaded.problem(here, f"'{key}' is no identifier; a key is a lower-case word")
        elif not isinstance(inner, dict) or not inner:
            loaded.problem(here, f"'{name}' is no parameter", f"a parameter is {_EXAMPLE}")
        elif "description" in inner or {"value", "unit", "estimate"} & set(inner):
            yield here, inner
        else:
            yield from _declarations(loaded, inner, here)


def _with_estimate(
    loaded: Loaded,
    place: Place,
    key: str,
    data: dict[str, Any],
    estimates: Mapping[str, PanelEstimate],
) -> dict[str, Any] | None:
    """A declaration with value and range of its estimate; None where that is not to be had."""
    before = len(loaded.problems)
    for part in ("value", "range"):
        if part in data:
            message = f"'{part}' of {key} is given, and has to come from its estimate"
            loaded.problem((*place, part), message, f"leave out '{part}' or 'estimate'")
    trees: dict[str, Any] = {"value": {}, "range": {}}
    for path, name in leaves_of(data["estimate"]):
        here = (*place, "estimate", *path)
        found = estimates.get(name) if isinstance(name, str) else None
        if found is None:
            loaded.problem(here, f"no estimate '{name}'", did_you_mean(str(name), estimates))
            continue
        if found.unit != data.get("unit"):
            message = f"{key} is in '{data.get('unit')}', its estimate {name} in '{found.unit}'"
            loaded.problem(here, message, "an estimate gives a number of its own unit alone")
        for part, number in (("value", found.value), ("range", [found.low, found.high])):
            if not path:
                trees[part] = number
                continue
            inside = trees[part]
            for step in path[:-1]:
                inside = inside.setdefault(step, {})
            inside[path[-1]] = number
    return {**data, **trees} if len(loaded.problems) == before else None


def read_parameter(
    loaded: Loaded, place: Place, key: str, data: dict[str, Any], names: Names
) -> Parameter | None:
    """One parameter, or None with its problems noted."""
    before = len(loaded.problems)
    data = {**data, "key": key}
    if "disputed" in data:
        data["disputed"] = _disputed(loaded, (*place, "disputed"), data["disputed"], key)
    for part in ("value", "range", "bounds"):
        if part in data:
            data[part] = _numbers(loaded, (*place, part), data[part], key)
    parameter = validated(Parameter, data, loaded, place, names, of=key)
    if parameter is None or len(loaded.problems) > before:
        return None
    for inside, message, hint in _faults(parameter, names):
        loaded.problem((*place, *inside), message, hint)
    return parameter


def _disputed(loaded: Loaded, place: Place, data: Any, key: str) -> Any:
    """Other values, one or a list of them, with their numbers checked."""
    if isinstance(data, list):
        return [_disputed(loaded, (*place, at), each, key) for at, each in enumerate(data)]
    if not isinstance(data, dict) or "value" not in data:
        return data
    return {**data, "value": _numbers(loaded, (*place, "value"), data["value"], key)}


def _numbers(loaded: Loaded, place: Place, data: Any, key: str) -> Any:
    """Nested mappings and lists of finite numbers; `bounds` may leave a side open."""
    if isinstance(data, dict):
        return {k: _numbers(loaded, (*place, k), inner, f"{key}.{k}") for k, inner in data.items()}
    if isinstance(data, list):
        return [_numbers(loaded, (*place, at), inner, key) for at, inner in enumerate(data)]
    if data is None and "bounds" in place:
        return None
    try:
        return float(number_from(data))
    except ValueError as error:
        part = next(p for p in ("range", "bounds", "disputed", "value") if p in place)
        complain(loaded, place, f"'{part}'", error, of=key)
        return None


Fault = tuple[Place, str, str | None]


def _faults(parameter: Parameter, names: Names) -> Iterator[Fault]:
    """What a parameter that is well-formed still gets wrong."""
    yield from _shape_faults(parameter, names)
    yield from _number_faults(parameter)
    yield from _evidence_faults(parameter)


def _shape_faults(parameter: Parameter, names: Names) -> Iterator[Fault]:
    """The table has the depth and the identifiers that its axes ask for."""
    key, given = parameter.key, parameter.leaves()
    depths = sorted({len(path) for path in given})
    if len(depths) != 1 or (parameter.over and depths[0] != len(parameter.over)):
        depth = " or ".join(str(each) for each in depths)
        due = f"; 'over' names {len(parameter.over)}" if parameter.over else ""
        yield ("value",), f"'value' of {key} is nested {depth} deep{due}", None
        return
    free = [axis not in names for axis in parameter.over]
    if free != sorted(free, reverse=True):
        axes = ", ".join(axis for axis in parameter.over if axis not in names)
        message = f"'over' of {key} names the world's axes before {axes}"
        yield ("over",), message, "name the others first"
    if parameter.otherwise is not None and not parameter.over:
        yield ("otherwise",), f"'otherwise' of {key} needs 'over': which axes the table has", None
    known = [names.get(axis, ()) for axis in parameter.axes]
    for path in given:
        for level, (part, axis) in enumerate(zip(path, parameter.axes, strict=True)):
            if known[level] and part not in known[level]:
                yield ("value", *path[: level + 1]), f"no {axis} '{part}' in {key}", None
    if parameter.otherwise is None:
        missing = _missing(given, known)
        if missing:
            message = f"{key} has no value for {', '.join(missing[:6])}"
            more = f" and {len(missing) - 6} more" if len(missing) > 6 else ""
            yield ("value",), message + more, "list them, or give 'otherwise'"
    trees = [(name, getattr(parameter, name)) for name in ("range", "bounds", "evidence")]
    trees += [("disputed", each.value) for each in parameter.disputed]
    for name, tree in trees:
        for path, _ in leaves_of(tree):
            if "otherwise" not in path and part_at(parameter.value, path) is None:
                message = f"'{name}' of {key} has '{'.'.join(path)}', which 'value' has not"
                yield (name, *path), message, None


def _missing(given: Mapping[KeyPath, float], known: list[tuple[str, ...]]) -> list[str]:
    """The identifiers of the axes of the world that a table leaves out."""
    levels = [
        options or tuple(dict.fromkeys(path[level] for path in given))
        for level, options in enumerate(known)
    ]
    if not any(known):
        return []
    return [".".join(path) for path in product(*levels) if path not in given]


def _number_faults(parameter: Parameter) -> Iterator[Fault]:
    """Ranges are pairs that hold their values."""
    key = parameter.key
    for part in ("range", "bounds"):
        for path, pair in leaves_of(getattr(parameter, part)):
            if pair is None:
                continue
            whole = isinstance(pair, tuple) and len(pair) == 2
            if not whole or (None not in pair and pair[0] > pair[1]):
                yield (part, *path), f"'{part}' of {key} is no pair [low, high]", None
                return
    numbers = {**parameter.leaves()}
    if parameter.otherwise is not None:
        numbers[("otherwise",) * len(parameter.over)] = parameter.otherwise
    for path, number in numbers.items():
        name = ".".join((key, *path))
        place = ("otherwise",) if "otherwise" in path else ("value", *path)
        for part, limits in (
            ("range", parameter.range_at(path)),
            ("bounds", parameter.bounds_at(path)),
        ):
            low, high = limits or (None, None)
            if (low is not None and number < low) or (high is not None and number > high):
                yield place, f"{name} is {number:g}, outside its {part} {_pair(low, high)}", None
        if parameter.integer and number != int(number):
            yield place, f"{name} is {number:g}; it is declared an integer", None


def _pair(low: float | None, high: float | None) -> str:
    return "[" + ", ".join("null" if it is None else f"{it:g}" for it in (low, high)) + "]"


def _has(parameter: Parameter, path: KeyPath) -> str:
    name = parameter.estimate_at(path)
    return f"the estimate {name}" if name else "no 'estimate'"


def _evidence_faults(parameter: Parameter) -> Iterator[Fault]:
    """Every number says where it comes from, and how sure it is."""
    key = parameter.key
    classes = set()
    for path, word in leaves_of(parameter.evidence):
        if word not in EVIDENCE_CLASSES:
            message = f"'evidence' of {key} is '{word}'; it is one of {', '.join(EVIDENCE_CLASSES)}"
            yield ("evidence", *path), message, None
            return
        classes.add(word)
    for path in parameter.leaves():
        name = ".".join((key, *path))
        word = parameter.evidence_at(path)
        if word is None:
            yield ("evidence",), f"'evidence' says nothing about {name}", None
        elif (word == ESTIMATED) != (parameter.estimate_at(path) is not None):
            hint = "write 'estimate: NAME', one of estimates.yaml, and 'evidence: estimated'"
            yield ("evidence",), f"{name} is {word} and has {_has(parameter, path)}", hint
        elif word not in SOURCED and not parameter.fixed and part_at(parameter.range, path) is None:
            hint = "give 'range: [low, high]', or 'fixed: true' for a convention"
            yield ("range",), f"{name} is {word} and has no range", hint
    if classes & set(SOURCED) and not parameter.source:
        word = ", ".join(sorted(classes & set(SOURCED)))
        yield (), f"{key} is {word} and has no 'source'", None
    if classes - set(SOURCED) and not parameter.why:
        word = ", ".join(sorted(classes - set(SOURCED)))
        yield (), f"{key} is {word} and has no 'why'", None
