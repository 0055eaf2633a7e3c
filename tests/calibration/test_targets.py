"""Targets: what was known on a day, and which parameters are left alone."""

from __future__ import annotations

import datetime as dt

import pytest

from simulation.calibration.targets import load_targets
from simulation.calibration.trials import Ground
from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems
from simulation.scenario.scenario import load_scenario

CUTLER = dt.date(2004, 3, 24)


def test_there_are_targets_enough_and_the_patterns_are_among_them():
    targets = load_targets(load_catalogue())
    assert len(targets.each) >= 25
    assert len({target.group for target in targets.each}) >= 25
    heads = {name.split()[0] for name in targets.names}
    assert {f"P{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 10, 11)} | {"P6n"} <= heads


def test_every_drawn_parameter_is_fitted_or_left_alone_with_a_reason():
    catalogue, targets = load_catalogue(), load_targets(load_catalogue())
    groups = [set(targets.fitted), set(targets.unfitted), set(targets.held)]
    assert set.union(*groups) == set(catalogue.drawable())
    assert sum(map(len, groups)) == len(catalogue.drawable())
    assert all({**targets.unfitted, **targets.held}.values())
    for key in ("organizations.belonging_fear", "patronage.reserve.japan"):
        assert key in targets.unfitted


def test_a_posterior_as_of_a_day_knows_nothing_later():
    catalogue = load_catalogue()
    targets = load_targets(catalogue, CUTLER)
    assert not any(name.endswith(("2004", "2005")) for name in targets.names)
    assert "P4 secretariat" in targets.names
    assert not {"P2 dushanbe", "P5", "P6 statement", "P7 mongolia", "P10"} & set(targets.names)
    ground = Ground.of(catalogue, load_scenario("baseline", catalogue), targets, 1)
    assert all(event.date <= CUTLER for event in ground.scenario.events)
    with pytest.raises(Problems, match="nothing later may touch"):
        load_targets(catalogue, dt.date(2006, 1, 1))
    with pytest.raises(Problems, match="hardly anything was known"):
        load_targets(catalogue, dt.date(2001, 7, 2))
