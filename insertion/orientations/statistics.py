"""Aggregates of the requests for another orientation; no person leaves this module."""

from collections.abc import Iterator

from django.db.models import Count

from cias.core.periods import Period
from cias.core.registry import Measure, Row, Unit, statistics
from insertion.models import ReorientationRequest
from insertion.orientations.enums import Asker, RequestState

type Territory = frozenset[str] | None


def requested(period: Period, territory: Territory) -> Iterator[Row]:
    """Requests made in the period, by what became of them and by who asked."""
    rows = ReorientationRequest.objects.filter(requested_on__range=(period.first, period.last))
    if territory is not None:
        rows = rows.filter(household__commune__in=territory, household__address_hidden=False)
    counted = rows.order_by("state", "asked_by").values_list("state", "asked_by").annotate(count=Count("pk"))
    for state, asked_by, count in counted:
        yield Row((state, asked_by), count, count)


REQUESTED = Measure(
    code="insertion.reorientations",
    title="Réorientations demandées",
    definition="Demandes de réorientation faites dans la période, selon leur état à ce jour.",
    unit=Unit.COUNT,
    compute=requested,
    dimensions=("état", "demandeur"),
    labels={value: str(label) for value, label in (*RequestState.choices, *Asker.choices)},
)


def register() -> None:
    statistics.register(REQUESTED.code, REQUESTED)
