"""Aggregates of the contracts for dashboards and the ABS; no person leaves this module."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Sum

from cias.core.periods import Period
from cias.core.registry import Measure, Row, Unit, statistics
from insertion.enums import ActionKind, Exemption
from insertion.followup.statistics import Territory, counted, within
from insertion.models import ContractAction, EngagementContract, RealisedHours

DAYS_IN_A_WEEK = Decimal(7)
ONE = Decimal(1)


def planned_hours(period: Period, territory: Territory) -> Decimal:
    """Weekly hours of the signed contracts, for the days of the period they ran."""
    rows = EngagementContract.objects.signed().filter(
        weekly_hours__isnull=False, start__lte=period.last, end__gte=period.first
    )
    total = Decimal(0)
    for start, end, hours in within(rows, territory).values_list("start", "end", "weekly_hours"):
        days = (min(end, period.last) - max(start, period.first)).days + 1
        total += hours * days / DAYS_IN_A_WEEK
    return total


def realised_hours(period: Period, territory: Territory) -> Decimal:
    rows = RealisedHours.objects.standing().filter(on__range=(period.first, period.last))
    known = within(rows, territory, "action__contract__household")
    return known.aggregate(total=Sum("hours"))["total"] or Decimal(0)


def hours(period: Period, territory: Territory) -> Iterator[Row]:
    """Hours told as realised over the hours planned, both rounded to the hour."""
    planned = int(planned_hours(period, territory).quantize(ONE, ROUND_HALF_UP))
    if planned:
        running = EngagementContract.objects.signed().filter(
            weekly_hours__isnull=False, start__lte=period.last, end__gte=period.first
        )
        persons = within(running, territory).aggregate(total=Count("orientation__person", distinct=True))[
            "total"
        ]
        realised = int(realised_hours(period, territory).quantize(ONE, ROUND_HALF_UP))
        yield Row((), realised, planned, units=persons)


def exemptions(period: Period, territory: Territory) -> Iterator[Row]:
    """Signed contracts that ran in the period without any hours, by the reason."""
    rows = EngagementContract.objects.signed().filter(
        exemption__gt="", start__lte=period.last, end__gte=period.first
    )
    return counted(within(rows, territory), "exemption")


def actions(period: Period, territory: Territory) -> Iterator[Row]:
    """Actions of the signed contracts that ran in the period, by their nature (C. trav., art. R5411-15)."""
    signed = EngagementContract.objects.signed().filter(start__lte=period.last, end__gte=period.first)
    rows = ContractAction.objects.filter(contract__in=signed)
    return counted(within(rows, territory, "contract__household"), "kind")


MEASURES = (
    Measure(
        code="insertion.hours", title="Heures d’activité réalisées",
        definition="Heures notées comme réalisées dans la période, sur les heures hebdomadaires des contrats signés "
        "comptées au jour près.",
        unit=Unit.RATE, compute=hours, counts_units=False,
    ),
    Measure(
        code="insertion.exemptions", title="Contrats d’engagement sans heures",
        definition="Contrats signés en cours dans la période, dispensés d’heures, selon le motif.",
        unit=Unit.COUNT, compute=exemptions, dimensions=("motif",), sensitive=True,
        labels={one.value: one.label for one in Exemption if one.value},
    ),
    Measure(
        code="insertion.actions", title="Actions des contrats d’engagement",
        definition="Actions des contrats signés en cours dans la période, selon leur nature.",
        unit=Unit.COUNT, compute=actions, dimensions=("nature",),
        labels={one.value: one.label for one in ActionKind},
    ),
)  # fmt: skip


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
