"""The same counts in panels: spells cut where they should be, intervals that cover."""

import math

import numpy as np
import pandas as pd
import pytest

from simulation.estimation import panel_counts as counted
from simulation.estimation.findings import EventCount
from simulation.estimation.moves import Counted
from simulation.evidence.panel_entries import PanelSample
from simulation.evidence.panel_evidence import panel_evidence

DAYS = 365.25
SAMPLES = panel_evidence().samples
SUCCESSORS, FIVE = SAMPLES["belonging"], SAMPLES["contested"]


def spells(*rows):
    columns = ["country", "organization", "status", "start", "end"]
    frame = pd.DataFrame(rows, columns=columns)
    return {"memberships": frame.assign(start=_days(frame.start), end=_days(frame.end))}


def _days(column):
    return pd.to_datetime(column)


UNION, CUSTOMS = "Union", "Customs Union"
OPEN = PanelSample(
    states=list(SUCCESSORS.states), organizations=[UNION], continued={CUSTOMS: UNION}, why="made up"
)
TABLES = spells(
    ("belarus", CUSTOMS, "member", "1995-01-01", "2000-10-10"),
    ("belarus", UNION, "member", "2000-10-10", None),
    ("armenia", CUSTOMS, "member", "1995-06-01", None),  # in the first year: a founder
    ("georgia", UNION, "member", "2001-01-01", "2003-01-01"),
    ("georgia", UNION, "member", "2004-01-01", None),
    ("moldova", UNION, "observer", "2002-01-01", None),
)


def test_who_comes_in_the_first_year_founds_and_who_goes_over_does_not_leave():
    found = counted.joined(TABLES, OPEN)
    assert found.events == 2  # Georgia, twice
    never = (len(OPEN.states) - 3) * (10 + 304 / DAYS - 1)
    georgia = 5.0 + 1.0
    assert found.exposure == pytest.approx(never + georgia, abs=0.05)
    assert counted.left(TABLES, OPEN).events == 1
    assert counted.left(TABLES, OPEN).exposure == pytest.approx(10.83 + 10.42 + 2 + 1.83, abs=0.02)


def test_older_organizations_returns_and_observers():
    assert counted.joined(TABLES, OPEN, from_age=8).events == 1
    back = counted.returned(TABLES, OPEN)
    assert (back.events, back.exposure) == (1, pytest.approx(1, abs=0.01))
    assert counted.joined(TABLES, OPEN, observers=True).events == 3


def test_who_could_not_join_is_not_counted_as_outside():
    closed = OPEN.model_copy(update={"open_to": {UNION: ("georgia", "belarus")}})
    assert counted.joined(TABLES, closed).exposure == pytest.approx(6, abs=0.02)
    apart = OPEN.model_copy(update={"continued": {}})
    assert counted.joined(TABLES, apart).events == 1  # in its first year Georgia founds it
    assert counted.left(TABLES, apart).exposure == pytest.approx(5.06 + 2 + 1.83, abs=0.02)
    since = OPEN.model_copy(update={"founding_years": 0.0})
    assert counted.joined(TABLES, since).events == 3  # Armenia too


def test_a_base_counts_while_its_host_is_allied_and_ends_with_its_notice():
    treaty = SUCCESSORS.organizations[0]
    tables = spells(("kyrgyzstan", treaty, "member", "1992-05-15", "1999-04-02"))
    rows = [
        ("kyrgyzstan", "russia", "1997-04-02", "2002-04-02", "2001-04-02"),
        ("uzbekistan", "russia", "2001-10-31", None, None),
        ("kyrgyzstan", "united_states", "2001-12-16", None, None),
    ]
    frame = pd.DataFrame(rows, columns=["host", "user", "start", "end", "notice"])
    dates = {name: _days(frame[name]) for name in ("start", "end", "notice")}
    tables["foreign_bases"] = frame.assign(**dates)
    tables["foreign_bases"]["kind"] = "air"
    allied = counted.ended_bases(tables, SUCCESSORS, "russia", allied=True)
    other = counted.ended_bases(tables, SUCCESSORS, "russia", allied=False)
    assert (allied.events, allied.exposure) == (0, pytest.approx(2, abs=0.01))
    assert (other.events, other.exposure) == (1, pytest.approx(2 + 4, abs=0.01))
    assert counted.ended_bases(tables, SUCCESSORS, "united_states").exposure == pytest.approx(
        3.87, abs=0.01
    )


