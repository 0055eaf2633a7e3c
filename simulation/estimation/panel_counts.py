"""The same counts in the panels of 1991 to October 2005, with their intervals.

Rates and shares have Jeffreys' interval; standard deviations and ratios of variances the
bootstrap's over states. Nothing after the last day is counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from simulation.estimation.counts import (
    FALL_OF_AID,
    LARGE_TRADE,
    LONG,
    SWING,
    SWING_YEARS,
    back_by_half,
)
from simulation.estimation.findings import DAYS, EventCount, share_with_interval
from simulation.numerics.arrays import Array, logit
from simulation.numerics.randomness import Draws

if TYPE_CHECKING:
    import pandas as pd

    Tables = Mapping[str, pd.DataFrame]
    """The panels by name: actors by identifier, days as timestamps, blanks missing."""

KNOWN_UNTIL = dt.date(2005, 10, 31)
FIVE = ("kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan")
CIS_STATES = tuple(
    sorted((*FIVE, "armenia", "azerbaijan", "belarus", "georgia", "moldova", "ukraine"))
)
"""Those of the former Union that are no power."""
CANDIDATES = (
    *("afghanistan", "armenia", "belarus", "india", "iran", "mongolia", "pakistan"),
    "turkmenistan",
)
"""Those whom the SCO could admit."""
TREATY, UNION = "CST/CSTO", "EurAsEC"
SAME = {"CIS Customs Union 1995-2000": UNION}
"""What went over into another counts as one with it."""
FREELY_JOINED: Mapping[str, tuple[str, ...]] = {
    TREATY: CIS_STATES,
    UNION: CIS_STATES,
    "GUAM/GUUAM": CIS_STATES,
    "Central Asian Union/CAEC/CACO": FIVE,
    "NATO Partnership for Peace": CIS_STATES,
}
"""Organizations that states join by their own choice, and who could."""
MERGED = {"Central Asian Union/CAEC/CACO": dt.date(2005, 10, 7)}
"""Organizations that went over into another at the end: nobody left them then."""
WHOLE = ("member", "member, suspended", "partner", "founder", "participant")
FOUNDING = DAYS
"""Days from its first member on in which who comes founds an organization."""
VOTES_SINCE, TRADE_SINCE, AID_SINCE, REGIMES_SINCE = 1992, 1996, 1992, 1996
RESAMPLES, RESAMPLING_SEED = 2000, 1
LEAST_VOTES = 30
"""A year in which fewer votes were cast together is left out."""


@dataclass(frozen=True)
class Seen:
    """What the panels show of something.

    Attributes:
        value: the rate, share, standard deviation or ratio. low, high: its 95% interval.
        events: how often it happened; None of what is not counted.
        exposure: in how many state-years, pairs of years and the like.
        interval: how the interval came about.
    """

    value: float
    low: float
    high: float
    events: int | None
    exposure: float
    interval: str


def rate_of(events: int, exposure: float) -> Seen:
    """Events a year of exposure, with Jeffreys' interval of a Poisson rate."""
    value, low, high = EventCount(events, exposure).rate
    return Seen(
        value=value,
        low=low,
        high=high,
        events=events,
        exposure=exposure,
        interval="Jeffreys",
    )


def share_of_cases(events: int, cases: int) -> Seen:
    """The part of some cases in which something is so, with Jeffreys' interval."""
    value, low, high = share_with_interval(events, cases)
    return Seen(value=value, low=low, high=high, events=events, exposure=cases, interval="Jeffreys")


def resampled(by_state: Sequence[Array], value: Callable[[Sequence[Array]], float]) -> Seen:
    """A figure of some states, with the bootstrap's interval over them."""
    places = [str(place) for place in range(len(by_state))]
    luck = Draws(RESAMPLING_SEED, 0, RESAMPLES).uniform(0, places, "resample")
    chosen = (luck * len(by_state)).astype(np.intp).T
    drawn = [value([by_state[each] for each in which]) for which in chosen]
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    size = sum(np.isfinite(each).sum() for each in by_state)
    return Seen(
        value=value(by_state),
        low=float(low),
        high=float(high),
        events=None,
        exposure=float(size),
        interval="bootstrap over states",
    )


