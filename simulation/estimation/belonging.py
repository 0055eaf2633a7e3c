"""How often states join organizations and leave them, and how long what moves them lasts.

A state may join from a year after an organization was founded until it belongs or the
organization ends; founders come with it. It may leave while it belongs; who goes over with the
whole organization into another has not left.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, stats

from simulation.estimation.findings import (
    DAYS,
    LAST_YEAR,
    TRAINED_TO,
    EventCount,
    PanelFinding,
    held_out_rate,
    rate_finding,
    years_at_risk,
)
from simulation.estimation.panels import LAST_KNOWN, PanelData
from simulation.evidence.panel_entries import PanelSample

_OUTSIDE = ("observer", "associate")
_END = pd.Timestamp(LAST_KNOWN)
_AGES = ((1, 3), (3, 6), (6, 99))
_STAYS = ((0, 2), (2, 5), (5, 8), (8, 99))
_KEPT = (0.3, 0.5, 0.7, 0.8, 0.86, 0.9, 0.93, 0.96, 0.975, 0.985, 0.993)
_GRID = np.linspace(-4.0, 4.0, 81)
_HALF = stats.chi2.ppf(0.95, 1) / 2
_SEARCH = {"maxfev": 300, "xatol": 0.01, "fatol": 0.02}
_PRIOR = 1.5
"""Standard deviation of the prior of each coefficient, of a covariate in standard deviations."""


@dataclass(frozen=True)
class Risk:
    """A time in which something could have happened to a state.

    Attributes:
        state, organization: Whom it is about.
        start, end: When it began and ended.
        happened: Whether it ended because it did.
        founded: When the organization was.
        founder: Whether the state was there then.
        joined: When this membership began; the founding for who stands outside.
    """

    state: str
    organization: str
    start: pd.Timestamp
    end: pd.Timestamp
    happened: bool
    founded: pd.Timestamp
    founder: bool
    joined: pd.Timestamp


@dataclass(frozen=True)
class Risks:
    """All times at risk of joining, of leaving, and of coming back after leaving."""

    joining: list[Risk]
    leaving: list[Risk]
    returning: list[Risk]


def risks_of(memberships: pd.DataFrame, sample: PanelSample, observers: bool = False) -> Risks:
    """The times at risk of a sample's states in its organizations.

    Args:
        memberships: The panel. sample: Whom it goes over.
        observers: Whether who observes belongs.
    """
    found = Risks([], [], [])
    over_into = memberships.organization.replace(dict(sample.continued))
    founding = pd.Timedelta(days=DAYS * sample.founding_years)
    for organization in sample.organizations:
        rows = memberships[over_into == organization]
        rows = rows[~rows.status.str.startswith(_OUTSIDE[observers:])]
        if rows.empty:
            continue
        founded = rows.start.min()
        ends = rows.end.fillna(_END + pd.Timedelta(days=1))
        ended = ends.max() if (ends.max() <= _END) else None
        over = ended or _END
        for state in sample.open_to.get(organization, sample.states):
            spells = list(_spells(rows[rows.country == state]))
            founder = bool(spells) and spells[0][0] < founded + founding
            risk_of = functools.partial(
                Risk, state=state, organization=organization, founded=founded, founder=founder
            )
            since, outside, left = founded + founding, found.joining, False
            for start, end in spells:
                if start > since:
                    outside.append(risk_of(start=since, end=start, joined=founded, happened=True))
                left = end is not None and end != ended
                until = end if end is not None else over
                found.leaving.append(risk_of(start=start, end=until, joined=start, happened=left))
                since, outside = until, found.returning if left else found.joining
            if since < over:
                outside.append(risk_of(start=since, end=over, joined=founded, happened=False))
    return found


def _spells(rows: pd.DataFrame) -> Iterator[tuple[pd.Timestamp, pd.Timestamp | None]]:
    """Start and end of each membership; standings that follow each other are one."""
    begun: pd.Timestamp | None = None
    last: pd.Timestamp | None = None
    for start, end in rows.sort_values("start")[["start", "end"]].itertuples(index=False):
        if begun is not None and last is not None and start > last:
            yield begun, last
            begun = None
        begun = start if begun is None else begun
        last = None if pd.isna(end) else end
    if begun is not None:
        yield begun, last


def count_of(risks: Collection[Risk], first: int = 0, last: int = LAST_YEAR) -> EventCount:
    """Events and years of some calendar years."""
    events = sum(risk.happened and first <= risk.end.year <= last for risk in risks)
    years = sum(years_at_risk(risk.start, risk.end, first, last) for risk in risks)
    return EventCount(events, years)


def counted_by_time(risks: Collection[Risk], low: float, high: float, stay: bool) -> EventCount:
    """Events and years at some ages: of the organization, or of the membership."""
    events, years = 0, 0.0
    for risk in risks:
        origin = risk.joined if stay else risk.founded
        begins, ends = ((at - origin).days / DAYS for at in (risk.start, risk.end))
        years += max(min(ends, high) - max(begins, low), 0.0)
        events += risk.happened and low <= ends < high
    return EventCount(events, years)


def person_years(risks: Collection[Risk]) -> pd.DataFrame:
    """A row a state, organization and calendar year at risk, with whether it happened in it."""
    rows = []
    for risk in risks:
        for year in range(risk.start.year, risk.end.year + 1):
            part = years_at_risk(risk.start, risk.end, year, year)
            happened = risk.happened and risk.end.year == year
            if part > 0.5 or happened:
                age = (pd.Timestamp(year, 7, 1) - risk.founded).days / DAYS
                stay = (pd.Timestamp(year, 7, 1) - risk.joined).days / DAYS
                rows.append(
                    (risk.state, risk.organization, year, happened, age, stay, risk.founder)
                )
    names = ["state", "organization", "year", "happened", "age", "stay", "founder"]
    return pd.DataFrame(rows, columns=names)


def with_covariates(rows: pd.DataFrame, panels: Mapping[str, PanelData]) -> pd.DataFrame:
    """The rows with what was known of each state in the year before, in standard deviations.

    `leaning` is agreement with one power less the year's mean, averaged over three years; `fear`
    whether a leader of any successor state was overthrown, or the state had a rising, in the
    three years before; `regime` electoral democracy.
    """
    votes = panels["un_rollcall_agreement"].frame
    west = votes[votes.power == _conditional(votes)]
    own = west.pivot(index="year", columns="country", values="agree_graded")
    own = own.sub(own.mean(axis=1), axis=0).rolling(3, min_periods=1).mean()
    events = panels["irregular_changes_and_risings"].frame
    regimes = panels["electoral_democracy_vdem"].frame.set_index(["country", "year"]).v2x_polyarchy
    risen = {(who, when.year) for who, when in zip(events.country, events.date, strict=True)}

    def troubled(state: str, year: int) -> float:
        return float(any((state, year - back) in risen for back in (1, 2, 3)))

    filled = own.ffill()
    rows = rows.copy()
    rows["leaning"] = [
        float(filled[state].get(year - 1, np.nan)) if state in filled else np.nan
        for state, year in zip(rows.state, rows.year, strict=True)
    ]
    rows["fear"] = [troubled(s, y) for s, y in zip(rows.state, rows.year, strict=True)]
    rows["regime"] = [
        float(regimes.get((s, y - 1), np.nan)) for s, y in zip(rows.state, rows.year, strict=True)
    ]
    for name in ("leaning", "fear", "regime", "age", "stay"):
        values = rows[name].astype(float)
        spread = values.std() or 1.0
        rows[name] = ((values - values.mean()) / spread).fillna(0.0)
    return rows


def _conditional(votes: pd.DataFrame) -> str:
    """The power with which these states agree least: the one that divides them."""
    return str(votes.groupby("power").agree_graded.mean().idxmin())


def fitted(rows: pd.DataFrame, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and their standard deviations: logit of happening in a year.

    States and organizations have intercepts of their own, drawn towards none; covariates have a
    normal prior of standard deviation 1.5 (statsmodels' Bayesian mixed model, Laplace).
    """
    from statsmodels.genmod.bayes_mixed_glm import BinomialBayesMixedGLM

    fixed = np.column_stack([np.ones(len(rows)), rows[names].to_numpy(float)])
    states = pd.get_dummies(rows.state, dtype=float)
    bodies = pd.get_dummies(rows.organization, dtype=float)
    groups = np.r_[np.zeros(states.shape[1], int), np.ones(bodies.shape[1], int)]
    model = BinomialBayesMixedGLM(
        rows.happened.to_numpy(float),
        fixed,
        np.column_stack([states, bodies]),
        groups,
        vcp_p=0.5,
        fe_p=_PRIOR,
    )
    result = model.fit_map()
    return np.asarray(result.fe_mean), np.asarray(result.fe_sd)


