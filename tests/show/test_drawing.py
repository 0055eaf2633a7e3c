"""The parts that figures are drawn of: labels, lines of text, colours."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from simulation.evidence.catalogue import load_catalogue
from simulation.evidence.schema import ActorEntry, Additions
from simulation.show.figures.drawing import spread_out
from simulation.show.figures.sheet import text_width, wrapped
from simulation.show.figures.style import Labels, styled


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
