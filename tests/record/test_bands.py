"""Bands that merge: however runs are cut into pieces, the same mean and quantiles."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import ndtri

from simulation.numerics.randomness import Draws
from simulation.record import cells
from simulation.record.bands import (
    DIFFERENCE,
    LEVELS,
    Bands,
    Series,
    differences,
    series_of,
    stack,
)
from simulation.record.cells import Cells

ONE = [Series("influence", ("china", "uzbekistan", "", "", "", ""), 0.0, 1.0)]
samples = arrays(np.float32, st.integers(2, 60), elements=st.floats(-0.5, 1.5, width=32))


def uniform(name, runs):
    return Draws(seed=3, first_run=0, runs=runs).uniform(0, name, "test")


def bands_of(values, series=ONE, pieces=(), **options):
    """Bands of one quarter, counted in pieces that are cut at the given runs."""
    merged = None
    for piece in np.split(np.atleast_2d(values), pieces, axis=1):
        if piece.shape[1]:
            bands = Bands.empty(series, 1, **options)
            bands.add(0, piece)
            if merged is None:
                merged = bands
            else:
                merged.merge(bands)
    return merged


def same(one, other):
    fields = ("present", "sums", "whole")
    cells = zip(one.cells, other.cells, strict=True)
    parts = ("least", "most", "counts", "used", "bits")
    return all(np.array_equal(getattr(one, each), getattr(other, each)) for each in fields) and all(
        np.array_equal(getattr(a, each), getattr(b, each)) for a, b in cells for each in parts
    )


@given(samples, st.lists(st.integers(0, 60), max_size=4))
def test_bands_do_not_depend_on_the_cuts(values, cuts):
    whole, cut = bands_of(values), bands_of(values, pieces=sorted(cuts))
    assert same(whole, cut)
    for name, column in whole.columns().items():
        assert np.array_equal(column, cut.columns()[name]), name


@given(samples, st.lists(st.integers(0, 60), max_size=4), st.integers(2, 9))
def test_cells_of_many_values_do_not_depend_on_the_cuts(values, cuts, limit):
    with mock.patch.object(cells, "LIMIT", limit):
        whole, cut = bands_of(values), bands_of(values, pieces=sorted(cuts))
        turned = bands_of(values[::-1].copy(), pieces=sorted(cuts))
    assert whole.cells[0].used <= limit
    assert same(whole, cut)
    assert same(whole, turned)


@given(samples)
def test_quantiles_lie_within_their_cell_and_never_beyond_the_runs(values):
    with mock.patch.object(cells, "LIMIT", 5):
        columns = bands_of(values).columns()
    levels = [columns[name][0, 0] for name in ("q05", "q25", "q50", "q75", "q95")]
    assert levels == sorted(levels)
    assert values.min() <= levels[0]
    assert levels[-1] <= values.max()
    assert columns["mean"][0, 0] == pytest.approx(values.astype(float).mean(), abs=1e-9)


@given(samples)
def test_a_cell_for_each_value_gives_the_quantiles_of_the_runs(values):
    columns = bands_of(values).columns()
    method = "lower" if bands_of(values).whole.all() else "linear"
    for name, level in LEVELS.items():
        due = np.quantile(values.astype(float), level, method=method)
        assert columns[name][0, 0] == pytest.approx(due, abs=1e-12), name


@pytest.mark.parametrize(
    "shape",
    [
        lambda u: 0.3 + 0.02 * ndtri(u),
        lambda u: u**2,
        lambda u: 0.001 * ndtri(u),
        lambda u: np.where(u < 0.3, 0.25, 0.6 + 0.1 * u),
        lambda u: np.exp(2 * ndtri(u)),
        lambda u: 1 / (1 - u),
    ],
    ids=["narrow", "skew", "about zero", "two humps", "lognormal", "far tail"],
)
@pytest.mark.parametrize("runs", [2_001, 40_000])
def test_quantiles_of_many_runs_lie_within_a_hundredth_of_the_middle_half(shape, runs):
    values = shape(uniform("a", runs))
    bands = bands_of(values, pieces=range(2_000, runs, 2_000))
    exact = np.quantile(values, list(LEVELS.values()))
    found = [each[0, 0] for each in bands.quantiles(list(LEVELS.values()))]
    assert np.abs(found - exact).max() < 0.01 * (exact[3] - exact[1])


def test_whole_numbers_stay_whole():
    is_open = (uniform("a", 1000) < 0.3).astype(float)
    columns = bands_of(is_open).columns()
    assert [columns[name][0, 0] for name in ("q05", "q50", "q75", "q95")] == [0, 0, 1, 1]
    assert columns["mean"][0, 0] == pytest.approx(is_open.mean(), abs=1e-9)


def test_a_series_that_never_varies_has_a_band_without_width():
    columns = bands_of(np.full(50, 0.125)).columns()
    assert {column[0, 0] for name, column in columns.items() if name != "mean"} == {0.125}


def test_missing_values_are_left_out():
    values = np.array([np.nan, 0.2, 0.2, np.nan])
    bands = bands_of(values)
    assert bands.present[0, 0] == 2
    assert bands.mean()[0, 0] == pytest.approx(0.2)
    empty = bands_of(np.full(3, np.nan))
    assert np.isnan([column[0, 0] for column in empty.columns().values()]).all()


@given(samples)
@settings(max_examples=20)
def test_bands_are_packed_without_loss(values):
    bands = bands_of(values)
    again = Bands.unpacked(bands.packed())
    assert again.series == bands.series
    assert same(again, bands)


def test_bands_of_different_series_do_not_merge():
    other = [Series("fear", ("", "uzbekistan", "", "", "", ""), 0.0, 1.0)]
    with pytest.raises(ValueError, match="different series"):
        bands_of(np.zeros(3)).merge(bands_of(np.zeros(3), other))


def test_the_difference_of_identical_runs_is_exactly_nothing():
    influence = uniform("a", 40).astype(np.float32).reshape(1, 1, 40)
    label = ONE[0].labels
    columns = differences(ONE, influence, {label: influence[:, 0]}).columns()
    assert {column[0, 0] for column in columns.values()} == {0.0}


def test_small_differences_are_seen_beside_large_ones():
    gap = 0.002 + 0.001 * uniform("gap", 3000)
    base = np.zeros((1, 3000), dtype=np.float32)
    bands = differences(ONE, gap.astype(np.float32).reshape(1, 1, -1), {ONE[0].labels: base})
    assert bands.series[0].variable == DIFFERENCE
    assert bands.quantiles([0.5])[0][0, 0] == pytest.approx(np.quantile(gap, 0.5), abs=1e-4)
    assert bands.mean()[0, 0] == pytest.approx(gap.mean(), abs=1e-8)


def test_differences_are_taken_where_both_scenarios_have_the_actors():
    here = [Series("influence", (power, "uzbekistan", "", "", "", ""), 0, 1) for power in "ab"]
    influence = np.ones((1, 2, 5), dtype=np.float32)
    bands = differences(here, influence, {here[1].labels: np.zeros((1, 5), dtype=np.float32)})
    assert [each.labels[0] for each in bands.series] == ["b"]


def test_series_are_named_in_the_order_of_their_values():
    class Axes:
        power = ("china", "russia")
        region = ("kazakhstan", "uzbekistan")

    class Variable:
        axes = ("power", "region")
        low, high = 0.0, 1.0

    measured = {"influence": np.arange(8.0).reshape(2, 2, 2)}
    series = series_of({"influence": Variable}, measured, Axes)
    assert [each.labels[:2] for each in series] == [
        ("china", "kazakhstan"), ("china", "uzbekistan"),
        ("russia", "kazakhstan"), ("russia", "uzbekistan"),
    ]  # fmt: skip
    assert stack(measured)[2].tolist() == measured["influence"][1, 0].tolist()


@given(samples, st.lists(st.integers(0, 60), max_size=4))
def test_quantiles_of_few_runs_are_those_of_the_runs(values, cuts):
    """Values kept to be merged give NumPy's quantiles, however the runs were cut."""
    values = values.astype(np.float32)
    pieces = [each for each in np.split(np.atleast_2d(values), sorted(cuts), axis=1) if each.size]
    found = []
    for piece in pieces:
        bands = Bands.empty(ONE, 1, runs=piece.shape[1], exact=True)
        bands.add(0, piece)
        found.append(Bands.unpacked(bands.packed()))
    merged, *others = found
    for other in others:
        merged.merge(other)
    columns = merged.columns()
    whole = bool(merged.whole.all())
    for name, level in LEVELS.items():
        method = "lower" if whole else "linear"
        due = np.quantile(values.astype(float), level, method=method)
        assert columns[name][0, 0] == pytest.approx(due, abs=1e-12), name


