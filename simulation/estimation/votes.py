"""How votes in the General Assembly last, move, swing and return."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from simulation.estimation.findings import (
    LAST_YEAR,
    TRAINED_TO,
    PanelFinding,
    by_drawing_states,
    share_with_interval,
    spread_of,
)
from simulation.estimation.lasting import Lasting, fit_lasting, log_density
from simulation.estimation.moves import FOLLOWED, SWING, SWING_YEARS, SeriesFall, falls_in
from simulation.estimation.panels import PanelData
from simulation.evidence.panel_entries import PanelSample

_LEAST = 0.01
_ODDS = 4.5
"""Log odds that a unit of the agenda adds, as `alignment.votes_of_agenda`, which is fixed."""
_QUIET = 3
"""Years from the end of a swing on in which none of the same pair counts."""
_DRAWS = 40
_SHARED_DRAWS = 400

VoteSeries = tuple[np.ndarray, np.ndarray]


def votes_off_the_year(votes: pd.DataFrame) -> pd.DataFrame:
    """Log odds of agreement of each pair, less the year's mean over the states.

    Columns state, power, year, odds, and share: the same of agreement itself.
    """
    votes = votes.dropna(subset=["agree_graded"])
    odds = np.log(votes.agree_graded.clip(_LEAST, 1 - _LEAST))
    odds -= np.log1p(-votes.agree_graded.clip(_LEAST, 1 - _LEAST))
    rows = pd.DataFrame(
        {
            "state": votes.country,
            "power": votes.power,
            "year": votes.year,
            "odds": odds,
            "share": votes.agree_graded,
        }
    )
    common = rows.groupby(["power", "year"])[["odds", "share"]].transform("mean")
    rows["odds"] -= common.odds
    rows["share"] -= common.share
    return rows


def vote_series(rows: pd.DataFrame, value: str, last: int = LAST_YEAR) -> list[VoteSeries]:
    """Years and values of each state and power."""
    rows = rows[rows.year <= last].sort_values("year")
    return [
        (each.year.to_numpy(float), each[value].to_numpy(float))
        for _, each in rows.groupby(["state", "power"])
    ]


def _of_states(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {str(state): each for state, each in rows.groupby("state")}


def _fit(some: list[pd.DataFrame]) -> Lasting:
    return fit_lasting([one for each in some for one in vote_series(each, "odds")])


def estimate_votes(
    panels: Mapping[str, PanelData], samples: Mapping[str, PanelSample]
) -> Iterator[PanelFinding]:
    """Every estimate about votes."""
    frame = panels["un_rollcall_agreement"].frame
    rows = votes_off_the_year(frame)
    where = ["un_rollcall_agreement"]
    by_state = _of_states(rows)
    memory: dict[tuple[str, ...], Lasting] = {}

    def fitted(some: list[pd.DataFrame]) -> Lasting:
        key = tuple(str(each.state.iloc[0]) for each in some)
        if key not in memory:
            memory[key] = _fit(some)
        return memory[key]

    pairs = rows.groupby(["state", "power"]).ngroups
    early = fit_lasting(vote_series(rows, "odds", TRAINED_TO))
    ours, walk = _held_out(rows, early)
    formula = (
        "level of each pair + what lasts (autoregression) + what is gone the next year; normal "
        "likelihood, interval by drawing states"
    )
    for key, says, unit, read, informs in (
        (
            "votes_kept",
            "What is left after a year of that by which a state's votes with a power "
            "lie off its usual ones.",
            "share kept a year",
            lambda some: fitted(some).kept,
            ["alignment.speed"],
        ),
        (
            "votes_moved",
            "Standard deviation of the yearly change of what lasts.",
            "logit",
            lambda some: fitted(some).moved,
            ["alignment.noise"],
        ),
        (
            "votes_noise",
            "Standard deviation of what is gone the next year in a state's votes with a power.",
            "logit",
            lambda some: fitted(some).noise,
            ["alignment.vote_noise"],
        ),
    ):
        before = {"votes_kept": early.kept, "votes_moved": early.moved, "votes_noise": early.noise}
        yield PanelFinding(
            key=key,
            says=says,
            formula=formula,
            unit=unit,
            found=by_drawing_states(by_state, read, draws=_DRAWS),
            cases=f"{len(rows)} years of {pairs} pairs",
            panels=where,
            held_out=f"until {TRAINED_TO} alone {before[key]:.3f}; mean log density of the "
            "later years "
            f"{ours:.2f}, "
            f"of a walk with the same moves {walk:.2f}",
            informs=informs,
        )
    yield from _agendas(frame)
    yield from _shared(rows)
    yield from _swings(rows, frame)


def _held_out(rows: pd.DataFrame, early: Lasting) -> tuple[float, float]:
    """Mean log density of the later years: with what the earlier say, and with a pure walk."""
    ours, walk = [], []
    change = float(np.hypot(early.moved, early.noise))
    for years, values in vote_series(rows, "odds"):
        seen = int((years <= TRAINED_TO).sum())
        if 2 < seen < len(years):
            ours.append(log_density(years, values, seen, early, walk=False))
            plain = Lasting(1.0, change, 1e-3)
            walk.append(log_density(years, values, seen, plain, walk=False))
    return float(np.mean(ours)), float(np.mean(walk))


def _agendas(frame: pd.DataFrame) -> Iterator[PanelFinding]:
    """The common year, by power."""
    for power, rows in frame.groupby("power"):
        wide = rows.pivot(index="year", columns="country", values="agree_graded").sort_index()
        wide = wide.clip(_LEAST, 1 - _LEAST)
        changes = (np.log(wide) - np.log1p(-wide)).diff().mean(axis=1).dropna() / _ODDS
        early, late = changes[changes.index <= TRAINED_TO], changes[changes.index > TRAINED_TO]
        yield PanelFinding(
            key=f"agenda_{power}",
            says="Standard deviation of the yearly change of agreement with a power that all "
            "states "
            "share.",
            formula=(
                "mean change of the log odds of the states that voted in both years, over 4.5 "
                "(`alignment.votes_of_agenda`); chi-square"
            ),
            unit="agreement",
            found=spread_of(changes.to_numpy()),
            cases=f"{len(changes)} changes",
            panels=["un_rollcall_agreement"],
            held_out=f"until {TRAINED_TO} {spread_of(early.to_numpy())[0]:.3f}, later "
            f"{spread_of(late.to_numpy())[0]:.3f}",
            informs=[f"alignment.agenda_volatility.{power}"],
        )


def own_changes(rows: pd.DataFrame) -> pd.DataFrame:
    """Yearly changes of votes with each power, less the common year: a column a power."""
    wide = rows.pivot(index=["state", "year"], columns="power", values="odds").reset_index()
    wide = wide.sort_values(["state", "year"])
    after = wide.groupby("state").year.diff() == 1
    powers = [each for each in wide if each not in ("state", "year")]
    changes = wide.groupby("state")[powers].diff()[after]
    return changes.assign(state=wide.state, year=wide.year)


def _shared(rows: pd.DataFrame) -> Iterator[PanelFinding]:
    """Whether a state's votes with one power move with those with another."""
    changes = own_changes(rows)
    by_state = {str(state): each for state, each in changes.groupby("state")}
    powers = sorted(rows.power.unique())
    for one, other in itertools.combinations(powers, 2):

        def alike(some: list[pd.DataFrame], one: str = one, other: str = other) -> float:
            both = pd.concat(some).dropna(subset=[one, other])
            return float(both[one].corr(both[other])) if len(both) > 2 else float("nan")

        found = by_drawing_states(by_state, alike, draws=_SHARED_DRAWS)
        early = alike([changes[changes.year <= TRAINED_TO]])
        late = alike([changes[changes.year > TRAINED_TO]])
        unclear = found[1] <= 0 <= found[2]
        yield PanelFinding(
            key=f"votes_{one}_and_{other}",
            says="Correlation of the yearly changes of a state's votes with the two powers, less "
            "what the year did to all.",
            formula="correlation of changes of the log odds less the year's mean; interval by "
            "drawing states",
            unit="correlation",
            found=found,
            cases=f"{len(changes.dropna(subset=[one, other]))} changes of {len(by_state)} states",
            panels=["un_rollcall_agreement"],
            held_out=f"until {TRAINED_TO} {early:.2f}, later {late:.2f}",
            informs=["alignment.vote_noise"],
            note="Cannot be told from nothing." if unclear else "",
        )


