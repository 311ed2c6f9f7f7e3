"""Aggregates of access to housing for dashboards and the ABS; no person leaves this module."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    DateField,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Value,
)

from appointments.statistics import COMMUNE
from cias.core.db import Percentile
from cias.core.french import in_days
from cias.core.periods import Period
from cias.core.registry import Measure, PartOf, Row, Unit, statistics
from housing.applications.enums import (
    ApplicationState,
    CommitteeRefusal,
    DaloGround,
    DaloState,
    HouseholdRefusal,
    ProposalOutcome,
)
from housing.applications.services.dalo import DECISIONS
from housing.figures import Territory, counted, situated
from housing.models import DaloAppeal, DaloMove, HousingApplication, HousingProposal

OUTCOMES = {outcome.value: outcome.label for outcome in ProposalOutcome if outcome.value}
DALO_DECISIONS = {state.value: DaloState(state).label for state in DECISIONS}


def _waiting(period: Period, territory: Territory) -> QuerySet[Any]:
    """The requests in the register on the last day of the period."""
    rows = HousingApplication.objects.filter(filed_on__lte=period.last)
    rows = rows.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=period.last))
    return situated(rows, Value(period.last, DateField()), territory)


def in_progress(period: Period, territory: Territory) -> Iterator[Row]:
    return counted(_waiting(period, territory).annotate(where=COMMUNE), "where")


def waiting(period: Period, territory: Territory) -> Iterator[Row]:
    """Median number of days since the filing, of the requests in the register on the last day."""
    length = ExpressionWrapper(Value(period.last, DateField()) - F("filed_on"), output_field=DurationField())
    rows = _waiting(period, territory).annotate(length=length)
    median, count = rows.aggregate(median=Percentile("length", Decimal("0.5")), count=Count("pk")).values()
    if count:
        yield Row((), in_days(median), count)


def filed(period: Period, territory: Territory) -> Iterator[Row]:
    rows = HousingApplication.objects.filter(filed_on__range=(period.first, period.last))
    return counted(situated(rows, "filed_on", territory).annotate(where=COMMUNE), "where")


def housed(period: Period, territory: Territory) -> Iterator[Row]:
    """Requests that ended with a lease in the period."""
    rows = HousingApplication.objects.filter(
        state=ApplicationState.SIGNED, ended_on__range=(period.first, period.last)
    )
    return counted(situated(rows, "ended_on", territory).annotate(where=COMMUNE), "where")


def _answered(period: Period, territory: Territory) -> QuerySet[Any]:
    rows = HousingProposal.objects.filter(outcome_on__range=(period.first, period.last))
    return situated(rows, "outcome_on", territory, "application__household")


def proposals(period: Period, territory: Territory) -> Iterator[Row]:
    return counted(_answered(period, territory), "outcome")


def household_refusals(period: Period, territory: Territory) -> Iterator[Row]:
    rows = _answered(period, territory).filter(outcome=ProposalOutcome.REFUSED_BY_HOUSEHOLD)
    return counted(rows, "household_reason")


def committee_refusals(period: Period, territory: Territory) -> Iterator[Row]:
    rows = _answered(period, territory).filter(outcome=ProposalOutcome.REFUSED_BY_COMMITTEE)
    return counted(rows, "committee_reason")


def dalo_filed(period: Period, territory: Territory) -> Iterator[Row]:
    rows = DaloAppeal.objects.filter(filed_on__range=(period.first, period.last))
    return counted(situated(rows, "filed_on", territory), "ground")


def dalo_decided(period: Period, territory: Territory) -> Iterator[Row]:
    """Decisions of the commission in the period, those that were taken back left out."""
    rows = DaloMove.objects.standing().filter(
        to_state__in=DALO_DECISIONS, on__range=(period.first, period.last)
    )
    return counted(situated(rows, "on", territory, "appeal__household"), "to_state")


def _count(
    code: str,
    title: str,
    definition: str,
    compute: Any,
    dimension: str,
    labels: Any = None,
    part_of: PartOf | None = None,
) -> Measure:
    return Measure(
        code=code,
        title=title,
        definition=definition,
        unit=Unit.COUNT,
        compute=compute,
        dimensions=(dimension,),
        labels=labels or {},
        part_of=part_of,
    )


def _with(outcome: ProposalOutcome) -> PartOf:
    return PartOf(code="applications.proposals", dimension="issue", keys=frozenset({outcome.value}))


MEASURES = (
    _count(
        "applications.in_progress", "Demandes de logement social en cours",
        "Demandes enregistrées le dernier jour de la période, selon la commune du ménage ce jour-là.",
        in_progress, "commune",
    ),
    Measure(
        code="applications.waiting",
        title="Attente d’un logement social",
        definition="Médiane, en jours depuis le dépôt, des demandes en cours le dernier jour de la période.",
        unit=Unit.DAYS,
        compute=waiting,
    ),
    _count(
        "applications.filed", "Demandes de logement social déposées",
        "Demandes déposées dans la période, selon la commune du ménage ce jour-là.", filed, "commune",
    ),
    _count(
        "applications.housed", "Ménages relogés par une demande de logement social",
        "Demandes terminées par un bail signé dans la période, selon la commune du ménage ce jour-là.",
        housed, "commune",
    ),
    _count(
        "applications.proposals", "Propositions de logement, selon l’issue",
        "Propositions dont l’issue est connue dans la période.", proposals, "issue", OUTCOMES,
    ),
    _count(
        "applications.household_refusals", "Logements refusés par les ménages",
        "Propositions refusées par le ménage dans la période, selon le motif.", household_refusals, "motif",
        {reason.value: reason.label for reason in HouseholdRefusal},
        _with(ProposalOutcome.REFUSED_BY_HOUSEHOLD),
    ),
    _count(
        "applications.committee_refusals", "Candidatures refusées par les commissions",
        "Propositions refusées par la commission d’attribution dans la période, selon le motif.",
        committee_refusals, "motif", {reason.value: reason.label for reason in CommitteeRefusal},
        _with(ProposalOutcome.REFUSED_BY_COMMITTEE),
    ),
    _count(
        "dalo.filed", "Recours DALO déposés", "Recours amiables reçus dans la période, selon le motif.",
        dalo_filed, "motif", {ground.value: ground.label for ground in DaloGround},
    ),
    _count(
        "dalo.decisions", "Décisions sur les recours DALO",
        "Décisions de la commission de médiation dans la période.", dalo_decided, "décision", DALO_DECISIONS,
    ),
)  # fmt: skip


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
