"""Scenarios of one's own: new, check, schema."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from places import DOCS, ROOT

from simulation.evidence.catalogue import load_catalogue
from simulation.evidence.schema import ActorEntry, Additions
from simulation.inputs.problems import MOST_SHOWN
from simulation.inputs.yaml_reader import load_yaml
from simulation.scenario.scenario import load_scenario


def test_a_new_scenario_passes_the_check_as_it_is(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, _ = said("new my_question")
    assert status == 0
    assert (tmp_path / "scenarios" / "my_question.yaml").is_file()
    assert "python run.py check my_question" in out
    status, out, err = said("check my_question")
    assert (status, err) == (0, "")
    assert out.startswith("my_question  fine")
    assert "but differs in nothing from baseline" in out


def test_a_new_scenario_overwrites_nothing(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said("new my_question")
    path = tmp_path / "scenarios" / "my_question.yaml"
    path.write_text("mine", encoding="utf-8")
    for name in ("my_question", "scenarios/my_question.yaml", "baseline"):
        status, _, err = said(f"new {name}")
        assert status == 2
        assert "already" in err
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["my question", "../x y", "a/b c.yaml", "-"])
def test_a_new_scenario_needs_a_name_that_can_be_typed(name, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert said("new", name)[0] == 2
    assert list(tmp_path.iterdir()) == []


def test_check_reads_every_scenario_of_the_project(said):
    status, out, err = said("check")
    assert (status, err) == (0, "")
    assert out.startswith("baseline ")


def test_check_reports_every_problem_and_runs_nothing(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        text = (
            "title: A\nquestion: B?\nevents:\n  - {date: 2004-03-01, close_bse: manas, why: C.}\n"
        )
        Path(f"{name}.yaml").write_text(text, encoding="utf-8")
    status, out, err = said("check one.yaml two.yaml")
    assert (status, out) == (2, "")
    assert err.count("did you mean 'close_base'?") == 2
    assert "line 4" in err
    assert "Nothing was run." in err


def test_check_says_what_lies_after_shorter_runs(said):
    assert said("check us_base_withdrawal")[0] == 0
    status, out, err = said("check us_base_withdrawal --until 2003Q4")
    assert (status, out) == (2, "")
    assert (
        "line 7: close_base:karshi_khanabad of 2004-03-01 lies after the run's end (2003Q4)" in err
    )
    assert said("check us_base_withdrawal --until 2004Q1")[0] == 0


def test_check_tells_what_acts_in_some_runs_only(said):
    status, out, err = said("check us_base_withdrawal")
    assert (status, err) == (0, "")
    assert "but line 7: close_base:karshi_khanabad acts only in runs in which" in out


def test_the_schema_is_json(said):
    status, out, _ = said("schema")
    assert status == 0
    assert "events" in json.loads(out)["properties"]


# -- adding to the world -----------------------------------------------------------------------


KINDS = {
    "state": "kyrgyzstan",
    "power": "united_states",
    "organization": "sco",
    "installation": "kant",
    "project": "atasu_alashankou",
}
"""What can be added, each with a donor."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_newcomer_has_every_number_that_it_needs_and_each_waits_for_its_reason(
    kind, said, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    status, out, _ = said(f"new with_newland --add {kind} newland --like {KINDS[kind]}")
    assert status == 0
    file = Path("scenarios/with_newland.yaml")
    text = file.read_text(encoding="utf-8")
    waiting = [line for line, each in enumerate(text.splitlines(), 1) if 'why: ""' in each]
    assert waiting
    assert f"newland with {len(waiting)} numbers of {KINDS[kind]}" in out
    status, _, err = said("check with_newland")
    assert status == 2
    for line in waiting[:MOST_SHOWN]:
        assert re.search(rf"line {line}: 'why' of '\S+' is still to be filled in", err)
    more = len(waiting) > MOST_SHOWN  # a line says how many
    shown = min(len(waiting), MOST_SHOWN)
    assert err.count("\n") == shown + more + 2  # the headline, the problems, the end: no more
    file.write_text(text.replace('why: ""', 'why: "As the donor, for now."'), encoding="utf-8")
    assert said("check with_newland")[0] == 0


