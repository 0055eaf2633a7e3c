"""At corners of all ranges together every quantity is a number within its bounds."""

from __future__ import annotations

import numpy as np

from simulation.evidence.catalogue import load_catalogue
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import OUTCOMES, measure_outcomes
from simulation.numerics.arrays import total
from simulation.world.soundness import DEBUG

CORNERS = 2000
UNTIL = "2008Q4"


def test_corners_of_the_whole_box_are_sound(monkeypatch):
    """Every uncertain number, drawn or held, lies at one end of its range, each run at its own."""
    monkeypatch.setenv(DEBUG, "1")  # every array is held against its bounds, phase by phase
    catalogue = load_catalogue()
    ends = {key: catalogue.range_of(key) for key in catalogue.uncertain}
    luck = np.random.default_rng(20051031)
    given = {key: luck.choice(pair, CORNERS) for key, pair in ends.items()}
    model = InfluenceModel("baseline", CORNERS, seed=1, parameters=given, until=UNTIL)
    world = model.world
    while model.quarter < model.horizon:
        model.step()
        given_in_a_year = 4 * total(total(world.aid, axis=2))
        most = total(model.situation.public.budgets)
        assert (given_in_a_year <= most * (1 + 1e-5)).all(), world.quarter
        assert (abs(total(world.share) - 1) < 1e-4).all(), world.quarter
    for name, values in measure_outcomes(model, OUTCOMES).items():
        assert not np.isinf(values).any(), name
