"""The record of a batch: a folder of Parquet files, a manifest, the resolved scenarios."""

from __future__ import annotations

import re
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import yaml

from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.evidence.schema import ActorEntry
from simulation.inputs.invocation import program
from simulation.inputs.places import CHECKOUT
from simulation.inputs.problems import Problem, Problems
from simulation.record.bands import AXES, LEVELS
from simulation.record.manifest import FINISHED, MANIFEST, read_manifest
from simulation.record.provenance import file_hash

pa.set_memory_pool(pa.system_memory_pool())  # the heap that keeps what is freed

ROW_GROUP = 65_536
AHEAD = 8
"""Row groups that wait to be written at most; one takes some three megabytes."""

_RUN = [pa.field("scenario", pa.string(), False), pa.field("run", pa.int64(), False)]
_WHEN = pa.field("quarter", pa.string(), False)
_WHAT = [pa.field("variable", pa.string(), False), *(pa.field(axis, pa.string()) for axis in AXES)]
_VALUE = pa.field("value", pa.float64(), False)

TRAJECTORIES_SCHEMA = pa.schema(
    [_RUN[0], _WHEN, *_WHAT, *(pa.field(name, pa.float64()) for name in ("mean", *LEVELS))]
)
EVENTS_SCHEMA = pa.schema(
    [
        *_RUN,
        _WHEN,
        pa.field("phase", pa.string(), False),
        pa.field("kind", pa.string(), False),
        *(pa.field(name, pa.string()) for name in ("actor", "counterpart", "object")),
        _VALUE,
    ]
)
PATHS_SCHEMA = pa.schema([*_RUN, _WHEN, *_WHAT, _VALUE])
COMPARED = {
    **dict.fromkeys(("scenario", "outcome", "unit", "kind", "baseline", "states"), pa.string()),
    **dict.fromkeys(("headline", "told_from_zero"), pa.bool_()),
    **dict.fromkeys(("pairs", "runs_up", "runs_down"), pa.int64()),
}
"""Columns of `comparison.csv` that do not hold a measured number."""


def outcomes_schema(names: list[str]) -> pa.Schema:
    """Columns of `outcomes.parquet`."""
    return pa.schema([*_RUN, *(pa.field(name, pa.float64()) for name in names)])


