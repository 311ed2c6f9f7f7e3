"""Aggregates of the waiting list; no person leaves this module.

The commune is the one of the household's situation on the day it asked; callers without a file have none.
"""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, DurationField, ExpressionWrapper, F, FilteredRelation, Q, QuerySet
from django.db.models.functions import TruncDate

from appointments.enums import Category, WaitingState
from appointments.models import WaitingEntry
from appointments.statistics import Territory
from cias.core.db import Percentile
from cias.core.french import in_days
from cias.core.periods import Period
from cias.core.registry import Measure, Row, Unit, statistics

HALF = Decimal("0.5")
CLOSED = {state.value: str(state.label) for state in (WaitingState.BOOKED, WaitingState.WITHDRAWN)}


def _entries(territory: Territory) -> QuerySet[WaitingEntry]:
    """All of them, or those of households that lived in `territory` when they asked."""
    rows = WaitingEntry.objects.order_by()
    if territory is None:
        return rows
    situations, day = "household__situations", F("requested_on")
    in_force = Q(**{f"{situations}__start__lte": day}) & (
        Q(**{f"{situations}__end__isnull": True}) | Q(**{f"{situations}__end__gte": day})
    )
    rows = rows.annotate(situation=FilteredRelation(situations, condition=in_force))
    return rows.filter(situation__commune__in=territory, household__address_hidden=False)


def added(period: Period, territory: Territory) -> Iterator[Row]:
    rows = _entries(territory).filter(requested_on__range=(period.first, period.last))
    for category, count in (
        rows.values_list("reason__category").annotate(count=Count("pk")).order_by("reason__category")
    ):
        yield Row((category,), count, count)


def _closed(period: Period, territory: Territory) -> QuerySet[WaitingEntry]:
    start, after = period.bounds()
    return _entries(territory).filter(closed_at__gte=start, closed_at__lt=after)


def closed(period: Period, territory: Territory) -> Iterator[Row]:
    rows = _closed(period, territory).values_list("state").annotate(count=Count("pk"))
    for state, count in rows.order_by("state"):
        yield Row((state,), count, count)


def days_waited(period: Period, territory: Territory) -> Iterator[Row]:
    """The median of the days from the request to the appointment's booking, which is when the wait ends."""
    rows = _closed(period, territory).filter(state=WaitingState.BOOKED)
    waited = ExpressionWrapper(TruncDate("closed_at") - F("requested_on"), output_field=DurationField())
    result = rows.aggregate(wait=Percentile(waited, HALF, output_field=DurationField()), count=Count("pk"))
    if result["count"]:
        yield Row((), in_days(result["wait"]), result["count"])


MEASURES = (
    Measure(
        code="appointments.waiting_added",
        title="Demandes mises en liste d’attente",
        definition="Demandes de rendez-vous sans créneau possible, notées dans la période, selon leur motif.",
        unit=Unit.COUNT,
        compute=added,
        dimensions=("motif",),
        labels=dict(Category.choices),
    ),
    Measure(
        code="appointments.waiting_closed",
        title="Demandes sorties de la liste d’attente",
        definition="Demandes qui ont quitté la liste dans la période, avec un rendez-vous ou sans.",
        unit=Unit.COUNT,
        compute=closed,
        dimensions=("issue",),
        labels=CLOSED,
    ),
    Measure(
        code="appointments.waiting_days",
        title="Attente médiane d’un créneau",
        definition="La moitié des demandes satisfaites dans la période ont attendu moins de jours un rendez-vous.",
        unit=Unit.DAYS,
        compute=days_waited,
    ),
)


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
