"""The posterior: parameter vectors that calibration left, each with its weight.

`evidence/posterior.parquet` holds a row a vector and a column a fitted parameter, in its own
unit, with its provenance in the metadata; `posterior_2004-03-24.parquet` is the same as of that
day. Run i draws its vector by a uniform of its own, so that the vector belongs to the run in
every scenario.

Where the evidence has changed since, what can be kept is kept: a number that is new is drawn from
its range, one that is no longer uncertain is held; of a range that has changed, the vectors inside
both are used (they are what a fit to the narrower range would give). Nothing is drawn where no
vector has been, so that a wider range has its effect after the next calibration. A posterior of
which too little is left is refused.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from simulation.evidence.catalogue import Catalogue
from simulation.inputs.files import Unreadable, contents, first_line, flush, is_file, resolved
from simulation.inputs.invocation import program
from simulation.inputs.places import CHECKOUT, POSTERIORS, own
from simulation.inputs.problems import Problem, Problems
from simulation.inputs.results_folders import made_folder
from simulation.numerics.arrays import FLOAT, Array
from simulation.numerics.memory import is_wanting

POSTERIOR = "posterior"
WEIGHT = "weight"
_METADATA = b"heartland"
_LARGEST = 64 << 20
"""Bytes of a posterior at most; the one that is shipped has under a million."""
_MOST_NUMBERS = 20_000_000
"""Numbers that it may hold."""
_LEAST = 100
"""Vectors of equal weight that a posterior is worth at least after a change of ranges: with fewer,
the spread of what is drawn would say more of the chance that left them than of the evidence."""


@dataclass(frozen=True)
class Posterior:
    """A weighted sample of parameter vectors.

    Attributes:
        keys: full keys of the fitted parameters.
        vectors: values in their own units, shape (vectors, keys).
        weights: adding up to 1, shape (vectors,).
        unfitted: full keys of the parameters that are drawn from their ranges.
        provenance: how it was made: seed, versions, catalogue, date, targets, diagnostics.
        added, moved, gone: full keys of the evidence that have come since; that were fitted and
            have another range now; that are no longer uncertain.
    """

    keys: tuple[str, ...]
    vectors: Array
    weights: Array
    unfitted: tuple[str, ...]
    provenance: Mapping[str, Any]
    added: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def effective_size(self) -> float:
        """How many vectors of equal weight it is worth."""
        return float(1 / (self.weights**2).sum()) if len(self.weights) else 0.0

    def differences(self) -> list[str]:
        """What the evidence has otherwise than when it was made, in sentences; with the remedy."""
        said = [unfitted(self.added)] if self.added else []
        if self.moved:
            one = "has another range than it was fitted to"
            many = "have other ranges than they were fitted to"
            said.append(f"{_counted(self.moved, one, many)}: drawn where both hold.")
        if self.gone:
            one = "of the posterior is no longer uncertain: held at its value"
            many = "of the posterior are no longer uncertain: held at their values"
            said.append(f"{_counted(self.gone, one, many)}.")
        if said:
            said.append(f"{program()} calibrate --again fits all anew, and says first how long.")
        return said

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


def stored_days(catalogue: Catalogue) -> list[dt.date]:
    """The information dates of the posteriors that are stored, the latest first."""
    return sorted(_stored(catalogue), reverse=True)


def own_posterior(name: str) -> Path:
    """Where a posterior lies that is the user's and not the project's."""
    return own(POSTERIORS) / f"{name}.parquet"


def posterior_path(catalogue: Catalogue, name: str = POSTERIOR) -> Path:
    """Where a posterior lies: in the user's folder of them, else beside the evidence."""
    mine = own_posterior(name)
    return mine if is_file(mine) else catalogue.directory / f"{name}.parquet"


