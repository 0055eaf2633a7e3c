"""Commands to look things up: the names there are, and where each number comes from."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.commands.commandline import Heading, Misuse, argument, command, instead, one_of
from simulation.commands.output import note, tell
from simulation.inputs.invocation import program
from simulation.inputs.places import SCENARIOS, is_own, shipped, shipped_is_own
from simulation.inputs.problems import Problems, nearest

if TYPE_CHECKING:
    from simulation.evidence.catalogue import Catalogue
    from simulation.evidence.schema import (
        Body,
        Council,
        Dispute,
        Evidenced,
        Fact,
        TimelineEntry,
    )
    from simulation.scenario.events import Event

_LABEL = 12
"""Width of the labels before what `source` shows."""
_SHOWN_LATER = frozenset({"facts", "note", "source", "why", "councils", "bodies"})
"""Fields of an entry that are shown after the others, or as entries of their own."""
_CLAIM = re.compile(r"M\d{2}")

_Row = tuple[str, ...]
_Rows = Iterator[_Row]

# the names there are ------------------------------------------------------------------------------


def _scenario_rows(prefix: str) -> _Rows:
    """Scenarios, whether they are shipped or yours, and their questions."""
    from simulation.scenario.scenario import list_scenarios, scenario_path, sound_scenarios

    names = [name for name in list_scenarios() if name.startswith(prefix)]
    sound, broken = sound_scenarios(names) if names else ([], [])
    told = {each.name: each.question or each.title for each in sound}
    for name in names:
        whose = () if shipped_is_own(SCENARIOS) else (_whose(scenario_path(name) or Path()),)
        yield name, *whose, told.get(name, f"broken; see: {program()} check {name}")
    if broken:
        note(Problems(broken).told("The others can be run."))


def _whose(file: Path) -> str:
    """Whether a scenario is shipped or the user's own, which go first."""
    if not is_own(file, SCENARIOS):
        return "shipped"
    return "yours, goes first" if (shipped(SCENARIOS) / file.name).is_file() else "yours"


def _parameter_rows(prefix: str) -> _Rows:
    """Parameters, or every number of the one that is named in full."""
    known = _catalogue()
    named = known.parameters.get(prefix)
    if named is not None and named.is_table:
        for key, value in known.expanded(named).items():
            yield key, _number(value), named.unit, known.evidence_of(key) or ""
        return
    for key, each in known.parameters.items():
        if key.startswith(prefix):
            classes = {known.evidence_of(full_key) for full_key in known.expanded(each)}
            said = f"({len(each.leaves())} values)" if each.is_table else _number(each.value)
            yield key, said, each.unit, "/".join(sorted(filter(None, classes))), each.description


def _event_rows(prefix: str) -> _Rows:
    """Kinds of event: the keys of each beside its own, optional ones in brackets; an example."""
    from simulation.scenario.events import describe_events

    for name, event in describe_events().items():
        if name.startswith(prefix):
            needs = [each for each in event["required"] if each != name]
            may = [f"[{each}]" for each in event["optional"]]
            keys = ", ".join([*needs, *may])
            yield name, keys, f"{event['description']} As: {event['example']}"


def _outcome_rows(prefix: str) -> _Rows:
    """Outcomes at the horizon: a star if in the table of a batch, a dash if only read on demand."""
    from simulation.evidence.catalogue import load_catalogue
    from simulation.model.outcomes import every_outcome_of

    for name, each in every_outcome_of(load_catalogue()).items():
        if name.startswith(prefix):
            kept = "" if each.recorded else "-"
            yield name, "*" if each.headline else kept, each.unit, each.description


def _variable_rows(prefix: str) -> _Rows:
    """Variables of which a batch records bands by quarter."""
    from simulation.model.outcomes import VARIABLES

    for name, each in VARIABLES.items():
        if name.startswith(prefix):
            yield name, " × ".join(each.axes), each.unit, each.description


def _decision_rows(prefix: str) -> _Rows:
    """What is decided in a quarter: who decides, when, and by which terms."""
    from simulation.decisions.events import DECISIONS
    from simulation.show.decision_table import told_in_brief

    for key, each in DECISIONS.items():
        if key.startswith(prefix):
            yield key, told_in_brief(each)


def _mechanism_rows(prefix: str) -> _Rows:
    """Mechanisms that can be switched off, with the claims of the documents behind them."""
    from simulation.scenario.mechanisms import SWITCHES

    for name, each in SWITCHES.items():
        if name.startswith(prefix):
            yield name, " ".join(each.claims), each.description


