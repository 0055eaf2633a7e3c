"""A command line, run without a process of its own."""

from __future__ import annotations

import pytest

from simulation.commands import program as cli


@pytest.fixture
def said(capsys):
    """Run a command line; returns (exit status, standard output, standard error)."""

    def run(line: str = "", *words: str):
        status = cli.main([*line.split(), *words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run
