"""What runs are held against, counted in the panels of 1991 to October 2005, with intervals.

Rates and shares have Jeffreys' interval; standard deviations and ratios of variances the
bootstrap's over states. Spells, sites, risings and moves are those of the estimates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from simulation.estimation.bases import allies_of, counted_sites, sites, split_by_ally
from simulation.estimation.belonging import count_of, counted_by_time, risks_of
from simulation.estimation.counts import LARGE_TRADE, LONG
from simulation.estimation.findings import (
    EventCount,
    Interval,
    by_drawing_states,
    of_states,
    share_with_interval,
    spread_of,
)
from simulation.estimation.moves import FALL_OF_AID, SWING, Counted, back_by_half, made
from simulation.estimation.panels import LAST_KNOWN
from simulation.estimation.risings import counted_events, overthrown, put_down_in
from simulation.evidence.panel_entries import PanelSample
from simulation.numerics.arrays import Array
from simulation.numerics.elementary import logit

if TYPE_CHECKING:
    import pandas as pd

    Tables = Mapping[str, pd.DataFrame]
    """The panels by name: actors by identifier, days as timestamps, blanks missing."""

_VOTES_SINCE, _TRADE_SINCE, _AID_SINCE = 1992, 1996, 1992
_OLDEST = 99.0
_RESAMPLES = 2000
_LEAST_VOTES = 30
"""A year in which fewer votes were cast together is left out."""
_Unit = TypeVar("_Unit")


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


def _seen(found: Interval, events: int | None, exposure: float, interval: str) -> Seen:
    value, low, high = found
    return Seen(
        value=value, low=low, high=high, events=events, exposure=exposure, interval=interval
    )


def rate_seen(count: EventCount) -> Seen:
    """Events a year of exposure, with Jeffreys' interval of a Poisson rate."""
    return _seen(count.rate, count.events, count.years, "Jeffreys")


def share_seen(found: Counted) -> Seen:
    """The part of some cases in which something is so, with Jeffreys' interval."""
    events, cases = int(found.above.sum()), int(found.below.sum())
    return _seen(share_with_interval(events, cases), events, cases, "Jeffreys")


def _spread_seen(changes: Array) -> Seen:
    """A standard deviation of independent normal changes around 0, with chi-square's interval."""
    return _seen(spread_of(changes, around=0.0), None, len(changes), "chi-square")


def _drawn_seen(
    rows: Mapping[int, _Unit], value: Callable[[list[_Unit]], float], size: int, units: str
) -> Seen:
    """A figure of some units, with the bootstrap's interval over them."""
    found = by_drawing_states(rows, value, draws=_RESAMPLES, purpose="resample")
    return _seen(found, None, float(size), f"bootstrap over {units}")


# -- who belongs -------------------------------------------------------------------------------


def joined(
    tables: Tables, sample: PanelSample, from_age: float = 0.0, observers: bool = False
) -> Seen:
    """Joinings a year outside an organization, for the first time or again.

    Args:
        tables: the panels. sample: whom it goes over.
        from_age: years since the founding from which on it is counted.
        observers: whether becoming an observer counts, and ends being outside.
    """
    risks = risks_of(tables["memberships"], sample, observers)
    outside = [*risks.joining, *risks.returning]
    return rate_seen(counted_by_time(outside, from_age, _OLDEST, stay=False))


def left(tables: Tables, sample: PanelSample) -> Seen:
    """Leavings a year of membership."""
    return rate_seen(count_of(risks_of(tables["memberships"], sample).leaving))


def returned(tables: Tables, sample: PanelSample) -> Seen:
    """Joinings a year since leaving."""
    return rate_seen(count_of(risks_of(tables["memberships"], sample).returning))


# -- regimes, bases ----------------------------------------------------------------------------


def _of_regimes(
    tables: Tables, sample: PanelSample, chosen: Callable[[pd.DataFrame], pd.DataFrame]
) -> Seen:
    rows = of_states(tables["irregular_changes_and_risings"], "country", sample.states)
    return rate_seen(counted_events(chosen(rows), len(sample.states)))


def overthrows(tables: Tables, sample: PanelSample) -> Seen:
    """Overthrows of heads a year, from the year on in which states had settled."""
    return _of_regimes(tables, sample, overthrown)


def risings_put_down(tables: Tables, sample: PanelSample) -> Seen:
    """Mass risings, armed revolts and mutinies put down, a year."""
    return _of_regimes(tables, sample, put_down_in)


def ended_bases(
    tables: Tables, sample: PanelSample, power: str, allied: bool | None = None
) -> Seen:
    """Ends of a power's foreign sites, or notices, a year of use.

    Args:
        tables: the panels. sample: its first organization is the alliance. power: whose.
        allied: only while the host was in the alliance, or only while it was not.
    """
    rows = sites(tables["foreign_bases"])
    rows = rows[rows.user == power]
    if allied is not None:
        rows = split_by_ally(rows, allies_of(tables["memberships"], sample))[not allied]
    return rate_seen(counted_sites(rows))


# -- votes, aid, trade -------------------------------------------------------------------------


def _yearly(rows: pd.DataFrame, value: str, states: Sequence[str], since: int) -> Array:
    """Values by year and state, NaN where there is none; shape (year, state)."""
    years = range(since, LAST_KNOWN.year + 1)
    table = rows.pivot(index="year", columns="country", values=value)
    return np.asarray(table.reindex(index=years, columns=list(states)), dtype=np.float64)


