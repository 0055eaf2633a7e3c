"""Worlds that differ in one mechanism: what moves when it is off, and what cannot.

Both worlds of a pair live on the same draws. Up to the first moment at which the mechanism can
matter, which is told run by run where it is a response, they are the same to the bit.
"""

from functools import cache

import numpy as np
import pytest
from pairs import QUIET, anywhere, assert_identical, live, paired, parted, without

from simulation.numerics.dates import quarter_name
from simulation.scenario.scenario import list_scenarios, load_scenario
from simulation.world import world as w

ATS = ("sco", "anti_terrorist_structure")


def first_trouble(history):
    return history.first(lambda now: anywhere(now["ousted"] | now["cracked_down"]))


def first_base(history):
    return history.when("opened_at")


def earlier(history, other, when):
    """The last quarter before something happens in either world, run by run."""
    return np.minimum(when(history), when(other)) - 1


def who_spends_otherwise(history, other, quarter):
    """The powers of whose money in a quarter anything differs."""
    differ = history.at("spent", quarter) != other.at("spent", quarter)
    powers = history.model.world.axes.power
    return {power for p, power in enumerate(powers) if differ[:, p].any()}


def share_of_trade(history, power, state):
    return history.of("trade_share", power, state).mean()


def ties(history, channel, power, state):
    return history.of("ties", channel, power, state).mean()


def test_without_conditional_aid_washington_neither_withholds_nor_blames():
    late = (*QUIET, "patronage.decision_season=2", "patronage.neutral_refusal=0")
    on, off = paired("baseline", without("conditional_aid"), settings=late)
    assert_identical(on, off, until="2002Q1")  # aid is decided in 2002Q2
    for quarter in range(off.end + 1):
        assert not off.at("withheld", quarter).any()
        assert not off.at("criticism", quarter).any()
        assert not off.at("suspicion", quarter).any()
    # Where a new government has come, the repression it answers to has gone.
    assert (on.of("withheld", "united_states", "uzbekistan") > 0.3).mean() > 0.9
    assert (on.of("criticism", "united_states", "uzbekistan") > 0.3).mean() > 0.9


def test_uzbekistan_keeps_the_americans_where_they_ask_no_questions():
    on, off = paired("baseline", without("conditional_aid"))
    assert off.share_open("karshi_khanabad") > on.share_open("karshi_khanabad")
    warmer = off.of("affinity", "united_states", "uzbekistan")
    assert (warmer > on.of("affinity", "united_states", "uzbekistan")).all()


def test_without_withholding_suspicion_stays():
    on, off = paired("baseline", without("withholding"), settings=QUIET)
    assert not off.at("withheld", "2005Q4").any()
    assert not off.at("criticism", "2005Q4").any()
    suspected = off.of("suspicion", "united_states", "uzbekistan")
    assert (suspected > 0.03).all()  # a new leader bears a part of it
    assert ties(off, "political", "united_states", "uzbekistan") > ties(
        on, "political", "united_states", "uzbekistan"
    )


def test_revolutions_cast_suspicion_on_washington():
    on, off = paired("baseline", without("suspicion"))
    assert_identical(on, off, until=first_trouble(on) - 1)
    assert not off.at("suspicion", "2005Q4").any()
    for state in ("kyrgyzstan", "tajikistan", "uzbekistan"):
        cooler = on.of("affinity", "united_states", state)
        assert cooler.mean() < off.of("affinity", "united_states", state).mean()


def test_the_blocs_call_costs_the_guests_their_bases():
    on, off = paired("baseline", without("bloc_statement"))
    assert_identical(on, off, until=on.when("statement_at") - 1)
    assert off.share_open("karshi_khanabad") > on.share_open("karshi_khanabad")


def test_kyrgyzstan_keeps_manas_because_washington_pays():
    on, off = paired("baseline", without("guest_bids"))
    bid = np.minimum(on.first_of("under_review"), on.when("rent_raised_at"))
    assert_identical(on, off, until=bid - 1)  # the worlds part when someone must bid, or does
    assert on.share_open("manas") > off.share_open("manas") + 0.3
    assert not (off.at("rent_raised_at", "2005Q4") >= 0).any()


