"""Estimates from panels, for the terminal and as a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from simulation.evidence.catalogue import Catalogue
from simulation.evidence.panel_entries import PanelEntry
from simulation.evidence.schema import leaves_of
from simulation.show.tables import console_for, printed

_SHORT = 12
"""Characters of a hash that are shown."""


def estimates_table(
    entries: Mapping[str, Mapping[str, Any]], width: int | None = None, color: bool | None = None
) -> str:
    """Every estimate in a line: its name, its interval, what was counted."""
    console = console_for(width, color)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("estimate", "value", "95% interval", "unit", "from"):
        table.add_column(name)
    for key, each in entries.items():
        interval = f"{each['low']:.3g} to {each['high']:.3g}"
        cells = (key, f"{each['value']:.3g}", interval, each["unit"], each["cases"])
        table.add_row(*(Text(str(cell)) for cell in cells))
    console.print(table)
    return printed(console)


def moved_lines(catalogue: Catalogue) -> Iterator[str]:
    """The numbers of the catalogue that have value and range from an estimate, as a table."""
    yield "## Numbers that are estimates\n"
    yield "| number | value | range | estimate |"
    yield "|---|---:|---|---|"
    for key, parameter in catalogue.parameters.items():
        for path, name in leaves_of(parameter.estimate or {}):
            low, high = parameter.range_at(path) or (0.0, 0.0)
            full = ".".join((key, *path))
            value = catalogue.values[full]
            yield f"| `{full}` | {value:g} | {low:g} to {high:g} | [{name}](#{_anchor(name)}) |"
    yield ""


def _anchor(name: str) -> str:
    """Where a heading of a name is found on its page."""
    return name.replace("_", "-")


def estimate_lines(catalogue: Catalogue) -> Iterator[str]:
    """Every stored estimate as a section of a page: what it says, its number, its check."""
    last = ""
    for key, each in catalogue.estimates.items():
        subject = each.script.split(".")[-2]
        if subject != last:
            yield f"\n## {subject.capitalize()}\n"
            yield f"Script: `{each.script}`.\n"
            last = subject
        yield f"### {key}\n"
        yield f"{each.says}\n"
        interval = f"({each.low:.3g} to {each.high:.3g})"
        yield f"**{each.value:.3g}** {interval} {each.unit}; {each.cases}.\n"
        yield f"- Formula: {each.formula}."
        files = ", ".join(f"`{name}` ({sha[:_SHORT]})" for name, sha in each.panels.items())
        yield f"- Made from: {files}."
        if each.held_out:
            yield f"- Held out: {each.held_out}."
        if each.informs:
            yield f"- Informs: {'; '.join(_informed(catalogue, key, it) for it in each.informs)}."
        if each.note:
            yield f"- {each.note}"
        yield ""


def _informed(catalogue: Catalogue, key: str, name: str) -> str:
    """A number of the catalogue beside an estimate: whether it is that, or what it has instead."""
    value, limits = catalogue.value(name), catalogue.range_of(name)
    if value is None:
        return f"`{name}`"
    parameter, path = catalogue.split(name) or (None, ())
    if parameter is not None and parameter.estimate_at(path) == key:
        return f"`{name}`, which it is"
    between = f", {limits[0]:g} to {limits[1]:g}" if limits else ""
    kind = catalogue.evidence_of(name)
    return f"`{name}` ({kind}, {value:g}{between})"


def panel_lines(panels: Mapping[str, PanelEntry]) -> Iterator[str]:
    """Every panel as a section of a page: where it is from, on which terms, its columns."""
    for name, each in panels.items():
        first, last = each.years
        yield f"### {name}\n"
        gaps = {
            "none": "every year between the first and the last of a key",
            "whole": "every year in which the state has anything, but " + ", ".join(each.absent),
            "nothing": "what has no row is nothing",
        }[each.gaps]
        what = {"year": "a year", "spell": "a spell", "event": "an event"}[each.rows]
        key = ", ".join(each.key)
        yield f"{each.title}. A row is {what}, {first} to {last}; told apart by {key}."
        if each.rows == "year":
            yield f"Due: {gaps}."
        yield ""
        yield f"- Source: {each.published}."
        yield f"- Made so: {each.made}"
        yield f"- Terms: {each.licence}"
        yield ""
        yield "| column | holds | unit |"
        yield "|---|---|---|"
        for column, it in each.columns.items():
            words = f"one of {', '.join(it.words)}" if it.words else _KINDS[it.kind]
            low, high = it.within
            limits = "" if low is None and high is None else f", {_limits(low, high)}"
            blank = "; may be blank" if it.blank else ""
            yield f"| `{column}` | {words}{limits}{blank} | {it.unit or ''} |"
        yield ""


_KINDS = {
    "actor": "code of an actor",
    "power": "code of a power",
    "text": "text",
    "word": "a word",
    "number": "a number",
    "whole": "a whole number",
    "year": "a year",
    "day": "a day, as 2005-07-29, or a year",
}


def _limits(low: float | None, high: float | None) -> str:
    """Two ends in words."""
    if low is None:
        return f"{high:g} or less"
    return f"{low:g} or more" if high is None else f"{low:g} to {high:g}"
