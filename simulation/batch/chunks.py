"""One piece of a batch: some runs of one scenario, from the model to the bytes of its part.

A part depends on its scenario, seed and runs alone, not on where or when it was made.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import pyarrow as pa

from simulation.batch.journal import Journal, KeptFile
from simulation.inputs.files import flush
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import (
    VARIABLES,
    Outcome,
    due_in_every_run,
    measure_outcomes,
    measure_over,
    measure_variables,
    outcomes_of_scenarios,
    read_column,
)
from simulation.numerics.arrays import FLOAT
from simulation.numerics.dates import quarter_name
from simulation.numerics.memory import collecting_later, let_go
from simulation.parameters.numbers import Numbers
from simulation.record.bands import (
    AXES,
    EXACT,
    INFLUENCE,
    Bands,
    Series,
    compressed,
    differences,
    expanded,
    packed_series,
    series_of,
    stack,
    unpacked_series,
)
from simulation.record.common_states import Without, column_without
from simulation.record.kept_numbers import METADATA
from simulation.record.ownership import unfinished_name
from simulation.record.record import EVENTS_SCHEMA
from simulation.record.through_time import Column, PairedPaths
from simulation.scenario.scenario import Scenario
from simulation.world.soundness import require_finite
from simulation.world.world import Logged


@dataclass(frozen=True)
class Chunk:
    """What a worker has to know to make one part.

    Attributes:
        scenario: the scenario.
        first_run, count: which of its runs.
        seed: the batch's seed.
        until: the last quarter.
        parameters: where the numbers of these very runs come from.
        paths: how many runs of the batch are kept in full.
        folder: where the batch keeps its parts; None to hand the part back as bytes.
        reference: influence and the outcomes that are followed in the same runs of the baseline,
            and marks of the numbers that it varies: its file, its bytes, or None for the baseline
            itself.
        newcomers: the scenarios of the batch that add someone, about whom all have outcomes.
        without: regions and states of theirs that outcomes are also read without.
        further: every further column of the batch; missing where it is none of this scenario's.
        followed: outcomes that are read every quarter.
        paired_with: the column of the baseline that each of them is paired with.
        block: runs that are played at once, where memory does not hold all of them.
        of: how many runs the batch may come to; 0 where nobody says.
    """

    scenario: Scenario
    first_run: int
    count: int
    seed: int
    until: int
    parameters: Numbers
    paths: int
    folder: Path | None = None
    reference: Path | bytes | None = None
    newcomers: tuple[Scenario, ...] = ()
    without: tuple[Without, ...] = ()
    further: tuple[str, ...] = ()
    followed: tuple[Column, ...] = ()
    paired_with: tuple[str, ...] = ()
    block: int | None = None
    of: int = 0

    @property
    def exact(self) -> bool:
        """Whether bands keep every value, so that their quantiles are those of the runs."""
        return 0 < self.of <= EXACT

    @property
    def reference_is_there(self) -> bool:
        """Whether these runs can be paired with the baseline's."""
        return isinstance(self.reference, bytes) or (
            self.reference is not None and self.reference.exists()
        )

    @property
    def alone(self) -> bool:
        """Whether these are all runs of the scenario, so that nothing is merged with theirs."""
        return self.count == self.of

    @property
    def place(self) -> str:
        """Where the part lies below the folder of parts."""
        return part_place(self.scenario.name, self.first_run, self.count)


TO_PAIR = "influence"
"""The file of a part with which others are paired, or which waits to be paired itself."""


def part_place(scenario: str, first_run: int, count: int) -> str:
    """Where the part of some runs lies below the folder of parts."""
    return f"{scenario}/{first_run:010d}+{count}"


@dataclass(frozen=True)
class Written:
    """A part that is on the disk under a temporary name.

    Attributes:
        unfinished: the folder that holds it.
        files: what each of its files holds.
    """

    unfinished: Path
    files: Mapping[str, KeptFile]

    def is_whole(self, chunk: Chunk) -> bool:
        """Whether nothing is missing: the baseline's part was there, or it is that itself."""
        return chunk.reference is None or TO_PAIR not in self.files


