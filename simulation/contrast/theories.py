"""What rival theories say to the questions of a batch: the same runs with mechanisms off.

A theory is an account that does without some mechanisms. The baseline and a scenario are both run
without them, run by run with the luck and the numbers of the batch, and the outcomes that the
scenario asks for are followed through time. An answer that comes out under every theory is shared
by all; one that does not hangs on something.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulation.batch.executors import Crew, Progress, in_order
from simulation.batch.replay import Play
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import Outcome, measure_column, outcomes_of_scenarios
from simulation.parameters.numbers import Numbers
from simulation.record.answers import asked_outcomes
from simulation.record.compare import Comparison
from simulation.record.through_time import Column, PairedPaths, columns_compared
from simulation.scenario.mechanisms import THEORIES, Theory
from simulation.scenario.scenario import Scenario

_BLOCK = 1000
"""Runs that advance together."""


@dataclass(frozen=True)
class _Block:
    """Some runs of a scenario under a theory.

    Attributes:
        theory: its name.
        scenario: with the theory's mechanisms off.
        first_run, runs: which runs.
        seed: names the draws.
        until: the last quarter.
        parameters: where the numbers of these runs come from.
        columns: what is read at the end of every quarter.
        newcomers: the scenarios that add someone, about whom outcomes may be read.
        allow_plugins: whether files that the scenario names under `plugins` may run.
    """

    theory: str
    scenario: Scenario
    first_run: int
    runs: int
    seed: int
    until: int
    parameters: Numbers
    columns: tuple[Column, ...]
    newcomers: tuple[Scenario, ...]
    allow_plugins: bool


def under_theory(scenario: Scenario, theory: Theory) -> Scenario:
    """A scenario without the mechanisms that a theory does without."""
    for switch in theory.off:
        scenario = scenario.without(switch)
    return scenario


def paths_under_theories(
    comparison: Comparison,
    plays: Sequence[Play],
    runs: int,
    crew: Crew,
    progress: Progress | None = None,
) -> pa.Table:
    """How the outcomes asked for differ from the baseline under each theory, through time.

    Args:
        comparison: the batch, compared with its baseline.
        plays: the baseline of the batch, then the scenarios that are asked about.
        runs: how many of its runs, from the first.
        crew: who does the work.
        progress: told of every block of runs.

    Returns:
        The columns of `differences.parquet`, and the `theory`.
    """
    baseline, *others = plays
    pairs = {each.scenario.name: [*_pairs(comparison, each.scenario.name)] for each in others}
    columns = {name: tuple(here for here, _ in each) for name, each in pairs.items()}
    shared = {there for each in pairs.values() for _, there in each}
    columns[baseline.scenario.name] = tuple(sorted(shared))
    newcomers = tuple(each.scenario for each in plays if each.scenario.adds_someone)
    blocks = [
        _Block(
            theory=theory.name,
            scenario=under_theory(play.scenario, theory),
            first_run=first,
            runs=min(_BLOCK, runs - first),
            seed=play.seed,
            until=play.until,
            parameters=play.numbers.part(first, min(_BLOCK, runs - first)).without(
                under_theory(play.scenario, theory).turned_off
            ),
            columns=columns[play.scenario.name],
            newcomers=newcomers,
            allow_plugins=play.allow_plugins,
        )
        for theory in THEORIES.values()
        for first in range(0, runs, _BLOCK)
        for play in plays
    ]
    read: dict[tuple[str, str], list[tuple[int, np.ndarray]]] = {}
    done, asked = 0, runs * len(plays) * len(THEORIES)
    for block, values in in_order(blocks, crew, _followed, lambda _: True, lambda it: it):
        read.setdefault((block.theory, block.scenario.name), []).append((block.first_run, values))
        done += block.runs
        if progress is not None:
            progress(done, asked, f"theory {block.theory}")
    followed = {}
    for key, parts in read.items():
        parts.sort(key=lambda part: part[0])
        followed[key] = np.concatenate([values for _, values in parts], axis=-1)
    declared = comparison.record.manifest["outcomes"]
    tables = []
    for theory in THEORIES:
        known = dict(
            zip(
                columns[baseline.scenario.name],
                followed[theory, baseline.scenario.name].swapaxes(0, 1),
                strict=True,
            )
        )
        for name, each in pairs.items():
            there = np.stack([known[column] for _, column in each], axis=1)
            units = {here.outcome: declared[here.outcome]["unit"] for here, _ in each}
            table = PairedPaths.of(units, followed[theory, name], there).table(name)
            tables.append(table.append_column("theory", pa.array([theory] * table.num_rows)))
    return pa.concat_tables(tables)


def _pairs(comparison: Comparison, scenario: str) -> Iterator[tuple[Column, Column]]:
    """What is followed of a scenario, as it is read there, and in the baseline for its sake."""
    for name in asked_outcomes(comparison, scenario):
        yield columns_compared(comparison.record.manifest, scenario, comparison.baseline, name)


def _followed(block: _Block) -> np.ndarray:
    """Run a block and read its columns, shape (quarters, columns, runs)."""
    model = InfluenceModel(
        block.scenario,
        block.runs,
        block.seed,
        first_run=block.first_run,
        parameters=block.parameters,
        until=block.until,
        allow_plugins=block.allow_plugins,
        collecting=False,
    )
    known = outcomes_of_scenarios((*block.newcomers, block.scenario))
    found = []
    while model.running:
        model.step()
        found.append(columns_read(model, block.columns, known))
    return np.stack(found)


def columns_read(
    model: InfluenceModel, columns: Sequence[Column], known: Mapping[str, Outcome]
) -> np.ndarray:
    """Some outcomes of a model as they stand, shape (columns, runs).

    Args:
        model: of which they are read. columns: which.
        known: outcomes by name, of those too who are not in the model, of whom there is nothing.
    """
    values = [measure_column(model, known[each.outcome], each.without) for each in columns]
    return np.array(values, dtype=np.float32).reshape(len(columns), model.runs)
