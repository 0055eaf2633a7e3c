"""The numbers of a run as they are asked for: a source in a word, and what is given on top of it.

    >>> from simulation.evidence.catalogue import load_catalogue
    >>> numbers = Numbers.of({"source": "prior", "basing.rent": 2.0}, load_catalogue())
    >>> numbers.source, dict(numbers.values)
    ('prior', {'basing.rent': 2.0})

Every door reads what it is given with `Numbers.of`. From low to high a number comes from the
catalogue, from the source (the posterior where nothing else is asked for), from the scenario, from
`--set`, and from here: what is given last wins. A dated `set` event acts from its quarter on.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from simulation.evidence.catalogue import Catalogue
from simulation.evidence.schema import leaves_of
from simulation.inputs.problems import Problem, Problems, did_you_mean
from simulation.inputs.validation import Frozen, Wrong
from simulation.numerics.arrays import Array
from simulation.numerics.randomness import Draws
from simulation.parameters.posterior import (
    POSTERIOR,
    is_posterior,
    load_posterior,
    posterior_as_of,
    unfitted,
    usual_posterior,
)
from simulation.parameters.sampling import POINT, PRIOR, draw_parameters

SOURCE = "source"
"""The key under which a mapping of numbers may name their source."""
_ARRAYS, _ON = "arrays ", " on "
_HERE = "parameters"


@dataclass(frozen=True, eq=False)
class Numbers:
    """Where the numbers of runs come from.

    Attributes:
        source: "point", "prior" or a posterior by name.
        values: numbers that hold in all runs, by full key.
        arrays: numbers that are given by run, by full key, each of shape (runs,).
    """

    source: str = POINT
    values: Mapping[str, float] = field(default_factory=lambda: Frozen({}))
    arrays: Mapping[str, Array] = field(default_factory=lambda: Frozen({}))

    @classmethod
    def of(
        cls,
        given: Parameters | None,
        catalogue: Catalogue,
        days: Collection[dt.date | None] = (),
        runs: int | None = None,
        further: Mapping[str, Any] | None = None,
    ) -> Numbers:
        """Read and check what was given at a door.

        Args:
            given: a source in a word; or numbers by key, each one number or an array of shape
                (runs,), a table as a mapping, with the source under "source"; or None.
            catalogue: the evidence, with the actors that a scenario adds.
            days: until when each scenario is held to history; a posterior knows nothing later.
            runs: how many runs an array has to cover; not looked at if None.
            further: numbers that are given beside these.

        Raises:
            Problems: everything that is wrong with it.
        """
        if isinstance(given, Numbers):
            if not further:
                return given
            given = {SOURCE: given.source, **given.values, **given.arrays}
        numbers = {} if given is None or isinstance(given, str) else dict(given)
        word = given if isinstance(given, str) else numbers.pop(SOURCE, None)
        values: dict[str, float] = {}
        arrays: dict[str, Array] = {}
        problems: list[Problem] = []
        for key, value in [*numbers.items(), *(further or {}).items()]:
            for full_key, number in _leaves(str(key), value):
                if full_key in values or full_key in arrays:
                    problems.append(Problem(_HERE, None, f"'{full_key}' is given twice"))
                elif isinstance(number, np.ndarray):
                    problems += _wrong_in_array(full_key, number, catalogue, runs)
                    arrays[full_key] = number
                else:
                    read, refused = catalogue.assign(full_key, number)
                    problems += (_problem(full_key, wrong) for _, wrong in refused)
                    values |= read
        source = POINT
        try:
            source = _source(word, catalogue, days)
        except Problems as found:
            problems += found.problems
        if problems:
            raise Problems(problems)
        return cls(source, Frozen(values), Frozen(arrays))

    @property
    def name(self) -> str:
        """The source in a word; beside it a hash of what is given by run."""
        if not self.arrays:
            return self.source
        digest = hashlib.sha256()
        for key in sorted(self.arrays):
            digest.update(key.encode() + np.ascontiguousarray(self.arrays[key], float).tobytes())
        return f"{_ARRAYS}{digest.hexdigest()[:12]}{_ON}{self.source}"

    def part(self, first: int, runs: int) -> Numbers:
        """The numbers of some runs alone.

        Args:
            first: place of the first of them in the arrays.
            runs: how many they are.
        """
        if not self.arrays:
            return self
        cut = {key: values[first : first + runs] for key, values in self.arrays.items()}
        return replace(self, arrays=Frozen(cut))

    def within(self, catalogue: Catalogue) -> Numbers:
        """The same but for numbers of what is not there.

        Args:
            catalogue: the evidence, with what a scenario adds.
        """
        given = (*self.values, *self.arrays)
        return self.without(key for key in given if not catalogue.has_place(key))

    def without(self, keys: Iterable[str]) -> Numbers:
        """The same but for some numbers, which are then given elsewhere."""
        gone = {*keys}
        values = {key: each for key, each in self.values.items() if key not in gone}
        arrays = {key: each for key, each in self.arrays.items() if key not in gone}
        return replace(self, values=Frozen(values), arrays=Frozen(arrays))

    def drawn(self, catalogue: Catalogue, draws: Draws, fixed: Collection[str]) -> dict[str, Array]:
        """What differs from run to run: drawn from the source, or given by run.

        Args:
            catalogue: the evidence.
            draws: those of the block of runs.
            fixed: full keys that a scenario holds at a value.

        Returns:
            Values by full key, each of shape (runs,).
        """
        found = draw_parameters(self.source, catalogue, draws, {*fixed, *self.arrays})
        return found | dict(self.arrays)

    def vary(self, key: str, catalogue: Catalogue, fixed: Collection[str]) -> bool:
        """Whether a number differs from run to run.

        Args:
            key: its full key.
            catalogue: the evidence.
            fixed: full keys that a scenario holds at a value.
        """
        if key in self.arrays:
            return True
        if key in fixed or self.source == POINT:
            return False
        if self.source == PRIOR:
            return key in catalogue.drawable()
        posterior = load_posterior(catalogue, self.source)
        return key in posterior.keys or key in posterior.unfitted

    def told(self, catalogue: Catalogue) -> str:
        """Where the numbers come from, in sentences."""
        said = [_told(self.source, catalogue)]
        if self.arrays:
            many = len(self.arrays)
            said.append(f"{many} number{'s are' if many > 1 else ' is'} given by run.")
        said += [f"{each}." for each in self._beyond(catalogue)]
        return " ".join(said)

    def told_of_new(self, catalogue: Catalogue, extended: Catalogue, fixed: Collection[str]) -> str:
        """That numbers which a scenario adds are not in the posterior, in a sentence; or nothing.

        Args:
            catalogue: the evidence.
            extended: the evidence with what the scenario adds.
            fixed: full keys that the scenario holds at a value.
        """
        new = {*extended.drawable()} - {*catalogue.drawable()} - {*fixed} - {*self.arrays}
        return unfitted(new) if self.source not in (POINT, PRIOR) else ""

    def _beyond(self, catalogue: Catalogue) -> Iterator[str]:
        """What is given by run and lies beyond its range in some runs."""
        for key, values in self.arrays.items():
            limits = catalogue.range_of(key)
            if limits is not None:
                out = (values < limits[0]) | (values > limits[1])
                if out.any():
                    runs = f"in {int(out.sum()):,} of {len(values):,} runs"
                    yield f"{key} lies {beyond(limits)} {runs}"


Parameters = str | Mapping[str, Any] | Numbers
"""What a door takes: a source in a word, numbers by key, or both as `Numbers`."""


def with_source(given: Parameters | None, source: str) -> Parameters:
    """What a door was given, with a source of its own where none was named."""
    if given is None:
        return source
    return {SOURCE: source, **given} if isinstance(given, Mapping) else given


def usual_source(catalogue: Catalogue, days: Collection[dt.date | None] = ()) -> str:
    """The source where nothing else is asked for: the posterior that knows no more than is known.

    Where none is stored that is as old as that, nothing has been calibrated, and the ranges are
    all that is known: the prior.

    Args:
        catalogue: the evidence.
        days: until when each scenario is held to history; None where it is free.
    """
    return usual_posterior(catalogue, days) or PRIOR


def source_word(name: str) -> str:
    """The source of the numbers of a run in a short word, for every answer, table and figure.

    Args:
        name: as `Numbers.name` says it, or a manifest.
    """
    if name.startswith(_ARRAYS):
        _, on, source = name.partition(_ON)
        return f"{source_word(source)}, some given by run" if on else "given by run"
    if is_posterior(name):
        return "calibrated"
    return "point values: no parameter uncertainty" if name == POINT else name


def source_words(names: Iterable[str]) -> str:
    """The sources of several, each once, in the order in which they come.

    Args:
        names: as for `source_word`.
    """
    return ", ".join(dict.fromkeys(source_word(name) for name in names))


def source_of(name: str) -> str | None:
    """The source alone, from the name of numbers; None where only arrays were given."""
    return name.partition(_ON)[2] or None if name.startswith(_ARRAYS) else name


def beyond(limits: tuple[float, float]) -> str:
    """How a number is told of that lies outside its documented range."""
    low, high = limits
    if low == high:
        return f"beyond its range, which is {low:g} alone"
    return f"beyond its range {low:g}{'–' if low >= 0 else ' to '}{high:g}"


def setting(key: str, value: float) -> str:
    """A number as `--set` takes it, to the last digit."""
    return f"{key}={value!r}"


def _source(word: Any, catalogue: Catalogue, days: Collection[dt.date | None]) -> str:
    """The source that a word names, here and now."""
    if word is None:
        return usual_source(catalogue, days)
    if word in (POINT, PRIOR):
        return str(word)
    if isinstance(word, str) and is_posterior(word):
        held = [day for day in days if day is not None]
        name = posterior_as_of(catalogue, min(held)) if word == POSTERIOR and held else word
        load_posterior(catalogue, name)
        return name
    if isinstance(word, str) and catalogue.split(word) is not None:
        hint = "parameters is a mapping {KEY: NUMBER}; for mesa.batch_run, a list of mappings"
        raise Problems([Problem(_HERE, None, f"'{word}' is a number, not a source", hint)])
    known = (POINT, PRIOR, POSTERIOR)
    hint = did_you_mean(str(word), known) or "or give numbers by key: {'basing.notice.manas': 90}"
    message = f"no source '{word}'; they are {', '.join(known)}"
    raise Problems([Problem(_HERE, None, message, hint)])


def _leaves(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Each number with its full key; lists and arrays become arrays, all else stays."""
    for path, leaf in leaves_of(value):
        full_key = ".".join((key, *map(str, path)))
        if isinstance(leaf, bool | str) or leaf is None:
            yield full_key, leaf
            continue
        try:
            found = np.asarray(leaf, dtype=float)
        except OverflowError:
            found = np.asarray(np.inf)
        except (TypeError, ValueError):
            yield full_key, leaf
            continue
        yield full_key, found if found.ndim else found.item()


