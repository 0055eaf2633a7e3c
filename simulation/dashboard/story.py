"""One run on the page: what happened in it, and why, term by term."""

from __future__ import annotations

from typing import Any

from simulation.batch.replay import Play
from simulation.evidence.catalogue import Catalogue
from simulation.explanation.account import Step
from simulation.explanation.explain import explain, history
from simulation.numerics.dates import quarter_name
from simulation.show.sentences import (
    amount,
    cause_of_review,
    decided,
    failed,
    plain,
    said,
    turning,
    turns,
    what_became,
)

_BLOCK = 200
"""Runs over which terms are averaged: enough for means, few enough to wait for."""


def events_of(play: Play, run: int) -> list[dict[str, str]]:
    """What happened in a run, in order: quarter, sentence, and the name to ask about."""
    past = history(play, play.scenario.name, run)
    return [
        {
            "quarter": quarter_name(each.quarter),
            "text": said(each, past.evidence),
            "name": str(each.name or ""),
        }
        for each in past.happenings
    ]


def explanation_of(play: Play, run: int, event: str, quarter: str) -> dict[str, Any]:
    """Why something happened in a run, as the page shows it."""
    found = explain(play, play.scenario.name, run, event, quarter, block=_BLOCK)
    return {
        "title": f"{found.event} in {quarter_name(found.quarter)}, run {run}",
        "summary": " ".join(what_became(found)),
        "steps": [_told(step, found.history.evidence) for step in found.steps],
        "turns": turns(found) if found.steps else [],
    }


def _told(step: Step, evidence: Catalogue) -> dict[str, Any]:
    """One decision: how it fell, and its terms beside their means on either side."""
    notes = []
    if step.chance is not None and step.came_up:
        notes.append(f"Chance {step.chance:.0%}.")
    if not step.came_up:
        notes.append(f"It did not come up: {failed(step)}.")
    if step.member:
        notes.append(f"It hung on {evidence.name_of(step.member)}, the least willing.")
    if step.decision == "take_up":
        notes.append(cause_of_review(step))
    taken, not_taken = step.declared.either
    heads = ["Term", "In its unit", step.unit.capitalize(), f"Mean, {taken}",
             f"Mean, {not_taken}", "Turns at"]  # fmt: skip
    rows = [
        [
            term.measure.label,
            amount(term, term.quantity),
            plain(term.value),
            plain(term.happened),
            plain(term.otherwise),
            turning(term),
        ]
        for term in step.terms
    ]
    if step.draw:
        rows.append(["the draw", "", plain(step.draw), "", "", ""])
    together = plain(step.total + step.draw)
    beyond = "below" if step.below else "above"
    rows.append(
        [f"together ({taken} if {beyond} {plain(step.threshold)})", "", together, "", "", ""]
    )
    return {"title": decided(step, evidence), "note": " ".join(notes), "heads": heads, "rows": rows}
