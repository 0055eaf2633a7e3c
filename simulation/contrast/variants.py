"""Arms: versions of a scenario that meet the same luck, and are read for a few outcomes.

Run i of every arm is the same world but for what the arm changes. Nothing but the outcomes is
kept, so that an experiment of many arms needs no results folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from simulation.batch.executors import Progress, crew_for, in_order
from simulation.batch.progress import watched
from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problem, did_you_mean
from simulation.inputs.results_folders import made_folder
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import (
    OUTCOMES,
    Outcome,
    every_outcome_of,
    measure_outcomes,
)
from simulation.numerics.arrays import Array
from simulation.numerics.dates import DEFAULT_UNTIL, quarter_of
from simulation.parameters.numbers import Numbers
from simulation.record import provenance
from simulation.scenario.scenario import Scenario

_BLOCK = 1000
"""Runs that advance together."""
PROVENANCE = "provenance.json"


@dataclass(frozen=True)
class Arm:
    """A version of a scenario.

    Attributes:
        label: what it is called while it runs.
        scenario: what is run.
        parameters: where the numbers of all runs come from.
    """

    label: str
    scenario: Scenario
    parameters: Numbers


@dataclass(frozen=True)
class _Block:
    """Some runs of one arm."""

    place: int
    arm: Arm
    first_run: int
    runs: int
    seed: int
    until: int
    outcomes: tuple[str, ...]


def run_arms(
    arms: Sequence[Arm],
    outcomes: Iterable[str],
    runs: int,
    seed: int,
    until: int,
    workers: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Array]:
    """Run every arm on the same luck.

    Args:
        arms: what is run.
        outcomes: what is read at the end.
        runs: runs of each arm.
        seed: names the draws.
        until: the last quarter.
        workers: processes, as for a batch.
        progress: told of every block of runs that is done; in a notebook a bar by default.

    Returns:
        By outcome an array of shape (arms, runs).

    Raises:
        ChildProcessError: a worker was ended; nothing is kept.
    """
    names = tuple(outcomes)
    blocks = [
        _Block(
            place=place,
            arm=replace(arm, parameters=arm.parameters.part(first, _BLOCK)),
            first_run=first,
            runs=min(_BLOCK, runs - first),
            seed=seed,
            until=until,
            outcomes=names,
        )
        for place, arm in enumerate(arms)
        for first in range(0, runs, _BLOCK)
    ]
    found: dict[str, Array] = {name: np.empty((len(arms), runs)) for name in names}
    done, asked = 0, runs * len(arms)
    with crew_for(asked, workers) as crew, watched(progress, "runs") as told:
        try:
            for block, read in in_order(blocks, crew, _read, lambda _: True, lambda it: it):
                for name, values in read.items():
                    found[name][block.place, block.first_run :][: block.runs] = values
                done += block.runs
                if told is not None:
                    told(done, asked, block.arm.label)
        except crew.lost as error:
            raise ChildProcessError(crew.why_ended(error)) from error
    return found


def folder_for(results: Path, name: str, scenario: Scenario, given: Mapping[str, Any]) -> Path:
    """Make the folder of an experiment, and say in it how to run it again.

    The same experiment goes into the same folder.

    Args:
        results: where batches lie.
        name: the kind of experiment.
        scenario: what was run.
        given: everything else that decides the numbers.
    """
    asked = {
        "scenario": scenario.name, "scenario_hash": scenario.hash, **given,
        "catalogue_hash": load_catalogue().hash,
    }  # fmt: skip
    digest = hashlib.sha256(json.dumps(asked).encode()).hexdigest()
    folder = Path(results) / f"{name}_{scenario.name}_{digest[:6]}"
    made_folder(folder, "name another place, with --results")
    made = {
        **asked, "versions": provenance.versions(), **provenance.machine(),
        "git": provenance.git_state(),
    }  # fmt: skip
    text = json.dumps(made, indent=1, ensure_ascii=False) + "\n"
    (folder / PROVENANCE).write_text(text, encoding="utf-8")
    return folder


def horizon_of(scenario: Scenario, until: str | None) -> int:
    """The last quarter of an experiment: as asked, or the scenario's own."""
    if until is not None:
        return quarter_of(until)
    return quarter_of(DEFAULT_UNTIL) if scenario.until is None else scenario.until


def outcomes_in(scenario: Scenario) -> Mapping[str, Outcome]:
    """The outcomes about everyone in a scenario."""
    return every_outcome_of(scenario.evidence(load_catalogue()))


def unknown_outcomes(names: Iterable[str], scenario: Scenario | None) -> Iterator[Problem]:
    """A problem for each name that no outcome of a scenario has, as far as it could be read."""
    known = every_outcome_of(load_catalogue()) if scenario is None else outcomes_in(scenario)
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known)
            yield Problem("--outcome", None, f"no outcome '{name}'", hint, "outcomes")


def outcome_of(scenario: Scenario) -> str:
    """The outcome that answers a scenario's question."""
    return scenario.outcome or next(iter(OUTCOMES))


def _read(block: _Block) -> dict[str, Array]:
    """Run a block and read its outcomes."""
    model = InfluenceModel(
        block.arm.scenario, block.runs, block.seed, first_run=block.first_run,
        parameters=block.arm.parameters, until=block.until,
    ).run()  # fmt: skip
    known = every_outcome_of(model.catalogue)
    return measure_outcomes(model, {name: known[name] for name in block.outcomes})
