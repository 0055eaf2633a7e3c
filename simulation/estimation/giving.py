"""What aid, arms and trade do to votes, and how aid falls and comes back."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from simulation.estimation.findings import (
    TRAINED_TO,
    PanelFinding,
    by_drawing_states,
    share_with_interval,
)
from simulation.estimation.lasting import Lasting, fit_walk, fits_of_walk
from simulation.estimation.moves import FALL_OF_AID, FOLLOWED, SeriesFall, falls_in
from simulation.estimation.panels import PanelData
from simulation.estimation.trade import log_odds
from simulation.estimation.votes import votes_off_the_year
from simulation.evidence.panel_entries import PanelSample

_QUIET = 2
"""Years from the end of a fall of aid on in which none to the same state counts."""
_GIVERS = "us_aid"
_INDEPENDENT = 1992
"""The first year in which the five were states of their own."""
_SETTLED = 1998
"""The first year in which the programmes in all five had run for some years."""
_LUMP_DRAWS = 60


def fixed_effects(rows: pd.DataFrame, value: str, causes: list[str]) -> pd.DataFrame:
    """Slopes with intervals, apart from what a pair and a year have in common (statsmodels).

    Errors are clustered by state.
    """
    import statsmodels.api as sm

    names = [value, *causes]
    known = rows.dropna(subset=names)
    plain = known[names].astype(float)
    for _ in range(50):  # means of pairs and years in turn, until both are gone
        for by in (known.pair, known.year):
            plain = plain - plain.groupby(by).transform("mean")
    fit = sm.OLS(plain[value], plain[causes]).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(known.state)[0]}
    )
    ends = fit.conf_int()
    return pd.DataFrame({"value": fit.params, "low": ends[0], "high": ends[1], "rows": len(known)})


def helped(panels: Mapping[str, PanelData]) -> pd.DataFrame:
    """Votes of each pair and year, with trade, arms and aid of the year before.

    Columns state, power, pair, year, votes (log odds less the year's mean), trade (log odds),
    arms (log of 1 and million trend-indicator values), aid (log of 1 and US$ million).
    """
    votes = votes_off_the_year(panels["un_rollcall_agreement"].frame).rename(
        columns={"odds": "votes"}
    )
    votes["year_before"] = votes.year - 1
    keys = ["state", "power", "year_before"]
    trade = log_odds(panels["trade_cow4"].frame).rename(
        columns={"odds": "trade", "year": "year_before"}
    )
    arms = panels["arms_deliveries_sipri"].frame
    arms = arms.rename(columns={"supplier_iso3": "power"}).dropna(subset=["power"])
    arms = arms.groupby(["country", "power", "year"]).tiv_m.sum().map(np.log1p)
    arms = arms.rename("arms").reset_index()
    arms = arms.rename(columns={"country": "state", "year": "year_before"})
    aid = panels[_GIVERS].frame
    aid = aid[aid.type == "obligations"].set_index(["country", "year"]).constant_usd_m
    rows = votes.merge(trade, on=keys, how="left").merge(arms, on=keys, how="left")
    rows["arms"] = rows.arms.fillna(0.0)
    giver = _giver(panels)
    rows["aid"] = [
        np.log1p(max(float(aid.get((state, year), 0.0)), 0.0)) if power == giver else np.nan
        for state, power, year in zip(rows.state, rows.power, rows.year_before, strict=True)
    ]
    rows["pair"] = rows.state + " " + rows.power
    return rows


def _giver(panels: Mapping[str, PanelData]) -> str:
    """The power whose aid is known by year."""
    return str(panels["us_aid_commitments_aiddata31"].frame.donor.iloc[0])


def falls_seen(aid: pd.DataFrame) -> list[SeriesFall]:
    """Falls of aid to a state within a year, against all others."""
    rows = aid[aid.type == "obligations"]
    wide = rows.pivot(index="year", columns="country", values="constant_usd_m").clip(lower=0)
    logs = np.log(wide + 1.0)
    own = logs.sub(logs.median(axis=1), axis=0)
    return falls_in(own, -float(np.log(FALL_OF_AID)), 1, _QUIET)


def estimate_giving(
    panels: Mapping[str, PanelData], samples: Mapping[str, PanelSample]
) -> Iterator[PanelFinding]:
    """Every estimate about help and what it does."""
    rows = helped(panels)
    where = ["un_rollcall_agreement", "trade_cow4", "arms_deliveries_sipri"]
    formula = (
        "votes of a year on the year before, less means of pairs and of years; least "
        "squares, errors clustered by state"
    )
    for words, causes, some, panel in (
        ("trade and arms, all powers", ["trade", "arms"], rows, []),
        ("aid of the conditional power", ["aid"], rows[rows.power == _giver(panels)], ["us_aid"]),
    ):
        found = fixed_effects(some, "votes", causes)
        early = fixed_effects(some[some.year <= TRAINED_TO], "votes", causes)
        late = fixed_effects(some[some.year > TRAINED_TO], "votes", causes)
        for cause in causes:
            each = found.loc[cause]
            unclear = each.low <= 0 <= each.high
            said = {
                "trade": "A log point more of trade",
                "arms": "A log point more of arms delivered",
                "aid": "A log point more of aid",
            }[cause]
            yield PanelFinding(
                key=f"votes_by_{cause}",
                says=f"{said} ({words}) in the year before: what it adds to the log odds of voting "
                "alike.",
                formula=formula,
                unit="logit",
                found=(float(each.value), float(each.low), float(each.high)),
                cases=f"{int(each.rows)} years of pairs",
                panels=[*where, *panel],
                held_out=f"until {TRAINED_TO} {early.loc[cause].value:.3f}, later "
                f"{late.loc[cause].value:.3f}",
                informs=["alignment.share", "alignment.goodwill"],
                note="Cannot be told from nothing."
                if unclear
                else "No experiment: what moves both counts too.",
            )
    aid = panels[_GIVERS].frame
    falls = falls_seen(aid[aid.country.isin(samples["successors"].states)])
    known = [each for each in falls if np.isfinite(each.regained)]
    half = sum(each.regained >= 0.5 for each in known)
    early_falls = [each for each in known if each.year <= TRAINED_TO]
    yield PanelFinding(
        key="aid_returns",
        says=f"Half of a fall of aid to one state, by {1 - FALL_OF_AID:.0%} or more against the "
        f"others, is made good within {FOLLOWED} years.",
        formula="falls half made good over falls; Beta posterior with Jeffreys' prior",
        unit="share",
        found=share_with_interval(half, len(known)),
        cases=f"{half} of {len(known)} falls that were followed",
        panels=[_GIVERS],
        held_out=f"until {TRAINED_TO}: {sum(each.regained >= 0.5 for each in early_falls)} of "
        f"{len(early_falls)}",
        informs=["patronage.habit_learning"],
        note=f"{len(falls) - len(known)} falls of the last years, which could not be followed "
        "for so long, are left out.",
    )
    yield from _unevenness(aid, samples["contested"], _giver(panels))


def own_aid(aid: pd.DataFrame, sample: PanelSample, kind: str = "obligations") -> pd.DataFrame:
    """Logarithm of aid to each state against the middle of the sample, by year."""
    rows = aid[(aid.type == kind) & aid.country.isin(sample.states) & (aid.year >= _INDEPENDENT)]
    rows = rows[rows.constant_usd_m > 0]
    logs = np.log(rows.pivot(index="year", columns="country", values="constant_usd_m"))
    return logs.sub(logs.median(axis=1), axis=0)


def moves_of_aid(series: list[pd.Series]) -> tuple[Lasting, float]:
    """What of the yearly moves of some series lasts and what is gone the next year, and its fit."""
    known = [one.dropna() for one in series]
    walks = [(one.index.to_numpy(float), one.to_numpy(float)) for one in known]
    part = fit_walk(walks)
    return part, fits_of_walk(walks, part)


def _part(read: str, series: list[pd.Series]) -> float:
    return float(getattr(moves_of_aid(series)[0], read))


def _unevenness(aid: pd.DataFrame, sample: PanelSample, giver: str) -> Iterator[PanelFinding]:
    """What of a state's part of aid lasts, and what is gone the next year."""
    own, spent = own_aid(aid, sample), own_aid(aid, sample, "disbursements")
    settled = own.index >= _SETTLED
    by_state = {str(state): own[state][settled] for state in own}
    later, first = list(by_state.values()), [own[state][~settled] for state in own]
    early, before = moves_of_aid(first)
    _, since = moves_of_aid(later)
    _, both = moves_of_aid([*first, *later])
    gained = 2 * (before + since - both)
    paid, _ = moves_of_aid([spent[state] for state in spent])
    change = float(np.sqrt(np.nanmean(own[settled].diff() ** 2)))
    for key, says, number, read in (
        ("aid_lumps", "what is gone the next year in the aid obliged to a state", "lumps", "noise"),
        ("aid_moved", "what lasts of a year's change in aid obliged to a state", "drift", "moved"),
    ):  # fmt: skip
        yield PanelFinding(
            key=key,
            says=f"Standard deviation of {says}, against the others.",
            formula="level of each state + walk within the years + what is gone the next year; "
            f"years from {_SETTLED} on; normal likelihood, interval by drawing states",
            unit="log points",
            found=by_drawing_states(by_state, functools.partial(_part, read), draws=_LUMP_DRAWS),
            cases=f"{int(own[settled].notna().sum().sum())} years of {len(by_state)} states",
            panels=[_GIVERS],
            held_out=f"until {_SETTLED - 1} {getattr(early, read):.2f}, when programmes began: "
            f"two pairs of numbers raise twice the log likelihood by {gained:.1f} over one",
            informs=[f"patronage.{number}.{giver}"],
            note=f"A year's change of what is obliged has {change:.2f} in all; of what is spent, "
            f"known for {len(spent)} years, {paid.noise:.2f} is gone the next year and "
            f"{paid.moved:.2f} lasts.",
        )
