"""Sensitivity: how much of the spread of an outcome is owed to which parameters, and how much
to luck.

The uncertain parameters are drawn from their ranges in groups, one a rule by default, and Sobol's
indices are estimated by Saltelli's design (Saltelli and others, Computer Physics Communications
181, 2010, 259-270) with SALib. There are far too many parameters for an index each; `within`
splits one rule into its parameters and leaves all others together as one group.

The model is stochastic, and its luck is taken as one more input. Sample j meets the luck of run j
wherever its parameters come from: all members of a design's row are paired runs. Hence

- the total index of a group is the share of the variance that would remain if everything but
  the group were known, luck included: what it does alone and together with anything else;
- the first-order index is what it does alone or together with luck;
- luck alone is the correlation of the two independent samples of the design, which share
  nothing but luck.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from simulation.batch.executors import Progress
from simulation.contrast.variants import (
    Arm,
    folder_for,
    horizon_of,
    outcome_of,
    run_arms,
    unknown_outcomes,
)
from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.inputs.escapes import CsvWriter
from simulation.inputs.problems import Problem, Problems, did_you_mean
from simulation.model.outcomes import outcomes_of
from simulation.numerics.arrays import Array
from simulation.numerics.dates import quarter_name
from simulation.numerics.special import ndtri
from simulation.parameters.numbers import Numbers, Parameters, with_source
from simulation.parameters.sampling import POINT, PRIOR
from simulation.record.paired import LEVEL
from simulation.scenario.scenario import Scenario, load_scenario

_RESAMPLES = 400
"""Bootstrap samples behind an interval."""
REST = "all other parameters"
_FILE = "sensitivity.csv"


@dataclass(frozen=True)
class VarianceShare:
    """A share of the variance of an outcome, with its interval."""

    value: float
    low: float
    high: float

    @classmethod
    def around(cls, value: float, reach: float) -> VarianceShare:
        """A share with an interval of the same reach on both sides."""
        return cls(float(value), float(value - reach), float(value + reach))


@dataclass(frozen=True)
class SobolIndex:
    """What one group of parameters does to an outcome.

    Attributes:
        group: a rule, or a parameter of the rule that was split.
        parameters: how many numbers are in it.
        first: the share of the variance owed to it alone or together with luck.
        total: the share owed to it alone and together with anything else.
    """

    group: str
    parameters: int
    first: VarianceShare
    total: VarianceShare


@dataclass(frozen=True)
class Sensitivity:
    """What an outcome is sensitive to.

    Attributes:
        scenario: what was run.
        outcome: what was read.
        indices: the groups, the largest total index first; none where runs do not differ.
        luck: the share of the variance owed to luck alone.
        mean, deviation: of the outcome over the two independent samples.
        samples: rows of the design; each is `runs / samples` paired runs.
        runs: runs altogether.
        seed: names the draws and the design.
        until: the last quarter.
        within: the rule that was split, if one was.
    """

    scenario: Scenario
    outcome: str
    indices: tuple[SobolIndex, ...]
    luck: VarianceShare
    mean: float
    deviation: float
    samples: int
    runs: int
    seed: int
    until: str
    within: str | None

    def write(self, results: Path) -> Path:
        """Write `sensitivity.csv`, and how it was made, into a folder of its own; returns it."""
        given = {
            "outcome": self.outcome, "within": self.within, "samples": self.samples,
            "seed": self.seed, "until": self.until,
        }  # fmt: skip
        folder = folder_for(results, "sensitivity", self.scenario, given)
        with (folder / _FILE).open("w", newline="", encoding="utf-8") as file:
            writer = CsvWriter(file)
            writer.writerow(
                ["outcome", "group", "parameters", "first", "first_low", "first_high",
                 "total", "total_low", "total_high"]
            )  # fmt: skip
            for each in self.indices:
                numbers = [*_numbers(each.first), *_numbers(each.total)]
                writer.writerow([self.outcome, each.group, each.parameters, *numbers])
            writer.writerow([self.outcome, "luck alone", 0, *_numbers(self.luck), "", "", ""])
        return folder


def run_sensitivity(
    scenario: str | Path,
    outcome: str | None = None,
    within: str | None = None,
    samples: int = 512,
    seed: int | None = None,
    until: str | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    parameters: Parameters | None = None,
    settings: Sequence[str] = (),
) -> Sensitivity:
    """Run a scenario over the ranges of its uncertain parameters.

    Args:
        scenario: name or path. Parameters that it holds at a value stay there.
        outcome: what is read; the outcome that answers the scenario's question by default.
        within: a rule to split into its parameters, as "basing".
        samples: rows of the design, a power of two; a row takes a run more than there are
            groups, and another.
        seed: drawn where it is None.
        until: the last quarter; that of the scenario by default.
        workers: processes, as for a batch.
        progress: told of every block of runs that is done.
        parameters: numbers by full key that stay where they are put. All others are drawn from
            their ranges, "prior": the indices hold for parameters that do not hang together.
        settings: "KEY=VALUE", as `--set`, of what stays there too.

    Raises:
        Problems: something given is wrong; nothing was run.
        ModuleNotFoundError: SALib is not installed.
    """
    from SALib.sample import sobol as design

    base = load_scenario(scenario, settings=settings, outcomes=outcomes_of)
    base = _with_held(base, parameters)
    outcome = outcome or outcome_of(base)
    evidence = load_catalogue().extended(base.added)
    keys = [key for key in evidence.drawable() if key not in base.fixed_keys]
    _check(base, outcome, within, samples, keys)
    chosen = secrets.randbits(32) if seed is None else seed
    last = horizon_of(base, until)
    problem = problem_of(evidence, keys, within)
    points = design.sample(problem, samples, calc_second_order=False, seed=chosen)
    columns = len(points) // samples
    arms = [
        Arm("the design", base, Numbers(POINT, arrays=_columns(keys, points[column::columns])))
        for column in range(columns)
    ]
    found = run_arms(
        arms,
        [outcome],
        runs=samples,
        seed=chosen,
        until=last,
        workers=workers,
        progress=progress,
    )[outcome].T
    found = np.nan_to_num(found)
    indices, luck = analyzed(problem, found, chosen)
    spread = found[:, [0, -1]]
    return Sensitivity(
        scenario=base,
        outcome=outcome,
        indices=indices,
        luck=luck,
        mean=float(spread.mean()),
        deviation=float(spread.std()),
        samples=samples,
        runs=len(points),
        seed=chosen,
        until=quarter_name(last),
        within=within,
    )


def problem_of(catalogue: Catalogue, keys: Sequence[str], within: str | None) -> dict[str, Any]:
    """Parameters, their ranges and groups, as SALib takes them."""
    return {
        "num_vars": len(keys),
        "names": [*keys],
        "bounds": [catalogue.range_of(key) for key in keys],
        "groups": [_group(catalogue, key, within) for key in keys],
        "outputs": ["Y"],
    }


def analyzed(
    problem: dict[str, Any], found: Array, seed: int
) -> tuple[tuple[SobolIndex, ...], VarianceShare]:
    """Sobol's indices of the groups, and the share of luck alone.

    Args:
        problem: parameters, ranges and groups.
        found: the outcome, shape (samples, groups + 2), in the order of Saltelli's design: one
            independent sample first, the other last.
        seed: names the bootstrap samples.
    """
    from SALib.analyze import sobol

    if np.ptp(found) == 0 or np.ptp(found[:, [0, -1]]) == 0:
        return (), VarianceShare.around(0.0, 0.0)
    result = sobol.analyze(
        problem, found.ravel(), calc_second_order=False, num_resamples=_RESAMPLES,
        conf_level=LEVEL, seed=seed,
    )  # fmt: skip
    groups = list(dict.fromkeys(problem["groups"]))
    indices = [
        SobolIndex(
            group,
            problem["groups"].count(group),
            VarianceShare.around(result["S1"][place], result["S1_conf"][place]),
            VarianceShare.around(result["ST"][place], result["ST_conf"][place]),
        )
        for place, group in enumerate(groups)
    ]
    luck = _correlated(found[:, 0], found[:, -1])
    return tuple(sorted(indices, key=lambda each: (-each.total.value, each.group))), luck


def _correlated(one: Array, other: Array) -> VarianceShare:
    """The correlation of two samples of one distribution, with its interval by Fisher's z."""
    middle = (one.mean() + other.mean()) / 2
    spread = ((one - middle) ** 2 + (other - middle) ** 2).mean() / 2
    value = float(((one - middle) * (other - middle)).mean() / spread)
    z, reach = math.atanh(min(max(value, -1 + 1e-12), 1 - 1e-12)), ndtri(0.5 + LEVEL / 2)
    low, high = (math.tanh(z + side * reach / math.sqrt(len(one) - 3)) for side in (-1, 1))
    return VarianceShare(value, low, high)


