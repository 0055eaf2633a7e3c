"""A debugging model says which quantity goes wrong first, where, and when."""

import numpy as np
import pytest

from simulation import InfluenceModel
from simulation.commands.program import main
from simulation.inputs.problems import Problems
from simulation.model import turn
from simulation.model.outcomes import measure_outcomes
from simulation.world.soundness import DEBUG, Unsound, require_finite, require_sound
from simulation.world.world import LAYOUT

BOUNDED = [
    name
    for name, layout in LAYOUT.items()
    if np.isfinite(layout.most) and layout.dtype is not np.bool_
]


@pytest.fixture
def model():
    return InfluenceModel("baseline", runs=3, seed=1, first_run=40, debug=True)


def test_a_new_world_is_sound(model):
    require_sound(model.world)


@pytest.mark.parametrize("name", BOUNDED)
def test_every_bound_is_checked(model, name):
    model.world.array(name)[..., 1] = LAYOUT[name].most + 1
    with pytest.raises(Unsound, match=rf"{name} .*in run 41, outside {LAYOUT[name].least:g} to "):
        require_sound(model.world)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -0.1])
def test_what_no_amount_can_be_is_told_with_its_place(model, value):
    p, a = model.world.place("power", "japan"), model.world.place("region", "tajikistan")
    model.world.goods[p, a, 2] = value
    with pytest.raises(Unsound, match=f"goods of japan, tajikistan is {value} in run 42, outside"):
        require_sound(model.world)


def test_a_phase_that_breaks_a_quantity_is_named(model, monkeypatch):
    def broken(world, *_):
        world.hardship[0, 1] = np.nan

    monkeypatch.setattr(turn, "spread_trouble", broken)
    with pytest.raises(Unsound, match=r"2001Q3, in .*: hardship of kazakhstan"):
        model.step()


def test_checking_changes_no_bit(model):
    plain = InfluenceModel("baseline", runs=3, seed=1, first_run=40, debug=False)
    checked, unchecked = (
        measure_outcomes(model.run("2006Q4")),
        measure_outcomes(plain.run("2006Q4")),
    )
    assert all((checked[name] == unchecked[name]).all() for name in checked)


def test_the_environment_asks_for_checks(monkeypatch):
    assert not InfluenceModel("baseline", seed=1).debug
    monkeypatch.setenv(DEBUG, "0")
    assert not InfluenceModel("baseline", seed=1).debug
    monkeypatch.setenv(DEBUG, "1")
    assert InfluenceModel("baseline", seed=1).debug


def test_an_outcome_that_is_no_number_is_named_with_run_and_quarter(model):
    outcomes = {"depth": np.array([0.1, np.nan, 1]), "rent": np.array([np.inf, 2.0, 2.0])}
    with pytest.raises(Problems) as refused:
        require_finite(outcomes, "no_andijan", model.world)
    told = [problem.message for problem in refused.value.problems]
    assert told == ["depth is nan in run 41 at 2001Q2", "rent is inf in run 40 at 2001Q2"]


def test_an_outcome_may_be_missing_in_every_run_unless_the_world_is_broken(model):
    """As that of a state which is not in the scenario."""
    outcomes = {"share": np.full(3, np.nan)}
    require_finite(outcomes, "no_andijan", model.world)
    model.world.share[0, 0, 2] = np.nan
    with pytest.raises(Problems, match="share is nan in run 40"):
        require_finite(outcomes, "no_andijan", model.world)


def test_a_batch_with_such_an_outcome_ends_in_words(tmp_path, monkeypatch, capsys):
    def broken(model, outcomes):
        return measure_outcomes(model, outcomes) | {"sco_depth": np.array([np.nan, 0, 0, 0])}

    monkeypatch.setattr("simulation.batch.chunks.measure_outcomes", broken)
    asked = ["batch", "no_andijan", "--runs", "4", "--until", "2001Q4", "--workers", "1"]
    assert main([*asked, "--results", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "sco_depth is nan in run 0 at 2001Q4" in told
    assert "Traceback" not in told
