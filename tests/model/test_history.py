"""History until a date: what was known holds in every run, and nothing later is read."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import re

import numpy as np
import pytest
from rounding import ROUNDING

from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems
from simulation.model.history import History, last_quarter, last_year
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import VARIABLES
from simulation.numerics.arrays import FLOAT
from simulation.numerics.dates import quarter_of
from simulation.scenario.scenario import load_scenario
from simulation.world import world as w

OCTOBER, MARCH = dt.date(2005, 10, 31), dt.date(2004, 3, 24)
RUNS = 24


def known_until(day, scenario="baseline"):
    return dataclasses.replace(load_scenario(scenario), history_until=day)


def conditioned(scenario, until, catalogue=None):
    scenario = known_until(scenario) if isinstance(scenario, dt.date) else scenario
    return InfluenceModel(
        scenario, runs=RUNS, seed=4, parameters="prior", until=until, catalogue=catalogue
    ).run()


def digest(model):
    """Every bit of the world and of the log."""
    found = hashlib.sha256()
    for name, array in model.world.snapshot().items():
        found.update(name.encode() + array.tobytes())
    for *what, runs, values in model.log:
        found.update(repr(what).encode() + runs.tobytes() + values.tobytes())
    return found.hexdigest()


@pytest.fixture(scope="module")
def october():
    """The world at the end of the last quarter that history covers."""
    return conditioned(OCTOBER, "2005Q3").world


def base(world, name, array="base_status"):
    return getattr(world, array)[world.place("installation", name)]


def test_a_date_rounds_to_whole_quarters():
    assert last_quarter(dt.date(2005, 10, 31)) == quarter_of("2005Q3")
    assert last_quarter(dt.date(2004, 3, 24)) == quarter_of("2004Q1")
    assert last_quarter(dt.date(2005, 9, 30)) == quarter_of("2005Q3")
    assert last_quarter(dt.date(2005, 7, 1)) == quarter_of("2005Q2")


def test_a_years_figures_are_known_from_its_last_day_of_october_on():
    assert (last_year(OCTOBER), last_year(MARCH)) == (2005, 2003)
    assert last_year(dt.date(2005, 10, 30)) == 2004


def test_bases_are_as_they_were_in_every_run(october):
    status = {name: set(base(october, name)) for name in october.axes.installation}
    assert status == {
        "karshi_khanabad": {w.NOTICE}, "manas": {w.OPEN}, "kant": {w.OPEN}, "dushanbe": {w.OPEN},
    }  # fmt: skip
    assert set(base(october, "manas", "rent")) == {2.0}
    assert set(base(october, "karshi_khanabad", "rent")) == {FLOAT(11.8)}
    assert set(base(october, "karshi_khanabad", "notice_left")) == {2}


def test_firsts_are_those_of_the_record(october):
    firsts = {
        "karshi_khanabad": ("2001Q4", "2005Q3"), "manas": ("2001Q4", None),
        "kant": ("2003Q4", None), "dushanbe": ("2004Q4", None),
    }  # fmt: skip
    for name, (opened, noticed) in firsts.items():
        assert set(base(october, name, "opened_at")) == {quarter_of(opened)}
        assert set(base(october, name, "notice_at")) == {quarter_of(noticed) if noticed else -1}
        assert set(base(october, name, "closed_at")) == {-1}


def test_everyone_stands_where_they_stood(october):
    def standing(organization):
        table = october.standing[october.place("organization", organization)]
        assert (table == table[:, :1]).all()
        named = zip(october.axes.member, table[:, 0], strict=True)
        return {name: int(each) for name, each in named if each}

    members = dict.fromkeys(
        ["china", "kazakhstan", "kyrgyzstan", "russia", "tajikistan", "uzbekistan"], w.MEMBER
    )
    observers = dict.fromkeys(["india", "iran", "mongolia", "pakistan"], w.OBSERVER)
    assert standing("sco") == members | observers
    assert standing("guuam") == {}
    assert "tajikistan" in standing("pfp")
    assert set(standing("central_asia_plus_japan")) >= {"japan", "turkmenistan"}


def test_bodies_sit_where_they_sat(october):
    body = october.place("body", ("sco", "anti_terrorist_structure"))
    assert october.founded[body].all()
    assert set(october.seat[body]) == {october.place("member", "uzbekistan")}
    assert set(october.founded_at[body]) == {quarter_of("2004Q1")}


def test_works_are_as_far_as_they_were(october):
    def status(name):
        return set(october.project_status[october.place("project", name)])

    assert status("buyers_credit_2004") == status("energy_deal_2005") == {w.RUNNING}
    assert status("atasu_alashankou") == status("khorgos") == status("gwadar") == {w.BUILDING}
    assert status("andijan_osh_kashgar") == {w.PLANNED}
    left = october.quarters_left[october.place("project", "atasu_alashankou")]
    assert (left >= 1).all()
    assert len(set(left)) > 1, "how long it still takes is not known"


def test_trouble_came_when_it_came(october):
    ousters = dict(zip(october.axes.state, october.ousters, strict=True))
    assert set(ousters.pop("kyrgyzstan")) == {1}
    assert not any(each.any() for each in ousters.values())


def test_trade_and_votes_follow_the_figures():
    world = conditioned(OCTOBER, "2005Q4").world
    values = load_catalogue().values
    for power in ("china", "russia", "united_states"):
        for state in world.axes.region:
            p, a = world.place("power", power), world.place("region", state)
            known = values[f"observed.trade_share.y2005.{power}.{state}"]
            np.testing.assert_allclose(world.trade_share[p, a], known, rtol=ROUNDING)
            agreed = VARIABLES["agreement"].measure(world)[p, a]
            known = values[f"observed.agreement.y2005.{power}.{state}"]
            np.testing.assert_allclose(agreed, known, atol=0.011)  # leanings stop short of 1


def test_the_log_tells_what_happened():
    model = conditioned(OCTOBER, "2005Q3")
    entries = [(quarter, kind, actor) for quarter, _, kind, actor, *_ in model.log]
    assert (quarter_of("2003Q4"), "event_open_base", "kant") in entries
    decided = {"open_base", "serve_notice", "keep_base", "close_base", "review", "admit", "leave"}
    assert not decided & {kind for _, kind, _ in entries}


def test_hosts_that_keep_a_guest_prefer_to(october):
    """Where the terms speak against it there is a taste, and only there."""
    taste = base(october, "manas", "taste")
    assert (taste >= 0).all()
    assert 0 < (taste > 0).mean() < 1
    assert not base(october, "karshi_khanabad", "taste").any()


def test_members_are_cool_to_whom_they_did_not_admit():
    """Where the terms spoke for it, and as little as makes them speak against it."""
    world = conditioned(OCTOBER, "2005Q2").world  # a summit in its last quarter
    sco = world.place("organization", "sco")
    welcome = world.welcome[sco, world.place("state", "belarus")]
    assert (welcome <= 0).all()
    assert 0 < (welcome < 0).mean() < 1
    worth, cooled = world.worth[sco, world.place("state", "belarus")], welcome < 0
    # The worth is that of the last summit, before its refusal was known.
    assert ((worth <= 0) | (worth + welcome < 0))[cooled].all()
    assert (world.standing[sco, world.place("member", "belarus")] == w.OUTSIDE).all()


def test_a_refusal_makes_a_later_admission_rarer(monkeypatch):
    cooled = conditioned(OCTOBER, "2008Q4").world
    monkeypatch.setattr(History, "_agree_with_standing", lambda self, uniform: None)
    unmoved = conditioned(OCTOBER, "2008Q4").world
    sco, belarus = (
        cooled.place(*each) for each in (("organization", "sco"), ("member", "belarus"))
    )
    inside = [(world.standing[sco, belarus] > w.OUTSIDE).mean() for world in (cooled, unmoved)]
    assert inside[0] < inside[1]


def test_the_pattern_of_trade_is_the_one_last_measured():
    """Who traded more with China in 2005 than in 2001, against the region, has more potential."""
    model = conditioned(OCTOBER, "2005Q4")
    world, free = model.world, InfluenceModel("baseline", runs=RUNS, seed=4, parameters="prior")
    weight = np.where(world.trade_weight > 0, world.trade_weight, np.nan)
    expected = np.log(weight) - np.log(world.trade_weight.mean(axis=1, keepdims=True))
    found = model.start.log_trade_usual - model.start.log_trade_of_region
    traded = ~np.isnan(expected)
    np.testing.assert_allclose(found[traded], expected[traded], atol=1e-5)
    china, tajikistan = world.place("power", "china"), world.place("region", "tajikistan")
    assert (
        model.start.log_trade_usual[china, tajikistan]
        > free.start.log_trade_usual[china, tajikistan]
    ).all()


def test_a_promise_is_kept_in_the_quarter_after():
    model = conditioned(OCTOBER, "2006Q1")
    world = model.world
    stays = base(world, "manas") == w.OPEN
    rent = base(world, "manas", "rent")[stays]
    assert np.median(rent) > 2
    assert any(kind == "event_set_rent" for _, _, kind, *_ in model.log)


def test_after_the_date_the_run_is_free():
    world = conditioned(OCTOBER, "2010Q4").world
    assert len(np.unique(base(world, "manas", "rent"))) > 1
    assert (world.project_status != world.project_status[..., :1]).any()
    assert world.trade_share[world.place("power", "china")].std(axis=-1).min() > 0


def test_history_takes_the_same_luck_whatever_the_block():
    whole = conditioned(OCTOBER, "2007Q4")
    part = InfluenceModel(
        known_until(OCTOBER), runs=7, first_run=13, seed=4, parameters="prior", until="2007Q4"
    ).run()
    for name, array in part.world.snapshot().items():
        if name != "price":  # says something only of runs under review
            np.testing.assert_array_equal(array, getattr(whole.world, name)[..., 13:20], name)


def figures_after(scenario, year):
    """The scenario with every figure of later years changed."""
    values = dict(scenario.values)
    for key in values:
        dated = re.search(r"^(?:observed|trade\.size)\..*?\by(\d{4})", key)
        if dated and int(dated[1]) > year:
            values[key] *= 0.7
    assert values != scenario.values
    return dataclasses.replace(scenario, values=values)


@pytest.mark.parametrize("day", [dt.date(2002, 2, 1), MARCH, dt.date(2005, 7, 28)], ids=str)
def test_nothing_dated_later_is_read(day):
    """Any later entry, and any figure of a later year, may change, and no bit does."""
    catalogue, until = load_catalogue(), quarter_of(day) + 5
    scenario = known_until(day)
    scripted = tuple(event for event in scenario.events if event.date <= day)
    scenario = dataclasses.replace(scenario, events=scripted)
    expected = digest(conditioned(scenario, until))
    later = [entry for entry in catalogue.timeline if entry.date > day]
    assert later
    for changed in (later, later[:1], later[-1:]):
        kept = tuple(entry for entry in catalogue.timeline if entry not in changed)
        without = dataclasses.replace(catalogue, timeline=kept)
        assert digest(conditioned(scenario, until, without)) == expected
    assert digest(conditioned(figures_after(scenario, last_year(day)), until)) == expected
    assert digest(conditioned(figures_after(scenario, last_year(day) - 1), until)) != expected


def test_earlier_entries_matter():
    catalogue = load_catalogue()
    expected = digest(conditioned(MARCH, "2004Q4"))
    for kind in ("open_base", "exercise", "found_body", "admit"):
        entry = next(each for each in catalogue.timeline if kind in each.event)
        kept = tuple(each for each in catalogue.timeline if each is not entry)
        without = dataclasses.replace(catalogue, timeline=kept)
        assert digest(conditioned(MARCH, "2004Q4", without)) != expected, kind


def test_without_history_nothing_is_imposed():
    model = InfluenceModel("baseline", runs=4, seed=1, until="2006Q4").run()
    assert not model.world.taste.any()
    assert not model.world.welcome.any()
    assert not model.history.covers(0)


def test_what_the_record_would_undo_is_refused():
    with pytest.raises(Problems) as raised:
        InfluenceModel(known_until(OCTOBER, "us_base_withdrawal"), runs=1, seed=1)
    text = raised.value.render()
    assert "line 7: close_base:karshi_khanabad of 2004-03-01 did not happen" in text
    assert "date it later, or end history before it" in text


def test_history_that_nobody_recorded_is_refused():
    with pytest.raises(Problems, match="the evidence ends on 2005-12-31"):
        InfluenceModel(known_until(dt.date(2009, 1, 1)), runs=1, seed=1)


def test_a_batch_imposes_history_on_every_scenario(tmp_path):
    from simulation.batch.batch import run_batch

    record = run_batch(
        ["baseline", "no_manas_offer"], runs=8, seed=1, until="2006Q2", workers=1,
        results=tmp_path, history_until=OCTOBER,
    )  # fmt: skip
    assert record.manifest["history_until"] == "2005-10-31"
    for name in record.scenarios:
        assert record.resolved(name)["history"]["until"] == "2005-10-31"
