from typing import get_args

import pytest
from small_world import small_catalogue

from simulation.inputs.yaml_reader import Loaded
from simulation.scenario.event_schema import EVENTS, TIMELINE_ONLY, EventKind
from simulation.scenario.events import parse_event

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
    "leader_change": {"leader_change": "uzbekistan"},
    "attack": {"attack": "united_states", "campaign": 1},
    "campaign": {"campaign": 0.3},
    "militancy": {"militancy": "uzbekistan", "size": -0.2},
    "drugs": {"drugs": 2},
    "drought": {"drought": 0.5},
    "aid": {"aid": "china", "to": "uzbekistan", "channel": "security", "amount": 5},
    "withhold_aid": {"withhold_aid": "united_states", "from": "uzbekistan", "amount": 18},
    "credit": {"credit": "china", "to": ["uzbekistan", "russia"], "amount": 900},
    "deal": {"deal": "china", "with": "uzbekistan", "amount": 600},
    "understanding": {"understanding": "china", "with": "kyrgyzstan"},
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
