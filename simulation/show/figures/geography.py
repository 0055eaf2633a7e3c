"""Where things are: borders as they were in 2005, or a schematic map of tiles.

The borders are Natural Earth's (public domain), simplified, and part of the evidence. Tiles are
drawn where a contested state has no borders there, as one that a scenario makes up.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from simulation.evidence.catalogue import EVIDENCE, Catalogue, load_catalogue

BORDERS = EVIDENCE / "borders.geojson"
"""The borders; docs/borders.md says where they come from, and what was changed in them."""
FINEST = 0.014
"""Points of a border that lie nearer than this on the page, in inches, are one."""
AROUND = 0.12
"""What is kept around the frame, as a share of its width, for drawings of another shape."""
FRAME = (46.0, 90.0, 33.6, 56.4)
"""West, east, south, north of the map, in degrees; wider where a contested state lies outside."""

_Point = tuple[float, float]


@dataclass(frozen=True)
class Geography:
    """Outlines and places in the plane of a drawing.

    Attributes:
        outlines: the rings of every land; lands without an identifier stand under "".
        labels: where the name of a land is written.
        centres: the land itself, where its name stands outside.
        places: where bases are.
        lines: the routes of pipelines and corridors; a zone has a single point.
        frame: left, right, bottom, top.
        schematic: whether the outlines are tiles rather than borders.
    """

    outlines: dict[str, list[np.ndarray]]
    labels: dict[str, _Point]
    centres: dict[str, _Point]
    places: dict[str, _Point]
    lines: dict[str, tuple[_Point, ...]]
    frame: tuple[float, float, float, float]
    schematic: bool

    @property
    def note(self) -> str:
        """What the map is drawn from."""
        if self.schematic:
            return "A schematic map: tiles stand for states, neither size nor border is true."
        return "Borders: Natural Earth, 1:50 million, public domain; they settle no dispute."


def geography(
    schematic: bool | None = None, width: float = 8.0, catalogue: Catalogue | None = None
) -> Geography:
    """The map to draw on.

    Args:
        schematic: True for tiles, False for borders, None for borders unless a contested state has
            none.
        width: of the drawing, in inches; borders are no finer than can be seen.
        catalogue: who and what is drawn where; the project's own evidence if None.
    """
    evidence = catalogue or load_catalogue()
    if schematic is None:
        there = {evidence.actors[name].iso3 for name in evidence.names["region"]}
        schematic = not there <= {land for land, _ in _lands()}
    return _tiles(evidence) if schematic else _borders(FINEST / width, evidence)


@lru_cache(maxsize=4)
def _tiles(catalogue: Catalogue) -> Geography:
    """A grid on which neighbours lie beside each other; who has no place there stands below."""
    tiles = {
        name: actor.map.tile
        for name, actor in catalogue.actors.items()
        if actor.map is not None and actor.map.tile is not None
    }
    frame = _around(tiles.values())
    beside = [name for name in catalogue.names["region"] if name not in tiles]
    bottom = frame[2] - (_BELOW if beside else 0.0)
    wide = (frame[1] - frame[0]) / max(len(beside), 3)
    for place, name in enumerate(beside):
        left = frame[0] + place * wide
        tiles[name] = (left, left + wide, bottom, frame[2] - 0.1)
    outlines = {}
    labels: dict[str, _Point] = {}
    for name, (left, right, low, high) in tiles.items():
        corners = [(left, low), (right, low), (right, high), (left, high)]
        outlines[name] = [np.array([*corners, corners[0]], float)]
        labels[name] = ((left + right) / 2, (low + high) / 2)
    places: dict[str, _Point] = {
        name: base.map.tile
        for name, base in catalogue.installations.items()
        if base.map is not None
    }
    lines = {
        name: tuple(project.map.tiles)
        for name, project in catalogue.projects.items()
        if project.map is not None
    }
    whole = (frame[0], frame[1], bottom, frame[3])
    return Geography(
        outlines=outlines,
        labels=labels,
        centres={},
        places=places,
        lines=lines,
        frame=whole,
        schematic=True,
    )


_BELOW = 0.9
"""Height of the row below the schematic map, in its own unit."""


def _around(
    tiles: Iterable[tuple[float, float, float, float]],
) -> tuple[float, float, float, float]:
    """The frame around some tiles: left, right, bottom, top."""
    left, right, bottom, top = zip(*tiles, strict=True)
    return min(left), max(right), min(bottom), max(top)


@lru_cache(maxsize=1)
def _lands() -> tuple[tuple[str, np.ndarray], ...]:
    """The outer rings of every land in degrees, each with its code in ISO 3166-1 alpha-3."""
    found = []
    for land in json.loads(BORDERS.read_text(encoding="utf-8"))["features"]:
        shape = land["geometry"]
        polygons = shape["coordinates"]
        for polygon in polygons if shape["type"] == "MultiPolygon" else [polygons]:
            found.append((str(land["properties"]["iso3"]), np.array(polygon[0], float)))
    return tuple(found)


@lru_cache(maxsize=4)
def _borders(finest: float, catalogue: Catalogue) -> Geography:
    """Borders on a conic projection with true scale at 38 and 52 degrees north.

    Args:
        finest: the step of the grid on which points lie, as a share of the width of the map.
            Neighbours share the points of their border, so that no gap opens between them.
        catalogue: who and what is drawn where.
    """
    maps = {name: actor.map for name, actor in catalogue.actors.items() if actor.map is not None}
    codes = {each.iso3: name for name, each in catalogue.actors.items() if each.iso3}
    bases = {name: base.map for name, base in catalogue.installations.items() if base.map}
    projects = {name: project.map for name, project in catalogue.projects.items() if project.map}
    contested = [ring for code, ring in _lands() if codes.get(code) in catalogue.names["region"]]
    west, east, south, north = _frame(contested)
    edge = np.array([(west, south), (east, south)])
    middle = np.array([((west + east) / 2, south), ((west + east) / 2, north)])
    left, right = (float(x) for x in _projected(edge)[:, 0])
    bottom, top = (float(y) for y in _projected(middle)[:, 1])
    beyond = AROUND * (right - left)
    corners = np.array([(left - beyond, bottom - beyond), (right + beyond, top + beyond)])
    outlines: dict[str, list[np.ndarray]] = {}
    for code, ring in _near(_lands(), (west, east, south, north)):
        drawn = _snapped(_projected(ring), finest * (right - left))
        if len(drawn) > 3 and ((drawn > corners[0]) & (drawn < corners[1])).all(axis=1).any():
            outlines.setdefault(codes.get(code, ""), []).append(_cut(drawn, corners))
    labels = _projected_points({name: it.label for name, it in maps.items() if it.label})
    for name in catalogue.names["region"]:
        if name in outlines and name not in labels:
            ring = max(outlines[name], key=len)
            x, y = (ring.min(axis=0) + ring.max(axis=0)) / 2
            labels[name] = (float(x), float(y))
    return Geography(
        outlines=outlines,
        labels=labels,
        centres=_projected_points({name: it.centre for name, it in maps.items() if it.centre}),
        places=_projected_points({name: it.at for name, it in bases.items()}),
        lines={name: _route(it.route) for name, it in projects.items()},
        frame=(left, right, bottom, top),
        schematic=False,
    )


def _frame(contested: list[np.ndarray]) -> tuple[float, float, float, float]:
    """The usual frame, wider by a degree around any contested land that lies outside."""
    points = np.concatenate([*contested, [(FRAME[0], FRAME[2]), (FRAME[1], FRAME[3])]])
    low, high = points.min(axis=0), points.max(axis=0)
    return (
        float(low[0]) - (low[0] < FRAME[0]),
        float(high[0]) + (high[0] > FRAME[1]),
        float(low[1]) - (low[1] < FRAME[2]),
        float(high[1]) + (high[1] > FRAME[3]),
    )


def _near(
    lands: Iterable[tuple[str, np.ndarray]], frame: tuple[float, float, float, float]
) -> Iterator[tuple[str, np.ndarray]]:
    """The rings that come near the frame: the projection tears what lies behind the pole."""
    west, east, south, north = frame
    wide, tall = east - west, north - south
    for code, ring in lands:
        low, high = ring.min(axis=0), ring.max(axis=0)
        if (
            low[0] < east + wide
            and high[0] > west - wide
            and low[1] < north + tall
            and high[1] > south - tall
        ):
            yield code, ring


def _projected_points(points: dict[str, _Point]) -> dict[str, _Point]:
    there = _projected(np.array(list(points.values())).reshape(-1, 2))
    return {name: (float(x), float(y)) for name, (x, y) in zip(points, there, strict=True)}


def _route(points: Iterable[_Point]) -> tuple[_Point, ...]:
    return tuple((float(x), float(y)) for x, y in _projected(np.array([*points])))


def _projected(points: np.ndarray) -> np.ndarray:
    """Degrees to the plane: Albers' equal-area conic."""
    first, second, origin, meridian = (math.radians(angle) for angle in (38, 52, 44, 67))
    n = (math.sin(first) + math.sin(second)) / 2
    c = math.cos(first) ** 2 + 2 * n * math.sin(first)
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    distance = np.sqrt(np.maximum(c - 2 * n * np.sin(lat), 0)) / n
    pole = math.sqrt(c - 2 * n * math.sin(origin)) / n
    angle = n * (lon - meridian)
    return np.column_stack([distance * np.sin(angle), pole - distance * np.cos(angle)])


def _snapped(ring: np.ndarray, step: float) -> np.ndarray:
    """A ring on a grid, without points that then lie on the one before."""
    points: np.ndarray = np.round(ring / step) * step
    moved = np.append(True, (np.diff(points, axis=0) != 0).any(axis=1))
    kept: np.ndarray = points[moved]
    return kept


def _cut(ring: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """A ring pushed into a rectangle, without the points that then lie along one of its sides."""
    flat = np.clip(ring[:-1], corners[0], corners[1])
    side = (flat == corners[0]) | (flat == corners[1])
    along = side & np.roll(side, 1, axis=0) & np.roll(side, -1, axis=0)
    kept = flat[~along.any(axis=1)]
    return np.concatenate([kept, kept[:1]])
