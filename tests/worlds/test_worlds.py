"""Worlds that differ in one thing: what moves when a mechanism is off, and what cannot.

Each pair shares its draws. Everything before the first moment at which the mechanism can matter,
run by run, is the same to the bit; what the mechanism claims shows from then on.
"""

import numpy as np
import pytest
from pairs import (
    QUIET,
    anywhere,
    assert_identical,
    live,
    paired,
    parted,
    scenario,
    without,
)

from simulation import world as w
from simulation.catalogue import load_catalogue
from simulation.dates import quarter_of
from simulation.mechanisms import SWITCHES
from simulation.outcomes import measure_outcomes

ATS = ("sco", "anti_terrorist_structure")
RUSSIAN = ("dushanbe", "kant")


def first_trouble(history):
    return history.first(lambda now: anywhere(now["ousted"] | now["cracked_down"]))


def first_base(history, *bases):
    """The quarter in which the first base opens, of those named or of all."""
    if not bases:
        return history.first_of("opened_at") if False else _earliest(history, "opened_at")
    return np.minimum.reduce([_when(history, "opened_at", base) for base in bases])


def _when(history, name, *who):
    """The quarter of a first, after the end where it never came."""
    when = history.of(name, *who).astype(int)
    return np.where(when < 0, history.end + 1, when)


def _earliest(history, name):
    when = history.at(name, history.end).astype(int)
    return np.where(when < 0, history.end + 1, when).reshape(-1, history.runs).min(axis=0)
