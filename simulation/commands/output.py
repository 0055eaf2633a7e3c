"""What commands show: notes while they work, and a batch once it is done."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.inputs.escapes import visible
from simulation.inputs.invocation import program
from simulation.inputs.places import SCENARIOS, is_own, shipped

if TYPE_CHECKING:
    from simulation.record.compare import Comparison
    from simulation.record.record import Record


def tell(text: str = "", end: str = "\n") -> None:
    """Print a result. Whoever wrote the text, it moves no cursor and hides nothing."""
    print(visible(text), end=end)


def show(table: str) -> None:
    """Print what a module of tables made: with its colours, and harmless already."""
    print(table)


def note(text: str) -> None:
    """Say on standard error something that is not a result."""
    print(visible(text), file=sys.stderr, flush=True)


def note_shadowed(files: Iterable[Path]) -> None:
    """Say which scenarios are the user's own although others of their names are shipped."""
    for file in files:
        if is_own(file, SCENARIOS) and (shipped(SCENARIOS) / file.name).is_file():
            note(f"'{file.stem}' is your {SCENARIOS}/{file.name}, not the shipped one.")


def present(record: Record) -> None:
    """Show a finished batch: the table, an answer to each question, figures and report."""
    from simulation.inputs.yaml_reader import shown
    from simulation.record.compare import compare
    from simulation.show.figures.saving import draw
    from simulation.show.report import write_report

    folder = shown(record.path)
    note_shadowed(Path(file) for file in record.manifest["scenario_files"].values())
    try:
        comparison = compare(record, record.baseline)
        show_comparison(comparison)
        note("Drawing the figures …")
        draw(record)
        page = write_report(record, comparison)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Stopped. The runs are kept in {folder}\n"
            f"Draw and write the rest with: {program()} report {folder}"
        ) from None
    tell(f"\nSeed {record.manifest['seed']}, {record.runs:,} runs a scenario.")
    tell(f"Everything is in {folder}; open {shown(page)} in a browser.")


def show_comparison(comparison: Comparison) -> None:
    """Print the table of differences, and an answer to each scenario's question."""
    from simulation.show.tables import answers, comparison_table

    show(comparison_table(comparison))
    tell()
    show(answers(comparison))
