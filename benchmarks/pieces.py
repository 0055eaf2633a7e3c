"""What one piece of a batch costs and moves: CPU time, bytes to the worker, bytes back.

    python benchmarks/pieces.py

A piece should cost between 0.2 and 2 seconds, so that workers share the work evenly and an
interruption loses little. The chunk of a large batch is the cheapest of these a run; of any other
the smallest that costs at most a third more: with half the pieces, two workers wait for each other.
"""

from __future__ import annotations

import pickle

from measuring import Row, cpu_seconds

from simulation.batch.chunks import Chunk, simulate
from simulation.model.outcomes import OUTCOMES
from simulation.scenario.scenario import load_scenario

SIZES = (500, 1000, 2000, 4000)
LEAST_SECONDS, MOST_SECONDS, NEAR = 0.2, 2.0, 4 / 3
REPETITIONS = 3
LAST_QUARTER = 57


def measure(sizes: tuple[int, ...] = SIZES) -> list[Row]:
    """Rows of chunk, CPU seconds, kilobytes sent and returned for a scenario with a reference."""
    assert OUTCOMES
    rows = []
    for size in sizes:
        baseline = _chunk("baseline", size, None)
        reference = simulate(baseline)["influence"]
        chunk = _chunk("us_base_withdrawal", size, reference)
        part = simulate(chunk)
        rows.append(
            {
                "chunk": size,
                "cpu_seconds": round(
                    min(cpu_seconds(lambda c=chunk: simulate(c)) for _ in range(REPETITIONS)), 2
                ),
                "kilobytes_sent": round(len(pickle.dumps(chunk)) / 1024),
                "kilobytes_returned": round(sum(map(len, part.values())) / 1024),
            }
        )
    return rows


def chosen(rows: list[Row]) -> tuple[int, int]:
    """The sizes that chunks should have by these measurements: usually, and of a large batch."""
    fitting = [row for row in rows if LEAST_SECONDS <= row["cpu_seconds"] <= MOST_SECONDS]
    dear = {row["chunk"]: row["cpu_seconds"] / row["chunk"] for row in fitting}
    large = min(dear, key=lambda size: dear[size])
    return min(size for size in dear if dear[size] <= NEAR * dear[large]), large


def _chunk(scenario: str, size: int, reference: bytes | None) -> Chunk:
    return Chunk(
        scenario=load_scenario(scenario),
        first_run=0,
        count=size,
        seed=1,
        until=LAST_QUARTER,
        parameters="posterior",
        paths=0,
        reference=reference,
    )


def main() -> None:
    """Print the rows."""
    for row in measure():
        print(row)


if __name__ == "__main__":
    main()
