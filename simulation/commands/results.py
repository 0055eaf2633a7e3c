"""Commands that read a batch which has been run: compare, explain, plot, report, replay."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.batch.progress import ProgressBar
from simulation.commands.arguments import ALLOW_PLUGINS, WORKERS
from simulation.commands.commandline import (
    Heading,
    Misuse,
    argument,
    command,
    one_of,
    quarter,
    whole,
)
from simulation.commands.output import (
    import_what_shows,
    note,
    show,
    show_comparison,
    tell,
    told_what_is_missing,
)

if TYPE_CHECKING:
    from simulation.explanation.account import RunHistory
    from simulation.record.record import Record

ENDINGS = ("png", "svg", "pdf")
"""Formats in which a figure can be saved."""

BATCH = argument(
    "batch", metavar="BATCH", nargs="?", help="a folder, or its name in results/ (the newest)"
)
_BASELINE = argument(
    "--baseline", metavar="NAME", default="baseline", help="scenario to compare with (baseline)"
)


def batch_meant(batch: str | None, verify: bool = True) -> Record:
    """The batch that is meant; of the newest it is said which that is."""
    from simulation.inputs.yaml_reader import shown
    from simulation.record.record import Record

    record = Record.open(batch, verify=verify)
    if batch is None:
        note(f"The newest batch: {shown(record.path)}")
    return record


@command(
    Heading.READ,
    [BATCH, _BASELINE],
    name="compare",
    examples=("compare", "compare results/FOLDER --baseline us_bases_stay"),
)
def compare_command(given: Namespace) -> None:
    """Show the differences between the scenarios of a batch, with intervals and answers.

    Every scenario is compared with the baseline, or with any other scenario of the batch, run by
    run. A difference whose 95% interval holds zero is marked: it cannot be told from zero.
    """
    from simulation.record.compare import compare

    show_comparison(compare(batch_meant(given.batch), given.baseline))


@command(
    Heading.READ,
    [
        BATCH,
        argument(
            "--figure", metavar="NAME", action="append", help="draw this kind (the usual ones)"
        ),
        argument("--scenario", metavar="NAME", action="append", help="for this scenario (for all)"),
        argument(
            "--format",
            metavar="ENDING",
            type=one_of(ENDINGS),
            action="append",
            help="png, svg or pdf (png and svg)",
        ),
        argument("--output", metavar="DIR", type=Path, help="where to (figures/ in the batch)"),
        argument("--list", action="store_true", help="list the kinds of figure and draw nothing"),
    ],
    examples=(
        "plot",
        "plot --list",
        "plot results/FOLDER --figure influence_runs --scenario us_base_withdrawal",
        "plot --figure contest --figure tornado --format pdf --output slides",
    ),
)
def plot(given: Namespace) -> None:
    """Draw the figures of a batch and name the files.

    --figure, --scenario and --format may be repeated. docs/gallery.md shows one figure of each
    kind; without --figure the usual ones are drawn. A batch draws the few that its report opens
    with. `plot` alone draws all others too and writes them into the report, which takes a minute
    for eighteen scenarios; what is stopped with Ctrl-C is there, and goes into the report with
    `report`.
    """
    from simulation.inputs.yaml_reader import shown

    import_what_shows()
    from simulation.show.figures.registry import FIGURES
    from simulation.show.figures.saving import FORMATS, draw_planned, planned_figures
    from simulation.show.report import write_report

    if given.list:
        width = max(len(name) for name in FIGURES)
        for name, figure in FIGURES.items():
            tell(f"{name:<{width}}  {figure.description}")
        return
    record = batch_meant(given.batch)
    note(f"Drawing the figures of {record.path} …")
    formats = tuple(dict.fromkeys(given.format or FORMATS))
    planned = planned_figures(record, given.figure, given.scenario)
    with told_what_is_missing(shown(record.path), "Some pictures or the report", "plot"):
        files = draw_planned(record, planned, formats, folder=given.output)
        if not (given.figure or given.scenario or given.output) and "svg" in formats:
            files.append(write_report(record, everything=True))
    for path in files:
        tell(str(path))


@command(
    Heading.READ,
    [
        BATCH,
        argument("scenario", metavar="SCENARIO", help="a scenario of the batch"),
        argument("--run", metavar="I", type=whole(0), required=True, help="number of the run"),
        argument("--event", metavar="EVENT", help="as close_base:manas (list what happened)"),
        argument(
            "--quarter", metavar="QUARTER", type=quarter, help="which time is meant (the first)"
        ),
        argument(
            "--kind",
            metavar="KIND",
            action="append",
            default=[],
            help="list what is of this kind, as close_base; may be repeated",
        ),
        argument(
            "--actor",
            metavar="NAME",
            action="append",
            default=[],
            help="list what is about this power, state, body or base; may be repeated",
        ),
        argument("--all", action="store_true", help="list everything that happened"),
        argument("--figure", metavar="PATH", help="draw the terms as a waterfall: png, svg or pdf"),
        ALLOW_PLUGINS,
    ],
    name="explain",
    examples=(
        "explain baseline --run 17",
        "explain baseline --run 17 --actor russia --kind join --kind leave",
        "explain baseline --run 17 --event close_base:karshi_khanabad",
        "explain results/FOLDER baseline --run 17 --event keep_base:manas --figure manas.png",
    ),
)
def explain_command(given: Namespace) -> None:
    """Say why something happened in a run, term by term, and what would have turned it.

    Without --event, list what happened in the run and what each thing is called: what seldom
    happens in a run of the scenario first, and of the rest how often it happened. An event that
    did not happen can be asked about too: the answer is where it stopped. The run is played again
    alone, and held against what the batch recorded; means are over runs of the same scenario.
    """
    from simulation.explanation.explain import explain
    from simulation.show.explanation_tables import explanation_text

    if given.event is None:
        if given.figure or given.quarter:
            raise Misuse("--figure and --quarter are for an --event", "explain --help")
        show(_history(batch_meant(given.batch), given))
        return
    if given.kind or given.actor or given.all:
        raise Misuse(
            "--kind, --actor and --all are for the list, without --event", "explain --help"
        )
    if given.figure and Path(given.figure).suffix.removeprefix(".") not in ENDINGS:
        endings = ", ".join(f".{ending}" for ending in ENDINGS)
        raise Misuse(f"--figure: '{given.figure}' ends in none of {endings}", "explain --help")
    record = batch_meant(given.batch)
    found = explain(record, given.scenario, given.run, given.event, given.quarter)
    show(explanation_text(found))
    if given.figure:
        from simulation.show.figures.waterfall import save_waterfall, waterfall

        if not found.steps:
            note("There is no figure: the scenario scripts the event, and nobody decided on it.")
            return
        tell(f"\nFigure: {save_waterfall(waterfall(found), given.figure, found)}")


def _history(record: Record, given: Namespace) -> str:
    """What happened in a run, or what of it is asked for."""
    from simulation.explanation.explain import history
    from simulation.explanation.weight import by_weight, matching, rates_of
    from simulation.show.explanation_tables import history_table

    found = history(record, given.scenario, given.run)
    if given.kind or given.actor:
        _check_asked(given, found)
        return history_table(found, matching(found.happenings, given.kind, given.actor))
    if given.all:
        return history_table(found)
    told = by_weight(found.happenings, rates_of(record, given.scenario))
    return history_table(found, told.leading, told.counted)


def _check_asked(given: Namespace, found: RunHistory) -> None:
    """Refuse kinds of event that there are not, and actors of whom nobody has heard."""
    from simulation.decisions.events import KINDS
    from simulation.inputs.problems import Problem, Problems, did_you_mean

    here = list(dict.fromkeys(each.kind for each in found.happenings))
    kinds = list(dict.fromkeys([*here, *(kind.removeprefix("event_") for kind in here), *KINDS]))
    them = found.evidence
    actors = [*them.actors, *them.organizations, *them.installations, *them.projects]
    asked = [("--kind", "kind of event", name, kinds) for name in given.kind]
    asked += [("--actor", "actor", name, actors) for name in given.actor]
    problems = [
        Problem(
            option,
            None,
            f"no {what} '{name}'",
            did_you_mean(name, known) or f"there are {', '.join(known)}",
        )
        for option, what, name, known in asked
        if name not in known
    ]
    if problems:
        raise Problems(problems)


@command(
    Heading.READ,
    [
        BATCH,
        argument("scenario", metavar="SCENARIO", help="a scenario of the batch"),
        ALLOW_PLUGINS,
    ],
    name="story",
    examples=("story us_base_withdrawal", "story results/FOLDER no_andijan"),
)
def story_command(given: Namespace) -> None:
    """Tell typical histories of a scenario, each beside the same run of the baseline.

    The run in the middle of all, and two or three families of runs that went alike, each by the
    run in its middle. Runs are compared by their events. A tale begins with the first decision
    that falls otherwise than in the baseline, and has a dozen dated lines at most: what differs
    first, and of that what seldom happens.
    """
    from simulation.explanation.story import story
    from simulation.show.story_tables import story_text

    record = batch_meant(given.batch)
    show(story_text(story(record, given.scenario, allow_plugins=given.allow_plugins)))


@command(
    Heading.READ,
    [
        BATCH,
        argument("--scenario", metavar="NAME", action="append", default=[], help="this one (all)"),
        argument(
            "--runs",
            metavar="N",
            type=whole(10),
            default=400,
            help="runs under each theory, of those of the batch (400, or all if it has fewer)",
        ),
        ALLOW_PLUGINS,
        WORKERS,
    ],
    examples=("reasons", "reasons results/FOLDER --scenario us_base_withdrawal"),
)
def reasons(given: Namespace) -> None:
    """Look behind the answers of a batch: rival theories, and where effects come from.

    Each scenario is played again under every theory, that is without the mechanisms which the
    theory does without. Then its largest effects are traced: one thing after the other is held as
    it is in the baseline, and what is then missing of an effect came through that. On two idle
    processors this takes some three seconds a scenario. What comes out is kept in the folder of
    the batch; `compare` and `report` tell of it from then on.
    """
    from simulation.commands.output import look_behind
    from simulation.show.tables import reasons_text

    record = batch_meant(given.batch)
    note(f"Looking behind the answers of {record.path} …")
    comparison = look_behind(
        record, given.scenario, given.runs, given.workers, allow_plugins=given.allow_plugins
    )
    show(reasons_text(comparison, given.scenario))


@command(Heading.READ, [BATCH], examples=("report", "report results/FOLDER"))
def report(given: Namespace) -> None:
    """Write the report of a batch: one page with answers, figures, and how it was made.

    It draws the figures that it opens with, and of the others those that were drawn before; `plot`
    draws all, and writes them into the report.
    """
    from simulation.inputs.yaml_reader import shown

    import_what_shows()
    from simulation.show.report import write_report

    record = batch_meant(given.batch)
    note(f"Writing the report of {record.path} …")
    with told_what_is_missing(shown(record.path), "Some pictures or the report", "report"):
        page = write_report(record)
    tell(str(page))


@command(
    Heading.READ,
    [
        BATCH,
        argument(
            "--output", metavar="DIR", type=Path, help="keep the new batch there (it is not kept)"
        ),
        WORKERS,
    ],
    examples=("replay", "replay results/FOLDER", "replay results/FOLDER --output results"),
)
def replay(given: Namespace) -> int:
    """Run a batch again from its folder alone, and say whether the same bytes come out.

    Taken from the folder: the scenarios as they were resolved, the numbers of every run, the seed.
    Where a file comes out otherwise, the first difference is told, and how large it is; the exit
    status is then 1. What has changed since, of versions and processor, is told as well.
    """
    from simulation.batch.repeat import repeat_batch

    with ProgressBar("runs") as watch:
        found = repeat_batch(
            batch_meant(given.batch, verify=False),
            output=given.output,
            workers=given.workers,
            progress=watch,
        )
    for each in found.changed:
        tell(f"Since the batch was made, {each}.")
    for name, reason in found.damaged.items():
        tell(f"{name} in the folder {reason}.")
    if found.same:
        tell(f"The same bytes: {', '.join(found.files)}.")
        return 0
    same = len(found.files) - len(found.differences)
    tell(f"Not the same bytes: {len(found.differences)} of {len(found.files)} files differ.")
    for difference in found.differences:
        tell(f"  {difference}")
    tell(f"{same} files have the same bytes.")
    return 1
