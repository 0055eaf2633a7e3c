"""Decisions as a table: the one in `docs/odd.md`, and the lines of `list decisions`."""

from __future__ import annotations

from typing import Any

from simulation.decisions.decision import Consensus, Decision, LogChance, Luck, Mood, Points
from simulation.decisions.events import DECISIONS

BEGIN = "<!-- the table of decisions: made by docs/make_pages.py -->"
END = "<!-- end of the table of decisions -->"
_LUCK: dict[type, str] = {
    Luck: "odds",
    Mood: "a mood",
    Consensus: "a mood of each member",
    LogChance: "a chance",
    Points: "a chance",
}


def told_in_brief(decision: Decision[Any]) -> str:
    """Who decides, when, and by which terms, in a line."""
    labels = ", ".join(each.label for each in decision.terms.values())
    return f"{_who(decision)}, {decision.when}: {labels}"


def decision_table() -> str:
    """All decisions as a table in Markdown, in the order of the turn within each subject."""
    heads = ("decision", "who, about", "when", "terms", "against", "luck", "also", "writes")
    rows = [" | ".join(heads), " | ".join("---" for _ in heads)]
    rows += [" | ".join(_cells(key, each)) for key, each in DECISIONS.items()]
    return "\n".join(f"| {row} |" for row in rows)


def _who(decision: Decision[Any]) -> str:
    return " about ".join(each for each in (decision.who, decision.about) if each)


def _cells(key: str, decision: Decision[Any]) -> tuple[str, ...]:
    """The cells of one decision."""
    terms = []
    for name, each in decision.terms.items():
        sign = "−" if each.sign < 0 else ""
        weight = f" ({sign}`{each.weight}`)" if "." in each.weight else ""
        terms.append(f"*{name}* {each.label}{weight}")
    side = "below" if decision.below else "above"
    conditions = [each.words for each in decision.conditions]
    if decision.luck is not None and decision.luck.occasion[1]:
        conditions.append(decision.luck.occasion[1])
    luck = "none" if decision.luck is None else _LUCK[type(decision.luck)]
    return (
        f"`{key}`",
        _who(decision),
        f"{decision.phase}: {decision.when}",
        f"{'; '.join(terms)}; in {decision.unit}",
        f"{side} {decision.bar}" if luck not in ("a chance",) else "drawn within",
        luck,
        "; ".join(conditions) or "–",
        ", ".join(f"`{each}`" for each in decision.writes) or "–",
    )


def with_table(page: str) -> str:
    """A page with its table of decisions as it is now.

    Args:
        page: holds the two marks.

    Raises:
        ValueError: it does not.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no place for the table of decisions")
    return f"{before}{BEGIN}\n\n{decision_table()}\n\n{END}{after}"
