"""The page that accounts for the evidence: `docs/evidence.md`, written from the catalogue.

Every fact of the documents with its passage and where it is used, every error in them, every
institution and instrument, every day of the timeline, and every parameter with its source.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from simulation.evidence.catalogue import Catalogue
from simulation.evidence.schema import (
    CONTEXT,
    EVIDENCE_CLASSES,
    Body,
    Council,
    Dispute,
    Document,
    Evidenced,
    Parameter,
    TimelineEntry,
    leaves_of,
)
from simulation.inputs.invocation import program
from simulation.scenario.events import timeline_events
from simulation.scenario.mechanisms import SWITCHES

MOST_NUMBERS = 16
"""A table of parameters with more numbers than this is summed up in its cell."""
USES = {
    "parameter": "a parameter",
    "initial": "where the world stands in 2001",
    "timeline": "a day of the timeline",
    "institution": "an organization, council or body",
    "project": "a project",
    "pattern": "a pattern that runs are held against",
    CONTEXT: "context only",
}
TAKEN = {
    "stated": "what is stated",
    "correction": "the correction",
    "both": "both",
    "neither": "neither",
}
_HEAD = """\
# The evidence, line by line

This page is written from `simulation/evidence/data/` by
`{program} evidence > docs/evidence.md`; change it there. Each passage is the shortest phrase
that finds it in the document, which the project does not hold. `{program} source NAME` shows
the same for one name: a fact, a parameter, a body, a project.
"""
_SAFE = str.maketrans({"|": "\\|", "\n": " "})
_CLAIM = re.compile(r"M\d{2}")
_Row = Sequence[str]


def evidence_page(catalogue: Catalogue) -> str:
    """The whole page, as Markdown."""
    sections = (_summary, _facts, _disputes, _institutions, _timeline, _patterns, _parameters)
    blocks = [
        _HEAD.format(program=program()),
        *("\n".join(section(catalogue)) for section in sections),
    ]
    return "\n".join(blocks).rstrip() + "\n"


def _summary(catalogue: Catalogue) -> Iterator[str]:
    uses = Counter(str(fact.use) for fact in catalogue.facts.values())
    classes = Counter(catalogue.evidence_of(key) for key in catalogue.values)
    yield f"## What there is\n\n{len(catalogue.facts)} facts, by their main use:\n"
    yield from _table(("use", "facts"), [(words, str(uses[use])) for use, words in USES.items()])
    count = f"{len(catalogue.parameters)} parameters with {len(catalogue.values):,} numbers"
    yield f"{count}, by where they come from:\n"
    meanings = {
        "stated": "a document states it",
        "derived": "it follows from what is stated or from data",
        "external": "another source states it, which is named",
        "estimated": "it was estimated from panels ([estimates.md](estimates.md))",
        "assumed": "it is argued, with a range",
        "calibrated": "it was moved within its range to make the patterns likely",
    }
    rows = [(name, meanings[name], f"{classes[name]:,}") for name in EVIDENCE_CLASSES]
    yield from _table(("evidence", "meaning", "numbers"), rows)


def _facts(catalogue: Catalogue) -> Iterator[str]:
    yield "## Every fact, and where it is used\n"
    yield "M01 to M31 are the documents' causal claims; see [mechanisms.md](mechanisms.md).\n"
    for document, about in catalogue.documents.items():
        facts = {key: it for key, it in catalogue.facts.items() if it.document == document}
        if facts:
            yield f"### {about.title}\n"
            rows = [
                (key, _quoted(it.anchor), USES[it.use], _places(it.where, catalogue), it.note or "")
                for key, it in facts.items()
            ]
            yield from _table(("fact", "passage", "used as", "where", "how it is read"), rows)


def _disputes(catalogue: Catalogue) -> Iterator[str]:
    yield "## Where the documents err or disagree\n"
    yield "A scenario with `as_stated: true` takes the stated number where there is one.\n"
    for key, dispute in catalogue.disputes.items():
        taken = [
            f"`{full_key}` = {_number(value)} in place of {_number(catalogue.value(full_key))}"
            for place in dispute.where
            for full_key, value in _stated_instead(catalogue, place)
        ]
        yield f"### {key}: {dispute.subject}\n"
        yield from _list(
            {
                "Stated": dispute.stated,
                "Correction": dispute.correction,
                "Source": _sources(dispute, catalogue),
                "The model uses": f"{TAKEN[dispute.taken]}. {dispute.note}",
                "As stated": "; ".join(taken),
                "Facts": ", ".join(dispute.facts),
                "Where": _places(dispute.where, catalogue),
            }
        )


def _stated_instead(catalogue: Catalogue, place: str) -> Iterator[tuple[str, float]]:
    parameter = catalogue.parameters.get(place)
    for path, value in parameter.stated_instead().items() if parameter else ():
        yield ".".join((place, *path)), value


def _institutions(catalogue: Catalogue) -> Iterator[str]:
    yield "## Institutions and instruments\n"
    yield "### Organizations, their councils and what they may found\n"
    rows: list[_Row] = []
    for key, organization in catalogue.organizations.items():
        rows.append((f"**`{key}`**", organization.name, _passages(organization)))
        parts: list[tuple[str, Council | Body]] = [
            *organization.councils.items(),
            *organization.bodies.items(),
        ]
        rows += [(f"`{key}.{name}`", part.name, _passages(part)) for name, part in parts]
    yield from _table(("name", "what it is", "passages"), rows)
    for kind in ("installations", "projects"):
        yield f"### {kind.capitalize()}\n"
        entries = getattr(catalogue, kind).items()
        rows = [(f"`{key}`", entry.name, _passages(entry)) for key, entry in entries]
        yield from _table(("name", "what it is", "passages"), rows)


def _timeline(catalogue: Catalogue) -> Iterator[str]:
    yield "## The timeline\n"
    yield "`history: {until: DATE}` imposes what is dated until then; a free run reads nothing.\n"
    entries = {entry.line: entry for entry in catalogue.timeline}
    rows = []
    for event in timeline_events(catalogue):
        entry = entries[event.line]
        said = " ".join(filter(None, (event.why, entry.note)))
        rows.append((str(event.date), f"`{event.name}`", said, _sources(entry, catalogue)))
    yield from _table(("day", "event", "what happened", "sources"), rows)


def _patterns(catalogue: Catalogue) -> Iterator[str]:
    yield "## Patterns that free runs are held against\n"
    rows = [
        (key, pattern.description, ", ".join(pattern.facts))
        for key, pattern in catalogue.patterns.items()
    ]
    yield from _table(("pattern", "what a run should show", "facts"), rows)


def _parameters(catalogue: Catalogue) -> Iterator[str]:
    yield "## Parameters\n"
    yield f"Of tables with many numbers `{program()} source NAME` lists each with its range.\n"
    groups: dict[str, list[Parameter]] = {}
    for parameter in catalogue.parameters.values():
        groups.setdefault(parameter.key.split(".")[0], []).append(parameter)
    head = ("parameter", "unit", "value", "range", "evidence", "source, why, facts")
    for group, parameters in groups.items():
        yield f"### {group}\n"
        yield from _table(head, [_parameter(each, catalogue) for each in parameters])


def _parameter(parameter: Parameter, catalogue: Catalogue) -> _Row:
    otherwise = parameter.otherwise
    values = [_tree(parameter.value)]
    if parameter.is_table and otherwise is not None:
        values.append(f"all others {_number(otherwise)}")
    for each in parameter.disputed:
        holder = "as stated by" if each.stated else "by"
        values.append(f"*disputed: {_tree(each.value)} {holder} {each.by}*")
    facts = ", ".join(parameter.facts)
    reasons = filter(None, (_sources(parameter, catalogue), parameter.why, facts))
    return (
        f"`{parameter.key}`<br>{parameter.description}",
        parameter.unit,
        "<br>".join(values),
        _tree(parameter.range),
        _tree(parameter.evidence),
        "<br>".join(reasons),
    )


# how things are said ------------------------------------------------------------------------------


def _table(head: _Row, rows: Iterable[_Row]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join(['---'] * len(head))}|"
    for row in rows:
        yield f"| {' | '.join(cell.translate(_SAFE) for cell in row)} |"
    yield ""


def _list(said: Mapping[str, str]) -> Iterator[str]:
    for label, text in said.items():
        if text:
            yield f"- **{label}:** {text}"
    yield ""


def _quoted(anchor: str) -> str:
    return f"“{anchor}”"


def _places(places: Iterable[str], catalogue: Catalogue) -> str:
    return ", ".join(_place(place, catalogue) for place in places)


def _place(place: str, catalogue: Catalogue) -> str:
    """A place as it is called, with the switch of a claim."""
    if place in catalogue.patterns or not _CLAIM.fullmatch(place):
        return place if place in catalogue.patterns else f"`{place}`"
    switches = [name for name, each in SWITCHES.items() if place in each.claims]
    return f"{place} ({', '.join(f'`{name}`' for name in switches)})"


def _passages(entry: Evidenced) -> str:
    """The passages of the documents that speak of an entry, or its other sources."""
    anchors = [_quoted(each.anchor) for each in entry.source if each.anchor]
    details = [each.detail for each in entry.source if each.detail]
    return ", ".join(anchors or details)


def _sources(entry: Evidenced | Dispute | TimelineEntry, catalogue: Catalogue) -> str:
    """The sources of an entry, in a line each."""
    said = []
    for each in entry.source:
        about = catalogue.documents[each.document or each.dataset or ""]
        where = _quoted(each.anchor) if each.anchor else each.detail
        said.append(f"{_short(about)}: {where}")
    return "<br>".join(said)


def _short(document: Document) -> str:
    """A document by author and year, a report by who gave it, a data set by its title too."""
    if document.author is None or document.label is None:
        names = (document.author, None if document.address else document.title)
        return ", ".join(filter(None, names)) or document.title
    return f"{document.author.split()[-1]} {str(document.published)[:4]}"


def _tree(tree: Any) -> str:
    """A number, a range, a word, or a table of them, as short as it can be said."""
    if tree is None:
        return ""
    if not isinstance(tree, Mapping):
        return _leaf(tree)
    leaves = list(leaves_of(tree))
    if len(leaves) <= MOST_NUMBERS:
        return "<br>".join(f"{'.'.join(path)} {_leaf(leaf)}" for path, leaf in leaves)
    numbers = [leaf for _, leaf in leaves if isinstance(leaf, float)]
    if numbers:
        return f"{len(leaves)} numbers, {_number(min(numbers))} to {_number(max(numbers))}"
    return f"one each for {len(leaves)} numbers"


def _leaf(leaf: Any) -> str:
    if isinstance(leaf, tuple):
        return f"{_number(leaf[0])} to {_number(leaf[1])}"
    return leaf if isinstance(leaf, str) else _number(leaf)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.6g}"
