"""Keyed draws: a draw is a function of its name (seed, run, quarter, actor, purpose).

One stream of words belongs to one name; run i reads word i of it. So a draw depends neither on
the scenario nor on the order of calls, on other actors, on the block or on the worker: scenarios
share their luck run by run, any run can be replayed alone, and a batch can be split anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from math import pi, sqrt

import numpy as np

from simulation.arrays import FLOAT, Array, logit

SEPARATOR = "\u241f"
WORDS_PER_COUNT = 4
"""Philox's counter counts blocks of this many words."""
UNIT_SPREAD = sqrt(3) / pi
"""Makes a logistic deviate one of unit variance."""


class Draws:
    """The draws of a block of runs.

    Args:
        seed: the batch's seed.
        first_run: number of the block's first run in the batch.
        runs: how many runs the block holds.
        precision: type of the draws; the model's own unless statistics need more.
    """

    def __init__(self, seed: int, first_run: int, runs: int, precision: type = FLOAT) -> None:
        self.seed = int(seed)
        self.first_run = int(first_run)
        self.runs = int(runs)
        self.precision = precision
        self._bits = np.finfo(precision).nmant  # of a word's upper bits, as many as it holds
        self._block, self._skip = divmod(self.first_run, WORDS_PER_COUNT)
        self._philox = np.random.Philox(key=0)
        self._state = self._philox.state
        self._state["state"]["counter"] = np.array([self._block, 0, 0, 0], dtype=np.uint64)
        self._state["buffer_pos"] = WORDS_PER_COUNT
        self._quarter: int | None = None
        self._named = blake2b(digest_size=16)

    def words(self, quarter: int, actor: str, purpose: str) -> np.ndarray:
        """Raw 64-bit words of the block's runs, shape (runs,)."""
        if quarter != self._quarter:  # the digest of a name's beginning serves the whole quarter
            start = f"{self.seed}{SEPARATOR}{quarter}{SEPARATOR}"
            self._quarter, self._named = quarter, blake2b(start.encode(), digest_size=16)
        name = self._named.copy()
        name.update(f"{actor}{SEPARATOR}{purpose}".encode())
        self._state["state"]["key"] = np.frombuffer(name.digest(), dtype="<u8")
        self._philox.state = self._state
        return self._philox.random_raw(self._skip + self.runs)[self._skip :]

    def uniform(self, quarter: int, actor: str | Sequence[str], purpose: str) -> Array:
        """Uniforms strictly inside (0, 1).

        Args:
            quarter: when they are drawn.
            actor: who draws, or several who do.
            purpose: what for.

        Returns:
            Shape (runs,), or (actor, runs) for several.
        """
        names = (actor,) if isinstance(actor, str) else actor
        unused = np.uint64(64 - self._bits)
        out: Array = np.empty((len(names), self.runs), dtype=self.precision)
        for row, name in enumerate(names):
            np.right_shift(
                self.words(quarter, name, purpose), unused, out=out[row], casting="unsafe"
            )
        out += 0.5
        out *= 2.0**-self._bits
        return out[0] if isinstance(actor, str) else out

    def noise(self, quarter: int, actor: str | Sequence[str], purpose: str) -> Array:
        """Deviates of mean 0 and variance 1, logistic in shape; shape as of `uniform`."""
        return logit(self.uniform(quarter, actor, purpose)) * UNIT_SPREAD
