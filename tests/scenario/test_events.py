"""The vocabulary of events is closed, and an event is read whole or refused."""

import datetime as dt
import pickle
from typing import get_args

import pytest
from small_world import small_catalogue

from simulation.evidence.catalogue import EVIDENCE, load_catalogue
from simulation.inputs.yaml_reader import Loaded, load_yaml
from simulation.scenario.events import (
    EVENTS,
    EXAMPLES,
    TIMELINE_ONLY,
    Event,
    EventKind,
    declared_bases,
    describe_events,
    parse_event,
    timeline_events,
)
from simulation.scenario.scenario import load_scenario

COMPLETE = {
    "open_base": {"open_base": "manas", "rent": 2},
    "close_base": {"close_base": "manas"},
    "set_rent": {"set_rent": "manas", "rent": 0},
    "serve_notice": {"serve_notice": "manas", "days": 180},
    "keep_base": {"keep_base": "manas", "rent": 17.4},
    "admit": {"admit": "mongolia", "to": "sco", "as": "observer"},
    "leave": {"leave": "uzbekistan", "from": "sco"},
    "found_organization": {"found_organization": "sco"},
    "found_body": {"found_body": "secretariat", "of": "sco", "seat": "china"},
    "statement": {"statement": "sco", "strength": 1},
    "exercise": {"exercise": "sco", "participants": ["china", "kyrgyzstan"]},
    "ouster": {"ouster": "kyrgyzstan"},
    "crackdown": {"crackdown": "uzbekistan"},
    "leader_change": {"leader_change": "uzbekistan", "by": "coup"},
    "attack": {
        "attack": "united_states",
        "campaign": 1,
        "until": dt.date(2010, 12, 31),
        "after": 0.3,
    },
    "campaign": {"campaign": 0.3, "until": dt.date(2010, 12, 31), "after": 0.1},
    "militancy": {"militancy": "uzbekistan", "size": -0.2},
    "drugs": {"drugs": 2},
    "drought": {"drought": 0.5},
    "aid": {"aid": "china", "to": "uzbekistan", "channel": "security", "amount": 5},
    "withhold_aid": {"withhold_aid": "united_states", "from": "uzbekistan", "amount": 18},
    "credit": {"credit": "china", "to": ["uzbekistan", "russia"], "amount": 900},
    "deal": {"deal": "china", "with": "uzbekistan", "amount": 600},
    "understanding": {"understanding": "china", "with": "kyrgyzstan"},
    "flow": {
        "flow": "china",
        "to": "uzbekistan",
        "of": "aid",
        "amount": 9,
        "channel": "political",
        "until": dt.date(2010, 12, 31),
        "while": {"base": "manas", "repression_below": 0.6},
    },
    "agreement": {
        "agreement": "china",
        "with": "uzbekistan",
        "gives": {"aid": 9, "arms": 1, "credit": 2},
        "for": {"base": "manas", "understanding": True, "leaves": "sco"},
        "until": dt.date(2010, 12, 31),
    },
    "budget": {"budget": "china", "for": "uzbekistan", "times": 2, "until": dt.date(2010, 12, 31)},
    "lift_conditions": {
        "lift_conditions": "china",
        "for": "uzbekistan",
        "until": dt.date(2010, 12, 31),
    },
    "set_conditions": {
        "set_conditions": "china",
        "for": "uzbekistan",
        "part": 0.5,
        "until": dt.date(2010, 12, 31),
    },
    "sanction": {"sanction": "mongolia"},
    "lift_sanction": {"lift_sanction": "mongolia"},
    "start_project": {"start_project": "khorgos"},
    "open_project": {"open_project": "khorgos"},
    "cancel_project": {"cancel_project": "khorgos"},
    "delay_project": {"delay_project": "khorgos", "quarters": 2},
    "observe": {
        "observe": {"what": "agreement", "state": "uzbekistan", "power": "china", "value": 0.5}
    },
    "set": {"set": {"basing.notice.manas": 90, "trade.share": {"china": {"uzbekistan": 0.3}}}},
}


