"""What a calibration found: what was ruled out, how well it fits, what the evidence informs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulation.calibration.abc_smc import Population
from simulation.calibration.history_matching import Wave
from simulation.calibration.stages import Plan
from simulation.calibration.targets import Targets
from simulation.calibration.trials import Ground, luck
from simulation.numerics.arrays import Array
from simulation.numerics.special import ndtri
from simulation.record.provenance import versions

_SURE = 1.63
"""Over the root of a sample's size: a distance from even that chance reaches once in 100."""
TOLD = 0.005
"""Share of a wave's space that a target must rule out to be named."""
INTERVAL = (0.05, 0.5, 0.95)
EVEN = 1 / np.sqrt(12)
"""Standard deviation of what lies evenly between 0 and 1."""


def provenance(
    plan: Plan, ground: Ground, waves: Sequence[Wave], population: Population, seen: Array
) -> dict[str, Any]:
    """Everything that is kept with a posterior, as plain data.

    Args:
        plan: what was asked for.
        ground: evidence, scenario and targets.
        waves: of history matching.
        population: the posterior's vectors.
        seen: what fresh runs of them showed, shape (vectors, runs, targets).
    """
    catalogue, targets = ground.catalogue, ground.targets
    apart = unrelated(population.vectors, population.ancestor)
    return {
        **plan.words,
        "scenario": ground.scenario.name,
        "scenario_hash": ground.scenario.hash,
        "catalogue_hash": catalogue.hash,
        "ranges_hash": catalogue.ranges_hash,
        "ranges": {key: list(catalogue.range_of(key) or ()) for key in catalogue.drawable()},
        "versions": versions(),
        "doubt": targets.doubt,
        "unfitted": list(targets.unfitted),
        "held": list(targets.held),
        "waves": [_wave(wave, targets) for wave in waves],
        "steps": [{k: _short(v) for k, v in line.items()} for line in population.history],
        "ancestors": len(np.unique(population.ancestor)),
        "unrelated": _short(float(np.median(apart))),
        "targets": predictive(targets, waves[0], seen, ground.seed),
        "parameters": contrasts(targets.fitted, population.vectors, apart),
    }


def contrasts(keys: Sequence[str], vectors: Array, apart: Array) -> list[dict[str, Any]]:
    """How far the posterior of each parameter lies from its prior, the farthest first.

    The prior is even over the range, so places are told from 0 to 1. `shrinkage` is the part of
    its standard deviation that the posterior has lost; below 0, it has gathered at both ends.
    `distance` is the largest gap between the two cumulative distributions; it counts as
    `informed` where that many unrelated vectors would hardly show it by chance.

    Args:
        keys: of the parameters.
        vectors: places in their ranges, shape (vectors, parameters).
        apart: how many unrelated vectors each is told by, shape (parameters,).
    """
    out = []
    for key, places, size in zip(keys, np.sort(vectors, axis=0).T, apart, strict=True):
        ladder = np.arange(len(places) + 1) / len(places)
        distance = max((ladder[1:] - places).max(), (places - ladder[:-1]).max())
        low, _, high = np.quantile(places, INTERVAL)
        out.append(
            {
                "key": key,
                "mean": _short(places.mean()),
                "low": _short(low),
                "high": _short(high),
                "shrinkage": _short(1 - places.std() / EVEN),
                "distance": _short(distance),
                "informed": bool(distance > _SURE / np.sqrt(size)),
            }
        )
    return sorted(out, key=lambda each: (-each["distance"], each["key"]))


def unrelated(vectors: Array, ancestor: np.ndarray) -> Array:
    """How many unrelated vectors a population is worth, by parameter, shape (parameters,).

    Vectors of one ancestor are alike as far as their moves have not parted them. The likeness is
    the correlation within families, and makes the sample as much smaller as that of a survey by
    clusters (Kish 1965).
    """
    _, family, sizes = np.unique(ancestor, return_inverse=True, return_counts=True)
    count, families = len(vectors), len(sizes)
    if families == count:
        return np.full(vectors.shape[1], float(count))
    if families == 1:
        return np.ones(vectors.shape[1])
    away = vectors - vectors.mean(axis=0)
    sums = np.zeros((families, vectors.shape[1]))
    np.add.at(sums, family, away)
    between = (sums**2 / sizes[:, np.newaxis]).sum(axis=0)
    within = np.maximum((away**2).sum(axis=0) - between, 0) / (count - families)
    between = between / (families - 1)
    usual = (count - (sizes**2).sum() / count) / (families - 1)
    alike = np.clip((between - within) / (between + (usual - 1) * within), 0, 1)
    found: Array = count / (1 + ((sizes**2).sum() / count - 1) * alike)
    return found


def predictive(targets: Targets, first: Wave, seen: Array, seed: int) -> list[dict[str, Any]]:
    """Each target with what was observed and what runs show, before and after.

    For a part of a pattern, `posterior` is the share of runs in which it holds, `low` and `high`
    hold nine in ten vectors' shares. For a figure they hold nine in ten of what could be
    observed: a run, its discrepancy and the error of observation together. `beyond` is the chance
    of what is at least as far out as history was, to either side.
    """
    vectors, runs, _ = seen.shape
    share = seen.mean(axis=1, dtype=float)
    errors = ndtri(luck(seed, "errors of observation", vectors * runs))
    out = []
    for at, target in enumerate(targets.each):
        if target.is_part:
            spread, beyond = share[:, at], share[:, at].mean()
        else:
            spread = seen[:, :, at].ravel() + target.error * errors
            beyond = min(1.0, 2 * min((spread <= target.observed).mean(),
                                      (spread >= target.observed).mean()))  # fmt: skip
        low, median, high = np.quantile(spread, INTERVAL)
        out.append(
            {
                "name": target.name,
                "observed": target.observed,
                "observation": _short(target.observation),
                "discrepancy": _short(target.discrepancy),
                "error": _short(target.error),
                "weight": _short(target.weight),
                "prior": _short(first.mean[at]),
                "posterior": _short(share[:, at].mean()),
                "low": _short(low),
                "median": _short(median),
                "high": _short(high),
                "beyond": _short(beyond),
            }
        )
    return out


def _wave(wave: Wave, targets: Targets) -> dict[str, Any]:
    """A wave in numbers, with the targets that ruled out most."""
    order = np.argsort(-wave.against, kind="stable")
    against = [(targets.names[at], _short(wave.against[at])) for at in order]
    told = [pair for pair in against if pair[1] >= TOLD]
    return {"runs": wave.runs, "left": _short(wave.left), "against": told}


def _short(number: float) -> float:
    """A number to five digits, enough to read."""
    return float(f"{number:.5g}")