def _theory_rows(prefix: str) -> _Rows:
    """Rival theories: named sets of switches."""
    from simulation.scenario.mechanisms import THEORIES

    for name, each in THEORIES.items():
        if name.startswith(prefix):
            yield name, f"{each.description} Off: {', '.join(each.off)}."


def _entry_rows(kind: str) -> Callable[[str], _Rows]:
    """_Rows of one kind of entry of the evidence: identifier, what sort it is, name."""

    def rows(prefix: str) -> _Rows:
        for identifier, entry in getattr(_catalogue(), kind).items():
            if identifier.startswith(prefix):
                names = (getattr(entry, each, "") for each in ("name", "title", "description"))
                said = next(filter(None, names), "") + _passages(entry)
                yield identifier, getattr(entry, "kind", ""), said

    rows.__doc__ = _ENTRIES[kind]
    return rows


def _council_rows(prefix: str) -> _Rows:
    """Councils of organizations, meetings a year at least, and the passage that names each."""
    from simulation.evidence.schema import Council

    for name, part in _parts(_catalogue()).items():
        if name.startswith(prefix) and isinstance(part, Council):
            yield name, _number(part.meetings), f"{part.name}. {part.does}{_passages(part)}"


def _body_rows(prefix: str) -> _Rows:
    """What organizations may found, and the passage that names each."""
    from simulation.evidence.schema import Body

    for name, part in _parts(_catalogue()).items():
        if name.startswith(prefix) and isinstance(part, Body):
            covers = f" ({', '.join(part.covers)})" if part.covers else ""
            yield name, part.kind, f"{part.name}{covers}.{_passages(part)}"


def _timeline_rows(prefix: str) -> _Rows:
    """What happened until October 2005, day by day, with its passage or source."""
    for day, event, entry in _happened():
        if day.startswith(prefix):
            yield day, event.name, f"{event.why}{_passages(entry)}"


def _fact_rows(prefix: str) -> _Rows:
    """What the two documents say: passages, and where each is used."""
    for key, fact in _catalogue().facts.items():
        if key.startswith(prefix):
            where = ", ".join(fact.where) or "nowhere: " + (fact.note or "")
            yield key, fact.use, f"“{fact.anchor}” {where}"


def _dispute_rows(prefix: str) -> _Rows:
    """Errors and disagreements of the documents, and what is taken."""
    for key, dispute in _catalogue().disputes.items():
        if key.startswith(prefix):
            yield key, dispute.taken, dispute.subject


_ENTRIES = {
    "actors": "Powers, contested states and outer states.",
    "organizations": "What states join.",
    "installations": "Bases, existing and possible.",
    "projects": "Pipelines, zones, corridors, credits and deals.",
    "documents": "Sources that the evidence cites.",
    "patterns": "What had happened by October 2005, and free runs should make likely.",
}

LISTINGS: dict[str, Callable[[str], _Rows]] = {
    "scenarios": _scenario_rows,
    "parameters": _parameter_rows,
    "events": _event_rows,
    "outcomes": _outcome_rows,
    "variables": _variable_rows,
    "decisions": _decision_rows,
    "mechanisms": _mechanism_rows,
    "theories": _theory_rows,
    **{kind: _entry_rows(kind) for kind in _ENTRIES},
    "councils": _council_rows,
    "bodies": _body_rows,
    "timeline": _timeline_rows,
    "facts": _fact_rows,
    "disputes": _dispute_rows,
}


@command(
    Heading.LOOK_UP,
    [
        argument(
            "kind", metavar="KIND", nargs="?", type=one_of(LISTINGS), help=", ".join(LISTINGS)
        ),
        argument(
            "prefix", metavar="PREFIX", nargs="?", default="", help="only names that begin so"
        ),
    ],
    name="list",
    examples=(
        "list",
        "list scenarios",
        "list parameters basing",
        "list parameters basing.notice",
        "list events",
        "list outcomes china",
        "list decisions",
    ),
)
def list_names(given: Namespace) -> None:
    """List the names that scenarios and commands use, each with a line on what it is.

    A PREFIX keeps the names that begin with it. Where it is the whole name of a table of
    parameters, every number of the table is listed. Without a KIND the kinds are listed.
    """
    if given.kind is None:
        _print_columns(
            [(name, (rows.__doc__ or "").rstrip(".")) for name, rows in LISTINGS.items()]
        )
        return
    rows = list(LISTINGS[given.kind](given.prefix))
    if not rows and given.prefix:
        names = [row[0] for row in LISTINGS[given.kind]("")]
        message = f"None of the {given.kind} begins with '{given.prefix}'"
        raise Misuse(message + instead(given.prefix, names), f"list {given.kind}")
    _print_columns(rows)


