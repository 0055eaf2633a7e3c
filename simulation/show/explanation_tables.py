"""Explanations for the terminal: what happened in a run, and why, term by term."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from simulation.evidence.catalogue import Catalogue
from simulation.numerics.dates import quarter_name
from simulation.show.sentences import (
    amount,
    cause_of_review,
    decided,
    failed,
    money,
    plain,
    said,
    turning,
    turns,
    unmet,
    what_became,
)
from simulation.show.tables import console_for, printed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.decisions.events import Happening
    from simulation.explanation.account import Bargain, Explanation, RunHistory, Step

TOLD_IN_WORDS = frozenset({"take_up", "visit"})
"""Decisions of two terms, which a sentence tells better than a table."""


def history_table(
    history: RunHistory,
    happenings: Sequence[Happening] | None = None,
    counted: Sequence[tuple[str, int, int, int]] = (),
    width: int | None = None,
    color: bool | None = None,
) -> str:
    """What happened in a run by quarter, with the names to ask about.

    Args:
        history: the run.
        happenings: what of it is told; all by default.
        counted: kinds of which only the number is told: kind, how often, first and last quarter.
        width: columns; those of the terminal by default.
        color: whether to colour; by default where a terminal reads it.
    """
    console = console_for(width, color)
    head = Text(f"Run {history.run} of {history.scenario}", style="bold")
    head.append(f"  {history.title}; seed {history.seed}; {history.source}", style="not bold dim")
    console.print(head)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    table.add_column("", no_wrap=True)
    table.add_column("", overflow="fold")
    table.add_column("", style="dim", no_wrap=True)
    last = None
    chosen = history.happenings if happenings is None else happenings
    for happening in chosen:
        quarter = "" if happening.quarter == last else quarter_name(happening.quarter)
        table.add_row(
            quarter, Text(said(happening, history.evidence)), Text(str(happening.name or ""))
        )
        last = happening.quarter
    console.print(table)
    if not chosen:
        console.print(Text("Nothing of that kind happened in this run."))
    if counted:
        console.print()
        console.print(Text("More often happened:", style="bold"))
        more = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
        for kind, times, first, latest in counted:
            span = (
                quarter_name(first)
                if first == latest
                else f"{quarter_name(first)} to {quarter_name(latest)}"
            )
            more.add_row(Text(f"{times} ×", justify="right"), Text(kind), Text(span, style="dim"))
        console.print(more)
        text = (
            f"See all of a kind with --kind {counted[-1][0]}, all that is about one actor with "
            "--actor NAME, and everything with --all."
        )
        console.print(Text(text, style="dim"))
    return printed(console)


def explanation_text(
    explanation: Explanation, width: int | None = None, color: bool | None = None
) -> str:
    """Why an event happened, or did not: each decision on the way with its terms.

    Args:
        explanation: what to show.
        width: columns; those of the terminal by default.
        color: whether to colour; by default where a terminal reads it.
    """
    console = console_for(width, color)
    past, quarter = explanation.history, quarter_name(explanation.quarter)
    head = Text(str(explanation.event), style="bold")
    verb = "happened" if explanation.happened else "did not happen"
    which = f"run {past.run} of {past.scenario} (seed {past.seed}; {past.source})"
    head.append(f"  {verb} in {which}, {quarter}")
    console.print(head)
    console.print(Text(_summary(explanation)))
    for place, step in enumerate(explanation.steps, 1):
        console.print()
        _print_step(console, place, step, past.evidence)
    if explanation.bargain is not None:
        console.print()
        _print_rents(console, explanation.bargain)
    sentences = turns(explanation) if explanation.steps else []
    if sentences:
        console.print()
        console.print(Text("What would have turned it", style="bold"))
        for each in sentences:
            console.print(Padding(Text(f"· {each}"), (0, 0, 0, 2)))
    return printed(console)


def _summary(explanation: Explanation) -> str:
    """What became of the event, how usual that is, and when else it happened."""
    parts = what_became(explanation)
    if explanation.again:
        quarters = ", ".join(quarter_name(each) for each in explanation.again)
        parts.append(f"In this run also in {quarters}: ask with --quarter.")
    return " ".join(parts)


def _print_step(console: Console, place: int, step: Step, evidence: Catalogue) -> None:
    """One decision: how it fell, what chance had to do with it, and its terms."""
    head = Text(
        f"{place}  {decided(step, evidence)}", style="bold" if step.as_wanted else "bold yellow"
    )
    if step.chance is not None and step.came_up:
        head.append(f"  (chance {_percent(step.chance)})", style="not bold dim")
    console.print(head)
    if not step.came_up:
        console.print(Padding(Text(f"It did not come up: {failed(step)}."), (0, 0, 0, 3)))
    if step.member:
        text = (
            f"It hung on {evidence.name_of(step.member)}, the least willing; the terms are its own."
        )
        console.print(Padding(Text(text), (0, 0, 0, 3)))
    if step.decision in TOLD_IN_WORDS:
        console.print(Padding(Text(_in_words(step)), (0, 0, 0, 3)))
        return
    console.print(Padding(_terms(step), (0, 0, 0, 3)))
    unless = "" if step.came_up else f", once {_needed(step)}"
    verb = "gain more than" if step.change > 0 else "lose more than"
    change = f"{plain(abs(step.change))} {step.unit}"
    text = f"To turn it, any one term alone would have had to {verb} {change}{unless}."
    if step.pooled:
        text += " Means over all quarters, since few runs fell the other way in this one."
    console.print(Padding(Text(text, style="dim"), (0, 0, 0, 3)))


def _in_words(step: Step) -> str:
    """A decision of two terms."""
    if step.decision == "take_up":
        return cause_of_review(step)
    blame = step.term("blame")
    return f"The chance falls with {blame.measure.label}, here {amount(blame, blame.quantity)}."


def _needed(step: Step) -> str:
    return " and ".join(unmet(step))


def _terms(step: Step) -> Table:
    """The terms of a decision in this run beside their means on either side."""
    table = Table(box=None, padding=(0, 0, 0, 2), pad_edge=False, header_style="bold")
    table.add_column("")
    taken, not_taken = step.declared.either
    heads = (
        "in its unit",
        step.unit,
        f"mean of {step.runs_happened:,}\n{taken}",
        f"mean of {step.runs_otherwise:,}\n{not_taken}",
        "turns at",
    )
    for head in heads:
        table.add_column(head, justify="right", vertical="bottom")
    for term in step.terms:
        table.add_row(
            Text(term.measure.label),
            amount(term, term.quantity),
            plain(term.value),
            plain(term.happened),
            plain(term.otherwise),
            turning(term),
            style=None if term.value or term.happened or term.otherwise else "dim",
        )
    if step.draw:
        table.add_row("the draw", "", plain(step.draw), style="dim")
    beyond = "below" if step.below else "above"
    total = plain(step.total + step.draw)
    table.add_row("together", "", Text(total, style="bold"), style="bold")
    infinite = not math.isfinite(step.threshold)
    threshold = "never" if infinite else f"{beyond} {plain(step.threshold)}"
    table.add_row(f"{step.declared.either[0]} if", "", threshold)
    return table


def _print_rents(console: Console, bargain: Bargain) -> None:
    """The rents of a review."""
    rows = [
        ("paid", money(bargain.rent)),
        ("host content from, in its mood", money(bargain.content)),
    ]
    if bargain.reservation is not None:
        price = "no price" if bargain.price is None else money(bargain.price)
        rows.append(("price to stay, with a margin", price))
        rows.append(("most that the guest would pay", money(bargain.reservation)))
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    table.add_column("")
    table.add_column("", justify="right")
    for row in rows:
        table.add_row(*row)
    console.print(Text("Rents, a year", style="bold"))
    console.print(Padding(table, (0, 0, 0, 3)))


def _percent(share: float) -> str:
    if 0 < share < 0.001:
        return "under 0.1%"
    if 0.999 < share < 1:
        return "over 99.9%"
    return f"{share:.1%}" if share < 0.1 or share > 0.9 else f"{share:.0%}"
