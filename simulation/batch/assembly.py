"""Put the parts of a batch together, in order, into the files of its record."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from simulation.batch.chunks import band_table, path_tables, read_table, read_told
from simulation.batch.executors import Crew, InProcess
from simulation.batch.journal import JOURNAL
from simulation.batch.plan import RECORD_FILES, Batch
from simulation.evidence.catalogue import load_catalogue
from simulation.numerics.memory import give_back
from simulation.record.bands import Bands
from simulation.record.compare import (
    Columns,
    Row,
    columns_of,
    compare,
    compared_rows,
    keep_rows,
)
from simulation.record.kept_numbers import PARAMETERS_FILE, KeptNumbers, packed
from simulation.record.manifest import FINISHED, write_manifest
from simulation.record.provenance import file_hash
from simulation.record.record import (
    DIFFERENCES_FILE,
    EVENTS_SCHEMA,
    PATHS_SCHEMA,
    TRAJECTORIES_SCHEMA,
    Record,
    TableWriter,
    column_notes,
    described_numbers,
    outcomes_schema,
    parameters_schema,
    write_scenario,
)
from simulation.record.through_time import DIFFERENCES_SCHEMA, PairedPaths, merged
from simulation.scenario.scenario import Scenario

NUMBERS_IN_GROUP = 1 << 22
"""Numbers in a row group of the parameters, of which there may be hundreds a run."""
WRITERS = 2
"""Files that are written at once in this process; more would wait for each other."""


def assemble(batch: Batch, crew: Crew, writers: int = WRITERS) -> Record:
    """Write the files of the record, note their hashes, drop the parts.

    Of each file, a few row groups are held at a time, or the bands of one scenario. Workers on this
    machine write different files at once.

    Args:
        batch: the batch, with all its parts.
        crew: its workers.
        writers: files that are written at once where this process writes them.
    """
    give_back()  # what playing has left in pieces would be added to what follows
    folder = batch.folder
    most = min(writers, len(batch.scenarios) * len(batch.spans))
    with _writers(crew, most) as executor:
        numbers = executor.submit(
            _write_parameters,
            folder / PARAMETERS_FILE,
            [(each, batch.files(each, "parameters")) for each in batch.scenarios],
        )
        compared = executor.submit(
            _compare_parts,
            folder,
            batch.manifest,
            {each.name: batch.files(each, "outcomes") for each in batch.scenarios},
        )
        jobs = [executor.submit(job) for job in _files(batch)]
        resolved = {
            each.name: write_scenario(
                folder,
                each.name,
                each.resolved(),
                varied=numbers.result()[each.name].columns,
                given=batch.given,
            )
            for each in batch.scenarios
        }
        for job in jobs:
            job.result()
        rows = compared.result()
    record = Record(folder, batch.manifest, resolved)
    baseline = str(batch.manifest["baseline"])
    keep_rows(record, baseline, rows)
    compare(record, baseline).to_csv(folder / "comparison.csv")
    names = [*RECORD_FILES, *(f"scenarios/{each.name}.yaml" for each in batch.scenarios)]
    batch.manifest["files"] = {name: file_hash(folder / name) for name in names}
    write_manifest(folder, {**batch.manifest, "status": FINISHED})
    batch.manifest["status"] = FINISHED
    _drop_parts(batch)
    return record


def _files(batch: Batch) -> Iterator[Callable[[], None]]:
    """What writes the files that are made of pieces, each a call; the longest first."""

    def pieces(*kinds: str) -> list[Piece]:
        places = [
            Piece(each.name, span.first_run, batch.part(each, span, kind))
            for each in batch.scenarios
            for kind in kinds
            for span in batch.spans
        ]
        return [each for each in places if each.path.exists()]

    def about(name: str, schema: pa.Schema) -> dict[str, Any]:
        told = column_notes(schema.names, batch.manifest)
        return {"file": batch.folder / name, "schema": schema, "told": told}

    paths = about("paths.parquet", PATHS_SCHEMA)
    events = about("events.parquet", EVENTS_SCHEMA)
    bands = about("trajectories.parquet", TRAJECTORIES_SCHEMA)
    outcomes = about("outcomes.parquet", outcomes_schema(batch.outcomes))
    gaps = about(DIFFERENCES_FILE, DIFFERENCES_SCHEMA)
    yield partial(_write_paths, **paths, pieces=pieces("paths"))
    yield partial(_write_tables, **events, pieces=pieces("events"))
    yield partial(_write_merged, **bands, pieces=pieces("bands", "differences"), rows=_band_rows)
    yield partial(_write_tables, **outcomes, pieces=pieces("outcomes"))
    yield partial(_write_merged, **gaps, pieces=pieces("gaps"), rows=_gap_rows)


class Piece(NamedTuple):
    """A file of a part: of which scenario it is, its first run, and where it lies."""

    scenario: str
    first_run: int
    path: Path


def _compare_parts(
    folder: Path, manifest: dict[str, Any], parts: Mapping[str, Sequence[Path]]
) -> list[Row]:
    """The rows of a batch that is not yet whole, from the outcomes of its parts by scenario.

    One process compares: two would wait for each other, since its algebra takes all processors.
    """
    baseline, *others = parts

    def columns(scenario: str) -> Columns:
        return columns_of(pa.concat_tables(read_table(part) for part in parts[scenario]))

    return compared_rows(Record(folder, manifest), baseline, others, columns)


def _drop_parts(batch: Batch) -> None:
    """Take away the parts that are in the files now, and halves of them that somebody left.

    Whatever else lies there stays.
    """
    done = [batch.part(each, span) for each in batch.scenarios for span in batch.spans]
    halves = [each for part in done for each in part.parent.glob(f"{part.name}.*-*.unfinished")]
    for part in [*done, *halves]:
        shutil.rmtree(part, ignore_errors=True)
    (batch.parts / JOURNAL).unlink(missing_ok=True)
    for place in [*(batch.parts / each.name for each in batch.scenarios), batch.parts]:
        with suppress(OSError):  # holds something else
            place.rmdir()


@contextmanager
def _writers(crew: Crew, most: int) -> Iterator[Executor]:
    """Who writes the files: the workers where they reach them, else threads of this process.

    A single part is written by one, who need not wait for another.
    """
    if crew.size > 1 and crew.shares_disk:
        yield crew.executor
        return
    if most == 1:  # needs no thread, of which there may be none to have
        yield InProcess()
        return
    with ThreadPoolExecutor(most) as threads:
        yield threads


def _write_tables(
    file: Path, schema: pa.Schema, told: dict[str, Any], pieces: Sequence[Piece]
) -> None:
    """One file from the tables of all pieces, by scenario and run."""
    with TableWriter(file, schema, told) as writer:
        for piece in pieces:
            writer.add(read_table(piece.path))


def _write_paths(
    file: Path, schema: pa.Schema, told: dict[str, Any], pieces: Sequence[Piece]
) -> None:
    """The runs in full, by scenario and run."""
    with TableWriter(file, schema, told) as writer:
        for piece in pieces:
            for table in path_tables(piece.scenario, piece.first_run, piece.path.read_bytes()):
                writer.add(table)


def _write_parameters(
    file: Path, parts: list[tuple[Scenario, list[Path]]]
) -> dict[str, KeptNumbers]:
    """The numbers of every run; returns what the file tells of each scenario.

    A column is told by the marks of its pieces: scenarios that vary a number alike share one. Its
    values lie in the parts of the first of them, or, where a piece is the baseline's, in that.
    """
    told = [[read_told(part) for part in of_scenario] for _, of_scenario in parts]
    holders: dict[str, int] = {}
    names: dict[tuple[str, ...], str] = {}
    columns: list[dict[str, str]] = [{} for _ in parts]
    for place, (scenario, _) in enumerate(parts):
        for key in told[place][0]["marks"]:
            marks = (key, *(each["marks"][key] for each in told[place]))
            name = names.setdefault(marks, f"{key} [{scenario.name}]" if key in holders else key)
            holders.setdefault(name, place)
            columns[place][key] = name
    numbers = {
        scenario.name: KeptNumbers(
            columns[place],
            told[place][0]["constant"],
            {
                key: (scenario.values[key], scenario.origins.get(key, "catalogue"))
                for key in columns[place]
                if key in scenario.values
            },
        )
        for place, (scenario, _) in enumerate(parts)
    }
    evidence = load_catalogue()
    for scenario, _ in parts:
        evidence = evidence.extended(scenario.added)
    columns_told = described_numbers(sorted(holders), evidence)
    kept = {"columns": columns_told, "numbers": packed(numbers)}
    schema = parameters_schema(sorted(holders))
    with TableWriter(file, schema, kept, rows=NUMBERS_IN_GROUP // len(schema.names)) as writer:
        for pieces in zip(*(of_scenario for _, of_scenario in parts), strict=True):
            tables = [read_table(piece) for piece in pieces]
            found = {"run": tables[0]["run"]}
            for name in sorted(holders):
                key, own = name.partition(" ")[0], tables[holders[name]]
                found[name] = (own if key in own.column_names else tables[0])[key]
            writer.add(pa.table(found))
    return numbers


def _write_merged(
    file: Path,
    schema: pa.Schema,
    told: dict[str, Any],
    pieces: Sequence[Piece],
    rows: Callable[[str, Iterable[bytes]], pa.Table],
) -> None:
    """One file from what the pieces of a kind come to together, scenario by scenario."""
    with TableWriter(file, schema, told) as writer:
        for (scenario, _), some in groupby(pieces, lambda it: (it.scenario, it.path.name)):
            writer.add(rows(scenario, (each.path.read_bytes() for each in some)))


def _band_rows(scenario: str, pieces: Iterable[bytes]) -> pa.Table:
    """The bands of a scenario, or of its difference from the baseline."""
    return band_table(scenario, merged(Bands, pieces))


def _gap_rows(scenario: str, pieces: Iterable[bytes]) -> pa.Table:
    """How the outcomes that are followed differ from the baseline, quarter by quarter."""
    return merged(PairedPaths, pieces).table(scenario)
