"""Run a whole batch again from its folder, and hold what comes out against what it wrote.

    >>> from simulation import run_batch
    >>> repeat_batch(run_batch(runs=2, seed=1, until="2001Q4")).same
    True

Nothing is needed beside the folder and the evidence: the scenarios as they were resolved, the
numbers that every run had, the seed.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from simulation.batch.batch import carry_out
from simulation.batch.executors import Progress
from simulation.batch.plan import Batch
from simulation.batch.replay import check_evidence, check_posterior, restored_scenario
from simulation.inputs.files import first_line, text_of
from simulation.inputs.invocation import program
from simulation.inputs.problems import Problem, Problems
from simulation.inputs.yaml_reader import shown
from simulation.parameters.numbers import Numbers, source_of
from simulation.parameters.sampling import POINT
from simulation.record import provenance
from simulation.record.kept_numbers import GIVEN_BY_RUN, PARAMETERS_FILE
from simulation.record.manifest import UNFINISHED, VERSION
from simulation.record.record import Record

_NAMING = ("scenario", "run", "quarter", "phase", "kind", "variable", "outcome", "actor", "object")
"""Columns that say which row is meant."""


@dataclass(frozen=True)
class FirstDifference:
    """Where a file first differs from what the batch wrote.

    Attributes:
        file: its name.
        where: which row, and which column; empty where no values differ.
        then, now: what stands there.
        rows: how many rows differ, of those that both have.
        largest: the largest difference of two numbers in that column; None where it has none.
    """

    file: str
    where: str
    then: str = ""
    now: str = ""
    rows: int = 0
    largest: float | None = None

    def __str__(self) -> str:
        """The difference in a line."""
        if not self.where:
            return f"{self.file}: {self.now}"
        text = f"{self.file}: {self.where}: then {self.then}, now {self.now}"
        if self.rows:
            text += f" ({self.rows:,} row{'s differ' if self.rows > 1 else ' differs'}"
            text += ")" if self.largest is None else f", by {self.largest:.6g} at most)"
        return text


@dataclass(frozen=True)
class Repeated:
    """A batch that was run again.

    Attributes:
        record: the batch as it was kept.
        files: what was held against what the batch wrote.
        differences: of each file that came out otherwise, the first.
        changed: what has changed since the batch was made, of what its bytes hang on.
        damaged: files of the folder that are not what the batch wrote, and why.
    """

    record: Record
    files: tuple[str, ...]
    differences: tuple[FirstDifference, ...]
    changed: tuple[str, ...]
    damaged: dict[str, str]

    @property
    def same(self) -> bool:
        """Whether every file has the bytes that the batch wrote."""
        return not self.differences


def repeat_batch(
    batch: Record | str | Path | None,
    results: str | Path = "results",
    output: str | Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Repeated:
    """Run a batch again from its folder alone, and compare byte by byte.

    Args:
        batch: the batch, its folder, its name in `results`, or None for the newest.
        results: where batches lie.
        output: a directory that gets the new batch's folder; by default it is not kept.
        workers, progress: as for `run_batch`.

    Raises:
        Problems: there is no such batch, it is not finished, or it cannot be run again here.
    """
    record = batch if isinstance(batch, Record) else Record.open(batch, results, verify=False)
    if not record.finished:
        hint = f"go on with it first: {program()} batch --resume {shown(record.path)}"
        raise Problems([Problem(shown(record.path), None, "is not finished", hint)])
    _check_sources(record)
    check_evidence(record)
    with _place(output) as folder:
        made = carry_out(_planned_again(record, folder), workers, progress=progress)
        expected: dict[str, str] = record.manifest["files"]
        found: dict[str, str] = made.manifest["files"]
        differences = [
            _first_difference(name, record.path / name, made.path / name)
            for name in expected
            if found.get(name) != expected[name]
        ]
    return Repeated(
        record=record,
        files=tuple(expected),
        differences=tuple(differences),
        changed=tuple(provenance.differing(record.manifest)),
        damaged=record.damaged,
    )


@contextmanager
def _place(output: str | Path | None) -> Iterator[Path]:
    """Where the new batch goes."""
    if output is not None:
        yield Path(output)
        return
    with tempfile.TemporaryDirectory(prefix="heartland-") as folder:
        yield Path(folder)


def _check_sources(record: Record) -> None:
    """Refuse a folder in which that is damaged from which it would be run again."""
    needed = [f"scenarios/{name}.yaml" for name in record.scenarios]
    found = [
        Problem(f"{shown(record.path)}/{name}", None, reason, "take it from the batch as it was")
        for name, reason in record.damaged.items()
        if name in (PARAMETERS_FILE, *needed)
    ]
    if found:
        raise Problems(found)


def _planned_again(record: Record, folder: Path) -> Batch:
    """The batch as it was, to be run into another folder."""
    manifest: dict[str, Any] = {
        **record.manifest,
        "version": VERSION,
        "status": UNFINISHED,
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "ladder": [record.runs],
        "precision": {},
        "versions": provenance.versions(),
        **provenance.machine(),
        "git": provenance.git_state(),
        "changes": [],
        "wall_time": 0.0,
        "files": {},
    }
    scenarios = [restored_scenario(record, name) for name in record.scenarios]
    source = source_of(record.manifest["parameters"]) or POINT
    kept: dict[str, Numbers] = {}
    given: set[str] = set()
    if PARAMETERS_FILE in record.manifest["files"]:
        source = POINT
        for each in scenarios:
            columns = record.parameters(each.name)
            kept[each.name] = Numbers(arrays={key: it.to_numpy() for key, it in columns.items()})
            values = record.resolved(each.name)["values"]
            given |= {key for key, it in values.items() if it["value"] == GIVEN_BY_RUN}
    else:
        check_posterior(record)  # it kept no numbers: they are drawn again
    numbers = Numbers(source)
    return Batch(folder, manifest, scenarios, numbers, kept=kept, given=frozenset(given))


def _first_difference(name: str, then: Path, now: Path) -> FirstDifference:
    """Where a file differs from what another batch wrote under its name."""
    if not now.exists():
        return FirstDifference(name, "", now="is not written any more")
    try:
        if name.endswith((".parquet", ".csv")):
            return _between(name, _table(then), _table(now))
        lines = [text_of(each).splitlines() for each in (then, now)]
    except Exception as error:  # of whatever is damaged in it, a library says this or that
        return FirstDifference(name, "", now=f"cannot be compared: {first_line(error)}")
    both = min(map(len, lines))
    for number, (was, here) in enumerate(zip(*(each[:both] for each in lines), strict=True), 1):
        if was != here:
            return FirstDifference(name, f"line {number}", was.strip(), here.strip())
    longer = f"has {len(lines[1]):,} lines in place of {len(lines[0]):,}"
    return FirstDifference(name, "", now=longer)


def _table(file: Path) -> pa.Table:
    return pq.read_table(file) if file.suffix == ".parquet" else pcsv.read_csv(file)


def _between(name: str, then: pa.Table, now: pa.Table) -> FirstDifference:
    """Where two tables first differ: the first row, and in it the first column."""
    for column in then.column_names:
        if column not in now.column_names:
            return FirstDifference(name, "", now=f"the column {column} is not written any more")
    rows = min(then.num_rows, now.num_rows)
    unlike = {
        column: _unlike(then[column].slice(0, rows), now[column].slice(0, rows))
        for column in then.column_names
    }
    firsts = {column: int(each.argmax()) for column, each in unlike.items() if each.any()}
    if firsts:
        column = min(firsts, key=firsts.__getitem__)
        row = firsts[column]
        about = [
            f"{key} {then[key][row].as_py()}"
            for key in _NAMING
            if key in then.column_names and key != column and then[key][row].as_py() is not None
        ]
        return FirstDifference(
            file=name,
            where=", ".join([*about, column]),
            then=str(then[column][row].as_py()),
            now=str(now[column][row].as_py()),
            rows=int(np.logical_or.reduce([*unlike.values()]).sum()),
            largest=_largest(then[column].slice(0, rows), now[column].slice(0, rows)),
        )
    if then.num_rows != now.num_rows:
        return FirstDifference(name, "", now=f"has {now.num_rows:,} rows, not {then.num_rows:,}")
    return FirstDifference(name, "", now="the same values, written in another form")


def _unlike(then: pa.ChunkedArray, now: pa.ChunkedArray) -> np.ndarray:
    """Where two columns differ; what is missing in both, or no number in both, does not."""
    here, there = _plain(then), _plain(now)
    if pa.types.is_floating(here.type) and pa.types.is_floating(there.type):
        one, other = (np.asarray(each.to_numpy(), dtype=float) for each in (here, there))
        found: np.ndarray = ~((one == other) | (np.isnan(one) & np.isnan(other)))
        return found
    if here.type != there.type:
        here, there = here.cast(pa.string()), there.cast(pa.string())
    unlike = pc.fill_null(pc.not_equal(here, there), False)
    one_missing = pc.not_equal(pc.is_null(here), pc.is_null(there))
    return np.asarray(pc.or_(unlike, one_missing).to_numpy(), dtype=bool)


def _largest(then: pa.ChunkedArray, now: pa.ChunkedArray) -> float | None:
    """The largest difference of two numbers; None where there are none."""
    columns = [_plain(each) for each in (then, now)]
    if any(not (pa.types.is_floating(it.type) or pa.types.is_integer(it.type)) for it in columns):
        return None
    one, other = (np.asarray(each.to_numpy(), dtype=float) for each in columns)
    apart = np.abs(one - other)
    return float(np.nanmax(apart)) if np.isfinite(apart).any() else None


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column without a dictionary."""
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    return column
