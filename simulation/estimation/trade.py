"""How trade shares move from year to year, and whether they converge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from simulation.estimation.findings import LAST_YEAR, TRAINED_TO, PanelFinding, by_drawing_states
from simulation.estimation.lasting import (
    Lasting,
    Uneven,
    fit_uneven,
    fit_walk,
    log_density,
    walk_with_interval,
)
from simulation.estimation.panels import PanelData
from simulation.evidence.panel_entries import PanelSample

_LEAST = 0.002
"""A share is counted as at least this: beneath it a single contract is all there is."""
_SMALLEST = 0.01
"""Of a trade in what makes it unsteady, as the model has it (`rules/trade.py`)."""
_MEAN_OF, _AHEAD, _FORETOLD_TO = 4, 2, 2001
"""Years of a mean, years of a change, and the last year before those that validate the model."""
_DRAWS = 100
_QUARTERS = 4


def log_odds(trade: pd.DataFrame) -> pd.DataFrame:
    """Log odds of each power's trade against trade with the rest of the world.

    The rest is what no power has. Years in which the trade of the former Union is missing are left
    out, and so is what has no figure.
    """
    kept = trade[trade.flag.isna() & trade.share_of_trade.notna()]
    share = kept.pivot_table(index=["country", "year"], columns="partner", values="share_of_trade")
    rest = (1 - share.sum(axis=1)).clip(lower=0.02)
    odds = np.log(share.clip(lower=_LEAST).div(rest, axis=0))
    long = odds.stack().rename("odds").reset_index()
    return long.rename(columns={"country": "state", "partner": "power"})


def moves_of(rows: pd.DataFrame, last: int = LAST_YEAR) -> list[tuple[np.ndarray, np.ndarray]]:
    """Years and values of each state with one power, its own trend over the power taken away."""
    rows = rows[rows.year <= last].sort_values("year")
    return [
        (each.year.to_numpy(float), each.odds.to_numpy(float)) for _, each in rows.groupby("state")
    ]


def without_common_trend(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of one power less the mean yearly growth over all states."""
    rows = rows.sort_values(["state", "year"]).copy()
    growth = rows.groupby("state").odds.diff().mean()
    rows["odds"] -= growth * (rows.year - rows.year.min())
    return rows


def converges(rows: pd.DataFrame) -> float:
    """Share of the distance to the mean of all states that a state covers in a year."""
    rows = rows.sort_values(["state", "year"]).copy()
    rows["apart"] = rows.odds - rows.groupby("year").odds.transform("mean")
    rows["after"] = rows.groupby("state").apart.shift(-2)
    rows["before"] = rows.groupby("state").apart.shift(1)
    known = rows.dropna(subset=["after", "before"])
    # The year before stands for the state's place, so that what is noise in a year pulls nothing.
    slope = float((known.before * known.after).sum() / (known.before * known.apart).sum())
    return 1 - float(np.sqrt(np.clip(slope, 1e-6, None)))


