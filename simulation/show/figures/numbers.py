"""The numbers behind each figure, as a table of names and not of identifiers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulation.inputs.escapes import cell
from simulation.numerics.dates import quarter_name
from simulation.record.bands import AXES, DIFFERENCE, LEVELS
from simulation.show import messages
from simulation.show.figures.matrix import effects_of
from simulation.show.figures.summaries import Results

NumbersOfFigure = Callable[[Results, str | None, str], pa.Table]
"""Makes the table of a figure: of the batch, a scenario or none, the baseline."""


def bands_of(variable: str) -> NumbersOfFigure:
    """Mean and quantiles of a variable through time, beside the baseline."""

    def table(results: Results, scenario: str | None, baseline: str) -> pa.Table:
        return _bands(results, variable, [*dict.fromkeys((scenario or baseline, baseline))])

    return table


def bands_of_all(variable: str) -> NumbersOfFigure:
    """Mean and quantiles of a variable through time in every scenario."""

    def table(results: Results, scenario: str | None, baseline: str) -> pa.Table:
        return _bands(results, variable, [baseline, *results.others(baseline)])

    return table


def gaps(results: Results, scenario: str | None, baseline: str) -> pa.Table:
    """Differences of influence from the baseline through time."""
    return _bands(results, DIFFERENCE, [str(scenario)])


def paths(results: Results, scenario: str | None, baseline: str) -> pa.Table:
    """Outcomes that are followed, as differences from the baseline through time."""
    table = results.record.table("differences", scenario=str(scenario))
    return _named(results, table)


def matrix(results: Results, scenario: str | None, baseline: str) -> pa.Table:
    """Every scenario against every headline outcome."""
    _, effects = effects_of(results, baseline)
    rows = [
        {
            "scenario": messages.title_of(results, name),
            "outcome": str(results.about(outcome).get("description") or outcome),
            "unit": str(results.about(outcome).get("unit") or ""),
            "largest difference": effect.difference,
            "in": quarter_name(effect.quarter) if effect.times else "",
            "times what matters": effect.times,
            "lasts to the end": bool(effect.times) and not effect.passes,
            "told": _KINDS[effect.kind],
        }
        for name, line in effects.items()
        for outcome, effect in line.items()
    ]
    return table_of(rows)


_KINDS = {
    "matters": "matters",
    "small": "too small to matter",
    "untold": "cannot be told from the baseline",
    "same": "the same in every run",
    "none": "has no value",
}


def of_shares(results: Results, scenario: str | None, baseline: str) -> pa.Table:
    """Differences of the powers' shares over each state at the end."""
    names = results.others(baseline) if scenario in (None, baseline) else [str(scenario)]
    wanted = {f"{power}_share_{state}" for power in results.powers for state in results.states}
    return _compared(results, names, [*wanted, *(f"{power}_share" for power in results.powers)])


def first_outcome(results: Results, scenario: str | None, baseline: str) -> pa.Table:
    """The effect of every scenario on the first outcome."""
    return _compared(results, results.others(baseline), [results.first_outcome])


def of_spread(results: Results, scenario: str | None, baseline: str) -> pa.Table:
    """How the first outcome is spread over the runs of every scenario."""
    rows = []
    for name in results.scenarios:
        values = results.outcome(name, results.first_outcome)
        if values is None:
            continue
        here = values[np.isfinite(values)]
        found = np.quantile(here, list(LEVELS.values())) if len(here) else [np.nan] * len(LEVELS)
        rows.append(
            {
                "scenario": messages.title_of(results, name),
                "outcome": str(results.about(results.first_outcome).get("description") or ""),
                "runs": len(here),
                "runs without a value": len(values) - len(here),
                **dict(zip(LEVELS, map(float, found), strict=True)),
            }
        )
    return table_of(rows)


def of_drivers(results: Results, scenario: str | None, baseline: str) -> pa.Table:
    """The rank correlations of the outcome with the parameters that were drawn by run."""
    name = scenario or baseline
    outcome = results.outcome_asked(name, baseline)
    held = {"outcome": results.drivers(name, outcome)}
    if name != baseline:
        held["difference from the baseline"] = results.drivers(name, outcome, baseline)
    rows = [
        {
            "of": what,
            "parameter": messages.of_parameter(results, each.key),
            "key": each.key,
            "correlation": each.correlation,
            "low": each.low,
            "high": each.high,
        }
        for what, found in held.items()
        for each in found.each[:20]
    ]
    return table_of(rows)


# -- parts ------------------------------------------------------------------------------------


def _bands(results: Results, variable: str, scenarios: Sequence[str]) -> pa.Table:
    table = results.record.table("trajectories", variable=variable)
    table = table.filter(pc.is_in(table["scenario"].cast(pa.string()), pa.array(scenarios)))
    return _named(results, table.drop_columns(["variable"]))


def _compared(results: Results, scenarios: Sequence[str], outcomes: Sequence[str]) -> pa.Table:
    table = results.record.table("comparison")
    kept = pc.and_(
        pc.is_in(table["scenario"].cast(pa.string()), pa.array(scenarios, pa.string())),
        pc.is_in(table["outcome"].cast(pa.string()), pa.array(outcomes, pa.string())),
    )
    table = table.filter(kept)
    columns = ("scenario", "outcome", "pairs", "difference", "low", "high")
    return _named(results, table.select([each for each in columns if each in table.column_names]))


def _named(results: Results, table: pa.Table) -> pa.Table:
    """A table with names for identifiers, without columns that say nothing."""
    columns: dict[str, pa.Array] = {}
    for column in table.column_names:
        values = table[column].combine_chunks()
        if column in ("scenario", "outcome", *AXES):
            values = values.cast(pa.string())
            if not any(values.unique().to_pylist()):
                continue
            call = _CALLS.get(column, _name)
            names = {
                each: cell(call(results, each)) for each in values.unique().to_pylist() if each
            }
            values = pa.array([names.get(each) for each in values.to_pylist()], pa.string())
        elif pa.types.is_floating(values.type):
            values = pc.round(values, ndigits=6)
        columns[column] = values
    return pa.table(columns)


def _name(results: Results, name: str) -> str:
    return results.labels.name_of(name)


def _title(results: Results, name: str) -> str:
    return messages.title_of(results, name)


def _outcome(results: Results, name: str) -> str:
    return str(results.about(name).get("description") or name)


_CALLS: dict[str, Callable[[Results, str], str]] = {"scenario": _title, "outcome": _outcome}


def table_of(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows as a table; a text that begins like a formula is none in a spreadsheet."""
    return pa.Table.from_pylist([{key: cell(value) for key, value in row.items()} for row in rows])
