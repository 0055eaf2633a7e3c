"""Cards: what a notebook shows of a model, a scenario or a record instead of its bare name."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from simulation.inputs.escapes import visible


def card(title: str, lines: Iterable[tuple[str, object]]) -> str:
    """A title and named lines as a table of HTML; lines that hold nothing are left out.

    Args:
        title: what it is.
        lines: names, and what is told under each; text is escaped.
    """
    rows = "".join(
        f"<tr><th style='text-align:left'>{escape(name)}</th>"
        f"<td style='text-align:left'>{escape(visible(str(told)))}</td></tr>"
        for name, told in lines
        if told not in (None, "")
    )
    caption = (
        f"<caption style='text-align:left;font-weight:bold'>{escape(visible(title))}</caption>"
    )
    return f"<table>{caption}<tbody>{rows}</tbody></table>"
