"""Figures of a batch, made from its summaries: one message each, said in the title.

from simulation.experiments.record import Record
from simulation.figures import FIGURES, draw

record = Record.open()                                     # the newest batch
FIGURES["influence_fan"].make(record, "us_base_withdrawal").savefig("fan.png")
draw(record)                                               # all of them, into its folder
"""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib.figure

from simulation.errors import Problem, Problems, did_you_mean
from simulation.figures import differences, effects, maps, network, timelines, trajectories
from simulation.figures.reading import Results
from simulation.figures.style import styled
from simulation.figures.vector import tidied

if TYPE_CHECKING:
    from simulation.experiments.record import Record

FORMATS = ("png", "svg")
SAVING: dict[str, Any] = {
    "png": {"pil_kwargs": {"compress_level": 2}},
    "pdf": {"metadata": {"CreationDate": None}},
}
"""How each format is saved: PNG quickly, PDF without a date."""
WORTH_A_POOL = 24
"""Figures from which on several processes are quicker than one."""


@dataclass(frozen=True)
class Figure:
    """A kind of figure.

    Attributes:
        name: what `plot --figure` and file names call it.
        description: what it is for.
        how_to_read: one line on how to read it.
        draw: makes it, in whatever style is set; use `make`.
        scope: "scenario" if it is about one scenario, "batch" if about all of them.
        usual: whether every batch draws it, for every scenario.
        compares: whether it shows differences from the baseline, and so needs another scenario.
    """

    name: str
    description: str
    how_to_read: str
    draw: Callable[..., matplotlib.figure.Figure]
    scope: str = "scenario"
    usual: bool = True
    compares: bool = False

    def make(
        self,
        record: Record | Results,
        scenario: str | None = None,
        baseline: str = "baseline",
        **options: Any,
    ) -> matplotlib.figure.Figure:
        """Make the figure of a batch, or of one scenario of it beside the baseline."""
        with styled():
            return self.draw(Results.of(record), scenario, baseline, **options)


_ALL = (
    Figure(
        "scenario_heatmap",
        "Which scenario changes whose influence: all scenarios, powers and states at once.",
        differences.READ_HEAT,
        differences.scenario_heatmap,
        compares=True,
        scope="batch",
    ),
    Figure(
        "influence_fan",
        "How the powers' shares of influence over each state move, and how sure that is.",
        trajectories.READ_FAN,
        trajectories.influence_fan,
    ),
    Figure(
        "contest",
        "Russia and China against the United States and Japan, through time.",
        trajectories.READ_CONTEST,
        trajectories.contest,
    ),
    Figure(
        "difference_heatmap",
        "Who gains and who loses in which state, against the baseline.",
        differences.READ_HEAT,
        differences.difference_heatmap,
        compares=True,
    ),
    Figure(
        "base_timeline",
        "How likely each base is to be open, through time.",
        timelines.READ_BASES,
        timelines.base_timeline,
    ),
    Figure(
        "base_strips",
        "The bases in all scenarios at once.",
        timelines.READ_STRIPS,
        timelines.base_strips,
        scope="batch",
    ),
    Figure(
        "tornado",
        "Which scenarios move one outcome most.",
        effects.READ_TORNADO,
        effects.tornado,
        compares=True,
        scope="batch",
    ),
    Figure(
        "ridgeline",
        "Whether scenarios differ by more than runs do: whole distributions of one outcome.",
        effects.READ_RIDGES,
        effects.ridgeline,
        scope="batch",
    ),
    Figure(
        "influence_map",
        "Who leads where, by how much, and which bases stand.",
        maps.READ_MAP,
        maps.influence_map,
        scope="batch",
    ),
    Figure(
        "map_strip",
        "Who leads where, year after year.",
        maps.READ_MAP,
        maps.map_strip,
        scope="batch",
    ),
    Figure(
        "membership_timeline",
        "How likely each state is to be a full member of the SCO.",
        timelines.READ_MEMBERS,
        timelines.membership_timeline,
        scope="batch",
    ),
    Figure(
        "ties",
        "Who holds on to whom, at the start and at the end.",
        network.READ_TIES,
        network.ties,
        scope="batch",
    ),
    Figure(
        "small_multiples",
        "Influence by channel and state.",
        trajectories.READ_CHANNELS,
        trajectories.small_multiples,
        scope="batch",
    ),
    Figure(
        "influence_runs",
        "Single histories behind the bands.",
        trajectories.READ_RUNS,
        trajectories.influence_runs,
        usual=False,
    ),
    Figure(
        "difference_map",
        "Who gains most where, on the map.",
        maps.READ_DIFFERENCE,
        maps.difference_map,
        compares=True,
        usual=False,
    ),
)
FIGURES: dict[str, Figure] = {figure.name: figure for figure in _ALL}
"""Every kind of figure by name, in the order in which a report shows them."""


