"""The posterior: parameter vectors that calibration left, each with its weight.

`evidence/posterior.parquet` holds a row a vector and a column a fitted parameter, in its own
unit, with its provenance in the metadata; `posterior_2004-03-24.parquet` is the same as of that
day. Run i draws its vector by a uniform of its own, so that the vector belongs to the run in
every scenario. A posterior made for other keys or ranges is refused.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from simulation.evidence.catalogue import Catalogue
from simulation.inputs.files import Unreadable, contents, first_line, is_file, resolved
from simulation.inputs.invocation import program
from simulation.inputs.places import CHECKOUT, POSTERIORS, own
from simulation.inputs.problems import Problem, Problems
from simulation.numerics.arrays import FLOAT, Array

POSTERIOR = "posterior"
WEIGHT = "weight"
_METADATA = b"heartland"
_LARGEST = 64 << 20
"""Bytes of a posterior at most; the one that is shipped has under a million."""
_MOST_NUMBERS = 20_000_000
"""Numbers that it may hold."""


@dataclass(frozen=True)
class Posterior:
    """A weighted sample of parameter vectors.

    Attributes:
        keys: full keys of the fitted parameters.
        vectors: values in their own units, shape (vectors, keys).
        weights: adding up to 1, shape (vectors,).
        provenance: how it was made: seed, versions, catalogue, date, targets, diagnostics; under
            `unfitted`, the parameters that are drawn from their ranges as before.
    """

    keys: tuple[str, ...]
    vectors: Array
    weights: Array
    provenance: Mapping[str, Any]

    @property
    def unfitted(self) -> tuple[str, ...]:
        """Full keys of the parameters that are drawn from their ranges."""
        return tuple(self.provenance["unfitted"])

    @property
    def effective_size(self) -> float:
        """How many vectors of equal weight it is worth."""
        return float(1 / (self.weights**2).sum())

    def rows(self, uniforms: Array) -> np.ndarray:
        """Which vector each run takes, by weight, given a uniform for each."""
        found = np.searchsorted(np.cumsum(self.weights), uniforms)
        return np.minimum(found, len(self.weights) - 1)

    def drawn(self, uniforms: Array) -> dict[str, Array]:
        """The fitted parameters of each run, by full key, each of shape (runs,)."""
        chosen = self.vectors[self.rows(uniforms)].astype(FLOAT)
        return {key: chosen[:, place].copy() for place, key in enumerate(self.keys)}


def is_posterior(source: str) -> bool:
    """Whether a word names a posterior: "posterior", or "posterior_2004-03-24" as of a day."""
    return source == POSTERIOR or source.startswith(POSTERIOR + "_")


def posterior_name(as_of: dt.date, latest: dt.date) -> str:
    """The name of the posterior as of a day: that of the latest day needs no date."""
    return POSTERIOR if as_of == latest else f"{POSTERIOR}_{as_of}"


def posterior_path(catalogue: Catalogue, name: str = POSTERIOR) -> Path:
    """Where a posterior lies: in the user's folder of them, else beside the evidence."""
    mine = own(POSTERIORS) / f"{name}.parquet"
    return mine if is_file(mine) else catalogue.directory / f"{name}.parquet"


def posterior_to_write(catalogue: Catalogue, name: str) -> Path:
    """Where a new posterior goes: beside the evidence in a checkout, else where the user stands."""
    return (own(POSTERIORS) if CHECKOUT is None else catalogue.directory) / f"{name}.parquet"


def _files(catalogue: Catalogue) -> list[Path]:
    """Every posterior there is, one of each name."""
    places = (catalogue.directory, own(POSTERIORS))
    names = {path.stem for place in places for path in place.glob(f"{POSTERIOR}*.parquet")}
    return [posterior_path(catalogue, name) for name in sorted(names)]


def posterior_as_of(catalogue: Catalogue, day: dt.date) -> str:
    """The name of the newest posterior that knows nothing later than a day.

    Raises:
        Problems: there is none.
    """
    name = usual_posterior(catalogue, [day])
    if name is None:
        hint = f"make one with: {program()} calibrate --as-of {day}"
        raise Problems([Problem(POSTERIOR, None, f"no posterior is as old as {day}", hint)])
    return name


def usual_posterior(catalogue: Catalogue, days: Collection[dt.date | None]) -> str | None:
    """The posterior that scenarios are run with where nothing else is asked for.

    Args:
        catalogue: the evidence.
        days: until when each scenario is held to history; None where it is free.

    Returns:
        The name of the newest that knows nothing later than any of the days; None without one.
    """
    first = min((day for day in days if day is not None), default=dt.date.max)
    known = {as_of: name for as_of, name in _stored(catalogue).items() if as_of <= first}
    return known[max(known)] if known else None


def _stored(catalogue: Catalogue) -> dict[dt.date, str]:
    """The names of the posteriors that are stored, by information date."""
    return {
        dt.date.fromisoformat(read_posterior(path).provenance["as_of"]): path.stem
        for path in _files(catalogue)
    }


def load_posterior(catalogue: Catalogue, name: str = POSTERIOR) -> Posterior:
    """A posterior that is stored.

    Raises:
        Problems: there is none, it cannot be read, or it was made for other keys or ranges.
    """
    path = posterior_path(catalogue, name)
    day = name.removeprefix(POSTERIOR).removeprefix("_")
    remedy = f"{program()} calibrate" + (f" --as-of {day}" if day else "")
    if not path.exists():
        there = [each.stem for each in _files(catalogue)]
        hint = f"make it with: {remedy}" + (f"; there are {', '.join(there)}" if there else "")
        raise Problems([Problem(path.name, None, f"there is no '{name}'", hint)])
    found = read_posterior(path)
    if found.provenance.get("ranges_hash") != catalogue.ranges_hash:
        message = "it was made for other parameters or ranges than the evidence has now"
        hint = f"make it anew with: {remedy}; or give --parameters point, or prior"
        changed = _changed(found.provenance.get("ranges", {}), catalogue)
        raise Problems([Problem(path.name, None, message + changed, hint)])
    return found


