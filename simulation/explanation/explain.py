"""Why something happened in a run, term by term, and what would have turned it.

    explained = explain(None, "baseline", 17, "close_base:karshi_khanabad")
    explained.bargain.price            # US$ m a year to stay
    explained.step("review").terms     # each with its value, its means, and where it would turn

The run is played again alone; a block of runs of the same scenario gives the means of the same
terms where the decision went the one way and where it went the other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from simulation.batch.replay import Play, happenings_of
from simulation.decisions.decision import Link
from simulation.decisions.events import (
    DECISIONS,
    KINDS,
    EventName,
    Happening,
    events_named,
    possible_events,
)
from simulation.explanation.account import Explanation, RunHistory, Step, StepTerm
from simulation.inputs.problems import Problem, Problems
from simulation.model.model import InfluenceModel
from simulation.numerics.arrays import Array, Mask
from simulation.numerics.dates import quarter_name, quarter_of
from simulation.parameters.numbers import Parameters, source_word
from simulation.record.record import Record
from simulation.scenario.events import Event
from simulation.world.deliberation import Deliberation

BLOCK = 400
"""Runs over which the terms are averaged, where a batch has as many."""
FEW = 5
"""With fewer runs on either side in the same quarter, all quarters are averaged."""
Kept = dict[tuple[int, str], list[Deliberation]]
"""Entries by quarter and decision."""


def _play_of(
    batch: Record | str | Path | Play | None,
    scenario: str,
    results: str | Path,
    parameters: Parameters | None,
    *,
    allow_plugins: bool,
) -> Play:
    """What is needed to play the runs again that are asked about."""
    if isinstance(batch, Play):
        return replace(batch, allow_plugins=True) if allow_plugins else batch
    return Play.of(batch, scenario, results, parameters, allow_plugins=allow_plugins)


def history(
    batch: Record | str | Path | Play | None,
    scenario: str,
    run: int,
    results: str | Path = "results",
    parameters: Parameters | None = None,
    allow_plugins: bool = False,
) -> RunHistory:
    """Everything that happened in a run of a batch; arguments as in `explain`."""
    play = _play_of(batch, scenario, results, parameters, allow_plugins=allow_plugins)
    return _history(play, play.played(run))


def explain(
    batch: Record | str | Path | Play | None,
    scenario: str,
    run: int,
    event: str,
    quarter: str | int | None = None,
    block: int = BLOCK,
    results: str | Path = "results",
    parameters: Parameters | None = None,
    allow_plugins: bool = False,
) -> Explanation:
    """Why something happened in a run of a batch, or did not.

    Args:
        batch: the batch, its folder, its name in `results`, None for the newest, or what is
            needed to play runs that no batch recorded.
        scenario: a scenario of it.
        run: the number of the run.
        event: kind:object, as "close_base:karshi_khanabad" or "join:uzbekistan:csto".
        quarter: which time is meant; by default the first, or the nearest it came.
        block: over how many runs of the scenario the terms are averaged.
        results: where batches lie.
        parameters: values by parameter, where the batch was run with arrays.
        allow_plugins: whether files that the scenario names under `plugins`, which are programs,
            may run.

    Raises:
        Problems: there is no such batch, scenario, run or event, or the batch cannot be played
            again with the evidence and the code at hand.
    """
    play = _play_of(batch, scenario, results, parameters, allow_plugins=allow_plugins)
    alone = play.played(run)
    past = _history(play, alone)
    names = events_named(event, possible_events(alone.world.axes), past.listed())
    when = None if quarter is None else _quarter(quarter, play.until)
    events = [event for each in range(play.until + 1) for event in alone.history.due(each)]
    placed = _place(names, past, alone.world.entries, events, when)
    if placed is None:
        at = "" if when is None else f" in {quarter_name(when)}"
        message = f"'{event}' did not come up in run {run}{at}: nobody had to decide on it"
        raise Problems([Problem("--event", None, message, past.listed().lstrip())])
    name, decided = placed
    then = alone
    if any(each.kind == "set" for each in play.scenario.events):
        then = play.model(1, run).run(decided)  # with the weights of that quarter
    many = play.model(min(block, play.runs)).run()
    kept = _by_decision(then.world.entries)
    pairs = [(link, _entry(kept, link, name, decided)) for link in KINDS[name.kind].chain]
    deciding = KINDS[name.kind].decided_as
    times = [h.quarter for h in past.happenings if h.is_a(name, deciding)]
    effects = [h.quarter for h in past.happenings if h.is_a(name, name.kind)]
    later = deciding != name.kind and decided in times
    script = _script(events, name, decided)
    now, ever = _shares(many, name, deciding, decided)
    return Explanation(
        history=past,
        event=name,
        quarter=decided,
        happened=decided in times or script is not None,
        fulfilled=min((t for t in effects if t > decided), default=None) if later else None,
        steps=tuple(_step(link, entry, then, many) for link, entry in pairs if entry is not None),
        scripted="" if script is None else f"{script.date.isoformat()}: {script.why}",
        again=tuple(sorted({t for t in times if t != decided})),
        runs=many.runs,
        share_now=now,
        share_ever=ever,
    )


def _history(play: Play, alone: InfluenceModel) -> RunHistory:
    scenario, happenings = play.scenario, happenings_of(alone)
    return RunHistory(
        scenario.name,
        scenario.title,
        run=alone.first_run,
        seed=play.seed,
        source=source_word(play.numbers.name),
        happenings=happenings,
        evidence=alone.catalogue,
    )


def _quarter(given: str | int, until: int) -> int:
    try:
        quarter = given if isinstance(given, int) else quarter_of(given)
    except ValueError as error:
        raise Problems([Problem("--quarter", None, str(error))]) from None
    if not 0 <= quarter <= until:
        message = f"{given} is outside the run, which goes from 2001Q3 to {quarter_name(until)}"
        raise Problems([Problem("--quarter", None, message)])
    return quarter


# -- which event, and when -------------------------------------------------------------------


def _script(events: Iterable[Event], name: EventName, quarter: int | None) -> Event | None:
    """The dated event, scripted or known, that makes this happen, in a quarter or at any time."""
    for event in events:
        kinds = (name.kind, KINDS[name.kind].decided_as)
        about = event.kind in kinds and event.mentions(name.main)
        if about and quarter in (None, event.quarter):
            return event
    return None


def _place(
    names: Sequence[EventName],
    past: RunHistory,
    entries: Iterable[Deliberation],
    events: Sequence[Event],
    when: int | None,
) -> tuple[EventName, int] | None:
    """Which of the events that a name fits is meant, and the quarter in which it was decided.

    The first that happened, else the one that came nearest to happening; None if nobody ever had
    to decide on any of them.
    """
    for happening in past.happenings:
        for name in names:
            happened = happening.is_a(name, KINDS[name.kind].decided_as)
            if happened and when in (None, happening.quarter):
                return name, happening.quarter
    for name in names:
        script = _script(events, name, when)
        if script is not None:
            return name, script.quarter
    kept = _by_decision(entries)
    quarters = sorted({quarter for quarter, _ in kept} if when is None else {when})
    reached = [
        (far, name, quarter)
        for name in names
        for quarter in quarters
        if (far := _reached(kept, name, quarter)) is not None
    ]
    return max(reached, key=lambda each: each[0])[1:] if reached else None


def _reached(kept: Kept, name: EventName, quarter: int) -> tuple[int, int, float] | None:
    """How far the chain behind an event got in a quarter, and how near it was to going on.

    Returns:
        Steps taken, conditions that failed (negative), distance to the threshold (negative);
        None where nothing of the chain was decided in that quarter.
    """
    taken = 0
    for link in KINDS[name.kind].chain:
        entry = _entry(kept, link, name, quarter)
        if entry is None:
            return (taken, 0, -math.inf) if taken else None
        if link.wanted is None:
            continue
        if bool(entry.happened[0]) is not link.wanted:
            failed = sum(not condition[0] for condition in entry.conditions.values())
            return taken, -failed, -abs(float(entry.margin[0]))
        taken += 1
    return taken, 0, 0.0


def _by_decision(entries: Iterable[Deliberation]) -> Kept:
    kept: Kept = {}
    for entry in entries:
        kept.setdefault((entry.quarter, entry.decision), []).append(entry)
    return kept


def _entry(kept: Kept, link: Link, name: EventName, quarter: int) -> Deliberation | None:
    """The entry of a decision in a quarter."""
    about = {"main": {name.main}, "second": {name.second}}.get(link.about, {name.main, name.second})
    for entry in kept.get((quarter, link.decision), ()):
        if about - {""} <= {entry.actor, entry.object}:
            return entry
    return None


# -- the terms -------------------------------------------------------------------------------


def _step(link: Link, entry: Deliberation, then: InfluenceModel, many: InfluenceModel) -> Step:
    """A decision of the run, with means over the block."""
    what = (entry.decision, entry.actor, entry.object)
    ever = [e for e in many.world.entries if (e.decision, e.actor, e.object) == what]
    among = [each for each in ever if each.quarter == entry.quarter]
    pooled = min(_count(among, True), _count(among, False)) < FEW
    if pooled:
        among = ever
    facts = {name: float(values[0]) for name, values in entry.facts.items()}
    member = facts.pop("member", None)
    missing, declared = float(entry.missing[0]), DECISIONS[entry.key]

    def term(name: str) -> StepTerm:
        measure, value = declared.terms[name], float(entry.terms[name][0])
        return StepTerm(
            name=name,
            measure=measure,
            value=value,
            happened=_mean(among, name, True),
            otherwise=_mean(among, name, False),
            quantity=measure.quantity(value, then.weights, facts),
            turning=measure.quantity(value + missing, then.weights, facts),
        )

    total, threshold = float(entry.total[0]), float(entry.threshold[0])
    return Step(
        declared=declared,
        actor=entry.actor,
        object=entry.object,
        wanted=link.wanted,
        conditions={name: bool(holds[0]) for name, holds in entry.conditions.items()},
        facts=facts,
        member="" if member is None else then.world.axes.member[int(member)],
        terms=tuple(term(name) for name in entry.terms),
        draw=float(entry.draw[0]),
        threshold=threshold,
        happened=bool(entry.happened[0]),
        chance=declared.chance(total, threshold, then.weights),
        runs_happened=_count(among, True),
        runs_otherwise=_count(among, False),
        pooled=pooled,
    )


def _side(entry: Deliberation, happened: bool) -> Mask:
    """Runs in which a decision came up and went one way."""
    return entry.came_up & (entry.happened if happened else ~entry.happened)


def _count(entries: Iterable[Deliberation], happened: bool) -> int:
    """How often a decision went one way."""
    return sum(int(np.count_nonzero(_side(entry, happened))) for entry in entries)


def _mean(entries: Iterable[Deliberation], term: str, happened: bool) -> float:
    """The mean of a term over the runs in which the decision went one way."""
    chosen: list[Array] = [entry.terms[term][_side(entry, happened)] for entry in entries]
    values = np.concatenate(chosen) if chosen else np.empty(0)
    return float(values.mean()) if values.size else math.nan


def _shares(many: InfluenceModel, name: EventName, kind: str, quarter: int) -> tuple[float, float]:
    """In what share of a block something happened in a quarter, and ever."""
    now, ever = np.zeros(many.runs, bool), np.zeros(many.runs, bool)
    for when, phase, given, actor, counterpart, thing, runs, _ in many.log:
        row = Happening(
            when,
            phase,
            kind=given,
            actor=actor,
            counterpart=counterpart,
            object=thing,
            value=0.0,
        )
        if given == kind and row.is_a(name, kind):
            ever[runs - many.first_run] = True
            now[runs - many.first_run] |= when == quarter
    return float(now.mean()), float(ever.mean())
