"""What stands behind the names that are no numbers and no entries of the documents.

An outcome, a variable, a kind of event, a mechanism, a theory, a decision, a scenario: each is
told in labelled lines, for the command `source`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from simulation.evidence.catalogue import load_catalogue

_Line = tuple[str, str]
"""A label, and what is said beside it; nothing is shown where nothing is said."""


def named(name: str) -> Iterator[tuple[str, list[_Line]]]:
    """What a name stands for: its kind, with the article, and lines about it.

    One name may be of several kinds: `exercise` is a decision and an event.

    Raises:
        Problems: it is a scenario with mistakes.
    """
    for kind, about in _KINDS.items():
        lines = about(name)
        if lines is not None:
            yield kind, lines


def all_named() -> dict[str, str]:
    """Every name that `named` knows, with what to give to `list` to see its like."""
    from simulation.decisions.events import DECISIONS
    from simulation.model.outcomes import VARIABLES, every_outcome_of
    from simulation.scenario.events import describe_events
    from simulation.scenario.mechanisms import SWITCHES, THEORIES
    from simulation.scenario.scenario import list_scenarios

    known: dict[str, Iterable[str]] = {
        "outcomes": every_outcome_of(load_catalogue()),
        "variables": VARIABLES,
        "events": describe_events(),
        "mechanisms": SWITCHES,
        "theories": THEORIES,
        "decisions": DECISIONS,
        "scenarios": list_scenarios(),
    }
    return {each: kind for kind, names in known.items() for each in names}


def _outcome(name: str) -> list[_Line] | None:
    from simulation.model.outcomes import every_outcome_of
    from simulation.scenario.scenario import sound_scenarios

    each = every_outcome_of(load_catalogue()).get(name)
    if each is None:
        return None
    asking = [some.name for some in sound_scenarios()[0] if some.outcome == name]
    return [
        ("", each.description),
        ("unit", each.unit),
        ("kind", each.kind),
        ("read", each.read),
        ("headline", "yes: it stands in the table of every batch" if each.headline else ""),
        ("recorded", "" if each.recorded else "no: it is read where it is asked for"),
        ("answers", ", ".join(asking)),
    ]


def _variable(name: str) -> list[_Line] | None:
    from simulation.model.outcomes import VARIABLES

    each = VARIABLES.get(name)
    if each is None:
        return None
    return [("", each.description), ("unit", each.unit), ("axes", " × ".join(each.axes))]


def _event(name: str) -> list[_Line] | None:
    from simulation.scenario.events import describe_events, timeline_events

    each = {str(kind): about for kind, about in describe_events().items()}.get(name)
    if each is None:
        return None
    known = [event for event in timeline_events(load_catalogue()) if event.kind == name]
    return [
        ("", each["description"]),
        ("needs", ", ".join(["date", *each["required"], "why"])),
        ("may have", ", ".join(each["optional"])),
        ("as", each["example"]),
        *_beside("known", [f"{event.date.isoformat()} {event.name}" for event in known]),
    ]


def _mechanism(name: str) -> list[_Line] | None:
    from simulation.scenario.mechanisms import SWITCHES, THEORIES

    each = SWITCHES.get(name)
    if each is None:
        return None
    entry = load_catalogue().mechanisms.get(name)
    expected = entry.expected if entry else None
    return [
        ("", each.description),
        ("claims", ", ".join(each.claims)),
        *_beside("off", [f"{key} = {value:g}" for key, value in each.neutral.items()]),
        ("why", each.reason_for_choice),
        (
            "expected",
            f"{expected.outcome} {expected.off} by {expected.quarter} once it is off"
            if expected
            else "",
        ),
        ("theories", ", ".join(some.name for some in THEORIES.values() if name in some.off)),
        ("written", f"mechanisms: {{{name}: off}}"),
        *_facts(each.claims),
    ]


def _theory(name: str) -> list[_Line] | None:
    from simulation.scenario.mechanisms import THEORIES

    each = THEORIES.get(name)
    if each is None:
        return None
    return [("", each.description), ("off", ", ".join(each.off)), ("written", f"theory: {name}")]


def _decision(name: str) -> list[_Line] | None:
    from simulation.decisions.events import DECISIONS

    each = DECISIONS.get(name)
    if each is None:
        return None
    terms = [
        term.label + (f" (weighed by {term.weight})" if "." in term.weight else "")
        for term in each.terms.values()
    ]
    return [
        ("who", " about ".join(filter(None, (each.who, each.about)))),
        ("either", ", or ".join(each.either)),
        ("when", f"{each.phase}: {each.when}"),
        *_beside("terms", terms),
        ("happens", f"{'below' if each.below else 'above'} {each.bar}, in {each.unit}"),
        *_beside("if", [condition.words for condition in each.conditions]),
        ("writes", ", ".join(each.writes)),
        *_beside("logged", [event.kind for event in each.events]),
        ("rule", f"{each.sums.__module__}, which sums {each.sums.__name__}"),
    ]


def _scenario(name: str) -> list[_Line] | None:
    from simulation.inputs.yaml_reader import shown
    from simulation.numerics.dates import quarter_name
    from simulation.scenario.scenario import list_scenarios, load_scenario

    if name not in list_scenarios():
        return None
    each = load_scenario(name)
    own = [event for event in each.events if event.origin == name]
    inherited = load_scenario(each.extends[0]).events if each.extends else ()
    omitted = [event.name for event in inherited if event not in each.events]
    numbers = [(key, it) for key, it in each.overrides.items() if it.origin == name]
    return [
        ("", each.title),
        ("asks", each.question or ""),
        ("outcome", each.outcome or ""),
        ("file", shown(each.path)),
        ("extends", ", ".join(each.extends)),
        *_beside("numbers", [f"{key} = {it.value:g}: {it.why}" for key, it in numbers]),
        *_beside(
            "events", [f"{event.date.isoformat()} {event.name}: {event.why}" for event in own]
        ),
        ("omitted", ", ".join(omitted)),
        ("off", ", ".join(switch for switch, on in each.mechanisms.items() if not on)),
        ("theory", each.theory or ""),
        ("dropped", ", ".join(each.actors_dropped)),
        ("added", ", ".join(key for _, key, _ in each.added.entries())),
        ("rules", ", ".join(plugin.file for plugin in each.plugins)),
        ("history", f"imposed until {each.history_until}" if each.history_until else ""),
        ("until", "" if each.until is None else quarter_name(each.until)),
        ("notes", each.notes or ""),
    ]


def _facts(claims: Iterable[str]) -> list[_Line]:
    """The passages behind some claims."""
    facts = load_catalogue().facts.items()
    return _beside(
        "facts",
        [f"{key} “{fact.anchor}”" for key, fact in facts if not {*claims}.isdisjoint(fact.where)],
    )


def _beside(label: str, texts: Iterable[str]) -> list[_Line]:
    """Several lines beside one label."""
    return [("" if place else label, text) for place, text in enumerate(texts)]


_KINDS: dict[str, Callable[[str], list[_Line] | None]] = {
    "an outcome": _outcome,
    "a variable": _variable,
    "an event": _event,
    "a mechanism": _mechanism,
    "a theory": _theory,
    "a decision": _decision,
    "a scenario": _scenario,
}
