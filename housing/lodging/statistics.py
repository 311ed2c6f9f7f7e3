"""Aggregates of the housing schemes for dashboards and the ABS: nights, stays, exits; no person leaves this module."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.db.models import Count, DateField, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Greatest, Least

from cias.core.periods import Period
from cias.core.registry import Measure, Row, Unit, statistics
from housing.enums import DURABLE_EXITS, ExitOutcome, Scheme
from housing.models import Place, Stay, Unavailability

type Territory = frozenset[str] | None


def _nights(rows: QuerySet, period: Period, group: str) -> dict[str, int]:
    """Nights of dated rows inside the period, both days included, summed in SQL by `group`."""
    last, first = Value(period.last, DateField()), Value(period.first, DateField())
    length = ExpressionWrapper(
        Least(Coalesce(F("end"), last), last) - Greatest(F("start"), first), output_field=DurationField()
    )
    inside = rows.filter(start__lte=period.last).filter(Q(end__isnull=True) | Q(end__gte=period.first))
    sums = inside.order_by().values_list(group).annotate(total=Sum(length), rows=Count("pk"))
    return {key: total.days + count for key, total, count in sums}


def _places(territory: Territory) -> QuerySet[Place]:
    places = Place.objects.all()
    return places if territory is None else places.filter(dwelling__commune__in=territory)


def _stays(territory: Territory) -> QuerySet[Stay]:
    stays = Stay.objects.all()
    return (
        stays
        if territory is None
        else stays.filter(place__dwelling__commune__in=territory, household__address_hidden=False)
    )


def capacity_nights(period: Period, territory: Territory) -> dict[str, int]:
    """Nights on which places could be lived in, by scheme: open nights less works."""
    places = _places(territory)
    opened = _nights(places, period, "dwelling__scheme")
    off = _nights(Unavailability.objects.filter(place__in=places), period, "place__dwelling__scheme")
    return {scheme: nights - off.get(scheme, 0) for scheme, nights in opened.items()}


def occupied_nights(period: Period, territory: Territory) -> dict[str, int]:
    """Nights spent, by the scheme of the place."""
    return _nights(_stays(territory), period, "place__dwelling__scheme")


def occupancy(period: Period, territory: Territory) -> Iterator[Row]:
    """Nights occupied over nights available, by scheme (domain-rules §5, key figures)."""
    taken = occupied_nights(period, territory)
    for scheme, available in sorted(capacity_nights(period, territory).items()):
        if available > 0:
            yield Row((scheme,), taken.get(scheme, 0), available)


def entries(period: Period, territory: Territory) -> Iterator[Row]:
    stays = _stays(territory).filter(start__range=(period.first, period.last))
    for scheme, count in stays.order_by("scheme").values_list("scheme").annotate(count=Count("pk")):
        yield Row((scheme,), count, count)


def housed_households(period: Period, territory: Territory) -> Iterator[Row]:
    stays = _stays(territory).filter(pk__in=Stay.objects.between(period.first, period.last))
    for scheme, count in (
        stays.order_by("scheme").values_list("scheme").annotate(count=Count("household", distinct=True))
    ):
        yield Row((scheme,), count, count)


def exits(period: Period, territory: Territory) -> Iterator[Row]:
    stays = _stays(territory).filter(end__range=(period.first, period.last))
    for outcome, count in stays.order_by("outcome").values_list("outcome").annotate(count=Count("pk")):
        yield Row((outcome,), count, count)


def durable_exits(period: Period, territory: Territory) -> Iterator[Row]:
    stays = _stays(territory).filter(end__range=(period.first, period.last))
    durable, total = stays.aggregate(
        durable=Count("pk", filter=Q(outcome__in=DURABLE_EXITS)), total=Count("pk")
    ).values()
    if total:
        yield Row((), durable, total)


def average_stay(period: Period, territory: Territory) -> Iterator[Row]:
    """Mean length, in days, of the stays that ended in the period."""
    stays = _stays(territory).filter(end__range=(period.first, period.last))
    length = ExpressionWrapper(F("end") - F("start"), output_field=DurationField())
    total, count = stays.aggregate(total=Sum(length), count=Count("pk")).values()
    if count:
        yield Row((), Decimal(total.days) / count + 1, count)


SCHEMES = {scheme.value: scheme.label for scheme in Scheme}
OUTCOMES = {outcome.value: outcome.label for outcome in ExitOutcome}

MEASURES: Iterable[Measure] = (
    Measure(
        code="housing.occupancy",
        title="Taux d’occupation des hébergements",
        definition="Nuits occupées rapportées aux nuits disponibles ; les jours d’indisponibilité sont retirés.",
        unit=Unit.RATE,
        compute=occupancy,
        dimensions=("dispositif",),
        labels=SCHEMES,
    ),
    Measure(
        code="housing.households",
        title="Ménages hébergés",
        definition="Ménages ayant occupé une place au moins un jour de la période.",
        unit=Unit.COUNT,
        additive=False,
        compute=housed_households,
        dimensions=("dispositif",),
        labels=SCHEMES,
    ),
    Measure(
        code="housing.entries",
        title="Entrées en hébergement",
        definition="Séjours commencés dans la période.",
        unit=Unit.COUNT,
        compute=entries,
        dimensions=("dispositif",),
        labels=SCHEMES,
    ),
    Measure(
        code="housing.exits",
        title="Sorties d’hébergement",
        definition="Séjours terminés dans la période, selon la destination du ménage.",
        unit=Unit.COUNT,
        compute=exits,
        dimensions=("destination",),
        labels=OUTCOMES,
    ),
    Measure(
        code="housing.durable_exits",
        title="Sorties vers un logement durable",
        definition="Part des sorties vers un logement social, privé ou par glissement du bail.",
        unit=Unit.RATE,
        compute=durable_exits,
    ),
    Measure(
        code="housing.average_stay",
        title="Durée moyenne des séjours",
        definition="Moyenne, en jours, des séjours terminés dans la période.",
        unit=Unit.DAYS,
        compute=average_stay,
    ),
)


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