# where each comes from ----------------------------------------------------------------------------


@command(
    Heading.LOOK_UP,
    [argument("name", metavar="NAME", help="any name that `list` shows")],
    examples=(
        "source basing.notice.karshi_khanabad",
        "source basing.notice",
        "source manas",
        "source sco.secretariat",
        "source S2-088",
        "source 2005-07-29",
        "source china_share",
        "source conditional_aid",
    ),
    name="source",
)
def source_command(given: Namespace) -> None:
    """Show where a number comes from, or what stands behind any other name.

    NAME is a parameter or one number of a table, shown with value, range, passage or reason, and
    who disputes it; an actor, an organization, a council or body of one, an installation, a
    project, a pattern or a document; a fact (S2-088), an error of the documents (E07), one of their
    claims (M04) or a day of the timeline; an outcome, a variable, a kind of event, a mechanism, a
    theory, a decision or a scenario.
    """
    from simulation.commands.named import all_named, named

    known, name = _catalogue(), given.name
    entries = {key: each for kind in _ENTRIES for key, each in getattr(known, kind).items()}
    entries |= _parts(known)
    days = {each.date.isoformat() for each in known.timeline}
    claims = {place for fact in known.facts.values() for place in fact.where}
    told = list(named(name))
    if told:
        for place, (kind, lines) in enumerate(told):
            tell(f"{chr(10) * bool(place)}{name}  ({kind})")
            for label, text in lines:
                _show(label, text)
    elif name in entries:
        _show_entry(name, entries[name])
    elif name in known.facts:
        _show_fact(name, known.facts[name])
    elif name in known.disputes:
        _show_dispute(name, known.disputes[name])
    elif name in days:
        _show_day(name)
    elif name in claims and _CLAIM.fullmatch(name):
        _show_claim(name)
    else:
        try:
            described = known.describe(name)
        except ValueError:
            names = {**dict.fromkeys((*known.parameters, *known.values), "parameters")}
            names |= {key: kind for kind in _ENTRIES for key in getattr(known, kind)}
            names |= dict.fromkeys(_parts(known), "organizations")
            names |= dict.fromkeys(known.facts, "facts") | dict.fromkeys(known.disputes, "disputes")
            names |= dict.fromkeys(days, "timeline") | all_named()
            near = nearest(name, names)
            hint = f"; did you mean '{near}'?" if near else ""
            kind = names[near] if near else ""
            raise Misuse(f"Nothing is called '{name}'{hint}", f"list {kind}".strip()) from None
        _show_parameter(described)


@command(Heading.LOOK_UP, examples=("evidence", "evidence > docs/evidence.md"))
def evidence(given: Namespace) -> None:
    """Print the account of the evidence: every fact and parameter, as a page of Markdown.

    docs/evidence.md is this page; it is written anew whenever the evidence changes.
    """
    from simulation.show.evidence_page import evidence_page

    tell(evidence_page(_catalogue()), end="")


def _show_parameter(about: Mapping[str, Any]) -> None:
    """Print what the catalogue says of a parameter."""
    tell(about["key"])
    _show("", about["description"])
    unit = about["unit"]
    if isinstance(about["value"], Mapping):
        _show("unit", unit)
        rows = [
            (
                f"    {'.'.join(path)}",
                _number(value),
                _interval(_at(about["range"], path)),
                _in_a_line(_at(about["evidence"], path)),
            )
            for path, value in _flattened(about["value"])
        ]
        if about["otherwise"] is not None:
            rows.append(("    all others", _number(about["otherwise"]), "", ""))
        _print_columns(rows)
    else:
        _show("value", f"{_number(about['value'])} {unit}")
        _show("range", _interval(about["range"]))
        _show("evidence", _in_a_line(about["evidence"]))
    _show("drawn", "by run, evenly within its range" if about["drawn"] else "")
    _show_sources(about["source"])
    _show("why", about["why"])
    if about["estimate"]:
        _show_estimate(about["estimate"])
    for disputed in about["disputed"]:
        holder = "as stated by" if disputed["stated"] else "by"
        _show("disputed", f"{_in_a_line(disputed['value'])}, {holder} {disputed['by']}")
    _show_each("facts", _facts_said(about["facts"]))


