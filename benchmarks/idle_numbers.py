"""Which uncertain numbers change nothing: each at either end of its range, on the same luck.

    python benchmarks/idle_numbers.py [--lucks N] [--freeze]

Every number is a pair of rows of one design: all others at their point values, and the luck of the
same run. A number is idle if, at both ends, the mean of every recorded outcome of the baseline and
the share of runs that show each part of a pattern stay inside the interval of nineteen in twenty of
a batch of 1,000 runs; two standard errors of the measurement itself are allowed for. What is found
is stored in `benchmarks/idle_numbers.json`; `--freeze` holds the idle numbers at their values, in
`simulation/evidence/data/frozen.yaml`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import yaml

from simulation.evidence.catalogue import load_catalogue
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import OUTCOMES, measure_outcomes
from simulation.model.patterns import read_patterns, watched_run

STORED = Path(__file__).with_suffix(".json")
AT_ONCE = 5
"""Lucks of one model: about 4,400 rows."""
BATCH = 1000
"""Runs of the batch out of whose interval a number has to move an outcome."""
HALF_WIDTH = 1.96
"""Of an interval of nineteen in twenty, in standard errors."""
WHY = (
    "At either end of its range the mean of every recorded outcome of the baseline, and the share "
    "of runs that show each part of a pattern, stays inside the interval of nineteen in twenty of "
    "a batch of 1,000 runs (benchmarks/idle_numbers.py)."
)


def main() -> None:
    """Run the design, store what it finds, and freeze if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lucks", type=int, default=100)
    parser.add_argument("--freeze", action="store_true")
    given = parser.parse_args()
    catalogue = load_catalogue()
    keys = tuple(catalogue.uncertain)
    tables = [design(keys, at) for at in range(0, given.lucks, AT_ONCE)]
    moves = sizes(np.concatenate(tables, axis=1), len(keys))
    idle = sorted(
        key for key, size in zip(keys, moves, strict=True) if size <= HALF_WIDTH * BATCH**-0.5
    )
    found = {
        "uncertain": len(keys),
        "outcomes": len(OUTCOMES),
        "lucks": given.lucks,
        "idle": len(idle),
        "moves": {keys[at]: round(float(moves[at]), 3) for at in np.argsort(moves)},
    }
    STORED.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if given.freeze:
        path = catalogue.directory / "frozen.yaml"
        content = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
        content["idle"] = {"why": WHY, "keys": idle}
        text = yaml.safe_dump(content, sort_keys=False, width=100)
        head = "# Uncertain numbers that are held at their values instead of drawn.\n"
        path.write_text(head + text, encoding="utf-8")
    print(f"{len(idle)} idle of {len(keys)} uncertain numbers.")


def design(keys: tuple[str, ...], first: int) -> np.ndarray:
    """Every recorded outcome and part of a pattern of some lucks, shape (what, lucks, rows).

    The first row has all numbers at their values; two rows for each number follow.
    """
    catalogue = load_catalogue()
    rows = 1 + 2 * len(keys)
    arrays = {}
    for at, key in enumerate(keys):
        column = np.full(rows, catalogue.values[key])
        column[1 + 2 * at : 3 + 2 * at] = catalogue.range_of(key)
        arrays[key] = np.tile(column, AT_ONCE)
    model = InfluenceModel(
        "baseline",
        seed=1,
        run_numbers=np.repeat(np.arange(first, first + AT_ONCE), rows),
        parameters={"source": "point", **arrays},
    )
    parts = read_patterns(model, watched_run(model))
    outcomes = measure_outcomes(model.run(), OUTCOMES)
    read = np.stack([*outcomes.values(), *(part.astype(float) for part in parts.values())])
    return np.nan_to_num(read).reshape(-1, AT_ONCE, rows)


def sizes(table: np.ndarray, keys: int) -> np.ndarray:
    """How far each number surely moves what it moves most, in spreads over luck.

    The spread is that of both sides together, so that a number counts that makes possible what else
    never is.
    """
    moved = table[:, :, 1:] - table[:, :, :1]
    within = (table[:, :, 1:].var(axis=1) + table[:, :, :1].var(axis=1)) / 2
    spread = np.sqrt(within + moved.mean(axis=1) ** 2 / 4)
    error = moved.std(axis=1) / np.sqrt(table.shape[1])
    sure = np.maximum(np.abs(moved.mean(axis=1)) - 2 * error, 0)
    size = np.divide(sure, spread, out=np.zeros_like(sure), where=spread > 0)
    return size.reshape(-1, keys, 2).max(axis=(0, 2))


if __name__ == "__main__":
    main()
