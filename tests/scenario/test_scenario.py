import contextlib
import json
import pickle
import random
from pathlib import Path

import pytest
import yaml
from small_world import small_catalogue, use_small_mechanisms

from simulation.inputs.problems import Problems
from simulation.scenario.scenario import load_scenario

BASELINE = """\
title: As it was
outcome: china_share
events:
- {date: 2005-03-24, ouster: kyrgyzstan, why: Tulip.}
- {date: 2005-05-13, crackdown: uzbekistan, why: Andijan.}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    use_small_mechanisms(monkeypatch)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    write("baseline", BASELINE)


def write(name: str, text: str) -> None:
    Path("scenarios", f"{name}.yaml").write_text(text)


def load(name, *settings):
    return load_scenario(name, small_catalogue(), settings=settings)


def test_the_baseline_has_every_number_of_the_catalogue():
    baseline, catalogue = load("baseline"), small_catalogue()
    assert {key: baseline.values[key] for key in catalogue.values} == catalogue.values
    assert baseline.values["trade.share.united_states.uzbekistan"] == 0.01
    assert baseline.fixed_keys == frozenset()
    assert all(baseline.mechanisms.values())


def test_a_scenario_with_only_a_title_is_what_it_extends():
    write("same", "title: The same\n")
    same, baseline = load("same"), load("baseline")
    assert same.hash == baseline.hash
    assert same.values == baseline.values
    assert same.events == baseline.events
    assert same.outcome == "china_share"
    assert same.question is None


def test_precedence_runs_from_the_catalogue_to_the_command_line():
    write("parent", "title: P\noverrides: {basing.review_chance: {value: 0.01, why: P}}\n")
    write(
        "child",
        "title: C\nextends: parent\noverrides: {basing.review_chance: {value: 0.03, why: C}}\n",
    )
    write("off", "title: O\nextends: child\nmechanisms: {conditional_aid: off}\n")
    key = "basing.review_chance"
    found = [load(name).values[key] for name in ("baseline", "parent", "child", "off")]
    assert found == [0.02, 0.01, 0.03, 0]
    assert load("off", f"{key}=0.5").values[key] == 0.5
    origins = [load(name).origins.get(key) for name in ("baseline", "parent", "child", "off")]
    assert origins == [None, "parent", "child", "mechanism conditional_aid off"]
    assert load("off", f"{key}=0.5").origins[key] == "--set"


def test_what_a_scenario_fixes_is_not_drawn():
    write("off", "title: O\nmechanisms: {notices: off}\n")
    scenario = load("off", "trade.friction.china.russia=0.1")
    assert scenario.fixed_keys == {
        "basing.notice.karshi_khanabad",
        "basing.notice.manas",
        "trade.friction.china.russia",
    }


def test_a_theory_switches_mechanisms_off_and_a_mechanism_that_is_named_beats_it():
    write("theory", "title: T\ntheory: hedging\n")
    write("but", "title: B\nextends: theory\nmechanisms: {conditional_aid: on}\n")
    assert not load("theory").mechanisms["conditional_aid"]
    assert load("but").theory == "hedging"
    assert load("but").mechanisms["conditional_aid"]
    assert load("but").values == load("baseline").values


def test_a_switch_without_its_parameter_is_a_problem():
    write("off", "title: O\nmechanisms: {undeclared: off}\n")
    with pytest.raises(Problems, match=r"'undeclared' needs 'basing\.missing'"):
        load("off")


def test_disputed_numbers_can_be_taken_as_the_document_states_them():
    write("stated", "title: S\nas_stated: true\n")
    key = "trade.share.china.kyrgyzstan"
    assert load("baseline").values[key] == 0.1
    assert load("stated").values[key] == 0.39
    assert load("stated").origins[key] == "as stated"
    assert load("stated").values["trade.share.china.uzbekistan"] == 0.05


def test_an_added_actor_takes_what_otherwise_says_and_needs_the_rest():
    text = "title: T\nactors: {add: {turkey: {kind: power, name: Turkey}}}\n"
    write("turkey", text)
    with pytest.raises(Problems) as raised:
        load("turkey")
    needed = "'turkey' needs trade.friction.china.turkey (index)"
    assert raised.value.problems[0].message == needed
    powers = ("china", "russia", "united_states", "turkey")
    row = ", ".join(f"{power}: 0.5" for power in powers)
    column = ", ".join(f"{power}: {{turkey: 0.5}}" for power in powers[:3])
    value = f"{{turkey: {{{row}}}, {column}}}"
    write("turkey", f"{text}overrides: {{trade.friction: {{value: {value}, why: A guess.}}}}\n")
    scenario = load("turkey")
    assert scenario.values["trade.friction.russia.turkey"] == 0.5
    assert scenario.values["trade.share.turkey.uzbekistan"] == 0.01
    assert scenario.added.actors["turkey"].name == "Turkey"


def test_time_limits_are_inherited():
    write("short", "title: S\nuntil: 2010Q4\nhistory: {until: 2005-10-31}\n")
    write("shorter", "title: S\nextends: short\nuntil: 2008Q4\n")
    scenario = load("shorter")
    assert (scenario.until, str(scenario.history_until)) == (29, "2005-10-31")


def test_everything_resolved_can_be_written_and_says_where_it_comes_from():
    write("mine", "title: M\noverrides: {basing.notice.manas: {value: 90, why: Hurry.}}\n")
    resolved = load("mine", "trade.friction.china.russia=0.1").resolved()
    again = yaml.safe_load(yaml.safe_dump(resolved, sort_keys=False))
    assert again == resolved
    assert resolved["values"]["basing.notice.manas"] == {"value": 90, "from": "mine"}
    assert resolved["values"]["basing.review_chance"] == {"value": 0.02, "from": "catalogue"}
    assert resolved["values"]["trade.friction.china.russia"]["from"] == "--set"
    assert resolved["overrides"]["basing.notice.manas"]["why"] == "Hurry."
    assert resolved["events"][0] == {
        "date": "2005-03-24", "ouster": "kyrgyzstan", "why": "Tulip.", "from": "baseline"
    }  # fmt: skip
    json.dumps(resolved)


def test_the_hash_follows_what_can_change_a_result():
    write("reworded", BASELINE.replace("As it was", "Reworded").replace("Tulip.", "Again."))
    write("earlier", BASELINE.replace("2005-05-13", "2005-02-13"))
    write("fixed", "title: F\noverrides: {basing.review_chance: {value: 0.02, why: Sure.}}\n")
    assert load("earlier").hash != load("baseline").hash
    # The same value, but no longer drawn.
    assert load("fixed").hash != load("baseline").hash
    text = BASELINE.replace("title: As it was", "title: R\nomit: []\nnotes: A remark")
    write("baseline", text)
    write("same", "title: Same\n")
    assert load("same").hash == load("baseline").hash


def test_the_order_of_a_file_changes_nothing():
    head, *events = BASELINE.split("- ")
    before = load("baseline")
    write("baseline", head + "".join(f"- {event}" for event in reversed(events)))
    after = load("baseline")
    assert before.hash == after.hash
    assert [event.name for event in before.events] == [event.name for event in after.events]


def test_a_scenario_travels_to_another_process():
    scenario = load("baseline")
    again = pickle.loads(pickle.dumps(scenario))
    assert again.hash == scenario.hash
    assert again.values == scenario.values
    with pytest.raises(TypeError):
        again.values["basing.review_chance"] = 1


def test_no_slip_of_the_pen_makes_the_reader_fail():
    """Whatever is deleted, doubled or swapped in a sound file: sound again, or problems."""
    sound = (
        BASELINE
        + "- {date: 2004-03-01, set: {basing.notice: {manas: 90}}, why: Hurry.}\n"
        + "overrides:\n  trade.share: {value: {china: {uzbekistan: 0.3}}, why: More.}\n"
        + "mechanisms: {conditional_aid: off}\ntheory: patronage\n"
        + "actors: {drop: [mongolia], add: {iran: {kind: outer_state, name: Iran}}}\n"
        + "omit: []\nhistory: {until: 2003-10-31}\nuntil: 2010Q4\nas_stated: true\n"
    )
    chance = random.Random(1)
    for _ in range(400):
        text = list(sound)
        for _ in range(chance.randint(1, 4)):
            at, other = chance.randrange(len(text)), chance.randrange(len(text))
            slip = chance.choice(["delete", "double", "swap", "write"])
            if slip == "delete":
                del text[at]
            elif slip == "double":
                text.insert(at, text[other])
            elif slip == "swap":
                text[at], text[other] = text[other], text[at]
            else:
                text[at] = chance.choice("[]{}:,-#'\"\n\t &*!|0~")
        write("slip", "".join(text))
        with contextlib.suppress(Problems):
            load("slip")
