"""How much variance pairing saves: the variance ratio of the headline outcomes.

    python benchmarks/pairing.py [--runs 4000] [--scenario us_base_withdrawal]

Beside it stands the most that any pairing of the same runs could give, and how far the ratio
varies from seed to seed.
"""

from __future__ import annotations

import argparse
import tempfile
from statistics import mean

from measuring import Row

from simulation.batch.batch import run_batch
from simulation.record.compare import compare
from simulation.record.paired import most_by_pairing

SCENARIO = "us_base_withdrawal"
SOURCES = ("point", "posterior")
SEEDS = (1, 2, 3, 4)


def measure(
    runs: int = 4000, scenario: str = SCENARIO, seeds: tuple[int, ...] = SEEDS
) -> list[Row]:
    """Rows of outcome, its variance ratios, and the most that any pairing could give.

    The ratio is the mean over seeds; "least" and "largest" are those of a single seed.
    """
    ratios: dict[tuple[str, str], list[float]] = {}
    most: dict[tuple[str, str], list[float]] = {}
    outcomes: dict[str, None] = {}
    for source in SOURCES:
        for seed in seeds:
            with tempfile.TemporaryDirectory() as folder:
                record = run_batch(
                    ["baseline", scenario],
                    runs=runs,
                    seed=seed,
                    workers=1,
                    results=folder,
                    trajectories=0,
                    parameters=source,
                )
                reference, changed = (record.outcomes(name) for name in ("baseline", scenario))
                for row in compare(record).headlines(scenario):
                    name = row.outcome
                    pair = (each[name].to_numpy() for each in (reference, changed))
                    outcomes[name] = None
                    ratios.setdefault((source, name), []).append(row.variance_ratio)
                    most.setdefault((source, name), []).append(most_by_pairing(*pair))
    return [
        {
            "outcome": name,
            "point": round(mean(ratios["point", name]), 1),
            "posterior": round(mean(ratios["posterior", name]), 1),
            "least": round(min(ratios["posterior", name]), 1),
            "largest": round(max(ratios["posterior", name]), 1),
            "most": round(mean(most["posterior", name]), 1),
        }
        for name in outcomes
    ]


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
