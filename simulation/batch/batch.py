"""A batch: scenarios × runs, in chunks on an executor, into a results folder.

    >>> record = run_batch(["us_base_withdrawal"], runs=20, seed=1, until="2005Q4")
    >>> record.scenarios
    ['baseline', 'us_base_withdrawal']

Everything is checked before a folder is made. Each chunk leaves a part, whole or not at all, so
that a batch that was stopped goes on where it was; at the end the parts are put together in
order, and the bytes depend neither on the chunks nor on who ran them when.
"""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from simulation.batch.assembly import assemble
from simulation.batch.chunks import (
    Chunk,
    Written,
    keep_part,
    make_part,
    pair_part,
    read_table,
    write_part,
)
from simulation.batch.executors import Crew, InProcess, Progress, crew_for, in_order, workers_for
from simulation.batch.needs import workers_that_fit
from simulation.batch.plan import (
    Batch,
    Scenarios,
    discard_folder,
    fill_folder,
    make_folder,
    planned,
    taken_up,
)
from simulation.batch.progress import tell_waiting, watched
from simulation.inputs.invocation import program
from simulation.parameters.numbers import Parameters
from simulation.record.common_states import paired_columns
from simulation.record.manifest import FINISHED, write_manifest
from simulation.record.ownership import Ownership, owned
from simulation.record.paired import paired_difference
from simulation.record.record import Record
from simulation.scenario.plugins import plugins_allowed
from simulation.scenario.scenario import Scenario

LADDER = (1_000, 4_000, 16_000, 64_000)
"""Runs a scenario at which an adaptive batch looks whether it is precise enough."""
LEAST_DISCORDANT = 30
"""Pairs that must differ before the interval of a binary outcome is believed."""


class Interrupted(KeyboardInterrupt):
    """A batch was stopped by the user; the message says what was kept and how to go on."""


def run_batch(
    scenarios: Scenarios | None = None,
    runs: int = 1000,
    seed: int | None = None,
    until: str | None = None,
    workers: int | None = None,
    results: str | Path = "results",
    settings: Sequence[str] = (),
    resume: str | Path | None = None,
    trajectories: int = 20,
    chunk: int | None = None,
    cluster: str | None = None,
    precision: Mapping[str, float] | None = None,
    parameters: Parameters | None = None,
    progress: Progress | None = None,
    ladder: Sequence[int] = LADDER,
    history_until: dt.date | None = None,
    allow_plugins: bool = False,
    anyway: bool = False,
    meanwhile: Callable[[], None] | None = None,
) -> Record:
    """Run scenarios many times and keep the record.

    Args:
        scenarios: names, paths or loaded scenarios; all of `scenarios/` by default. The baseline
            is run too if it is not among them, as the reference of the paired differences.
        runs: runs a scenario. Run i is the same world in each.
        seed: drawn, and recorded, where it is None.
        until: the last quarter, as "2015Q4"; that of the scenarios by default.
        workers: processes; by default one a CPU, or this one alone for a small batch.
        results: the directory that gets the batch's folder.
        settings: "KEY=VALUE" for every scenario, as `--set`.
        resume: a batch to go on with. Everything but `workers`, `cluster` and `progress` is then
            as it was; scenarios that were not files, and numbers by run, are given again. What is
            given otherwise than it was is refused.
        trajectories: how many runs are kept in full.
        chunk: runs a chunk.
        cluster: address of a `dask.distributed` scheduler, whose workers are used.
        precision: half widths of the paired 95% interval by outcome. Runs are then added by
            `ladder` until every scenario reaches them or the ladder ends; `runs` says nothing.
        parameters: "posterior" (drawn a run from what calibration left, as of the day that the
            scenarios are held to history; "posterior_2004-03-24" as of that day), "prior" (drawn
            a run from the ranges), "point" (values as stated); or numbers by full key for every
            scenario, each one number or an array over all runs, which win over everything else,
            with the source of all others under "source". By default the posterior where one is
            stored that is as old as the scenarios, else the prior.
        progress: told of every chunk that is done, by the name of its scenario; in a notebook a
            bar by default.
        ladder: runs a scenario at which `precision` is looked at.
        history_until: impose what was known until this day on every scenario.
        allow_plugins: whether files that scenarios name under `plugins`, which are programs, may
            run.
        anyway: go on with an earlier batch although versions or the processor have changed since,
            so that its bytes may be those of neither; its manifest says so.
        meanwhile: what this process does while workers beside it play the first runs, as to import
            what comes next; not done where there are none.

    Returns:
        The record of the finished batch.

    Raises:
        Problems: something given is wrong, or another process is at work in the folder; nothing
            was run.
        Interrupted: the user stopped it.
    """
    if resume is not None:
        record = Record.open(resume, results)
        if record.finished:
            return record
        with owned(record.path) as ownership:
            record = Record.open(record.path)  # as whoever held the folder until now has left it
            if record.finished:
                ownership.over = True
                return record
            with plugins_allowed(allow_plugins):
                batch = taken_up(record, scenarios, parameters, settings, anyway=anyway)
            with (
                crew_for(_first_runs(batch), _fitting(batch, workers, cluster), cluster) as crew,
                watched(progress, "runs") as told,
            ):
                return _carry_out(batch, crew, told, ownership, meanwhile=meanwhile)
    with plugins_allowed(allow_plugins):
        batch = planned(
            scenarios,
            ladder=ladder if precision else [runs],
            seed=seed,
            until=until,
            results=results,
            settings=settings,
            trajectories=trajectories,
            chunk=chunk,
            precision=precision or {},
            parameters=parameters,
            history_until=history_until,
        )
    return carry_out(batch, workers, cluster, progress, meanwhile=meanwhile)


