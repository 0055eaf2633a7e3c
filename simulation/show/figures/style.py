"""What all figures share: colours, line styles, names.

Colours are Okabe and Ito's, told apart by people with any colour vision; every power keeps its
colour and its line style in all figures, so that a page printed in grey can still be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import matplotlib as mpl

WIDTH = 9.0
MARGIN = 0.12
INK, QUIET_INK, FAINT = "#222222", "#5f5f5f", "#8a8a8a"
LABEL, EDGE, GRID = "#444444", "#888888", "#e4e4e4"
BASELINE_GREY = "#8c8c8c"
MORE, LESS, UNTOLD = "#3e8bc4", "#d4862a", "#e6e6e6"
SCENARIO_BLUE = "#0072B2"
SPARE = ("#E69F00", "#56B4E9", "#000000", "#F0E442")

Dash = str | tuple[int, tuple[float, ...]]


@dataclass(frozen=True)
class Look:
    """How an actor is drawn: colour, a darker one for text, line style, hatch, marker."""

    color: str
    ink: str
    dash: Dash
    hatch: str
    marker: str


LOOKS = {
    "china": Look("#D55E00", "#B04E00", "solid", "", "o"),
    "russia": Look("#0072B2", "#005C91", (0, (5, 1.6)), "////", "s"),
    "united_states": Look("#009E73", "#007D5B", (0, (6, 1.4, 1.2, 1.4)), "....", "^"),
    "japan": Look("#CC79A7", "#A3507D", (0, (1.4, 1.4)), "xxxx", "D"),
}
_NAMES = {
    "united_states": "United States",
    "central_asia": "Central Asia",
    "karshi_khanabad": "Karshi-Khanabad",
    "sco": "SCO",
    "csto": "CSTO",
    "eurasec": "EurAsEC",
    "guuam": "GUUAM",
    "pfp": "Partnership for Peace",
    "central_asia_plus_japan": "Central Asia plus Japan",
}
_SHORT = {"united_states": "US"}
GUESTS = {
    "karshi_khanabad": "united_states",
    "manas": "united_states",
    "kant": "russia",
    "dushanbe": "russia",
}
HOSTS = {
    "karshi_khanabad": "uzbekistan",
    "manas": "kyrgyzstan",
    "kant": "kyrgyzstan",
    "dushanbe": "tajikistan",
}


def name_of(identifier: str) -> str:
    """An identifier as people write it."""
    return _NAMES.get(identifier, identifier.replace("_", " ").title())


def short_name(identifier: str) -> str:
    """The shortest usual name: "US"."""
    return _SHORT.get(identifier, name_of(identifier))


def in_sentence(identifier: str) -> str:
    """The name within a sentence: "the United States"."""
    return {"united_states": "the United States"}.get(identifier, name_of(identifier))


def look_of(power: str, powers: Sequence[str] = ()) -> Look:
    """How a power is drawn; one that a scenario adds takes a spare colour."""
    if power in LOOKS:
        return LOOKS[power]
    added = sorted(each for each in powers if each not in LOOKS) or [power]
    color = SPARE[added.index(power) % len(SPARE)]
    return Look(color, INK, (0, (3, 1, 1, 1, 1, 1)), "++", "v")


@lru_cache(maxsize=1)
def _rules() -> mpl.RcParams:
    """Matplotlib's own settings with those of the style sheet on top."""
    file = Path(__file__).with_name("heartland.mplstyle")
    rules = mpl.rcParamsDefault.copy()
    rules.update(mpl.rc_params_from_file(file, use_default_template=False))
    rules["backend"] = "agg"
    return rules


@contextmanager
def styled() -> Iterator[None]:
    """Draw and save with the one style sheet, whatever the reader's own settings are."""
    with mpl.rc_context():
        mpl.rcParams.update(_rules())
        yield