def test_the_campaign_opens_the_american_bases():
    on, off = paired("baseline", without("campaign_bases"))
    assert_identical(on, off, until="2001Q3")  # the campaign begins in 2001Q4
    for base in ("karshi_khanabad", "manas"):
        assert on.of("opened_at", base).max() >= 0
        assert (off.of("opened_at", base) == -1).all()
    security = ties(off, "security", "united_states", "kyrgyzstan")
    assert security < ties(on, "security", "united_states", "kyrgyzstan")


def test_rivals_bases_raise_pressure():
    on, off = paired("baseline", without("lagged_balancing"))
    felt = {"felt", "pressure", "effort", "purse"}  # what rivals win is felt from the first quarter
    assert "felt" in parted(on, off, "2001Q3") <= felt
    assert not off.at("felt", "2005Q4").any()
    assert not off.at("pressure", "2005Q4").any()
    assert not (off.of("opened_at", "kant") >= 0).any()
    assert off.of("depth", "sco").mean() < on.of("depth", "sco").mean()


def test_pressure_lags_behind_the_bases():
    """The numbness: two years after the bases opened, Moscow feels most but not all of it."""
    (world,) = paired("baseline", settings=QUIET)
    felt = [world.of("pressure", "russia", quarter=q).mean() for q in ("2001Q4", "2002Q4")]
    assert 0 < felt[0] < 0.2 < felt[1] < 0.6
    assert (world.of("opened_at", "kant")[world.of("opened_at", "kant") >= 0] >= 4).all()


def test_russia_answers_with_bases_of_its_own():
    on, off = paired("baseline", without("counter_basing"))
    proposed = np.minimum(on.first_of("proposed", "kant"), on.first_of("proposed", "dushanbe"))
    assert_identical(on, off, until=proposed - 1)
    assert on.share_open("kant") > 0.5
    assert off.share_open("kant") == off.share_open("dushanbe") == 0
    assert ties(off, "security", "russia", "kyrgyzstan") < ties(
        on, "security", "russia", "kyrgyzstan"
    )


def test_the_campaign_excuses_the_bases_while_it_lasts():
    on, off = paired("baseline", without("campaign_excuse"))
    spoken = earlier(on, off, lambda history: history.when("statement_at"))
    assert_identical(on, off, until=spoken)
    before = [world.when("statement_at") <= 7 for world in (on, off)]  # by 2003Q2
    assert before[1].sum() > before[0].sum()
    assert (before[1] | ~before[0]).all()


def test_fear_spreads_among_similar_regimes():
    on, off = paired("baseline", without("fear_contagion"), settings=QUIET)
    assert_identical(on, off, until="2004Q4")  # before Tulip
    near = on.of("fear", "kazakhstan", quarter="2005Q1")
    assert (near > off.of("fear", "kazakhstan", quarter="2005Q1") + 0.1).all()
    far = on.of("fear", "india", quarter="2005Q1")
    assert (near > far).all()


def test_frightened_regimes_turn_to_a_patron_that_asks_nothing():
    on, off = paired("baseline", without("fear_contagion"), settings=QUIET)
    for state in ("kazakhstan", "uzbekistan"):
        assert (on.of("affinity", "china", state) > off.of("affinity", "china", state)).all()
    assert off.share_open("karshi_khanabad") > on.share_open("karshi_khanabad")


def test_a_crackdown_is_rewarded_by_a_patron_that_asks_nothing():
    on, off = paired("baseline", without("deals_after_crackdown"))
    crackdown = on.first(lambda now: anywhere(now["cracked_down"]))
    assert_identical(on, off, until=crackdown - 1)
    assert on.of("deals", "china", "uzbekistan", quarter="2005Q2").max() > 0
    assert not any(off.at("deals", quarter).any() for quarter in range(off.end + 1))
    assert on.of("deals", "united_states", "uzbekistan", quarter="2005Q2").max() == 0
    assert ties(off, "economic", "china", "uzbekistan") < ties(
        on, "economic", "china", "uzbekistan"
    )


