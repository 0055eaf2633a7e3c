"""What a command is: a function, its arguments, its help; and how misuse is answered.

    @command(Heading.LOOK_UP, [argument("key", metavar="PARAMETER", help="its name")])
    def source(given):
        \"\"\"Show where a number comes from.\"\"\"

makes the command `source PARAMETER`. The docstring is the help, its first line the summary.
Imports that take time stand inside the function, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn

from simulation.inputs.invocation import program
from simulation.inputs.problems import nearest


class Heading(StrEnum):
    """The headings under which the overview lists the commands, in its order."""

    RUN = "Run"
    READ = "Read what came out"
    BROWSE = "See it in the browser"
    VARY = "Find out what matters"
    ASK = "Ask a question of your own"
    LOOK_UP = "Look things up"


Act = Callable[[argparse.Namespace], int | None]
Argument = tuple[tuple[str, ...], dict[str, Any]]

_NUMBERS = {None: "{}", "?": "[{}]", "*": "[{} ...]"}
"""How a usage line shows an argument that may be left out, or may stand more than once."""

HELP = ("-h", "--help")
MANY = 20
"""More names than this are not listed in an answer."""

MOST = 100_000_000
"""Whole numbers of an argument end here, unless it says otherwise: no machine does more runs."""
LONGEST_NUMBER = 300
"""Digits of a whole number at most, which is what a manifest takes."""

COMMANDS: dict[str, Command] = {}
"""Every command that is offered, by its name."""


class Misuse(Exception):
    """A command line that cannot be understood; nothing was run.

    Attributes:
        message: what is wrong, in one line.
        ask: the words of a command that says more.
    """

    def __init__(self, message: str, ask: str = "--help") -> None:
        super().__init__(message)
        self.message = message
        self.ask = ask

    def render(self) -> str:
        """The message and the remedy."""
        return f"{self.message}\nNothing was run. More: {program()} {self.ask}"


def instead(name: str, names: Iterable[str]) -> str:
    """The rest of a sentence about a misspelt name: the nearest one, or those there are."""
    known = sorted(names)
    near = nearest(name, known)
    if near:
        return f"; did you mean '{near}'?"
    return f"; there are {', '.join(known)}" if len(known) <= MANY else ""


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in plain words and offers the nearest name."""

    def __init__(self, name: str, arguments: Iterable[Argument], **options: Any) -> None:
        arguments = list(arguments)
        positional = [
            _NUMBERS[given.get("nargs")].format(given["metavar"])
            for names, given in arguments
            if not names[0].startswith("-")
        ]
        super().__init__(
            usage=" ".join([program(), name, *positional, "[OPTIONS]"]),
            allow_abbrev=False,
            add_help=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **options,
        )
        self.name = name
        self.options = [each for names, _ in arguments for each in names if each.startswith("--")]
        words = self.add_argument_group("arguments")
        switches = self.add_argument_group("options")
        for names, given in arguments:
            (switches if names[0].startswith("-") else words).add_argument(*names, **given)
        switches.add_argument(*HELP, action="store_true", help="show this and do nothing")

    def error(self, message: str) -> NoReturn:
        """Raise `Misuse` with argparse's message in plainer words."""
        raise Misuse(self._plain(message), f"{self.name} --help")

    def _plain(self, message: str) -> str:
        kind, _, rest = message.partition(": ")
        if kind == "unrecognized arguments":
            word = rest.split(" -")[0]
            option = next(iter(word.split("=")[0].split()), "")
            if not option.startswith("-"):
                return f"'{word}' is one word too many for {self.name}"
            return f"{self.name} has no option '{option}'{instead(option, self.options)}"
        if kind == "the following arguments are required":
            return f"{self.name} needs {rest.replace(', ', ' and ')}"
        if kind.startswith("argument "):
            rest = "a value is missing" if rest.startswith("expected ") else rest
            return f"{kind.removeprefix('argument ')}: {rest}"
        return message


@dataclass(frozen=True)
class Command:
    """A command: what it does, what it takes, and how to explain it."""

    name: str
    heading: Heading
    act: Act
    arguments: tuple[Argument, ...]
    examples: tuple[str, ...]

    @property
    def help(self) -> str:
        """The docstring, without its indentation."""
        return inspect.getdoc(self.act) or ""

    @property
    def summary(self) -> str:
        """The docstring's first line, without its full stop."""
        return self.help.partition("\n")[0].rstrip(".")

    def parser(self) -> Parser:
        """The parser of what follows the command's name."""
        lines = [f"  {program()} {example}" for example in self.examples]
        epilog = "\n".join(["examples:", *lines]) if lines else None
        return Parser(self.name, self.arguments, description=self.help, epilog=epilog)

    def __call__(self, words: list[str]) -> int:
        """Parse the words after the command's name and act on them.

        Returns:
            The exit status.
        """
        parser = self.parser()
        if not set(words).isdisjoint(HELP):
            print(parser.format_help(), end="")
            return 0
        given = parser.parse_intermixed_args(words)
        if not getattr(given, "allow_plugins", False):
            return self.act(given) or 0
        from simulation.scenario.plugins import plugins_allowed

        with plugins_allowed(True):
            return self.act(given) or 0


def argument(*names: str, **options: Any) -> Argument:
    """An argument of a command, in the words of `ArgumentParser.add_argument`."""
    return names, options


def command(
    heading: Heading,
    arguments: Sequence[Argument] = (),
    *,
    name: str = "",
    examples: Sequence[str] = (),
) -> Callable[[Act], Act]:
    """Offer a function as a command.

    Args:
        heading: the one under which the overview lists it.
        arguments: what it takes.
        name: its name, where that is not the function's.
        examples: command lines to show in the help, without the program's name.
    """

    def register(act: Act) -> Act:
        known_as = name or act.__name__
        COMMANDS[known_as] = Command(known_as, heading, act, tuple(arguments), tuple(examples))
        return act

    return register


def whole(least: int, most: int = MOST) -> Callable[[str], int]:
    """A type of argument: a whole number from `least` to `most`."""

    def read(text: str) -> int:
        try:
            number = int(text) if len(text) <= LONGEST_NUMBER else most + 1
        except ValueError:
            number = least - 1
        if number < least:
            raise argparse.ArgumentTypeError(f"'{text}' is no whole number of {least} or more")
        if number > most:
            limit = f"{most:,}" if most <= MOST else f"a number of {LONGEST_NUMBER} digits"
            raise argparse.ArgumentTypeError(f"'{text}' is too large; the most is {limit}")
        return number

    return read


def one_of(names: Iterable[str]) -> Callable[[str], str]:
    """A type of argument: one of some names, with the nearest offered for a misspelt one."""
    known = tuple(names)

    def read(text: str) -> str:
        if text not in known:
            raise argparse.ArgumentTypeError(f"there is no '{text}'{instead(text, known)}")
        return text

    return read


def quarter(text: str) -> str:
    """A type of argument: a quarter, as 2015Q4, or a date, which stands for its quarter."""
    from simulation.numerics.dates import quarter_name, quarter_of

    try:
        return quarter_name(quarter_of(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
