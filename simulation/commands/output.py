"""What commands show: notes while they work, and a batch once it is done."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
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
    """Say on standard error something that is not a result; nothing breaks where nobody listens."""
    with suppress(OSError):
        print(visible(text), file=sys.stderr, flush=True)


def note_shadowed(files: Iterable[Path]) -> None:
    """Say which scenarios are the user's own although others of their names are shipped."""
    for file in files:
        if is_own(file, SCENARIOS) and (shipped(SCENARIOS) / file.name).is_file():
            note(f"'{file.stem}' is your {SCENARIOS}/{file.name}, not the shipped one.")


def present(record: Record, behind: bool = False, allow_plugins: bool = False) -> None:
    """Show a finished batch: the table, an answer to each question, and the report.

    Of the figures those are drawn that the report opens with; it says how to draw the others. The
    record is complete already. Whatever goes wrong from here on breaks off nothing else: where
    nobody reads the table, the report is made all the same; where it cannot be made, it is said
    what is missing and how to make it.

    Args:
        record: the batch.
        behind: whether to look behind the answers first.
        allow_plugins: whether files that scenarios name under `plugins` may run.

    Raises:
        OSError: the table could not be shown; everything else was done.
    """
    from simulation.inputs.yaml_reader import shown
    from simulation.record.compare import compare

    folder = shown(record.path)
    note_shadowed(Path(file) for file in record.manifest["scenario_files"].values())
    unread: OSError | None = None
    with told_what_is_missing(folder, "The table, the pictures and the report", "report"):
        if behind:
            note("Looking behind the answers …")
            comparison = look_behind(record, allow_plugins=allow_plugins)
        else:
            comparison = compare(record, record.baseline)
        try:
            show_comparison(comparison)
            sys.stdout.flush()
        except OSError as error:
            unread = error
            show_no_more()
    with told_what_is_missing(folder, "Some pictures or the report", "report"):
        import_what_shows()
        from simulation.show.report import write_report

        note("Drawing the first pictures …")
        page = write_report(record, comparison)
    tell(f"\nSeed {record.manifest['seed']}, {record.runs:,} runs a scenario.")
    if not behind and comparison.scenarios:
        said = "What rival theories say to this, and where the effects come from"
        if stored := comparison.reasons_are_stored:
            said = f"{stored}. To ask this batch itself"
        tell(f"{said}: {program()} reasons {folder}")
    tell(f"More pictures, of every scenario: {program()} plot {folder}")
    tell(f"Everything is in {folder}; open {shown(page)} in a browser.")
    if unread is not None:
        reason = (unread.strerror or str(unread)).lower()
        note(
            f"The table was not shown: {reason}. Everything is in {folder}. "
            f"Show it with: {program()} compare {folder}"
        )
        raise unread


def import_what_shows() -> None:
    """Import what a finished batch is shown with; it takes a while that there may be to spare."""
    import simulation.show.report
    import simulation.show.tables  # noqa: F401


@contextmanager
def told_what_is_missing(folder: str, what: str, command: str) -> Iterator[None]:
    """Say what is missing of a batch, and how to make it, if what follows is broken off.

    Args:
        folder: of the batch, whose record is complete.
        what: what may then be missing.
        command: makes it.
    """
    again = f"{program()} {command} {folder}"
    redo = f"The runs are kept in {folder}\nDraw and write the rest with: {again}"
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Stopped. {redo}") from None
    except Exception:
        note(f"{what} may be missing. {redo}")
        raise


def look_behind(
    record: Record,
    scenarios: Sequence[str] = (),
    runs: int | None = None,
    workers: int | None = None,
    allow_plugins: bool = False,
) -> Comparison:
    """Play what the answers of a batch need to be judged; arguments as of `find_reasons`."""
    from simulation.batch.progress import ProgressBar
    from simulation.contrast.grounds import RUNS, find_reasons

    with ProgressBar("runs") as watch:
        return find_reasons(
            record,
            scenarios,
            runs=runs or RUNS,
            workers=workers,
            progress=watch,
            allow_plugins=allow_plugins,
        )


def show_no_more(if_broken: bool = False) -> None:
    """Let what is still to be shown go nowhere: nobody reads it, and it must not fail at exit.

    Args:
        if_broken: only where standard output does not take what it was given.
    """
    if if_broken:
        try:
            sys.stdout.flush()
        except OSError:
            pass
        else:
            return
    with suppress(OSError, ValueError):  # some streams have no file behind them
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show_comparison(comparison: Comparison) -> None:
    """Print the table of differences, and an answer to each scenario's question."""
    from simulation.show.tables import answers, comparison_table

    show(comparison_table(comparison))
    tell()
    show(answers(comparison))
