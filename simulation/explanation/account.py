"""What an explanation holds: the run, the decisions behind an event, their terms, the rents."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from simulation.decisions.decision import Decision, Measure
from simulation.decisions.events import KINDS, EventName, Happening
from simulation.evidence.catalogue import Catalogue
from simulation.numerics.dates import quarter_name

CLOSE = 1e-5
"""Share of a price that the model's precision may take off it."""


@dataclass(frozen=True)
class StepTerm:
    """A term of a decision in the run, beside its mean on either side, and what would turn it.

    Attributes:
        name: what the rule calls it.
        measure: what it stands for.
        value: in the run, in the unit of the decision.
        happened, otherwise: means over runs in which the decision went the one way or the other.
        quantity: in its own unit, None where it has none.
        turning: the quantity beyond which this term alone would have turned the decision.
    """

    name: str
    measure: Measure
    value: float
    happened: float
    otherwise: float
    quantity: float | None
    turning: float | None

    @property
    def reachable(self) -> bool:
        """Whether the turning quantity is one that can be."""
        if self.turning is None or not math.isfinite(self.turning):
            return False
        return self.measure.low <= self.turning <= self.measure.high


@dataclass(frozen=True)
class Step:
    """A decision on the way to the event, as it fell in the run.

    Attributes:
        declared: the decision as it is declared.
        actor, object: who decided, about what.
        wanted: whether the event needed it to happen; None where it may come either way.
        conditions: what else had to hold, and whether it did.
        facts: quantities that belong to it and are no terms.
        member: on whom it hung, where members decide together.
        terms: the named terms.
        draw, threshold: what chance added, and what terms and draw were held against.
        happened: whether it did.
        chance: of its happening, once it came up and its terms were known; None without chance.
        runs_happened, runs_otherwise: how many runs the means are over.
        pooled: whether those are of all quarters, since too few decided in the same one.
    """

    declared: Decision[Any]
    actor: str
    object: str
    wanted: bool | None
    conditions: dict[str, bool]
    facts: dict[str, float]
    member: str
    terms: tuple[StepTerm, ...]
    draw: float
    threshold: float
    happened: bool
    chance: float | None
    runs_happened: int
    runs_otherwise: int
    pooled: bool

    @property
    def decision(self) -> str:
        """What was decided, by name."""
        return self.declared.name

    @property
    def below(self) -> bool:
        """Whether it happens below the threshold."""
        return self.declared.below

    @property
    def unit(self) -> str:
        """The unit of terms, draw and threshold."""
        return self.declared.unit

    @property
    def came_up(self) -> bool:
        """Whether everything held that has to hold for the terms to decide."""
        return all(self.conditions.values())

    @cached_property
    def total(self) -> float:
        """The terms together."""
        return sum(term.value for term in self.terms)

    @property
    def change(self) -> float:
        """What any single term would have had to gain for the other side; beyond it, it turns."""
        return self.threshold - (self.total + self.draw)

    @property
    def as_wanted(self) -> bool:
        """Whether it fell as the event needs it."""
        return self.wanted is None or self.happened is self.wanted

    def term(self, name: str) -> StepTerm:
        """A term by name."""
        return next(term for term in self.terms if term.name == name)

    def turned_by(self, name: str, value: float) -> bool:
        """Whether the decision goes the other way with another value of one term."""
        total = sum(value if term.name == name else term.value for term in self.terms)
        missing = self.threshold - (total + self.draw)
        happens = missing > 0 if self.below else missing < 0
        return (self.came_up and happens) is not self.happened


@dataclass(frozen=True)
class Bargain:
    """The rents of a review, US$ m a year.

    Attributes:
        rent: what was paid.
        content: the rent at which the host would just have been content.
        price: what a dissatisfied host asks for; None where it was content or no rent would do.
        reservation: the most that the guest would have paid; None where it was not asked.
        visited: whether an envoy of the guest came and was received; None where none was due.
    """

    rent: float
    content: float
    price: float | None
    reservation: float | None
    visited: bool | None


@dataclass(frozen=True)
class RunHistory:
    """Everything that happened in a run.

    Attributes:
        scenario, title: what was run.
        run, seed: which of its runs.
        source: where its numbers came from, in a word.
        happenings: what happened, in order.
        evidence: how those in it are called.
    """

    scenario: str
    title: str
    run: int
    seed: int
    source: str
    happenings: tuple[Happening, ...]
    evidence: Catalogue = field(repr=False, compare=False)

    def listed(self) -> str:
        """The quarter in which each thing first happened, its name, and how often: a line each."""
        when: dict[str, list[int]] = {}
        for happening in self.happenings:
            if happening.name is not None:
                when.setdefault(str(happening.name), []).append(happening.quarter)
        lines = [f"  in run {self.run} of {self.scenario} happened:"]
        for name, quarters in when.items():
            times = len(set(quarters))
            often = f", {times} times until {quarter_name(quarters[-1])}" if times > 1 else ""
            lines.append(f"    {quarter_name(quarters[0])}  {name}{often}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Explanation:
    """Why an event happened in a run, or did not.

    Attributes:
        history: the run.
        event: what was asked about.
        quarter: when it was decided.
        happened: whether it happened then.
        fulfilled: the quarter in which it took effect, where that is later; else None.
        steps: the decisions on the way, in order.
        scripted: the day and the reason, where the scenario scripts it.
        again: other quarters of the run in which the same happened.
        runs: how many runs are averaged.
        share_now, share_ever: in what share of them it happened in that quarter, and ever.
    """

    history: RunHistory
    event: EventName
    quarter: int
    happened: bool
    fulfilled: int | None
    steps: tuple[Step, ...]
    scripted: str
    again: tuple[int, ...]
    runs: int
    share_now: float
    share_ever: float

    def step(self, decision: str) -> Step | None:
        """A decision of the chain by name, if it came to that."""
        return next((step for step in self.steps if step.decision == decision), None)

    @property
    def decisive(self) -> Happening | None:
        """The row of the log that says it was decided, if it was."""
        kind = KINDS[self.event.kind].decided_as
        for each in self.history.happenings:
            if each.quarter == self.quarter and each.is_a(self.event, kind):
                return each
        return None

    @property
    def stopped_at(self) -> Step | None:
        """The decision at which the event failed, if it failed."""
        return next((step for step in self.steps if not step.as_wanted), None)

    @property
    def bargain(self) -> Bargain | None:
        """The rents, where a base was reviewed."""
        review, kept, visit = (self.step(each) for each in ("review", "keep_base", "visit"))
        if review is None or not review.came_up:
            return None
        rent, content = review.facts["rent"], review.term("rent").turning or 0.0
        if kept is None or visit is None or not review.happened:
            return Bargain(rent, max(content, 0.0), None, None, None)
        price, just = kept.facts["price"], kept.term("offer").turning or 0.0
        capped = price < just * (1 - CLOSE)
        return Bargain(
            rent=rent,
            content=max(content, 0.0),
            price=None if capped else price,
            reservation=kept.facts["reservation"],
            visited=visit.happened,
        )
