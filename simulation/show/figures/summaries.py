"""The summaries of a results folder, laid out for drawing: bands, differences, runs.

Figures read nothing else, so that a folder of a million runs is drawn as quickly as one of ten.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulation.numerics.dates import quarter_of
from simulation.record.answers import DifferencePath, least_that_matters
from simulation.record.bands import AXES, DIFFERENCE
from simulation.record.common_states import paired_columns
from simulation.scenario.asks import asks_in
from simulation.show.figures.style import Labels

if TYPE_CHECKING:
    from simulation.contrast.drivers import Drawn, Drivers
    from simulation.record.record import Record

SMALL_INFLUENCE = 0.01
"""The smallest difference of influence that matters, where the evidence says nothing."""
BANDS = ("mean", "q05", "q25", "q50", "q75", "q95")


@dataclass(frozen=True)
class Band:
    """One variable through time: mean and quantiles over runs, an array each by quarter."""

    quarters: np.ndarray
    mean: np.ndarray
    q05: np.ndarray
    q25: np.ndarray
    q50: np.ndarray
    q75: np.ndarray
    q95: np.ndarray

    @property
    def years(self) -> np.ndarray:
        """The end of each quarter as a decimal year, for the time axis."""
        return years_of(self.quarters)


@dataclass(frozen=True)
class MeanDifference:
    """The mean paired difference of an outcome from the baseline, with its 95% interval."""

    mean: float
    low: float
    high: float

    @property
    def told(self) -> bool:
        """Whether the difference can be told from zero."""
        return self.low > 0 or self.high < 0

    @property
    def same(self) -> bool:
        """Whether scenario and baseline are alike in every run."""
        return self.mean == self.low == self.high == 0


class Results:
    """What figures ask of a record; `Results.of(record)` builds it once a record."""

    def __init__(self, record: Record):
        self.record = record

    @classmethod
    def of(cls, record: Record | Results) -> Results:
        """The results of a record; the last one is kept, since many figures are made of it."""
        return record if isinstance(record, Results) else _results_of(record)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the batch says about itself."""
        return dict(self.record.manifest)

    @cached_property
    def scenarios(self) -> list[str]:
        """The names of the scenarios, in the order of the batch."""
        return list(self.record.scenarios)

    def among(self, scenarios: Sequence[str]) -> Results:
        """The same results, as if the batch held some scenarios and its baseline alone."""
        few = copy.copy(self)
        kept = {*scenarios, self.record.baseline}
        few.scenarios = [name for name in self.scenarios if name in kept]
        return few

    def others(self, baseline: str) -> list[str]:
        """Every scenario but the baseline."""
        return [name for name in self.scenarios if name != baseline]

    # -- trajectories ------------------------------------------------------------------------

    @cached_property
    def _series(self) -> dict[str, dict[tuple[str | None, ...], Band]]:
        """The series that have been asked for, by variable, then by scenario and axes."""
        return {}

    @cached_property
    def _trajectories(self) -> pa.Table:
        """Every series, read once: most of the time goes into finding the rows of one in a file."""
        return self.record.table("trajectories", numbered=True)

    def _bands(self, variable: str) -> dict[tuple[str | None, ...], Band]:
        if variable not in self._series:
            table = self._trajectories.filter(pc.field("variable") == variable)
            self._series[variable] = dict(_bands(table))
        return self._series[variable]

    def band(self, scenario: str, variable: str, **axes: str) -> Band | None:
        """One series, or None if the batch did not record it."""
        return self._bands(variable).get((scenario, *(axes.get(axis) for axis in AXES)))

    def pairs(
        self, variable: str, scenario: str, baseline: str
    ) -> Iterator[tuple[Band | None, Band | None]]:
        """The series of a variable in a scenario and in the baseline, side by side."""
        bands = self._bands(variable)
        for key in {key[1:] for key in bands if key[0] in (scenario, baseline)}:
            yield bands.get((scenario, *key)), bands.get((baseline, *key))

    def along(self, variable: str, axis: str) -> list[str]:
        """The identifiers on one axis of a variable, sorted."""
        place = 1 + AXES.index(axis)
        return sorted({str(key[place]) for key in self._bands(variable) if key[place]})

    @cached_property
    def powers(self) -> list[str]:
        """The powers in the order of the evidence, then any that a scenario adds."""
        here = self.along("influence_share", "power")
        return [power for power in self.labels.powers if power in here]

    @cached_property
    def states(self) -> list[str]:
        """The contested states of any scenario, in the order of the alphabet."""
        return self.along("influence_share", "state")

    def states_in(self, scenarios: Sequence[str]) -> list[str]:
        """The contested states that any of some scenarios has."""
        found = {str(key[2]) for key in self._bands("influence_share") if key[0] in scenarios}
        return [state for state in self.states if state in found]

    def powers_in(self, scenarios: Sequence[str]) -> list[str]:
        """The powers that any of some scenarios has."""
        found = {str(key[1]) for key in self._bands("influence_share") if key[0] in scenarios}
        return [power for power in self.powers if power in found]

    @property
    def home(self) -> str:
        """The region that is spoken of as a whole."""
        return self.labels.catalogue.home

    def home_states(self, scenarios: Sequence[str]) -> list[str]:
        """The states of that region which all of some scenarios have."""
        members = set(self.labels.catalogue.members_of(self.home))
        for name in scenarios:
            members &= set(self.states_in([name]))
        return [state for state in self.states if state in members]

    @cached_property
    def outer_states(self) -> frozenset[str]:
        """States that are not contested."""
        actors = self.labels.catalogue.actors.items()
        return frozenset(name for name, actor in actors if actor.kind == "outer_state")

    @cached_property
    def labels(self) -> Labels:
        """How everyone in the batch is called and drawn."""
        return Labels(self.record.evidence)

    def contenders(self, scenarios: Sequence[str]) -> tuple[list[str], list[str]]:
        """The powers of one side that some scenarios have, and all others of theirs."""
        here = self.powers_in(scenarios)
        together = [power for power in self.labels.sides[0] if power in here]
        return together, [power for power in here if power not in together]

    @property
    def share_of_side(self) -> str:
        """The outcome that says what one side holds of the region."""
        return f"{self.labels.catalogue.side}_share"

    def final_side(self, scenario: str, baseline: str) -> np.ndarray | None:
        """That share at the horizon, over the states that both scenarios have, a value a run."""
        own, _ = paired_columns(self.manifest, scenario, baseline, self.share_of_side)
        return self.outcome(scenario, own)

    @property
    def last_quarter(self) -> int:
        """The quarter at the horizon."""
        return quarter_of(str(self.manifest["until"]))

    # -- outcomes ----------------------------------------------------------------------------

    @cached_property
    def _outcomes(self) -> dict[str, dict[str, np.ndarray]]:
        """Outcomes by scenario and name, sorted by run."""
        table = self.record.table("outcomes")
        names = [name for name in table.column_names if name not in ("scenario", "run")]
        run = table["run"].to_numpy()
        columns = {name: table[name].to_numpy() for name in names}
        found = {}
        for (scenario,), rows in _groups(table, ("scenario",)):
            rows = rows[np.argsort(run[rows], kind="stable")]
            found[str(scenario)] = {name: columns[name][rows] for name in names}
        return found

    def outcome(self, scenario: str, name: str) -> np.ndarray | None:
        """An outcome of one scenario, a value a run; None if it was not recorded."""
        return self._outcomes.get(scenario, {}).get(name)

    @cached_property
    def _differences(self) -> dict[tuple[str, str, str], MeanDifference]:
        """Differences as the comparison states them, by baseline, scenario and outcome."""
        try:
            rows = self.record.table("comparison").to_pylist()
        except FileNotFoundError:
            return {}
        return {
            (row["baseline"], row["scenario"], row["outcome"]): MeanDifference(
                row["difference"], row["low"], row["high"]
            )
            for row in rows
            if row["pairs"]
        }

    def difference(self, scenario: str, outcome: str, baseline: str) -> MeanDifference | None:
        """The paired difference of an outcome: as compared, or worked out from the runs."""
        stated = self._differences.get((baseline, scenario, outcome))
        if stated is not None:
            return stated
        own, other = paired_columns(self.manifest, scenario, baseline, outcome)
        here, there = self.outcome(scenario, own), self.outcome(baseline, other)
        if here is None or there is None or len(here) != len(there):
            return None
        from simulation.record.paired import paired_difference

        found = paired_difference(there, here, self.about(outcome).get("kind") == "binary")
        return MeanDifference(found.difference, found.low, found.high) if found.pairs else None

    @property
    def first_outcome(self) -> str:
        """The outcome that the batch declares first."""
        return str(next(iter(self.manifest["outcomes"])))

    def about(self, outcome: str) -> dict[str, Any]:
        """What the batch declared of an outcome: description, unit, kind, headline."""
        declared: dict[str, dict[str, Any]] = self.manifest.get("outcomes", {})
        return declared.get(outcome, {})

    def differences(self, scenario: str) -> dict[str, DifferencePath]:
        """How the outcomes that were followed differ from the baseline through time."""
        return self._followed.get(scenario, {})

    @cached_property
    def _followed(self) -> dict[str, dict[str, DifferencePath]]:
        """All of them, by scenario."""
        return DifferencePath.by_scenario(self.record.table("differences"))

    # -- influence against the baseline, through time -----------------------------------------

    @property
    def matters_of_influence(self) -> float:
        """The smallest difference of influence over one state that matters."""
        declared = (
            least_that_matters(self.about(f"{power}_share_{state}"))
            for power in self.powers
            for state in self.states
        )
        return max(declared, default=0.0) or SMALL_INFLUENCE

    def influence_gap(self, scenario: str, power: str, state: str) -> Band | None:
        """The paired difference of a power's influence over a state from the baseline."""
        return self.band(scenario, DIFFERENCE, power=power, state=state)

    def peak_of_influence(self, scenario: str) -> tuple[str, int, dict[str, float]]:
        """Where influence differs most from the baseline.

        Returns:
            The power whose influence over some state differs most, in which quarter, and by how
            much it differs there over each state.
        """
        power, when, most = self.powers[0], self.last_quarter, -1.0
        for each in self.powers:
            for state in self.states:
                band = self.influence_gap(scenario, each, state)
                if band is None:
                    continue
                at = int(np.argmax(np.abs(band.mean)))
                if abs(float(band.mean[at])) > most:
                    power, when, most = each, int(band.quarters[at]), abs(float(band.mean[at]))
        bands = {state: self.influence_gap(scenario, power, state) for state in self.states}
        return power, when, {
            state: float(band.mean[np.searchsorted(band.quarters, when)])
            for state, band in bands.items()
            if band is not None
        }  # fmt: skip

    def outcome_asked(self, scenario: str, baseline: str) -> str:
        """The outcome that answers a scenario's question: the one it names, or the clearest."""
        for ask in asks_in(self.resolved(scenario)):
            if ask.outcome in self._outcomes.get(scenario, {}):
                return ask.outcome
        headlines = [name for name in self._outcomes[scenario] if self.about(name).get("headline")]

        def clearness(name: str) -> float:
            found = self.difference(scenario, name, baseline)
            if found is None or found.mean == 0:
                return 0.0
            return (
                abs(found.mean) / (found.high - found.low) if found.high > found.low else math.inf
            )

        return max(headlines or [*self._outcomes[scenario]], key=clearness)

    # -- drawn parameters --------------------------------------------------------------------

    @cached_property
    def _drawn(self) -> Drawn:
        from simulation.contrast.drivers import drawn_in

        return drawn_in(self.record)

    def drivers(self, scenario: str, outcome: str, baseline: str | None = None) -> Drivers:
        """What an outcome goes with, or its paired difference where a baseline is named.

        Only for batches whose parameters were drawn by run.
        """
        asked = (scenario, outcome, baseline)
        if asked not in self._ranked:
            self._ranked[asked] = self._rank(scenario, outcome, baseline)
        return self._ranked[asked]

    @cached_property
    def _ranked(self) -> dict[tuple[str, str, str | None], Drivers]:
        """What has been asked for of drivers."""
        return {}

    def _rank(self, scenario: str, outcome: str, baseline: str | None) -> Drivers:
        from simulation.contrast.drivers import fixed_in

        values = self._outcomes[scenario][outcome]
        if baseline is None:
            return self._drawn.rank(values, fixed_in(self.record, scenario))
        own, other = paired_columns(self.manifest, scenario, baseline, outcome)
        gaps = self._outcomes[scenario][own] - self._outcomes[baseline][other]
        return self._drawn.rank(gaps, fixed_in(self.record, scenario, baseline))

    # -- single runs -------------------------------------------------------------------------

    @cached_property
    def _paths(self) -> dict[tuple[str | None, ...], tuple[np.ndarray, np.ndarray]]:
        """Shares of influence in the first runs: quarters and values by run and quarter."""
        table = self.record.table("paths", variable="influence_share")
        quarter, run = _quarters(table["quarter"]), table["run"].to_numpy()
        value = table["value"].to_numpy()
        found = {}
        for key, rows in _groups(table, ("scenario", "power", "state")):
            quarters, columns = np.unique(quarter[rows], return_inverse=True)
            runs, lines = np.unique(run[rows], return_inverse=True)
            values = np.full((len(runs), len(quarters)), np.nan)
            values[lines, columns] = value[rows]
            found[key] = (quarters, values)
        return found

    def runs(self, scenario: str, power: str, state: str) -> tuple[np.ndarray, np.ndarray] | None:
        """Quarters and shares (run, quarter) of the runs that were recorded in full."""
        return self._paths.get((scenario, power, state))

    def resolved(self, scenario: str) -> dict[str, Any]:
        """The scenario as it was resolved: title, question, overrides, events."""
        return self.record.resolved(scenario)


