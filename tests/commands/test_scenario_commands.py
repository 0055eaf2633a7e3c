"""Scenarios of one's own: new, check, schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


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
