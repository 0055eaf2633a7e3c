"""Figures: what they say, that they can be read, that they come out the same every time."""

from __future__ import annotations

import functools
import itertools
import json
import multiprocessing
import warnings
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text
from places import SHARED
from synthetic import write_results

from simulation.contrast.drivers import Driver, Drivers
from simulation.inputs.problems import Problems
from simulation.record.record import Record
from simulation.show import messages
from simulation.show.figures import geography as places
from simulation.show.figures.differences import _crowded
from simulation.show.figures.drawing import spread_out
from simulation.show.figures.drivers import accounts, headline
from simulation.show.figures.registry import FIGURES
from simulation.show.figures.saving import draw, sheets
from simulation.show.figures.sheet import text_width, wrapped
from simulation.show.figures.style import LOOKS, look, styled
from simulation.show.figures.summaries import Difference, Results
from simulation.show.figures.vector import for_page, tidied, title_of_svg

SCENARIO = "us_base_withdrawal"
ASKED = [(name, SCENARIO if f.scope == "scenario" else None) for name, f in FIGURES.items()]
ASKED += [(name, None) for name in ("influence_fan", "contest", "base_timeline", "drivers")]


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    folder = tmp_path_factory.mktemp("batch") / "made_up"
    return Record.open(write_results(folder, runs=80, parameters="prior"))


@pytest.fixture(scope="module")
def results(record):
    return Results.of(record)


@pytest.fixture(scope="module")
def made(record):
    """Figures of the batch, each made once; a warning while drawing is an error."""

    @functools.cache
    def make(name, scenario):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return FIGURES[name].make(record, scenario)

    return make


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


# -- every figure ----------------------------------------------------------------------------


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


# -- messages --------------------------------------------------------------------------------


def test_the_title_says_who_overtakes_whom_and_when(results):
    assert messages.overtaking(results, "baseline").startswith("China overtakes Russia in ")
    assert any(str(year) in messages.overtaking(results, "baseline") for year in range(2004, 2016))


def test_the_title_of_a_scenario_names_the_largest_change_with_its_interval(record):
    title = FIGURES["influence_fan"].make(record, SCENARIO).get_label()
    assert title.startswith("The United States leaves both bases in 2004: the United States loses")
    assert " to " in title


def only(results, monkeypatch, difference):
    """Let every difference be the same one."""
    monkeypatch.setattr(type(results), "difference", lambda *_: difference)


def test_what_cannot_be_told_from_zero_makes_no_headline(results, monkeypatch):
    only(results, monkeypatch, Difference(0.01, -0.01, 0.03))
    message = messages.shift_of_influence(results, SCENARIO, "baseline")
    assert message == "no power's share of influence can be told from the baseline's"


def test_small_changes_are_called_small(results, monkeypatch):
    only(results, monkeypatch, Difference(0.008, 0.006, 0.010))
    message = messages.shift_of_influence(results, SCENARIO, "baseline")
    assert message == "no power's share moves by more than 0.8 points in any state"


def test_a_scenario_that_changes_nothing_is_said_to_change_nothing(results, monkeypatch):
    only(results, monkeypatch, Difference(0.0, 0.0, 0.0))
    message = messages.shift_of_influence(results, SCENARIO, "baseline")
    assert message == "influence is the same as in the baseline in every run"
    assert "in every run" in messages.contest(results, SCENARIO, "baseline")


def test_a_loss_is_told_without_a_sign_and_its_interval_runs_upward():
    assert messages.points(Difference(-0.05, -0.06, -0.04)) == "5.0 points (4.0 to 6.0)"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0%"), (0.002, "under 1%"), (0.5, "50%"), (0.998, "over 99%"), (1, "100%")],
)
def test_a_share_that_is_not_quite_nothing_is_not_called_nothing(share, text):
    assert messages.percent(share) == text


# -- heat maps -------------------------------------------------------------------------------


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
    only(Results.of(record), monkeypatch, Difference(0.01, -0.01, 0.03))
    grey = FIGURES["difference_heatmap"].make(record, SCENARIO)
    hatched = sum(len(each.get_paths()) for each in patches(grey) if each.get_hatch())
    assert plain > 15
    assert hatched == 24


