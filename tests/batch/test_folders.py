"""A folder has an owner, and workers a parent: real processes race, are stopped, are killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from places import ROOT

from simulation.batch import batch as batches
from simulation.batch.batch import Interrupted, run_batch
from simulation.calibration.calibrate import calibrate
from simulation.calibration.targets import KNOWN
from simulation.commands.program import main
from simulation.inputs.problems import Problems
from simulation.record.manifest import MANIFEST, read_manifest, write_manifest
from simulation.record.ownership import LOCK, OWNER, owned, written_whole
from simulation.record.record import Record

FILES = tuple(
    f"{name}.parquet" for name in ("outcomes", "events", "trajectories", "paths", "parameters")
)
ASKED = {"scenarios": [], "runs": 24, "chunk": 2, "seed": 5, "until": "2002Q2"}
ASKED |= {"trajectories": 3, "parameters": "point"}
PATIENCE = 60

HOLD = """
import sys, time
from pathlib import Path
from simulation.record.ownership import owned
with owned(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""
RESUME = """
import sys
from simulation.batch.batch import run_batch
from simulation.inputs.problems import Problems
print("ready", flush=True)
sys.stdin.readline()
try:
    print(run_batch(resume=sys.argv[1], workers=1).finished)
except Problems as refused:
    print("refused", refused)
"""
ELSEWHERE = """
import sys
from simulation.commands.program import main
from simulation.commands import simulate
simulate.present = lambda *_: None
words = ["batch", "--resume", sys.argv[1], "--workers", "1"]
print(main(words), flush=True)
print(main([*words, "--anyway"]))
"""
WORK = """
import sys, time
from simulation.batch import executors
def slow(task):
    time.sleep(600)
if __name__ == "__main__":
    executors.start_method = lambda: sys.argv[1]
    with executors.crew_for(10, workers=2) as crew:
        quick = [crew.executor.submit(abs, -1) for _ in range(4)]
        assert [each.result() for each in quick] == [1] * 4
        slow = [crew.executor.submit(slow, task) for task in range(2)]
        print("at work", flush=True)
        time.sleep(600)
"""


def heed_hang_ups():
    """What starts the tests may ignore them, as `nohup` does, and so would its children."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@contextmanager
def process(*words, **given):
    """A process and all that come of it; what is left of them in the end is killed."""
    started = subprocess.Popen(
        [sys.executable, *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=heed_hang_ups if os.name == "posix" else None,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        **given,
    )
    try:
        yield started
    finally:
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)
        started.kill()
        started.communicate()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The batch that nobody disturbed."""
    return run_batch(**ASKED, results=tmp_path_factory.mktemp("whole"), workers=1)


def bytes_of(folder):
    return {name: (folder / name).read_bytes() for name in FILES}


def tree(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def stopped_once(tmp_path_factory):
    """The folder of the batch, stopped after a few parts."""
    results = tmp_path_factory.mktemp("stopped")

    def stop(done, *_):
        if done >= 6:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        run_batch(**ASKED, results=results, workers=1, progress=stop)
    (folder,) = results.iterdir()
    return folder


@pytest.fixture
def stopped(stopped_once, tmp_path):
    """Such a folder, to be gone on with."""
    return Path(shutil.copytree(stopped_once, tmp_path / stopped_once.name))


def test_a_second_process_is_told_who_is_at_work_and_touches_nothing(stopped, capsys):
    with process("-c", HOLD, stopped) as holder:
        assert holder.stdout.readline() == "held\n"
        before = tree(stopped)
        for each in stopped.rglob("*"):
            os.utime(each, times=(time.time() - 605,) * 2)
        assert main(["batch", "--resume", str(stopped)]) == 2
        told = capsys.readouterr().err
        assert f"process {holder.pid} on " in told
        assert "has been working on it since 20" in told
        assert " UTC, and last wrote into it 10 minutes ago\n" in told
        assert "wait until it is done" in told
        assert told.endswith("Nothing was run.\n")
        assert tree(stopped) == before


def test_a_processor_with_other_features_is_named_and_goes_on_only_if_told(stopped):
    """NumPy is told to leave out what it found of the processor beyond the least it needs."""
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found")
    if not found:
        pytest.skip("NumPy uses nothing of this processor that it could do without")
    used = {**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(found)}
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, stopped],
        env=used, cwd=ROOT, capture_output=True, text=True, timeout=4 * PATIENCE,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["2", "0"], done.stderr
    without = ", ".join(f"without {each}" for each in sorted(found))
    said = f"what numpy uses of the processor has changed: now {without}"
    assert said in done.stderr
    assert f"--resume {stopped} --anyway" in done.stderr
    assert "Traceback" not in done.stderr
    assert read_manifest(stopped)["changes"] == [said]


def test_a_place_in_which_no_folder_can_be_made_is_told(tmp_path, capsys):
    file = tmp_path / "mine.txt"
    file.write_text("mine")
    assert main(["batch", "baseline", "--runs", "2", "--results", str(file)]) == 2
    told = capsys.readouterr().err
    assert f"{file} has 1 problem:\n  no folder can be made here: not a directory\n" in told
    assert "name another place for the results, with --results\nNothing was run." in told
    assert file.read_text() == "mine"


def test_two_calibrations_to_one_day_do_not_mix(tmp_path):
    folder = tmp_path / f"calibration_{KNOWN}"
    folder.mkdir()
    (folder / "wave_0.npz").write_bytes(b"a wave")
    with process("-c", HOLD, folder) as holder:
        assert holder.stdout.readline() == "held\n"
        before = tree(folder)
        with pytest.raises(Problems, match=f"process {holder.pid} on "):
            calibrate(results=tmp_path, output=tmp_path / "out.parquet", workers=1)
        assert tree(folder) == before


def test_of_two_that_go_on_at_once_one_does_and_none_does_harm(stopped, whole):
    with (
        process("-c", RESUME, stopped) as first,
        process("-c", RESUME, stopped) as second,
    ):
        racing = (first, second)
        for each in racing:
            assert each.stdout.readline() == "ready\n"
        for each in racing:
            each.stdin.write("\n")
            each.stdin.flush()
        told = [each.communicate(timeout=PATIENCE)[0] for each in racing]
    assert "True\n" in told
    for each in told:
        assert each == "True\n" or (each.startswith("refused") and "is done" in each), each
    assert bytes_of(stopped) == bytes_of(whole.path)
    assert Record.open(stopped).verified
    assert {path.name for path in stopped.iterdir()} == {path.name for path in whole.path.iterdir()}


def test_what_a_batch_did_not_make_stays_where_it_is(stopped, whole, monkeypatch):
    """Pieces of another size, notes, what others left half written; nothing is kept, all stays."""
    manifest = read_manifest(stopped)
    write_manifest(stopped, manifest | {"chunk": 24})
    (stopped / "notes.txt").write_text("mine")
    (stopped / "outcomes.parquet.unfinished").write_text("half")
    (stopped / "parts" / "baseline" / "1.unfinished").mkdir()
    before = tree(stopped)

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(batches, "make_part", stop)
        with pytest.raises(Interrupted, match="0 of 24 runs are kept"):
            run_batch(resume=stopped, workers=1)
    assert (stopped / "parts" / "baseline" / "1.unfinished").is_dir()
    after = tree(stopped)
    assert {path: after[path] for path in before if path.name != MANIFEST} == {
        path: found for path, found in before.items() if path.name != MANIFEST
    }
    assert bytes_of(run_batch(resume=stopped, workers=1).path) == bytes_of(whole.path)
    assert (stopped / "notes.txt").read_text() == "mine"
    assert (stopped / "parts" / "baseline" / "1.unfinished").is_dir()
    assert len([*(stopped / "parts" / "baseline").iterdir()]) == 4


def test_a_file_is_written_whole_or_keeps_what_it_was(tmp_path):
    file = tmp_path / "figure.png"
    file.write_text("before")
    with pytest.raises(UnicodeError), written_whole(file) as unfinished:
        unfinished.write_text("after" * 100_000 + "\ud800")
    assert file.read_text() == "before"
    with written_whole(file) as unfinished:
        unfinished.write_text("after")
    assert file.read_text() == "after"
    assert [*tmp_path.iterdir()] == [file]


def test_a_lock_stays_until_nothing_is_left_to_do(tmp_path):
    with owned(tmp_path):
        assert {path.name for path in tmp_path.iterdir()} == {LOCK, OWNER}
    assert {path.name for path in tmp_path.iterdir()} == {LOCK}
    with owned(tmp_path) as ownership:
        ownership.over = True
    assert not tmp_path.exists()


@pytest.mark.skipif(os.name != "posix", reason="there are no such signals here")
@pytest.mark.parametrize(
    ("name", "start"),
    [("SIGKILL", "fork"), ("SIGKILL", "spawn"), ("SIGTERM", "fork")],
)
def test_workers_end_with_their_parent_whatever_ended_it(name, start, tmp_path):
    """They hold their parent's output: it is at its end when the last of them is."""
    (tmp_path / "work.py").write_text(WORK)
    with process(tmp_path / "work.py", start, cwd=tmp_path) as parent:
        assert parent.stdout.readline() == "at work\n"
        parent.send_signal(getattr(signal, name))
        parent.communicate(timeout=10)
        assert parent.returncode == -getattr(signal, name)


@pytest.mark.skipif(os.name != "posix", reason="there are no such signals here")
def test_what_stops_a_batch_from_outside_keeps_what_is_finished(tmp_path):
    """A scheduler tells every process of a job, and a terminal that closes all of its own."""
    line = "batch no_andijan --runs 900 --chunk 60 --until 2005Q4 --seed 1 --results here"
    with process(ROOT / "run.py", *line.split(), "--workers", "2", cwd=tmp_path) as running:
        while "of 1,800 runs" not in running.stdout.readline():
            assert running.poll() is None
        os.killpg(running.pid, signal.SIGTERM)
        told, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == 143, told
    assert "Traceback" not in told
    (folder,) = (tmp_path / "here").iterdir()
    assert f"are kept in here/{folder.name}\n" in told
    assert f"batch --resume here/{folder.name}\n" in told
    assert not [*folder.rglob("*.unfinished")]
    assert read_manifest(folder)["status"] == "unfinished"
    assert [*(folder / "parts" / "baseline").iterdir()]


@pytest.mark.skipif(os.name != "posix", reason="there are no such signals here")
def test_a_batch_that_was_killed_holds_no_lock_and_goes_on_to_the_same_bytes(tmp_path, whole):
    asked = ", ".join(f"{key}={value!r}" for key, value in ASKED.items())
    code = f"from simulation.batch.batch import run_batch\nrun_batch({asked}, workers=2,"
    code += "results='here', progress=lambda *_: print('one', flush=True))"
    with process("-c", code, cwd=tmp_path) as running:
        assert running.stdout.readline() == "one\n"
        running.kill()
        running.communicate(timeout=10)
    (folder,) = (tmp_path / "here").iterdir()
    assert json.loads((folder / OWNER).read_text())["process"] == running.pid
    assert bytes_of(run_batch(resume=folder, workers=1).path) == bytes_of(whole.path)
    assert {path.name for path in folder.iterdir()} == {path.name for path in whole.path.iterdir()}


def test_a_damaged_manifest_of_a_batch_that_was_stopped_loses_no_run(stopped):
    manifest = read_manifest(stopped)
    del manifest["chunk"]
    write_manifest(stopped, manifest)
    before = tree(stopped)
    with pytest.raises(Problems, match="'chunk' is missing"):
        run_batch(resume=stopped)
    assert tree(stopped) == before
