"""Capacity and occupancy month by month: three queries, counted on fingers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Min, Q

from cias.core.periods import Period
from housing.lodging.nights import overlap
from housing.models import Place, Stay, Unavailability

type Span = tuple[date, date | None]


@dataclass(frozen=True)
class Spans:
    """When a place is open, out of order, and lived in."""

    opened: Span
    off: tuple[Span, ...]
    stays: tuple[Span, ...]


@dataclass(frozen=True)
class Nights:
    """The terms of an occupancy rate over a period: `places` open at least one day of it, then nights."""

    period: Period
    places: int
    opened: int
    off: int
    occupied: int

    @property
    def available(self) -> int:
        return self.opened - self.off

    @property
    def free(self) -> int:
        return self.available - self.occupied

    @property
    def rate(self) -> float | None:
        """Percent of the nights available; None when there is none."""
        return 100 * self.occupied / self.available if self.available > 0 else None


@dataclass(frozen=True)
class Capacity:
    """`months` up to the one under way, counted until today; `total` their sum."""

    months: list[Nights]
    total: Nights | None


def months_of(year: int, today: date) -> list[Period]:
    """The months of a year that have begun, the last one cut to today."""
    months = (Period.month(year, month) for month in range(1, 13))
    return [Period(one.first, min(one.last, today)) for one in months if one.first <= today]


def years_of(today: date) -> list[int]:
    """From the year the first place opened to this one, the latest first."""
    first = Place.objects.aggregate(first=Min("start"))["first"] or today
    return list(range(today.year, min(first.year, today.year) - 1, -1))


def spans_of(places: Iterable[Place], period: Period) -> dict[UUID, Spans]:
    """What happens on these places in the period, by place: two queries besides theirs."""
    found = {place.pk: place for place in places}
    touches = Q(start__lte=period.last) & (Q(end__isnull=True) | Q(end__gte=period.first))
    off: dict[UUID, list[Span]] = {key: [] for key in found}
    stays: dict[UUID, list[Span]] = {key: [] for key in found}
    for model, kept in ((Unavailability, off), (Stay, stays)):
        rows = model.objects.filter(touches, place__in=found).order_by("start")
        for key, start, end in rows.values_list("place", "start", "end"):
            kept[key].append((start, end))
    return {
        key: Spans((place.start, place.end), tuple(off[key]), tuple(stays[key]))
        for key, place in found.items()
    }


def count_nights(spans: Iterable[Spans], period: Period) -> Nights:
    """Nights of these places within the period; works of a day the place is closed take nothing from it."""
    places = opened = off = occupied = 0
    for span in spans:
        start, end = span.opened
        nights = overlap(start, end, period)
        if not nights:
            continue
        inside = Period(max(start, period.first), min(end or period.last, period.last))
        places += 1
        opened += nights
        off += sum(overlap(first, last, inside) for first, last in span.off)
        occupied += sum(overlap(first, last, period) for first, last in span.stays)
    return Nights(period, places, opened, off, occupied)


def capacity_of(year: int, today: date, scheme: str = "") -> Capacity:
    """A year month by month, of one scheme or all."""
    months = months_of(year, today)
    if not months:
        return Capacity([], None)
    whole = Period(months[0].first, months[-1].last)
    places = Place.objects.filter(start__lte=whole.last).exclude(end__lt=whole.first)
    if scheme:
        places = places.filter(dwelling__scheme=scheme)
    spans = list(spans_of(places, whole).values())
    return Capacity([count_nights(spans, month) for month in months], count_nights(spans, whole))
