"""Parameters as arrays: each number of a scenario in its one place."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.evidence.catalogue import load_catalogue
from simulation.numerics.arrays import FLOAT
from simulation.parameters.weights import Weights
from simulation.scenario.scenario import load_scenario
from simulation.world.axes import Axes

CATALOGUE = load_catalogue()


def built(drawn=None, settings=()):
    catalogue, scenario = load_catalogue(), load_scenario("baseline", settings=settings)
    axes = Axes.of(catalogue, scenario).mapping()
    return Weights(catalogue, scenario.values, drawn or {}, axes), scenario, axes


def read(weights, key, axes):
    """One number by its full key, through the groups and arrays."""
    parameter, path = CATALOGUE.split(key)
    group, _, name = parameter.key.partition(".")
    found = getattr(getattr(weights, group), parameter.rules_say or name.replace(".", "_"))
    for axis, part in zip(parameter.over or (), path, strict=True):
        found = found[axes[axis].index(part)] if axis in axes else found[part]
    return found


def test_every_number_of_the_scenario_stands_in_its_place():
    weights, scenario, axes = built()
    for key, value in scenario.values.items():
        assert np.all(read(weights, key, axes) == value), key


def test_tables_have_an_axis_for_each_they_are_declared_over_and_the_run_last():
    weights, _, axes = built()
    for parameter in load_catalogue().parameters.values():
        over = tuple(parameter.over or ())
        group, _, name = parameter.key.partition(".")
        name = parameter.rules_say or name.replace(".", "_")
        found = getattr(getattr(weights, group), name)
        if any(axis not in axes for axis in over):
            assert isinstance(found, dict), parameter.key
        elif over:
            assert found.shape == (*(len(axes[axis]) for axis in over), 1), parameter.key
        else:
            assert isinstance(found, FLOAT), parameter.key


def test_what_is_drawn_has_a_number_for_every_run():
    drawn = {
        "alignment.hedging": np.array([1.0, 2.0, 3.0]),
        "basing.reservation.united_states": np.array([70.0, 75.0, 80.0]),
        "appraisal.priority.access.japan": np.array([0.0, 0.1, 0.2]),
    }
    weights, scenario, axes = built(drawn)
    for key, values in drawn.items():
        assert read(weights, key, axes).tolist() == values.astype(FLOAT).tolist()
    assert weights.basing.reservation.shape == (len(axes["power"]), 3)
    russia = scenario.values["basing.reservation.russia"]
    assert read(weights, "basing.reservation.russia", axes).tolist() == [russia] * 3
    assert isinstance(weights.alignment.share, FLOAT)


def test_setting_one_number_changes_that_one_alone():
    drawn = {
        "basing.reservation.united_states": np.array([70.0, 75.0]),
        "basing.reservation.russia": np.array([20.0, 30.0]),
    }
    weights, scenario, axes = built(drawn)
    weights.set("basing.reservation.united_states", 5.0)
    weights.set("alignment.hedging", 9.0)
    weights.set("appraisal.priority.access.china", 0.5)
    given = {"alignment.hedging": 9.0, "appraisal.priority.access.china": 0.5}
    for key, value in scenario.values.items():
        if not key.startswith("basing.reservation."):
            assert np.all(read(weights, key, axes) == given.get(key, value)), key
    assert np.all(read(weights, "basing.reservation.united_states", axes) == 5.0)
    assert read(weights, "basing.reservation.russia", axes).tolist() == [20.0, 30.0]
    assert np.all(read(weights, "basing.reservation.japan", axes) == 0.0)


def test_settings_come_through():
    weights, _, axes = built(settings=("basing.notice.manas=90",))
    assert np.all(read(weights, "basing.notice.manas", axes) == 90)
    assert np.all(read(weights, "basing.notice.kant", axes) == 180)


def test_a_misspelt_name_is_told():
    weights, _, _ = built()
    with pytest.raises(AttributeError, match="hedgin"):
        _ = weights.alignment.hedgin


def small(over, values, otherwise=None, drawn=None):
    parameter = SimpleNamespace(over=over, otherwise=otherwise, rules_say=None)
    catalogue = SimpleNamespace(parameters={"group.name": parameter})
    return Weights(catalogue, values, drawn or {}, {"power": ("a", "b")}).group.name


def test_otherwise_fills_what_is_not_listed():
    table = small(["power"], {"group.name.a": 3.0}, otherwise=7.0)
    assert table.tolist() == [[3.0], [7.0]]


def test_a_number_that_is_nowhere_is_told_by_its_full_key():
    with pytest.raises(KeyError, match=r"group\.name\.b"):
        small(["power"], {"group.name.a": 3.0})


def test_axes_the_world_does_not_know_come_first():
    table = small(["feature", "power"], {"group.name.x.a": 1.0, "group.name.x.b": 2.0})
    assert table["x"].tolist() == [[1.0], [2.0]]
    with pytest.raises(ValueError, match="free axes first"):
        small(["power", "feature"], {"group.name.a.x": 1.0})
