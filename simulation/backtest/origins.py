"""Rolling origins: the ends of 2001 to 2004, and what came after each by 31 October 2005.

    trust = learn(runs=1000, seed=1)

The questions are made mechanically from the evidence, so that nobody chooses them. As of each
origin they ask about every year's end to come, and about 30 September 2005, the end of the last
whole quarter that was known by 31 October 2005: whether every base is in use without notice, and
how many bases each power has; about everyone who is in an organization or could be, whether as a
member and, where there are observers, at all, and how many members each has; whether each body,
each work and each understanding is there; whether a head of state has been driven out. Of every
year they ask what share each power has in each state's trade and how each state votes.

From them alone it is learned how far the model may be trusted (`pooling`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from simulation.backtest import predictands as q
from simulation.backtest.backtest import rival_answers
from simulation.backtest.baselines import Past
from simulation.backtest.forecasts import forecast, value_now
from simulation.backtest.pooling import Answered, Trust, learned
from simulation.backtest.predictands import PREDICTANDS, Predictand
from simulation.backtest.questions import Question
from simulation.batch.executors import Progress
from simulation.calibration.targets import KNOWN
from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.inputs.problems import Problem, Problems
from simulation.model.history import known_events
from simulation.model.measures import HOME
from simulation.numerics.dates import FIRST_YEAR, last_day, quarter_of
from simulation.parameters.posterior import POSTERIOR, load_posterior, posterior_as_of
from simulation.parameters.sampling import POINT, PRIOR
from simulation.scenario.scenario import Scenario, load_scenario
from simulation.world import world as w

ORIGINS = tuple(dt.date(year, 12, 31) for year in range(FIRST_YEAR, KNOWN.year))
"""The days as of which is forecast."""
_NAMES = {measure: name for name, measure in PREDICTANDS.items()}


def learn(
    runs: int = 1000,
    seed: int = 1,
    source: str | None = None,
    catalogue: Catalogue | None = None,
    progress: Progress | None = None,
) -> Trust:
    """Learn how far the model may be trusted, from the rolling origins alone.

    Args:
        runs: runs as of each origin.
        seed: names the draws.
        source: "posterior" for that of each origin, and the prior as of origins that are older
            than any posterior, as by default; or "prior", or "point".
        catalogue: the evidence; the project's own if None.
        progress: told the runs done, the runs there are to do, and what is being run.

    Raises:
        Problems: the source knows more than an origin.
    """
    evidence = catalogue or load_catalogue()
    if source not in (None, POSTERIOR, PRIOR, POINT):
        hint = f"give {POSTERIOR}, for that of each origin, {PRIOR} or {POINT}"
        message = f"'{source}' may know more than was known as of an origin"
        raise Problems([Problem("--parameters", None, message, hint)])
    scenario = load_scenario("baseline", evidence)
    questions = rolling_questions(scenario, evidence)
    sources = {day: _source_as_of(evidence, day, source) for day in ORIGINS}
    answered: list[Answered] = []
    for number, day in enumerate(ORIGINS):
        asked = [each for each in questions if each.as_of == day]

        def watch(done: int, _: int, subject: str, before: int = number * runs) -> None:
            if progress is not None:
                progress(before + done, len(ORIGINS) * runs, subject)

        answers = forecast(
            asked,
            scenario,
            runs=runs,
            seed=seed,
            parameters=sources[day],
            catalogue=evidence,
            progress=watch,
        )
        rivals = rival_answers(asked, scenario, evidence, seed)
        answered += [Answered(it, answers[at], rivals[at]) for at, it in enumerate(asked)]
    made = {
        "origins": {str(day): _made_as_of(evidence, day, sources[day]) for day in ORIGINS},
        "runs": runs,
        "seed": seed,
        "questions": len(questions),
        "latest": str(max(each.resolves for each in questions)),
        "evidence": evidence.hash,
    }
    return Trust(learned(answered), made)


def _source_as_of(catalogue: Catalogue, day: dt.date, source: str | None) -> str:
    """What was asked for; the prior where no posterior knows nothing later than a day."""
    if source not in (None, POSTERIOR):
        return str(source)
    try:
        posterior_as_of(catalogue, day)
    except Problems:
        return PRIOR
    return POSTERIOR


def rolling_questions(scenario: Scenario, catalogue: Catalogue) -> list[Question]:
    """Every question of every origin, with what came out by 31 October 2005."""
    ends = [*ORIGINS, last_day(quarter_of(KNOWN) - 1)]
    pasts = {day: Past.until(day, scenario, catalogue) for day in ends}
    known = Past.until(KNOWN, scenario, catalogue)
    found = []
    for origin in ORIGINS:
        for measure in _standing(pasts[origin], catalogue):
            for day in (day for day in ends if day > origin):
                outcome = _outcome(measure, origin, pasts[day], catalogue)
                found.append(_question(measure, origin, day, outcome, catalogue))
        for measure, figures in _series(known, catalogue):
            for year in (year for year in figures if year > origin.year):
                # The figures of a calendar year are known from its 31 October on.
                day = KNOWN.replace(year=year)
                found.append(_question(measure, origin, day, figures[year], catalogue))
    return found


def _question(
    measure: Predictand, origin: dt.date, day: dt.date, outcome: float, catalogue: Catalogue
) -> Question:
    name = _NAMES[type(measure)]
    what = "_".join(str(value) for value in measure.model_dump().values())
    return Question(
        id=f"{name}_{what}_{origin.year}_{day}",
        as_of=origin,
        resolves=day,
        name=name,
        measure=measure,
        outcome=outcome,
        about=measure.about(catalogue),
        left_out="",
        text="",
    )


def _outcome(measure: Predictand, origin: dt.date, then: Past, catalogue: Catalogue) -> float:
    """What a measure was found to be at the end of a quarter."""
    if isinstance(measure, q.HeadOusted):
        fallen = (
            event
            for event in known_events(catalogue, then.day)
            if event.kind == "ouster" and event.subject == measure.state and event.date > origin
        )
        return float(any(fallen))
    return float(value_now(measure, then.world)[0])


def _standing(past: Past, catalogue: Catalogue) -> Iterator[Predictand]:
    """What can be read at the end of a quarter, as of an origin."""
    world, asks = past.world, partial(_asks, catalogue)
    for base in world.axes.installation:
        yield asks(q.BaseKept, installation=base)
    for power in sorted({world.axes.power[guest] for guest in world.guests}):
        yield asks(q.BasesOpen, power=power)
    for o, organization in enumerate(world.axes.organization):
        if not world.exists[o, 0]:
            continue
        observed = _admits(organization, catalogue) or (past.standing[-1, o] == w.OBSERVER).any()
        for m, actor in enumerate(world.axes.member):
            if past.standing[-1, o, m] or _could_belong(actor, organization, catalogue):
                for status in ("full", "any") if observed else ("full",):
                    yield asks(q.Member, state=actor, organization=organization, status=status)
        yield asks(q.MemberCount, organization=organization)
    for organization, body in world.axes.body:
        yield asks(q.BodyFounded, organization=organization, body=body)
    for project, entry in zip(world.axes.project, world.projects, strict=True):
        if entry.kind != "deal":  # whose end the record does not hold
            yield asks(q.ProjectOpen, project=project)
    for state in world.axes.region:
        yield asks(q.HeadOusted, state=state)
        for power in catalogue.names["power"]:
            if catalogue.values.get(f"patronage.seeks_exiles.{power}", 0) > 0:
                yield asks(q.ExilesHandedOver, state=state, power=power)


def _asks(catalogue: Catalogue, measure: type[Predictand], /, **about: str) -> Predictand:
    """A measure, checked like one from a file."""
    return measure.model_validate(about, context=catalogue.names)


def _admits(organization: str, catalogue: Catalogue) -> bool:
    return catalogue.values.get(f"organizations.admits.{organization}", 0) > 0


def _could_belong(actor: str, organization: str, catalogue: Catalogue) -> bool:
    """Whether an actor could come to belong to an organization."""
    if _admits(organization, catalogue):
        return actor in catalogue.names["state"]
    return catalogue.values.get(f"organizations.eligible.{organization}.{actor}", 0) > 0


def _series(known: Past, catalogue: Catalogue) -> Iterator[tuple[Predictand, Mapping[int, float]]]:
    """What is measured once a year, with the figures."""
    for key, figures in known.figures.items():
        _, kind, power, *place = key.split(".")
        if kind == "agreement" and place[0] in catalogue.names["region"]:
            yield _asks(catalogue, q.Agreement, state=place[0], power=power), figures
        elif kind == "trade_share" and power in catalogue.names["power"]:
            yield _asks(catalogue, q.TradeShare, power=power, of=place[0]), figures
        elif kind == f"trade_share_{HOME}":
            yield _asks(catalogue, q.TradeShare, power=power, of=HOME), figures


def _made_as_of(catalogue: Catalogue, day: dt.date, source: str) -> dict[str, Any]:
    """Which parameters were used as of an origin."""
    if source != POSTERIOR:
        return {"parameters": source}
    found = load_posterior(catalogue, posterior_as_of(catalogue, day)).provenance
    return {
        "parameters": source,
        "as_of": found["as_of"],
        "runs_per_wave": int(np.asarray(found.get("runs_per_wave", 0))),
    }
