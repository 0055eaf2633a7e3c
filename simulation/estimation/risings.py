"""How often leaders are overthrown, risings come and are put down, and heads change in quiet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from scipy import optimize, stats

from simulation.estimation.findings import (
    DAYS,
    LAST_YEAR,
    TRAINED_TO,
    EventCount,
    Interval,
    PanelFinding,
    held_out_rate,
    of_states,
    rate_finding,
    share_with_interval,
)
from simulation.estimation.panels import LAST_KNOWN, PanelData
from simulation.evidence.panel_entries import PanelSample
from simulation.numerics.randomness import Draws

_SETTLED = 1996
"""From this year on rates are told apart: before it the new states were at war with themselves."""
_BEGINS = pd.Timestamp(1992, 1, 1)
_END = pd.Timestamp(LAST_KNOWN)
_RISINGS = ("mass_rising", "armed_revolt", "mutiny")
_NEAR = 5
"""Years after an overthrow in which the next may be likelier."""
_OVERTHROWN = "leader_overthrown"
_PUT_DOWN = "put_down"


def _years(states: int, first: int, last: int = LAST_YEAR) -> float:
    begins = max(pd.Timestamp(first, 1, 1), _BEGINS)
    ends = min(pd.Timestamp(last, 12, 31), _END)
    return float(states * max((ends - begins).days, 0)) / DAYS


def counted_events(
    rows: pd.DataFrame, states: int, first: int = _SETTLED, last: int = LAST_YEAR
) -> EventCount:
    """Events of some calendar years, and the years of so many states in them."""
    inside = rows[(rows.date.dt.year >= first) & (rows.date.dt.year <= last)]
    inside = inside[inside.date >= _BEGINS]
    return EventCount(len(inside), _years(states, first, last))


def overthrown(rows: pd.DataFrame) -> pd.DataFrame:
    """The events that overthrew a head of state."""
    return rows[rows.outcome == _OVERTHROWN]


def put_down_in(rows: pd.DataFrame) -> pd.DataFrame:
    """The mass risings, armed revolts and mutinies that were put down."""
    return rows[(rows.outcome == _PUT_DOWN) & rows.kind.isin(_RISINGS)]


def pooled_rates(counts: list[EventCount]) -> tuple[float, float]:
    """Shape and rate of the Gamma distribution of which states' rates are drawn.

    By the largest marginal likelihood, with a weak prior on the shape, so that states that are
    alike are pooled wholly and no state is pooled where they are not.
    """
    events = np.array([each.events for each in counts])
    years = np.array([each.years for each in counts])

    def against(at: np.ndarray) -> float:
        shape, mean = np.exp(at)
        rate = shape / mean
        fits = stats.nbinom.logpmf(events, shape, rate / (rate + years)).sum()
        return -float(fits) + 0.5 * float(at[0] ** 2) / 1.5**2

    total = max(events.sum(), 0.5) / years.sum()
    best = optimize.minimize(against, [0.0, np.log(total)], method="Nelder-Mead")
    shape, mean = np.exp(best.x)
    return float(shape), float(shape / mean)


def mean_of_group(counts: list[EventCount], group: list[int], seed: int = 1) -> Interval:
    """The mean yearly rate of some states, drawn towards that of all."""
    shape, rate = pooled_rates(counts)
    luck = Draws(seed, 0, 20_000, np.float64)
    drawn = np.zeros(luck.runs)
    for at in group:
        each = counts[at]
        known = stats.gamma(shape + each.events, scale=1 / (rate + each.years))
        drawn += known.ppf(luck.uniform(at, "state", "yearly rate"))
    drawn /= len(group)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(drawn.mean()), float(low), float(high)


def successions(leaders: pd.DataFrame, state: str, first: int, last: int) -> EventCount:
    """Regular changes of head of a state, from 1992 on, and the years in which they could come.

    Who was there for less than half a year was acting, and is no change of his own.
    """
    own = leaders[leaders.country == state].sort_values("start")
    lasted = (own.end.fillna(_END) - own.start).dt.days
    own = own[(lasted >= DAYS / 2) | own.end.isna()]
    ends = own.end[own.exit.ne("Irregular") & own.end.notna() & (own.end >= _BEGINS)]
    inside = ends[(ends.dt.year >= first) & (ends.dt.year <= last)]
    return EventCount(len(inside), _years(1, first, last))


def estimate_risings(
    panels: Mapping[str, PanelData], samples: Mapping[str, PanelSample]
) -> Iterator[PanelFinding]:
    """Every estimate about heads of state and risings."""
    frame = panels["irregular_changes_and_risings"].frame
    where = ["irregular_changes_and_risings"]
    formula = "events over state-years; Gamma posterior with Jeffreys' prior"
    every, few = samples["successors"].states, samples["contested"].states
    for group, states in (("successors", every), ("contested", few)):
        rows = of_states(frame, "country", states)
        who = "a successor state" if group == "successors" else "one of the five states"
        informs = ["regime.unrest_base", "regime.fall_base"]
        for key, says, some in (
            ("overthrow", f"The head of {who} is overthrown.", overthrown(rows)),
            (
                "put_down",
                f"A mass rising, a revolt or a mutiny in {who} is put down.",
                put_down_in(rows),
            ),
            (
                "rising",
                f"A mass rising, a revolt or a mutiny in {who}, however it ends.",
                rows[rows.kind.isin(_RISINGS)],
            ),
        ):
            found = counted_events(some, len(states))
            early = counted_events(some, len(states), _SETTLED, TRAINED_TO)
            late = counted_events(some, len(states), TRAINED_TO + 1)
            yield rate_finding(
                key=f"{key}_{group}",
                says=f"{says} From {_SETTLED} on.",
                count=found,
                formula=formula,
                panels=where,
                held_out=held_out_rate(early, late),
                informs=informs,
                note="Selective for small protests: a lower bound." if key != "overthrow" else "",
            )
        tried = rows[rows.kind.isin(_RISINGS) & rows.outcome.isin([_OVERTHROWN, _PUT_DOWN])]
        hits = int((tried.outcome == _OVERTHROWN).sum())
        early = tried[tried.date.dt.year <= TRAINED_TO]
        late = tried[tried.date.dt.year > TRAINED_TO]
        shares = [float((it.outcome == _OVERTHROWN).mean()) for it in (early, late)]
        yield PanelFinding(
            key=f"success_{group}",
            says=f"A rising in {who} that is not bought off overthrows the head.",
            formula="overthrown over overthrown and put down; Beta posterior with Jeffreys' prior",
            unit="share",
            found=share_with_interval(hits, len(tried)),
            cases=f"{hits} of {len(tried)}",
            panels=where,
            held_out=", ".join(
                f"{'until' if at == 0 else 'after'} {TRAINED_TO} {it:.2f}"
                for at, it in enumerate(shares)
            ),
            informs=["regime.fall_base", "regime.fall_capacity"],
            note="Of risings that somebody noted: those that succeed are noted more often.",
        )
    rows = of_states(frame, "country", every)
    over = overthrown(rows)
    near, far = _after_another(over, every)
    yield rate_finding(
        key="overthrow_again",
        says=f"The head of a successor state is overthrown within {_NEAR} years of the last.",
        count=near,
        formula=formula,
        panels=where,
        held_out=f"all other years: {far.words}, {far.rate[0]:.3f}",
        informs=["regime.transition_risk"],
    )
    yield from _successions(panels["leaders"].frame, samples)


def _after_another(over: pd.DataFrame, states: tuple[str, ...]) -> tuple[EventCount, EventCount]:
    """Overthrows within some years of another in the same state, and all others."""
    near_events, near_days = 0, 0
    total_events = 0
    for state in states:
        days = sorted(day for day in over[over.country == state].date if day >= _BEGINS)
        total_events += len(days)
        until = _BEGINS
        for at, day in enumerate(days):
            near_events += at > 0 and (day - days[at - 1]).days <= _NEAR * DAYS
            ends = min(day + pd.Timedelta(days=_NEAR * DAYS), _END)
            near_days += max((ends - max(day, until)).days, 0)
            until = max(until, ends)
    near = EventCount(near_events, near_days / DAYS)
    all_years = _years(len(states), _BEGINS.year)
    return near, EventCount(total_events - near_events, all_years - near.years)


def _successions(
    leaders: pd.DataFrame, samples: Mapping[str, PanelSample]
) -> Iterator[PanelFinding]:
    every, few = samples["successors"].states, samples["contested"].states
    group = [every.index(state) for state in few]

    def counts(first: int, last: int) -> list[EventCount]:
        return [successions(leaders, state, first, last) for state in every]

    whole = counts(_BEGINS.year, LAST_YEAR)
    five = sum((whole[at] for at in group), EventCount(0, 0.0))
    rest = sum(whole, EventCount(0, 0.0))
    early, late = counts(_BEGINS.year, TRAINED_TO), counts(TRAINED_TO + 1, LAST_YEAR)
    shape, rate = pooled_rates(early)
    due = sum(
        (shape + early[at].events) / (rate + early[at].years) * late[at].years for at in group
    )
    came = sum(late[at].events for at in group)
    yield PanelFinding(
        key="succession",
        says="One of the five states gets another head without a fall.",
        formula="Poisson counts of twelve states with rates from one Gamma distribution, marginal "
        "likelihood; "
        "mean of the five",
        unit="probability a year",
        found=mean_of_group(whole, group),
        cases=f"the five {five.words}, all twelve {rest.words}",
        panels=["leaders"],
        held_out=f"until {TRAINED_TO}, for {TRAINED_TO + 1} to {LAST_YEAR}: {due:.1f} due in "
        "the five, "
        f"{came} came",
        informs=["regime.succession"],
        note="Drawn towards the other successors, whose heads changed more often.",
    )
