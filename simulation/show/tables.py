"""Tables for the terminal: what each scenario changes, and the answers to their questions.

Everything is returned as text that is as wide as the terminal, or 100 columns in a pipe.
Colour is used on a terminal only, and never where `NO_COLOR` is set.
"""

from __future__ import annotations

import io
import math
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, RenderableType
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from simulation.evidence.catalogue import listed
from simulation.inputs.escapes import visible
from simulation.parameters.numbers import source_words
from simulation.record.answers import Judgement, in_points
from simulation.record.paired import LEVEL
from simulation.scenario.ranges import beyond_range

if TYPE_CHECKING:
    from simulation.contrast.ablation import Effect
    from simulation.contrast.pattern_rates import PatternRow
    from simulation.record.compare import Comparison, Row

PIPE_WIDTH = 100
_HEAD, _GAP = 9, 2
"""Columns that the name of an outcome needs, and that stand free before it."""
UNTOLD_MARK = "~"
"""Stands before a difference that cannot be told from zero."""
_NAMED = 6
"""Scenarios of which each is told how many pairs are left out; of more, only the span."""
LIKELY = 0.5
"""A pattern that comes out in at least this share of runs is likely."""
_UNITS = {"US$ million a year": "US$ m", "US$ m a year": "US$ m", "0 to 1": "0 to 1"}


def comparison_table(
    comparison: Comparison, width: int | None = None, color: bool | None = None
) -> str:
    """The headline outcomes of every scenario as paired differences from the baseline.

    Args:
        comparison: what to show.
        width: columns; those of the terminal by default.
        color: whether to colour; by default where a terminal reads it.

    Returns:
        One or more tables, as many columns in each as fit, and a line on how to read them.
    """
    console = console_for(width, color)
    outcomes = list(dict.fromkeys(row.outcome for row in comparison if row.headline))
    scenarios = comparison.scenarios
    said = (
        comparison.record.manifest.get("parameters_told") or f"Numbers: {comparison.source}.",
        *beyond_ranges(comparison),
    )
    if not scenarios or not outcomes:
        console.print("There is nothing to compare: the batch holds the baseline alone.")
        console.print(Text("\n".join(said), style="dim"))
        return printed(console)
    found = {each: [comparison.row(name, each) for name in scenarios] for each in outcomes}
    columns = [
        _column(head_of(comparison, outcome), rows)
        for outcome, rows in found.items()
        if any(row.pairs for row in rows)  # else a line below says that there is nothing
    ]
    label = max(len(name) for name in scenarios)
    for some in _fitting(columns, console.width - label):
        console.print(_table(scenarios, some, label))
    pairs = max((row.pairs for row in comparison), default=0)
    notes = (
        f"Difference from the {comparison.baseline}, run by run over {pairs:,} pairs, ± half of "
        f"its 95% interval (the wider side). {held_together(len(scenarios))}",
        f"{UNTOLD_MARK} cannot be told from zero.   0: the same in every run.   "
        "points: percentage points.",
        *without_value(comparison),
        *_over(comparison),
    )
    for note in (*notes, *said):
        console.print(Text(note, style="dim"))
    return printed(console)


def without_value(comparison: Comparison) -> list[str]:
    """Headline outcomes that have no value in some pairs, each with how many pairs are left out."""
    runs = int(comparison.record.manifest["runs"])
    found = []
    for outcome in dict.fromkeys(row.outcome for row in comparison if row.headline):
        lost = {
            name: runs - comparison.row(name, outcome).pairs
            for name in comparison.scenarios
            if comparison.has(name, outcome)
        }
        lost = {name: count for name, count in lost.items() if count}
        if not lost:
            continue
        head = head_of(comparison, outcome)
        if len(lost) == len(comparison.scenarios) and set(lost.values()) == {runs}:
            found.append(f"{head}: there is no pair in which both runs have a value.")
            continue
        if len(set(lost.values())) == 1 and len(lost) == len(comparison.scenarios) > 1:
            said = f"{next(iter(lost.values())):,} of {runs:,} pairs in every scenario"
        elif len(lost) > _NAMED:
            most = max(lost, key=lambda name: lost[name])
            said = f"{min(lost.values()):,} to {lost[most]:,} of {runs:,} pairs, most in {most}"
        else:
            said = listed(f"{count:,} in {name}" for name, count in lost.items())
            said = f"of {runs:,} pairs {said}"
        found.append(f"{head} has no value in some runs; left out are {said}.")
    return found


