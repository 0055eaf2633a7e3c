"""Rates that were seen, and those of free runs: each declared once, measured alike, judged.

A row of the evidence (`rates/counted.yaml`) says what is counted of a run and of the panels of 1991
to October 2005, and of whom. The panels' figures are stored beside it, with the files that they
were made from, since the panels are not shipped. What runs show has an interval of its own, over
runs.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from scipy import stats

from simulation.batch.executors import Progress, crew_for, in_order
from simulation.batch.progress import watched as told_of
from simulation.contrast.responses import ratio_of
from simulation.estimation import counts
from simulation.estimation import panel_counts as panels
from simulation.estimation.counts import RunMeasure, Stretch
from simulation.estimation.moves import Counted
from simulation.estimation.sightings import sighted
from simulation.evidence.catalogue import EVIDENCE, load_catalogue
from simulation.evidence.panel_entries import RateRow
from simulation.evidence.panel_evidence import panel_evidence
from simulation.inputs.yaml_reader import load_yaml
from simulation.model.model import InfluenceModel
from simulation.numerics.dates import quarter_of
from simulation.parameters.numbers import Numbers
from simulation.scenario.inheritance import BASELINE
from simulation.scenario.scenario import Scenario, load_scenario

if TYPE_CHECKING:
    from simulation.estimation.panel_counts import Seen, Tables

STORED = EVIDENCE / "rates" / "panels.yaml"
"""What the panels show, with the files it was counted in."""
_BLOCK = 500
_HELD = dt.date(2005, 10, 31)
RateVerdict = Literal["inside", "outside", "undecided"]


@dataclass(frozen=True)
class Window:
    """Some years of some runs.

    Attributes:
        name: what stands over the column.
        first, last: its quarters.
        held: whether history is imposed until the end of October 2005.
    """

    name: str
    first: str
    last: str
    held: bool = False

    @property
    def stretch(self) -> Stretch:
        """Its quarters, as numbers."""
        return Stretch(quarter_of(self.first), quarter_of(self.last))


WINDOWS = (
    Window("2001-05", "2001Q3", "2005Q3"),
    Window("2006-15", "2006Q1", "2015Q4"),
    Window("2006-15, held to October 2005", "2006Q1", "2015Q4", held=True),
)
_EARLY, *_AFTER = (window.name for window in WINDOWS)
_IN_YEARS = {"early": (_EARLY,), "after": tuple(_AFTER), "all": (_EARLY, *_AFTER)}
"""Windows in which a rate is read; `after` where five years have to follow, or where the first
years are scripted or observed."""


@dataclass(frozen=True)
class Rate:
    """Something that happens so often, or moves so much.

    Attributes:
        name: what it is called in the files.
        words: what it is.
        unit: of the figure.
        of_runs: counts it in a stretch of a run.
        of_panels: counts it in the panels. files: those that it is counted in.
        windows: in which years of runs it is read.
        root: whether the figure is the root of what is counted: a standard deviation.
    """

    name: str
    words: str
    unit: str
    of_runs: RunMeasure
    of_panels: Callable[[Tables], Seen]
    files: tuple[str, ...]
    windows: tuple[str, ...]
    root: bool = False


class Way(NamedTuple):
    """How something is counted of runs and of panels alike.

    Attributes:
        files: in which panels.
        of_runs: makes the measure of runs, of what the row has under `run_keys`.
        of_panels: counts in tables, of a sample, and of what the row has under `panel_keys`.
    """

    files: tuple[str, ...]
    of_runs: Callable[..., RunMeasure]
    run_keys: tuple[str, ...]
    of_panels: Callable[..., Seen]
    panel_keys: tuple[str, ...]


_MEMBERSHIPS, _TROUBLE = ("memberships",), ("irregular_changes_and_risings",)
_BASES = ("foreign_bases", "memberships")
_VOTES, _AID, _TRADE = ("un_rollcall_agreement",), ("us_aid",), ("trade_cow4",)
_BODY, _BODIES, _AGE = ("organization",), ("organization", "without"), ("from_age",)
_ALLY = ("power", "organization", "allied")
_POWER, _POWERS, _SIZE = ("power",), ("powers",), ("power", "large")
_ADMITTED = partial(panels.joined, observers=True)
WAYS: Mapping[str, Way] = {
    "joinings": Way(_MEMBERSHIPS, counts.joins, _BODIES, panels.joined, _AGE),
    "admissions": Way(_MEMBERSHIPS, counts.admissions, _BODY, _ADMITTED, _AGE),
    "leavings": Way(_MEMBERSHIPS, counts.leaves, _BODY, panels.left, ()),
    "returns": Way(_MEMBERSHIPS, lambda: counts.returns, (), panels.returned, ()),
    "overthrows": Way(_TROUBLE, lambda: counts.ousters, (), panels.overthrows, ()),
    "risings_put_down": Way(_TROUBLE, lambda: counts.put_down, (), panels.risings_put_down, ()),
    "ends_of_bases": Way(_BASES, counts.ends_of_bases, _POWER, panels.ended_bases, _POWER),
    "ends_of_bases_by_ally": Way(
        _BASES, counts.ends_of_bases, _ALLY, panels.ended_bases, ("power", "allied")
    ),
    "changes_of_votes": Way(_VOTES, counts.change_of_votes, _POWERS, panels.votes_changed, _POWERS),
    "walks_of_votes": Way(_VOTES, counts.walk_of_votes, _POWERS, panels.votes_walked, _POWERS),
    "changes_of_agenda": Way(
        _VOTES, counts.change_of_agenda, _POWERS, panels.agenda_changed, _POWERS
    ),
    "swings": Way(_VOTES, counts.swings, _POWERS, panels.votes_swung, _POWERS),
    "swings_back": Way(_VOTES, counts.swings_reversed, _POWERS, panels.votes_swung_back, _POWERS),
    "coolings_back": Way(_VOTES, counts.cooling_regained, _POWER, panels.votes_swung_back, _POWERS),
    "falls_of_aid": Way(_AID, counts.falls_of_aid, _POWER, panels.aid_fell, ()),
    "aid_back": Way(_AID, counts.aid_regained, _POWER, panels.aid_came_back, ()),
    "changes_of_trade": Way(_TRADE, counts.change_of_trade, _SIZE, panels.trade_changed, _SIZE),
    "changes_of_trade_together": Way(
        _TRADE, counts.change_of_trade_together, _POWER, panels.trade_changed_together, _POWER
    ),
}
"""Everything that can be counted; `COUNTABLE` of the evidence says which keys a row of it has."""


@cache
def rates() -> Mapping[str, Rate]:
    """Everything that is put beside the panels, by name."""
    known = panel_evidence()

    def rate_of(name: str, row: RateRow) -> Rate:
        way, sample = WAYS[row.counts], known.samples[row.sample]
        of_panels = {key: getattr(row, key) for key in way.panel_keys}
        return Rate(
            name=name,
            words=row.words,
            unit=row.unit,
            of_runs=way.of_runs(**{key: getattr(row, key) for key in way.run_keys}),
            of_panels=lambda them: way.of_panels(them, sample, **of_panels),
            files=way.files,
            windows=_IN_YEARS[row.years],
            root=row.counts.startswith("changes"),  # of squares, so that the root is theirs
        )

    return {name: rate_of(name, row) for name, row in known.rates.items()}


@dataclass(frozen=True)
class RateOfRuns:
    """What runs show of a rate in some years.

    Attributes:
        rate: of what. window: in which years.
        value: the figure. low, high: its 95% interval over runs.
        exposure: in how much a run it was counted, in the mean.
    """

    rate: Rate
    window: Window
    value: float
    low: float
    high: float
    exposure: float

    def verdict(self, seen: Seen) -> RateVerdict:
        """Whether the interval lies within what was seen, beside it, or over its edge."""
        if not all(map(math.isfinite, (self.low, self.high))):
            return "undecided"
        if seen.low <= self.low and self.high <= seen.high:
            return "inside"
        return "outside" if self.high < seen.low or self.low > seen.high else "undecided"


def counted_in_panels(tables: Tables) -> dict[str, Seen]:
    """Every rate as the panels have it, by its name."""
    return {name: rate.of_panels(tables) for name, rate in rates().items()}


def stored() -> Mapping[str, Any]:
    """What was last counted in the panels: their files, rates, and what was seen of dyads."""
    found: Mapping[str, Any] = load_yaml(STORED).data
    return found


def stored_rates() -> dict[str, Seen]:
    """Every rate as the panels had it when it was last counted there, by its name."""
    return {name: panels.Seen(**row) for name, row in stored()["rates"].items()}


@dataclass(frozen=True)
class _Task:
    """Some runs, and what is counted in them."""

    scenario: Scenario
    numbers: Numbers
    first_run: int
    runs: int
    seed: int
    windows: tuple[Window, ...]
    names: tuple[str, ...]


def measure_rates(
    runs: int = 500,
    seed: int = 1,
    source: str = "posterior",
    names: Sequence[str] = (),
    windows: Sequence[Window] = WINDOWS,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[RateOfRuns]:
    """Run the baseline, free and held to what was known, and count every rate.

    Args:
        runs: histories of each of the two.
        seed: names the draws.
        source: where numbers come from, "posterior", "prior" or "point".
        names: which rates; all if none is named.
        windows: in which years.
        workers: processes, as for a batch.
        progress: told of every block of runs that is done.
    """
    catalogue = load_catalogue()
    free = load_scenario(BASELINE, catalogue)
    chosen = [rate for rate in rates().values() if not names or rate.name in names]
    tasks: list[_Task] = []
    for held in sorted({window.held for window in windows}):
        scenario = held_to_the_end_of_october(free) if held else free
        numbers = Numbers.of(source, catalogue, days=[scenario.history_until], runs=runs)
        asked = tuple(window for window in windows if window.held == held)
        tasks += [
            _Task(
                scenario,
                numbers,
                first_run=first,
                runs=min(_BLOCK, runs - first),
                seed=seed,
                windows=asked,
                names=tuple(rate.name for rate in chosen),
            )
            for first in range(0, runs, _BLOCK)
        ]
    found: dict[tuple[str, str], list[Counted]] = {}
    whole, done = sum(task.runs for task in tasks), 0
    with crew_for(whole, workers) as crew, told_of(progress, "runs") as told:
        for task, counted in in_order(tasks, crew, _count, lambda _: True, lambda it: it):
            for place, each in counted.items():
                found.setdefault(place, []).append(each)
            done += task.runs
            if told is not None:
                told(done, whole, "rates")
    return [
        _shown(rate, window, found[rate.name, window.name])
        for rate in chosen
        for window in windows
        if window.name in rate.windows
    ]


def held_to_the_end_of_october(free: Scenario) -> Scenario:
    """The baseline with what was known imposed until the last day of October 2005."""
    return replace(
        free,
        history_until=_HELD,
        events=tuple(event for event in free.events if event.date <= _HELD),
    )


def _count(task: _Task) -> dict[tuple[str, str], Counted]:
    """Count every rate in a block of runs."""
    last = max(window.stretch.last for window in task.windows)
    model = InfluenceModel(
        task.scenario,
        task.runs,
        task.seed,
        first_run=task.first_run,
        parameters=task.numbers.part(task.first_run, task.runs),
        until=last,
        collecting=False,
    )
    seen = sighted(model, last)
    return {
        (rate.name, window.name): rate.of_runs(seen, window.stretch)
        for rate in rates().values()
        for window in task.windows
        if rate.name in task.names and window.name in rate.windows
    }


def _shown(rate: Rate, window: Window, parts: Sequence[Counted]) -> RateOfRuns:
    """The figure of all runs, with its interval."""
    above = np.concatenate([part.above for part in parts])
    below = np.concatenate([part.below for part in parts])
    value, low, high, _ = ratio_of(above, below)
    if not above.any() and below.any():  # it never happened: how often it might have
        high = float(stats.gamma.ppf(0.975, 0.5)) / float(below.sum())
    if rate.root:
        value, low, high = (math.sqrt(max(each, 0.0)) for each in (value, low, high))
    return RateOfRuns(
        rate, window, value=value, low=max(low, 0.0), high=high, exposure=float(below.mean())
    )