class Record:
    """A results folder, read.

    Attributes:
        path: the folder.
        manifest: what is needed to run it again, as a mapping.
    """

    def __init__(self, path: Path, manifest: dict[str, Any]):
        self.path = path
        self.manifest = manifest
        self._resolved: dict[str, dict[str, Any]] = {}

    @classmethod
    def open(cls, path: str | Path | None = None, results: str | Path = "results") -> Record:
        """Open a batch by its folder or by its name in `results`; the newest one by default.

        Raises:
            Problems: there is no such batch, or its manifest is damaged.
        """
        if path is None:
            return newest(results)
        given = Path(path)
        for folder in (given, results_directory(results) / given):
            manifest = read_manifest(folder)
            if manifest is not None:
                return cls(folder, manifest)
        hint = f"batches are in {results_directory(results)}"
        raise Problems([Problem(str(path), None, f"no batch: it holds no {MANIFEST}", hint)])

    def __repr__(self) -> str:
        runs = self.manifest.get("runs")
        return f"<Record {self.path}: {len(self.scenarios)} scenarios, {runs} runs each>"

    @property
    def scenarios(self) -> list[str]:
        """Names of the scenarios, in order; the baseline comes first."""
        return list(self.manifest["scenarios"])

    @property
    def baseline(self) -> str:
        """The scenario that the others were paired with."""
        return str(self.manifest["baseline"])

    @property
    def runs(self) -> int:
        """How many runs each scenario has."""
        return int(self.manifest["runs"])

    @property
    def finished(self) -> bool:
        """Whether the batch came to its end."""
        return self.manifest.get("status") == FINISHED

    @property
    def catalogue_hash(self) -> str:
        """Hash of the evidence the batch was run with."""
        return str(self.manifest["catalogue_hash"])

    @cached_property
    def damaged(self) -> list[str]:
        """Files that are missing or are not what the batch wrote."""
        return [
            name
            for name, expected in self.manifest.get("files", {}).items()
            if not (self.path / name).is_file() or file_hash(self.path / name) != expected
        ]

    @property
    def verified(self) -> bool:
        """Whether every file is there and is what the batch wrote."""
        return self.finished and not self.damaged

    def resolved(self, scenario: str) -> dict[str, Any]:
        """A scenario as it was run: every value and where it came from."""
        if scenario not in self._resolved:
            text = (self.path / "scenarios" / f"{scenario}.yaml").read_text(encoding="utf-8")
            self._resolved[scenario] = _resolved(text)
        return self._resolved[scenario]

    @cached_property
    def evidence(self) -> Catalogue:
        """The evidence with those whom the scenarios add, to name everyone by."""
        added = {
            key: ActorEntry.model_validate(actor)
            for scenario in reversed(self.scenarios)
            for key, actor in (self.resolved(scenario).get("actors") or {}).get("add", {}).items()
        }
        return load_catalogue().with_actors(added)

    def outcomes(self, scenario: str | None = None, columns: list[str] | None = None) -> pa.Table:
        """Outcomes at the horizon: one row a scenario and run."""
        return self._read("outcomes", scenario=scenario, columns=columns)

    def trajectories(self, scenario: str | None = None, variable: str | None = None) -> pa.Table:
        """Bands by quarter: mean and quantiles of every variable."""
        return self._read("trajectories", scenario=scenario, variable=variable)

    def events(
        self, scenario: str | None = None, kind: str | None = None, run: int | None = None
    ) -> pa.Table:
        """What happened, run by run."""
        return self._read("events", scenario=scenario, kind=kind, run=run)

    def paths(self, scenario: str | None = None, variable: str | None = None) -> pa.Table:
        """The first runs in full, in long form."""
        return self._read("paths", scenario=scenario, variable=variable)

    def comparison(self) -> pa.Table:
        """Paired differences from the baseline: one row a scenario and outcome."""
        file = self.path / "comparison.csv"
        with file.open(encoding="utf-8") as lines:
            names = next(lines).strip().split(",")
        types = {name: COMPARED.get(name, pa.float64()) for name in names}
        options = pcsv.ConvertOptions(column_types=types)
        return pcsv.read_csv(file, convert_options=options)

    def _read(
        self, name: str, columns: list[str] | None = None, **wanted: str | int | None
    ) -> pa.Table:
        """A Parquet file, only the rows that have the wanted values."""
        file = self.path / f"{name}.parquet"
        if not file.is_file():
            hint = f"finish it with: {program()} batch --resume {self.path}"
            raise Problems(
                [Problem(str(self.path), None, f"no {file.name}: the batch is not finished", hint)]
            )
        terms = [pc.field(key) == value for key, value in wanted.items() if value is not None]
        rows = None
        for term in terms:
            rows = term if rows is None else rows & term
        return pq.read_table(file, columns=columns, filters=rows)


def newest(results: str | Path = "results") -> Record:
    """The newest batch that came to its end."""
    directory = results_directory(results)
    folders = sorted(directory.iterdir(), reverse=True) if directory.is_dir() else []
    for folder in folders:
        manifest = read_manifest(folder)
        if manifest is not None and manifest.get("status") == FINISHED:
            return Record(folder, manifest)
    hint = f"make one with: {program()}"
    raise Problems([Problem(str(results), None, "holds no finished batch", hint)])


def results_directory(results: str | Path) -> Path:
    """Where batches are looked for: in the working directory, then in the checkout if it is one."""
    given = Path(results)
    if CHECKOUT is None or given.exists() or not (CHECKOUT / given).exists():
        return given
    return CHECKOUT / given