def swings_seen(rows: pd.DataFrame) -> list[SeriesFall]:
    """Falls of agreement of a state and a power by a swing, less the common change."""
    shares = rows.pivot(index="year", columns=["state", "power"], values="share")
    return falls_in(shares, SWING, SWING_YEARS, _QUIET)


def _swings(rows: pd.DataFrame, frame: pd.DataFrame) -> Iterator[PanelFinding]:
    found = swings_seen(rows)
    known = [each for each in found if np.isfinite(each.regained)]
    half = sum(each.regained >= 0.5 for each in known)
    years = len(frame) - 2 * frame.groupby(["country", "power"]).ngroups
    early = [each for each in known if each.year <= TRAINED_TO]
    yield PanelFinding(
        key="votes_return",
        says=f"Half of a swing of votes away from a power, by {SWING} in two years, is regained "
        f"within {FOLLOWED} years.",
        formula="swings half regained over swings; Beta posterior with Jeffreys' prior",
        unit="share",
        found=share_with_interval(half, len(known)),
        cases=f"{half} of {len(known)} swings that were followed, in {years} pairs and years",
        panels=["un_rollcall_agreement"],
        held_out=f"until {TRAINED_TO}: {sum(each.regained >= 0.5 for each in early)} of "
        f"{len(early)}",
        informs=["patronage.news_learning"],
        note=f"{len(found) - len(known)} swings of the last years, which could not be followed "
        "for so long, are left out.",
    )