def test_a_newcomer_like_another_starts_with_its_numbers(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said("new sixth --add state georgia --like kyrgyzstan")
    file = Path("scenarios/sixth.yaml")
    file.write_text(file.read_text(encoding="utf-8").replace('why: ""', "why: So."), "utf-8")
    values = load_scenario("sixth").values
    catalogue = load_catalogue()
    alike = [key for key in catalogue.values if "kyrgyzstan" in key.split(".")]
    for key in alike:
        parts = key.split(".")
        own = ".".join("georgia" if part == "kyrgyzstan" else part for part in parts)
        if own in values and not {"works", "carried"} & {*parts}:
            assert values[own] == catalogue.values[key], key
    assert load_scenario("sixth").added.actors["georgia"].member_of == (
        "sco", "csto", "eurasec", "pfp"
    )  # fmt: skip


def test_all_that_a_newcomer_lacks_is_listed(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("bare.yaml").write_text(
        "title: Bare\nactors: {add: {georgia: {name: Georgia, kind: state}}}\n", encoding="utf-8"
    )
    status, _, err = said("check bare.yaml")
    assert status == 2
    wider = load_catalogue().extended(
        Additions(actors={"georgia": ActorEntry(name="Georgia", kind="state")})
    )
    expanded = [wider.expanded(each) for each in wider.parameters.values()]
    missing = [key for each in expanded for key, value in each.items() if value is None]
    assert len(missing) > 60
    assert f"bare.yaml has {len(missing)} problems:" in err
    assert all(f"line 2: 'georgia' needs {key} (" in err for key in missing)
    assert "'georgia' needs initial.gdp.georgia (US$ million)" in err
    assert "new NAME --add state georgia --like DONOR" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--add state georgia", "--add needs --like"),
        ("--like kyrgyzstan", "--like needs --add"),
        ("--add planet mars --like earth", "'planet' cannot be added"),
        ("--add sate georgia --like kyrgyzstan", "did you mean 'state'?"),
        ("--add state georgia --like kirgizstan", "did you mean 'kyrgyzstan'?"),
        ("--add state georgia --like china", "There is no state 'china'"),
        ("--add power kazakhstan --like china", "'kazakhstan' already, among the states"),
        ("--add power EU --like china", "'EU' is no identifier"),
        ("--add power", "--add: a value is missing"),
    ],
)
def test_a_newcomer_that_cannot_be_is_refused(words, message, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, _, err = said(f"new mine {words}")
    assert status == 2
    assert message in err
    assert "Nothing was run." in err
    assert not Path("scenarios").exists()


def test_check_names_the_rules_that_a_scenario_brings(said):
    status, out, _ = said(f"check {DOCS / 'adding' / 'advisers.yaml'} --allow-plugins")
    assert status == 0
    assert "with the rules of docs/adding/advisers.py" in out.replace(str(ROOT) + "/", "")


@pytest.mark.parametrize("file", sorted((DOCS / "adding").glob("*.yaml")), ids=lambda it: it.stem)
def test_every_example_of_the_guide_is_sound_and_named_in_it(file, said):
    own = load_yaml(file).data.get("plugins")
    status, _, err = said(f"check {file}{' --allow-plugins' if own else ''}")
    assert (status, err) == (0, "")
    assert f"adding/{file.name}" in "".join(
        page.read_text("utf-8") for page in (DOCS / "guides").glob("*.md")
    )


def test_an_outcome_cannot_bear_the_name_of_another(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("twice.yaml").write_text(
        "title: Twice\noutcomes:\n  add:\n    china_share: {description: Mine, unit: share, "
        "kind: continuous, read: influence_share, power: china, state: uzbekistan}\n"
    )
    status, _, err = said("check twice.yaml")
    assert status == 2
    assert "line 4: the outcome 'china_share' exists already" in err
