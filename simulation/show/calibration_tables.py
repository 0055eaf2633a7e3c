"""A calibration for the terminal: what was ruled out, how it fits, what the evidence informs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from simulation.show.tables import console_for, printed

if TYPE_CHECKING:
    from simulation.parameters.posterior import Posterior

MOST_INFORMED = 15
"""Parameters that are listed."""
_BAR = 20


def calibration_table(
    posterior: Posterior, width: int | None = None, color: bool | None = None
) -> str:
    """What a calibration found, in words and three small tables."""
    found = posterior.provenance
    console = console_for(width, color)
    console.print(Text("Ruled out by history matching", style="bold"))
    console.print(_waves(found["waves"]))
    console.print(Text("\nParts of patterns: share of runs, before and after", style="bold"))
    console.print(_parts(found["targets"]))
    console.print(Text("\nWhat the evidence informs most", style="bold"))
    console.print(_parameters(found["parameters"]))
    informed = sum(each["informed"] for each in found["parameters"])
    last = found["steps"][-1]
    words = (
        f"\n{_figures(found['targets'])}{len(posterior.weights):,} vectors, worth "
        f"{posterior.effective_size:,.0f} of equal weight and {found['unrelated']:,.0f} unrelated "
        f"ones, from {found['ancestors']:,} of those that history matching left; tolerance "
        f"{last['tolerance']:.3g}. The evidence as of {found['as_of']} informs {informed} of "
        f"{len(posterior.keys)} fitted parameters; {len(found['unfitted'])} more are drawn from "
        f"their ranges, {len(found['held'])} held. Places in a range go from 0 to 1."
    )
    console.print(Text(words, style="dim"))
    return printed(console)


def _waves(waves: Sequence[Mapping[str, Any]]) -> Table:
    """What each wave left, and which targets ruled out most."""
    table = _plain("wave", "runs", "left", "mostly by")
    left = 1.0
    for number, wave in enumerate(waves, 1):
        left *= wave["left"]
        against = [f"{name} ({100 * share:.0f}%)" for name, share in wave["against"][:4]]
        table.add_row(f"{number}", f"{wave['runs']:,}", f"{100 * left:.2g}%", ", ".join(against))
    return table


def _parts(targets: Sequence[Mapping[str, Any]]) -> Table:
    """Every part of a pattern, from the prior to the posterior."""
    table = _plain("", "prior", "posterior", "")
    for each in targets:
        if each["error"] == 0:
            filled = round(_BAR * each["posterior"])
            bar = "█" * filled + "·" * (_BAR - filled)
            shares = (f"{100 * each[when]:.0f}%" for when in ("prior", "posterior"))
            table.add_row(each["name"], *shares, bar)
    return table


def _figures(targets: Sequence[Mapping[str, Any]]) -> str:
    """How many yearly figures lie within what could be observed."""
    within = [each["low"] <= each["observed"] <= each["high"] for each in targets if each["error"]]
    if not within:
        return ""
    return (
        f"Of {len(within)} yearly figures {sum(within)} lie within nine in ten of what could be "
        "observed: a run, its discrepancy and the error of observation. "
    )


def _parameters(parameters: Sequence[Mapping[str, Any]]) -> Table:
    """The parameters that moved farthest from their priors."""
    table = _plain("parameter", "mean", "5% to 95%", "shrinkage", "distance")
    for each in parameters[:MOST_INFORMED]:
        between = f"{each['low']:.2f} to {each['high']:.2f}"
        shares = (f"{each[name]:.2f}" for name in ("shrinkage", "distance"))
        table.add_row(each["key"], f"{each['mean']:.2f}", between, *shares)
    return table


def _plain(first: str, *heads: str) -> Table:
    """A table without lines; numbers stand on the right."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(first, no_wrap=True)
    for head in heads:
        words = head in {"mostly by", ""}
        table.add_column(head, justify="left" if words else "right", no_wrap=not words)
    return table
