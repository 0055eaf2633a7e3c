"""Keyed draws: a draw is a function of its name (seed, run, quarter, actor, purpose).

One stream of words belongs to one name; run i reads word i of it. So a draw depends neither on
the scenario nor on the order of calls, on other actors, on the block or on the worker: scenarios
share their luck run by run, any run can be replayed alone, and a batch can be split anywhere.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

from simulation.arrays import FLOAT, Array

SEPARATOR = "\u241f"
WORDS_PER_COUNT = 4
"""Philox's counter counts blocks of this many words."""


def key_of(seed: int, quarter: int, actor: str, purpose: str) -> np.ndarray:
    """Philox key of one name: two little-endian words of a 16-byte BLAKE2b digest."""
    name = SEPARATOR.join((str(seed), str(quarter), actor, purpose))
    digest = blake2b(name.encode(), digest_size=16).digest()
    return np.frombuffer(digest, dtype="<u8").astype(np.uint64)


class Draws:
    """The draws of a block of runs.

    Args:
        seed: the batch's seed.
        first_run: number of the block's first run in the batch.
        runs: how many runs the block holds.
    """

    def __init__(self, seed: int, first_run: int, runs: int) -> None:
        self.seed = int(seed)
        self.first_run = int(first_run)
        self.runs = int(runs)
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

    def uniform(self, quarter: int, actor: str, purpose: str) -> Array:
        """Uniforms strictly inside (0, 1), shape (runs,)."""
        words = self.words(quarter, actor, purpose)
        if FLOAT is np.float32:
            return ((words >> np.uint64(41)).astype(FLOAT) + FLOAT(0.5)) * FLOAT(2.0**-23)
        uniforms = (words >> np.uint64(12)) * 2.0**-52
        uniforms += 2.0**-53
        return uniforms

    def noise(self, quarter: int, actor: str, purpose: str) -> Array:
        """Deviates of mean 0 and variance 1, logistic in shape, shape (runs,)."""
        u = self.uniform(quarter, actor, purpose)
        return np.log(u / (1 - u)) * (np.sqrt(3) / np.pi)
