"""The occupancy timeline: places × months, as a table whose unit is a third of a month.

A real table prints, zooms and reads aloud; three units a month are fine enough to see a gap, and every cell says
its exact dates. Pure layout: no query beyond the two lists it is given.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cias.core.deadlines import add_months
from housing.models import Place, Stay, Unavailability

UNITS_PER_MONTH = 3


class Kind(StrEnum):
    STAY = "stay"
    OVERDUE = "overdue"
    FREE = "free"
    OFF = "off"
    CLOSED = "closed"


@dataclass(frozen=True)
class Cell:
    """`span` units of the row; `first`/`last` are the exact days of the fact, cut to nothing."""

    kind: Kind
    span: int
    first: date
    last: date | None
    stay: Stay | None = None
    off: Unavailability | None = None


@dataclass(frozen=True)
class Row:
    place: Place
    cells: list[Cell]


@dataclass(frozen=True)
class Timeline:
    """`months` are the first days of the columns; `today_unit` the unit of today, None when out of sight."""

    months: list[date]
    rows: list[Row]
    first: date
    last: date


def build_timeline(places: Iterable[Place], first_month: date, months: int, today: date) -> Timeline:
    """Lay out `months` months from `first_month`; each place has its stays and unavailabilities prefetched."""
    starts = [add_months(first_month.replace(day=1), offset) for offset in range(months)]
    last = add_months(starts[-1], 1) - timedelta(days=1)
    rows = [
        Row(place, list(_cells(place, starts[0], last, months * UNITS_PER_MONTH, today))) for place in places
    ]
    return Timeline(starts, rows, starts[0], last)


def unit_of(day: date, origin: date) -> int:
    """The unit a day falls in, counted from the origin month: days 1–10, 11–20, 21–end."""
    months = (day.year - origin.year) * 12 + day.month - origin.month
    return months * UNITS_PER_MONTH + min((day.day - 1) // 10, UNITS_PER_MONTH - 1)


def _facts(
    place: Place, today: date
) -> Iterator[tuple[date, date | None, Kind, Stay | None, Unavailability | None]]:
    """What happens on a place, in order of dates, without overlap (the database and the services see to it)."""
    for stay in place.stays.all():
        if stay.end is not None or stay.planned_end >= today:
            yield stay.start, stay.end or stay.planned_end, Kind.STAY, stay, None
        else:  # the contract is over and nobody recorded an exit: the household is still there
            yield stay.start, today, Kind.OVERDUE, stay, None
    for off in place.unavailabilities.all():
        yield off.start, off.end, Kind.OFF, None, off
    if place.end is not None:
        yield place.end + timedelta(days=1), None, Kind.CLOSED, None, None


def _cells(place: Place, first: date, last: date, units: int, today: date) -> Iterator[Cell]:
    facts = sorted(_facts(place, today), key=lambda fact: fact[0])
    if place.start > first:
        facts.insert(0, (first, place.start - timedelta(days=1), Kind.CLOSED, None, None))
    unit, free_from = 0, first
    for start, end, kind, stay, off in facts:
        if start > last or (end is not None and end < first):
            continue
        begin = max(unit_of(start, first), unit)
        stop = units if end is None else min(unit_of(end, first) + 1, units)
        if begin >= units:
            break
        if begin > unit:
            yield Cell(Kind.FREE, begin - unit, free_from, start - timedelta(days=1))
        span = max(stop - begin, 1)
        yield Cell(kind, span, start, end, stay, off)
        unit, free_from = begin + span, (end or last) + timedelta(days=1)
    if unit < units:
        yield Cell(Kind.FREE, units - unit, free_from, None)
