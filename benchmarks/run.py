"""Measure everything that docs/performance.md tells, and write the page.

    python benchmarks/run.py [--quick] [--only TABLE…] [--beside PYTHON…]

Writes benchmarks/results.json, docs/performance.md and its figure. Takes about ten minutes on an
idle machine; `--quick` takes one, for a look, and writes nothing. `--beside` names interpreters of
other environments, such as one with another Mesa: throughput is measured with each of them too.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import compiling
import hot
import measuring
import page
import pairing
import pieces
import precision
import scaling
import throughput

TABLES = (
    "throughput",
    "beside",
    "hot",
    "compiling",
    "pieces",
    "scaling",
    "precision",
    "pairing",
)
RESULTS = measuring.FOLDER / "results.json"


def measured(only: Sequence[str], quick: bool, beside: Sequence[Path] = ()) -> dict[str, Any]:
    """Tables by name, with the machine before and after; those not asked for as they were kept."""
    found: dict[str, Any] = {}
    if only and RESULTS.exists():
        found = json.loads(RESULTS.read_text(encoding="utf-8"))
    found["surroundings"] = measuring.surroundings()
    sizes, pooled = ((200, 1_000), 1_000) if quick else (scaling.RUNS, scaling.POOLED)
    tables: dict[str, Callable[[], Any]] = {
        "throughput": lambda: throughput.measure(seconds=0.5 if quick else 6.0),
        "beside": lambda: [
            measuring.in_a_child(measuring.FOLDER / "throughput.py", ["--json"], python)
            for python in beside
        ],
        "hot": lambda: hot.measure(_best(found)["block"], repetitions=1 if quick else 4),
        "compiling": compiling.measure,
        "pieces": lambda: pieces.measure((100, 200) if quick else pieces.SIZES),
        "scaling": lambda: scaling.measure(sizes, pooled),
        "precision": lambda: precision.measure(runs=500 if quick else 8_000),
        "pairing": lambda: pairing.measure(200 if quick else 4_000),
    }
    assert tuple(tables) == TABLES
    for name in only or TABLES:
        found[name] = tables[name]()
    found["best_block"] = _best(found)["block"]
    found["load_afterwards"] = measuring.surroundings()["load"]
    return found


def _best(found: dict[str, Any]) -> measuring.Row:
    rows = [row for row in found["throughput"] if row["what"] == throughput.ENSEMBLE]
    best: measuring.Row = max(rows, key=_speed)
    return best


def _speed(row: measuring.Row) -> float:
    return float(row["runs_per_cpu_second"])


def main() -> None:
    """Measure, keep, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small, for a look; keeps nothing")
    parser.add_argument(
        "--only", nargs="+", choices=TABLES, default=(), help="measure these anew, keep the others"
    )
    parser.add_argument(
        "--beside", nargs="+", type=Path, default=(), metavar="PYTHON", help="other interpreters"
    )
    given = parser.parse_args()
    found = measured(given.only, given.quick, given.beside)
    if given.quick:
        print(json.dumps(found, indent=1))
        return
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    page.write(found)
    print(f"Written: {RESULTS.name}, {Path('docs') / 'performance.md'}")


if __name__ == "__main__":
    main()
