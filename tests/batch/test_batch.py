"""Batches: the same bytes however they are cut, spread or interrupted; nothing left by mistake."""

import importlib
import json
import os
import sys

import numpy as np
import pytest
from places import ROOT, STARTS

from simulation.batch import assembly, plan
from simulation.batch import batch as batches
from simulation.batch.batch import Interrupted, run_batch
from simulation.inputs.problems import Problems
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import OUTCOMES
from simulation.record.manifest import read_manifest, write_manifest
from simulation.record.record import Record

FILES = tuple(
    f"{name}.parquet"
    for name in ("outcomes", "events", "trajectories", "differences", "paths", "parameters")
)
PUSHED = """\
title: A government falls early
question: Does an early fall change anything?
outcome: china_share
extends: baseline
events:
  - {date: 2001-11-20, ouster: uzbekistan, why: To see a difference within a few quarters.}
"""
TWIN = "title: The baseline again\nquestion: Does nothing change nothing?\nextends: baseline\n"


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory):
    """Two scenario files: one that differs from the baseline, one that does not."""
    folder = tmp_path_factory.mktemp("scenarios")
    (folder / "pushed.yaml").write_text(PUSHED)
    (folder / "twin.yaml").write_text(TWIN)
    return [str(folder / "pushed.yaml"), str(folder / "twin.yaml")]


@pytest.fixture(scope="module")
def run(scenarios, tmp_path_factory):
    """Runs a small batch, in a directory of its own."""

    def small(**given):
        given.setdefault("results", tmp_path_factory.mktemp("results"))
        given.setdefault("workers", 1)
        return run_batch(
            **{"scenarios": scenarios, "runs": 10, "seed": 5, "until": "2002Q2"}
            | {"trajectories": 3, "parameters": "point"}
            | given
        )

    return small


@pytest.fixture(scope="module")
def whole(run):
    """The batch in one piece a scenario."""
    return run(chunk=250)


def bytes_of(record):
    return {name: (record.path / name).read_bytes() for name in (*FILES, "comparison.csv")}


def test_a_batch_leaves_the_whole_folder(whole, run):
    left = {path.name for path in whole.path.iterdir()}
    assert left == {*FILES, "comparison.csv", "manifest.json", "scenarios"}
    assert whole.verified
    assert whole.scenarios == ["baseline", "pushed", "twin"]
    assert whole.table("outcomes").column_names == ["scenario", "run", *OUTCOMES]
    assert whole.outcomes("pushed").index.tolist() == [("pushed", run) for run in range(10)]
    assert len(whole.events()) > 0
    assert {*whole.paths()["run"]} == {0, 1, 2}
    assert whole.resolved("pushed")["outcome"] == "china_share"
    variables = {*whole.trajectories("baseline")["variable"]}
    assert "influence" in variables
    assert "influence_difference" not in variables
    manifest = json.loads((whole.path / "manifest.json").read_text())
    assert (manifest["seed"], manifest["runs"], manifest["chunk"]) == (5, 10, 10)
    assert {"numpy", "mesa", "python", "code"} <= manifest["versions"].keys()
    assert manifest["outcomes"]["china_share"]["headline"]


@pytest.mark.parametrize("chunk", [1, 7])
def test_the_size_of_the_pieces_changes_no_byte(whole, run, chunk):
    assert bytes_of(run(chunk=chunk)) == bytes_of(whole)


@pytest.mark.parametrize("start", STARTS)
def test_neither_the_number_of_workers_nor_how_they_begin_changes_a_byte(
    start, whole, run, monkeypatch
):
    monkeypatch.setattr("simulation.batch.executors.start_method", lambda: start)
    assert bytes_of(run(chunk=4, workers=2)) == bytes_of(whole)


def test_a_batch_that_was_stopped_goes_on_to_the_same_bytes(whole, run, tmp_path):
    def stop(done, asked, scenario):
        assert asked == 30
        if done >= 14:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as stopped:
        run(chunk=5, results=tmp_path, progress=stop)
    (folder,) = tmp_path.iterdir()
    assert "15 of 30 runs are kept" in str(stopped.value)
    assert f"python run.py batch --resume {folder}" in str(stopped.value)
    assert not list(folder.rglob("*.unfinished"))
    assert not Record.open(folder).finished

    seen = []
    record = run_batch(resume=folder, workers=1, progress=lambda done, *_: seen.append(done))
    assert seen[0] > 15
    assert seen[-1] == 30
    assert bytes_of(record) == bytes_of(whole)
    assert not (folder / "parts").exists()
    assert run_batch(resume=folder).path == folder


