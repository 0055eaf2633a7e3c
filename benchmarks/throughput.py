"""Replications per CPU-second: ensembles by block size, an honest peer, and Mesa's batch_run.

    python benchmarks/throughput.py [--until 2015Q4] [--seconds 4]

Everything is timed in one process, in turns, so that the ratios hold however fast the machine is.
The peer (benchmarks/peer) is the same model as anyone would write it in Mesa: plain floats, one
history at a time. The ratio to `mesa.batch_run` on our own model with one run each flatters: there
every NumPy call handles a single number.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from functools import partial
from inspect import signature
from typing import Any

import mesa
from measuring import Row, rate, surroundings
from peer import PeerModel

from simulation.model.model import InfluenceModel
from simulation.numerics.dates import quarter_of
from simulation.numerics.memory import let_go

BLOCKS = (1, 10, 100, 250, 500, 1000, 2000, 4000, 8000, 16000)
PEERS = 12
OURS = 3
ROUNDS = 3
"""Turns of peer and ensembles, so that a disturbance meets both."""
PEER, SINGLE, ENSEMBLE = "peer", "mesa.batch_run, one run a model", "ensemble"
DRAWN, USUAL = "ensemble, parameters drawn", (1000, 2000)
"""What a batch plays: each run with its own parameters from the posterior, in such blocks."""


def peers(until: str) -> None:
    """Histories of the peer under Mesa's own batch runner."""
    _batch_run(PeerModel, {"until": until}, range(PEERS), until)


def singles(until: str) -> None:
    """Our own model under Mesa's batch runner, a model with one run each."""
    given = {"scenario": ["baseline"], "first_run": range(OURS), "until": until}
    _batch_run(InfluenceModel, given, [1], until)


def _batch_run(model: type, given: dict[str, Any], seeds: Iterable[int], until: str) -> None:
    seeds = list(seeds)
    if "rng" in signature(mesa.batch_run).parameters:  # Mesa 3.5 overwrites it in the parameters
        more = {"rng": seeds}
    else:
        given, more = {**given, "rng": seeds}, {}
    mesa.batch_run(
        model,
        given,
        number_processes=1,
        max_steps=quarter_of(until) + 1,
        display_progress=False,
        **more,
    )


def ensemble(block: int, until: str, parameters: str = "point") -> None:
    """One block of histories, which is let go as a batch does."""
    model = InfluenceModel("baseline", runs=block, seed=1, parameters=parameters, until=until)
    let_go([model.run()])


def measure(until: str = "2015Q4", seconds: float = 4.0) -> list[Row]:
    """Rows of what, block, runs per CPU-second and the ratios to the peer and to batch_run."""
    ensemble(2, until)  # imports, caches, compiled passes
    works = {
        (PEER, 1): (partial(peers, until), PEERS),
        (SINGLE, 1): (partial(singles, until), OURS),
        **{(ENSEMBLE, block): (partial(ensemble, block, until), block) for block in BLOCKS},
        **{
            (DRAWN, block): (partial(ensemble, block, until, "posterior"), block) for block in USUAL
        },
    }
    best = dict.fromkeys(works, 0.0)
    for _ in range(ROUNDS):
        for key, (work, runs) in works.items():
            best[key] = max(best[key], rate(work, runs, seconds / ROUNDS))
    return [
        {
            "what": what,
            "block": block,
            "runs_per_cpu_second": round(speed, 1),
            "ratio_to_peer": round(speed / best[PEER, 1], 2),
            "ratio_to_batch_run": round(speed / best[SINGLE, 1], 1),
        }
        for (what, block), speed in best.items()
    ]


def main() -> None:
    """Time everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--until", default="2015Q4")
    parser.add_argument("--seconds", type=float, default=4.0, help="CPU time spent on each row")
    parser.add_argument("--json", action="store_true", help="rows and versions for another program")
    given = parser.parse_args()
    if given.json:
        found = {"surroundings": surroundings(), "rows": measure(given.until, given.seconds)}
        print(json.dumps(found))
        return
    print(", ".join(f"{name} {value}" for name, value in surroundings().items()))
    for row in measure(given.until, given.seconds):
        print(
            f"{row['what']:34s}{row['block']:6d} a block {row['runs_per_cpu_second']:9.1f} runs a "
            f"CPU-second {row['ratio_to_peer']:7.2f} x peer {row['ratio_to_batch_run']:7.1f} x "
            "batch_run"
        )


if __name__ == "__main__":
    main()
