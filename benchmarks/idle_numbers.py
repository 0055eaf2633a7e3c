"""Which drawn numbers change nothing: each at either end of its range, on the same luck.

    python benchmarks/idle_numbers.py [--lucks N]

Every number is a pair of rows of one design: all others at their point values, and the luck of the
same run. What changes no declared outcome by more than a hair in any row is idle, and what moves
every outcome by less than a twentieth of its spread over luck is slight. The result is stored in
`benchmarks/idle_numbers.json`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from simulation.evidence.catalogue import load_catalogue
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import every_outcome_of, measure_outcomes

STORED = Path(__file__).with_suffix(".json")
HAIR, SLIGHT = 1e-5, 0.05


def main() -> None:
    """Run the design and store what it finds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lucks", type=int, default=6)
    given = parser.parse_args()
    catalogue = load_catalogue()
    keys = catalogue.drawable()
    rows = 1 + 2 * len(keys)
    runs = np.repeat(np.arange(given.lucks), rows)
    arrays = {}
    for at, key in enumerate(keys):
        low, high = catalogue.range_of(key)
        column = np.full(rows, catalogue.values[key])
        column[1 + 2 * at], column[2 + 2 * at] = low, high
        arrays[key] = np.tile(column, given.lucks)
    model = InfluenceModel(
        "baseline", seed=1, run_numbers=runs, parameters={"source": "point", **arrays}
    ).run()
    known = every_outcome_of(model.catalogue)
    read = measure_outcomes(model, known)
    most = np.zeros(len(keys))
    mean = np.zeros(len(keys))
    for values in read.values():
        table = np.nan_to_num(values.reshape(given.lucks, rows))
        spread = table.std() or 1.0
        moved = (table[:, 1:] - table[:, :1]).reshape(given.lucks, len(keys), 2) / spread
        most = np.maximum(most, np.abs(moved).max(axis=(0, 2)))
        mean = np.maximum(mean, np.abs(moved.mean(axis=0)).max(axis=-1))
    order = np.argsort(mean)
    found = {
        "drawn": len(keys),
        "outcomes": len(known),
        "lucks": given.lucks,
        "idle": [keys[at] for at in order if most[at] <= HAIR],
        "slight": {
            keys[at]: round(float(mean[at]), 4)
            for at in order
            if most[at] > HAIR and mean[at] < SLIGHT
        },
    }
    STORED.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"{len(found['idle'])} idle and {len(found['slight'])} slight of {len(keys)} drawn.")


if __name__ == "__main__":
    main()
