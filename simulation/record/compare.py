"""Compare the scenarios of a batch with its baseline, run by run.

    >>> from simulation import run_batch
    >>> comparison = compare(run_batch(["us_base_withdrawal"], runs=20, seed=1))
    >>> comparison.row("us_base_withdrawal", "china_share").pairs
    20
    >>> print(comparison.answer("us_base_withdrawal"))  # doctest: +ELLIPSIS
    China's share of influence over Uzbekistan ...

Many outcomes are read at once, so the intervals of a scenario hold together with 95%: those of
the headline outcomes among themselves, those of the others with all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa

from simulation.inputs.escapes import CsvWriter
from simulation.inputs.problems import Problem, Problems
from simulation.parameters.numbers import source_word
from simulation.parameters.sampling import POINT
from simulation.record.answers import (
    DifferencePath,
    Judgement,
    also_of,
    answer_of,
    asked_outcomes,
    description_of,
    least_that_matters,
)
from simulation.record.common_states import paired_columns, states_compared
from simulation.record.grounds import (
    Reasons,
    came_through,
    come_straight,
    runs_of_the_stored,
    under_theories,
)
from simulation.record.ownership import written_whole
from simulation.record.paired import QUANTILES, Difference, paired_difference, simultaneous_critical
from simulation.record.record import Record, missing_scenario
from simulation.record.unacted import unacted, why_nothing
from simulation.scenario.asks import asks_in
from simulation.scenario.inheritance import BASELINE

_MOST_MOVED = 4
"""How many variables are named that move where no outcome does."""


@dataclass(frozen=True)
class Row:
    """One outcome of one scenario against the baseline: a line of `comparison.csv`.

    `low` and `high` are the simultaneous 95% interval of the mean paired difference, and
    `told_from_zero` says whether it leaves out zero; `low_alone` and `high_alone` are the
    interval of this outcome read alone. `changed_q25` to `changed_q75` are the quartiles over the
    pairs that differ, `effect_size` is the difference over the spread of the baseline's runs, and
    `matters` the smallest difference that matters. `states` names the states over which an outcome
    about a region is compared, where scenario and baseline do not have the same.
    """

    scenario: str
    outcome: str
    unit: str
    kind: str
    headline: bool
    baseline: str
    pairs: int
    baseline_mean: float
    scenario_mean: float
    difference: float
    low: float
    high: float
    told_from_zero: bool
    low_alone: float
    high_alone: float
    q05: float
    q25: float
    q50: float
    q75: float
    q95: float
    share_above_zero: float
    share_below_zero: float
    changed_q25: float
    changed_q50: float
    changed_q75: float
    effect_size: float
    runs_up: int
    runs_down: int
    variance_ratio: float
    unpaired_runs: float
    matters: float = 0.0
    states: str = ""

    @property
    def judgement(self) -> Judgement:
        """Whether the difference is there, can be told, and matters: see `answers`."""
        return Judgement.of(self)


class Comparison:
    """Every outcome of every scenario against the baseline.

    Attributes:
        record: the batch.
        baseline: the scenario that the others are paired with.
        rows: one a scenario and outcome, in the order of the batch.
    """

    def __init__(self, record: Record, baseline: str, rows: list[Row]):
        self.record = record
        self.baseline = baseline
        self.rows = rows
        self._by_name = {(row.scenario, row.outcome): row for row in rows}
        self._reasons = Reasons(record)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @property
    def scenarios(self) -> list[str]:
        """The scenarios that are compared, without the baseline."""
        return list(dict.fromkeys(row.scenario for row in self.rows))

    def row(self, scenario: str, outcome: str) -> Row:
        """One outcome of one scenario."""
        return self._by_name[scenario, outcome]

    def headlines(self, scenario: str) -> list[Row]:
        """The headline outcomes of one scenario."""
        return [row for row in self.rows if row.scenario == scenario and row.headline]

    def to_csv(self, path: str | Path) -> None:
        """Write the rows, numbers with twelve significant digits.

        The column `states` is there only where it says something.
        """
        names = [field.name for field in fields(Row)]
        if not any(row.states for row in self.rows):
            names.remove("states")
        with (
            written_whole(Path(path), lasting=True) as unfinished,
            unfinished.open("w", newline="", encoding="utf-8") as file,
        ):
            writer = CsvWriter(file)
            writer.writerow(names)
            for row in self.rows:
                writer.writerow([_written(getattr(row, name)) for name in names])

    def outcome_asked(self, scenario: str) -> str:
        """The outcome that answers a scenario's question.

        It is the first that the scenario names; failing that, the headline outcome that differs
        most, measured by its interval.
        """
        for ask in asks_in(self.record.resolved(scenario)):
            if self.has(scenario, ask.outcome):
                return ask.outcome
        rows = self.headlines(scenario) or [row for row in self.rows if row.scenario == scenario]
        return max(rows, key=_clearness).outcome

    def has(self, scenario: str, outcome: str) -> bool:
        """Whether an outcome of a scenario was compared."""
        return (scenario, outcome) in self._by_name

    def path(self, scenario: str, outcome: str) -> DifferencePath | None:
        """How an outcome differs through time; None where it was not followed."""
        return self._paths.get(scenario, {}).get(outcome)

    @cached_property
    def _paths(self) -> dict[str, dict[str, DifferencePath]]:
        """All that were followed, by scenario and outcome."""
        if not self.record.followed or self.baseline != self.record.baseline:
            return {}
        return DifferencePath.by_scenario(self.record.table("differences"))

    def size(self, scenario: str) -> float:
        """How many times over the largest difference of a scenario matters, at any time.

        Of all outcomes at the end, and of those that were followed at any quarter.
        """
        rows = [row for row in self.rows if row.scenario == scenario]
        sizes = [_times(row.difference, row.matters) for row in rows if row.told_from_zero]
        for row in rows:
            path = self.path(scenario, row.outcome)
            if path is not None and path.told().any():
                largest = float(np.abs(path.difference[path.told()]).max())
                sizes.append(_times(largest, row.matters))
        return max(sizes, default=0.0)

    @property
    def source(self) -> str:
        """Where the numbers of the runs came from, in a word."""
        return source_word(str(self.record.manifest.get("parameters") or POINT))

    def changed_nothing(self, scenario: str) -> bool:
        """Whether no outcome of a scenario differs in any run."""
        rows = [row for row in self.rows if row.scenario == scenario]
        return not any(row.runs_up or row.runs_down for row in rows)

    def _moved(self, scenario: str) -> list[str]:
        """The variables of which a mean over runs differs from the baseline's at some time."""
        frame = self.record.trajectories()
        axes = [each for each in frame.columns if frame[each].dtype.kind not in "fM"]
        axes.remove("scenario")
        keys = frame[axes].astype(object).fillna("").astype(str)
        means = frame["mean"].groupby([frame["scenario"].astype(str), *(keys[it] for it in axes)])
        table = means.first().unstack(0)
        gaps = (table[scenario] - table[self.baseline]).abs() > 0
        return sorted(gaps[gaps].index.unique("variable"))

    def answer(self, scenario: str) -> str:
        """The answer to a scenario's question, with its source; and what of it did not act.

        Of the baseline, where the outcomes that it asks for stand.
        """
        if scenario == self.baseline:
            said = description_of(self)
            return f"{said.removesuffix('.')} ({self.source})." if said else ""
        resolved, until = self.record.resolved, str(self.record.manifest["until"])
        own, reference = resolved(scenario), resolved(self.baseline)
        if self.changed_nothing(scenario):
            moved = self._moved(scenario)
            if moved:
                much = ", ".join(moved[:_MOST_MOVED])
                more = len(moved) - _MOST_MOVED
                much += f" and {more} more" if more > 0 else ""
                return f"No outcome differs in any run; what it moves on the way is {much}."
            return f"It changed nothing in any run: {why_nothing(own, reference, until)}."
        said = f"{answer_of(self, scenario).removesuffix('.')} ({self.source})."
        return f"{said} {unacted(own, reference, until)}".strip()

    def also(self, scenario: str) -> str:
        """The largest effects beyond what the question asks for; empty if none matters."""
        return "" if scenario == self.baseline else also_of(self, scenario)

    def reasons(self, scenario: str) -> list[str]:
        """What stands behind the answer: where effects come from, and what rival theories say.

        Nothing as long as nobody looked, here or for all (`reasons_are_stored`): see
        `contrast.grounds`.
        """
        if self.baseline != self.record.baseline or not self._reasons.known(scenario):
            return []
        declared = self.record.manifest.get("outcomes", {})
        carried = self._reasons.carried(scenario)
        said = [came_through(declared[name], name, found) for name, found in carried.items()]
        said.append(come_straight(declared, carried))
        said += [
            under_theories(
                declared[name],
                name,
                self.path(scenario, name),
                self._reasons.paths(scenario, name),
            )
            for name in asked_outcomes(self, scenario)
        ]
        return [each for each in said if each]

    def looked_behind(self, scenario: str) -> int:
        """In how many pairs of runs rival theories were asked; 0 where nobody looked."""
        return self._reasons.pairs(scenario)

    @property
    def reasons_are_stored(self) -> str:
        """Of which runs the reasons are that come with the package; empty where none is told."""
        if self.baseline != self.record.baseline:
            return ""
        return runs_of_the_stored() if any(map(self._reasons.stored, self.scenarios)) else ""

    def effort(self, scenario: str) -> str:
        """How many runs the answer took, and how many it would have taken without pairing."""
        row = self.row(scenario, self.outcome_asked(scenario))
        took = f"{row.pairs:,} runs a scenario"
        if not math.isfinite(row.unpaired_runs):
            return f"{took}; without pairing, no number of runs would give as sharp an interval."
        return f"{took}; without pairing, {int(row.unpaired_runs):,} would have been needed."


