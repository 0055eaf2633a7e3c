"""What the model expects: each question's answer in every run of an ensemble held to history.

All questions of one `as_of` are read from one ensemble. It runs as far as its questions need, and
of what the scenario scripts only what had happened by then.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from simulation.backtest import predictands as q
from simulation.backtest.predictands import Predictand
from simulation.backtest.questions import Question
from simulation.batch.executors import Progress
from simulation.evidence.catalogue import Catalogue
from simulation.model.history import known_events
from simulation.model.measures import HOME, trade_share_of_region
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import VARIABLES
from simulation.numerics.arrays import Array, Mask, total
from simulation.numerics.dates import quarter_of
from simulation.parameters.numbers import Numbers, Parameters
from simulation.scenario.scenario import Scenario
from simulation.world import world as w
from simulation.world.world import World

_BLOCK = 500
"""Runs that advance together."""

Answers = dict[int, np.ndarray]
"""The answer in every run, by the place of the question in the list."""


def forecast(
    questions: Sequence[Question],
    scenario: Scenario,
    runs: int,
    seed: int,
    parameters: Parameters,
    catalogue: Catalogue,
    progress: Progress | None = None,
) -> Answers:
    """Answer every question in every run.

    Args:
        questions: what is asked.
        scenario: what to run from; it is held to history until each `as_of`.
        runs: runs of each ensemble.
        seed: names the draws.
        parameters: as for the model; "posterior" is that of each date.
        catalogue: the evidence.
        progress: told the runs done, the runs there are to do, and what is being run.
    """
    days = sorted({question.as_of for question in questions})
    found: dict[int, list[np.ndarray]] = {place: [] for place in range(len(questions))}
    for number, day in enumerate(days):
        asked = {place: each for place, each in enumerate(questions) if each.as_of == day}
        known = dataclasses.replace(
            scenario,
            history_until=day,
            events=tuple(event for event in scenario.events if event.date <= day),
        )
        numbers = Numbers.of(parameters, catalogue.extended(known.added), days=[day], runs=runs)
        for first in range(0, runs, _BLOCK):
            count = min(_BLOCK, runs - first)
            block = numbers.part(first, count).without(known.turned_off)
            model = InfluenceModel(
                known, count, seed, first_run=first, parameters=block, catalogue=catalogue,
                until=max(max(quarters_of(each)) for each in asked.values()), collecting=False,
            )  # fmt: skip
            for place, answer in _watched(model, asked, catalogue).items():
                found[place].append(answer)
            if progress is not None:
                progress(number * runs + first + count, len(days) * runs, f"as of {day}")
    return {place: np.concatenate(parts) for place, parts in found.items()}


def quarters_of(question: Question) -> list[int]:
    """The quarters at whose end a question has to be looked at."""
    if isinstance(question.measure, q.TradeOvertakes):
        return [quarter_of(f"{year}Q4") for year in question.years]
    return [question.quarter]


def value_now(measure: Predictand, world: World) -> Array:
    """What a measure is now, one number a run; of two shares of trade, how far one leads."""
    found: Array
    match measure:
        case q.BaseRent():
            found = world.rent[world.place("installation", measure.installation)].copy()
        case q.BaseOpen():
            found = world.base_is_open()[world.place("installation", measure.installation)] + 0.0
        case q.BaseKept():
            status = world.base_status[world.place("installation", measure.installation)]
            found = (status == w.OPEN) + 0.0
        case q.BasesOpen():
            found = total(world.base_is_open()[bases_of(measure, world)] + 0.0)
        case q.Member():
            o = world.place("organization", measure.organization)
            found = stands(measure, world)[o, world.place("member", measure.state)] + 0.0
        case q.MemberCount():
            o = world.place("organization", measure.organization)
            found = total(stands(measure, world)[o] + 0.0)
        case q.HeadOusted():
            found = world.ousters[world.place("state", measure.state)].copy()
        case q.ProjectOpen():
            status = world.project_status[world.place("project", measure.project)]
            found = (status == w.RUNNING) + 0.0
        case q.BodyFounded():
            body = world.place("body", (measure.organization, measure.body))
            found = world.founded[body] + 0.0
        case q.ExilesHandedOver():
            dyad = world.place("power", measure.power), world.place("region", measure.state)
            found = world.understanding[dyad] + 0.0
        case q.TradeShare():
            found = trade_share(world, measure.power, measure.of)
        case q.TradeOvertakes():
            ours, theirs = measure.power, measure.over
            found = trade_share(world, ours, measure.of) - trade_share(world, theirs, measure.of)
        case q.Agreement():
            dyad = world.place("power", measure.power), world.place("state", measure.state)
            found = VARIABLES["agreement"].measure(world)[dyad].copy()
        case _:
            raise TypeError(f"no way to look at {type(measure).__name__}")
    return found


def bases_of(measure: q.BasesOpen, world: World) -> list[int]:
    """The installations that a question about a power's bases counts."""
    power = world.place("power", measure.power)
    states = [world.axes.region[place] for place in world.home]
    region = states if measure.region == HOME else [measure.region]
    return [
        b
        for b, (guest, host) in enumerate(zip(world.guests, world.hosts, strict=True))
        if guest == power and world.axes.state[host] in region
    ]


def stands(measure: q.Member | q.MemberCount, world: World) -> Mask:
    """Who has the standing that is asked about, shape (organization, member, run)."""
    found: Mask
    if measure.status == "any":
        found = world.standing > w.OUTSIDE
    else:
        found = world.standing == (w.MEMBER if measure.status == "full" else w.OBSERVER)
    return found


def known_ousters(question: Question, catalogue: Catalogue) -> int:
    """How often the state's head had been driven out by the day of the question."""
    state = getattr(question.measure, "state", None)
    events = known_events(catalogue, question.as_of)
    return sum(event.kind == "ouster" and event.subject == state for event in events)


def first_year(question: Question, leads: Sequence[Array]) -> Array:
    """The first year asked about in which one leads; the year after the last if none."""
    never = question.resolves.year + 1
    years = [
        np.where(lead > 0, year, never) for year, lead in zip(question.years, leads, strict=True)
    ]
    first: Array = np.minimum.reduce(years).astype(float)
    return first


def trade_share(world: World, power: str, of: str) -> Array:
    """A power's share of the trade of a state, or of the region."""
    if of == HOME:
        return trade_share_of_region(world, power)
    dyad = world.place("power", power), world.place("region", of)
    share: Array = world.trade_share[dyad].copy()
    return share


def _watched(
    model: InfluenceModel, asked: Mapping[int, Question], catalogue: Catalogue
) -> dict[int, np.ndarray]:
    """Run a model to the end and answer what is asked."""
    seen: dict[int, list[Array]] = {place: [] for place in asked}
    wanted = {place: set(quarters_of(each)) for place, each in asked.items()}
    while model.running:
        model.step()
        for place, question in asked.items():
            if model.quarter in wanted[place]:
                seen[place].append(value_now(question.measure, model.world))
    answers = {}
    for place, question in asked.items():
        if question.kind == "year":
            answers[place] = first_year(question, seen[place])
        elif isinstance(question.measure, q.HeadOusted):
            answers[place] = (seen[place][0] > known_ousters(question, catalogue)) + 0.0
        else:
            answers[place] = seen[place][0]
    return answers
