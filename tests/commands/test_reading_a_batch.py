"""Commands that read a batch: what there is instead of what is missing, and what would make it."""

from __future__ import annotations

import re

import pytest

from simulation.batch.batch import run_batch


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("reading")
    run_batch(["no_andijan"], runs=12, seed=1, until="2007Q4", workers=1, results=place / "results")
    return place


@pytest.fixture
def here(folder, monkeypatch):
    monkeypatch.chdir(folder)
    return next((folder / "results").iterdir())


def test_the_newest_batch_is_named(here, said):
    for line in ("compare", "explain baseline --run 3"):
        status, _, err = said(line)
        assert status == 0
        assert f"The newest batch: results/{here.name}" in err


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        ("compare --baseline no_andijn", ["no scenario 'no_andijn'", "did you mean 'no_andijan'?"]),
        (
            "explain us_bases_stay --run 1",
            ["no scenario 'us_bases_stay'", "with us_bases_stay: python run.py batch"],
        ),
        ("story credit_doubled", ["it holds baseline, no_andijan", "run.py batch credit_doubled"]),
        ("reasons --scenario credit_doubled", ["python run.py batch credit_doubled"]),
        ("plot --scenario credit_doubled", ["python run.py batch credit_doubled"]),
        ("plot --figure contst", ["there is no figure 'contst'", "did you mean 'contest'?"]),
        (
            "explain no_andijan --run 12",
            ["the nearest is --run 11", "python run.py batch no_andijan --runs 13 --seed 1"],
        ),
        ("explain baseline --run 3 --kind open_bass", ["no kind of event 'open_bass'", "base"]),
        ("explain baseline --run 3 --actor russa", ["no actor 'russa'", "did you mean 'russia'?"]),
        ("compare results/2026", ["no batch", "holds"]),
    ],
)  # fmt: skip
def test_what_is_missing_is_answered_with_what_there_is(here, said, line, answers):
    status, out, err = said(line)
    assert status == 2
    assert out == ""
    assert all(answer in err for answer in answers), err


def test_a_misspelt_batch_gets_the_nearest(here, said):
    status, _, err = said(f"compare {here.name[:-1]}x")
    assert status == 2
    assert f"did you mean '{here.name}'?" in err


def test_without_a_batch_the_command_that_makes_one_is_named(tmp_path, monkeypatch, said):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("simulation.record.record.CHECKOUT", None)
    for line in ("compare", "plot", "explain baseline --run 1", "story baseline", "reasons"):
        status, _, err = said(line)
        assert status == 2
        assert "holds no finished batch\n  make one with: python run.py" in err


def test_the_list_of_a_run_is_filtered(here, said):
    _, out, _ = said("explain baseline --run 3 --kind open_base")
    assert out.splitlines()[1:]
    assert all("opens" in line or line.startswith(" ") for line in out.splitlines()[1:])
    _, whole, _ = said("explain baseline --run 3 --all")
    _, short, _ = said("explain baseline --run 3")
    listed, counted = short.split("More often happened:")
    often = re.findall(r"^ *\d+ ×  (\w+)", counted, re.MULTILINE)
    assert often
    for kind in often:
        assert f" {kind}:" in whole
        assert f" {kind}:" not in listed


def test_a_list_and_an_event_are_not_asked_for_at_once(here, said):
    status, _, err = said("explain baseline --run 3 --event open_base:manas --all")
    assert status == 2
    assert "are for the list" in err
