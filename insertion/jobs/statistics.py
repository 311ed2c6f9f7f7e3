"""Aggregates of job search for dashboards and the ABS; no person leaves this module."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet

from cias.core.db import Percentile
from cias.core.french import in_days
from cias.core.periods import Period
from cias.core.registry import Measure, Row, Unit, statistics
from insertion.jobs.enums import DiplomaLevel, JobOutcome, Kept, StepKind
from insertion.models import JobSearch, JobStep, SearchOutcome

type Territory = frozenset[str] | None


def _within(rows: QuerySet[Any], territory: Territory, path: str = "") -> QuerySet[Any]:
    if territory is not None:
        rows = rows.filter(
            **{f"{path}household__commune__in": territory, f"{path}household__address_hidden": False}
        )
    return rows.order_by()


def _counted(rows: QuerySet[Any], key: str) -> Iterator[Row]:
    for value, count in rows.values_list(key).annotate(count=Count("pk")).order_by(key):
        yield Row((value,), count, count)


def accompanied(period: Period, territory: Territory) -> Iterator[Row]:
    """Persons whose search ran at least one day of the period, by level of diploma."""
    begun = JobSearch.objects.filter(opened_on__lte=period.last)
    rows = _within(begun.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=period.first)), territory)
    levels = rows.values_list("diploma_level").annotate(count=Count("person", distinct=True))
    for level, count in levels.order_by("diploma_level"):
        yield Row((level,), count, count)


def _outcomes(period: Period, territory: Territory) -> QuerySet[Any]:
    rows = SearchOutcome.objects.standing().filter(on__range=(period.first, period.last))
    return _within(rows, territory, "search__")


def outcomes(period: Period, territory: Territory) -> Iterator[Row]:
    yield from _counted(_outcomes(period, territory), "kind")


def steps(period: Period, territory: Territory) -> Iterator[Row]:
    rows = JobStep.objects.standing().filter(on__range=(period.first, period.last))
    yield from _counted(_within(rows, territory, "search__"), "kind")


def kept(period: Period, territory: Territory) -> Iterator[Row]:
    """Activities whose keeping was to be asked in the period: those that go on, over those with an answer."""
    rows = SearchOutcome.objects.standing().filter(check_on__range=(period.first, period.last))
    asked = _within(rows.filter(kept__in=(Kept.YES, Kept.NO)), territory, "search__")
    found = asked.aggregate(total=Count("pk"), kept=Count("pk", filter=Q(kept=Kept.YES)))
    if found["total"]:
        yield Row((), found["kept"], found["total"])


def length(period: Period, territory: Territory) -> Iterator[Row]:
    """Median number of days from the opening to the end, of the searches that ended in the period."""
    span = ExpressionWrapper(F("ended_on") - F("opened_on"), output_field=DurationField())
    rows = _within(JobSearch.objects.filter(ended_on__range=(period.first, period.last)), territory)
    found = rows.annotate(span=span).aggregate(median=Percentile("span", Decimal("0.5")), count=Count("pk"))
    if found["count"]:
        yield Row((), in_days(found["median"]), found["count"])


MEASURES = (
    Measure(
        code="jobs.accompanied",
        title="Personnes accompagnées dans leur recherche d’emploi",
        definition="Personnes dont la recherche a couru au moins un jour de la période, par niveau de diplôme.",
        unit=Unit.COUNT,
        compute=accompanied,
        dimensions=("diplôme",),
        labels={level.value: level.label for level in DiplomaLevel},
    ),
    Measure(
        code="jobs.steps",
        title="Démarches d’emploi",
        definition="Candidatures, entretiens, immersions… datés de la période, sans ceux qui ont été annulés.",
        unit=Unit.COUNT,
        compute=steps,
        dimensions=("démarche",),
        labels={kind.value: kind.label for kind in StepKind},
    ),
    Measure(
        code="jobs.outcomes",
        title="Issues des recherches d’emploi",
        definition="Entrées en emploi, en IAE ou en formation, créations et fins de suivi de la période.",
        unit=Unit.COUNT,
        compute=outcomes,
        dimensions=("issue",),
        labels={kind.value: kind.label for kind in JobOutcome},
    ),
    Measure(
        code="jobs.kept",
        title="Maintien dans l’activité",
        definition="Part des activités encore en cours, parmi celles dont le maintien était à demander dans la période "
        "et dont la réponse est connue.",
        unit=Unit.RATE,
        compute=kept,
    ),
    Measure(
        code="jobs.length",
        title="Durée des recherches d’emploi",
        definition="Médiane, en jours, de l’ouverture à la fin des recherches terminées dans la période.",
        unit=Unit.DAYS,
        compute=length,
    ),
)


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
