"""What helps to write a scenario: a commented template, and a JSON Schema for editors."""

from __future__ import annotations

import json
from typing import Any

from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.evidence.schema import ActorEntry, Parameter
from simulation.inputs.invocation import program
from simulation.inputs.validation import Names
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

# The outcome that answers the question ({program} list outcomes):
# outcome: china_share

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
    actor = ActorEntry.model_json_schema()
    schema["$defs"].update(actor.pop("$defs", {}))
    actors = schema["$defs"]["ActorsEntry"]["properties"]
    actors["drop"] = {"type": "array", "items": {"type": "string", "names": "actor"}}
    actors["add"] = {"type": ["object", "null"], "additionalProperties": actor}
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
