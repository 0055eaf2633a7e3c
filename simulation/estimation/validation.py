"""Influence that is modelled, and what can be seen of it: by power, state and year, to 2005.

What can be seen is stored with the evidence, since panels are not shipped. A run shows the same
years; the mean over runs stands beside what was seen, in levels and in changes, within each power.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import factorial, prod
from typing import TYPE_CHECKING

import numpy as np

from simulation.estimation.panel_counts import FIVE
from simulation.estimation.rates import held_to_the_end_of_october, stored
from simulation.estimation.sightings import Sighting, sighted
from simulation.evidence.catalogue import load_catalogue
from simulation.model.model import InfluenceModel
from simulation.numerics.arrays import Array
from simulation.numerics.dates import quarter_of
from simulation.parameters.numbers import Numbers
from simulation.scenario.inheritance import BASELINE
from simulation.scenario.scenario import load_scenario
from simulation.world import world as w

if TYPE_CHECKING:
    from simulation.estimation.panel_counts import Tables

POWERS = ("china", "japan", "russia", "united_states")
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
        name: as it is stored. words: what it is. file: the panel. unit: of the figure.
        powers: those of whom it can be seen.
        modelled: the same in a run, by year, shape (power, region, runs).
        beside: what of a run that stands for is called.
        of_panels: the values of the panels, by power and state.
        imposed: whether it tells something where history is imposed, which fixes trade and votes.
    """

    name: str
    words: str
    file: str
    unit: str
    powers: tuple[str, ...]
    beside: str
    modelled: Callable[[Sighting, int], Array]
    of_panels: Callable[[Tables, str, str], Mapping[int, float]]
    imposed: bool = True


def _trade(tables: Tables, power: str, state: str) -> dict[int, float]:
    rows = tables["trade_cow4"]
    return _by_year(rows[(rows.partner == power) & (rows.country == state)], "share_of_trade")


def _votes(tables: Tables, power: str, state: str) -> dict[int, float]:
    rows = tables["un_rollcall_agreement"]
    return _by_year(rows[(rows.power == power) & (rows.country == state)], "agree_graded")


def _arms(tables: Tables, power: str, state: str) -> dict[int, float]:
    """A power's part of the deliveries of five years to a state; nothing where there were none."""
    rows = tables["arms_deliveries_sipri"]
    own = rows[rows.country == state]
    found = {}
    for year in range(BEFORE, YEARS[-1] + 1):
        five = own[(own.year > year - 5) & (own.year <= year)]
        whole = five.tiv_m.sum()
        if whole > 0:
            found[year] = float(five[five.supplier_iso3 == power].tiv_m.sum() / whole)
    return found


def _aid(tables: Tables, power: str, state: str) -> dict[int, float]:
    """American obligations of a year, US$ m of 2019, at least a million."""
    rows = tables["us_aid"]
    own = rows[(rows.country == state) & (rows.type == "obligations")]
    return {year: max(value, 1.0) for year, value in _by_year(own, "constant_usd_m").items()}


def _commitments(tables: Tables, power: str, state: str) -> dict[int, float]:
    """Chinese commitments since 2000, summed, US$ m of 2021."""
    rows = tables["chinese_commitments_gcdf3"]
    own = rows[rows.country == state].sort_values("year")
    whole = own.oda_amt_m2021.fillna(0) + own.oof_amt_m2021.fillna(0) + own.vof_amt_m2021.fillna(0)
    return dict(zip(map(int, own.year), map(float, whole.cumsum()), strict=True))


def _fbic(tables: Tables, power: str, state: str) -> dict[int, float]:
    rows = tables["fbic_china_west"]
    return _by_year(rows[rows.country == state], "fbic_china_over_country")


def _by_year(rows: object, column: str) -> dict[int, float]:
    years, values = rows.year, getattr(rows, column)  # type: ignore[attr-defined]
    return {
        int(year): float(value)
        for year, value in zip(years, values, strict=True)
        if BEFORE <= year <= YEARS[-1] and value == value
    }


_CHINA, _US = ("china",), ("united_states",)
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


