"""Questions with known answers: read from a file, every problem reported at once.

A question says when it is asked (`as_of`), when it resolves, what is read then (`measure`) and
what came out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from simulation.backtest.predictands import (
    PREDICTANDS,
    BodyFounded,
    Predictand,
    PredictandKind,
    TradeOvertakes,
)
from simulation.evidence.catalogue import Catalogue
from simulation.inputs.problems import Problem, Problems, did_you_mean
from simulation.inputs.validation import Day, FileEntry, Names, Text, day_from, shorten, validated
from simulation.inputs.yaml_reader import Loaded, Place, load_yaml, number_from
from simulation.model.history import last_quarter, last_year, record_ends
from simulation.numerics.dates import first_day, last_day, quarter_name, quarter_of

NEVER = "never"
MEMORY = "memory"
"""The source of an answer that nobody has looked up."""
DECIDED, REMEMBERED = "nearly decided when asked", "answered from memory"


def _day_or_year(value: Any) -> dt.date:
    """A day; a year stands for its last."""
    if isinstance(value, int) and not isinstance(value, bool) and 2001 <= value <= 2099:
        return dt.date(value, 12, 31)
    return day_from(value)


class QuestionEntry(FileEntry):
    """The keys of a question."""

    id: Text
    as_of: Day
    resolves: Annotated[dt.date, BeforeValidator(_day_or_year)]
    outcome: Any = Field()
    measure: Any = Field()
    skill: Literal["low"] | None = None
    text: Text | None = None
    source: Text | None = None
    note: Text | None = None


@dataclass(frozen=True)
class Question:
    """A question with its answer.

    Attributes:
        id: its name.
        as_of: what is known then is known to the forecast.
        resolves: the day on which the measure is read.
        name, measure: what is read.
        outcome: what came out; a binary one is 0 or 1, a year that never came the one after.
        about: the actor it is about.
        left_out: why it counts in no score; empty if it does.
        text: in words.
    """

    id: str
    as_of: dt.date
    resolves: dt.date
    name: str
    measure: Predictand
    outcome: float
    about: str
    left_out: str
    text: str

    @property
    def skill(self) -> bool:
        """Whether it counts in the score."""
        return not self.left_out

    @property
    def kind(self) -> PredictandKind:
        """The kind of answer."""
        return self.measure.kind

    @property
    def quarter(self) -> int:
        """The quarter at whose end the measure is read."""
        if self.measure.yearly:
            return quarter_of(f"{self.resolves.year}Q4")
        return last_quarter(self.resolves)

    @property
    def years(self) -> list[int]:
        """The calendar years that a year question asks about."""
        return list(range(self.as_of.year + 1, self.resolves.year + 1))


def read_questions(
    paths: Sequence[str | Path], catalogue: Catalogue, until: int | None = None
) -> list[Question]:
    """Read and check files of questions.

    Args:
        paths: the files.
        catalogue: the identifiers that exist, and how far the evidence reaches.
        until: the last quarter that may be run to; as far as the questions need if None.

    Raises:
        Problems: everything that is wrong with any question of any file.
    """
    files = [load_yaml(path) for path in paths]
    questions = [each for loaded in files for each in _read_file(loaded, catalogue, until)]
    problems = [problem for loaded in files for problem in loaded.problems]
    if problems:
        raise Problems(problems)
    return questions


def _why_left_out(entry: QuestionEntry) -> str:
    """Why a question counts in no score; empty if it does."""
    if entry.source == MEMORY:
        return REMEMBERED
    return DECIDED if entry.skill == "low" else ""


def sound_files(paths: Sequence[Path], catalogue: Catalogue) -> tuple[list[Path], list[Problem]]:
    """The files of questions with which nothing is wrong, and what is wrong with the others."""
    sound: list[Path] = []
    broken: list[Problem] = []
    for path in paths:
        try:
            read_questions([path], catalogue)
            sound.append(path)
        except Problems as problems:
            broken += problems.problems
    return sound, broken


def _read_file(loaded: Loaded, catalogue: Catalogue, until: int | None) -> list[Question]:
    if loaded.problems:
        return []
    for key in loaded.data:
        if key != "questions":
            loaded.problem((key,), f"no key '{key}'", "a file of questions has one: questions")
    items = loaded.data.get("questions")
    if not isinstance(items, list) or not items:
        place = ("questions",) if "questions" in loaded.data else None
        loaded.problem(place, "'questions' is no list of questions", "write questions: [- {id: …}]")
        return []
    seen: dict[str, int | None] = {}
    found = []
    for at, item in enumerate(items):
        question = _Reader(loaded, ("questions", at), catalogue, until).read(item)
        name = item.get("id") if isinstance(item, dict) else None
        if isinstance(name, str) and name in seen:
            message = f"there is a question '{name}' already, on line {seen[name]}"
            loaded.problem(("questions", at, "id"), message)
        elif isinstance(name, str):
            seen[name] = loaded.line(("questions", at, "id"))
        if question is not None:
            found.append(question)
    return found


@dataclass
class _Reader:
    """Reads one question; what is wrong with it goes to the file."""

    loaded: Loaded
    place: Place
    catalogue: Catalogue
    until: int | None

    def read(self, item: Any) -> Question | None:
        names: Names = self.catalogue.names
        of = item.get("id") if isinstance(item, dict) else None
        of = of if isinstance(of, str) else None
        before = len(self.loaded.problems)
        entry = validated(QuestionEntry, item, self.loaded, self.place, names, of=of)
        if not isinstance(item, dict):
            return None
        name, measure = self._measure(item.get("measure"), names)
        if entry is not None:
            self._check_days(entry, measure)
        if measure is None or "outcome" not in item:
            return None
        outcome = self._outcome(item["outcome"], name, measure, entry)
        if entry is None or outcome is None or len(self.loaded.problems) > before:
            return None
        return Question(
            id=entry.id,
            as_of=entry.as_of,
            resolves=entry.resolves,
            name=name,
            measure=measure,
            outcome=outcome,
            about=measure.about(self.catalogue),
            left_out=_why_left_out(entry),
            text=entry.text or "",
        )

    def _problem(self, key: str, message: str, hint: str | None = None) -> None:
        self.loaded.problem((*self.place, key), message, hint)

    def _measure(self, data: Any, names: Names) -> tuple[str, Predictand | None]:
        example = "write measure: {base_open: {installation: manas}}"
        if data is None:
            return "", None
        if not isinstance(data, dict) or len(data) != 1:
            self._problem("measure", "a measure is one name with what it is about", example)
            return "", None
        name, about = next(iter(data.items()))
        if name not in PREDICTANDS:
            hint = did_you_mean(str(name), PREDICTANDS) or f"measures are {', '.join(PREDICTANDS)}"
            self.loaded.problem((*self.place, "measure", name), f"no measure '{name}'", hint)
            return name, None
        place = (*self.place, "measure", name)
        measure = validated(PREDICTANDS[name], about, self.loaded, place, names, of=name)
        if isinstance(measure, TradeOvertakes) and measure.power == measure.over:
            message = f"'{measure.power}' cannot overtake itself"
            self.loaded.problem((*place, "over"), message)
        if isinstance(measure, BodyFounded):
            theirs = names[f"body of {measure.organization}"]
            if measure.body not in theirs:
                message = f"'{measure.body}' is no body of {measure.organization}"
                hint = f"its bodies are {', '.join(sorted(theirs))}" if theirs else "it has none"
                self.loaded.problem((*place, "body"), message, hint)
        return name, measure

    def _check_days(self, entry: QuestionEntry, measure: Predictand | None) -> None:
        asked, due = entry.as_of, entry.resolves
        start, end = first_day(0), record_ends(self.catalogue)
        if asked < start or asked > end:
            hint = f"write a day from {start} to {end}"
            self._problem("as_of", f"'as_of' is {asked}; the evidence covers none such", hint)
        if due <= asked:
            message = f"resolves on {due}, not after its 'as_of' ({asked})"
            self._problem("resolves", message, "a forecast is about later days")
            return
        if measure is not None and measure.yearly and due.year <= last_year(asked):
            message = f"the figure of {due.year} counts as known on {asked}"
            self._problem("resolves", message, f"let it resolve in {last_year(asked) + 1} or later")
        elif measure is not None and measure.kind == "year" and due.year <= asked.year:
            message = f"resolves in {due.year}; the first year asked about is {asked.year + 1}"
            self._problem("resolves", message, f"let it resolve in {asked.year + 1} or later")
        if self.until is not None and last_day(self.until) < due:
            last = quarter_name(self.until)
            message = f"resolves on {due}, after the run's end ({last})"
            needed = quarter_name(quarter_of(due))
            self._problem("resolves", message, f"run on: --until {needed}, or leave --until out")

    def _outcome(
        self, value: Any, name: str, measure: Predictand, entry: QuestionEntry | None
    ) -> float | None:
        wrong = f"'outcome' is {shorten(value)}; {name} asks for"
        if measure.kind == "binary":
            if isinstance(value, bool):
                return float(value)
            self._problem("outcome", f"{wrong} true or false")
            return None
        if measure.kind == "year":
            return self._year(value, wrong, entry)
        try:
            number = float(number_from(value))
        except ValueError:
            number = -1.0
        limits = f"from {measure.low:g} to {measure.high:g}" if measure.high else "of 0 or more"
        if number < measure.low or (measure.high is not None and number > measure.high):
            whole = "whole " if measure.kind == "count" else ""
            self._problem("outcome", f"{wrong} a {whole}number {limits}")
            return None
        if measure.kind == "count" and number != int(number):
            self._problem("outcome", f"{wrong} a whole number {limits}")
            return None
        return number

    def _year(self, value: Any, wrong: str, entry: QuestionEntry | None) -> float | None:
        if entry is None:
            return None
        first, last = entry.as_of.year + 1, entry.resolves.year
        if last < first:  # the days are wrong, and reported
            return None
        if value == NEVER:
            return float(last + 1)
        if isinstance(value, int) and not isinstance(value, bool) and first <= value <= last:
            return float(value)
        self._problem("outcome", f"{wrong} a year from {first} to {last}, or {NEVER}")
        return None
