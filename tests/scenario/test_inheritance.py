from pathlib import Path

import pytest
from places import ROOT
from small_world import small_catalogue, use_small_mechanisms

from simulation.inputs.problems import Problems
from simulation.scenario.scenario import (
    check_scenarios,
    list_scenarios,
    load_scenario,
    scenario_path,
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    use_small_mechanisms(monkeypatch)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    write("baseline", "title: As it was\n")
    return tmp_path


def write(name: str, text: str) -> Path:
    path = Path("scenarios") / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def load(name, **more):
    return load_scenario(name, small_catalogue(), **more)


def test_names_are_looked_for_here_and_then_in_the_project(folder):
    assert scenario_path("baseline") == folder / "scenarios" / "baseline.yaml"
    Path("scenarios/baseline.yaml").unlink()
    assert scenario_path("baseline") == ROOT / "scenarios" / "baseline.yaml"
    assert scenario_path("nothing_of_that_name") is None


def test_what_has_a_slash_or_an_ending_is_a_path(folder):
    write("drafts/mine", "title: Mine\n")
    assert load("scenarios/drafts/mine.yaml").name == "mine"
    assert load(Path("scenarios/drafts/mine.yaml")).title == "Mine"
    with pytest.raises(Problems, match="there is no such file"):
        load("mine.yaml")


def test_the_baseline_is_listed_first(folder):
    write("a_first", "title: A\n")
    names = list_scenarios()
    assert names[0] == "baseline"
    assert "a_first" in names
    assert names[1:] == sorted(names[1:])


def test_a_scenario_extends_the_baseline_unless_it_says_otherwise(folder):
    write("child", "title: Child\nextends: ./drafts/parent.yaml\n")
    write("drafts/parent", "title: Parent\n")
    assert load("child").extends == ("parent", "baseline")
    assert load("baseline").extends == ()


def test_no_name_means_all_scenarios(folder, monkeypatch):
    monkeypatch.setattr("simulation.inputs.places.CHECKOUT", folder)
    write("mine", "title: Mine\n")
    assert [each.name for each in check_scenarios((), small_catalogue())] == ["baseline", "mine"]


def test_a_misspelt_name_gets_the_nearest(folder):
    with pytest.raises(Problems) as raised:
        load("baselin")
    assert raised.value.render() == (
        "baselin has 1 problem:\n"
        "  no scenario 'baselin'\n"
        "  did you mean 'baseline'?\n"
        "Nothing was run. List the names with: python run.py list scenarios"
    )


def test_two_files_of_one_name_cannot_run_together(folder):
    write("drafts/baseline", "title: Another\n")
    with pytest.raises(Problems, match="another scenario is called 'baseline'"):
        check_scenarios(["baseline", "scenarios/drafts/baseline.yaml"], small_catalogue())


def test_the_same_scenario_named_twice_is_read_once(folder):
    assert len(check_scenarios(["baseline", "baseline"], small_catalogue())) == 1


def test_what_an_inherited_event_needs_may_be_dropped(folder):
    write(
        "baseline",
        "title: A\nevents: [{date: 2005-05-13, crackdown: uzbekistan, why: B}, "
        "{date: 2005-07-29, serve_notice: karshi_khanabad, why: C}]\n",
    )
    write("without", "title: Without\nactors: {drop: [uzbekistan]}\n")
    assert load("without").events == ()
    assert load("without").actors_dropped == ("uzbekistan",)


def test_an_inherited_event_can_be_omitted(folder):
    write(
        "baseline",
        "title: A\nevents:\n- {date: 2005-05-13, crackdown: uzbekistan, why: B}\n"
        "- {date: 2006-05-13, crackdown: uzbekistan, why: B}\n",
    )
    write("none", "title: None\nomit: [{crackdown: uzbekistan, why: Calm.}]\n")
    text = "title: One\nomit: [{crackdown: uzbekistan, date: 2005-05-13, why: Calm.}]\n"
    write("one", text)
    assert load("none").events == ()
    assert [str(event.date) for event in load("one").events] == ["2006-05-13"]


def test_settings_name_the_argument_that_is_wrong(folder):
    settings = [
        "basing.notise.manas=90",
        "basing.notice.manas",
        "basing.notice.manas=-1",
        "basing.notice=90",
        "basing.review_chance=.nan",
        "basing.review_chance=0.01",
        "basing.review_chance=0.02",
    ]
    with pytest.raises(Problems) as raised:
        load("baseline", settings=settings)
    assert raised.value.render() == (
        "--set basing.notise.manas=90 has 1 problem:\n"
        "  no parameter 'basing.notise.manas'\n"
        "  did you mean 'basing.notice.manas'?\n"
        "--set basing.notice.manas has 1 problem:\n"
        "  is not KEY=VALUE\n"
        "  write --set basing.notice.manas=90\n"
        "--set basing.notice.manas=-1 has 1 problem:\n"
        "  'basing.notice.manas' is -1; it can only be 0 or more (day)\n"
        "--set basing.notice=90 has 1 problem:\n"
        "  'basing.notice' is a table over installation, not a number\n"
        "  name one of its numbers, as basing.notice.karshi_khanabad\n"
        "--set basing.review_chance=.nan has 1 problem:\n"
        "  'basing.review_chance': '.nan' is no number; write a finite number\n"
        "--set basing.review_chance=0.02 has 1 problem:\n"
        "  'basing.review_chance' is set twice\n"
        "Nothing was run. List the names with: python run.py list parameters basing"
    )


def test_an_outcome_is_checked_where_its_names_are_known(folder):
    write("mine", "title: A\noutcome: china_shar\n")
    assert load("mine").outcome == "china_shar"
    with pytest.raises(Problems, match="did you mean 'china_share'"):
        load("mine", outcomes=lambda evidence: ["china_share"])
