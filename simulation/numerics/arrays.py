"""Arithmetic that every rule shares: ordered totals, logits, named utilities.

Bits must not depend on how many runs are advanced together. Library reductions choose their
order of addition by shape, so sums over powers, states and channels go through `total`, which
adds slices in order and leaves the last axis (the run) alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

FLOAT = np.float32
NOUGHT, ONE = FLOAT(0), FLOAT(1)
"""Numbers that keep a formula in the model's precision, also where it is compiled."""
CHANCE_LEAST = 1e-7
"""A chance of nought or one is read out as log-odds of this, which every precision can hold."""
Array = NDArray[np.floating]
Mask = NDArray[np.bool_]
Term = Array | float
"""A term of a utility: an array over runs, or a number that holds in all of them."""


class Runs(int):
    """How many runs there are, where a text is traced instead of carried out.

    Attributes:
        filled: makes an array of so many runs, from the axes before them, a value and a type.
    """

    filled: Callable[[tuple[int, ...], float, Any], Any]


def _filled(shape: tuple[int, ...], value: float) -> Array:
    if isinstance(shape[-1], Runs):
        found: Array = shape[-1].filled(shape[:-1], value, FLOAT)
        return found
    return np.full(shape, value, FLOAT) if value else np.zeros(shape, FLOAT)


def zeros(*shape: int) -> Array:
    """Nothing, in the model's precision."""
    return _filled(shape, 0)


def ones(*shape: int) -> Array:
    """One everywhere, in the model's precision."""
    return _filled(shape, 1)


def nowhere(runs: int) -> Mask:
    """What holds in no run."""
    if isinstance(runs, Runs):
        found: Mask = runs.filled((), False, np.bool_)
        return found
    return np.zeros(runs, dtype=np.bool_)


def number(mask: Mask | Array) -> Array:
    """A mask as 0 and 1, or a whole number, in the model's precision."""
    return mask.astype(FLOAT)


def total(array: Array, axis: int = 0) -> Array:
    """Sum over one axis other than the last, slice by slice in order.

    Args:
        array: values whose last axis is the run.
        axis: the axis to sum over; the run axis is refused.

    Returns:
        The sum, with that axis gone.
    """
    if axis in (-1, array.ndim - 1):
        raise ValueError("total never sums over runs")
    before: tuple[slice | int, ...] = (slice(None),) * (axis % array.ndim)
    slices: list[Array] = [array[(*before, place)] for place in range(array.shape[axis])]
    first, *others = slices
    if array.dtype.kind != "f":
        first = first.astype(FLOAT)
    if not others:
        return first.copy()
    out: Array = np.add(first, others[0], dtype=first.dtype)
    for other in others[1:]:
        out += other
    return out


def some(values: Mask | Array) -> bool:
    """Whether a mask holds, or a number differs from nought, anywhere.

    Counting what holds of a mask is several times quicker than `any`; of numbers it is not.
    """
    mask = values if values.dtype.kind == "b" else values != 0
    return bool(np.count_nonzero(mask))


def rows_with(mask: Mask) -> list[int]:
    """Places along the first axis at which a mask of shape (row, runs) holds in any run."""
    found: list[int] = np.logical_or.reduce(mask, axis=-1).nonzero()[0].tolist()
    return found


def of_runs(values: Array, where: np.ndarray) -> Array:
    """Values of some runs; what is one for all of them stays as it is."""
    shape = np.shape(values)
    chosen: Array = values[..., where] if shape and shape[-1] > 1 else values
    return chosen


def average(array: Array, axis: int = 0) -> Array:
    """Mean over one axis other than the last, in the order of `total`."""
    mean: Array = total(array, axis) / array.shape[axis]
    return mean


def unit(x: Array) -> Array:
    """Hold values within 0 and 1."""
    return within(x, 0.0, 1.0)


def within(x: Array, low: Array | float, high: Array | float) -> Array:
    """Hold values within bounds."""
    held = np.maximum(x, low)
    return np.minimum(held, high, out=held if isinstance(held, np.ndarray) else None)


@dataclass(frozen=True, eq=False)
class Utility:
    """A utility as a sum of named terms, so that a decision can be read out.

    A rule that returns one declares its terms as the fields of a frozen dataclass of its own:

        @dataclass(frozen=True, eq=False)
        class Unrest(Utility):
            base: Term
            hardship: Term

    Every term is an array of shape (runs,) or broadcasts to it, in logits unless the rule says
    otherwise. `total` adds them in the order in which they are declared.
    """

    total: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        first, *others = term_names(type(self))
        out = _as_array(getattr(self, first))
        owned = False  # only a sum of our own is added to in place
        for name in others:
            term = getattr(self, name)
            if owned and getattr(term, "shape", ()) in (out.shape, ()):
                out += term
            else:
                out, owned = _as_array(out + term), True
        object.__setattr__(self, "total", out)

    @property
    def terms(self) -> dict[str, Term]:
        """The terms by name, in order."""
        return {name: getattr(self, name) for name in term_names(type(self))}

    def of(self, row: int | Sequence[int]) -> Self:
        """The utility of one member, or of some, where the terms hold a row for each."""
        rows = {n: np.asarray(t)[row] if np.ndim(t) > 1 else t for n, t in self.terms.items()}
        return type(self)(**rows)


def _as_array(values: Term) -> Array:
    """A number as an array; what is an array, or stands for one, as it is."""
    return np.asarray(values) if isinstance(values, float | np.generic) else values


def term_names(kind: type[Utility]) -> tuple[str, ...]:
    """The names of the terms that a kind of utility adds, in order."""
    if kind not in _TERM_NAMES:
        _TERM_NAMES[kind] = tuple(each.name for each in fields(kind) if each.init)
    return _TERM_NAMES[kind]


_TERM_NAMES: dict[type, tuple[str, ...]] = {}
