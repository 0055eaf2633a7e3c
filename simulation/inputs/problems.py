"""Problems in what a person wrote: where, what, the nearest name, the remedy.

Every reader of files collects `Problem`s and raises them together as `Problems`, so that one
look shows everything that is to be mended, in all files.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from simulation.inputs.escapes import visible, visible_line
from simulation.inputs.invocation import program

MOST_SHOWN = 100
"""Problems that are shown at most; of the others it is told how many there are."""
_ALIKE = 0.6
"""How much of two names is the same if they are close."""
_LONGEST = 1_000
"""Characters of a line that are shown at most."""

Hint = str | None | Callable[[], str | None]
"""A second line, or what looks for it: to find the nearest name of many takes a while, and is done
for those problems only that are shown."""


class Problem(NamedTuple):
    """One thing that is wrong in one file.

    Attributes:
        file: The file as the reader knows it, or the command-line argument.
        line: Line counted from 1; None where the whole file is meant.
        message: What is wrong, in one line.
        hint: A second line: the nearest name or what to write instead.
        listing: What to give to the command `list` to see the names that exist.
    """

    file: str
    line: int | None
    message: str
    hint: str | None = None
    listing: str | None = None


class Problems(Exception):
    """Everything that is wrong in a set of files; nothing was run."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems: tuple[Problem, ...] = tuple(dict.fromkeys(problems))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return self.render()

    def render(self) -> str:
        """The problems grouped by file and sorted by line, ending in the remedy."""
        return self.told("Nothing was run.")

    def told(self, ending: str) -> str:
        """The problems as `render` tells them, with another sentence at the beginning of the end.

        Args:
            ending: what became of the rest.
        """
        by_file: dict[str, list[Problem]] = {}
        for problem in self.problems[:MOST_SHOWN]:
            by_file.setdefault(problem.file, []).append(problem)
        counts = Counter(problem.file for problem in self.problems)
        text = []
        for file, problems in by_file.items():
            count = "1 problem" if counts[file] == 1 else f"{counts[file]:,} problems"
            text.append(f"{_cut(visible_line(file))} has {count}:")
            for problem in sorted(problems, key=lambda each: each.line or 0):
                place = "" if problem.line is None else f"line {problem.line}: "
                text.append(f"  {place}{_cut(visible_line(problem.message))}")
                if problem.hint:
                    text.append("  " + " " * len(place) + _cut(visible(problem.hint)))
        more = len(self.problems) - MOST_SHOWN
        if more > 0:
            text.append(f"  and {more:,} more")
        return "\n".join([*text, f"{ending}{self._remedy()}"])

    def _remedy(self) -> str:
        """The end of the last line: where the names are listed."""
        listings = dict.fromkeys(each.listing for each in self.problems if each.listing)
        commands = [f"{program()} list {listing}" for listing in listings]
        return f" List the names with: {' or '.join(commands)}" if commands else ""


def told(hint: Hint) -> str | None:
    """A hint, looked for if it was not yet."""
    return hint() if callable(hint) else hint


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that looks most like `name`, or None if none is close."""
    if len(name) > _LONGEST:  # no name is as long, and to compare it takes a while
        return None
    # As `difflib.get_close_matches` finds it, ten times as fast: letters in common bound the
    # ratio from above, and only what can be the best is looked at closely.
    counts = Counter(name)
    bounds = []
    for each in names:
        common = sum(min(count, each.count(letter)) for letter, count in counts.items())
        bounds.append((2 * common / max(len(name) + len(each), 1), each))
    matcher = difflib.SequenceMatcher()
    matcher.set_seq2(name)
    best, found = _ALIKE, None
    for bound, each in sorted(bounds, reverse=True):
        if bound < best:
            break
        matcher.set_seq1(each)
        alike = matcher.ratio()
        if alike > best or (alike == best and (found is None or each > found)):
            best, found = alike, each
    return found


def did_you_mean(name: str, names: Iterable[str]) -> str | None:
    """The hint line for a misspelt name, or None if no name is close."""
    close = nearest(name, names)
    return f"did you mean '{close}'?" if close else None