def posterior_to_write(catalogue: Catalogue, name: str) -> Path:
    """Where a new posterior goes: beside the evidence in a checkout, else where the user stands."""
    return own_posterior(name) if CHECKOUT is None else catalogue.directory / f"{name}.parquet"


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
    """A posterior that is stored, as far as it holds for the evidence as it is now.

    Raises:
        Problems: there is none, it cannot be read, or it was made for ranges of which too little
            is left.
    """
    path = posterior_path(catalogue, name)
    day = name.removeprefix(POSTERIOR).removeprefix("_")
    remedy = f"{program()} calibrate" + (f" --as-of {day}" if day else "")
    if not path.exists():
        there = [each.stem for each in _files(catalogue)]
        hint = f"make it with: {remedy}" + (f"; there are {', '.join(there)}" if there else "")
        raise Problems([Problem(path.name, None, f"there is no '{name}'", hint)])
    found = read_posterior(path)
    if found.provenance.get("ranges_hash") == catalogue.ranges_hash:
        return found
    held = _held_against(found, catalogue)
    if not held.effective_size >= _LEAST:
        message = "it was made for other ranges than the evidence has now, and too little of it"
        worth = f" lies inside both: {held.effective_size:.0f} vectors of {_LEAST} that are due"
        hint = f"make it anew with: {remedy}; or give --parameters prior, or point"
        changed = _changed(found, catalogue)
        raise Problems([Problem(path.name, None, message + worth + changed, hint)])
    return held


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
    made_folder(path.parent)
    unfinished = path.with_suffix(".unfinished")
    form = {"compression": "zstd", "use_dictionary": False, "write_statistics": False}
    pq.write_table(table, unfinished, **form)
    flush(unfinished)
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
        if is_wanting(error):
            raise MemoryError(first_line(error)) from error
        message = f"it cannot be read as a posterior: {first_line(error)}"
    except (MemoryError, OverflowError, RecursionError) as error:
        if is_wanting(error):
            raise
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
    unfitted = tuple(provenance["unfitted"])
    return Posterior(keys, kept, weights / weights.sum(), unfitted, provenance)


def _held_against(found: Posterior, catalogue: Catalogue) -> Posterior:
    """What is left of a posterior where the evidence has other ranges than it was made with."""
    then, now = found.provenance.get("ranges", {}), _ranges(catalogue)
    added = tuple(key for key in now if key not in then)
    moved = tuple(key for key in found.keys if key in now and list(then[key]) != now[key])
    gone = tuple(key for key in sorted({*found.keys, *found.unfitted}) if key not in now)
    inside = np.ones(len(found.weights), dtype=bool)
    for key in moved:
        values, (low, high) = found.vectors[:, found.keys.index(key)], now[key]
        inside &= (values >= low) & (values <= high)
    kept = [place for place, key in enumerate(found.keys) if key in now]
    weights = found.weights[inside]
    return replace(
        found,
        keys=tuple(found.keys[place] for place in kept),
        vectors=found.vectors[inside][:, kept],
        weights=weights / max(weights.sum(), np.finfo(float).tiny),
        unfitted=tuple(sorted({*added, *(key for key in found.unfitted if key in now)})),
        added=added,
        moved=moved,
        gone=gone,
    )


def _ranges(catalogue: Catalogue) -> dict[str, list[float]]:
    """The range of every uncertain number now."""
    return {key: list(limits) for key, limits in catalogue.drawable().items()}


def _changed(found: Posterior, catalogue: Catalogue) -> str:
    """The first fitted parameter whose range differs, in brackets."""
    then, now = found.provenance.get("ranges", {}), _ranges(catalogue)
    for key in sorted(found.keys):
        if then.get(key) != now.get(key):
            return f" ({key}: then {then.get(key, 'none')}, now {now.get(key, 'none')})"
    return ""


def unfitted(keys: Collection[str]) -> str:
    """That numbers are drawn from their ranges beside a posterior, in a sentence; or nothing."""
    one = "is not in the posterior: drawn from its range"
    many = "are not in the posterior: drawn from their ranges"
    return f"{_counted(keys, one, many)}." if keys else ""


def _counted(keys: Collection[str], one: str, many: str) -> str:
    """So many numbers, and what is so with them."""
    return f"1 number {one}" if len(keys) == 1 else f"{len(keys)} numbers {many}"
