"""How much variance pairing saves: the variance ratio of the headline outcomes.

python benchmarks/pairing.py [--runs 4000] [--scenario us_base_withdrawal]
"""

from __future__ import annotations

import argparse
import tempfile

from measuring import Row

from simulation.experiments.batch import run_batch
from simulation.experiments.compare import compare

SCENARIO = "us_base_withdrawal"
SOURCES = ("point", "posterior")


def measure(runs: int = 4000, scenario: str = SCENARIO) -> list[Row]:
    """Rows of outcome and variance ratio, at point values and with parameters drawn."""
    found: dict[str, Row] = {}
    for source in SOURCES:
        with tempfile.TemporaryDirectory() as folder:
            record = run_batch(
                ["baseline", scenario],
                runs=runs,
                seed=1,
                workers=1,
                results=folder,
                trajectories=0,
                parameters=source,
            )
            for row in compare(record).headlines(scenario):
                found.setdefault(row.outcome, {"outcome": row.outcome})
                found[row.outcome][source] = round(row.variance_ratio, 1)
    return list(found.values())


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=4000)
    parser.add_argument("--scenario", default=SCENARIO)
    given = parser.parse_args()
    for row in measure(given.runs, given.scenario):
        print(row)


if __name__ == "__main__":
    main()
