"""How often something happens in a run, and how much it moves: counts, and in what they are.

Every measure reads a stretch of a block of runs and gives two numbers a run: events and exposure,
or a sum of squares and how many there are. Of many runs the first is put over the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.estimation.moves import FALL_OF_AID, SWING, Counted, back_by_half, made, summed
from simulation.estimation.sightings import Sighting
from simulation.numerics.arrays import Array, Mask
from simulation.numerics.dates import QUARTERS_IN_YEAR, year_of
from simulation.numerics.elementary import logit
from simulation.world import world as w

COOLING = 0.3
"""A leaning has cooled by so much in two years."""
LARGE_TRADE = 0.05
"""A trade is large with at least this part of all of a state's trade."""
LONG = 4
"""Years of a long change, put against that of one year: 4 times its variance in a random walk."""


class Stretch(NamedTuple):
    """Some quarters of a run, the first and the last of them counted."""

    first: int
    last: int

    @property
    def quarters(self) -> range:
        """Its quarters."""
        return range(self.first, self.last + 1)

    def years_of(self, yearly: dict[int, Any]) -> list[int]:
        """Its calendar years, with the one before it, as far as something is kept of them."""
        years = range(year_of(self.first) - 1, year_of(self.last) + 1)
        return [year for year in years if year in yearly]


RunMeasure = Callable[[Sighting, Stretch], Counted]


def _counted(happened: Mask | Array, exposed: Mask | Array) -> Counted:
    """Events and exposure, over everything but the run."""
    axes = tuple(range(np.ndim(exposed) - 1))
    above, below = np.sum(happened, axis=axes), np.sum(exposed, axis=axes)
    return Counted(above.astype(np.float64), below.astype(np.float64))


def _a_year(parts: Iterator[Counted]) -> Counted:
    """Events a year of exposure, from quarters."""
    each = list(parts)
    above = np.sum([part.above for part in each], axis=0)
    below = np.sum([part.below for part in each], axis=0)
    return Counted(above, below / QUARTERS_IN_YEAR)


# -- who belongs -------------------------------------------------------------------------------


def _organizations(seen: Sighting, name: str = "", without: str = "") -> list[int]:
    """The place of an organization, or of those that states join by their own choice, but one."""
    names = [name] if name else [each for each in seen.at_start if each != without]
    places = [seen.axes.organization.index(each) for each in names]
    return [place for place in places if name or seen.eligible[place].any()]


def _contested(seen: Sighting, standing: NDArray[Any], places: list[int]) -> NDArray[Any]:
    """Standing of the contested states in some organizations."""
    first = seen.members_from
    found: NDArray[Any] = standing[places, first : first + len(seen.axes.region)]
    return found


def joins(organization: str = "", without: str = "") -> RunMeasure:
    """Joinings a year of a contested state outside an organization that is open to it."""

    def count(seen: Sighting, stretch: Stretch) -> Counted:
        places = _organizations(seen, organization, without)
        open_to = seen.eligible[places, : len(seen.axes.region)]

        def parts() -> Iterator[Counted]:
            for quarter in stretch.quarters:
                was = _contested(seen, seen.standing[quarter - 1], places) == w.OUTSIDE
                now = _contested(seen, seen.standing[quarter], places) == w.MEMBER
                yield _counted(was & now, was & open_to)

        return _a_year(parts())

    return count


def leaves(organization: str = "") -> RunMeasure:
    """Leavings a year of membership of a contested state."""

    def count(seen: Sighting, stretch: Stretch) -> Counted:
        places = _organizations(seen, organization)

        def parts() -> Iterator[Counted]:
            for quarter in stretch.quarters:
                was = _contested(seen, seen.standing[quarter - 1], places) == w.MEMBER
                now = _contested(seen, seen.standing[quarter], places) == w.OUTSIDE
                yield _counted(was & now, was)

        return _a_year(parts())

    return count


def returns(seen: Sighting, stretch: Stretch) -> Counted:
    """Returns a year to an organization that a contested state has left, in the run so far."""
    places = _organizations(seen)
    gone = np.zeros(_contested(seen, seen.standing[-1], places).shape, dtype=bool)
    parts: list[Counted] = []
    for quarter in range(stretch.last + 1):
        was = _contested(seen, seen.standing[quarter - 1], places)
        now = _contested(seen, seen.standing[quarter], places)
        if quarter >= stretch.first:
            parts.append(_counted(gone & (now == w.MEMBER), gone))
        gone = (gone | ((was == w.MEMBER) & (now == w.OUTSIDE))) & (now == w.OUTSIDE)
    return _a_year(iter(parts))


