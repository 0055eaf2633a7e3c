"""Large moves are told from small ones, and those that come back from those that do not."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from simulation.estimation.moves import FOLLOWED, back_by_half, falls_in, made, yearly_moves

MAYBE = st.floats(-1, 1) | st.just(float("nan"))
SERIES = arrays(float, st.tuples(st.integers(3, 15), st.integers(1, 4)), elements=MAYBE)


def series(*values):
    return np.array(values)[:, np.newaxis]


def test_what_came_back_too_late_or_was_not_followed_is_told_apart():
    back = series(0, 0, 1, 1, 0.5, 1, 1, 1, 1)
    assert [float(each[0]) for each in back_by_half(back, np.abs, 0.9)] == [2, 2]
    late = series(0, 0, *[1] * (FOLLOWED + 2), 0)
    assert [float(each[0]) for each in back_by_half(late, np.abs, 0.9)] == [0, 2]
    assert made(late, np.negative, 0.9).above[0] == 1
    short = series(0, 0, 1, 1)
    assert back_by_half(short, np.abs, 0.9).below[0] == 0


@given(SERIES, st.integers(1, 3), st.integers(0, 4))
def test_in_quiet_years_no_move_of_the_same_series_counts(values, apart, quiet):
    large = [move.large for move in yearly_moves(values, np.abs, 0.3, apart, quiet)]
    for at, one in enumerate(large):
        for later in large[at + 1 : at + quiet]:
            assert not (one & later).any()


@given(SERIES)
def test_rises_and_falls_are_all_moves(values):
    runs = values[..., np.newaxis]
    either = made(runs, np.abs, 0.3)
    rises, falls = made(runs, np.positive, 0.3), made(runs, np.negative, 0.3)
    assert either.above == rises.above + falls.above
    assert either.below == rises.below == falls.below
    back = back_by_half(runs, np.abs, 0.3)
    assert back.above <= back.below <= either.above


@given(SERIES)
def test_falls_are_listed_as_they_are_counted(values):
    frame = pd.DataFrame(values, index=range(1990, 1990 + len(values)))
    found = falls_in(frame, 0.3, 2, 0)
    assert len(found) == made(values[..., np.newaxis], np.negative, 0.3).above
    assert found == sorted(found, key=lambda each: (each.whose, each.year))
    assert all(each.size > 0.3 for each in found)
