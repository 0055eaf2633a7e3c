"""The page a figure stands on: message on top, drawing in the middle, how to read it below."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from simulation.parameters.numbers import source_word
from simulation.parameters.sampling import POINT
from simulation.show.figures.fonts import families_for
from simulation.show.figures.style import INK, MARGIN, QUIET_INK, WIDTH

BOX = 1.25
"""Width of the box that stands for a letter which no font has, beside the size of the type."""


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width of one line of text, in inches; letters of other scripts are taken as square.

    The boxes that stand for letters which no font of the machine has are wider.
    """
    square = [letter for letter in text if unicodedata.east_asian_width(letter) in "WF"]
    if square:
        wide = len(square) * (1.0 if families_for(frozenset(square)) else BOX)
        text = "".join(each for each in text if unicodedata.east_asian_width(each) not in "WF")
        return wide * size / 72 + text_width(text, size, bold)
    words = text.replace("$", r"\$").split(" ")
    width = sum(_measured(each, bold) for each in words) + _measured(" ", bold) * (len(words) - 1)
    return width * (size / text_to_path.FONT_SCALE) / 72


@lru_cache(maxsize=4096)
def _measured(word: str, bold: bool) -> float:
    """Width of a word at the size at which Matplotlib measures, in points, exactly.

    Nothing is set closer across a space, so the words of a line add up to the line; to measure each
    line anew that is tried would take most of the time of a figure.
    """
    if not word:
        return 0.0
    weight = "bold" if bold else "normal"
    font = FontProperties(family="DejaVu Sans", size=text_to_path.FONT_SCALE, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(word, font, False)
    return float(width)


def wrapped(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """Text broken into lines no wider than `width` inches, with room for coarser screens."""
    width *= 0.955
    lines: list[str] = []
    for word in (part for each in text.split() for part in _broken(each, width, size, bold)):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


def _broken(word: str, width: float, size: float, bold: bool) -> list[str]:
    """A word cut where it is wider than a line, as titles are that have no spaces."""
    parts = [""]
    if text_width(word, size, bold) <= width:
        return [word]
    for letter in word:
        if parts[-1] and text_width(parts[-1] + letter, size, bold) > width:
            parts.append("")
        parts[-1] += letter
    return parts


class _NoX(XAxis):
    """An axis that is never drawn, and so makes no ticks."""

    def set_clip_path(self, *_: Any, **__: Any) -> None:
        """Clip no ticks, which would make them."""


class _NoY(YAxis):
    """An axis that is never drawn, and so makes no ticks."""

    def set_clip_path(self, *_: Any, **__: Any) -> None:
        """Clip no ticks, which would make them."""


class _Bare(Axes):
    """Axes without ticks, grid and frame: to make them takes a quarter of the usual time."""

    def _init_axis(self) -> None:
        self.xaxis, self.yaxis = _NoX(self, clear=False), _NoY(self, clear=False)

    def grid(self, *_: Any, **__: Any) -> None:
        """Draw no grid."""

    def tick_params(self, *_: Any, **__: Any) -> None:
        """Have no ticks."""


class Page(Figure):
    """A figure that can say what it shows.

    Attributes:
        told: what is drawn and how to read it, in sentences.
    """

    told = ""


class Sheet:
    """A page with the message on top, the drawing in the middle, how to read it below.

    All lengths are inches; the page is as high as its text needs.

    Args:
        title: the message, a sentence.
        subtitle: what is drawn, of which scenario, in which unit.
        how: one line on how to read it.
        source: where the numbers come from.
        body: height of the drawing.
        width: width of the page.
    """

    def __init__(
        self, title: str, subtitle: str, how: str, source: str, body: float, width: float = WIDTH
    ):
        room = width - 2 * MARGIN
        blocks = [
            (wrapped(title, room, 13, bold=True), 13, 0.235, {"weight": "bold", "color": INK}),
            (wrapped(subtitle, room, 9.5), 9.5, 0.18, {"color": QUIET_INK}),
        ]
        feet = [
            (wrapped(f"How to read: {how}", room, 8.5), 8.5, 0.165, {"color": INK}),
            (wrapped(source, room, 7.5), 7.5, 0.145, {"color": QUIET_INK}),
        ]
        head = 0.1 + sum(len(lines) * step for lines, _, step, _ in blocks) + 0.08
        foot = 0.06 + sum(len(lines) * step for lines, _, step, _ in feet) + 0.08
        self.width, self.height = width, head + body + foot
        self.body, self.bottom = body, foot
        self.figure = Page(figsize=(self.width, self.height))
        self.figure.told = f"{subtitle.rstrip('.')}. {how[:1].upper()}{how[1:]}"
        FigureCanvasAgg(self.figure)
        self.figure.set_label(title)
        at = self.height - 0.1
        for lines, size, step, looks in blocks:
            at = self._write(lines, at, size, step, looks)
        at = foot - 0.06
        for lines, size, step, looks in feet:
            at = self._write(lines, at, size, step, looks)

    def _write(
        self, lines: Sequence[str], at: float, size: float, step: float, looks: dict[str, Any]
    ) -> float:
        for line in lines:
            self.figure.text(
                MARGIN / self.width, at / self.height, line,
                size=size, va="top", ha="left", parse_math=False, **looks,
            )  # fmt: skip
            at -= step
        return at

    def axes(self, left: float, bottom: float, width: float, height: float, **more: Any) -> Axes:
        """Bare axes at a place in the drawing, in inches from its lower left corner.

        Frames, grids and numbers are drawn by `years_axis` and `values_axis`, with far fewer
        parts than Matplotlib's own, which take most of the time of a figure with many panels.
        """
        place = (
            left / self.width,
            (self.bottom + bottom) / self.height,
            width / self.width,
            height / self.height,
        )
        axes = _Bare(self.figure, place, **more)
        self.figure.add_axes(axes)
        axes.set_axis_off()
        return axes

    def grid(
        self,
        rows: int,
        columns: int,
        left: float = 0.5,
        right: float = 0.15,
        top: float = 0.3,
        bottom: float = 0.3,
        across: float = 0.3,
        down: float = 0.5,
        **more: Any,
    ) -> list[list[Axes]]:
        """Rows of equal axes with `across` and `down` inches between them."""
        width = (self.width - left - right - across * (columns - 1)) / columns
        height = (self.body - top - bottom - down * (rows - 1)) / rows
        return [
            [
                self.axes(
                    left + column * (width + across),
                    bottom + (rows - 1 - row) * (height + down),
                    width,
                    height,
                    **more,
                )
                for column in range(columns)
            ]
            for row in range(rows)
        ]

    def beside(
        self, axes: Axes, height: float, text: str, bold: bool = False, lines: int = 2
    ) -> None:
        """A row's title in the left margin, level with `height` on the axes' vertical scale.

        A title that is too long for one line takes two small ones, where there is room for two.
        """
        frame = axes.get_position()
        bottom, top = axes.get_ylim()
        at = frame.y0 + (bottom - height) / (bottom - top) * frame.height
        room = frame.x0 * self.width - MARGIN - 0.1
        size, said = 8.2, wrapped(text, room, 8.2, bold)
        if len(said) > 1:
            size = 7.2
            said = wrapped(text, room, size, bold)
        if len(said) > lines:
            last = said[lines - 1]
            while wrapped(f"{last} …", room, size, bold)[1:]:
                last = last.rpartition(" ")[0] or last[:-1]
            said = [*said[: lines - 1], f"{last} …"]
        self.figure.text(
            MARGIN / self.width, at, "\n".join(said), va="center", size=size, color=INK,
            weight="bold" if bold else "normal", linespacing=1.02, parse_math=False,
        )  # fmt: skip


def source_line(manifest: dict[str, Any], scenarios: Sequence[str]) -> str:
    """The run behind a figure: scenarios, runs, source of the numbers, seed, version."""
    runs = manifest["runs"]
    versions = manifest.get("versions") or {}
    version = str(versions.get("heartland") or "")
    program = f"Heartland {version}" if version[:1].isdigit() else "Heartland"
    which = ", ".join(scenarios) if len(scenarios) <= 3 else f"{len(scenarios)} scenarios"
    seed = manifest.get("seed")
    source = source_word(str(manifest.get("parameters") or POINT))
    return f"{program} · {which} · {runs:,} runs each · {source} · seed {seed}"
