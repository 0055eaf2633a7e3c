"""What the rules are tried on: any weights that the catalogue allows, and any runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import hypothesis
import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from simulation.evidence.catalogue import load_catalogue

RUNS = 3
UNIT = st.floats(0, 1, allow_subnormal=False)
ROUNDING = 1e-12
"""A hundred times what adding a few numbers may lose."""


def given(*strategies: Any, **named: Any) -> Callable[[Callable], Callable]:
    """As Hypothesis has it, with fewer examples: each holds several runs."""
    return lambda test: settings(max_examples=20)(hypothesis.given(*strategies, **named)(test))


@cache
def single_numbers(group: str) -> dict[str, tuple[float, float, float]]:
    """Value and range of every parameter of a rule that is a single number."""
    catalogue = load_catalogue()
    found = {}
    for key, parameter in catalogue.parameters.items():
        if key.startswith(group + ".") and not parameter.over:
            name = key.removeprefix(group + ".").replace(".", "_")
            value = catalogue.values[key]
            found[name] = (value, *(catalogue.range_of(key) or (value, value)))
    return found


def weights_of(group: str) -> st.SearchStrategy[SimpleNamespace]:
    """Weights of a rule, each anywhere in its range."""
    numbers = single_numbers(group)

    def placed(places: np.ndarray) -> SimpleNamespace:
        ranges = zip(numbers, numbers.values(), places.tolist(), strict=True)
        return SimpleNamespace(
            **{name: low + (high - low) * at for name, (_, low, high), at in ranges}
        )

    return arrays(float, len(numbers), elements=UNIT).map(placed)


def at_point(group: str, **changed: float) -> SimpleNamespace:
    """Weights of a rule at their values."""
    values = {name: value for name, (value, _, _) in single_numbers(group).items()}
    return SimpleNamespace(**values | changed)


def runs(low: float = 0.0, high: float = 1.0, *shape: int) -> st.SearchStrategy[np.ndarray]:
    """An array whose last axis is the run."""
    numbers = st.floats(low, high, allow_subnormal=False)
    return arrays(float, (*shape, RUNS), elements=numbers)


def masks(*shape: int) -> st.SearchStrategy[np.ndarray]:
    return arrays(bool, (*shape, RUNS))


def arguments(**limits: tuple[float, float]) -> st.SearchStrategy[dict[str, np.ndarray]]:
    """One array of runs for each named argument, between its limits."""

    def scaled(places: np.ndarray) -> dict[str, np.ndarray]:
        return {
            name: low + (high - low) * row
            for (name, (low, high)), row in zip(limits.items(), places, strict=True)
        }

    return arrays(float, (len(limits), RUNS), elements=UNIT).map(scaled)


def raised(given: dict[str, np.ndarray], name: str, by: np.ndarray, high: float) -> dict:
    """The same arguments, with one of them larger."""
    return given | {name: np.minimum(given[name] + by, high)}


def assert_no_less(larger: np.ndarray, smaller: np.ndarray) -> None:
    scale = np.maximum(1.0, np.abs(smaller))
    assert np.all(larger >= smaller - ROUNDING * scale)


def assert_moves(sign: int, after: np.ndarray, before: np.ndarray) -> None:
    """What follows a larger argument is no smaller (+1) or no larger (-1)."""
    if sign > 0:
        assert_no_less(after, before)
    else:
        assert_no_less(before, after)


def assert_adds_up(utility) -> None:
    """A utility is the sum of its named terms and finite."""
    together = sum(np.asarray(term, dtype=float) for term in utility.terms.values())
    np.testing.assert_allclose(utility.total, together, rtol=1e-12, atol=1e-12)
    assert np.isfinite(utility.total).all()