def test_a_batch_stopped_while_it_is_put_together_goes_on(whole, run, tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(batches, "assemble", stop)
        with pytest.raises(Interrupted, match="30 of 30 runs are kept"):
            run(results=tmp_path)
    (folder,) = tmp_path.iterdir()
    assert bytes_of(run_batch(resume=folder)) == bytes_of(whole)


def end_without_a_word(*_, **__):
    os._exit(1)


@pytest.mark.skipif(sys.platform != "linux", reason="workers are copies of this process there")
def test_a_worker_that_ends_while_it_writes_loses_no_run(whole, run, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(assembly, "_write_tables", end_without_a_word)
        with pytest.raises(ChildProcessError, match="30 of 30 runs are kept"):
            run(chunk=7, workers=2, results=tmp_path)
    (folder,) = tmp_path.iterdir()
    assert not list(folder.rglob("*.unfinished"))
    assert bytes_of(run_batch(resume=folder, workers=1)) == bytes_of(whole)


def test_a_batch_stopped_before_its_first_piece_leaves_nothing(run, tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(batches, "make_part", stop)
    with pytest.raises(Interrupted, match="Nothing was kept"):
        run(results=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_has_changed_cannot_be_gone_on_with(run, tmp_path):
    def stop(done, asked, scenario):
        raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        run(chunk=8, results=tmp_path, progress=stop)
    (folder,) = tmp_path.iterdir()
    manifest = read_manifest(folder)
    for key, message in (
        ("catalogue_hash", "the evidence has changed: then 0ld, now "),
        ("scenario_hashes", "scenario twin has changed: then 0ld, now "),
        ("versions", "the version of numpy has changed: then 0ld, now "),
    ):
        changed = read_manifest(folder)
        name = {"scenario_hashes": "twin", "versions": "numpy"}.get(key)
        if name:
            changed[key][name] = "0ld"
        else:
            changed[key] = "0ld"
        write_manifest(folder, changed)
        with pytest.raises(Problems) as refused:
            run_batch(resume=folder)
        assert message in str(refused.value)
        assert "start a new batch" in str(refused.value)
        write_manifest(folder, manifest)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"scenarios": ["no_such_scenario"]}, "no_such_scenario"),
        ({"runs": 0}, "0 runs"),
        ({"until": "2005Q5"}, "2005Q5"),
        ({"until": "1999Q1"}, "before the start"),
        ({"precision": {"china_shar": 0.1}}, "did you mean 'china_share'"),
        ({"precision": {"china_share": 0.0}}, "above 0"),
        ({"parameters": "postirior"}, "point, prior, posterior"),
        ({"parameters": {"influence.x": np.zeros(3)}}, "a value a run"),
        ({"settings": ["no.such.key=1"]}, "no.such"),
        ({"chunk": 0}, "0 runs a chunk"),
        ({"resume": "no_such_batch"}, "no batch"),
    ],
)
def test_bad_input_leaves_nothing_behind(run, tmp_path, given, message):
    with pytest.raises(Problems) as refused:
        run(results=tmp_path / "results", **given)
    assert message in str(refused.value)
    assert not (tmp_path / "results").exists()


def test_scenarios_that_end_in_different_quarters_are_no_pairs(scenarios, run, tmp_path):
    short = tmp_path / "short.yaml"
    short.write_text(TWIN + "until: 2002Q1\n")
    with pytest.raises(Problems, match="end in different quarters"):
        run(scenarios=[str(short)], until=None, results=tmp_path / "results")
    assert not (tmp_path / "results").exists()


def test_two_scenarios_of_one_name_are_refused(scenarios, run, tmp_path):
    (tmp_path / "twin.yaml").write_text(PUSHED)
    with pytest.raises(Problems, match="another scenario is called 'twin'"):
        run(scenarios=[scenarios[1], str(tmp_path / "twin.yaml")], results=tmp_path / "results")


