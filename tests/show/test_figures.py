"""Every figure: it can be read, and comes out the same every time."""

from __future__ import annotations

import functools
import itertools
import warnings

import matplotlib as mpl
import pytest
from figure_text import said, texts

from simulation.show.figures import matrix
from simulation.show.figures.registry import FIGURES
from simulation.show.figures.style import styled
from simulation.show.figures.vector import tidied

SCENARIO = "us_base_withdrawal"
ASKED = [(name, SCENARIO if f.scope == "scenario" else None) for name, f in FIGURES.items()]
ASKED += [(name, None) for name in ("influence_fan", "contest", "base_timeline", "drivers")]


@pytest.fixture(scope="module")
def made(record):
    """Figures of the batch, each made once; a warning while drawing is an error."""

    @functools.cache
    def make(name, scenario):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return FIGURES[name].make(record, scenario)

    return make


@pytest.mark.parametrize(("name", "scenario"), ASKED)
def test_a_figure_says_its_message_how_to_read_it_and_where_it_comes_from(made, name, scenario):
    figure = made(name, scenario)
    words = said(figure)
    assert len(figure.get_label()) > 20
    assert "How to read:" in words
    assert "80 runs each" in words
    assert "seed 7" in words


@pytest.mark.parametrize(("name", "scenario"), ASKED)
def test_no_text_is_cut_off_or_lies_on_another(made, name, scenario):
    figure = made(name, scenario)
    figure.set_dpi(110)
    wide, tall = figure.canvas.get_width_height()
    boxes = texts(figure)
    cut = [text for text, box in boxes if box.x0 < 0 or box.y0 < 0]
    cut += [text for text, box in boxes if box.x1 > wide or box.y1 > tall]
    assert cut == []
    overlapping = [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1.5 and min(a.y1, b.y1) - max(a.y0, b.y0) > 2.5
    ]
    assert overlapping == []


def test_a_figure_is_the_same_bytes_every_time_and_bears_no_date(record):
    with styled():
        one, other = (tidied(FIGURES["base_strips"].make(record), "Bases.") for _ in range(2))
    assert one == other
    assert "dc:date" not in one


def test_drawing_leaves_the_readers_own_settings_alone(record):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    FIGURES["contest"].make(record, SCENARIO)
    assert dict(mpl.rcParams) == before


def test_the_matrix_leaves_out_an_outcome_of_which_nothing_is_told_and_says_which(
    results, monkeypatch
):
    outcomes, effects = matrix.effects_of(results, "baseline")
    told = max(outcomes, key=lambda name: min(line[name].times for line in effects.values()))
    columns = FIGURES["outcome_matrix"].make(results).axes[0].get_xlim()[1]
    empty = {name: {**line, told: matrix.Moved()} for name, line in effects.items()}
    monkeypatch.setattr(matrix, "effects_of", lambda *_: (outcomes, empty))
    figure = FIGURES["outcome_matrix"].make(results)
    _, _, left_out = said(figure).partition("Left out, without a value or the same in every run: ")
    assert matrix._head(results, told) in left_out
    assert figure.axes[0].get_xlim()[1] == columns - 1


def test_the_style_is_set_once_and_taken_back(record):
    usual = dict(mpl.rcParams)
    with styled():
        ours = dict(mpl.rcParams)
        with styled():
            assert dict(mpl.rcParams) == ours
        assert dict(mpl.rcParams) == ours
    assert ours != usual
    assert dict(mpl.rcParams) == usual
