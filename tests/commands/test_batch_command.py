"""What the default command asks a batch for, and where the batch goes."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from simulation.commands import simulate as running


@pytest.fixture
def batches(monkeypatch):
    """What a batch would have been asked for, and been shown with, in place of running it."""
    asked = []

    def run_batch(scenarios, **given):
        asked.append({"scenarios": scenarios, **given})
        held = ["baseline", *(each for each in scenarios or "abcd" if each != "baseline")]
        return SimpleNamespace(scenarios=held, runs=given["runs"])

    def present(record, behind, allow_plugins):
        asked[-1]["behind"] = behind

    monkeypatch.setattr("simulation.batch.batch.run_batch", run_batch)
    monkeypatch.setattr(running, "present", present)
    monkeypatch.setattr(running, "_all_stored", lambda record: "a" not in record.scenarios)
    return asked


@pytest.mark.parametrize(
    ("line", "behind"),
    [
        ("batch no_andijan", False),  # what stands behind it comes with the package
        ("batch no_andijan --reasons", True),
        ("batch a b c", True),
        ("batch a --runs 399", False),
        ("batch a --no-reasons", False),
        ("batch a b c d", False),
        ("batch", False),
        ("batch baseline", False),
        ("batch a b c d --runs 50 --reasons", True),
        ("--quick", False),
    ],
)
def test_few_questions_with_enough_runs_are_looked_behind(line, behind, said, batches):
    assert said(line)[0] == 0
    assert batches[0]["behind"] == behind


def test_without_a_command_everything_is_run(said, batches):
    assert said("")[0] == 0
    assert batches[0]["scenarios"] is None
    assert batches[0]["runs"] == 1000
    assert batches[0]["seed"] is None


def test_quick_is_two_scenarios_and_a_hundred_runs(said, batches):
    said("--quick")
    assert batches[0]["scenarios"] == ["baseline", "us_base_withdrawal"]
    assert batches[0]["runs"] == 100


def test_quick_takes_other_scenarios_and_runs_if_they_are_named(said, batches):
    said("batch --quick no_andijan --runs 7")
    assert batches[0]["scenarios"] == ["no_andijan"]
    assert batches[0]["runs"] == 7


def test_run_is_another_name_of_batch(said, batches):
    said("run baseline --seed 4")
    assert batches[0]["scenarios"] == ["baseline"]
    assert batches[0]["seed"] == 4


def test_scenarios_and_options_may_stand_in_any_order(said, batches):
    said("batch baseline --runs 5 no_andijan --until 2008-12-31")
    assert batches[0]["scenarios"] == ["baseline", "no_andijan"]
    assert batches[0]["until"] == "2008Q4"


def test_settings_are_told_from_scenarios_by_their_sign(said, batches):
    said("batch --set basing.notice.manas=90 basing.notice.kant=90 no_andijan --set a=1")
    assert batches[0]["settings"] == ["basing.notice.manas=90", "basing.notice.kant=90", "a=1"]
    assert batches[0]["scenarios"] == ["no_andijan"]


def test_precision_is_a_width_by_outcome(said, batches):
    said("batch --precision china_share=0.002 --precision manas_open=0.01")
    assert batches[0]["precision"] == {"china_share": 0.002, "manas_open": 0.01}


def test_results_go_where_the_user_stands(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(running, "present", lambda *_: None)
    said("batch baseline --runs 2 --seed 1 --until 2001Q4 --parameters point")
    assert len(list((tmp_path / "results").iterdir())) == 1
