"""Every mechanism has an outcome that it should move, and moves it; what does not is known."""

from __future__ import annotations

import pytest

from simulation.contrast.ablation import EXPECTATIONS, measure_effects
from simulation.scenario.mechanisms import SWITCHES

RUNS = 300
UNCLEAR = {"order_of_aims", "drug_threat"}
"""Mechanisms whose effect cannot be told from zero; see docs/mechanisms.md."""


@pytest.fixture(scope="module")
def effects():
    return {effect.switch: effect for effect in measure_effects(RUNS, seed=2)}


def test_every_switch_has_an_expectation():
    assert set(EXPECTATIONS) == set(SWITCHES)


@pytest.mark.parametrize("name", sorted(set(SWITCHES) - UNCLEAR))
def test_turning_it_off_moves_the_outcome_as_the_documents_imply(effects, name):
    effect = effects[name]
    assert effect.borne_out, (effect.expectation.outcome, effect.measured)


@pytest.mark.parametrize("name", sorted(UNCLEAR))
def test_what_cannot_be_told_from_zero_never_goes_the_other_way(effects, name):
    assert effects[name].verdict != "the other way"


def test_effects_do_not_depend_on_blocks(monkeypatch):
    whole = measure_effects(10, seed=4, switches=("campaign_bases",))
    monkeypatch.setattr("simulation.contrast.ablation._BLOCK", 7)
    assert measure_effects(10, seed=4, switches=("campaign_bases",)) == whole
