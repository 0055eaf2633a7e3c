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

import simulation.arrays

TYPES = {"float32": np.float32, "float64": np.float64}
BLOCK = 4000
REPETITIONS = 3


def measured(precision: str, scenario: str, runs: int) -> dict[str, Any]:
    """Throughput, events and outcomes in one type; it is set before any module reads it."""
    simulation.arrays.FLOAT = TYPES[precision]  # type: ignore[misc]
    from simulation.model import InfluenceModel
    from simulation.outcomes import measure_outcomes

    InfluenceModel(scenario, runs=2, seed=1).run()
    best = 0.0
    for _ in range(REPETITIONS):
        started = time.process_time()
        InfluenceModel(scenario, runs=BLOCK, seed=1).run()
        best = max(best, BLOCK / (time.process_time() - started))
    outcomes: dict[str, list[np.ndarray]] = defaultdict(list)
    history: dict[int, set[tuple]] = defaultdict(set)
    for first in range(0, runs, BLOCK):
        model = InfluenceModel(scenario, runs=min(BLOCK, runs - first), seed=1, first_run=first)
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


def report(found: dict[str, dict[str, Any]]) -> None:
    """Print what the types cost and how far they part."""
    small, large = found["float32"], found["float64"]
    print(
        f"runs per CPU-second, {BLOCK} a block: float32 {small['rate']:.0f}, "
        f"float64 {large['rate']:.0f}, ratio {small['rate'] / large['rate']:.2f}"
    )
    runs = set(small["history"]) | set(large["history"])
    apart = [r for r in runs if small["history"].get(r) != large["history"].get(r)]
    events = sum(len(each) for each in large["history"].values())
    changed = sum(
        len(small["history"].get(r, set()) ^ large["history"].get(r, set())) for r in apart
    )
    print(f"runs in which any event differs: {len(apart)} of {len(runs)}")
    print(f"events on one side only: {changed} of {events}")
    worst, name = 0.0, ""
    for outcome, values in large["outcomes"].items():
        error = values.std(ddof=1) / np.sqrt(len(values))
        if error > 0:
            moved = abs(small["outcomes"][outcome].mean() - values.mean()) / error
            if moved > worst:
                worst, name = moved, outcome
    print(f"largest move of an outcome's mean: {worst:.3f} of its standard error ({name})")


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
    report({name: in_a_child(name, given.scenario, given.runs) for name in TYPES})


if __name__ == "__main__":
    main()
