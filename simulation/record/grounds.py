"""What stands behind the answers of a batch: what rival theories say, and what carries an effect.

Both take runs of their own, which `contrast` plays; what came out lies in the folder of the batch
and is told beside each answer from then on. Of the scenarios that come with the package it comes
with it too (`docs/make_reasons.py`), so that every batch of them can tell it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from simulation.evidence.catalogue import listed
from simulation.inputs.files import is_file
from simulation.record.answers import (
    DifferencePath,
    OutcomeScale,
    by_up_to,
    capital,
    least_that_matters,
    percent_of,
    subject_of,
)
from simulation.record.kept_numbers import METADATA
from simulation.record.ownership import written_whole
from simulation.record.record import Record, readable
from simulation.record.through_time import DIFFERENCES_SCHEMA

THEORIES_FILE, CARRIED_FILE = "theories.parquet", "carried.parquet"
LEAST = 0.2
"""The part of an effect from which on what carries it is told."""
MOST_TOLD = 2
"""How many things that carry an effect are told."""


@dataclass(frozen=True)
class Carried:
    """How much of an effect came through one thing: a row of `carried.parquet`.

    Attributes:
        scenario, outcome, quarter: which effect, read when.
        carrier: what was held where it is in the baseline, in words.
        pairs: pairs of runs.
        baseline_mean, scenario_mean: the outcome's means.
        held_mean: its mean in the scenario with the carrier held.
        effect: the whole effect, a mean paired difference.
        carried: the part of it that is missing once the carrier is held, with its 95% interval
            from `low` to `high`, read alone.
    """

    scenario: str
    outcome: str
    quarter: str
    carrier: str
    pairs: int
    baseline_mean: float
    scenario_mean: float
    held_mean: float
    effect: float
    carried: float
    low: float
    high: float

    @property
    def share(self) -> float:
        """The part of the effect that it carries; less than 0 where it works against it."""
        return self.carried / self.effect if self.effect else 0.0

    @property
    def told(self) -> bool:
        """Whether the part can be told from nought, and is large enough to be told of."""
        return (self.low > 0 or self.high < 0) and self.share >= LEAST


_WORDS = ("scenario", "outcome", "quarter", "carrier")
CARRIED_SCHEMA = pa.schema(
    [
        pa.field(
            each.name,
            pa.string()
            if each.name in _WORDS
            else pa.int64()
            if each.name == "pairs"
            else pa.float64(),
            False,
        )
        for each in fields(Carried)
    ]
)
"""Columns of `carried.parquet`."""
THEORIES_SCHEMA = pa.schema([*DIFFERENCES_SCHEMA, pa.field("theory", pa.string(), False)])
"""Columns of `theories.parquet`: those of the differences, and under which theory."""


def keep_reasons(record: Record, theories: pa.Table, carried: Sequence[Carried]) -> None:
    """Put what was found into the folder of a batch, beside what is there of other scenarios."""
    asked = theories["scenario"].unique()
    for name, table in _tables(theories, carried).items():
        known = _kept(record, name)
        if known is not None:
            others = known.filter(pc.invert(pc.is_in(known["scenario"], asked)))
            table = pa.concat_tables([others, table])
        with written_whole(record.path / name, lasting=True) as unfinished:
            pq.write_table(table, unfinished)


def _tables(theories: pa.Table, carried: Sequence[Carried]) -> dict[str, pa.Table]:
    """What was found, by file."""
    rows = pa.Table.from_pylist([asdict(each) for each in carried], schema=CARRIED_SCHEMA)
    found = {THEORIES_FILE: theories, CARRIED_FILE: rows}
    return {name: _as_declared(table, name) for name, table in found.items()}


def _as_declared(table: pa.Table, name: str) -> pa.Table:
    schema = {THEORIES_FILE: THEORIES_SCHEMA, CARRIED_FILE: CARRIED_SCHEMA}[name]
    return table.select(schema.names).cast(schema)


def _kept(record: Record, name: str) -> pa.Table | None:
    """A table of the folder; None where there is none."""
    file = record.path / name
    if not is_file(file):
        return None
    with readable(file):
        return _as_declared(pq.read_table(file), name)


# -- what comes with the package ----------------------------------------------------------------

SHIPPED_REASONS = Path(__file__).parents[1] / "evidence" / "data" / "reasons"
"""What was found behind the answers to the scenarios that come with the package."""


def store_reasons(record: Record, folder: Path = SHIPPED_REASONS) -> None:
    """Keep what was found behind the answers of a batch for all batches that ask the same.

    Args:
        record: the batch, whose folder holds what was found.
        folder: where it goes.
    """
    folder.mkdir(exist_ok=True)
    asked = {name: _asked_of(record, name) for name in record.scenarios}
    metadata = {METADATA: json.dumps({"asked": asked, "seed": record.manifest["seed"]})}
    for name in (THEORIES_FILE, CARRIED_FILE):
        table = _kept(record, name)
        assert table is not None
        pq.write_table(table.replace_schema_metadata(metadata), folder / name, compression="zstd")


@cache
def _shipped() -> tuple[dict[str, pa.Table], dict[str, Any]]:
    """What comes with the package by file, and what it is of; nothing where it lacks them."""
    files = [SHIPPED_REASONS / name for name in (THEORIES_FILE, CARRIED_FILE)]
    if not all(map(is_file, files)):
        return {}, {}
    tables = {each.name: pq.read_table(each) for each in files}
    return tables, json.loads(tables[THEORIES_FILE].schema.metadata[METADATA.encode()])


def _asked_of(record: Record, scenario: str) -> list[Any]:
    """What a scenario of a batch asks: another batch that asks the same may tell the same."""
    told = record.manifest
    hashes = told.get("scenario_hashes", {})
    about = ("parameters", "posterior_hash", "catalogue_hash", "until", "settings", "plugins")
    asked = [told.get(each) for each in (*about, "history_until")]
    return [hashes.get(scenario), hashes.get(record.baseline), *asked]


class Reasons:
    """What stands behind the answers of a batch, as far as it was looked for.

    Of a scenario that nobody looked behind, what comes with the package is told, where it was asked
    with the same evidence and the same numbers.

    Args:
        record: the batch.
    """

    def __init__(self, record: Record) -> None:
        self.record = record

    @cached_property
    def _own(self) -> dict[str, pa.Table]:
        found = {name: _kept(self.record, name) for name in (THEORIES_FILE, CARRIED_FILE)}
        return {name: table for name, table in found.items() if table is not None}

    @cached_property
    def _looked_behind(self) -> frozenset[str]:
        return _scenarios_of(self._own.get(THEORIES_FILE))

    def stored(self, scenario: str) -> bool:
        """Whether what is told of a scenario comes with the package."""
        if scenario in self._looked_behind or scenario == self.record.baseline:
            return False
        asked = _shipped()[1].get("asked", {}).get(scenario)
        return asked is not None and asked == _asked_of(self.record, scenario)

    def known(self, scenario: str) -> bool:
        """Whether anything was looked for."""
        return scenario in self._looked_behind or self.stored(scenario)

    def _rows(self, name: str, scenario: str) -> pa.Table | None:
        source = _shipped()[0] if self.stored(scenario) else self._own
        table = source.get(name)
        return None if table is None else table.filter(pc.field("scenario") == scenario)

    def paths(self, scenario: str, outcome: str) -> dict[str, DifferencePath]:
        """How an outcome differs from the baseline through time, by theory."""
        rows = self._rows(THEORIES_FILE, scenario)
        if rows is None:
            return {}
        rows = rows.filter(pc.field("outcome") == outcome)
        return {
            theory: DifferencePath.of(rows.filter(pc.field("theory") == theory))
            for theory in rows["theory"].unique().to_pylist()
        }

    def pairs(self, scenario: str) -> int:
        """Over how many pairs of runs the theories were asked."""
        rows = self._rows(THEORIES_FILE, scenario)
        return 0 if rows is None else int(pc.max(rows["pairs"]).as_py() or 0)

    def carried(self, scenario: str) -> dict[str, list[Carried]]:
        """What carries the effects of a scenario, by outcome, the most first."""
        rows, found = self._rows(CARRIED_FILE, scenario), dict[str, list[Carried]]()
        for row in () if rows is None else rows.to_pylist():
            found.setdefault(row["outcome"], []).append(Carried(**row))
        return found


def runs_of_the_stored() -> str:
    """Of which runs that is which comes with the package, as a sentence without its stop."""
    tables, told = _shipped()
    asked, held = (pc.max(tables[name]["pairs"]).as_py() for name in (THEORIES_FILE, CARRIED_FILE))
    return (
        f"What rival theories say is told of {asked:,} runs with seed {told['seed']}, where "
        f"effects come from of the first {held:,}; both come with the program"
    )


def all_stored(record: Record) -> bool:
    """Whether of every scenario of a batch what stands behind its answer comes with the package."""
    others = [each for each in record.scenarios if each != record.baseline]
    return bool(others) and all(map(Reasons(record).stored, others))


def _scenarios_of(table: pa.Table | None) -> frozenset[str]:
    return frozenset() if table is None else frozenset(table["scenario"].unique().to_pylist())


def under_theories(
    declared: Mapping[str, Any],
    outcome: str,
    path: DifferencePath | None,
    theories: Mapping[str, DifferencePath],
) -> str:
    """Whether rival theories agree with what is said of an outcome, or on which of them it hangs.

    They agree where the outcome matters under them and goes the same way; by how much, and when,
    is told of each.

    Args:
        declared: what the batch declares of the outcome.
        outcome: its name.
        path: how it differs with every mechanism on.
        theories: how it differs under each theory.
    """
    if path is None or not theories:
        return ""
    matters = least_that_matters(declared)
    scale = OutcomeScale.declared(declared)
    own = _way(path, matters)
    same = [name for name, each in theories.items() if _way(each, matters) == own]
    others = [name for name in theories if name not in same]
    told = {name: _said(each, matters, scale, own) for name, each in theories.items()}
    subject = subject_of(declared, outcome)
    if own == 0:
        if not others:
            return f"No rival theory moves {subject} by enough to matter either."
        verb = "agrees" if len(same) == 1 else "agree"
        agree = f"{_listed(same)} {verb} that it does not matter" if same else "none agrees"
        return f"Rival theories differ on {subject}: {_each(others, told)}; {agree}."
    claim = f"{subject} is {_WAYS[own]}"
    if not others:
        return f"All rival theories agree that {claim}: {_each(same, told)}."
    if not same:
        return f"No rival theory agrees that {claim}: {_each(others, told)}."
    if len(same) == 1:
        return f"Of the rival theories only one says that {claim}: {_each([*same, *others], told)}."
    return (
        f"Most rival theories agree that {claim}: {_each(same, told)}; but {_each(others, told)}."
    )


_WAYS = {1: "higher", -1: "lower"}


def _way(path: DifferencePath, matters: float) -> int:
    """Which way a difference goes where it matters most; 0 where it never does."""
    large = path.large(matters)
    return int(math.copysign(1, path.difference[path.peak(large)])) if large.any() else 0


def _said(path: DifferencePath, matters: float, scale: OutcomeScale, claimed: int) -> str:
    """A difference under a theory, as a clause; which way it goes is said where not claimed."""
    told, large = path.told(), path.large(matters)
    if not (path.above.any() or path.below.any()):
        return "it is the same as in the baseline"
    if not told.any():
        return "it cannot be told from the baseline"
    if not large.any():
        return "it differs by too little to matter"
    way = _way(path, matters)
    said = "" if way == claimed else f"it is {_WAYS[way]} "
    return f"{said}{by_up_to(path, large, scale)}"


def _listed(theories: Sequence[str]) -> str:
    return listed([name.replace("_", " ") for name in theories])


def _each(theories: Sequence[str], told: Mapping[str, str]) -> str:
    """What each of some theories says; those that say the same share a clause."""
    by_words: dict[str, list[str]] = {}
    for name in theories:
        by_words.setdefault(told[name], []).append(name)
    return "; ".join(f"under {_listed(names)} {words}" for words, names in by_words.items())


def came_through(declared: Mapping[str, Any], outcome: str, found: Sequence[Carried]) -> str:
    """What an effect comes through, in a sentence or two; empty where nothing carries enough.

    Args:
        declared: what the batch declares of the outcome.
        outcome: its name.
        found: what was held, the thing that carries most first.
    """
    scale = OutcomeScale.declared(declared)
    subject = capital(subject_of(declared, outcome))
    told = [each for each in found if each.told][:MOST_TOLD]
    if not told:
        return ""
    first = told[0]
    digits = scale.digits(max((first.high - first.low) / 2, _LEAST_HALF))

    def level(value: float) -> str:
        if scale.of_worlds:
            return f"{percent_of(value)} of worlds"
        return scale.level(value, digits)

    said = (
        f"{subject}: this comes through {first.carrier}. With that as in the baseline it would be "
        f"{level(first.held_mean)}, beside {level(first.scenario_mean)} here and "
        f"{level(first.baseline_mean)} in the baseline"
    )
    if scale.of_worlds:
        said += f"; it decides {abs(first.carried) * 100:.0f} of 100 worlds"
    others = [f"{each.carrier} (then {level(each.held_mean)})" for each in told[1:]]
    if others:
        said += f". In part also through {listed(others)}"
    return f"{said}."


def come_straight(declared: Mapping[str, Any], found: Mapping[str, Sequence[Carried]]) -> str:
    """Which effects come through nothing that was held, in a sentence; empty where all do.

    Args:
        declared: what the batch declares of every outcome.
        found: what was held, by outcome.
    """
    straight = [
        subject_of(declared[outcome], outcome)
        for outcome, held in found.items()
        if held and not any(each.told for each in held)
    ]
    if not straight:
        return ""
    verb = "come" if len(straight) > 1 else "comes"
    return (
        f"{capital(listed(straight))} {verb} straight from what the scenario changes: nothing that "
        f"was held in between carries {LEAST:.0%} of it."
    )


_LEAST_HALF = 1e-12
