"""The results folder: Parquet files that depend on their rows alone, the manifest, reading."""

import pyarrow as pa
import pytest
import yaml
from synthetic import whole_manifest

from simulation.inputs.problems import Problems
from simulation.record import record as records
from simulation.record.manifest import write_manifest
from simulation.record.record import Record, TableWriter, newest, write_scenario
from simulation.scenario.scenario import load_scenario


@pytest.mark.parametrize("sizes", [[1] * 25, [7, 7, 7, 4], [25], [3, 0, 22]])
def test_the_bytes_of_a_table_depend_on_its_rows_alone(tmp_path, sizes):
    schema = pa.schema([pa.field("word", pa.string()), pa.field("value", pa.float64(), False)])
    table = pa.table(
        {"word": [None, "a", "b", "a", "c"] * 5, "value": [each**0.5 for each in range(25)]}
    )

    def written(name, pieces):
        at = 0
        with TableWriter(tmp_path / name, schema, {}, rows=4) as writer:
            for size in pieces:
                writer.add(table.slice(at, size))
                at += size
        return (tmp_path / name).read_bytes()

    assert written("pieces", sizes) == written("once", [25])


def test_a_table_that_fails_leaves_no_file(tmp_path):
    def fail():
        with TableWriter(tmp_path / "x.parquet", pa.schema([("a", pa.int64())]), {}):
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        fail()
    assert list(tmp_path.iterdir()) == []


def folder_of(results, name, **manifest):
    folder = results / name
    folder.mkdir(parents=True)
    write_manifest(folder, whole_manifest(**manifest))
    return folder


def test_the_newest_batch_that_was_finished_is_found(tmp_path):
    folder_of(tmp_path, "20260101T000000Z-aaaaaa", status="finished")
    folder_of(tmp_path, "20260102T000000Z-bbbbbb", status="finished")
    folder_of(tmp_path, "20260103T000000Z-cccccc", status="unfinished")
    (tmp_path / "README.md").write_text("no batch")
    assert newest(tmp_path).path.name == "20260102T000000Z-bbbbbb"
    assert Record.open(results=tmp_path).path == newest(tmp_path).path
    assert Record.open("20260101T000000Z-aaaaaa", tmp_path).finished


def test_what_is_no_batch_is_said_to_be_none(tmp_path):
    with pytest.raises(Problems, match="holds no finished batch"):
        newest(tmp_path / "nowhere")
    with pytest.raises(Problems, match=r"holds no manifest\.json"):
        Record.open(tmp_path)
    folder = folder_of(tmp_path, "half", status="unfinished")
    with pytest.raises(Problems, match="the batch is not finished"):
        Record.open(folder).outcomes()


def test_a_damaged_file_is_noticed(tmp_path):
    folder = folder_of(tmp_path, "batch")
    (folder / "comparison.csv").write_text("scenario\n")
    expected = records.file_hash(folder / "comparison.csv")
    write_manifest(folder, whole_manifest(files={"comparison.csv": expected}))
    assert Record.open(folder).verified
    (folder / "comparison.csv").write_text("scenarios\n")
    with pytest.raises(Problems, match=r"comparison\.csv has 1 problem:\n  has other"):
        Record.open(folder)
    record = Record.open(folder, verify=False)
    assert record.damaged == {"comparison.csv": "has other bytes than the batch wrote"}
    assert not record.verified


@pytest.mark.parametrize("name", ["baseline", "us_bases_stay", "sino_russian_rift"])
def test_a_scenario_is_read_back_as_it_was_written(name, tmp_path):
    (tmp_path / "scenarios").mkdir()
    resolved = load_scenario(name).resolved()
    write_scenario(tmp_path, name, resolved)
    found = Record(tmp_path, {}).resolved(name)
    text = (tmp_path / "scenarios" / f"{name}.yaml").read_text(encoding="utf-8")
    assert found == yaml.safe_load(text) == resolved
    assert list(found) == list(resolved)


@pytest.mark.parametrize(
    "origin", ["'1'", "a: b", "two\nlines", "x" * 130, "scenarios/mine.yaml", "--set", "ünder"]
)
def test_values_that_are_laid_out_otherwise_are_read_all_the_same(origin, tmp_path):
    (tmp_path / "scenarios").mkdir()
    resolved = {"title": "A", "values": {"a.b": {"value": -1e-05, "from": origin}}}
    write_scenario(tmp_path, "mine", resolved)
    assert Record(tmp_path, {}).resolved("mine") == resolved
