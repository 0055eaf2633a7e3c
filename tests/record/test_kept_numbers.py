"""What every run had: the file of parameters, and that every scenario's truth can be read back."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest
from synthetic import write_results

from simulation import run_batch
from simulation.batch.assembly import _write_parameters
from simulation.batch.chunks import Chunk, simulate
from simulation.explanation.explain import explain
from simulation.inputs.problems import Problems
from simulation.model.model import InfluenceModel
from simulation.numerics.dates import quarter_of
from simulation.record.kept_numbers import (
    CHANGED,
    GIVEN,
    KeptNumbers,
    packed,
    read_numbers,
    unpacked,
)
from simulation.record.manifest import VERSION, read_manifest
from simulation.record.record import Record, write_scenario
from simulation.scenario.scenario import load_scenario

HELD = "patronage.budget.economic.japan"
POLITICAL = "patronage.budget.political.japan"
TOO = "patronage.budget_growth.japan"
"""What the scenario `japan_offensive` holds."""
UNTIL = "2001Q4"
RUNS = 12


@pytest.fixture(scope="module", params=["prior", "posterior"])
def record(request, tmp_path_factory):
    return batch(tmp_path_factory, parameters=request.param)


def batch(tmp_path_factory, **given):
    return run_batch(
        ["japan_offensive"],
        **{"runs": RUNS, "seed": 4, "until": UNTIL, "workers": 1, "trajectories": 0, **given},
        results=tmp_path_factory.mktemp("results"),
    )


def test_every_run_of_every_scenario_has_the_numbers_that_its_model_had(record):
    source = record.manifest["parameters"]
    for name in record.scenarios:
        model = InfluenceModel(name, RUNS, 4, parameters=source)
        had, found = model.weights.varied(), record.parameters(name)
        assert {*found} == {*had} == {*record.varied(name)}
        assert len(had) >= 75
        for key, values in had.items():
            assert np.array_equal(found[key].to_numpy(), np.asarray(values, np.float32)), key
        rest = record.constants(name).to_dict()
        assert rest == model.weights.constant()
        assert {*rest} | {*found} == {*model.specification.values}


def test_what_one_scenario_holds_is_drawn_in_the_other_and_stands_once(record):
    assert HELD in record.parameters()
    assert HELD not in record.parameters("japan_offensive")
    assert record.constants("japan_offensive")[HELD] == 576
    file = pq.ParquetFile(record.path / "parameters.parquet")
    assert file.metadata.num_rows == RUNS
    assert file.schema_arrow.names == ["run", *sorted(record.varied())]
    kept = json.loads(file.metadata.metadata[b"heartland"])
    assert kept["numbers"]["others"]["japan_offensive"] == {
        "columns": {"set": {}, "without": [HELD, TOO]},
        "constant": {"set": {HELD: 576.0, POLITICAL: 40.0, TOO: 0.05}, "without": []},
        "replaced": {"set": {}, "without": [HELD, TOO]},
    }
    told = kept["columns"][HELD]
    assert told["unit"] == record.parameters().attrs["units"][HELD]
    assert told["description"]


def test_the_bytes_depend_neither_on_pieces_nor_on_workers(record, tmp_path_factory):
    there = (record.path / "parameters.parquet").read_bytes()
    source = record.manifest["parameters"]
    for cut in ({"chunk": 5}, {"chunk": 7, "workers": 2}):
        other = batch(tmp_path_factory, parameters=source, **cut)
        assert (other.path / "parameters.parquet").read_bytes() == there, cut
        assert (
            other.manifest["files"]["parameters.parquet"]
            == (record.manifest["files"]["parameters.parquet"])
        )


def test_scenarios_say_what_was_drawn_and_the_manifest_has_a_new_version(record):
    assert record.verified
    assert read_manifest(record.path)["version"] == VERSION
    values = record.resolved("japan_offensive")["values"]
    assert values["basing.rent"] == {"value": "drawn by run", "from": "parameters.parquet"}
    assert values[HELD] == {"value": 576.0, "from": "japan_offensive"}
    before = record.resolved_before_drawing("japan_offensive")["values"]
    assert before == load_scenario("japan_offensive").resolved()["values"]


def test_before_its_end_a_batch_says_of_no_number_that_it_was_drawn(record, tmp_path):
    half = Record(tmp_path, record.manifest)
    (tmp_path / "scenarios").mkdir()
    resolved = load_scenario("japan_offensive").resolved()
    write_scenario(tmp_path, "japan_offensive", resolved)
    assert half.resolved_before_drawing("japan_offensive") == resolved
    with pytest.raises(Problems, match=r"no parameters\.parquet: the batch is not finished"):
        half.parameters()


def test_numbers_given_by_run_are_kept_and_a_run_is_explained_from_the_folder(tmp_path_factory):
    arrays = {"basing.rent": np.linspace(1.5, 3, RUNS), "basing.habit": np.full(RUNS, 0.4)}
    given = {"source": "point", **arrays}
    record = batch(tmp_path_factory, parameters=given, until="2002Q4")
    kept = record.parameters()
    for key, values in arrays.items():
        assert np.array_equal(kept[key], values.astype(np.float32))
        assert record.resolved("baseline")["values"][key]["value"] == "given by run"
    assert record.resolved("baseline")["values"]["basing.rent_scale"]["value"] > 0
    assert record.constants()["basing.rent_scale"] > 0
    model = InfluenceModel("baseline", RUNS, 4, parameters=given).run("2002Q4")
    assert np.array_equal(record.outcomes("baseline"), model.outcomes(), equal_nan=True)
    told = explain(record, "baseline", 3, "open_base:manas", block=4)
    assert told == explain(record, "baseline", 3, "open_base:manas", block=4, parameters=given)


def test_a_batch_at_point_values_has_rows_and_no_columns(tmp_path_factory):
    record = batch(tmp_path_factory, parameters="point")
    assert record.parameters().shape == (RUNS, 0)
    assert record.parameters().index.tolist() == list(range(RUNS))
    assert record.varied() == []
    assert record.constants().to_dict() == dict(load_scenario("baseline").values)


def test_scenarios_that_vary_a_number_differently_have_a_column_each(tmp_path):
    """As where each adds a parameter of its own under one name."""
    key = "basing.rent"
    numbers = {"baseline": None, "one": [1, 2, 3], "two": [4, 5, 6], "three": [1, 2, 3]}
    parts, reference = [], {}
    for name, values in numbers.items():
        scenario = replace(load_scenario("baseline"), name=name)
        files = []
        for first, count in ((0, 2), (2, 1)):
            given = {"source": "point"}
            if values is not None:
                given[key] = np.array(values[first : first + count])
            chunk = Chunk(
                scenario, first, count, 1, quarter_of("2001Q3"), parameters=given, paths=0
            )
            part = simulate(replace(chunk, reference=reference.get(first)))
            reference.setdefault(first, part.get("influence"))
            files.append(tmp_path / f"{name}-{first}")
            files[-1].write_bytes(part["parameters"])
        parts.append((scenario, files))
    _write_parameters(tmp_path / "parameters.parquet", parts)
    kept = read_numbers(tmp_path)
    assert kept["baseline"].columns == {}
    assert [kept[name].columns for name in ("one", "two", "three")] == [
        {key: key}, {key: f"{key} [two]"}, {key: key},
    ]  # fmt: skip
    table = pq.read_table(tmp_path / "parameters.parquet")
    for name, values in numbers.items():
        for column in kept[name].columns.values():
            assert table[column].to_pylist() == values
    assert kept["baseline"].constant[key] == load_scenario("baseline").values[key]


def test_what_is_packed_is_unpacked():
    one = KeptNumbers({"a": "a"}, {"b": 1.0, "c": 2.0}, {"a": (0.5, "catalogue")})
    two = KeptNumbers({"b": "b"}, {"a": 3.0, "c": 2.0}, {"b": (1.0, "mine")})
    assert unpacked(json.loads(json.dumps(packed({"one": one, "two": two})))) == {
        "one": one, "two": two,
    }  # fmt: skip


# -- folders of version 1 --------------------------------------------------------------------


@pytest.fixture
def older(tmp_path):
    return Record.open(write_results(tmp_path / "batch", 2, runs=RUNS, parameters="prior"))


def test_a_folder_of_version_1_is_read_and_its_parameters_are_drawn_again(older):
    assert older.manifest["version"] == 1
    assert not (older.path / "parameters.parquet").exists()
    model = InfluenceModel("baseline", RUNS, older.manifest["seed"], parameters="prior")
    found = older.parameters()
    assert {*found} == {*model.weights.varied()} == {*older.varied("baseline")}
    assert np.array_equal(found["basing.rent"], model.weights.basing.rent)
    assert found.attrs["units"]["basing.rent"]
    assert older.outcomes().shape[0] == 2 * RUNS
    assert older.trajectories()["date"].dt.year.min() == 2001
    assert len(older.events()) > 0


@pytest.mark.parametrize(
    ("changed", "reason"),
    [({"catalogue_hash": "another"}, CHANGED), ({"parameters": "arrays 0123"}, GIVEN)],
)
def test_parameters_that_cannot_be_drawn_again_are_refused(older, changed, reason):
    older.manifest |= changed
    for ask in (older.parameters, older.varied, older.constants):
        with pytest.raises(Problems) as refused:
            ask()
        assert refused.value.problems[0].message == reason
