"""Influence that is modelled, and what can be seen of it: by power, state and year, to 2005.

What can be seen is stored with the evidence, since panels are not shipped. A run shows the same
years; the mean over runs stands beside what was seen, in levels and in changes, within each power.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import combinations_with_replacement
from math import factorial, prod
from typing import TYPE_CHECKING

import numpy as np

from simulation.estimation.rates import held_to_the_end_of_october, stored
from simulation.estimation.sightings import Sighting, sighted
from simulation.evidence.catalogue import load_catalogue
from simulation.evidence.panel_entries import SightRow
from simulation.evidence.panel_evidence import panel_evidence
from simulation.model.model import InfluenceModel
from simulation.numerics.arrays import Array
from simulation.numerics.dates import quarter_of
from simulation.parameters.numbers import Numbers
from simulation.scenario.inheritance import BASELINE
from simulation.scenario.scenario import load_scenario
from simulation.world import world as w

if TYPE_CHECKING:
    import pandas as pd

    from simulation.estimation.panel_counts import Tables

YEARS = tuple(range(2001, 2006))
BEFORE = 1998
"""A change goes on as it was since this year, where one guesses no more than that."""
_LEVEL = 0.95
_BLOCK = 500
Dyads = Mapping[tuple[str, str], Mapping[int, float]]
"""By power and state, a value a year."""


@dataclass(frozen=True)
class Sight:
    """Something that can be seen of a power's influence, and what stands for it in a run.

    Attributes:
        name: of its row. stored: by which it is stored. words: what it is. file: the panel.
        powers: those of whom it can be seen.
        modelled: the same in a run, by year, shape (power, region, runs).
        beside: what of a run that stands for is called.
        of_panels: the values of the panels, by power and state.
        imposed: whether it tells something where history is imposed, which fixes trade and votes.
    """

    name: str
    stored: str
    words: str
    file: str
    powers: tuple[str, ...]
    beside: str
    modelled: Callable[[Sighting, int], Array]
    of_panels: Callable[[pd.DataFrame, str, str], Mapping[int, float]]
    imposed: bool = True


@cache
def contested() -> tuple[str, ...]:
    """The states of which influence is seen."""
    return panel_evidence().samples["contested"].states


@cache
def sights() -> Mapping[str, Sight]:
    """Everything that is put beside a run, by name: beside what stands for it, and influence."""
    rows = panel_evidence().sights
    found = {
        name: Sight(
            name=name,
            stored=name,
            words=row.words,
            file=row.panel,
            powers=row.powers,
            beside=row.beside,
            modelled=_MODELLED[row.modelled],
            of_panels=partial(_SEEN[row.seen], row),
            imposed=row.imposed,
        )
        for name, row in rows.items()
    }
    beside = {
        f"influence_{name}": replace(
            found[name],
            name=f"influence_{name}",
            beside=_INFLUENCE,
            modelled=_influence,
            imposed=True,
        )
        for name, row in rows.items()
        if row.beside_influence
    }
    return {**found, **beside}


def _yearly(row: SightRow, rows: pd.DataFrame, power: str, state: str) -> dict[int, float]:
    """A column of a panel, of a power where the panel has several."""
    own = rows[rows.country == state]
    own = own[own[row.whose] == power] if row.whose else own
    values = zip(own.year, own[row.column], strict=True)
    return {int(year): float(it) for year, it in values if BEFORE <= year <= YEARS[-1] and it == it}


def _arms(row: SightRow, rows: pd.DataFrame, power: str, state: str) -> dict[int, float]:
    """A power's part of the deliveries of five years to a state; nothing where there were none."""
    own = rows[rows.country == state]
    found = {}
    for year in range(BEFORE, YEARS[-1] + 1):
        five = own[(own.year > year - 5) & (own.year <= year)]
        whole = five.tiv_m.sum()
        if whole > 0:
            found[year] = float(five[five.supplier_iso3 == power].tiv_m.sum() / whole)
    return found


def _obligations(row: SightRow, rows: pd.DataFrame, power: str, state: str) -> dict[int, float]:
    """Aid obliged in a year, at least a million."""
    found = _yearly(row, rows[rows.type == "obligations"], power, state)
    return {year: max(value, 1.0) for year, value in found.items()}


def _commitments(row: SightRow, rows: pd.DataFrame, power: str, state: str) -> dict[int, float]:
    """Commitments of all kinds, summed since the panel begins."""
    own = rows[rows.country == state].sort_values("year")
    whole = own.oda_amt_m2021.fillna(0) + own.oof_amt_m2021.fillna(0) + own.vof_amt_m2021.fillna(0)
    return dict(zip(map(int, own.year), map(float, whole.cumsum()), strict=True))


