"""What all figures share: colours, line styles, names.

Colours of powers are Okabe and Ito's, darkened to be seen on white, and told apart by people with
any colour vision; every power keeps its colour and its line style in all figures, so that a page
printed in grey can still be read. More is purple and less is olive, hues that no power has; less
is hatched where a number does not say its sign. Scenario and baseline are without a hue.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.colors import (
    LinearSegmentedColormap,
    hsv_to_rgb,
    rgb_to_hsv,
    to_hex,
    to_rgb,
)
from matplotlib.typing import ColorType

from simulation.evidence.catalogue import Catalogue

WIDTH = 9.0
MARGIN = 0.12
INK, QUIET_INK, FAINT = "#222222", "#555555", "#626262"
LABEL, EDGE, GRID = "#444444", "#888888", "#e4e4e4"
BASELINE_GREY = "#767676"
MORE, LESS, UNTOLD = "#7A5BB5", "#73700A", "#e9e9e9"
SHIFT = LinearSegmentedColormap.from_list(
    "shift", ["#45430a", "#8d891d", "#dedb9c", "#f8f8f6", "#d9ceed", "#9277c8", "#3f2272"]
)
"""Olive for less, white for none, purple for more: told apart with any colour vision."""
SCENARIO = "#3F4B52"
SPARE = ("#A50026", "#3E8E00", "#00808F", "#A0009A", "#5C3A2E", "#4A90C2")
"""Colours for powers that have none: far from those of the powers, and from each other."""
APART = 25 / 360
"""How far, around the wheel, the hue of a power lies from those of more and less at least."""
READABLE = 4.5
"""The contrast with its ground at which text and lines are read with ease."""

Dash = str | tuple[int, tuple[float, ...]]


@dataclass(frozen=True)
class Look:
    """How an actor is drawn: colour, a darker one for text, line style, hatch, marker."""

    color: str
    ink: str
    dash: Dash
    hatch: str
    marker: str


_STYLES: tuple[tuple[Dash, str, str], ...] = (
    ("solid", "", "o"),
    ((0, (5, 1.6)), "////", "s"),
    ((0, (6, 1.4, 1.2, 1.4)), "....", "^"),
    ((0, (1.4, 1.4)), "xxxx", "D"),
    ((0, (3, 1, 1, 1, 1, 1)), "++", "v"),
    ((0, (8, 2)), "\\\\\\\\", "P"),
    ((0, (4, 1, 1, 1)), "--", "X"),
)
"""Line, hatch and marker of each power, in the order in which the evidence names them."""
PLAIN = Look(INK, INK, "solid", "", "o")
"""How something is drawn that belongs to no power."""


class Labels:
    """How those who exist are called and drawn.

    Args:
        catalogue: the evidence with those whom scenarios add.
    """

    def __init__(self, catalogue: Catalogue):
        self.catalogue = catalogue
        self.powers = powers_in_order(catalogue)
        given = {power: catalogue.actors[power].colour for power in self.powers}
        taken = [colour for colour in given.values() if colour]
        self._looks: dict[str, Look] = {}
        for place, power in enumerate(self.powers):
            colour = given[power] or _spare(taken)
            taken.append(colour)
            ink = catalogue.actors[power].ink or _darker(colour)
            dash, hatch, marker = _STYLES[place % len(_STYLES)]
            self._looks[power] = Look(_darker(colour), ink, dash, hatch, marker)

    def name_of(self, identifier: str) -> str:
        """What something is called alone."""
        return self.catalogue.name_of(identifier)

    def short_name(self, identifier: str) -> str:
        """The shortest usual name: "US"."""
        return self.catalogue.short_of(identifier)

    def in_sentence(self, identifier: str) -> str:
        """The name within a sentence: "the United States"."""
        return self.catalogue.called(identifier)

    def look_of(self, power: str) -> Look:
        """How a power is drawn; without colour what is none."""
        return self._looks.get(power, PLAIN)

    def guest_of(self, base: str) -> str:
        """The power whose base it is; empty where it is no base."""
        found = self.catalogue.installations.get(base)
        return found.guest if found else ""

    def host_of(self, base: str) -> str:
        """The state in which a base lies; empty where it is no base."""
        found = self.catalogue.installations.get(base)
        return found.host if found else ""

    @property
    def sides(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The powers whose influence is added up, and those against whom it is held."""
        together = self.catalogue.members_of(self.catalogue.side)
        return together, tuple(power for power in self.powers if power not in together)


