"""Families of runs: which runs went alike, and the one in the middle of each.

Two runs are as far apart as the events that only one of them has, plus a part for every event that
both have at different times. Runs are put into families around medoids, the runs whose distance to
all others of the family is least (Kaufman and Rousseeuw 1990); two families or three, whichever are
told apart better by the silhouette (Rousseeuw 1987). Nothing is drawn: the same runs give the same
families.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulation.decisions.events import Happening
from simulation.numerics.arrays import Array, Mask
from simulation.numerics.dates import quarter_of

MOST_COMPARED = 1_000
"""Runs that are held against each other at most, the first of the batch."""
FULLY_APART = 12
"""Quarters between two dates of an event from which on they are as good as different events."""
COUNTS = (2, 3)
"""How many families there may be."""
SMALLEST = 0.05
"""Share of the runs that a family has at least."""
_ROUNDS = 50


@dataclass(frozen=True)
class TellingEvent:
    """An event that a family has more often, or less often, than the others.

    Attributes:
        happening: the event, as it happened in some run.
        inside, outside: share of the family's runs, and of the others, in which it happens.
    """

    happening: Happening
    inside: float
    outside: float


@dataclass(frozen=True)
class Family:
    """Runs that went alike.

    Attributes:
        run: the one in the middle.
        share: of all runs that were compared.
        marks: what sets it apart most, the most first.
    """

    run: int
    share: float
    marks: tuple[TellingEvent, ...] = ()


@dataclass(frozen=True)
class Eventful:
    """When each event first happened in each run.

    Attributes:
        names: an example of each event.
        first: quarters, shape (events, runs); -1 where it did not happen.
    """

    names: tuple[Happening, ...]
    first: Array

    @classmethod
    def of(cls, events: pa.Table, runs: int, leaving: Collection[str] = ()) -> Eventful:
        """From the rows of `events.parquet` of one scenario.

        Args:
            events: the rows, in order.
            runs: how many runs are looked at, from the first.
            leaving: kinds that do not count.
        """
        columns = ("run", "quarter", "phase", "kind", "actor", "counterpart", "object", "value")
        frame = events.select(columns).to_pandas()
        frame = frame[(frame["run"] < runs) & ~frame["kind"].isin([*leaving])]
        keys = ["kind", "actor", "counterpart", "object"]
        frame[keys] = frame[keys].astype(object).fillna("")
        once = frame.drop_duplicates([*keys, "run"])
        number = once.groupby(keys, sort=True).ngroup().to_numpy()
        when = {name: quarter_of(name) for name in once["quarter"].unique()}
        quarters = once["quarter"].map(when).to_numpy()
        first = np.full((number.max(initial=-1) + 1, runs), -1, dtype=np.float32)
        first[number, once["run"].to_numpy()] = quarters
        examples = once.assign(number=number, when=quarters).drop_duplicates("number")
        names = tuple(
            Happening(
                quarter=int(row.when),
                phase=row.phase,
                kind=row.kind,
                actor=row.actor,
                counterpart=row.counterpart,
                object=row.object,
                value=float(row.value),
            )
            for row in examples.sort_values("number").itertuples()
        )
        return cls(names, first)

    def distances(self) -> Array:
        """How far apart runs are, shape (runs, runs)."""
        runs = self.first.shape[1]
        far = np.zeros((runs, runs), dtype=np.float32)
        for row in self.first:
            here = row >= 0
            if (here.all() and np.ptp(row) == 0) or not here.any():
                continue
            both = here[:, np.newaxis] & here
            gap = np.minimum(np.abs(row[:, np.newaxis] - row) / FULLY_APART, 1.0)
            far += np.where(both, gap, here[:, np.newaxis] != here)
        return far

    def marks(self, inside: Mask, most: int = 3, least: float = 0.2) -> tuple[TellingEvent, ...]:
        """What some runs have more often, or less, than the others."""
        happens = self.first >= 0
        if inside.all() or not inside.any():
            return ()
        within = happens[:, inside].mean(axis=1)
        without = happens[:, ~inside].mean(axis=1)
        order = np.argsort(-np.abs(within - without), kind="stable")[:most]
        return tuple(
            TellingEvent(self.names[at], float(within[at]), float(without[at]))
            for at in order
            if abs(within[at] - without[at]) >= least
        )


def medoid(far: Array) -> int:
    """The run whose distance to all others is least; the first of several."""
    return int(np.argmin(far.sum(axis=1)))


def grouped(far: Array, count: int) -> tuple[list[int], Array]:
    """Put runs into families.

    Args:
        far: distances, shape (runs, runs).
        count: how many families.

    Returns:
        Their medoids, and of every run the place of its own.
    """
    chosen = [medoid(far)]
    nearest = far[chosen[0]].copy()
    for _ in range(1, count):  # each further one where it brings the runs closest to a medoid
        gain = np.maximum(nearest - far, 0.0).sum(axis=1)
        chosen.append(int(np.argmax(gain)))
        nearest = np.minimum(nearest, far[chosen[-1]])
    own = np.argmin(far[chosen], axis=0)
    for _ in range(_ROUNDS):
        found = []
        for place in range(count):
            members = np.flatnonzero(own == place)
            within = far[np.ix_(members, members)]
            found.append(int(members[medoid(within)]) if len(members) else chosen[place])
        now = np.argmin(far[found], axis=0)
        if found == chosen and (now == own).all():
            break
        chosen, own = found, now
    return chosen, own


def silhouette(far: Array, own: Array) -> float:
    """How well families are told apart, from -1 to 1: the mean over all runs."""
    places = np.unique(own)
    if len(places) < 2:
        return -1.0
    sums = np.stack([far[:, own == place].sum(axis=1) for place in places])
    sizes = np.array([(own == place).sum() for place in places])
    mine = np.searchsorted(places, own)
    at = np.arange(len(own))
    within = sums[mine, at] / np.maximum(sizes[mine] - 1, 1)
    others = sums / sizes[:, np.newaxis]
    others[mine, at] = np.inf
    beside = others.min(axis=0)
    wide = np.where(
        sizes[mine] > 1, (beside - within) / np.maximum(np.maximum(within, beside), 1e-9), 0.0
    )
    return float(wide.mean())


def families_of(eventful: Eventful) -> tuple[int, list[Family]]:
    """The run in the middle of all, and the families, largest first; none where all are alike."""
    far = eventful.distances()
    middle = medoid(far)
    runs = len(far)
    best: tuple[float, list[int], Array] | None = None
    for count in COUNTS:
        if runs < 2 * count or not far.any():
            continue
        chosen, own = grouped(far, count)
        sizes = np.bincount(own, minlength=count) / runs
        told = silhouette(far, own)
        if sizes.min() >= SMALLEST and (best is None or told > best[0]):
            best = told, chosen, own
    if best is None:
        return middle, []
    _, chosen, own = best
    found = [
        Family(run, float((own == place).mean()), eventful.marks(own == place))
        for place, run in enumerate(chosen)
    ]
    return middle, sorted(found, key=lambda each: (-each.share, each.run))
