"""Where text and code once said different things: each with the reading that is right."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.decisions.cases import BaseCase, hosting
from simulation.evidence.catalogue import load_catalogue
from simulation.model.measures import agreement_of
from simulation.model.model import InfluenceModel
from simulation.numerics.dates import quarter_of
from simulation.numerics.randomness import Draws
from simulation.rules import projects
from simulation.scenario.scenario import load_scenario

RUNS = 60


def world_at(quarter, off="", runs=RUNS, **numbers):
    scenario = load_scenario("baseline", load_catalogue())
    scenario = scenario.without(off) if off else scenario
    given = {"source": "point", **numbers}
    return InfluenceModel(scenario, runs=runs, seed=1, parameters=given).run(quarter)


def test_suspicion_does_not_need_the_contagion_of_fear():
    """A revolution makes a patron suspect whether or not it frightens (M02 apart from M09)."""
    with_fear, without = world_at("2005Q3"), world_at("2005Q3", off="fear_contagion")
    us = with_fear.world.place("power", "united_states")
    suspected, calm = with_fear.world.suspicion[us], without.world.suspicion[us]
    assert suspected.mean() > 0.05
    np.testing.assert_allclose(calm.mean(axis=-1), suspected.mean(axis=-1), rtol=0.1, atol=0.01)


def bid(model, base):
    return BaseCase(model.situation, model.world.place("installation", base)).reservation


def test_a_bid_in_full_campaign_is_what_the_text_says():
    model = world_at("2002Q2")
    world, basing = model.world, model.weights.basing
    assert (world.campaign == 1).all()
    us, host = world.place("power", "united_states"), world.place("region", "kyrgyzstan")
    access = model.weights.initial.access[host]
    expected = basing.reservation[us] * access * (1 + basing.lasting_worth)
    np.testing.assert_allclose(bid(model, "manas"), float(expected[0]), rtol=1e-5)
    source = load_catalogue().parameters["basing.reservation"]
    assert "adds" in source.description
    assert "114.6" in (source.why or "")
    in_full = basing.reservation[us] * (1 + basing.lasting_worth)
    np.testing.assert_allclose(in_full, 114.6, rtol=0, atol=0.1)


def test_moscows_bid_does_not_follow_the_american_campaign():
    model = world_at("2002Q2")
    before = [bid(model, base).copy() for base in ("kant", "manas")]
    model.world.campaign[:] = 0
    after = [bid(model, base) for base in ("kant", "manas")]
    np.testing.assert_array_equal(after[0], before[0])
    assert (after[1] < before[1]).all()


def test_no_agreement_stands_at_a_bound():
    model = world_at("2010Q4")
    agreement = agreement_of(model.world)
    assert ((agreement > 0) & (agreement < 1)).all()


def test_japan_signs_no_deal_after_andijan():
    model = world_at("2005Q4", runs=200)
    signed = [event for event in model.log if event.kind == "deal"]
    assert signed
    assert "japan" not in {event.actor for event in signed}


def test_a_slip_has_the_mean_and_the_spread_that_its_parameters_say():
    """Its logarithm is logistic; the documents said log-normal."""
    model = world_at("2001Q4", runs=2)
    noise = Draws(seed=1, first_run=0, runs=20_000).noise(3, "khorgos", "slip")
    works = model.weights.works
    long = np.log(projects.building_quarters(np.float32(10_000), noise, works) / 10_000)
    assert abs(long.mean() - works.slip_mean) < 0.01
    assert abs(long.std() - works.slip_spread) < 0.01
    excess = ((long - long.mean()) ** 4).mean() / long.var() ** 2
    assert 3.9 < excess < 4.6  # 4.2 for a logistic, 3 for a normal


def test_who_joins_looks_at_fear_as_it_stands():
    from simulation.decisions.cases import BelongingCase, OrganizationCase

    model = world_at("2005Q1")
    csto = model.world.place("organization", "csto")

    def fear_term():
        of = OrganizationCase(model.situation, csto)
        case = BelongingCase.of_those_concerned(of, summit=True)
        return np.array(case.worth.fear)

    before = fear_term()
    model.world.fear[:] = 0.9
    assert (fear_term() >= before).all()
    assert (fear_term() > before).any()


def test_nothing_is_founded_in_a_year_without_a_summit():
    model = world_at("2002Q4")
    founded = model.world.founded_at
    third = founded == quarter_of("2002Q3")
    assert not third.any()


def test_a_credit_is_drawn_over_the_term_that_was_planned():
    """The planned length of a credit was read nowhere."""
    key = "projects.planned_quarters.buyers_credit_2004"
    lent = {"projects.planned_quarters": {"buyers_credit_2004": 4}}
    usual, short = world_at("2005Q4", runs=30), world_at("2005Q4", runs=30, **lent)
    assert load_catalogue().values[key] > 8
    credit = usual.world.place("project", "buyers_credit_2004")
    assert usual.world.running(credit).any()
    china, host = (usual.world.place("power", "china"), usual.world.place("region", "kyrgyzstan"))
    spent = [each.world.ties[0, china, host] for each in (usual, short)]
    assert not np.array_equal(spent[0], spent[1])


@pytest.mark.parametrize("reason", ["fear", "blame"])
def test_blame_and_fear_count_once_in_a_hosts_decision(reason):
    """They are one term, a product; a leaning follows later, and no other term reads them."""
    model = world_at("2005Q3", runs=30)
    on, base = model.situation, model.world.place("installation", "karshi_khanabad")

    def terms():
        worth = hosting(on, base, on.world.rent[base])
        return {name: np.array(term) for name, term in worth.terms.items()}

    before = terms()
    (on.world.fear if reason == "fear" else on.public.blame)[:] += 0.1
    after = terms()
    assert {name for name in before if (after[name] != before[name]).any()} == {"blame"}
    assert (after["blame"] <= before["blame"]).all()
