"""What helps to write a scenario: a commented template, and a JSON Schema for editors."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any

import yaml

from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.evidence.schema import Additions, Parameter
from simulation.inputs.invocation import program
from simulation.inputs.validation import Frozen, Names
from simulation.scenario.additions import KINDS_ADDED, MODELS_ADDED
from simulation.scenario.events import EVENTS, TIMELINE_ONLY, EventKind
from simulation.scenario.inheritance import NAME
from simulation.scenario.mechanisms import SWITCHES, THEORIES
from simulation.scenario.reader import ScenarioEntry

TEMPLATE = """\
# A scenario says only what differs from the one it extends.
# Take the '# ' away from an example to use it, and check the file with:
#   {program} check {name}

title: {title}
question: Whose influence over whom would have been different?

# The outcomes that answer the question, one or a list ({program} list outcomes). Each is told
# through time; `form` asks for something else: at, peak, differs, duration, worlds, first.
# outcome: [china_share, {{outcome: manas_open, form: at, at: 2005Q4}}]

extends: baseline

# Numbers that hold from the start, each with its reason.
# Find them with: {program} list parameters basing, {program} source basing.notice.manas
overrides:
#   basing.notice.manas: {{value: 90, why: The host is in a hurry.}}

# What happens on a day, whatever anyone decides ({program} list events).
events:
#   - {{date: 2004-03-01, close_base: manas, why: The guest is ordered home.}}
#   - {{date: 2006-06-15, admit: mongolia, to: sco, as: member, why: Invited at the summit.}}
#   - {{date: 2006-01-01, flow: china, to: kyrgyzstan, of: arms, amount: 40, why: A programme.}}

# Events of the extended scenario that do not happen.
omit:
#   - {{crackdown: uzbekistan, why: The protest ends without shots.}}

# Mechanisms to switch off ({program} list mechanisms).
mechanisms:
#   conditional_aid: off

# Who is not in the world ({program} list actors).
# actors: {{drop: [japan]}}

# What was known is imposed until this day; the run is free after it.
# history: {{until: 2003-12-31}}

# The last quarter, if it is not that of the other scenarios.
# until: 2012Q4

# notes: Anything a reader should know.
"""


def template(name: str) -> str:
    """A commented scenario to start from, which passes every check.

    Raises:
        ValueError: The name cannot be that of a scenario.
    """
    if not NAME.fullmatch(name):
        message = f"'{name}' cannot name a scenario; use letters, digits, hyphens and underscores"
        raise ValueError(message)
    words = name.replace("_", " ").replace("-", " ").strip()
    title = words[:1].upper() + words[1:]
    return TEMPLATE.format(name=name, title=json.dumps(title), program=program())


ADDING = """\
# {newcomer} comes into the world with the numbers of {donor}.
# Change what differs, and say in each 'why' where the number comes from or why it is assumed.
# What is still to be filled in: {program} check {name}

title: {title}
question: What would have been different with {label}?

extends: baseline

{kind}:
  add:
{entry}
overrides:
{numbers}
"""


def template_adding(
    name: str, newcomer: str, donor: str, catalogue: Catalogue | None = None
) -> str:
    """A scenario with one more actor, organization, installation or project, like another.

    Args:
        name: What the scenario is called.
        newcomer: The identifier of who or what is added.
        donor: Whose entry and numbers it starts from.
        catalogue: The evidence.

    Raises:
        KeyError: There is no donor of that name.
    """
    catalogue = catalogue or load_catalogue()
    kind = next(
        kind for kind in KINDS_ADDED if kind != "documents" and donor in getattr(catalogue, kind)
    )
    entry = getattr(catalogue, kind)[donor]
    label = newcomer.replace("_", " ").title()
    shown = {**_bare(entry.model_dump(mode="json", exclude_defaults=True)), "name": label}
    if (entry.called or "").startswith("the "):
        shown["called"] = f"the {label}"
    if kind == "actors":
        shown |= _belonging(donor, catalogue)
    wider = catalogue.extended(Additions(**{kind: Frozen({newcomer: entry})}))
    written = yaml.safe_dump(
        {newcomer: shown}, sort_keys=False, allow_unicode=True, default_flow_style=None, width=96
    )
    return ADDING.format(
        newcomer=newcomer,
        donor=donor,
        label=label,
        name=name,
        title=json.dumps(f"With {label}"),
        kind=kind,
        entry=textwrap.indent(written, "    "),
        numbers="\n".join(_numbers_like(wider, newcomer, donor)),
        program=program(),
    )


_OF_THE_DONOR = frozenset(
    {
        *("iso3", "neighbours", "facts", "source", "why", "note", "founded", "known", "councils"),
        *("colour", "ink", "map", "short", "called"),
    }
)
"""What of an entry cannot be another's, or changes nothing."""


def _bare(data: Any) -> Any:
    """An entry without what is about its first owner alone, numbers as short as can be."""
    if isinstance(data, dict):
        return {key: _bare(part) for key, part in data.items() if key not in _OF_THE_DONOR}
    if isinstance(data, list):
        return [_bare(part) for part in data]
    return int(data) if isinstance(data, float) and data.is_integer() else data


