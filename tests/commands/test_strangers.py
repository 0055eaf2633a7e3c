"""What strangers send, on the command line: an answer in words, exit status 2, and no traceback."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from places import PACKAGE, ROOT
from syntax import syntax_of

from simulation.commands import output
from simulation.contrast.sweep import parse_axis

RAW = ("\x1b", "\u202e", "\x07", "\x9b")


def answered(said, *words):
    """What a command line is told that is refused."""
    status, out, err = said("", *words)
    assert status == 2
    assert out == ""
    assert "Nothing was run." in err
    assert "Traceback" not in err
    assert len(err) < 30_000
    assert not any(each in err for each in RAW)
    return err


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("batch --runs 999999999999999999999999999999", "the most is 100,000,000"),
        ("patterns --runs 999999999999999999999999999999", "the most is 100,000,000"),
        ("batch --trajectories 999999999999999999999999999999", "the most is 100,000,000"),
        ("batch --workers 99999999999999", "is too large; the most is 1,000"),
        ("batch --runs 100000000 --chunk 1", "are more than 50,000 pieces"),
        ("sensitivity baseline --samples 99999999999999", "the most is 100,000,000"),
        (
            "sweep baseline --outcome manas_open --vary basing.rent=1:2:999999999",
            "'999999999' steps are too many; the most is 10,000",
        ),
        (
            "sweep baseline --vary basing.rent=1:2:999 --vary basing.blame=0:1:99",
            "a grid of 98,901 points is too large; the most is 10,000",
        ),
        ("batch --until 99999999999999Q4", "neither a quarter"),
        ("batch --history-until 99999999999999-01-01", "99999999999999-01-01"),
        ("explain baseline --run 99999999999999999999", "is too large"),
    ],
)
def test_numbers_that_no_machine_can_take_are_refused(line, answer, said):
    assert answer in answered(said, *line.split())


def test_a_seed_may_be_long_but_not_without_end(said):
    answer = answered(said, "batch", "--seed", "9" * 5000)
    assert "a number of 300 digits" in answer


def test_steps_of_a_sweep_have_an_end_in_whatever_digits_they_are_written():
    assert len(parse_axis("basing.rent=1:2:0003")[1]) == 3
    for steps in ("9" * 5000, "10001", "1", "000", "01", "-3", ""):
        with pytest.raises(ValueError, match="steps"):
            parse_axis(f"basing.rent=1:2:{steps}")


def test_an_address_at_which_no_cluster_can_be_is_answered_in_words(said):
    pytest.importorskip("distributed")
    assert "no scheduler answers at 'x'" in answered(said, "batch", "baseline", "--cluster", "x")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("command", ["check", "batch", "backtest"])
def test_pipes_devices_and_circles_of_links_are_answered(command, said, tmp_path, monkeypatch):
    if command == "backtest":
        pytest.importorskip("scoringrules")
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.yaml")
    Path("other.yaml").symlink_to("one.yaml")
    Path("one.yaml").symlink_to("other.yaml")
    Path("zero.yaml").symlink_to("/dev/zero")
    for name in ("pipe.yaml", "zero.yaml"):
        assert f"{name} has 1 problem:\n  is no regular file" in answered(said, command, name)
    assert "one.yaml has 1 problem:\n  its links run in a circle" in answered(
        said, command, "one.yaml"
    )


def test_a_scenario_that_extends_a_circle_of_links_or_a_pipe_is_told(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        Path("a.yaml").symlink_to("b.yaml")
        Path("b.yaml").symlink_to("a.yaml")
    except OSError:
        pytest.skip("this system lets nobody make links")
    for parent in ("a.yaml", "x" * 5000 + ".yaml", "."):
        (tmp_path / "mine.yaml").write_text(f"title: A\nquestion: B?\nextends: {parent}\n")
        assert "mine.yaml has" in answered(said, "check", "mine.yaml")


def test_names_of_strangers_move_no_cursor(said, tmp_path, monkeypatch):
    """Raw in a name on the command line, and in a name, a key and a value of a file."""
    monkeypatch.chdir(tmp_path)
    assert r"x\x1b[31m\u202e" in answered(said, "batch", "x\x1b[31m\u202e")
    assert r"\x1b[2K" in answered(said, "chek\x1b[2K")
    assert r"\u202e" in answered(said, "batch", "--set", "a\u202e=1")
    assert r"\udcff" in answered(said, "batch", "x\udcff")
    name = "evil\u202elmay.yaml"
    (tmp_path / name).write_text(
        'title: A\nquestion: B?\n"ke\u202ey": 1\nuntil: "2005\u202eQ4"\n', encoding="utf-8"
    )
    told = answered(said, "check", name)
    assert r"evil\u202elmay.yaml has" in told
    assert r"ke\u202ey" in told


def test_a_title_is_shown_with_its_characters(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(
        'title: "Bases \\u202e stay"\nquestion: B?\n', encoding="utf-8"
    )
    status, out, _ = said("check mine.yaml")
    assert status == 0
    assert r"Bases \u202e stay" in out
    assert "\u202e" not in out


def test_what_a_command_says_is_harmless_and_what_tables_show_keeps_its_colours(capsys):
    output.tell("a\x1b[31m\u202e\nb")
    output.note("c\x9b")
    output.show("\x1b[1mbold\x1b[0m")
    said = capsys.readouterr()
    assert said.out == "a\\x1b[31m\\u202e\nb\n\x1b[1mbold\x1b[0m\n"
    assert said.err == "c\\x9b\n"


def test_what_commands_print_goes_through_one_door():
    for path in sorted((PACKAGE / "commands").glob("*.py")):
        tree = syntax_of(path)
        calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
        printed = [each for each in calls if isinstance(each, ast.Name) and each.id == "print"]
        allowed = {"output.py": 3, "commandline.py": 1}.get(path.name, 0)
        assert len(printed) == allowed, path.name  # the help of the program's own


def test_half_a_character_on_a_real_command_line_gives_no_traceback(tmp_path):
    """Bytes that are no UTF-8 become halves of characters, which no stream can print."""
    if sys.platform == "win32":
        pytest.skip("a command line is not made of bytes on Windows")
    words = [sys.executable.encode(), b"-m", b"simulation", b"batch", b"x\xff\x1b[31m"]
    done = subprocess.run(
        words, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True
    )
    assert done.returncode == 2
    assert rb"no scenario 'x\udcff\x1b[31m'" in done.stderr
    assert b"\x1b" not in done.stderr


def test_memory_that_is_not_there_is_answered_in_words(said, monkeypatch):
    def fail(*_, **__):
        raise MemoryError

    monkeypatch.setattr("simulation.contrast.pattern_rates.measure_patterns", fail)
    status, _, err = said("patterns --runs 10 --seed 1")
    assert status == 1
    assert "There is not enough memory for this. Ask for fewer runs" in err


def test_a_thread_that_is_not_there_is_answered_in_words(said, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("simulation.contrast.pattern_rates.measure_patterns", fail)
    status, _, err = said("patterns --runs 10 --seed 1")
    assert status == 1
    assert "The system gives this program no thread more." in err
