"""What a decision is: one declaration from which it is taken, kept, read out and told.

The chance that decides is computed from the same named sum that is read out. To add a term, add it
to the rule and to the declaration; where one of them lacks it, the package cannot be imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, expm1, isfinite, nan, tanh
from typing import Generic, TypeVar, cast

import numpy as np

from simulation.decisions.cases import Case
from simulation.numerics.arrays import (
    Array,
    Mask,
    Term,
    Utility,
    rows_with,
    some,
    term_names,
)
from simulation.numerics.dates import season_of
from simulation.parameters.weights import Weights, declares
from simulation.rules import choice, organizations
from simulation.scenario.plugins import numbers_being_added
from simulation.world.deliberation import Deliberation
from simulation.world.situation import Situation
from simulation.world.world import LAYOUT, ArrayName, LoggedKind

C = TypeVar("C", bound=Case)
_V = TypeVar("_V", bound=Array | Mask | float)
Facts = Mapping[str, float]
LOGITS = "logits"
_SURE = 600.0
"""A logarithm beyond which an exponential is as good as infinite."""


class Undeclared(TypeError):
    """A declaration lacks a part, or names one that there is not."""


@dataclass(frozen=True)
class Measure:
    """What a term stands for, and how it reads in its own unit.

    Attributes:
        label: in a few words: the input that would turn the decision.
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

    def quantity(self, term: float, weights: Weights, facts: Facts) -> float | None:
        """The quantity at which the term has this value; None for a constant.

        Args:
            term: the term in a run.
            weights: the parameters of the run.
            facts: the facts of the decision.
        """
        if not self.weight:
            return None
        slope = self.sign * number_named(self.weight, weights, facts)
        if self.also:
            slope *= number_named(self.also, weights, facts)
        if not slope:
            return nan
        if self.scale:
            return number_named(self.scale, weights, facts) * expm1(min(term / slope, _SURE))
        return term / slope


def number_named(name: str, weights: Weights, facts: Facts) -> float:
    """A fact of the decision, or a parameter of the run by its key; "1" is one."""
    if "." in name:
        return float(np.asarray(weights.by_key(name)).reshape(-1)[0])
    return 1.0 if name == "1" else facts[name]


# -- what has to hold --------------------------------------------------------------------------


@dataclass(frozen=True)
class Condition(Generic[C]):
    """Something that has to hold for a decision to come up.

    Attributes:
        name: what the record calls it.
        words: as a clause that follows "it does not hold that".
        holds: the runs in which it does; None where it does not concern the case.
        gate: whether nobody is asked at all, and nothing is kept, where it holds in no run.
        told: whether it is kept for reading.
    """

    name: str
    words: str
    holds: Callable[[C], Mask | None]
    gate: bool = False
    told: bool = True


# -- what chance adds --------------------------------------------------------------------------


@dataclass(frozen=True)
class Luck(Generic[C]):
    """What chance has to do with a decision: here the odds that its terms give.

    Attributes:
        purpose: what the draw is for; a part of its name. "{body}" stands for what the case says.
        by: whose names the draw bears, as attributes of the case; by default who and about.
        slope: how many logits a unit of the terms is worth; 1 if None.
        most: the chance that an occasion arises at all; always if None.
        occasion: what that is called, and its words.
    """

    purpose: str
    by: tuple[str, ...] = ()
    slope: str = ""
    most: Callable[[C], Array] | None = None
    occasion: tuple[str, str] = ("", "")

    def drawn(self, it: C, about: tuple[str, ...]) -> Array:
        """The draws of the case, of shape (runs,), or with a row each."""
        return it.on.uniform(it.stream(self.by or about), self.named(it))

    def named(self, it: C) -> str:
        """What the draw is for, of a case."""
        return self.purpose.format_map(it.names()) if "{" in self.purpose else self.purpose

    def reached(self, it: C, total: Array, bar: Term, side: int, drawn: Array) -> Mask:
        """Where terms and draw reach the threshold."""
        beyond = choice.margin(total, bar) if side > 0 else choice.margin(bar, total)
        if self.slope:
            beyond = choice.weighed_alike(beyond, it.weights.by_key(self.slope))
        chance = choice.chance(beyond)
        if self.most is not None:
            chance = choice.of_occasions(chance, self.most(it))
        reached: Mask = drawn < chance
        return reached

    def arises(self, it: C, drawn: Array) -> Mask | None:
        """Where the occasion arises; None where none is needed."""
        return None if self.most is None else drawn < self.most(it)

    def never(self, it: C) -> bool:
        """Whether no occasion can arise in any run."""
        return self.most is not None and not some(self.most(it))

    def read(self, it: C, drawn: Array, side: int) -> Array:
        """The draw in the unit of the terms, so that terms and draw are held against the bar."""
        if self.most is not None:
            most = self.most(it)
            drawn = choice.drawn_within(drawn, most, drawn < most)
        slope = it.weights.by_key(self.slope) if self.slope else 1
        return choice.luck_in_terms(drawn, slope, side)

    def chance(self, total: float, bar: float, below: bool, weights: Weights) -> float | None:
        """The chance of a decision that comes up, of one run; None where none can be told."""
        scale = 1 / number_named(self.slope, weights, {}) if self.slope else 1.0
        return _logistic(total, bar, below, scale)


