"""Scores for the terminal: skill against the baselines, questions one by one, rival accounts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from simulation.show.tables import console_for, printed, read_alone

if TYPE_CHECKING:
    from simulation.backtest.backtest import Backtest, Variant
    from simulation.backtest.scores import Scored, Skill

WORDS = frozenset({"questions", "question", "against", "account", " "})
"""Heads of columns that hold words rather than numbers."""
MOST_LOST = 10
RIVALS = {"persistence": "persistence", "base_rates": "base rates"}


def skill_table(
    skills: Sequence[Skill], width: int | None = None, color: bool | None = None
) -> str:
    """How much of each baseline's score the model saves, by kind of question."""
    console = console_for(width, color)
    table = _plain_table(
        ("questions", "", "score", "against", "scores", "skill", "95%", " "), gap=1
    )
    before = ("", "")
    for skill in skills:
        if skill.asked != before[0]:
            asked = "on all dates" if skill.asked == "all" else f"on {skill.asked}"
            table.add_row(Text(asked, style="bold"))
        new = (skill.asked, skill.kind) != before
        cells: list[str | Text] = [
            *((skill.kind, f"{skill.questions}", _score(skill.score)) if new else ("", "", "")),
            RIVALS.get(skill.against, skill.against),
            _score(skill.other),
            _signed(skill.skill),
            _interval(skill),
            Text(skill.verdict, style="" if skill.told else "dim"),
        ]
        table.add_row(*cells)
        before = (skill.asked, skill.kind)
    console.print(table)
    words = (
        "Scores: Brier for probabilities, else the continuous ranked probability score (rents as "
        "logarithms; units weighed by what the baselines score); lower is better. Skill is the "
        "part of the baseline's score that is saved. Intervals resample the actors that questions "
        "are about. " + read_alone(len(skills))
    )
    console.print(Text(words, style="dim"))
    return printed(console)


def question_table(
    rows: Sequence[Scored], width: int | None = None, color: bool | None = None
) -> str:
    """Every question: what was expected, what came out, what it scored."""
    console = console_for(width, color)
    table = _plain_table(
        ("question", "forecast", "5% to 95%", "came out", "score", "persist", "rates")
    )
    for row in rows:
        asked = row.question
        low, high = (forecast_number(row, each) for each in (row.q05, row.q95))
        cells: list[str | Text] = [
            Text(asked.id, style="" if asked.skill else "dim"),
            forecast_number(row, row.forecast),
            "" if asked.kind == "binary" else f"{low} to {high}",
            came_out(row),
            f"{row.score:.3f}",
            *(f"{rival:.3f}" for rival in row.rivals.values()),
        ]
        table.add_row(*cells)
    console.print(table)
    return printed(console)


def theory_table(
    variants: Sequence[Variant], width: int | None = None, color: bool | None = None
) -> str:
    """What scores become by each rival theory and without each mechanism."""
    console = console_for(width, color)
    table = _plain_table(("account", "Brier", "loss", "95%", "numbers", "loss", "95%"))
    for variant in variants:
        cells: list[str | Text] = [variant.name]
        for skill in (variant.binary, variant.numbers):
            if skill is None:
                cells += ["", "", ""]
                continue
            style = "bold" if skill.told else "dim"
            cells.append(f"{skill.other:.3f}")
            cells.append(Text(_signed(skill.skill), style=style))
            cells.append(Text(f"{_signed(skill.low)} to {_signed(skill.high)}", style=style))
        table.add_row(*cells)
    console.print(table)
    words = (
        "Loss is the part of the rival account's score that the model saves: above 0, what was "
        "taken away helps; below 0, it harms. Those whose interval holds 0 cannot be told from "
        "the model. " + read_alone(2 * len(variants))
    )
    console.print(Text(words, style="dim"))
    return printed(console)


def heading(result: Backtest) -> str:
    """What was run, in a line."""
    low = sum(not row.question.skill for row in result.rows)
    left = f", {low} of low skill left out of the table" if low else ""
    return (
        f"{len(result.rows)} questions{left}; {result.account}, {result.runs:,} runs as of each "
        f"date, {result.source}, seed {result.seed}."
    )


def forecast_number(row: Scored, value: float) -> str:
    """A number in the unit of a question; beyond the last year asked about it is never."""
    asked = row.question
    if asked.kind == "year":
        return f"{value:.0f}" if value <= asked.resolves.year else "never"
    if asked.kind == "count":
        return f"{value:.0f}"
    if asked.kind == "binary":
        return f"{value:.2f}"
    return f"{value:.1f}" if asked.name == "base_rent" else f"{value:.3f}"


def came_out(row: Scored) -> str:
    """The outcome of a question."""
    if row.question.kind == "binary":
        return "yes" if row.question.outcome else "no"
    return forecast_number(row, row.question.outcome)


def _plain_table(heads: Sequence[str], gap: int = 2) -> Table:
    table = Table(box=None, padding=(0, gap, 0, 0), pad_edge=False, header_style="bold")
    for head in heads:
        table.add_column(head, justify="left" if head in WORDS else "right", no_wrap=True)
    return table


def _score(value: float) -> str:
    return f"{value:.3f}" if value < 1000 else f"{value:,.0f}"


def _interval(skill: Skill) -> str:
    low, high = _signed(skill.low), _signed(skill.high)
    return low if low == high else f"{low} to {high}"


def _signed(value: float) -> str:
    """A part of a score in per cent; a loss of ten times the score and more is not told apart."""
    if math.isnan(value):
        return "–"
    return f"{100 * value:+.0f}%" if value > -MOST_LOST else f"<-{100 * MOST_LOST - 1:.0f}%"
