"""Works: when a planned project begins, and when an energy venture arises."""

from __future__ import annotations

from functools import partial
from math import inf

from simulation.decisions.cases import ProjectsCase, VenturesCase
from simulation.decisions.decision import (
    Condition,
    Decision,
    LogEvent,
    Luck,
    Measure,
    Verdict,
    several,
)
from simulation.numerics.arrays import Mask, rows_with, zeros
from simulation.rules import projects
from simulation.world import world as w
from simulation.world.magnitudes import sizes
from simulation.world.situation import Situation

AT_ONCE = ("credit", "fund")
"""Kinds of project that run as soon as they begin."""


def open_project(on: Situation, j: int, opened: Mask) -> None:
    """A project opens, in some runs."""
    world = on.world
    world.intend("project_status", j, w.RUNNING, opened)
    world.mark("opened_project_at", j, opened)
    world.note("open_project", opened, world.projects[j].owner, "", world.axes.project[j])


def _begin(verdict: Verdict[ProjectsCase]) -> None:
    it, world, starts = verdict.it, verdict.it.world, verdict.happened
    rules = it.weights.works
    world.note_each("start_project", starts, it.owners, "", it.projects)
    paid = zeros(len(world.axes.power), world.runs)
    begun = several(it.projects, starts)
    for row, _ in begun:
        cost = projects.effect_of_running(it.cost[row], starts[row])
        paid[world.owners[it.places[row]]] += cost
    for p in rows_with(paid > 0):
        world.intend("purse", p, partial(projects.purse_after, paid=paid[p]))
    works = [each for each in begun if world.projects[it.places[each[0]]].kind not in AT_ONCE]
    for row, _ in (each for each in begun if each not in works):
        open_project(it.on, it.places[row], starts[row])
    if not works:
        return
    slips = it.on.noise([name for _, name in works], "slip")
    for (row, _), slip in zip(works, slips, strict=True):
        j = it.places[row]
        planned = sizes(world, it.weights).planned_quarters[j]
        length = projects.building_quarters(planned, slip, rules) + world.project_delay[j]
        world.intend("project_status", j, w.BUILDING, starts[row])
        world.intend("quarters_left", j, length, starts[row])


START_PROJECT = Decision(
    name="start_project",
    case=ProjectsCase,
    who="owners",
    about="projects",
    phase="build",
    when="each quarter",
    utility=lambda it: projects.start_utility(
        base=it.weights.works.start_base[it.places],
        worth=it.worth_of_hosts,
        wealth=it.wealth,
        dearer=it.dearer,
        friction=it.quarrels,
        weights=it.weights.works,
    ),
    sums=projects.StartOdds,
    terms={
        "base": Measure("readiness of the project"),
        "worth": Measure("worth of the hosts to the owner", "works.start_worth", high=inf),
        "wealth": Measure("growth of the owner's means", "works.start_wealth", high=inf),
        "price": Measure("dearer than was stated", "works.start_price", -1, -7, inf),
        "friction": Measure("quarrels on the way", "works.start_friction", -1, high=inf),
    },
    luck=Luck("start", by=("projects",)),
    conditions=(
        Condition("waiting", "it was still to be begun", lambda it: it.waiting),
        Condition("affordable", "the owner's purse held its cost", lambda it: it.affordable),
        Condition("trusted", "the owner's organization had built enough", lambda it: it.trusted),
    ),
    effect=_begin,
    writes=("project_status", "quarters_left", "opened_project_at", "purse"),
    events=(
        LogEvent("start_project", "{actor} begins {object}", main="object"),
        LogEvent("open_project", "{object} is open", main="object", later="start_project"),
    ),
    decided=("{actor} begins {object}", "{actor} does not begin {object}"),
    either=("begun", "not begun"),
)


def _enter(verdict: Verdict[VenturesCase]) -> None:
    it, world, signed = verdict.it, verdict.it.world, verdict.happened
    for row in rows_with(signed):
        place = it.p[row], it.a[row]
        world.intend("ventures", place, world.ventures[place] + 1, signed[row])
    world.note_each("venture", signed, it.powers, it.states)


VENTURE = Decision(
    name="venture",
    case=VenturesCase,
    who="powers",
    about="states",
    phase="build",
    when="when an occasion arises",
    utility=lambda it: it.odds,
    sums=projects.VentureOdds,
    terms={
        "resources": Measure("hydrocarbons × thirst", "works.venture_slope", high=inf),
        "stake": Measure("stake held already × those", "works.venture_slope", high=inf),
        "threshold": Measure("worth that it takes"),
    },
    luck=Luck("venture", most=lambda it: it.most, occasion=("occasion", "an occasion arose")),
    effect=_enter,
    writes=("ventures",),
    events=(
        LogEvent(
            "venture",
            "{actor} enters an energy venture in {counterpart}",
            main="counterpart",
            second="actor",
            paired=True,
        ),
    ),
    decided=(
        "{actor} enters an energy venture in {object}",
        "{actor} enters no energy venture in {object}",
    ),
    either=("entered", "did not"),
)
