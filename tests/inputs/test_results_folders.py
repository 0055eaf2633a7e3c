"""Where a folder is to be made and something else is there: refused in words, by every command."""

from __future__ import annotations

import pytest

from simulation.commands.program import main
from simulation.inputs.problems import Problems
from simulation.inputs.results_folders import made_folder

COMMANDS = (
    "batch baseline --runs 2 --until 2001Q4 --results taken.yaml",
    "sweep baseline --vary basing.rent=1,2 --runs 10 --until 2001Q4 --results taken.yaml",
    "calibrate --runs-per-wave 2000 --waves 1 --results taken.yaml",
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


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: each.split()[0])
def test_results_in_a_file_are_refused_in_words(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken.yaml").write_text("x", encoding="utf-8")
    assert main(command.split()) == 2
    said = capsys.readouterr().err
    assert "no folder can be made here: " in said
    assert "name another place" in said
    assert "Traceback" not in said
    assert (tmp_path / "taken.yaml").read_text(encoding="utf-8") == "x"