def estimate_trade(
    panels: Mapping[str, PanelData], samples: Mapping[str, PanelSample]
) -> Iterator[PanelFinding]:
    """Every estimate about trade."""
    rows = log_odds(panels["trade_cow4"].frame)
    few = rows[rows.state.isin(samples["contested"].states)]
    rows = rows[rows.state.isin(samples["successors"].states)]
    yield from _uneven(panels["trade_cow4"].frame, few)
    yield from _pulled(rows[rows.state != rows.power])
    for power, own in rows.groupby("power"):
        own = own[own.state != power]
        ours = without_common_trend(few[few.power == power])
        early = fit_walk(moves_of(ours, TRAINED_TO))
        told, calm = _held_out(ours, early)
        moved = walk_with_interval(moves_of(ours))
        value, low, high = (each / np.sqrt(_QUARTERS) for each in moved)
        wider = fit_walk(moves_of(without_common_trend(own))).moved / np.sqrt(_QUARTERS)
        yield PanelFinding(
            key=f"trade_noise_{power}",
            says="Standard deviation of the quarterly shock to the trade of one of the five with a "
            "power.",
            formula="log odds against the rest of the world, less the common growth: a walk "
            "within the "
            "years "
            "and noise of the record; normal likelihood, profile interval, a year's spread over "
            "two",
            unit="log points",
            found=(float(value), float(low), float(high)),
            cases=f"{len(ours)} years of {ours.state.nunique()} states",
            panels=["trade_cow4"],
            held_out=f"until {TRAINED_TO} alone {early.moved / np.sqrt(_QUARTERS):.3f}; mean "
            "log density "
            "of the "
            f"later years {told:.2f}, with .06 a quarter {calm:.2f}",
            informs=["trade.noise"],
            note="What is gone the next year counts as noise of the record and is left out. Of "
            "twelve "
            f"successor states it is {wider:.3f}.",
        )
        pulled = by_drawing_states(
            {str(state): each for state, each in own.groupby("state")},
            _pooled,
            draws=_DRAWS,
        )
        yield PanelFinding(
            key=f"trade_convergence_{power}",
            says="Share of the distance to the mean of the successor states that trade with a "
            "power "
            "covers in a year.",
            formula="log odds less the year's mean, two years on, by the year before as "
            "instrument; "
            "drawing states",
            unit="share a year",
            found=pulled,
            cases=f"{len(own)} years of {own.state.nunique()} states",
            panels=["trade_cow4"],
            held_out=f"until {TRAINED_TO} {converges(own[own.year <= TRAINED_TO]):.2f}, later "
            f"{converges(own[own.year > TRAINED_TO]):.2f}",
            informs=[f"trade.convergence.{power}", "trade.path_dependence"],
            note="To the mean of others, not to a potential of one's own, which nobody observes.",
        )


def _uneven(trade: pd.DataFrame, few: pd.DataFrame) -> Iterator[PanelFinding]:
    """How unsteady a trade is by its size.

    One power's deals are told from those of the others: that of which the likelihood gains most.
    """
    shares = trade.groupby(["country", "partner"]).share_of_trade.mean()

    def fit(last: int, told: str) -> Uneven:
        series, sizes, apart = [], [], []
        for power, own in few.groupby("power"):
            plain = without_common_trend(own[own.year <= last])
            for state, each in plain.groupby("state"):
                series.append((each.year.to_numpy(float), each.odds.to_numpy(float)))
                sizes.append(float(shares[state, power]))
                apart.append(power == told)
        return fit_uneven(series, sizes, apart, _SMALLEST)

    powers = sorted(few.power.unique())
    each_apart = {power: fit(LAST_YEAR, power) for power in powers}
    told = max(powers, key=lambda power: each_apart[power].fits)
    found, early = each_apart[told], fit(TRAINED_TO, told)
    *first, last = [_title(power) for power in powers if power != told]
    said = (
        "log odds against the rest of the world, less each power's common growth: a walk within "
        "the "
        "years and noise of the record, both times the root of 1 + deals / share; normal "
        "likelihood, "
        "interval by its curvature"
    )
    for key, says, unit, pick, halves in (
        ("trade_noise", "Standard deviation of the quarterly shock to a trade made of countless "
            "deals.",
         "log points", "moved", np.sqrt(_QUARTERS)),
        ("trade_deals", f"Part of a state's trade with {', '.join(first)} or {last} of which "
            "single deals tell as much as all else does.",
         "share", "deals", 1.0),
        (f"trade_deals_{told}", f"The same of its trade with the {_title(told)}.",
         "share", "apart", 1.0),
    ):  # fmt: skip
        value, low, high = (float(each / halves) for each in getattr(found, pick))
        yield PanelFinding(
            key=key,
            says=says,
            formula=said,
            unit=unit,
            found=(value, low, high),
            cases=f"{len(few)} years of {few.groupby(['state', 'power']).ngroups} trades",
            panels=["trade_cow4"],
            held_out=f"until {TRAINED_TO} alone {getattr(early, pick)[0] / halves:.3g}",
            informs=["trade.noise" if key == "trade_noise" else "trade.deals"],
        )


