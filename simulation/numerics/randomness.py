"""Keyed draws: a draw is a function of its name (seed, run, quarter, actor, purpose).

One stream of words belongs to one name; run i reads word i of it. So a draw depends neither on
the scenario nor on the order of calls, on other actors, on the block or on the worker: scenarios
share their luck run by run, any run can be replayed alone, and a batch can be split anywhere.

Seed and quarter are the generator's key; actor and purpose are the upper half of its counter, the
run the lower. docs/architecture.md says why these words and not NumPy's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from math import pi, sqrt

import numpy as np

from simulation.numerics.arrays import FLOAT, Array
from simulation.numerics.compiled import uniforms, uniforms_at
from simulation.numerics.elementary import log

SEPARATOR = "\u241f"
BITS = 32
"""Bits of a word."""
UNIT_SPREAD = sqrt(3) / pi
"""Makes a logistic deviate one of unit variance."""


class Draws:
    """The draws of a block of runs.

    Args:
        seed: the batch's seed.
        first_run: number of the block's first run in the batch.
        runs: how many runs the block holds.
        precision: type of the draws; the model's own unless statistics need more.
        run_numbers: the number of each run, shape (runs,), where they do not follow each other
            from `first_run`; runs of one number have the same draws.
    """

    def __init__(
        self,
        seed: int,
        first_run: int,
        runs: int,
        precision: type = FLOAT,
        run_numbers: np.ndarray | None = None,
    ) -> None:
        self.seed = int(seed)
        self.first_run = int(first_run)
        self.runs = int(runs)
        self.precision = precision
        held = min(BITS, np.finfo(precision).nmant)  # of a word, as many bits as can be held
        self._unused, self._step = np.uint32(BITS - held), precision(2.0**-held)
        self._numbers: np.ndarray | None = None
        if run_numbers is not None:
            self._numbers, self._shared = np.unique(run_numbers, return_inverse=True)

    def uniform(self, quarter: int, actor: str | Sequence[str], purpose: str) -> Array:
        """Uniforms strictly inside (0, 1).

        Args:
            quarter: when they are drawn.
            actor: who draws, or several who do.
            purpose: what for.

        Returns:
            Shape (runs,), or (actor, runs) for several.
        """
        return self._drawn(quarter, actor, purpose, as_odds=False)

    def logistic(self, quarter: int, actor: str | Sequence[str], purpose: str) -> Array:
        """Logistic deviates: the log-odds of the uniform draw; shape as of `uniform`."""
        return log(self._drawn(quarter, actor, purpose, as_odds=True))

    def noise(self, quarter: int, actor: str | Sequence[str], purpose: str) -> Array:
        """Deviates of mean 0 and variance 1, logistic in shape; shape as of `uniform`."""
        deviates = self.logistic(quarter, actor, purpose)
        deviates *= UNIT_SPREAD
        return deviates

    def _drawn(
        self, quarter: int, actor: str | Sequence[str], purpose: str, as_odds: bool
    ) -> Array:
        alone = isinstance(actor, str)
        streams = _streams((actor,) if alone else tuple(actor), purpose)
        form = {"unused": self._unused, "step": self._step, "as_odds": as_odds}
        key, numbers = _key(self.seed, quarter), self._numbers
        runs = self.runs if numbers is None else len(numbers)
        out: Array = np.empty((len(streams), runs), dtype=self.precision)
        if numbers is None:
            uniforms(key, streams, self.first_run, **form, out=out)
        else:
            uniforms_at(key, streams, numbers, **form, out=out)
            out = out[:, self._shared]
        return out[0] if alone else out


def _digest(*parts: object) -> np.ndarray:
    """Two little-endian words of 32 bits that stand for a name."""
    name = SEPARATOR.join(map(str, parts))
    return np.frombuffer(blake2b(name.encode(), digest_size=8).digest(), dtype="<u4")


@lru_cache(maxsize=1 << 10)
def _key(seed: int, quarter: int) -> np.ndarray:
    return _digest(seed, quarter).astype(np.uint32)


@lru_cache(maxsize=1 << 14)
def _streams(actors: tuple[str, ...], purpose: str) -> np.ndarray:
    streams = np.empty((len(actors), 2), dtype=np.uint32)
    for row, actor in enumerate(actors):
        streams[row] = _digest(actor, purpose)
    return streams
