"""Finished pieces are believed if they hold what the journal says; else they are played anew."""

import errno
import json
import multiprocessing
import os
import shutil
import signal
import sys
import threading
from concurrent.futures import BrokenExecutor
from dataclasses import replace
from types import SimpleNamespace

import pyarrow as pa
import pytest

from simulation.batch import batch as batches
from simulation.batch import executors
from simulation.batch import journal as journals
from simulation.batch.batch import Interrupted, run_batch
from simulation.batch.chunks import TO_PAIR, Chunk, keep_part, pair_part, simulate, write_part
from simulation.batch.journal import ASIDE, JOURNAL, Journal, KeptFile
from simulation.commands.program import main
from simulation.inputs import files
from simulation.inputs.problems import Problems
from simulation.numerics.dates import quarter_of
from simulation.parameters.numbers import Numbers
from simulation.record.manifest import read_manifest, write_manifest
from simulation.record.record import Record
from simulation.record.through_time import Column
from simulation.scenario.scenario import load_scenario

FILES = tuple(
    f"{name}.parquet" for name in ("outcomes", "events", "trajectories", "paths", "parameters")
)
ASKED = {"scenarios": [], "runs": 9, "chunk": 3, "seed": 5, "until": "2002Q1"}
ASKED |= {"trajectories": 2, "parameters": "point", "workers": 1}
FIRST = "baseline/0000000000+3"


def bytes_of(folder):
    return {name: (folder / name).read_bytes() for name in FILES}


def stopped_after(runs, results, **asked):
    def stop(done, *_):
        if done >= runs:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        run_batch(**{**ASKED, **asked}, results=results, progress=stop)
    (folder,) = results.iterdir()
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return run_batch(**ASKED, results=tmp_path_factory.mktemp("whole")).path


@pytest.fixture(scope="module")
def stopped_once(tmp_path_factory):
    return stopped_after(6, tmp_path_factory.mktemp("stopped"))


@pytest.fixture
def stopped(stopped_once, tmp_path):
    return shutil.copytree(stopped_once, tmp_path / "kept")


def flipped(file):
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def damage(kind, folder, other):
    """Damage the first piece; returns what is said of it."""
    piece = folder / "parts" / FIRST
    if kind == "one bit":
        flipped(piece / "outcomes")
        return "outcomes has other bytes than it had"
    if kind == "cut off":
        os.truncate(piece / "bands", 100)
        return "bands is not as long as it was"
    if kind == "a file is gone":
        (piece / "events").unlink()
        return "events is missing"
    if kind == "a file more":
        (piece / "differences").write_bytes(b"x")
        return "differences is none of its files"
    if kind == "of another seed":
        shutil.rmtree(piece)
        shutil.copytree(other / "parts" / FIRST, piece)
        return "is not as long as it was|has other bytes than it had"
    if kind == "another seed with its journal":
        shutil.rmtree(folder / "parts")
        shutil.copytree(other / "parts", folder / "parts")
        return "the journal does not vouch for it"
    if kind == "a link":
        shutil.move(piece, folder / "elsewhere")
        piece.symlink_to(folder / "elsewhere")
        return "is no folder"
    (folder / "parts" / JOURNAL).unlink()
    return "the journal does not vouch for it"


@pytest.fixture(scope="module")
def of_another_seed(tmp_path_factory):
    return stopped_after(6, tmp_path_factory.mktemp("other"), seed=6)


@pytest.mark.parametrize(
    "kind",
    [
        "one bit",
        "cut off",
        "a file is gone",
        "a file more",
        "of another seed",
        "another seed with its journal",
        "a link",
        "no journal",
    ],
)
def test_a_damaged_piece_is_set_aside_by_name_and_played_anew(
    kind, stopped, whole, of_another_seed, capsys
):
    said = damage(kind, stopped, of_another_seed)
    assert run_batch(resume=stopped, workers=1).path == stopped
    told = capsys.readouterr().err
    assert any(f"{FIRST}: " in told and each in told for each in said.split("|")), told
    assert f"Set aside as parts/{FIRST}.{ASIDE}-1; its runs are played anew." in told
    assert bytes_of(stopped) == bytes_of(whole)
    assert (stopped / "parts" / f"{FIRST}.{ASIDE}-1").exists()
    assert Record.open(stopped).verified


def test_nothing_is_said_of_pieces_that_hold_what_they_held(stopped, whole, capsys):
    run_batch(resume=stopped, workers=1)
    assert capsys.readouterr().err == ""
    assert bytes_of(stopped) == bytes_of(whole)
    assert not (stopped / "parts").exists()


