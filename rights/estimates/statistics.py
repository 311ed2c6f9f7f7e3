"""Rights probably not claimed, for the direction's figures and the ABS; no person leaves this module.

The commune is the one of the household's situation on the day of the estimate.
"""

from collections.abc import Iterator

from django.db.models import Count, F, FilteredRelation, Q, QuerySet

from appointments.statistics import COMMUNE
from cias.core.periods import Period
from cias.core.registry import Measure, Row, Unit, statistics
from rights.estimates.enums import EstimatedKind, EstimateState
from rights.models import RightsEstimate

type Territory = frozenset[str] | None


def _estimates(period: Period, territory: Territory) -> QuerySet[RightsEstimate]:
    """Estimates of the period, joined to the situation their household was in that day."""
    situations = "household__situations"
    rows = RightsEstimate.objects.filter(on__range=(period.first, period.last)).annotate(
        situation=FilteredRelation(
            situations,
            condition=Q(**{f"{situations}__start__lte": F("on")})
            & (Q(**{f"{situations}__end__isnull": True}) | Q(**{f"{situations}__end__gte": F("on")})),
        )
    )
    if territory is not None:
        rows = rows.filter(situation__commune__in=territory, household__address_hidden=False)
    return rows.order_by()


def missed(period: Period, territory: Territory) -> Iterator[Row]:
    rows = (
        _estimates(period, territory).filter(lines__state=EstimateState.PROBABLE).values_list("lines__kind")
    )
    for kind, count in rows.annotate(count=Count("household", distinct=True)).order_by("lines__kind"):
        yield Row((kind,), count, count)


def missed_by_commune(period: Period, territory: Territory) -> Iterator[Row]:
    rows = _estimates(period, territory).filter(lines__state=EstimateState.PROBABLE).annotate(where=COMMUNE)
    for where, count in (
        rows.values_list("where").annotate(count=Count("household", distinct=True)).order_by("where")
    ):
        yield Row((where,), count, count)


DEFINITION = (
    "Ménages dont la dernière estimation est de la période et dit probable un droit qu’ils n’ont pas demandé"
)
MEASURES = (
    Measure(
        code="rights.missed",
        title="Droits probablement non demandés",
        definition=f"{DEFINITION}, selon la prestation. Un ménage peut en avoir plusieurs. Une estimation, pas une "
        "décision.",
        unit=Unit.COUNT,
        compute=missed,
        dimensions=("prestation",),
        labels={kind.value: EstimatedKind(kind).label for kind in EstimatedKind},
        additive=False,
    ),
    Measure(
        code="rights.missed_by_commune",
        title="Ménages aux droits probablement non demandés, par commune",
        definition=f"{DEFINITION}, selon leur commune ce jour-là. Une estimation, pas une décision.",
        unit=Unit.COUNT,
        compute=missed_by_commune,
        dimensions=("commune",),
    ),
)


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
