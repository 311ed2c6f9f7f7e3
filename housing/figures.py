"""What the figures of several lines share: the situation of the day, the counts, the secrecy on amounts."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet
from django.db.models.expressions import Combinable

from cias.core.registry import Row

type Territory = frozenset[str] | None


def situated(
    rows: QuerySet[Any], day: str | Combinable, territory: Territory, household: str = "household"
) -> QuerySet[Any]:
    """Rows joined to their household's situation on `day` (a field, or a date), those of `territory` only.

    Whoever hides an address is in no commune (C3).
    """
    moment = F(day) if isinstance(day, str) else day
    path = f"{household}__situations"
    begun, over = Q(**{f"{path}__start__lte": moment}), Q(**{f"{path}__end__gte": moment})
    running = Q(**{f"{path}__end__isnull": True})
    rows = rows.annotate(situation=FilteredRelation(path, condition=begun & (running | over)))
    if territory is not None:
        rows = rows.filter(**{"situation__commune__in": territory, f"{household}__address_hidden": False})
    return rows.order_by()


def counted(rows: QuerySet[Any], *keys: str, of: str = "pk") -> Iterator[Row]:
    """How many different `of` by `keys`, in the order of the keys."""
    grouped: Any = rows.values_list(*keys) if keys else None
    if grouped is None:
        count = rows.aggregate(count=Count(of, distinct=True))["count"]
        if count:
            yield Row((), count, count)
        return
    for *values, count in grouped.annotate(count=Count(of, distinct=True)).order_by(*keys):
        yield Row(tuple(values), count, count)


def amount_row(keys: tuple[str, ...], values: Sequence[Decimal]) -> Row:
    """A sum of one amount a household, with the largest of them."""
    return Row(keys, sum(values, Decimal(0)), len(values), largest=max(map(abs, values), default=None))
