"""Aggregates of domiciliation for dashboards and the ABS; no person leaves this module.

The commune is the one of attachment on the election itself, so past figures never move.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)

from cias.core.db import Percentile
from cias.core.periods import Period
from cias.core.registry import Measure, Row, Unit, statistics
from rights.domiciliation.enums import DeskKind, ElectionKind, ElectionState, EndReason, RefusalReason
from rights.models import DeskEvent, Election
from rights.models.mailbox import ITEMS

type Territory = frozenset[str] | None

# Who hides an address is counted, without their commune.
WHERE: Any = Case(
    When(household__address_hidden=True, then=Value("")), default=F("commune"), output_field=CharField()
)
ENDS = {reason.value: reason.label for reason in EndReason}
REFUSALS = {reason.value: reason.label for reason in RefusalReason}
KINDS = {kind.value: kind.label for kind in DeskKind}


def _within(rows: QuerySet[Election], territory: Territory) -> QuerySet[Election]:
    if territory is not None:
        rows = rows.filter(commune__in=territory, household__address_hidden=False)
    return rows.order_by()


def _count(rows: QuerySet[Any], *keys: str) -> Iterator[Row]:
    for *values, count in rows.values_list(*keys).annotate(count=Count("pk")).order_by(*keys):
        yield Row(tuple(values), count, count)


def in_force(period: Period, territory: Territory) -> Iterator[Row]:
    held = _within(Election.objects.in_force(period.last), territory)
    return _count(held.annotate(where=WHERE), "where")


def _granted(kind: ElectionKind, period: Period, territory: Territory) -> QuerySet[Election]:
    rows = Election.objects.filter(
        kind=kind, starts_on__isnull=False, decided_on__range=(period.first, period.last)
    )
    return _within(rows, territory).annotate(where=WHERE)


def new(period: Period, territory: Territory) -> Iterator[Row]:
    return _count(_granted(ElectionKind.FIRST, period, territory), "where")


def renewed(period: Period, territory: Territory) -> Iterator[Row]:
    return _count(_granted(ElectionKind.RENEWAL, period, territory), "where")


def ended(period: Period, territory: Territory) -> Iterator[Row]:
    rows = Election.objects.filter(state=ElectionState.ENDED, ended_on__range=(period.first, period.last))
    return _count(_within(rows, territory).annotate(where=WHERE), "end_reason", "where")


def refused(period: Period, territory: Territory) -> Iterator[Row]:
    rows = Election.objects.filter(state=ElectionState.REFUSED, decided_on__range=(period.first, period.last))
    return _count(_within(rows, territory), "refusal_reason")


def mail(period: Period, territory: Territory) -> Iterator[Row]:
    """Items, by what became of them and by the commune of attachment on that day."""
    then = Election.objects.filter(
        domiciliation=OuterRef("domiciliation"), requested_on__lte=OuterRef("day")
    ).order_by("-requested_on", "-created_at")
    rows = DeskEvent.objects.standing().filter(day__range=(period.first, period.last))
    rows = rows.exclude(kind__in=[DeskKind.VISIT, DeskKind.CALL]).annotate(
        commune=Subquery(then.values("commune")[:1]),
    )
    hidden = Q(domiciliation__household__address_hidden=True)
    if territory is not None:
        rows = rows.filter(commune__in=territory).exclude(hidden)
    where: Any = Case(When(hidden, then=Value("")), default=F("commune"), output_field=CharField())
    items: Any = F(ITEMS[0]) + F(ITEMS[1]) + F(ITEMS[2])
    counted = rows.annotate(where=where).order_by().values_list("kind", "where")
    persons = Count("domiciliation", distinct=True)
    for kind, commune, total, count in counted.annotate(items=Sum(items), persons=persons).order_by(
        "kind", "where"
    ):
        yield Row((kind, commune or ""), total, count)


def decision_delay(period: Period, territory: Territory) -> Iterator[Row]:
    """Median number of days from the request to the decision, of the decisions of the period."""
    took = ExpressionWrapper(F("decided_on") - F("requested_on"), output_field=DurationField())
    rows = _within(Election.objects.filter(decided_on__range=(period.first, period.last)), territory)
    found = rows.aggregate(
        median=Percentile(took, Decimal("0.5"), output_field=DurationField()), count=Count("pk")
    )
    if found["count"]:
        days = Decimal(found["median"] / timedelta(days=1))
        yield Row((), days.quantize(Decimal("0.1"), ROUND_HALF_UP), found["count"])


def _measure(code: str, title: str, definition: str, compute: Any, **more: Any) -> Measure:
    return Measure(
        code=f"domiciliation.{code}",
        title=title,
        definition=definition,
        compute=compute,
        **({"unit": Unit.COUNT} | more),
    )


MEASURES: Iterable[Measure] = (
    _measure(
        "in_force", "Domiciliations en cours",
        "Attestations valables le dernier jour de la période, selon la commune de rattachement.",
        in_force, dimensions=("commune",),
    ),
    _measure(
        "new", "Nouvelles domiciliations",
        "Premières demandes accordées dans la période, selon la commune de rattachement.",
        new, dimensions=("commune",),
    ),
    _measure(
        "renewed", "Domiciliations renouvelées",
        "Renouvellements accordés dans la période, selon la commune de rattachement.",
        renewed, dimensions=("commune",),
    ),
    _measure(
        "ended", "Domiciliations terminées",
        "Fins décidées dans la période, selon le motif et la commune de rattachement.",
        ended, dimensions=("motif", "commune"), labels=ENDS,
    ),
    _measure(
        "refused", "Domiciliations refusées", "Refus décidés dans la période, selon le motif.",
        refused, dimensions=("motif",), labels=REFUSALS,
    ),
    _measure(
        "mail", "Courrier des personnes domiciliées",
        "Plis arrivés, remis, réexpédiés ou rendus dans la période, selon la commune de rattachement.",
        mail, dimensions=("mouvement", "commune"), labels=KINDS,
    ),
    _measure(
        "decision_delay", "Délai de décision des domiciliations",
        "Médiane, en jours, de la demande à la décision, pour les décisions de la période.",
        decision_delay, unit=Unit.DAYS,
    ),
)  # fmt: skip


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
