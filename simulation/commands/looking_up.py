"""Commands to look things up: the names there are, and where each number comes from."""

from __future__ import annotations

import shutil
import sys
import textwrap
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from simulation.commandline import Misuse, argument, command, instead, one_of

GROUP = "Look things up"
LABEL = 12
"""Width of the labels before what `source` shows."""
UNTOLD = frozenset({"facts", "note", "source", "why"})
"""Fields of an entry that are shown after the others."""

Row = tuple[str, ...]
Rows = Iterator[Row]


def catalogue() -> Any:
    """The evidence; it is read once a process."""
    from simulation.catalogue import load_catalogue

    return load_catalogue()


def scenarios(prefix: str) -> Rows:
    """Scenarios and their questions."""
    from simulation.scenario import list_scenarios, load_scenario

    for name in list_scenarios():
        if name.startswith(prefix):
            scenario = load_scenario(name)
            yield name, scenario.question or scenario.title


def parameters(prefix: str) -> Rows:
    """Parameters, or every number of the one that is named in full."""
    known = catalogue()
    named = known.parameters.get(prefix)
    if named is not None and named.is_table:
        for key, value in known.expanded(named).items():
            yield key, number(value), named.unit, known.evidence_of(key) or ""
        return
    for key, each in known.parameters.items():
        if key.startswith(prefix):
            classes = {known.evidence_of(full_key) for full_key in known.expanded(each)}
            value = f"({len(each.leaves())} values)" if each.is_table else number(each.value)
            yield key, value, each.unit, "/".join(sorted(filter(None, classes))), each.description


def events(prefix: str) -> Rows:
    """Kinds of event, and the keys that each takes beside its own; optional ones in brackets."""
    from simulation.events import describe_events

    for name, event in describe_events().items():
        if name.startswith(prefix):
            needs = [each for each in event["required"] if each != name]
            may = [f"[{each}]" for each in event["optional"]]
            yield name, ", ".join([*needs, *may]), event["description"]


def outcomes(prefix: str) -> Rows:
    """Outcomes at the horizon; those with a star stand in the table of a batch."""
    from simulation.outcomes import OUTCOMES

    for name, each in OUTCOMES.items():
        if name.startswith(prefix):
            yield name, "*" if each.headline else "", each.unit, each.description


def variables(prefix: str) -> Rows:
    """Variables of which a batch records bands by quarter."""
    from simulation.outcomes import VARIABLES

    for name, each in VARIABLES.items():
        if name.startswith(prefix):
            yield name, " × ".join(each.axes), each.unit, each.description


def mechanisms(prefix: str) -> Rows:
    """Mechanisms that can be switched off, with the claims of the documents behind them."""
    from simulation.mechanisms import SWITCHES

    for name, each in SWITCHES.items():
        if name.startswith(prefix):
            yield name, " ".join(each.claims), each.description


def theories(prefix: str) -> Rows:
    """Rival theories: named sets of switches."""
    from simulation.mechanisms import THEORIES

    for name, each in THEORIES.items():
        if name.startswith(prefix):
            yield name, f"{each.description} Off: {', '.join(each.off)}."


def entries(kind: str) -> Callable[[str], Rows]:
    """Rows of one kind of entry of the evidence: identifier, what sort it is, name."""

    def rows(prefix: str) -> Rows:
        for identifier, entry in getattr(catalogue(), kind).items():
            if identifier.startswith(prefix):
                names = (getattr(entry, each, "") for each in ("name", "title", "description"))
                yield identifier, getattr(entry, "kind", ""), next(filter(None, names), "")

    rows.__doc__ = ENTRIES[kind]
    return rows


ENTRIES = {
    "actors": "Powers, Central Asian states and outer states.",
    "organizations": "What states join.",
    "installations": "Bases, existing and possible.",
    "projects": "Pipelines, zones, corridors, credits and deals.",
    "documents": "Sources that the evidence cites.",
    "patterns": "What had happened by October 2005, and free runs should make likely.",
}