def _belonging(actor: str, catalogue: Catalogue) -> dict[str, list[str]]:
    """The organizations to which an actor belongs when the run starts."""
    of = catalogue.organizations.items()
    found = {
        "member_of": [key for key, each in of if actor in each.members],
        "observer_of": [key for key, each in of if actor in each.observers],
    }
    return {key: names for key, names in found.items() if names}


def _numbers_like(wider: Catalogue, newcomer: str, donor: str) -> Iterator[str]:
    """A line of overrides for each number that the newcomer needs or the donor has."""
    for key, parameter in wider.parameters.items():
        if "project" in parameter.axes and newcomer not in wider.projects:
            continue  # what a project brings goes to the states that it names
        given = parameter.leaves()
        lines = []
        for full_key in wider.expanded(parameter):
            path = tuple(full_key[len(key) + 1 :].split("."))
            if newcomer not in path:
                continue
            like = tuple(donor if part == newcomer else part for part in path)
            # To the donor itself the newcomer stands as to anybody: as nobody else says.
            value = None if donor in path and parameter.is_diagonal(like) else given.get(like)
            if value is not None or parameter.otherwise is None:
                said = "" if value is None else f"{value:.12g}"
                lines.append(f'  {full_key}: {{value: {said}, why: ""}}')
        if lines:
            yield f"  # {parameter.description.removesuffix('.')} ({parameter.unit})"
            yield from lines


def scenario_schema(catalogue: Catalogue | None = None) -> dict[str, Any]:
    """The JSON Schema of a scenario file, with every name that exists."""
    catalogue = catalogue or load_catalogue()
    schema = ScenarioEntry.model_json_schema()
    properties = schema["properties"]
    keys = _keys(catalogue)
    numbers = {"type": ["number", "object"]}
    why = {"type": "string", "minLength": 1}
    override = {
        "type": "object",
        "properties": {"value": numbers, "why": why},
        "required": ["value", "why"],
        "additionalProperties": False,
    }
    schema["$defs"]["override"] = override
    ref = {"allOf": [{"$ref": "#/$defs/override"}]}
    overrides = {key: {**ref, "description": text} for key, text in keys.items()}
    properties["overrides"] = _closed(overrides)
    events = [_event(kind) for kind in sorted(EVENTS) if kind not in TIMELINE_ONLY]
    for event in events:
        schema["$defs"].update(event.pop("$defs", {}))
        if "set" in event["required"]:
            changeable = _keys(catalogue, later=True)
            event["properties"]["set"] = _closed(dict.fromkeys(changeable, numbers))
    properties["events"] = {"type": ["array", "null"], "items": {"oneOf": events}}
    properties["omit"] = {"type": ["array", "null"], "items": _omitted(why)}
    switch = {"enum": ["on", "off", True, False]}
    switches = {
        name: {**switch, "description": each.description} for name, each in SWITCHES.items()
    }
    properties["mechanisms"] = _closed(switches)
    properties["theory"] = {"enum": [*sorted(THEORIES), None]}
    properties["until"] = {"type": ["string", "null"], "pattern": "^[0-9]{4}Q[1-4]$"}
    for kind, model in MODELS_ADDED.items():
        entry = model.model_json_schema()
        schema["$defs"].update(entry.pop("$defs", {}))
        if kind == "parameters":  # its key is the one under which it stands
            entry["properties"].pop("key")
            entry["required"].remove("key")
        added = {"type": ["object", "null"], "additionalProperties": entry}
        properties[kind] = _closed({"add": added})
    properties["actors"]["properties"]["drop"] = {
        "type": "array",
        "items": {"type": "string", "names": "actor"},
    }
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    named: dict[str, Any] = _named(schema, catalogue.names)
    return named


def _keys(catalogue: Catalogue, later: bool = False) -> dict[str, str]:
    """Every key that can be overridden, with what it means; or that can be changed later."""
    keys = {}
    for key, parameter in sorted(catalogue.parameters.items()):
        if later and parameter.only_at_start:
            continue
        for full_key in dict.fromkeys([key, *sorted(catalogue.expanded(parameter))]):
            keys[full_key] = _meaning(parameter)
    return keys


def _meaning(parameter: Parameter) -> str:
    return f"{parameter.description} ({parameter.unit})"


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": ["object", "null"], "properties": properties, "additionalProperties": False}


def _event(kind: EventKind) -> dict[str, Any]:
    event = EVENTS[kind].model_json_schema()
    event["title"] = kind
    return event


def _omitted(why: dict[str, Any]) -> dict[str, Any]:
    """An event that is left out: any of the vocabulary, perhaps with its date."""
    kinds: dict[str, Any] = {kind: {} for kind in sorted(EVENTS) if kind not in TIMELINE_ONLY}
    day = {"type": "string", "format": "date"}
    return {**_closed({**kinds, "date": day, "why": why}), "type": "object", "required": ["why"]}


def _named(schema: Any, names: Names) -> Any:
    """The schema with the names that exist wherever a kind of name is due."""
    if isinstance(schema, list):
        return [_named(part, names) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kind = schema.get("names")
    if isinstance(kind, str):
        return {"type": "string", "enum": list(names[kind])}
    return {key: _named(part, names) for key, part in schema.items()}