def admissions(organization: str) -> RunMeasure:
    """Admissions a year of a candidate that has no standing in an organization."""

    def count(seen: Sighting, stretch: Stretch) -> Counted:
        o, first = seen.axes.organization.index(organization), seen.members_from

        def parts() -> Iterator[Counted]:
            for quarter in stretch.quarters:
                was = seen.standing[quarter - 1][o, first:] == w.OUTSIDE
                yield _counted(was & (seen.standing[quarter][o, first:] != w.OUTSIDE), was)

        return _a_year(parts())

    return count


# -- regimes, bases ----------------------------------------------------------------------------


def ousters(seen: Sighting, stretch: Stretch) -> Counted:
    """Falls a year of a contested state, but for those that are scripted."""
    return _of_regimes(seen, stretch, seen.fallen)


def put_down(seen: Sighting, stretch: Stretch) -> Counted:
    """Risings put down a year in a contested state, but for those that are scripted."""
    return _of_regimes(seen, stretch, seen.crushed)


def _of_regimes(seen: Sighting, stretch: Stretch, happened: dict[int, Mask]) -> Counted:
    regions = len(seen.axes.region)
    there = np.ones((regions, seen.runs), dtype=bool)
    return _a_year(_counted(happened[q][:regions], there) for q in stretch.quarters)


def ends_of_bases(power: str, organization: str = "", allied: bool = True) -> RunMeasure:
    """Ends, or notices, a year of a power's base; of hosts in an alliance of its, or outside it."""

    def count(seen: Sighting, stretch: Stretch) -> Counted:
        p = seen.axes.power.index(power)
        bases = [b for b, g in enumerate(seen.guests) if g == p]
        hosts = [seen.members_from + seen.hosts[b] for b in bases]

        def parts() -> Iterator[Counted]:
            for quarter in stretch.quarters:
                was = seen.base_status[quarter - 1][bases] == w.OPEN
                if organization:
                    o = seen.axes.organization.index(organization)
                    inside = seen.standing[quarter - 1][o, hosts] == w.MEMBER
                    was = was & (inside if allied else ~inside)
                ended = np.isin(seen.base_status[quarter][bases], (w.NOTICE, w.CLOSED))
                yield _counted(was & ended, was)

        return _a_year(parts())

    return count


# -- votes -------------------------------------------------------------------------------------


def _own(yearly: Array) -> Array:
    """Each state's departure from the mean of the year; states on the first axis."""
    departed: Array = yearly - yearly.mean(axis=0, keepdims=True)
    return departed


def _votes(seen: Sighting, stretch: Stretch, power: str) -> Array:
    """Agreement with a power by year, shape (year, state, runs)."""
    p = seen.axes.power.index(power)
    return np.stack([seen.agreement[y][p] for y in stretch.years_of(seen.agreement)])


def own_votes(seen: Sighting, stretch: Stretch, powers: tuple[str, ...]) -> list[Array]:
    """Departures of votes from the mean of the year, with each of some powers, by year."""
    found = []
    for power in powers:
        votes = _votes(seen, stretch, power)
        found.append(np.stack([_own(each) for each in votes]))
    return found


def _squares(changes: list[Array]) -> Counted:
    """A sum of squares and how many there are, a run."""
    above = sum(np.sum(np.square(each), axis=tuple(range(each.ndim - 1))) for each in changes)
    size = sum(float(np.prod(each.shape[:-1])) for each in changes)
    return Counted(np.asarray(above, dtype=np.float64), np.full(changes[0].shape[-1], size))


def change_of_votes(powers: tuple[str, ...]) -> RunMeasure:
    """Standard deviation of the yearly change of a state's own votes with some powers."""

    def count(seen: Sighting, stretch: Stretch) -> Counted:
        return _squares([np.diff(each, axis=0) for each in own_votes(seen, stretch, powers)])

    return count


