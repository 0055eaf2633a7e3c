"""Where the CPU time of an ensemble goes: NumPy, compiled passes, the C library, or Python.

    python benchmarks/hot.py [--block 4000]

Uses Linux' `perf` (package linux-perf) on the sampled CPU clock; without it says so and measures
nothing. Imports are not counted: sampling begins when the child says that it is warm.
"""

from __future__ import annotations

import argparse
import gc
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from measuring import Row

KINDS = {
    "NumPy's kernels": r"_multiarray_umath|_umath",
    "compiled passes and the generator": r"\[JIT\]|perf-\d+\.map",
    "the C library and the kernel on their behalf": r"libc\.so|libm\.so|\[kernel|\[vdso|libgcc",
}
PYTHON = "Python"
WARM = "warm"


def work(block: int, repetitions: int) -> None:
    """What is sampled."""
    from simulation.model.model import InfluenceModel
    from simulation.numerics.memory import let_go

    InfluenceModel("baseline", runs=2, seed=1, parameters="point").run()
    gc.collect()
    gc.freeze()
    print(WARM, flush=True)
    sys.stdin.readline()
    for _ in range(repetitions):
        let_go([InfluenceModel("baseline", runs=block, seed=1, parameters="point").run()])


def measure(block: int = 4000, repetitions: int = 4) -> list[Row]:
    """Rows of kind and share of CPU time; empty where there is no `perf`."""
    if shutil.which("perf") is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "perf.data"
        command = [sys.executable, __file__, "--child", str(block), str(repetitions)]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert child.stdin
        assert child.stdout
        while child.stdout.readline().strip() != WARM:
            pass
        sampler = subprocess.Popen(
            [
                "perf",
                "record",
                "-q",
                "-e",
                "cpu-clock",
                "-F",
                "400",
                "-o",
                data,
                "-p",
                str(child.pid),
            ],
            stderr=subprocess.DEVNULL,
        )
        child.stdin.write("\n")
        child.stdin.flush()
        child.wait()
        sampler.send_signal(signal.SIGINT)
        sampler.wait()
        told = subprocess.run(
            ["perf", "report", "-i", data, "--sort", "dso", "--stdio"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    shares: Counter[str] = Counter()
    for share, name in re.findall(r"^\s*([\d.]+)%\s+(\S+)", told, re.MULTILINE):
        kind = next((kind for kind, form in KINDS.items() if re.search(form, name)), PYTHON)
        shares[kind] += float(share)
    return [{"kind": kind, "share": round(share / 100, 3)} for kind, share in shares.items()]


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--block", type=int, default=4000)
    parser.add_argument("--child", type=int, nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        work(*given.child)
        return
    rows = measure(given.block)
    for row in rows:
        print(row)
    if not rows:
        print("There is no 'perf' here; install it (Debian: linux-perf) to see where time goes.")


if __name__ == "__main__":
    main()
