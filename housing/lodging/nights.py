"""Nights available and nights spent, counted in SQL: what occupancy, capacity and the ALT statement share.

A night is a day of a place: a stay from the 1st to the 20th counts twenty. Works leave the nights available.
"""

from datetime import date
from typing import Any

from django.db.models import Count, DateField, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Greatest, Least

from cias.core.periods import Period
from housing.models import Place, Stay, Unavailability

type Territory = frozenset[str] | None


def overlap(start: date, end: date | None, period: Period) -> int:
    """Nights a dated fact has inside the period, both days included; `end` None: it has none."""
    last = period.last if end is None else min(end, period.last)
    return max((last - max(start, period.first)).days + 1, 0)


def nights_by(rows: QuerySet[Any], period: Period, group: str, *, within: str = "") -> dict[str, int]:
    """Nights of dated rows inside the period, both days included, summed in SQL by `group`.

    `within` names a dated row they are cut to: works of a place that is not open take nothing from its capacity.
    """
    last, first = Value(period.last, DateField()), Value(period.first, DateField())
    begins, ends = [F("start"), first], [Coalesce(F("end"), last), last]
    inside = rows.filter(start__lte=period.last).filter(Q(end__isnull=True) | Q(end__gte=period.first))
    if within:
        begins.append(F(f"{within}__start"))
        ends.append(Coalesce(F(f"{within}__end"), last))
        inside = inside.filter(**{f"{within}__start__lte": period.last}).filter(
            Q(end__isnull=True) | Q(end__gte=F(f"{within}__start")),
            Q(**{f"{within}__end__isnull": True})
            | Q(**{f"{within}__end__gte": F("start")}) & Q(**{f"{within}__end__gte": period.first}),
        )
    length = ExpressionWrapper(Least(*ends) - Greatest(*begins), output_field=DurationField())
    sums = inside.order_by().values_list(group).annotate(total=Sum(length), rows=Count("pk"))
    return {key: total.days + count for key, total, count in sums}


def places_in(territory: Territory) -> QuerySet[Place]:
    places = Place.objects.all()
    return places if territory is None else places.filter(dwelling__commune__in=territory)


def stays_in(territory: Territory) -> QuerySet[Stay]:
    """Whoever hides an address is in no commune (ADR 8)."""
    stays = Stay.objects.all()
    if territory is None:
        return stays
    return stays.filter(place__dwelling__commune__in=territory, household__address_hidden=False)


def open_nights(period: Period, territory: Territory) -> dict[str, int]:
    """Nights on which places were open, works included, by scheme."""
    return nights_by(places_in(territory), period, "dwelling__scheme")


def off_nights(period: Period, territory: Territory) -> dict[str, int]:
    """Nights on which open places could not be lived in, by scheme."""
    works = Unavailability.objects.filter(place__in=places_in(territory))
    return nights_by(works, period, "place__dwelling__scheme", within="place")


def capacity_nights(period: Period, territory: Territory) -> dict[str, int]:
    """Nights on which places could be lived in, by scheme: open nights less works."""
    off = off_nights(period, territory)
    return {scheme: nights - off.get(scheme, 0) for scheme, nights in open_nights(period, territory).items()}


def occupied_nights(period: Period, territory: Territory) -> dict[str, int]:
    """Nights spent, by the scheme of the place."""
    return nights_by(stays_in(territory), period, "place__dwelling__scheme")