def powers_in_order(catalogue: Catalogue) -> tuple[str, ...]:
    """The powers in the order in which the evidence names them, then those whom a scenario adds."""
    powers = [key for key, actor in catalogue.actors.items() if actor.kind == "power"]
    newcomers = catalogue.newcomers("power")
    return (*(each for each in powers if each not in newcomers), *newcomers)


def _spare(taken: Sequence[str]) -> str:
    """A colour that can be told from those that are taken: the farthest of some."""

    def apart(color: str) -> float:
        return min((_distance(color, other) for other in taken), default=0.0)

    left = [color for color in SPARE if color not in taken]
    return max(left or _wheel(), key=apart)


def _wheel() -> list[str]:
    """Colours around the wheel, light and dark, where no other is left."""
    found = []
    for hue in range(24):
        if not free_hue(hue / 24):
            continue
        for value in (0.55, 0.8):
            red, green, blue = hsv_to_rgb((hue / 24, 0.75, value))
            found.append(str(to_hex((red, green, blue))).upper())
    return found


def _distance(one: str, other: str) -> float:
    """How far apart two colours look: red and blue weigh by how red they are."""
    (r1, g1, b1), (r2, g2, b2) = to_rgb(one), to_rgb(other)
    red = (r1 + r2) / 2
    return math.sqrt((2 + red) * (r1 - r2) ** 2 + 4 * (g1 - g2) ** 2 + (3 - red) * (b1 - b2) ** 2)


def free_hue(hue: float) -> bool:
    """Whether a hue, as a part of the wheel, is far from those that mean more and less."""
    others = [float(rgb_to_hsv(to_rgb(color))[0]) for color in (MORE, LESS)]
    return all(abs((hue - other + 0.5) % 1 - 0.5) >= APART for other in others)


def _darker(color: str) -> str:
    """A colour dark enough for text and lines on white."""
    shade = np.array(to_rgb(color))
    while contrast((shade[0], shade[1], shade[2])) < READABLE:
        shade = 0.97 * shade
    return str(to_hex((shade[0], shade[1], shade[2]))).upper()


def contrast(color: ColorType, ground: ColorType = "white") -> float:
    """The contrast of two colours, 1 to 21, as the guidelines for web pages define it."""
    light, dark = sorted((_light(color), _light(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(ground: ColorType) -> str:
    """Ink where it is read with ease on a ground, else black or white, whichever is read better."""
    if contrast(INK, ground) >= READABLE:
        return INK
    return max("black", "white", key=lambda shade: contrast(shade, ground))


def _light(color: ColorType) -> float:
    """How light a colour looks, 0 to 1."""
    shade = np.array(to_rgb(color))
    linear = np.where(shade <= 0.04045, shade / 12.92, ((shade + 0.055) / 1.055) ** 2.4)
    return float(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])


@lru_cache(maxsize=1)
def _rules() -> mpl.RcParams:
    """Matplotlib's own settings with those of the style sheet on top."""
    file = Path(__file__).with_name("heartland.mplstyle")
    rules = mpl.rcParamsDefault.copy()
    rules.update(mpl.rc_params_from_file(file, use_default_template=False))
    rules["backend"] = "agg"
    return rules


_STYLED: ContextVar[bool] = ContextVar("styled", default=False)


@contextmanager
def styled() -> Iterator[None]:
    """Draw and save with the one style sheet, whatever the reader's own settings are.

    To set it takes a hundredth of a second; inside another `styled` it is set already.
    """
    if _STYLED.get():
        yield
        return
    with mpl.rc_context():
        mpl.rcParams.update(_rules())
        before = _STYLED.set(True)
        try:
            yield
        finally:
            _STYLED.reset(before)