def compare(batch: Record | str | Path | None = None, baseline: str = BASELINE) -> Comparison:
    """Compare every scenario of a batch with one of them.

    Args:
        batch: a record, its folder, or None for the newest batch.
        baseline: the scenario that the others are paired with.
    """
    record = batch if isinstance(batch, Record) else Record.open(batch)
    if baseline not in record.scenarios:
        raise Problems([missing_scenario(record, baseline)])
    kept = _JUST_MADE.get(record, {}).get(baseline)
    others = [scenario for scenario in record.scenarios if scenario != baseline]
    rows = compared_rows(record, baseline, others) if kept is None else kept
    return Comparison(record, baseline, list(rows))


_JUST_MADE: WeakKeyDictionary[Record, dict[str, Sequence[Row]]] = WeakKeyDictionary()
"""The rows of batches that this process has put together, by baseline."""


def keep_rows(record: Record, baseline: str, rows: Sequence[Row]) -> None:
    """Keep the rows of a batch that was just put together, for whoever compares it next."""
    _JUST_MADE[record] = {baseline: rows}


Columns = Mapping[str, np.ndarray]
"""The numbers of the runs of a scenario, and its outcomes, by name; a value a run."""


def compared_rows(
    record: Record,
    baseline: str,
    scenarios: Sequence[str],
    columns: Callable[[str], Columns] | None = None,
) -> list[Row]:
    """The rows of some scenarios of a batch against one of them, in their order.

    Args:
        record: the batch.
        baseline: the scenario that the others are paired with.
        scenarios: the others.
        columns: reads the outcomes of a scenario; from the file of the record by default.
    """
    read = columns or partial(_columns, record)
    reference = read(baseline) if scenarios else {}
    return [
        row
        for scenario in scenarios
        for row in _compared(record, scenario, baseline, read(scenario), reference)
    ]


