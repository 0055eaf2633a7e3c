"""How often the known patterns come out of free runs, with the two arms of P6n."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.model import patterns
from simulation.model.model import InfluenceModel
from simulation.parameters.numbers import Numbers, Parameters
from simulation.scenario.scenario import Scenario, load_scenario

_BLOCK = 500
JOINT = "all"
"""Name of the row on all patterns at once."""


@dataclass(frozen=True)
class PatternRow:
    """One pattern, or a part of one: in what share of the runs it holds.

    Attributes:
        name: identifier of the pattern, with the name of the part; `JOINT` for all together.
        description: what it is.
        share: of the runs.
        runs: how many there were.
        part: whether it is a part of a pattern.
        parameters: where the numbers of the runs came from, in a word.
    """

    name: str
    description: str
    share: float
    runs: int
    part: bool
    parameters: str


def measure_patterns(
    runs: int = 1000,
    seed: int = 1,
    scenario: str | Scenario = "baseline",
    parameters: Parameters | None = None,
    catalogue: Catalogue | None = None,
) -> list[PatternRow]:
    """Run freely to the end of 2005 and count how often each pattern holds.

    Args:
        runs: histories of the scenario, and of each arm of P6n on the same draws.
        seed: names the draws.
        scenario: what to run; the baseline by default.
        parameters: where numbers come from, as for the model.
        catalogue: the evidence; the project's own if None.

    Returns:
        A row for each pattern, followed by its parts, in the order of their identifiers; the
        last says in how many runs every pattern holds.
    """
    evidence = catalogue or load_catalogue()
    chosen = scenario if isinstance(scenario, Scenario) else load_scenario(scenario, evidence)
    everyone = evidence.extended(chosen.added)
    numbers = Numbers.of(parameters, everyone, days=[chosen.history_until], runs=runs)
    chosen = chosen.given(numbers, evidence)
    readings: list[patterns.Reading] = []
    for first in range(0, runs, _BLOCK):
        count = min(_BLOCK, runs - first)

        def model(of: Scenario, first: int = first, count: int = count) -> InfluenceModel:
            block = numbers.part(first, count).without(of.turned_off)
            return InfluenceModel(
                of, count, seed, first_run=first, parameters=block, catalogue=evidence
            )

        free = model(chosen)
        reading = patterns.read_patterns(free, patterns.watched_run(free))
        arms = [
            model(chosen.without(switch)) for switch in patterns.pattern_arms(evidence).values()
        ]
        for arm in arms:
            patterns.watched_run(arm)
        readings.append({**reading, **patterns.reading_of_arms(arms)})
    together = {name: np.concatenate([r[name] for r in readings]) for name in readings[0]}
    held = dict(sorted(together.items(), key=lambda item: _order(item[0])))
    held[JOINT] = np.logical_and.reduce([each for name, each in held.items() if " " not in name])
    return [
        PatternRow(
            name,
            _describe(name, evidence),
            share=float(holds.mean()),
            runs=runs,
            part=" " in name,
            parameters=numbers.name,
        )
        for name, holds in held.items()
    ]


def _describe(name: str, catalogue: Catalogue) -> str:
    if name == JOINT:
        return "Every pattern at once, in one and the same run."
    head, _, part = name.partition(" ")
    return part or catalogue.patterns[head].description


def _order(name: str) -> tuple[int, bool, str]:
    head = name.split(" ")[0]
    digits = "".join(c for c in head if c.isdigit())
    return int(digits), head.endswith("n"), name
