"""The project's own exponential, logarithm, hyperbolic tangent and power.

A library's differ in the last digits from version to version and from processor to processor.
These are made of additions, multiplications and divisions alone, which every processor rounds
alike, so a history is the same to the bit wherever it is played. Each is one text, traced as the
rules are: a function on arrays, or a part of a loop. They lie within one unit of the last place
of what is right, the hyperbolic tangent within three. Double precision, in which statistics are
worked out, is left to NumPy.

The polynomials are those of the Cephes library (Moshier 1989).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from math import log as logarithm
from typing import Any

import numpy as np

from simulation.numerics.arrays import Array
from simulation.numerics.compiled import on_arrays

_SINGLE, _WHOLE = np.float32, np.int32
_PRECISION = np.dtype(_SINGLE)
_FORM = np.finfo(_SINGLE)
_PLACES = _WHOLE(_FORM.nmant)
_BIAS = _WHOLE(_FORM.maxexp - 1)
_NOUGHT, _HALF, _ONE, _TWO = _SINGLE(0), _SINGLE(0.5), _SINGLE(1), _SINGLE(2)
_INFINITE = _SINGLE(np.inf)
_UNDEFINED = _SINGLE(np.nan)
_DOUBLINGS = _SINGLE(1 / logarithm(2))
_LOG_2_FIRST = _SINGLE(0.693359375)
"""The first digits of the logarithm of two: exact, also times a whole number."""
_LOG_2_REST = _SINGLE(logarithm(2) - 0.693359375)
_LEAST, _MOST = _SINGLE(-87.3), _SINGLE(88.3)
"""Beyond these an exponential is nought or infinite."""
MOST_AGAINST = float(_MOST)
"""Log-odds against something beyond which it has no chance."""
_NORMAL, _LARGEST = _SINGLE(_FORM.smallest_normal), _SINGLE(_FORM.max)
LEAST_OF_A_POWER = float(_NORMAL)
"""What is less is nought, where a power of it is asked for."""
_ROOT_OF_HALF = _SINGLE(0.5**0.5).view(_WHOLE)
_ALL_BUT_ONE = _SINGLE(9)
"""Beyond this a hyperbolic tangent is one."""
_E0, _E1, _E2, _E3, _E4, _E5 = (
    _SINGLE(each)
    for each in (
        1.9875691500e-4,
        1.3981999507e-3,
        8.3334519073e-3,
        4.1665795894e-2,
        1.6666665459e-1,
        5.0000001201e-1,
    )
)
_L0, _L1, _L2, _L3, _L4, _L5, _L6, _L7, _L8 = (
    _SINGLE(each)
    for each in (
        7.0376836292e-2,
        -1.1514610310e-1,
        1.1676998740e-1,
        -1.2420140846e-1,
        1.4249322787e-1,
        -1.6668057665e-1,
        2.0000714765e-1,
        -2.4999993993e-1,
        3.3333331174e-1,
    )
)


# -- what the texts are made of -----------------------------------------------------------------


def chosen(holds: Any, one: Any, other: Any) -> Any:
    """The one where something holds, else the other."""
    return np.where(holds, one, other)


def doublings_of(value: Any) -> Any:
    """How often a normal number above nought is doubled, from around one; a whole number."""
    return (value.view(_WHOLE) - _ROOT_OF_HALF) >> _PLACES


def halved(value: Any, doublings: Any) -> Any:
    """A number halved so many times."""
    return (value.view(_WHOLE) - (doublings << _PLACES)).view(_SINGLE)


def power_of_two(whole: Any) -> Any:
    """Two to a number without a fraction."""
    return ((whole.astype(_WHOLE) + _BIAS) << _PLACES).view(_SINGLE)


def broken(whole: Any) -> Any:
    """A whole number in the model's precision."""
    return whole.astype(_SINGLE)


# -- the texts ----------------------------------------------------------------------------------


