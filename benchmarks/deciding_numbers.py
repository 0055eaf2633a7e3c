"""Which uncertain numbers decide: how much of the spread of outcomes each of them carries.

    python benchmarks/deciding_numbers.py [--runs N] [--freeze]

All uncertain numbers are drawn from their ranges at once, each by itself, and free runs of the
baseline are played. Of each declared outcome, and of each part of a pattern, the variance of its
mean over slices of a number's range is set against its variance over all runs, luck included (a
first-order index). The `DRAWN` numbers that carry most of anything are drawn, and `DRAWN_TOO`; all
others are held at their values. What is found is stored in `benchmarks/deciding_numbers.json`;
`--freeze` holds the small ones at their values, in `simulation/evidence/data/frozen.yaml`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import yaml

from simulation.evidence.catalogue import load_catalogue
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import OUTCOMES, measure_outcomes
from simulation.model.patterns import read_patterns, watched_run
from simulation.numerics.randomness import Draws
from simulation.parameters.sampling import DRAWN_AT

STORED = Path(__file__).with_suffix(".json")
AT_ONCE = 2000
"""Runs of one model."""
DRAWN = 80
"""Numbers that are drawn: as many as a calibration can tell apart, and a reader look through."""
DRAWN_TOO = ("appraisal.rivalry.china.russia", "appraisal.rivalry.russia.china")
"""Numbers at whose values a mechanism (`sponsors_discord`) would stand still in every run."""
SLICES = 20
WHY = (
    "Carries at most {least:.1%} of the variance of any declared outcome and of any part of a "
    "pattern, over {runs:,} free runs in which all uncertain numbers are drawn at once; all that "
    "are held carry together at most {most:.0%} of any (benchmarks/deciding_numbers.py)."
)


def main() -> None:
    """Play the runs, store what they say, and freeze if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--freeze", action="store_true")
    given = parser.parse_args()
    catalogue = load_catalogue()
    keys = tuple(
        key for key in catalogue.uncertain if np.ptp(catalogue.range_of(key) or (0.0, 0.0)) > 0
    )
    played = [played_with(keys, first) for first in range(0, given.runs, AT_ONCE)]
    places = np.concatenate([place for place, _ in played], axis=1)
    read = {
        name: np.concatenate([outcomes[name] for _, outcomes in played]) for name in played[0][1]
    }
    carried = {name: shares(values, places) for name, values in read.items() if np.ptp(values) > 0}
    most = np.max(list(carried.values()), axis=0)
    held = (most <= np.sort(most)[::-1][DRAWN]) & ~np.isin(keys, DRAWN_TOO)
    lost = {name: float(share[held].sum()) for name, share in carried.items()}
    found = {
        "uncertain": len(keys),
        "outcomes and parts of patterns": len(carried),
        "runs": given.runs,
        "drawn": int((~held).sum()),
        "least that is drawn": float(np.sort(most)[::-1][DRAWN - 1]),
        "most that is held": max(lost.items(), key=lambda each: each[1]),
        "carries": {
            keys[at]: [round(float(most[at]), 3), max(carried, key=lambda it: carried[it][at])]
            for at in np.argsort(-most)
        },
    }
    STORED.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if given.freeze:
        why = WHY.format(least=most[held].max(), runs=given.runs, most=max(lost.values()))
        content = {"small": {"why": why, "keys": sorted(np.array(keys)[held].tolist())}}
        text = yaml.safe_dump(content, sort_keys=False, width=100)
        head = "# Uncertain numbers that are held at their values instead of drawn.\n"
        (catalogue.directory / "frozen.yaml").write_text(head + text, encoding="utf-8")
    least = found["least that is drawn"]
    print(f"{DRAWN} of {len(keys)} uncertain numbers carry {least:.1%} or more.")


def played_with(keys: tuple[str, ...], first: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Free runs with every number drawn: its place in its range, and what the runs came to.

    Args:
        keys: full keys of the numbers.
        first: number of the first run; `AT_ONCE` are played.

    Returns:
        Places between 0 and 1, shape (numbers, runs); name to values of shape (runs,).
    """
    catalogue, runs = load_catalogue(), np.arange(first, first + AT_ONCE)
    draws = Draws(1, first, AT_ONCE)
    places = np.stack([draws.uniform(DRAWN_AT, "parameter", key) for key in keys])
    drawn = {}
    for key, place in zip(keys, places, strict=True):
        low, high = catalogue.range_of(key)
        drawn[key] = low + (high - low) * place
    given = {"source": "point", **drawn}
    model = InfluenceModel("baseline", seed=1, run_numbers=runs, parameters=given)
    parts = read_patterns(model, watched_run(model))
    outcomes = measure_outcomes(model.run(), OUTCOMES)
    read = outcomes | {name: part.astype(float) for name, part in parts.items()}
    return places, {name: np.nan_to_num(values) for name, values in read.items()}


def shares(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Share of the variance of an outcome that each number carries by itself, shape (numbers,).

    What slices of a range would show by chance alone is taken off.
    """
    slices = np.minimum((places * SLICES).astype(int), SLICES - 1)
    found = np.empty(len(places))
    for at, row in enumerate(slices):
        count = np.bincount(row, minlength=SLICES)
        means = np.bincount(row, weights=values, minlength=SLICES) / np.maximum(count, 1)
        found[at] = np.average((means - values.mean()) ** 2, weights=count)
    by_chance = (SLICES - 1) / len(values)
    return np.maximum(found / values.var() - by_chance, 0)


if __name__ == "__main__":
    main()
