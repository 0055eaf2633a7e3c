"""Where a folder is to be made and something else is there: refused in words, by every command."""

from __future__ import annotations

import pytest

from simulation.commands.program import main
from simulation.inputs.problems import Problems
from simulation.inputs.results_folders import check_folder, made_folder

COMMANDS = (
    "batch baseline --runs 2 --until 2001Q4 --results taken.yaml",
    "sweep baseline --vary basing.rent=1,2 --runs 10 --until 2001Q4 --results taken.yaml",
    "sensitivity baseline --samples 8 --until 2001Q4 --results taken.yaml",
    "backtest --runs 10 --results taken.yaml/below",
    "calibrate --runs-per-wave 2000 --waves 1 --results taken.yaml",
    "calibrate --runs-per-wave 2000 --waves 1 --output taken.yaml/posterior.parquet",
)


def test_a_folder_is_made_with_those_above_it(tmp_path):
    assert made_folder(tmp_path / "a" / "b").is_dir()
    assert made_folder(tmp_path / "a" / "b").is_dir()


@pytest.mark.parametrize("below", ["", "/below"])
def test_a_file_in_its_place_is_told(tmp_path, monkeypatch, below):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken.yaml").write_text("x", encoding="utf-8")
    with pytest.raises(Problems, match="no folder can be made here: "):
        made_folder(tmp_path / f"taken.yaml{below}")


@pytest.mark.parametrize("below", ["", "/below"])
def test_a_folder_that_could_not_be_made_is_told_and_none_is_made(tmp_path, below):
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    with pytest.raises(Problems, match="no folder can be made here: "):
        check_folder(tmp_path / f"taken{below}")
    check_folder(tmp_path / f"free{below}")
    check_folder(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["taken"]


def test_a_folder_that_may_not_be_written_into_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write everywhere
    with pytest.raises(Problems, match="permission denied"):
        check_folder(tmp_path / "new")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: each.replace("/", "-"))
def test_results_in_a_file_are_refused_in_words(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken.yaml").write_text("x", encoding="utf-8")
    assert main(command.split()) == 2
    said = capsys.readouterr().err
    assert "no folder can be made here: " in said
    assert "name another place" in said
    assert "Traceback" not in said
    assert " runs" not in said  # nothing was run before it was told
    assert (tmp_path / "taken.yaml").read_text(encoding="utf-8") == "x"
