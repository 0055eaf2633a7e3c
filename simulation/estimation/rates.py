"""Rates that were seen, and those of free runs: each declared once, measured alike, judged.

A rate says what is counted of a run and what of the panels of 1991 to October 2005. The panels'
figures are stored with the evidence, with the files that they were made from, since the panels are
not shipped. What runs show has an interval of its own, over runs.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy import stats

from simulation.batch.executors import Progress, crew_for, in_order
from simulation.batch.progress import watched as told_of
from simulation.contrast.responses import ratio_of
from simulation.estimation import counts
from simulation.estimation import panel_counts as panels
from simulation.estimation.counts import Counted, RunMeasure, Stretch
from simulation.estimation.sightings import sighted
from simulation.evidence.catalogue import EVIDENCE, load_catalogue
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
_EARLY, _LATE, _AFTER_HELD = (window.name for window in WINDOWS)
_AFTER = (_LATE, _AFTER_HELD)
"""Where five years have to follow, or where the first years are scripted or observed."""


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
    windows: tuple[str, ...] = (_EARLY, _LATE, _AFTER_HELD)
    root: bool = False


_A_YEAR, _SHARE = "a year", "share"
_MEMBERSHIPS, _TROUBLE = ("memberships",), ("irregular_changes_and_risings",)
_BASES = ("foreign_bases", "memberships")
_VOTES, _AID, _TRADE = ("un_rollcall_agreement",), ("us_aid",), ("trade_cow4",)
_OTHERS = ("china", "japan", "russia")
_ALL = ("united_states", *_OTHERS)
_PARTNERSHIP = ("NATO Partnership for Peace",)


def _trade(power: str, whose: str, sizes: Mapping[str, bool]) -> tuple[Rate, ...]:
    """How much a power's trade moves: large trades, small ones, and all together."""

    def of_size(size: str, large: bool) -> Rate:
        asked = "at least" if large else "less than"
        return Rate(
            name=f"trade_{size}_{power}",
            words=f"yearly change of {whose} part of a state's trade, of those with {asked} .05",
            unit="log odds",
            of_runs=counts.change_of_trade(power, large),
            of_panels=lambda them: panels.trade_changed(them, power, large),
            files=_TRADE,
            root=True,
        )

    together = Rate(
        name=f"trade_together_{power}",
        words=f"yearly change of {whose} part of the trade of the five together",
        unit="log odds",
        of_runs=counts.change_of_trade_together(power),
        of_panels=lambda them: panels.trade_changed_together(them, power),
        files=_TRADE,
        root=True,
    )
    return (*(of_size(size, large) for size, large in sizes.items()), together)


def _votes(name: str, powers: tuple[str, ...], whom: str) -> tuple[Rate, ...]:
    """How much votes with some powers move, of a state's own and of all."""
    return (
        Rate(
            name=f"votes_{name}",
            words=f"yearly change of agreement with {whom} in votes, less the common year",
            unit="agreement",
            of_runs=counts.change_of_votes(powers),
            of_panels=lambda them: panels.votes_changed(them, powers),
            files=_VOTES,
            windows=_AFTER,
            root=True,
        ),
        Rate(
            name=f"walk_{name}",
            words=f"variance of its change in four years over that in one, {whom} (a walk has 4)",
            unit="ratio",
            of_runs=counts.walk_of_votes(powers),
            of_panels=lambda them: panels.votes_walked(them, powers),
            files=_VOTES,
            windows=_AFTER,
        ),
        Rate(
            name=f"agenda_{name}",
            words=f"yearly change of mean agreement with {whom}: the common year",
            unit="agreement",
            of_runs=counts.change_of_agenda(powers),
            of_panels=lambda them: panels.agenda_changed(them, powers),
            files=_VOTES,
            windows=_AFTER,
            root=True,
        ),
    )