@given(arrays(np.float32, (2, 3, 41), elements=st.sampled_from([np.nan, np.inf, -0.2, 0.1, 1, 2])))
def test_quantiles_found_as_values_come_are_those_of_values_that_are_kept(values):
    series = [Series("fear", ("", state, "", "", "", ""), 0.0, 1.0) for state in "abc"]
    found = []
    for alone in (True, False):
        bands = Bands.empty(series, 2, runs=41, exact=True, alone=alone)
        for quarter, each in enumerate(values):
            bands.add(quarter, each)
        found.append(Bands.unpacked(bands.packed(alone)).columns())
    at_once, kept = found
    for name, column in kept.items():
        assert np.array_equal(at_once[name], column, equal_nan=True), name


@pytest.mark.parametrize("exact", [True, False])
def test_a_rent_that_most_runs_share_is_told_as_itself(exact):
    rent = [Series("base_rent", ("", "", "", "", "manas", ""), 0.0, 200.0)]
    values = np.where(uniform("a", 4000) < 0.9, 2.0, 200 * uniform("b", 4000)).astype(np.float32)
    bands = Bands.empty(rent, 1, runs=4000, exact=exact)
    bands.add(0, np.atleast_2d(values))
    columns = Bands.unpacked(bands.packed(whole=True)).columns()
    assert [columns[name][0, 0] for name in ("q25", "q50", "q75")] == [2.0, 2.0, 2.0]


