"""Scores for the terminal: skill against the baselines, questions one by one, rival accounts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from simulation.backtest.scores import LEAST_ACTORS
from simulation.show.tables import console_for, printed, read_alone

if TYPE_CHECKING:
    from simulation.backtest.backtest import Backtest, Variant
    from simulation.backtest.pooling import Trust
    from simulation.backtest.scores import Scored, Skill

WORDS = frozenset({"questions", "question", "against", "account", "kind", " "})
"""Heads of columns that hold words rather than numbers."""
MOST_LOST = 10
RIVALS = {"persistence": "persistence", "base_rates": "base rates"}
FORECASTS = {"model": "The model's own forecast", "recommended": "The recommended forecast"}


def skill_table(
    skills: Sequence[Skill], width: int | None = None, color: bool | None = None
) -> str:
    """How much of each baseline's score both forecasts save, by kind of question."""
    console = console_for(width, color)
    for by, whose in FORECASTS.items():
        console.print(Text(whose, style="bold"))
        console.print(_skills_of([skill for skill in skills if skill.by == by]))
    words = (
        "Scores: Brier for probabilities, else the continuous ranked probability score (rents as "
        "logarithms; units weighed by what the baselines score); lower is better. Skill is the "
        "part of the baseline's score that is saved. Questions about one actor, and those of one "
        "year, go together: worth is how many independent questions they come to, intervals "
        "resample actors and years, and p is how often scores as far apart come out where "
        "neither is better (signs of whole actors turned). " + read_alone(len(skills))
    )
    console.print(Text(words, style="dim"))
    return printed(console)


def _skills_of(skills: Sequence[Skill]) -> Table:
    """The skill of one forecast."""
    heads = ("questions", "", "worth", "score", "against", "scores", "skill", "95%", "p", " ")
    table = _plain_table(heads, gap=1)
    before = ("", "")
    for skill in skills:
        if skill.asked != before[0]:
            asked = "on all dates" if skill.asked == "all" else f"on {skill.asked}"
            table.add_row(Text(asked, style="bold"))
        new = (skill.asked, skill.kind) != before
        cells: list[str | Text] = [
            *((skill.kind, f"{skill.questions}") if new else ("", "")),
            whole_worth(skill),
            _score(skill.score) if new else "",
            RIVALS.get(skill.against, skill.against),
            _score(skill.other),
            _signed(skill.skill),
            _interval(skill),
            f"{skill.chance:.2f}",
            Text(verdict_in_brief(skill), style="" if skill.told else "dim"),
        ]
        table.add_row(*cells)
        before = (skill.asked, skill.kind)
    return table


def question_table(
    rows: Sequence[Scored], width: int | None = None, color: bool | None = None
) -> str:
    """Every question: what was expected, what came out, what it scored."""
    console = console_for(width, color)
    heads = ("question", "model", "pool", "came out", "score", "pool's", "persist", "rates")
    table = _plain_table(heads)
    for row in rows:
        asked = row.question
        cells: list[str | Text] = [
            Text(asked.id, style="" if asked.skill else "dim"),
            forecast_number(row, row.model.forecast),
            forecast_number(row, row.recommended.forecast),
            came_out(row),
            *(f"{given.score:.3f}" for given in (row.model, row.recommended)),
            *(f"{rival:.3f}" for rival in row.rivals.values()),
        ]
        table.add_row(*cells)
    console.print(table)
    return printed(console)


def trust_table(trust: Trust, width: int | None = None, color: bool | None = None) -> str:
    """How far the model may be trusted, by kind of question."""
    console = console_for(width, color)
    heads = ["kind", "asked", "events", "worth", "learned", "90%", "weight"]
    heads += ["model", "rates", "persist", "pool"]
    table = _plain_table(heads)
    for each in trust.weights.values():
        table.add_row(
            each.kind, f"{each.questions}", f"{each.events}" if each.events else "",
            f"{each.worth:.0f}", f"{each.learned:.2f}", f"{each.low:.2f} to {each.high:.2f}",
            f"{each.weight:.2f}", _score(each.model), _score(each.base_rates),
            _score(each.persistence), _score(each.pooled),
        )  # fmt: skip
    console.print(table)
    words = (
        f"{trust.made['questions']:,} questions as of {', '.join(trust.made['origins'])}, answered "
        f"by {trust.made['latest']}; {trust.made['runs']:,} runs, seed {trust.made['seed']}. Worth "
        "is how many independent questions they come to; events, how many things changed. Learned "
        "is the weight of the model beside the plain rival, shrunk to what other kinds say; the "
        "recommended weight goes half of the way there from an even pool. Scores as in the "
        "back-test, of numbers in units of what the rival usually scores; the pool's with weights "
        "learned without the actor asked about."
    )
    console.print(Text(words, style="dim"))
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
        "taken away helps; below 0, it harms. Bold is what the paired test tells from the model. "
        + read_alone(2 * len(variants))
    )
    console.print(Text(words, style="dim"))
    return printed(console)


def heading(result: Backtest) -> str:
    """What was run, in a line."""
    reasons = Counter(row.question.left_out for row in result.rows if row.question.left_out)
    left = "".join(f", {count} {why}: left out of the score" for why, count in reasons.items())
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


def verdict_in_brief(skill: Skill) -> str:
    """Whether a forecast is better or worse than a rival, in a word or two."""
    if skill.actors < LEAST_ACTORS:
        return "few actors"
    if not skill.told:
        return "not told apart"
    return "better" if skill.score < skill.other else "worse"


def whole_worth(skill: Skill) -> str:
    """How many independent questions some are worth; a dash where all scores are the same."""
    return "–" if math.isnan(skill.worth) else f"{skill.worth:.0f}"


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
