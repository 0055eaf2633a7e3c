"""How a command ends: what is said where, and with which status."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from places import ROOT

from simulation.commands import program as cli
from simulation.inputs.problems import Problem, Problems


def raising(error):
    def act(given):
        raise error

    return act


@pytest.fixture
def ending(monkeypatch, said):
    """Run a command that ends in an error."""

    def run(error):
        monkeypatch.setattr(cli, "dispatch", raising(error))
        return said("check")

    return run


def test_problems_are_printed_on_standard_error_without_a_traceback(ending):
    status, out, err = ending(Problems([Problem("scenarios/mine.yaml", 3, "no event 'opn'")]))
    assert status == 2
    assert out == ""
    assert "  line 3: no event 'opn'" in err
    assert "Nothing was run." in err
    assert "Traceback" not in err


def test_a_stop_says_what_was_kept(ending):
    status, _, err = ending(KeyboardInterrupt("Stopped. 500 of 1,000 runs are kept in results/x"))
    assert status == 130
    assert "500 of 1,000 runs are kept" in err


def test_a_stop_with_nothing_to_say_is_short(ending):
    assert ending(KeyboardInterrupt())[0::2] == (130, "\nStopped.\n")


@pytest.mark.skipif(os.name != "posix", reason="there are no such signals here")
@pytest.mark.parametrize(("name", "status"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_from_outside_stops_a_command_as_ctrl_c_does(name, status, monkeypatch, said):
    number = getattr(signal, name)

    def act(given):
        os.kill(os.getpid(), number)
        signal.pause()

    monkeypatch.setattr(cli, "dispatch", act)
    usual = signal.signal(number, signal.SIG_DFL)  # `nohup` ignores hang-ups
    try:
        assert said("check")[0::2] == (status, "\nStopped.\n")
        assert signal.getsignal(number) == signal.SIG_DFL
    finally:
        signal.signal(number, usual)


def test_what_the_machine_refuses_is_named(ending):
    status, _, err = ending(PermissionError(13, "Permission denied", "results"))
    assert (status, err) == (1, "results: Permission denied\n")


def test_a_missing_package_is_answered_with_the_extra_that_brings_it(ending):
    status, _, err = ending(ModuleNotFoundError("no", name="solara.server"))
    assert status == 2
    assert "pip install -e '.[app]'" in err


def test_a_missing_module_of_ours_is_a_bug_and_is_not_hidden(ending):
    with pytest.raises(ModuleNotFoundError):
        ending(ModuleNotFoundError("no", name="simulation.nowhere"))


def test_a_reader_who_leaves_the_pipe_is_no_error():
    command = f'"{sys.executable}" run.py list parameters | head -n 1; echo "${{PIPESTATUS[0]}}"'
    answer = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert answer.stderr == ""
    assert answer.stdout.splitlines()[-1] in {"0", "141"}