def log_score(rows: pd.DataFrame, names: list[str]) -> tuple[float, float] | None:
    """Mean log score on the later years of a fit to the earlier: constant, with covariates.

    None where nothing happened in the earlier years, so that there is nothing to fit.
    """
    early, late = rows[rows.year <= TRAINED_TO], rows[rows.year > TRAINED_TO]
    if not early.happened.any() or late.empty:
        return None
    happened = late.happened.to_numpy(float)
    rate = (early.happened.sum() + 0.5) / (len(early) + 1)
    weights, _ = fitted(early, names)
    odds = weights[0] + late[names].to_numpy(float) @ weights[1:]
    chance = 1 / (1 + np.exp(-odds))

    def score(p: np.ndarray) -> float:
        return float(np.mean(happened * np.log(p) + (1 - happened) * np.log1p(-p)))

    return score(np.full(len(late), rate)), score(chance)


@dataclass(frozen=True)
class Standing:
    """Who belonged to what: rows a state and an organization, columns years since its founding.

    Attributes:
        belongs: 1 or 0, and -1 where there is nothing to be seen.
        group: Which organization each row is about.
    """

    belongs: np.ndarray
    group: np.ndarray


def standings(memberships: pd.DataFrame, sample: PanelSample, last: int = LAST_YEAR) -> Standing:
    """Who belonged at the end of each year since the founding, in October in the last."""
    rows, groups = [], []
    for at, organization in enumerate(sample.organizations):
        those = memberships[memberships.organization == organization]
        those = those[~those.status.str.startswith(_OUTSIDE)]
        if those.empty:
            continue
        first = those.start.min().year
        ends = those.end.fillna(_END + pd.Timedelta(days=1))
        over = ends.max().year - 1 if ends.max() <= _END else LAST_YEAR
        years = range(first, min(over, last) + 1)
        for state in sample.states:
            own = list(_spells(those[those.country == state]))
            seen = []
            for year in years:
                day = min(pd.Timestamp(year, 12, 31), _END)
                seen.append(float(any(s <= day and (e is None or e > day) for s, e in own)))
            rows.append(seen + [-1.0] * (LAST_YEAR - 1991 + 1 - len(seen)))
            groups.append(at)
    return Standing(np.array(rows), np.array(groups))