SIGHTS: tuple[Sight, ...] = (
    Sight(
        name="trade",
        words="part of a state's trade",
        file="trade_cow4",
        unit="share",
        powers=POWERS,
        beside="trade share",
        modelled=lambda seen, year: seen.trade_share[year],
        of_panels=_trade,
        imposed=False,
    ),
    Sight(
        name="votes",
        words="agreement in the United Nations",
        file="un_rollcall_agreement",
        unit="agreement",
        powers=POWERS,
        beside="agreement",
        modelled=lambda seen, year: _of_region(seen, seen.agreement[year]),
        of_panels=_votes,
        imposed=False,
    ),
    Sight(
        name="arms",
        words="part of five years' deliveries of arms",
        file="arms_deliveries_sipri",
        unit="share",
        powers=POWERS,
        beside="part of all powers' security ties",
        modelled=_security,
        of_panels=_arms,
    ),
    Sight(
        name="aid",
        words="American aid of a year",
        file="us_aid",
        unit="US$ m",
        powers=_US,
        beside="aid of a year",
        modelled=lambda seen, year: seen.aid[year],
        of_panels=_aid,
    ),
    Sight(
        name="commitments",
        words="Chinese commitments since 2000",
        file="chinese_commitments_gcdf3",
        unit="US$ m",
        powers=_CHINA,
        beside="aid since 2001",
        modelled=_summed_aid,
        of_panels=_commitments,
    ),
    Sight(
        name="fbic",
        words="China's formal bilateral influence capacity",
        file="fbic_china_west",
        unit="index",
        powers=_CHINA,
        beside=_INFLUENCE,
        modelled=_influence,
        of_panels=_fbic,
    ),
    Sight(
        name="influence_trade",
        words="part of a state's trade",
        file="trade_cow4",
        unit="share",
        powers=POWERS,
        beside=_INFLUENCE,
        modelled=_influence,
        of_panels=_trade,
    ),
    Sight(
        name="influence_votes",
        words="agreement in the United Nations",
        file="un_rollcall_agreement",
        unit="agreement",
        powers=POWERS,
        beside=_INFLUENCE,
        modelled=_influence,
        of_panels=_votes,
    ),
    Sight(
        name="influence_arms",
        words="part of five years' deliveries of arms",
        file="arms_deliveries_sipri",
        unit="share",
        powers=POWERS,
        beside=_INFLUENCE,
        modelled=_influence,
        of_panels=_arms,
    ),
)
"""Everything that is put beside a run."""


def _of_region(seen: Sighting, values: Array) -> Array:
    """Those of the contested states, which come first on the axis of states."""
    return values[:, : len(seen.axes.region)]


def seen_in_panels(tables: Tables) -> dict[str, dict[str, dict[str, dict[int, float]]]]:
    """What the panels show: by sight, power and state, a value a year."""
    found: dict[str, dict[str, dict[str, dict[int, float]]]] = {}
    for sight in SIGHTS:
        if sight.name.startswith("influence_"):
            continue  # the same as under its own name
        found[sight.name] = {
            power: {state: dict(sight.of_panels(tables, power, state)) for state in FIVE}
            for power in sight.powers
        }
    return found


def stored_sights() -> dict[str, Dyads]:
    """The same as it was when it was last read from the panels."""
    rows = stored()["dyads"]
    return {
        sight.name: {
            (power, state): {int(year): float(value) for year, value in values.items()}
            for power, states in rows[sight.name.removeprefix("influence_")].items()
            for state, values in states.items()
        }
        for sight in SIGHTS
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
        for sight in SIGHTS:
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
            for state in FIVE
        }
        for sight in SIGHTS
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
    for sight in SIGHTS:
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
    of_state: dict[str, list[tuple[str, float, float]]] = {state: [] for state in FIVE}
    for power in powers:
        for state in FIVE:
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

    drawn = [(value(states), weight) for states, weight in _resamples(FIVE)]
    low, high = _quantiles([each for each in drawn if np.isfinite(each[0])])
    pairs = sum(len(rows) for rows in of_state.values())
    return Correlated(value(FIVE), float(low), float(high), pairs)


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
