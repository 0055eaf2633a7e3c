"""What can be explained: events and the decisions behind them, terms and their own units.

An event such as `close_base:manas` is the end of a chain of decisions; each decision is a sum of
named terms that the agents hand over (`World.explain`). Here stands what those names mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from simulation.errors import Problem, Problems, did_you_mean, nearest

Facts = Mapping[str, float]

KINDS: dict[str, tuple[str, str]] = {
    "open_base": ("object", ""),
    "review": ("object", ""),
    "keep_base": ("object", ""),
    "serve_notice": ("object", ""),
    "close_base": ("object", ""),
    "withhold_aid": ("counterpart", "actor"),
    "deal": ("counterpart", "actor"),
    "venture": ("counterpart", "actor"),
    "understanding": ("actor", "counterpart"),
    "found_body": ("object", "actor"),
    "statement": ("actor", ""),
    "admit": ("counterpart", "actor"),
    "join": ("actor", "counterpart"),
    "leave": ("actor", "counterpart"),
    "exercise": ("actor", ""),
    "take_part": ("actor", "counterpart"),
    "stay_out": ("actor", "counterpart"),
    "found_organization": ("object", ""),
    "start_project": ("object", ""),
    "open_project": ("object", ""),
    "ouster": ("actor", ""),
    "crackdown": ("actor", ""),
}
"""Events with a decision behind them: which columns of the log name them."""
PAIRED = frozenset({"deal", "join", "leave", "stay_out", "take_part", "venture"})
"""Events whose short name would fit several at once."""


@dataclass(frozen=True)
class EventName:
    """An event by name: its kind, what it is about, and, where that is not enough, with whom."""

    kind: str
    main: str
    second: str = ""

    def __str__(self) -> str:
        more = [self.second] if self.second and self.kind in PAIRED else []
        return ":".join([self.kind, self.main, *more])


@dataclass(frozen=True)
class Happening:
    """Something that happened in a run: a row of the log."""

    quarter: int
    phase: str
    kind: str
    actor: str
    counterpart: str
    object: str
    value: float

    @property
    def name(self) -> EventName | None:
        """Its name, or None where no decision is behind it."""
        if self.kind not in KINDS:
            return None
        main, second = KINDS[self.kind]
        return EventName(self.kind, getattr(self, main), getattr(self, second) if second else "")


@dataclass(frozen=True)
class Link:
    """A decision in the chain behind an event.

    Attributes:
        decision: what the agents call it.
        wanted: whether the event needs it to happen; None where the event may come either way.
        about: which part of the event's name it is about: "main", "second" or "both".
    """

    decision: str
    wanted: bool | None = True
    about: str = "both"


_REVIEW = (Link("take_up"), Link("review"))
_TROUBLE = Link("unrest", about="main")
_NOTICE = (*_REVIEW, Link("visit", None), Link("keep_base", False))

CHAINS: dict[str, tuple[Link, ...]] = {
    "open_base": (Link("propose_base"), Link("open_base")),
    "review": _REVIEW,
    "keep_base": (*_REVIEW, Link("visit"), Link("keep_base")),
    "serve_notice": _NOTICE,
    "close_base": _NOTICE,
    "ouster": (_TROUBLE, Link("ouster")),
    "crackdown": (_TROUBLE, Link("ouster", False)),
    "take_part": (Link("exercise", about="second"), Link("take_part")),
    "stay_out": (Link("exercise", about="second"), Link("take_part", False)),
    "open_project": (Link("start_project"),),
    **{
        kind: (Link(kind),)
        for kind in (
            "withhold_aid", "deal", "venture", "understanding", "found_body", "statement",
            "admit", "join", "leave", "exercise", "found_organization", "start_project",
        )
    },
}  # fmt: skip
"""The decisions behind each kind of event, in the order in which they are taken."""


@dataclass(frozen=True)
class Measure:
    """What a term stands for, and how it reads in its own unit.

    Attributes:
        label: in a few words.
        unit: its own unit; empty for an index.
        of: the quantity behind a term, from the term, the weights and the facts of the decision;
            None for a constant, which is a parameter and nothing that could have been otherwise.
        low, high: what the quantity can be.
    """

    label: str
    unit: str = ""
    of: Callable[[float, Any, Facts], float] | None = None
    low: float = -inf
    high: float = inf

    def quantity(self, term: float, weights: Any, facts: Facts) -> float | None:
        """The quantity at which the term would have this value; None where there is none."""
        return None if self.of is None else self.of(term, weights, facts)


def number(weight: Any) -> float:
    """A weight in a single run."""
    return float(np.asarray(weight).reshape(-1)[0])


def index(
    label: str, slope: Callable[[Any, Facts], Any], low: float = 0, high: float = 1
) -> Measure:
    """A quantity of which the term is a multiple."""

    def of(term: float, weights: Any, facts: Facts) -> float:
        per = number(slope(weights, facts))
        return term / per if per else float("nan")

    return Measure(label, "", of, low, high)


def money(label: str, slope: Callable[[Any], Any], scale: Callable[[Any, Facts], Any]) -> Measure:
    """US$ m a year, of which the term is a logarithm."""

    def of(term: float, weights: Any, facts: Facts) -> float:
        return number(scale(weights, facts)) * float(np.expm1(term / number(slope(weights))))

    return Measure(label, "US$ m a year", of, 0, inf)


def chance_of(label: str) -> Measure:
    """A chance of which the term is the logarithm."""
    return Measure(label, "", lambda term, weights, facts: float(np.exp(term)), 0, 1)


_HOST = {
    "habit": Measure("hosting in itself"),
    "rent": money("rent", lambda w: w.basing.rent, lambda w, f: f["scale"]),
    "threat": index("militants × campaign", lambda w, f: w.basing.threat * f["campaign_base"]),
    "affinity": index("leaning to the guest", lambda w, f: w.basing.affinity, -1),
    "autonomy": index("the guest's weight, disliked", lambda w, f: -w.basing.autonomy),
    "blame": index("blame of the guest × fear", lambda w, f: -w.basing.blame, 0, 2),
    "statement": index("the bloc's call × stake in it", lambda w, f: -w.basing.statement),
    "rivals": index("pressure of the guest's rivals", lambda w, f: -w.basing.rivals),
}  # fmt: skip
_BELONGING = {
    "base": Measure("belonging in itself"),
    "fear": index("fear, two quarters back", lambda w, f: w.organizations.belonging_fear * f["shelters"]),
    "affinity": index("warmer to the sponsor than in 2001", lambda w, f: w.organizations.belonging_affinity, -2, 2),
    "autonomy": index("more dependent on it, disliked", lambda w, f: -w.organizations.belonging_autonomy),
}  # fmt: skip

MEASURES: dict[str, dict[str, Measure]] = {
    "propose_base": {
        "worth": index("worth of the host", lambda w, f: 1.0, 0, inf),
        "pressure": index("felt presence of rivals", lambda w, f: w.basing.proposal_slope),
    },
    "open_base": _HOST,
    "take_up": {
        "unprompted": Measure("a review without a cause"),
        "trigger": Measure("statement, new government or contract's end"),
    },
    "review": _HOST,
    "visit": {
        "welcome": Measure("a visit in itself"),
        "blame": index("blame of the guest × fear", lambda w, f: -w.basing.attendance_blame, 0, 2),
    },
    "keep_base": {
        **{name: measure for name, measure in _HOST.items() if name != "rent"},
        "offer": money("the most the guest would pay", lambda w: w.basing.rent, lambda w, f: f["scale"]),
    },
    "unrest": {
        "base": Measure("unrest in itself"),
        "hardship": index("hardship", lambda w, f: w.regime.unrest_hardship),
        "club": index("a club of like regimes", lambda w, f: -w.regime.club_protection),
    },
    "ouster": {
        "base": Measure("a fall in itself"),
        "capacity": index("capacity to coerce", lambda w, f: -w.regime.fall_capacity),
        "hardship": index("hardship", lambda w, f: w.regime.fall_hardship),
    },
    "withhold_aid": {
        "repression": index("repression", lambda w, f: w.patronage.tolerance_slope),
        "tolerance": Measure("repression overlooked anywhere"),
        "need": index(
            "need of the state, which buys patience",
            lambda w, f: -w.patronage.tolerance_slope * w.patronage.tolerance_need,
        ),
    },
    "deal": {
        "propensity": Measure("a deal in itself"),
        "non_interference": chance_of("asks nothing about conduct"),
        "worth": chance_of("hydrocarbons to be had"),
    },
    "venture": {
        "resources": index("hydrocarbons × thirst", lambda w, f: w.works.venture_slope, 0, inf),
        "stake": index("stake held already × those", lambda w, f: w.works.venture_slope, 0, inf),
        "threshold": Measure("worth it takes"),
    },
    "understanding": {
        "base": Measure("handing over in itself"),
        "goods": money(
            "gifts and deals of the last year",
            lambda w: w.patronage.understanding_goods,
            lambda w, f: w.patronage.understanding_scale,
        ),
        "exile": index("exiles in the country", lambda w, f: w.patronage.understanding_exile),
        "fear": index("fear", lambda w, f: w.patronage.understanding_fear),
        "accountability": index("accountability", lambda w, f: -w.patronage.understanding_cost),
    },
    "found_body": {
        "benefit": Measure("use of the body"),
        "spillover": index("trade cooperation there already", lambda w, f: w.organizations.spillover),
        "threat": index("militants and drugs", lambda w, f: w.organizations.body_threat, 0, 2),
        "sponsors": index("pressure the sponsors feel", lambda w, f: w.organizations.body_pressure),
        "autonomy": index("dislike of being bound", lambda w, f: -w.organizations.body_autonomy),
        "friction": index("quarrels with neighbours", lambda w, f: -w.organizations.body_friction, 0, 2),
    },
    "statement": {
        "pressure": index("pressure the sponsors feel", lambda w, f: w.organizations.statement_pressure),
        "fear": index("mean fear, less what the campaign excuses", lambda w, f: w.organizations.statement_fear),
        "objection": index("warmest member's leaning to the guest", lambda w, f: -w.organizations.statement_objection),
        "threshold": Measure("reluctance to speak"),
    },
    "admit": {
        "base": Measure("admitting in itself"),
        "appeal": index("gain from each other", lambda w, f: f["fraction"] * w.organizations.admission_appeal),
        "sponsor": index("a sponsor's push", lambda w, f: f["fraction"] * w.organizations.admission_sponsor),
        "rivals": index("gain against rivals", lambda w, f: f["fraction"] * w.organizations.admission_rivals),
        "bloc": index("distance from the rival", lambda w, f: f["fraction"] * w.organizations.admission_bloc),
        "autonomy": index("candidate's dislike of bonds", lambda w, f: -f["fraction"] * w.organizations.admission_autonomy),
        "congestion": index("members already", lambda w, f: -f["fraction"] * w.organizations.admission_congestion, 0, inf),
        "diversity": index("spread of leanings", lambda w, f: -f["fraction"] * w.organizations.admission_diversity, 0, 4),
    },
    "join": _BELONGING,
    "leave": _BELONGING,
    "exercise": {"depth": index("what it has built", lambda w, f: w.organizations.exercise_slope)},
    "take_part": {
        "base": Measure("taking part in itself"),
        "affinity": index("leaning to the sponsors", lambda w, f: w.organizations.exercise_affinity, -1),
        "threat": index("militants", lambda w, f: w.organizations.exercise_threat),
        "autonomy": index("dislike of being bound", lambda w, f: -w.organizations.exercise_autonomy),
    },
    "found_organization": {
        "rival_depth": index("depth of a rival's bloc × rivalry", lambda w, f: w.organizations.founding_slope),
    },
    "start_project": {
        "base": Measure("readiness of the project"),
        "worth": index("worth of the hosts to the owner", lambda w, f: w.works.start_worth, 0, inf),
        "wealth": index("growth of the owner's means", lambda w, f: w.works.start_wealth, 0, inf),
        "friction": index("quarrels on the way", lambda w, f: -w.works.start_friction, 0, 9),
    },
}  # fmt: skip
"""Terms by decision: what each stands for."""

SCALES: dict[str, Callable[[Any], Any]] = {
    "open_base": lambda w: w.basing.noise,
    "review": lambda w: w.basing.noise,
    "statement": lambda w: w.organizations.statement_noise,
    "admit": lambda w: w.organizations.admission_noise,
    "take_part": lambda w: w.organizations.exercise_noise,
    "join": lambda w: 1 / np.asarray(w.organizations.belonging_slope),
    "leave": lambda w: 1 / np.asarray(w.organizations.belonging_slope),
    **dict.fromkeys(
        (
            "exercise", "found_organization", "ouster", "propose_base", "start_project",
            "take_up", "understanding", "unrest", "venture",
        ),
        lambda w: 1.0,
    ),
}  # fmt: skip
"""Scale of the logistic draw of a decision, where it has one."""
PLAIN_CHANCE = {
    "visit": lambda total: min(max(total, 0.0), 1.0),
    "deal": lambda total: np.exp(total),
}
"""Decisions whose chance is not logistic: the chance from the sum of their terms."""
UNITS = {"visit": "chance", "deal": "log of a chance", "propose_base": "worth or logit"}
"""Units of terms that are not logits."""


def chance(
    decision: str, total: float, threshold: float, below: bool, weights: Any
) -> float | None:
    """The chance of a decision once it comes up and its terms are known."""
    if decision in PLAIN_CHANCE:
        return float(PLAIN_CHANCE[decision](total))
    scale = number(SCALES[decision](weights)) if decision in SCALES else 0.0
    if not scale or not np.isfinite(threshold):
        return None
    return float(0.5 * (1 + np.tanh((-1 if below else 1) * (total - threshold) / scale / 2)))


def possible_events(axes: Any) -> list[EventName]:
    """Every event that can be asked about in a world with these axes."""
    found = [
        EventName(kind, base)
        for kind in ("open_base", "review", "keep_base", "serve_notice", "close_base")
        for base in axes.installation
    ]
    for kind in ("withhold_aid", "deal", "venture", "understanding"):
        found += [EventName(kind, state, power) for state in axes.region for power in axes.power]
    found += [EventName("found_body", body, organization) for organization, body in axes.body]
    for kind in ("statement", "exercise", "found_organization"):
        found += [EventName(kind, organization) for organization in axes.organization]
    for kind in ("admit", "join", "leave", "take_part", "stay_out"):
        found += [EventName(kind, state, o) for state in axes.state for o in axes.organization]
    for kind in ("start_project", "open_project"):
        found += [EventName(kind, project) for project in axes.project]
    for kind in ("ouster", "crackdown"):
        found += [EventName(kind, state) for state in axes.region]
    return found


def events_named(text: str, possible: Iterable[EventName], happened: str) -> list[EventName]:
    """The events that a name fits; `join:uzbekistan` fits one for each organization.

    Args:
        text: the name, as kind:object or kind:object:counterpart.
        possible: what can be asked about.
        happened: what happened in the run, to be told with an unknown name.

    Raises:
        Problems: it fits none.
    """
    kind, *rest = text.split(":")
    known = list(possible)
    fitting = [
        each
        for each in known
        if kind == each.kind and rest in ([each.main], [each.main, each.second])
    ]
    if fitting:
        return fitting
    hint = did_you_mean(text, _spellings(known))
    if kind not in KINDS:
        close = nearest(kind, KINDS)
        if close:
            hint = f"did you mean '{':'.join([close, *rest])}'?"
        elif not hint:
            hint = f"kinds of event are {', '.join(KINDS)}"
    elif not hint:
        mains = dict.fromkeys(each.main for each in known if each.kind == kind)
        hint = f"write {kind}: and one of {', '.join(mains)}"
    raise Problems([Problem("--event", None, f"no event '{text}'", f"{hint}\n{happened}")])


def _spellings(names: Iterable[EventName]) -> list[str]:
    """Names in short and in full."""
    found = []
    for each in names:
        found.append(f"{each.kind}:{each.main}")
        if each.second:
            found.append(f"{each.kind}:{each.main}:{each.second}")
    return list(dict.fromkeys(found))
