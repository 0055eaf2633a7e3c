"""How far a batch is, while one waits: a bar on a terminal or in a notebook, else lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING

from simulation.inputs.escapes import visible_line

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from simulation.batch.executors import Progress


def in_notebook() -> bool:
    """Whether what is shown appears in a notebook."""
    if "IPython" not in sys.modules:
        return False
    from rich.console import Console

    return Console().is_jupyter


def tell_waiting(line: str) -> None:
    """Say on standard error something that whoever waits should know."""
    with suppress(OSError):  # whoever listened has gone: the work goes on
        print(visible_line(line), file=sys.stderr, flush=True)


@contextmanager
def watched(progress: Progress | None, unit: str) -> Iterator[Progress | None]:
    """Who is told of the progress: whoever was named; of nobody, a bar in a notebook."""
    if progress is not None or not in_notebook():
        yield progress
        return
    with ProgressBar(unit) as bar:
        yield bar


class ProgressBar:
    """A progress bar on a terminal or in a notebook; elsewhere a line when the subject changes.

    Call it with the work done, the work there is, and what was just worked on.

    Args:
        unit: what is counted, in the plural.
    """

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self._bar: RichProgress | None = None
        self._task: TaskID | None = None
        self._subject = ""

    def __enter__(self) -> ProgressBar:
        if sys.stderr.isatty() or in_notebook():
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as RichProgress

            self._bar = RichProgress(
                TextColumn("{task.description:<28}", markup=False),
                BarColumn(),
                TextColumn("{task.completed:,.0f} of {task.total:,.0f} " + self.unit),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.start()
        return self

    def __call__(self, done: int, total: int, subject: str) -> None:
        """Show how far it is."""
        subject = visible_line(subject)
        if self._bar is not None:
            if self._task is None:
                self._task = self._bar.add_task(subject, total=total)
            self._bar.update(self._task, completed=done, total=total, description=subject)
        elif subject != self._subject or done == total:
            tell_waiting(f"{done:,} of {total:,} {self.unit}: {subject}")
        self._subject = subject

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
