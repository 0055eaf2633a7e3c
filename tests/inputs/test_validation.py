import copy
import datetime as dt
import pickle
from typing import Annotated

import pytest

from simulation.inputs.validation import (
    Day,
    FileEntry,
    Frozen,
    FrozenText,
    Named,
    Several,
    Text,
    Truth,
    Within,
    WrittenNumber,
    complain,
    shorten,
    validated,
)
from simulation.inputs.yaml_reader import load_yaml

NAMES = {"actor": ("china", "uzbekistan"), "power": ("china",), "state": ("uzbekistan",)}


class Inner(FileEntry):
    """An entry inside another."""

    rent: Annotated[float, Within(0, None, "a rent is 0 or more")]


class Example(FileEntry):
    """One key of each type."""

    title: Text
    day: Day | None = None
    number: WrittenNumber = 0
    truth: Truth = False
    power: Annotated[str, Named("power")] | None = None
    states: Annotated[tuple[Annotated[str, Named("state")], ...], Several] = ()
    inner: Inner | None = None
    more: dict[str, Inner] = Frozen()


@pytest.fixture
def read(tmp_path):
    def reader(text: str) -> tuple[Example | None, list]:
        (tmp_path / "file.yaml").write_text(text)
        loaded = load_yaml(tmp_path / "file.yaml")
        entry = validated(Example, loaded.data, loaded, names=NAMES)
        return entry, [(each.line, each.message, each.hint) for each in loaded.problems]

    return reader


def test_a_sound_entry_is_read(read):
    text = "title: A\nday: 2004-02-29\npower: china\nstates: uzbekistan\ninner: {rent: 0}\n"
    entry, problems = read(text)
    assert not problems
    assert entry.day == dt.date(2004, 2, 29)
    assert entry.states == ("uzbekistan",)


def test_every_problem_has_its_line_and_says_what_is_due(read):
    entry, problems = read(
        "title: 3\nday: soon\nnumber: 1_0\ntruth: yes\npower: uzbekistan\nstates:\n- chna\n"
        "inner:\n  rent: -5\n  rnet: 1\nmore:\n  a: {}\n  b: 3\n"
    )
    assert entry is None
    assert problems == [
        (1, "'title' is 3; text is due (in quotes, if that is meant)", None),
        (2, "'day': 'soon' is no date; write it as year-month-day, 2005-07-29", None),
        (3, "'number': '1_0' is no number; write 10", None),
        (4, "'truth' is 'yes'; write true or false", None),
        (5, "'uzbekistan' is no power", "powers are china"),
        (7, "no state 'chna'", "states are uzbekistan"),
        (9, "'rent' is -5; a rent is 0 or more", None),
        (10, "no key 'rnet'", "did you mean 'rent'?"),
        (12, "'rent' is missing", None),
        (13, "'b' is 3; a mapping is due", None),
    ]


def test_a_misspelt_key_is_one_problem_and_not_a_missing_one_too(read):
    _, problems = read("titel: A\n")
    assert problems == [(1, "no key 'titel'", "did you mean 'title'?")]


def test_a_key_far_from_all_others_lists_them(read):
    _, problems = read("title: A\ninner: {rent: 1, zzz: 2}\n")
    assert problems == [(2, "no key 'zzz'", "keys are rent")]


def test_a_complaint_names_what_it_is_about(tmp_path):
    (tmp_path / "file.yaml").write_text("rent: -5\n")
    loaded = load_yaml(tmp_path / "file.yaml")
    complain(loaded, ("rent",), "'rent'", ValueError("is -5; too low"), of="manas")
    complain(loaded, ("rent",), "'rent'", ValueError("that is too low"))
    assert [each.message for each in loaded.problems] == [
        "'rent' of manas is -5; too low",
        "'rent': that is too low",
    ]


def test_frozen_mappings_refuse_changes_and_travel():
    frozen = Frozen(a=1)
    for change in (
        lambda: frozen.update(b=2),
        lambda: frozen.pop("a"),
        lambda: frozen.setdefault("b", 2),
        lambda: frozen.__setitem__("a", 2),
        lambda: frozen.__delitem__("a"),
        frozen.clear,
    ):
        with pytest.raises(TypeError, match="read-only"):
            change()
    again = pickle.loads(pickle.dumps(frozen))
    assert again == {"a": 1}
    assert isinstance(again, Frozen)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "nothing"), (True, "true"), ([1], "a list"), ({}, "a mapping"), (0.5, "0.5")],
)
def test_values_are_short_in_messages(value, text):
    assert shorten(value) == text


def test_long_text_is_cut_in_messages():
    assert len(shorten("x" * 500)) < 70


def test_text_that_cannot_change_is_its_own_copy_and_stays_what_it_is_elsewhere():
    told = FrozenText({"china_share": "a share"})
    assert copy.deepcopy({"descriptions": told})["descriptions"] is told
    again = pickle.loads(pickle.dumps(told))
    assert again == told
    assert type(again) is FrozenText
    with pytest.raises(TypeError, match="read-only"):
        told["china_share"] = "another"
