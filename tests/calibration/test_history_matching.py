"""Waves rule out what could not have been."""

from __future__ import annotations

import dataclasses

import pytest
from calibration.toy import TRUTH, toy

from simulation.calibration.history_matching import MAY_PART, NothingLeft, from_space, next_wave


def with_figures(targets, *observed):
    """The toy's figure with other values: what a year read as far off as that would be."""
    figures = targets.each[2:]
    each = tuple(
        dataclasses.replace(it, observed=value) for it, value in zip(figures, observed, strict=True)
    )
    return dataclasses.replace(targets, each=(*targets.each[:2], *each))


def test_a_wave_rules_out_what_could_not_have_been_and_keeps_the_truth():
    runner = toy(figures=MAY_PART + 1)
    targets = runner.ground.targets
    wave = next_wave([], 6000, runner, "wave 1")
    left = from_space([wave.emulator], 2000, 1, targets, "left")
    assert 0.2 < wave.left < 0.9
    assert left[:, 0].min() < 0.1  # a part may have been read wrongly, and rules nothing out
    assert left[:, 1].max() - left[:, 1].min() < 0.95  # figures do
    assert left[:, 1].min() < TRUTH < left[:, 1].max()


def test_figures_that_no_vector_meets_rule_everything_out_only_if_they_are_more_than_may_part():
    runner = toy(figures=MAY_PART + 1)
    targets = runner.ground.targets
    wave = next_wave([], 6000, runner, "wave 1")
    far, near = 99.0, targets.each[2].observed
    some = with_figures(targets, *[far] * MAY_PART, near)
    assert len(from_space([wave.emulator], 100, 1, some, "some")) == 100
    with pytest.raises(NothingLeft):
        from_space([wave.emulator], 10, 1, with_figures(targets, *[far] * (MAY_PART + 1)), "none")


def test_what_each_target_speaks_against_is_told_of_it_alone():
    runner = toy()
    wave = next_wave([], 6000, runner, "wave 1")
    assert wave.left == 1  # one figure may part
    assert wave.against[2] > 0.1 > wave.against[:2].max()