@functools.lru_cache(maxsize=32)
def _moves(kept: float) -> np.ndarray:
    """Chances of going from each place of the grid to each other in a year."""
    rest = np.sqrt(1 - kept**2)
    edges = np.r_[-np.inf, (_GRID[1:] + _GRID[:-1]) / 2, np.inf]
    moves = np.diff(stats.norm.cdf((edges[None, :] - kept * _GRID[:, None]) / rest), axis=1)
    return np.asarray(moves / moves.sum(axis=1, keepdims=True))


def _above(worth: np.ndarray, bar: float) -> np.ndarray:
    """The part of each place of the grid that lies above a bar, so that the bar moves smoothly."""
    return np.asarray(np.clip((worth - bar) / (_GRID[1] - _GRID[0]) + 0.5, 0.0, 1.0))


def log_likelihood(seen: Standing, kept: float, bar: float, bases: np.ndarray) -> float:
    """Of standings, if a state belongs as a worth that lasts crosses a bar.

    The worth of each state in each organization is an autoregression of standard deviation 1, of
    which `kept` is left after a year. Who is outside joins when worth and base exceed the bar; who
    belongs leaves when they fall below its negative; founders came if they were above 0.
    """
    moves = _moves(kept)
    mass = np.tile(stats.norm.pdf(_GRID) * (_GRID[1] - _GRID[0]), (len(seen.group), 1))
    worth = _GRID[None, :] + bases[seen.group][:, None]
    total = np.zeros(len(seen.group))
    for year in range(seen.belongs.shape[1]):
        now = seen.belongs[:, year]
        visible = now >= 0
        if not visible.any():
            break
        if year == 0:
            inside = _above(worth, 0.0)
        else:
            mass = mass @ moves
            before = seen.belongs[:, year - 1]
            inside = np.where(before[:, None] == 1, _above(worth, -bar), _above(worth, bar))
        fits = np.where(now[:, None] == 1, inside, 1 - inside)
        mass = np.where(visible[:, None], mass * fits, mass)
        sums = mass.sum(axis=1)
        total += np.where(visible, np.log(np.maximum(sums, 1e-300)), 0.0)
        mass /= np.maximum(sums, 1e-300)[:, None]
    return float(total.sum())