def test_a_blocs_word_shields_its_members():
    on, off = paired("baseline", without("bloc_legitimacy"))
    observers = on.when("founded_at", ("sco", "election_observers"))
    assert_identical(on, off, until=np.minimum(on.first_of("voice"), observers))
    shielded = on.of("fear", "uzbekistan").mean()
    assert shielded < off.of("fear", "uzbekistan").mean()
    outside = on.of("fear", "turkmenistan").mean() - off.of("fear", "turkmenistan").mean()
    assert abs(outside) < off.of("fear", "uzbekistan").mean() - shielded


def test_exiles_are_the_price_of_goods():
    on, off = paired("baseline", without("exile_understandings"))
    assert_identical(on, off, until=on.first_of("understanding") - 1)
    handed = on.at("understanding", "2005Q4")
    china = on.model.world.place("power", "china")
    assert handed[china].any()
    assert not np.delete(handed, china, axis=0).any()
    assert not off.at("understanding", "2005Q4").any()
    for channel in ("political", "security"):
        assert ties(off, channel, "china", "kazakhstan") < ties(on, channel, "china", "kazakhstan")


def test_repression_drives_militants_underground():
    idle = [f"organizations.exercises.{name}=0" for name in ("csto", "pfp", "sco")]
    calm = [f"threats.alarm_{of}=0" for of in ("fear", "hardship", "capacity")]
    on, off = paired("baseline", without("underground"), settings=(*QUIET, *idle, *calm))
    counted = {"militancy", "latent", "usual_militancy", "unaccustomed"}
    assert {"militancy", "latent"} <= parted(on, off, "2001Q3") <= counted
    assert (on.of("latent", "uzbekistan") > off.of("latent", "uzbekistan")).all()
    seen = on.of("militancy", "uzbekistan", quarter="2002Q4")
    assert seen.mean() < off.of("militancy", "uzbekistan", quarter="2002Q4").mean()


def test_the_security_body_sits_where_militancy_is_highest():
    on, off = paired("baseline", without("threat_siting"))
    assert_identical(on, off, until=on.when("founded_at", ATS) - 1)
    place = on.model.world.place
    tashkent, bishkek = place("member", "uzbekistan"), place("member", "kyrgyzstan")
    founded = on.of("founded", ATS)
    assert founded.any()
    assert (on.of("seat", ATS)[founded] == tashkent).mean() > 0.5
    assert (off.of("seat", ATS)[off.of("founded", ATS)] == bishkek).all()  # as promised first


def test_a_security_body_gives_its_sponsors_a_presence_where_it_sits():
    on, off = paired("baseline", without("institutional_foothold"))
    sited = np.minimum(on.when("founded_at", ATS), on.when("founded_at", ("csto", "kant_centre")))
    assert_identical(on, off, until=sited - 1)
    for power in ("china", "russia"):
        assert ties(off, "security", power, "uzbekistan") < ties(
            on, "security", power, "uzbekistan"
        )


def test_tastes_for_kinds_of_cooperation_help_bodies_along():
    on, off = paired("baseline", without("order_of_aims"))
    founded = earlier(on, off, lambda history: history.when("founded_at"))
    assert_identical(on, off, until=founded)
    first = [world.when("founded_at", ("sco", "charter")) for world in (on, off)]
    assert (first[0] <= first[1]).all()
    assert on.at("founded", "2004Q4").mean() > off.at("founded", "2004Q4").mean()


def test_trade_cooperation_leads_to_cooperation_in_security():
    on, off = paired("baseline", without("spillover"))
    economic = np.minimum(
        on.when("founded_at", ("sco", "trade_outline")),
        on.when("founded_at", ("sco", "working_groups")),
    )
    assert_identical(on, off, until=economic)  # what a summit founds counts at the next
    assert on.of("depth", "sco", quarter="2004Q4").mean() > (
        off.of("depth", "sco", quarter="2004Q4").mean()
    )


