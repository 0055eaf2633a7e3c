"""float32 or float64: what each costs, and what changes between them.

    python benchmarks/precision.py [--runs 8000] [--scenario baseline]

One child process for each type runs the same histories (the draws of the two agree to 6e-8). Their
throughput is compared, then every event of every run, then the mean of every outcome against its
standard error.
"""

from __future__ import annotations

import argparse
import pickle
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from measuring import Row

import simulation.numerics.arrays

TYPES = {"float32": np.float32, "float64": np.float64}
BLOCK = 4000
REPETITIONS = 3


def measured(precision: str, scenario: str, runs: int) -> dict[str, Any]:
    """Throughput, events and outcomes in one type; it is set before any module reads it."""
    simulation.numerics.arrays.FLOAT = TYPES[precision]  # type: ignore[misc]
    from simulation.model.model import InfluenceModel
    from simulation.model.outcomes import measure_outcomes

    InfluenceModel(scenario, runs=2, seed=1, parameters="point").run()
    best = 0.0
    for _ in range(REPETITIONS):
        started = time.process_time()
        InfluenceModel(scenario, runs=BLOCK, seed=1, parameters="point").run()
        best = max(best, BLOCK / (time.process_time() - started))
    outcomes: dict[str, list[np.ndarray]] = defaultdict(list)
    history: dict[int, set[tuple]] = defaultdict(set)
    for first in range(0, runs, BLOCK):
        model = InfluenceModel(
            scenario, min(BLOCK, runs - first), seed=1, first_run=first, parameters="point"
        )
        model.run()
        for name, values in measure_outcomes(model).items():
            outcomes[name].append(values)
        for *event, where, _ in model.log:
            for run in where:
                history[int(run)].add(tuple(event))
    joined = {name: np.concatenate(parts) for name, parts in outcomes.items()}
    return {"rate": best, "outcomes": joined, "history": dict(history)}


def in_a_child(precision: str, scenario: str, runs: int) -> dict[str, Any]:
    """The same in a process of its own, since modules read the type once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "measured"
        command = [sys.executable, __file__, "--runs", str(runs), "--scenario", scenario]
        subprocess.run([*command, "--child", precision, str(path)], check=True)
        return pickle.loads(path.read_bytes())


def measure(runs: int = 8000, scenario: str = "baseline") -> Row:
    """What the types cost and how far they part."""
    found = {name: in_a_child(name, scenario, runs) for name in TYPES}
    small, large = found["float32"], found["float64"]
    apart = [run for run in range(runs) if small["history"].get(run) != large["history"].get(run)]
    nothing: set[tuple] = set()
    worst, name = max(
        (_moved(small["outcomes"][name], values), name)
        for name, values in large["outcomes"].items()
    )
    return {
        "block": BLOCK,
        "float32": round(small["rate"]),
        "float64": round(large["rate"]),
        "ratio": round(small["rate"] / large["rate"], 2),
        "runs": runs,
        "runs_that_differ": len(apart),
        "events": sum(len(each) for each in large["history"].values()),
        "events_that_differ": sum(
            len(small["history"].get(run, nothing) ^ large["history"].get(run, nothing))
            for run in apart
        ),
        "largest_move": round(worst, 4),
        "largest_move_of": name,
    }


def _moved(small: np.ndarray, large: np.ndarray) -> float:
    """How far a mean moved, in its standard errors."""
    error = large.std(ddof=1) / np.sqrt(len(large))
    return float(abs(small.mean() - large.mean()) / error) if error > 0 else 0.0


def main() -> None:
    """Measure both types and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=8000)
    parser.add_argument("--scenario", default="baseline")
    parser.add_argument("--child", nargs=2, metavar=("TYPE", "PATH"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        precision, path = given.child
        found = measured(precision, given.scenario, given.runs)
        Path(path).write_bytes(pickle.dumps(found))
        return
    print(measure(given.runs, given.scenario))


if __name__ == "__main__":
    main()
