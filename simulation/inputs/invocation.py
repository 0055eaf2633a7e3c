"""How the program was started and installed, so that what it advises can be typed as it stands."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from simulation.inputs.places import CHECKOUT, PACKAGE_ROOT

__version__ = "0.1.0"
"""The version of the package; what is built and what is told take it from here."""

_SCRIPT = "run.py"
_INSTALLED = "heartland"


def program() -> str:
    """The words that start the program: as the user typed them where that was a command.

    From Python there was none: then it is `heartland`, or `python run.py` in a checkout.
    """
    started = Path(sys.argv[0] if sys.argv else "")
    if started.stem == _INSTALLED:
        return _INSTALLED
    if started.name == "__main__.py" and started.resolve().parent == PACKAGE_ROOT:
        return "python -m simulation"
    if CHECKOUT is None:
        return _INSTALLED
    if started.name == _SCRIPT and started.resolve() == CHECKOUT / _SCRIPT:
        return f"python {shlex.quote(started.as_posix())}"
    return f"python {_SCRIPT}"


def installing(extra: str = "") -> str:
    """The command that installs the dependencies, or those of an extra, of this installation."""
    more = f"[{extra}]" if extra else ""
    if CHECKOUT is None:
        return f"pip install {shlex.quote(_INSTALLED + more)}"
    place = "." if Path.cwd() == CHECKOUT else CHECKOUT.as_posix()
    return f"pip install -e {shlex.quote(place + more)}"
