"""Fonts for titles in other alphabets: what the usual font lacks is looked for on the machine."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

_USUAL = "DejaVu Sans"
_PLACEHOLDERS = "Last Resort"
"""How the name of a font begins that has a sign for every letter, which shows none of them."""


def with_fonts(figure: Figure) -> None:
    """Give every text of a figure the fonts that have its letters, where the machine has them."""
    for text in _texts(figure):
        lacking = lacking_in(text.get_text())
        if lacking:
            text.set_fontfamily([_USUAL, *families_for(frozenset(lacking))])


@contextmanager
def saying_nothing() -> Iterator[None]:
    """Draw what the fonts of the machine have, and say nothing of weights and letters they lack."""
    log = logging.getLogger("matplotlib.font_manager")
    usual = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font")
            yield
    finally:
        log.setLevel(usual)


def _texts(figure: Figure) -> Iterator[Text]:
    """What is written on a figure: beside its axes, on them, and over them."""
    yield from figure.texts
    for axes in figure.axes:
        yield from (each for each in axes.get_children() if isinstance(each, Text))


def lacking_in(text: str) -> set[str]:
    """The characters that the usual font does not have."""
    return {letter for letter in text if letter.isprintable() and ord(letter) not in _usual()}


@lru_cache(maxsize=64)
def families_for(letters: frozenset[str]) -> tuple[str, ...]:
    """As few families as have the letters, of those that the machine has; in alphabetical order.

    What none of them has is left, and shown as a box.
    """
    left = {ord(letter) for letter in letters}
    found = []
    while left:
        best = max(_families(), key=lambda each: (len(left & each[1]), each[0]), default=None)
        if best is None or not left & best[1]:
            break
        found.append(best[0])
        left -= best[1]
    return tuple(found)


@lru_cache(maxsize=1)
def _usual() -> frozenset[int]:
    return _letters(font_manager.findfont(_USUAL))


@lru_cache(maxsize=1)
def _families() -> tuple[tuple[str, frozenset[int]], ...]:
    """Every family of the machine with the letters that it has."""
    found: dict[str, frozenset[int]] = {}
    for entry in sorted(_entries(), key=lambda each: (each.name, each.fname)):
        if entry.name.startswith(_PLACEHOLDERS):
            continue
        if entry.name not in found and entry.style == "normal":
            letters = _letters(entry.fname)
            if letters:
                found[entry.name] = letters
    return tuple(found.items())


def _entries() -> Iterable[font_manager.FontEntry]:
    """The fonts that are known, with those put on the machine since Matplotlib last looked."""
    known = {Path(each.fname) for each in font_manager.fontManager.ttflist}
    for path in font_manager.findSystemFonts():
        if Path(path) not in known:
            try:
                font_manager.fontManager.addfont(path)
            except (OSError, RuntimeError):  # not a font that can be read
                continue
    return font_manager.fontManager.ttflist


def _letters(path: str) -> frozenset[int]:
    """The characters of a font, as their numbers; none where it cannot be read."""
    try:
        return frozenset(FT2Font(path).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()
