"""Output that cannot break the work: closed pipes, full disks, terminals that know few letters."""

from __future__ import annotations

import errno
import gc
import io
import os
import subprocess
import sys

import pytest
from places import ROOT

from simulation.batch.batch import run_batch
from simulation.commands import output
from simulation.commands.program import BETWEEN_SEARCHES, collecting_seldom, main
from simulation.inputs.alphabets import LOOK_ALIKE


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    return run_batch(
        ["no_andijan"], runs=12, seed=1, until="2002Q2", workers=1,
        results=tmp_path_factory.mktemp("results"),
    )  # fmt: skip


class Broken(io.StringIO):
    """A standard output that takes nothing."""

    def __init__(self, reason):
        super().__init__()
        self.reason = reason

    def write(self, text):
        raise OSError(self.reason, os.strerror(self.reason))


@pytest.fixture
def pages(monkeypatch, record):
    """The report is not written; it lies where it is said to lie."""
    written = []
    page = record.path / "report.html"
    monkeypatch.setattr(
        "simulation.show.report.write_report", lambda one, _: written.append(one) or page
    )
    return written


@pytest.mark.parametrize("reason", [errno.EPIPE, errno.ENOSPC])
def test_the_report_is_made_though_nobody_reads_the_table(
    reason, record, pages, monkeypatch, capsys
):
    monkeypatch.setattr(sys, "stdout", Broken(reason))
    monkeypatch.setattr(output, "tell", lambda *_: None)
    with pytest.raises(OSError, match=os.strerror(reason)):
        output.present(record)
    assert pages == [record]
    said = capsys.readouterr().err
    assert f"The table was not shown: {os.strerror(reason).lower()}." in said
    assert f"Show it with: python run.py compare {record.path}" in said


def test_a_disk_that_is_full_while_drawing_leaves_the_record_and_says_how_to_go_on(
    record, monkeypatch, capsys
):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "figures/a.svg")

    monkeypatch.setattr("simulation.show.report.draw_planned", full)
    with pytest.raises(OSError, match="No space left"):
        output.present(record)
    shown = capsys.readouterr()
    assert "no_andijan" in shown.out
    assert "Some pictures or the report may be missing. The runs are kept in" in shown.err
    assert f"Draw and write the rest with: python run.py report {record.path}" in shown.err
    assert record.verified


@pytest.mark.parametrize("command", ["plot", "report"])
def test_a_disk_that_is_full_while_a_batch_is_drawn_again_is_told_with_the_way_on(
    command, record, monkeypatch, capsys
):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("simulation.show.figures.saving.draw_planned", full)
    monkeypatch.setattr("simulation.show.report.draw_planned", full)
    assert main([command, str(record.path)]) == 1
    said = capsys.readouterr().err
    assert "No space left on device" in said
    assert f"Draw and write the rest with: python run.py {command} {record.path}" in said
    assert record.verified


def test_what_a_terminal_does_not_know_is_written_with_look_alikes():
    text = "→ −0.4±0.1 points, “Manas” … né 中"
    assert text.encode("ascii", LOOK_ALIKE) == b'-> -0.4+-0.1 points, "Manas" ... ne ?'
    assert (
        text.encode("cp1252", LOOK_ALIKE).decode("cp1252") == "-> -0.4±0.1 points, “Manas” … né ?"
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_table_is_shown_in_any_encoding(encoding, record, monkeypatch):
    shown = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr(sys, "stdout", shown)
    assert main(["compare", str(record.path)]) == 0
    shown.flush()
    assert "no_andijan" in shown.buffer.getvalue().decode(encoding)


def test_a_real_terminal_that_knows_ascii_alone_is_shown_a_table(record):
    line = [sys.executable, str(ROOT / "run.py"), "compare", str(record.path)]
    given = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(line, capture_output=True, env=given, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "no_andijan" in done.stdout.decode("ascii")


def test_a_pipe_that_is_closed_gives_its_own_status(record):
    line = [sys.executable, str(ROOT / "run.py"), "compare", str(record.path)]
    given = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=given
    ) as running:
        running.stdout.close()
        said = running.stderr.read()
        assert running.wait(timeout=300) == 141
    assert b"Traceback" not in said and b"Exception ignored" not in said


def test_commands_look_for_lost_cycles_seldom_and_leave_the_usual_settings():
    usual = gc.get_threshold()
    with collecting_seldom(ends=False):
        assert gc.get_threshold() == (BETWEEN_SEARCHES, *usual[1:])
    assert gc.get_threshold() == usual