def _compared(
    record: Record, scenario: str, baseline: str, here: Columns, reference: Columns
) -> list[Row]:
    """The rows of one scenario."""
    if not np.array_equal(here["run"], reference["run"]):
        message = f"the runs of {scenario} are not those of {baseline}"
        raise Problems([Problem(str(record.path), None, message)])
    declared = record.manifest.get("outcomes", {})
    values, known = {}, {}
    for name in declared or [name for name in here if name != "run"]:
        own, other = paired_columns(record.manifest, scenario, baseline, name)
        values[name], known[name] = _column(here, own), _column(reference, other)
    headlines = [name for name in values if declared.get(name, {}).get("headline")]
    gaps = {name: values[name] - known[name] for name in values}
    critical_all = simultaneous_critical(list(gaps.values()))
    critical_headline = simultaneous_critical([gaps[name] for name in headlines])
    rows = []
    for name, each in values.items():
        about = declared.get(name, {})
        binary = about.get("kind") == "binary"
        critical = critical_headline if name in headlines else critical_all
        found = paired_difference(known[name], each, binary, critical)
        common = states_compared(record.manifest, scenario, baseline, name)
        differ = common is not None and (common.only_here or common.only_there)
        rows.append(
            _row(
                scenario=scenario,
                outcome=name,
                about=about,
                baseline=baseline,
                found=found,
                states=" ".join(common.shared) if common is not None and differ else "",
            )
        )
    return rows


