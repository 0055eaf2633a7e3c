"""Maps: real borders, tiles where a state has none, and what is written on them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from figure_text import said
from matplotlib.path import Path

from simulation.evidence.catalogue import load_catalogue
from simulation.show.figures import geography as places
from simulation.show.figures.registry import FIGURES
from simulation.show.figures.summaries import Results

SCENARIO = "us_base_withdrawal"


def test_the_schematic_map_says_that_it_is_one(record):
    figure = FIGURES["influence_map"].make(record, schematic=True)
    assert "A schematic map" in said(figure)


def test_tiles_do_not_overlap():
    tiles = [rings[0] for rings in places.geography(schematic=True).outlines.values()]
    for one, other in itertools.combinations(tiles, 2):
        low = np.maximum(one.min(axis=0), other.min(axis=0))
        high = np.minimum(one.max(axis=0), other.max(axis=0))
        assert (high - low <= 1e-9).any()


def test_the_usual_map_has_real_borders_that_hold_bases_and_routes():
    real = places.geography()
    assert not real.schematic
    assert "Natural Earth" in real.note
    assert {"kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan"} <= {
        *real.outlines
    }
    left, right, bottom, top = real.frame
    inside = [*real.places.values(), *(point for route in real.lines.values() for point in route)]
    assert len(inside) > 6
    for x, y in inside:
        assert left < x < right
        assert bottom < y < top


def test_bases_lie_in_their_hosts():
    real = places.geography()
    for base, host in (("manas", "kyrgyzstan"), ("dushanbe", "tajikistan")):
        rings = [Path(ring) for ring in real.outlines[host]]
        assert any(ring.contains_point(real.places[base]) for ring in rings)


def test_neighbours_share_the_points_of_their_border():
    real = places.geography()
    one, other = (
        {tuple(point) for ring in real.outlines[name] for point in ring}
        for name in ("kazakhstan", "uzbekistan")
    )
    assert len(one & other) > 10


def test_borders_are_no_finer_than_can_be_seen():
    fine, coarse = places.geography(width=9.0), places.geography(width=0.5)
    assert len(coarse.outlines["kazakhstan"][0]) < len(fine.outlines["kazakhstan"][0])


def test_a_state_without_known_borders_has_tiles(record, monkeypatch):
    lands = tuple(each for each in places._lands() if each[0] != "UZB")
    monkeypatch.setattr(places, "_lands", lambda: lands)
    assert places.geography().schematic


def test_the_projection_keeps_areas():
    def area(west, south):
        corners = [(0, 0), (1, 0), (1, 1), (0, 1)]
        x, y = places._projected(np.array([(west + a, south + b) for a, b in corners])).T
        return abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2

    shrinks = np.sin(np.radians(51)) - np.sin(np.radians(50))
    grows = np.sin(np.radians(36)) - np.sin(np.radians(35))
    assert area(50, 50) / area(85, 35) == pytest.approx(shrinks / grows, rel=1e-3)


def test_maps_are_drawn_with_borders_and_say_so(record):
    asked = {"influence_map": None, "map_strip": None, "difference_map": SCENARIO}
    for name, scenario in asked.items():
        assert "Borders: Natural Earth" in said(FIGURES[name].make(record, scenario))
    assert "A schematic map" in said(FIGURES["influence_map"].make(record, schematic=True))


@pytest.mark.parametrize("schematic", [False, True])
def test_no_route_runs_into_the_mark_of_a_base(record, schematic):
    figure = FIGURES["influence_map"].make(record, schematic=schematic)
    (axes,) = figure.axes
    where = places.geography(schematic, catalogue=Results.of(record).labels.catalogue)
    at = axes.transData.transform
    marks = at([*where.places.values()])
    routes = [line for line in axes.lines if len(line.get_xdata()) > 1 and line.get_lw() == 1.6]
    assert routes
    for line in routes:
        for end in (0, -1):
            x, y = at((line.get_xdata()[end], line.get_ydata()[end]))
            points = np.hypot(marks[:, 0] - x, marks[:, 1] - y) * 72 / figure.dpi
            assert points.min() > 7  # half a mark, and a gap


@pytest.mark.parametrize("schematic", [False, True])
@pytest.mark.parametrize("name", ["influence_map", "difference_map"])
def test_the_marks_of_bases_stand_apart_and_near_where_they_are(record, name, schematic):
    scenario = SCENARIO if name == "difference_map" else None
    figure = FIGURES[name].make(record, scenario, schematic=schematic)
    (axes,) = figure.axes
    where = places.geography(schematic, catalogue=Results.of(record).labels.catalogue)
    at = axes.transData.transform
    marks = {
        tuple(at((line.get_xdata()[0], line.get_ydata()[0])))
        for line in axes.lines
        if line.get_markersize() == 9 and line.get_marker() != "D"
    }
    assert len(marks) >= 4
    points = 72 / figure.dpi
    for one, other in itertools.combinations(marks, 2):
        assert np.hypot(*np.subtract(one, other)) * points > 12  # a mark, and a gap
    homes = at([*where.places.values()])
    for mark in marks:
        assert np.hypot(*(homes - mark).T).min() * points < 7  # three quarters of a mark


def test_kant_and_manas_lie_some_tens_of_kilometres_apart():
    (west, north), (east, south) = (
        load_catalogue().installations[base].map.at for base in ("manas", "kant")
    )
    assert 0.2 < east - west < 0.6
    assert 0.1 < north - south < 0.4
