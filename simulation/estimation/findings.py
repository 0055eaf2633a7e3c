"""What an estimate says, and the arithmetic that estimates share.

Rates and shares have the intervals of Jeffreys' priors, which stand where nothing was seen too.
What is estimated over several states has an interval from drawing the states anew, since a state's
years are no independent cases.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from scipy import stats

from simulation.numerics.resampling import drawn_anew

TRAINED_TO = 1998
"""The last year that a fit sees which is then held against the later ones."""
LAST_YEAR = 2005
_TAILS = (0.025, 0.975)
_DRAWS = 400
DAYS = 365.25

Rows = TypeVar("Rows")
Interval = tuple[float, float, float]
"""Estimate, low and high end of nineteen in twenty."""


@dataclass(frozen=True)
class PanelFinding:
    """An estimate, before it is stored.

    Attributes:
        key: By which it is stored.
        says, formula, unit, cases, note: As `PanelEstimate` has them.
        found: Estimate, low and high.
        panels: The panels it was made from.
        held_out: How a fit to the years until `TRAINED_TO` did on the later ones.
        informs: Which numbers of the catalogue it is about.
    """

    key: str
    says: str
    formula: str
    unit: str
    found: Interval
    cases: str
    panels: Sequence[str]
    held_out: str = ""
    informs: Sequence[str] = ()
    note: str = ""


@dataclass(frozen=True)
class EventCount:
    """Events in a time at risk.

    Attributes:
        events: How many. years: State-years at risk.
    """

    events: int
    years: float

    @property
    def rate(self) -> Interval:
        """A year: the mean of the events over time, with the interval of Jeffreys' prior."""
        gamma = stats.gamma(self.events + 0.5, scale=1 / self.years)
        low, high = gamma.ppf(_TAILS)
        return self.events / self.years, (0.0 if self.events == 0 else float(low)), float(high)

    @property
    def median(self) -> Interval:
        """The same with the median of the posterior, which is above 0 where nothing was seen."""
        gamma = stats.gamma(self.events + 0.5, scale=1 / self.years)
        low, high = gamma.ppf(_TAILS)
        return float(gamma.median()), float(low), float(high)

    def due(self, years: float) -> tuple[float, int, int]:
        """Events due in other years at this rate: the mean, and nineteen in twenty."""
        shape = self.events + 0.5
        expected = stats.nbinom(shape, self.years / (self.years + years))
        low, high = expected.ppf(_TAILS)
        return float(expected.mean()), int(low), int(high)

    @property
    def words(self) -> str:
        """As "8 in 193.7 state-years"."""
        return f"{self.events} in {self.years:.1f} state-years"

    def __add__(self, other: EventCount) -> EventCount:
        return EventCount(self.events + other.events, self.years + other.years)


def rate_finding(
    key: str,
    says: str,
    count: EventCount,
    formula: str,
    panels: Sequence[str],
    informs: Sequence[str],
    cases: str = "",
    held_out: str = "",
    note: str = "",
) -> PanelFinding:
    """A yearly rate as it is stored; `cases` are those of the count where nothing else is said."""
    return PanelFinding(
        key=key,
        says=says,
        formula=formula,
        unit="probability a year",
        found=count.rate,
        cases=cases or count.words,
        panels=panels,
        held_out=held_out,
        informs=informs,
        note=note,
    )


def held_out_rate(before: EventCount, after: EventCount) -> str:
    """How a rate of the earlier years foretells the events of the later ones."""
    if before.years <= 0:
        return f"no time at risk until {TRAINED_TO}"
    mean, low, high = before.due(after.years)
    verdict = "inside" if low <= after.events <= high else "outside"
    return (
        f"until {TRAINED_TO}: {before.words}; from {TRAINED_TO + 1}: {after.words}, where "
        f"{mean:.1f} ({low} to {high}) were due: {verdict}"
    )


def share_with_interval(hits: int, cases: int) -> Interval:
    """A share, with the interval of Jeffreys' prior; of no case at all, anything."""
    if not cases:
        return 0.5, 0.0, 1.0
    beta = stats.beta(hits + 0.5, cases - hits + 0.5)
    low, high = beta.ppf(_TAILS)
    return (
        hits / cases,
        0.0 if hits == 0 else float(low),
        1.0 if hits == cases else float(high),
    )


def spread_of(changes: Sequence[float] | np.ndarray, around: float | None = None) -> Interval:
    """A standard deviation of independent normal changes, around their mean or a value given."""
    values = np.asarray(changes, float)
    free = len(values) - (around is None)
    squared = float(np.sum((values - (values.mean() if around is None else around)) ** 2))
    low, high = (np.sqrt(squared / stats.chi2.ppf(tail, free)) for tail in reversed(_TAILS))
    return float(np.sqrt(squared / free)), float(low), float(high)


def by_drawing_states(
    rows: Mapping[Any, Rows],
    estimate: Callable[[list[Rows]], float],
    seed: int = 1,
    draws: int = _DRAWS,
    purpose: str = "states drawn anew",
) -> Interval:
    """An estimate over states, with an interval from drawing the states anew.

    Args:
        rows: What is known of each state.
        estimate: The estimate from what is known of some states.
        seed, purpose: Name the draws.
        draws: How many.
    """
    names = sorted(rows)
    drawn = []
    for chosen in drawn_anew(list(map(str, names)), purpose, seed, draws):
        drawn.append(estimate([rows[names[at]] for at in chosen]))
    low, high = np.quantile([each for each in drawn if np.isfinite(each)], _TAILS)
    value = estimate([rows[name] for name in names])
    return value, min(float(low), value), max(float(high), value)


def years_at_risk(
    start: pd.Timestamp, end: pd.Timestamp, first: int = 0, last: int = LAST_YEAR
) -> float:
    """The years of a spell that lie in some calendar years."""
    begins = max(start, pd.Timestamp(max(first, 1900), 1, 1))
    ends = min(end, pd.Timestamp(last + 1, 1, 1))
    return float(max((ends - begins).days, 0)) / DAYS


def of_states(frame: pd.DataFrame, column: str, states: Collection[str]) -> pd.DataFrame:
    """The rows about some states."""
    return frame[frame[column].isin(list(states))]