@pytest.mark.parametrize("name", ["scenarios/baseline.yaml", "events.parquet"])
def test_a_folder_where_a_file_is_due_is_told_before_anything_is_run(name, stopped):
    (stopped / name).unlink(missing_ok=True)
    (stopped / name).mkdir()
    with pytest.raises(Problems, match=f"{name} has 1 problem:\n  is a folder, and a file is due"):
        run_batch(resume=stopped)


def test_a_lock_that_is_a_folder_is_told(stopped):
    (stopped / "owner.lock").unlink(missing_ok=True)
    (stopped / "owner.lock").mkdir()
    with pytest.raises(Problems, match="is a folder"):
        run_batch(resume=stopped)


def test_an_edited_seed_is_refused(stopped):
    file = stopped / "manifest.json"
    file.write_text(file.read_text().replace('"seed": 5', '"seed": 6'))
    with pytest.raises(Problems, match="was changed after it was written"):
        run_batch(resume=stopped)


def test_an_edited_seed_with_a_new_checksum_believes_no_piece(stopped, of_another_seed, capsys):
    write_manifest(stopped, {**read_manifest(stopped), "seed": 6})
    run_batch(resume=stopped, workers=1)
    assert capsys.readouterr().err.count("the journal does not vouch for it") == 2
    there = run_batch(resume=shutil.copytree(of_another_seed, stopped.parent / "other"), workers=1)
    assert bytes_of(stopped) == bytes_of(there.path)


def test_a_journal_that_was_cut_off_in_a_line_goes_on_in_the_next(stopped, whole, capsys):
    file = stopped / "parts" / JOURNAL
    os.truncate(file, file.stat().st_size - 20)
    run_batch(resume=stopped, workers=1)
    assert capsys.readouterr().err.count("does not vouch") == 1
    assert bytes_of(stopped) == bytes_of(whole)

    manifest = read_manifest(whole)
    journal = Journal(stopped, manifest)
    (stopped / JOURNAL).write_bytes(b'{"batch": "half a li')
    journal.enter("baseline/1", {"outcomes": KeptFile.of(b"x")})
    assert [*Journal(stopped, manifest)._read()] == ["baseline/1"]


def test_a_piece_is_on_the_disk_and_in_the_journal_before_it_has_its_name(tmp_path, monkeypatch):
    """In the order of what is done: its files are flushed, it is noted, it is named."""
    done = []
    flush, enter, rename = files.flush, Journal.enter, os.rename
    synced = os.fsync

    def watch_rename(source, target, *given, **more):
        if "+" in str(target):
            done.append("named")
        return rename(source, target, *given, **more)

    monkeypatch.setattr(
        "simulation.batch.chunks.flush",
        lambda path: done.append(f"flushed {path.name.split('.')[0]}") or flush(path),
    )
    monkeypatch.setattr(Journal, "enter", lambda *given: (done.append("noted"), enter(*given))[1])
    monkeypatch.setattr(os, "rename", watch_rename)
    monkeypatch.setattr(os, "fsync", lambda place: synced(place))
    run_batch(**{**ASKED, "runs": 3}, results=tmp_path)
    noted, named = done.index("noted"), done.index("named")
    assert noted < named
    for name in ("outcomes", "events", "bands", "parameters", "influence", "paths"):
        assert done.index(f"flushed {name}") < noted


def test_a_disk_that_is_full_keeps_what_was_noted(tmp_path, whole, monkeypatch):
    entered = Journal.enter

    def full(journal, place, kept):
        if len(journal.entries) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        entered(journal, place, kept)

    with monkeypatch.context() as patched:
        patched.setattr(journals.Journal, "enter", full)
        with pytest.raises(OSError, match="No space left") as stopped:
            run_batch(**ASKED, results=tmp_path)
    assert "6 of 9 runs are kept" in stopped.value.__notes__[0]
    (folder,) = tmp_path.iterdir()
    assert not [*folder.rglob("*.unfinished")]
    assert bytes_of(run_batch(resume=folder, workers=1).path) == bytes_of(whole)


def test_what_was_finished_while_a_batch_was_stopped_is_kept(tmp_path, monkeypatch):
    """Workers end their pieces after Ctrl-C; these are not thrown away."""
    if sys.platform != "linux":
        pytest.skip("workers are no copies of this process here")
    folder = stopped_after(3, tmp_path, workers=2)
    assert sum(each.is_dir() for each in (folder / "parts" / "baseline").iterdir()) > 1
    assert not [*folder.rglob("*.unfinished")]


