"""The plain rivals: nothing changes, or things change as often as they did."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from simulation.backtest import baselines
from simulation.backtest.baselines import Past
from simulation.evidence.catalogue import load_catalogue
from simulation.scenario.scenario import load_scenario


def past(year, month, day):
    return Past.until(dt.date(year, month, day), load_scenario("baseline"), load_catalogue())


def test_persistence_says_that_nothing_changes(questions):
    known, uniform = past(2005, 10, 31), baselines.sampler(1)
    said = {
        name: baselines.persistence(each, known, uniform, load_catalogue()).mean()
        for name, each in questions.items()
    }
    assert said["base"] == 1
    assert said["rent"] == 2
    assert said["bases"] == 2
    assert said["member"] == said["ouster"] == said["project"] == 0
    assert said["count"] == 4
    assert said["trade"] == pytest.approx(0.164, abs=0.01)
    assert said["agreement"] == pytest.approx(0.284, abs=0.02)


def test_a_random_walk_spreads_with_time(questions):
    known, uniform = past(2005, 10, 31), baselines.sampler(1)
    later = dataclasses.replace(questions["trade"], resolves=dt.date(2009, 12, 31))
    near = baselines.persistence(questions["trade"], known, uniform, load_catalogue())
    far = baselines.persistence(later, known, uniform, load_catalogue())
    assert far.std() == pytest.approx(2 * near.std(), rel=0.15)


def test_base_rates_are_fitted_on_what_was_known(questions):
    """By October 2005 a head of state had fallen; in March 2004 none had."""
    uniform = baselines.sampler(1)
    early = dataclasses.replace(
        questions["ouster"], as_of=dt.date(2004, 3, 24), resolves=dt.date(2006, 5, 24)
    )
    knew = baselines.base_rates(questions["ouster"], past(2005, 10, 31), uniform, load_catalogue())
    ignored = baselines.base_rates(early, past(2004, 3, 24), uniform, load_catalogue())
    assert ignored.mean() < knew.mean() / 1.5
    assert max(max(each) for each in past(2004, 3, 24).figures.values()) == 2003


def test_base_rates_leave_room_for_what_never_happened(questions):
    known, uniform = past(2005, 10, 31), baselines.sampler(1)
    chance = baselines.base_rates(questions["member"], known, uniform, load_catalogue()).mean()
    assert 0 < chance < 0.2
