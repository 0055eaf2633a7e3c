"""Figures of a batch, made from its summaries: one message each, said in the title.

>>> from simulation import run_batch
>>> record = run_batch(["us_base_withdrawal"], runs=20, seed=1)
>>> figure = FIGURES["influence_fan"].make(record, "us_base_withdrawal")
>>> [path.name for path in draw(record, names=["contest"], scenarios=["us_base_withdrawal"])]
['contest_us_base_withdrawal.png', 'contest_us_base_withdrawal.svg']
"""

from __future__ import annotations

import concurrent.futures
import hashlib
import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from matplotlib.figure import Figure as MatplotlibFigure
from pyarrow.csv import write_csv

from simulation.batch.executors import end_with_parent, no_warning_of_threads, start_method
from simulation.inputs.files import Unreadable, contents, resolved
from simulation.inputs.problems import Problem, Problems, did_you_mean
from simulation.inputs.results_folders import made_folder
from simulation.record.ownership import inside, written_whole
from simulation.record.provenance import file_hash, usable_cpus
from simulation.record.record import Record, missing_scenario
from simulation.show.figures.fonts import saying_nothing, with_fonts
from simulation.show.figures.registry import FIGURES, USUAL, Figure
from simulation.show.figures.style import styled
from simulation.show.figures.summaries import Results
from simulation.show.figures.vector import tidied

__all__ = [
    "FIGURES",
    "FORMATS",
    "Figure",
    "PlannedFigure",
    "draw",
    "draw_planned",
    "planned_figures",
    "save",
    "save_figure",
    "usual_figures",
]

FORMATS = ("png", "svg")
SAVING: dict[str, Any] = {
    "png": {"pil_kwargs": {"compress_level": 2}},
    "pdf": {},
}
"""How each format is saved: PNG quickly."""
NUMBERS = "csv"
"""The ending of the file that holds the numbers of a figure."""
LARGEST_FIGURE = 64 << 20
"""Bytes of an SVG at most that is put into a page."""
_OPEN: dict[Path, Record] = {}
"""The batch of which figures are being drawn, by its folder."""
_DRAWN: dict[Path, str] = {}
"""The hash of every figure that this process has drawn, by where it lies."""
WORTH_A_POOL = {"fork": 4, "spawn": 24}
"""Figures from which on several processes are quicker than one, by how processes begin."""
LONGEST = 4
"""Scenarios that the name of a file lists."""
LONGEST_STEM = 160
"""Characters of the name of a file; what is longer is cut, and marked so that it stays its own."""


@dataclass(frozen=True)
class PlannedFigure:
    """One figure to draw.

    Attributes:
        name: its kind.
        scenario: the scenario it is about; None for the batch.
        among: where it shows scenarios beside each other, those it is confined to, if any.
    """

    name: str
    scenario: str | None = None
    among: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """The name of its files, without the ending."""
        about = [self.scenario] if self.scenario else list(self.among[:LONGEST])
        more = len(self.among) - LONGEST
        whole = "_".join([self.name, *about, *([f"and_{more}_more"] if more > 0 else [])])
        if len(whole) <= LONGEST_STEM:
            return whole
        return f"{whole[:LONGEST_STEM]}_{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def planned_figures(
    record: Record, names: Sequence[str] | None = None, scenarios: Sequence[str] | None = None
) -> list[PlannedFigure]:
    """The figures a batch calls for, or those that are named.

    Args:
        record: the batch.
        names: kinds of figure; the usual ones by default.
        scenarios: scenarios to draw; all by default.

    Raises:
        Problems: no figure or no scenario has such a name, or the batch cannot have a figure
            that is named.
    """
    names, scenarios = list(dict.fromkeys(names or ())), list(dict.fromkeys(scenarios or ()))
    problems = [
        *_unknown("figure", names, list(FIGURES)),
        *(missing_scenario(record, name) for name in scenarios if name not in record.scenarios),
    ]
    found = []
    for kind in (FIGURES[name] for name in names if name in FIGURES):
        reason = kind.lacking(record)
        due = [] if reason else [*_due(kind, record, scenarios)]
        if not due:
            reason = reason or "It shows differences from the baseline, and no other was named."
            problems.append(Problem(f"figure {kind.name}", None, reason))
        found += due
    if problems:
        raise Problems(problems)
    if names:
        return found
    return [planned for planned, reason in usual_figures(record, scenarios) if not reason]


