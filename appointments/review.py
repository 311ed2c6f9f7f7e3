"""Which appointments the direction looks at: by dates, outcome, agent and category; the list and the counts ask the
same (S9)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import TruncDate

from appointments.enums import CANCELLED, TAKEN_PLACE
from appointments.models import Appointment
from appointments.models.agenda import AppointmentQuerySet
from cias.core.db import Percentile
from cias.core.french import in_days
from cias.core.periods import Period

KEPT, FIRST = "tenus", "premier"
HALF = Decimal("0.5")


def within(rows: AppointmentQuerySet, period: Period) -> AppointmentQuerySet:
    start, after = period.bounds()
    return rows.filter(start__gte=start, start__lt=after)


def firsts(rows: AppointmentQuerySet) -> AppointmentQuerySet:
    """Those that are the first of their household, cancelled ones aside; of a caller without a file, all of them."""
    earlier = Appointment.objects.exclude(status__in=CANCELLED).filter(
        household=OuterRef("household"), start__lt=OuterRef("start")
    )
    return rows.exclude(status__in=CANCELLED).exclude(Exists(earlier))


def chosen(rows: AppointmentQuerySet, choice: Mapping[str, Any]) -> AppointmentQuerySet:
    """The rows the filters keep; without an outcome asked for, all but the cancelled ones."""
    if choice.get("du"):
        rows = rows.filter(start__gte=Period(choice["du"], choice["du"]).bounds()[0])
    if choice.get("au"):
        rows = rows.filter(start__lt=Period(choice["au"], choice["au"]).bounds()[1])
    match choice.get("issue"):
        case None | "":
            rows = rows.exclude(status__in=CANCELLED)
        case code if code == KEPT:
            rows = rows.filter(status__in=TAKEN_PLACE)
        case status:
            rows = rows.filter(status=status)
    if choice.get("motif"):
        rows = rows.filter(reason__category=choice["motif"])
    if agent := choice.get("agent"):
        rows = rows.of_agent(agent)
    return firsts(rows) if choice.get("nature") == FIRST else rows


def median_waits(rows: AppointmentQuerySet, *periods: Period) -> list[tuple[Decimal | None, int]]:
    """For each period, in one query: the median of the days from request to appointment, and of how many appointments;
    None without any."""
    waited = ExpressionWrapper(TruncDate("start") - F("requested_on"), output_field=DurationField())
    asked: dict[str, Any] = {}
    for rank, period in enumerate(periods):
        start, after = period.bounds()
        held = Q(start__gte=start, start__lt=after)
        asked[f"wait{rank}"] = Percentile(waited, HALF, output_field=DurationField(), filter=held)
        asked[f"count{rank}"] = Count("pk", filter=held)
    found = rows.order_by().aggregate(**asked)
    return [
        (in_days(found[f"wait{rank}"]), count) if (count := found[f"count{rank}"]) else (None, 0)
        for rank in range(len(periods))
    ]
