"""A campaign against the numbers: parameters at their bounds and far beyond their ranges."""

from __future__ import annotations

import math
import os
import random
from pathlib import Path

from campaign import Attempt, Campaign

from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import OUTCOMES, measure_outcomes
from simulation.world.soundness import DEBUG, require_finite

RUNS = 3
UNTIL = "2003Q4"
SEVERAL = 40
"""Parameters that are moved at once, at most."""


def far(low: float, high: float, luck: random.Random) -> float:
    """A value at an end of a range, or far beyond it."""
    width = (high - low) or max(abs(high), 1.0)
    return luck.choice(
        (low, high, 0.0, low - width, high + width, high + 100 * width, low - 100 * width,
         math.copysign(1e-30, high), high + 1e6 * width)
    )  # fmt: skip


def begin(shared: Path) -> Attempt:
    """Numbers at corners and far away: refused, or all of the world within its bounds."""
    catalogue = load_catalogue()
    limits = {key: catalogue.range_of(key) for key in catalogue.drawable()}
    ranges = {key: pair for key, pair in limits.items() if pair is not None}
    os.environ[DEBUG] = "1"

    def attempt(luck: random.Random, ground: Path) -> str:
        keys = luck.sample(sorted(ranges), luck.randint(1, SEVERAL))
        given = {key: far(*ranges[key], luck) for key in keys}
        seed = luck.getrandbits(32)
        while True:
            try:
                model = InfluenceModel(
                    "baseline", RUNS, seed, parameters={"source": "prior", **given}, until=UNTIL
                )
                break
            except Problems as problems:  # outside its bounds, or not with the others: leave it out
                named = [
                    key for key in given if any(key in str(each) for each in problems.problems)
                ]
                if not named:
                    return f"refused without a name: {problems}"
                for key in named:
                    del given[key]
        model.run()
        require_finite(measure_outcomes(model, OUTCOMES), "baseline", model.world)
        return ""

    return attempt


CAMPAIGN = Campaign("corners", begin.__doc__ or "", begin, short=20, long=500)
