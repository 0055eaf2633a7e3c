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

from simulation.numerics.arrays import FLOAT, ONE, Array
from simulation.numerics.compiled import compiled, part_of_loops
from simulation.numerics.elementary import log

SEPARATOR = "\u241f"
BITS = 32
"""Bits of a word."""
UNIT_SPREAD = sqrt(3) / pi
"""Makes a logistic deviate one of unit variance."""


# -- the generator ------------------------------------------------------------------------------

ROUNDS = 10
MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL = np.uint32(0x9E3779B9), np.uint32(0xBB67AE85)
HIGH_HALF = np.uint64(32)
WORDS_PER_BLOCK = 4
HALF = np.float32(0.5)

TwoWords = tuple[np.uint32, np.uint32]
FourWords = tuple[np.uint32, np.uint32, np.uint32, np.uint32]


@part_of_loops
def philox(counter: FourWords, key: TwoWords) -> FourWords:
    """A block of Philox 4×32-10 (Salmon et al. 2011), given counter and key, lowest word first."""
    a, b, c, d = counter
    one, other = key
    for _ in range(ROUNDS):
        left = MULTIPLIERS[0] * np.uint64(a)
        right = MULTIPLIERS[1] * np.uint64(c)
        a, b = np.uint32(right >> HIGH_HALF) ^ b ^ one, np.uint32(right)
        c, d = np.uint32(left >> HIGH_HALF) ^ d ^ other, np.uint32(left)
        one, other = np.uint32(one + WEYL[0]), np.uint32(other + WEYL[1])
    return a, b, c, d


@compiled
def uniforms(
    key: np.ndarray,
    streams: np.ndarray,
    form: np.ndarray,
    words: np.ndarray,
    out: np.ndarray,
) -> None:
    """Uniforms strictly inside (0, 1), a row for each stream; or their odds.

    Run i reads word i % 4 of block i // 4; a block's counter is its own number below and the
    stream above. A uniform is the middle of the step that its word stands for. It is worked out in
    double precision and rounded once, as it is written: in single precision it would be the same
    uniform, odds that differ in the last digit, and no quicker (0.42 ns instead of 0.44).

    Args:
        key: two words.
        streams: shape (stream, 2).
        form: the first run, 0 or more; how many of a word's lower bits are left out; whether to
            give u / (1 - u) instead of u.
        words: room for the words of every block that the runs touch.
        out: filled, shape (stream, runs).
    """
    first, unused, as_odds = form[0], form[1], form[2]
    block, skip = first // WORDS_PER_BLOCK, first % WORDS_PER_BLOCK
    step = 1.0 / (1 << (BITS - unused))
    for row in range(len(streams)):
        upper, topmost, one, other = streams[row, 0], streams[row, 1], key[0], key[1]
        for place in range(len(words) // WORDS_PER_BLOCK):
            count = np.uint64(block + place)
            lower, second = np.uint32(count), np.uint32(count >> HIGH_HALF)
            a, b, c, d = philox((lower, second, upper, topmost), (one, other))
            at = WORDS_PER_BLOCK * place
            words[at], words[at + 1], words[at + 2], words[at + 3] = a, b, c, d
        if as_odds:
            for run in range(out.shape[1]):
                uniform = (np.int64(words[skip + run] >> unused) + HALF) * step
                out[row, run] = uniform / (ONE - uniform)
        else:
            for run in range(out.shape[1]):
                out[row, run] = (np.int64(words[skip + run] >> unused) + HALF) * step


@compiled
def uniforms_at(
    key: np.ndarray,
    streams: np.ndarray,
    form: np.ndarray,
    numbers: np.ndarray,
    out: np.ndarray,
) -> None:
    """What `uniforms` gives to each of some runs, whose numbers need not follow each other.

    Args:
        numbers: the runs, each 0 or more, shape (runs,).
        key, streams, form, out: as of `uniforms`; the first run is not asked for.
    """
    unused, as_odds = form[1], form[2]
    step = 1.0 / (1 << (BITS - unused))
    for row in range(len(streams)):
        upper, topmost, one, other = streams[row, 0], streams[row, 1], key[0], key[1]
        for run in range(len(numbers)):
            count = np.uint64(numbers[run] // WORDS_PER_BLOCK)
            lower, second = np.uint32(count), np.uint32(count >> HIGH_HALF)
            a, b, c, d = philox((lower, second, upper, topmost), (one, other))
            place = numbers[run] % WORDS_PER_BLOCK
            word = (a if place == 0 else b) if place < 2 else (c if place == 2 else d)
            uniform = (np.int64(word >> unused) + HALF) * step
            out[row, run] = uniform / (ONE - uniform) if as_odds else uniform


# -- draws --------------------------------------------------------------------------------------


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
        first, unused = self.first_run, BITS - held
        self._forms = tuple(np.array([first, unused, odds]) for odds in (False, True))
        blocks = (self.first_run % WORDS_PER_BLOCK + self.runs - 1) // WORDS_PER_BLOCK + 1
        self._room = blocks * WORDS_PER_BLOCK
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
        key, numbers = _key(self.seed, quarter), self._numbers
        runs = self.runs if numbers is None else len(numbers)
        out: Array = np.empty((len(streams), runs), dtype=self.precision)
        form = self._forms[as_odds]
        if numbers is None:
            uniforms(key, streams, form, np.empty(self._room, np.uint32), out)
        else:
            uniforms_at(key, streams, form, numbers, out)
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