@dataclass(frozen=True)
class Mood(Luck[C]):
    """A deviate that is added to the terms: fresh, or luck that lasts.

    Attributes:
        noise: the parameter that scales it.
        lasts: whether it is kept from year to year: whoever was turned down stays unwelcome.
    """

    noise: str = ""
    lasts: bool = False

    def drawn(self, it: C, about: tuple[str, ...]) -> Array:
        """The mood, in the unit of the terms."""
        stream, noise = it.stream(self.by or about), it.weights.by_key(self.noise)
        if self.lasts:
            luck = it.on.lasting(stream, self.named(it), lambda: it.luck_at_first)
            return choice.standing_mood(noise, luck)
        return choice.mood(noise, it.on.logistic(stream, self.named(it)))

    def reached(self, it: C, total: Array, bar: Term, side: int, drawn: Array) -> Mask:
        """Where terms and mood are beyond the threshold."""
        return _decides(total + drawn, bar, side)

    def read(self, it: C, drawn: Array, side: int) -> Array:
        """The mood itself."""
        return drawn

    def chance(self, total: float, bar: float, below: bool, weights: Weights) -> float | None:
        """The chance of a decision that comes up, of one run; None without noise.

        Of luck that lasts it is the chance before anything is known of it.
        """
        return _logistic(total, bar, below, number_named(self.noise, weights, {}))


@dataclass(frozen=True)
class Consensus(Mood[C]):
    """Moods of several members, none of whom may stand in the way."""

    def reached(self, it: C, total: Array, bar: Term, side: int, drawn: Array) -> Mask:
        """Where every member who belongs is beyond the threshold."""
        return organizations.consensus(total, it.asked_members, drawn, np.asarray(bar))

    def chance(self, total: float, bar: float, below: bool, weights: Weights) -> float | None:
        """None: it hangs on many draws at once."""
        return None


@dataclass(frozen=True)
class LogChance(Luck[C]):
    """Terms that add up to the logarithm of a chance."""

    def reached(self, it: C, total: Array, bar: Term, side: int, drawn: Array) -> Mask:
        """Where the draw is below the chance."""
        reached: Mask = drawn < choice.chance_from_log(total)
        return reached

    def read(self, it: C, drawn: Array, side: int) -> Array:
        """The draw as a logarithm."""
        return choice.luck_in_log(drawn)

    def chance(self, total: float, bar: float, below: bool, weights: Weights) -> float | None:
        """The chance itself."""
        return min(exp(total), 1.0)


@dataclass(frozen=True)
class Points(Luck[C]):
    """Terms that add up to a chance."""

    def reached(self, it: C, total: Array, bar: Term, side: int, drawn: Array) -> Mask:
        """Where the draw is below the chance."""
        reached: Mask = drawn < total
        return reached

    def read(self, it: C, drawn: Array, side: int) -> Array:
        """The draw with the sign that the sum is held against nought."""
        return choice.luck_in_points(drawn)

    def chance(self, total: float, bar: float, below: bool, weights: Weights) -> float | None:
        """The chance itself."""
        return min(max(total, 0.0), 1.0)


