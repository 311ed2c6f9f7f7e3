"""Which place suits which request, and from when a place is free; reasons are told, never a bare no."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cias.core.french import plural
from housing.enums import DwellingType
from housing.lodging.timeline import facts_of
from housing.models import LodgingRequest, Place

ORDER = {value: rank for rank, value in enumerate(DwellingType.values)}


@dataclass(frozen=True)
class Opening:
    """The first days on which nobody is expected in a place. `last` None: until further notice.

    `expected`: who lives there has a contract until the day before, and has not left yet.
    """

    place: Place
    first: date
    last: date | None
    expected: bool

    @property
    def nights(self) -> int | None:
        return None if self.last is None else (self.last - self.first).days + 1


def opening_of(place: Place, today: date) -> Opening | None:
    """When the place can next be lived in; its stays and unavailabilities from today on are prefetched."""
    day, expected = max(place.start, today), False
    for fact in facts_of(place, today):
        if fact.first > day:
            return Opening(place, day, fact.first - timedelta(days=1), expected)
        if fact.last is None:
            return None
        if fact.last >= day:
            day, expected = fact.last + timedelta(days=1), fact.stay is not None and fact.stay.end is None
    if place.end is not None and day > place.end:
        return None
    return Opening(place, day, place.end, expected)


def openings(places: Iterable[Place], today: date) -> list[Opening]:
    """The next opening of each place that has one, the earliest first."""
    found = (opening_of(place, today) for place in places)
    return sorted(
        (one for one in found if one is not None),
        key=lambda one: (one.first, one.place.dwelling.name, one.place.label),
    )


def obstacles(request: LodgingRequest, place: Place) -> list[str]:
    """Why this place does not suit this request, in the words of the page; nothing when it does."""
    dwelling = place.dwelling
    found = []
    if request.scheme and request.scheme != dwelling.scheme:
        found.append(f"souhaite\u00a0: {request.get_scheme_display().lower()}")
    if request.persons > place.beds:
        found.append(f"{plural(request.persons, 'personne')} pour {plural(place.beds, 'couchage')}")
    if request.least_type and ORDER[request.least_type] > ORDER[dwelling.dwelling_type]:
        found.append(f"souhaite au moins un {request.get_least_type_display()}")
    wished = [wish.commune_id for wish in request.wishes.all()]
    if wished and dwelling.commune_id not in wished:
        found.append("souhaite une autre commune")
    if request.accessible and not dwelling.accessible:
        found.append("logement accessible nécessaire")
    return found
