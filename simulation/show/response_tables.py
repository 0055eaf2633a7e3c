# ruff: noqa: E501 - lines of the page are as long as their text
"""The response table for the terminal and as a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isfinite
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from simulation.inputs.invocation import program
from simulation.numerics.dates import quarter_name
from simulation.parameters.numbers import source_words
from simulation.show.tables import console_for, printed

if TYPE_CHECKING:
    from simulation.contrast.response_rows import Demand, Readout
    from simulation.contrast.responses import Measured, Response

_STYLES = {"inside": "", "undecided": "dim", "outside": "bold yellow"}
_SAID = {
    "level": "",
    "difference": "difference of ",
    "change": "relative change of ",
    "ratio": "ratio of ",
    "part": "part of the effect on ",
    "worlds_above": "worlds with more ",
    "most_where": "lead where most is gained, ",
}


def response_table(
    responses: Sequence[Response], width: int | None = None, color: bool | None = None
) -> str:
    """Each row with what was measured, what was expected, and the verdict."""
    console = console_for(width, color)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("row", no_wrap=True)
    table.add_column("read")
    for head in ("measured", "95% interval", "expected"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("")
    for each in responses:
        table.add_row(
            Text(each.row.id, style="bold"),
            Text(each.row.question, style="bold"),
            *("", "", ""),
            Text(each.verdict, style=_STYLES[each.verdict] or "bold"),
        )
        for measured in each.measured:
            style = _STYLES[measured.verdict]
            cells = (
                what_is_read(measured.expectation),
                _number(measured.value),
                _interval(measured),
                what_is_expected(measured.expectation),
                measured.verdict,
            )
            table.add_row("", *(Text(cell, style=style) for cell in cells))
    console.print(table)
    runs = max((each.runs for each in responses), default=0)
    sources = source_words(each.source for each in responses)
    said = f"{_counted(responses)}. {runs:,} pairs of runs ({sources})."
    console.print(Text(said, style="dim"))
    return printed(console)


def responses_page(
    found: Mapping[str, Sequence[Response]], remarks: Mapping[str, str], command: str
) -> str:
    """The table as a page, a column for each source of numbers.

    Args:
        found: the responses, by what stands over their column.
        remarks: what is said of a row that does not hold, by its name.
        command: what makes the page.
    """
    heads = list(found)
    first = found[heads[0]]
    lines = [
        "# Responses: what an act does to the others",
        "",
        f"Made by `{command}`: {first[0].runs:,} pairs of runs a row. Each row of",
        "`simulation/evidence/data/responses/responses.yaml` is run as arms that meet the same luck as the",
        "baseline, run by run. *Inside*: the whole 95% interval lies within what is expected; *outside*: none of",
        f"it does; *undecided*: it reaches over the edge. `{program()} responses R03` runs one row again, and",
        f"`{program()} responses --file MINE.yaml` rows of one's own.",
        "",
        *(f"- {head}: {_counted(responses)}." for head, responses in found.items()),
        "",
        "| row | question | read | expected | "
        + " | ".join(f"{head} | verdict" for head in heads)
        + " |",
        "|---|---|---|---:|" + "---:|---|" * len(heads),
    ]
    for at, response in enumerate(first):
        beside = [found[head][at] for head in heads]
        for place, measured in enumerate(response.measured):
            named = "" if place else response.row.id
            asked = "" if place else response.row.question
            cells = [named, asked, what_is_read(measured.expectation)]
            cells.append(what_is_expected(measured.expectation))
            for each in beside:
                other = each.measured[place]
                verdict = other.verdict if other.verdict == "inside" else f"**{other.verdict}**"
                cells += [f"{_number(other.value)} ({_interval(other)})", verdict]
            lines.append("| " + " | ".join(cells) + " |")
    wrong = [each for each in first if each.verdict != "inside"]
    if wrong:
        lines += ["", f"## What does not hold ({heads[0]})", ""]
        for each in wrong:
            said = remarks.get(each.row.id, "")
            lines.append(
                f"- **{each.row.id}** ({each.verdict}). {each.row.question} {said}".rstrip()
            )
    lines += ["", "## Why each row expects what it does", ""]
    lines += [
        f"- **{each.row.id}.** {each.row.why}{_cited([*each.row.claims, *each.row.facts])}"
        for each in first
    ]
    return "\n".join(lines) + "\n"


def what_is_read(expectation: Demand) -> str:
    """What is measured, in words: the outcome, the arm, the quarter."""
    read, against = expectation.read, expectation.against
    said = f"{_SAID[expectation.kind]}{_read(read)}"
    if expectation.kind == "most_where":
        names = [own.outcomes[0] for _, own, *_ in expectation.others]
        said = f"{_SAID['most_where']}{', '.join(names)}, {quarter_name(read.at)}"
    elif against is not None and (against.arm != "baseline" or against.outcomes != read.outcomes):
        said += f" against {_read(against)}"
    return f"{said}{_arm(read)}"


def what_is_expected(expectation: Demand) -> str:
    """The bounds, in words."""
    low, high, strict = expectation.low, expectation.high, expectation.strict
    if low > -inf and high < inf:
        return f"{low:g} to {high:g}"
    if low > -inf:
        return f"above {low:g}" if strict else f"at least {low:g}"
    return f"below {high:g}" if strict else f"at most {high:g}"


def _read(read: Readout) -> str:
    since = "" if read.since is None else f" since {quarter_name(read.since)}"
    return f"{' + '.join(read.outcomes)}, {quarter_name(read.at)}{since}"


def _arm(read: Readout) -> str:
    return "" if read.arm == "baseline" else f" ({read.arm})"


def _counted(responses: Sequence[Response]) -> str:
    """How many rows there are of each verdict."""
    verdicts: list[str] = [each.verdict for each in responses]
    words = ("inside", "undecided", "outside")
    return ", ".join(f"{verdicts.count(word)} {word}" for word in words)


def _cited(names: Sequence[str]) -> str:
    return f" ({', '.join(names)})" if names else ""


def _number(value: float) -> str:
    return f"{value:+.4g}" if isfinite(value) else "–"


def _interval(measured: Measured) -> str:
    if not (isfinite(measured.low) and isfinite(measured.high)):
        return "not told"
    return f"{measured.low:+.4g} to {measured.high:+.4g}"