def _show_estimate(estimate: Mapping[str, Any]) -> None:
    """Print what a number was estimated from, and how."""
    _show("estimate", f"{estimate['name']}: {estimate['says']}")
    for label in ("formula", "cases", "held_out", "script", "note"):
        _show(label.replace("_", " "), estimate[label] or "")
    _show_each("panels", [f"{name}  {sha[:12]}" for name, sha in estimate["panels"].items()])


def _show_entry(name: str, entry: Evidenced) -> None:
    """Print an actor, an organization or a part of one, an installation, a project, a pattern."""
    tell(name)
    fields = {key: value for key, value in entry if value not in (None, "", (), {})}
    for key, value in fields.items():
        if key in _SHOWN_LATER:
            continue
        if isinstance(value, Mapping):
            _show_each(key, [f"{inner}: {_in_a_line(each)}" for inner, each in value.items()])
        else:
            _show(key, _in_a_line(value))
    for key in ("councils", "bodies"):
        inside = fields.get(key, {}).items()
        _show_each(key, [f"{name}.{inner}: {each.name}{_passages(each)}" for inner, each in inside])
    _show_sources(each.model_dump(exclude_none=True) for each in entry.source)
    for key in ("why", "note"):
        _show(key, _in_a_line(fields.get(key, "")))
    _show_each("facts", _facts_said(entry.facts))
    known = _catalogue()
    keys = [key for key in known.values if name.split(".")[-1] in key.split(".")]
    _show_each("parameters", [f"{key} = {_number(known.values[key])}" for key in keys])


def _show_fact(key: str, fact: Fact) -> None:
    """Print a fact: its passage, where it is used, and what disputes it."""
    tell(key)
    _show_sources([{"document": fact.document, "anchor": fact.anchor}])
    _show("used as", fact.use)
    _show("where", _in_a_line(fact.where))
    _show("note", fact.note)
    disputes = _catalogue().disputes.items()
    about = [f"{name}: {each.subject}" for name, each in disputes if key in each.facts]
    _show_each("disputed", about)


def _show_dispute(key: str, dispute: Dispute) -> None:
    """Print an error or a disagreement of the documents: stated, corrected, by whom."""
    tell(key)
    _show("", dispute.subject)
    for label in ("stated", "correction", "taken", "note"):
        _show(label, getattr(dispute, label))
    _show_sources(each.model_dump(exclude_none=True) for each in dispute.source)
    _show("where", _in_a_line(dispute.where))
    _show_each("facts", _facts_said(dispute.facts))


def _show_day(day: str) -> None:
    """Print what happened on a day of the timeline."""
    tell(day)
    for name, event, entry in _happened():
        if name == day:
            fields = {event.kind: event.subject, **event.fields}
            _show("event", ", ".join(f"{key}: {_in_a_line(each)}" for key, each in fields.items()))
            _show("why", event.why)
            _show("note", entry.note)
            _show_sources(each.model_dump(exclude_none=True) for each in entry.source)
            _show_each("facts", _facts_said(entry.facts))


def _show_claim(claim: str) -> None:
    """Print a causal claim of the documents: its switches, passages and patterns."""
    from simulation.scenario.mechanisms import SWITCHES

    known = _catalogue()
    tell(claim)
    switches = {name: each for name, each in SWITCHES.items() if claim in each.claims}
    _show_each("switches", [f"{name}: {each.description}" for name, each in switches.items()])
    _show_each(
        "facts", _facts_said(key for key, fact in known.facts.items() if claim in fact.where)
    )
    patterns = known.patterns.items()
    held = [
        key for key, each in patterns if claim in (each.model_extra or {}).get("mechanisms", ())
    ]
    _show("patterns", _in_a_line(held))


def _happened() -> Iterator[tuple[str, Event, TimelineEntry]]:
    """Day, event and entry of the timeline, in order."""
    from simulation.scenario.events import timeline_events

    known = _catalogue()
    entries = {entry.line: entry for entry in known.timeline}
    for event in timeline_events(known):
        yield event.date.isoformat(), event, entries[event.line]


def _facts_said(keys: Iterable[str]) -> list[str]:
    """Facts with their passages; rows of the chronology stand by their number alone."""
    known = _catalogue().facts
    return [f"{key} “{known[key].anchor}”" if key in known else key for key in keys]