def patches(figure):
    from matplotlib.collections import PolyCollection

    return figure.axes[0].findobj(PolyCollection)


# -- parts -----------------------------------------------------------------------------------


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
    assert len({each.color for each in LOOKS.values()}) == 4
    assert len({str(each.dash) for each in LOOKS.values()}) == 4
    assert look("india", ["china", "india"]).color not in {each.color for each in LOOKS.values()}


def test_bands_are_read_by_scenario_and_axes(results):
    band = results.band("baseline", "influence_share", power="china", state="uzbekistan")
    assert band is not None
    assert len(band.quarters) == 58
    assert (band.q05 <= band.q50).all()
    assert (band.q50 <= band.q95).all()
    assert results.band("baseline", "influence_share", power="nobody", state="uzbekistan") is None
    assert results.powers == ["china", "russia", "united_states", "japan"]
    assert results.last_quarter == 57


def test_differences_are_those_of_the_comparison(record, results):
    table = record.comparison().to_pylist()
    row = next(r for r in table if r["scenario"] == SCENARIO and r["outcome"] == "china_share")
    found = results.difference(SCENARIO, "china_share", "baseline")
    assert (found.mean, found.low, found.high) == (row["difference"], row["low"], row["high"])


def test_a_difference_from_another_baseline_is_worked_out_from_the_runs(results):
    forth = results.difference(SCENARIO, "china_share", "no_andijan")
    back = results.difference("no_andijan", "china_share", SCENARIO)
    assert forth.mean == pytest.approx(-back.mean)


# -- what drives an outcome ------------------------------------------------------------------


def correlated(*correlations):
    each = [Driver(f"some.key_{r}", r, r - 0.1, r + 0.1) for r in correlations]
    return Drivers(tuple(each), runs=80)


def test_the_title_names_the_strongest_driver_with_its_sign():
    title = headline("China's share", correlated(-0.42, 0.3))
    assert title == "some.key_-0.42 goes most with China's share (rank correlation −0.42)"


def test_where_no_driver_can_be_told_the_title_says_so():
    assert "no parameter goes with China's share" in headline("China's share", correlated(0.05))
    assert "do not differ" in headline("China's share", Drivers((), 80))


def test_the_account_names_three_drivers_and_counts_those_that_can_be_told(results, monkeypatch):
    found = correlated(-0.42, 0.4, 0.3, 0.2, 0.05)
    monkeypatch.setattr(type(results), "drivers", lambda *_: found)
    (own, gap), named = accounts(results, SCENARIO, "baseline")
    assert "95% interval −0.52 to −0.32" in own
    assert "then some.key_0.4 (+0.40) and some.key_0.3 (+0.30); 4 can be told" in own
    assert "its difference from the baseline" in gap
    assert named == 2 * ["some.key_-0.42", "some.key_0.4", "some.key_0.3"]
    assert len(accounts(results, "baseline", "baseline")[0]) == 1


def test_without_a_word_of_the_scenario_the_clearest_headline_is_the_outcome_asked(
    record, results, monkeypatch
):
    monkeypatch.setattr(record, "resolved", lambda name: {})
    chosen = results.outcome_asked(SCENARIO, "baseline")
    clearness = {}
    for name in ("china_share", "russia_share", "united_states_share", chosen):
        found = results.difference(SCENARIO, name, "baseline")
        clearness[name] = abs(found.mean) / (found.high - found.low)
    assert max(clearness, key=clearness.get) == chosen


# -- maps ------------------------------------------------------------------------------------


def test_the_schematic_map_says_that_it_is_one(record):
    figure = FIGURES["influence_map"].make(record, schematic=True)
    assert "A schematic map" in said(figure)


def test_tiles_do_not_overlap():
    tiles = [rings[0] for rings in places.geography(schematic=True).outlines.values()]
    for one, other in itertools.combinations(tiles, 2):
        low = np.maximum(one.min(axis=0), other.min(axis=0))
        high = np.minimum(one.max(axis=0), other.max(axis=0))
        assert (high - low <= 1e-9).any()


