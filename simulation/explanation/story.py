"""Typical histories of a scenario, told beside the same runs of the baseline.

    told = story(None, "us_base_withdrawal")
    told.tales[0].run           # the run in the middle of all
    told.tales[1:]              # the run in the middle of each family

Run i meets the same luck in scenario and baseline, so that what differs between the two is the
scenario's doing. A tale begins with the first decision that falls otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulation.batch.replay import Play, happenings_of
from simulation.decisions.events import SCRIPTED, Happening
from simulation.evidence.catalogue import Catalogue
from simulation.explanation.families import MOST_COMPARED, Eventful, TellingEvent, families_of
from simulation.explanation.weight import OFTEN, rates_of
from simulation.model.model import InfluenceModel
from simulation.record.record import Record
from simulation.scenario.events import Event
from simulation.world.deliberation import Deliberation
from simulation.world.world import PHASES

DOZEN = 12
"""Sentences of a tale at most."""


@dataclass(frozen=True)
class Parting:
    """The first decision that falls otherwise than in the same run of the baseline.

    Attributes:
        decision: as it fell here.
        asked_there: whether anyone had to decide on it in the baseline.
    """

    decision: Deliberation
    asked_there: bool


@dataclass(frozen=True)
class TaleLine:
    """A dated line of a tale.

    Attributes:
        quarter: when it happened, here or in the baseline.
        happening: what happened.
        here: whether it happened here.
        there: the quarters in which it happened in the baseline.
        elsewhen: the quarters in which it happened here, where this line is the baseline's.
    """

    quarter: int
    happening: Happening
    here: bool
    there: tuple[int, ...] = ()
    elsewhen: tuple[int, ...] = ()

    @property
    def shared(self) -> bool:
        """Whether it happened in both at the same time."""
        return self.here and self.quarter in self.there


@dataclass(frozen=True)
class Tale:
    """One run, told beside the same run of the baseline.

    Attributes:
        run: which.
        share: of all runs, that of its family; 1 for the run in the middle of all.
        marks: what sets its family apart.
        parting: the first decision that falls otherwise; None where none does.
        lines: what is told, in order.
    """

    run: int
    share: float
    marks: tuple[TellingEvent, ...]
    parting: Parting | None
    lines: tuple[TaleLine, ...]


@dataclass(frozen=True)
class ScenarioStory:
    """The typical histories of a scenario.

    Attributes:
        scenario, title: what was run.
        baseline: what it is told beside; the scenario itself for the baseline's own story.
        seed: names the luck.
        compared: how many runs were held against each other.
        own: the dated events that the scenario has and the baseline has not.
        left_out: those of the baseline that it leaves out.
        tales: the run in the middle of all, then the run in the middle of each family.
        evidence: how those in it are called.
    """

    scenario: str
    title: str
    baseline: str
    seed: int
    compared: int
    own: tuple[Event, ...]
    left_out: tuple[Event, ...]
    tales: tuple[Tale, ...]
    evidence: Catalogue


def story(
    batch: Record | str | Path | None,
    scenario: str,
    results: str | Path = "results",
    allow_plugins: bool = False,
) -> ScenarioStory:
    """The typical histories of a scenario of a batch.

    Args:
        batch: the batch, its folder, its name in `results`, or None for the newest.
        scenario: a name of it.
        results: where batches lie.
        allow_plugins: whether files that it names under `plugins`, which are programs, may run.

    Raises:
        Problems: there is no such batch or scenario, or it cannot be played again here.
    """
    record = batch if isinstance(batch, Record) else Record.open(batch, results)
    here = Play.of(record, scenario, allow_plugins=allow_plugins)
    there = Play.of(record, record.baseline, allow_plugins=allow_plugins)
    alone = scenario == record.baseline
    rates = rates_of(record, scenario)
    if not alone:
        rates = {**rates_of(record, record.baseline), **rates}
    often = {kind for kind, rate in rates.items() if rate > OFTEN}
    compared = min(record.runs, MOST_COMPARED)
    events = record.table("events", scenario=scenario)
    middle, families = families_of(Eventful.of(events, compared, often))
    played: dict[int, tuple[Parting | None, tuple[TaleLine, ...]]] = {}

    def told(run: int, share: float, marks: tuple[TellingEvent, ...]) -> Tale:
        if run not in played:
            first = here.played(run)
            played[run] = _told(first, None if alone else there.played(run), rates)
        parting, lines = played[run]
        return Tale(run, share, marks, parting, lines)

    tales = [told(middle, 1.0, ()), *(told(it.run, it.share, it.marks) for it in families)]
    known = [event.order for event in there.scenario.events]
    own = [event.order for event in here.scenario.events]
    return ScenarioStory(
        scenario=scenario,
        title=here.scenario.title,
        baseline=record.baseline,
        seed=here.seed,
        compared=compared,
        own=tuple(it for it in here.scenario.events if not alone and it.order not in known),
        left_out=tuple(it for it in there.scenario.events if not alone and it.order not in own),
        tales=tuple(tales),
        evidence=record.evidence,
    )


def _told(
    here: InfluenceModel, there: InfluenceModel | None, rates: Mapping[str, float]
) -> tuple[Parting | None, tuple[TaleLine, ...]]:
    """Where a run parts from the baseline's, and what is told of it."""
    parting = None if there is None else _parting(here.world.entries, there.world.entries)
    begin = parting.decision.quarter if parting else 0
    ours = _dated(happenings_of(here), rates)
    theirs = {} if there is None else _dated(happenings_of(there), rates)
    lines = []
    for name in sorted({*ours, *theirs}):
        mine, others = ours.get(name, {}), theirs.get(name, {})
        lines += [
            TaleLine(quarter, each, here=True, there=tuple(others))
            for quarter, each in mine.items()
            if quarter >= begin
        ]
        lines += [
            TaleLine(quarter, each, here=False, there=tuple(others), elsewhen=tuple(mine))
            for quarter, each in others.items()
            if quarter >= begin and quarter not in mine
        ]
    if there is not None and parting is None:  # nothing that is told differs, or only its dates
        lines = [line for line in lines if line.shared or not line.here] or lines
    order = sorted(lines, key=lambda line: _weight(line, rates, alone=there is None))
    chosen: list[TaleLine] = []
    seen: set[tuple[str, ...]] = set()
    for line in order:  # the first of what happens again and again stands for all
        if _name(line.happening) not in seen:
            seen.add(_name(line.happening))
            chosen.append(line)
    chosen = chosen[:DOZEN]
    return parting, tuple(sorted(chosen, key=_order))


