"""The command that estimates parts of the model from panels."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from simulation.commands.commandline import Heading, argument, command
from simulation.commands.output import note, show, tell


@command(
    Heading.VARY,
    [
        argument(
            "--panels",
            metavar="DIR",
            type=Path,
            required=True,
            help="the folder with the panels (docs/guides/panels.md says which)",
        ),
        argument(
            "--output",
            metavar="FILE",
            type=Path,
            help="the estimates (beside the evidence in a checkout, else estimates.yaml here)",
        ),
    ],
    name="estimate",
    examples=(
        "estimate --panels panels",
        "estimate --panels panels --output results/estimates.yaml",
    ),
)
def estimate_command(given: Namespace) -> None:
    """Estimate from panels of 1991 to 2005 what they tell, with intervals, and store it.

    Rates of joining and leaving, of risings and falls; how votes and trade last, move and
    scatter; how bases end; what help does. Each is fitted to 1998 too and held against the later
    years. A minute or two. Needs the extra 'estimation'; nothing is drawn from the new figures
    until posteriors are fitted anew.
    """
    import statsmodels  # noqa: F401 - that it is missing is told before the work

    from simulation.estimation.estimates import FILE, make_estimates, write_estimates
    from simulation.evidence.catalogue import EVIDENCE
    from simulation.inputs.places import CHECKOUT
    from simulation.inputs.results_folders import check_folder
    from simulation.show.estimate_tables import estimates_table

    path = given.output or (Path(FILE) if CHECKOUT is None else EVIDENCE / FILE)
    check_folder(path.absolute().parent, "name another place, with --output")
    entries = make_estimates(given.panels, progress=lambda name: note(f"Estimated: {name}"))
    write_estimates(path, entries)
    show(estimates_table(entries))
    tell(f"{len(entries)} estimates are in {path}.")
