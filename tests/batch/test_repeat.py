"""A batch is run again from its folder alone: the same bytes, or where the first difference is."""

import json
import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simulation.batch.batch import run_batch
from simulation.batch.repeat import repeat_batch
from simulation.commands.program import main
from simulation.inputs.problems import Problems
from simulation.record import provenance
from simulation.record.manifest import MANIFEST, read_manifest, write_manifest
from simulation.record.provenance import file_hash

PUSHED = """\
title: A government falls early
question: Does an early fall change anything?
extends: baseline
overrides:
  basing.autonomy: {value: 0.5, why: A number of its own.}
events:
  - {date: 2001-11-20, ouster: uzbekistan, why: To see a difference within a few quarters.}
"""
ASKED = {"runs": 6, "chunk": 4, "seed": 5, "until": "2002Q1", "trajectories": 2, "workers": 1}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A batch whose scenario was given by its path, with numbers given by run; the file is gone."""
    place = tmp_path_factory.mktemp("made")
    (place / "pushed.yaml").write_text(PUSHED)
    given = {"source": "prior", "ledger.base": np.linspace(60, 140, 6)}
    record = run_batch(
        [place / "pushed.yaml"], **ASKED, parameters=given, results=place / "results"
    )
    (place / "pushed.yaml").unlink()
    return record.path


@pytest.fixture
def kept(made, tmp_path):
    return shutil.copytree(made, tmp_path / "kept")


def test_a_batch_is_run_again_from_its_folder_alone(kept, capsys, tmp_path):
    assert main(["replay", str(kept), "--workers", "1", "--output", str(tmp_path / "new")]) == 0
    out = capsys.readouterr().out
    assert out.startswith("The same bytes: parameters.parquet, outcomes.parquet, ")
    assert "scenarios/pushed.yaml" in out
    (new,) = (tmp_path / "new").iterdir()
    assert (new / "events.parquet").read_bytes() == (kept / "events.parquet").read_bytes()


def wrote_otherwise(folder, name, change):
    """The folder as if the batch had written something else."""
    table = change(pq.read_table(folder / name))
    pq.write_table(table, folder / name)
    manifest = read_manifest(folder)
    manifest["files"][name] = file_hash(folder / name)
    write_manifest(folder, manifest)


def test_the_first_difference_is_told_with_its_place_and_size(kept, capsys):
    def change(table):
        values = table["china_share"].to_numpy().copy()
        values[[7, 9]] += [0.25, 0.5]
        return table.set_column(
            table.column_names.index("china_share"), "china_share", pa.array(values)
        )

    wrote_otherwise(kept, "outcomes.parquet", change)
    assert main(["replay", str(kept), "--workers", "1"]) == 1
    out = capsys.readouterr().out
    assert "Not the same bytes: 1 of 9 files differ." in out
    assert "outcomes.parquet: scenario pushed, run 1, china_share: then 0." in out
    assert "(2 rows differ, by 0.5 at most)" in out


def test_rows_more_and_another_form_are_told(kept):
    wrote_otherwise(kept, "events.parquet", lambda table: table.slice(0, table.num_rows - 1))
    wrote_otherwise(kept, "paths.parquet", lambda table: table)
    told = [str(each) for each in repeat_batch(kept, workers=1).differences]
    assert len(told) == 2
    assert any("events.parquet: has " in each and "rows, not " in each for each in told)
    assert "paths.parquet: the same values, written in another form" in told


def test_what_has_changed_since_is_told(kept, capsys):
    manifest = read_manifest(kept)
    manifest["versions"]["numpy"] = "0ld"
    write_manifest(kept, manifest)
    assert main(["replay", str(kept), "--workers", "1"]) == 0
    out = capsys.readouterr().out
    assert "Since the batch was made, the version of numpy has changed: then 0ld, now" in out


def test_a_damaged_file_that_is_not_needed_is_told(kept, capsys):
    (kept / "events.parquet").write_bytes(b"x")
    assert main(["replay", str(kept), "--workers", "1"]) == 0
    out = capsys.readouterr().out
    assert "events.parquet in the folder has other bytes than the batch wrote." in out
    assert "The same bytes" in out


@pytest.mark.parametrize("name", ["parameters.parquet", "scenarios/pushed.yaml"])
def test_without_what_it_was_made_from_nothing_is_run(name, kept, capsys):
    with (kept / name).open("ab") as file:
        file.write(b"# more\n")
    assert main(["replay", str(kept)]) == 2
    assert f"{name} has 1 problem:\n  has other bytes" in capsys.readouterr().err


def test_an_unfinished_batch_is_gone_on_with_first(kept):
    write_manifest(kept, {**read_manifest(kept), "status": "unfinished"})
    with pytest.raises(Problems, match="batch --resume"):
        repeat_batch(kept)


def test_other_evidence_is_refused_with_both_hashes(kept):
    write_manifest(kept, {**read_manifest(kept), "catalogue_hash": "0ld"})
    with pytest.raises(Problems, match="run with evidence that is not here: 0ld"):
        repeat_batch(kept)


READERS = (
    ("compare",),
    ("plot", "--figure", "contest"),
    ("report",),
    ("explain", "baseline", "--run", "1"),
    ("batch", "--resume"),
)


@pytest.mark.parametrize("words", READERS, ids=lambda words: words[0])
def test_a_flipped_bit_and_a_missing_file_are_named_by_whoever_reads(words, kept, capsys):
    data = bytearray((kept / "outcomes.parquet").read_bytes())
    data[len(data) // 2] ^= 1
    (kept / "outcomes.parquet").write_bytes(data)
    (kept / "paths.parquet").unlink()
    first, *others = words
    line = [first, *others, str(kept)] if first == "batch" else [first, str(kept), *others]
    assert main(line) == 2
    told = capsys.readouterr().err
    assert "outcomes.parquet has 1 problem:\n  has other bytes than the batch wrote" in told
    assert "paths.parquet has 1 problem:\n  is missing" in told
    assert f"replay {kept} --output DIR" in told
    assert not (kept / "figures").exists()


def unfinished_under(folder, **changed):
    manifest = {**read_manifest(folder), "status": "unfinished", "files": {}}
    for key, value in changed.items():
        manifest[key] = {**manifest[key], **value} if isinstance(value, dict) else value
    write_manifest(folder, manifest)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"versions": {"pyarrow": "1.0"}}, "the version of pyarrow has changed: then 1.0, now "),
        ({"features": {"numpy": ["X86_V2", "X86_V9"]}}, "what numpy uses of the processor has "),
        (
            {"versions": {"code": "0"}, "git": {"commit": "0123456789abcdef", "changed": True}},
            "the code: then commit 0123456789ab, with changes, now ",
        ),
        ({"features": {}, "cpu": "Another"}, "the processor has changed: then Another, now "),
    ],
)
def test_what_its_bytes_hang_on_is_compared_before_a_batch_is_gone_on_with(
    changed, said, kept, capsys
):
    if changed.get("features") == {}:
        write_manifest(kept, {**read_manifest(kept), "features": {}})
        changed.pop("features")
    unfinished_under(kept, **changed)
    with pytest.raises(Problems) as refused:
        run_batch(resume=kept, **given_again(kept))
    told = str(refused.value)
    assert said in told
    assert "start a new batch without --resume" in told
    assert f"--resume {kept} --anyway" in told


def given_again(folder):
    """What is needed to go on with a batch whose scenario file is gone."""
    from simulation.batch.replay import restored_scenario
    from simulation.record.record import Record

    record = Record.open(folder)
    given = {"source": "prior", "ledger.base": np.linspace(60, 140, 6)}
    return {"scenarios": [restored_scenario(record, "pushed")], "parameters": given, "workers": 1}


def test_a_batch_is_gone_on_with_all_the_same_and_says_so(kept, made):
    unfinished_under(kept, versions={"numpy": "0ld"})
    record = run_batch(resume=kept, **given_again(kept), anyway=True)
    (line,) = json.loads((kept / MANIFEST).read_text())["changes"]
    assert line.startswith("the version of numpy has changed: then 0ld, now ")
    assert record.finished
    assert (kept / "outcomes.parquet").read_bytes() == (made / "outcomes.parquet").read_bytes()


def test_the_features_that_libraries_use_are_noted():
    features = provenance.machine()["features"]
    assert features["numpy"]
    assert features["numba"]
    assert features["libc"]
    assert provenance.differing({"versions": provenance.versions(), **provenance.machine()}) == []
