"""Waves rule out what could not have been."""

from __future__ import annotations

import dataclasses

import pytest
from calibration.toy import TRUTH, toy

from simulation.calibration.history_matching import NothingLeft, from_space, next_wave


def test_a_wave_rules_out_what_could_not_have_been_and_keeps_the_truth():
    runner = toy()
    targets = runner.ground.targets
    wave = next_wave([], 6000, runner, "wave 1")
    left = from_space([wave.emulator], 2000, 1, targets, "left")
    assert 0.2 < wave.left < 0.9
    assert left[:, 0].min() < 0.1  # a part may have been read wrongly, and rules nothing out alone
    assert left[:, 1].max() - left[:, 1].min() < 0.95  # a figure does
    assert left[:, 1].min() < TRUTH < left[:, 1].max()
    impossible = dataclasses.replace(
        targets, each=(*targets.each[:2], dataclasses.replace(targets.each[2], observed=99.0))
    )
    with pytest.raises(NothingLeft):
        from_space([wave.emulator], 10, 1, impossible, "none")