def test_members_drag_their_feet():
    on, off = paired("baseline", without("reluctance"))
    founded = earlier(on, off, lambda history: history.when("founded_at"))
    assert_identical(on, off, until=founded)
    first = [world.when("founded_at") for world in (on, off)]
    assert (first[1] <= first[0]).all()
    assert off.of("depth", "sco", quarter="2003Q4").mean() > (
        on.of("depth", "sco", quarter="2003Q4").mean()
    )


def test_beijing_counts_the_americans_as_hostile():
    on, off = paired("baseline", without("opposition_to_washington"))
    assert who_spends_otherwise(on, off, "2001Q3") == {"china"}  # it defends other ground
    felt = on.of("pressure", "china", quarter="2003Q4")
    assert (felt >= off.of("pressure", "china", quarter="2003Q4")).all()
    assert felt.mean() > off.of("pressure", "china", quarter="2003Q4").mean() + 0.2
    assert off.of("depth", "sco").mean() < on.of("depth", "sco").mean()


def test_beijing_does_not_mind_moscows_bases():
    on, off = paired("baseline", without("bishkek_informs_beijing"), settings=QUIET)
    assert who_spends_otherwise(on, off, "2001Q3") == {"china"}  # it defends other ground
    assert on.of("pressure", "china").mean() < off.of("pressure", "china").mean()
    china = on.of("value", "china", "kyrgyzstan").mean()
    assert china < off.of("value", "china", "kyrgyzstan").mean()


def test_corridors_raise_trade():
    on, off = paired("baseline", without("corridors"))
    routes = (
        "andijan_osh_kashgar",
        "atasu_alashankou",
        "gwadar",
        "khorgos",
        "tajikistan_karakorum",
    )
    opened = np.minimum.reduce([on.when("opened_project_at", route) for route in routes])
    assert_identical(on, off, until=opened - 1)
    assert share_of_trade(on, "china", "kazakhstan") > share_of_trade(off, "china", "kazakhstan")


def test_gwadar_opens_a_route():
    on, off = paired("baseline", without("gwadar_route"), runs=300)
    assert_identical(on, off, until=on.when("opened_project_at", "gwadar") - 1)
    for state in ("kyrgyzstan", "tajikistan"):
        assert share_of_trade(on, "china", state) > share_of_trade(off, "china", state)


def test_a_sponsors_sympathy_brings_a_candidate_in():
    on, off = paired("baseline", without("sponsored_accession"))
    joined = earlier(on, off, lambda history: history.when("joined_at", "sco"))
    assert_identical(on, off, until=joined)
    for state in ("india", "mongolia", "pakistan"):
        observes = on.of("standing", "sco", state) == w.OBSERVER
        assert observes.mean() > (off.of("standing", "sco", state) == w.OBSERVER).mean()


def test_hosting_and_lending_make_china_first_among_equals():
    on, off = paired("baseline", without("host_and_creditor"))
    seated = on.first(lambda now: anywhere(now["seat"] == on.model.world.place("member", "china")))
    lent = on.when("opened_project_at", "buyers_credit_2004")
    assert_identical(on, off, until=np.minimum(seated, lent) - 1)
    for state in ("kazakhstan", "kyrgyzstan", "tajikistan", "uzbekistan"):
        assert ties(on, "political", "china", state) > ties(off, "political", "china", state)


def test_energy_stakes_draw_their_owner_into_security():
    on, off = paired("baseline", without("energy_stakes"))
    assert_identical(on, off, until=on.first_of("stake") - 1)
    assert ties(on, "security", "china", "kazakhstan") > ties(
        off, "security", "china", "kazakhstan"
    )


def test_drugs_are_a_threat_and_a_burden():
    on, off = paired("baseline", without("drug_threat"), settings=QUIET)
    assert parted(on, off, "2001Q3") == {"drug_friction", "hardship", "capacity"}
    assert not off.at("drug_friction", "2005Q4").any()
    volatile = on.of("hardship", "tajikistan", quarter="2005Q4")
    assert not np.array_equal(volatile, off.of("hardship", "tajikistan", quarter="2005Q4"))


