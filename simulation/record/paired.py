"""Statistics of paired runs: run i of a scenario against run i of the baseline.

Paired runs share their luck, so the difference within a pair varies far less than the runs do.
Means have t intervals. Differences of two shares of runs have Newcombe's interval for paired
proportions (his method 10; Statistics in Medicine 17, 1998, 2635-2650). Where many outcomes are
read at once, the critical value is that of the largest |t| among them (Hothorn, Bretz and
Westfall, Biometrical Journal 50, 2008, 346-363). Arrays in, numbers out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from simulation.numerics.arrays import FLOAT
from simulation.numerics.randomness import Draws
from simulation.numerics.special import gammaincinv, ndtri, stdtrit

LEVEL = 0.95
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
QUARTILES = QUANTILES[1:-1]
DRAWS = 20_000
"""Draws from which the distribution of the largest |t| is read."""

ROUNDING = 4 * float(np.finfo(FLOAT).eps)
"""Spread, relative to the values, that is nothing but rounding."""


@dataclass(frozen=True)
class Difference:
    """How an outcome differs between paired runs.

    Attributes:
        pairs: pairs of runs in which both have a value.
        reference_mean, mean: mean in the reference and in the scenario.
        difference: mean of the paired difference, scenario less reference.
        low, high: interval of that mean.
        low_alone, high_alone: its interval where no other outcome is read beside it.
        quantiles: of the paired difference, at `QUANTILES`.
        share_above, share_below: share of pairs whose difference is above, below zero.
        where_changed: quartiles of the paired difference over the pairs in which there is one.
        effect_size: mean of the paired difference over the standard deviation of the reference.
        up, down: pairs in which only the scenario, only the reference is 1 (binary outcomes),
            or in which the scenario is higher, lower (others).
        variance_ratio: variance of the unpaired over that of the paired difference.
    """

    pairs: int
    reference_mean: float
    mean: float
    difference: float
    low: float
    high: float
    low_alone: float
    high_alone: float
    quantiles: tuple[float, ...]
    where_changed: tuple[float, ...]
    share_above: float
    share_below: float
    effect_size: float
    up: int
    down: int
    variance_ratio: float

    @property
    def told_from_zero(self) -> bool:
        """Whether zero lies outside the interval."""
        return self.low > 0.0 or self.high < 0.0

    @property
    def half_width(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2.0

    @property
    def unpaired_runs(self) -> float:
        """Runs that unpaired scenarios would each have needed for as narrow an interval."""
        runs = self.pairs * self.variance_ratio
        return math.ceil(runs * (1 - ROUNDING)) if math.isfinite(runs) else runs


def paired_difference(
    reference: np.ndarray,
    scenario: np.ndarray,
    binary: bool = False,
    critical: float | None = None,
    level: float = LEVEL,
) -> Difference:
    """Compare an outcome run by run.

    Args:
        reference: the outcome in the reference, a value a run; NaN where it has none.
        scenario: the same runs in the scenario.
        binary: whether the outcome is 0 or 1.
        critical: critical value of the interval; that of one t or normal statistic by default.
        level: coverage of the interval when `critical` is not given.
    """
    reference, scenario = _both_present(reference, scenario)
    pairs = len(reference)
    if not pairs:
        return _no_difference()
    gaps = scenario - reference
    mean, spread = float(gaps.mean()), math.sqrt(_variance(gaps))
    if spread <= ROUNDING * max(np.abs(reference).max(), np.abs(scenario).max()):
        spread = 0.0
    up, down = int((gaps > 0).sum()), int((gaps < 0).sum())
    if not up and not down:
        mean = 0.0

    def interval(critical: float | None) -> tuple[float, float]:
        if not up and not down:
            return 0.0, 0.0
        if binary:
            return newcombe_interval(
                both=int(((scenario > 0) & (reference > 0)).sum()),
                up=up,
                down=down,
                neither=int(((scenario <= 0) & (reference <= 0)).sum()),
                critical=critical or float(ndtri(0.5 + level / 2)),
            )
        error = math.inf
        if pairs > 1:
            error = _t_critical(pairs, critical, level) * spread / math.sqrt(pairs)
        return mean - error, mean + error

    low_alone, high_alone = interval(None)
    low, high = (low_alone, high_alone) if critical is None else interval(critical)
    unpaired = _variance(reference) + _variance(scenario)
    ordered = np.sort(gaps)
    return Difference(
        pairs=pairs,
        reference_mean=float(reference.mean()),
        mean=float(scenario.mean()),
        difference=mean,
        low=low,
        high=high,
        low_alone=low_alone,
        high_alone=high_alone,
        quantiles=quantiles_of(ordered, QUANTILES),
        where_changed=quantiles_of(ordered[ordered != 0], QUARTILES),
        share_above=up / pairs,
        share_below=down / pairs,
        effect_size=_ratio(mean, math.sqrt(_variance(reference)), at_rest=0.0),
        up=up,
        down=down,
        variance_ratio=_ratio(unpaired, spread**2, at_rest=1.0),
    )


def quantiles_of(ordered: np.ndarray, levels: Sequence[float]) -> tuple[float, ...]:
    """Quantiles of values in rising order, to the bit those of NumPy; NaN where there is no value.

    NumPy looks at its arguments for longer than at a thousand values, and orders them each time.
    """
    if not len(ordered):
        return (math.nan,) * len(levels)
    last = len(ordered) - 1
    exact = last * np.asarray(levels)
    below = np.floor(exact).astype(np.int64)
    part = exact - below
    low, high = ordered[below], ordered[np.minimum(below + 1, last)]
    found = np.where(part < 0.5, low + (high - low) * part, high - (high - low) * (1 - part))
    return tuple(map(float, found))


def _no_difference() -> Difference:
    """Where no pair has a value in both runs."""
    return Difference(
        pairs=0,
        reference_mean=math.nan,
        mean=math.nan,
        difference=math.nan,
        low=math.nan,
        high=math.nan,
        low_alone=math.nan,
        high_alone=math.nan,
        quantiles=(math.nan,) * len(QUANTILES),
        where_changed=(math.nan,) * len(QUARTILES),
        share_above=0.0,
        share_below=0.0,
        effect_size=0.0,
        up=0,
        down=0,
        variance_ratio=1.0,
    )


def most_by_pairing(reference: np.ndarray, scenario: np.ndarray) -> float:
    """The largest variance ratio that any way of pairing these runs could give.

    The difference varies least where the lowest run meets the lowest and the highest the highest
    (Hoeffding 1940): so pairing cannot help where a scenario settles an outcome, and little where
    it moves the shape of its distribution. Common luck alone makes a pair that means something.

    Args:
        reference, scenario: the outcome in each, a value a run; NaN where it has none.
    """
    reference, scenario = _both_present(reference, scenario)
    if not len(reference):
        return 1.0
    closest = np.sort(scenario) - np.sort(reference)
    unpaired = _variance(reference) + _variance(scenario)
    return _ratio(unpaired, _variance(closest), at_rest=1.0)


def newcombe_interval(
    both: int, up: int, down: int, neither: int, critical: float
) -> tuple[float, float]:
    """Newcombe's interval (method 10) of the difference of two paired proportions.

    Args:
        both: pairs in which scenario and reference are 1.
        up: pairs in which only the scenario is 1.
        down: pairs in which only the reference is 1.
        neither: pairs in which both are 0.
        critical: critical value, 1.96 for 95%.
    """
    pairs = both + up + down + neither
    first, second = (both + up) / pairs, (both + down) / pairs
    low_first, high_first = wilson_interval(both + up, pairs, critical)
    low_second, high_second = wilson_interval(both + down, pairs, critical)
    phi = _association(both, up, down, neither)

    def reach(a: float, b: float) -> float:
        return math.sqrt(max(a * a - 2.0 * phi * a * b + b * b, 0.0))

    below = reach(first - low_first, high_second - second)
    above = reach(high_first - first, second - low_second)
    return first - second - below, first - second + above


def wilson_interval(count: int, size: int, critical: float) -> tuple[float, float]:
    """Wilson's score interval of a proportion."""
    share, square = count / size, critical * critical
    centre = share + square / (2 * size)
    reach = critical * math.sqrt(share * (1 - share) / size + square / (4 * size * size))
    scale = 1 + square / size
    return max((centre - reach) / scale, 0.0), min((centre + reach) / scale, 1.0)


