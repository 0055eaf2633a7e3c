"""Compiled loops, all in one place: a generator's words and the hottest passes over the runs.

Numba turns each function into machine code the first time that it is called and keeps the code
beside the source, or in the user's cache, for every later process. It adds in the order in which
the source adds and contracts nothing, so bits hang neither on the block nor on the processor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np

Loop = TypeVar("Loop", bound=Callable[..., Any])


def compiled(loop: Loop) -> Loop:
    """Compile a loop when it is first called; kept on disk where there is room for it."""
    options = {"error_model": "numpy", "nogil": True}
    try:
        return numba.njit(cache=True, **options)(loop)
    except RuntimeError:  # nowhere to keep it: every process compiles anew
        return numba.njit(**options)(loop)


ROUNDS = 10
MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL = np.uint32(0x9E3779B9), np.uint32(0xBB67AE85)
HIGH_HALF = np.uint64(32)
WORDS_PER_BLOCK = 4
HALF, ONE = np.float32(0.5), np.float32(1)


@compiled
def philox(key: np.ndarray, stream: np.ndarray, block: int, words: np.ndarray) -> None:
    """Words of Philox 4×32-10 (Salmon et al. 2011), of 32 bits each.

    Args:
        key: two words.
        stream: two words, the upper half of the counter.
        block: the first block; the lower half of the counter counts blocks.
        words: filled, shape (block, 4).
    """
    for place in range(len(words)):
        count = np.uint64(block + place)
        a, b = np.uint32(count), np.uint32(count >> HIGH_HALF)
        c, d = stream[0], stream[1]
        one, other = key[0], key[1]
        for _ in range(ROUNDS):
            left = MULTIPLIERS[0] * np.uint64(a)
            right = MULTIPLIERS[1] * np.uint64(c)
            a, b = np.uint32(right >> HIGH_HALF) ^ b ^ one, np.uint32(right)
            c, d = np.uint32(left >> HIGH_HALF) ^ d ^ other, np.uint32(left)
            one, other = np.uint32(one + WEYL[0]), np.uint32(other + WEYL[1])
        words[place, 0], words[place, 1], words[place, 2], words[place, 3] = a, b, c, d


@compiled
def uniforms(
    key: np.ndarray,
    streams: np.ndarray,
    first: int,
    unused: int,
    step: float,
    as_odds: bool,
    out: np.ndarray,
) -> None:
    """Uniforms strictly inside (0, 1), a row for each stream; or their odds.

    Run i reads word i % 4 of block i // 4. A uniform is the middle of the step that its word
    stands for.

    Args:
        key: two words.
        streams: shape (stream, 2).
        first: the first run, 0 or more.
        unused: how many of a word's lower bits are left out.
        step: what a step measures, in the precision of the uniforms.
        as_odds: whether to give u / (1 - u) instead of u.
        out: filled, shape (stream, runs).
    """
    runs = out.shape[1]
    block, skip = first // WORDS_PER_BLOCK, first % WORDS_PER_BLOCK
    blocks = (skip + runs + WORDS_PER_BLOCK - 1) // WORDS_PER_BLOCK
    drawn = np.empty((blocks, WORDS_PER_BLOCK), np.uint32)
    words = drawn.reshape(blocks * WORDS_PER_BLOCK)[skip : skip + runs]
    for row in range(len(streams)):
        philox(key, streams[row], block, drawn)
        if as_odds:
            for run in range(runs):
                uniform = (np.int64(words[run] >> unused) + HALF) * step
                out[row, run] = uniform / (ONE - uniform)
        else:
            for run in range(runs):
                out[row, run] = (np.int64(words[run] >> unused) + HALF) * step
