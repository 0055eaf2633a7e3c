"""Questions are not independent: what is about one actor, or resolves in one year, goes together.

Scores are compared question by question, and what is learned from them allows for both kinds of
dependence at once. Nothing here knows what a question is: it takes numbers, and two labels each.

- The error of a mean is that of clusters in two ways (Cameron, Gelbach and Miller 2011).
- Intervals resample actors and years, each as a whole (the pigeonhole bootstrap, Owen 2007).
- The paired test turns the signs of whole actors and studentizes by that error (the wild cluster
  bootstrap with the null imposed, MacKinnon, Nielsen and Webb 2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from simulation.numerics.randomness import Draws
from simulation.numerics.resampling import drawn_anew

_RESAMPLES = 2000
_MOST_FLIPPED = 11
"""Actors of whom every pattern of signs is tried; of more, patterns are drawn."""
_SHOWN_IN_FOUR_OF_FIVE = 2.8
"""Standard errors that a difference needs to be told at 5% in four samples of five."""
TIED = 1e-12
_Labels = Sequence[object]


@dataclass(frozen=True)
class Clusters:
    """How questions hang together.

    Attributes:
        actors: the actor that each is about.
        times: the year in which each resolves.
    """

    actors: tuple[object, ...]
    times: tuple[object, ...]

    @classmethod
    def of(cls, actors: _Labels, times: _Labels) -> Clusters:
        """From the labels of each question."""
        return cls(tuple(actors), tuple(times))

    @cached_property
    def ways(self) -> tuple[np.ndarray, ...]:
        """Which questions share an actor, a time, both; each of shape (clusters, questions)."""
        pairs = tuple(zip(self.actors, self.times, strict=True))
        return tuple(_membership(labels) for labels in (self.actors, self.times, pairs))

    @property
    def count(self) -> int:
        """How many actors there are."""
        return len(self.ways[0])

    def error(self, values: np.ndarray) -> np.ndarray:
        """Standard error of the mean of numbers, one a question, shape (..., questions)."""
        off = values - values.mean(axis=-1, keepdims=True)
        asked = off.shape[-1]
        alone = (off**2).sum(axis=-1)
        by_actor, by_time, by_both = (_clustered(off, way) for way in self.ways)
        # A two-way sum can come out too small by chance, so that each way alone is a floor.
        most = np.maximum.reduce([alone, by_actor, by_time, by_actor + by_time - by_both])
        found: np.ndarray = np.sqrt(most) / asked
        return found

    def worth(self, values: np.ndarray) -> float:
        """How many independent questions would give a mean as exact; NaN where none differ."""
        alone = float(((values - values.mean()) ** 2).sum())
        if alone <= TIED:
            return float("nan")
        return alone / float(self.error(values) * len(values)) ** 2 * len(values)

    def detectable(self, values: np.ndarray) -> float:
        """The mean that questions like these would show to differ from 0 four times in five."""
        return _SHOWN_IN_FOUR_OF_FIVE * float(self.error(values))

    def resampled(self, seed: int) -> np.ndarray:
        """How often each question is taken when actors and times are resampled.

        Returns:
            Shape (resamples, questions).
        """
        taken = np.ones((_RESAMPLES, len(self.actors)))
        for way, name in zip(self.ways[:2], ("actors", "times"), strict=True):
            if len(way) > 1:
                units = [f"{at}" for at in range(len(way))]
                picked = drawn_anew(units, f"resample {name}", seed, _RESAMPLES, turn=-1)
                times = [(picked == at).sum(axis=1) for at in range(len(way))]
                taken *= np.stack(times, axis=-1).astype(float) @ way
        return taken

    def chance_of_none(self, values: np.ndarray, seed: int) -> float:
        """The paired test: how often numbers as far from 0 come out where their mean is 0.

        Args:
            values: differences of scores, one a question.
            seed: names the patterns of signs, where not all are tried.
        """
        if np.abs(values).max() <= TIED:
            return 1.0
        by_actor = self.ways[0]
        signs = _signs(len(by_actor), seed) @ by_actor
        seen = self._studentized(values[np.newaxis])[0]
        turned = self._studentized(signs * values)
        return float(np.mean(turned >= seen * (1 - 1e-9)))

    def _studentized(self, values: np.ndarray) -> np.ndarray:
        means, errors = np.abs(values.mean(axis=-1)), self.error(values)
        found: np.ndarray = means / np.maximum(errors, TIED)
        return found


def _membership(labels: _Labels) -> np.ndarray:
    place = {label: at for at, label in enumerate(sorted(set(labels), key=str))}
    found: np.ndarray = np.eye(len(place))[:, [place[label] for label in labels]]
    return found


def _clustered(off: np.ndarray, way: np.ndarray) -> np.ndarray:
    """Sum of squares of the sums of clusters, made larger where these are few."""
    count = len(way)
    if count < 2:
        return np.zeros(off.shape[:-1])
    found: np.ndarray = ((off @ way.T) ** 2).sum(axis=-1) * count / (count - 1)
    return found


def _signs(count: int, seed: int) -> np.ndarray:
    """Patterns of signs, shape (patterns, clusters): every one, or some that are drawn."""
    if count <= _MOST_FLIPPED:
        return np.array(list(product((1.0, -1.0), repeat=count)))
    draws = Draws(seed, 0, _RESAMPLES, np.float64)
    drawn = np.stack([draws.uniform(-1, f"{at}", "sign") for at in range(count)], axis=-1)
    return np.vstack([np.ones(count), np.where(drawn < 0.5, 1.0, -1.0)])