def make_part(chunk: Chunk) -> Written | dict[str, bytes]:
    """Run a chunk; leave its part beside its place, or hand it back where there is no folder."""
    part = simulate(chunk)
    return part if chunk.folder is None else write_part(chunk.folder / chunk.place, part)


def write_part(place: Path, part: Mapping[str, bytes]) -> Written:
    """Write a part under a temporary name, and wait until it is on the disk."""
    unfinished = unfinished_name(place)
    unfinished.mkdir(parents=True)
    try:
        return Written(unfinished, _written(unfinished, part))
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _written(folder: Path, part: Mapping[str, bytes]) -> dict[str, KeptFile]:
    """Put files into a folder, and wait until they are on the disk; what each holds."""
    for name, data in part.items():
        (folder / name).write_bytes(data)
        flush(folder / name)
    flush(folder)
    return {name: KeptFile.of(data) for name, data in part.items()}


def keep_part(journal: Journal, place: str, part: Written) -> None:
    """Note a part in the journal, then give it its own name: it is there whole or not at all."""
    journal.enter(place, part.files)
    target = journal.parts / place
    part.unfinished.rename(target)
    flush(target.parent)


@collecting_later()
def simulate(chunk: Chunk) -> dict[str, bytes]:
    """Run the model over a chunk; returns the files of its part by name."""
    played = _joined([_play(block) for block in _blocks(chunk)])
    part = {
        "outcomes": _packed_table(played.outcomes),
        "events": _packed_table(played.events),
        "bands": played.bands.packed(chunk.alone),
    }
    if len(played.paths):
        part["paths"] = _packed_paths(played.series, played.paths)
    marks = {key: _mark(values) for key, values in sorted(played.varied.items())}
    told = {"marks": marks, "constant": {} if chunk.first_run else played.constant}
    numbers = _numbers(chunk, played.varied, told)
    own = _Kept(
        labels=[each.labels for each in played.series if each.variable == INFLUENCE],
        influence=played.influence,
        columns=[each.name for each in chunk.followed],
        followed=played.followed,
        marks=marks,
    )
    if chunk.reference_is_there:
        part |= _paired(chunk, own, numbers)
    else:
        part |= {TO_PAIR: own.packed(), "parameters": _packed_table(numbers)}
    return part


@dataclass(frozen=True)
class _Played:
    """What some runs left.

    Attributes:
        outcomes, events: as tables.
        bands: of every series.
        influence: of the series of influence, shape (quarters, series, runs).
        followed: the outcomes that are followed, shape (quarters, outcomes, runs).
        paths: the runs that are kept in full, shape (runs, quarters, series).
        varied, constant: the numbers at the start, by full key.
    """

    outcomes: pa.Table
    events: pa.Table
    bands: Bands
    influence: np.ndarray
    followed: np.ndarray
    paths: np.ndarray
    varied: Mapping[str, np.ndarray]
    constant: Mapping[str, float]

    @property
    def series(self) -> tuple[Series, ...]:
        """The series, in the order of the last axis of `paths`."""
        return self.bands.series


def _blocks(chunk: Chunk) -> Iterator[Chunk]:
    """The runs that are played at once: all of them, or so many as there is memory for."""
    size = chunk.block or chunk.count
    if size >= chunk.count:
        yield chunk
        return
    for at in range(0, chunk.count, size):
        count = min(size, chunk.count - at)
        parameters = chunk.parameters.part(at, count)
        yield replace(chunk, first_run=chunk.first_run + at, count=count, parameters=parameters)


