"""What happened, and what was decided, as sentences; the words of an explanation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from simulation.decisions.bases import TRIGGERS
from simulation.decisions.events import KINDS
from simulation.evidence.catalogue import Catalogue, listed
from simulation.numerics.dates import quarter_name

if TYPE_CHECKING:
    from simulation.decisions.decision import Decision
    from simulation.decisions.events import Happening
    from simulation.explanation.account import Explanation, Step, StepTerm

BODY = "found_body"
_LEGITIMIZE = "legitimize"
_LAWFUL = "{actor} calls the crackdown lawful"
"""What an organization says without deciding on it."""


def sentence(text: str) -> str:
    """A text with a capital letter."""
    return text[:1].upper() + text[1:]


def money(value: float | None) -> str:
    """US$ m with as many digits as say something."""
    if value is None or not math.isfinite(value):
        return "no sum"
    digits = 0 if value >= 100 or value == round(value) else 1 if value >= 10 else 2
    return f"US$ {value:,.{digits}f} m"


def plain(value: float | None, digits: int = 2) -> str:
    """A number with a true minus and no sign on nought; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    text = f"{abs(value):,.{digits}f}"
    return text if value >= 0 or float(text.replace(",", "")) == 0 else f"\u2212{text}"


_SUMS = (" for {money} a year", " of {money}", "{percent} of ")
"""Parts of a sentence that are about one run alone."""


def said(happening: Happening, evidence: Catalogue, *, sums: bool = True) -> str:
    """A row of the log as a sentence, with the names that the evidence gives.

    Args:
        happening: the row.
        evidence: who is called how.
        sums: whether to tell of sums, which differ from run to run.
    """
    kind = KINDS.get(happening.kind)
    text = _LAWFUL if happening.kind == _LEGITIMIZE else kind and kind.event.sentence
    if not text:
        what = happening.kind.removeprefix("event_").replace("_", " ")
        about = [
            evidence.name_of(each) for each in (happening.actor, happening.counterpart) if each
        ]
        return " ".join(["Scripted:", what, *about])
    for part in () if sums else _SUMS:
        text = text.replace(part, "")
    words = evidence.body_called if happening.kind == BODY else evidence.called
    counterpart = evidence.called(happening.counterpart)
    return sentence(
        text.format(
            actor=evidence.called(happening.actor),
            counterpart=counterpart,
            object=words(happening.object),
            money=money(happening.value),
            percent=f"{happening.value:.0%}",
            seat=f", in {counterpart}" if happening.counterpart else "",
            standing="observer" if happening.value < 2 else "full member",
        )
    )


def decided(step: Step, evidence: Catalogue) -> str:
    """A decision as it fell."""
    return sentence(fallen(step.declared, step.actor, step.object, step.happened, evidence))


def fallen(
    declared: Decision[Any], actor: str, thing: str, happened: bool, evidence: Catalogue
) -> str:
    """A decision as it fell, inside a sentence.

    Args:
        declared: the decision.
        actor, thing: who decided, about what.
        happened: whether it was taken.
        evidence: who is called how.
    """
    words = evidence.body_called if declared.name == BODY else evidence.called
    text = declared.decided[0 if happened else 1]
    return text.format(actor=evidence.called(actor), object=words(thing))


def outcome(explanation: Explanation) -> str:
    """What became of the event: what the log says, or the decision on which it failed."""
    evidence = explanation.history.evidence
    if explanation.scripted:
        return f"It is scripted, by the scenario or by what was known. {explanation.scripted}"
    if explanation.decisive is not None:
        return f"{said(explanation.decisive, evidence)}."
    step = explanation.stopped_at or explanation.steps[-1]
    if not step.came_up and step.wanted:
        return f"It did not come to that: {failed(step)}."
    return f"{decided(step, evidence)}."


def what_became(explanation: Explanation) -> list[str]:
    """What became of the event, when it takes effect, and how usual it is, a sentence each."""
    parts = [outcome(explanation)]
    if explanation.fulfilled is not None:
        parts.append(f"It takes effect in {quarter_name(explanation.fulfilled)}.")
    if not explanation.scripted:
        parts.append(
            f"Of {explanation.runs:,} runs it happens in {explanation.share_now:.0%} in that "
            f"quarter and in {explanation.share_ever:.0%} at some time."
        )
    return parts


def failed(step: Step) -> str:
    """What did not hold and would have had to."""
    texts = [f"it does not hold that {words}" for words in unmet(step)]
    return listed(texts)


def unmet(step: Step) -> list[str]:
    """The conditions that did not hold, in words."""
    return [step.declared.words_of(name) for name, holds in step.conditions.items() if not holds]


def triggers(step: Step) -> str:
    """What gave cause for a review."""
    causes = [text for name, text in TRIGGERS.items() if step.facts.get(name)]
    return listed(causes) if causes else "nothing in particular"


def amount(term: StepTerm, value: float | None, digits: int = 2) -> str:
    """A quantity of a term in its own unit."""
    if value is None or not math.isfinite(value):
        return "–"
    if term.measure.unit.startswith("US$"):
        return money(value)
    return plain(value, digits)


def turning(term: StepTerm) -> str:
    """Where a term alone would have turned the decision, if it can get there."""
    if term.turning is None or not math.isfinite(term.turning):
        return "–"
    if not term.reachable:
        return "out of reach"
    digits = 2
    while digits < 6 and amount(term, term.turning, digits) == amount(term, term.quantity, digits):
        digits += 1
    return amount(term, term.turning, digits)


def turns(explanation: Explanation) -> list[str]:
    """What would have turned the event, a sentence for each decision that it hung on."""
    stopped = explanation.stopped_at
    steps = (
        [stopped] if stopped else [step for step in explanation.steps if step.wanted is not None]
    )
    return [sentence(_turn(step, explanation.history.evidence)) for step in steps]


def _turn(step: Step, evidence: Catalogue) -> str:
    """What would have turned one decision."""
    if not step.came_up and not step.wanted:
        return f"{decided(step, evidence)}, since {failed(step)}; {_alone(step)}."
    if not step.came_up:
        return f"{decided(step, evidence)}, since {failed(step)}."
    if step.decision == "take_up":
        return cause_of_review(step)
    far = f"{plain(abs(step.change))} {step.unit}"
    return f"{decided(step, evidence)}, {far} from the other side; {_alone(step)}."


def _alone(step: Step) -> str:
    """Which terms would each have turned a decision alone."""
    within = [
        f"{term.measure.label} at {turning(term)} (was {amount(term, term.quantity)})"
        for term in step.terms
        if term.reachable
    ]
    also = "" if step.came_up else ", and only if that had held as well"
    if not within:
        return "no single term within its bounds would have turned that"
    if len(within) == 1:
        return f"it would have turned beyond {within[0]}{also}"
    return f"it would have turned with any one of these alone: {'; '.join(within)}{also}"


def cause_of_review(step: Step) -> str:
    """What gave cause for a review, and how likely one was with it and without."""
    without = step.term("unprompted").value
    if not step.term("trigger").value:
        taken = "It was taken up all the same." if step.happened else "It was not taken up."
        return f"There was no cause for a review, which was then {without:.1%} likely. {taken}"
    taken = "was taken up" if step.happened else "was not taken up"
    return (
        f"{sentence(triggers(step))} gave cause for a review, which was then {step.chance:.0%} "
        f"likely and {taken}; without a cause it would have been {without:.1%} likely."
    )
