"""Switches of powers that answer and of threats that harm: what moves when one is off."""

import numpy as np
from pairs import QUIET, assert_identical, paired, parted, scenario, without

SURGE = [
    {"date": "2004-04-01", "militancy": "uzbekistan", "size": 0.5, "why": "A militant spring."}
]
OPIUM = [{"date": "2006-04-01", "drugs": 0.5, "why": "A record harvest."}]
MEMBERS = ("kazakhstan", "kyrgyzstan", "tajikistan")
LEAVERS = [
    {"date": "2001-10-01", "leave": state, "from": "eurasec", "why": "They walk out."}
    for state in MEMBERS
]


def more(on, off, array, *who, quarter="2005Q4"):
    """By how much a quantity is higher where the mechanism is on; shape (runs,)."""
    return on.of(array, *who, quarter=quarter).astype(float) - off.of(array, *who, quarter=quarter)


def risings(history):
    return sum(int((now["ousted"] | now["cracked_down"]).sum()) for now in history.quarters)


def done(history, kind):
    return sum(len(each.runs) for each in history.model.log if each.kind == kind)


def test_a_surge_alarms_impoverishes_and_wears_down():
    on, off = paired(
        scenario("surge", events=SURGE), without("alarm", "surge", events=SURGE), settings=QUIET
    )
    assert_identical(on, off, until=on.first_of("unaccustomed") - 1)
    for array, sign in (("fear", 1), ("hardship", 1), ("capacity", -1)):
        assert (sign * more(on, off, array, "uzbekistan") > 0).all(), array


def test_budgets_stretch_because_rivals_press():
    on, off = paired("baseline", without("budget_reply"))
    assert parted(on, off, "2001Q3") == {"effort", "purse"}
    assert not off.at("effort", "2005Q4").any()
    for power in ("japan", "russia"):
        assert (on.of("effort", power) > 0).all()


def test_who_walks_out_of_a_customs_union_keeps_its_trade_where_there_is_none():
    on, off = paired(
        scenario("leavers", events=LEAVERS),
        without("customs_union", "leavers", events=LEAVERS),
        settings=QUIET,
    )
    assert_identical(on, off, until="2001Q3")
    for state in MEMBERS:
        assert (more(on, off, "trade_share", "russia", state) < 0).all()
    assert abs(more(on, off, "trade_share", "russia", "turkmenistan").mean()) < 0.001


def test_money_goes_where_a_rival_gains():
    on, off = paired("baseline", without("defended_ground"))
    assert "aid" in parted(on, off, "2001Q3")
    for quarter in ("2002Q4", "2005Q4"):  # after the Americans came to Uzbekistan
        aid = more(on, off, "aid", "economic", "russia", "uzbekistan", quarter=quarter)
        assert (aid > 0).mean() > 0.9


def test_a_dialogue_becomes_a_routine_that_ties():
    on, off = paired("baseline", without("dialogue"), settings=QUIET)
    founded = on.when("organization_founded_at", "central_asia_plus_japan")
    assert_identical(on, off, until=founded - 1)
    for channel in ("economic", "political"):
        tie = more(on, off, "ties", channel, "japan", "kazakhstan")
        assert (tie >= 0).all()
        assert (tie > 0).mean() > 0.5
    assert not off.of("depth", "central_asia_plus_japan").any()


def test_a_record_harvest_of_opium_corrodes_and_impoverishes():
    on, off = paired(
        scenario("opium", events=OPIUM),
        without("drugs_corrode", "opium", events=OPIUM),
        until="2008Q4",
        settings=QUIET,
    )
    assert parted(on, off, "2001Q3") == {"capacity", "hardship"}
    assert more(on, off, "capacity", "tajikistan", quarter="2008Q4").mean() < -0.02
    assert more(on, off, "hardship", "tajikistan", quarter="2008Q4").mean() > 0.005


def test_what_a_rival_wins_is_felt_beside_its_bases():
    on, off = paired("baseline", without("felt_gains"), settings=QUIET)
    assert "felt" in parted(on, off, "2001Q3") <= {"effort", "felt", "pressure", "purse"}
    for power in ("japan", "russia"):
        assert (more(on, off, "pressure", power) > 0).all()


