"""Draws by name, held against the specification and computed here a second time without NumPy."""

import math
from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.numerics import randomness
from simulation.numerics.arrays import FLOAT
from simulation.numerics.randomness import BITS, SEPARATOR, Draws

WORD = 2**32 - 1
ROUNDS = 10
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)


def philox(key, counter):
    """The four words of one counter of Philox 4×32-10 (Salmon et al. 2011)."""
    words, (low, high) = list(counter), key
    for _ in range(ROUNDS):
        left, right = MULTIPLIERS[0] * words[0], MULTIPLIERS[1] * words[2]
        words = [
            (right >> 32) ^ words[1] ^ low,
            right & WORD,
            (left >> 32) ^ words[3] ^ high,
            left & WORD,
        ]
        low, high = (low + WEYL[0]) & WORD, (high + WEYL[1]) & WORD
    return words


def two_words(*parts):
    digest = blake2b("\N{SYMBOL FOR UNIT SEPARATOR}".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


def by_the_book(seed, run, quarter, actor, purpose):
    """Word `run` of the stream of a name, as docs/architecture.md says."""
    block, place = divmod(run, 4)
    counter = (block & WORD, block >> 32, *two_words(actor, purpose))
    return philox(two_words(str(seed), str(quarter)), counter)[place]


def test_the_generator_gives_the_known_answers():
    """Random123's table of known answers for Philox 4×32-10."""
    for counter, key, known in (
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((WORD,) * 4, (WORD,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ):
        assert tuple(philox(key, counter)) == known
        with np.errstate(over="ignore"):  # as it is meant
            words = randomness.philox(tuple(map(np.uint32, counter)), tuple(map(np.uint32, key)))
        assert tuple(map(int, words)) == known


seeds = st.integers(0, 2**63)
runs = st.integers(0, 2**40)
quarters = st.integers(-1, 400)
words = st.text(st.characters(codec="utf-8", exclude_characters=SEPARATOR), max_size=12)


@given(seeds, runs, quarters, words, words)
@settings(max_examples=60)
def test_a_draw_is_the_specified_function_of_its_name(seed, run, quarter, actor, purpose):
    word = by_the_book(seed, run, quarter, actor, purpose)
    for precision, unused in ((np.float64, 0), (np.float32, 9)):
        uniform = Draws(seed, run, 3, precision).uniform(quarter, actor, purpose)
        assert uniform.dtype == precision
        assert float(uniform[0]) == ((word >> unused) + 0.5) * 2.0 ** (unused - 32)


def test_a_known_draw_stays_what_it_is():
    """Written down once: a change of these numbers is a change of every result."""
    for precision, known in (
        (np.float64, [0.015834041056223214, 0.4005348904756829]),
        (np.float32, [0.015834033489227295, 0.4005349278450012]),
    ):
        draws = Draws(1, 17, 2, precision).uniform(16, "kyrgyzstan>manas", "review")
        assert draws.tolist() == known


def test_the_model_draws_in_its_own_precision_and_both_agree():
    own, fine = Draws(1, 5, 4000), Draws(1, 5, 4000, np.float64)
    narrow, wide = (draws.uniform(3, "world", "oil") for draws in (own, fine))
    assert narrow.dtype == FLOAT
    assert np.abs(narrow - wide).max() <= 6e-8


@given(seeds, runs, st.lists(words, max_size=5, unique=True))
@settings(max_examples=30)
def test_several_actors_draw_a_row_each(seed, run, actors):
    draws = Draws(seed, run, 4)
    rows = draws.uniform(2, actors, "trade")
    assert rows.shape == (len(actors), 4)
    for actor, row in zip(actors, rows, strict=True):
        assert row.tobytes() == draws.uniform(2, actor, "trade").tobytes()


@given(seeds, st.integers(0, 10_000), st.lists(st.integers(1, 60), min_size=1, max_size=12))
@settings(max_examples=60)
def test_any_partition_gives_the_same_bytes(seed, first, sizes):
    whole = Draws(seed, first, sum(sizes)).uniform(5, "china>uzbekistan", "trade").tobytes()
    parts, start = [], first
    for size in sizes:
        parts.append(Draws(seed, start, size).uniform(5, "china>uzbekistan", "trade").tobytes())
        start += size
    assert b"".join(parts) == whole


def test_two_thousand_runs_cut_anywhere_give_the_same_bytes():
    whole = Draws(9, 0, 2000).uniform(0, "world", "oil")
    for size in (1, 3, 4, 7, 250, 999):
        starts = range(0, 2000, size)
        parts = [Draws(9, at, min(size, 2000 - at)).uniform(0, "world", "oil") for at in starts]
        assert np.concatenate(parts).tobytes() == whole.tobytes()


@given(
    st.permutations([(q, a, p) for q in (0, 1) for a in ("china", "russia") for p in ("x", "y")])
)
def test_the_order_of_calls_changes_nothing(names):
    draws = Draws(3, 10, 5)
    found = {(q, a, p): draws.uniform(q, a, p).tobytes() for q, a, p in names}
    assert found == {(q, a, p): Draws(3, 10, 5).uniform(q, a, p).tobytes() for q, a, p in names}
    assert len(set(found.values())) == len(names)


def test_every_part_of_a_name_names_another_stream():
    known = Draws(1, 0, 8).uniform(2, "china", "deal").tolist()
    others = [
        Draws(2, 0, 8).uniform(2, "china", "deal"),
        Draws(1, 0, 8).uniform(3, "china", "deal"),
        Draws(1, 0, 8).uniform(2, "russia", "deal"),
        Draws(1, 0, 8).uniform(2, "china", "offer"),
        Draws(1, 0, 8).uniform(2, "chin", "adeal"),
        Draws(12, 0, 8).uniform(2, "china", "deal"),
    ]
    assert all(not set(known) & set(other.tolist()) for other in others)


def test_uniforms_lie_strictly_inside_0_and_1_whatever_the_word():
    """The compiled loop's formula, on the words at the ends."""
    for precision, bits in ((np.float64, 32), (np.float32, 23)):
        draws = Draws(0, 0, 7, precision)
        for word in (0, 1, 2**9 - 1, 2**9, 2**31, WORD - 1, WORD):
            unused = int(draws._forms[False][1])
            uniform = (np.int64(word >> unused) + randomness.HALF) * 2.0 ** (unused - BITS)
            assert 2.0 ** -(bits + 1) <= uniform <= 1 - 2.0 ** -(bits + 1)
            assert 0 < precision(uniform) < 1


@given(seeds, words)
@settings(max_examples=30)
def test_uniforms_are_spread_evenly(seed, name):
    """Kolmogorov's distance over 4,000 draws; beyond 0.05 lies one case in 10⁸."""
    ordered = np.sort(Draws(seed, 0, 4000).uniform(7, name, "even"))
    assert np.abs(ordered - (np.arange(4000) + 0.5) / 4000).max() < 0.05
    assert ordered[0] > 0
    assert ordered[-1] < 1


def test_noise_is_the_logistic_quantile_of_the_uniform_with_unit_variance():
    draws = Draws(4, 0, 20_000, np.float64)
    uniform = draws.uniform(1, "world", "oil")
    noise = draws.noise(1, "world", "oil")
    expected = [math.log(u / (1 - u)) * math.sqrt(3) / math.pi for u in uniform[:200].tolist()]
    np.testing.assert_allclose(noise[:200], expected, rtol=1e-13)
    assert noise.mean() == pytest.approx(0, abs=0.03)
    assert noise.std() == pytest.approx(1, abs=0.03)


def test_runs_and_quarters_do_not_move_together():
    one, other = Draws(4, 0, 5000), Draws(4, 0, 5000)
    draws = one.uniform(0, "china", "x")
    for another in (other.uniform(1, "china", "x"), other.uniform(0, "russia", "x")):
        assert abs(np.corrcoef(draws, another)[0, 1]) < 0.07
    assert abs(np.corrcoef(draws[:-1], draws[1:])[0, 1]) < 0.07
