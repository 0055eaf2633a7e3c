"""The main job for real: a quick run, what is read from it, a batch that is stopped."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

from simulation.commands import simulate as running


def heed_interrupts() -> None:
    """A shell that starts the tests in the background lets them ignore Ctrl-C; undo that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(*words: str, cwd: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, str(ROOT / "run.py"), *words],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts if os.name == "posix" else None,
    )


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """`python run.py --quick` as a newcomer types it; (status, output, errors, folder)."""
    place = tmp_path_factory.mktemp("quick")
    process = start("--quick", "--seed", "1", "--results", "here", cwd=place)
    out, err = process.communicate(timeout=300)
    folders = list((place / "here").iterdir()) if (place / "here").exists() else []
    return process.returncode, out, err, folders


def test_the_quick_run_answers_on_standard_output_and_reports_on_standard_error(quick):
    status, out, err, folders = quick
    assert status == 0, err
    assert len(folders) == 1
    assert "baseline" in err
    assert "Traceback" not in err
    assert "runs:" not in out
    assert "Seed 1, 100 runs a scenario." in out
    assert f"open here/{folders[0].name}/report.html in a browser" in out.splitlines()[-1]


def test_the_quick_run_leaves_the_whole_folder(quick):
    folder = quick[3][0]
    names = {path.name for path in folder.iterdir()}
    assert names >= {
        "manifest.json",
        "scenarios",
        "outcomes.parquet",
        "trajectories.parquet",
        "differences.parquet",
        "events.parquet",
        "paths.parquet",
        "comparison.csv",
        "figures",
        "report.html",
    }
    assert "parts" not in names
    assert {path.name for path in (folder / "figures").iterdir()} == {
        f"{picture}.{ending}"
        for picture in (
            "outcome_matrix",
            "difference_paths_us_base_withdrawal",
            "difference_map_us_base_withdrawal",
            "scenario_heatmap",
        )
        for ending in ("svg", "csv")
    }


def test_the_quick_run_says_how_the_other_pictures_are_drawn(quick):
    _, out, _, (folder,) = quick
    command = f"python {ROOT / 'run.py'} plot here/{folder.name}"
    assert f"More pictures, of every scenario: {command}" in out.splitlines()
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg ") == 4
    assert f"<pre>{command}</pre>" in page


def test_a_batch_is_compared_again_without_being_run_again(quick, said):
    folder = quick[3][0]
    status, out, _ = said(f"compare {folder}")
    assert status == 0
    assert out.strip()
    assert out.strip() in quick[1]


def test_one_figure_is_drawn_on_demand(quick, said):
    folder = quick[3][0]
    status, out, _ = said(f"plot {folder} --figure contest --scenario baseline")
    assert status == 0
    assert [Path(line).name for line in out.splitlines()] == [
        "contest_baseline.png",
        "contest_baseline.svg",
    ]


def test_figures_are_drawn_in_the_formats_and_the_folder_that_are_named(quick, said, tmp_path):
    line = f"plot {quick[3][0]} --figure contest --figure tornado --scenario us_base_withdrawal"
    status, out, _ = said(f"{line} --format pdf --format svg --output {tmp_path / 'here'}")
    assert status == 0
    files = [Path(word) for word in out.splitlines()]
    assert {file.parent for file in files} == {tmp_path / "here"}
    assert [file.name for file in files] == [
        "contest_us_base_withdrawal.pdf",
        "contest_us_base_withdrawal.svg",
        "tornado_us_base_withdrawal.pdf",
        "tornado_us_base_withdrawal.svg",
    ]
    assert all(file.stat().st_size > 1000 for file in files)


def test_plot_alone_draws_every_usual_figure_and_puts_it_into_the_report(quick, said, tmp_path):
    folder = tmp_path / "batch"
    shutil.copytree(quick[3][0], folder)
    status, out, _ = said(f"plot {folder}")
    assert status == 0
    *files, page = [Path(line) for line in out.splitlines()]
    assert page == folder / "report.html"
    assert {file.suffix for file in files} == {".png", ".svg"}
    assert len(files) > 2 * 4
    text = page.read_text(encoding="utf-8")
    for file in files:
        assert f'id="{file.stem}"' in text
    assert "Not drawn yet" not in text
    assert f"plot {folder}" not in text

    other = tmp_path / "slides"
    said(f"plot {folder} --format png --output {other} --scenario us_base_withdrawal")
    assert {each.suffix for each in other.iterdir()} == {".png", ".csv"}
    assert page.read_text(encoding="utf-8") == text  # what is drawn elsewhere moves no report


def test_a_misspelt_figure_gets_the_nearest_name(quick, said):
    status, _, err = said(f"plot {quick[3][0]} --figure contst")
    assert status == 2
    assert "did you mean 'contest'?" in err


def test_a_misspelt_scenario_runs_nothing_and_leaves_nothing(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = said("batch baselin --results here")
    assert (status, out) == (2, "")
    assert "did you mean 'baseline'?" in err
    assert list(tmp_path.iterdir()) == []


def test_stopping_a_batch_says_what_was_kept_and_resuming_finishes_it(said, tmp_path, monkeypatch):
    line = "batch no_andijan us_base_withdrawal --runs 300 --until 2005Q4 --workers 1"
    process = start(*line.split(), "--results", "here", cwd=tmp_path)
    assert "300 of 900 runs: baseline" in process.stderr.readline()  # the first piece is there
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "are kept in here/" in err
    folder = next((tmp_path / "here").iterdir())
    assert json.loads((folder / "manifest.json").read_text())["status"] != "finished"

    presented = []
    monkeypatch.setattr(running, "present", lambda record, *_: presented.append(record))
    status, _, err = said(f"batch --workers 1 --resume {folder}")
    assert status == 0, err
    assert json.loads((folder / "manifest.json").read_text())["status"] == "finished"
    assert [record.runs for record in presented] == [300]