def _play(chunk: Chunk) -> _Played:
    """Run the model over a block of runs."""
    model = InfluenceModel(
        chunk.scenario,
        runs=chunk.count,
        seed=chunk.seed,
        first_run=chunk.first_run,
        parameters=chunk.parameters,
        until=quarter_name(chunk.until),
    )
    varied, constant = model.weights.varied(), model.weights.constant()  # before any event acts
    kept = max(0, min(chunk.count, chunk.paths - chunk.first_run))
    quarters = chunk.until + 1
    declared = outcomes_of_scenarios(chunk.newcomers)
    followed = np.zeros((quarters, len(chunk.followed), chunk.count), dtype=np.float32)
    series: tuple[Series, ...] = ()
    while model.running:
        model.step()
        measured = measure_variables(model.world)
        values = stack(measured)
        if not series:
            series = series_of(VARIABLES, measured, model.world.axes)
            bands = Bands.empty(
                series, quarters, runs=chunk.count, exact=chunk.exact, alone=chunk.alone
            )
            rows = [place for place, each in enumerate(series) if each.variable == INFLUENCE]
            influence = np.zeros((quarters, len(rows), chunk.count), dtype=np.float32)
            paths = np.zeros((kept, quarters, len(series)), dtype=np.float32)
        bands.add(model.quarter, values)
        influence[model.quarter] = values[rows]
        paths[:, model.quarter] = values[:, :kept].T
        for place, column in enumerate(chunk.followed):
            outcome = declared[column.outcome]
            followed[model.quarter, place] = read_column(model, outcome, column.without)
    played = _Played(
        outcomes=_outcomes(chunk, model, declared),
        events=_events(chunk, model.log),
        bands=bands,
        influence=influence,
        followed=followed,
        paths=paths,
        varied=varied,
        constant=constant,
    )
    let_go([model])
    return played


def _joined(blocks: Sequence[_Played]) -> _Played:
    """Blocks of runs as one."""
    first, *others = blocks
    if not others:
        return first
    for each in others:
        first.bands.merge(each.bands)
    return _Played(
        outcomes=_one_table([each.outcomes for each in blocks]),
        events=_one_table([each.events for each in blocks]),
        bands=first.bands,
        influence=np.concatenate([each.influence for each in blocks], axis=-1),
        followed=np.concatenate([each.followed for each in blocks], axis=-1),
        paths=np.concatenate([each.paths for each in blocks]),
        varied={key: np.concatenate([each.varied[key] for each in blocks]) for key in first.varied},
        constant=first.constant,
    )


def _one_table(tables: Sequence[pa.Table]) -> pa.Table:
    """Tables below each other; those without a row have no dictionaries, and are left out."""
    full = [each for each in tables if each.num_rows] or tables[:1]
    return pa.concat_tables(full).unify_dictionaries().combine_chunks()


def band_table(scenario: str, bands: Bands) -> pa.Table:
    """Bands as rows of `trajectories.parquet`."""
    quarters, series = bands.sums.shape
    columns = {"scenario": _repeated([scenario], _ONE, (quarters, series))}
    columns |= _what(bands.series, (quarters, series))
    columns |= {name: pa.array(values.ravel()) for name, values in bands.columns().items()}
    return pa.table(columns)


def read_table(path: Path) -> pa.Table:
    """A table of a part."""
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()


def _packed_table(table: pa.Table) -> bytes:
    out = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_file(out, table.schema, options=options) as writer:
        writer.write_table(table)
    return out.getvalue()


def _outcomes(chunk: Chunk, model: InfluenceModel, declared: Mapping[str, Outcome]) -> pa.Table:
    run = np.arange(chunk.first_run, chunk.first_run + chunk.count)
    columns = {"scenario": _repeated([chunk.scenario.name], np.zeros_like(run)), "run": run}
    outcomes = read_outcomes(model, declared, chunk.without, chunk.further)
    due = due_in_every_run(outcomes, declared)
    require_finite(due, chunk.scenario.name, model.world)
    columns |= outcomes
    return pa.table(columns)


def read_outcomes(
    model: InfluenceModel,
    outcomes: Mapping[str, Outcome],
    without: Sequence[Without],
    further: Sequence[str],
) -> dict[str, np.ndarray]:
    """The outcomes of a run as they stand in a batch, a value a run.

    Args:
        model: the run, at its end.
        outcomes: those about everyone in any scenario of the batch.
        without, further: as in `Chunk`.
    """
    columns = measure_outcomes(model, outcomes)
    columns |= {name: np.full(model.runs, np.nan) for name in further}
    for region, states in without:
        values = measure_over(model, outcomes, region, states)
        columns |= {column_without(name, states): each for name, each in values.items()}
    return columns


