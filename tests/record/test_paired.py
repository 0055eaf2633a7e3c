"""Statistics of pairs: intervals against values worked out by hand, and what must always hold."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from scipy.special import ndtri

from simulation.numerics.randomness import Draws
from simulation.record.paired import (
    most_by_pairing,
    newcombe_interval,
    paired_difference,
    quantiles_of,
    simultaneous_critical,
    wilson_interval,
)

Z = 1.959963984540054
numbers = st.floats(-1e6, 1e6, allow_nan=False)
columns = st.integers(2, 30).flatmap(lambda size: arrays(float, (2, size), elements=numbers))
counts = st.tuples(*[st.integers(0, 60)] * 4).filter(lambda four: sum(four) > 0)


@pytest.fixture(autouse=True)
def warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def normal(name, runs=400):
    return ndtri(Draws(5, 0, runs, np.float64).uniform(0, name, "test"))


def test_a_mean_difference_has_the_t_interval_of_the_pairs():
    reference = np.array([1.0, 2.0, 3.0, 4.0])
    scenario = np.array([2.0, 2.0, 5.0, 5.0])
    found = paired_difference(reference, scenario)
    # Differences 1, 0, 2, 1: mean 1, variance 2/3, standard error sqrt(1/6), t(3) = 3.182446.
    reach = 3.182446305284263 * math.sqrt(1 / 6)
    assert found.difference == 1.0
    assert (found.low, found.high) == pytest.approx((1 - reach, 1 + reach))
    assert not found.told_from_zero
    assert found.effect_size == pytest.approx(1 / math.sqrt(5 / 3))  # over the reference's spread
    assert (found.share_above, found.share_below) == (0.75, 0.0)
    assert found.quantiles[2] == 1.0
    # Variances 5/3 and 3, against 2/3: seven times; so 28 runs unpaired for these 4.
    assert found.variance_ratio == pytest.approx(7.0)
    assert found.unpaired_runs == 28


@given(columns, st.randoms(use_true_random=False))
def test_no_way_of_pairing_gives_more_than_the_most(pair, random):
    reference, scenario = pair
    most = most_by_pairing(reference, scenario)
    order = list(range(len(reference)))
    random.shuffle(order)
    found = paired_difference(reference, scenario[order]).variance_ratio
    assert found <= most * (1 + 1e-9) or math.isclose(found, most, rel_tol=1e-6)


def test_the_most_by_pairing_is_that_of_runs_in_order():
    reference, scenario = np.array([3.0, 1.0, 2.0]), np.array([4.0, 9.0, 2.0])
    # Variances 1 and 13; the differences in order, 1, 2, 6, vary by 7.
    assert most_by_pairing(reference, scenario) == pytest.approx(2.0)


def test_pairing_cannot_help_where_the_scenario_settles_the_outcome():
    reference = np.array([0.0, 1.0, 1.0, 0.0])
    assert most_by_pairing(reference, np.zeros(4)) == 1.0
    assert most_by_pairing(np.array([]), np.array([])) == 1.0
    assert most_by_pairing(reference, reference + 5) == math.inf


def test_the_interval_of_paired_proportions_is_newcombes():
    """His example of 50 pairs, 36 both, 12 and 2 one alone, is 0.0569 to 0.3404."""
    assert newcombe_interval(36, 12, 2, 0, Z) == pytest.approx((0.0569, 0.3404), abs=5e-5)


def test_paired_proportions_that_share_nothing_combine_two_wilson_intervals():
    """By hand: 14 of 20 against 6 of 20, independent, so that phi is 0."""
    low_first, high_first = wilson_interval(14, 20, Z)
    low_second, high_second = wilson_interval(6, 20, Z)
    assert (low_first, high_first) == pytest.approx((0.4810, 0.8545), abs=1e-4)
    low = 0.4 - math.hypot(0.7 - low_first, high_second - 0.3)
    high = 0.4 + math.hypot(high_first - 0.7, 0.3 - low_second)
    # both × neither = up × down: 4.2 × 4.2 = 9.8 × 1.8 in shares; here rounded to whole pairs.
    assert newcombe_interval(4, 10, 2, 4, Z) == pytest.approx((low, high), abs=0.03)
    assert newcombe_interval(0, 20, 0, 0, Z) == pytest.approx(
        (1 - math.hypot(*[1 - wilson_interval(20, 20, Z)[0]] * 2), 1.0)
    )


@given(counts)
def test_the_interval_of_proportions_holds_the_difference_and_mirrors(four):
    both, up, down, neither = four
    difference = (up - down) / sum(four)
    low, high = newcombe_interval(both, up, down, neither, Z)
    assert -1 - 1e-12 <= low <= difference + 1e-12
    assert difference - 1e-12 <= high <= 1 + 1e-12
    mirrored = newcombe_interval(both, down, up, neither, Z)
    assert mirrored == pytest.approx((-high, -low), abs=1e-12)


def test_binary_outcomes_count_the_pairs_that_differ():
    reference = np.array([1.0] * 40 + [0.0] * 60)
    scenario = np.array([1.0] * 35 + [0.0] * 5 + [1.0] * 20 + [0.0] * 40)
    found = paired_difference(reference, scenario, binary=True)
    assert (found.up, found.down) == (20, 5)
    assert found.difference == pytest.approx(0.15)
    assert (found.low, found.high) == newcombe_interval(35, 20, 5, 40, Z)
    assert found.told_from_zero


@given(columns)
def test_a_difference_lies_inside_its_interval_and_mirrors(pair):
    one, other = pair
    there, back = paired_difference(one, other), paired_difference(other, one)
    assert there.low <= there.difference <= there.high
    assert back.difference == pytest.approx(-there.difference, abs=1e-6)
    assert back.up == there.down
    assert 0 <= there.share_above + there.share_below <= 1
    assert not math.isnan(there.effect_size)
    assert not math.isnan(there.variance_ratio)


@given(columns, st.booleans())
def test_identical_columns_differ_by_exactly_nothing(pair, binary):
    column = (pair[0] > 0).astype(float) if binary else pair[0]
    found = paired_difference(column, column.copy(), binary)
    assert (found.difference, found.low, found.high) == (0.0, 0.0, 0.0)
    assert (found.effect_size, found.up, found.down) == (0.0, 0, 0)
    assert not found.told_from_zero


def test_a_difference_that_is_the_same_in_every_run_has_no_width():
    reference = normal("a")
    found = paired_difference(reference, reference + 0.1)
    assert (found.low, found.high) == (found.difference, found.difference)
    assert found.told_from_zero
    assert found.unpaired_runs == math.inf


@given(
    arrays(float, st.integers(1, 40), elements=st.floats(-1e6, 1e6)),
    st.lists(st.floats(0, 1), min_size=1, max_size=5),
)
def test_quantiles_of_ordered_values_are_to_the_bit_those_of_numpy(values, levels):
    assert quantiles_of(np.sort(values), levels) == tuple(np.quantile(values, levels))


def test_one_pair_tells_nothing():
    found = paired_difference(np.array([1.0]), np.array([2.0]))
    assert (found.low, found.high) == (-math.inf, math.inf)
    assert not found.told_from_zero


def test_runs_without_a_value_are_left_out_in_pairs():
    reference = np.array([1.0, np.nan, 3.0, 4.0])
    scenario = np.array([2.0, 2.0, np.nan, 6.0])
    found = paired_difference(reference, scenario)
    assert (found.pairs, found.difference) == (2, 1.5)
    empty = paired_difference(np.full(3, np.nan), np.zeros(3))
    assert empty.pairs == 0
    assert not empty.told_from_zero


def test_simultaneous_intervals_widen_with_what_is_read_at_once():
    alone = simultaneous_critical([normal("a")])
    assert alone == pytest.approx(stats.t.ppf(0.975, 399))
    independent = simultaneous_critical([normal(name) for name in "abcdefghij"])
    # Ten independent t statistics: Šidák's value is the exact one.
    assert independent == pytest.approx(stats.t.ppf(0.5 + 0.95**0.1 / 2, 399), rel=0.03)
    a = normal("a")
    same = simultaneous_critical([a, 2 * a, a + 1, -a])
    assert same == pytest.approx(alone, rel=0.02)
    assert simultaneous_critical([a, np.zeros(400), np.full(400, 3.0)]) == alone


def test_simultaneous_intervals_cover_together():
    """Without any effect, ten correlated intervals all hold zero in about 95% of 400 batches."""
    batches, runs = 400, 40
    luck = ndtri(Draws(1, 0, batches * runs).uniform(0, "common", "x")).reshape(batches, runs)
    gaps = np.stack(
        [luck + normal(str(place), luck.size).reshape(luck.shape) for place in range(10)]
    )
    critical = simultaneous_critical(list(gaps.reshape(10, -1)[:, :runs]))
    t = gaps.mean(axis=-1) / (gaps.std(axis=-1, ddof=1) / math.sqrt(runs))
    assert 0.915 < (np.abs(t) <= critical).all(axis=0).mean() < 0.985