_SEEN: Mapping[str, Callable[[SightRow, pd.DataFrame, str, str], dict[int, float]]] = {
    "yearly": _yearly,
    "arms": _arms,
    "obligations": _obligations,
    "commitments": _commitments,
}
_INFLUENCE = "share of influence"


def _influence(seen: Sighting, year: int) -> Array:
    return seen.share[year]


def _security(seen: Sighting, year: int) -> Array:
    """Each power's part of the security ties of all."""
    ties = seen.ties[year][w.SECURITY]
    part: Array = ties / np.maximum(ties.sum(axis=0), np.finfo(ties.dtype).tiny)
    return part


def _summed_aid(seen: Sighting, year: int) -> Array:
    return np.asarray(np.sum([seen.aid[each] for each in seen.aid if each <= year], axis=0))


def _agreement(seen: Sighting, year: int) -> Array:
    """That of the contested states, which come first on the axis of states."""
    return seen.agreement[year][:, : len(seen.axes.region)]


_MODELLED: Mapping[str, Callable[[Sighting, int], Array]] = {
    "trade_share": lambda seen, year: seen.trade_share[year],
    "agreement": _agreement,
    "security": _security,
    "aid": lambda seen, year: seen.aid[year],
    "summed_aid": _summed_aid,
    "influence": _influence,
}


def seen_in_panels(tables: Tables) -> dict[str, dict[str, dict[str, dict[int, float]]]]:
    """What the panels show: by sight, power and state, a value a year."""
    return {
        name: {
            power: {
                state: dict(sight.of_panels(tables[sight.file], power, state))
                for state in contested()
            }
            for power in sight.powers
        }
        for name, sight in sights().items()
        if name == sight.stored
    }


def stored_sights() -> dict[str, Dyads]:
    """The same as it was when it was last read from the panels."""
    rows = stored()["dyads"]
    return {
        name: {
            (power, state): {int(year): float(value) for year, value in values.items()}
            for power, states in rows[sight.stored].items()
            for state, values in states.items()
        }
        for name, sight in sights().items()
    }


@dataclass(frozen=True)
class Correlated:
    """A rank correlation within a power, with the bootstrap's interval over states.

    Attributes:
        value: it. low, high: its interval. pairs: how many values went into it.
    """

    value: float
    low: float
    high: float
    pairs: int


@dataclass(frozen=True)
class Validated:
    """A sight of a power beside the model's, over the years.

    Attributes:
        sight: what is seen. power: whose; "" for all of them together, ranked within each.
        held: whether history was imposed.
        levels: after 2001, state by state and year by year. changes: the same since 2001.
        naive_levels: of what stays as it was in 2001. naive_changes: of what goes on as it changed
            between 1998 and 2001.
    """

    sight: Sight
    power: str
    held: bool
    levels: Correlated
    changes: Correlated
    naive_levels: Correlated
    naive_changes: Correlated


def modelled_means(
    runs: int, seed: int, source: str = "posterior", held: bool = False
) -> dict[str, Dyads]:
    """What runs show in the place of each sight: by power and state, the mean over runs a year."""
    catalogue = load_catalogue()
    scenario = load_scenario(BASELINE, catalogue)
    scenario = held_to_the_end_of_october(scenario) if held else scenario
    numbers = Numbers.of(source, catalogue, days=[scenario.history_until], runs=runs)
    last, sums = quarter_of(f"{YEARS[-1]}Q4"), dict[tuple[str, int], Array]()
    for first in range(0, runs, _BLOCK):
        count = min(_BLOCK, runs - first)
        model = InfluenceModel(
            scenario, count, seed, first_run=first, parameters=numbers.part(first, count),
            until=last, collecting=False,
        )  # fmt: skip
        seen = sighted(model, last)
        for sight in sights().values():
            for year in YEARS:
                whole = np.asarray(sight.modelled(seen, year).sum(axis=-1, dtype=np.float64))
                place = (sight.name, year)
                sums[place] = sums[place] + whole if place in sums else whole
    power_at = {name: place for place, name in enumerate(seen.axes.power)}
    state_at = {name: place for place, name in enumerate(seen.axes.region)}
    return {
        sight.name: {
            (power, state): {
                year: float(sums[sight.name, year][power_at[power], state_at[state]] / runs)
                for year in YEARS
            }
            for power in sight.powers
            for state in contested()
        }
        for sight in sights().values()
    }


