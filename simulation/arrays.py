"""Arithmetic that every rule shares: ordered totals, logits, named utilities.

Bits must not depend on how many runs are advanced together. Library reductions choose their
order of addition by shape, so sums over powers, states and channels go through `total`, which
adds slices in order and leaves the last axis (the run) alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

FLOAT = np.float64
Array = NDArray[np.floating]
Mask = NDArray[np.bool_]


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
    slices = array if axis == 0 else np.moveaxis(array, axis, 0)
    out = slices[0].astype(array.dtype if array.dtype.kind == "f" else FLOAT)
    for part in slices[1:]:
        out += part
    return out


def average(array: Array, axis: int = 0) -> Array:
    """Mean over one axis other than the last, in the order of `total`."""
    return total(array, axis) / array.shape[axis]


def highest(array: Array, axis: int = 0) -> Array:
    """Largest value over one axis other than the last."""
    return np.max(array, axis=axis)


def sigmoid(x: Array) -> Array:
    """Logistic function, written so that no argument overflows."""
    return 0.5 * (1.0 + np.tanh(0.5 * np.asarray(x, dtype=FLOAT)))


def logit(probability: Array) -> Array:
    """Log-odds of a probability strictly inside (0, 1)."""
    return np.log(probability / (1.0 - probability))


def unit(x: Array) -> Array:
    """Hold values within 0 and 1."""
    return np.minimum(np.maximum(x, 0.0), 1.0)


class Utility:
    """A utility as a sum of named terms, so that a decision can be read out.

    Every term is an array of shape (runs,) or broadcasts to it, in logits unless the rule
    says otherwise. `total` adds them in the order in which they were named.
    """

    __slots__ = ("terms", "total")

    def __init__(self, **terms: Array | float) -> None:
        self.terms = terms
        values = iter(terms.values())
        out = np.asarray(next(values), dtype=FLOAT)
        for value in values:
            out = out + value
        self.total: Array = out

    def __getitem__(self, name: str) -> Array | float:
        return self.terms[name]

    def of(self, row: int) -> Utility:
        """The utility of one member, where the terms hold a row for each."""
        rows = {n: np.asarray(t)[row] if np.ndim(t) > 1 else t for n, t in self.terms.items()}
        return Utility(**rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self.terms)