def read_posterior(path: Path) -> Posterior:
    """A posterior wherever it lies, whatever evidence it was made for.

    Raises:
        Problems: the file cannot be read as one.
    """
    try:
        changed_at = path.stat().st_mtime_ns
    except OSError:
        changed_at = 0
    return _read(resolved(path), changed_at)


def save_posterior(
    path: Path, keys: tuple[str, ...], vectors: Array, weights: Array, provenance: dict[str, Any]
) -> None:
    """Write a posterior; the same content gives the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = [weights, *np.asarray(vectors).T]
    text = json.dumps(provenance, sort_keys=True).encode()
    table = pa.table(
        [pa.array(np.asarray(column, dtype=np.float32)) for column in columns],
        schema=pa.schema(
            [(name, pa.float32()) for name in (WEIGHT, *keys)], metadata={_METADATA: text}
        ),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    form = {"compression": "zstd", "use_dictionary": False, "write_statistics": False}
    pq.write_table(table, unfinished, **form)
    unfinished.replace(path)


@lru_cache(maxsize=4)
def _read(path: Path, changed_at: int) -> Posterior:
    """A file, read once as long as it does not change."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(contents(path, _LARGEST)))
        about = file.metadata
        if about.num_rows * about.num_columns > _MOST_NUMBERS:
            raise ValueError(f"it holds more than {_MOST_NUMBERS:,} numbers")
        table = file.read()
        provenance = _provenance((table.schema.metadata or {}).get(_METADATA))
        names = table.column_names
        keys = tuple(name for name in names if name != WEIGHT)
        if WEIGHT not in names or not keys or len(set(names)) < len(names):
            raise ValueError(f"a column '{WEIGHT}' is due, and one for each parameter")
        columns = {name: _numbers(table[name], name) for name in names}
        return _checked(keys, columns, provenance)
    except Unreadable as error:
        message = str(error)
    except (pa.ArrowException, OSError, ValueError, LookupError, TypeError) as error:
        message = f"it cannot be read as a posterior: {first_line(error)}"
    except (MemoryError, OverflowError, RecursionError):
        message = "it cannot be read as a posterior: it is damaged"
    hint = f"make it anew with: {program()} calibrate"
    raise Problems([Problem(path.name, None, message, hint)])


def _provenance(written: bytes | None) -> dict[str, Any]:
    """How a posterior was made: what is relied on has the type that is due."""
    if written is None:
        raise ValueError("it does not say how it was made")
    found = json.loads(written)
    if not isinstance(found, dict):
        raise ValueError("what it says of how it was made is no mapping")
    for key, due in (("as_of", str), ("unfitted", list), ("ranges", dict)):
        if not isinstance(found.get(key), due):
            raise ValueError(f"it does not say '{key}'")
    try:
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
        dt.date.fromisoformat(found["as_of"])
    except ValueError:
        raise ValueError("it holds a date, a number or a character that there is not") from None
    unfitted, ranges = found["unfitted"], found["ranges"]
    if not all(isinstance(each, str) for each in unfitted):
        raise ValueError("'unfitted' is no list of parameters")
    for key, ends in ranges.items():
        if (
            not isinstance(ends, list)
            or len(ends) != 2
            or not all(isinstance(end, int | float) for end in ends)
        ):
            raise ValueError(f"'{key}' has no range of two numbers")
        if not ends[0] <= ends[1]:
            raise ValueError(f"the range of '{key}' ends before it begins")
    return found


def _numbers(column: Any, name: str) -> Array:
    """A column of numbers, each of them finite."""
    if column.null_count or str(column.type) not in ("float", "double"):
        raise ValueError(f"'{name}' is no column of numbers")
    with np.errstate(invalid="ignore"):  # of a damaged number NumPy would warn
        found: Array = column.to_numpy().astype(float)
    if not len(found) or not np.isfinite(found).all():
        raise ValueError(f"'{name}' holds what is no number")
    return found


def _checked(
    keys: tuple[str, ...], columns: Mapping[str, Array], provenance: dict[str, Any]
) -> Posterior:
    """A posterior whose weights can be weights, and whose vectors lie in their ranges."""
    weights = columns[WEIGHT]
    if weights.min() < 0 or not weights.sum() > 0:
        raise ValueError("its weights are not 0 or more, with one above 0")
    unknown = [key for key in keys if key not in provenance["ranges"]]
    if unknown:
        raise ValueError(f"it names no range of '{unknown[0]}'")
    vectors = np.column_stack([columns[key] for key in keys])
    low, high = np.array([provenance["ranges"][key] for key in keys], dtype=float).T
    # What float32 rounded out of a range goes back to its end; more is no rounding.
    kept = np.clip(vectors, low, high)
    off = np.abs(kept - vectors) > 1e-6 * np.maximum(np.abs(low), np.abs(high))
    if off.any():
        raise ValueError(f"a value of '{keys[int(off.any(axis=0).argmax())]}' is out of its range")
    return Posterior(keys, kept, weights / weights.sum(), provenance)


def _changed(then: Mapping[str, Any], catalogue: Catalogue) -> str:
    """The first parameter whose range differs, in brackets."""
    now = {key: list(catalogue.range_of(key) or ()) for key in catalogue.drawable()}
    for key in sorted({*then, *now}):
        if then.get(key) != now.get(key):
            return f" ({key}: then {then.get(key, 'none')}, now {now.get(key, 'none')})"
    return ""
