"""A campaign against the numbers: parameters at their bounds and far beyond their ranges."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import numpy as np
from campaign import Attempt, Campaign

from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import OUTCOMES, due_in_every_run, measure_outcomes
from simulation.world.soundness import DEBUG, require_finite

RUNS = 3
UNTIL = "2003Q4"
SEVERAL = 40
"""Parameters that are moved at once, at most."""


def corner(low: float, high: float, luck: random.Random) -> float:
    """A value at an end of a range."""
    return luck.choice((low, high))


def beyond(low: float, high: float, luck: random.Random) -> float:
    """A value as far beyond a range as that is wide."""
    return luck.choice((low - (high - low), high + (high - low)))


def far(low: float, high: float, luck: random.Random) -> float:
    """A value that nobody can mean."""
    width = (high - low) or max(abs(high), 1.0)
    return luck.choice((0.0, high + 100 * width, low - 100 * width, 1e-30, high + 1e6 * width))


def begin(shared: Path) -> Attempt:
    """At the corners of its ranges and as far beyond, all of the world lies within its bounds.

    Far away it does, or an outcome that is no number is named, with run and quarter.
    """
    catalogue = load_catalogue()
    limits = {key: catalogue.range_of(key) for key in catalogue.drawable()}
    ranges = {key: pair for key, pair in limits.items() if pair is not None}

    def attempt(luck: random.Random, ground: Path) -> str:
        place = luck.choice((corner, corner, beyond, far))
        keys = luck.sample(sorted(ranges), luck.randint(1, SEVERAL))
        given = {key: place(*ranges[key], luck) for key in keys}
        seed = luck.getrandbits(32)
        os.environ[DEBUG] = "" if place is far else "1"
        while True:
            try:
                model = InfluenceModel(
                    "baseline", RUNS, seed, parameters={"source": "prior", **given}, until=UNTIL
                )
                break
            except Problems as problems:  # outside its bounds, or not with others: leave it out
                told = problems.render()
                named = [key for key in given if key in told]
                if not named:
                    return f"refused without a name: {problems}"
                for key in named:
                    del given[key]
        with np.errstate(all="ignore"):
            model.run()
        try:
            due = due_in_every_run(measure_outcomes(model, OUTCOMES), OUTCOMES)
            require_finite(due, "baseline", model.world)
        except Problems as problems:
            named_so = re.search(r"is (nan|-?inf) in run \d at 2003Q4", str(problems))
            return "" if place is far and named_so else f"{place.__name__}: {problems}"
        return ""

    return attempt


CAMPAIGN = Campaign("corners", "sound at corners, named far away", begin, short=20, long=500)