def killed(chunk):
    """A worker that takes too much memory for more than two runs at once."""
    if (chunk.block or chunk.count) > 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return MAKE(chunk)


def too_large(chunk):
    if (chunk.block or chunk.count) > 2:
        raise MemoryError
    return MAKE(chunk)


MAKE = batches.make_part


@pytest.mark.skipif(sys.platform != "linux", reason="workers are copies of this process there")
@pytest.mark.parametrize(
    ("work", "workers", "said"),
    [
        (killed, 2, "A worker was killed, as a system does that is short of memory"),
        (too_large, 2, "There is not enough memory"),
        (too_large, 1, "There is not enough memory"),
    ],
)
def test_where_memory_is_wanting_fewer_runs_are_played_at_once(
    work, workers, said, tmp_path, whole, monkeypatch, capsys
):
    monkeypatch.setattr("simulation.batch.plan.FEWEST_AT_ONCE", 1)
    monkeypatch.setattr(batches, "make_part", work)
    record = run_batch(**{**ASKED, "workers": workers}, results=tmp_path)
    assert capsys.readouterr().err == f"{said}. Going on with 2 runs at once.\n"
    assert bytes_of(record.path) == bytes_of(whole)


@pytest.mark.skipif(sys.platform == "win32", reason="who may make links there is an administrator")
@pytest.mark.parametrize("name", ["parts", "scenarios", f"parts/{JOURNAL}", "parts/baseline"])
@pytest.mark.parametrize("circle", [False, True])
def test_a_folder_from_a_stranger_does_not_lead_what_is_written_elsewhere(
    name, circle, stopped, tmp_path, capsys
):
    """Else a line of the journal would stand in whatever file a stranger likes."""
    place, elsewhere = stopped / name, tmp_path / "elsewhere"
    place.rename(elsewhere)
    place.symlink_to(place.name if circle else elsewhere)

    def all_bytes():
        return {each: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()}

    before = all_bytes()
    assert main(["batch", "--resume", str(stopped)]) == 2
    told = capsys.readouterr().err
    assert f"{name} has 1 problem:\n  is a link that leads out of the folder" in told
    assert all_bytes() == before


def no_thread(*_):
    raise RuntimeError("can't start new thread")


@pytest.mark.skipif(sys.platform != "linux", reason="workers are copies of this process there")
@pytest.mark.parametrize(
    ("place", "instead"),
    [
        ("simulation.batch.executors._threads_to_be_had", lambda: False),
        ("concurrent.futures.process._ExecutorManagerThread.start", no_thread),
        ("simulation.batch.executors.end_with_parent", no_thread),
    ],
)
def test_where_no_thread_or_process_can_be_had_this_process_goes_on_alone(
    place, instead, tmp_path, whole, monkeypatch, capsys
):
    monkeypatch.setattr("simulation.batch.plan.FEWEST_AT_ONCE", 1)
    monkeypatch.setattr(place, instead)
    record = run_batch(**{**ASKED, "workers": 2}, results=tmp_path)
    assert not multiprocessing.active_children()  # who waits for work would wait for good
    assert executors.ALONE in capsys.readouterr().err
    assert bytes_of(record.path) == bytes_of(whole)


@pytest.mark.skipif(sys.platform != "linux", reason="workers are copies of this process there")
def test_a_worker_that_could_not_begin_and_is_forgotten_is_known_all_the_same(
    tmp_path, whole, monkeypatch, capsys
):
    monkeypatch.setattr("simulation.batch.plan.FEWEST_AT_ONCE", 1)
    monkeypatch.setattr("simulation.batch.executors.end_with_parent", no_thread)
    monkeypatch.setattr("simulation.batch.executors.Crew._know_workers", lambda self: None)
    record = run_batch(**{**ASKED, "workers": 2}, results=tmp_path)
    assert executors.ALONE in capsys.readouterr().err
    assert bytes_of(record.path) == bytes_of(whole)


