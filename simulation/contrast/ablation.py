"""What each mechanism does: paired runs with it on and off, and an outcome that should move.

For every switch the claim of the documents implies a direction. Where the interval of the paired
difference excludes zero on that side the claim is borne out *in this model*; where it does not,
the table says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.evidence.catalogue import load_catalogue
from simulation.evidence.readings import Expected
from simulation.model.measures import measured
from simulation.model.model import InfluenceModel
from simulation.numerics.arrays import Array
from simulation.parameters.numbers import Numbers, Parameters
from simulation.record.paired import Difference, paired_difference
from simulation.scenario.mechanisms import SWITCHES
from simulation.scenario.scenario import load_scenario

FALLS, RISES = -1, 1
_BLOCK = 500


Read = Callable[[InfluenceModel], NDArray[Any]]
"""From a model to what is read in it, one value a run."""


@dataclass(frozen=True)
class Expectation:
    """What turning a mechanism off should do.

    Attributes:
        outcome: what is read, in words.
        quarter: when it is read.
        direction: `FALLS` or `RISES` once the mechanism is off.
        read: from the model at that quarter to an array (runs,).
    """

    outcome: str
    quarter: str
    direction: int
    read: Read


@dataclass(frozen=True)
class Effect:
    """The measured effect of turning a mechanism off.

    Attributes:
        switch: the mechanism.
        expectation: what should move.
        measured: what moved.
        parameters: where the numbers of the runs came from, in a word.
    """

    switch: str
    expectation: Expectation
    measured: Difference
    parameters: str

    @property
    def borne_out(self) -> bool:
        """Whether the whole interval lies on the side that the claim implies."""
        if self.expectation.direction == RISES:
            return self.measured.low > 0
        return self.measured.high < 0

    @property
    def verdict(self) -> str:
        """In words: as claimed, not told from zero, or the wrong way."""
        if self.borne_out:
            return "as claimed"
        if self.measured.low <= 0 <= self.measured.high:
            return "cannot be told from zero"
        return "the other way"


def measure_effects(
    runs: int = 500,
    seed: int = 1,
    switches: tuple[str, ...] | None = None,
    parameters: Parameters | None = None,
) -> list[Effect]:
    """Turn every mechanism off in turn, on the same draws, and read what should move.

    Args:
        runs: pairs of runs for each mechanism.
        seed: names the draws.
        switches: which mechanisms; all that have an expectation if None.
        parameters: where numbers come from, as for the model.
    """
    catalogue = load_catalogue()
    baseline = load_scenario("baseline", catalogue)
    numbers = Numbers.of(parameters, catalogue, days=[baseline.history_until], runs=runs)
    baseline = baseline.given(numbers, catalogue)
    chosen = tuple(name for name in EXPECTATIONS if name in SWITCHES)
    chosen = chosen if switches is None else switches
    quarters = sorted({EXPECTATIONS[name].quarter for name in chosen})
    readings: dict[str, list[tuple[Array, Array]]] = {name: [] for name in chosen}
    for first in range(0, runs, _BLOCK):
        count = min(_BLOCK, runs - first)
        on: dict[str, Array] = {}
        block = numbers.part(first, count)
        model = InfluenceModel(baseline, count, seed, first_run=first, parameters=block)
        for quarter in quarters:
            model.run(quarter)
            for name in chosen:
                if EXPECTATIONS[name].quarter == quarter:
                    on[name] = _read(name, model)
        for name in chosen:
            without = baseline.without(name)
            kept = block.without(without.turned_off)
            off = InfluenceModel(without, count, seed, first_run=first, parameters=kept)
            off.run(EXPECTATIONS[name].quarter)
            readings[name].append((on[name], _read(name, off)))
    return [
        Effect(name, EXPECTATIONS[name], _difference(readings[name]), numbers.name)
        for name in chosen
    ]


def without_expectation() -> list[str]:
    """The mechanisms of which nobody has said what should move once they are off."""
    return [name for name in SWITCHES if name not in EXPECTATIONS]


def _read(name: str, model: InfluenceModel) -> Array:
    return np.array(EXPECTATIONS[name].read(model), dtype=np.float64)


def _difference(pairs: list[tuple[Array, Array]]) -> Difference:
    on = np.concatenate([pair[0] for pair in pairs])
    off = np.concatenate([pair[1] for pair in pairs])
    return paired_difference(on, off)


def _expectation(expected: Expected) -> Expectation:
    """What the evidence declares of a mechanism, as it is read of a model."""
    return Expectation(
        outcome=expected.outcome,
        quarter=expected.quarter,
        direction=RISES if expected.off == "rises" else FALLS,
        read=lambda model: measured(model, expected.read, expected.whom),
    )


EXPECTATIONS: Mapping[str, Expectation] = {
    name: _expectation(each.expected) for name, each in load_catalogue().mechanisms.items()
}
"""Every switch of the evidence with what it should move, when, and which way once it is off.

A switch that is not here, as of a plug-in, is not measured, and every table says so.
"""