# -- who belongs -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Spell:
    state: str
    organization: str
    start: dt.date
    end: dt.date | None


def _day(cell: pd.Timestamp) -> dt.date | None:
    """The day in a cell; None in a blank one."""
    return None if cell != cell else cell.date()  # a blank is unlike itself


def _spells(tables: Tables, statuses: Sequence[str] = WHOLE) -> list[_Spell]:
    """Spells of membership; those that follow one another without a gap are one."""
    rows = tables["memberships"]
    found: list[_Spell] = []
    for row in sorted(
        rows.itertuples(), key=lambda each: (each.country, each.organization, str(each.start))
    ):
        if row.status not in statuses:
            continue
        name = SAME.get(row.organization, row.organization)
        start, end = _day(row.start), _day(row.end)
        assert start is not None
        before = next(
            (x for x in found if (x.state, x.organization, x.end) == (row.country, name, start)),
            None,
        )
        if before is not None:
            found.remove(before)
            start = before.start
        found.append(_Spell(row.country, name, start, end))
    return found


def _outside(
    spells: Sequence[_Spell], state: str, since: dt.date, until: dt.date
) -> Iterator[tuple[dt.date, dt.date, bool, bool]]:
    """Spells outside: from, to, whether it ends in joining, whether it comes after leaving."""
    own = sorted((s for s in spells if s.state == state), key=lambda s: s.start)
    at, left = since, False
    for spell in own:
        if spell.start > at:
            yield at, spell.start, True, left
        at = max(at, spell.end or until)
        left = spell.end is not None and spell.end < until
    if at < until:
        yield at, until, False, left


def joined(
    tables: Tables,
    names: Iterable[str] = tuple(FREELY_JOINED),
    from_age: float = 1.0,
    returning: bool = False,
    observers: bool = False,
) -> Seen:
    """Joinings a year outside an organization of some age and more.

    Args:
        tables: the panels. names: of organizations.
        from_age: years since its first member came. returning: only of those who had left it.
        observers: whether becoming an observer counts, and ends being outside.
    """
    spells = _spells(tables, (*WHOLE, "observer") if observers else WHOLE)
    events, days = 0, 0
    for name in names:
        own = [s for s in spells if s.organization == name]
        since = min(s.start for s in own) + dt.timedelta(days=FOUNDING * from_age)
        until = MERGED.get(name, KNOWN_UNTIL)
        for state in FREELY_JOINED[name]:
            for start, end, ends, left in _outside(own, state, since, until):
                if left or not returning:
                    days += (end - start).days
                    events += ends
    return rate_of(events, days / DAYS)


def left(tables: Tables, names: Iterable[str] = tuple(FREELY_JOINED)) -> Seen:
    """Leavings a year of membership."""
    events, days = 0, 0
    for name in names:
        until = MERGED.get(name, KNOWN_UNTIL)
        for spell in _spells(tables):
            if spell.organization == name and spell.state in FREELY_JOINED[name]:
                end = spell.end if spell.end is not None and spell.end < until else None
                days += ((end or until) - spell.start).days
                events += end is not None
    return rate_of(events, days / DAYS)


def admitted_to_sco(tables: Tables) -> Seen:
    """Admissions a year of a candidate outside the SCO."""
    own = [s for s in _spells(tables, ("observer",)) if s.organization == "SCO"]
    events, days = 0, 0
    for state in CANDIDATES:
        for start, end, ends, _ in _outside(own, state, dt.date(2001, 6, 15), KNOWN_UNTIL):
            days += (end - start).days
            events += ends
    return rate_of(events, days / DAYS)


# -- regimes, bases ----------------------------------------------------------------------------

_RISINGS = ("mass_rising", "armed_revolt", "mutiny")


