"""run.py: what a newcomer meets before anything is installed."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

RUN = ROOT / "run.py"


def run(*words: str, python: tuple[str, ...] = (), cwd: Path = ROOT, **environment: str):
    """Start run.py as a user does; `python` are options of the interpreter."""
    return subprocess.run(
        [sys.executable, *python, str(RUN), *words],
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def run_module():
    """run.py as a module."""
    spec = importlib.util.spec_from_file_location("run", RUN)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_without_the_dependencies_it_names_the_command_that_installs_them():
    answer = run("--quick", python=("-S",))  # -S leaves out everything that was installed
    assert answer.returncode == 2
    assert "pip install -e ." in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


def test_help_needs_nothing_installed_and_so_imports_nothing_heavy():
    answer = run("--help", python=("-S",))
    assert answer.returncode == 0
    assert "run.py --quick" in answer.stdout


def test_the_help_of_every_command_needs_nothing_installed():
    overview = run("--help", python=("-S",)).stdout
    assert "  batch " in overview
    answer = run("help", "batch", python=("-S",))
    assert answer.returncode == 0
    assert "--runs" in answer.stdout


def test_a_python_that_is_too_old_is_told_so(run_module, monkeypatch, capsys):
    monkeypatch.setattr(run_module.sys, "version_info", (3, 10, 13, "final", 0))
    assert run_module.main() == 2
    said = capsys.readouterr().err
    assert "Heartland needs Python 3.11 or later; this is Python 3.10." in said
    assert "pip install -e ." in said


def test_a_python_that_is_too_old_can_read_it():
    ast.parse(RUN.read_text(encoding="ascii"), feature_version=(3, 4))


def test_it_works_from_any_directory(tmp_path):
    answer = run("list", "actors", cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "uzbekistan" in answer.stdout


def test_it_is_called_as_it_was_typed(tmp_path):
    for place, typed in ((ROOT, "run.py"), (tmp_path, os.path.relpath(RUN, tmp_path))):
        answer = subprocess.run(
            [sys.executable, typed, "--help"], cwd=place, capture_output=True, text=True, check=True
        )
        assert f"  python {typed} --quick" in answer.stdout


def test_the_package_is_a_program_too(tmp_path):
    answer = subprocess.run(
        [sys.executable, "-m", "simulation", "list", "--help"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.startswith("usage: python -m simulation list")
