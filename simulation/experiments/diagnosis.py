"""What a calibration found: what was ruled out, how well it fits, what the evidence informs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulation.arrays import Array
from simulation.experiments.abc_smc import Population
from simulation.experiments.history_matching import Wave
from simulation.experiments.provenance import versions
from simulation.experiments.stages import Plan
from simulation.experiments.targets import Targets
from simulation.experiments.trials import Ground
from simulation.posterior import ranges_hash

SURE = 1.63
"""Over the root of a sample's size: a distance from even that chance reaches once in 100."""
TOLD = 0.005
"""Share of a wave's space that a target must rule out to be named."""


def provenance(
    plan: Plan, ground: Ground, waves: Sequence[Wave], population: Population, seen: Array
) -> dict[str, Any]:
    """Everything that is kept with a posterior, as plain data.

    Args:
        plan: what was asked for.
        ground: evidence, scenario and targets.
        waves: of history matching.
        population: the posterior's vectors.
        seen: what fresh runs of them showed on average, shape (vectors, targets).
    """
    catalogue, targets = ground.catalogue, ground.targets
    return {
        **plan.words,
        "scenario": ground.scenario.name,
        "scenario_hash": ground.scenario.hash,
        "catalogue_hash": catalogue.hash,
        "ranges_hash": ranges_hash(catalogue),
        "ranges": {key: list(catalogue.range_of(key) or ()) for key in catalogue.drawable()},
        "versions": versions(),
        "unfitted": list(targets.unfitted),
        "held": list(targets.held),
        "waves": [_wave(wave, targets) for wave in waves],
        "steps": [{k: _short(v) for k, v in line.items()} for line in population.history],
        "ancestors": len(np.unique(population.ancestor)),
        "targets": _targets(targets, waves[0], seen),
        "parameters": contrasts(targets.fitted, population.vectors, population.ancestor),
    }


def contrasts(keys: Sequence[str], vectors: Array, ancestor: Array) -> list[dict[str, Any]]:
    """How far the posterior of each parameter lies from its prior, the farthest first.

    The prior is even over the range, so places are told from 0 to 1. `distance` is the largest
    gap between the two cumulative distributions; it counts as `informed` where that many
    independent vectors as there are ancestors would hardly show it by chance.
    """
    bound = SURE / np.sqrt(len(np.unique(ancestor)))
    out = []
    for key, places in zip(keys, np.sort(vectors, axis=0).T, strict=True):
        ladder = np.arange(len(places) + 1) / len(places)
        distance = max((ladder[1:] - places).max(), (places - ladder[:-1]).max())
        out.append(
            {
                "key": key,
                "mean": _short(places.mean()),
                "low": _short(np.quantile(places, 0.05)),
                "high": _short(np.quantile(places, 0.95)),
                "distance": _short(distance),
                "informed": bool(distance > bound),
            }
        )
    return sorted(out, key=lambda each: (-each["distance"], each["key"]))


def _wave(wave: Wave, targets: Targets) -> dict[str, Any]:
    """A wave in numbers, with the targets that ruled out most."""
    order = np.argsort(-wave.against, kind="stable")
    against = [(targets.names[at], _short(wave.against[at])) for at in order]
    told = [pair for pair in against if pair[1] >= TOLD]
    return {"runs": wave.runs, "left": _short(wave.left), "against": told}


def _targets(targets: Targets, first: Wave, seen: Array) -> list[dict[str, Any]]:
    """Each target with what was observed and what runs show, before and after."""
    after = seen.mean(axis=0)
    return [
        {
            "name": target.name,
            "observed": target.observed,
            "error": _short(target.error),
            "weight": _short(target.weight),
            "prior": _short(first.mean[at]),
            "prior_deviation": _short(first.deviation[at]),
            "posterior": _short(after[at]),
            "posterior_deviation": _short(seen[:, at].std()),
        }
        for at, target in enumerate(targets.each)
    ]


def _short(number: float) -> float:
    """A number to five digits, enough to read."""
    return float(f"{number:.5g}")
