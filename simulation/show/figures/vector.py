"""SVG that is small, the same every time, readable by a screen reader, and fit for a page."""

from __future__ import annotations

import io
import re
from xml.sax.saxutils import escape, unescape

from matplotlib.figure import Figure

from simulation.inputs.escapes import visible

_NUMBER = re.compile(r"(-?\d+\.\d)\d+")
_DRAWN = re.compile(r' (?:d|points|x|y|x1|x2|y1|y2)="[^"]*"')
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_OPENING = re.compile(r"<svg [^>]*>")
_PLACE = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')


def tidied(figure: Figure, description: str) -> str:
    """A figure as SVG: coordinates to a tenth of a point, no date, a title and description."""
    page = io.StringIO()
    figure.savefig(page, format="svg", metadata={"Date": None})
    text = _METADATA.sub("", visible(page.getvalue()), count=1)
    text = _DRAWN.sub(lambda drawn: _NUMBER.sub(r"\1", drawn[0]), text)
    title = escape(visible(str(figure.get_label())))
    said = f"<title>{title}</title><desc>{escape(description)}</desc>"
    return _OPENING.sub(lambda svg: f'{svg[0][:-1]} role="img">\n {said}', text, count=1)


def for_page(svg: str, prefix: str) -> str:
    """An SVG to stand inside HTML: no prolog, and names that clash with no other figure's.

    Its title and description are named as its alternative text.
    """
    text = svg[svg.index("<svg ") :]
    text = _PLACE.sub(lambda place: f"{place[1]}{prefix}-{place[2]}", text)
    opening = _OPENING.match(text)
    assert opening is not None
    head = re.sub(r' (?:width|height)="[^"]*"', "", opening[0])[:-1]
    said = f' aria-labelledby="{prefix}-title {prefix}-desc">'
    body = text[opening.end() :].replace("<title>", f'<title id="{prefix}-title">', 1)
    return head + said + body.replace("<desc>", f'<desc id="{prefix}-desc">', 1)


def title_of_svg(svg: str) -> str:
    """The message of a figure that was saved."""
    found = re.search(r"<title>(.*?)</title>", svg, re.DOTALL)
    return unescape(found[1]) if found else ""
