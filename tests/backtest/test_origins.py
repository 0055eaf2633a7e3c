"""Rolling origins: questions that nobody chose, none of which came out after October 2005."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from simulation.backtest import origins
from simulation.backtest.baselines import Past
from simulation.backtest.origins import ORIGINS, learn, rolling_questions
from simulation.backtest.pooling import stored_trust
from simulation.calibration.targets import KNOWN, load_targets
from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems
from simulation.scenario.scenario import load_scenario


@pytest.fixture(scope="module")
def made():
    """The questions, and the days of all pasts that they and their answers were read from."""
    days = []
    true = Past.until.__func__

    def seen(cls, day, *rest):
        days.append(day)
        return true(cls, day, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Past, "until", classmethod(seen))
        questions = rolling_questions(load_scenario("baseline"), load_catalogue())
    return questions, days


@pytest.fixture(scope="module")
def rolling(made):
    return made[0]


def of(rolling, start):
    found = [each for each in rolling if each.id.startswith(start)]
    assert found, start
    return {(each.as_of.year, each.resolves.isoformat()): each.outcome for each in found}


def test_origins_are_the_ends_of_four_years(rolling):
    assert [day.isoformat() for day in ORIGINS] == [f"{year}-12-31" for year in range(2001, 2005)]
    assert {each.as_of for each in rolling} == set(ORIGINS)
    assert len({each.id for each in rolling}) == len(rolling)


def test_nothing_in_them_came_after_october_2005(rolling):
    assert max(each.resolves for each in rolling) == KNOWN == dt.date(2005, 10, 31)
    assert all(each.as_of < each.resolves for each in rolling)
    dated = [each for each in rolling if not each.measure.yearly]
    assert max(each.resolves for each in dated) == dt.date(2005, 9, 30)


def test_the_pasts_that_answers_come_from_end_in_october_2005(made):
    """Whatever is read to make questions and answers is a past of a day that had come."""
    _, days = made
    assert max(days) == KNOWN


def test_the_stored_weights_were_learned_from_nothing_later():
    made = stored_trust().made
    assert made["latest"] == KNOWN.isoformat()
    assert list(made["origins"]) == [day.isoformat() for day in ORIGINS]
    for origin, used in made["origins"].items():
        assert used["parameters"] == "prior" or used["as_of"] <= origin


def test_answers_are_those_of_the_timeline(rolling):
    assert of(rolling, "base_kept_kant_2001")[2001, "2003-12-31"] == 1
    assert of(rolling, "base_kept_kant_2001")[2001, "2002-12-31"] == 0
    notice = of(rolling, "base_kept_karshi_khanabad_2004")
    assert notice == {(2004, "2005-09-30"): 0}
    assert of(rolling, "member_mongolia_sco_any_2003")[2003, "2004-12-31"] == 1
    assert of(rolling, "member_mongolia_sco_full_2003")[2003, "2004-12-31"] == 0
    assert of(rolling, "member_tajikistan_pfp_full_2001")[2001, "2002-12-31"] == 1
    assert of(rolling, "ouster_kyrgyzstan_2003")[2003, "2004-12-31"] == 0
    assert of(rolling, "ouster_kyrgyzstan_2003")[2003, "2005-09-30"] == 1
    assert of(rolling, "body_founded_sco_secretariat_2003")[2003, "2004-12-31"] == 1
    assert of(rolling, "understanding_uzbekistan_china_2004")[2004, "2005-09-30"] == 1
    assert of(rolling, "bases_open_russia")[2002, "2004-12-31"] == 2
    assert of(rolling, "agreement_uzbekistan_united_states_2004") == {(2004, "2005-10-31"): 0.2229}
    assert of(rolling, "trade_share_china_kazakhstan_2001")[2001, "2002-10-31"] == 0.1213


def test_each_family_is_asked_about_as_of_each_origin(rolling):
    asked = Counter((each.name, each.as_of.year) for each in rolling)
    for name in ("member", "base_kept", "agreement", "trade_share", "body_founded", "ouster"):
        assert all(asked[name, year] for year in range(2001, 2005)), name


def test_calibration_can_fit_to_every_origin():
    """Each knows something to fit to, more than the one before, and nothing later."""
    counts = []
    for day in ORIGINS:
        targets = load_targets(load_catalogue(), day)
        counts.append(len(targets.each))
        assert targets.fitted
    assert counts == sorted(counts)
    assert counts[0] >= 15


def test_weights_are_learned_anew(monkeypatch):
    pytest.importorskip("scoringrules")
    monkeypatch.setattr(origins, "ORIGINS", ORIGINS[-1:])
    trust = learn(runs=20, seed=1, source="prior")
    assert set(trust.weights) == set(stored_trust().weights)
    assert trust.made["latest"] == "2005-10-31"
    assert all(0 < each.learned < 1 for each in trust.weights.values())
    assert {used["parameters"] for used in trust.made["origins"].values()} == {"prior"}


def test_a_posterior_of_a_later_day_is_refused():
    with pytest.raises(Problems, match="may know more than was known as of an origin"):
        learn(runs=20, source="posterior_2004-03-24")


def test_an_origin_without_a_posterior_is_forecast_from_the_prior(monkeypatch):
    def none(catalogue, day):
        raise Problems([])

    monkeypatch.setattr(origins, "posterior_as_of", none)
    assert origins._source_as_of(load_catalogue(), ORIGINS[0], None) == "prior"
