"""How long it takes to go to a commune (A16): measured by an agent, else estimated."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from appointments.models import TravelTime
from appointments.models.visits import LONGEST_WAY
from cias.core.text import sort_key
from cias.territory.models import Commune
from cias.territory.services import get_structure

# A road is a third longer than the straight line and is driven at 45 km/h, door to door: an estimate, and shown as one.
DETOUR, KM_PER_HOUR, STEP = 1.3, 45, 5
EARTH_KM = 6371.0
INSIDE = 10


def travel_minutes(commune: Commune | None) -> int:
    """Minutes from the CIAS to `commune`; 0 when the way cannot be told (outside of the territory)."""
    return travel_times([commune.pk])[commune.pk] if commune is not None else 0


def travel_times(codes: Iterable[str]) -> dict[str, int]:
    """The minutes to each of these communes, in a fixed number of queries."""
    wanted = set(codes)
    times = dict(TravelTime.objects.filter(commune__in=wanted).values_list("commune", "minutes"))
    unknown = Commune.objects.filter(pk__in=wanted - times.keys())
    if wanted - times.keys():
        home = home_commune()
        times |= {commune.pk: estimate(commune, home) for commune in unknown}
    return times


def home_commune() -> Commune | None:
    """Where the CIAS is: the largest commune its address names, else the largest of all."""
    address = sort_key(get_structure().address_lines)
    communes = list(Commune.objects.order_by("-population", "code").defer("geometry"))
    named = (commune for commune in communes if commune.sort_key in address)
    return next(named, communes[0] if communes else None)


def estimate(commune: Commune, home: Commune | None) -> int:
    """Minutes by car between the middles of two communes, in steps of five; ten within one commune."""
    if home is None or commune.geometry is None or home.geometry is None:
        return 0
    if commune.pk == home.pk:
        return INSIDE
    minutes = _kilometres(middle(commune.geometry), middle(home.geometry)) * DETOUR / KM_PER_HOUR * 60
    return min(max(INSIDE, STEP * math.ceil(minutes / STEP)), LONGEST_WAY)


def middle(geometry: Mapping[str, Any]) -> tuple[float, float]:
    """(longitude, latitude) of the middle of a GeoJSON polygon's outline."""
    points = list(_points(geometry["coordinates"]))
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _points(coordinates: Any) -> Iterator[tuple[float, float]]:
    if isinstance(coordinates[0], (int, float)):
        yield coordinates[0], coordinates[1]
        return
    for part in coordinates:
        yield from _points(part)


def _kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance (haversine)."""
    (x1, y1), (x2, y2) = ((math.radians(x), math.radians(y)) for x, y in (one, other))
    half = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(half))
