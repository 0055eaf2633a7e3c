"""Scenarios of one's own beside those that are shipped, and a broken draft among them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from simulation.commands import simulate as running
from simulation.commands.output import note
from simulation.scenario.scenario import check_scenarios

BROKEN = "title: Broken\nquestion: Is it?\nevents:\n  - {date: 2004-03-01, opn_base: manas}\n"
FINE = "title: Fine\nquestion: Is it?\noutcome: china_share\n"


@pytest.fixture
def drafts(tmp_path, monkeypatch):
    """A working directory with a broken draft among good ones, one of them of a shipped name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    for name, text in (("bad", BROKEN), ("good", FINE), ("no_andijan", FINE)):
        (tmp_path / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("folder", [None, "scenarios"])
def test_without_scenarios_of_ones_own_there_are_those_that_are_shipped(
    folder, said, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    if folder:
        (tmp_path / folder).mkdir()
    status, out, err = said("list scenarios")
    assert (status, err) == (0, "")
    assert {row.split()[1] for row in out.splitlines()} == {"shipped"}
    assert said("check")[0] == 0
    assert said("batch no_such_one")[0] == 2


def test_a_list_says_which_scenarios_are_yours_and_which_is_broken(said, drafts):
    status, out, err = said("list scenarios")
    assert status == 0
    rows = {row.split()[0]: row for row in out.splitlines()}
    assert " shipped " in rows["baseline"]
    assert " yours " in rows["good"]
    assert " yours, goes first " in rows["no_andijan"]
    assert "broken; see: python run.py check bad" in rows["bad"]
    assert err.startswith("scenarios/bad.yaml has ")
    assert "did you mean 'open_base'?" in err
    assert "The others can be run." in err.splitlines()[-1]
    assert said("list scenarios good")[2] == ""


def test_a_check_names_the_good_ones_beside_the_broken_one(said, drafts):
    status, out, err = said("check")
    assert status == 2
    assert "good " in out
    assert not any(line.startswith("bad ") for line in out.splitlines())
    assert "scenarios/bad.yaml has " in err
    assert "'no_andijan' is your scenarios/no_andijan.yaml, not the shipped one." in err


def test_the_plain_run_leaves_out_a_broken_draft_and_says_so_at_both_ends(
    said, drafts, monkeypatch
):
    asked = []

    def run_batch(scenarios, **given):
        note("running")
        asked.append([each.name for each in scenarios or check_scenarios()])
        return SimpleNamespace(scenarios=scenarios, runs=1000)

    monkeypatch.setattr("simulation.batch.batch.run_batch", run_batch)
    monkeypatch.setattr(running, "present", lambda *_: None)
    status, _, err = said("")
    assert status == 0
    (names,) = asked
    assert {"baseline", "good", "us_bases_stay"} <= set(names)
    assert "bad" not in names
    start = "Left out, because of problems that are told at the end: scenarios/bad.yaml\nrunning\n"
    assert start in err
    assert "scenarios/bad.yaml has " in err.partition(start)[2]
    assert "This was left out; everything else was run." in err.splitlines()[-1]


def test_a_broken_draft_that_is_asked_for_is_refused(said, drafts):
    status, out, err = said("batch good bad")
    assert (status, out) == (2, "")
    assert "Nothing was run." in err
    assert not (drafts / "results").exists()


def test_without_a_sound_baseline_nothing_is_run(said, drafts):
    (drafts / "scenarios" / "baseline.yaml").write_text("title: 3\n", encoding="utf-8")
    status, _, err = said("")
    assert status == 2
    assert "scenarios/baseline.yaml has 1 problem" in err
    assert "Nothing was run." in err
