"""What a calibration found: how many vectors it is worth, and what could be observed."""

from __future__ import annotations

import numpy as np
import pytest
from calibration.toy import ERROR, SPREAD

from simulation.calibration.diagnosis import unrelated
from simulation.calibration.trials import luck


def test_relatives_count_less_the_more_they_are_alike():
    family = np.repeat(np.arange(50), 4)
    alone, alike = luck(1, "alone", 200, 2), np.repeat(luck(1, "alike", 50, 2), 4, axis=0)
    assert unrelated(alone, np.arange(200)).tolist() == [200, 200]
    assert unrelated(alike, family) == pytest.approx([50, 50])
    assert (unrelated(alone, family) > 140).all()
    halfway = unrelated((alone + alike) / 2, family)
    assert ((halfway > 60) & (halfway < 140)).all()
    assert unrelated(alike[:4], family[:4]).tolist() == [1, 1]


def test_what_could_be_observed_is_told_for_every_target(found):
    shown = {each["name"]: each for each in found[3]["targets"]}
    figure = shown["figure 2005"]
    assert figure["observation"] == figure["error"] == ERROR
    assert figure["low"] < figure["observed"] < figure["high"]
    assert figure["beyond"] > 0.5
    # Parameters, luck and errors together: one draw and its error were seen, one more is told.
    reach = 1.645 * np.sqrt(2 * (SPREAD**2 + ERROR**2))
    assert figure["high"] - figure["median"] == pytest.approx(reach, rel=0.25)
    part = shown["P1"]
    assert part["low"] < part["posterior"] < part["high"] <= 1
    assert part["beyond"] == part["posterior"]
