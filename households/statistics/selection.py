"""What the figures select: files and persons in a period and a part of the territory, in their situation of then.

Commune and composition are those of the situation valid on the event's day, so that past figures never move.
What is not known keeps a line of its own, the key "". Protected files count like any other; a hidden address has no
commune, in past figures too: those are only frozen where a report was published.

Places are counted by commune alone: whoever publishes folds
small communes into their zone (abs_reports), so that no two groupings can be subtracted from each other.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Least

from cias.core.periods import Period
from cias.core.registry import Row
from households.models import Household, Reopening

type Territory = frozenset[str] | None

UNKNOWN = "Non renseigné"
OUTSIDE = ("off", "Hors territoire")

# Whose address is hidden is counted everywhere and placed nowhere: not known, and in no part of the territory (C3).
COMMUNE = Case(
    When(situation__household__address_hidden=True, then=Value("")),
    When(situation__off_territory=True, then=Value("off")),
    default=Coalesce(Cast("situation__commune", CharField()), Value("")),
    output_field=CharField(),
)


def with_situation(
    rows: QuerySet[Any], day: Combinable | date, prefix: str, territory: Territory
) -> QuerySet[Any]:
    """Rows with the `situation` of their household on `day`, in `territory` when it is not None.

    `prefix` is the path from the rows to the household, with its underscores ("" for households).
    """
    path = f"{prefix}situations"
    holds = Q(**{f"{path}__start__lte": day}) & (
        Q(**{f"{path}__end__isnull": True}) | Q(**{f"{path}__end__gte": day})
    )
    joined = rows.annotate(situation=FilteredRelation(path, condition=holds)).order_by()
    if territory is None:
        return joined
    return joined.filter(situation__commune__in=territory, situation__household__address_hidden=False)


def is_open(period: Period, prefix: str = "") -> Q:
    """Files open at least one day of the period."""
    still = Q(**{f"{prefix}closed_on__isnull": True}) | Q(**{f"{prefix}closed_on__gte": period.first})
    return Q(**{f"{prefix}opened_on__lte": period.last}) & still


def in_between(period: Period, household: str = "pk") -> Exists:
    """Whether the file, reopened since, was closed during the whole period: it was not followed then."""
    return Exists(
        Reopening.objects.filter(
            household=OuterRef(household), closed_on__lt=period.first, reopened_on__gt=period.last
        )
    )


def last_day(period: Period, *ends: str) -> Combinable:
    """The last day of the period, or the first of these ends that comes before it."""
    last = Value(period.last, DateField())
    return Least(*(Coalesce(F(end), last) for end in ends), last)


def active(period: Period, territory: Territory) -> QuerySet[Household]:
    """Households open in the period, in their situation of its last day, or of their own last day before it."""
    rows = Household.objects.filter(is_open(period), ~in_between(period))
    return with_situation(rows, last_day(period, "closed_on"), "", territory)


def known(period: Period, territory: Territory) -> QuerySet[Household]:
    """Households with a file opened by the end of the period, closed since or not."""
    rows = Household.objects.filter(opened_on__lte=period.last)
    return with_situation(rows, last_day(period, "closed_on"), "", territory)


def opened(period: Period, territory: Territory) -> QuerySet[Household]:
    rows = Household.objects.filter(opened_on__range=(period.first, period.last))
    return with_situation(rows, F("opened_on"), "", territory)


def closed(period: Period, territory: Territory) -> QuerySet[Household]:
    rows = Household.objects.filter(closed_on__range=(period.first, period.last))
    return with_situation(rows, F("closed_on"), "", territory)


def closed_before(period: Period, territory: Territory) -> QuerySet[Reopening]:
    """Closures of the period that a reopening ended since: past figures do not move."""
    rows = Reopening.objects.filter(closed_on__range=(period.first, period.last))
    return with_situation(rows, F("closed_on"), "household__", territory)


def grouped(rows: QuerySet[Any], keys: dict[str, Any], counted: str = "pk") -> Iterator[Row]:
    """Distinct `counted` by `keys` (name of the dimension → expression), NULL read as not known."""
    for *values, total in groups(rows, keys, counted).order_by(*keys):
        yield Row(tuple(values), total, total)


def groups(rows: QuerySet[Any], keys: dict[str, Any], counted: str = "pk") -> QuerySet[Any]:
    known_keys = {name: Coalesce(expression, Value("")) for name, expression in keys.items()}
    return rows.annotate(**known_keys).values_list(*known_keys).annotate(total=Count(counted, distinct=True))


def labels(*choices: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Keys and their labels; what is not known is always one of them."""
    return {key: label for pairs in choices for key, label in pairs} | {"": UNKNOWN}
