"""What the first run on a new machine waits for: compiled loops, made once and kept.

    python benchmarks/compiling.py

A small model is run twice, each time in a process of its own: first with an empty cache, then with
the cache that this left. The difference is the delay.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import Row


def run() -> float:
    """CPU seconds of a small model in this process, without imports."""
    from simulation.model.model import InfluenceModel

    started = time.process_time()
    InfluenceModel("baseline", runs=100, seed=1, parameters="posterior").run()
    return time.process_time() - started


def measure() -> Row:
    """CPU seconds that compiling takes, and both runs."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "NUMBA_CACHE_DIR": folder}
        command = [sys.executable, str(Path(__file__)), "--child"]
        first, then = (
            float(
                json.loads(
                    subprocess.run(
                        command, env=environment, check=True, capture_output=True, text=True
                    ).stdout
                )
            )
            for _ in range(2)
        )
    return {"seconds": round(first - then, 1), "first": round(first, 1), "then": round(then, 1)}


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    if parser.parse_args().child:
        print(json.dumps(run()))
        return
    print(measure())


if __name__ == "__main__":
    main()
