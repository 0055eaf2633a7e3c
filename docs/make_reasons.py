"""Make what comes with the package of the reasons behind the answers to its own scenarios.

    python docs/make_reasons.py [--seed S]

All scenarios are run as `batch` runs them, looked behind as `reasons` does, and what was found is
kept in `simulation/evidence/data/reasons`: from then on a batch of any of them tells it, as long as
scenario, evidence and posterior are the same. To be made again whenever results change.
"""

from __future__ import annotations

import argparse
import tempfile

from simulation.batch.batch import run_batch
from simulation.contrast.grounds import RUNS, find_reasons
from simulation.record.grounds import store_reasons
from simulation.scenario.inheritance import list_scenarios


def main() -> None:
    """Run, look behind, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    seed = parser.parse_args().seed
    with tempfile.TemporaryDirectory() as folder:
        record = run_batch(list_scenarios(), runs=RUNS, seed=seed, trajectories=0, results=folder)
        find_reasons(record)
        store_reasons(record)


if __name__ == "__main__":
    main()