def held_together(rows: int) -> str:
    """Which intervals of a table of scenarios and outcomes hold together.

    Args:
        rows: how many scenarios it has.
    """
    if rows < 2:
        return "The intervals of the row hold together."
    return (
        "The intervals of a row hold together; those of different rows do not: each row has a "
        f"chance of 5% that one of its intervals misses{_so_many(rows, 'rows')}."
    )


def read_alone(intervals: int) -> str:
    """That intervals of a table do not hold together.

    Args:
        intervals: how many it has.
    """
    many = _so_many(intervals, "intervals")
    return f"Each interval is read alone and misses with a chance of 5%{many}."


def _so_many(count: int, what: str) -> str:
    """How many of some intervals may miss, where that is one or more."""
    missing = round((1 - LEVEL) * count)
    return f", so about {missing} of these {count} {what} may" if missing else ""


def beyond_ranges(comparison: Comparison) -> list[str]:
    """Numbers beyond their documented range, each with the scenarios that put them there."""
    catalogue = comparison.record.evidence
    found: dict[str, list[str]] = {}
    names = [comparison.baseline, *comparison.scenarios]
    for name in names:
        for clause in beyond_range(comparison.record.resolved(name), catalogue):
            found.setdefault(clause, []).append(name)
    return [
        f"{'Every scenario' if len(who) == len(names) else ', '.join(who)}: {clause}."
        for clause, who in found.items()
    ]


@dataclass(frozen=True)
class _Column:
    """A column of the table: what stands above it, its cells, and how wide it is."""

    head: Text
    cells: list[Text]
    width: int


def _column(head: str, rows: Sequence[Row]) -> _Column:
    """One outcome; all differences have as many decimals as the usual interval needs."""
    digits = decimals(rows)
    cells = [_cell(row, digits) for row in rows]
    width = max(_HEAD, *map(len, _broken(head)), *(len(cell.plain) for cell in cells))
    return _Column(_head(head, rows[0], width), cells, width)


def _fitting(columns: Sequence[_Column], room: int) -> list[list[_Column]]:
    """The columns dealt out to as few tables as fit the width, about evenly."""
    whole = sum(column.width + _GAP for column in columns)
    share = whole / max(math.ceil(whole / max(room, 1)), 1)
    tables: list[list[_Column]] = [[]]
    used = 0
    for column in columns:
        wide = column.width + _GAP
        if tables[-1] and (used + wide > room or used + wide / 2 > share):
            tables.append([])
            used = 0
        tables[-1].append(column)
        used += wide
    return tables


def _table(scenarios: Sequence[str], columns: Sequence[_Column], label: int) -> Table:
    """Some of the outcomes, a column each."""
    table = Table(box=None, padding=(0, 0, 0, _GAP), pad_edge=False, header_style="bold")
    table.add_column("", width=label, no_wrap=True)
    for column in columns:
        table.add_column(column.head, justify="right", width=column.width, vertical="bottom")
    for place, scenario in enumerate(scenarios):
        table.add_row(scenario, *(column.cells[place] for column in columns))
    table.add_row("")
    return table


def _over(comparison: Comparison) -> list[str]:
    """Over which states an outcome about a region is compared, where the scenarios' differ."""
    over = {row.scenario: row.states for row in comparison if row.states}
    evidence = comparison.record.evidence
    return [
        f"{name} does not have the states of the {comparison.baseline}: what is about the region "
        f"is compared over {listed(map(evidence.name_of, states.split(' ')))}."
        for name, states in over.items()
    ]


def head_of(comparison: Comparison, outcome: str) -> str:
    """What stands over the column of an outcome."""
    declared = comparison.record.manifest.get("outcomes", {}).get(outcome, {})
    return str(declared.get("head") or outcome.replace("_", " "))


def _broken(head: str) -> list[str]:
    """The words of a head, each as it may stand alone on a line."""
    return head.replace("-", "- ").split(" ")


def _head(head: str, row: Row, width: int) -> Text:
    """Two lines of name and one of unit."""
    lines = [""]
    for word in _broken(head):
        between = "" if lines[-1].endswith("-") else " "
        glued = f"{lines[-1]}{between}{word}".strip()
        if len(glued) <= width and not lines[-1].endswith("+"):
            lines[-1] = glued
        else:
            lines.append(word)
    lines = [line[:width] for line in lines[:2]]
    title = Text("\n".join(["", *lines] if len(lines) == 1 else lines), style="bold")
    title.append(f"\n{shown_unit(row)[:width]}", style="not bold dim")
    return title