def _decides(total: Array, bar: Term, side: int) -> Mask:
    return choice.decides(total, bar) if side > 0 else choice.decides(bar, total)


def _logistic(total: float, bar: float, below: bool, scale: float) -> float | None:
    if not scale or not isfinite(bar):
        return None
    return 0.5 * (1 + tanh((bar - total if below else total - bar) / scale / 2))


# -- how it is told ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Link:
    """A decision in the chain behind an event.

    Attributes:
        decision: its name.
        wanted: whether the event needs it to happen; None where the event may come either way.
        about: which part of the event's name it is about: "main", "second" or "both".
    """

    decision: str
    wanted: bool | None = True
    about: str = "both"


@dataclass(frozen=True)
class LogEvent:
    """A kind of event that the decision leaves in the log.

    Attributes:
        kind: as the log calls it.
        sentence: what happened, in words.
        main, second: the columns of the log that name it; nothing where it has no name.
        wanted: whether the decision has to happen for it.
        before: the decisions that come before, where they are not those that the decision follows.
        about: which part of the event's name the decision itself is about.
        later: whether it is a later effect: the log holds the decision under the first kind.
        paired: whether its short name would fit several at once.
    """

    kind: LoggedKind
    sentence: str
    main: str = ""
    second: str = ""
    wanted: bool = True
    before: tuple[Link, ...] | None = None
    about: str = "both"
    later: LoggedKind | None = None
    paired: bool = False


# -- the decision ------------------------------------------------------------------------------


@dataclass
class Verdict(Generic[C]):
    """What became of a decision, in all runs.

    Attributes:
        it: whom it concerned.
        utility: the named sum; None where nobody asked for it.
        threshold: what it was held against.
        drawn: what chance gave; 0 without chance.
        holds: the conditions by name.
        asked: runs in which every gate was open.
        reached: runs in which terms and draw are beyond the threshold, whether asked or not.
        happened: runs in which it was decided so, shape (runs,), or with a row each.
    """

    it: C
    utility: Utility
    threshold: Term
    drawn: Term
    holds: dict[str, Mask]
    asked: Mask
    reached: Mask
    happened: Mask

    @property
    def declined(self) -> Mask:
        """Runs in which it came to that and was not decided so."""
        return self.asked & ~self.happened