def _wrong_in_array(
    key: str, values: Array, catalogue: Catalogue, runs: int | None
) -> Iterator[Problem]:
    """What is wrong with numbers that are given by run: their shape, or the first that is."""
    if values.ndim != 1 or (runs is not None and len(values) != runs) or not len(values):
        due = "(runs,)" if runs is None else f"({runs},)"
        message = f"'{key}' has the shape {values.shape}"
        hint = f"a number, or a value a run, is due: {due}"
        yield Problem(_HERE, None, message, hint)
        return
    for at in _worth_a_look(values):
        _, refused = catalogue.assign(key, float(values[at]), drawn=True)
        if refused:
            # A key that is wrong is wrong in every run.
            whose = "" if refused[0][1].alone else f"' in run {at}"
            yield _problem(key, refused[0][1], whose)
            return


def _worth_a_look(values: Array) -> list[int]:
    """Places of the numbers that stand for all: the first odd one, or the least and the largest."""
    odd = np.flatnonzero(~np.isfinite(values))
    return [int(odd[0])] if len(odd) else [int(values.argmin()), int(values.argmax())]


def _problem(key: str, wrong: Wrong, whose: str = "") -> Problem:
    """What a catalogue refused, about a key."""
    message = str(wrong)
    if not wrong.alone:
        about = f"'{key}{whose}" if whose else f"'{key}'"
        message = f"{about}{' ' if message.startswith('is ') else ': '}{message}"
    return Problem(_HERE, None, message, wrong.hint, wrong.listing)


def _told(source: str, catalogue: Catalogue) -> str:
    """A source in a sentence or two."""
    if source == POINT:
        return "Point values: no parameter uncertainty."
    if source == PRIOR:
        return "Prior: each run draws its parameters from their ranges."
    found = load_posterior(catalogue, source)
    said = (
        f"Calibrated: each run draws {len(found.keys)} parameters together from the posterior, as "
        f"fitted to what was known on {found.provenance['as_of']} ({len(found.weights):,} vectors, "
        f"worth {found.effective_size:,.0f}), and {len(found.unfitted)} more from their ranges."
    )
    return " ".join([said, *found.differences()])
