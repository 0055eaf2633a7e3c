"""The numbers that each run of a batch had: `parameters.parquet`, read.

A row a run, a column a number that varied: drawn, or given by run. A drawn number belongs to its
run in every scenario, so that one row serves them all. What is the same in all runs stands once,
in the file's metadata, and of every scenario but the first only what differs from the first. Where
two scenarios vary a number differently, the later one has a column of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from simulation.evidence.catalogue import load_catalogue
from simulation.numerics.randomness import Draws
from simulation.parameters.posterior import is_posterior, posterior_path
from simulation.parameters.sampling import POINT, PRIOR, draw_parameters
from simulation.record.provenance import file_hash

if TYPE_CHECKING:
    from simulation.record.record import Record

PARAMETERS_FILE = "parameters.parquet"
BY_RUN = GIVEN_BY_RUN, DRAWN_BY_RUN = "given by run", "drawn by run"
"""What a scenario of the folder says instead of a number that varied."""
METADATA = "heartland"
"""Key of the metadata of every Parquet file of a record, a mapping as JSON."""

GIVEN = (
    "The parameters were given as arrays, which batches did not keep when it was made. "
    "Run the batch again to see them; explain takes them as its `parameters`."
)
CHANGED = (
    "The evidence or the posterior has changed since the batch was run, so that its parameters "
    "cannot be drawn again. Run the batch again to see them."
)


@dataclass(frozen=True)
class KeptNumbers:
    """What the runs of one scenario had at their start; a dated `set` event acts later.

    Attributes:
        columns: full key of every number that varied, to its column of the file.
        constant: full key of every other number, to the number.
        replaced: full key of every number that varied, to the scenario's own value and where
            that came from.
    """

    columns: Mapping[str, str]
    constant: Mapping[str, float]
    replaced: Mapping[str, tuple[float, str]]

    def plain(self) -> dict[str, Any]:
        """The same as plain data."""
        replaced = {key: [*pair] for key, pair in self.replaced.items()}
        return {"columns": dict(self.columns), "constant": {**self.constant}, "replaced": replaced}


def packed(numbers: Mapping[str, KeptNumbers]) -> dict[str, Any]:
    """The numbers of all scenarios as the file keeps them: the first whole, then differences."""
    plain = {name: each.plain() for name, each in numbers.items()}
    first, *others = plain
    return {
        "first": {first: plain[first]},
        "others": {
            name: {part: _difference(plain[first][part], plain[name][part]) for part in plain[name]}
            for name in others
        },
    }


def unpacked(kept: Mapping[str, Any]) -> dict[str, KeptNumbers]:
    """The numbers of all scenarios from what `packed` gave."""
    ((first, whole),) = kept["first"].items()
    plain = {first: whole}
    for name, parts in kept["others"].items():
        plain[name] = {part: _applied(whole[part], each) for part, each in parts.items()}
    return {
        name: KeptNumbers(
            each["columns"],
            each["constant"],
            {key: (value, origin) for key, (value, origin) in each["replaced"].items()},
        )
        for name, each in plain.items()
    }


def read_numbers(folder: Path) -> dict[str, KeptNumbers]:
    """The numbers of all scenarios of a batch that keeps them."""
    metadata = pq.read_metadata(folder / PARAMETERS_FILE).metadata
    return unpacked(json.loads(metadata[METADATA.encode()])["numbers"])


def read_columns(folder: Path, columns: Mapping[str, str]) -> pa.Table:
    """The runs, and numbers that varied, each under its full key."""
    table = pq.read_table(folder / PARAMETERS_FILE, columns=["run", *columns.values()])
    return table.rename_columns(["run", *columns])


def why_not_drawn_again(record: Record) -> str | None:
    """Why the parameters of a batch that kept none cannot be drawn again; None where they can."""
    manifest = record.manifest
    source = manifest.get("parameters") or POINT
    if source not in (POINT, PRIOR) and not is_posterior(source):
        return GIVEN
    catalogue = load_catalogue()
    if source != POINT and manifest["catalogue_hash"] != catalogue.hash:
        return CHANGED
    if is_posterior(source):
        path = posterior_path(catalogue, source)
        if not path.is_file() or manifest.get("posterior_hash") != file_hash(path):
            return CHANGED
    return None


def drawn_again(record: Record, scenario: str) -> pa.Table:
    """The parameters of a scenario of a batch that kept none, from its seed."""
    values = record.resolved(scenario).get("values") or {}
    held = [key for key, given in values.items() if given["from"] != "catalogue"]
    draws = Draws(record.manifest["seed"], record.manifest["first_run"], record.runs)
    source = record.manifest.get("parameters") or POINT
    drawn = draw_parameters(source, load_catalogue(), draws, held)
    return pa.table({"run": range(draws.first_run, draws.first_run + draws.runs), **drawn})


def _difference(first: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    missing = object()
    return {
        "set": {key: it for key, it in other.items() if first.get(key, missing) != it},
        "without": [key for key in first if key not in other],
    }


def _applied(first: Mapping[str, Any], difference: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: it for key, it in first.items() if key not in {*difference["without"]}}
    return {**kept, **difference["set"]}