RATES: tuple[Rate, ...] = (
    Rate(
        name="joins",
        words="joins an organization that is open to it, after its first year",
        unit=_A_YEAR,
        of_runs=counts.joins(),
        of_panels=panels.joined,
        files=_MEMBERSHIPS,
        windows=(_EARLY,),
    ),
    Rate(
        name="joins_settled",
        words="joins an organization that is six years old or older",
        unit=_A_YEAR,
        of_runs=counts.joins(),
        of_panels=lambda them: panels.joined(them, from_age=6),
        files=_MEMBERSHIPS,
        windows=_AFTER,
    ),
    Rate(
        name="admissions_early",
        words="is admitted to the SCO, as observer or member, 2001 to 2005",
        unit="a candidate-year",
        of_runs=counts.admissions("sco"),
        of_panels=panels.admitted_to_sco,
        files=_MEMBERSHIPS,
        windows=(_EARLY,),
    ),
    Rate(
        name="admissions",
        words="is admitted to the SCO later; seen: joins or observes any after four years",
        unit="a candidate-year",
        of_runs=counts.admissions("sco"),
        of_panels=lambda them: panels.joined(them, from_age=4, observers=True),
        files=_MEMBERSHIPS,
        windows=_AFTER,
    ),
    Rate(
        name="leavings",
        words="leaves an organization",
        unit="a year of membership",
        of_runs=counts.leaves(),
        of_panels=panels.left,
        files=_MEMBERSHIPS,
    ),
    Rate(
        name="returns",
        words="comes back to an organization that it has left",
        unit="a year since leaving",
        of_runs=counts.returns,
        of_panels=lambda them: panels.joined(them, returning=True),
        files=_MEMBERSHIPS,
    ),
    Rate(
        name="joins_partnership",
        words="joins the Partnership for Peace, of those outside",
        unit=_A_YEAR,
        of_runs=counts.joins(("pfp",)),
        of_panels=lambda them: panels.joined(them, _PARTNERSHIP),
        files=_MEMBERSHIPS,
        windows=(_EARLY,),
    ),
    Rate(
        name="leaves_partnership",
        words="leaves the Partnership for Peace",
        unit="a year of membership",
        of_runs=counts.leaves(("pfp",)),
        of_panels=lambda them: panels.left(them, _PARTNERSHIP),
        files=_MEMBERSHIPS,
    ),
    Rate(
        name="ousters",
        words="the head of one of the five states is overthrown (scripted falls left out)",
        unit=_A_YEAR,
        of_runs=counts.ousters,
        of_panels=lambda them: panels.troubles(them, "leader_overthrown"),
        files=_TROUBLE,
    ),
    Rate(
        name="put_down",
        words="a mass rising, armed revolt or mutiny is put down in one (scripted ones left out)",
        unit=_A_YEAR,
        of_runs=counts.put_down,
        of_panels=panels.put_down_in_the_panels,
        files=_TROUBLE,
    ),
    Rate(
        name="ends_us",
        words="an American base ends, or is given notice",
        unit="a base-year",
        of_runs=counts.ends_of_bases("united_states"),
        of_panels=lambda them: panels.ended_bases(them, "united_states"),
        files=_BASES,
    ),
    Rate(
        name="ends_russian_allied",
        words="a Russian base ends, or is given notice, of a host in the treaty of 1992",
        unit="a base-year",
        of_runs=counts.ends_of_bases("russia", "csto", belongs=True),
        of_panels=lambda them: panels.ended_bases(them, "russia", allied=True),
        files=_BASES,
    ),
    Rate(
        name="ends_russian_other",
        words="a Russian base ends, or is given notice, of a host outside it",
        unit="a base-year",
        of_runs=counts.ends_of_bases("russia", "csto", belongs=False),
        of_panels=lambda them: panels.ended_bases(them, "russia", allied=False),
        files=_BASES,
    ),
    *_votes("us", ("united_states",), "the United States"),
    *_votes("others", _OTHERS, "China, Japan and Russia"),
    Rate(
        name="swings",
        words="votes with a power move by .15 in two years, less the common year",
        unit=_SHARE,
        of_runs=counts.swings(_ALL),
        of_panels=lambda them: panels.votes_swung(them, _ALL),
        files=_VOTES,
        windows=_AFTER,
    ),
    Rate(
        name="swings_back",
        words="… of these come back by half within five years",
        unit=_SHARE,
        of_runs=counts.swings_reversed(_ALL),
        of_panels=lambda them: panels.votes_swung_back(them, _ALL),
        files=_VOTES,
        windows=_AFTER,
    ),
    Rate(
        name="cooling_back",
        words="a leaning to Washington that cooled by .3 in two years comes back by half in five; "
        "seen: swings of votes",
        unit=_SHARE,
        of_runs=counts.cooling_regained("united_states"),
        of_panels=lambda them: panels.votes_swung_back(them, _ALL),
        files=_VOTES,
        windows=_AFTER,
    ),
    Rate(
        name="aid_falls",
        words="American aid falls by two fifths in two years, against the others",
        unit=_SHARE,
        of_runs=counts.falls_of_aid("united_states"),
        of_panels=panels.aid_fell,
        files=_AID,
        windows=_AFTER,
    ),
    Rate(
        name="aid_back",
        words="… of these falls are half regained within five years",
        unit=_SHARE,
        of_runs=counts.aid_regained("united_states"),
        of_panels=panels.aid_came_back,
        files=_AID,
        windows=_AFTER,
    ),
    *_trade("russia", "Russia's", {"large": True}),
    *_trade("china", "China's", {"large": True, "small": False}),
    *_trade("united_states", "the United States'", {"small": False}),
)
"""Everything that is put beside the panels."""


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
    return {rate.name: rate.of_panels(tables) for rate in RATES}


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
    chosen = [rate for rate in RATES if not names or rate.name in names]
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
        for rate in RATES
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