def profile_of_kept(seen: Standing) -> list[tuple[float, float, float]]:
    """For each share kept a year: the best log likelihood, and the bar that goes with it.

    Bases of the organizations have a normal prior of standard deviation 1.
    """
    groups = int(seen.group.max()) + 1
    start, found = np.r_[-0.5, np.zeros(groups)], []
    for kept in _KEPT:

        def against(at: np.ndarray, kept: float = kept) -> float:
            bases = at[1:]
            return 0.5 * float(bases @ bases) - log_likelihood(seen, kept, np.exp(at[0]), bases)

        corners = np.vstack([start, start + 0.4 * np.eye(len(start))])
        search = {**_SEARCH, "initial_simplex": corners}
        best = optimize.minimize(against, start, method="Nelder-Mead", options=search)
        start = best.x
        found.append((kept, -float(best.fun), float(np.exp(best.x[0]))))
    return found


def kept_with_interval(seen: Standing) -> tuple[float, float, float, float]:
    """The share kept a year with its profile interval, and the bar at the best."""
    rows = profile_of_kept(seen)
    finer = np.linspace(_KEPT[0], _KEPT[-1], 696)
    height = np.interp(finer, [row[0] for row in rows], [row[1] for row in rows])
    inside = finer[height >= height.max() - _HALF]
    best = max(rows, key=lambda row: row[1])
    return best[0], float(inside.min()), float(inside.max()), best[2]


def estimate_belonging(
    panels: Mapping[str, PanelData], samples: Mapping[str, PanelSample]
) -> Iterator[PanelFinding]:
    """Every estimate about memberships."""
    frame = panels["memberships"].frame
    risks = risks_of(frame, samples["belonging"])
    informs = [
        "organizations.belonging_base",
        "organizations.hysteresis",
        "organizations.belonging_spread",
    ]
    rate = functools.partial(
        rate_finding,
        formula="events over state-years at risk; Gamma posterior with Jeffreys' prior",
        panels=["memberships"],
    )
    for key, says, rows in (
        (
            "joining",
            "A state outside joins an organization, from a year after its founding on.",
            risks.joining,
        ),
        ("leaving", "A member leaves.", risks.leaving),
        ("returning", "Who has left comes back.", risks.returning),
    ):
        all_of = count_of(rows)
        early, late = count_of(rows, last=TRAINED_TO), count_of(rows, first=TRAINED_TO + 1)
        days = len({risk.end for risk in rows if risk.happened})
        yield rate(
            key=key,
            says=says,
            count=all_of,
            cases=f"{all_of.words}, on {days} days",
            held_out=held_out_rate(early, late),
            informs=informs,
            note="" if all_of.events else "Nobody did: only the upper end is known.",
        )
    rows = risks_of(frame, samples["partnership"]).leaving
    all_of = count_of(rows)
    early, late = count_of(rows, last=TRAINED_TO), count_of(rows, first=TRAINED_TO + 1)
    yield rate(
        key="partnership_leaving",
        says="A partner leaves the Partnership.",
        count=all_of,
        held_out=held_out_rate(early, late),
        informs=informs[:1],
        note="" if all_of.events else "Nobody did: only the upper end is known.",
    )
    observing = count_of(risks_of(frame, samples["observers"], observers=True).joining)
    yield rate(
        key="observing",
        says="A state outside the organization of 2001 is admitted as observer.",
        count=observing,
        cases=f"{observing.words}, on two days",
        held_out="nothing until 1998",
        informs=["organizations.admission_base", "organizations.admission_congestion"],
        note="Three of four came on one day: far fewer independent cases than it seems.",
    )
    for low, high in _AGES:
        part = counted_by_time(risks.joining, low, high, stay=False)
        until = f"{low} to {high} years old" if high < 99 else f"{low} years old or more"
        yield rate(
            key=f"joining_age_{low}",
            says=f"Joining an organization that is {until}.",
            count=part,
            informs=informs,
        )
    for low, high in _STAYS:
        part = counted_by_time(risks.leaving, low, high, stay=True)
        until = f"{low} to {high} years" if high < 99 else f"{low} years or more"
        yield rate(
            key=f"leaving_after_{low}",
            says=f"Leaving after a membership of {until}.",
            count=part,
            informs=informs,
        )
    for founder in (True, False):
        rows = [risk for risk in risks.leaving if risk.founder is founder]
        part = count_of(rows)
        who = "founders" if founder else "late"
        yield rate(
            key=f"leaving_{who}",
            says=f"Leaving, of {'founders' if founder else 'those who came later'}.",
            count=part,
            informs=informs,
        )
    yield from _covariates(risks, panels)
    yield from _lasting(frame, samples["belonging"])


