"""Regimes: whether unrest breaks out, and whether the regime then falls or cracks down."""

from __future__ import annotations

from simulation.decisions.cases import RegimeCase
from simulation.decisions.decision import (
    Condition,
    Decision,
    Link,
    LogEvent,
    Luck,
    Measure,
    Verdict,
)
from simulation.rules import regime


def _unrest(verdict: Verdict[RegimeCase]) -> None:
    verdict.it.unrest = verdict.happened


UNREST = Decision(
    name="unrest",
    case=RegimeCase,
    who="state",
    phase="unrest",
    when="each quarter in which no trouble is scripted there",
    utility=lambda it: regime.unrest_utility(
        hardship=it.world.hardship[it.s],
        militancy_gain=it.militancy_gain,
        transition=it.world.transition[it.s],
        club=it.world.club[it.s],
        weights=it.weights.regime,
    ),
    sums=regime.Unrest,
    terms={
        "base": Measure("unrest in itself"),
        "hardship": Measure("hardship", "regime.unrest_hardship"),
        "militancy": Measure("militants against 2001", "regime.unrest_militancy", low=-1),
        "transition": Measure("a new government", "regime.transition_risk"),
        "club": Measure("a club of like regimes", "regime.club_protection", -1),
    },
    luck=Luck("unrest"),
    conditions=(Condition("unscripted", "no trouble was scripted there", lambda it: it.quiet),),
    effect=_unrest,
    writes=(),
    events=(),
    decided=("unrest breaks out in {actor}", "{actor} stays quiet"),
    either=("unrest", "quiet"),
)


def _fall_or_crack_down(verdict: Verdict[RegimeCase]) -> None:
    it = verdict.it
    it.world.intend("ousted", it.s, True, verdict.happened)
    it.world.intend("cracked_down", it.s, True, verdict.declined)


_TROUBLE = (Link("unrest", about="main"),)

OUSTER = Decision(
    name="ouster",
    case=RegimeCase,
    who="state",
    phase="unrest",
    when="when there is unrest",
    utility=lambda it: regime.fall_utility(
        it.world.capacity[it.s], it.world.hardship[it.s], it.weights.regime
    ),
    sums=regime.Fall,
    terms={
        "base": Measure("a fall in itself"),
        "capacity": Measure("capacity to coerce", "regime.fall_capacity", -1),
        "hardship": Measure("hardship", "regime.fall_hardship"),
    },
    luck=Luck("fall"),
    conditions=(Condition("unrest", "there was unrest", lambda it: it.unrest, gate=True),),
    effect=_fall_or_crack_down,
    either_way=True,
    writes=("ousted", "cracked_down"),
    events=(
        LogEvent("ouster", "the government of {actor} falls", main="actor"),
        LogEvent("crackdown", "the government of {actor} cracks down", main="actor", wanted=False),
    ),
    decided=("the government of {actor} falls", "the government of {actor} holds"),
    either=("fell", "held"),
    follows=_TROUBLE,
)
