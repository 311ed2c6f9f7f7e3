"""Aggregates of access to rights for dashboards and the ABS; no person leaves this module.

The commune is the one of the household's situation on the day of the event, so past figures never move.
"""

from collections.abc import Iterable, Iterator, Mapping
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
from rights.enums import AppealLevel, ClosingReason, Decision, FileState
from rights.models import Right, RightsFile
from rights.reference import SHEETS
from rights.states import NON_TAKE_UP, REFUSALS

type Territory = frozenset[str] | None


class RightNames(Mapping[str, str]):
    """The names of the catalogue by code, and `more` labels: a right the CIAS added itself is read when it is shown."""

    def __init__(self, more: Mapping[str, str] | None = None) -> None:
        self.known = {sheet.code: sheet.right["name"] for sheet in SHEETS} | dict(more or {})

    def __getitem__(self, code: str) -> str:
        if code in self.known:
            return self.known[code]
        name = Right.objects.filter(code=code).values_list("name", flat=True).first()
        if name is None:
            raise KeyError(code)
        return name

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)


RIGHTS = RightNames()
STATES = {state.value: state.label for state in FileState}
DECISIONS = {decision.value: decision.label for decision in Decision}
REASONS = {reason.value: ClosingReason(reason).label for reason in NON_TAKE_UP}
LEVELS = {level.value: AppealLevel(level).label for level in AppealLevel}


def _files(event: str, period: Period, territory: Territory) -> QuerySet[RightsFile]:
    """Files whose date `event` falls in the period, joined to the household's situation on that day.

    What was opened by mistake never was a request.
    """
    situations = "household__situations"
    requests = RightsFile.objects.exclude(closing_reason=ClosingReason.MISTAKE)
    rows = requests.filter(**{f"{event}__range": (period.first, period.last)}).annotate(
        situation=FilteredRelation(
            situations,
            condition=Q(**{f"{situations}__start__lte": F(event)})
            & (Q(**{f"{situations}__end__isnull": True}) | Q(**{f"{situations}__end__gte": F(event)})),
        )
    )
    if territory is not None:
        rows = rows.filter(situation__commune__in=territory, household__address_hidden=False)
    return rows.order_by()


def _count(rows: QuerySet[RightsFile], *keys: str) -> Iterator[Row]:
    for *values, count in rows.values_list(*keys).annotate(count=Count("pk")).order_by(*keys):
        yield Row(tuple(values), count, count)


def opened(period: Period, territory: Territory) -> Iterator[Row]:
    return _count(_files("opened_on", period, territory), "right__code", "state")


def deposited_by_commune(period: Period, territory: Territory) -> Iterator[Row]:
    return _count(_files("deposit_on", period, territory).annotate(where=COMMUNE), "where")


def transmitted(period: Period, territory: Territory) -> Iterator[Row]:
    return _count(_files("transmitted_on", period, territory), "right__code")


def decisions(period: Period, territory: Territory) -> Iterator[Row]:
    return _count(_files("decision_on", period, territory), "right__code", "decision")


def refusals(period: Period, territory: Territory) -> Iterator[Row]:
    """Refusals, express or by silence, over all decisions."""
    refused = Count("pk", filter=Q(decision__in=REFUSALS))
    rows = _files("decision_on", period, territory).values_list("right__code")
    for code, count, total in rows.annotate(refused=refused, total=Count("pk")).order_by("right__code"):
        yield Row((code,), count, total)


def rights_opened(period: Period, territory: Territory) -> Iterator[Row]:
    return _count(_files("rights_from", period, territory), "right__code")


def rights_opened_by_commune(period: Period, territory: Territory) -> Iterator[Row]:
    return _count(_files("rights_from", period, territory).annotate(where=COMMUNE), "where")


def euros(period: Period, territory: Territory) -> Iterator[Row]:
    """Monthly amounts of the rights that began in the period, with the largest that one household was given."""
    rows = _files("rights_from", period, territory).filter(amount__gt=0)
    sums: dict[str, list[Decimal]] = {}
    by_household = rows.values_list("right__code", "household").annotate(total=Sum("amount"))
    for code, _household, total in by_household.order_by("right__code", "household"):
        sums.setdefault(code, []).append(total)
    for code, values in sums.items():
        yield Row((code,), sum(values, Decimal(0)), len(values), largest=max(values))


def non_take_up(period: Period, territory: Territory) -> Iterator[Row]:
    rows = _files("closed_on", period, territory).filter(
        state=FileState.ABANDONED, closing_reason__in=NON_TAKE_UP
    )
    return _count(rows, "right__code", "closing_reason")


def appeals(period: Period, territory: Territory) -> Iterator[Row]:
    return _count(_files("appeal_on", period, territory), "right__code", "appeal_level")


