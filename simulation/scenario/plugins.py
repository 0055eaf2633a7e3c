"""Rules of a user's own: a Python file that a scenario names under `plugins`.

The file declares decisions as the package declares its own, each with the switch that turns it off
(`simulation.decisions.plugged.add_rule`). It is read when the scenario is, and again where a worker
or a replay needs it; a scenario remembers what the file held, so that another text is refused.

Such a file is a program. It is read only if the user said so for this command or call, and only
from the folder in which the user stands, so that nobody runs a stranger's by opening a scenario.
"""

from __future__ import annotations

import hashlib
import sys
import traceback
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from simulation.evidence.catalogue import Catalogue
from simulation.inputs.files import Unreadable, contents, resolved
from simulation.inputs.problems import Problem, Problems
from simulation.inputs.validation import Frozen
from simulation.inputs.yaml_reader import shown
from simulation.scenario.mechanisms import Switch


@dataclass(frozen=True)
class Rule:
    """A decision of a plug-in, and the switch that turns it off."""

    decision: Any
    switch: Switch


@dataclass(frozen=True)
class Plugin:
    """A file of rules as it was read.

    Attributes:
        file: Where it lies, as people read it.
        digest: SHA-256 of its text.
        rules: What it adds.
        allowed: Whether the user allowed it when the scenario was read from its own file; a
            worker that is sent the scenario asks no more.
    """

    file: str
    digest: str
    rules: tuple[Rule, ...] = field(default=(), compare=False)
    allowed: bool = field(default=False, compare=False)

    def __reduce__(self) -> tuple[type[Plugin], tuple[str, str, tuple[Rule, ...], bool]]:
        # Rules are read anew where they are needed.
        return Plugin, (self.file, self.digest, (), self.allowed)

    @property
    def switches(self) -> Mapping[str, Switch]:
        """The switches of its rules, by name."""
        return Frozen({rule.switch.name: rule.switch for rule in self.rules})


_ALLOWED: ContextVar[bool] = ContextVar("plug-ins allowed", default=False)
"""Whether the user said that plug-ins may run."""
_OPEN: list[tuple[str, Collection[str], list[Rule]]] = []
"""The file that is being read, the numbers that its scenario adds, and its rules."""
_READ: dict[tuple[str, str, frozenset[str]], Plugin] = {}


@contextmanager
def plugins_allowed(said: bool) -> Iterator[None]:
    """Let plug-ins run within, if the user said so; what was said before stays said."""
    token = _ALLOWED.set(said or _ALLOWED.get())
    try:
        yield
    finally:
        _ALLOWED.reset(token)


def why_not(path: Path) -> tuple[str, str] | None:
    """Why a plug-in may not run here, and the remedy; None where it may."""
    if not _ALLOWED.get():
        message = f"'{shown(path)}' is a program, and none is run unless you say so"
        return message, "read it, then add --allow-plugins, or allow_plugins=True in Python"
    if not resolved(path).is_relative_to(resolved(Path.cwd())):
        message = f"'{shown(path)}' is a program outside the folder that you stand in"
        return message, "copy it with its scenario into your own folder, once you have read it"
    return None


def numbers_being_added() -> Collection[str]:
    """Parameters that the scenario adds whose plug-in is being read; none where none is."""
    return _OPEN[-1][1] if _OPEN else ()


def file_being_read() -> str:
    """The plug-in that is being read.

    Raises:
        RuntimeError: None is.
    """
    if not _OPEN:
        raise RuntimeError("a rule is added by a file that a scenario names under 'plugins'")
    return _OPEN[-1][0]


def offer(rule: Rule) -> None:
    """Add a rule to the plug-in that is being read."""
    _OPEN[-1][2].append(rule)


def read_plugin(path: Path, catalogue: Catalogue) -> Plugin:
    """The rules of a file; the same text is read once.

    Args:
        path: The file.
        catalogue: The evidence, with the parameters that the scenario adds.

    The caller has asked whether it may run (`why_not`).

    Raises:
        Problems: The file is not there, cannot be run, or adds no rule that can stand.
    """
    file = shown(path)
    try:
        text = contents(path)
    except Unreadable as error:
        raise Problems([Problem(file, None, str(error))]) from None
    digest = hashlib.sha256(text).hexdigest()
    own = frozenset(catalogue.added.parameters)
    key = (str(resolved(path)), digest, own)
    if key not in _READ:
        _READ[key] = Plugin(file, digest, _run(file, text, own), True)
    return _READ[key]


def read_again(plugins: Iterable[Plugin], catalogue: Catalogue) -> tuple[Plugin, ...]:
    """The plug-ins of a scenario with their rules.

    Raises:
        Problems: A file may not run, is gone, or holds another text than when the scenario was
            read.
    """
    found = []
    for each in plugins:
        refused = None if each.allowed else why_not(Path(each.file))
        if refused is not None:
            message, hint = refused
            raise Problems([Problem(each.file, None, message, hint)])
        again = read_plugin(Path(each.file), catalogue)
        if again.digest != each.digest:
            message = "the plug-in holds another text than when the scenario was read"
            hint = "put it back as it was, or run the scenario anew"
            raise Problems([Problem(each.file, None, message, hint)])
        found.append(again)
    return tuple(found)


def _run(file: str, text: bytes, own: Collection[str]) -> tuple[Rule, ...]:
    """Run the text of a plug-in and take what it adds."""
    rules: list[Rule] = []
    module = ModuleType(f"plugin_{hashlib.sha256(text).hexdigest()}")
    module.__file__ = file
    sys.modules[module.__name__] = module  # where a dataclass of the file looks itself up
    _OPEN.append((file, own, rules))
    try:
        exec(compile(text, file, "exec"), module.__dict__)
    except Exception as error:  # whatever a user's file may raise
        raise Problems([Problem(file, _line(error, file), _said(error))]) from None
    finally:
        _OPEN.pop()
    if not rules:
        hint = "call add_rule(decision, switch) in it"
        raise Problems([Problem(file, None, "adds no rule", hint)])
    return tuple(rules)


def _line(error: Exception, file: str) -> int | None:
    """The line of the file at which an error came up."""
    if isinstance(error, SyntaxError):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == file]
    return lines[-1] if lines else None


def _said(error: Exception) -> str:
    """What went wrong; what the package itself refuses needs no name of an exception."""
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    if message and type(error).__module__.startswith(__name__.partition(".")[0]):
        return message
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
