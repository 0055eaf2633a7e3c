"""Maps: tiles, real borders where they are at hand, and what is written on them."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from figure_text import said
from places import SHARED

from simulation.evidence.catalogue import load_catalogue
from simulation.show.figures import geography as places
from simulation.show.figures.registry import FIGURES

SCENARIO = "us_base_withdrawal"
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


def test_the_schematic_map_says_that_it_is_one(record):
    figure = FIGURES["influence_map"].make(record, schematic=True)
    assert "A schematic map" in said(figure)


def test_tiles_do_not_overlap():
    tiles = [rings[0] for rings in places.geography(schematic=True).outlines.values()]
    for one, other in itertools.combinations(tiles, 2):
        low = np.maximum(one.min(axis=0), other.min(axis=0))
        high = np.minimum(one.max(axis=0), other.max(axis=0))
        assert (high - low <= 1e-9).any()


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
    real = places._borders(file, places.FINEST, load_catalogue())
    assert {"kazakhstan", "uzbekistan", "china"} <= set(real.outlines)
    left, right, bottom, top = real.frame
    for x, y in real.places.values():
        assert left < x < right
        assert bottom < y < top