KINDS: dict[str, Callable[[str], Rows]] = {
    "scenarios": scenarios,
    "parameters": parameters,
    "events": events,
    "outcomes": outcomes,
    "variables": variables,
    "mechanisms": mechanisms,
    "theories": theories,
    **{kind: entries(kind) for kind in ENTRIES},
}


@command(
    GROUP,
    argument("kind", metavar="KIND", nargs="?", type=one_of(KINDS), help=", ".join(KINDS)),
    argument("prefix", metavar="PREFIX", nargs="?", default="", help="only names that begin so"),
    name="list",
    examples=(
        "list",
        "list scenarios",
        "list parameters basing",
        "list parameters basing.notice",
        "list events",
        "list outcomes china",
    ),
)
def list_names(given: Namespace) -> None:
    """List the names that scenarios and commands use, each with a line on what it is.

    A PREFIX keeps the names that begin with it. Where it is the whole name of a table of
    parameters, every number of the table is listed. Without a KIND the kinds are listed.
    """
    if given.kind is None:
        print_columns([(name, (rows.__doc__ or "").rstrip(".")) for name, rows in KINDS.items()])
        return
    rows = list(KINDS[given.kind](given.prefix))
    if not rows and given.prefix:
        names = [row[0] for row in KINDS[given.kind]("")]
        message = f"None of the {given.kind} begins with '{given.prefix}'"
        raise Misuse(message + instead(given.prefix, names), f"list {given.kind}")
    print_columns(rows)


@command(
    GROUP,
    argument("name", metavar="NAME", help="a parameter, or an entry of the evidence"),
    examples=("source basing.notice.karshi_khanabad", "source basing.notice", "source manas"),
)
def source(given: Namespace) -> None:
    """Show where a number comes from: value, range, passage or reason, and who disputes it.

    NAME is a parameter, one number of a table, or the identifier of an actor, an organization,
    an installation, a project or a document.
    """
    known = catalogue()
    entry = next(filter(None, (getattr(known, kind).get(given.name) for kind in ENTRIES)), None)
    if entry is not None:
        show_entry(given.name, entry)
        return
    try:
        described = known.describe(given.name)
    except ValueError as wrong:
        hint = getattr(wrong, "hint", None)
        names = [name for kind in ENTRIES for name in getattr(known, kind)]
        more = f"; {hint}" if hint else instead(given.name, names)
        ask = f"list {getattr(wrong, 'listing', None) or 'parameters'}"
        raise Misuse(f"There is {wrong}{more}", ask) from None
    show_parameter(described)


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
    for each in about["source"]:
        show("source", cited(each))
    show("why", about["why"])
    for disputed in about["disputed"]:
        holder = "as stated by" if disputed["stated"] else "by"
        show("disputed", f"{plain(disputed['value'])}, {holder} {disputed['by']}")
    show("facts", plain(about["facts"]))


def show_entry(identifier: str, entry: Any) -> None:
    """Print an actor, an organization, an installation, a project, a document or a pattern."""
    print(identifier)
    fields = {key: value for key, value in entry if value not in (None, "", (), {})}
    for key, value in fields.items():
        if key in UNTOLD:
            continue
        if isinstance(value, Mapping):
            show_each(key, [f"{name}: {plain(each)}" for name, each in value.items()])
        else:
            show(key, plain(value))
    known = catalogue()
    for each in entry.source:
        title = known.documents[each.document or each.dataset].title
        show("source", cited({**each.model_dump(exclude_none=True), "title": title}))
    for key in ("why", "note", "facts"):
        show(key, plain(fields.get(key, "")))
    keys = [key for key in known.values if identifier in key.split(".")]
    show_each("parameters", [f"{key} = {number(known.values[key])}" for key in keys])


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


def cited(reference: Mapping[str, str]) -> str:
    """A source in one line."""
    if "anchor" in reference:
        return f"{reference['title']}: “{reference['anchor']}”"
    return f"{reference.get('title', reference['dataset'])}: {reference['detail']}"


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