@pytest.fixture
def read(tmp_path):
    def reader(text: str, timeline: bool = False) -> tuple[Event | None, list[str]]:
        (tmp_path / "file.yaml").write_text(text)
        loaded = load_yaml(tmp_path / "file.yaml")
        event = parse_event(loaded.data, loaded, (), small_catalogue(), timeline)
        return event, [problem.message for problem in loaded.problems]

    return reader


def test_an_event_says_what_happens_when_and_why(read):
    event, problems = read("{date: 2004-03-01, set_rent: manas, rent: 5, why: A bargain.}")
    assert not problems
    assert (event.kind, event.subject, dict(event.fields)) == ("set_rent", "manas", {"rent": 5})
    assert (event.date, event.quarter) == (dt.date(2004, 3, 1), 10)
    assert (event.why, event.line, event.name) == ("A bargain.", 1, "set_rent:manas")


def test_fields_keep_the_words_that_are_written(read):
    event, _ = read("{date: 2004-03-01, admit: mongolia, to: sco, as: member, why: Invited.}")
    assert event.fields == {"to": "sco", "as": "member"}


def test_what_is_not_written_is_left_to_the_model(read):
    event, _ = read("{date: 2004-03-01, serve_notice: manas, why: Ordered.}")
    assert event.fields == {}


def test_one_borrower_or_many(read):
    event, _ = read("{date: 2004-03-01, credit: china, to: uzbekistan, amount: 9, why: Lent.}")
    assert event.fields["to"] == ("uzbekistan",)


def test_the_campaign_of_an_attack_is_no_second_event(read):
    event, problems = read("{date: 2001-09-11, attack: united_states, campaign: 1, why: War.}")
    assert not problems
    assert event.kind == "attack"


def test_a_campaign_is_one_thing_with_its_end(read):
    event, _ = read(
        "{date: 2001-09-11, attack: united_states, campaign: 1, until: 2003-04-30, after: 0.3, "
        "why: War.}"
    )
    start, end = event.course()
    assert (start.name, dict(start.fields)) == ("attack:united_states", {"campaign": 1})
    assert (end.name, end.date, end.quarter) == ("campaign:0.3", dt.date(2003, 5, 1), 7)
    assert end.cause == start
    event, _ = read("{date: 2004-01-01, campaign: 0.8, until: 2004-12-31, why: War.}")
    assert [each.subject for each in event.course()] == [0.8, 0]


def test_what_stands_acts_until_its_last_day(read):
    flow = "flow: china, to: uzbekistan, of: aid, amount: 9, why: Help."
    event, _ = read(f"{{date: 2004-02-01, {flow}}}")
    assert event.end is None
    assert [event.acts_in(q) for q in (9, 10, 11, 300)] == [False, True, True, True]
    event, _ = read(f"{{date: 2004-02-01, until: 2004-09-30, {flow}}}")
    assert [event.acts_in(q) for q in (9, 10, 12, 13)] == [False, True, True, False]
    event, _ = read(f"{{date: 2004-02-01, until: 2004-09-29, {flow}}}")
    assert [event.acts_in(q) for q in (10, 11, 12)] == [True, True, False]


def test_an_event_may_open_a_base_that_there_was_not(read):
    event, _ = read(
        "{date: 2004-02-01, open_base: osh, host: kyrgyzstan, guest: china, kind: presence, "
        "rent: 3, contract: 20, why: A second one.}"
    )
    base = declared_bases([event])["osh"]
    assert (base.name, base.host, base.guest, base.purpose) == (
        "Osh", "kyrgyzstan", "china", "presence"
    )  # fmt: skip
    assert not base.asked  # nobody would open it if the event did not
    assert event.numbers(small_catalogue()) == {"basing.notice.osh": 180}
    known, _ = read("{date: 2004-02-01, open_base: manas, rent: 3, why: It is known.}")
    assert not declared_bases([known])


@pytest.mark.parametrize("kind", sorted(set(EXAMPLES) - set(TIMELINE_ONLY)))
def test_every_example_passes_the_check(kind, tmp_path):
    """An event whose cause another event has to be is checked with it."""
    before = {"lift_sanction": ["sanction"]}.get(kind, [])
    lines = [EXAMPLES[each].replace("...", "A test.") for each in (*before, kind)]
    path = tmp_path / f"{kind}.yaml"
    path.write_text("title: T\nevents:\n" + "".join(f"  - {line}\n" for line in lines))
    scenario = load_scenario(path)
    assert kind in {event.kind for event in scenario.events if event.origin == kind}


