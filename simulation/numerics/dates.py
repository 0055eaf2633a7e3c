"""Quarters: plain integers, counted from the third quarter of 2001, which is 0."""

from __future__ import annotations

import datetime as dt
import re

FIRST_YEAR = 2001
FIRST_SEASON = 3
START = "2001Q3"
DEFAULT_UNTIL = "2015Q4"
LAST = "2099Q4"
QUARTERS_IN_YEAR = 4
DAYS_IN_QUARTER = 365.25 / QUARTERS_IN_YEAR

_QUARTER = re.compile(r"(\d{4})Q([1-4])")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def quarter_of(when: str | dt.date) -> int:
    """The quarter of a date, of "2005-07-29" or of "2005Q3"."""
    if isinstance(when, str):
        written = _QUARTER.fullmatch(when)
        if written:
            return _count(int(written[1]), int(written[2]))
        if not _DATE.fullmatch(when):
            raise ValueError(f"'{when}' is neither a quarter (2005Q4) nor a date (2005-07-29)")
        when = parse_date(when)
    return _count(when.year, (when.month + 2) // 3)


def parse_date(text: str) -> dt.date:
    """The day written as "2005-07-29"; a `ValueError` says what is wrong with another text."""
    written = _DATE.fullmatch(text)
    if not written:
        raise ValueError(f"'{text}' is no date; write it as year-month-day, 2005-07-29")
    try:
        year, month, day = map(int, written.groups())
        return dt.date(year, month, day)
    except ValueError:
        raise ValueError(f"{text} is not a day of the calendar") from None


def quarter_name(quarter: int) -> str:
    """The quarter as people write it: "2005Q4"."""
    return f"{year_of(quarter)}Q{season_of(quarter)}"


def year_of(quarter: int) -> int:
    """The calendar year of a quarter."""
    return FIRST_YEAR + (quarter + FIRST_SEASON - 1) // 4


def season_of(quarter: int) -> int:
    """Which quarter of its year it is, 1 to 4."""
    return (quarter + FIRST_SEASON - 1) % 4 + 1


def first_day(quarter: int) -> dt.date:
    """The day on which a quarter begins."""
    return dt.date(year_of(quarter), 3 * season_of(quarter) - 2, 1)


def last_day(quarter: int) -> dt.date:
    """The day on which a quarter ends."""
    return first_day(quarter + 1) - dt.timedelta(days=1)


def mostly_passed(quarter: int, day: dt.date) -> bool:
    """Whether more than half of a quarter had passed by the end of a day in it."""
    first, last = first_day(quarter), last_day(quarter)
    passed = (day - first).days + 1
    return 2 * passed > (last - first).days + 1


def _count(year: int, season: int) -> int:
    """The number of a quarter, given its year and its place in the year."""
    return 4 * (year - FIRST_YEAR) + season - FIRST_SEASON
