"""Sweeps and sensitivities for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from simulation.evidence.catalogue import load_catalogue
from simulation.parameters.numbers import source_word
from simulation.parameters.sampling import PRIOR
from simulation.scenario.ranges import beyond_range
from simulation.show.figures.sensitivities import LUCK, sensitivity_finding
from simulation.show.figures.sweeps import outcome_described, sweep_finding
from simulation.show.tables import UNTOLD_MARK, console_for, printed, read_alone

if TYPE_CHECKING:
    from simulation.contrast.sensitivity import Sensitivity, VarianceShare
    from simulation.contrast.sweep import Sweep


def sweep_table(sweep: Sweep, width: int | None = None, color: bool | None = None) -> str:
    """What becomes of every outcome at every point, with intervals."""
    console = console_for(width, color)
    for outcome, points in sweep.curves.items():
        label, unit, scale = outcome_described(sweep, outcome)
        console.print(Text(f"{label} at {sweep.until}" + (f" ({unit})" if unit else "")))
        table = _plain([*(axis.key for axis in sweep.axes), "mean", "difference", "95% interval"])
        for point in points:
            gap = point.difference
            told = gap.told_from_zero
            mark = "" if told or gap.low == gap.high else UNTOLD_MARK
            cells = [
                *(f"{value:g}" for value in point.at),
                f"{scale * point.mean:.4g}",
                f"{mark}{scale * gap.difference:+.3g}",
                f"{scale * gap.low:+.3g} to {scale * gap.high:+.3g}",
            ]
            table.add_row(*(Text(cell, style="bold" if told else "dim") for cell in cells))
        console.print(table)
        console.print(Text(f"→ {sweep_finding(sweep, outcome)}.\n"))
    stands = ", ".join(f"{axis.key} {axis.stands}" for axis in sweep.axes)
    text = (
        f"Differences are from the scenario as it stands ({stands}) over {sweep.runs:,} pairs of "
        f"runs; their intervals hold together. {UNTOLD_MARK} cannot be told from zero."
    )
    varied = {axis.key for axis in sweep.axes}
    held = beyond_range(sweep.scenario.resolved(), load_catalogue().extended(sweep.scenario.added))
    own = [each for each in held if each.split(" ", 1)[0] not in varied]
    said = [text, sweep.parameters_told, *(f"{each}." for each in (*sweep.beyond_range, *own))]
    console.print(Text("\n".join(said), style="dim"))
    return printed(console)


def sensitivity_table(
    found: Sensitivity, width: int | None = None, color: bool | None = None
) -> str:
    """How much of the variance of an outcome is owed to each group, and to luck."""
    console = console_for(width, color)
    table = _plain(["", "numbers", "in all", "95% interval", "alone", "95% interval"])
    for each in found.indices:
        style = "bold" if each.total.low > 0 else "dim"
        cells = [each.group, str(each.parameters), *_said(each.total), *_said(each.first)]
        table.add_row(*(Text(cell, style=style) for cell in cells))
    table.add_row(*(Text(cell, style="italic") for cell in (LUCK, "", "", "", *_said(found.luck))))
    console.print(table)
    console.print(Text(f"→ {sensitivity_finding(found)}."))
    text = (
        f"Shares of the variance over {found.runs:,} runs (mean {found.mean:.4g}, standard "
        f"deviation {found.deviation:.3g}): what a group does in all, with anything else too, and "
        f"what it does alone or with luck. Shares in all overlap and may add up to more than 100%."
    )
    alone = read_alone(2 * len(found.indices) + 1)
    said = [text, alone, f"Parameters are drawn from their ranges ({source_word(PRIOR)})."]
    said += [
        f"{each}."
        for each in beyond_range(
            found.scenario.resolved(), load_catalogue().extended(found.scenario.added)
        )
    ]
    console.print(Text("\n".join(said), style="dim"))
    return printed(console)


def _plain(heads: Sequence[str]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for place, head in enumerate(heads):
        table.add_column(head, justify="left" if not place else "right", no_wrap=True)
    return table


def _said(share: VarianceShare) -> tuple[str, str]:
    ends = f"{100 * share.low:.0f} to {100 * share.high:.0f}"
    return f"{100 * share.value:.0f}%", ends.replace("-0 ", "0 ")
