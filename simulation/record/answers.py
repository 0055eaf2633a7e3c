"""The answer to a scenario's question in words: when, by how much, in how many of the worlds.

A difference is told through time: its peak, when it begins to matter, what is left at the end. A
mean alone misleads where most worlds do not change, or change both ways; the sentence then says in
how many they do. What can be told but is smaller than what matters is said to be so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from simulation.evidence.catalogue import listed
from simulation.numerics.dates import quarter_of, season_of, year_of
from simulation.scenario.asks import MAJORITY, Ask, asks_in

if TYPE_CHECKING:
    from simulation.record.compare import Comparison, Row

PLAIN_UNITS = frozenset({"", "share", "probability", "index", "0 to 1", "-1 to 1", "0 or 1"})
"""Units that are not said after a number."""
SPIKE = 0.1
"""The share of worlds without any change from which on it is told."""
LOPSIDED = 0.25
"""How far mean and median may lie apart, in interquartile ranges, before both are told."""
ONE_NUMBER = 1e-4
"""Quartiles that lie closer together than this, beside their size, are one number."""
ALSO = 3
"""How many further effects of a scenario are told."""


@dataclass(frozen=True)
class DifferencePath:
    """How an outcome differs from the baseline at the end of each quarter.

    Attributes:
        quarters: their names.
        difference, low, high: the mean paired difference and its interval, shape (quarters,).
        baseline, scenario: the means.
        above, below: shares of pairs in which the scenario is higher, lower.
    """

    quarters: Sequence[str]
    difference: np.ndarray
    low: np.ndarray
    high: np.ndarray
    baseline: np.ndarray
    scenario: np.ndarray
    above: np.ndarray
    below: np.ndarray

    @classmethod
    def of(cls, table: pa.Table) -> DifferencePath:
        """The path of one outcome, from its rows of the differences."""
        return cls(
            quarters=table["quarter"].to_pylist(),
            difference=table["difference"].to_numpy(),
            low=table["low"].to_numpy(),
            high=table["high"].to_numpy(),
            baseline=table["baseline_mean"].to_numpy(),
            scenario=table["scenario_mean"].to_numpy(),
            above=table["share_above_zero"].to_numpy(),
            below=table["share_below_zero"].to_numpy(),
        )

    @classmethod
    def by_scenario(cls, table: pa.Table) -> dict[str, dict[str, DifferencePath]]:
        """All paths by scenario and outcome; the rows of each follow each other in the table."""
        names = list(zip(*(table[it].to_pylist() for it in ("scenario", "outcome")), strict=True))
        found: dict[str, dict[str, DifferencePath]] = {}
        start = 0
        for (scenario, outcome), rows in groupby(names):
            count = sum(1 for _ in rows)
            found.setdefault(scenario, {})[outcome] = cls.of(table.slice(start, count))
            start += count
        return found

    @cached_property
    def places(self) -> np.ndarray:
        """The quarters as numbers."""
        return np.array([quarter_of(name) for name in self.quarters])

    def told(self) -> np.ndarray:
        """In which quarters the difference can be told from zero."""
        told: np.ndarray = (self.low > 0) | (self.high < 0)
        return told

    def large(self, matters: float) -> np.ndarray:
        """In which quarters it can be told, and is large enough to matter."""
        large: np.ndarray = self.told() & (np.abs(self.difference) >= matters)
        return large

    def peak(self, among: np.ndarray) -> int:
        """Where it is largest, among some quarters."""
        return int(np.argmax(np.where(among, np.abs(self.difference), -1.0)))

    def lasts(self, large: np.ndarray) -> bool:
        """Whether it still matters at the end, and goes the way that it goes at its largest."""
        return bool(large[-1] and self.difference[-1] * self.difference[self.peak(large)] > 0)


def answer_of(comparison: Comparison, scenario: str) -> str:
    """What the runs say to what a scenario asks; a sentence or two for each outcome."""
    asks = _asks(comparison, scenario)
    said = [_told(comparison, scenario, ask) for ask in asks]
    return " ".join(dict.fromkeys(said))


def asked_outcomes(comparison: Comparison, scenario: str) -> list[str]:
    """The outcomes that a scenario asks for, of those that were compared."""
    return list(dict.fromkeys(ask.outcome for ask in _asks(comparison, scenario)))


def also_of(comparison: Comparison, scenario: str) -> str:
    """The largest effects of a scenario at the end beyond what it asks for; empty if none matters.

    Effects are ranked by how many times over they matter; of several readings of one thing the
    largest is told.
    """
    found = [_clause(comparison, row) for row in also_rows(comparison, scenario)]
    return f"{_at_end(comparison)} also: {'; '.join(found)}." if found else ""


def also_rows(comparison: Comparison, scenario: str) -> list[Row]:
    """The rows of those effects, the largest first."""
    asked = {ask.outcome for ask in _asks(comparison, scenario)}
    rows = [
        row for row in comparison if row.scenario == scenario and row.judgement == Judgement.MATTERS
    ]
    rows.sort(key=lambda row: -abs(row.difference) / (row.matters or 1.0))
    told = [_about(_declared(comparison, name)) for name in asked]
    found: list[Row] = []
    for row in rows:
        about = _about(_declared(comparison, row.outcome))
        if row.outcome in asked or any(about & each for each in told):
            continue
        told.append(about)
        found.append(row)
        if len(found) == ALSO:
            break
    return found


def description_of(comparison: Comparison) -> str:
    """What the baseline itself says to its question: where the outcomes stand at the end."""
    record, scenario = comparison.record, comparison.baseline
    table = record.table("outcomes", scenario=scenario)
    said = []
    for ask in asks_in(record.resolved(scenario)):
        if ask.outcome not in table.column_names:
            continue
        declared = _declared(comparison, ask.outcome)
        values = table[ask.outcome].to_numpy()
        values = values[np.isfinite(values)]
        if not len(values):
            continue
        scale = OutcomeScale.declared(declared)
        subject = _described(declared, ask.outcome)
        if scale.of_worlds:
            said.append(f"{_within(subject)} in {values.mean():.0%} of worlds")
            continue
        low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
        digits = scale.digits((high - low) / 2)
        numbers = [scale.level(float(each), digits) for each in (middle, low, high)]
        said.append(f"{_within(subject)} is {numbers[0]} ({numbers[1]} to {numbers[2]})")
    if not said:
        return ""
    text = listed(said)
    return f"{_at_end(comparison)} {text}: the median, and in brackets the middle half of worlds."


class Judgement(StrEnum):
    """What a paired difference says."""

    MISSING = "has no value"
    SAME = "the same in every run"
    UNTOLD = "cannot be told from the baseline"
    SMALL = "can be told, and is too small to matter"
    MATTERS = "matters"

    @classmethod
    def of(cls, found: Row) -> Judgement:
        """What a row says."""
        if not found.pairs:
            return cls.MISSING
        if not found.runs_up and not found.runs_down:
            return cls.SAME
        if not found.told_from_zero:
            return cls.UNTOLD
        return cls.SMALL if abs(found.difference) < found.matters else cls.MATTERS


# -- one outcome ------------------------------------------------------------------------------


def _asks(comparison: Comparison, scenario: str) -> list[Ask]:
    """What a scenario asks for; failing that, the headline that differs most."""
    asks = asks_in(comparison.record.resolved(scenario))
    found = [ask for ask in asks if comparison.has(scenario, ask.outcome)]
    return found or [Ask(comparison.outcome_asked(scenario))]


def _told(comparison: Comparison, scenario: str, ask: Ask) -> str:
    row = comparison.row(scenario, ask.outcome)
    path = comparison.path(scenario, ask.outcome)
    if path is None or ask.form == "worlds":
        return f"{_end(comparison, row)} {_worlds(row)}".strip()
    subject = _subject(comparison, row)
    if ask.form == "at":
        return _at(subject, row, path, str(ask.at), comparison.baseline)
    if ask.form == "first":
        return _first(subject, row, path, MAJORITY if ask.reaches is None else ask.reaches)
    large = path.large(row.matters)
    if not large.any():
        return f"{_never(subject, comparison, row, path)} {_worlds(row)}".strip()
    if ask.form == "differs":
        return _differs(subject, row, path, large)
    if ask.form == "duration":
        years = large.sum() / 4
        plural = "year" if years == 1 else "years"
        return f"{subject} differs by enough to matter for {years:g} {plural} in all."
    if ask.form == "peak":
        return f"{_peak(subject, row, path, large)}."
    return f"{_through_time(subject, comparison, row, path)} {_worlds(row)}".strip()


def _through_time(subject: str, comparison: Comparison, row: Row, path: DifferencePath) -> str:
    """The whole path: its peak, when it matters, and what is left at the end."""
    large = path.large(row.matters)
    last, peak = len(large) - 1, path.peak(large)
    begin = int(np.argmax(large))
    sign = math.copysign(1.0, path.difference[peak])
    end = _at_end(comparison)
    if large[last] and sign * path.difference[last] >= 0.9 * abs(path.difference[peak]):
        said = (
            f"{_end(comparison, row).removesuffix('.')}; it matters from {when_of(path, begin)} on."
        )
    else:
        said = f"{_peak(subject, row, path, large)}"
        left = path.difference[last]
        if large[last] and sign * left > 0:
            amounts = OutcomeScale.of(row.unit, row.kind).interval(
                left, path.low[last], path.high[last]
            )
            said = f"{said}; {_lower(end)} {amounts} of it is left."
        else:
            fade = int(last - np.argmax(large[::-1])) + 1
            gone = f"from {when_of(path, fade)} on" if fade <= last else _lower(end)
            said = (
                f"{said}; {gone} too little is left to matter. {_end(comparison, row, again=True)}"
            )
    other = large & (path.difference * sign < 0)
    if other.any() and not (large[last] and path.difference[last] * sign < 0):
        said = f"{said} {_peak('It', row, path, other)}."
    return said


def _never(subject: str, comparison: Comparison, row: Row, path: DifferencePath) -> str:
    """That an outcome never differs, cannot be told at any time, or never matters."""
    told = path.told()
    if not (path.above.any() or path.below.any()):
        return f"{subject} is the same as in the {comparison.baseline} in every run, at any time."
    if not told.any():
        return f"{_end(comparison, row).removesuffix('.')}; no more can it at any other time."
    peak = path.peak(told)
    scale = OutcomeScale.of(row.unit, row.kind)
    amounts = scale.interval(path.difference[peak], path.low[peak], path.high[peak])
    word = _way(path.difference[peak])
    return (
        f"{subject} differs from the {comparison.baseline} by too little to matter: it is {word} "
        f"by {amounts} at most, in {when_of(path, peak)}; {scale.amount(row.matters)} would matter."
    )


def _peak(subject: str, row: Row, path: DifferencePath, among: np.ndarray) -> str:
    peak = path.peak(among)
    amounts = OutcomeScale.of(row.unit, row.kind).interval(
        path.difference[peak], path.low[peak], path.high[peak]
    )
    word = _way(path.difference[peak])
    return f"{subject} is {word} by up to {amounts}, in {when_of(path, peak)}"


def _differs(subject: str, row: Row, path: DifferencePath, large: np.ndarray) -> str:
    begin = int(np.argmax(large))
    fade = len(large) - int(np.argmax(large[::-1]))
    over = f"until {when_of(path, fade - 1)}" if fade < len(large) else "and still does at the end"
    return f"{subject} differs by enough to matter from {when_of(path, begin)} on, {over}."


def _at(subject: str, row: Row, path: DifferencePath, when: str, baseline: str) -> str:
    if when not in path.quarters:
        return f"{subject} is not known for {when}, which lies beyond the end of the runs."
    place = list(path.quarters).index(when)
    scale = OutcomeScale.of(row.unit, row.kind)
    gap, low, high = (float(each[place]) for each in (path.difference, path.low, path.high))
    if not (low > 0 or high < 0):
        numbers = scale.interval(gap, low, high, signed=True)
        return f"{subject} cannot be told from the {baseline} at the end of {when} ({numbers})."
    digits = scale.digits((high - low) / 2)
    means = [scale.level(float(each[place]), digits) for each in (path.scenario, path.baseline)]
    word = _way(gap)
    small = f", which is too little to matter ({scale.amount(row.matters)} would)"
    return (
        f"{subject} is {word} by {scale.interval(gap, low, high)} at the end of {when} than in the "
        f"{baseline}: {scale.instead(means[0], means[1])}{small if abs(gap) < row.matters else ''}."
    )


def _first(subject: str, row: Row, path: DifferencePath, reaches: float) -> str:
    scale = OutcomeScale.of(row.unit, row.kind)
    found = []
    for values, who in ((path.scenario, "here"), (path.baseline, "in the baseline")):
        beyond = values >= reaches
        crossed = beyond if not beyond[0] else ~beyond
        when = f"in {when_of(path, int(np.argmax(crossed)))}" if crossed.any() else "never"
        found.append(f"{when} {who}")
    level = scale.level(reaches, scale.digits(reaches / 10 or 1))
    return f"{subject} crosses {level} {listed(found)}."


def _end(comparison: Comparison, row: Row, again: bool = False) -> str:
    """What is so at the end, in a sentence; `again` of what was spoken of before."""
    end = _at_end(comparison)
    subject = f"{end} it" if again else f"{_subject(comparison, row)} {_lower(end)}"
    scale, baseline = OutcomeScale.of(row.unit, row.kind), comparison.baseline
    if row.judgement == Judgement.MISSING:
        return f"{subject} has no value in these runs."
    if row.judgement == Judgement.SAME:
        return f"{subject} is the same as in the {baseline} in every run."
    if row.judgement == Judgement.UNTOLD:
        numbers = scale.interval(row.difference, row.low, row.high, signed=True)
        return f"{subject} cannot be told from the {baseline} (difference {numbers})."
    digits = scale.digits((row.high - row.low) / 2)
    means = [scale.level(each, digits) for each in (row.scenario_mean, row.baseline_mean)]
    word = _way(row.difference)
    amounts = scale.interval(row.difference, row.low, row.high)
    levels = scale.instead(means[0], means[1])
    said = f"{subject} is {word} by {amounts} than in the {baseline}: {levels}"
    if row.judgement == Judgement.SMALL:
        said = f"{said}; that is too little to matter ({scale.amount(row.matters)} would)"
    return f"{said}."


def _worlds(row: Row) -> str:
    """In how many worlds it changes at the end, where the mean alone would mislead."""
    if row.kind == "binary" or row.judgement in (Judgement.SAME, Judgement.MISSING):
        return ""
    usual = max(abs(row.changed_q25), abs(row.changed_q75))
    if row.judgement != Judgement.MATTERS and usual < row.matters:
        return ""
    scale = OutcomeScale.of(row.unit, row.kind)
    same = 1 - (row.runs_up + row.runs_down) / row.pairs
    if same >= SPIKE:
        low, middle, high = row.changed_q25, row.changed_q50, row.changed_q75
        apart = high - low if high - low > ONE_NUMBER * abs(middle) else 0.0
        digits = scale.digits(apart / 8 or middle / 10 or 1)
        numbers = [scale.signed(each, digits) for each in (middle, low, high)]
        spread = "" if numbers[1] == numbers[2] else f" (half of them {numbers[1]} to {numbers[2]})"
        return (
            f"In {percent_of(same)} of worlds nothing changes by then; where something does, it is "
            f"{numbers[0]}{scale.unit} in the middle one{spread}."
        )
    both = min(row.share_above_zero, row.share_below_zero)
    lopsided = abs(row.difference - row.q50) > LOPSIDED * (row.q75 - row.q25)
    if both < SPIKE and not lopsided:
        return ""
    ways = (
        f"It is then higher in {percent_of(row.share_above_zero)} of worlds and lower in "
        f"{percent_of(row.share_below_zero)}"
    )
    digits = scale.digits((row.q75 - row.q25) / 8 or 1)
    numbers = [scale.signed(each, digits) for each in (row.q50, row.q25, row.q75)]
    return (
        f"{ways}: {numbers[0]}{scale.unit} in the middle one, {numbers[1]} to {numbers[2]} in the "
        "middle half."
    )


def _clause(comparison: Comparison, row: Row) -> str:
    """An effect at the end, inside a list of such."""
    scale = OutcomeScale.of(row.unit, row.kind)
    subject = (
        _lower(_subject(comparison, row)) if row.kind == "count" else _name_of(comparison, row)
    )
    if scale.of_worlds:
        return (
            f"{subject} in {percent_of(row.scenario_mean)} of worlds instead of "
            f"{percent_of(row.baseline_mean)}"
        )
    word = _way(row.difference)
    return f"{subject} is {word} by {scale.interval(row.difference, row.low, row.high)}"


def in_brief(declared: Mapping[str, Any], outcome: str, path: DifferencePath) -> str:
    """How an outcome differs through time, in a sentence for a title."""
    subject, scale = capital(subject_of(declared, outcome)), OutcomeScale.declared(declared)
    large = path.large(least_that_matters(declared))
    if not path.told().any():
        return f"{subject} cannot be told from the baseline at any time."
    if not large.any():
        return f"{subject} differs by too little to matter."
    word = _way(path.difference[path.peak(large)])
    return f"{subject} is {word} {by_up_to(path, large, scale)}."


def by_up_to(path: DifferencePath, large: np.ndarray, scale: OutcomeScale) -> str:
    """How large a difference is at most, when, and whether that passes.

    Args:
        path: the difference.
        large: in which quarters it matters; in one at least.
        scale: how its numbers are said.
    """
    peak = path.peak(large)
    digits = scale.digits((path.high[peak] - path.low[peak]) / 2)
    amount = f"{scale.before}{scale.number(abs(path.difference[peak]), digits)}{scale.unit}"
    end = "" if path.lasts(large) else ", and that passes"
    return f"by up to {amount}, in {when_of(path, peak)}{end}"


# -- words ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OutcomeScale:
    """How the numbers of an outcome are said.

    Attributes:
        factor: what they are multiplied by.
        before, unit: what stands before a difference, and after it.
        level_unit: what stands after a level.
        of_worlds: whether it is a share of worlds.
    """

    factor: float
    before: str
    unit: str
    level_unit: str
    of_worlds: bool = False

    @classmethod
    def of(cls, unit: str, kind: str) -> OutcomeScale:
        """The scale of an outcome, by its unit and kind."""
        if in_points(unit, kind):
            return cls(100.0, "", " points", "%", kind == "binary")
        if unit in PLAIN_UNITS:
            return cls(1.0, "", "", "")
        if unit.startswith("US$ "):
            return cls(1.0, "US$ ", f" {unit[4:]}", f" {unit[4:]}")
        return cls(1.0, "", f" {unit}", f" {unit}")

    @classmethod
    def declared(cls, about: Mapping[str, Any]) -> OutcomeScale:
        """The scale of an outcome, by what the batch declared of it."""
        return cls.of(str(about.get("unit") or ""), str(about.get("kind") or ""))

    @property
    def said(self) -> str:
        """The unit as it stands over an axis."""
        return f"{self.before}{self.unit.strip()}" or "from 0 to 1"

    def digits(self, half: float) -> int:
        """Decimals that show half of an interval with one significant digit."""
        half = abs(self.factor * half)
        if not half or not math.isfinite(half):
            return 1 if self.factor == 100.0 else 3
        return min(max(-math.floor(math.log10(half)), 0), 6)

    def number(self, value: float, digits: int) -> str:
        """A number with a true minus, and no sign on nought."""
        text = f"{self.factor * value:,.{digits}f}"
        return text.removeprefix("-") if not text.strip("-0.,") else text.replace("-", "\u2212")

    def signed(self, value: float, digits: int) -> str:
        """A number with its sign."""
        text = self.number(value, digits)
        return f"+{text}" if value > 0 and text.strip("0.,") else text

    def level(self, value: float, digits: int) -> str:
        """A value as it stands."""
        return f"{self.before}{self.number(value, digits)}{self.level_unit}"

    def instead(self, here: str, there: str) -> str:
        """One level instead of another; a unit of words is said once."""
        words = self.level_unit if self.level_unit.startswith(" ") else ""
        return f"{here.removesuffix(words)} instead of {there}"

    def amount(self, value: float) -> str:
        """A difference that is given, as exactly as it is."""
        unit = self.unit.removesuffix("s") if self.factor * value == 1 else self.unit
        return f"{self.before}{self.factor * value:g}{unit}"

    def interval(self, gap: float, low: float, high: float, signed: bool = False) -> str:
        """A difference with its interval; without a sign, its size."""
        digits = self.digits((high - low) / 2)
        if signed:
            ends, middle = (
                [self.signed(each, digits) for each in (low, high)],
                self.signed(gap, digits),
            )
        else:
            ends = [self.number(each, digits) for each in sorted((abs(low), abs(high)))]
            middle = self.number(abs(gap), digits)
        return f"{self.before}{middle}{self.unit} (95% interval {ends[0]} to {ends[1]})"


def least_that_matters(about: Mapping[str, Any]) -> float:
    """The smallest difference of an outcome that matters, as the batch declared it; 0 if none."""
    return float(about.get("matters") or 0.0)


def in_points(unit: str, kind: str) -> bool:
    """Whether an outcome is a share, whose differences are said in points of a hundred."""
    return kind == "binary" or unit in ("share", "probability")


def percent_of(share: float) -> str:
    """A share of worlds; not 0% or 100% where it is neither."""
    text = f"{100 * share:.0f}%"
    if text in ("0%", "100%") and 0 < share < 1:
        text = f"{100 * share:.1f}%"
    return text


def _about(declared: Mapping[str, Any]) -> set[tuple[str, str]]:
    """What makes two outcomes readings of one thing."""
    about = {kind: who for kind, who in (declared.get("about") or {}).items() if kind != "region"}
    read = about.pop("read", "")
    whole = ("installation", "organization")
    found = {(kind if kind in whole else f"{read} {kind}", who) for kind, who in about.items()}
    return found if {*about} - {"state"} else {*found, (read, "")}


def _declared(comparison: Comparison, outcome: str) -> Mapping[str, Any]:
    """What the batch declared of an outcome."""
    found: Mapping[str, Any] = comparison.record.manifest.get("outcomes", {}).get(outcome, {})
    return found


def _name_of(comparison: Comparison, row: Row) -> str:
    """An outcome inside a sentence."""
    return _within(_described(_declared(comparison, row.outcome), row.outcome))


def _described(declared: Mapping[str, Any], outcome: str) -> str:
    text = str(declared.get("description") or outcome).rstrip(".")
    return text.removesuffix(" at the horizon")


def subject_of(declared: Mapping[str, Any], outcome: str) -> str:
    """What a sentence about an outcome is about, in the middle of it."""
    return _named(declared, outcome, str(declared.get("kind") or ""))


def _subject(comparison: Comparison, row: Row) -> str:
    """What the sentence is about."""
    text = _named(_declared(comparison, row.outcome), row.outcome, row.kind)
    return f"{capital(text)}{_over(comparison, row)}"


def _named(declared: Mapping[str, Any], outcome: str, kind: str) -> str:
    """What is compared of an outcome, by its kind."""
    text = _within(_described(declared, outcome))
    if kind == "binary":
        return f"the share of worlds in which {text}"
    return f"the mean number of {text}" if kind == "count" else text


def _over(comparison: Comparison, row: Row) -> str:
    """Over which states a row is, where scenario and baseline do not have the same."""
    if not row.states:
        return ""
    names = listed(map(comparison.record.evidence.name_of, row.states.split(" ")))
    return f" (over what both have of it: {names})"


def _within(text: str) -> str:
    """A description inside a sentence; a name keeps its capital."""
    first, _, rest = text.partition(" ")
    is_name = first.endswith(("'s", "s'")) or rest.startswith("is ")
    return (text if is_name else text[:1].lower() + text[1:]).removeprefix("whether ")


def _way(gap: float) -> str:
    """Which way a difference goes."""
    return "higher" if gap > 0 else "lower"


def capital(text: str) -> str:
    """A text with a capital letter."""
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _at_end(comparison: Comparison) -> str:
    until = str(comparison.record.manifest["until"])
    quarter = quarter_of(until)
    return f"At the end of {year_of(quarter) if season_of(quarter) == 4 else until}"


_PARTS = {1: "early", 2: "the middle of", 3: "the middle of", 4: "late"}


def when_of(path: DifferencePath, place: int) -> str:
    """A quarter in words: late 2005."""
    quarter = quarter_of(path.quarters[place])
    return f"{_PARTS[season_of(quarter)]} {year_of(quarter)}"
