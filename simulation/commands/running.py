"""Commands that run the model many times: the batch, and the patterns of what was known."""

from __future__ import annotations

import datetime as dt
import secrets
from argparse import ArgumentTypeError, Namespace
from pathlib import Path

from simulation.commandline import argument, command, one_of, quarter, whole
from simulation.commands.showing import Watch, note, present

GROUP = "Run"
RUNS = 1000
QUICK = ("baseline", "us_base_withdrawal")
QUICK_RUNS = 100

RESULTS = argument(
    "--results",
    metavar="DIR",
    type=Path,
    default=Path("results"),
    help="where batches lie (results)",
)
SEED = argument(
    "--seed", metavar="S", type=whole(0), help="the luck of the batch (drawn and recorded)"
)
PARAMETERS = argument(
    "--parameters",
    metavar="HOW",
    type=one_of(("point", "prior")),
    help="point: each at its value; prior: drawn by run within its range (point)",
)
WORKERS = argument(
    "--workers", metavar="W", type=whole(1), help="processes (one a CPU, none for small batches)"
)


def day(text: str) -> dt.date:
    """A type of argument: a day of the calendar."""
    from simulation.dates import parse_date

    try:
        return parse_date(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def width_of(text: str) -> tuple[str, float]:
    """A type of argument: OUTCOME=WIDTH."""
    name, _, width = text.partition("=")
    try:
        return name, float(width)
    except ValueError:
        raise ArgumentTypeError(f"'{text}' is not OUTCOME=WIDTH, as china_share=0.002") from None


@command(
    GROUP,
    argument(
        "scenarios",
        metavar="SCENARIO",
        nargs="*",
        help="names in scenarios/ or paths (all there are); the baseline is always run too",
    ),
    argument("--quick", action="store_true", help="two scenarios, 100 runs: a first look"),
    argument("--runs", metavar="N", type=whole(1), help="runs of each scenario (1,000)"),
    SEED,
    argument("--until", metavar="QUARTER", type=quarter, help="last quarter (2015Q4)"),
    argument(
        "--set",
        metavar="KEY=VALUE",
        action="extend",
        nargs="+",
        default=[],
        help="change a parameter in every scenario",
    ),
    PARAMETERS,
    argument(
        "--history-until",
        metavar="DATE",
        type=day,
        help="impose what was known until then in every scenario, as 2005-10-31",
    ),
    argument(
        "--precision",
        metavar="OUTCOME=WIDTH",
        type=width_of,
        action="append",
        default=[],
        help="add runs until the 95%% interval of a difference is this narrow on either side",
    ),
    argument("--trajectories", metavar="N", type=whole(0), default=20, help="runs kept whole (20)"),
    RESULTS,
    argument("--resume", metavar="BATCH", help="go on with a batch that was stopped"),
    WORKERS,
    argument(
        "--cluster", metavar="ADDRESS", help="use the workers of a dask.distributed scheduler"
    ),
    examples=(
        "batch",
        "batch --quick",
        "batch us_base_withdrawal no_andijan --runs 4000 --seed 1",
        "batch my_question --set basing.notice.manas=90 --until 2008Q4",
        "batch --resume results/FOLDER",
    ),
)
def batch(given: Namespace) -> None:
    """Run scenarios, compare them with the baseline, draw the figures, write the report.

    This is what happens when no command is named. Progress goes to standard error; the table of
    differences and an answer to each scenario's question go to standard output. Run i is the
    same world in every scenario, so that differences are taken run by run.
    """
    from simulation.experiments.batch import run_batch

    # KEY=VALUE is told from a scenario by its sign, wherever it stands.
    words = [*given.set, *given.scenarios]
    names = [each for each in words if "=" not in each]
    if given.quick:
        names = names or list(QUICK)
        given.runs = given.runs or QUICK_RUNS
    with Watch("runs") as watch:
        record = run_batch(
            names or None,
            runs=given.runs or RUNS,
            seed=given.seed,
            until=given.until,
            workers=given.workers,
            results=given.results,
            settings=[each for each in words if "=" in each],
            resume=given.resume,
            trajectories=given.trajectories,
            cluster=given.cluster,
            precision=dict(given.precision),
            parameters=given.parameters,
            progress=watch,
            history_until=given.history_until,
        )
    present(record)


@command(
    GROUP,
    argument("--runs", metavar="N", type=whole(1), default=RUNS, help="free runs (1,000)"),
    SEED,
    PARAMETERS,
    examples=("patterns", "patterns --runs 200 --seed 1"),
)
def patterns(given: Namespace) -> None:
    """Measure how often free runs show what happened by October 2005.

    In the baseline only shocks from outside are scripted, never a response. Pattern P6n asks
    whether the bases part for the right reason: the same runs once more with a cause taken away.
    """
    from simulation.experiments.measure import measure_patterns
    from simulation.tables import pattern_table

    seed = secrets.randbits(32) if given.seed is None else given.seed
    note(f"{given.runs:,} free runs of the baseline, each twice more with a cause taken away …")
    print(pattern_table(measure_patterns(given.runs, seed, parameters=given.parameters)))
    print(f"Seed {seed}.")


@command(
    GROUP,
    argument("--runs", metavar="N", type=whole(2), default=500, help="pairs of runs (500)"),
    SEED,
    examples=("mechanisms", "mechanisms --runs 2000 --seed 1"),
)
def mechanisms(given: Namespace) -> None:
    """Measure what each mechanism does: the baseline with it on and off, on paired runs.

    For every claim of the documents one outcome should move one way once the mechanism is off.
    A mechanism whose effect cannot be told from zero is marked so.
    """
    from simulation.experiments.ablation import measure_effects
    from simulation.tables import effect_table

    seed = secrets.randbits(32) if given.seed is None else given.seed
    note(f"{given.runs:,} pairs of runs of the baseline for every mechanism …")
    print(effect_table(measure_effects(given.runs, seed)))
    print(f"Seed {seed}.")