# Two lands side by side: the left one is Kazakhstan's number, the right one nobody's.
SQUARES = {
    "objects": {
        "countries": {
            "geometries": [
                {"id": "398", "type": "Polygon", "arcs": [[0, 1]]},
                {"id": "999", "type": "MultiPolygon", "arcs": [[[~0, 2]], [[3]]]},
            ]
        }
    },
    "transform": {"scale": [0.5, 0.5], "translate": [60.0, 40.0]},
    "arcs": [
        [[20, 0], [0, 1], [0, 9], [0, 10]],
        [[20, 20], [-20, 0], [0, -20], [20, 0]],
        [[20, 0], [20, 0], [0, 20], [-20, 0]],
        [[-400, 0], [10, 0], [0, 10], [-10, -10]],
    ],
}


@pytest.fixture
def borders(tmp_path, monkeypatch):
    """Made-up borders where real ones are looked for."""
    file = tmp_path / "countries-50m.json"
    file.write_text(json.dumps(SQUARES), encoding="utf-8")
    monkeypatch.setattr(places, "borders_folder", lambda: tmp_path)
    return places.geography()


def test_borders_are_decoded_projected_and_cut_to_the_map(borders):
    assert not borders.schematic
    assert "1:50 million" in borders.note
    assert set(borders.outlines) == {"kazakhstan", ""}
    ((kazakhstan,), (other,)) = borders.outlines["kazakhstan"], borders.outlines[""]
    for ring in (kazakhstan, other):
        assert (ring[0] == ring[-1]).all()
        left, right, bottom, top = borders.frame
        assert ((ring[:, 0] > left) & (ring[:, 0] < right)).all()
    shared = {tuple(point) for point in kazakhstan} & {tuple(point) for point in other}
    assert len(shared) >= 2
    assert kazakhstan[:, 0].mean() < other[:, 0].mean()


def test_borders_are_no_finer_than_can_be_seen(borders):
    coarse = places.geography(width=0.02)
    assert len(coarse.outlines["kazakhstan"][0]) < len(borders.outlines["kazakhstan"][0])


def test_the_projection_keeps_areas():
    def area(west, south):
        corners = [(0, 0), (1, 0), (1, 1), (0, 1)]
        x, y = places._projected(np.array([(west + a, south + b) for a, b in corners])).T
        return abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2

    shrinks = np.sin(np.radians(51)) - np.sin(np.radians(50))
    grows = np.sin(np.radians(36)) - np.sin(np.radians(35))
    assert area(50, 50) / area(85, 35) == pytest.approx(shrinks / grows, rel=1e-3)


def test_the_map_with_borders_is_drawn_by_the_same_functions(record, borders):
    asked = {"influence_map": None, "map_strip": None, "difference_map": SCENARIO}
    for name, scenario in asked.items():
        assert "Borders: Natural Earth" in said(FIGURES[name].make(record, scenario))
    assert "A schematic map" in said(FIGURES["influence_map"].make(record, schematic=True))


def test_without_borders_to_be_had_the_remedy_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(places, "borders_folder", lambda: tmp_path)
    assert places.geography().schematic
    with pytest.raises(FileNotFoundError, match=r"run\.py borders"):
        places.geography(schematic=False)


def test_real_borders_hold_every_state_where_they_are_at_hand():
    files = [places.borders_folder() / name for name in places.FILES]
    files.append(SHARED / "evidence" / "data" / "natural_earth_countries_110m.topo.json")
    file = next((each for each in files if each.is_file()), None)
    if file is None:
        pytest.skip(f"no borders at hand: looked for {', '.join(map(str, files))}")
    real = places._borders(file, places.FINEST)
    assert {"kazakhstan", "uzbekistan", "china"} <= set(real.outlines)
    left, right, bottom, top = real.frame
    for x, y in real.places.values():
        assert left < x < right
        assert bottom < y < top


# -- files -----------------------------------------------------------------------------------