def _numbers(chunk: Chunk, own: Mapping[str, np.ndarray], told: Mapping[str, Any]) -> pa.Table:
    """The numbers that vary; a row a run."""
    run = np.arange(chunk.first_run, chunk.first_run + chunk.count)
    columns = {key: np.asarray(own[key], dtype=FLOAT) for key in sorted(own)}
    table = pa.table({"run": run, **columns})
    return table.replace_schema_metadata({METADATA: json.dumps(told)})


def _mark(values: np.ndarray) -> str:
    """What tells the values of some runs from others."""
    return hashlib.blake2b(np.asarray(values, dtype=FLOAT).tobytes(), digest_size=8).hexdigest()


def read_told(path: Path) -> dict[str, Any]:
    """What the part of a scenario tells of its numbers: `marks` by key, and what is `constant`."""
    with pa.memory_map(str(path)) as source:
        told: dict[str, Any] = json.loads(
            pa.ipc.open_file(source).schema.metadata[METADATA.encode()]
        )
    return told


def _events(chunk: Chunk, log: Sequence[Logged]) -> pa.Table:
    """The log by run, then in the order in which it was written."""
    if not log:
        return EVENTS_SCHEMA.empty_table()
    when, phases, kinds, actors, counterparts, objects, runs, values = zip(*log, strict=True)
    run = np.concatenate(runs)
    within = run - chunk.first_run
    few = chunk.count <= np.iinfo(np.uint16).max  # numbers of 16 bits are sorted by their digits
    order = np.argsort(within.astype(np.uint16) if few else within, kind="stable")
    entry = np.repeat(np.arange(len(log)), [len(each) for each in runs])[order]
    columns = {
        "scenario": _repeated([chunk.scenario.name], np.zeros_like(entry)),
        "run": run[order],
        "quarter": _repeated([quarter_name(each) for each in when], entry),
        "phase": _repeated(phases, entry),
        "kind": _repeated(kinds, entry),
        "actor": _repeated(actors, entry),
        "counterpart": _repeated(counterparts, entry),
        "object": _repeated(objects, entry),
        "value": np.concatenate(values)[order],
    }
    return pa.table(columns)


def _packed_paths(series: tuple[Series, ...], paths: np.ndarray) -> bytes:
    """Runs in full. What each value is of is said once, and again by each row of the record."""
    plain = io.BytesIO()
    np.save(plain, packed_series(series), allow_pickle=False)
    np.save(plain, paths, allow_pickle=False)
    return compressed(plain.getvalue())


def path_tables(scenario: str, first_run: int, part: bytes) -> Iterator[pa.Table]:
    """Runs in full as rows of `paths.parquet`, one after the other: by quarter, series."""
    plain = io.BytesIO(expanded(part))
    series, paths = (np.load(plain, allow_pickle=False) for _ in range(2))
    shape = paths.shape[1:]
    same = {
        "scenario": _repeated([scenario], _ONE, shape),
        **_what(unpacked_series(series), shape),
    }
    for run, path in enumerate(paths, start=first_run):
        value = path.astype(np.float64).ravel()
        yield pa.table({**same, "run": np.full(path.size, run), "value": value})


@lru_cache(maxsize=4)
def _what(series: tuple[Series, ...], shape: tuple[int, ...]) -> dict[str, pa.Array]:
    """The columns that say which quarter and which series a row is about.

    Args:
        series: in their order.
        shape: of the values that the rows hold; its last axes are quarters and series.
    """
    quarters, count = shape[-2:]
    names = [quarter_name(quarter) for quarter in range(quarters)]
    columns = {
        "quarter": _repeated(names, np.arange(quarters)[:, np.newaxis], shape),
        "variable": _repeated([each.variable for each in series], np.arange(count), shape),
    }
    for place, axis in enumerate(AXES):
        labels = [each.labels[place] for each in series]
        columns[axis] = _repeated(labels, np.arange(count), shape)
    return columns


_ONE = np.zeros(1, dtype=np.int64)
"""The place of the one word that there is."""


