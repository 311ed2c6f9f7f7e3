"""Aggregates of optional aid for dashboards and the ABS; no person leaves this module.

Each household counts once behind an amount: what the secrecy on amounts asks to know (cias.core.secrecy.amounts).
"""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Q,
    QuerySet,
    Sum,
)

from appointments.statistics import COMMUNE
from cias.core.db import Percentile
from cias.core.french import in_days
from cias.core.periods import Period
from cias.core.registry import Measure, PartOf, Row, Unit, statistics
from rights.aids.enums import AidDecision, AidNature
from rights.aids.states import GRANTS
from rights.models import AidRequest

type Territory = frozenset[str] | None

NATURES = {nature.value: nature.label for nature in AidNature}
DECISIONS = {decision.value: decision.label for decision in AidDecision}


def _requests(event: str, period: Period, territory: Territory) -> QuerySet[AidRequest]:
    """Requests whose date `event` falls in the period, joined to the household's situation on that day."""
    situations = "household__situations"
    rows = AidRequest.objects.filter(**{f"{event}__range": (period.first, period.last)}).annotate(
        situation=FilteredRelation(
            situations,
            condition=Q(**{f"{situations}__start__lte": F(event)})
            & (Q(**{f"{situations}__end__isnull": True}) | Q(**{f"{situations}__end__gte": F(event)})),
        )
    )
    if territory is not None:
        rows = rows.filter(situation__commune__in=territory, household__address_hidden=False)
    return rows.order_by()


def _count(rows: QuerySet[AidRequest], *keys: str) -> Iterator[Row]:
    for *values, count in rows.values_list(*keys).annotate(count=Count("pk")).order_by(*keys):
        yield Row(tuple(values), count, count)


def asked(period: Period, territory: Territory) -> Iterator[Row]:
    return _count(_requests("opened_on", period, territory), "kind__nature")


def asked_by_commune(period: Period, territory: Territory) -> Iterator[Row]:
    return _count(_requests("opened_on", period, territory).annotate(where=COMMUNE), "where")


def decisions(period: Period, territory: Territory) -> Iterator[Row]:
    rows = _requests("decision_on", period, territory)
    return _count(rows, "kind__nature", "decision")


def granted_by_commune(period: Period, territory: Territory) -> Iterator[Row]:
    rows = _requests("decision_on", period, territory).filter(decision__in=GRANTS)
    return _count(rows.annotate(where=COMMUNE), "where")


def euros(period: Period, territory: Territory) -> Iterator[Row]:
    """Amounts granted by nature, with the largest one household was granted: what secrecy on amounts asks to know."""
    rows = _requests("decision_on", period, territory).filter(decision__in=GRANTS)
    sums: dict[str, list[Decimal]] = {}
    by_household = rows.values_list("kind__nature", "household").annotate(total=Sum("granted_amount"))
    for nature, _household, total in by_household.order_by("kind__nature", "household"):
        sums.setdefault(nature, []).append(total)
    for nature, values in sums.items():
        yield Row((nature,), sum(values, Decimal(0)), len(values), largest=max(map(abs, values)))


def urgent(period: Period, territory: Territory) -> Iterator[Row]:
    """Decisions taken by delegation in an emergency, over all decisions."""
    rows = _requests("decision_on", period, territory).values_list("kind__nature")
    delegated = Count("pk", filter=Q(by_delegation=True))
    for nature, count, total in rows.annotate(delegated=delegated, total=Count("pk")).order_by(
        "kind__nature"
    ):
        yield Row((nature,), count, total)


def delay(period: Period, territory: Territory) -> Iterator[Row]:
    """Median days from the request to the decision."""
    length = ExpressionWrapper(F("decision_on") - F("opened_on"), output_field=DurationField())
    rows = _requests("decision_on", period, territory).annotate(length=length).values_list("kind__nature")
    medians = rows.annotate(median=Percentile("length", Decimal("0.5")), count=Count("pk"))
    for nature, median, count in medians.order_by("kind__nature"):
        yield Row((nature,), in_days(median), count)


MEASURES = (
    Measure(
        code="aids.requests",
        title="Aides facultatives demandées",
        definition="Demandes faites dans la période, par nature d’aide.",
        unit=Unit.COUNT,
        compute=asked,
        dimensions=("nature",),
        labels=NATURES,
    ),
    Measure(
        code="aids.requests_by_commune",
        title="Aides facultatives demandées, par commune",
        definition="Demandes faites dans la période, selon la commune du ménage ce jour-là.",
        unit=Unit.COUNT,
        compute=asked_by_commune,
        dimensions=("commune",),
        part_of=PartOf(code="aids.requests"),
    ),
    Measure(
        code="aids.decisions",
        title="Décisions sur les aides facultatives",
        definition="Dernière décision de la période sur chaque demande, par nature et par sens.",
        unit=Unit.COUNT,
        compute=decisions,
        dimensions=("nature", "decision"),
        labels={**NATURES, **DECISIONS},
    ),
    Measure(
        code="aids.granted_by_commune",
        title="Aides facultatives accordées, par commune",
        definition="Accords, même partiels, de la période, selon la commune du ménage le jour de la décision.",
        unit=Unit.COUNT,
        compute=granted_by_commune,
        dimensions=("commune",),
        part_of=PartOf(code="aids.decisions", dimension="decision", keys=frozenset(GRANTS)),
    ),
    Measure(
        code="aids.euros",
        title="Montants accordés",
        definition="Somme des aides facultatives accordées dans la période, par nature.",
        unit=Unit.EURO,
        compute=euros,
        dimensions=("nature",),
        labels=NATURES,
    ),
    Measure(
        code="aids.delegated",
        title="Part de l’urgence",
        definition="Décisions prises par délégation, en urgence, rapportées à toutes les décisions de la période.",
        unit=Unit.RATE,
        compute=urgent,
        dimensions=("nature",),
        labels=NATURES,
        part_of=PartOf(code="aids.decisions"),
    ),
    Measure(
        code="aids.delay",
        title="Délai de décision sur les aides facultatives",
        definition="Médiane, en jours, de la demande à la décision, pour les décisions de la période.",
        unit=Unit.DAYS,
        compute=delay,
        dimensions=("nature",),
        labels=NATURES,
    ),
)


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
