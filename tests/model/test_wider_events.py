"""Bases anywhere, flows, agreements, budgets, conditions, leaders, campaigns: events that stand.

Each moves influence or decisions through the rules that are there. Up to its day the world is the
same to the bit, and in its first quarter only what it touches has moved.
"""

import numpy as np
import pytest
from rounding import ROUNDING
from worlds.pairs import QUIET, assert_identical, events, live, paired, parted, same, scenario

from simulation.numerics.dates import quarter_name, quarter_of
from simulation.scenario.scenario import load_scenario
from simulation.world import world as w

VALUES = load_scenario("baseline").values


def with_events(name, *given, **entries):
    """The file of a scenario with some events."""
    told = [{**event, "why": "To see what it does."} for event in given]
    return scenario(name, events=told, **entries)


def two(name, *given, until="2006Q4", runs=30, settings=QUIET, base="baseline"):
    """A world, and the same with further events, told apart from the first day on."""
    calm, changed = paired(
        base, with_events(name, *given), until=until, runs=runs, settings=settings
    )
    first = quarter_of(min(event["date"] for event in given))
    assert_identical(calm, changed, until=quarter_name(first - 1))
    return calm, changed


def gain(calm, changed, name, *who, quarter):
    return changed.of(name, *who, quarter=quarter) - calm.of(name, *who, quarter=quarter)


# A base anywhere for anyone.

AKTAU = {
    "open_base": "aktau", "host": "kazakhstan", "guest": "united_states", "kind": "presence",
    "rent": 10, "contract": 20,
}  # fmt: skip


def assert_same_but_for_bases(calm, changed, until):
    """Two worlds of which one has a base more on its axes are otherwise the same to the bit."""
    for quarter in range(quarter_of(until) + 1):
        for name, array in calm.quarters[quarter].items():
            if "installation" not in w.LAYOUT[name].axes:
                assert same(array, changed.at(name, quarter)), (name, quarter_name(quarter))
    last = np.full(calm.runs, quarter_of(until))
    assert events(calm, last) == events(changed, last)


@pytest.mark.parametrize(
    "terms",
    [
        AKTAU,
        {**AKTAU, "open_base": "osh", "host": "kyrgyzstan", "guest": "china"},
        {**AKTAU, "open_base": "second_manas", "host": "kyrgyzstan", "kind": "campaign"},
        {**AKTAU, "open_base": "mary", "host": "turkmenistan", "guest": "japan", "rent": 0},
    ],
    ids=lambda terms: terms["open_base"],
)
def test_a_base_opens_anywhere_for_anyone(terms):
    name, host, guest = terms["open_base"], terms["host"], terms["guest"]
    path = with_events(f"base_{name}", {"date": "2004-05-01", **terms})
    calm, changed = paired("baseline", path, until="2005Q4", runs=30, settings=QUIET)
    assert_same_but_for_bases(calm, changed, until="2004Q1")
    assert (changed.of("base_status", name, quarter="2004Q1") == w.NONE).all()
    assert (changed.of("base_status", name, quarter="2004Q2") == w.OPEN).all()
    assert (changed.of("rent", name, quarter="2004Q2") == terms["rent"]).all()
    assert (changed.of("contract_left", name, quarter="2004Q2") == 19).all()
    spent = gain(calm, changed, "spent", "security", guest, host, quarter="2004Q2")
    assert spent == pytest.approx(np.full(30, VALUES["ledger.base"]), rel=ROUNDING)
    assert (gain(calm, changed, "ties", "security", guest, host, quarter="2004Q2") > 0).all()
    assert (gain(calm, changed, "influence", guest, host, quarter="2004Q2") > 0).all()
    others = [each for each in changed.model.world.axes.region if each != host]
    for other in others:
        assert not gain(calm, changed, "ties", "security", guest, other, quarter="2004Q2").any()


def test_rivals_feel_a_new_base():
    terms = {**AKTAU, "open_base": "osh", "host": "kyrgyzstan", "guest": "china"}
    path = with_events("base_felt", {"date": "2004-05-01", **terms})
    calm, changed = paired("baseline", path, until="2004Q2", runs=30, settings=QUIET)
    for rival in ("japan", "united_states"):
        assert (gain(calm, changed, "pressure", rival, quarter="2004Q2") > 0).all()


