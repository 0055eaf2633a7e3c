"""Labelled data: frames with dates and units, the same in the files, and all of it for xarray."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from simulation import run_batch, to_xarray
from simulation.inputs.problems import Problems
from simulation.model.outcomes import OUTCOMES, VARIABLES
from simulation.record.bands import DIFFERENCE
from simulation.record.record import EVENTS_SCHEMA, PATHS_SCHEMA, TRAJECTORIES_SCHEMA, Record

RUNS, DROPS = 9, "title: Without Japan\nquestion: What is left?\nextends: baseline\n"


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scenarios")
    (folder / "alone.yaml").write_text(DROPS + "actors: {drop: [japan]}\n")
    return run_batch(
        ["no_andijan", folder / "alone.yaml"], runs=RUNS, seed=2, until="2002Q1", workers=1,
        results=tmp_path_factory.mktemp("results"), trajectories=2, parameters="point",
    )  # fmt: skip


def told(record, name):
    metadata = pq.read_metadata(record.path / f"{name}.parquet").metadata
    return json.loads(metadata[b"heartland"])


def test_outcomes_are_indexed_by_scenario_and_run(record):
    found = record.outcomes()
    assert found.index.names == ["scenario", "run"]
    assert found.columns.tolist() == list(OUTCOMES)
    table = record.table("outcomes")
    assert np.array_equal(found["manas_rent"], table["manas_rent"], equal_nan=True)
    assert found.index.get_level_values("scenario").tolist() == table["scenario"].to_pylist()
    gaps = found["china_share"].unstack("run").diff()
    assert gaps.shape == (3, RUNS)
    assert record.outcomes("alone", columns=["china_share"]).shape == (RUNS, 1)


def test_dates_are_dates_and_words_are_categories(record):
    for frame in (record.trajectories(), record.events(), record.paths()):
        assert pd.api.types.is_datetime64_dtype(frame["date"])
        assert frame["date"].min() == pd.Timestamp(2001, 7, 1)
        days = dict(zip(frame["quarter"], frame["date"].dt.date, strict=True))
        assert days["2001Q4"] == dt.date(2001, 10, 1)
        for name in ("scenario", "quarter"):
            assert isinstance(frame[name].dtype, pd.CategoricalDtype)
    assert record.events()["scenario"].cat.categories.tolist() == record.scenarios
    assert {*record.events(kind="open_base", run=3)["kind"]} == {"open_base"}


def test_every_column_says_in_the_file_and_in_the_frame_what_it_holds(record):
    schemas = {
        "outcomes": ["scenario", "run", *OUTCOMES],
        "trajectories": TRAJECTORIES_SCHEMA.names,
        "events": EVENTS_SCHEMA.names,
        "paths": PATHS_SCHEMA.names,
    }
    for name, columns in schemas.items():
        found = told(record, name)
        assert list(found["columns"]) == sorted(columns)
        assert all(each["description"] for each in found["columns"].values())
    assert told(record, "outcomes")["columns"]["manas_rent"]["unit"] == OUTCOMES["manas_rent"].unit
    for name in ("trajectories", "paths"):
        variables = told(record, name)["variables"]
        assert {*variables} == {*VARIABLES, DIFFERENCE}
        assert variables["fear"]["unit"] == VARIABLES["fear"].unit
    attrs = record.trajectories().attrs
    assert attrs["units"]["base_rent"] == VARIABLES["base_rent"].unit
    assert attrs["descriptions"]["date"]
    assert record.outcomes().attrs["descriptions"]["china_share"]


def test_xarray_holds_what_the_frames_hold_under_its_names(record):
    found = to_xarray(record)
    assert {*found} == {*OUTCOMES, *VARIABLES, DIFFERENCE}
    assert found["scenario"].values.tolist() == record.scenarios
    outcomes = record.outcomes()
    for name in OUTCOMES:
        assert found[name].dims == ("scenario", "run")
        expected = outcomes[name].to_numpy().reshape(3, RUNS)
        np.testing.assert_array_equal(found[name].values, expected)
    bands = record.trajectories()
    some = bands.sample(200, random_state=np.random.default_rng(1))
    for row in some.itertuples():
        at = {"scenario": row.scenario, "date": row.date}
        for axis in VARIABLES.get(str(row.variable), VARIABLES["influence"]).axes:
            at[axis] = row.state if axis == "region" else getattr(row, axis)
        for level in ("mean", "q05", "q95"):
            value = found[str(row.variable)].sel(at, drop=True).sel(statistic=level).item()
            assert value == getattr(row, level) or (np.isnan(value) and np.isnan(row.mean))


def test_xarray_carries_units_and_leaves_gaps_where_a_scenario_has_nobody(record):
    found = to_xarray(record)
    assert found["base_rent"].attrs["units"] == VARIABLES["base_rent"].unit
    assert found["influence"].attrs["long_name"] == VARIABLES["influence"].description
    assert found["date"].values[0] == np.datetime64("2001-07-01")
    alone = found["influence"].sel(scenario="alone")
    assert alone.sel(power="japan").isnull().all()
    assert alone.sel(power="china").notnull().all()
    assert found[DIFFERENCE].sel(scenario="baseline").isnull().all()


def test_a_batch_that_is_not_finished_has_no_frames(record, tmp_path):
    half = Record(tmp_path, record.manifest)
    for ask in (half.outcomes, half.events, half.parameters, lambda: to_xarray(half)):
        with pytest.raises(Problems, match="the batch is not finished"):
            ask()


def test_a_notebook_shows_what_a_record_is(record):
    shown = record._repr_html_()
    assert record.path.name in shown
    assert "9 of each scenario" in shown
    assert "Without Japan" in shown
