"""Aggregates of the états des lieux; no person leaves this module."""

from collections.abc import Iterable, Iterator

from django.db.models import Count

from cias.core.periods import Period
from cias.core.registry import Measure, Row, Unit, statistics
from housing.inventories.enums import InventoryKind
from housing.models import Inventory

type Territory = frozenset[str] | None


def held(period: Period, territory: Territory) -> Iterator[Row]:
    """Validated inventories held in the period, by nature."""
    rows = Inventory.objects.filter(validated_at__isnull=False, held_on__range=(period.first, period.last))
    if territory is not None:
        rows = rows.filter(
            stay__place__dwelling__commune__in=territory, stay__household__address_hidden=False
        )
    for kind, count in rows.order_by("kind").values_list("kind").annotate(count=Count("pk")):
        yield Row((kind,), count, count)


MEASURES: Iterable[Measure] = (
    Measure(
        code="inventories.held",
        title="États des lieux réalisés",
        definition="États des lieux validés, selon leur date de visite.",
        unit=Unit.COUNT,
        compute=held,
        dimensions=("nature",),
        labels={kind.value: kind.label for kind in InventoryKind},
    ),
)


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