def validate(
    seen: Mapping[str, Dyads], modelled: Mapping[str, Dyads], held: bool = False
) -> list[Validated]:
    """Put what was seen beside what was modelled, power by power and all together.

    Args:
        seen, modelled: by sight.
        held: whether history was imposed in the runs.
    """
    found = []
    for sight in sights().values():
        if held and not sight.imposed:
            continue
        several = (*sight.powers, "") if len(sight.powers) > 1 else sight.powers
        for power in several:
            powers = (power,) if power else sight.powers
            was, runs = seen[sight.name], modelled[sight.name]
            found.append(
                Validated(
                    sight,
                    power,
                    held=held,
                    levels=correlated(powers, was, _levels(runs)),
                    changes=correlated(powers, was, _changes(runs)),
                    naive_levels=correlated(powers, was, _as_in_2001),
                    naive_changes=correlated(powers, was, _as_before),
                )
            )
    return found


Pair = Callable[[tuple[str, str], int, Mapping[int, float]], tuple[float, float] | None]
"""What was seen of a dyad in a year, and what is put beside it; None where there is nothing."""


def _levels(modelled: Dyads) -> Pair:
    def pair(
        dyad: tuple[str, str], year: int, seen: Mapping[int, float]
    ) -> tuple[float, float] | None:
        return (seen[year], modelled[dyad][year]) if year > _first(seen) else None

    return pair


def _changes(modelled: Dyads) -> Pair:
    def pair(
        dyad: tuple[str, str], year: int, seen: Mapping[int, float]
    ) -> tuple[float, float] | None:
        first = _first(seen)
        if year <= first:
            return None
        return seen[year] - seen[first], modelled[dyad][year] - modelled[dyad][first]

    return pair


def _first(seen: Mapping[int, float]) -> int:
    """The first year in which something was seen, from 2001 on."""
    return min((year for year in seen if year >= YEARS[0]), default=YEARS[-1])


def _as_in_2001(
    _: tuple[str, str], year: int, seen: Mapping[int, float]
) -> tuple[float, float] | None:
    first = _first(seen)
    return (seen[year], seen[first]) if year > first else None


def _as_before(
    _: tuple[str, str], year: int, seen: Mapping[int, float]
) -> tuple[float, float] | None:
    first = _first(seen)
    earlier = [each for each in seen if each < YEARS[0]]
    if year <= first or not earlier:
        return None
    return seen[year] - seen[first], seen[first] - seen[min(earlier)]


def correlated(powers: Sequence[str], seen: Dyads, pair: Pair) -> Correlated:
    """Spearman's correlation within powers, ranked power by power, with its interval.

    Args:
        powers: within each of whom values are ranked; together their ranks are put in one.
        seen: what was seen.
        pair: what is put beside it.
    """
    of_state: dict[str, list[tuple[str, float, float]]] = {state: [] for state in contested()}
    for power in powers:
        for state in contested():
            values = seen[power, state]
            for year in YEARS:
                if year in values:
                    both = pair((power, state), year, values)
                    if both is not None:
                        of_state[state].append((power, *both))

    def value(states: Sequence[str]) -> float:
        ranked: list[tuple[Array, Array]] = []
        for power in powers:
            rows = [row[1:] for state in states for row in of_state[state] if row[0] == power]
            if len(rows) > 2:
                one, other = np.array(rows).T
                ranked.append((_ranks(one), _ranks(other)))
        if not ranked:
            return np.nan
        one = np.concatenate([each for each, _ in ranked])
        other = np.concatenate([each for _, each in ranked])
        if np.ptp(one) == 0 or np.ptp(other) == 0:
            return np.nan
        return float(np.corrcoef(one, other)[0, 1])

    drawn = [(value(states), weight) for states, weight in _resamples(contested())]
    low, high = _quantiles([each for each in drawn if np.isfinite(each[0])])
    pairs = sum(len(rows) for rows in of_state.values())
    return Correlated(value(contested()), float(low), float(high), pairs)


def _resamples(states: Sequence[str]) -> Iterator[tuple[Sequence[str], float]]:
    """Every sample of as many states with replacement, and how often a bootstrap draws it."""
    for drawn in combinations_with_replacement(states, len(states)):
        repeats = prod(factorial(drawn.count(state)) for state in set(drawn))
        yield drawn, factorial(len(states)) / repeats


def _quantiles(drawn: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The ends of the interval of weighted values."""
    if not drawn:
        return np.nan, np.nan
    values, weights = np.array(sorted(drawn)).T
    below = np.cumsum(weights) / weights.sum()
    ends = np.searchsorted(below, ((1 - _LEVEL) / 2, (1 + _LEVEL) / 2))
    return float(values[ends[0]]), float(values[min(ends[1], len(values) - 1)])


def _ranks(values: Array) -> Array:
    """Ranks from -1/2 to 1/2, so that those of several powers can be put together."""
    above = values[:, np.newaxis] > values
    alike = values[:, np.newaxis] == values
    ranks: Array = (above.sum(axis=1) + (alike.sum(axis=1) + 1) / 2) / (len(values) + 1) - 0.5
    return ranks
