"""Commands that read a batch which has been run: compare, plot, report."""

from __future__ import annotations

from argparse import Namespace

from simulation.commandline import argument, command
from simulation.commands.showing import note, show_comparison

GROUP = "Read what came out"

BATCH = argument(
    "batch", metavar="BATCH", nargs="?", help="a folder, or its name in results/ (the newest)"
)
BASELINE = argument(
    "--baseline", metavar="NAME", default="baseline", help="scenario to compare with (baseline)"
)


@command(
    GROUP,
    BATCH,
    BASELINE,
    examples=("compare", "compare results/FOLDER --baseline us_bases_stay"),
)
def compare(given: Namespace) -> None:
    """Show the differences between the scenarios of a batch, with intervals and answers.

    Every scenario is compared with the baseline, or with any other scenario of the batch, run by
    run. A difference whose 95% interval holds zero is marked: it cannot be told from zero.
    """
    from simulation.experiments.compare import compare as compared

    show_comparison(compared(given.batch, given.baseline))


@command(
    GROUP,
    BATCH,
    argument("--figure", metavar="NAME", action="append", help="draw this kind (the usual ones)"),
    argument("--scenario", metavar="NAME", action="append", help="for this scenario (for all)"),
    argument("--list", action="store_true", help="list the kinds of figure and draw nothing"),
    examples=(
        "plot",
        "plot --list",
        "plot results/FOLDER --figure influence_runs --scenario us_base_withdrawal",
    ),
)
def plot(given: Namespace) -> None:
    """Draw the figures of a batch, as PNG and SVG, and name the files.

    They go into the folder figures/ of the batch. --figure and --scenario may be repeated.
    """
    from simulation.experiments.record import Record
    from simulation.figures import FIGURES, draw

    if given.list:
        width = max(len(name) for name in FIGURES)
        for name, figure in FIGURES.items():
            print(f"{name:<{width}}  {figure.description}")
        return
    record = Record.open(given.batch)
    note(f"Drawing the figures of {record.path} …")
    for path in draw(record, names=given.figure, scenarios=given.scenario):
        print(path)


@command(GROUP, BATCH, examples=("report", "report results/FOLDER"))
def report(given: Namespace) -> None:
    """Write the report of a batch: one page with answers, figures, and how it was made."""
    from simulation.experiments.record import Record
    from simulation.report import write_report

    record = Record.open(given.batch)
    note(f"Writing the report of {record.path} …")
    print(write_report(record))
