"""Look behind the answers of a batch: rival theories, and where its effects come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from simulation.batch.executors import Progress, crew_for
from simulation.batch.progress import watched
from simulation.batch.replay import Play
from simulation.contrast.mediation import TracedEffect, trace
from simulation.contrast.theories import paths_under_theories
from simulation.inputs.problems import Problem, Problems
from simulation.inputs.yaml_reader import shown
from simulation.numerics.dates import quarter_of
from simulation.record.answers import also_rows, asked_outcomes
from simulation.record.compare import Comparison, compare
from simulation.record.grounds import Carried, keep_reasons
from simulation.record.ownership import owned
from simulation.record.record import Record, missing_scenario
from simulation.record.through_time import columns_compared
from simulation.scenario.mechanisms import THEORIES

RUNS = 400
"""Runs of the batch that are played under each theory, from the first."""
TRACED = 100
"""Pairs of runs in which effects are traced, at most: they are played once for all that is held."""


def find_reasons(
    batch: Record | str | Path | None = None,
    scenarios: Sequence[str] = (),
    runs: int = RUNS,
    results: str | Path = "results",
    workers: int | None = None,
    progress: Progress | None = None,
    allow_plugins: bool = False,
) -> Comparison:
    """Play the runs that answers need to be judged, and keep what comes out with the batch.

    Args:
        batch: a record, its folder, its name in `results`, or None for the newest.
        scenarios: which of its scenarios; all by default.
        runs: how many of its runs, from the first, each theory is asked in; of these at most
            `TRACED` are used to trace effects.
        results: where batches lie.
        workers: processes, as for a batch.
        progress: told of what is done.
        allow_plugins: whether files that scenarios name under `plugins` may run.

    Returns:
        The comparison of the batch, whose answers tell of it from now on.

    Raises:
        Problems: there is no such batch or scenario, it followed nothing through time, or it
            cannot be played again here.
    """
    record = batch if isinstance(batch, Record) else Record.open(batch, results)
    _check(record, scenarios)
    comparison = compare(record, record.baseline)
    names = list(dict.fromkeys(scenarios)) or comparison.scenarios
    runs = min(runs, record.runs)
    plays = [
        Play.of(record, name, allow_plugins=allow_plugins) for name in (record.baseline, *names)
    ]
    asked = runs * len(plays) * len(THEORIES)
    with crew_for(asked, workers) as crew, watched(progress, "runs") as told:
        theories = paths_under_theories(comparison, plays, runs, crew, told)
        traced: list[Carried] = []
        jobs = [(plays[0], play, [*_effects(comparison, play.scenario.name)]) for play in plays[1:]]
        pairs = min(runs, TRACED)
        futures = [crew.submit(_traced, (*job, pairs)) for job in jobs]
        for place, future in enumerate(futures, 1):
            traced += future.result()
            if told is not None:
                told(place, len(futures), "where effects come from")
    with owned(record.path) as ownership:
        ownership.over = True
        keep_reasons(record, theories, traced)
    return compare(record, record.baseline)


def _traced(job: tuple[Play, Play, list[TracedEffect], int]) -> list[Carried]:
    baseline, scenario, effects, pairs = job
    return trace(baseline, scenario, effects, pairs)


def _check(record: Record, scenarios: Sequence[str]) -> None:
    """Refuse what cannot be looked behind."""
    others = [name for name in record.scenarios if name != record.baseline]
    problems = []
    for name in scenarios:
        if name == record.baseline:
            what = f"'{name}' is what the others are compared with"
            hint = f"they are {', '.join(others)}" if others else None
            problems.append(Problem(shown(record.path), None, what, hint))
        elif name not in others:
            problems.append(missing_scenario(record, name))
    if not others and not scenarios:
        message = "holds the baseline alone: there is no difference to look behind"
        problems.append(Problem(shown(record.path), None, message))
    if not record.followed:
        message = "followed no outcome through time, as batches of earlier versions"
        problems.append(Problem(shown(record.path), None, message, "make the batch anew"))
    if problems:
        raise Problems(problems)


def _effects(comparison: Comparison, scenario: str) -> Iterator[TracedEffect]:
    """The effects of a scenario that matter: of what is asked for at the peak, else at the end."""
    manifest = comparison.record.manifest
    end = quarter_of(str(manifest["until"]))
    when = {row.outcome: end for row in also_rows(comparison, scenario)}
    for name in asked_outcomes(comparison, scenario):
        row, path = comparison.row(scenario, name), comparison.path(scenario, name)
        if path is not None and path.large(row.matters).any():
            when[name] = quarter_of(path.quarters[path.peak(path.large(row.matters))])
    for name, quarter in when.items():
        here, there = columns_compared(manifest, scenario, comparison.baseline, name)
        declared = manifest["outcomes"][name]
        yield TracedEffect(
            outcome=name,
            quarter=quarter,
            binary=declared["kind"] == "binary",
            here=here,
            there=there,
            about=declared.get("about") or {},
        )