def test_what_is_joint_holds_militants_down():
    on, off = paired("baseline", without("joint_protection"), settings=QUIET)
    assert_identical(on, off, until="2001Q3")  # as much as in 2001, and no more
    assert {"latent", "militancy"} <= parted(on, off, "2001Q4")
    for state in ("kyrgyzstan", "uzbekistan"):
        assert (more(on, off, "militancy", state) < 0).all()


def test_a_government_that_is_new_is_shakier():
    on, off = paired("baseline", without("new_government"), runs=400)
    assert_identical(on, off, until=on.first_of("new_government"))
    assert risings(on) > risings(off)


def test_powers_answer_with_more_than_money():
    on, off = paired("baseline", without("other_answers"))
    assert_identical(on, off, until="2001Q4")  # such answers are weighed early in a year
    for kind in ("offer_credit", "raise_rent"):
        assert done(on, kind) > done(off, kind) == 0


def test_dry_years_cost_harvests_downstream_alone():
    on, off = paired("baseline", without("rivers"), until="2008Q4", settings=QUIET)
    assert parted(on, off, "2001Q3") == {"hardship"}
    lost = {
        state: more(on, off, "hardship", state, quarter="2008Q4")
        for state in ("kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan")
    }
    assert min(lost["turkmenistan"].mean(), lost["uzbekistan"].mean()) > 0.002
    np.testing.assert_allclose(lost["kyrgyzstan"], 0, atol=1e-4)


def test_militants_lose_their_sanctuary_across_the_border():
    on, off = paired("baseline", without("spill_over"), settings=QUIET)
    assert_identical(on, off, until="2001Q3")  # the campaign begins in 2001Q4
    for state in ("tajikistan", "uzbekistan"):
        assert (more(on, off, "militancy", state, quarter="2002Q4") < 0).all()


def test_a_rift_weakens_through_the_discord_of_the_sponsors():
    calm, calm_off = paired("baseline", without("sponsors_discord"))
    assert_identical(calm, calm_off, until="2005Q4")  # none is beyond what is tolerated
    rift, rift_off = paired(
        "sino_russian_rift",
        without("sponsors_discord", "rift", extends="sino_russian_rift"),
        until="2010Q4",
    )
    assert more(rift, rift_off, "depth", "sco", quarter="2010Q4").mean() < -0.05


def test_sponsors_that_train_together_come_to_a_pact():
    on, off = paired("baseline", without("sponsors_drill"), settings=QUIET)
    assert_identical(on, off, until=on.first_of("trained_together") - 1)
    assert on.at("pact", "2005Q4").any()
    assert not off.at("pact", "2005Q4").any()
    assert more(on, off, "pressure", "china").mean() < 0


def test_thirst_draws_china_to_who_has_oil():
    on, off = paired("baseline", without("thirst_for_energy"), settings=QUIET)
    oil = more(on, off, "trade_share", "china", "kazakhstan")
    assert (oil > 0.002).all()
    assert more(on, off, "trade_share", "china", "kyrgyzstan").mean() < oil.mean() / 5
    assert (more(on, off, "value", "china", "kazakhstan") > 0).all()


def test_inherited_ties_erode_where_little_is_given():
    on, off = paired("baseline", without("upkeep"), settings=QUIET)
    eroded = [
        more(on, off, "ties", "security", "russia", "tajikistan", quarter=quarter).max()
        for quarter in ("2002Q4", "2005Q4")
    ]
    assert eroded[1] < eroded[0] < 0
    assert (off.at("kept", "2005Q4") == off.at("kept", "2001Q3")).all()


def test_who_has_turned_away_turns_back():
    on, off = paired("baseline", without("way_back"), until="2008Q4", settings=QUIET)
    assert parted(on, off, "2001Q3") == {"habit", "withheld_usual"}
    who = ("united_states", "uzbekistan")
    assert (more(on, off, "criticism", *who, quarter="2008Q4") < 0).all()
    assert (more(on, off, "affinity", *who, quarter="2008Q4") > 0.05).all()
    assert (more(on, off, "withheld", *who, quarter="2008Q4") < 0).all()