def _title(power: str) -> str:
    return power.replace("_", " ").title()


def _pulled(rows: pd.DataFrame) -> Iterator[PanelFinding]:
    """What foretells, until 2001, how a state's trade with a power changes against the others'."""
    found = pulls_of(rows)
    causes = ["own", "even"]
    early, late = found[found.end <= TRAINED_TO], found[found.year >= TRAINED_TO]
    foretold = late[causes].to_numpy() @ _slopes(early, causes)
    told = float(pd.Series(foretold).corr(late.change.reset_index(drop=True), method="spearman"))
    left = 1 - float(((late.change - foretold) ** 2).sum() / (late.change**2).sum())
    by_state = {str(state): each for state, each in found.groupby("state")}
    for at, (cause, says) in enumerate(
        (
            ("own", "Share of the distance from its own mean of four years"),
            ("even", "Share of the distance of that mean from the mean of the states"),
        )
    ):

        def slope(some: list[pd.DataFrame], at: int = at) -> float:
            return float(_slopes(pd.concat(some), causes)[at])

        yield PanelFinding(
            key=f"trade_{cause}_pattern",
            says=f"{says} that a state's trade with a power covers in {_AHEAD} years.",
            formula="change of the log odds on both distances, less the power's mean of the year; "
            "least squares, interval by drawing states",
            unit=f"share in {_AHEAD} years",
            found=by_drawing_states(by_state, slope, draws=_DRAWS),
            cases=f"{len(found)} changes of {len(by_state)} states until {_FORETOLD_TO}",
            panels=["trade_cow4"],
            held_out=f"until {TRAINED_TO} {_slopes(early, causes)[at]:.2f}; it foretells the "
            f"changes from {TRAINED_TO} to {_FORETOLD_TO} with a rank correlation of {told:.2f}, "
            f"and {left:.0%} less squared error than none",
            informs=["trade.usual" if cause == "own" else "trade.path_dependence"],
            note="Later years, beside which runs are validated, were left out.",
        )


def pulls_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Changes of trade over some years and what may foretell them, less the mean of each power.

    Columns power, state, year, end, change; own: how far the mean of four years lies above the
    year; even: how far the mean of the states lies above that.
    """
    wide = rows.pivot(index=["power", "state"], columns="year", values="odds")
    parts = []
    for year in range(wide.columns.min() + _MEAN_OF - 1, _FORETOLD_TO - _AHEAD + 1):
        usual = wide[range(year - _MEAN_OF + 1, year + 1)].mean(axis=1)
        part = pd.DataFrame(
            {
                "change": wide[year + _AHEAD] - wide[year],
                "own": usual - wide[year],
                "even": -usual,
            }
        ).dropna()
        part -= part.groupby(level="power").transform("mean")
        parts.append(part.assign(year=year, end=year + _AHEAD).reset_index())
    return pd.concat(parts, ignore_index=True)


def _slopes(found: pd.DataFrame, causes: list[str]) -> np.ndarray:
    known = found[causes].to_numpy()
    return np.asarray(np.linalg.lstsq(known, found.change.to_numpy(), rcond=None)[0])


def _pooled(some: list[pd.DataFrame]) -> float:
    """Convergence over states of which one may be drawn twice."""
    return converges(pd.concat([each.assign(state=f"{at}") for at, each in enumerate(some)]))


def _held_out(rows: pd.DataFrame, early: Lasting) -> tuple[float, float]:
    """Mean log density of the later years: with what the earlier say, and with less noise."""
    ours, calm = [], []
    for years, values in moves_of(rows):
        seen = int((years <= TRAINED_TO).sum())
        if 2 < seen < len(years):
            ours.append(log_density(years, values, seen, early, walk=True))
            less = Lasting(1.0, 0.12, early.noise)
            calm.append(log_density(years, values, seen, less, walk=True))
    return float(np.mean(ours)), float(np.mean(calm))