def _order(line: TaleLine) -> tuple[int, int, tuple[str, ...]]:
    """When a line is told: by quarter, and within it as the turn goes."""
    return line.quarter, PHASES.index(line.happening.phase), _name(line.happening)


def _weight(line: TaleLine, rates: Mapping[str, float], *, alone: bool) -> tuple[bool, float, int]:
    """What is told first: what differs, then what seldom happens, then what came first."""
    return line.shared and not alone, rates.get(line.happening.kind, 0.0), line.quarter


def _dated(
    happenings: Sequence[Happening], rates: Mapping[str, float]
) -> dict[tuple[str, ...], dict[int, Happening]]:
    """What happened by name, each with its quarters; what happens often or is scripted is left."""
    found: dict[tuple[str, ...], dict[int, Happening]] = {}
    for each in happenings:
        if not each.kind.startswith(SCRIPTED) and rates.get(each.kind, 0.0) <= OFTEN:
            found.setdefault(_name(each), {}).setdefault(each.quarter, each)
    return found


def _name(each: Happening) -> tuple[str, ...]:
    return each.kind, each.actor, each.counterpart, each.object


def _parting(here: Sequence[Deliberation], there: Sequence[Deliberation]) -> Parting | None:
    """The first decision of a run that does not fall as in the baseline."""
    known = {_asked(each): bool(each.happened[0]) for each in there}
    for each in here:
        before = known.get(_asked(each))
        if bool(each.happened[0]) is not bool(before):
            return Parting(each, before is not None)
    return None


def _asked(each: Deliberation) -> tuple[int, str, str, str]:
    return each.quarter, each.key, each.actor, each.object
