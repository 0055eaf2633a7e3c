"""A batch on a real scheduler and two real workers, one of which is killed half-way."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from places import ROOT

from simulation.batch.batch import run_batch

pytest.importorskip("distributed")

FILES = tuple(
    f"{name}.parquet" for name in ("outcomes", "events", "trajectories", "paths", "parameters")
)
PATIENCE = 60
LOCAL = ("--host", "127.0.0.1")


@contextmanager
def cluster(folder):
    """A scheduler and two workers on loopback, each a process; yields address and workers."""
    told = folder / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    installed = {**os.environ, "PYTHONPATH": str(ROOT)}  # as on every machine of a cluster
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": installed}
    members = [
        subprocess.Popen(
            [
                *dask,
                "scheduler",
                *LOCAL,
                "--port",
                "0",
                "--no-dashboard",
                *("--scheduler-file", told),
            ],
            **quiet,
        )
    ]
    try:
        deadline = time.monotonic() + PATIENCE
        while not told.exists():
            assert time.monotonic() < deadline, "the scheduler did not come up"
            time.sleep(0.1)
        address = json.loads(told.read_text())["address"]
        one_thread = ["--nthreads", "1", "--no-nanny", "--no-dashboard"]
        members += [
            subprocess.Popen([*dask, "worker", address, *LOCAL, *one_thread], **quiet)
            for _ in range(2)
        ]
        wait_for_workers(address, 2)
        yield address, members[1:]
    finally:
        for member in members:
            member.kill()
            member.wait()


def wait_for_workers(address, count):
    from distributed import Client

    with Client(address) as client:
        client.wait_for_workers(count, timeout=PATIENCE)


def test_a_batch_outlives_one_of_its_workers_and_keeps_its_bytes(tmp_path):
    asked = {"runs": 40, "seed": 5, "until": "2002Q4", "trajectories": 3}
    alone = run_batch(
        ["us_base_withdrawal"], workers=1, chunk=40, results=tmp_path / "alone", **asked
    )
    with cluster(tmp_path) as (address, workers):
        done = []

        def half_way(runs_done, runs, scenario):
            done.append(runs_done)
            if runs_done >= runs // 2 and workers[0].poll() is None:
                workers[0].kill()
                workers[0].wait()

        together = run_batch(
            ["us_base_withdrawal"],
            cluster=address,
            chunk=4,
            results=tmp_path / "together",
            progress=half_way,
            **asked,
        )
        assert workers[0].poll() is not None
        assert workers[1].poll() is None
    assert len(done) == 20
    for name in FILES:
        assert (together.path / name).read_bytes() == (alone.path / name).read_bytes(), name
