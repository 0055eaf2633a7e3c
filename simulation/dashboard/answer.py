"""What the page asks and what it is answered: the same comparison that a batch ends with."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from simulation.batch.replay import Play
from simulation.dashboard.charts import Charts
from simulation.dashboard.draft import Draft
from simulation.dashboard.histories import LiveRecord, horizon
from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.escapes import visible
from simulation.inputs.invocation import program
from simulation.model.outcomes import outcomes_of
from simulation.numerics.dates import quarter_name
from simulation.parameters.numbers import usual_source
from simulation.parameters.posterior import POSTERIOR
from simulation.record.answers import in_points
from simulation.record.compare import Comparison, Row
from simulation.scenario.inheritance import BASELINE
from simulation.scenario.scenario import Scenario, load_scenario
from simulation.show.messages import signed
from simulation.show.tables import decimals

USUAL_RUNS = 500
"""Runs of the first answer; more or fewer can be chosen."""
CHOICES = (100, 200, 500, 1000)
"""Runs to choose from: more would not be answered while one waits."""


@dataclass(frozen=True)
class Asked:
    """A question: a draft, scenarios to compare it with, and whose luck decides.

    Attributes:
        draft: the scenario that is being changed.
        compared: names of further scenarios.
        runs, seed: how many paired runs, and the luck they share.
        parameters: where uncertain numbers come from: "point", "prior" or "posterior".
    """

    draft: Draft
    compared: tuple[str, ...] = ()
    runs: int = field(default_factory=lambda: USUAL_RUNS)
    seed: int = 1
    parameters: str = POSTERIOR

    @cached_property
    def source(self) -> str:
        """Where numbers come from: of the posterior the one that knows no more than is known."""
        days = [each.history_until for each in self.scenarios()]
        if self.parameters == POSTERIOR:
            return usual_source(load_catalogue(), days)
        return self.parameters

    def scenarios(self) -> list[Scenario]:
        """The baseline, the draft, and what it is compared with, each once."""
        others = (name for name in self.compared if name != self.draft.name)
        found = [load_scenario(BASELINE, outcomes=outcomes_of), self.draft.resolved]
        found += [load_scenario(name, outcomes=outcomes_of) for name in others]
        return list({each.name: each for each in found}.values())

    def again(self, path: str) -> str:
        """The command that runs the same as a batch.

        Args:
            path: where the draft was saved, or its name.
        """
        names = [path, *(name for name in self.compared if name != self.draft.name)]
        until = self.draft.resolved.until
        last = "" if until is None else f" --until {quarter_name(until)}"
        return (
            f"{program()} batch {' '.join(names)} --runs {self.runs} --seed {self.seed}"
            f" --parameters {self.source}{last}"
        )


@dataclass(frozen=True, eq=False)
class Answer:
    """An answer, with everything that can be looked at.

    Attributes:
        asked: the question.
        record: the paired histories.
        comparison: every scenario beside the baseline.
        charts: what can be drawn of them.
        seconds: how long it took.
    """

    asked: Asked
    record: LiveRecord
    comparison: Comparison
    charts: Charts
    seconds: float

    @property
    def shown(self) -> str:
        """The scenario that the draft stands for."""
        return self.asked.draft.name

    @property
    def source_told(self) -> str:
        """Where the numbers come from, for every card."""
        return f"Numbers: {self.comparison.source}."

    @cached_property
    def scenarios(self) -> list[dict[str, str]]:
        """What can be shown: the draft first, the baseline last."""
        names = [*self.comparison.scenarios, self.record.baseline]
        return [{"name": name, "title": self._title(name)} for name in names]

    @cached_property
    def sentences(self) -> list[dict[str, str]]:
        """A sentence with its interval for every scenario."""
        if not self.comparison.scenarios:
            message = self.charts.message(self.record.baseline)
            return [{"name": BASELINE, "title": self._title(BASELINE), "sentence": message}]
        return [
            {
                "name": name,
                "title": self._title(name),
                "question": visible(str(self.record.resolved(name)["question"] or "")),
                "sentence": self.comparison.answer(name),
                "effort": self.comparison.effort(name),
            }
            for name in self.comparison.scenarios
        ]

    def outcome_asked(self, scenario: str) -> str:
        """The outcome to look at first."""
        if scenario in self.comparison.scenarios:
            return self.comparison.outcome_asked(scenario)
        return self.record.scenario_by_name[scenario].asks[0].outcome

    def rows(self, scenario: str) -> list[dict[str, str]]:
        """The headline outcomes of a scenario as lines of a table."""
        if scenario not in self.comparison.scenarios:
            return []
        declared = self.record.manifest["outcomes"]
        return [_line(row, declared[row.outcome]) for row in self.comparison.headlines(scenario)]

    def play(self, scenario: str) -> Play:
        """What is needed to play a run again and read out its decisions."""
        resolved = self.record.scenario_by_name[scenario]
        until = self.charts.results.last_quarter
        parameters = self.record.manifest["parameters"]
        return Play(resolved, self.asked.seed, self.asked.runs, until, parameters)

    def _title(self, name: str) -> str:
        return visible(str(self.record.resolved(name)["title"]))


def answered(asked: Asked, wanted: Callable[[], bool] = lambda: True) -> Answer:
    """Play what is asked and compare it.

    Raises:
        Superseded: nobody waits any more.
        Problems: the scenario cannot be run.
    """
    started = time.perf_counter()
    scenarios = asked.scenarios()
    until = horizon(next(each for each in scenarios if each.name == asked.draft.name))
    record = LiveRecord(
        scenarios,
        runs=asked.runs,
        seed=asked.seed,
        until=until,
        parameters=asked.source,
        wanted=wanted,
    )
    comparison = record.compared
    return Answer(asked, record, comparison, Charts(record), time.perf_counter() - started)


def _line(row: Row, about: Mapping[str, Any]) -> dict[str, str]:
    scale, digits = (100.0 if in_points(row.unit, row.kind) else 1.0), decimals([row])
    unit = "%" if in_points(row.unit, row.kind) else row.unit
    told = "" if not row.told_from_zero else "more" if row.difference > 0 else "less"
    low, high = (signed(scale * each, digits) for each in (row.low, row.high))
    same = not row.runs_up and not row.runs_down
    return {
        "outcome": f"{about['description']} ({unit})",
        "baseline": f"{scale * row.baseline_mean:,.{digits}f}",
        "scenario": f"{scale * row.scenario_mean:,.{digits}f}",
        "difference": "0" if same else signed(scale * row.difference, digits),
        "interval": "the same in every run" if same else f"{low} to {high}",
        "told": told,
    }
