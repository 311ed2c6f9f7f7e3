"""Aggregates of the diagnoses for dashboards and the ABS; no person leaves this module."""

from collections.abc import Iterator

from django.db.models import F, OuterRef, Subquery

from cias.core.periods import Period
from cias.core.registry import Measure, Row, Unit, statistics
from insertion.diagnoses.enums import ObstacleKind, ObstacleLevel, StepState
from insertion.followup.statistics import Territory, counted, within
from insertion.models import Diagnosis, ObjectiveAction, Obstacle


def opened(period: Period, territory: Territory) -> Iterator[Row]:
    rows = Diagnosis.objects.filter(opened_on__range=(period.first, period.last))
    return counted(within(rows, territory))


def obstacles(period: Period, territory: Territory) -> Iterator[Row]:
    """Persons in whose way each obstacle was on the last day: its last appraisal by then, those lifted left out."""
    standing = Obstacle.objects.standing().filter(on__lte=period.last)
    last = standing.filter(diagnosis=OuterRef("diagnosis"), kind=OuterRef("kind")).order_by(
        "-on", "-created_at", "-pk"
    )
    rows = standing.annotate(latest=Subquery(last.values("pk")[:1])).filter(pk=F("latest"))
    rows = rows.exclude(level=ObstacleLevel.LIFTED)
    return counted(within(rows, territory, "diagnosis__household"), "kind", of="diagnosis__person")


def actions_done(period: Period, territory: Territory) -> Iterator[Row]:
    rows = ObjectiveAction.objects.filter(state=StepState.DONE, ended_on__range=(period.first, period.last))
    rows = within(rows, territory, "objective__diagnosis__household")
    return counted(rows, "objective__theme__label")


MEASURES = (
    Measure(
        code="insertion.diagnoses", title="Diagnostics d’insertion établis",
        definition="Diagnostics établis dans la période.", unit=Unit.COUNT, compute=opened,
    ),
    Measure(
        code="insertion.obstacles", title="Freins à l’insertion",
        definition="Personnes pour qui chaque frein n’était pas levé le dernier jour de la période\u00a0; une personne "
        "compte pour chacun de ses freins.",
        unit=Unit.COUNT, compute=obstacles, dimensions=("frein",), additive=False, sensitive=True,
        labels={one.value: one.label for one in ObstacleKind},
    ),
    Measure(
        code="insertion.actions_done", title="Actions du diagnostic réalisées",
        definition="Actions terminées et réalisées dans la période, selon le thème.",
        unit=Unit.COUNT, compute=actions_done, dimensions=("thème",),
    ),
)  # fmt: skip


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
