"""What drives an outcome: found where it is known, and not found where there is nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from synthetic import write_results

from simulation.contrast.drivers import Drawn, _standard_ranks, drawn_in, fixed_in, why_none
from simulation.model.model import InfluenceModel
from simulation.record import kept_numbers as numbers
from simulation.record.record import Record

RUNS, KEYS = 600, 200


@pytest.fixture(scope="module")
def uniforms():
    return np.random.default_rng(5).random((KEYS + 1, RUNS))


@pytest.fixture(scope="module")
def drawn(uniforms):
    return Drawn.of({f"p{place:03}": uniforms[place] for place in range(KEYS)})


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=40).filter(lambda it: len({*it}) > 1))
def test_ranks_are_those_of_scipy_ties_at_their_mean(values):
    expected = stats.zscore(stats.rankdata(values))
    np.testing.assert_allclose(_standard_ranks(np.array(values, dtype=float)), expected)


def test_known_drivers_are_found_in_order_with_their_signs(uniforms, drawn):
    outcome = np.exp(3 * uniforms[7]) - 4 * uniforms[20] + 2 * uniforms[KEYS]
    found = drawn.rank(outcome)
    assert [each.key for each in found.told] == ["p007", "p020"]
    assert found.told[0].correlation > 0 > found.told[1].correlation
    assert all(each.low < each.correlation < each.high for each in found.each)
    assert len(found.each) == KEYS


def test_where_luck_alone_decides_no_driver_is_told(uniforms, drawn):
    assert drawn.rank(uniforms[KEYS]).told == ()


def test_false_drivers_are_as_rare_as_promised():
    luck = np.random.default_rng(6)
    told = 0
    for _ in range(200):
        *sample, outcome = luck.random((41, 60))
        told += bool(
            Drawn.of({str(place): it for place, it in enumerate(sample)}).rank(outcome).told
        )
    assert told <= stats.binom.ppf(0.999, 200, 0.05)


def test_the_correlation_is_spearmans_ties_and_missing_values_included(uniforms):
    outcome = np.round(2 * uniforms[0] + uniforms[1], 1)
    outcome[::7] = np.nan
    found = Drawn.of({"a": uniforms[0]}).rank(outcome)
    there = np.isfinite(outcome)
    assert found.runs == there.sum()
    expected = stats.spearmanr(uniforms[0][there], outcome[there]).statistic
    assert found.each[0].correlation == pytest.approx(expected)


def test_a_perfect_driver_has_a_finite_interval(uniforms):
    driver = Drawn.of({"a": uniforms[0]}).rank(2 * uniforms[0]).each[0]
    assert driver.correlation == pytest.approx(1)
    assert 0.99 < driver.low <= driver.high <= 1


@pytest.mark.parametrize("outcome", [np.ones(RUNS), np.full(RUNS, np.nan)])
def test_an_outcome_that_does_not_vary_has_no_drivers(drawn, outcome):
    assert drawn.rank(outcome).each == ()


def test_parameters_that_do_not_vary_are_left_out():
    assert Drawn.of({"a": np.arange(20.0), "b": np.full(20, 3.0)}).keys == ("a",)


# -- of a batch ------------------------------------------------------------------------------


@pytest.fixture
def record(tmp_path):
    return Record.open(write_results(tmp_path / "batch", 2, runs=40, parameters="prior"))


def test_the_parameters_are_those_that_the_runs_had(record):
    model = InfluenceModel("baseline", runs=40, seed=record.manifest["seed"], parameters="prior")
    drawn = drawn_in(record)
    place = drawn.keys.index("basing.rent")
    assert np.array_equal(drawn.values[place], model.weights.basing.rent)


def test_a_parameter_that_a_scenario_holds_is_no_driver_of_it(record, monkeypatch):
    held = {"values": {"basing.rent": {"value": 1.0, "from": "scenarios/mine.yaml"}}}
    monkeypatch.setattr(record, "resolved", lambda name: held if name == "mine" else {})
    assert fixed_in(record, "mine") == {"basing.rent"}
    assert fixed_in(record, "mine", "baseline") == set()
    drawn = drawn_in(record)
    blame = drawn.values[drawn.keys.index("basing.rent")]
    assert drawn.rank(blame).each[0].key == "basing.rent"
    assert "basing.rent" not in {each.key for each in drawn.rank(blame, {"basing.rent"}).each}


def test_a_batch_says_why_it_cannot_show_what_drives_it(record):
    assert why_none(record) is None
    record.manifest["catalogue_hash"] = "another"
    assert why_none(record) == numbers.CHANGED
    record.manifest["parameters"] = "arrays 0123"
    assert why_none(record) == numbers.GIVEN
    record.manifest["parameters"] = "point"
    assert "--parameters prior" in why_none(record)


def test_a_posterior_that_has_changed_is_not_drawn_from(record):
    record.manifest |= {"parameters": "posterior_1999-01-01", "posterior_hash": "0"}
    assert why_none(record) == numbers.CHANGED