@dataclass(frozen=True, kw_only=True)
class Decision(Generic[C]):
    """Who decides, when, about whom; by which terms; what it writes; how it is told.

    Attributes:
        name: as the record and the explanations call it.
        key: under which it is declared, where one name stands for several; the name by default.
        case: the kind of case it is about.
        who, about: the attributes of the case that name who decides, and about whom or what.
        phase: of the turn. when: in words.
        utility: the rule, on a case.
        sums: what the rule returns: the fields are the terms.
        terms: each of them, in the order of the rule.
        unit: in which they are added.
        threshold: what they are held against; nought if None. bar: the same in words.
        below: whether it happens below the threshold.
        luck: what chance adds; nothing if None.
        conditions: what else has to hold.
        season: the parameter that names the only quarter of the year in which it comes up.
        facts: quantities that belong to it and are no terms, by name.
        reads: whether a case is worth keeping for reading.
        read_as: what is read out where members decide together: terms, luck, facts.
        effect: what it does where it happens, from the verdict.
        either_way: whether the effect looks at those who declined as well.
        writes: the arrays of the world that the effect writes.
        events: the kinds of event that it leaves in the log.
        decided: as a sentence, when it is taken and when it is not.
        either: in a word or two, when it is taken and when it is not.
        follows: the decisions that come before it.
        source: the mechanisms behind it.
    """

    name: str
    case: type[C]
    who: str
    phase: str
    when: str
    utility: Callable[[C], Utility]
    sums: type[Utility]
    terms: Mapping[str, Measure]
    effect: Callable[[Verdict[C]], None]
    writes: tuple[ArrayName, ...]
    events: tuple[LogEvent, ...]
    decided: tuple[str, str]
    either: tuple[str, str]
    about: str = ""
    key: str = ""
    unit: str = LOGITS
    threshold: Callable[[C], Term] | None = None
    bar: str = "0"
    below: bool = False
    luck: Luck[C] | None = None
    conditions: tuple[Condition[C], ...] = ()
    season: str = ""
    facts: Callable[[C], Mapping[str, Term | Mask]] = field(default=lambda it: {})
    reads: Callable[[C], bool] = field(default=lambda it: True)
    read_as: Callable[[Verdict[C]], tuple[Utility, Array, Mapping[str, Array]]] | None = None
    either_way: bool = False
    follows: tuple[Link, ...] = ()

    def __post_init__(self) -> None:
        if not self.key:
            object.__setattr__(self, "key", self.name)
        _check(self)

    def decide(self, it: C) -> Verdict[C] | None:
        """Take the decision, carry it out, and keep it for reading where that is asked for.

        Args:
            it: whom it concerns.

        Returns:
            What became of it; None where nobody is asked in any run.
        """
        verdict = self.consider(it)
        if verdict is not None:
            self.carry_out(verdict)
        return verdict

    def due(self, on: Situation) -> bool:
        """Whether it comes up in this quarter of the year."""
        if not self.season:
            return True
        return bool(season_of(on.world.quarter) == on.weights.by_key(self.season))

    def consider(self, it: C) -> Verdict[C] | None:
        """Weigh the decision without carrying it out; arguments and result as in `decide`."""
        if not self.due(it.on):
            return None
        idle = not (self.either_way or it.world.explaining)
        holds: dict[str, Mask] = {}
        asked: Mask | None = None
        allowed: Mask | None = None
        for condition in self.conditions:
            mask = condition.holds(it)
            if mask is None:
                continue
            holds[condition.name] = mask
            allowed = mask if allowed is None else allowed & mask
            if condition.gate:
                asked = allowed
            if (condition.gate or idle) and not some(allowed):
                return None
        if self.luck is None:
            drawn: Term = 0.0
        elif idle and self.luck.never(it):
            return None
        else:
            drawn = self.luck.drawn(it, self.naming)
            arises = self.luck.arises(it, drawn)
            if arises is not None:
                holds[self.luck.occasion[0]] = arises
                allowed = arises if allowed is None else allowed & arises
                if idle and not some(allowed):
                    return None
        utility = self.utility(it)
        bar: Term = 0.0 if self.threshold is None else self.threshold(it)
        if self.luck is not None:
            reached = self.luck.reached(it, utility.total, bar, self.side, np.asarray(drawn))
        else:
            reached = _decides(utility.total, bar, self.side)
        happened = reached if allowed is None else allowed & reached
        return Verdict(
            it=it,
            utility=utility,
            threshold=bar,
            drawn=drawn,
            holds=holds,
            asked=it.world.every_run if asked is None else asked,
            reached=reached,
            happened=happened,
        )

    def carry_out(self, verdict: Verdict[C]) -> None:
        """Write what follows from a verdict, and keep it where the model explains itself."""
        if verdict.it.world.explaining and self.reads(verdict.it):
            self._keep(verdict)
        if self.either_way or some(verdict.happened):
            self.effect(verdict)

    def words_of(self, condition: str) -> str:
        """A condition in words, as a clause."""
        if self.luck is not None and condition == self.luck.occasion[0]:
            return self.luck.occasion[1]
        return next(each.words for each in self.conditions if each.name == condition)

    @property
    def side(self) -> int:
        """1 where it happens above the threshold, -1 where below."""
        return -1 if self.below else 1

    @property
    def naming(self) -> tuple[str, ...]:
        """The attributes of the case that name the decision."""
        return (self.who, self.about) if self.about else (self.who,)

    def chance(self, total: float, threshold: float, weights: Weights) -> float | None:
        """The chance of the decision once it comes up and its terms are known, of one run.

        Args:
            total: what its terms add up to.
            threshold: what they are held against.
            weights: the parameters of the run.

        Returns:
            The chance, or None where nothing is left to chance, or to many draws at once.
        """
        if self.luck is None:
            return None
        return self.luck.chance(total, threshold, self.below, weights)

    def _keep(self, verdict: Verdict[C]) -> None:
        it, utility = verdict.it, verdict.utility
        drawn: Term = verdict.drawn
        facts: dict[str, Term | Mask] = dict(self.facts(it))
        if self.read_as is not None:
            utility, drawn, more = self.read_as(verdict)
            facts |= more
        if self.luck is not None:
            drawn = self.luck.read(it, np.asarray(drawn), self.side)
        each_asked = np.broadcast_to(verdict.asked, verdict.happened.shape)
        told = {each.name for each in self.conditions if not each.told}
        holds = {name: mask for name, mask in verdict.holds.items() if name not in told}
        actors, objects = it.named(self.who), it.named(self.about)
        for row in rows_with(each_asked) if verdict.happened.ndim > 1 else (None,):

            def of(values: _V, row: int | None = row) -> _V:
                """The row's own values, where there are several rows."""
                if row is None or not isinstance(values, np.ndarray) or values.ndim < 2:
                    return values
                return cast(_V, values[row])

            it.world.entries.append(
                Deliberation.of(
                    quarter=it.world.quarter,
                    decision=self.name,
                    actor=actors if isinstance(actors, str) else actors[row or 0],
                    object=objects if isinstance(objects, str) else objects[row or 0],
                    terms={name: of(term) for name, term in utility.terms.items()},
                    happened=np.broadcast_to(of(verdict.happened), (it.world.runs,)),
                    threshold=of(verdict.threshold),
                    draw=of(drawn),
                    conditions={name: of(mask) for name, mask in holds.items()},
                    facts={name: of(values) for name, values in facts.items()},
                    below=self.below,
                    key=self.key,
                )
            )


