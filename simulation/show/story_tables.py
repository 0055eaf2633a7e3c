"""Typical histories for the terminal: each a dozen dated sentences beside the baseline's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from simulation.decisions.events import DECISIONS
from simulation.evidence.catalogue import Catalogue, listed
from simulation.inputs.invocation import program
from simulation.numerics.dates import quarter_name
from simulation.record.answers import percent_of
from simulation.show.sentences import fallen, said
from simulation.show.tables import console_for, printed

if TYPE_CHECKING:
    from simulation.explanation.families import TellingEvent
    from simulation.explanation.story import Parting, ScenarioStory, Tale, TaleLine
    from simulation.scenario.events import Event


def story_text(story: ScenarioStory, width: int | None = None, color: bool | None = None) -> str:
    """The typical histories of a scenario.

    Args:
        story: what to tell.
        width: columns; those of the terminal by default.
        color: whether to colour; by default where a terminal reads it.
    """
    console = console_for(width, color)
    head = Text(story.scenario, style="bold")
    head.append(f"  {story.title}; seed {story.seed}", style="not bold dim")
    console.print(head)
    for event in story.own:
        console.print(Text(f"  {event.date.isoformat()}  {_acted(event, story.evidence)}"))
    for event in story.left_out:
        text = f"Only in the {story.baseline}: {_acted(event, story.evidence)}"
        console.print(Text(f"  {event.date.isoformat()}  {text}"))
    middle, *families = story.tales
    console.print()
    text = (
        f"The run in the middle of all is run {middle.run}: of {story.compared:,} runs none is "
        "nearer to the others in what happens, and when."
    )
    console.print(Text(text))
    _print_tale(console, story, middle)
    for place, tale in enumerate(families, 1):
        console.print()
        _print_family(console, story, tale, place, len(families))
        if any(tale.run == each.run for each in story.tales[:place]):
            console.print(Padding(Text("It is told above."), (0, 0, 0, 2)))
        else:
            _print_tale(console, story, tale)
    if not families:
        console.print()
        console.print(Text("The runs do not fall into families: they go alike, or are too few."))
    console.print()
    again = f"{program()} explain {story.scenario} --run {middle.run}"
    console.print(Text(f"All that happened in a run: {again} --all", style="dim"))
    return printed(console)


def _acted(event: Event, evidence: Catalogue) -> str:
    """A dated event of the scenario: what it is, and why."""
    subject = event.subject
    if isinstance(subject, Mapping):
        about = ", ".join(f"{key} = {each}" for key, each in subject.items())
    else:
        about = evidence.name_of(subject) if isinstance(subject, str) else str(subject)
    return f"{event.kind.replace('_', ' ')} {about}: {event.why}"


def _print_family(
    console: Console, story: ScenarioStory, tale: Tale, place: int, count: int
) -> None:
    """What a family is."""
    head = Text(f"Family {place} of {count}", style="bold")
    head.append(
        f": {percent_of(tale.share)} of runs, in the middle run {tale.run}.", style="not bold"
    )
    console.print(head)
    for mark in tale.marks:
        console.print(Padding(Text(f"· {_marked(mark, story.evidence)}"), (0, 0, 0, 2)))


def _marked(mark: TellingEvent, evidence: Catalogue) -> str:
    """What sets a family apart."""
    words = said(mark.happening, evidence, sums=False)
    inside, outside = percent_of(mark.inside), percent_of(mark.outside)
    return f"{words} in {inside} of them, and in {outside} of the others."


def _print_tale(console: Console, story: ScenarioStory, tale: Tale) -> None:
    """One run beside the same run of the baseline."""
    alone = story.scenario == story.baseline
    if tale.parting is not None:
        text = _parted(tale.parting, story)
        console.print(Padding(Text(text, style="italic"), (0, 0, 0, 2)))
    elif not alone:
        text = f"No decision falls otherwise than in run {tale.run} of the {story.baseline}."
        console.print(Padding(Text(text, style="italic"), (0, 0, 0, 2)))
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("", no_wrap=True)
    table.add_column(f"run {tale.run} of {story.scenario}", ratio=3)
    if not alone:
        table.add_column(f"run {tale.run} of the {story.baseline}", ratio=2)
    for line in tale.lines:
        cells = [_here(line, story.evidence)]
        if not alone:
            cells.append(_there(line, story.evidence))
        table.add_row(quarter_name(line.quarter), *(Text(cell) for cell in cells))
    console.print(Padding(table, (0, 0, 0, 2)))


def _parted(parting: Parting, story: ScenarioStory) -> str:
    """The first decision that falls otherwise, in a sentence."""
    entry = parting.decision
    declared, happened = DECISIONS[entry.key], bool(entry.happened[0])
    words = fallen(declared, entry.actor, entry.object, happened, story.evidence)
    there = "nobody has to decide on that"
    if parting.asked_there:
        there = fallen(declared, entry.actor, entry.object, not happened, story.evidence)
    return (
        f"The first decision that differs, in {quarter_name(entry.quarter)}: {words}; in the "
        f"{story.baseline} {there}."
    )


def _here(line: TaleLine, evidence: Catalogue) -> str:
    if line.here:
        return f"{said(line.happening, evidence)}."
    return f"Not here, but in {_quarters(line.elsewhen)}." if line.elsewhen else "Not here."


def _there(line: TaleLine, evidence: Catalogue) -> str:
    if line.shared:
        return "The same."
    if not line.here:
        return f"{said(line.happening, evidence)}."
    return f"In {_quarters(line.there)}." if line.there else "Not there."


def _quarters(quarters: tuple[int, ...]) -> str:
    """Quarters by name, the first three of many."""
    names = [quarter_name(each) for each in quarters[:3]]
    return listed(names) if len(quarters) <= 3 else f"{', '.join(names)} and later"
