"""A record as one xarray Dataset: every outcome and variable with named axes, dates and units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import xarray as xr

from simulation.record.bands import AXES, DIFFERENCE, INFLUENCE, LEVELS

if TYPE_CHECKING:
    from simulation.record.record import Record


def to_xarray(record: Record) -> xr.Dataset:
    """Outcomes over scenarios and runs, and bands of every variable over time.

        >>> from simulation import run_batch, to_xarray
        >>> record = run_batch(["no_andijan"], runs=20, seed=1, until="2002Q4")
        >>> found = to_xarray(record)
        >>> found.influence.sel(power="china", statistic="mean").sizes["date"]
        6

    An outcome has the axes (scenario, run); a variable has (scenario, date, statistic) and those of
    its own, such as power and region. Each carries its unit and its description. What a scenario
    does not have, such as a power that it drops, is NaN. Events are no grid: `Record.events` has
    them, and `Record.parameters` what each run was given.

    Args:
        record: a finished batch.

    Raises:
        Problems: the batch is not finished.
    """
    found: dict[str, Any] = {}
    outcomes = record.outcomes()
    for name in outcomes:
        table = outcomes[name].unstack("run").reindex(record.scenarios)
        found[name] = xr.DataArray(
            table.to_numpy(),
            {"scenario": record.scenarios, "run": table.columns.to_numpy()},
            ("scenario", "run"),
            attrs=_attributes(outcomes, name),
        )
    bands = record.trajectories()
    for name, rows in bands.groupby("variable", observed=True):
        found[str(name)] = _variable(record, str(name), rows, _attributes(bands, str(name)))
    seed, until = record.manifest["seed"], record.manifest["until"]
    about = {"folder": str(record.path), "seed": seed, "until": until}
    return xr.Dataset(found, attrs=about).reindex(scenario=record.scenarios)


def _variable(
    record: Record, name: str, rows: pd.DataFrame, attributes: dict[str, str]
) -> xr.DataArray:
    """The bands of one variable on its axes."""
    declared = record.manifest["variables"][INFLUENCE if name == DIFFERENCE else name]
    columns = {"state" if axis == "region" else axis: axis for axis in declared["axes"]}
    assert {*columns} <= {*AXES}
    keys = ["scenario", "date", *columns]
    plain = rows[[*keys, "mean", *LEVELS]].astype(dict.fromkeys(["scenario", *columns], str))
    stacked = plain.set_index(keys).rename_axis(columns="statistic").stack()
    grid: xr.DataArray = stacked.to_xarray().rename(columns)
    return grid.assign_attrs(attributes)


def _attributes(frame: pd.DataFrame, name: str) -> dict[str, str]:
    told = {"long_name": frame.attrs["descriptions"].get(name)}
    told["units"] = frame.attrs["units"].get(name)
    return {key: text for key, text in told.items() if text}
