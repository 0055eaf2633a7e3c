"""What the terms of each decision stand for, in which unit, and what chance adds to them.

The rules name the terms (`arrays.Utility`); here each gets a few words, the quantity behind it
in its own unit, and what that quantity can be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, expm1, inf, isfinite, nan, tanh
from typing import Any

import numpy as np

Facts = Mapping[str, float]
MONEY = "US$ m a year"


@dataclass(frozen=True)
class Measure:
    """What a term stands for, and how it reads in its own unit.

    Attributes:
        label: in a few words.
        weight: the parameter by which the quantity is weighed; empty for a constant, which is
            itself a parameter and nothing that could have been otherwise on the day.
        sign: -1 where the quantity speaks against.
        low, high: what the quantity can be.
        also: a second parameter, or a fact of the decision, that multiplies the weight.
        scale: for money, whose term is a logarithm: the parameter or fact that it is measured in.
        unit: its own unit; empty for an index.
    """

    label: str
    weight: str = ""
    sign: int = 1
    low: float = 0.0
    high: float = 1.0
    also: str = ""
    scale: str = ""
    unit: str = ""

    def quantity(self, term: float, weights: Any, facts: Facts) -> float | None:
        """The quantity at which the term has this value; None for a constant.

        Args:
            term: the term in a run.
            weights: the parameters of the run.
            facts: the facts of the decision.
        """
        if not self.weight:
            return None
        slope = self.sign * _number(self.weight, weights, facts)
        if self.also:
            slope *= _number(self.also, weights, facts)
        if not slope:
            return nan
        if self.scale:
            return _number(self.scale, weights, facts) * expm1(min(term / slope, 600.0))
        return term / slope


def _number(name: str, weights: Any, facts: Facts) -> float:
    """A fact of the decision, or a parameter of the run by its key; "1" is one."""
    group, _, key = name.partition(".")
    if key:
        return float(np.asarray(getattr(getattr(weights, group), key)).reshape(-1)[0])
    return 1.0 if name == "1" else facts[name]


_HOST = {
    "habit": Measure("hosting in itself"),
    "rent": Measure("rent", "basing.rent", high=inf, scale="scale", unit=MONEY),
    "threat": Measure("militants × campaign", "basing.threat", also="campaign_base"),
    "affinity": Measure("leaning to the guest", "basing.affinity", low=-1),
    "autonomy": Measure("the guest's weight × dislike of it", "basing.autonomy", -1),
    "blame": Measure("blame of the guest × fear", "basing.blame", -1, high=2),
    "statement": Measure("the bloc's call × stake in it", "basing.statement", -1),
    "rivals": Measure("pressure of the guest's rivals", "basing.rivals", -1),
}
_BELONGING = {
    "base": Measure("belonging in itself"),
    "fear": Measure("fear two quarters back", "organizations.belonging_fear", also="shelters"),
    "affinity": Measure(
        "warmth to the sponsor against 2001", "organizations.belonging_affinity", 1, -2, 2
    ),
    "autonomy": Measure(
        "dependence on it × dislike of that", "organizations.belonging_autonomy", -1
    ),
}

MEASURES: dict[str, dict[str, Measure]] = {
    "propose_base": {
        "worth": Measure("worth of the host", "1", high=inf),
        "pressure": Measure("felt presence of rivals", "basing.proposal_slope"),
    },
    "open_base": _HOST,
    "take_up": {
        "unprompted": Measure("a review without a cause"),
        "trigger": Measure("statement, new government or contract's end"),
    },
    "review": _HOST,
    "visit": {
        "welcome": Measure("a visit in itself"),
        "blame": Measure("blame of the guest × fear", "basing.attendance_blame", -1, high=2),
    },
    "keep_base": {
        **{name: measure for name, measure in _HOST.items() if name != "rent"},
        "offer": Measure(
            "the most the guest would pay", "basing.rent", high=inf, scale="scale", unit=MONEY
        ),
    },
    "unrest": {
        "base": Measure("unrest in itself"),
        "hardship": Measure("hardship", "regime.unrest_hardship"),
        "club": Measure("a club of like regimes", "regime.club_protection", -1),
    },
    "ouster": {
        "base": Measure("a fall in itself"),
        "capacity": Measure("capacity to coerce", "regime.fall_capacity", -1),
        "hardship": Measure("hardship", "regime.fall_hardship"),
    },
    "withhold_aid": {
        "repression": Measure("repression", "patronage.tolerance_slope"),
        "tolerance": Measure("repression overlooked anywhere"),
        "need": Measure(
            "need of the state",
            "patronage.tolerance_slope",
            -1,
            also="patronage.tolerance_need",
        ),
    },
    "deal": {
        "propensity": Measure("a deal in itself"),
        "non_interference": Measure("asks nothing about conduct"),
        "worth": Measure("hydrocarbons to be had"),
    },
    "venture": {
        "resources": Measure("hydrocarbons × thirst", "works.venture_slope", high=inf),
        "stake": Measure("stake held already × those", "works.venture_slope", high=inf),
        "threshold": Measure("worth that it takes"),
    },
    "understanding": {
        "base": Measure("handing over in itself"),
        "goods": Measure(
            "gifts and deals of the last year",
            "patronage.understanding_goods",
            high=inf,
            scale="patronage.understanding_scale",
            unit="US$ m",
        ),
        "exile": Measure("exiles in the country", "patronage.understanding_exile"),
        "fear": Measure("fear", "patronage.understanding_fear"),
        "accountability": Measure("accountability", "patronage.understanding_cost", -1),
    },
    "found_body": {
        "benefit": Measure("use of the body"),
        "spillover": Measure("trade cooperation there already", "organizations.spillover"),
        "threat": Measure("militants and drugs", "organizations.body_threat", high=2),
        "sponsors": Measure("pressure the sponsors feel", "organizations.body_pressure"),
        "autonomy": Measure("dislike of being bound", "organizations.body_autonomy", -1),
        "friction": Measure("quarrels with neighbours", "organizations.body_friction", -1, high=2),
    },
    "statement": {
        "pressure": Measure("pressure the sponsors feel", "organizations.statement_pressure"),
        "fear": Measure("mean fear the campaign does not excuse", "organizations.statement_fear"),
        "objection": Measure(
            "warmest member's leaning to the guest", "organizations.statement_objection", -1
        ),
        "threshold": Measure("reluctance to speak"),
    },
    "admit": {
        "base": Measure("admitting in itself"),
        "maturity": Measure("what the organization has built", "organizations.admission_maturity"),
        "appeal": Measure(
            "gain from each other", "organizations.admission_appeal", also="fraction"
        ),
        "sponsor": Measure("a sponsor's push", "organizations.admission_sponsor", also="fraction"),
        "rivals": Measure("gain against rivals", "organizations.admission_rivals", also="fraction"),
        "bloc": Measure(
            "candidate's distance from the rival", "organizations.admission_bloc", also="fraction"
        ),
        "autonomy": Measure(
            "candidate's dislike of bonds",
            "organizations.admission_autonomy",
            -1,
            also="fraction",
        ),
        "congestion": Measure(
            "members already",
            "organizations.admission_congestion",
            -1,
            high=inf,
            also="fraction",
        ),
        "diversity": Measure(
            "spread of leanings",
            "organizations.admission_diversity",
            -1,
            high=4,
            also="fraction",
        ),
    },
    "join": _BELONGING,
    "leave": _BELONGING,
    "exercise": {"depth": Measure("what it has built", "organizations.exercise_slope")},
    "take_part": {
        "base": Measure("taking part in itself"),
        "affinity": Measure("leaning to the sponsors", "organizations.exercise_affinity", low=-1),
        "threat": Measure("militants", "organizations.exercise_threat"),
        "autonomy": Measure("dislike of being bound", "organizations.exercise_autonomy", -1),
    },
    "found_organization": {
        "rival_depth": Measure("depth of a rival's bloc × rivalry", "organizations.founding_slope"),
    },
    "start_project": {
        "base": Measure("readiness of the project"),
        "worth": Measure("worth of the hosts to the owner", "works.start_worth", high=inf),
        "wealth": Measure("growth of the owner's means", "works.start_wealth", high=inf),
        "friction": Measure("quarrels on the way", "works.start_friction", -1, high=inf),
    },
}
"""Terms by decision, in the order of the rules."""

UNITS = {"visit": "points of a chance", "deal": "log of a chance"}
"""Units of the terms of decisions that are not in logits."""

SCALES = {
    "open_base": "basing.noise",
    "review": "basing.noise",
    "statement": "organizations.statement_noise",
    "admit": "organizations.admission_noise",
    "take_part": "organizations.exercise_noise",
    **dict.fromkeys(
        (
            "exercise",
            "found_organization",
            "ouster",
            "start_project",
            "take_up",
            "understanding",
            "unrest",
            "venture",
        ),
        "1",
    ),
}
"""The parameter that scales the logistic draw of a decision, where it has one."""
SLOPES = {"join": "organizations.belonging_slope", "leave": "organizations.belonging_slope"}
"""The same as the inverse of a slope."""


def measure_of(decision: str, term: str) -> Measure:
    """What a term stands for; one that is not declared here goes by its own name."""
    return MEASURES.get(decision, {}).get(term, Measure(term.replace("_", " ")))


def unit_of(decision: str, terms: Mapping[str, Any]) -> str:
    """The unit in which the terms of a decision are added."""
    return (
        "worth"
        if "worth" in terms and decision == "propose_base"
        else UNITS.get(decision, "logits")
    )


def chance(
    decision: str,
    terms: Mapping[str, Any],
    total: float,
    threshold: float,
    below: bool,
    weights: Any,
) -> float | None:
    """The chance of a decision once it comes up and its terms are known.

    Args:
        decision: its name.
        terms: its terms by name.
        total: what they add up to.
        threshold: what they are held against.
        below: whether it happens below the threshold.
        weights: the parameters of the run.

    Returns:
        The chance, or None where nothing is left to chance, or to many draws at once.
    """
    if decision == "visit":
        return min(max(total, 0.0), 1.0)
    if decision == "deal":
        return min(exp(total), 1.0)
    scale = 0.0
    if decision in SCALES:
        scale = _number(SCALES[decision], weights, {})
    elif decision in SLOPES:
        scale = 1 / _number(SLOPES[decision], weights, {})
    elif decision == "propose_base" and "pressure" in terms:
        scale = 1.0
    if not scale or not isfinite(threshold):
        return None
    return 0.5 * (1 + tanh((threshold - total if below else total - threshold) / scale / 2))