def _repeated(
    words: Sequence[str], places: np.ndarray, shape: tuple[int, ...] | None = None
) -> pa.DictionaryArray:
    """The word at each of the places, kept as its number; an empty word is none.

    Args:
        words: those there are.
        places: which of them.
        shape: what the places are repeated to, as NumPy broadcasts.
    """
    known = {word: number for number, word in enumerate(sorted({*filter(None, words)}))}
    numbers = np.array([known.get(word, -1) for word in words], dtype=np.int32)[places]
    numbers = np.broadcast_to(numbers, shape or numbers.shape).ravel()
    none = numbers < 0
    codes = pa.array(numbers, mask=none if none.any() else None)
    return pa.DictionaryArray.from_arrays(codes, pa.array(list(known), pa.string()))


class _Kept(NamedTuple):
    """What a piece of the baseline keeps for those that are paired with it, and they until then.

    Attributes:
        labels, influence: of whom over whom, shape (quarters, series, runs).
        columns, followed: the outcomes that are followed, shape (quarters, columns, runs).
        marks: of the numbers that vary, by key.
    """

    labels: list[tuple[str, ...]]
    influence: np.ndarray
    columns: list[str]
    followed: np.ndarray
    marks: Mapping[str, str]

    def packed(self) -> bytes:
        """All of it as bytes; what is compressed would be written and read more slowly."""
        out = io.BytesIO()
        told = json.dumps([self.labels, self.columns, self.marks])
        for array in (np.array(told), self.influence, self.followed):
            np.save(out, array, allow_pickle=False)
        return out.getvalue()

    @classmethod
    def unpacked(cls, source: BinaryIO) -> _Kept:
        """What `packed` wrote."""
        told, influence, followed = (np.load(source, allow_pickle=False) for _ in range(3))
        labels, columns, marks = json.loads(str(told))
        return cls([tuple(each) for each in labels], influence, columns, followed, marks)

    @property
    def series(self) -> list[Series]:
        """The series of influence."""
        return [Series(INFLUENCE, each, 0.0, 1.0) for each in self.labels]

    @property
    def by_label(self) -> dict[tuple[str, ...], np.ndarray]:
        """Influence by label, each of shape (quarters, runs)."""
        return {each: self.influence[:, place] for place, each in enumerate(self.labels)}


def _kept_by_baseline(chunk: Chunk) -> _Kept:
    """What the same runs of the baseline keep."""
    if isinstance(chunk.reference, bytes):
        return _Kept.unpacked(io.BytesIO(chunk.reference))
    assert chunk.reference is not None
    with chunk.reference.open("rb") as file:
        return _Kept.unpacked(file)


def _paired(chunk: Chunk, own: _Kept, numbers: pa.Table) -> dict[str, bytes]:
    """The files of a part in which its runs stand beside those of the baseline.

    Args:
        chunk: the piece, whose baseline is there.
        own: what it keeps for that.
        numbers: every number that varies; those stay that the baseline does not have alike.
    """
    there = _kept_by_baseline(chunk)
    found = differences(own.series, own.influence, there.by_label, chunk.exact, chunk.alone)
    declared = outcomes_of_scenarios(chunk.newcomers)
    units = {each.outcome: declared[each.outcome].unit for each in chunk.followed}
    followed = there.followed[:, [there.columns.index(name) for name in chunk.paired_with]]
    differing = [key for key, mark in own.marks.items() if there.marks.get(key) != mark]
    return {
        "differences": found.packed(chunk.alone),
        "gaps": PairedPaths.of(units, own.followed, followed).packed(),
        "parameters": _packed_table(numbers.select(["run", *differing])),
    }


def pair_part(chunk: Chunk, part: Written) -> Written:
    """Finish a part that was played before the baseline's was there."""
    with (part.unfinished / TO_PAIR).open("rb") as file:
        own = _Kept.unpacked(file)
    more = _paired(chunk, own, read_table(part.unfinished / "parameters"))
    (part.unfinished / TO_PAIR).unlink()
    files = {name: kept for name, kept in part.files.items() if name != TO_PAIR}
    return Written(part.unfinished, files | _written(part.unfinished, more))