def simultaneous_critical(gaps: Sequence[np.ndarray], level: float = LEVEL) -> float:
    """Critical value for intervals that all hold together with probability `level`.

    Args:
        gaps: paired differences of each outcome, a value a run. Those that are the same in
            every run take no part: their intervals have no width.
        level: the probability that no interval misses.

    Returns:
        The quantile of the largest |t|, given how the differences are correlated.
    """
    varying = [each for each in map(_filled, gaps) if len(each) > 1 and _variance(each) > 0.0]
    if not varying:
        return float(ndtri(0.5 + level / 2))
    runs = len(varying[0])
    alone = _t_critical(runs, None, level)
    if len(varying) == 1:
        return alone
    values, vectors = np.linalg.eigh(np.corrcoef(np.stack(varying)))
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    normal = np.stack([_normal(place) for place in range(len(root))])
    joint = root @ normal
    largest = np.abs(joint, out=joint).max(axis=0) / _scale(runs - 1)
    return max(alone, float(np.quantile(largest, level)))


def _uniform(name: str) -> np.ndarray:
    return Draws(seed=0, first_run=0, runs=DRAWS, precision=np.float64).uniform(
        0, name, "largest t"
    )


@lru_cache(maxsize=512)
def _normal(place: int) -> np.ndarray:
    """Standard normal draws for the largest |t|: the same ones in every comparison."""
    normal: np.ndarray = ndtri(_uniform(str(place)))
    return normal


