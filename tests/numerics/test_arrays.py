"""Shared arithmetic: totals in a fixed order, logits that never overflow, utilities that add up."""

import math
from dataclasses import make_dataclass

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from simulation.numerics.arrays import FLOAT, Utility, average, rows_with, some, total, unit
from simulation.numerics.elementary import logit, sigmoid

numbers = st.floats(-1e9, 1e9)
blocks = array_shapes(min_dims=2, max_dims=4, max_side=5).flatmap(
    lambda shape: arrays(float, shape, elements=numbers)
)


def in_order(values):
    """Sum of plain numbers, one after the other from the first."""
    result = values[0]
    for value in values[1:]:
        result += value
    return result


@given(blocks, st.data())
def test_a_total_adds_slice_after_slice(array, data):
    axis = data.draw(st.integers(0, array.ndim - 2))
    found = total(array, axis)
    by_hand = np.apply_along_axis(lambda row: in_order(row.tolist()), axis, array)
    assert found.tobytes() == by_hand.tobytes()
    assert average(array, axis).tobytes() == (found / array.shape[axis]).tobytes()


@given(arrays(bool, array_shapes(min_dims=2, max_dims=2)), st.sampled_from([bool, FLOAT, np.int8]))
def test_whether_and_in_which_rows_anything_holds(mask, kind):
    assert some(mask.astype(kind)) == mask.any()
    assert some(-mask.astype(np.int8)) == mask.any()
    assert rows_with(mask) == [row for row, each in enumerate(mask) if True in each.tolist()]


@pytest.mark.parametrize("kind", [bool, np.int8, np.int16, np.int64])
def test_a_total_of_masks_and_counts_is_in_the_precision_of_the_model(kind):
    found = total(np.ones((3, 4), dtype=kind))
    assert found.dtype == FLOAT
    assert found.tolist() == [3, 3, 3, 3]


def test_a_total_of_one_slice_is_a_copy():
    array = np.ones((1, 3))
    total(array)[:] = 7
    assert (array == 1).all()


@given(blocks, st.data())
def test_a_total_of_some_runs_is_that_part_of_the_total(array, data):
    axis = data.draw(st.integers(0, array.ndim - 2))
    first = data.draw(st.integers(0, array.shape[-1] - 1))
    last = data.draw(st.integers(first + 1, array.shape[-1]))
    part = total(array[..., first:last], axis)
    assert part.tobytes() == np.ascontiguousarray(total(array, axis)[..., first:last]).tobytes()


@pytest.mark.parametrize("runs", [1, 7, 1000])
def test_the_order_counts_where_the_librarys_own_sum_would_change_bits(runs):
    """Adding 1e16 and then ones loses them one by one; adding the ones first would not."""
    array = np.ones((2000, runs))
    array[0] = 1e16
    assert (total(array) == 1e16).all()


def test_a_total_never_sums_over_runs():
    array = np.ones((3, 4))
    for axis in (1, -1):
        with pytest.raises(ValueError, match="never sums over runs"):
            total(array, axis)
        with pytest.raises(ValueError, match="never sums over runs"):
            average(array, axis)
    with pytest.raises(ValueError, match="never sums over runs"):
        total(np.ones(4))


@given(arrays(bool, (4, 3)))
def test_a_total_of_masks_counts_them(mask):
    found = total(mask)
    assert found.dtype == FLOAT
    assert found.tolist() == [float(sum(column)) for column in mask.T.tolist()]


@given(blocks)
def test_a_total_leaves_what_it_adds_alone(array):
    before = array.copy()
    found = total(array)
    found += 1
    assert array.tobytes() == before.tobytes()


@given(st.floats(allow_nan=False))
def test_a_probability_stays_one_however_large_the_logit(x):
    with np.errstate(over="raise", invalid="raise"):
        probability = float(sigmoid(np.array([x]))[0])
    assert 0 <= probability <= 1


@given(st.floats(-30, 30))
def test_a_sigmoid_is_the_logistic_function(x):
    assert float(sigmoid(np.array(x))) == pytest.approx(1 / (1 + math.exp(-x)), abs=1e-15)
    assert float(sigmoid(np.array(x)) + sigmoid(np.array(-x))) == pytest.approx(1, abs=1e-15)


@given(st.floats(-700, 700), st.floats(-700, 700))
def test_a_larger_logit_is_never_less_likely(x, y):
    low, high = sorted((x, y))
    assert sigmoid(np.array(low)) <= sigmoid(np.array(high))


@given(st.floats(1e-9, 1 - 1e-9))
def test_a_logit_undoes_the_sigmoid(probability):
    assert float(sigmoid(logit(np.array(probability)))) == pytest.approx(probability, rel=1e-9)


@given(arrays(float, 5, elements=st.floats(allow_nan=False)))
def test_a_unit_value_is_the_nearest_between_0_and_1(values):
    expected = [min(max(value, 0.0), 1.0) for value in values.tolist()]
    assert unit(values).tolist() == expected


terms = st.dictionaries(
    st.sampled_from(["base", "blame", "fear", "habit", "offer", "rent", "rivals", "threat"]),
    st.one_of(numbers, arrays(float, 3, elements=numbers)),
    min_size=1,
    max_size=6,
)


def utility_of(given_terms):
    """A utility whose terms have these names."""
    fields = [(name, object) for name in given_terms]
    kind = make_dataclass("Made", fields, bases=(Utility,), frozen=True, eq=False)
    return kind(**given_terms)


@given(terms)
def test_a_utility_is_the_sum_of_its_named_terms(given_terms):
    utility = utility_of(given_terms)
    assert list(utility.terms) == list(given_terms)
    expected = [
        in_order([float(np.broadcast_to(term, 3)[run]) for term in given_terms.values()])
        for run in range(3)
    ]
    assert np.broadcast_to(utility.total, 3).tolist() == expected
    for name, term in given_terms.items():
        assert getattr(utility, name) is term


@given(terms, numbers)
def test_a_larger_term_never_makes_a_utility_smaller(given_terms, more):
    assume(more >= 0)
    name = next(iter(given_terms))
    larger = given_terms | {name: given_terms[name] + more}
    assert np.all(utility_of(larger).total >= utility_of(given_terms).total)


@given(arrays(float, (4, 3), elements=numbers), numbers, st.integers(0, 3))
def test_the_utility_of_one_member_is_its_row(rows, common, row):
    together = utility_of({"own": rows, "common": common})
    alone = together.of(row)
    assert list(alone.terms) == ["own", "common"]
    assert alone.total.tolist() == together.total[row].tolist()
