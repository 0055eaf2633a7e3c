"""Put the parts of a batch together, in order, into the files of its record."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa

from simulation.experiments.bands import Bands
from simulation.experiments.chunks import band_table, read_table
from simulation.experiments.compare import compare
from simulation.experiments.plan import Batch
from simulation.experiments.provenance import file_hash
from simulation.experiments.record import (
    EVENTS,
    FINISHED,
    PATHS,
    TRAJECTORIES,
    Record,
    TableWriter,
    outcomes_schema,
    write_manifest,
)
from simulation.outcomes import OUTCOMES
from simulation.scenario import Scenario

FILES = (
    "outcomes.parquet",
    "trajectories.parquet",
    "events.parquet",
    "paths.parquet",
    "comparison.csv",
)
WRITERS = 2
"""Files that are written at once. Arrow counts and packs without Python; more would only wait."""


def assemble(batch: Batch) -> Record:
    """Write the files of the record, note their hashes, drop the parts.

    Of each file, one part is held at a time, or the bands of one scenario.
    """
    folder = batch.folder
    schemas = {"outcomes": outcomes_schema(list(OUTCOMES)), "events": EVENTS, "paths": PATHS}
    with ThreadPoolExecutor(WRITERS) as threads:
        jobs = [threads.submit(_write_trajectories, batch)]
        jobs += [threads.submit(_write_tables, batch, name, schemas[name]) for name in schemas]
        for job in jobs:
            job.result()
    record = Record(folder, batch.manifest)
    compare(record, batch.manifest["baseline"]).to_csv(folder / "comparison.csv")
    names = [*FILES, *(f"scenarios/{each.name}.yaml" for each in batch.scenarios)]
    batch.manifest["files"] = {name: file_hash(folder / name) for name in names}
    batch.manifest["status"] = FINISHED
    write_manifest(folder, batch.manifest)
    shutil.rmtree(batch.parts)
    return record


def _write_tables(batch: Batch, name: str, schema: pa.Schema) -> None:
    """One file from the tables of all parts, by scenario and run."""
    with TableWriter(batch.folder / f"{name}.parquet", schema) as writer:
        for scenario in batch.scenarios:
            for path in _files(batch, scenario, name):
                writer.add(read_table(path))


def _write_trajectories(batch: Batch) -> None:
    """The bands of each scenario, and of its difference from the baseline."""
    with TableWriter(batch.folder / "trajectories.parquet", TRAJECTORIES) as writer:
        for scenario in batch.scenarios:
            for name in ("bands", "differences"):
                bands = _merged(batch, scenario, name)
                if bands is not None:
                    writer.add(band_table(scenario.name, bands))


def _files(batch: Batch, scenario: Scenario, name: str) -> Iterator[Path]:
    """A file of every part of a scenario that has one, by run."""
    for span in batch.spans:
        path = batch.part(scenario, span, name)
        if path.exists():
            yield path


def _merged(batch: Batch, scenario: Scenario, name: str) -> Bands | None:
    """The bands of all runs of a scenario."""
    merged: Bands | None = None
    for path in _files(batch, scenario, name):
        bands = Bands.unpacked(path.read_bytes())
        if merged is None:
            merged = bands
        else:
            merged.merge(bands)
    return merged
