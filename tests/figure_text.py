"""What can be read in a figure."""

from __future__ import annotations

from matplotlib.text import Text


def texts(figure):
    """Every text that can be seen, with its box in points of the screen."""
    renderer = figure.canvas.get_renderer()
    found = [each for each in figure.findobj(Text) if each.get_visible()]
    return [
        (each.get_text(), each.get_window_extent(renderer))
        for each in found
        if each.get_text().strip()
    ]


def said(figure):
    return " ".join(text for text, _ in texts(figure))
