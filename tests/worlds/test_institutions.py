"""Institutions that do something, and a change of leader."""

import numpy as np
from pairs import QUIET, assert_identical, live, paired, parted, scenario, without

from simulation.world import world as w

RUNS = 200
REGION = ("kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan")


def leaving(organization, *states):
    events = [
        {"date": "2001-10-01", "leave": state, "from": organization, "why": "They walk out."}
        for state in states
    ]
    return scenario(f"left_{organization}", events=events)


def test_who_leaves_the_customs_union_trades_less_with_russia():
    within, out = (live(name, RUNS) for name in ("baseline", leaving("eurasec", *REGION[:3])))
    assert_identical(within, out, until="2001Q3")
    for state in REGION[:3]:
        moved = out.of("trade_share", "russia", state) - within.of("trade_share", "russia", state)
        assert moved.mean() < -0.003, state
    apart = out.of("trade_share", "russia", "turkmenistan") - within.of(
        "trade_share", "russia", "turkmenistan"
    )
    assert abs(apart.mean()) < 0.001


def test_who_leaves_an_organization_loosens_its_tie_with_the_sponsor():
    for organization, sponsor, state in (
        ("guuam", "united_states", "uzbekistan"),
        ("csto", "russia", "tajikistan"),
        ("pfp", "united_states", "kyrgyzstan"),
    ):
        within, out = (
            live(name, until="2004Q4") for name in ("baseline", leaving(organization, state))
        )
        tie = [
            it.of("ties", "political", sponsor, state, quarter="2004Q4").mean()
            for it in (within, out)
        ]
        assert tie[1] < tie[0], organization


def test_partnership_exercises_are_joined_by_those_who_are_in_it():
    lived = live("baseline", RUNS)
    world = lived.model.world
    pfp = world.place("organization", "pfp")
    called = sum(now["exercised"][pfp].sum() for now in lived.quarters)
    for state in ("kazakhstan", "kyrgyzstan", "uzbekistan"):
        m = world.place("member", state)
        joined = sum(
            (now["exercised"][pfp] & now["took_part"][pfp, m]).sum() for now in lived.quarters
        )
        assert joined > called / 2, state
    off = live(without("partnership_drills"), RUNS)
    m = world.place("member", "kazakhstan")
    stayed = sum((now["exercised"][pfp] & now["took_part"][pfp, m]).sum() for now in off.quarters)
    assert stayed < called / 4


def test_tajikistan_can_sign_the_partnership_and_then_trains_with_it():
    lived = live("baseline", RUNS)
    joined = lived.of("joined_at", "pfp", "tajikistan")
    assert (joined >= 0).mean() > 0.15  # .055 a year; the panels' interval begins at .015
    pfp, m = (
        lived.model.world.place(*it) for it in (("organization", "pfp"), ("member", "tajikistan"))
    )
    for quarter, now in enumerate(lived.quarters):
        took = now["exercised"][pfp] & now["took_part"][pfp, m]
        assert not (took & ((joined < 0) | (joined > quarter))).any()
    neutral = lived.of("standing", "csto", "turkmenistan")
    assert (neutral == w.OUTSIDE).all()  # what is not open to a state it does not sign


def test_japans_dialogue_brings_japan_something():
    dialogue, none = (
        live("baseline", RUNS, until="2010Q4", settings=settings)
        for settings in ((), ("organizations.founding_threshold=99",))
    )
    gains = [
        dialogue.of("share", "japan", s, quarter="2010Q4")
        - none.of("share", "japan", s, quarter="2010Q4")
        for s in REGION
    ]
    assert 100 * np.mean(gains) > 0.1
    depth = dialogue.of("depth", "central_asia_plus_japan", quarter="2010Q4")
    assert depth.max() <= np.float32(0.4)
    assert not none.of("depth", "central_asia_plus_japan", quarter="2010Q4").any()


def test_councils_carry_small_flows_to_both_sponsors():
    on, off = paired("baseline", without("councils"), settings=QUIET)
    for power in ("china", "russia"):
        more = on.of("ties", "political", power, "kazakhstan") - off.of(
            "ties", "political", power, "kazakhstan"
        )
        assert 0 < more.mean() < 0.05
    same = on.of("ties", "political", "japan", "turkmenistan", quarter="2001Q3")
    assert (same == off.of("ties", "political", "japan", "turkmenistan", quarter="2001Q3")).all()


def test_only_clubs_of_regimes_protect_against_unrest():
    lived = live("baseline", until="2001Q4")
    club = {state: lived.of("club", state, quarter="2001Q4") for state in REGION}
    assert not club["turkmenistan"].any()  # in the Partnership alone
    assert (club["kazakhstan"] > 0.3).all()


def test_a_change_of_leader_calms_warms_and_unsettles():
    event = [
        {"date": "2004-12-21", "leader_change": "turkmenistan", "why": "The head of state dies."}
    ]
    before, after = (
        live(name, 400, until="2006Q4") for name in ("baseline", scenario("leader", events=event))
    )
    assert_identical(before, after, until="2004Q3")
    fear = [it.of("fear", "turkmenistan", quarter="2005Q1").mean() for it in (before, after)]
    assert fear[1] < fear[0] - 0.05
    warm = [
        it.of("affinity", "united_states", "turkmenistan", quarter="2005Q1").mean()
        for it in (before, after)
    ]
    assert warm[1] > warm[0] + 0.02
    m = before.model.world.place("state", "turkmenistan")
    risings = [
        sum((now["ousted"] | now["cracked_down"])[m].mean() for now in it.quarters[13:])
        for it in (before, after)
    ]
    assert risings[1] > risings[0] + 0.005


def test_the_others_feel_nothing_of_it_in_that_quarter():
    event = [
        {"date": "2004-12-21", "leader_change": "turkmenistan", "why": "The head of state dies."}
    ]
    before, after = (
        live(name, until="2004Q4", settings=QUIET)
        for name in ("baseline", scenario("leader", events=event))
    )
    for array in ("fear", "danger", "kinship", "transition"):
        one, other = before.at(array, "2004Q4"), after.at(array, "2004Q4")
        m = before.model.world.place("state", "turkmenistan")
        assert not np.array_equal(one[m], other[m]), array
        np.testing.assert_array_equal(np.delete(one, m, 0), np.delete(other, m, 0))
    assert "fear" in parted(before, after, "2004Q4")