def walk_of_votes(powers: tuple[str, ...]) -> RunMeasure:
    """Variance of a change of votes over some years against that of one year."""

    def count(seen: Sighting, stretch: Stretch) -> Counted:
        own = own_votes(seen, stretch, powers)
        long = _squares([each[LONG:] - each[:-LONG] for each in own])
        short = _squares([np.diff(each, axis=0) for each in own])
        return Counted(long.above / long.below, short.above / short.below)

    return count


def change_of_agenda(powers: tuple[str, ...]) -> RunMeasure:
    """Standard deviation of the yearly change of mean agreement with some powers."""

    def count(seen: Sighting, stretch: Stretch) -> Counted:
        means = [_votes(seen, stretch, power).mean(axis=1) for power in powers]
        return _squares([np.diff(each, axis=0) for each in means])

    return count


def swings(powers: tuple[str, ...]) -> RunMeasure:
    """Share of states that swing within two years, of their own, in votes with some powers."""

    def count(seen: Sighting, stretch: Stretch) -> Counted:
        own = own_votes(seen, stretch, powers)
        return summed([made(each, np.abs, SWING) for each in own])

    return count


def swings_reversed(powers: tuple[str, ...]) -> RunMeasure:
    """Share of those swings that come back by half within five years."""

    def count(seen: Sighting, stretch: Stretch) -> Counted:
        own = own_votes(seen, stretch, powers)
        return summed([back_by_half(each, np.abs, SWING) for each in own])

    return count


# -- leanings and aid --------------------------------------------------------------------------


def cooling_regained(power: str) -> RunMeasure:
    """Share of the coolings of contested states that are half regained within five years."""

    def count(seen: Sighting, stretch: Stretch) -> Counted:
        p, regions = seen.axes.power.index(power), len(seen.axes.region)
        years = stretch.years_of(seen.affinity)
        leaning = np.stack([seen.affinity[y][p, :regions] for y in years])
        return back_by_half(leaning, np.negative, COOLING)

    return count


def _aid(seen: Sighting, stretch: Stretch, power: str) -> Array:
    """Logarithm of aid by year against the middle of the others, shape (year, region, runs)."""
    p = seen.axes.power.index(power)
    given = np.stack([seen.aid[y][p] for y in stretch.years_of(seen.aid)]).astype(np.float64)
    logarithm = np.log(np.maximum(given, 1e-6))
    return logarithm - np.median(logarithm, axis=1, keepdims=True)


def falls_of_aid(power: str) -> RunMeasure:
    """Share of states whose aid falls by two fifths within two years, against the others."""

    def count(seen: Sighting, stretch: Stretch) -> Counted:
        return made(_aid(seen, stretch, power), np.negative, -float(np.log(FALL_OF_AID)))

    return count


def aid_regained(power: str) -> RunMeasure:
    """Share of those falls that are half regained within five years."""

    def count(seen: Sighting, stretch: Stretch) -> Counted:
        return back_by_half(_aid(seen, stretch, power), np.negative, -float(np.log(FALL_OF_AID)))

    return count


# -- trade -------------------------------------------------------------------------------------


def _log_odds(share: Array) -> Array:
    """Log-odds of a share, cut off where there are none."""
    inside = np.clip(share.astype(np.float64), 1e-6, 1 - 1e-6)
    return logit(inside)


def change_of_trade(power: str, large: bool) -> RunMeasure:
    """Standard deviation of the yearly change of a trade share, in logits, of large or small."""

    def count(seen: Sighting, stretch: Stretch) -> Counted:
        p = seen.axes.power.index(power)
        share = np.stack([seen.trade_share[y][p] for y in stretch.years_of(seen.trade_share)])
        least = np.minimum(share[1:], share[:-1])
        chosen = (least >= LARGE_TRADE) if large else (least < LARGE_TRADE)
        change = np.diff(_log_odds(share), axis=0)
        return _counted(np.square(change) * chosen, chosen)

    return count


def change_of_trade_together(power: str) -> RunMeasure:
    """The same of all contested states together."""

    def count(seen: Sighting, stretch: Stretch) -> Counted:
        p, years = seen.axes.power.index(power), stretch.years_of(seen.trade_share)
        sizes = [seen.trade_size[y] for y in years]
        parts = [
            np.sum(seen.trade_share[y][p] * size, axis=0) / np.sum(size, axis=0)
            for y, size in zip(years, sizes, strict=True)
        ]
        return _squares([np.diff(_log_odds(np.stack(parts)), axis=0)])

    return count
