"""The parts that figures are drawn of: labels, lines of text, colours."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import rgb_to_hsv, to_rgb
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from simulation.evidence.catalogue import load_catalogue
from simulation.evidence.schema import ActorEntry, Additions
from simulation.show.figures import fonts
from simulation.show.figures.drawing import spread_out
from simulation.show.figures.sheet import Sheet, text_width, wrapped
from simulation.show.figures.style import (
    BASELINE_GREY,
    FAINT,
    INK,
    LABEL,
    LESS,
    MORE,
    QUIET_INK,
    READABLE,
    SCENARIO,
    SHIFT,
    SPARE,
    UNTOLD,
    Labels,
    contrast,
    free_hue,
    styled,
    text_on,
)


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=6),
    st.floats(0.5, 12),
)
def test_end_labels_stand_apart_in_order_and_in_bounds(wanted, gap):
    placed = spread_out(wanted, gap, 0, 100)
    ranked = sorted(range(len(wanted)), key=lambda place: wanted[place])
    heights = [placed[place] for place in ranked]
    assert all(b - a >= gap - 1e-6 for a, b in itertools.pairwise(heights))
    assert heights[0] >= -1e-6
    assert heights[-1] <= 100 + 1e-6


def test_labels_that_do_not_touch_stay_where_they_are():
    assert spread_out([10, 50, 90], 5, 0, 100) == [10, 50, 90]


@given(
    st.lists(st.text("AVTWafijlory.,:;-–−%$0123456789é", min_size=1, max_size=12), max_size=9),
    st.sampled_from([7.5, 8.2, 9.5, 13]),
    st.booleans(),
)
def test_a_line_is_as_wide_as_matplotlib_says(words, size, bold):
    line = " ".join(words)
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    told = line.replace("$", r"\$")
    expected = text_to_path.get_text_width_height_descent(told, font, False)[0] / 72
    assert text_width(line, size, bold) == pytest.approx(expected, rel=1e-12)


def test_wrapped_lines_fit():
    with styled():
        lines = wrapped("The United States leaves both bases in 2004 and nobody minds", 2.0, 10)
        assert len(lines) > 1
        assert all(text_width(line, 10) <= 2.0 for line in lines)


def test_powers_differ_in_colour_and_in_line_style():
    evidence = load_catalogue()
    looks = [Labels(evidence).look_of(power) for power in evidence.names["power"]]
    assert len({each.color for each in looks}) == 4
    assert len({str(each.dash) for each in looks}) == 4


def test_powers_that_a_scenario_adds_keep_the_colours_of_the_others_and_get_their_own():
    evidence = load_catalogue()
    newcomers = {f"power_{each}": ActorEntry(name=each, kind="power") for each in "abcdefgh"}
    newcomers["power_i"] = ActorEntry(name="i", kind="power", colour="#123456")
    labels = Labels(evidence.extended(Additions(actors=newcomers)))
    for power in evidence.names["power"]:
        assert labels.look_of(power) == Labels(evidence).look_of(power)
    colors = [labels.look_of(power).color for power in labels.powers]
    assert len(set(colors)) == len(colors) == 13
    assert labels.look_of("power_i").color == "#123456"


def test_no_power_has_a_hue_that_means_more_or_less():
    evidence = load_catalogue()
    shades = [Labels(evidence).look_of(power).color for power in evidence.names["power"]]
    for color in (*shades, *SPARE):
        assert free_hue(float(rgb_to_hsv(to_rgb(color))[0])), color
    assert not free_hue(float(rgb_to_hsv(to_rgb(MORE))[0]))


def test_what_is_written_and_drawn_has_a_contrast_of_four_and_a_half():
    evidence = load_catalogue()
    looks = [Labels(evidence).look_of(power) for power in evidence.names["power"]]
    shades = [shade for look in looks for shade in (look.color, look.ink)]
    for color in (*shades, INK, QUIET_INK, FAINT, LABEL, BASELINE_GREY, MORE, LESS, SCENARIO):
        assert contrast(color) >= READABLE, color
    assert contrast(FAINT, UNTOLD) >= READABLE
    for place in np.linspace(0, 1, 101):
        assert contrast(text_on(SHIFT(place)), SHIFT(place)) >= READABLE, place
    assert contrast("black") == pytest.approx(21)


@pytest.mark.parametrize("letters", ["Без баз", "基地なし"])
def test_letters_that_the_usual_font_lacks_are_looked_for_on_the_machine(letters, monkeypatch):
    wanted = {ord(letter) for letter in letters}
    monkeypatch.setattr(fonts, "_usual", lambda: frozenset({ord(" ")}))
    known = (("Half", frozenset([*wanted][:1])), ("Whole", frozenset(wanted)))
    monkeypatch.setattr(fonts, "_families", lambda: known)
    fonts.families_for.cache_clear()
    figure = Sheet(letters, "subtitle", "how", "source", 1.0).figure
    fonts.with_fonts(figure)
    assert figure.texts[0].get_fontfamily() == [fonts._USUAL, "Whole"]
    fonts.families_for.cache_clear()


def test_cyrillic_needs_no_other_font_and_a_title_without_spaces_is_broken():
    assert fonts.lacking_in("Соединённые Штаты") == set()
    assert len(wrapped("基" * 80, 3.0, 13)) > 3


def test_a_font_of_placeholders_is_none_that_has_the_letters(monkeypatch):
    fonts._families.cache_clear()
    assert not any(name.startswith("Last Resort") for name, _ in fonts._families())


def test_letters_that_no_font_has_are_given_the_room_of_their_boxes(monkeypatch):
    monkeypatch.setattr("simulation.show.figures.sheet.families_for", lambda _: ())
    text_width.cache_clear()
    boxes = text_width("中亚", 10)
    monkeypatch.setattr("simulation.show.figures.sheet.families_for", lambda _: ("Some",))
    text_width.cache_clear()
    assert boxes > 1.2 * text_width("中亚", 10)
    assert text_width("中亚", 10) == pytest.approx(20 / 72)
    text_width.cache_clear()


@pytest.mark.parametrize(
    "title",
    ["The United States leaves both of its bases " * 8, "美国撤出两个基地" * 20, "x" * 300],
)
def test_a_title_of_any_length_beside_a_row_fits_and_says_that_it_goes_on(title):
    with styled():
        sheet = Sheet("A title", "What", "how", "source", body=2.0)
        axes = sheet.axes(2.0, 0.1, 3.0, 1.5)
        axes.set(xlim=(0, 1), ylim=(1, 0))
        sheet.beside(axes, 0.5, title)
        first, second = sheet.figure.texts[-1].get_text().split("\n")
        assert len(second) > 8
        assert second.endswith(" …")
        assert all(text_width(each, 7.2) < 1.9 for each in (first, second))
