"""Decisions as tables: the page `docs/odd/decisions.md`, and the lines of `list decisions`."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

from simulation.decisions.decision import (
    Consensus,
    Decision,
    LogChance,
    Luck,
    Measure,
    Mood,
    Points,
)
from simulation.decisions.events import DECISIONS

_LUCK: dict[type, str] = {
    Luck: "odds: a uniform draw below the chance that the sum gives, σ(sum − bar)",
    Mood: "a mood: a logistic deviate added to the sum",
    Consensus: "a mood of each member, none of whom may stand in the way",
    LogChance: "a chance: a uniform draw below the exponential of the sum",
    Points: "a chance: a uniform draw below the sum",
}
_HEAD = """# Decisions: a table for each

Made by `python docs/make_odd.py decisions` from the declarations in `simulation/decisions/`. The
first table of each says who decides when, on what condition, and what follows; the second names its
terms. A term is its weight times what it stands for, with the sign of the weight; a term without a
weight is a number itself, or is weighed inside the equation. The equation has the whole of it.
"""


def told_in_brief(decision: Decision[Any]) -> str:
    """Who decides, when, and by which terms, in a line."""
    labels = ", ".join(each.label for each in decision.terms.values())
    return f"{_who(decision)}, {decision.when}: {labels}"


def decision_page(equations: Mapping[str, str]) -> str:
    """A page with a table for every decision.

    Args:
        equations: the label of the equation that takes each decision, by its key.

    Raises:
        ValueError: a decision has no equation, or an equation takes one that there is not.
    """
    apart = sorted({*DECISIONS} ^ {*equations})
    if apart:
        raise ValueError(f"declared or stated alone: {', '.join(apart)}")
    parts = [_tables(key, each, equations[key]) for key, each in DECISIONS.items()]
    return "\n".join([_HEAD, *parts])


def _who(decision: Decision[Any]) -> str:
    return " about ".join(each for each in (decision.who, decision.about) if each)


def _tables(key: str, decision: Decision[Any], equation: str) -> str:
    """Both tables of one decision."""
    conditions = [each.words for each in decision.conditions]
    if decision.luck is not None and decision.luck.occasion[1]:
        conditions.append(decision.luck.occasion[1])
    side = "below" if decision.below else "above"
    drawn = isinstance(decision.luck, LogChance | Points)
    rows = {
        "who": _who(decision),
        "when": f"{decision.phase}: {decision.when}",
        "season": f"`{decision.season}`" if decision.season else "",
        "only where": "; ".join(conditions),
        "sum": f"in {decision.unit}",
        "happens": "" if drawn else f"{side} {decision.bar}",
        "luck": _luck(decision.luck),
        "writes": ", ".join(f"`{each}`" for each in decision.writes),
        "follows": ", ".join(f"`{each.decision}`" for each in decision.follows),
        "equation": equation,
    }
    lines = [f"## {key}", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {said} |" for name, said in rows.items() if said]
    lines += ["", "| term | what it stands for | weight | of |", "|---|---|---|---|"]
    lines += [_term(name, each) for name, each in decision.terms.items()]
    return "\n".join(lines) + "\n"


def _luck(luck: Luck[Any] | None) -> str:
    if luck is None:
        return "none"
    said = _LUCK[type(luck)]
    if isinstance(luck, Mood):
        said += f", of scale `{luck.noise}`"
        said += "; it lasts" if luck.lasts else "; fresh each time"
    return said


def _term(name: str, measure: Measure) -> str:
    """A row of the terms: name, what it stands for, weight, and in which numbers it is measured."""
    weight = "–"
    if measure.weight:
        keys = [each for each in (measure.weight, measure.also) if each and each != "1"]
        sign = "−" if measure.sign < 0 else ""
        weight = sign + " × ".join(f"`{each}`" for each in keys) if keys else f"{sign}1"
    top = "any" if measure.high == inf else f"{measure.high:g}"
    of = f"{measure.low:g} to {top}" if measure.weight else "–"
    if measure.scale:
        of = f"ln(1 + {measure.unit} / `{measure.scale}`)"
    return f"| {name} | {measure.label} | {weight} | {of} |"
