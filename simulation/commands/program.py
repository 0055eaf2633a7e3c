"""The commands: `heartland`, `python -m simulation`, or `python run.py` in a checkout.

This module finds the command that is meant and answers what goes wrong; the commands themselves
stand in `simulation.commands`. Exit status: 0 done; 2 bad input, nothing was run; 130 stopped
by the user, 143 and 129 by SIGTERM and SIGHUP; 1 for what the machine refused.
"""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

# To import a module of commands is to offer them.
from simulation.commands import (  # noqa: F401
    browser,
    estimating,
    reference,
    results,
    scenarios,
    simulate,
    variation,
)
from simulation.commands.commandline import COMMANDS, HELP, Heading, Misuse, instead
from simulation.commands.output import note, show_no_more, tell
from simulation.commands.sparing import end_with_the_command
from simulation.commands.stopping import stop_signals
from simulation.inputs.alphabets import write_what_can_be_read
from simulation.inputs.invocation import __version__, installing, program
from simulation.inputs.problems import Problems

DEFAULT = "batch"
ALIASES = {"run": DEFAULT}
PIPE_CLOSED = 141
BETWEEN_SEARCHES = 200_000
"""New objects after which lost cycles are looked for; Python's own 700 are made in no time."""

EXTRAS = {
    "SALib": "analysis",
    "scoringrules": "analysis",
    "altair": "app",
    "ipyvuetify": "app",
    "solara": "app",
    "distributed": "cluster",
    "statsmodels": "estimation",
}
"""Packages that a plain installation leaves out, and the extra that brings each."""

TOO_LARGE = """\
There is not enough memory for this. Ask for fewer runs at once, or for fewer points or samples;
for a batch, a smaller --chunk takes less, and so do fewer --workers."""

NO_MORE = """\
The system gives this program no thread more. Raise its limits (ulimit -v, ulimit -u), or end what
else is running."""

OPENING = """\
Heartland: whose influence over Central Asia would have changed, had this been different?

  {program}                      every scenario, 1,000 runs each: table, answers, pictures, report
  {program} --quick              two scenarios, 100 runs: a first look within seconds
  {program} COMMAND --help       what a command does, with examples"""

CLOSING = """\
A question of your own, in three steps:
  {program} new my_question      write scenarios/my_question.yaml, a template that explains itself
  {program} check my_question    say everything that is wrong with it
  {program} batch my_question    run it beside the baseline and answer it"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: the words after the program's name; those of the process by default.

    Returns:
        The exit status.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    if argv is None:
        end_with_the_command()
    write_what_can_be_read()
    with collecting_seldom(argv is None), stop_signals() as stopped:
        try:
            status = dispatch(words)
            sys.stdout.flush()
            return status
        except (Misuse, Problems) as error:
            return _complain(error.render(), 2)
        except KeyboardInterrupt as stop:
            with suppress(OSError):  # a terminal that was closed shows nothing any more
                _complain(f"\n{stop}" if str(stop) else "\nStopped.", stopped.status)
            return stopped.status
        except BrokenPipeError:
            show_no_more()
            return PIPE_CLOSED
        except ModuleNotFoundError as missing:
            return _complain(remedy(missing), 2)
        except MemoryError as error:
            return _complain(_with_notes(TOO_LARGE, error), 1)
        except RuntimeError as error:
            from simulation.numerics.memory import is_wanting

            if not is_wanting(error):
                raise
            return _complain(_with_notes(NO_MORE, error), 1)
        except OSError as error:
            show_no_more(if_broken=True)
            where = f"{error.filename}: " if error.filename else ""
            return _complain(_with_notes(f"{where}{error.strerror or error}", error), 1)


@contextmanager
def collecting_seldom(ends: bool) -> Iterator[None]:
    """Look for lost cycles seldom: imports make a million objects, and all of them stay.

    Args:
        ends: whether the process ends with it. Then nothing is looked for any more, and what is
            frozen Python leaves to the system, where it would take all apart. That spares a
            program a second, and would let one that goes on grow.
    """
    young, older, oldest = gc.get_threshold()
    gc.set_threshold(BETWEEN_SEARCHES, older, oldest)
    try:
        yield
    finally:
        if ends:
            gc.disable()
            atexit.register(gc.freeze)
        gc.set_threshold(young, older, oldest)


def _with_notes(told: str, error: Exception) -> str:
    """What is told of an error, and below it what is kept and how to go on."""
    return "\n".join([told, *getattr(error, "__notes__", [])])


def dispatch(words: list[str]) -> int:
    """Find the command that is meant, and run it with the words that follow."""
    first = words[0] if words else ""
    if first in HELP or words == ["help"]:
        tell(overview())
        return 0
    if first == "--version":
        tell(f"heartland {__version__}")
        return 0
    if first == "help":
        return dispatch([words[1], "--help"])
    if not first or first.startswith("-"):
        return COMMANDS[DEFAULT](words)
    name = ALIASES.get(first, first)
    if name not in COMMANDS:
        raise _unknown(first)
    return COMMANDS[name](words[1:])


def _unknown(word: str) -> Misuse:
    """Answer a first word that is no command, and perhaps the name of a scenario."""
    from simulation.scenario.scenario import list_scenarios

    if word in list_scenarios() or word.endswith((".yaml", ".yml")):
        return Misuse(f"'{word}' is no command; to run that scenario: {program()} batch {word}")
    return Misuse(f"There is no command '{word}'{instead(word, [*COMMANDS, *ALIASES])}")


def overview() -> str:
    """The help that a newcomer reads first: every command under its heading."""
    parts = []
    for heading in Heading:
        commands = [each for each in COMMANDS.values() if each.heading == heading]
        lines = [f"  {each.name:<12}{each.summary}" for each in commands]
        parts.append("\n".join([heading, *lines]))
    return "\n\n".join([OPENING, *parts, CLOSING]).format(program=program())


def remedy(missing: ModuleNotFoundError) -> str:
    """Say which command installs a package that is not there."""
    package = (missing.name or "").partition(".")[0]
    if package in {"simulation", ""}:
        raise missing
    return (
        f"Heartland needs the package '{package}', which this Python does not have.\n"
        f"Nothing was run. Install it with: {installing(EXTRAS.get(package, ''))}"
    )


def _complain(text: str, status: int) -> int:
    """Say on standard error what went wrong.

    Returns:
        The exit status that was given.
    """
    note(text)
    return status