def _due(kind: Figure, record: Record, scenarios: Sequence[str]) -> Iterator[PlannedFigure]:
    """The figures of one kind: for the batch, or for the scenarios that are named, or for all."""
    if kind.scope == "all":
        yield PlannedFigure(kind.name, among=tuple(scenarios))
    elif kind.scope == "batch" and not scenarios:
        yield PlannedFigure(kind.name)
    else:
        for scenario in scenarios or record.scenarios:
            if not kind.compares or scenario != record.baseline:
                yield PlannedFigure(kind.name, scenario)


def usual_figures(
    record: Record, scenarios: Sequence[str] = ()
) -> list[tuple[PlannedFigure, str | None]]:
    """The usual figures that a batch can have, each with the reason if it would show nothing.

    Args:
        record: the batch.
        scenarios: those to draw; all by default.
    """
    return [
        (planned, _reason(record, planned))
        for kind in USUAL
        if not kind.lacking(record)
        for planned in _due(kind, record, scenarios)
    ]


def _reason(record: Record, planned: PlannedFigure) -> str | None:
    """Why a figure would show nothing; None where it shows something."""
    asked = FIGURES[planned.name].shows_nothing
    return asked and asked(Results.of(record), planned.scenario, record.baseline)


def _unknown(what: str, asked: Iterable[str], known: Sequence[str]) -> list[Problem]:
    return [
        Problem(
            f"{what} {name}",
            None,
            f"there is no {what} '{name}'",
            did_you_mean(name, known) or f"{what}s are {', '.join(known)}",
        )
        for name in asked
        if name not in known
    ]


def draw(
    record: Record,
    formats: Sequence[str] = FORMATS,
    names: Sequence[str] | None = None,
    scenarios: Sequence[str] | None = None,
    workers: int | None = None,
    folder: str | Path | None = None,
) -> list[Path]:
    """Draw figures of a batch and save them.

    Args:
        record: the batch.
        formats: endings: png, svg, pdf.
        names: kinds of figure; the usual ones by default.
        scenarios: scenarios to draw; all by default.
        workers: processes; as many as there are processors by default, one for few figures.
        folder: where to; `figures` in the folder of the batch by default.

    Returns:
        The files, in the order of `FIGURES`.
    """
    asked = planned_figures(record, names, scenarios)
    return draw_planned(record, asked, formats, workers=workers, folder=folder)


def draw_planned(
    record: Record,
    asked: Sequence[PlannedFigure],
    formats: Sequence[str] = FORMATS,
    *,
    workers: int | None = None,
    folder: str | Path | None = None,
) -> list[Path]:
    """Draw figures that are planned; arguments and what is returned as of `draw`."""
    target = inside(record.path, "figures") if folder is None else Path(folder)
    made_folder(target)
    if workers is None:
        workers = usable_cpus() if len(asked) >= WORTH_A_POOL[start_method()] else 1
    shares = [asked[place::workers] for place in range(workers)]
    jobs = [_Job(record.path, share, tuple(formats), target) for share in shares if share]
    if len(jobs) <= 1:
        done = [_save_figures(record, job) for job in jobs]
    else:
        done = _in_processes(record, jobs)
    files = {path: digest for some in done for path, digest in some.items()}
    _DRAWN.update({resolved(path): digest for path, digest in files.items()})
    wanted = [target / f"{each.stem}.{ending}" for each in asked for ending in formats]
    return [path for path in wanted if path in files]


