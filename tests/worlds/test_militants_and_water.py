"""Threats harm and are fought; water flows one way."""

import numpy as np
import pytest
from pairs import QUIET, assert_identical, live, paired, parted, scenario, without

RUNS = 200
REGION = ("kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan")
VALLEY = ("kyrgyzstan", "tajikistan", "uzbekistan")
SURGE = [
    {"date": "2004-04-01", "militancy": "uzbekistan", "size": 0.5, "why": "A militant spring."}
]
NO_STRUCTURE = ("organizations.body_difficulty.anti_terrorist_structure=99",)


def risings(history, state, first, last):
    """How many ousters and crackdowns there were in a state between two quarters, on average."""
    place = history.model.world.place("state", state)
    quarters = history.quarters[first : last + 1]
    return sum((now["ousted"] | now["cracked_down"])[place].mean() for now in quarters)


def test_a_surge_of_militants_spreads_alarms_and_brings_unrest():
    calm, surge = (
        live(name, RUNS, until="2009Q4") for name in ("baseline", scenario("surge", events=SURGE))
    )
    assert_identical(calm, surge, until="2004Q1")
    assert risings(surge, "uzbekistan", 11, 33) > risings(calm, "uzbekistan", 11, 33) + 0.05
    for array, sign in (("fear", 1), ("hardship", 1), ("capacity", -1)):
        moved = surge.of(array, "uzbekistan", quarter="2005Q1").mean()
        assert sign * (moved - calm.of(array, "uzbekistan", quarter="2005Q1").mean()) > 0, array
    for state in ("kyrgyzstan", "tajikistan"):
        more = surge.of("militancy", state, quarter="2006Q4")
        assert more.mean() > calm.of("militancy", state, quarter="2006Q4").mean() + 0.005


def test_without_spill_over_a_surge_stays_where_it_is():
    settings = (*QUIET, "threats.spill=0")
    calm, surge = (
        live(name, until="2004Q4", settings=settings)
        for name in ("baseline", scenario("surge", events=SURGE))
    )
    for state in REGION[:-1]:
        one, other = (it.of("militancy", state, quarter="2004Q4") for it in (calm, surge))
        np.testing.assert_allclose(one, other, atol=0.01)


def test_a_structure_that_is_never_founded_leaves_more_militants_to_each_member():
    founded = live("baseline", RUNS, until="2010Q4")
    never = live("baseline", RUNS, until="2010Q4", settings=NO_STRUCTURE)
    for state in ("kazakhstan", *VALLEY):
        more = never.of("militancy", state, quarter="2010Q4")
        assert (more - founded.of("militancy", state, quarter="2010Q4")).mean() > 0.01, state


def test_protection_follows_the_security_ties_that_carry_it():
    ties = tuple(f"initial.ties.security.russia.{state}=0" for state in VALLEY)
    gains = []
    for settings in ((), ties):
        founded = live("baseline", RUNS, until="2010Q4", settings=settings)
        never = live("baseline", RUNS, until="2010Q4", settings=(*settings, *NO_STRUCTURE))
        kept = [
            it.of("militancy", "kyrgyzstan", quarter="2010Q4").mean() for it in (never, founded)
        ]
        gains.append(kept[0] - kept[1])
    assert gains[1] < gains[0]


def test_a_crackdown_recruits_the_hidden():
    on, off = paired("baseline", without("recruiting"), settings=QUIET)
    assert_identical(on, off, until="2005Q1")
    for quarter in ("2005Q2", "2005Q4"):
        hidden = on.of("latent", "uzbekistan", quarter=quarter)
        assert (hidden > off.of("latent", "uzbekistan", quarter=quarter)).all()
    assert parted(on, off, "2005Q2") <= {"latent"}


def test_a_joint_programme_stops_drugs_and_spares_capacity():
    event = [
        {"date": "2005-02-01", "found_body": "anti_drug_programme", "of": "sco", "why": "Asked."}
    ]
    without_it, with_it = (
        live(name, RUNS, until="2010Q4")
        for name in ("baseline", scenario("programme", events=event))
    )
    one, other = (
        it.of("drug_friction", "tajikistan", quarter="2010Q4") for it in (without_it, with_it)
    )
    assert (other - one).mean() < -0.05
    one, other = (it.of("capacity", "tajikistan", quarter="2010Q4") for it in (without_it, with_it))
    assert (other - one).mean() > 0.01


def test_a_surge_of_opium_corrodes_capacity():
    event = [{"date": "2006-04-01", "drugs": 0.5, "why": "A record harvest."}]
    calm, surge = (
        live(name, RUNS, until="2007Q4", settings=QUIET)
        for name in ("baseline", scenario("opium", events=event))
    )
    assert_identical(calm, surge, until="2006Q1")
    for state in ("kyrgyzstan", "tajikistan"):
        lost = surge.of("capacity", state, quarter="2007Q4") - calm.of(
            "capacity", state, quarter="2007Q4"
        )
        assert lost.mean() < -0.01


@pytest.mark.parametrize("upstream", [1, -1])
def test_water_is_held_back_upstream_and_missed_downstream(upstream):
    ends = tuple(f"initial.upstream.{state}={upstream}" for state in REGION)
    today, turned = (
        live("baseline", RUNS, until="2010Q4", settings=settings) for settings in ((), ends)
    )
    moved = {
        state: (
            turned.of("hardship", state, quarter="2010Q4")
            - today.of("hardship", state, quarter="2010Q4")
        ).mean()
        for state in REGION
    }
    quarrels = turned.at("water_friction", "2010Q4")
    if upstream > 0:
        assert not quarrels.any()
        assert moved["uzbekistan"] < 0
    else:
        assert quarrels.any()
        assert min(moved["kyrgyzstan"], moved["tajikistan"]) > 0
        assert sum(moved.values()) > 0


def test_a_dry_year_hurts_downstream_alone():
    event = [{"date": "2003-04-01", "drought": 0.8, "why": "A dry year."}]
    wet, dry = (
        live(name, until="2003Q2", settings=QUIET)
        for name in ("baseline", scenario("dry_year", events=event))
    )
    wet, dry = (
        live(name, until="2003Q3", settings=QUIET)
        for name in ("baseline", scenario("dry_year", events=event))
    )
    for state, suffers in zip(REGION, (True, False, False, True, True), strict=True):
        one, other = (it.of("hardship", state, quarter="2003Q3") for it in (wet, dry))
        assert ((other > one).all()) if suffers else np.array_equal(one, other), state
