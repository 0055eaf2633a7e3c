"""When councils meet: on the days that are known, else in their season; none is lost to another."""

from __future__ import annotations

import numpy as np

from simulation.model.agents import Organization
from simulation.model.model import InfluenceModel
from simulation.numerics.dates import quarter_name, quarter_of, year_of


def sco_of(model):
    return next(it for it in model.agents_by_type[Organization] if it.name == "sco")


def meetings(council):
    """The quarters to 2008 in which a council of the SCO meets in a free run."""
    model = InfluenceModel("baseline", runs=2, seed=1, parameters="point")
    sco, met = sco_of(model), []
    for quarter in range(quarter_of("2008Q4") + 1):
        model.world.quarter = quarter
        met += [quarter_name(quarter)] if sco.meets(council) else []
    return met


def test_a_year_without_a_known_day_has_no_meeting_as_far_as_days_are_known():
    assert meetings("heads_of_government") == [
        *("2001Q3", "2003Q3", "2004Q3", "2005Q4"),
        *("2006Q3", "2007Q3", "2008Q3"),
    ]
    assert meetings("heads_of_state")[:4] == ["2002Q2", "2003Q2", "2004Q2", "2005Q3"]


def test_nothing_but_the_charter_is_founded_before_may_2003():
    model = InfluenceModel("baseline", runs=100, seed=1).run("2003Q1")
    founded = model.world.founded[
        [b for b, key in enumerate(model.world.axes.body) if key[0] == "sco"]
    ]
    names = [key[1] for key in model.world.axes.body if key[0] == "sco"]
    standing = {name for name, row in zip(names, founded, strict=True) if row.any()}
    assert standing == {"charter"}


def test_two_councils_that_meet_in_one_quarter_both_decide(monkeypatch):
    """Heads of government once lost their meeting to heads of state of the same quarter."""
    model = InfluenceModel("baseline", runs=100, seed=1, parameters="point").run("2003Q1")
    monkeypatch.setattr(Organization, "meets", lambda self, council: council in self.entry.summits)
    model.step()
    world = model.world
    for body in ("secretariat", "trade_outline"):  # one of either council
        at = world.founded_at[world.place("body", ("sco", body))]
        assert np.mean(at == model.quarter) > 0.2, body


def test_after_the_days_of_the_record_the_season_holds_in_a_run_held_to_history():
    model = InfluenceModel("baseline", runs=2, seed=1)
    assert sco_of(model).known_until == 2005
    assert year_of(quarter_of("2005Q4")) == 2005
