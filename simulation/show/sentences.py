"""What happened, and what was decided, as sentences; the words of an explanation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulation.numerics.dates import quarter_name
from simulation.show.figures.style import name_of
from simulation.show.messages import listed

if TYPE_CHECKING:
    from simulation.decisions.chains import Happening
    from simulation.explanation.account import Explanation, Step, Term

CALLED = {
    "united_states": "the United States",
    "sco": "the SCO",
    "csto": "the CSTO",
    "pfp": "the Partnership for Peace",
    "central_asia_plus_japan": "the dialogue Central Asia plus Japan",
    "atasu_alashankou": "the pipeline from Atasu to Alashankou",
    "khorgos": "the zone at Khorgos",
    "andijan_osh_kashgar": "the corridor from Andijan over Osh to Kashgar",
    "tajikistan_karakorum": "the corridor from Tajikistan to the Karakorum",
    "gwadar": "the port of Gwadar",
    "petrokazakhstan": "the purchase of PetroKazakhstan",
    "buyers_credit_2004": "the buyers' credit of 2004",
    "energy_deal_2005": "the energy deal of 2005",
    "training_fund": "the training fund",
    "anti_terrorist_structure": "anti-terrorist structure",
}
"""Names within a sentence, where they differ from those on their own."""
BODY = "found_body"

HAPPENED = {
    "open_base": "{actor} opens {object} to {counterpart} for {money} a year",
    "review": "{actor} is dissatisfied with its guest at {object}, {counterpart}",
    "keep_base": "{actor} keeps {object} for {money} a year",
    "serve_notice": "{actor} serves {counterpart} notice at {object}",
    "close_base": "{actor} leaves {object}",
    "withhold_aid": "{actor} withholds {percent} of its aid to {counterpart}",
    "deal": "{actor} signs a deal of {money} with {counterpart}",
    "venture": "{actor} enters an energy venture in {counterpart}",
    "understanding": "{actor} agrees with {counterpart} to hand over exiles",
    BODY: "{actor} founds its {object}{seat}",
    "statement": "{actor} calls on outside powers to name a day for leaving",
    "admit": "{actor} admits {counterpart} as {standing}",
    "join": "{actor} joins {counterpart}",
    "leave": "{actor} leaves {counterpart}",
    "exercise": "{actor} holds an exercise",
    "take_part": "{actor} takes part in the exercise of {counterpart}",
    "stay_out": "{actor} stays out of the exercise of {counterpart}",
    "found_organization": "{actor} founds {object}",
    "start_project": "{actor} begins {object}",
    "open_project": "{object} is open",
    "ouster": "the government of {actor} falls",
    "crackdown": "the government of {actor} cracks down",
    "legitimize": "{actor} calls the crackdown lawful",
}
"""Each kind of row of the log as a sentence."""

DECIDED = {
    "propose_base": ("{actor} asks for {object}", "{actor} does not ask for {object}"),
    "open_base": ("{actor} agrees to {object}", "{actor} declines {object}"),
    "take_up": (
        "{actor} reviews its guest at {object}",
        "{actor} does not review its guest at {object}",
    ),
    "review": (
        "{actor} is dissatisfied with its guest at {object}",
        "{actor} is content with its guest at {object}",
    ),
    "visit": (
        "an envoy of {actor} comes and is received",
        "no envoy of {actor} comes and is received",
    ),
    "keep_base": (
        "{actor} pays the price to stay at {object}",
        "{actor} does not pay the price to stay at {object}",
    ),
    "unrest": ("unrest breaks out in {actor}", "{actor} stays quiet"),
    "ouster": ("the government of {actor} falls", "the government of {actor} holds"),
    "withhold_aid": (
        "{actor} withholds aid from {object} and says so",
        "{actor} announces no withholding of aid from {object}",
    ),
    "deal": ("{actor} signs a deal with {object}", "{actor} signs no deal with {object}"),
    "venture": (
        "{actor} enters an energy venture in {object}",
        "{actor} enters no energy venture in {object}",
    ),
    "understanding": (
        "{actor} agrees with {object} to hand over exiles",
        "{actor} does not agree with {object} to hand over exiles",
    ),
    BODY: ("{actor} founds its {object}", "{actor} does not found its {object}"),
    "statement": (
        "{actor} calls on outside powers to name a day for leaving",
        "{actor} does not call on outside powers to leave",
    ),
    "admit": ("{actor} admits {object}", "{actor} does not admit {object}"),
    "join": ("{actor} joins {object}", "{actor} does not join {object}"),
    "leave": ("{actor} leaves {object}", "{actor} does not leave {object}"),
    "exercise": ("{actor} holds an exercise", "{actor} holds no exercise"),
    "take_part": (
        "{actor} takes part in the exercise of {object}",
        "{actor} stays out of the exercise of {object}",
    ),
    "found_organization": ("{actor} founds {object}", "{actor} does not found {object}"),
    "start_project": ("{actor} begins {object}", "{actor} does not begin {object}"),
}
"""Each decision as a sentence: when it is taken, and when it is not."""

EITHER_WAY = {
    "propose_base": ("asked", "did not ask"),
    "open_base": ("agreed", "declined"),
    "take_up": ("reviewed", "did not"),
    "review": ("dissatisfied", "content"),
    "visit": ("received", "not received"),
    "keep_base": ("paid", "did not pay"),
    "unrest": ("unrest", "quiet"),
    "ouster": ("fell", "held"),
    "withhold_aid": ("withheld", "did not"),
    "deal": ("signed", "did not sign"),
    "venture": ("entered", "did not"),
    "understanding": ("agreed", "declined"),
    BODY: ("founded", "not founded"),
    "statement": ("spoke", "kept silent"),
    "admit": ("admitted", "not admitted"),
    "join": ("joined", "stayed out"),
    "leave": ("left", "stayed"),
    "exercise": ("held", "not held"),
    "take_part": ("took part", "stayed out"),
    "found_organization": ("founded", "not founded"),
    "start_project": ("begun", "not begun"),
}
"""Each decision in a word or two: when it is taken, and when it is not."""

CONDITIONS = {
    "asked": "the host was asked",
    "at_war": "the campaign was under way",
    "called": "an exercise was called",
    "crackdown": "the regime had cracked down",
    "free": "there was no base yet",
    "holds": "the organization holds exercises",
    "in_use": "the base was in use",
    "member": "it was a member",
    "missing": "it did not exist yet",
    "none_yet": "there was no understanding yet",
    "occasion": "an occasion arose",
    "open_to": "the organization was open to it",
    "outside": "it was not a full member already",
    "outsiders": "a power from outside had a base there",
    "may_speak": "the organization speaks on such matters",
    "partner": "the candidate with whom it comes as a package was admitted too",
    "prepared": "the bodies that have to come before stood",
    "reviewed": "a review was taken up",
    "seeks": "the power was looking for a base",
    "served": "it had been an observer for long enough",
    "summit": "a summit was held",
    "trusted": "the owner's organization had built enough",
    "unbarred": "no sanctions barred it",
    "under_review": "the host was dissatisfied",
    "unrest": "there was unrest",
    "unscripted": "the scenario left the decision open",
    "visited": "an envoy came and was received",
    "waiting": "it was still to be begun",
}
"""What has to hold for a decision to come up."""

TRIGGERS = {
    "statement": "a bloc's statement",
    "new_government": "a new government",
    "contract_end": "the end of the contract",
}


def called(identifier: str) -> str:
    """A name within a sentence."""
    return CALLED.get(identifier, name_of(identifier))


def body(identifier: str) -> str:
    """A body of an organization within a sentence."""
    return CALLED.get(identifier, identifier.replace("_", " "))


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


def said(happening: Happening) -> str:
    """A row of the log as a sentence."""
    if happening.kind not in HAPPENED:
        what = happening.kind.removeprefix("event_").replace("_", " ")
        about = [name_of(each) for each in (happening.actor, happening.counterpart) if each]
        return " ".join(["Scripted:", what, *about])
    words = body if happening.kind == BODY else called
    counterpart = called(happening.counterpart)
    return sentence(
        HAPPENED[happening.kind].format(
            actor=called(happening.actor),
            counterpart=counterpart,
            object=words(happening.object),
            money=money(happening.value),
            percent=f"{happening.value:.0%}",
            seat=f", in {counterpart}" if happening.counterpart else "",
            standing="observer" if happening.value < 2 else "full member",
        )
    )


def decided(step: Step) -> str:
    """A decision as it fell."""
    words = body if step.decision == BODY else called
    text = DECIDED[step.decision][0 if step.happened else 1]
    return sentence(text.format(actor=called(step.actor), object=words(step.object)))


def outcome(explanation: Explanation) -> str:
    """What became of the event: what the log says, or the decision on which it failed."""
    if explanation.scripted:
        return f"It is scripted, by the scenario or by what was known. {explanation.scripted}"
    if explanation.decisive is not None:
        return f"{said(explanation.decisive)}."
    step = explanation.stopped_at or explanation.steps[-1]
    if not step.came_up and step.wanted:
        return f"It did not come to that: {failed(step)}."
    return f"{decided(step)}."


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
    texts = [
        f"it does not hold that {CONDITIONS.get(name, name)}"
        for name, holds in step.conditions.items()
        if not holds
    ]
    return listed(texts)


def triggers(step: Step) -> str:
    """What gave cause for a review."""
    causes = [text for name, text in TRIGGERS.items() if step.facts.get(name)]
    return listed(causes) if causes else "nothing in particular"


def amount(term: Term, value: float | None, digits: int = 2) -> str:
    """A quantity of a term in its own unit."""
    if value is None or not math.isfinite(value):
        return "–"
    if term.measure.unit.startswith("US$"):
        return money(value)
    return plain(value, digits)


def turning(term: Term) -> str:
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
    return [sentence(_turn(step)) for step in steps]


def _turn(step: Step) -> str:
    """What would have turned one decision."""
    if not step.came_up and not step.wanted:
        return f"{decided(step)}, since {failed(step)}; {_alone(step)}."
    if not step.came_up:
        return f"{decided(step)}, since {failed(step)}."
    if step.decision == "take_up":
        return cause_of_review(step)
    far = f"{plain(abs(step.change))} {step.unit}"
    return f"{decided(step)}, {far} from the other side; {_alone(step)}."


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
    without = 1 / (1 + math.exp(-step.term("unprompted").value))
    if not step.term("trigger").value:
        taken = "It was taken up all the same." if step.happened else "It was not taken up."
        return f"There was no cause for a review, which was then {without:.1%} likely. {taken}"
    taken = "was taken up" if step.happened else "was not taken up"
    return (
        f"{sentence(triggers(step))} gave cause for a review, which was then {step.chance:.0%} "
        f"likely and {taken}; without a cause it would have been {without:.1%} likely."
    )