def drawn_here(path: Path) -> str | None:
    """The text of an SVG that this process drew, if it lies there as it was drawn; else None.

    Whatever else lies in the folder of a batch may come from a stranger, and an SVG can run script.
    """
    expected = _DRAWN.get(resolved(path))
    if expected is None:
        return None
    try:
        found = contents(path, LARGEST_FIGURE)
    except Unreadable:
        return None
    return found.decode("utf-8") if hashlib.sha256(found).hexdigest() == expected else None


class _Job(NamedTuple):
    """What one process does: its share of the figures of a batch."""

    batch: Path
    figures: Sequence[PlannedFigure]
    formats: tuple[str, ...]
    target: Path


def _in_processes(record: Record, jobs: Sequence[_Job]) -> list[dict[Path, str]]:
    """Share figures out to processes, this one among them; where none can be started, draw all."""
    start = multiprocessing.get_context(start_method())
    pool = concurrent.futures.ProcessPoolExecutor(
        len(jobs) - 1, mp_context=start, initializer=end_with_parent
    )
    _OPEN[record.path] = record
    try:
        with no_warning_of_threads(), pool:
            others = pool.map(_save_alone, jobs[1:])
            return [_save_figures(record, jobs[0]), *others]
    except (BrokenProcessPool, OSError):
        return [_save_figures(record, job) for job in jobs]
    finally:
        del _OPEN[record.path]


def _save_alone(job: _Job) -> dict[Path, str]:
    """Do a job in a process of its own.

    One that began as a copy has the batch, with all that has been read of it; others open it anew.
    """
    record = _OPEN.get(job.batch) or Record.open(job.batch, verify=False)
    return _save_figures(record, job)


def _save_figures(record: Record, job: _Job) -> dict[Path, str]:
    """Draw the figures of a job; their files, each with its hash."""
    results = Results.of(record)
    paths = [path for each in job.figures for path in save(results, each, job.formats, job.target)]
    return {path: file_hash(path) for path in paths}


def save(
    results: Results | Record, planned: PlannedFigure, formats: Sequence[str], target: Path
) -> list[Path]:
    """Draw one figure and save it in every format, and its numbers beside it."""
    results = Results.of(results)
    if planned.among:
        results = results.among(planned.among)
    kind = FIGURES[planned.name]
    table = kind.numbers(results, planned.scenario, results.record.baseline)
    with styled():
        drawn = kind.draw(results, planned.scenario, results.record.baseline)
        return save_figure(drawn, target / planned.stem, formats, kind.description, numbers=table)


def alternative(figure: MatplotlibFigure, description: str = "") -> str:
    """What a figure shows, for those who do not see it; its title is told beside it."""
    return " ".join(filter(None, [description, getattr(figure, "told", "")]))


def save_figure(
    figure: MatplotlibFigure,
    stem: Path,
    formats: Sequence[str] = FORMATS,
    description: str = "",
    *,
    numbers: pa.Table | None = None,
) -> list[Path]:
    """Save one figure in every format; what it says is read out where it cannot be seen.

    Args:
        figure: what is saved.
        stem: where to, without the ending.
        formats: endings.
        description: what it is for, and how it is read.
        numbers: the numbers that are drawn, to lie beside it as a table.

    Returns:
        The files, the table last.
    """
    paths = []
    title, said = str(figure.get_label()), alternative(figure, description)
    about: dict[str, dict[str, str | None]] = {
        "png": {"Title": title, "Description": said},
        "pdf": {"Title": title, "Subject": said, "CreationDate": None},
    }
    with styled(), saying_nothing():
        with_fonts(figure)
        for ending in formats:
            path = stem.with_name(f"{stem.name}.{ending}")
            with written_whole(path) as unfinished:
                if ending == "svg":
                    unfinished.write_text(tidied(figure, said), encoding="utf-8")
                else:
                    figure.savefig(
                        unfinished,
                        format=ending,
                        metadata=about.get(ending),
                        **SAVING.get(ending, {}),
                    )
            paths.append(path)
    if numbers is not None:
        path = stem.with_name(f"{stem.name}.{NUMBERS}")
        with written_whole(path) as unfinished:
            write_csv(numbers, unfinished)
        paths.append(path)
    return paths
