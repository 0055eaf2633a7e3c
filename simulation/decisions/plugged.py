"""Decisions of a user's own, from a file that a scenario names under `plugins`.

    add_rule(
        Decision(name="host_engineers", case=DyadCase, who="state", about="power", ...),
        Switch("engineers", (), "Trade brings engineers.", {"engineers.trade": 0}),
    )

Such a decision is declared, drawn, kept, told and explained as those of the package are. It is
taken in its phase, after the agents' own, for every case there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from simulation.decisions.cases import BaseCase, Case, DyadCase, OrganizationCase, RegimeCase
from simulation.decisions.decision import Decision, Undeclared
from simulation.decisions.events import DECISIONS, KINDS, kinds_of
from simulation.scenario.mechanisms import SWITCHES, Switch
from simulation.scenario.plugins import Plugin, Rule, file_being_read, offer
from simulation.world.situation import Situation

PLUGGED_PHASES = ("appraise", "offer", "convene", "respond", "bargain")
"""The phases of the turn in which a plug-in can decide."""

_EVERY: Mapping[type[Case], Callable[[Situation], Iterable[Case]]] = {
    BaseCase: lambda on: (
        BaseCase(on, b) for b in range(len(on.world.hosts)) if on.world.in_region(b)
    ),
    RegimeCase: lambda on: (RegimeCase(on, s) for s in range(on.world.regions)),
    DyadCase: lambda on: (
        DyadCase(on, s, p) for s in range(on.world.regions) for p in range(len(on.world.axes.power))
    ),
    OrganizationCase: lambda on: (
        OrganizationCase(on, o) for o, sponsors in enumerate(on.world.sponsors) if sponsors
    ),
}
"""Every case of a kind that there is."""

_OWN_DECISIONS, _OWN_KINDS = frozenset(DECISIONS), frozenset(KINDS)
_FILES: dict[str, str] = {}
"""The plug-in that declares a decision, by its key."""


def add_rule(decision: Decision[Any], switch: Switch) -> None:
    """Add a decision to the scenario that names the file in which this stands.

    Args:
        decision: as those of the package are declared; about a `BaseCase`, `RegimeCase`,
            `DyadCase` or `OrganizationCase`, in one of `PLUGGED_PHASES`.
        switch: what a scenario writes under `mechanisms` to do without it, and the values of its
            parameters at which it has no effect.

    Raises:
        Undeclared: everything that keeps it from standing.
    """
    file, wrong = file_being_read(), []
    if _FILES.get(decision.key, file) != file:
        wrong.append(f"{_FILES[decision.key]} has a decision of this name")
    if decision.case not in _EVERY:
        cases = ", ".join(each.__name__ for each in _EVERY)
        wrong.append(f"its case is {decision.case.__name__}; it can be {cases}")
    if decision.phase not in PLUGGED_PHASES:
        wrong.append(f"its phase is '{decision.phase}'; it can be {', '.join(PLUGGED_PHASES)}")
    if decision.key in _OWN_DECISIONS:
        wrong.append("the package has a decision of this name")
    kinds = [event.kind for event in decision.events]
    wrong += [f"the package logs '{kind}' itself" for kind in kinds if kind in _OWN_KINDS]
    if switch.name in SWITCHES:
        wrong.append(f"the package has a mechanism '{switch.name}'")
    if not switch.neutral:
        wrong.append(f"the switch '{switch.name}' names no parameter that turns it off")
    if wrong:
        raise Undeclared(f"the decision '{decision.key}': {'; '.join(wrong)}")
    _FILES[decision.key] = file
    DECISIONS[decision.key] = decision
    KINDS.update(kinds_of([decision]))
    offer(Rule(decision, switch))


def decide_plugged(plugins: Iterable[Plugin], phase: str, on: Situation) -> None:
    """Take the decisions that plug-ins add to a phase, for every case there is."""
    for plugin in plugins:
        for rule in plugin.rules:
            if rule.decision.phase == phase and rule.decision.due(on):
                for case in _EVERY[rule.decision.case](on):
                    rule.decision.decide(case)