def test_a_rivals_deepening_bloc_makes_japan_found_a_dialogue():
    on, off = paired("baseline", without("counter_institution"))
    founded = on.when("organization_founded_at", "central_asia_plus_japan")
    assert_identical(on, off, until=founded - 1)
    assert on.of("exists", "central_asia_plus_japan").mean() > 0.5
    assert not off.of("exists", "central_asia_plus_japan").any()


def test_those_at_odds_with_washington_seek_the_bloc():
    on, off = paired("baseline", without("bloc_seeking"))
    joined = earlier(on, off, lambda history: history.when("joined_at", "sco"))
    assert_identical(on, off, until=joined)
    observers = [(world.at("standing", "2005Q4") == w.OBSERVER).sum() for world in (on, off)]
    assert observers[0] > observers[1]


def test_exercises_tie_members_to_the_sponsors():
    on, off = paired("baseline", without("exercises"))
    assert_identical(on, off, until=on.first_of("exercised") - 1)
    assert not any(off.at("exercised", quarter).any() for quarter in range(off.end + 1))
    assert on.of("depth", "sco").mean() > off.of("depth", "sco").mean()
    assert ties(on, "security", "russia", "kyrgyzstan") > ties(
        off, "security", "russia", "kyrgyzstan"
    )


def test_scarce_water_sets_neighbours_at_odds_and_slows_works():
    on, off = paired("baseline", without("water_quarrels"), settings=QUIET)
    works = {"project_status", "quarters_left", "purse"}
    assert parted(on, off, "2001Q3") - works == {"water_friction"}
    assert not off.at("water_friction", "2005Q4").any()
    begun = [(world.at("project_status", "2005Q4") >= w.BUILDING).sum() for world in (on, off)]
    assert begun[0] < begun[1]


def test_a_state_that_guards_its_autonomy_cools_towards_a_growing_patron():
    on, off = paired("baseline", without("hedging"), settings=QUIET)
    assert parted(on, off, "2001Q3") == {"affinity"}
    place = on.model.world.place
    start = on.model.start
    dyad = place("power", "united_states"), place("region", "kyrgyzstan")
    grown = on.of("concentration", "united_states", "kyrgyzstan") - start.concentration[dyad]
    cooled = on.of("affinity", "united_states", "kyrgyzstan") < off.of(
        "affinity", "united_states", "kyrgyzstan"
    )
    assert (grown > 0.02).any()
    assert cooled[grown > 0.02].all()


def test_a_club_of_closed_regimes_protects_against_unrest():
    on, off = paired("baseline", without("autocratic_club"), runs=400)
    assert_identical(on, off, until=earlier(on, off, first_trouble))
    troubled = []
    for world in (on, off):
        happened = [now["ousted"] | now["cracked_down"] for now in world.quarters]
        troubled.append(int(np.sum(happened)))
    assert troubled[0] < troubled[1]


DATED = [
    name
    for name in list_scenarios()
    if name != "baseline" and load_scenario(name).values == load_scenario("baseline").values
]
"""Scenarios that differ from the baseline only in what happens on some day."""


@cache
def first_difference(name):
    """The first quarter with an event that either the scenario or the baseline has not."""
    known, told = load_scenario("baseline").events, load_scenario(name).events
    differing = set(map(repr, known)) ^ set(map(repr, told))
    return min(event.quarter for event in (*known, *told) if repr(event) in differing)


@pytest.mark.parametrize("name", DATED)
def test_a_scenario_parts_from_the_baseline_with_its_first_difference(name):
    last = quarter_name(max(map(first_difference, DATED)) - 1)
    before = quarter_name(first_difference(name) - 1)
    (calm,) = paired("baseline", runs=10, until=last)
    told = live(name, runs=10, until=before)
    assert_identical(calm, told, until=before)