def _show_sources(references: Iterable[Mapping[str, str]]) -> None:
    """Print each source, and the sentence in full where the document is at hand."""
    for reference in references:
        _show("source", _cited(reference))
        sentence = _sentence_of(reference)
        if sentence:
            _show("", f"in full: {sentence}")


def _sentence_of(reference: Mapping[str, str]) -> str | None:
    """The sentence that an anchor finds, where the document is at hand."""
    from simulation.evidence.passages import find, text_at_hand

    document = _catalogue().documents.get(reference.get("document", ""))
    text = text_at_hand(document.file) if document is not None and document.file else None
    found = find(text, reference["anchor"]) if text is not None else []
    return found[0].sentence if found else None


def _cited(reference: Mapping[str, str]) -> str:
    """A source in one line."""
    document = _catalogue().documents.get(reference.get("document") or reference["dataset"])
    title = document.title if document is not None else reference.get("dataset", "")
    if "anchor" in reference:
        return f"{title}: “{reference['anchor']}”"
    return f"{title}: {reference['detail']}"


def _passages(entry: Evidenced | TimelineEntry) -> str:
    """The first passage that speaks of an entry, or the first source, to end a line with."""
    found = [f"“{each.anchor}”" for each in entry.source if each.anchor]
    found += [each.detail for each in entry.source if each.detail]
    return f" {found[0]}" if found else ""


# the evidence -------------------------------------------------------------------------------------


def _catalogue() -> Catalogue:
    """The evidence; it is read once a process."""
    from simulation.evidence.catalogue import load_catalogue

    return load_catalogue()


def _parts(known: Catalogue) -> dict[str, Council | Body]:
    """Councils and bodies of the organizations, by names like `sco.secretariat`."""
    parts: dict[str, Council | Body] = {}
    for key, organization in known.organizations.items():
        parts |= {f"{key}.{name}": each for name, each in organization.councils.items()}
        parts |= {f"{key}.{name}": each for name, each in organization.bodies.items()}
    return parts


# paragraphs and columns ---------------------------------------------------------------------------


def _show(label: str, text: str | None) -> None:
    """Print one paragraph beside its label; nothing where there is no text."""
    if text:
        indent = " " * (_LABEL + 2)
        first = f"  {label:<{_LABEL}}"
        tell(textwrap.fill(text, _width(), initial_indent=first, subsequent_indent=indent))


def _show_each(label: str, texts: Sequence[str]) -> None:
    """Print several paragraphs beside one label."""
    for place, text in enumerate(texts):
        _show("" if place else label, text)


def _print_columns(rows: Sequence[_Row]) -> None:
    """Print rows in columns. On a terminal the last column is wrapped, in a pipe it is not."""
    if not rows:
        return
    widths = [max(len(cell) for cell in column) for column in list(zip(*rows, strict=True))[:-1]]
    indent = sum(widths) + 2 * len(widths)
    for row in rows:
        start = "".join(f"{cell:<{size}}  " for cell, size in zip(row[:-1], widths, strict=True))
        room = max(_width() - indent, 24)
        lines = textwrap.wrap(row[-1], room) if sys.stdout.isatty() else [row[-1]]
        for line in lines or [""]:
            tell((start + line).rstrip())
            start = " " * indent


def _width() -> int:
    """How wide the text may be: the terminal, or 100 in a pipe."""
    return shutil.get_terminal_size((100, 24)).columns


def _flattened(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every leaf of a nested mapping with its path."""
    if not isinstance(tree, Mapping):
        yield path, tree
        return
    for key, part in tree.items():
        yield from _flattened(part, (*path, key))


def _at(tree: Any, path: tuple[str, ...]) -> Any:
    """What a tree shaped like a table, or like a part of it, says at a path."""
    for key in path:
        if not isinstance(tree, Mapping):
            break
        tree = tree.get(key, tree.get("otherwise"))
    return tree


def _interval(limits: Sequence[float] | None) -> str:
    """A range in words."""
    return f"{_number(limits[0])} to {_number(limits[1])}" if limits else ""


def _number(value: float | None) -> str:
    """A number as short as it can be said; a dash where there is none."""
    return "–" if value is None else f"{value:,.6g}"


def _in_a_line(value: Any) -> str:
    """Any value of an entry in one line."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_in_a_line(each)}" for key, each in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(_in_a_line(each) for each in value)
    if hasattr(value, "model_dump"):
        return _in_a_line({key: each for key, each in value if each not in (None, "", (), {})})
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _number(value) if isinstance(value, float) else str(value)
