"""What messages call the program, and which command they say installs something."""

from __future__ import annotations

import os

import pytest
from places import PACKAGE, ROOT

from simulation.inputs import invocation
from simulation.inputs.invocation import installing, program


@pytest.mark.parametrize(
    ("started", "called"),
    [
        ("/somewhere/bin/heartland", "heartland"),
        ("C:/Scripts/heartland.exe", "heartland"),
        (str(PACKAGE / "__main__.py"), "python -m simulation"),
        ("run.py", "python run.py"),
        ("../here/run.py", "python run.py"),
        ("/usr/bin/pytest", "python run.py"),
        ("-c", "python run.py"),
        ("", "python run.py"),
    ],
)
def test_the_program_is_called_what_the_user_typed(started, called, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("sys.argv", [started, "list"])
    assert program() == called


def test_from_elsewhere_the_way_to_the_checkout_is_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    way = os.path.relpath(ROOT / "run.py", tmp_path)
    monkeypatch.setattr("sys.argv", [way])
    assert program() == f"python {way}"


@pytest.mark.parametrize("started", ["run.py", "my_study.py", "/usr/bin/ipython", ""])
def test_in_a_wheel_there_is_no_run_py(started, monkeypatch):
    monkeypatch.setattr(invocation, "CHECKOUT", None)
    monkeypatch.setattr("sys.argv", [started])
    assert program() == "heartland"


def test_in_a_checkout_an_extra_is_installed_from_it(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert installing() == "pip install -e ."
    assert installing("app") == "pip install -e '.[app]'"
    monkeypatch.chdir(tmp_path)
    assert installing("app") == f"pip install -e '{ROOT.as_posix()}[app]'"


def test_in_a_wheel_an_extra_is_installed_by_name(monkeypatch):
    monkeypatch.setattr(invocation, "CHECKOUT", None)
    assert installing() == "pip install heartland"
    assert installing("app") == "pip install 'heartland[app]'"