def years_of(quarters: np.ndarray) -> np.ndarray:
    """The end of each quarter as a decimal year: 2001Q4 ends at 2002.0."""
    return 2001.75 + np.asarray(quarters, float) / 4


def _quarters(column: pa.ChunkedArray) -> np.ndarray:
    """Quarters as whole numbers, whether written as numbers or as "2005Q4"."""
    if pa.types.is_integer(column.type):
        return np.asarray(column.to_numpy())
    coded = column.combine_chunks().dictionary_encode()
    names = np.array([quarter_of(name) for name in coded.dictionary.to_pylist()])
    return np.asarray(np.take(names, coded.indices.to_numpy()))


def _groups(
    table: pa.Table, keys: tuple[str, ...]
) -> Iterator[tuple[tuple[str | None, ...], np.ndarray]]:
    """The rows of each combination of `keys`; an empty text counts as no identifier."""
    codes = np.zeros(table.num_rows, dtype=np.int64)
    names: list[list[str | None]] = []
    for key in keys:
        if key not in table.column_names:
            names.append([None])
            continue
        column = table[key].combine_chunks()
        coded = column.dictionary_encode()
        names.append([*(name or None for name in coded.dictionary.to_pylist()), None])
        places = coded.indices.fill_null(len(names[-1]) - 1).to_numpy()
        codes = codes * len(names[-1]) + places
    order = np.argsort(codes, kind="stable")
    ends = np.flatnonzero(np.diff(codes[order])) + 1
    for rows in np.split(order, ends):
        if not len(rows):
            continue
        rest = int(codes[rows[0]])
        found: list[str | None] = []
        for identifiers in reversed(names):
            rest, place = divmod(rest, len(identifiers))
            found.append(identifiers[place])
        yield tuple(reversed(found)), rows


def _bands(table: pa.Table) -> Iterator[tuple[tuple[str | None, ...], Band]]:
    """Every series of one variable with its key: scenario and the five axes."""
    quarters = _quarters(table["quarter"])
    values = {name: table[name].to_numpy() for name in BANDS}
    for key, rows in _groups(table, ("scenario", *AXES)):
        rows = rows[np.argsort(quarters[rows], kind="stable")]
        yield key, Band(quarters[rows], **{name: values[name][rows] for name in BANDS})


@lru_cache(maxsize=1)
def _results_of(record: Record) -> Results:
    return Results(record)