def _median(start: str, end: str, period: Period, territory: Territory) -> Iterator[Row]:
    """Median number of days between two dates of a file, by right, for those whose second date is in the period."""
    lasted = ExpressionWrapper(F(end) - F(start), output_field=DurationField())
    rows = _files(end, period, territory).filter(**{f"{start}__isnull": False}).values_list("right__code")
    medians = rows.annotate(
        median=Percentile(lasted, Decimal("0.5"), output_field=DurationField()), count=Count("pk")
    )
    for code, median, count in medians.order_by("right__code"):
        yield Row((code,), in_days(median), count)


def transmission_delay(period: Period, territory: Territory) -> Iterator[Row]:
    return _median("deposit_on", "transmitted_on", period, territory)


def decision_delay(period: Period, territory: Territory) -> Iterator[Row]:
    return _median("transmitted_on", "decision_on", period, territory)


MEASURES: Iterable[Measure] = (
    Measure(
        code="rights.opened",
        title="Dossiers de droits ouverts",
        definition="Dossiers ouverts dans la période, selon le droit et l’état d’aujourd’hui.",
        unit=Unit.COUNT,
        compute=opened,
        dimensions=("droit", "etat"),
        labels=RightNames(STATES),
    ),
    Measure(
        code="rights.deposited_by_commune",
        title="Demandes de droits déposées, par commune",
        definition="Demandes déposées dans la période, selon la commune du ménage ce jour-là.",
        unit=Unit.COUNT,
        compute=deposited_by_commune,
        dimensions=("commune",),
    ),
    Measure(
        code="rights.transmitted",
        title="Demandes transmises aux organismes",
        definition="Demandes transmises dans la période.",
        unit=Unit.COUNT,
        compute=transmitted,
        dimensions=("droit",),
        labels=RIGHTS,
    ),
    Measure(
        code="rights.decisions",
        title="Décisions des organismes",
        definition="Décisions prises dans la période, expresses ou nées du silence.",
        unit=Unit.COUNT,
        compute=decisions,
        dimensions=("droit", "decision"),
        labels=RightNames(DECISIONS),
    ),
    Measure(
        code="rights.refusals",
        title="Part des refus",
        definition="Refus et rejets implicites, sur l’ensemble des décisions de la période.",
        unit=Unit.RATE,
        compute=refusals,
        dimensions=("droit",),
        labels=RIGHTS,
        part_of=PartOf(code="rights.decisions", dimension="decision", numerator=frozenset(REFUSALS)),
    ),
    Measure(
        code="rights.rights_opened",
        title="Droits ouverts",
        definition="Droits dont le premier jour est dans la période.",
        unit=Unit.COUNT,
        compute=rights_opened,
        dimensions=("droit",),
        labels=RIGHTS,
    ),
    Measure(
        code="rights.rights_opened_by_commune",
        title="Droits ouverts, par commune",
        definition="Droits dont le premier jour est dans la période, selon la commune du ménage ce jour-là.",
        unit=Unit.COUNT,
        compute=rights_opened_by_commune,
        dimensions=("commune",),
        part_of=PartOf(code="rights.rights_opened"),
    ),
    Measure(
        code="rights.euros",
        title="Montants mensuels ouverts",
        definition="Somme des montants mensuels des droits dont le premier jour est dans la période.",
        unit=Unit.EURO,
        compute=euros,
        dimensions=("droit",),
        labels=RIGHTS,
    ),
    Measure(
        code="rights.non_take_up",
        title="Droits non demandés ou abandonnés par les personnes",
        definition="Droits non demandés ou demandes abandonnées dans la période, selon le droit et ce que la personne "
        "en dit.",
        unit=Unit.COUNT,
        compute=non_take_up,
        dimensions=("droit", "motif"),
        labels=RightNames(REASONS),
    ),
    Measure(
        code="rights.appeals",
        title="Recours formés",
        definition="Dossiers dont le dernier recours est formé dans la période, devant l’organisme ou le tribunal.",
        unit=Unit.COUNT,
        compute=appeals,
        dimensions=("droit", "recours"),
        labels=RightNames(LEVELS),
    ),
    Measure(
        code="rights.transmission_delay",
        title="Délai de transmission",
        definition="Médiane, en jours, du dépôt à la transmission, pour les demandes transmises dans la période.",
        unit=Unit.DAYS,
        compute=transmission_delay,
        dimensions=("droit",),
        labels=RIGHTS,
    ),
    Measure(
        code="rights.decision_delay",
        title="Délai de décision des organismes",
        definition="Médiane, en jours, de la transmission à la décision, pour les décisions de la période.",
        unit=Unit.DAYS,
        compute=decision_delay,
        dimensions=("droit",),
        labels=RIGHTS,
    ),
)


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