def test_an_executor_is_made_only_where_there_are_threads_for_it(monkeypatch):
    assert executors._threads_to_be_had()
    usual, begun = threading.Thread.start, []

    def start(thread):
        if len(begun) == 2:
            no_thread()
        begun.append(thread)
        usual(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    assert not executors._threads_to_be_had()
    assert len(begun) == 2
    assert not any(each.is_alive() for each in begun)


def test_a_system_that_says_that_it_killed_for_memory_is_believed(monkeypatch):
    count = 3
    monkeypatch.setattr(executors, "ended_for_memory", lambda: count)
    crew = executors.Crew(executors.InProcess(), 2, hire=executors.InProcess)
    crew._workers = [SimpleNamespace(exitcode=-9)]
    count = 4
    said = "The system has killed a worker for want of memory"
    assert crew.short_of_memory(BrokenExecutor()) == said
    assert crew.why_ended(BrokenExecutor()) == f"{said}. {executors.REMEDY}"
    crew.renew()
    crew._workers = [SimpleNamespace(exitcode=-9)]
    assert crew.short_of_memory(BrokenExecutor()).startswith("A worker was killed, as a system")


def test_a_batch_ends_where_even_the_fewest_runs_are_too_many(tmp_path, monkeypatch):
    def never(chunk):
        raise MemoryError

    monkeypatch.setattr(batches, "make_part", never)
    with pytest.raises(MemoryError):
        run_batch(**ASKED, results=tmp_path)
    assert [*tmp_path.iterdir()] == []


def test_one_file_after_the_other_is_put_together_where_memory_is_wanting(
    tmp_path, whole, monkeypatch, capsys
):
    assemble, asked = batches.assemble, []

    def fail_once(batch, crew, **given):
        asked.append(given)
        if len(asked) == 1:
            raise MemoryError
        return assemble(batch, crew, **given)

    monkeypatch.setattr(batches, "assemble", fail_once)
    record = run_batch(**ASKED, results=tmp_path)
    assert asked == [{}, {"writers": 1}]
    assert "Going on with one file after the other." in capsys.readouterr().err
    assert bytes_of(record.path) == bytes_of(whole)


@pytest.mark.parametrize("block", [1, 2, 3])
def test_a_piece_holds_the_same_however_many_runs_are_played_at_once(block):
    chunk = Chunk(
        scenario=load_scenario("baseline"), first_run=4, count=3, seed=5,
        until=quarter_of("2002Q1"), parameters=Numbers("prior"), paths=6,
    )  # fmt: skip
    whole, cut = simulate(chunk), simulate(replace(chunk, block=block))
    assert whole.keys() == cut.keys()
    for name in ("outcomes", "events", "parameters"):
        assert table_of(whole[name]).equals(table_of(cut[name])), name
    assert whole["paths"] == cut["paths"]
    told = [json.loads(told_by(each["parameters"])[b"heartland"]) for each in (whole, cut)]
    assert told[0] == told[1]


def test_a_piece_that_was_there_before_the_baselines_becomes_the_same(tmp_path):
    chunk = Chunk(
        scenario=load_scenario("us_base_withdrawal"), first_run=4, count=3, seed=5,
        until=quarter_of("2002Q1"), parameters=Numbers("prior"), paths=6,
        followed=(Column("china_share"),), paired_with=("china_share",),
    )  # fmt: skip
    baseline = replace(chunk, scenario=load_scenario("baseline"), paired_with=())
    missing = replace(chunk, reference=tmp_path / "baseline" / TO_PAIR)
    early = write_part(tmp_path / "early", simulate(missing))
    assert not early.is_whole(missing)
    there = missing.reference
    there.parent.mkdir()
    there.write_bytes(simulate(baseline)[TO_PAIR])
    late = write_part(tmp_path / "late", simulate(missing))
    assert late.is_whole(missing)
    paired = pair_part(missing, early)
    assert paired.files == late.files
    assert {each.name for each in paired.unfinished.iterdir()} == {*late.files}
    journal = Journal(tmp_path, dict.fromkeys(journals._NAMES_THE_RUNS))
    keep_part(journal, "kept", paired)
    assert journal.entries == {"kept": late.files}


def table_of(data):
    table = pa.ipc.open_file(data).read_all()
    words = [name for name, each in zip(table.column_names, table.schema.types, strict=True)
             if pa.types.is_dictionary(each)]  # fmt: skip
    for name in words:
        place = table.column_names.index(name)
        table = table.set_column(place, name, table[name].cast(pa.string()))
    return table.replace_schema_metadata(None)


def told_by(data):
    return pa.ipc.open_file(data).schema.metadata


def test_the_command_says_what_is_damaged_and_goes_on(stopped, whole, capsys, monkeypatch):
    monkeypatch.setattr("simulation.commands.simulate.present", lambda *_: None)
    flipped(stopped / "parts" / FIRST / "bands")
    assert main(["batch", "--resume", str(stopped), "--workers", "1"]) == 0
    assert "bands has other bytes than it had. Set aside as " in capsys.readouterr().err
    assert bytes_of(stopped) == bytes_of(whole)