def test_every_kind_of_event_has_an_example():
    assert set(EXAMPLES) == set(EVENTS)


def test_a_change_of_parameters_is_flat(read):
    event, _ = read("{date: 2004-03-01, set: {trade.share: {china: {uzbekistan: 0.3}}}, why: Up.}")
    assert event.subject == {"trade.share.china.uzbekistan": 0.3}
    assert event.name == "set:trade.share.china.uzbekistan"


def test_the_timeline_needs_no_reason_and_may_observe(read):
    text = "date: 2004-12-31\nobserve: {what: agreement, state: uzbekistan, power: china, value: 1}"
    assert read(text, timeline=True)[0].subject["value"] == 1
    event, problems = read(text)
    assert event is None
    assert problems == ["'observe' is for the timeline of the evidence only"]


def test_events_know_who_takes_part(read):
    event, _ = read("{date: 2004-03-01, credit: china, to: [uzbekistan], amount: 9, why: Lent.}")
    assert event.mentions("china")
    assert event.mentions("uzbekistan")
    assert not event.mentions("russia")


def test_events_sort_by_day_and_name(read):
    texts = [
        "{date: 2004-03-02, close_base: manas, why: a}",
        "{date: 2004-03-01, open_base: manas, why: a}",
        "{date: 2004-03-01, close_base: manas, why: a}",
        "{date: 2004-03-01, close_base: karshi_khanabad, why: a}",
    ]
    events = sorted((read(text)[0] for text in texts), key=lambda event: event.order)
    assert [event.name for event in events] == [
        "close_base:karshi_khanabad", "close_base:manas", "open_base:manas", "close_base:manas"
    ]  # fmt: skip


def test_an_event_travels_to_another_process(read):
    event, _ = read("{date: 2004-03-01, set_rent: manas, rent: 5, why: A bargain.}")
    assert pickle.loads(pickle.dumps(event)) == event


def test_the_vocabulary_can_be_listed():
    described = describe_events()
    assert list(described) == sorted(described)
    assert described["set_rent"] == {
        "description": "The yearly rent of a base is set.",
        "example": "{date: 2004-03-01, set_rent: manas, rent: 20, why: ...}",
        "required": ["set_rent", "rent"],
        "optional": [],
    }
    assert described["leave"]["required"] == ["leave", "from"]


def test_the_timeline_of_the_evidence_is_read_in_order():
    events = timeline_events(load_catalogue(EVIDENCE))
    assert events
    assert list(events) == sorted(events, key=lambda event: event.order)
    assert events[-1].date <= dt.date(2005, 12, 31)  # nothing later was known


def test_the_vocabulary_is_closed():
    assert set(EVENTS) == set(COMPLETE)
    assert TIMELINE_ONLY == ("observe",)


@pytest.mark.parametrize("kind", sorted(COMPLETE))
def test_each_event_is_read_with_all_its_keys(kind, tmp_path):
    loaded = Loaded(tmp_path, "file.yaml")
    data = {"date": "2004-03-01", "why": "It is so.", **COMPLETE[kind]}
    event = parse_event(data, loaded, (), small_catalogue(), timeline=kind in TIMELINE_ONLY)
    assert loaded.problems == []
    assert event.kind == kind
    given = {key: value for key, value in COMPLETE[kind].items() if key != kind}
    assert set(event.fields) == set(given)
    if kind != "set":
        assert event.subject == COMPLETE[kind][kind]


@pytest.mark.parametrize("kind", sorted(COMPLETE))
def test_each_event_has_a_line_on_what_it_does(kind):
    assert EVENTS[kind].__doc__.strip().endswith(".")


def test_every_kind_of_event_can_be_written_and_no_other():
    kinds = set(get_args(EventKind))
    missing, strange = set(EVENTS) - kinds, kinds - set(EVENTS)
    assert not missing, f"add to EventKind: {sorted(missing)}"
    assert not strange, f"no event: {sorted(strange)}"
