"""The same counts in panels: spells cut where they should be, intervals that cover."""

import math

import numpy as np
import pandas as pd
import pytest

from simulation.estimation import panel_counts as counted
from simulation.estimation.panel_counts import CIS_STATES, FIVE

DAYS = 365.25


def spells(*rows):
    columns = ["country", "organization", "status", "start", "end"]
    frame = pd.DataFrame(rows, columns=columns)
    return {"memberships": frame.assign(start=_days(frame.start), end=_days(frame.end))}


def _days(column):
    return pd.to_datetime(column)


UNION, CUSTOMS = "EurAsEC", "CIS Customs Union 1995-2000"
TABLES = spells(
    ("belarus", CUSTOMS, "member", "1995-01-01", "2000-10-10"),
    ("belarus", UNION, "member", "2000-10-10", None),
    ("armenia", CUSTOMS, "member", "1995-06-01", None),  # in the first year: a founder
    ("georgia", UNION, "member", "2001-01-01", "2003-01-01"),
    ("georgia", UNION, "member", "2004-01-01", None),
    ("moldova", UNION, "observer", "2002-01-01", None),
)


def test_who_comes_in_the_first_year_founds_and_who_goes_over_does_not_leave():
    found = counted.joined(TABLES, [UNION])
    assert found.events == 2  # Georgia, twice
    never = (len(CIS_STATES) - 3) * (10 + 304 / DAYS - 1)
    georgia = 5.0 + 1.0
    assert found.exposure == pytest.approx(never + georgia, abs=0.05)
    assert counted.left(TABLES, [UNION]).events == 1
    assert counted.left(TABLES, [UNION]).exposure == pytest.approx(
        10.83 + 10.42 + 2 + 1.83, abs=0.02
    )


def test_older_organizations_returns_and_observers():
    assert counted.joined(TABLES, [UNION], from_age=8).events == 1
    back = counted.joined(TABLES, [UNION], returning=True)
    assert (back.events, back.exposure) == (1, pytest.approx(1, abs=0.01))
    assert counted.joined(TABLES, [UNION], observers=True).events == 3


def test_a_base_counts_while_its_host_is_allied_and_ends_with_its_notice():
    tables = spells(("kyrgyzstan", "CST/CSTO", "member", "1992-05-15", "1999-04-02"))
    rows = [
        ("kyrgyzstan", "russia", "1997-04-02", "2002-04-02", "2001-04-02"),
        ("uzbekistan", "russia", "2001-10-31", None, None),
        ("kyrgyzstan", "united_states", "2001-12-16", None, None),
    ]
    frame = pd.DataFrame(rows, columns=["host", "user", "start", "end", "notice"])
    dates = {name: _days(frame[name]) for name in ("start", "end", "notice")}
    tables["foreign_bases"] = frame.assign(**dates)
    allied = counted.ended_bases(tables, "russia", allied=True)
    other = counted.ended_bases(tables, "russia", allied=False)
    assert (allied.events, allied.exposure) == (0, pytest.approx(2, abs=0.01))
    assert (other.events, other.exposure) == (1, pytest.approx(2 + 4, abs=0.01))
    assert counted.ended_bases(tables, "united_states").exposure == pytest.approx(3.87, abs=0.01)


def test_troubles_of_the_five_since_1996_alone():
    rows = [
        ("tajikistan", "1995-12-31", "mutiny", "put_down"),
        ("tajikistan", "1997-08-09", "mutiny", "put_down"),
        ("uzbekistan", "2004-03-28", "attack", "put_down"),
        ("georgia", "2003-11-23", "mass_rising", "leader_overthrown"),
    ]
    frame = pd.DataFrame(rows, columns=["country", "date", "kind", "outcome"])
    tables = {"irregular_changes_and_risings": frame.assign(date=_days(frame.date))}
    assert counted.put_down_in_the_panels(tables).events == 1
    assert counted.troubles(tables, "put_down").events == 2
    assert counted.troubles(tables, "leader_overthrown").events == 0


def test_jeffreys_intervals_cover_and_reach_nought():
    none = counted.rate_of(0, 100)
    assert none.low == 0
    assert none.high == pytest.approx(0.02512, abs=1e-4)
    chance, hits = np.random.default_rng(3), 0
    for events in chance.poisson(0.05 * 100, 400):
        seen = counted.rate_of(int(events), 100)
        hits += seen.low <= 0.05 <= seen.high
    assert 0.92 < hits / 400 < 0.98
    assert counted.share_of_cases(4, 4).high == 1


def test_a_walk_has_four_times_the_variance_in_four_years_and_noise_the_same():
    chance = np.random.default_rng(1)
    noise = chance.normal(0, 0.02, (14, len(CIS_STATES)))
    years = np.repeat(np.arange(1992, 2006), len(CIS_STATES))
    for values, wanted in ((noise, 1), (noise.cumsum(axis=0), 4)):
        frame = pd.DataFrame(
            {
                "year": years,
                "country": list(CIS_STATES) * 14,
                "power": "russia",
                "n_votes_both": 60,
                "agree_graded": 0.6 + values.ravel(),
            }
        )
        tables = {"un_rollcall_agreement": frame}
        found = counted.votes_walked(tables, ["russia"])
        assert found.low < wanted < found.high
        assert counted.votes_changed(tables, ["russia"]).value == pytest.approx(
            0.02 * math.sqrt(2 if wanted == 1 else 1), rel=0.2
        )
        few = frame.assign(n_votes_both=3)
        with np.errstate(all="ignore"), pytest.warns(RuntimeWarning):
            assert math.isnan(
                counted.votes_changed({"un_rollcall_agreement": few}, ["russia"]).value
            )


def test_large_trades_and_small_ones_are_told_apart():
    chance = np.random.default_rng(2)
    rows = []
    for state, size in zip(FIVE, (0.3, 0.2, 0.2, 0.01, 0.01), strict=True):
        spread = 0.1 if size > 0.1 else 0.5
        walk = np.exp(chance.normal(0, spread, 10).cumsum())
        for year, value in zip(range(1996, 2006), size * walk / (1 + size * walk), strict=True):
            rows.append((year, state, "china", value))
    frame = pd.DataFrame(rows, columns=["year", "country", "partner", "share_of_trade"])
    large = counted.trade_changed({"trade_cow4": frame}, "china", large=True)
    small = counted.trade_changed({"trade_cow4": frame}, "china", large=False)
    assert large.low < 0.1 < large.high
    assert small.low < 0.5 < small.high
