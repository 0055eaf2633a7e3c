"""How loops are compiled, and the generator of the draws.

The loops are few: the draws here, and the counting of bands; those of the turn are made of its own
text (`tracing`). Numba turns each into machine code the first time that it is called and keeps
the code for every later process. It adds in the order in which the source adds and contracts
nothing, so bits hang neither on the block nor on the processor.

Numba looks whether the file of a loop has changed, not whether one that it takes from another file
has: code is therefore kept under the hash of these files.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy as np

from simulation.numerics.arrays import ONE
from simulation.numerics.caches import cache_folder
from simulation.numerics.stand_ins import standing_in

with standing_in("numba.np.arraymath", ("scipy.linalg", "scipy.linalg.cython_blas")):
    import numba.np.arraymath  # looks whether SciPy's linear algebra is there; no loop needs it

Loop = TypeVar("Loop", bound=Callable[..., Any])


def compiled(loop: Loop) -> Loop:
    """Compile a loop when it is first called; kept on disk where there is room for it."""
    njit: Any = numba.njit  # its types do not know that a decorated function is what it was
    made: Loop = _kept(partial(njit, error_model="numpy", nogil=True), loop)
    return made


def compiled_on_arrays(formula: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function of arrays in single precision, of a formula on a number; compiled, or read."""
    found = _kept(partial(numba.vectorize, [numba.float32(numba.float32)]), formula)
    made: Callable[[Any], Any] = super(type(found), found).__call__  # who calls has arrays
    return made


def _kept(compiler: Callable[..., Any], text: Callable[..., Any]) -> Any:
    """What a compiler of Numba's makes of a text, kept on disk where there is room for it."""
    config: Any = numba.config
    usual = config.CACHE_DIR
    place = usual or _kept_in()
    if place is None:  # nowhere to keep it: every process compiles anew
        return compiler()(text)
    try:
        config.CACHE_DIR = str(place)
        return compiler(cache=True)(text)
    except RuntimeError:  # the folder that Numba was told of cannot be written
        return compiler()(text)
    finally:
        config.CACHE_DIR = usual


@cache
def _kept_in() -> Path | None:
    """Where machine code is kept that was made from these files as they are.

    That is beside the bytecode of this package, or in the user's caches where the package cannot
    be written; None where nothing can.
    """
    here = Path(__file__).parent
    sources = [here / each for each in ("arrays.py", "compiled.py", "elementary.py")]
    found = blake2b(b"".join(each.read_bytes() for each in sources), digest_size=8)
    return cache_folder(f"compiled-{found.hexdigest()}", first=here / "__pycache__")


def inlined(formula: Loop) -> Loop:
    """A formula on numbers that becomes a part of the loops that call it."""
    njit: Any = numba.njit
    made: Loop = njit(inline="always", error_model="numpy")(formula)
    return made


ROUNDS = 10
MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL = np.uint32(0x9E3779B9), np.uint32(0xBB67AE85)
HIGH_HALF = np.uint64(32)
WORDS_PER_BLOCK = 4
HALF = np.float32(0.5)

TwoWords = tuple[np.uint32, np.uint32]
FourWords = tuple[np.uint32, np.uint32, np.uint32, np.uint32]


@inlined
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
    first: int,
    unused: np.uint32,
    step: np.floating,
    as_odds: bool,
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
        upper, topmost, one, other = streams[row, 0], streams[row, 1], key[0], key[1]
        for place in range(blocks):
            count = np.uint64(block + place)
            lower, second = np.uint32(count), np.uint32(count >> HIGH_HALF)
            a, b, c, d = philox((lower, second, upper, topmost), (one, other))
            drawn[place, 0], drawn[place, 1], drawn[place, 2], drawn[place, 3] = a, b, c, d
        if as_odds:
            for run in range(runs):
                uniform = (np.int64(words[run] >> unused) + HALF) * step
                out[row, run] = uniform / (ONE - uniform)
        else:
            for run in range(runs):
                out[row, run] = (np.int64(words[run] >> unused) + HALF) * step


@compiled
def uniforms_at(
    key: np.ndarray,
    streams: np.ndarray,
    numbers: np.ndarray,
    unused: np.uint32,
    step: np.floating,
    as_odds: bool,
    out: np.ndarray,
) -> None:
    """What `uniforms` gives to each of some runs, whose numbers need not follow each other.

    Args:
        numbers: the runs, each 0 or more, shape (runs,).
        key, streams, unused, step, as_odds, out: as of `uniforms`.
    """
    words = np.empty(WORDS_PER_BLOCK, np.uint32)
    for row in range(len(streams)):
        upper, topmost, one, other = streams[row, 0], streams[row, 1], key[0], key[1]
        for run in range(len(numbers)):
            count = np.uint64(numbers[run] // WORDS_PER_BLOCK)
            lower, second = np.uint32(count), np.uint32(count >> HIGH_HALF)
            words[0], words[1], words[2], words[3] = philox(
                (lower, second, upper, topmost), (one, other)
            )
            word = words[numbers[run] % WORDS_PER_BLOCK]
            uniform = (np.int64(word >> unused) + HALF) * step
            out[row, run] = uniform / (ONE - uniform) if as_odds else uniform