def test_a_new_base_may_lie_in_an_outer_state_where_rivals_count_it():
    terms = {"open_base": "wakhan", "host": "afghanistan", "guest": "china", "kind": "presence"}
    path = with_events("base_outside", {"date": "2004-05-01", **terms})
    calm, changed = paired("baseline", path, until="2004Q4", runs=30, settings=QUIET)
    assert_same_but_for_bases(calm, changed, until="2004Q1")
    assert (changed.when("opened_at", "wakhan") == quarter_of("2004Q2")).all()
    for rival in ("japan", "united_states"):
        assert (gain(calm, changed, "pressure", rival, quarter="2004Q4") > 0).all()


def test_the_host_of_a_new_base_reviews_it_like_any_other():
    """After Andijan the Americans lose a second base in Uzbekistan as they lose the first."""
    terms = {**AKTAU, "open_base": "navoi", "host": "uzbekistan", "contract": 4}
    path = with_events("base_reviewed", {"date": "2004-05-01", **terms})
    changed = live(path, until="2008Q4", runs=60, settings=QUIET)
    reviewed = changed.first_of("under_review", "navoi")
    assert (reviewed > quarter_of("2004Q2")).all()
    gone = changed.when("closed_at", "navoi") <= changed.end
    assert gone.mean() > 0.3
    assert (changed.when("closed_at", "navoi")[gone] > reviewed[gone]).all()


def test_nobody_opens_a_base_before_the_event_that_declares_it():
    """Also where its guest looks for bases and the campaign is on."""
    terms = {**AKTAU, "open_base": "second_manas", "host": "kyrgyzstan", "kind": "campaign"}
    path = with_events("base_late", {"date": "2008-05-01", **terms})
    calm, changed = paired("baseline", path, until="2006Q4", runs=30, settings=QUIET)
    assert_same_but_for_bases(calm, changed, until="2006Q4")


def test_what_is_named_later_may_be_the_new_base():
    given = [
        {"date": "2004-05-01", **AKTAU},
        {"date": "2004-08-01", "set_rent": "aktau", "rent": 33},
        {"date": "2005-02-01", "close_base": "aktau"},
    ]
    changed = live(with_events("base_named", *given), until="2005Q1", runs=5, settings=QUIET)
    assert (changed.of("rent", "aktau", quarter="2004Q3") == 33).all()
    assert (changed.of("base_status", "aktau", quarter="2005Q1") == w.CLOSED).all()


# A standing flow.

FLOW = {"flow": "china", "to": "kyrgyzstan", "of": "arms", "amount": 40}


@pytest.mark.parametrize(
    ("of", "channel", "found"),
    [
        ("arms", None, "security"),
        ("credit", None, "economic"),
        ("aid", None, "economic"),
        ("aid", "political", "political"),
    ],
)
def test_a_flow_binds_in_its_channel_a_quarter_at_a_time(of, channel, found):
    event = {"date": "2004-05-01", **FLOW, "of": of}
    if channel:
        event["channel"] = channel
    calm, changed = two(f"flow_{of}_{channel}", event, until="2004Q3")
    spent = gain(calm, changed, "spent", found, "china", "kyrgyzstan", quarter="2004Q2")
    assert spent == pytest.approx(np.full(30, 40), rel=ROUNDING)
    gained = gain(calm, changed, "ties", found, "china", "kyrgyzstan", quarter="2004Q2")
    assert (gained > 0).all()
    more = gain(calm, changed, "ties", found, "china", "kyrgyzstan", quarter="2004Q3")
    assert (more > 1.5 * gained).all()
    assert (gain(calm, changed, "share", "china", "kyrgyzstan", quarter="2004Q2") > 0).all()
    assert not gain(calm, changed, "ties", found, "china", "tajikistan", quarter="2004Q2").any()
    capacity = gain(calm, changed, "capacity", "kyrgyzstan", quarter="2004Q2")
    assert capacity.any() == (of == "arms")


