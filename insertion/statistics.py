"""Aggregates of the RSA pathways for dashboards and the ABS; no person leaves this module."""

from collections.abc import Iterable, Iterator

from django.db.models import Count, Q, QuerySet

from cias.core.periods import Period
from cias.core.registry import Measure, PartOf, Row, Unit, statistics
from insertion.enums import OrientationKind
from insertion.models import EngagementContract, Orientation
from insertion.pathways import first_signatures

type Territory = frozenset[str] | None


def _notified(period: Period, territory: Territory) -> QuerySet[Orientation]:
    rows = Orientation.objects.filter(notified_on__range=(period.first, period.last))
    return (
        rows
        if territory is None
        else rows.filter(household__commune__in=territory, household__address_hidden=False)
    )


def orientations(period: Period, territory: Territory) -> Iterator[Row]:
    for kind, count in (
        _notified(period, territory).order_by("kind").values_list("kind").annotate(count=Count("pk"))
    ):
        yield Row((kind,), count, count)


def accompanied(period: Period, territory: Territory) -> Iterator[Row]:
    """Persons with an orientation running at least one day of the period."""
    rows = Orientation.objects.filter(start__lte=period.last).filter(
        Q(end__isnull=True) | Q(end__gte=period.first)
    )
    if territory is not None:
        rows = rows.filter(household__commune__in=territory, household__address_hidden=False)
    for kind, count in (
        rows.order_by("kind").values_list("kind").annotate(count=Count("person", distinct=True))
    ):
        yield Row((kind,), count, count)


def contracts(period: Period, territory: Territory) -> Iterator[Row]:
    """Contracts whose second signature falls in the period."""
    rows = EngagementContract.objects.exclude(signed_by_person_on=None).exclude(signed_by_structure_on=None)
    if territory is not None:
        rows = rows.filter(household__commune__in=territory, household__address_hidden=False)
    count = rows.filter(
        Q(signed_by_person_on__lte=period.last, signed_by_structure_on__lte=period.last),
        Q(signed_by_person_on__gte=period.first) | Q(signed_by_structure_on__gte=period.first),
    ).count()
    if count:
        yield Row((), count, count)


def signed_in_time(period: Period, territory: Territory) -> Iterator[Row]:
    """Orientations notified in the period whose contract was signed within the legal delay, over all of them."""
    in_time = [is_in_time for _, _, is_in_time in first_signatures(_notified(period, territory))]
    if in_time:
        yield Row((), sum(in_time), len(in_time))


MEASURES: Iterable[Measure] = (
    Measure(
        code="insertion.orientations",
        title="Orientations RSA reçues",
        definition="Décisions d’orientation du Département notifiées dans la période.",
        unit=Unit.COUNT,
        compute=orientations,
        dimensions=("orientation",),
        labels={kind.value: kind.label for kind in OrientationKind},
    ),
    Measure(
        code="insertion.accompanied",
        title="Personnes accompagnées vers l’insertion",
        definition="Personnes dont une orientation a couru au moins un jour de la période.",
        unit=Unit.COUNT,
        compute=accompanied,
        dimensions=("orientation",),
        labels={kind.value: kind.label for kind in OrientationKind},
    ),
    Measure(
        code="insertion.contracts",
        title="Contrats d’engagement signés",
        definition="Contrats dont la seconde signature est intervenue dans la période.",
        unit=Unit.COUNT,
        compute=contracts,
    ),
    Measure(
        code="insertion.in_time",
        title="Contrats signés dans le délai",
        definition="Part des orientations notifiées dans la période dont le contrat a été signé des deux côtés dans "
        "le délai légal, dernier jour compris\u00a0; une demande de réorientation fait repartir ce délai.",
        unit=Unit.RATE,
        compute=signed_in_time,
        part_of=PartOf(code="insertion.orientations"),
    ),
)


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
