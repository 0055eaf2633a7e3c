"""The project's own elementary functions: right, and the same bits in every form and anywhere."""

import math
from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.numerics import elementary
from simulation.numerics.arrays import FLOAT
from simulation.numerics.elementary import exp, log, power, sigmoid, tanh
from simulation.numerics.machine import can_compile
from simulation.numerics.stretches import Bound, Program

OWN = {"exp": exp, "log": log, "tanh": tanh}
EVERY = np.arange(0, 2**32, 65_521, dtype=np.uint64).astype(np.uint32).view(np.float32)
"""Numbers of all sizes and signs, by their bits, some infinite or no number."""
BITS = {
    "exp": "213de144bc965036",
    "log": "c4f8b31377fee395",
    "tanh": "3148099cdf18e090",
}
"""What the bits of these numbers' values add up to, on every machine."""


@pytest.fixture(autouse=True)
def _what_is_no_number_may_be_asked():
    with np.errstate(invalid="ignore"):
        yield


class Alone:
    """What a stretch is given that has runs and one array."""

    def __init__(self, x):
        self.x, self.runs = x, len(x)


def _bits(values):
    found = np.where(np.isnan(values), np.float32(np.nan), values)  # which no number is no matter
    return blake2b(found.tobytes(), digest_size=8).hexdigest()


@pytest.mark.parametrize("name", OWN)
def test_the_bits_are_those_of_every_machine(name):
    assert _bits(OWN[name](EVERY)) == BITS[name]


@pytest.mark.parametrize("name", OWN)
def test_the_text_gives_the_bits_of_what_was_compiled_of_it(name):
    assert _bits(OWN[name].text(EVERY)) == _bits(OWN[name](EVERY))


@pytest.mark.skipif(not can_compile(), reason="nothing is compiled here")
@pytest.mark.parametrize("name", OWN)
def test_a_loop_gives_the_same_bits(name):
    alone, function = Alone(EVERY), OWN[name]
    given = {"world": alone}
    program = Program(lambda world: function(world.x), given)
    assert len(program.parts) == 1  # the loop does not end
    looped = Bound(program, given, ("world",), alone.runs, {})(given)
    assert _bits(looped) == _bits(function(EVERY))


@pytest.mark.parametrize(
    ("name", "right", "within", "least", "most"),
    [
        ("exp", np.exp, 1, -87.2, 88.2),
        ("log", np.log, 1, 1.2e-38, 3.4e38),
        ("tanh", np.tanh, 2.5, -12, 12),
    ],
)
def test_values_are_right_within_units_of_the_last_place(name, right, within, least, most):
    spaced = np.geomspace if least > 0 else np.linspace
    around_one = np.linspace(0.3, 3, 100_001)
    x = np.concatenate([spaced(least, most, 200_001), around_one]).astype(np.float32)
    due = right(x.astype(np.float64))
    off = np.abs(OWN[name](x) - due) / np.spacing(np.abs(due).astype(np.float32))
    assert off.max() <= within


@given(st.floats(0, 1e6, width=32), st.floats(0, 4, width=32))
def test_a_power_is_a_power(x, exponent):
    found = float(power(np.array([x], FLOAT), FLOAT(exponent))[0])
    tiny = 0 < x < elementary.LEAST_OF_A_POWER
    assert found == pytest.approx(x**exponent, rel=1e-5, abs=1 if tiny else 1e-37)


@given(st.floats(-80, 80, width=32))
def test_a_small_chance_keeps_its_digits(x):
    found = float(sigmoid(np.array([x], FLOAT))[0])
    assert found == pytest.approx(1 / (1 + math.exp(-x)), rel=1e-6)


def test_beyond_what_a_number_can_hold():
    ends = np.array([np.inf, -np.inf, 200, -200], FLOAT)
    assert exp(ends).tolist() == [np.inf, 0, np.inf, 0]
    assert tanh(ends).tolist() == [1, -1, 1, -1]
    assert log(np.array([0, np.inf], FLOAT)).tolist() == [-np.inf, np.inf]
    assert np.isnan(log(np.array([-1, np.nan], FLOAT))).all()
    assert power(np.array([0, 0, 4], FLOAT), 0.0).tolist() == [1, 1, 1]
    assert power(np.array([0, 4], FLOAT), FLOAT(0.5)).tolist() == [0, 2]


@pytest.mark.parametrize("name", OWN)
def test_double_precision_is_numpys(name):
    x = np.linspace(0.1, 3, 50)
    assert (OWN[name](x) == getattr(np, name)(x)).all()
    assert isinstance(OWN[name](0.5), float)