def test_a_flow_moves_in_its_first_quarter_what_gifts_move():
    calm, changed = two("flow_once", {"date": "2004-05-01", **FLOW}, until="2004Q2")
    assert parted(calm, changed, "2004Q2") == {
        "affinity", "capacity", "concentration", "effort", "extra_aid", "felt", "goods",
        "influence", "influence_by_channel", "pressure", "purse", "share", "spent", "ties", "usual",
    }  # fmt: skip


def test_a_flow_ends_with_its_last_day():
    short = {"date": "2004-05-01", **FLOW, "until": "2004-09-30"}
    calm, changed = two("flow_short", short, until="2005Q1")
    given = [changed.of("extra_aid", "security", "china", "kyrgyzstan", quarter=quarter).tolist()
             for quarter in ("2004Q1", "2004Q2", "2004Q3", "2004Q4")]  # fmt: skip
    assert given == [[each] * 30 for each in (0, 10, 10, 0)]


def test_a_flow_is_given_only_while_its_condition_holds():
    while_ = {"base": "karshi_khanabad", "outside": "csto"}
    event = {"date": "2004-05-01", **FLOW, "flow": "united_states", "to": "uzbekistan",
             "while": while_}  # fmt: skip
    changed = live(with_events("flow_if", event), until="2008Q4", runs=60, settings=QUIET)
    kept = lost = 0
    for quarter in range(quarter_of("2004Q2"), changed.end + 1):
        # What stands when a quarter begins decides on it.
        status = changed.of("base_status", "karshi_khanabad", quarter=quarter - 1)
        standing = changed.of("standing", "csto", "uzbekistan", quarter=quarter - 1)
        holds = np.isin(status, (w.OPEN, w.NOTICE)) & (standing != w.MEMBER)
        given = changed.of("extra_aid", "security", "united_states", "uzbekistan", quarter=quarter)
        assert np.array_equal(given, np.where(holds, 10, 0))
        kept, lost = kept + holds.sum(), lost + (~holds).sum()
    assert kept > 100
    assert lost > 100


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"member_of": "sco"}, True),
        ({"member_of": "guuam"}, False),
        ({"repression_below": 0.99}, True),
        ({"repression_below": 0.01}, False),
    ],
    ids=str,
)
def test_a_condition_may_be_membership_or_repression(condition, holds):
    event = {"date": "2002-02-01", **FLOW, "while": condition}
    name = f"flow_{next(iter(condition))}_{holds}"
    if condition == {"member_of": "guuam"}:  # Kyrgyzstan cannot join it
        with pytest.raises(Exception, match="holds in no run"):
            load_scenario(with_events(name, event))
        return
    changed = live(with_events(name, event), until="2002Q1", runs=5, settings=QUIET)
    given = changed.of("extra_aid", "security", "china", "kyrgyzstan", quarter="2002Q1")
    assert (given == (10 if holds else 0)).all()


# Budgets and conditions for one state.


def test_a_power_gives_one_state_a_multiple():
    event = {"date": "2004-05-01", "budget": "china", "for": "tajikistan", "times": 3,
             "until": "2004-09-30"}  # fmt: skip
    calm, changed = two("budget", event, until="2005Q1")
    place = calm.model.world.place
    p, a = place("power", "china"), place("region", "tajikistan")
    aid = [world.at("aid", "2004Q2").copy() for world in (calm, changed)]
    assert (aid[1][:, p, a] == 3 * aid[0][:, p, a]).all()
    aid[1][:, p, a] = aid[0][:, p, a]
    assert same(aid[0], aid[1])
    tie = gain(calm, changed, "ties", "economic", "china", "tajikistan", quarter="2004Q2")
    assert (tie > 0).all()
    later = [world.at("aid", "2004Q4")[:, p, a].sum() for world in (calm, changed)]
    assert later[1] == pytest.approx(later[0], rel=0.2)
    assert parted(calm, changed, "2004Q2") == {
        "affinity", "aid", "capacity", "concentration", "effort", "felt", "goods", "influence",
        "influence_by_channel", "kept", "pressure", "purse", "share", "spent", "ties", "usual",
    }  # fmt: skip


LIFTED = {"date": "2004-05-01", "lift_conditions": "united_states", "for": "uzbekistan"}


