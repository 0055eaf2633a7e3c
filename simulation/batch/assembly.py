"""Put the parts of a batch together, in order, into the files of its record."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa

from simulation.batch.chunks import band_table, read_table
from simulation.batch.executors import Crew
from simulation.batch.plan import Batch
from simulation.record.bands import Bands
from simulation.record.compare import compare
from simulation.record.manifest import FINISHED, write_manifest
from simulation.record.provenance import file_hash
from simulation.record.record import (
    EVENTS_SCHEMA,
    PATHS_SCHEMA,
    TRAJECTORIES_SCHEMA,
    Record,
    TableWriter,
    outcomes_schema,
)

_FILES = (
    "outcomes.parquet",
    "trajectories.parquet",
    "events.parquet",
    "paths.parquet",
    "comparison.csv",
)
WRITERS = 2
"""Files that are written at once in this process; more would wait for each other."""


def assemble(batch: Batch, crew: Crew) -> Record:
    """Write the files of the record, note their hashes, drop the parts.

    Of each file, a few row groups are held at a time, or the bands of one scenario. Workers on this
    machine write different files at once.
    """
    folder = batch.folder
    schemas = {
        "events": EVENTS_SCHEMA,
        "outcomes": outcomes_schema(batch.outcomes),
        "paths": PATHS_SCHEMA,
    }
    with _writers(crew, len(batch.scenarios) * len(batch.spans)) as writers:
        jobs = [
            writers.submit(
                _write_tables,
                folder / f"{name}.parquet",
                schema,
                [path for each in batch.scenarios for path in batch.files(each, name)],
            )
            for name, schema in schemas.items()
        ]
        bands = [
            (each.name, batch.files(each, kind))
            for each in batch.scenarios
            for kind in ("bands", "differences")
        ]
        jobs.append(writers.submit(_write_trajectories, folder / "trajectories.parquet", bands))
        for job in jobs:
            job.result()
    record = Record(folder, batch.manifest)
    compare(record, batch.manifest["baseline"]).to_csv(folder / "comparison.csv")
    names = [*_FILES, *(f"scenarios/{each.name}.yaml" for each in batch.scenarios)]
    batch.manifest["files"] = {name: file_hash(folder / name) for name in names}
    write_manifest(folder, {**batch.manifest, "status": FINISHED})
    batch.manifest["status"] = FINISHED
    _drop_parts(batch)
    return record


def _drop_parts(batch: Batch) -> None:
    """Take away the parts that are in the files now; whatever else lies there stays."""
    done = [batch.part(each, span) for each in batch.scenarios for span in batch.spans]
    for part in [*done, *batch.parts.rglob("*.unfinished")]:
        shutil.rmtree(part, ignore_errors=True)
    for place in [*(batch.parts / each.name for each in batch.scenarios), batch.parts]:
        with suppress(OSError):  # holds something else
            place.rmdir()


@contextmanager
def _writers(crew: Crew, parts: int) -> Iterator[Executor]:
    """Who writes the files: the workers where they reach them, else threads of this process.

    A single part is written by one, who need not wait for another.
    """
    if crew.size > 1 and crew.shares_disk:
        yield crew.executor
        return
    with ThreadPoolExecutor(min(WRITERS, parts)) as threads:
        yield threads


def _write_tables(file: Path, schema: pa.Schema, parts: list[Path]) -> None:
    """One file from the tables of all parts, by scenario and run."""
    with TableWriter(file, schema) as writer:
        for part in parts:
            writer.add(read_table(part))


def _write_trajectories(file: Path, bands: list[tuple[str, list[Path]]]) -> None:
    """The bands of each scenario, and of its difference from the baseline."""
    with TableWriter(file, TRAJECTORIES_SCHEMA) as writer:
        for scenario, parts in bands:
            if parts:
                writer.add(band_table(scenario, _merged(parts)))


def _merged(parts: list[Path]) -> Bands:
    """The bands of all runs of a scenario."""
    first, *others = parts
    merged = Bands.unpacked(first.read_bytes())
    for part in others:
        merged.merge(Bands.unpacked(part.read_bytes()))
    return merged
