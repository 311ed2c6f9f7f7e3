"""Aggregates of lodging for dashboards and the ABS: nights, stays, exits, requests; no person leaves this module."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum

from cias.core.periods import Period
from cias.core.registry import Measure, PartOf, Row, Unit, statistics
from housing.enums import DURABLE_EXITS, ExitOutcome, Scheme
from housing.lodging.enums import Answer, DeclineReason, RefusalReason, RequestOrigin, RequestState
from housing.lodging.figures import vacancies
from housing.lodging.nights import Territory, capacity_nights, occupied_nights, stays_in
from housing.models import LodgingRequest, Proposal, Stay

ANY_SCHEME = "any"


def _count(rows: QuerySet[Any], key: str) -> Iterator[Row]:
    for value, count in rows.order_by(key).values_list(key).annotate(count=Count("pk")):
        yield Row((value or ANY_SCHEME,), count, count)


def _requests(territory: Territory) -> QuerySet[LodgingRequest]:
    """By the commune of the household's file; whoever hides an address is in none (ADR 8)."""
    rows = LodgingRequest.objects.all()
    if territory is None:
        return rows
    return rows.filter(household__commune__in=territory, household__address_hidden=False)


def capacity(period: Period, territory: Territory) -> Iterator[Row]:
    for scheme, nights in sorted(capacity_nights(period, territory).items()):
        yield Row((scheme,), nights, nights)


def nights(period: Period, territory: Territory) -> Iterator[Row]:
    for scheme, count in sorted(occupied_nights(period, territory).items()):
        yield Row((scheme,), count, count)


def requests(period: Period, territory: Territory) -> Iterator[Row]:
    """Requests received in the period, by who made them."""
    return _count(_requests(territory).filter(requested_on__range=(period.first, period.last)), "origin")


def waiting(period: Period, territory: Territory) -> Iterator[Row]:
    """Households still on the list on the last day, by the scheme they wish for."""
    on_list = LodgingRequest.objects.waiting_on(period.last).filter(pk__in=_requests(territory))
    return _count(on_list, "scheme")


def refusals(period: Period, territory: Territory) -> Iterator[Row]:
    rows = _requests(territory).filter(
        state=RequestState.REFUSED, settled_on__range=(period.first, period.last)
    )
    return _count(rows, "refusal_reason")


def declines(period: Period, territory: Territory) -> Iterator[Row]:
    """Places that households did not take, by their reason."""
    rows = Proposal.objects.filter(
        answer=Answer.DECLINED,
        answered_on__range=(period.first, period.last),
        request__in=_requests(territory),
    )
    return _count(rows, "reason")


def vacancy(period: Period, territory: Territory) -> Iterator[Row]:
    """Mean days between two stays of a place, works taken away."""
    gaps: Counter[str] = Counter()
    days: Counter[str] = Counter()
    for gap in vacancies(period, territory):
        gaps[gap.scheme] += 1
        days[gap.scheme] += gap.days - gap.works
    for scheme in sorted(gaps):
        yield Row((scheme,), Decimal(days[scheme]) / gaps[scheme], gaps[scheme])


def occupancy(period: Period, territory: Territory) -> Iterator[Row]:
    """Nights occupied over nights available, by scheme (domain-rules §5, key figures)."""
    taken = occupied_nights(period, territory)
    for scheme, available in sorted(capacity_nights(period, territory).items()):
        if available > 0:
            yield Row((scheme,), taken.get(scheme, 0), available)


def entries(period: Period, territory: Territory) -> Iterator[Row]:
    stays = stays_in(territory).filter(start__range=(period.first, period.last))
    for scheme, count in stays.order_by("scheme").values_list("scheme").annotate(count=Count("pk")):
        yield Row((scheme,), count, count)


def housed_households(period: Period, territory: Territory) -> Iterator[Row]:
    stays = stays_in(territory).filter(pk__in=Stay.objects.between(period.first, period.last))
    for scheme, count in (
        stays.order_by("scheme").values_list("scheme").annotate(count=Count("household", distinct=True))
    ):
        yield Row((scheme,), count, count)


def exits(period: Period, territory: Territory) -> Iterator[Row]:
    stays = stays_in(territory).filter(end__range=(period.first, period.last))
    for outcome, count in stays.order_by("outcome").values_list("outcome").annotate(count=Count("pk")):
        yield Row((outcome,), count, count)


