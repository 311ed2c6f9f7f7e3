"""GeoJSON shapes on a small sheet: projection, SVG paths, and where to write a name."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Any

type Point = tuple[float, float]
type Ring = list[Point]
type Polygon = list[Ring]  # the outline, then its holes


def polygons(geometry: Mapping[str, Any] | None) -> list[Polygon]:
    """The polygons of a GeoJSON Polygon or MultiPolygon, in degrees; empty for anything without a surface."""
    match geometry:
        case {"type": "Polygon", "coordinates": [*rings]}:
            shapes = [rings]
        case {"type": "MultiPolygon", "coordinates": [*shapes]}:
            pass
        case _:
            return []
    return [
        [[(float(x), float(y)) for x, y, *_ in ring] for ring in rings if len(ring) > 3]
        for rings in shapes
        if rings
    ]


@dataclass(frozen=True, slots=True)
class Sheet:
    """An equirectangular projection true at the middle latitude: enough for a territory of some 100 km."""

    west: float
    north: float
    squeeze: float
    scale: float
    height: float
    offset: float

    @classmethod
    def around(cls, shapes: Iterable[Polygon], width: float, max_height: float) -> "Sheet":
        """The largest sheet that fits `width` and `max_height`, the drawing centred across."""
        points = [point for rings in shapes for ring in rings for point in ring]
        west, east = min(x for x, _ in points), max(x for x, _ in points)
        south, north = min(y for _, y in points), max(y for _, y in points)
        squeeze = cos(radians((south + north) / 2))
        across, up = max((east - west) * squeeze, 1e-9), max(north - south, 1e-9)
        scale = min(width / across, max_height / up)
        return cls(west, north, squeeze, scale, up * scale, (width - across * scale) / 2)

    def project(self, rings: Polygon) -> Polygon:
        return [
            [
                (self.offset + (x - self.west) * self.squeeze * self.scale, (self.north - y) * self.scale)
                for x, y in ring
            ]
            for ring in rings
        ]


def path_data(shape: Sequence[Polygon]) -> str:
    """SVG path, to a tenth of a unit, in relative moves (half the weight of absolute ones)."""
    written = []
    for ring in (ring for rings in shape for ring in rings):
        tenths = [(round(x * 10), round(y * 10)) for x, y in ring]
        (x, y), *rest = tenths
        written.append(f"M{x / 10:g} {y / 10:g}l")
        moves = []
        for next_x, next_y in rest[:-1]:
            if (next_x, next_y) != (x, y):
                moves.append(f"{(next_x - x) / 10:g} {(next_y - y) / 10:g}")
            x, y = next_x, next_y
        written.append(" ".join(moves) + "z")
    return "".join(written).replace(" -", "-")


def label_point(shape: Sequence[Polygon], grid: int = 14) -> Point:
    """A point well inside the largest polygon: the one farthest from its outline, on a grid."""
    rings = max(shape, key=lambda rings: abs(_area(rings[0])))
    xs, ys = [x for x, _ in rings[0]], [y for _, y in rings[0]]
    steps = [(rank + 0.5) / grid for rank in range(grid)]
    candidates = [
        (min(xs) + (max(xs) - min(xs)) * across, min(ys) + (max(ys) - min(ys)) * down)
        for across in steps
        for down in steps
    ]
    inside = [point for point in candidates if _inside(point, rings)]
    if not inside:
        return sum(xs) / len(xs), sum(ys) / len(ys)
    return max(
        inside, key=lambda point: min(_distance(point, a, b) for ring in rings for a, b in _edges(ring))
    )


def _edges(ring: Ring) -> Iterable[tuple[Point, Point]]:
    return itertools.pairwise(ring)


def _area(ring: Ring) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _edges(ring)) / 2


def _inside(point: Point, rings: Polygon) -> bool:
    """Even-odd rule."""
    x, y = point
    crossings = 0
    for ring in rings:
        for (x1, y1), (x2, y2) in _edges(ring):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                crossings += 1
    return crossings % 2 == 1


def _distance(point: Point, a: Point, b: Point) -> float:
    (px, py), (ax, ay), (bx, by) = point, a, b
    length = (bx - ax) ** 2 + (by - ay) ** 2
    along = (
        0.0 if not length else max(0.0, min(1.0, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length))
    )
    return hypot(px - ax - along * (bx - ax), py - ay - along * (by - ay))
