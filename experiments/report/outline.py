"""Metropolitan France on paper: the Lambert-93 projection and the outline of the départements.

``departments.json`` says where the outline comes from, under which licence, and how it is written.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

UNIT, TOP = 200.0, 7_200_000.0  # metres: one unit on paper, and the northing of its upper edge
SOUTH, NORTH, WEST, EAST = 41.2, 51.2, -5.4, 9.7  # degrees around metropolitan France, Corsica included
# Lambert-93 (EPSG:2154), constants of IGN on the ellipsoid GRS 80
_EXPONENT, _SCALE = 0.7256077650532670, 11_754_255.4261
_X0, _Y0, _MERIDIAN, _ECCENTRICITY = 700_000.0, 12_655_612.0499, 3.0, 0.0818191910428158
Point = tuple[float, float]


def lambert(latitude: float, longitude: float) -> Point:
    """Easting and northing in metres of a place in degrees.

    With n, c, X, Y the constants of Lambert-93 and L = atanh(sin φ) − e atanh(e sin φ):
    R = c exp(−n L), g = n (λ − 3°), easting = X + R sin g, northing = Y − R cos g.
    """
    sine = math.sin(math.radians(latitude))
    isometric = math.atanh(sine) - _ECCENTRICITY * math.atanh(_ECCENTRICITY * sine)
    radius = _SCALE * math.exp(-_EXPONENT * isometric)
    angle = _EXPONENT * math.radians(longitude - _MERIDIAN)
    return _X0 + radius * math.sin(angle), _Y0 - radius * math.cos(angle)


def on_paper(latitude: float, longitude: float) -> Point:
    """The place in units of the outline, to the right and downwards."""
    east, north = lambert(latitude, longitude)
    return east / UNIT, (TOP - north) / UNIT


def metropolitan(latitude: float, longitude: float) -> bool:
    """Whether a place lies in the rectangle around metropolitan France."""
    return SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST


@dataclass(frozen=True)
class Outline:
    """``land``: rings of coasts and frontiers; ``borders``: between départements; both as SVG paths, in
    units. ``rings``: of each département, by its name. ``box``: left, top, right, bottom."""

    land: str
    borders: str
    rings: dict[str, list[list[Point]]]
    box: tuple[float, float, float, float]


@cache
def outline() -> Outline:
    """The outline as stored."""
    stored = json.loads(Path(__file__).with_name("departments.json").read_text("utf-8"))
    arcs = [_points(steps) for steps in stored["arcs"]]
    departments = stored["departments"].values()
    used = [arc for department in departments for ring in department["rings"] for arc in ring]
    count = Counter(_arc(i) for i in used)
    outer = _chained([_walked(arcs, i) for i in used if count[_arc(i)] == 1])
    inner = [arcs[i] for i in count if count[i] == 2]
    rings = {
        department["name"]: [_joined(_walked(arcs, i) for i in ring) for ring in department["rings"]]
        for department in departments
    }
    across, down = zip(*(point for ring in outer for point in ring))
    box = (min(across), min(down), max(across), max(down))
    land = "".join(f"{_path(ring[:-1])}z" for ring in outer)
    return Outline(land, "".join(_path(arc) for arc in inner), rings, box)


def _arc(i: int) -> int:
    return i if i >= 0 else ~i


def _walked(arcs: Sequence[list[Point]], i: int) -> list[Point]:
    return arcs[i] if i >= 0 else arcs[~i][::-1]


def _points(steps: Sequence[int]) -> list[Point]:
    x, y = steps[:2]
    found: list[Point] = [(x, y)]
    for across, down in zip(steps[2::2], steps[3::2]):
        x, y = x + across, y + down
        found.append((x, y))
    return found


def _joined(parts: Iterable[list[Point]]) -> list[Point]:
    """Arcs one after the other; each begins where the one before it ends."""
    ring: list[Point] = []
    for part in parts:
        ring += part[1:] if ring else part
    return ring


def _chained(arcs: Sequence[list[Point]]) -> list[list[Point]]:
    """Closed rings, of arcs that begin where another ends."""
    left = {arc[0]: arc for arc in arcs}
    rings = []
    while left:
        _, ring = left.popitem()
        while ring[-1] != ring[0]:
            ring = _joined((ring, left.pop(ring[-1])))
        rings.append(ring)
    return rings


def _path(points: Sequence[Point]) -> str:
    """An SVG path: a start, then steps."""
    (x, y), steps = points[0], []
    for (a, b), (c, d) in pairwise(points):
        steps.append(f"{c - a:g} {d - b:g}")
    return f"M{x:g} {y:g}l{' '.join(steps)}".replace(" -", "-")
