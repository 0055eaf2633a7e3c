"""Where things are: real borders where they are at hand, otherwise a schematic map of tiles.

No borders are kept in the repository. Those of Natural Earth (public domain) are used if they lie
in the folder `.cache/`, where the command `borders` puts them: TopoJSON, in which neighbours share
the arcs of their border, so that what is left out of an arc opens no gap.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.inputs.invocation import program
from simulation.inputs.places import CHECKOUT

FILES = ("countries-50m.json", "countries-110m.json")
"""Files of borders, the finest first."""
FINEST = 0.014
"""Points of a border that lie nearer than this on the page, in inches, are left out."""
AROUND = 0.12
"""What is kept around the frame, as a share of its width, for drawings of another shape."""
FRAME = (46.0, 90.0, 33.6, 56.4)
"""West, east, south, north of the map, in degrees."""

_Point = tuple[float, float]


@dataclass(frozen=True)
class Geography:
    """Outlines and places in the plane of a drawing.

    Attributes:
        outlines: the rings of every land; lands without an identifier stand under "".
        labels: where the name of a land is written.
        centres: the land itself, where its name stands outside.
        places: where bases are.
        lines: the ends of pipelines.
        frame: left, right, bottom, top.
        scale: how fine the borders are, as "1:50 million"; "" for tiles.
    """

    outlines: dict[str, list[np.ndarray]]
    labels: dict[str, _Point]
    centres: dict[str, _Point]
    places: dict[str, _Point]
    lines: dict[str, tuple[_Point, _Point]]
    frame: tuple[float, float, float, float]
    scale: str = ""

    @property
    def schematic(self) -> bool:
        """Whether the outlines are tiles rather than borders."""
        return not self.scale

    @property
    def note(self) -> str:
        """What the map is drawn from."""
        if self.schematic:
            return "A schematic map: tiles stand for states, neither size nor border is true."
        return f"Borders: Natural Earth, {self.scale}, public domain."


def geography(
    schematic: bool | None = None, width: float = 8.0, catalogue: Catalogue | None = None
) -> Geography:
    """The map to draw on.

    Args:
        schematic: True for tiles, False for real borders, None for borders where they are found.
        width: of the drawing, in inches; borders are no finer than can be seen.
        catalogue: who and what is drawn where; the project's own evidence if None.
    """
    evidence = catalogue or load_catalogue()
    folder = borders_folder()
    file = next((folder / name for name in FILES if (folder / name).is_file()), None)
    if schematic or (schematic is None and file is None):
        return _tiles(evidence)
    if file is None:
        raise FileNotFoundError(
            f"no borders at {folder / FILES[0]}; get them with: {program()} borders"
        )
    return _borders(file, FINEST / width, evidence)


def borders_folder() -> Path:
    """Where borders lie once they have been fetched: beside the package, or where the user stands.

    In a checkout git ignores the folder.
    """
    return (CHECKOUT or Path.cwd()) / ".cache"


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
        name: project.map.tiles
        for name, project in catalogue.projects.items()
        if project.map is not None
    }
    whole = (frame[0], frame[1], bottom, frame[3])
    return Geography(
        outlines=outlines, labels=labels, centres={}, places=places, lines=lines, frame=whole
    )


_BELOW = 0.9
"""Height of the row below the schematic map, in its own unit."""


def _around(
    tiles: Iterable[tuple[float, float, float, float]],
) -> tuple[float, float, float, float]:
    """The frame around some tiles: left, right, bottom, top."""
    left, right, bottom, top = zip(*tiles, strict=True)
    return min(left), max(right), min(bottom), max(top)


@lru_cache(maxsize=4)
def _borders(file: Path, finest: float, catalogue: Catalogue) -> Geography:
    """Real borders on a conic projection with true scale at 38 and 52 degrees north.

    Args:
        file: the TopoJSON file.
        finest: how near points of a border may lie, as a share of the width of the map.
        catalogue: who and what is drawn where.
    """
    maps = {name: actor.map for name, actor in catalogue.actors.items() if actor.map is not None}
    codes = {each.code: name for name, each in maps.items() if each.code is not None}
    bases = {name: base.map for name, base in catalogue.installations.items() if base.map}
    projects = {name: project.map for name, project in catalogue.projects.items() if project.map}
    west, east, south, north = FRAME
    edge = np.array([(west, south), (east, south)])
    middle = np.array([((west + east) / 2, south), ((west + east) / 2, north)])
    left, right = (float(x) for x in _projected(edge)[:, 0])
    bottom, top = (float(y) for y in _projected(middle)[:, 1])
    beyond = AROUND * (right - left)
    outlines: dict[str, list[np.ndarray]] = {}
    topology = json.loads(file.read_text(encoding="utf-8"))
    arcs = [_simpler(_projected(arc), finest * (right - left)) for arc in _arcs(topology)]
    corners = np.array([(left - beyond, bottom - beyond), (right + beyond, top + beyond)])
    for name, ring in _rings(topology, arcs, codes):
        if ((ring > corners[0]) & (ring < corners[1])).all(axis=1).any():
            outlines.setdefault(name, []).append(_cut(ring, corners))
    return Geography(
        outlines=outlines,
        labels=_projected_points({name: it.label for name, it in maps.items() if it.label}),
        centres=_projected_points({name: it.centre for name, it in maps.items() if it.centre}),
        places=_projected_points({name: it.at for name, it in bases.items()}),
        lines={name: _ends(it.ends) for name, it in projects.items()},
        frame=(left, right, bottom, top),
        scale="1:50 million" if "50m" in file.name else "1:110 million",
    )


def _projected_points(points: dict[str, _Point]) -> dict[str, _Point]:
    there = _projected(np.array(list(points.values())).reshape(-1, 2))
    return {name: (float(x), float(y)) for name, (x, y) in zip(points, there, strict=True)}


def _ends(ends: tuple[_Point, _Point]) -> tuple[_Point, _Point]:
    (x0, y0), (x1, y1) = _projected(np.array(ends))
    return (float(x0), float(y0)), (float(x1), float(y1))


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


def _arcs(topology: dict[str, Any]) -> Iterator[np.ndarray]:
    """The arcs of a TopoJSON file in degrees; they are written as steps on a grid."""
    scale, offset = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    for arc in topology["arcs"]:
        yield np.cumsum(np.array(arc), axis=0) * scale + offset


def _simpler(arc: np.ndarray, nearest: float) -> np.ndarray:
    """An arc without the points that lie nearer to the one kept before; its ends stay."""
    kept = [0]
    for place in range(1, len(arc) - 1):
        if np.abs(arc[place] - arc[kept[-1]]).max() >= nearest:
            kept.append(place)
    return arc[[*kept, len(arc) - 1]]


def _cut(ring: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """A ring pushed into a rectangle, without the points that then lie along one of its sides."""
    flat = np.clip(ring[:-1], corners[0], corners[1])
    side = (flat == corners[0]) | (flat == corners[1])
    along = side & np.roll(side, 1, axis=0) & np.roll(side, -1, axis=0)
    kept = flat[~along.any(axis=1)]
    return np.concatenate([kept, kept[:1]])


def _rings(
    topology: dict[str, Any], arcs: list[np.ndarray], codes: Mapping[str, str]
) -> Iterator[tuple[str, np.ndarray]]:
    """Every outer ring of a TopoJSON file of countries, with the identifier of its land."""

    def ring(places: list[int]) -> np.ndarray:
        parts = [arcs[place] if place >= 0 else arcs[~place][::-1] for place in places]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    for land in topology["objects"]["countries"]["geometries"]:
        name = codes.get(str(land.get("id", "")).zfill(3), "")
        polygons = land["arcs"] if land["type"] == "MultiPolygon" else [land["arcs"]]
        for polygon in polygons:
            yield name, ring(polygon[0])