def votes_with(tables: Tables, sample: PanelSample, power: str) -> Array:
    """Agreement with a power, shape (year, state)."""
    rows = tables["un_rollcall_agreement"]
    rows = rows[(rows.power == power) & (rows.n_votes_both >= _LEAST_VOTES)]
    return _yearly(rows, "agree_graded", sample.states, _VOTES_SINCE)


def _own_votes(tables: Tables, sample: PanelSample, powers: Sequence[str]) -> Array:
    """Departures from the mean of the year, shape (year, power, state)."""
    votes = np.stack([votes_with(tables, sample, power) for power in powers], axis=1)
    own: Array = votes - np.nanmean(votes, axis=2, keepdims=True)
    return own


def _spread(changes: Sequence[Array]) -> float:
    return float(np.sqrt(np.nanmean(np.concatenate(changes) ** 2)))


def votes_changed(tables: Tables, sample: PanelSample, powers: Sequence[str]) -> Seen:
    """Standard deviation of the yearly change of own votes."""
    changes = np.diff(_own_votes(tables, sample, powers), axis=0)
    rows = {at: changes[..., at] for at in range(len(sample.states))}
    return _drawn_seen(rows, _spread, np.isfinite(changes).sum(), "states")


def votes_walked(tables: Tables, sample: PanelSample, powers: Sequence[str]) -> Seen:
    """Variance of a change of votes over some years against that of one year."""
    own = _own_votes(tables, sample, powers)

    def ratio(each: Sequence[Array]) -> float:
        votes = np.concatenate(each, axis=1)
        long, short = votes[LONG:] - votes[:-LONG], np.diff(votes, axis=0)
        return float(np.nanmean(long**2) / np.nanmean(short**2))

    rows = {at: own[..., at] for at in range(len(sample.states))}
    return _drawn_seen(rows, ratio, np.isfinite(own).sum(), "states")


def agenda_changed(tables: Tables, sample: PanelSample, powers: Sequence[str]) -> Seen:
    """Standard deviation of the yearly change of mean agreement."""
    means = [np.nanmean(votes_with(tables, sample, each), axis=1) for each in powers]
    return _spread_seen(np.concatenate([np.diff(each) for each in means]))


def votes_swung(tables: Tables, sample: PanelSample, powers: Sequence[str]) -> Seen:
    """Share of states that swing within two years."""
    return share_seen(made(_own_votes(tables, sample, powers)[..., np.newaxis], np.abs, SWING))


def votes_swung_back(tables: Tables, sample: PanelSample, powers: Sequence[str]) -> Seen:
    """Share of the swings that come back by half within five years."""
    own = _own_votes(tables, sample, powers)[..., np.newaxis]
    return share_seen(back_by_half(own, np.abs, SWING))


def _aid(tables: Tables, sample: PanelSample) -> Array:
    """Logarithm of aid obliged against the middle of the others, shape (year, state, 1)."""
    rows = tables["us_aid"]
    rows = rows[(rows.type == "obligations") & (rows.constant_usd_m > 0)]
    aid = np.log(_yearly(rows, "constant_usd_m", sample.states, _AID_SINCE))
    return (aid - np.nanmedian(aid, axis=1, keepdims=True))[..., np.newaxis]


def aid_fell(tables: Tables, sample: PanelSample) -> Seen:
    """Share of states whose aid falls by two fifths within two years."""
    return share_seen(made(_aid(tables, sample), np.negative, -float(np.log(FALL_OF_AID))))


def aid_came_back(tables: Tables, sample: PanelSample) -> Seen:
    """Share of those falls that are half regained within five years."""
    return share_seen(back_by_half(_aid(tables, sample), np.negative, -float(np.log(FALL_OF_AID))))


def trade_with(
    tables: Tables, sample: PanelSample, power: str, value: str = "share_of_trade"
) -> Array:
    """A power's part of the trade of some states, shape (year, state)."""
    rows = tables["trade_cow4"]
    return _yearly(rows[rows.partner == power], value, sample.states, _TRADE_SINCE)


def _log_odds(share: Array) -> Array:
    """Log-odds of a share; NaN where it has none."""
    inside = np.where((share > 0) & (share < 1), share, np.nan)
    return logit(inside)


def trade_changed(tables: Tables, sample: PanelSample, power: str, large: bool) -> Seen:
    """Standard deviation of the yearly change of a trade share, in logits, of large or small."""
    share = trade_with(tables, sample, power)
    least = np.minimum(share[1:], share[:-1])
    chosen = (least >= LARGE_TRADE) if large else (least < LARGE_TRADE)
    change = np.where(chosen, np.diff(_log_odds(share), axis=0), np.nan)
    each = change[np.isfinite(change)]
    return _drawn_seen(dict(enumerate(each[:, np.newaxis])), _spread, len(each), "state-years")


def trade_changed_together(tables: Tables, sample: PanelSample, power: str) -> Seen:
    """The same of some states together."""
    with_it = trade_with(tables, sample, power, "trade_with_partner_m").sum(axis=1)
    whole = trade_with(tables, sample, power, "trade_with_all_partners_m").sum(axis=1)
    return _spread_seen(np.diff(_log_odds(with_it / whole)))
