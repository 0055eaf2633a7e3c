"""Progress while a command works."""

from __future__ import annotations

from simulation.batch.progress import ProgressBar


def test_progress_off_a_terminal_is_a_line_a_scenario_on_standard_error(capsys):
    with ProgressBar("runs") as watch:
        for done, what in ((500, "baseline"), (1000, "baseline"), (1500, "other"), (2000, "other")):
            watch(done, 2000, what)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "500 of 2,000 runs: baseline",
        "1,500 of 2,000 runs: other",
        "2,000 of 2,000 runs: other",
    ]