def several(names: Sequence[str], mask: Mask) -> list[tuple[int, str]]:
    """Rows in which a mask holds in any run, with their names."""
    return [(row, names[row]) for row in rows_with(mask)]


def _check(decision: Decision[C]) -> None:
    """Refuse a declaration that lacks a part, or names one that there is not.

    Raises:
        Undeclared: everything that is wrong with it.
    """
    wrong = []
    summed, declared = term_names(decision.sums), tuple(decision.terms)
    wrong += [f"the rule adds '{n}', which has no measure" for n in summed if n not in declared]
    wrong += [f"'{n}' is measured, and the rule adds none" for n in declared if n not in summed]
    if not wrong and summed != declared:
        wrong.append(f"the terms are to stand in the order of the rule: {', '.join(summed)}")
    wrong += [f"'{n}' is no array of the world" for n in decision.writes if n not in LAYOUT]
    keys = [decision.season, *_keys_of(decision)]
    beside = numbers_being_added()
    wrong += [f"'{k}' is no parameter" for k in keys if "." in k and not declares(k, beside)]
    needed = [*decision.naming, *(decision.luck.by if decision.luck else ())]
    wrong += [
        f"a {decision.case.__name__} has no '{n}'" for n in needed if not decision.case.has(n)
    ]
    texts = {
        "name": decision.name,
        "phase": decision.phase,
        "when": decision.when,
        **{f"sentence of '{each.kind}'": each.sentence for each in decision.events},
        **{f"words of '{each.name}'": each.words for each in decision.conditions},
        **{f"label of '{name}'": each.label for name, each in decision.terms.items()},
        **dict(zip(("decided", "not decided"), decision.decided, strict=True)),
        **dict(zip(("taken", "not taken"), decision.either, strict=True)),
    }
    wrong += [f"no {what}" for what, text in texts.items() if not text]
    if wrong:
        raise Undeclared(f"the decision '{decision.key}': {'; '.join(wrong)}")


def _keys_of(decision: Decision[C]) -> Iterator[str]:
    """The parameters that a declaration names."""
    for measure in decision.terms.values():
        yield from (measure.weight, measure.also, measure.scale)
    if decision.luck is not None:
        yield decision.luck.slope
    if isinstance(decision.luck, Mood):
        yield decision.luck.noise
