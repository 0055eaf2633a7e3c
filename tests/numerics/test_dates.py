import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.numerics.dates import (
    DEFAULT_UNTIL,
    START,
    first_day,
    last_day,
    parse_date,
    quarter_name,
    quarter_of,
    season_of,
    year_of,
)


def test_quarters_are_counted_from_the_third_of_2001():
    assert quarter_of(START) == 0
    assert quarter_of(DEFAULT_UNTIL) == 57
    for when in ("2005Q3", "2005-07-29", dt.date(2005, 7, 29)):
        assert quarter_of(when) == 16


def test_quarters_before_the_start_are_negative():
    assert quarter_of("2001-06-15") == -1
    assert quarter_name(-1) == "2001Q2"
    assert (year_of(-3), season_of(-3)) == (2000, 4)


@given(st.integers(-400, 400))
def test_a_quarter_and_its_name_mean_the_same(quarter):
    assert quarter_of(quarter_name(quarter)) == quarter
    assert quarter_of(first_day(quarter)) == quarter_of(last_day(quarter)) == quarter
    assert quarter_name(quarter) == f"{year_of(quarter)}Q{season_of(quarter)}"
    assert first_day(quarter + 1) - last_day(quarter) == dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2004-02-30", "2004-02-30 is not a day of the calendar"),
        ("2004-2-3", "'2004-2-3' is no date; write it as year-month-day, 2005-07-29"),
    ],
)
def test_a_date_that_is_none_says_why(text, message):
    with pytest.raises(ValueError, match=message):
        parse_date(text)


@pytest.mark.parametrize("text", ["2005Q5", "2005", "Q4 2005", "", "2005q4"])
def test_a_quarter_that_is_none_says_what_to_write(text):
    with pytest.raises(ValueError, match="is neither a quarter"):
        quarter_of(text)
