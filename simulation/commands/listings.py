"""What `list` and `source` print: columns, labelled paragraphs, and each kind of evidence."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

LABEL = 12
"""Width of the labels before what `source` shows."""
UNTOLD = frozenset({"facts", "note", "source", "why", "councils", "bodies"})
"""Fields of an entry that are shown after the others, or as entries of their own."""
CLAIM = re.compile(r"M\d{2}")

Row = tuple[str, ...]


def catalogue() -> Any:
    """The evidence; it is read once a process."""
    from simulation.evidence.catalogue import load_catalogue

    return load_catalogue()


def parts(known: Any) -> dict[str, Any]:
    """Councils and bodies of the organizations, by names like `sco.secretariat`."""
    return {
        f"{key}.{name}": part
        for key, organization in known.organizations.items()
        for name, part in [*organization.councils.items(), *organization.bodies.items()]
    }


# each kind of evidence ----------------------------------------------------------------------------


def show_parameter(about: Mapping[str, Any]) -> None:
    """Print what the catalogue says of a parameter."""
    print(about["key"])
    show("", about["description"])
    unit = about["unit"]
    if isinstance(about["value"], Mapping):
        show("unit", unit)
        rows = [
            (
                f"    {'.'.join(path)}",
                number(value),
                interval(at(about["range"], path)),
                plain(at(about["evidence"], path)),
            )
            for path, value in flattened(about["value"])
        ]
        if about["otherwise"] is not None:
            rows.append(("    all others", number(about["otherwise"]), "", ""))
        print_columns(rows)
    else:
        show("value", f"{number(about['value'])} {unit}")
        show("range", interval(about["range"]))
        show("evidence", plain(about["evidence"]))
    show("drawn", "by run, evenly within its range" if about["drawn"] else "")
    show_sources(about["source"])
    show("why", about["why"])
    for disputed in about["disputed"]:
        holder = "as stated by" if disputed["stated"] else "by"
        show("disputed", f"{plain(disputed['value'])}, {holder} {disputed['by']}")
    show_each("facts", facts(about["facts"]))


def show_entry(name: str, entry: Any) -> None:
    """Print an actor, an organization or a part of one, an installation, a project, a pattern."""
    print(name)
    fields = {key: value for key, value in entry if value not in (None, "", (), {})}
    for key, value in fields.items():
        if key in UNTOLD:
            continue
        if isinstance(value, Mapping):
            show_each(key, [f"{inner}: {plain(each)}" for inner, each in value.items()])
        else:
            show(key, plain(value))
    for key in ("councils", "bodies"):
        inside = fields.get(key, {}).items()
        show_each(key, [f"{name}.{inner}: {each.name}{passages(each)}" for inner, each in inside])
    show_sources(each.model_dump(exclude_none=True) for each in entry.source)
    for key in ("why", "note"):
        show(key, plain(fields.get(key, "")))
    show_each("facts", facts(entry.facts))
    known = catalogue()
    keys = [key for key in known.values if name.split(".")[-1] in key.split(".")]
    show_each("parameters", [f"{key} = {number(known.values[key])}" for key in keys])


def show_fact(key: str, fact: Any) -> None:
    """Print a fact: its passage, where it is used, and what disputes it."""
    print(key)
    show_sources([{"document": fact.document, "anchor": fact.anchor}])
    show("used as", fact.use)
    show("where", plain(fact.where))
    show("note", fact.note)
    disputes = catalogue().disputes.items()
    about = [f"{name}: {each.subject}" for name, each in disputes if key in each.facts]
    show_each("disputed", about)


def show_dispute(key: str, dispute: Any) -> None:
    """Print an error or a disagreement of the documents: stated, corrected, by whom."""
    print(key)
    show("", dispute.subject)
    for label in ("stated", "correction", "taken", "note"):
        show(label, getattr(dispute, label))
    show_sources(each.model_dump(exclude_none=True) for each in dispute.source)
    show("where", plain(dispute.where))
    show_each("facts", facts(dispute.facts))


def show_day(day: str) -> None:
    """Print what happened on a day of the timeline."""
    print(day)
    for name, event, entry in happened():
        if name == day:
            fields = {event.kind: event.subject, **event.fields}
            show("event", ", ".join(f"{key}: {plain(each)}" for key, each in fields.items()))
            show("why", event.why)
            show("note", entry.note)
            show_sources(each.model_dump(exclude_none=True) for each in entry.source)
            show_each("facts", facts(entry.facts))


def show_claim(claim: str) -> None:
    """Print a causal claim of the documents: its switches, passages and patterns."""
    from simulation.scenario.mechanisms import NOT_MECHANISMS, SWITCHES

    known = catalogue()
    print(claim)
    switches = {name: each for name, each in SWITCHES.items() if claim in each.claims}
    show_each("switches", [f"{name}: {each.description}" for name, each in switches.items()])
    show("no switch", NOT_MECHANISMS.get(claim))
    show_each("facts", facts(key for key, fact in known.facts.items() if claim in fact.where))
    patterns = known.patterns.items()
    held = [
        key for key, each in patterns if claim in (each.model_extra or {}).get("mechanisms", ())
    ]
    show("patterns", plain(held))


def happened() -> Iterator[tuple[str, Any, Any]]:
    """Day, event and entry of the timeline, in order."""
    from simulation.scenario.events import timeline_events

    known = catalogue()
    entries = {entry.line: entry for entry in known.timeline}
    for event in timeline_events(known):
        yield event.date.isoformat(), event, entries[event.line]


def facts(keys: Iterable[str]) -> list[str]:
    """Facts with their passages; rows of the chronology stand by their number alone."""
    known = catalogue().facts
    return [f"{key} “{known[key].anchor}”" if key in known else key for key in keys]


def show_sources(references: Iterable[Mapping[str, str]]) -> None:
    """Print each source, and the sentence in full where the document is at hand."""
    for reference in references:
        show("source", cited(reference))
        sentence = sentence_of(reference)
        if sentence:
            show("", f"in full: {sentence}")


def sentence_of(reference: Mapping[str, str]) -> str | None:
    """The sentence that an anchor finds, where the document is at hand."""
    from simulation.evidence.passages import find, text_at_hand

    document = catalogue().documents.get(reference.get("document", ""))
    text = text_at_hand(document.file) if document is not None and document.file else None
    found = find(text, reference["anchor"]) if text is not None else []
    return found[0].sentence if found else None


def cited(reference: Mapping[str, str]) -> str:
    """A source in one line."""
    document = catalogue().documents.get(reference.get("document") or reference["dataset"])
    title = document.title if document is not None else reference.get("dataset", "")
    if "anchor" in reference:
        return f"{title}: “{reference['anchor']}”"
    return f"{title}: {reference['detail']}"


def passages(entry: Any) -> str:
    """The first passage that speaks of an entry, or the first source, to end a line with."""
    found = [f"“{each.anchor}”" for each in entry.source if each.anchor]
    found += [each.detail for each in entry.source if each.detail]
    return f" {found[0]}" if found else ""


# paragraphs and columns ---------------------------------------------------------------------------


def show(label: str, text: str | None) -> None:
    """Print one paragraph beside its label; nothing where there is no text."""
    if text:
        indent = " " * (LABEL + 2)
        first = f"  {label:<{LABEL}}"
        print(textwrap.fill(text, width(), initial_indent=first, subsequent_indent=indent))


def show_each(label: str, texts: Sequence[str]) -> None:
    """Print several paragraphs beside one label."""
    for place, text in enumerate(texts):
        show("" if place else label, text)


def print_columns(rows: Sequence[Row]) -> None:
    """Print rows in columns. On a terminal the last column is wrapped, in a pipe it is not."""
    if not rows:
        return
    widths = [max(len(cell) for cell in column) for column in list(zip(*rows, strict=True))[:-1]]
    indent = sum(widths) + 2 * len(widths)
    for row in rows:
        start = "".join(f"{cell:<{size}}  " for cell, size in zip(row, widths, strict=False))
        room = max(width() - indent, 24)
        lines = textwrap.wrap(row[-1], room) if sys.stdout.isatty() else [row[-1]]
        for line in lines or [""]:
            print((start + line).rstrip())
            start = " " * indent


def width() -> int:
    """How wide the text may be: the terminal, or 100 in a pipe."""
    return shutil.get_terminal_size((100, 24)).columns


def flattened(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every leaf of a nested mapping with its path."""
    if not isinstance(tree, Mapping):
        yield path, tree
        return
    for key, part in tree.items():
        yield from flattened(part, (*path, key))


def at(tree: Any, path: tuple[str, ...]) -> Any:
    """What a tree shaped like a table, or like a part of it, says at a path."""
    for key in path:
        if not isinstance(tree, Mapping):
            break
        tree = tree.get(key, tree.get("otherwise"))
    return tree


def interval(limits: Sequence[float] | None) -> str:
    """A range in words."""
    return f"{number(limits[0])} to {number(limits[1])}" if limits else ""


def number(value: float | None) -> str:
    """A number as short as it can be said; a dash where there is none."""
    return "–" if value is None else f"{value:,.6g}"


def plain(value: Any) -> str:
    """Any value of an entry in one line."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {plain(each)}" for key, each in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(plain(each) for each in value)
    if hasattr(value, "model_dump"):
        return plain({key: each for key, each in value if each not in (None, "", (), {})})
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, float) else str(value)