def durable_exits(period: Period, territory: Territory) -> Iterator[Row]:
    stays = stays_in(territory).filter(end__range=(period.first, period.last))
    durable, total = stays.aggregate(
        durable=Count("pk", filter=Q(outcome__in=DURABLE_EXITS)), total=Count("pk")
    ).values()
    if total:
        yield Row((), durable, total)


def average_stay(period: Period, territory: Territory) -> Iterator[Row]:
    """Mean length, in days, of the stays that ended in the period."""
    stays = stays_in(territory).filter(end__range=(period.first, period.last))
    length = ExpressionWrapper(F("end") - F("start"), output_field=DurationField())
    total, count = stays.aggregate(total=Sum(length), count=Count("pk")).values()
    if count:
        yield Row((), Decimal(total.days) / count + 1, count)


SCHEMES = {scheme.value: scheme.label for scheme in Scheme}
WISHES = SCHEMES | {ANY_SCHEME: "Indifférent"}
OUTCOMES = {outcome.value: outcome.label for outcome in ExitOutcome}

MEASURES: Iterable[Measure] = (
    Measure(
        code="housing.occupancy",
        title="Taux d’occupation des hébergements",
        definition="Nuits occupées rapportées aux nuits disponibles\u00a0; les jours d’indisponibilité sont retirés.",
        unit=Unit.RATE,
        compute=occupancy,
        dimensions=("dispositif",),
        labels=SCHEMES,
        part_of=PartOf(code="housing.capacity", numerator_code="housing.nights"),
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
        part_of=PartOf(code="housing.exits", dimension="destination", numerator=frozenset(DURABLE_EXITS)),
    ),
    Measure(
        code="housing.average_stay",
        title="Durée moyenne des séjours",
        definition="Moyenne, en jours, des séjours terminés dans la période.",
        unit=Unit.DAYS,
        compute=average_stay,
    ),
    Measure(
        code="housing.capacity",
        title="Nuits disponibles en hébergement",
        definition="Nuits pendant lesquelles une place est ouverte, les jours d’indisponibilité retirés.",
        unit=Unit.COUNT,
        compute=capacity,
        dimensions=("dispositif",),
        labels=SCHEMES,
    ),
    Measure(
        code="housing.nights",
        title="Nuits passées en hébergement",
        definition="Nuits pendant lesquelles une place est occupée, jour d’entrée et jour de sortie compris.",
        unit=Unit.COUNT,
        compute=nights,
        dimensions=("dispositif",),
        labels=SCHEMES,
        part_of=PartOf(code="housing.capacity", exact=False),
    ),
    Measure(
        code="housing.vacancy",
        title="Délai de vacance entre deux séjours",
        definition="Moyenne, en jours, entre le départ d’un ménage et l’entrée du suivant, travaux retirés, pour les "
        "entrées de la période.",
        unit=Unit.DAYS,
        compute=vacancy,
        dimensions=("dispositif",),
        labels=SCHEMES,
    ),
    Measure(
        code="housing.requests",
        title="Demandes d’hébergement",
        definition="Demandes reçues dans la période, selon leur origine.",
        unit=Unit.COUNT,
        compute=requests,
        dimensions=("origine",),
        labels=dict(RequestOrigin.choices),
    ),
    Measure(
        code="housing.waiting",
        title="Ménages en attente d’un hébergement",
        definition="Demandes ni satisfaites ni closes au dernier jour de la période, selon le dispositif souhaité.",
        unit=Unit.COUNT,
        additive=False,
        compute=waiting,
        dimensions=("dispositif",),
        labels=WISHES,
    ),
    Measure(
        code="housing.refusals",
        title="Demandes d’hébergement refusées",
        definition="Refus du CIAS décidés dans la période, selon le motif.",
        unit=Unit.COUNT,
        compute=refusals,
        dimensions=("motif",),
        labels=dict(RefusalReason.choices),
    ),
    Measure(
        code="housing.declines",
        title="Places d’hébergement refusées par les ménages",
        definition="Propositions refusées dans la période, selon le motif du ménage.",
        unit=Unit.COUNT,
        compute=declines,
        dimensions=("motif",),
        labels=dict(DeclineReason.choices),
    ),
)


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