def _covariates(risks: Risks, panels: Mapping[str, PanelData]) -> Iterator[PanelFinding]:
    where = [
        "memberships",
        "un_rollcall_agreement",
        "irregular_changes_and_risings",
        "electoral_democracy_vdem",
    ]
    for word, rows, time in (
        ("joining", risks.joining, "age"),
        ("leaving", risks.leaving, "stay"),
    ):
        names = ["leaning", "fear", "regime", time]
        table = with_covariates(person_years(rows), panels)
        if not table.happened.any():
            continue
        weights, spreads = fitted(table, names)
        scores = log_score(table, names)
        held = f"nothing happened until {TRAINED_TO}, so that there is nothing to fit"
        if scores is not None:
            better = "better" if scores[1] > scores[0] else "worse"
            held = (
                f"mean log score on the later years {scores[1]:.3f} with all four, "
                f"{scores[0]:.3f} without: {better}"
            )
        said = {
            "leaning": "agreement with the power that divides these states most",
            "fear": "a rising of one's own in the three years before",
            "regime": "electoral democracy",
            "age": "the age of the organization",
            "stay": "the length of membership",
        }
        for name, weight, spread in zip(names, weights[1:], spreads[1:], strict=True):
            unclear = abs(weight) < 1.96 * spread
            yield PanelFinding(
                key=f"{word}_by_{name}",
                says=f"What a standard deviation more of {said[name]} adds to the log odds of "
                f"{word}.",
                formula="logit with intercepts by state and organization, normal priors of 1.5 "
                "and .5; "
                "Laplace",
                unit="logit",
                found=(float(weight), float(weight - 1.96 * spread), float(weight + 1.96 * spread)),
                cases=f"{int(table.happened.sum())} in {len(table)} rows of a state, an "
                "organization, "
                "a year",
                panels=where,
                held_out=held,
                informs=["organizations.belonging_fear", "organizations.belonging_affinity"],
                note="Cannot be told from nothing." if unclear else "",
            )


def _lasting(frame: pd.DataFrame, sample: PanelSample) -> Iterator[PanelFinding]:
    seen = standings(frame, sample)
    value, low, high, bar = kept_with_interval(seen)
    early = standings(frame, sample, last=TRAINED_TO)
    kept = max(profile_of_kept(early), key=lambda row: row[1])[0]
    cells = int((seen.belongs >= 0).sum())
    yield PanelFinding(
        key="luck_kept",
        says="What is left after a year of that by which states differ in wanting to belong.",
        formula="autoregression behind a bar with hysteresis, likelihood on a grid, profile "
        "interval",
        unit="share kept a year",
        found=(value, low, high),
        cases=f"{cells} standings of {len(seen.group)} pairs of a state and an organization",
        panels=["memberships"],
        held_out=f"until {TRAINED_TO} alone: {kept:.3f}",
        informs=["luck.kept"],
        note=f"The bar that goes with it lies {bar:.2f} standard deviations above and below.",
    )