def test_figures_are_saved_under_their_names(record, tmp_path):
    files = draw(record, names=["contest", "tornado"], formats=("svg",), folder=tmp_path)
    names = [file.name for file in files]
    assert names == [
        "contest_baseline.svg",
        f"contest_{SCENARIO}.svg",
        "contest_no_andijan.svg",
        "tornado.svg",
    ]
    for file in files:
        ET.fromstring(file.read_text(encoding="utf-8"))


def test_png_svg_and_pdf_are_written(record, tmp_path):
    files = draw(
        record, names=["difference_heatmap"], scenarios=[SCENARIO], formats=("png", "svg", "pdf"),
        folder=tmp_path,
    )  # fmt: skip
    starts = [Path(file).read_bytes()[:5] for file in files]
    assert starts == [b"\x89PNG\r", b"<?xml", b"%PDF-"]


@pytest.mark.parametrize("start", multiprocessing.get_all_start_methods())
def test_several_processes_draw_what_one_draws(start, record, tmp_path, monkeypatch):
    monkeypatch.setattr("simulation.batch.executors.start_method", lambda: start)
    asked = {"names": ["tornado", "difference_heatmap"], "formats": ("svg",)}
    one = draw(record, workers=1, folder=tmp_path / "one", **asked)
    two = draw(record, workers=2, folder=tmp_path / "two", **asked)
    assert [file.name for file in one] == [file.name for file in two]
    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in two]


def test_a_misspelt_figure_or_scenario_is_answered_with_the_nearest(record):
    with pytest.raises(Problems, match="did you mean 'influence_fan'"):
        draw(record, names=["influence_fam"])
    with pytest.raises(Problems, match=f"did you mean '{SCENARIO}'"):
        draw(record, scenarios=["us_base_withdrawl"])


def test_everything_that_is_misspelt_is_reported_at_once(record):
    with pytest.raises(Problems) as caught:
        draw(record, names=["contst", "tornadoo"], scenarios=["no_andijn"])
    hints = [problem.hint for problem in caught.value.problems]
    assert hints == [f"did you mean '{name}'?" for name in ("contest", "tornado", "no_andijan")]


def test_a_figure_of_all_scenarios_can_be_confined_to_some(record, tmp_path):
    (file,) = draw(
        record, names=["ridgeline"], scenarios=["no_andijan"], formats=("svg",), folder=tmp_path
    )
    assert file.name == "ridgeline_no_andijan.svg"
    text = file.read_text(encoding="utf-8")
    assert "Nothing happens in Andijan" in text
    assert "leaves both bases" not in text
    assert "leaves both bases" in said(FIGURES["ridgeline"].make(record))


def test_a_figure_that_the_batch_cannot_have_is_refused_with_the_reason(tmp_path):
    alone = Record.open(write_results(tmp_path / "alone", scenarios=1, runs=10))
    with pytest.raises(Problems) as caught:
        draw(alone, names=["drivers", "tornado"])
    reasons = [problem.message for problem in caught.value.problems]
    assert "--parameters prior" in reasons[0]
    assert "compares scenarios" in reasons[1]
    with pytest.raises(Problems, match="no other was named"):
        draw(
            Record.open(write_results(tmp_path / "two", scenarios=2, runs=10)),
            names=["difference_map"], scenarios=["baseline"],
        )  # fmt: skip


def test_a_batch_of_the_baseline_alone_has_no_differences_to_draw(tmp_path):
    alone = Record.open(write_results(tmp_path / "alone", scenarios=1, runs=10))
    names = {sheet.name for sheet in sheets(alone)}
    assert "influence_fan" in names
    assert not names & {"scenario_heatmap", "difference_heatmap", "tornado"}
    FIGURES["base_strips"].make(alone)
    FIGURES["ridgeline"].make(alone)


def test_an_svg_for_a_page_has_a_text_for_those_who_cannot_see_it(record):
    svg = tidied(FIGURES["contest"].make(record, SCENARIO), "Who holds <what>.")
    page = for_page(svg, "one")
    tree = ET.fromstring(page)
    assert tree.get("role") == "img"
    assert tree.get("aria-labelledby") == "one-title one-desc"
    assert '<desc id="one-desc">Who holds &lt;what&gt;.</desc>' in page
    assert title_of_svg(svg).startswith("The United States leaves both bases")
