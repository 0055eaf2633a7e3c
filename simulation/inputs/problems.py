"""Problems in what a person wrote: where, what, the nearest name, the remedy.

Every reader of files collects `Problem`s and raises them together as `Problems`, so that one
look shows everything that is to be mended, in all files.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import NamedTuple

from simulation.inputs.invocation import program


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
        for problem in self.problems:
            by_file.setdefault(problem.file, []).append(problem)
        text = []
        for file, problems in by_file.items():
            count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
            text.append(f"{file} has {count}:")
            for problem in sorted(problems, key=lambda each: each.line or 0):
                place = "" if problem.line is None else f"line {problem.line}: "
                text.append(f"  {place}{problem.message}")
                if problem.hint:
                    text.append("  " + " " * len(place) + problem.hint)
        return "\n".join([*text, f"{ending}{self._remedy()}"])

    def _remedy(self) -> str:
        """The end of the last line: where the names are listed."""
        listings = dict.fromkeys(each.listing for each in self.problems if each.listing)
        commands = [f"{program()} list {listing}" for listing in listings]
        return f" List the names with: {' or '.join(commands)}" if commands else ""


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that looks most like `name`, or None if none is close."""
    found = difflib.get_close_matches(name, sorted(names), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(name: str, names: Iterable[str]) -> str | None:
    """The hint line for a misspelt name, or None if no name is close."""
    close = nearest(name, names)
    return f"did you mean '{close}'?" if close else None