def troubles(tables: Tables, outcome: str, kinds: Sequence[str] = ()) -> Seen:
    """Falls or risings put down a year in the five states, since 1996."""
    rows = tables["irregular_changes_and_risings"]
    events = sum(
        row.country in FIVE
        and row.outcome == outcome
        and (not kinds or row.kind in kinds)
        and dt.date(REGIMES_SINCE, 1, 1) <= row.date.date() <= KNOWN_UNTIL
        for row in rows.itertuples()
    )
    years = len(FIVE) * (KNOWN_UNTIL - dt.date(REGIMES_SINCE, 1, 1)).days / DAYS
    return rate_of(events, years)


def put_down_in_the_panels(tables: Tables) -> Seen:
    """Mass risings, armed revolts and mutinies put down, a year."""
    return troubles(tables, "put_down", _RISINGS)


def ended_bases(tables: Tables, user: str, allied: bool | None = None) -> Seen:
    """Ends of a power's foreign sites, or notices, a year of use.

    Args:
        tables: the panels. user: the power.
        allied: only while the host was in the treaty of 1992, or only while it was not.
    """
    treaty = [s for s in _spells(tables) if s.organization == TREATY]
    events, days = 0, 0
    for row in tables["foreign_bases"].itertuples():
        if row.user != user:
            continue
        start = max(_day(row.start) or KNOWN_UNTIL, dt.date(1991, 12, 26))
        told = [day for day in (_day(row.notice), _day(row.end)) if day is not None and day > start]
        end = min(told) if told else KNOWN_UNTIL
        for since, until, inside in _while_allied(treaty, row.host, start, end):
            if allied is None or inside == allied:
                days += (until - since).days
                events += bool(told) and until == end
    return rate_of(events, days / DAYS)


def _while_allied(
    treaty: Sequence[_Spell], host: str, start: dt.date, end: dt.date
) -> Iterator[tuple[dt.date, dt.date, bool]]:
    """A stretch cut at the days on which the host came into the treaty or left it."""
    own = [s for s in treaty if s.state == host]
    days = {start, end, *(s.start for s in own), *(s.end for s in own if s.end is not None)}
    cuts = sorted(day for day in days if start <= day <= end)
    for since, until in pairwise(cuts):
        yield since, until, any(s.start <= since and (s.end or KNOWN_UNTIL) >= until for s in own)


# -- votes, aid, trade -------------------------------------------------------------------------


def _yearly(
    rows: pd.DataFrame, value: str, states: Sequence[str], since: int
) -> tuple[list[int], Array]:
    """Values by year and state, NaN where there is none; shape (year, state)."""
    years = list(range(since, KNOWN_UNTIL.year + 1))
    table = rows.pivot(index="year", columns="country", values=value)
    return years, table.reindex(index=years, columns=list(states)).to_numpy(dtype=np.float64)


def votes_with(tables: Tables, power: str) -> Array:
    """Agreement with a power, shape (year, state)."""
    rows = tables["un_rollcall_agreement"]
    rows = rows[(rows.power == power) & (rows.n_votes_both >= LEAST_VOTES)]
    return _yearly(rows, "agree_graded", CIS_STATES, VOTES_SINCE)[1]


def _own_votes(tables: Tables, powers: Sequence[str]) -> list[Array]:
    """Departures from the mean of the year, an array of years a state and power."""
    found = []
    for power in powers:
        votes = votes_with(tables, power)
        own = votes - np.nanmean(votes, axis=1, keepdims=True)
        found += list(own.T)
    return found


def _root_mean_square(changes: Sequence[Array]) -> float:
    return float(np.sqrt(np.nanmean(np.concatenate(changes) ** 2)))


def votes_changed(tables: Tables, powers: Sequence[str]) -> Seen:
    """Standard deviation of the yearly change of own votes."""
    return resampled([np.diff(x) for x in _own_votes(tables, powers)], _root_mean_square)


def votes_walked(tables: Tables, powers: Sequence[str]) -> Seen:
    """Variance of a change of votes over some years against that of one year."""

    def ratio(each: Sequence[Array]) -> float:
        long = np.concatenate([x[LONG:] - x[:-LONG] for x in each])
        short = np.concatenate([np.diff(x) for x in each])
        return float(np.nanmean(long**2) / np.nanmean(short**2))

    return resampled(_own_votes(tables, powers), ratio)


