"""Series that partly last and partly scatter: how much of each, estimated over many short series.

A series is a level of its own, a part that is left over from year to year, and what is gone the
next year. The likelihood is that of a normal vector, so that years that are missing cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

_LEVEL = 3.0
"""Standard deviation of the level of a series, wide against everything that is estimated."""
_SPAN = (1e-4, 3.0)


@dataclass(frozen=True)
class Lasting:
    """What a set of series says.

    Attributes:
        kept: Share of the lasting part that is left after a year; 1 for a random walk.
        moved: Standard deviation of its yearly change.
        noise: Standard deviation of what is gone the next year.
    """

    kept: float
    moved: float
    noise: float


def covariance(years: np.ndarray, part: Lasting) -> np.ndarray:
    """Of a series seen in some years, its level unknown."""
    apart = np.abs(years[:, None] - years[None, :])
    if part.kept >= 1:
        lasting = part.moved**2 * (np.minimum(years[:, None], years[None, :]) - years.min())
    else:
        lasting = part.moved**2 / (1 - part.kept**2) * part.kept**apart
    return np.asarray(lasting + part.noise**2 * np.eye(len(years)) + _LEVEL**2)


def averaged(years: np.ndarray, moved: float, noise: float) -> np.ndarray:
    """Of yearly means of a random walk that moves within the year, and noise; level unknown."""
    apart = np.abs(years[:, None] - years[None, :])
    first = np.minimum(years[:, None], years[None, :]) - years.min()
    # The mean over a year of a walk from the first year's beginning: min(s, t) + 1/2, or + 1/3.
    walk = first + np.where(apart == 0, 1 / 3, 1 / 2)
    return np.asarray(moved**2 * walk + noise**2 * np.eye(len(years)) + _LEVEL**2)


def _fits(values: np.ndarray, spread: np.ndarray) -> float:
    return float(stats.multivariate_normal.logpdf(values, np.zeros(len(values)), spread))


def _searched(against: Callable[[np.ndarray], float], start: np.ndarray) -> np.ndarray:
    """Where a function is least: simplices begin wide, so that none stands still on a ridge."""
    at = start
    for wide in (1.0, 0.3):
        simplex = np.vstack([at, at + wide * np.eye(len(at))])
        options = {"maxfev": 400, "xatol": 0.005, "fatol": 0.01, "initial_simplex": simplex}
        at = optimize.minimize(against, at, method="Nelder-Mead", options=options).x
    return np.asarray(at)


def fit_lasting(series: Sequence[tuple[np.ndarray, np.ndarray]]) -> Lasting:
    """The parts of some series, each years and values, of which their mean is taken away.

    Series of the same years share one covariance, which is what takes time.
    """
    groups = _grouped(series)

    def against(at: np.ndarray) -> float:
        kept, moved, noise = 1 / (1 + np.exp(-at[0])), np.exp(at[1]), np.exp(at[2])
        if not (_SPAN[0] < moved < _SPAN[1] and _SPAN[0] < noise < _SPAN[1]):
            return 1e9
        part = Lasting(float(kept), float(moved), float(noise))
        return -sum(_fits_all(values, covariance(years, part)) for years, values in groups)

    best = _searched(against, np.array([0.5, -2.0, -2.0]))
    at = best
    return Lasting(float(1 / (1 + np.exp(-at[0]))), float(np.exp(at[1])), float(np.exp(at[2])))


def fit_walk(series: Sequence[tuple[np.ndarray, np.ndarray]]) -> Lasting:
    """A random walk within the years, and noise, of some series."""
    groups = _grouped(series)

    def against(at: np.ndarray) -> float:
        moved, noise = np.exp(at)
        if not (_SPAN[0] < moved < _SPAN[1] and _SPAN[0] < noise < _SPAN[1]):
            return 1e9
        return -_fits_of_walk(groups, float(moved), float(noise))

    best = _searched(against, np.array([-1.5, -2.0]))
    return Lasting(1.0, float(np.exp(best[0])), float(np.exp(best[1])))


def fits_of_walk(series: Sequence[tuple[np.ndarray, np.ndarray]], part: Lasting) -> float:
    """The log likelihood of some series, were they such a walk within the years, and noise."""
    return _fits_of_walk(_grouped(series), part.moved, part.noise)


def _fits_of_walk(
    groups: Sequence[tuple[np.ndarray, np.ndarray]], moved: float, noise: float
) -> float:
    """The same of series that are grouped by their years."""
    return sum(_fits_all(values, averaged(years, moved, noise)) for years, values in groups)


def walk_with_interval(
    series: Sequence[tuple[np.ndarray, np.ndarray]],
) -> tuple[float, float, float]:
    """The spread of the yearly moves of a walk, with its profile interval of nineteen in twenty."""
    groups = _grouped(series)

    def best_at(moved: float) -> float:
        def against(at: float) -> float:
            return -_fits_of_walk(groups, moved, float(np.exp(at)))

        found = optimize.minimize_scalar(against, bounds=(-7.0, 0.5), method="bounded")
        return -float(found.fun)

    moves = np.exp(np.linspace(np.log(0.02), np.log(2.0), 60))
    heights = np.array([best_at(float(moved)) for moved in moves])
    finer = np.exp(np.linspace(np.log(0.02), np.log(2.0), 2_000))
    height = np.interp(np.log(finer), np.log(moves), heights)
    inside = finer[height >= height.max() - stats.chi2.ppf(0.95, 1) / 2]
    return float(finer[height.argmax()]), float(inside.min()), float(inside.max())


@dataclass(frozen=True)
class Uneven:
    """How unsteady series are whose size makes them so.

    Attributes:
        moved: Spread of the yearly moves of a series of countless deals, with its interval.
        deals: Size of a series at which single deals tell as much as all else, with its interval.
        apart: The same of the series that are told from the others.
        fits: Log likelihood, with that of the priors, but for a constant.
    """

    moved: tuple[float, float, float]
    deals: tuple[float, float, float]
    apart: tuple[float, float, float]
    fits: float


def fit_uneven(
    series: Sequence[tuple[np.ndarray, np.ndarray]],
    sizes: Sequence[float],
    apart: Sequence[bool],
    least: float,
) -> Uneven:
    """Walks within the years, and noise, both of which grow by the root of 1 + deals / size.

    Args:
        series: Years and values.
        sizes: Of each; one below `least` counts as that.
        apart: Which of them have deals of another size.
        least: The smallest size.

    Returns:
        Estimates with intervals by the curvature of the log likelihood in logarithms.
    """
    known = [
        (years, values - values.mean(), max(size, least), int(other))
        for (years, values), size, other in zip(series, sizes, apart, strict=True)
        if len(years) > 2
    ]

    def against(at: np.ndarray) -> float:
        moved, noise, *deals = np.exp(np.clip(at, -9.0, 2.0))
        total = 0.5 * float(np.sum(((at[1:] + 2.3) / 1.5) ** 2))
        for years, values, size, other in known:
            factor = np.sqrt(1 + deals[other] / size)
            spread = averaged(years, moved * factor, noise * factor)
            total -= _fits_all(values[None, :], spread)
        return float(total)

    start = np.array([-1.5, -2.3, -2.3, -2.3])
    found = _searched(against, start)
    spreads = np.sqrt(np.diag(np.linalg.inv(_curvature(against, found))))
    moved, _, deals, own = (
        (float(np.exp(it)), float(np.exp(it - 1.96 * sd)), float(np.exp(it + 1.96 * sd)))
        for it, sd in zip(found, spreads, strict=True)
    )
    return Uneven(moved, deals, own, -against(found))


def _curvature(function: Callable[[np.ndarray], float], at: np.ndarray) -> np.ndarray:
    """The matrix of second differences of a function at a point."""
    count, step = len(at), 0.1
    shifts = step * np.eye(count)
    middle = function(at)
    found = np.zeros((count, count))
    for i in range(count):
        ahead, back = function(at + shifts[i]), function(at - shifts[i])
        found[i, i] = (ahead - 2 * middle + back) / step**2
        for j in range(i):
            corners = [
                sign * other * function(at + sign * shifts[i] + other * shifts[j])
                for sign in (1, -1)
                for other in (1, -1)
            ]
            found[i, j] = found[j, i] = sum(corners) / (4 * step**2)
    return found


def _grouped(
    series: Sequence[tuple[np.ndarray, np.ndarray]],
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Series of the same years in the rows of one array."""
    found: dict[tuple[float, ...], list[np.ndarray]] = {}
    for years, values in series:
        if len(years) > 2:
            found.setdefault(tuple(years), []).append(values - values.mean())
    return [(np.array(years, float), np.array(rows)) for years, rows in found.items()]


def _fits_all(rows: np.ndarray, spread: np.ndarray) -> float:
    """The log likelihood of rows that share a covariance."""
    lower = np.linalg.cholesky(spread)
    scaled = np.linalg.solve(lower, rows.T)
    each = np.sum(np.log(np.diag(lower))) + 0.5 * len(spread) * np.log(2 * np.pi)
    return -float(0.5 * np.sum(scaled**2) + len(rows) * each)


def log_density(
    years: np.ndarray, values: np.ndarray, seen: int, part: Lasting, walk: bool
) -> float:
    """Mean log density of the later years of a series, given its first `seen` years."""
    spread = averaged(years, part.moved, part.noise) if walk else covariance(years, part)
    centred = values - values[:seen].mean()
    both, first = _fits(centred, spread), _fits(centred[:seen], spread[:seen, :seen])
    return (both - first) / (len(years) - seen)
