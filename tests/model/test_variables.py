"""What is recorded every quarter: its axes, its limits, and how it is read."""

import numpy as np
import pytest
from rounding import ROUNDING

from simulation.model.measures import measured
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import VARIABLES, measure_variables
from simulation.numerics.arrays import FLOAT
from simulation.world import world as w


@pytest.fixture(scope="module")
def model():
    return InfluenceModel("baseline", runs=25, seed=2, parameters="prior").run("2005Q4")


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_a_variable_keeps_to_its_axes_and_its_limits(name, model):
    variable = VARIABLES[name]
    assert variable.name == name
    assert variable.description.endswith(".")
    assert variable.unit
    values = variable.measure(model.world)
    axes = [getattr(model.world.axes, axis) for axis in variable.axes]
    assert values.shape == (*(len(axis) for axis in axes), 25)
    assert np.isfinite(values).all()
    assert variable.low < variable.high
    assert values.min() >= variable.low
    if not variable.unit.startswith("US$"):  # money has no upper limit
        assert values.max() <= variable.high


def test_all_variables_are_measured_together(model):
    together = measure_variables(model.world)
    assert list(together) == list(VARIABLES)
    for name, values in together.items():
        assert np.array_equal(values, VARIABLES[name].measure(model.world))


def test_influence_is_shared_out_among_all_powers(model):
    shares = VARIABLES["influence_share"].measure(model.world)
    np.testing.assert_allclose(shares.sum(axis=0), 1, rtol=0, atol=ROUNDING)
    china, russia = (model.world.place("power", power) for power in ("china", "russia"))
    contest = VARIABLES["contest"].measure(model.world)
    np.testing.assert_allclose(contest, shares[china] + shares[russia], rtol=ROUNDING)


def test_yes_and_no_are_one_and_zero(model):
    world = model.world
    for name in ("base_open", "membership_full", "project_open"):
        values = VARIABLES[name].measure(world)
        assert values.dtype == FLOAT
        assert set(np.unique(values)) == {0, 1}
    status = world.base_status[world.place("installation", "manas")]
    is_open = VARIABLES["base_open"].measure(world)[world.place("installation", "manas")]
    assert np.array_equal(is_open == 1, (status == w.OPEN) | (status == w.NOTICE))


def test_observers_are_no_members(model):
    world = model.world
    sco = world.place("organization", "sco")
    full = VARIABLES["membership_full"].measure(world)[sco]
    standing = world.standing[sco, len(world.axes.power) :]
    assert (standing == w.OBSERVER).any()
    assert np.array_equal(full == 1, standing == w.MEMBER)


def test_drills_joined_counts_what_a_member_took_part_in():
    model = InfluenceModel("baseline", runs=60, seed=3, until="2006Q4")
    world = model.world
    place = world.place("organization", "pfp"), world.place("member", "kazakhstan")
    called, joined = np.zeros(60), np.zeros(60)
    while model.quarter < model.horizon:
        model.step()
        called += world.exercised[place[0]]
        joined += world.took_part[place]
    whom = {"organization": "pfp", "member": "kazakhstan"}
    found = measured(model, "drills_joined", whom)
    stayed = (world.left_at[place] < 0) & (called > 0)
    assert stayed.sum() > 20
    assert joined[stayed].min() < called[stayed].max()
    np.testing.assert_allclose(found[stayed], (joined / called)[stayed])
