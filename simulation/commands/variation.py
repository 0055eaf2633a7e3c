"""Commands that turn the parameters: over a grid, and over their ranges all at once."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.batch.progress import ProgressBar
from simulation.commands.arguments import (
    ALLOW_PLUGINS,
    PARAMETERS,
    RESULTS,
    SEED,
    SET_NUMBERS,
    WORKERS,
)
from simulation.commands.commandline import Heading, argument, command, quarter, whole
from simulation.commands.output import note, show, tell

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_RUNS, SAMPLES = 500, 512

_SCENARIO = argument("scenario", metavar="SCENARIO", help="a name in scenarios/ or a path")
_UNTIL = argument("--until", metavar="QUARTER", type=quarter, help="last quarter (2015Q4)")


@command(
    Heading.VARY,
    [
        _SCENARIO,
        argument(
            "--vary",
            metavar="KEY=LOW:HIGH:N",
            action="append",
            required=True,
            help="a parameter and its values, N even steps, or KEY=A,B,C; once or twice",
        ),
        argument(
            "--outcome",
            metavar="NAME",
            action="append",
            default=[],
            help="what is read; may be repeated (the outcome that the scenario asks about)",
        ),
        argument("--runs", metavar="N", type=whole(10), default=_RUNS, help="runs a point (500)"),
        SEED,
        _UNTIL,
        SET_NUMBERS,
        ALLOW_PLUGINS,
        PARAMETERS,
        RESULTS,
        WORKERS,
    ],
    examples=(
        "sweep baseline --vary basing.reservation.united_states=0:320:9 --outcome manas_open",
        "sweep no_andijan --vary basing.rent=1.5:3:4 --vary basing.blame=0,1,2 --runs 200",
    ),
)
def sweep(given: Namespace) -> None:
    """See what becomes of an outcome as one or two parameters take a range of values.

    Every point of the grid meets the same luck as the scenario as it stands, so that points are
    told apart run by run. Writes sweep.csv and a figure for each outcome: a curve with intervals,
    or for two parameters a table of colours.
    """
    from simulation.contrast.sweep import run_sweep
    from simulation.inputs.results_folders import check_folder
    from simulation.show.figures.sweeps import sweep_figure
    from simulation.show.variation_tables import sweep_table

    check_folder(given.results)
    with ProgressBar("runs") as watch:
        found = run_sweep(
            given.scenario,
            vary=given.vary,
            outcomes=given.outcome,
            runs=given.runs,
            seed=given.seed,
            until=given.until,
            settings=given.set,
            parameters=given.parameters,
            workers=given.workers,
            progress=watch,
        )
    show(sweep_table(found))
    folder = found.write(given.results)
    for outcome in found.curves:
        keep(sweep_figure(found, outcome), folder / f"sweep_{outcome}")
    tell(f"Seed {found.seed}. Everything is in {folder}.")


@command(
    Heading.VARY,
    [
        _SCENARIO,
        argument(
            "--outcome",
            metavar="NAME",
            help="what is read (the outcome that the scenario asks about)",
        ),
        argument(
            "--within", metavar="RULE", help="split one rule into its parameters, as basing (none)"
        ),
        argument(
            "--samples",
            metavar="N",
            type=whole(8),
            default=SAMPLES,
            help="samples of the design, a power of two; "
            "each is a run for every group, and two (512)",
        ),
        SEED,
        _UNTIL,
        SET_NUMBERS,
        ALLOW_PLUGINS,
        RESULTS,
        WORKERS,
    ],
    examples=(
        "sensitivity baseline --outcome russia_china_share",
        "sensitivity baseline --outcome manas_open --within basing --samples 256",
    ),
)
def sensitivity(given: Namespace) -> None:
    """See which rules an outcome is sensitive to, and how much of its spread is luck.

    All uncertain parameters are drawn from their ranges, a group for each rule, and Sobol's
    indices are estimated on paired runs. Writes sensitivity.csv and a figure. Needs the extra
    'analysis'.
    """
    from simulation.contrast.sensitivity import run_sensitivity
    from simulation.inputs.results_folders import check_folder
    from simulation.show.figures.sensitivities import sensitivity_figure
    from simulation.show.variation_tables import sensitivity_table

    check_folder(given.results)
    with ProgressBar("runs") as watch:
        found = run_sensitivity(
            given.scenario,
            outcome=given.outcome,
            within=given.within,
            samples=given.samples,
            settings=given.set,
            seed=given.seed,
            until=given.until,
            workers=given.workers,
            progress=watch,
        )
    show(sensitivity_table(found))
    folder = found.write(given.results)
    keep(sensitivity_figure(found), folder / f"sensitivity_{found.outcome}")
    tell(f"Seed {found.seed}. Everything is in {folder}.")


def keep(figure: Figure, stem: Path) -> None:
    """Save a figure as PNG and SVG, and say where."""
    from simulation.show.figures.saving import save_figure

    for path in save_figure(figure, stem):
        note(f"Drawn: {path}")