def write_scenario(folder: Path, name: str, resolved: dict[str, Any]) -> None:
    """Put a resolved scenario into the folder of a batch.

    The many values at its end are written line by line, many times quicker than by YAML; where
    they do not allow it, YAML writes all of it.
    """
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    head = {key: value for key, value in resolved.items() if key != "values"}
    values = "".join(
        f"  {key}:\n    value: {_number(value['value'])}\n    from: {value['from']}\n"
        for key, value in resolved["values"].items()
    )
    if _VALUE_LINES.sub("", values):
        head, values = resolved, ""
    text = yaml.dump(head, Dumper=dumper, sort_keys=False, allow_unicode=True, width=100)
    text += f"values:\n{values}" if values else ""
    (folder / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")


def _number(value: float) -> str:
    """A number as YAML writes it, which wants a point before an exponent."""
    text = repr(value)
    return text if "." in text else text.replace("e", ".0e", 1)


def _resolved(text: str) -> dict[str, Any]:
    """A resolved scenario as `write_scenario` wrote it.

    The many values at its end are read line by line, many times quicker than YAML; where they
    are not laid out as expected, YAML reads all of it.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    head, mark, tail = text.partition("\nvalues:\n")
    if mark and not _VALUE_LINES.sub("", tail):
        given = _VALUE_LINES.findall(tail)
        values = {key: {"value": float(value), "from": origin} for key, value, origin in given}
        return {**yaml.load(head, Loader=loader), "values": values}
    return dict(yaml.load(text, Loader=loader))


_VALUE_LINES = re.compile(
    r"^  ([a-z][\w.]*):\n    value: (-?\d[\d.]*(?:e[-+]\d+)?)\n    from: ([\w./-][\w ./-]*)\n", re.M
)


class TableWriter:
    """Writes one Parquet file whose bytes depend on its rows alone.

    However the rows arrive, they are written in row groups of one size, with one schema. Words
    arrive and are written as numbers with a dictionary, of each row group its own, in order; they
    are read as words. The file has a temporary name until `close`.
    """

    def __init__(self, path: Path, schema: pa.Schema):
        self.path = path
        self.schema = pa.schema([_numbered(each) for each in schema])
        self._unfinished = path.with_name(f"{path.name}.unfinished")
        words = [each.name for each in schema if each.type == pa.string()]
        # Without Arrow's own schema the file says of a word that it is one, not how it came.
        self._writer = pq.ParquetWriter(
            self._unfinished,
            self.schema,
            compression="snappy",
            use_dictionary=[*words, "run"],
            write_batch_size=ROW_GROUP,
            write_statistics=["scenario", "run"],  # by which rows are looked for
            store_schema=False,
        )
        self._waiting: list[pa.Table] = []
        self._rows = 0
        self._thread = ThreadPoolExecutor(1)  # groups are written while others are put in order
        self._under_way: deque[Future[None]] = deque()

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self._thread.shutdown()
            self._writer.close()
            self._unfinished.unlink(missing_ok=True)

    def add(self, table: pa.Table) -> None:
        """Append rows."""
        self._waiting.append(table.select(self.schema.names).cast(self.schema))
        self._rows += table.num_rows
        if self._rows >= ROW_GROUP:
            self._write(self._rows - self._rows % ROW_GROUP)

    def close(self) -> None:
        """Write what is left and give the file its name."""
        self._write(self._rows)
        self._wait()
        self._thread.shutdown()
        self._writer.close()
        self._unfinished.replace(self.path)

    def _write(self, rows: int) -> None:
        if not rows:
            return
        table = pa.concat_tables(self._waiting).unify_dictionaries()
        for start in range(0, rows, ROW_GROUP):
            group = table.slice(start, min(ROW_GROUP, rows - start))
            columns = [_in_order(_whole(column)) for column in group.columns]
            group = pa.table(columns, schema=self.schema)
            self._wait(AHEAD)
            write = self._writer.write_table
            self._under_way.append(self._thread.submit(write, group, row_group_size=ROW_GROUP))
        rest = table.slice(rows)
        self._waiting, self._rows = ([rest] if rest.num_rows else []), rest.num_rows

    def _wait(self, but: int = 0) -> None:
        """Until all groups but some have been written; what went wrong is raised here."""
        while len(self._under_way) > but:
            self._under_way.popleft().result()


def _numbered(field: pa.Field) -> pa.Field:
    """A field whose words are numbers with a dictionary."""
    if field.type != pa.string():
        return field
    return field.with_type(pa.dictionary(pa.int32(), pa.string()))


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece; copied only where it is not."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _in_order(array: pa.Array) -> pa.Array:
    """A column; of words, with a dictionary of just those that occur, in order."""
    if not pa.types.is_dictionary(array.type):
        return array
    words = array.dictionary.to_pylist()
    codes = array.indices.fill_null(len(words)).to_numpy()  # the last is that of none
    seen = np.bincount(codes, minlength=len(words) + 1)[:-1].nonzero()[0]
    ordered = sorted(seen, key=words.__getitem__)
    if ordered == [*range(len(words))]:
        return array
    place = np.full(len(words) + 1, -1, dtype=np.int32)
    place[ordered] = np.arange(len(ordered), dtype=np.int32)
    codes = place[codes]
    known = pa.array([words[each] for each in ordered], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), known)
