"""What a batch needs of memory: by runs at once, runs, scenarios, and runs that are kept whole.

    python benchmarks/memory.py             # the table, some minutes
    python benchmarks/memory.py --main      # the main job with its workers and figures

A row is a process of its own that makes one batch without workers, and says its largest resident
memory. Of the main job the memory of all its processes is added up while it runs, pages that they
share once (proportional set size). Linux only.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BATCH = """
import resource, sys
from simulation.batch.batch import run_batch
runs, chunk, trajectories, folder, *scenarios = sys.argv[1:]
run_batch(["baseline", *scenarios], int(runs), chunk=int(chunk), trajectories=int(trajectories),
          results=folder, seed=1, workers=1)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
SCENARIOS = ("us_base_withdrawal", "no_andijan", "us_bases_stay")
CASES = (
    *((runs, runs, 20, 0) for runs in (250, 500, 1000, 2000, 4000)),
    (4000, 1000, 20, 0),
    (8000, 1000, 20, 0),
    (1000, 1000, 20, 1),
    (1000, 1000, 20, 3),
    (1000, 1000, 0, 0),
    (1000, 1000, 200, 0),
    (1000, 1000, 1000, 0),
)
"""Runs, runs at once, runs kept whole, scenarios beside the baseline."""


def measured(runs: int, chunk: int, trajectories: int, others: int) -> float:
    """The largest resident memory of a batch, in MB."""
    with tempfile.TemporaryDirectory() as folder:
        words = [runs, chunk, trajectories, folder, *SCENARIOS[:others]]
        done = subprocess.run(
            [sys.executable, "-c", BATCH, *map(str, words)],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
    return float(done.stdout.split()[-1])


def of_all(parent: int) -> float:
    """The memory of a process and of all that come of it, in MB."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    total, waiting = 0.0, [parent]
    while waiting:
        process = waiting.pop()
        waiting += children.get(process, [])
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in rollup.splitlines() if line[:4] == "Pss:")
    return total / 1024


def main_job(words: list[str]) -> float:
    """The most that the main job and its workers take at once, in MB."""
    with tempfile.TemporaryDirectory() as folder:
        job = subprocess.Popen(
            [sys.executable, "run.py", *words, "--results", folder],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        most = 0.0
        while job.poll() is None:
            most = max(most, of_all(job.pid))
            time.sleep(0.1)
        if job.returncode:
            raise SystemExit(f"the main job ended with {job.returncode}")
    return most


def main() -> None:
    """Print the table, or the memory of the main job."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--main", action="store_true", help="the main job")
    parser.add_argument("words", nargs="*", help="for the main job")
    given = parser.parse_args()
    if given.main:
        print(f"main job {' '.join(given.words)}: {main_job(given.words):,.0f} MB at most")
        return
    print("| runs | at once | kept whole | scenarios | MB |\n|---|---|---|---|---|")
    for runs, chunk, trajectories, others in CASES:
        size = measured(runs, chunk, trajectories, others)
        row = f"| {runs:,} | {chunk:,} | {trajectories:,} | {others + 1} | {size:,.0f} |"
        print(row, flush=True)


if __name__ == "__main__":
    main()