def test_a_scenario_like_the_baseline_differs_by_exactly_nothing(whole):
    rows = [row for row in whole.table("comparison").to_pylist() if row["scenario"] == "twin"]
    assert {row["outcome"] for row in rows} == set(OUTCOMES)
    for row in rows:
        assert (row["difference"], row["low"], row["high"]) == (0.0, 0.0, 0.0)
        assert row["told_from_zero"] is False
    bands = whole.trajectories("twin", "influence_difference")
    assert set(bands["mean"]) | set(bands["q05"]) | set(bands["q95"]) == {0.0}


def test_the_paired_difference_follows_what_happened(whole):
    bands = whole.trajectories("pushed", "influence_difference")
    first, last = (bands["mean"][bands["quarter"] == q].to_numpy() for q in
                   ("2001Q3", "2002Q2"))  # fmt: skip
    assert not first.any()
    assert last.any()


def test_a_run_replayed_alone_is_that_run_of_the_batch(whole, scenarios):
    source = whole.manifest["parameters"]
    model = InfluenceModel(scenarios[0], 1, 5, first_run=7, parameters=source, until="2002Q2")
    while model.running:
        model.step()
    row = whole.outcomes().loc["pushed", 7]
    for name, outcome in OUTCOMES.items():
        value = float(outcome.measure(model)[0])
        assert value == row[name] or (np.isnan(value) and np.isnan(row[name])), name


def test_scenarios_are_known_to_who_has_written_them_as_they_are_read(whole):
    again = Record.open(whole.path)
    for name in whole.scenarios:
        assert whole.resolved(name) == again.resolved(name)


def test_the_first_runs_are_kept_in_full(whole):
    paths = whole.paths("baseline", "influence")
    bands = whole.trajectories("baseline", "influence")
    assert len(paths) == 3 * len(bands)
    assert bands["date"].tolist() == paths["date"].tolist()[: len(bands)]


def test_an_adaptive_batch_adds_runs_until_it_is_precise(run, whole):
    wide = run(precision={"china_share": 10.0}, ladder=(4, 10))
    assert (wide.runs, wide.manifest["precise"]) == (4, True)
    narrow = run(precision={"china_share": 1e-12}, ladder=(4, 10))
    assert (narrow.runs, narrow.manifest["precise"]) == (10, False)
    assert bytes_of(narrow) == bytes_of(whole)


def test_a_binary_outcome_also_needs_pairs_that_differ(run):
    record = run(precision={"manas_open": 10.0}, ladder=(2, 3))
    assert (record.runs, record.manifest["precise"]) == (3, False)


def test_a_drawn_seed_is_recorded(run):
    one, other = (run(seed=None, runs=2, scenarios=[]) for _ in range(2))
    assert one.scenarios == ["baseline"]
    assert one.manifest["seed"] != other.manifest["seed"]


def test_without_the_package_a_cluster_says_what_to_install(run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install -e '\.\[cluster\]'"):
        run(cluster="tcp://127.0.0.1:8786", results=tmp_path / "results")
    assert not (tmp_path / "results").exists()


def test_chunks_are_those_that_were_measured_to_be_best(monkeypatch):
    folder = ROOT / "benchmarks"
    monkeypatch.syspath_prepend(str(folder))
    rows = json.loads((folder / "results.json").read_text(encoding="utf-8"))["pieces"]
    chosen = importlib.import_module("pieces").chosen(rows)
    assert chosen == (plan.CHUNK, plan.LARGE_CHUNK)


@pytest.mark.parametrize(
    ("runs", "chunk"), [(1, 2000), (2000, 2000), (31_999, 2000), (32_000, 4000), (10**6, 4000)]
)
def test_a_large_batch_is_cut_into_larger_pieces(runs, chunk):
    assert plan.usual_chunk(runs) == chunk


def test_pieces_are_counted_as_they_will_be_cut_where_runs_are_added(run, tmp_path):
    """A batch that adds runs for a precision is cut as its first runs are."""
    with pytest.raises(Problems, match="600,000 runs in pieces of 10 are more than 50,000"):
        run(ladder=(10, 600_000), precision={"china_share": 0.001}, results=tmp_path / "results")
    assert not (tmp_path / "results").exists()