@lru_cache(maxsize=8)
def _scale(freedom: int) -> np.ndarray:
    """What turns such normal draws into t statistics with so many degrees of freedom."""
    chi_square = 2 * gammaincinv(freedom / 2, _uniform("scale"))
    square: np.ndarray = chi_square / freedom
    scale: np.ndarray = np.sqrt(square)
    return scale


def _both_present(reference: np.ndarray, scenario: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    reference, scenario = np.asarray(reference, float), np.asarray(scenario, float)
    if reference.shape != scenario.shape:
        raise ValueError(f"{len(scenario)} runs cannot be paired with {len(reference)}")
    present = np.isfinite(reference) & np.isfinite(scenario)
    return (reference, scenario) if present.all() else (reference[present], scenario[present])


def _filled(gaps: np.ndarray) -> np.ndarray:
    """Differences with those that are missing set to the mean of the others."""
    present = np.isfinite(gaps)
    filled: np.ndarray = gaps[present]
    if present.all() or not present.any():
        return filled
    return np.where(present, gaps, gaps[present].mean())


def _variance(values: np.ndarray) -> float:
    """Sample variance; exactly zero when all values are the same."""
    if len(values) < 2 or (values == values[0]).all():
        return 0.0
    return float(values.var(ddof=1))


def _ratio(above: float, below: float, at_rest: float) -> float:
    """A ratio that is `at_rest` when both are zero, and infinite when only `below` is."""
    if below == 0.0:
        return at_rest if above == 0.0 else math.copysign(math.inf, above)
    return above / below


def _t_critical(pairs: int, critical: float | None, level: float) -> float:
    if critical is not None:
        return critical
    return float(stdtrit(pairs - 1, 0.5 + level / 2)) if pairs > 1 else math.inf


def _association(both: int, up: int, down: int, neither: int) -> float:
    """The correlation of two binary outcomes, its numerator corrected as Newcombe proposes."""
    margins = (both + up) * (down + neither) * (both + down) * (up + neither)
    if not margins:
        return 0.0
    excess: float = both * neither - up * down
    if excess > 0:
        excess = max(excess - (both + up + down + neither) / 2, 0)
    return excess / math.sqrt(margins)