def _row(
    *,
    scenario: str,
    outcome: str,
    about: dict[str, Any],
    baseline: str,
    found: Difference,
    states: str,
) -> Row:
    named = dict(zip(("q05", "q25", "q50", "q75", "q95"), found.quantiles, strict=True))
    assert len(named) == len(QUANTILES)
    return Row(
        scenario=scenario,
        outcome=outcome,
        unit=about.get("unit") or "",
        kind=about.get("kind") or "continuous",
        headline=bool(about.get("headline")),
        baseline=baseline,
        pairs=found.pairs,
        baseline_mean=found.reference_mean,
        scenario_mean=found.mean,
        difference=found.difference,
        low=found.low,
        high=found.high,
        told_from_zero=found.told_from_zero,
        low_alone=found.low_alone,
        high_alone=found.high_alone,
        **named,
        share_above_zero=found.share_above,
        share_below_zero=found.share_below,
        **dict(
            zip(("changed_q25", "changed_q50", "changed_q75"), found.where_changed, strict=True)
        ),
        effect_size=found.effect_size,
        runs_up=found.up,
        runs_down=found.down,
        variance_ratio=found.variance_ratio,
        unpaired_runs=found.unpaired_runs,
        matters=least_that_matters(about),
        states=states,
    )


def _columns(record: Record, scenario: str) -> Columns:
    """The outcomes of a scenario as its file has them."""
    return columns_of(record.table("outcomes", scenario=scenario))


def columns_of(table: pa.Table) -> Columns:
    """The columns of a table of outcomes."""
    return {name: table[name].to_numpy() for name in table.column_names if name != "scenario"}


def _column(columns: Columns, name: str) -> np.ndarray:
    """A column; without a value where there is none, as where no state is shared."""
    found = columns.get(name)
    return np.full(len(columns["run"]), np.nan) if found is None else found


def _times(difference: float, matters: float) -> float:
    """How many times over a difference matters; any does where nothing says what does."""
    return abs(difference) / matters if matters else math.copysign(1.0, abs(difference))


def _clearness(row: Row) -> float:
    """How far a difference lies from zero, in widths of its interval."""
    width = row.high - row.low
    if not math.isfinite(row.difference) or row.difference == 0.0:
        return 0.0
    return abs(row.difference) / width if width > 0.0 else math.inf


def _written(value: Any) -> str:
    """A value as it stands in the CSV file."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.12g}" if isinstance(value, float) else str(value)