def test_a_power_that_drops_its_conditions_gives_all_and_blames_nobody():
    calm, changed = two("lifted", LIFTED, until="2005Q4")
    withheld = calm.of("withheld", "united_states", "uzbekistan", quarter="2004Q3")
    assert (withheld > 0.2).mean() > 0.9  # but where a new government has come
    for quarter in range(quarter_of("2004Q2"), changed.end + 1):
        assert not changed.of("withheld", "united_states", "uzbekistan", quarter=quarter).any()
        assert not changed.of("published", "united_states", "uzbekistan", quarter=quarter).any()
    blame = [world.of("criticism", "united_states", "uzbekistan") for world in (calm, changed)]
    assert (blame[0] > 0.2).all()  # Andijan
    assert (blame[1] < 0.1).all()  # what was said in earlier years fades
    others = gain(calm, changed, "withheld", "united_states", "turkmenistan", quarter="2004Q3")
    assert np.abs(others).max() < 1e-5  # of others no more is known than what rivals won there


def test_karshi_khanabad_stays_longer_where_washington_drops_its_conditions():
    calm, changed = two("lifted_long", LIFTED, until="2006Q4", runs=100)
    assert changed.share_open("karshi_khanabad", "2006Q4") > calm.share_open(
        "karshi_khanabad", "2006Q4"
    )


def test_conditions_that_were_lifted_for_a_time_come_back():
    calm, changed = two("lifted_short", {**LIFTED, "until": "2005-03-31"}, until="2005Q4")
    assert not changed.of("withheld", "united_states", "uzbekistan", quarter="2004Q3").any()
    assert (changed.of("withheld", "united_states", "uzbekistan", quarter="2005Q3") > 0.3).all()


def test_also_another_power_can_set_conditions():
    event = {"date": "2004-05-01", "set_conditions": "japan", "for": "uzbekistan", "part": 0.6}
    calm, changed = two("set", event, until="2005Q4")
    assert not calm.at("withheld", "2004Q3")[calm.model.world.place("power", "japan")].any()
    held = changed.of("withheld", "japan", "uzbekistan", quarter="2004Q3")
    assert (held > 0.2).all()  # as far as it sees what it is little engaged in
    assert (held <= 0.6).all()
    assert (changed.of("criticism", "japan", "uzbekistan") > 0.2).all()  # Andijan
    assert not calm.of("criticism", "japan", "uzbekistan").any()
    assert not changed.of("withheld", "japan", "turkmenistan", quarter="2004Q3").any()
    cooler = gain(calm, changed, "affinity", "japan", "uzbekistan", quarter="2005Q4")
    assert (cooler < 0).all()
    calm_share, share = (world.of("share", "japan", "uzbekistan") for world in (calm, changed))
    assert (share < calm_share).all()


# An agreement with terms.


def test_an_agreement_pays_for_what_is_done():
    event = {
        "date": "2002-05-01", "agreement": "russia", "with": "kyrgyzstan",
        "gives": {"aid": 20, "arms": 40}, "for": {"base": "kant"}, "until": "2003-06-30",
    }  # fmt: skip
    calm, changed = two("agreement", event, until="2003Q4")
    assert (changed.of("base_status", "kant", quarter="2002Q2") == w.OPEN).all()
    for channel, yearly in (("economic", 20), ("security", 40)):
        # The base was not there when the quarter began; it is granted, and so it is paid.
        given = changed.of("extra_aid", channel, "russia", "kyrgyzstan", quarter="2002Q2")
        assert (given == yearly / 4).all()
        over = changed.of("extra_aid", channel, "russia", "kyrgyzstan", quarter="2003Q3")
        assert not over.any()
    assert (gain(calm, changed, "influence", "russia", "kyrgyzstan", quarter="2002Q2") > 0).all()


