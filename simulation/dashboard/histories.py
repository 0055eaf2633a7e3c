"""Histories of one scenario, played in memory, and several of them as a batch that has no folder.

What figures and comparisons ask of a results folder, `LiveRecord` answers from memory, so that
the page shows what a batch of the same scenarios, seed and runs would.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulation.batch.chunks import band_table, read_outcomes
from simulation.batch.plan import OUTCOME_SAID
from simulation.evidence.catalogue import load_catalogue
from simulation.model import history
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import VARIABLES, outcomes_of_scenarios
from simulation.numerics.dates import DEFAULT_UNTIL, quarter_name, quarter_of
from simulation.numerics.memory import let_go
from simulation.record.bands import EXACT, Bands, series_of, stack
from simulation.record.common_states import (
    Without,
    further_columns,
    paired_columns,
    read_without,
    states_by_region,
)
from simulation.record.compare import Comparison, compare
from simulation.record.record import (
    PATHS_SCHEMA,
    TRAJECTORIES_SCHEMA,
    Record,
)
from simulation.record.through_time import PairedPaths
from simulation.scenario.inheritance import BASELINE
from simulation.scenario.scenario import Scenario

_DRAWN = ("influence_share", "base_open", "project_open")
"""The variables whose bands the page draws, of all that a batch records."""
_KEPT = 16
"""Scenarios whose histories are kept in memory: at 1,000 runs some 20 MB each."""


class Superseded(Exception):
    """Nobody waits for these histories any more."""


@dataclass(frozen=True)
class Request:
    """Histories that are wanted; two requests are equal if the same numbers answer them.

    Attributes:
        hash: of everything in the scenario that can change a number.
        runs, seed, until: how many, whose luck, and the last quarter.
        parameters: "point", "prior" or a posterior by name.
        scenario: what to run.
        wanted: whether anybody still waits; asked once a quarter.
        newcomers: hashes of the scenarios beside it that add someone.
        without, further: what outcomes are also read without, as for a piece of a batch.
        beside: the scenarios that add someone.
    """

    hash: str
    runs: int
    seed: int
    until: int
    parameters: str
    scenario: Scenario = field(compare=False)
    wanted: Callable[[], bool] = field(compare=False)
    newcomers: tuple[str, ...] = ()
    without: tuple[Without, ...] = ()
    further: tuple[str, ...] = ()
    beside: tuple[Scenario, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Histories:
    """What the page keeps of the runs of one scenario.

    Attributes:
        bands: mean and quantiles of the variables that are drawn, as a batch computes them.
        outcomes: every outcome at the end, a value a run.
        paths: every outcome at the end of each quarter, single precision, (quarters, runs).
    """

    bands: Bands
    outcomes: dict[str, np.ndarray]
    paths: dict[str, np.ndarray]


@lru_cache(maxsize=_KEPT)
def played(request: Request) -> Histories:
    """Play the histories, or hand out those that were played before.

    Raises:
        Superseded: nobody waits any more; what was begun is dropped.
    """
    model = InfluenceModel(
        request.scenario,
        request.runs,
        request.seed,
        parameters=request.parameters,
        until=request.until,
    )
    variables = {name: VARIABLES[name] for name in _DRAWN}
    declared = outcomes_of_scenarios(request.beside)
    quarters = request.until + 1
    paths: dict[str, np.ndarray] = {}
    bands: Bands | None = None
    while model.running:
        if not request.wanted():
            let_go([model])
            raise Superseded
        model.step()
        measured = {name: each.measure(model.world) for name, each in variables.items()}
        if bands is None:
            bands = Bands.empty(
                series_of(variables, measured, model.world.axes),
                quarters,
                runs=model.runs,
                exact=model.runs <= EXACT,
                alone=True,
            )
        bands.add(model.quarter, stack(measured))
        outcomes = read_outcomes(model, declared, request.without, request.further)
        for name, values in outcomes.items():
            empty = np.empty((quarters, request.runs), np.float32)
            paths.setdefault(name, empty)[model.quarter] = values
    assert bands is not None
    let_go([model])
    return Histories(bands, outcomes, paths)


def horizon(scenario: Scenario) -> int:
    """The last quarter of a scenario."""
    return quarter_of(DEFAULT_UNTIL) if scenario.until is None else scenario.until


class LiveRecord(Record):
    """The baseline and other scenarios as a batch, without a folder.

    Args:
        scenarios: the scenarios, the baseline first.
        runs, seed: how many runs each, and the luck they share.
        until: the last quarter.
        parameters: "point", "prior" or a posterior by name.
        wanted: whether anybody still waits for it.

    Raises:
        Superseded: nobody waits any more.
        Problems: a scenario imposes a history that it cannot.
    """

    def __init__(
        self,
        scenarios: Sequence[Scenario],
        runs: int,
        seed: int,
        until: int,
        parameters: str,
        wanted: Callable[[], bool] = lambda: True,
    ):
        history.check(list(scenarios), load_catalogue())
        evidence = load_catalogue()
        self.scenario_by_name = {each.name: each for each in scenarios}
        newcomers = tuple(each for each in scenarios if each.adds_someone)
        outcomes = outcomes_of_scenarios(scenarios, evidence)
        states = states_by_region(scenarios, evidence)
        regions = {name: each.region for name, each in outcomes.items()}
        further = tuple(sorted(further_columns(states, regions)))
        self.histories = {
            name: played(
                Request(
                    hash=each.hash,
                    runs=runs,
                    seed=seed,
                    until=until,
                    parameters=parameters,
                    newcomers=tuple(it.hash for it in newcomers),
                    without=tuple(read_without(name, states)),
                    further=further,
                    scenario=each,
                    beside=newcomers,
                    wanted=wanted,
                )
            )
            for name, each in self.scenario_by_name.items()
        }
        manifest = {
            "status": "finished",
            "scenarios": list(self.scenario_by_name),
            "baseline": BASELINE,
            "seed": seed,
            "first_run": 0,
            "runs": runs,
            "until": quarter_name(until),
            "parameters": parameters,
            "outcomes": {
                name: {key: getattr(outcome, key) for key in OUTCOME_SAID}
                for name, outcome in outcomes.items()
            },
            "states": states,
        }
        super().__init__(Path("dashboard"), manifest)
        self._made: dict[str, pa.Table] = {}

    def resolved(self, scenario: str) -> dict[str, Any]:
        """A scenario as it was run."""
        return self.scenario_by_name[scenario].resolved()

    def table(
        self,
        name: str,
        columns: list[str] | None = None,
        numbered: bool = False,
        **wanted: str | int | None,
    ) -> pa.Table:
        """A table as a batch has it: of the variables that the page draws, and of no single run."""
        tables: dict[str, Callable[[], pa.Table]] = {
            "outcomes": lambda: pa.concat_tables(map(self._outcomes, self.scenarios)),
            "trajectories": lambda: pa.concat_tables(map(self._bands, self.scenarios)),
            "differences": lambda: pa.concat_tables(map(self._gaps, self.scenarios[1:])),
            "paths": PATHS_SCHEMA.empty_table,
            "comparison": lambda: pa.Table.from_pylist([asdict(row) for row in self.compared]),
        }
        table = tables[name]()
        for key, value in wanted.items():
            if value is not None:
                table = table.filter(pc.field(key) == value)
        return table if columns is None else table.select(columns)

    @cached_property
    def compared(self) -> Comparison:
        """Every scenario beside the baseline."""
        return compare(self)

    @property
    def followed(self) -> bool:
        """Every outcome is followed, as soon as there is something to compare."""
        return len(self.scenarios) > 1

    def _gaps(self, scenario: str) -> pa.Table:
        """How every outcome differs from the baseline through time."""
        here, there = (self.histories[name].paths for name in (scenario, self.baseline))
        units, own, others = {}, [], []
        for name, declared in self.manifest["outcomes"].items():
            column, other = paired_columns(self.manifest, scenario, self.baseline, name)
            if column in here and other in there:
                units[name] = declared["unit"]
                own.append(here[column])
                others.append(there[other])
        stacked, reference = (np.stack(each, axis=1) for each in (own, others))
        return PairedPaths.of(units, stacked, reference).table(scenario)

    def _outcomes(self, scenario: str) -> pa.Table:
        named = {"scenario": [scenario] * self.runs, "run": np.arange(self.runs)}
        return pa.table({**named, **self.histories[scenario].outcomes})

    def _bands(self, scenario: str) -> pa.Table:
        if scenario not in self._made:
            table = band_table(scenario, self.histories[scenario].bands)
            self._made[scenario] = table.select(TRAJECTORIES_SCHEMA.names).cast(TRAJECTORIES_SCHEMA)
        return self._made[scenario]