def agenda_changed(tables: Tables, powers: Sequence[str]) -> Seen:
    """Standard deviation of the yearly change of mean agreement; interval of chi-square."""
    changes = [np.diff(np.nanmean(votes_with(tables, each), axis=1)) for each in powers]
    return _chi_square(np.concatenate(changes))


def _chi_square(changes: Array) -> Seen:
    """Root mean square of independent changes, with its interval under a normal law."""
    n, square = len(changes), float(np.mean(changes**2))
    low, high = n * square / stats.chi2.ppf((0.975, 0.025), n)
    return Seen(
        value=float(np.sqrt(square)),
        low=float(np.sqrt(low)),
        high=float(np.sqrt(high)),
        events=None,
        exposure=n,
        interval="chi-square",
    )


def votes_swung(tables: Tables, powers: Sequence[str]) -> Seen:
    """Share of states that swing within two years."""
    moved = [np.abs(x[SWING_YEARS:] - x[:-SWING_YEARS]) for x in _own_votes(tables, powers)]
    there = np.concatenate([x[np.isfinite(x)] for x in moved])
    return share_of_cases(int((there > SWING).sum()), len(there))


def votes_swung_back(tables: Tables, powers: Sequence[str]) -> Seen:
    """Share of the swings that come back by half within five years."""
    own = [x[:, np.newaxis] for x in _own_votes(tables, powers)]
    found = [back_by_half(x, np.abs, SWING) for x in own]
    return share_of_cases(
        int(sum(each.above.sum() for each in found)), int(sum(each.below.sum() for each in found))
    )


def _aid(tables: Tables) -> Array:
    """Logarithm of American obligations against the middle of the others, (year, state)."""
    rows = tables["us_aid"]
    rows = rows[(rows.type == "obligations") & (rows.constant_usd_m > 0)]
    aid = np.log(_yearly(rows, "constant_usd_m", CIS_STATES, AID_SINCE)[1])
    return aid - np.nanmedian(aid, axis=1, keepdims=True)


def aid_fell(tables: Tables) -> Seen:
    """Share of states whose American aid falls by two fifths within two years."""
    moved = _aid(tables)[SWING_YEARS:] - _aid(tables)[:-SWING_YEARS]
    there = moved[np.isfinite(moved)]
    return share_of_cases(int((there < np.log(FALL_OF_AID)).sum()), len(there))


def aid_came_back(tables: Tables) -> Seen:
    """Share of those falls that are half regained within five years."""
    found = back_by_half(_aid(tables)[..., np.newaxis], np.negative, -float(np.log(FALL_OF_AID)))
    return share_of_cases(int(found.above.sum()), int(found.below.sum()))


def trade_with(tables: Tables, power: str, value: str = "share_of_trade") -> Array:
    """A power's part of the trade of the five states, shape (year, state)."""
    rows = tables["trade_cow4"]
    return _yearly(rows[rows.partner == power], value, FIVE, TRADE_SINCE)[1]


def _log_odds(share: Array) -> Array:
    """Log-odds of a share; NaN where it has none."""
    inside = np.where((share > 0) & (share < 1), share, np.nan)
    return logit(inside)


def trade_changed(tables: Tables, power: str, large: bool) -> Seen:
    """Standard deviation of the yearly change of a trade share, in logits, of large or small."""
    share = trade_with(tables, power)
    least = np.minimum(share[1:], share[:-1])
    chosen = (least >= LARGE_TRADE) if large else (least < LARGE_TRADE)
    change = np.where(chosen, np.diff(_log_odds(share), axis=0), np.nan)
    each = change[np.isfinite(change)]
    found = resampled(list(each[:, np.newaxis]), _root_mean_square)
    return replace(found, interval="bootstrap over state-years")


def trade_changed_together(tables: Tables, power: str) -> Seen:
    """The same of the five states together."""
    with_it = trade_with(tables, power, "trade_with_partner_m").sum(axis=1)
    whole = trade_with(tables, power, "trade_with_all_partners_m").sum(axis=1)
    return _chi_square(np.diff(_log_odds(with_it / whole)))