def test_exact_quantiles_leave_missing_values_out():
    values = np.array([[np.nan, 0.25, 0.75, np.nan]], dtype=np.float32)
    bands = Bands.empty(ONE, 1, runs=4, exact=True)
    bands.add(0, values)
    assert bands.quantiles([0.0, 0.5, 1.0]) == [[[0.25]], [[0.5]], [[0.75]]]
    empty = Bands.empty(ONE, 1, runs=2, exact=True)
    empty.add(0, np.full((1, 2), np.nan))
    assert np.isnan([column[0, 0] for column in empty.columns().values()]).all()


def test_bands_whose_quantiles_are_found_do_not_merge():
    bands = Bands.empty(ONE, 1, runs=3, exact=True)
    bands.add(0, np.zeros((1, 3)))
    done = Bands.unpacked(bands.packed(whole=True))
    with pytest.raises(ValueError, match="do not merge"):
        done.merge(bands)
    with pytest.raises(ValueError, match="of values and of cells"):
        bands.merge(bands_of(np.zeros(3)))
    with pytest.raises(ValueError, match="know no others"):
        done.quantiles([0.1])


def test_zero_of_either_sign_is_one_cell():
    found = Cells.of(np.array([[0.0, -0.0, 1e-30, -1e-30]], dtype=np.float32))
    assert found.counts.tolist() == [1, 2, 1]
