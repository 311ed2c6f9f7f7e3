"""Sessions of the psychologist's permanences, as a number only; nothing else leaves this module.

A sensitive subject (domain-rules §2): under eleven nothing is shown, and never by commune.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from cias.core.periods import Period
from cias.core.registry import Measure, Row, Unit, statistics
from insertion.models import CounsellingSession
from insertion.permanences.attendance import held_appointments, held_by_hand

type Territory = frozenset[str] | None


def _kept(period: Period, territory: Territory) -> tuple[QuerySet[Any], QuerySet[CounsellingSession]]:
    start, after = period.bounds()
    booked: QuerySet[Any] = held_appointments().filter(start__gte=start, start__lt=after)
    added = held_by_hand().filter(on__range=(period.first, period.last))
    if territory is not None:
        booked = booked.filter(household__commune__in=territory, household__address_hidden=False)
        added = added.filter(
            counselling__household__commune__in=territory, counselling__household__address_hidden=False
        )
    return booked.order_by(), added.order_by()


def sessions(period: Period, territory: Territory) -> Iterator[Row]:
    booked, added = _kept(period, territory)
    if count := booked.count() + added.count():
        yield Row((), count, count)


def households(period: Period, territory: Territory) -> Iterator[Row]:
    """Households of which one member at least was received; callers without a file are not counted."""
    booked, added = _kept(period, territory)
    met = set(booked.filter(household__isnull=False).values_list("household", flat=True))
    met |= set(added.values_list("counselling__household", flat=True))
    if met:
        yield Row((), len(met), len(met))


MEASURES = (
    Measure(
        code="permanences.sessions",
        title="Séances des permanences psychologiques",
        definition="Séances tenues dans la période\u00a0: rendez-vous honorés et séances sans rendez-vous.",
        unit=Unit.COUNT,
        compute=sessions,
        sensitive=True,
    ),
    Measure(
        code="permanences.households",
        title="Ménages reçus aux permanences psychologiques",
        definition="Ménages dont un membre au moins a été reçu dans la période.",
        unit=Unit.COUNT,
        compute=households,
        sensitive=True,
    ),
)


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