def carry_out(
    batch: Batch,
    workers: int | None = None,
    cluster: str | None = None,
    progress: Progress | None = None,
    *,
    meanwhile: Callable[[], None] | None = None,
) -> Record:
    """Make the folder of a batch that is planned, and run it; arguments as in `run_batch`."""
    with crew_for(_first_runs(batch), _fitting(batch, workers, cluster), cluster) as crew:
        make_folder(batch)
        with owned(batch.folder) as ownership, watched(progress, "runs") as told:
            return _carry_out(batch, crew, told, ownership, meanwhile=meanwhile)


def _fitting(batch: Batch, workers: int | None, cluster: str | None) -> int:
    """How many workers there is memory for; `Problems` where it is too little for the batch."""
    wanted = 0 if cluster else workers_for(_first_runs(batch), workers)
    return workers_that_fit(batch, wanted, given=workers is not None)


def _first_runs(batch: Batch) -> int:
    """How many runs there are to do at first, over all scenarios."""
    return int(batch.manifest["ladder"][0]) * len(batch.scenarios)


def _carry_out(
    batch: Batch,
    crew: Crew,
    progress: Progress | None,
    ownership: Ownership,
    meanwhile: Callable[[], None] | None,
) -> Record:
    """Run what is missing, step by step of the ladder, and put the parts together."""
    started = time.monotonic() - batch.manifest["wall_time"]
    try:
        if batch.created:
            fill_folder(batch)
        for runs in batch.manifest["ladder"]:
            batch.extend(runs)
            _run_all(batch, crew, progress, meanwhile)
            if batch.manifest["precision"]:
                batch.manifest["precise"] = _is_precise(batch)
            if batch.manifest["precise"]:
                break
        batch.manifest["wall_time"] = round(time.monotonic() - started, 3)
        record = _put_together(batch, crew)
        ownership.over = True
        return record
    except KeyboardInterrupt:
        crew.stop()
        batch.manifest["wall_time"] = round(time.monotonic() - started, 3)
        raise Interrupted(f"Stopped. {_keep(batch, ownership)}") from None
    except crew.lost as error:
        what = crew.why_ended(error)
        raise ChildProcessError(f"{what} {_keep(batch, ownership)}") from error
    except Exception as error:
        crew.stop()
        error.add_note(_keep(batch, ownership))
        raise


def _run_all(
    batch: Batch, crew: Crew, progress: Progress | None, meanwhile: Callable[[], None] | None
) -> None:
    """Make the parts that are missing; where memory is wanting, so many runs at once as it holds.

    A part is the same however many of its runs were played at once.
    """
    while True:
        try:
            _run(batch, crew, progress, meanwhile)
            return
        except crew.failed as error:
            reason = crew.short_of_memory(error)
            if not reason or not batch.play_fewer():
                raise
            tell_waiting(f"{reason}. Going on with {batch.block:,} runs at once.")
        crew.renew()


