"""Measure everything that docs/performance.md tells, and write the page.

    python benchmarks/run.py [--quick]

Writes benchmarks/results.json, docs/performance.md and its figure. Takes about ten minutes on an
idle machine; `--quick` takes one, for a look, and writes nothing.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import hot
import measuring
import page
import pairing
import pieces
import precision
import scaling
import throughput

RESULTS = measuring.FOLDER / "results.json"


def measured(quick: bool) -> dict[str, Any]:
    """Every table, by name, with the machine before and after."""
    before = measuring.surroundings()
    rates = throughput.measure(seconds=0.5 if quick else 6.0)
    best = max((row for row in rates if row["what"] == throughput.ENSEMBLE), key=_speed)
    sizes, pooled = ((200, 1_000), 1_000) if quick else (scaling.RUNS, scaling.POOLED)
    return {
        "surroundings": before,
        "throughput": rates,
        "best_block": best["block"],
        "hot": hot.measure(best["block"], repetitions=1 if quick else 4),
        "precision": precision.measure(runs=500 if quick else 8_000),
        "pieces": pieces.measure((100, 200) if quick else pieces.SIZES),
        "scaling": scaling.measure(sizes, pooled),
        "pairing": pairing.measure(runs=200 if quick else 4_000),
        "load_afterwards": measuring.surroundings()["load"],
    }


def _speed(row: measuring.Row) -> float:
    return float(row["runs_per_cpu_second"])


def main() -> None:
    """Measure, keep, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small, for a look; keeps nothing")
    quick = parser.parse_args().quick
    found = measured(quick)
    if quick:
        print(json.dumps(found, indent=1))
        return
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    page.write(found)
    print(f"Written: {RESULTS.name}, {Path('docs') / 'performance.md'}")


if __name__ == "__main__":
    main()
