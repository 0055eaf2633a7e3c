"""Where things are: real borders where they are at hand, otherwise a schematic map of tiles.

No borders are kept in the repository. Those of Natural Earth (public domain) are used if they lie
in the folder `.cache/`, where the command `borders` puts them: TopoJSON, in which neighbours share
the arcs of their border, so that what is left out of an arc opens no gap.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from simulation.inputs.invocation import program
from simulation.inputs.places import CHECKOUT

FILES = ("countries-50m.json", "countries-110m.json")
"""Files of borders, the finest first."""
FINEST = 0.014
"""Points of a border that lie nearer than this on the page, in inches, are left out."""
AROUND = 0.12
"""What is kept around the frame, as a share of its width, for drawings of another shape."""
CODES = {
    "398": "kazakhstan", "417": "kyrgyzstan", "762": "tajikistan", "795": "turkmenistan",
    "860": "uzbekistan", "004": "afghanistan", "156": "china", "643": "russia", "364": "iran",
    "586": "pakistan", "356": "india", "496": "mongolia",
}  # fmt: skip
FRAME = (46.0, 90.0, 33.6, 56.4)
"""West, east, south, north of the map, in degrees."""

_Point = tuple[float, float]
_TOWNS: dict[str, _Point] = {
    "karshi_khanabad": (65.9, 38.8), "manas": (74.5, 43.06), "kant": (75.3, 42.75),
    "dushanbe": (68.8, 38.5), "atasu": (71.6, 48.7), "alashankou": (82.6, 45.2),
}  # fmt: skip
_LABELS: dict[str, _Point] = {
    "kazakhstan": (63.5, 48.9), "kyrgyzstan": (80.6, 39.6), "tajikistan": (77.3, 36.2),
    "turkmenistan": (58.0, 39.9), "uzbekistan": (62.6, 42.9), "afghanistan": (65.5, 34.6),
    "china": (87.5, 43.6), "russia": (60.5, 55.6), "iran": (54.0, 35.6), "pakistan": (71.2, 34.3),
    "india": (76.6, 33.9), "mongolia": (90.3, 48.2),
}  # fmt: skip
_CENTRES: dict[str, _Point] = {"kyrgyzstan": (76.2, 41.6), "tajikistan": (72.9, 38.4)}
"""Where the line from a name that stands outside its land ends."""


@dataclass(frozen=True)
class Geography:
    """Outlines and places in the plane of a drawing.

    Attributes:
        outlines: the rings of every land; lands without an identifier stand under "".
        labels: where the name of a land is written.
        centres: the land itself, where its name stands outside.
        places: where bases and the ends of pipelines are.
        frame: left, right, bottom, top.
        scale: how fine the borders are, as "1:50 million"; "" for tiles.
    """

    outlines: dict[str, list[np.ndarray]]
    labels: dict[str, _Point]
    centres: dict[str, _Point]
    places: dict[str, _Point]
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


def geography(schematic: bool | None = None, width: float = 8.0) -> Geography:
    """The map to draw on.

    Args:
        schematic: True for tiles, False for real borders, None for borders where they are found.
        width: of the drawing, in inches; borders are no finer than can be seen.
    """
    folder = borders_folder()
    file = next((folder / name for name in FILES if (folder / name).is_file()), None)
    if schematic or (schematic is None and file is None):
        return _tiles()
    if file is None:
        raise FileNotFoundError(
            f"no borders at {folder / FILES[0]}; get them with: {program()} borders"
        )
    return _borders(file, FINEST / width)


def borders_folder() -> Path:
    """Where borders lie once they have been fetched: beside the package, or where the user stands.

    In a checkout git ignores the folder.
    """
    return (CHECKOUT or Path.cwd()) / ".cache"


@lru_cache(maxsize=1)
def _tiles() -> Geography:
    """A grid on which neighbours lie beside each other; left, right, bottom, top of each."""
    tiles = {
        "russia": (0, 5.2, 4, 4.7), "mongolia": (5.2, 6.2, 4, 4.7),
        "kazakhstan": (1, 5.2, 3, 4), "china": (5.2, 6.2, 1, 4),
        "turkmenistan": (0, 1.7, 2, 3), "uzbekistan": (1.7, 3.5, 2, 3),
        "kyrgyzstan": (3.5, 5.2, 2, 3), "iran": (0, 1.7, 0.3, 2), "afghanistan": (1.7, 3.5, 1, 2),
        "tajikistan": (3.5, 5.2, 1, 2), "pakistan": (1.7, 4.3, 0.3, 1), "india": (4.3, 6.2, 0.3, 1),
    }  # fmt: skip
    outlines = {}
    labels: dict[str, _Point] = {}
    for name, (left, right, bottom, top) in tiles.items():
        corners = [(left, bottom), (right, bottom), (right, top), (left, top)]
        outlines[name] = [np.array([*corners, corners[0]], float)]
        labels[name] = ((left + right) / 2, (bottom + top) / 2)
    places: dict[str, _Point] = {
        "karshi_khanabad": (1.95, 2.2), "manas": (3.8, 2.22), "kant": (4.15, 2.22),
        "dushanbe": (3.8, 1.2), "atasu": (4.45, 3.2), "alashankou": (5.4, 3.2),
    }  # fmt: skip
    return Geography(outlines, labels, {}, places, (0.0, 6.2, 0.3, 4.7))


@lru_cache(maxsize=2)
def _borders(file: Path, finest: float) -> Geography:
    """Real borders on a conic projection with true scale at 38 and 52 degrees north.

    Args:
        file: the TopoJSON file.
        finest: how near points of a border may lie, as a share of the width of the map.
    """
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
    for name, ring in _rings(topology, arcs):
        if ((ring > corners[0]) & (ring < corners[1])).all(axis=1).any():
            outlines.setdefault(name, []).append(_cut(ring, corners))
    return Geography(
        outlines=outlines,
        labels=_projected_points(_LABELS),
        centres=_projected_points(_CENTRES),
        places=_projected_points(_TOWNS),
        frame=(left, right, bottom, top),
        scale="1:50 million" if "50m" in file.name else "1:110 million",
    )


def _projected_points(points: dict[str, _Point]) -> dict[str, _Point]:
    there = _projected(np.array(list(points.values())))
    return {name: (float(x), float(y)) for name, (x, y) in zip(points, there, strict=True)}


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


def _rings(topology: dict[str, Any], arcs: list[np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    """Every outer ring of a TopoJSON file of countries, with the identifier of its land."""

    def ring(places: list[int]) -> np.ndarray:
        parts = [arcs[place] if place >= 0 else arcs[~place][::-1] for place in places]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    for land in topology["objects"]["countries"]["geometries"]:
        name = CODES.get(str(land.get("id", "")).zfill(3), "")
        polygons = land["arcs"] if land["type"] == "MultiPolygon" else [land["arcs"]]
        for polygon in polygons:
            yield name, ring(polygon[0])
