"""A scenario that changed nothing in any run says why; one of which a part did not act says so."""

import pytest
from worlds.pairs import scenario

from simulation import run_batch
from simulation.record.compare import compare
from simulation.record.unacted import unacted, why_nothing

LATE = {"date": "2007-02-01", "crackdown": "tajikistan", "why": "A test."}
EARLY = {"date": "2002-02-01", "crackdown": "tajikistan", "why": "A test."}


def resolved(events=(), values=(), **more):
    entries = {key: {"value": value, "from": source} for key, value, source in values}
    return {"events": list(events), "values": entries, "mechanisms": {}, **more}


def test_its_one_event_lies_after_the_horizon():
    why = why_nothing(resolved([LATE]), resolved(), "2003Q4")
    assert why == "its one event lies after the horizon (2003Q4): crackdown:tajikistan"


def test_all_its_events_lie_after_the_horizon():
    other = {"date": "2008-02-01", "close_base": "manas", "why": "A test."}
    why = why_nothing(resolved([LATE, other]), resolved(), "2003Q4")
    assert (
        why == "its events lie after the horizon (2003Q4): crackdown:tajikistan, close_base:manas"
    )


def test_what_it_omits_lies_after_the_horizon():
    why = why_nothing(resolved(), resolved([LATE]), "2003Q4")
    assert (
        why == "the one event that it omits lies after the horizon (2003Q4): crackdown:tajikistan"
    )


def test_the_campaign_of_an_attack_begins_a_quarter_later():
    attack = {"date": "2003-10-01", "attack": "china", "campaign": 1, "why": "A test."}
    assert "attack:china" in why_nothing(resolved([attack]), resolved(), "2003Q4")
    assert "lies after" in why_nothing(resolved([attack]), resolved(), "2003Q4")
    assert "found nothing to act on" in why_nothing(resolved([attack]), resolved(), "2004Q1")


def test_it_differs_in_nothing():
    assert "differs in nothing" in why_nothing(resolved([EARLY]), resolved([EARLY]), "2003Q4")


def test_what_it_changes_found_nothing_to_act_on():
    number = [("basing.notice.kant", 90, "mine")]
    why = why_nothing(resolved([EARLY], number), resolved(), "2003Q4")
    assert why == (
        "what it changes found nothing to act on in these runs: "
        "crackdown:tajikistan, basing.notice.kant"
    )
    held = [("basing.notice.kant", 180, "catalogue")], [("basing.notice.kant", 180, "mine")]
    assert "basing.notice.kant" in why_nothing(
        resolved(values=held[1]), resolved(values=held[0]), ""
    )


def test_what_lies_late_is_told_beside_what_found_nothing_to_act_on():
    number = [("basing.reservation.united_states", 0, "mine")]
    late = [LATE, {"date": "2008-02-01", "close_base": "manas", "why": "A test."}]
    assert why_nothing(resolved(late, number), resolved(), "2003Q4") == (
        "its events lie after the horizon (2003Q4): crackdown:tajikistan, close_base:manas; "
        "what else it changes found nothing to act on in these runs: "
        "basing.reservation.united_states"
    )
    assert why_nothing(resolved([EARLY, LATE]), resolved(), "2003Q4") == (
        "1 of its 2 events lies after the horizon (2003Q4): crackdown:tajikistan; "
        "what else it changes found nothing to act on in these runs: crackdown:tajikistan"
    )


def test_what_lies_late_is_told_beside_an_answer():
    told = unacted(resolved([EARLY, LATE]), resolved(), "2003Q4")
    assert told == "1 of its 2 events lies after 2003Q4 and did not act: crackdown:tajikistan."
    assert unacted(resolved([EARLY]), resolved(), "2003Q4") == ""


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    names = [
        scenario("too_late", events=[LATE]),
        scenario("in_time", events=[EARLY, LATE]),
        scenario("as_it_was", notes="It says nothing."),
    ]
    folder = tmp_path_factory.mktemp("results")
    record = run_batch(
        names, runs=8, seed=1, until="2003Q4", results=folder, parameters="point", workers=1
    )
    return compare(record)


def test_after_a_batch_the_answer_says_why(comparison):
    assert comparison.answer("too_late") == (
        "It changed nothing in any run: "
        "its one event lies after the horizon (2003Q4): crackdown:tajikistan."
    )
    assert comparison.answer("as_it_was") == (
        "It changed nothing in any run: it differs in nothing from what it is compared with."
    )
    assert not comparison.changed_nothing("in_time")
    assert comparison.answer("in_time").endswith(
        "1 of its 2 events lies after 2003Q4 and did not act: crackdown:tajikistan."
    )


def test_what_moves_no_outcome_but_something_on_the_way_is_not_said_to_change_nothing(tmp_path):
    founded = {"date": "2002-08-28", "found_organization": "central_asia_plus_japan", "why": "Now."}
    record = run_batch(
        [scenario("founded", events=[founded])], runs=8, seed=1, until="2003Q4", results=tmp_path,
        parameters="point", workers=1,
    )  # fmt: skip
    comparison = compare(record)
    assert comparison.changed_nothing("founded")
    said = comparison.answer("founded")
    assert said.startswith("No outcome differs in any run; what it moves on the way is ")
    assert "membership_full" in said
