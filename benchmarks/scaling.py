"""How a batch's cost grows with its runs and shrinks with its workers.

    python benchmarks/scaling.py [--runs 1000 10000 100000] [--pooled 20000]

Each batch of the baseline runs in a process of its own that has run one of a thousand before,
record and all: CPU time per 1,000 runs, of which in chunks, and peak memory with one worker; then
wall time with one and with two. Growth is measured twice: as a batch is run by default, and with
what is the same whatever the runs set aside, in pieces of one size and with no run kept in full.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from measuring import Row, in_a_child

from simulation.batch.plan import usual_chunk

RUNS = (1_000, 10_000, 100_000)
POOLED = 20_000
PIECE = 1_000
"""Runs a chunk where growth is measured in pieces of one size."""
KEPT = 20
"""Runs that are kept in full by default."""
SHORT = 10_000
"""Runs that are measured at least: a short batch is repeated, and the median told."""
MEGABYTE = 1 << 20


def batch(runs: int, workers: int, chunk: int, kept: int) -> Row:
    """One batch in this process: CPU seconds of all processes, wall seconds, own peak memory."""
    from simulation.batch import batch as batches
    from simulation.batch.batch import run_batch

    in_chunks = [0.0]
    make_part = batches.make_part

    def timed(chunk: Any) -> Any:
        began = time.process_time()
        part = make_part(chunk)
        in_chunks[0] += time.process_time() - began
        return part

    if workers == 1:  # elsewhere the work is done in other processes
        batches.make_part = timed
    with tempfile.TemporaryDirectory() as folder:
        more: dict[str, Any] = {"results": folder, "trajectories": kept}
        run_batch(["baseline"], runs=PIECE, seed=2, workers=1, **more)
        measured = []
        for _ in range(max(1, SHORT // runs)):
            in_chunks[0] = 0.0
            begun, started = time.perf_counter(), _cpu()
            run_batch(["baseline"], runs=runs, seed=1, workers=workers, chunk=chunk, **more)
            measured.append((_cpu() - started, time.perf_counter() - begun, in_chunks[0]))
    cpu, wall, inside = sorted(measured)[len(measured) // 2]
    return {
        "runs": runs,
        "workers": workers,
        "chunk": min(chunk, runs),
        "kept_in_full": kept,
        "cpu_seconds_per_1000": round(1000 * cpu / runs, 3),
        # Of several workers it is not known: their processes do not tell.
        "cpu_seconds_of_chunks_per_1000": round(1000 * inside / runs, 3) or "-",
        "wall_seconds": round(wall, 1),
        "peak_megabytes": round(_peak() / MEGABYTE),
        "load": round(os.getloadavg()[0], 1),
    }


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def _peak() -> int:
    """Most memory that this process has held, in bytes.

    Not `ru_maxrss`: that of a new process begins at what its parent held.
    """
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("no VmHWM in /proc/self/status; peak memory is measured on Linux only")


def _cpu() -> float:
    used = [resource.getrusage(who) for who in _WHO]
    return sum(each.ru_utime + each.ru_stime for each in used)


def measure(sizes: tuple[int, ...] = RUNS, pooled: int = POOLED) -> list[Row]:
    """Batches of growing size with one worker, in two ways; then one size with one and with two."""
    asked = [
        *((runs, 1, PIECE, 0) for runs in sizes),
        *((runs, 1, usual_chunk(runs), KEPT) for runs in sizes),
        *((pooled, workers, usual_chunk(pooled), KEPT) for workers in (1, 2)),
    ]
    return [in_a_child(Path(__file__), ["--child", *each]) for each in asked]


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, nargs="+", default=RUNS)
    parser.add_argument("--pooled", type=int, default=POOLED)
    parser.add_argument("--child", type=int, nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(batch(*given.child)))
        return
    for row in measure(tuple(given.runs), given.pooled):
        print(row)


if __name__ == "__main__":
    main()