def test_troubles_of_the_five_since_1996_alone():
    rows = [
        ("tajikistan", "1995-12-31", "mutiny", "put_down"),
        ("tajikistan", "1997-08-09", "mutiny", "put_down"),
        ("uzbekistan", "2004-03-28", "attack", "put_down"),
        ("georgia", "2003-11-23", "mass_rising", "leader_overthrown"),
    ]
    frame = pd.DataFrame(rows, columns=["country", "date", "kind", "outcome"])
    tables = {"irregular_changes_and_risings": frame.assign(date=_days(frame.date))}
    assert counted.risings_put_down(tables, FIVE).events == 1
    assert counted.overthrows(tables, FIVE).events == 0
    assert counted.overthrows(tables, SUCCESSORS).events == 1


def test_jeffreys_intervals_cover_and_reach_nought():
    none = counted.rate_seen(EventCount(0, 100))
    assert none.low == 0
    assert none.high == pytest.approx(0.02512, abs=1e-4)
    chance, hits = np.random.default_rng(3), 0
    for events in chance.poisson(0.05 * 100, 400):
        seen = counted.rate_seen(EventCount(int(events), 100))
        hits += seen.low <= 0.05 <= seen.high
    assert 0.92 < hits / 400 < 0.98
    assert counted.share_seen(Counted(np.array([4.0]), np.array([4.0]))).high == 1


def test_a_walk_has_four_times_the_variance_in_four_years_and_noise_the_same():
    chance = np.random.default_rng(1)
    noise = chance.normal(0, 0.02, (14, len(SUCCESSORS.states)))
    years = np.repeat(np.arange(1992, 2006), len(SUCCESSORS.states))
    for values, wanted in ((noise, 1), (noise.cumsum(axis=0), 4)):
        frame = pd.DataFrame(
            {
                "year": years,
                "country": list(SUCCESSORS.states) * 14,
                "power": "russia",
                "n_votes_both": 60,
                "agree_graded": 0.6 + values.ravel(),
            }
        )
        tables = {"un_rollcall_agreement": frame}
        found = counted.votes_walked(tables, SUCCESSORS, ["russia"])
        assert found.low < wanted < found.high
        assert counted.votes_changed(tables, SUCCESSORS, ["russia"]).value == pytest.approx(
            0.02 * math.sqrt(2 if wanted == 1 else 1), rel=0.2
        )
        few = frame.assign(n_votes_both=frame.n_votes_both.where(frame.year != 1999, 3))
        with pytest.warns(RuntimeWarning):  # of a year without a mean
            seen = counted.votes_changed({"un_rollcall_agreement": few}, SUCCESSORS, ["russia"])
        assert seen.exposure == 11 * len(SUCCESSORS.states)  # without both changes of 1999


def test_large_trades_and_small_ones_are_told_apart():
    chance = np.random.default_rng(2)
    rows = []
    for state, size in zip(FIVE.states, (0.3, 0.2, 0.2, 0.01, 0.01), strict=True):
        spread = 0.1 if size > 0.1 else 0.5
        walk = np.exp(chance.normal(0, spread, 10).cumsum())
        for year, value in zip(range(1996, 2006), size * walk / (1 + size * walk), strict=True):
            rows.append((year, state, "china", value))
    frame = pd.DataFrame(rows, columns=["year", "country", "partner", "share_of_trade"])
    large = counted.trade_changed({"trade_cow4": frame}, FIVE, "china", large=True)
    small = counted.trade_changed({"trade_cow4": frame}, FIVE, "china", large=False)
    assert large.low < 0.1 < large.high
    assert small.low < 0.5 < small.high


def test_votes_with_several_powers_are_drawn_by_state():
    """What a state does with one power it does with all: its votes are no independent cases."""
    states, powers = SUCCESSORS.states, ["china", "japan", "russia"]
    walk = np.random.default_rng(4).normal(0, 1, (14, len(states))) * np.geomspace(0.001, 0.1, 11)
    rows = [
        (1992 + year, state, power, 60, 0.5 + walk[year, at])
        for year in range(14)
        for at, state in enumerate(states)
        for power in powers
    ]
    columns = ["year", "country", "power", "n_votes_both", "agree_graded"]
    tables = {"un_rollcall_agreement": pd.DataFrame(rows, columns=columns)}
    one, three = (counted.votes_changed(tables, SUCCESSORS, each) for each in (powers[:1], powers))
    assert three.exposure == 3 * one.exposure
    assert (three.value, three.low, three.high) == pytest.approx((one.value, one.low, one.high))
