"""Replications per CPU-second: Mesa's batch_run with one run a model, and ensembles by block size.

    python benchmarks/throughput.py [--until 2015Q4] [--seconds 4] [--page]

Everything is timed in one process, so that the ratios hold however fast the machine is. With
`--page` the table is written to docs/performance.md's data file, benchmarks/throughput.csv.
"""

from __future__ import annotations

import argparse
import csv
import gc
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

import mesa
import numpy as np

from simulation.dates import quarter_of
from simulation.model import InfluenceModel
from simulation.outcomes import reporters

BLOCKS = (1, 10, 100, 250, 500, 1000, 2000, 4000)
TABLE = Path(__file__).with_suffix(".csv")


def cpu_seconds(work: Callable[[], None]) -> float:
    """CPU time of a piece of work in this process."""
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


def rate(work: Callable[[], None], runs: int, seconds: float) -> float:
    """Replications per CPU-second: the best of repetitions that fill the time."""
    best, spent = 0.0, 0.0
    while spent < seconds or not best:
        took = cpu_seconds(work)
        spent += took
        best = max(best, runs / took)
    return best


def portable_batch(until: str, runs: int) -> None:
    """Mesa's own batch runner, a model with one run each."""
    mesa.batch_run(
        InfluenceModel,
        {"scenario": ["baseline"], "rng": 1, "first_run": range(runs), "until": until},
        number_processes=1,
        max_steps=quarter_of(until) + 1,
        display_progress=False,
    )


def main() -> None:
    """Time everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--until", default="2015Q4")
    parser.add_argument("--seconds", type=float, default=4.0, help="CPU time spent on each row")
    parser.add_argument("--page", action="store_true", help="keep the table in benchmarks/")
    given = parser.parse_args()
    InfluenceModel("baseline", runs=2, seed=1, until=given.until).run()  # imports and caches
    assert reporters()
    rows: list[tuple[str, int, float]] = []
    single = rate(lambda: portable_batch(given.until, 3), 3, given.seconds)
    rows.append(("mesa.batch_run, one run a model", 1, single))
    for block in BLOCKS:

        def ensemble(block: int = block) -> None:
            InfluenceModel("baseline", runs=block, seed=1, until=given.until).run()

        rows.append(("ensemble", block, rate(ensemble, block, given.seconds)))
    best = max(rows, key=lambda row: row[2])
    print(
        f"Python {platform.python_version()}, Mesa {mesa.__version__}, NumPy {np.__version__}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, to {given.until}"
    )
    for name, block, speed in rows:
        print(f"{name:34s}{block:6d} a block {speed:9.1f} runs/CPU-s {speed / single:8.1f} x")
    print(f"best block: {best[1]}")
    if given.page:
        with TABLE.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["what", "block", "runs_per_cpu_second", "ratio_to_batch_run"])
            for name, block, speed in rows:
                writer.writerow([name, block, f"{speed:.1f}", f"{speed / single:.2f}"])


if __name__ == "__main__":
    main()