def test_an_agreement_ends_its_payments_with_the_base():
    terms = {"gives": {"aid": 40}, "for": {"base": "manas"}}
    agreement = {"date": "2003-05-01", "agreement": "united_states", "with": "kyrgyzstan", **terms}
    closing = {"date": "2004-05-01", "close_base": "manas"}
    changed = live(
        with_events("agreement_broken", agreement, closing), until="2004Q2", runs=20, settings=QUIET
    )
    given = [
        changed.of("extra_aid", "economic", "united_states", "kyrgyzstan", quarter=quarter)
        for quarter in ("2003Q2", "2004Q1", "2004Q2")
    ]
    assert (given[0] == 10).all()
    open_then = changed.of("base_status", "manas", quarter="2003Q4") == w.OPEN
    assert (given[1][open_then] == 10).all()
    # Events of one day act by the name of their kind; those of earlier days act before.
    assert np.isin(given[2], (0, 10)).all()


def test_an_agreement_can_buy_an_exit_and_an_understanding():
    event = {
        "date": "2002-05-01", "agreement": "china", "with": "uzbekistan", "gives": {"credit": 80},
        "for": {"leaves": "guuam", "understanding": True},
    }  # fmt: skip
    calm, changed = two("agreement_exit", event, until="2002Q4")
    assert (changed.of("standing", "guuam", "uzbekistan", quarter="2002Q2") == w.OUTSIDE).all()
    assert changed.of("understanding", "china", "uzbekistan", quarter="2002Q2").all()
    given = changed.of("extra_aid", "economic", "china", "uzbekistan", quarter="2002Q2")
    assert (given == 20).all()


# A leader's end.


def leader(by, state="kazakhstan", date="2004-05-01", until="2004Q3"):
    event = {"date": date, "leader_change": state, "by": by}
    return two(f"leader_{by}_{state}_{date}", event, until=until)


def test_a_leaders_death_turns_leanings_back_in_part_and_nothing_else():
    calm, changed = leader("death", until="2004Q2")
    start = calm.model.start.affinity[:, calm.model.world.place("state", "kazakhstan")]
    s = calm.model.world.place("state", "kazakhstan")
    moved = np.abs(changed.at("affinity", "2004Q2")[:, s] - start)
    stayed = np.abs(calm.at("affinity", "2004Q2")[:, s] - start)
    assert moved.mean() < stayed.mean()
    assert parted(calm, changed, "2004Q2") <= {
        "affinity", "new_government", "suspicion", "criticism", "trade_share", "trade_weight",
        "ties", "influence", "influence_by_channel", "share", "concentration", "standing",
        "worth", "joined_at", "took_part", "fear", "danger", "kinship", "transition", "repression",
        "capacity", "personal", "cover", "felt", "pressure", "effort", "leverage", "kept", "spent",
        "aid", "goods", "purse", "undrawn", "value", "yearly_change", "share_of_year", "usual",
        "depth",
    }  # fmt: skip
    for name in ("accountability", "ousters"):
        assert same(calm.at(name, "2004Q2"), changed.at(name, "2004Q2")), name
    assert (changed.at("fear", "2004Q2")[s] <= calm.at("fear", "2004Q2")[s]).all()


def test_the_succession_of_kazakhstan_changes_what_is_recorded():
    """Without a base to review it once changed none of the recorded means."""
    calm, changed = leader("death", until="2006Q4")
    for name in ("affinity", "share", "influence", "trade_share"):
        assert not same(calm.at(name, "2006Q4"), changed.at(name, "2006Q4")), name


def test_a_new_leader_from_the_same_circle_bears_part_of_the_grudges():
    event = {"date": "2005-08-01", "leader_change": "uzbekistan", "by": "death"}
    calm, changed = two("leader_grudges", event, until="2005Q3")
    blame = [world.of("criticism", "united_states", "uzbekistan", quarter="2005Q3")
             for world in (calm, changed)]  # fmt: skip
    assert (blame[1] < blame[0]).all()
    assert (blame[1] > 0).all()


def test_a_leader_who_is_voted_in_opens_the_country_and_frightens_nobody():
    calm, changed = leader("vote", until="2004Q2")
    opened = gain(calm, changed, "accountability", "kazakhstan", quarter="2004Q2")
    assert opened == pytest.approx(np.full(30, VALUES["regime.opening"]), abs=ROUNDING)
    assert (gain(calm, changed, "repression", "kazakhstan", quarter="2004Q2") < 0).all()
    for other in ("kyrgyzstan", "uzbekistan", "turkmenistan"):
        assert not gain(calm, changed, "fear", other, quarter="2004Q2").any()
    assert not gain(calm, changed, "ousters", "kazakhstan", quarter="2004Q2").any()


