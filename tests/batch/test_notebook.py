"""Progress in a notebook, where nobody has to ask for it."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from simulation.batch import progress
from simulation.batch.progress import ProgressBar, in_notebook, watched

jupyter = pytest.importorskip("jupyter_client", reason="notebooks come with the extra app")

CELL = """
from simulation import run_batch
record = run_batch([], runs=4, seed=1, until="2001Q3", workers=1, results={folder!r})
record
"""


def test_whoever_is_named_is_told_and_a_script_has_no_bar(monkeypatch):
    def mine(done, total, subject):
        return None

    with watched(mine, "runs") as told:
        assert told is mine
    with watched(None, "runs") as told:
        assert told is None
    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    with watched(mine, "runs") as told:
        assert told is mine
    with watched(None, "runs") as told:
        assert isinstance(told, ProgressBar)


def test_a_terminal_of_ipython_is_no_notebook(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    assert not in_notebook()


def test_a_batch_in_a_notebook_shows_a_bar_and_then_what_it_is(tmp_path):
    manager = jupyter.KernelManager(kernel_name="python3")  # of this very Python
    manager.start_kernel(cwd=str(tmp_path))
    client = manager.blocking_client()
    shown = []
    try:
        client.wait_for_ready(timeout=120)
        reply = client.execute_interactive(
            CELL.format(folder=str(tmp_path / "results")), timeout=240, output_hook=shown.append
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert reply["content"]["status"] == "ok", reply
    kinds = [each["header"]["msg_type"] for each in shown]
    bars = [each for each in shown if each["header"]["msg_type"] == "display_data"]
    assert bars, kinds
    (result,) = (each for each in shown if each["header"]["msg_type"] == "execute_result")
    assert "4 of each scenario" in result["content"]["data"]["text/html"]