def shown_unit(row: Row) -> str:
    """The unit in which a difference is shown."""
    return "points" if in_points(row.unit, row.kind) else _UNITS.get(row.unit, row.unit)


def decimals(rows: Sequence[Row]) -> int:
    """Decimals that show half of the usual interval with a significant digit."""
    scale = 100.0 if in_points(rows[0].unit, rows[0].kind) else 1.0
    halves = sorted(
        scale * half for row in rows if 0 < (half := _half(row)) < math.inf and row.pairs
    )
    if not halves:
        return 1
    middle = halves[len(halves) // 2]
    return min(max(-math.floor(math.log10(middle)), 0), 3)


def _half(row: Row) -> float:
    return max(row.high - row.difference, row.difference - row.low)


def _cell(row: Row, digits: int) -> Text:
    """One difference with its interval; marked and dim where it cannot be told from zero."""
    if not row.pairs or math.isnan(row.difference):
        return Text("–", style="dim")
    if not row.runs_up and not row.runs_down:
        return Text("0", style="dim")
    scale = 100.0 if in_points(row.unit, row.kind) else 1.0
    half = _half(row)
    wide = "∞" if math.isinf(half) else f"{scale * half:.{digits}f}"
    number = f"{scale * row.difference:+.{digits}f}".replace("-", "\u2212")
    text = f"{number}±{wide}"
    if not row.told_from_zero:
        return Text(f"{UNTOLD_MARK}{text}", style="dim")
    return Text(text, style="bold magenta" if row.difference > 0 else "bold yellow")


def answers(comparison: Comparison, width: int | None = None, color: bool | None = None) -> str:
    """The question of every scenario, its answer in a sentence, and how many runs that took.

    The largest come first, each measured by what matters; scenarios that move nothing that matters
    share a line. The baseline's own question comes before them all.
    """
    console = console_for(width, color)
    ranked, folded = ranked_and_small(comparison)
    for scenario in (comparison.baseline, *ranked):
        answer = comparison.answer(scenario)
        if not answer:
            continue
        resolved = comparison.record.resolved(scenario)
        head = Text(scenario, style="bold")
        if resolved.get("title"):
            head.append(f"  {resolved['title']}", style="not bold dim")
        console.print(head)
        if resolved.get("question"):
            console.print(Padding(Text(str(resolved["question"])), (0, 0, 0, 2)))
        console.print(Padding(Text(f"→ {answer}"), (0, 0, 0, 2)))
        if scenario == comparison.baseline:
            continue
        also = comparison.also(scenario)
        if also:
            console.print(Padding(Text(also), (0, 0, 0, 4)))
        for reason in comparison.reasons(scenario):
            console.print(Padding(Text(f"· {reason}"), (0, 0, 0, 4)))
        console.print(Padding(Text(comparison.effort(scenario), style="dim"), (0, 0, 0, 4)))
    if folded:
        console.print(Text(nothing_that_matters(comparison, folded)))
    return printed(console)


def reasons_text(
    comparison: Comparison,
    scenarios: Sequence[str] = (),
    width: int | None = None,
    color: bool | None = None,
) -> str:
    """What stands behind the answers: where effects come from, and what rival theories say.

    Args:
        comparison: the batch.
        scenarios: which; all by default.
        width: columns; those of the terminal by default.
        color: whether to colour; by default where a terminal reads it.
    """
    console = console_for(width, color)
    pairs = 0
    for scenario in list(dict.fromkeys(scenarios)) or comparison.scenarios:
        pairs = max(pairs, comparison.looked_behind(scenario))
        console.print(Text(scenario, style="bold"))
        console.print(Padding(Text(f"→ {comparison.answer(scenario)}"), (0, 0, 0, 2)))
        for reason in comparison.reasons(scenario):
            console.print(Padding(Text(f"· {reason}"), (0, 0, 0, 4)))
    text = (
        f"The theories were asked in {pairs:,} of the same runs. The intervals of one theory hold "
        "together over all quarters, those of several theories do not."
    )
    console.print(Text(text, style="dim"))
    return printed(console)


def ranked_and_small(comparison: Comparison) -> tuple[list[str], list[str]]:
    """The scenarios, the largest effect first, and those that share a line in its place.

    A single scenario that moves nothing that matters stands among the others.
    """
    ranked = sorted(comparison.scenarios, key=comparison.size, reverse=True)
    small = [name for name in ranked if comparison.size(name) < 1.0]
    folded = small if len(small) > 1 else []
    return [name for name in ranked if name not in folded], folded


def nothing_that_matters(comparison: Comparison, scenarios: Sequence[str]) -> str:
    """A line for scenarios whose every difference is too small to matter, or cannot be told."""
    told = [
        name
        for name in scenarios
        if any(row.judgement == Judgement.SMALL for row in comparison.headlines(name))
    ]
    rest = [name for name in scenarios if name not in told]
    said = [f"{listed(told)} (what can be told is too small)"] if told else []
    said += [f"{listed(rest)} (nothing can be told from the baseline)"] if rest else []
    return f"{len(scenarios)} scenarios move nothing that matters, at any time: {'; '.join(said)}."


def pattern_table(
    rows: Sequence[PatternRow], width: int | None = None, color: bool | None = None
) -> str:
    """In what share of free runs each known pattern, and each part of it, comes out."""
    console = console_for(width, color)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("", no_wrap=True)
    table.add_column("runs", justify="right", no_wrap=True)
    table.add_column("", width=20, no_wrap=True)
    table.add_column("")
    for row in rows:
        filled = round(20 * row.share)
        style = "dim" if row.part else "bold" if row.share >= LIKELY else "bold yellow"
        table.add_row(
            Text("" if row.part else row.name, style=style),
            Text(f"{100 * row.share:.0f}%", style=style),
            Text("█" * filled + "·" * (20 - filled), style=style),
            Text(f"  {row.description}" if row.part else row.description, style=style),
        )
    console.print(table)
    runs = max((row.runs for row in rows), default=0)
    sources = source_words(row.parameters for row in rows)
    text = f"Share of {runs:,} free runs in which a pattern comes out ({sources})."
    console.print(Text(text, style="dim"))
    return printed(console)


def effect_table(
    effects: Sequence[Effect],
    width: int | None = None,
    color: bool | None = None,
    unmeasured: Sequence[str] = (),
) -> str:
    """What turning each mechanism off does to the outcome that should move.

    Args:
        effects: what was measured.
        width: columns; those of the terminal by default.
        color: whether to colour; by default where a terminal reads it.
        unmeasured: mechanisms of which nobody has said what should move.
    """
    console = console_for(width, color)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("off", no_wrap=True)
    table.add_column("outcome")
    table.add_column("effect", justify="right", no_wrap=True)
    table.add_column("95% interval", justify="right", no_wrap=True)
    table.add_column("")
    for effect in effects:
        measured, read = effect.measured, effect.expectation
        style = "" if effect.borne_out else "bold yellow"
        table.add_row(
            Text(effect.switch, style=style),
            Text(f"{read.outcome}, {read.quarter}", style=style),
            Text(f"{measured.difference:+.3f}", style=style),
            Text(f"{measured.low:+.3f} to {measured.high:+.3f}", style=style),
            Text(effect.verdict, style=style),
        )
    console.print(table)
    pairs = max((effect.measured.pairs for effect in effects), default=0)
    sources = source_words(each.parameters for each in effects)
    said = [f"Mean difference over {pairs:,} pairs of runs once the mechanism is off ({sources})."]
    said += [read_alone(len(effects))] if len(effects) > 1 else []
    if unmeasured:
        names = ", ".join(unmeasured)
        said.append(f"Not measured, since nothing says which outcome should move: {names}.")
    console.print(Text("\n".join(said), style="dim"))
    return printed(console)


class _Page(Console):
    """A console on which text cannot move the cursor, whoever wrote it."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for part in super().render(renderable, options):
            yield part if part.control else Segment(visible(part.text), part.style)


def console_for(width: int | None, color: bool | None) -> Console:
    """Something to print on that keeps what is printed."""
    if color is None:
        color = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    if width is None:
        width = shutil.get_terminal_size((PIPE_WIDTH, 24)).columns
        width = width if sys.stdout.isatty() else PIPE_WIDTH
    return _Page(
        file=io.StringIO(),
        width=max(width, 40),
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
    )


def printed(console: Console) -> str:
    """Everything that was printed, without spaces at the ends of lines."""
    page = console.file
    assert isinstance(page, io.StringIO)
    lines = [line.rstrip() for line in page.getvalue().splitlines()]
    return "\n".join(lines).rstrip()
