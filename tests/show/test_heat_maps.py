"""Heat maps of the differences between scenarios."""

from __future__ import annotations

import pytest
from matplotlib.text import Text

from simulation.show.figures.differences import _crowded
from simulation.show.figures.registry import FIGURES
from simulation.show.figures.summaries import MeanDifference, Results

SCENARIO = "us_base_withdrawal"


@pytest.mark.parametrize(
    ("mean", "text"),
    [
        (0.108, "+11"),
        (-0.103, "−10"),
        (0.039, "+3.9"),
        (-0.004, "−.4"),
        (0.0004, ""),
        (0.0996, "+10"),
    ],
)
def test_numbers_in_crowded_cells_are_short_and_right(mean, text):
    assert _crowded(mean) == text


def test_the_heat_map_greys_only_what_cannot_be_told_from_zero(record, monkeypatch):
    figure = FIGURES["difference_heatmap"].make(record, SCENARIO)
    plain = sum(len(each.get_paths()) for each in patches(figure) if not each.get_hatch())
    untold = MeanDifference(0.01, -0.01, 0.03)
    monkeypatch.setattr(Results, "difference", lambda *_: untold)
    grey = FIGURES["difference_heatmap"].make(record, SCENARIO)
    hatched = sum(len(each.get_paths()) for each in patches(grey) if each.get_hatch())
    assert plain > 15
    assert hatched == 24


def test_a_heat_map_without_a_dash_explains_none(record):
    for name in ("difference_heatmap", "scenario_heatmap"):
        figure = FIGURES[name].make(record, SCENARIO)
        said = [text.get_text() for text in figure.findobj(Text)]
        assert "–" not in said
        assert not [text for text in said if "dash" in text]


def patches(figure):
    from matplotlib.collections import PolyCollection

    return figure.axes[0].findobj(PolyCollection)
