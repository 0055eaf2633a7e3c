"""Arguments that several commands share."""

from __future__ import annotations

from pathlib import Path

from simulation.commands.commandline import LONGEST_NUMBER, argument, one_of, whole

LARGEST_SEED = 10**LONGEST_NUMBER - 1
MOST_WORKERS = 1_000
"""Processes that a command starts at most."""
SOURCES = ("posterior", "prior", "point")

RESULTS = argument(
    "--results",
    metavar="DIR",
    type=Path,
    default=Path("results"),
    help="where batches lie (results)",
)
SEED = argument(
    "--seed",
    metavar="S",
    type=whole(0, LARGEST_SEED),
    help="the luck of the batch (drawn and recorded)",
)


def _parameter_source(text: str) -> str:
    """A type of argument: where parameters come from, as the model takes it."""
    return text if text.startswith("posterior_") else one_of(SOURCES)(text)


PARAMETERS = argument(
    "--parameters",
    metavar="HOW",
    type=_parameter_source,
    help="posterior: drawn by run from what calibration left, posterior_DATE as of that day; "
    "prior: drawn by run within its range; point: each at its value (posterior where one is "
    "stored, else prior)",
)
SET_NUMBERS = argument(
    "--set",
    metavar="KEY=VALUE",
    action="extend",
    nargs="+",
    default=[],
    help="change a parameter in every scenario",
)
ALLOW_PLUGINS = argument(
    "--allow-plugins",
    action="store_true",
    help="run the Python files that scenarios of your own name under 'plugins'",
)
WORKERS = argument(
    "--workers",
    metavar="W",
    type=whole(1, MOST_WORKERS),
    help="processes (one a CPU, none for small batches)",
)
