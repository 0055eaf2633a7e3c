"""Every mechanism has an outcome that it should move, and moves it; what does not is known."""

from __future__ import annotations

import pytest

from simulation.contrast import ablation
from simulation.contrast.ablation import EXPECTATIONS, measure_effects, without_expectation
from simulation.evidence.catalogue import load_catalogue
from simulation.parameters.numbers import usual_source
from simulation.scenario.mechanisms import SWITCHES, Switch
from simulation.show.tables import effect_table

RUNS = 300
UNCLEAR = {"alarm", "drug_threat", "order_of_aims"}
"""Mechanisms whose effect cannot be told from zero with so few runs; see docs/mechanisms.md."""


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


def test_a_switch_without_expectation_is_told_of_and_ends_nothing(monkeypatch):
    more = {
        **SWITCHES,
        "novelty": Switch("novelty", (), "A claim of one's own.", {"basing.rent": 1}),
    }
    monkeypatch.setattr(ablation, "SWITCHES", more)
    assert without_expectation() == ["novelty"]
    found = measure_effects(4, seed=4, switches=("campaign_bases",))
    said = " ".join(effect_table(found, width=120, unmeasured=without_expectation()).split())
    assert "Not measured, since nothing says which outcome should move: novelty." in said


def test_the_source_is_the_posterior_where_nothing_else_is_asked_for():
    usual, point = (
        measure_effects(20, seed=4, switches=("hedging",), parameters=source)
        for source in (None, "point")
    )
    assert usual[0].parameters == usual_source(load_catalogue())
    assert usual[0].measured != point[0].measured
    assert "(calibrated)" in effect_table(usual, width=120)
    assert "(point values: no parameter uncertainty)" in effect_table(point, width=120)


def test_effects_do_not_depend_on_blocks(monkeypatch):
    whole = measure_effects(10, seed=4, switches=("campaign_bases",))
    monkeypatch.setattr("simulation.contrast.ablation._BLOCK", 7)
    assert measure_effects(10, seed=4, switches=("campaign_bases",)) == whole


@pytest.mark.parametrize("given", [1.0, [0.5, 1.0, 1.0, 1.0]])
def test_a_mechanism_that_is_turned_off_stays_off_whatever_is_given(given):
    """A number that was given won over the switch."""
    key = "patronage.conditionality.united_states"
    numbers = {"source": "point", key: given}
    (effect,) = measure_effects(4, seed=4, switches=("conditional_aid",), parameters=numbers)
    (usual,) = measure_effects(4, seed=4, switches=("conditional_aid",), parameters="point")
    assert effect.measured.mean == usual.measured.mean