@dataclass(frozen=True)
class Sheet:
    """One figure to draw: its kind, and the scenario it is about or None for the batch."""

    name: str
    scenario: str | None

    @property
    def stem(self) -> str:
        """The name of its files, without the ending."""
        return self.name if self.scenario is None else f"{self.name}_{self.scenario}"


def sheets(
    record: Record, names: Sequence[str] | None = None, scenarios: Sequence[str] | None = None
) -> list[Sheet]:
    """The figures a batch calls for, or those that are named.

    Args:
        record: the batch.
        names: kinds of figure; the usual ones by default.
        scenarios: scenarios to draw; all by default.

    Raises:
        Problems: no figure or no scenario has such a name.
    """
    _check("figure", names or (), list(FIGURES))
    _check("scenario", scenarios or (), record.scenarios)
    kinds = [FIGURES[name] for name in names] if names else [f for f in _ALL if f.usual]
    found = []
    for kind in kinds:
        if kind.scope == "batch" and not scenarios:
            if not kind.compares or len(record.scenarios) > 1:
                found.append(Sheet(kind.name, None))
            continue
        for scenario in scenarios or record.scenarios:
            if not kind.compares or scenario != record.baseline:
                found.append(Sheet(kind.name, scenario))
    return found


def _check(what: str, asked: Iterable[str], known: Sequence[str]) -> None:
    wrong = [
        Problem(
            name,
            None,
            f"no {what} '{name}'",
            did_you_mean(name, known) or f"{what}s are {', '.join(known)}",
        )
        for name in asked
        if name not in known
    ]
    if wrong:
        raise Problems(wrong)


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
    target = Path(folder) if folder is not None else record.path / "figures"
    target.mkdir(parents=True, exist_ok=True)
    asked = sheets(record, names, scenarios)
    if workers is None:
        workers = _processors() if len(asked) >= WORTH_A_POOL else 1
    shares = [asked[place::workers] for place in range(workers)]
    jobs = [(record.path, share, tuple(formats), target) for share in shares if share]
    if len(jobs) <= 1:
        done = [_save_sheets(record, share, formats, target) for _, share, _, _ in jobs]
    else:
        done = _in_processes(record, jobs)
    files = {path for some in done for path in some}
    wanted = [target / f"{sheet.stem}.{ending}" for sheet in asked for ending in formats]
    return [path for path in wanted if path in files]


save_all = draw


def _in_processes(record: Record, jobs: list[Any]) -> list[list[Path]]:
    """Share figures out to processes; where none can be started, make them here."""
    start = multiprocessing.get_context("spawn")
    try:
        with concurrent.futures.ProcessPoolExecutor(len(jobs), mp_context=start) as pool:
            return list(pool.map(_save_share, jobs))
    except (BrokenProcessPool, OSError):
        return [_save_sheets(record, *job[1:]) for job in jobs]


def _save_share(job: tuple[Path, list[Sheet], tuple[str, ...], Path]) -> list[Path]:
    """What one process does: its share of the figures of a batch."""
    from simulation.experiments.record import Record

    path, share, formats, target = job
    return _save_sheets(Record.open(path), share, formats, target)


def _save_sheets(
    record: Record, share: Sequence[Sheet], formats: Sequence[str], target: Path
) -> list[Path]:
    results = Results.of(record)
    return [path for sheet in share for path in save(results, sheet, formats, target)]


def save(
    results: Results | Record, sheet: Sheet, formats: Sequence[str], target: Path
) -> list[Path]:
    """Draw one figure and save it in every format."""
    results = Results.of(results)
    kind = FIGURES[sheet.name]
    paths = []
    with styled():
        drawn = kind.draw(results, sheet.scenario, results.record.baseline)
        for ending in formats:
            path = target / f"{sheet.stem}.{ending}"
            if ending == "svg":
                path.write_text(tidied(drawn, kind.description), encoding="utf-8")
            else:
                drawn.savefig(path, **SAVING.get(ending, {}))
            paths.append(path)
    return paths


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