class Elementary:
    """A function of an array, a number or a symbol, made of one text.

    Args:
        text: of a number in the model's precision.
        otherwise: NumPy's function, for other precisions.
    """

    def __init__(self, text: Callable[[Any], Any], otherwise: np.ufunc) -> None:
        self.text, self.otherwise = text, otherwise
        self.__name__ = text.__name__.strip("_")
        self.__doc__ = text.__doc__

    def __call__(self, x: Array) -> Array:
        """The function of every number."""
        found: Array
        kind = getattr(x, "dtype", None)
        if kind is not _PRECISION and kind != _PRECISION:  # what was pickled has a type of its own
            found = self.otherwise(x)
        elif hasattr(x, "applied"):  # a symbol
            found = x.applied(self)
        else:
            found = self._on_arrays(x)
        return found

    @cached_property
    def _on_arrays(self) -> Callable[[Array], Array]:
        return on_arrays(self.text)

    def __reduce__(self) -> str:
        return self.__name__


def _parts(x: Any) -> tuple[Any, Any]:
    """The exponential of a number that is within bounds: a power of two, and what it grows by."""
    doublings = np.rint(x * _DOUBLINGS)
    rest = x - doublings * _LOG_2_FIRST - doublings * _LOG_2_REST
    series = (((_E0 * rest + _E1) * rest + _E2) * rest + _E3) * rest + _E4
    grown = rest + rest * rest * (series * rest + _E5)
    return power_of_two(doublings), grown


def _exp(x: Any) -> Any:
    """The exponential."""
    held = chosen(x > _LEAST, chosen(x < _MOST, x, _MOST), _LEAST)
    scale, grown = _parts(held)
    found = chosen(x < _LEAST, _NOUGHT, (_ONE + grown) * scale)
    return chosen(x > _MOST, _INFINITE, chosen(x == x, found, x))


def _log(x: Any) -> Any:
    """The natural logarithm; of nought minus infinity, below it no number."""
    held = chosen(x > _NORMAL, chosen(x < _LARGEST, x, _LARGEST), _NORMAL)
    doublings = doublings_of(held)
    over = halved(held, doublings) - _ONE
    square, times = over * over, broken(doublings)
    series = (((_L0 * over + _L1) * over + _L2) * over + _L3) * over + _L4
    series = (((series * over + _L5) * over + _L6) * over + _L7) * over + _L8
    rest = series * over * square + times * _LOG_2_REST - _HALF * square
    found = over + rest + times * _LOG_2_FIRST
    below = chosen(x == _NOUGHT, -_INFINITE, _UNDEFINED)
    return chosen(x > _NOUGHT, chosen(x > _LARGEST, _INFINITE, found), below)


def _tanh(x: Any) -> Any:
    """The hyperbolic tangent."""
    size = np.abs(x)
    scale, grown = _parts(_TWO * chosen(size < _ALL_BUT_ONE, size, _ALL_BUT_ONE))
    beyond_one = grown * scale + (scale - _ONE)
    found = beyond_one / (beyond_one + _TWO)
    return chosen(x > _NOUGHT, found, chosen(x < _NOUGHT, -found, x))


exp = Elementary(_exp, np.exp)
log = Elementary(_log, np.log)
tanh = Elementary(_tanh, np.tanh)


def power(x: Array, exponent: Array | float) -> Array:
    """A number of nought or more to a power; nought to the power of nought is one."""
    found = exp(exponent * log(np.maximum(x, LEAST_OF_A_POWER)))
    return np.where(x > 0, found, exponent == 0)


def sigmoid(x: Array) -> Array:
    """The logistic function; small chances keep their digits."""
    return 1 / (1 + exp(np.minimum(-x, MOST_AGAINST)))


def logit(probability: Array) -> Array:
    """Log-odds of a probability strictly inside (0, 1)."""
    return log(probability / (1 - probability))


def saturating(push: Array) -> Array:
    """Part of the way to the limit that a push of 0 or more covers: 1 - exp(-push)."""
    return 1 - exp(-push)
