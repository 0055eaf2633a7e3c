"""How often the known patterns come out of free runs, with the two arms of P6n."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.model import patterns
from simulation.model.model import InfluenceModel
from simulation.scenario.scenario import Scenario, load_scenario

_BLOCK = 500


@dataclass(frozen=True)
class PatternRow:
    """One pattern, or a part of one: in what share of the runs it holds."""

    name: str
    description: str
    share: float
    runs: int
    part: bool


def measure_patterns(
    runs: int = 1000,
    seed: int = 1,
    scenario: str | Scenario = "baseline",
    parameters: str | None = None,
    catalogue: Catalogue | None = None,
) -> list[PatternRow]:
    """Run freely to the end of 2005 and count how often each pattern holds.

    Args:
        runs: histories of the scenario, and of each arm of P6n on the same draws.
        seed: names the draws.
        scenario: what to run; the baseline by default.
        parameters: "point" or "prior", as for the model.
        catalogue: the evidence; the project's own if None.

    Returns:
        A row for each pattern, followed by its parts, in the order of their identifiers.
    """
    evidence = catalogue or load_catalogue()
    chosen = scenario if isinstance(scenario, Scenario) else load_scenario(scenario, evidence)
    readings: list[patterns.Reading] = []
    for first in range(0, runs, _BLOCK):
        count = min(_BLOCK, runs - first)

        def model(of: Scenario, first: int = first, count: int = count) -> InfluenceModel:
            return InfluenceModel(
                of, count, seed, first_run=first, parameters=parameters, catalogue=evidence
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
    return [
        PatternRow(name, _describe(name, evidence), float(holds.mean()), runs, " " in name)
        for name, holds in sorted(together.items(), key=lambda item: _order(item[0]))
    ]


def _describe(name: str, catalogue: Catalogue) -> str:
    head, _, part = name.partition(" ")
    return part or catalogue.patterns[head].description


def _order(name: str) -> tuple[int, bool, str]:
    head = name.split(" ")[0]
    digits = "".join(c for c in head if c.isdigit())
    return int(digits), head.endswith("n"), name
