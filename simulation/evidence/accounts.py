"""Accounts for every fact of the documents: where it is used, checked both ways.

A fact names the places that carry it, and each of these places names the fact. A claim that is a
mechanism is named by its number alone, as M05; which switch carries it is known on a higher floor.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from simulation.evidence.schema import CONTEXT, Dispute, Fact
from simulation.inputs.problems import did_you_mean
from simulation.inputs.validation import Frozen, Names, validated
from simulation.inputs.yaml_reader import Loaded, Place

_CLAIM = re.compile(r"M\d{2}")
_FACT = re.compile(r"([A-Z][A-Z0-9]*)-\d{3}")
Cited = Mapping[str, Collection[str]]


def cited_by_place(parts: Mapping[str, Any]) -> dict[str, set[str]]:
    """The facts that each place of the evidence cites, by the name that `where` gives it."""
    cited: dict[str, set[str]] = {}

    def note(place: str, facts: Collection[str]) -> None:
        cited.setdefault(place, set()).update(facts)

    for kind in ("parameters", "actors", "organizations", "installations", "projects", "patterns"):
        for key, entry in parts[kind].items():
            note(key, entry.facts)
    for key, organization in parts["organizations"].items():
        for name, part in [*organization.councils.items(), *organization.bodies.items()]:
            note(f"{key}.{name}", part.facts)
    for happened in parts["timeline"]:
        note(happened.date.isoformat(), happened.facts)
    return cited


def read_facts(
    loaded: Loaded, parts: Mapping[str, Any], declared: Collection[str], names: Names
) -> Frozen[str, Fact]:
    """The facts by number, checked against the places that they name and that cite them.

    Args:
        loaded: The file of facts; nothing is checked where it holds none.
        parts: The entries of the other files that could be read.
        declared: The name of every place, also of those that could not be read.
        names: The identifiers that exist, by kind.
    """
    labels = {each.label: key for key, each in parts["documents"].items() if each.label}
    facts: dict[str, Fact] = {}
    for key, data in loaded.data.items():
        written = _FACT.fullmatch(key)
        if not written or written[1] not in labels:
            known = ", ".join(f"{label}-001" for label in sorted(labels))
            loaded.problem((key,), f"'{key}' is no number of a fact", f"facts are {known}, …")
        elif isinstance(data, dict):
            given = {**data, "document": labels[written[1]]}
            fact = validated(Fact, given, loaded, (key,), names, of=key)
            if fact is not None:
                facts[key] = fact
        else:
            loaded.problem((key,), f"{key} is no mapping", "write {anchor, use, where, note}")
    if facts:
        cited = cited_by_place(parts)
        for key, fact in facts.items():
            _check_use(loaded, key, fact)
            for at, place in enumerate(fact.where if fact.use != CONTEXT else ()):
                _check_place(loaded, (key, "where", at), place, declared)
                if place in cited and key not in cited[place]:
                    message = f"{key} is said to be used in '{place}', which does not cite it"
                    loaded.problem((key, "where", at), message, f"add {key} to its 'facts'")
        for place, key in _unanswered(cited, facts, labels):
            if key in facts:
                message = f"{key} is cited by '{place}', which its 'where' leaves out"
                loaded.problem((key,), message)
            elif key not in loaded.data:
                hint = did_you_mean(key, facts)
                loaded.problem(None, f"'{place}' cites {key}, which is no fact", hint)
    return Frozen(facts)


def read_disputes(
    loaded: Loaded, facts: Mapping[str, Fact], declared: Collection[str], names: Names
) -> Frozen[str, Dispute]:
    """What is disputed, by its number."""
    disputes = {}
    for key, data in loaded.data.items():
        dispute = validated(Dispute, data, loaded, (key,), names, of=key)
        if dispute is None:
            continue
        disputes[key] = dispute
        for at, fact in enumerate(dispute.facts):
            if fact not in facts:
                hint = did_you_mean(fact, facts)
                loaded.problem((key, "facts", at), f"{key} is about {fact}, which is no fact", hint)
        for at, place in enumerate(dispute.where):
            _check_place(loaded, (key, "where", at), place, declared)
    return Frozen(disputes)


def _check_use(loaded: Loaded, key: str, fact: Fact) -> None:
    """A fact is used somewhere, or says why it is context only."""
    if fact.use == CONTEXT and fact.where:
        message = f"{key} is context only, and yet used in {', '.join(fact.where)}"
        loaded.problem((key, "use"), message)
    elif fact.use == CONTEXT and not fact.note:
        loaded.problem((key,), f"{key} is context only; 'note' has to say why")
    elif fact.use != CONTEXT and not fact.where:
        hint = "name where, or write 'use: context' with the reason as 'note'"
        loaded.problem((key,), f"{key} is used nowhere", hint)


def _check_place(loaded: Loaded, at: Place, place: str, declared: Collection[str]) -> None:
    if place not in declared and not _CLAIM.fullmatch(place):
        loaded.problem(at, f"nothing is called '{place}'", did_you_mean(place, declared))


def _unanswered(
    cited: Cited, facts: Mapping[str, Fact], labels: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Places that cite a fact which does not name them; facts of no document are not asked."""
    for place, keys in cited.items():
        for key in sorted(keys):
            written = _FACT.fullmatch(key)
            ours = written is not None and written[1] in labels
            if ours and (key not in facts or place not in facts[key].where):
                yield place, key
