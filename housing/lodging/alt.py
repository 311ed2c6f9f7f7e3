"""The monthly statement of an ALT convention: what the State counts on, what there really was (CSS, L851-1, R851-2).

Effective capacity of a dwelling in a month: nights its places could be lived in, over its places times the days of the
month. The aid for it is bounded by what the convention counts; how the State rounds it is to be checked with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cias.core.french import rounded
from cias.core.periods import Period
from housing.enums import DwellingType
from housing.lodging.capacity import Nights, Spans, count_nights, spans_of
from housing.models import AltCapacity, AltConvention, AltDwelling, Place

ZERO = Decimal(0)


@dataclass(frozen=True)
class AltLine:
    """One type of dwelling in a month. `effective` is in dwellings, to the hundredth; money in euros."""

    label: str
    dwellings: int
    effective: Decimal
    available: int
    occupied: int
    full_aid: Decimal
    effective_aid: Decimal

    @property
    def rate(self) -> Decimal | None:
        """Percent of the nights available that were spent."""
        return Decimal(100 * self.occupied) / self.available if self.available > 0 else None


@dataclass(frozen=True)
class AltMonth:
    """A month by type and in all. `counted_to` is its last day counted: today in the month under way.

    `is_counted` is False for a month to come: only what the convention says of it is known.
    """

    period: Period
    lines: list[AltLine]
    total: AltLine
    households: int
    is_counted: bool


@dataclass(frozen=True)
class AltStatement:
    convention: AltConvention
    months: list[AltMonth]
    total: AltLine
    counted_to: date


@dataclass(frozen=True)
class _Covered:
    """A place of a covered dwelling, within the days the convention covers it."""

    dwelling: object
    dwelling_type: str
    first: date
    last: date | None
    spans: Spans


def statement(convention: AltConvention, today: date) -> AltStatement:
    """The year of a convention month by month: five queries."""
    year = Period.year(convention.year)
    covered = _covered(convention, year)
    capacities = list(convention.capacities.all())
    types = [
        one
        for one in DwellingType
        if any(row.dwelling_type == one for row in capacities)
        or any(row.dwelling_type == one for row in covered)
    ]
    months = []
    for number in range(1, 13):
        month = Period.month(convention.year, number)
        counted = Period(month.first, min(month.last, today)) if month.first <= today else None
        lines = []
        for one in types:
            counted_on = [row for row in capacities if row.dwelling_type == one and row.covers(number)]
            own = [row for row in covered if row.dwelling_type == one]
            lines.append(_line(one.label, counted_on, own, counted))
        total = _sum("Ensemble", lines)
        households = _households(covered, counted) if counted else 0
        months.append(AltMonth(month, lines, total, households, counted is not None))
    return AltStatement(
        convention, months, _sum("Année", [one.total for one in months]), min(year.last, today)
    )


def _covered(convention: AltConvention, year: Period) -> list[_Covered]:
    rows = list(AltDwelling.objects.filter(convention=convention).select_related("dwelling"))
    by_dwelling = {row.dwelling_id: row for row in rows}
    places = Place.objects.filter(dwelling__in=by_dwelling, start__lte=year.last).exclude(end__lt=year.first)
    spans = spans_of(places, year)
    found = []
    for place in places:
        row = by_dwelling[place.dwelling_id]
        found.append(
            _Covered(place.dwelling_id, row.dwelling.dwelling_type, row.start, row.end, spans[place.pk])
        )
    return found


def _line(
    label: str,
    capacities: Iterable[AltCapacity],
    covered: Iterable[_Covered],
    counted: Period | None,
) -> AltLine:
    dwellings, full = 0, ZERO
    for capacity in capacities:
        dwellings += capacity.dwellings
        full += capacity.dwellings * capacity.monthly_aid
    effective, available, occupied = ZERO, 0, 0
    if counted is not None:
        by_dwelling: dict[object, list[Nights]] = {}
        for row in covered:
            nights = _nights(row, counted)
            if nights is not None:
                by_dwelling.setdefault(row.dwelling, []).append(nights)
        for nights_of in by_dwelling.values():
            there = sum(one.available for one in nights_of)
            effective += Decimal(there) / (len(nights_of) * counted.days)
            available += there
            occupied += sum(one.occupied for one in nights_of)
    effective = rounded(effective, 2)
    aid = rounded(full * min(effective, Decimal(dwellings)) / dwellings, 2) if dwellings else ZERO
    return AltLine(label, dwellings, effective, available, occupied, full, aid)


def _nights(row: _Covered, counted: Period) -> Nights | None:
    """What the place gave while the convention covered it; None when it was not open a single day."""
    within = _within(row, counted)
    if within is None:
        return None
    nights = count_nights([row.spans], within)
    return nights if nights.opened else None


def _within(row: _Covered, counted: Period) -> Period | None:
    first, last = max(row.first, counted.first), min(row.last or counted.last, counted.last)
    return Period(first, last) if first <= last else None


def _households(covered: Iterable[_Covered], counted: Period) -> int:
    """Stays that spent at least a night in a covered place in the month."""
    count = 0
    for row in covered:
        within = _within(row, counted)
        if within is not None:
            count += sum(
                start <= within.last and (end is None or end >= within.first)
                for start, end in row.spans.stays
            )
    return count


def _sum(label: str, lines: Iterable[AltLine]) -> AltLine:
    found = list(lines)
    return AltLine(
        label,
        sum(line.dwellings for line in found),
        sum((line.effective for line in found), ZERO),
        sum(line.available for line in found),
        sum(line.occupied for line in found),
        sum((line.full_aid for line in found), ZERO),
        sum((line.effective_aid for line in found), ZERO),
    )