def _run(
    batch: Batch, crew: Crew, progress: Progress | None, meanwhile: Callable[[], None] | None
) -> None:
    """Make the parts that are missing."""

    def ready(chunk: Chunk) -> bool:
        there = chunk.reference is None or chunk.reference_is_there
        return there or crew.shares_disk  # then it is paired once the baseline is there

    def prepared(chunk: Chunk) -> Chunk:
        if crew.shares_disk or not isinstance(chunk.reference, Path):
            return chunk
        return replace(chunk, reference=chunk.reference.read_bytes())

    def kept(chunk: Chunk, part: Written | dict[str, bytes]) -> bool:
        """Keep a part; whether it is whole, and was kept."""
        if isinstance(part, dict):
            part = write_part(batch.parts / chunk.place, part)
        if part.is_whole(chunk):
            keep_part(batch.journal, chunk.place, part)
            return True
        unpaired.append((chunk, part))
        return False

    def pair() -> None:
        """Let those be paired whose baseline is there by now."""
        for chunk, part in [it for it in unpaired if it[0].reference_is_there]:
            unpaired.remove((chunk, part))
            under_way[crew.submit(partial(pair_part, chunk), part)] = chunk

    unpaired: list[tuple[Chunk, Written]] = []
    done, asked = batch.progress()
    missing = batch.missing(crew.shares_disk)
    under_way: dict[Future[Written | dict[str, bytes]], Chunk] = {}
    try:
        for chunk, part in in_order(
            missing,
            crew,
            work=make_part,
            ready=ready,
            prepared=prepared,
            running=under_way,
            meanwhile=meanwhile,
        ):
            if kept(chunk, part):
                done += chunk.count
                if progress is not None:
                    progress(done, asked, chunk.scenario.name)
            pair()
    except BaseException:
        crew.stop()
        for future, chunk in under_way.items():  # what was finished meanwhile
            if future.done() and not future.cancelled() and future.exception() is None:
                with suppress(OSError):  # of a full disk is told already
                    kept(chunk, future.result())
        raise


def _put_together(batch: Batch, crew: Crew) -> Record:
    """The record from all parts; where memory is wanting, one file after the other."""
    try:
        return assemble(batch, crew)
    except crew.failed as error:
        reason = crew.short_of_memory(error)
        if not reason:
            raise
        tell_waiting(f"{reason}. Going on with one file after the other.")
    return assemble(batch, Crew(InProcess(), 1), writers=1)


def _is_precise(batch: Batch) -> bool:
    """Whether every scenario has the half widths asked for.

    An outcome that is 0 or 1 also needs enough pairs that differ: stopping on the first narrow
    interval would stop where a rare event has not been met yet.
    """
    for name, width in batch.manifest["precision"].items():
        binary = batch.manifest["outcomes"][name]["kind"] == "binary"
        baseline = batch.scenarios[0]
        for scenario in batch.scenarios[1:]:
            here, there = paired_columns(batch.manifest, scenario.name, baseline.name, name)
            reference = _outcome(batch, baseline, there)
            found = paired_difference(reference, _outcome(batch, scenario, here), binary)
            if found.half_width > width:
                return False
            if binary and found.up + found.down < LEAST_DISCORDANT:
                return False
    return True


def _outcome(batch: Batch, scenario: Scenario, name: str) -> np.ndarray:
    """An outcome in every run of a scenario so far."""
    files = [batch.part(scenario, span, "outcomes") for span in batch.spans]
    return np.concatenate([read_table(file)[name].to_numpy() for file in files])


def _keep(batch: Batch, ownership: Ownership) -> str:
    """Tidy an unfinished batch and say what is kept.

    What others left in the folder stays. A folder goes if this process made it and no part was
    finished.
    """
    if batch.manifest["status"] == FINISHED:
        ownership.over = True
        return f"The batch was finished already: {batch.folder}"
    kept, asked = batch.progress()
    if batch.created and not kept:
        discard_folder(batch)
        ownership.over = True
        return "Nothing was kept: no piece was finished yet."
    write_manifest(batch.folder, batch.manifest)
    for unfinished in batch.unfinished():
        if unfinished.is_dir():
            shutil.rmtree(unfinished)
        else:
            unfinished.unlink()
    return (
        f"{kept:,} of {asked:,} runs are kept in {batch.folder}\n"
        f"Go on with: {program()} batch --resume {batch.folder}"
    )