def test_a_coup_frightens_its_like_and_opens_nothing():
    calm, changed = leader("coup", until="2004Q2")
    for other in ("kyrgyzstan", "uzbekistan", "turkmenistan"):
        assert (gain(calm, changed, "fear", other, quarter="2004Q2") > 0.05).all()
        # Nobody abroad is suspected of it.
        for power in ("united_states", "russia"):
            assert not gain(calm, changed, "suspicion", power, other, quarter="2004Q2").any()
    assert not gain(calm, changed, "accountability", "kazakhstan", quarter="2004Q2").any()
    assert (gain(calm, changed, "ousters", "kazakhstan", quarter="2004Q2") == 1).all()
    floor = VALUES["regime.fear_floor"]
    assert changed.of("fear", "kazakhstan", quarter="2004Q2") == pytest.approx(floor)


@pytest.mark.parametrize("by", ["death", "vote", "coup"])
def test_a_new_leader_reviews_the_guests(by):
    event = {"date": "2003-02-01", "leader_change": "kyrgyzstan", "by": by}
    calm, changed = two(f"leader_reviews_{by}", event, until="2003Q1", runs=80)
    assert changed.of("new_government", "kyrgyzstan", quarter="2003Q1").all()
    reviewed = [world.at("under_review", "2003Q1").sum() for world in (calm, changed)]
    assert reviewed[1] >= reviewed[0]


def test_chance_may_still_bring_unrest_where_a_leader_ends():
    """A succession is no trouble that is scripted: the others' luck stays what it was."""
    loud = ("regime.unrest_base=-3",)
    event = {"date": "2003-02-01", "leader_change": "turkmenistan", "by": "death"}
    calm, changed = two("leader_luck", event, until="2003Q1", settings=loud, runs=60)
    for name in ("ousted", "cracked_down"):
        assert calm.at(name, "2003Q1").any()
        assert same(calm.at(name, "2003Q1"), changed.at(name, "2003Q1"))


# A campaign as one thing.


def test_a_campaign_starts_and_ends_as_one_thing():
    event = {"date": "2006-01-01", "campaign": 0.8, "until": "2006-09-30", "after": 0.3}
    calm, changed = two("campaign", event, until="2006Q4")
    path = [changed.of("campaign", quarter=q)[0] for q in ("2005Q4", "2006Q1", "2006Q3", "2006Q4")]
    assert np.allclose(path, [0.3, 0.8, 0.8, 0.3])
    assert (gain(calm, changed, "need", "united_states", "uzbekistan", quarter="2006Q1") > 0).all()


def test_a_campaign_ends_where_nothing_is_said_to_go_on():
    event = {"date": "2006-01-01", "attack": "russia", "campaign": 1, "until": "2006-09-30"}
    changed = live(with_events("campaign_over", event), until="2006Q4", runs=2)
    path = [changed.of("campaign", quarter=q)[0] for q in ("2006Q1", "2006Q2", "2006Q3", "2006Q4")]
    assert np.allclose(path, [0.3, 1, 1, 0])


def test_whoever_omits_the_attack_omits_the_campaign_whole():
    """Once a third of the campaign went on from 2003, and opened a base for no campaign."""
    path = scenario(
        "no_attack", omit=[{"attack": "united_states", "why": "It never comes to that."}]
    )
    told = load_scenario(path)
    assert not {event.kind for event in told.events} & {"attack", "campaign"}
    peace = live(path, until="2005Q4", runs=60)
    for quarter in range(peace.end + 1):
        assert not peace.at("campaign", quarter).any()
    for base in ("karshi_khanabad", "manas"):
        assert (peace.of("opened_at", base) == -1).all()


def test_the_end_of_major_operations_alone_can_be_omitted():
    told = load_scenario("campaign_goes_on")
    assert [event.name for event in told.events][:1] == ["attack:united_states"]
    assert "campaign:0.3" not in [event.name for event in told.events]