def _group(catalogue: Catalogue, key: str, within: str | None) -> str:
    """The group that a parameter is varied in."""
    if within is None:
        return key.partition(".")[0]
    if key.partition(".")[0] != within:
        return REST
    declared = catalogue.declaration_of(key)
    return key if declared is None else declared.key


def _check(
    scenario: Scenario, outcome: str, within: str | None, samples: int, keys: Sequence[str]
) -> None:
    """Refuse what cannot be run."""
    problems = [*unknown_outcomes([outcome], scenario)]
    rules = sorted({key.partition(".")[0] for key in keys})
    if within is not None and within not in rules:
        hint = did_you_mean(within, rules) or f"they are {', '.join(rules)}"
        problems.append(Problem("--within", None, f"no rule '{within}' with parameters", hint))
    if samples < 8 or samples & (samples - 1):
        message = f"{samples} samples; a power of two is due, as 256, 512 or 1024"
        problems.append(Problem("--samples", None, message))
    if problems:
        raise Problems(problems)


def _with_held(base: Scenario, given: Parameters | None) -> Scenario:
    """A scenario with the numbers that are to stay where they are put."""
    if given is None:
        return base
    catalogue = load_catalogue()
    numbers = Numbers.of(with_source(given, PRIOR), catalogue.extended(base.added))
    if numbers.source != PRIOR or numbers.arrays:
        message = "Sobol's indices need parameters that are drawn from their ranges, or held at one"
        hint = "give a number for each that is to be held, and no source but 'prior'"
        raise Problems([Problem("parameters", None, message, hint)])
    return base.given(numbers, catalogue)


def _columns(keys: Sequence[str], points: Array) -> dict[str, Array]:
    """A value a run by key, from a row a run."""
    return dict(zip(keys, points.T, strict=True))


def _numbers(share: VarianceShare) -> list[str]:
    return [f"{each:.12g}" for each in (share.value, share.low, share.high)]
