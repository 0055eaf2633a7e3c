"""Play runs of a batch again, one alone or a block, with the terms of every decision kept.

A run is a function of scenario, seed and number, so that nothing but the manifest and the
resolved scenario is needed. What comes out is held against what the batch recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from simulation.decisions.events import Happening
from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.invocation import program
from simulation.inputs.problems import Problem, Problems
from simulation.inputs.yaml_reader import shown
from simulation.model.model import InfluenceModel
from simulation.numerics.dates import DEFAULT_UNTIL, quarter_name, quarter_of
from simulation.parameters.numbers import SOURCE, Numbers, Parameters, source_of
from simulation.parameters.posterior import posterior_path
from simulation.parameters.sampling import POINT
from simulation.record import provenance
from simulation.record.record import Record, missing_scenario
from simulation.scenario.scenario import Scenario


@dataclass(frozen=True)
class Play:
    """What is needed to play any run of a scenario again.

    Attributes:
        scenario: the scenario, resolved.
        seed: names the draws.
        runs: how many runs there are; they are numbered from 0.
        until: the last quarter.
        parameters: where the numbers of all runs come from, as for the model.
        record: the batch the runs were recorded in, if they were.
        allow_plugins: whether files that the scenario names under `plugins` may run.
    """

    scenario: Scenario
    seed: int
    runs: int
    until: int = quarter_of(DEFAULT_UNTIL)
    parameters: Parameters | None = None
    record: Record | None = None
    allow_plugins: bool = False

    @classmethod
    def of(
        cls,
        batch: Record | str | Path | None,
        scenario: str,
        results: str | Path = "results",
        parameters: Parameters | None = None,
        allow_plugins: bool = False,
    ) -> Play:
        """What is needed to play a scenario of a batch again.

        Args:
            batch: the batch, its folder, its name in `results`, or None for the newest.
            scenario: a name of it.
            results: where batches lie.
            parameters: as the batch was run with them, where some were given by run and it kept
                none.
            allow_plugins: whether files that it names under `plugins`, which are programs, may
                run.

        Raises:
            Problems: there is no such batch or scenario, or it cannot be played again here.
        """
        record = batch if isinstance(batch, Record) else Record.open(batch, results)
        if scenario not in record.scenarios:
            raise Problems([missing_scenario(record, scenario)])
        check_evidence(record)
        check_posterior(record)
        restored = restored_scenario(record, scenario)
        name = record.manifest["parameters"]
        given = name if parameters is None else parameters
        if parameters is None and source_of(name) != name:
            kept = record.parameters(scenario)
            arrays = {key: each.to_numpy() for key, each in kept.items()}
            given = {SOURCE: source_of(name) or POINT, **arrays}
        until = quarter_of(record.manifest["until"])
        return cls(
            scenario=restored,
            seed=record.manifest["seed"],
            runs=record.runs,
            until=until,
            parameters=given,
            record=record,
            allow_plugins=allow_plugins,
        )

    @cached_property
    def numbers(self) -> Numbers:
        """Where the numbers of all runs come from, checked."""
        catalogue = load_catalogue().extended(self.scenario.added)
        days = [self.scenario.history_until]
        return Numbers.of(self.parameters, catalogue, days, self.runs)

    def model(self, runs: int, first_run: int = 0) -> InfluenceModel:
        """A model of some runs that keeps the terms of every decision, before its first step."""
        return InfluenceModel(
            self.scenario,
            runs,
            self.seed,
            first_run=first_run,
            parameters=self.numbers.part(first_run, runs),
            until=self.until,
            explaining=True,
            allow_plugins=self.allow_plugins,
        )

    def check_run(self, run: int) -> None:
        """Refuse a run that the batch does not hold."""
        if not 0 <= run < self.runs:
            nearest = min(max(run, 0), self.runs - 1)
            message = f"no run {run}: the runs of this batch are 0 to {self.runs - 1}"
            hint = f"the nearest is --run {nearest}"
            if self.record is not None and run > 0:
                asked = (
                    "" if self.scenario.name == self.record.baseline else f" {self.scenario.name}"
                )
                seed = f"--runs {run + 1} --seed {self.seed}"
                hint += f"\n  a batch with that run: {program()} batch{asked} {seed}"
            raise Problems([Problem("--run", None, message, hint)])

    def played(self, run: int) -> InfluenceModel:
        """A run played alone to its end.

        Raises:
            Problems: there is no such run, or it is not the run that the batch recorded.
        """
        self.check_run(run)
        model = self.model(1, run).run()
        if self.record is not None and self.record.finished:
            self._check_recorded(run, happenings_of(model))
        return model

    def _check_recorded(self, run: int, happenings: Sequence[Happening]) -> None:
        assert self.record is not None
        columns = ("quarter", "phase", "kind", "actor", "counterpart", "object", "value")
        recorded = self.record.table("events", scenario=self.scenario.name, run=run)
        rows = [
            (*(row[name] or "" for name in columns[:-1]), row["value"])
            for row in recorded.select(columns).to_pylist()
        ]
        played = [
            (quarter_name(h.quarter), h.phase, h.kind, h.actor, h.counterpart, h.object, h.value)
            for h in happenings
        ]
        if rows == played:
            return
        changed = provenance.differing(self.record.manifest)
        message = f"run {run} of {self.scenario.name} does not come out as it was recorded"
        reason = "; ".join(changed) or "results that were changed"
        hint = f"{reason}\n  {_remedy(self.record)}"
        raise Problems([Problem(str(self.record.path), None, message, hint)])


def happenings_of(model: InfluenceModel, run: int | None = None) -> tuple[Happening, ...]:
    """What happened in one run of a model, by default its first."""
    wanted = model.first_run if run is None else run
    found = []
    for quarter, phase, kind, actor, counterpart, thing, runs, values in model.log:
        place = int(np.searchsorted(runs, wanted))
        if place < len(runs) and runs[place] == wanted:
            value = float(values[place])
            found.append(
                Happening(
                    quarter=quarter,
                    phase=phase,
                    kind=kind,
                    actor=actor,
                    counterpart=counterpart,
                    object=thing,
                    value=value,
                )
            )
    return tuple(found)


def restored_scenario(record: Record, name: str) -> Scenario:
    """A scenario of a batch as it was run, from its folder alone.

    Raises:
        Problems: its file is not what the batch was run with.
    """
    resolved = record.resolved_before_drawing(name)
    written = record.path / "scenarios" / f"{name}.yaml"
    try:
        restored = Scenario.restored(resolved, written)
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration):
        message = "is no scenario that can be played again"
        hint = "take it from the batch as it was made"
        raise Problems([Problem(shown(written), None, message, hint)]) from None
    if restored.hash != record.manifest["scenario_hashes"][name]:
        message = f"scenarios/{name}.yaml is not what the batch was run with"
        hint = "take it from the batch as it was made"
        raise Problems([Problem(str(record.path), None, message, hint)])
    return restored


def check_evidence(record: Record) -> None:
    """Refuse a batch that was run with other evidence than there is now."""
    now = load_catalogue().hash
    if record.catalogue_hash != now:
        message = f"run with evidence that is not here: {record.catalogue_hash}"
        hint = f"the evidence here is another: {now}\n  {_remedy(record)}"
        raise Problems([Problem(str(record.path), None, message, hint)])


def check_posterior(record: Record) -> None:
    """Refuse a batch whose numbers were drawn from a posterior that is not here any more."""
    then, name = record.manifest.get("posterior_hash"), source_of(record.manifest["parameters"])
    if then is not None and name is not None:
        path = posterior_path(load_catalogue(), name)
        if not path.exists() or provenance.file_hash(path) != then:
            message = f"run with a posterior that is not here: {then}"
            raise Problems([Problem(str(record.path), None, message, _remedy(record))])


def _remedy(record: Record) -> str:
    """How to get back to what a batch was run with, or to a batch run with what there is."""
    git = record.manifest.get("git") or {}
    back = f"check out {git['commit']}" if git.get("commit") else "go back to that version"
    return f"{back}, or make a new batch: {program()} batch {' '.join(record.scenarios[:3])}"
