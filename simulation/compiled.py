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


@compiled
def philox(key: np.ndarray, streams: np.ndarray, first: int, words: np.ndarray) -> None:
    """Words of Philox 4×32-10 (Salmon et al. 2011), a row for each stream.

    Run i reads word i % 4 of block i // 4. A block is named by the counter, of which the lower
    half counts blocks and the upper half is the stream.

    Args:
        key: two words of 32 bits.
        streams: upper half of the counter, two words a row, shape (stream, 2).
        first: the first run, 0 or more.
        words: filled, 32 bits each, shape (stream, runs).
    """
    rows, runs = words.shape
    block, skip = first // WORDS_PER_BLOCK, first % WORDS_PER_BLOCK
    blocks = (skip + runs + WORDS_PER_BLOCK - 1) // WORDS_PER_BLOCK
    drawn = np.empty((blocks, WORDS_PER_BLOCK), np.uint32)
    in_order = drawn.reshape(blocks * WORDS_PER_BLOCK)[skip : skip + runs]
    for row in range(rows):
        for place in range(blocks):
            count = np.uint64(block + place)
            a, b = np.uint32(count), np.uint32(count >> HIGH_HALF)
            c, d = streams[row, 0], streams[row, 1]
            one, other = key[0], key[1]
            for _ in range(ROUNDS):
                left = MULTIPLIERS[0] * np.uint64(a)
                right = MULTIPLIERS[1] * np.uint64(c)
                a, b = np.uint32(right >> HIGH_HALF) ^ b ^ one, np.uint32(right)
                c, d = np.uint32(left >> HIGH_HALF) ^ d ^ other, np.uint32(left)
                one, other = np.uint32(one + WEYL[0]), np.uint32(other + WEYL[1])
            drawn[place, 0], drawn[place, 1], drawn[place, 2], drawn[place, 3] = a, b, c, d
        for run in range(runs):
            words[row, run] = in_order[run]


HALF = np.float32(0.5)


@compiled
def inside(words: np.ndarray, unused: int, step: float, uniforms: np.ndarray) -> None:
    """Uniforms strictly inside (0, 1): the middle of the step that a word stands for.

    Args:
        words: 32 bits each, shape (stream, runs).
        unused: how many of their lower bits are left out.
        step: what one of the steps measures, in the precision of the uniforms.
        uniforms: filled, shape (stream, runs).
    """
    rows, runs = words.shape
    for row in range(rows):
        for run in range(runs):
            uniforms[row, run] = (np.int64(words[row, run] >> unused) + HALF) * step
