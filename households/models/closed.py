"""Protected files (C3): which households, and which persons, do not exist for a user.

The one place that says so: every `for_user()` of every app leaves these out. Models are looked up by name, because
persons and households themselves ask here.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.query import ModelIterable
from django.utils import timezone

from cias.accounts.models import User
from cias.core.written import Written

# What is read in place of a name.
PROTECTED_FILE = "Dossier protégé"


def closed_to(user: User) -> Written:
    """The keys of the households `user` may not enter: the protected ones, unless named or let in for an hour, and
    those whose file has ended (C7), for everybody.

    A subquery of a few rows, found by a partial index: it can be left out of any list.
    """
    return Written(_closed, user.pk)


def _closed(agent: UUID, today: date, now: datetime) -> QuerySet[Any, Any]:
    let_in = Q(pk__in=_named(agent, today, now)) | Q(pk__in=_forced(agent, today, now))
    return _model("Household").with_absorbed.order_by().filter(_is_closed(let_in)).values("pk")


def _named(agent: UUID, today: date, now: datetime) -> QuerySet[Any, Any]:
    rows = _model("NamedAccess").objects.filter(agent=agent, end=None, protection__end=None)
    return rows.order_by().values("protection__household")


def _forced(agent: UUID, today: date, now: datetime) -> QuerySet[Any, Any]:
    rows = _model("EmergencyAccess").objects.filter(agent=agent, expires_at__gt=now)
    return rows.order_by().values("household")


def _is_closed(let_in: Q) -> Q:
    return (Q(is_protected=True) & ~let_in) | Q(anonymised_on__isnull=False)


def closed_households(user: User) -> Q:
    """What `closed_to()` selects, as a condition on households themselves: for their own lists.

    PostgreSQL knows how rare such rows are, while it takes « not in (…) » for half of the table and plans accordingly.
    """
    return _is_closed(Q(pk__in=Written(_named, user.pk)) | Q(pk__in=Written(_forced, user.pk)))


def persons_hidden_from(user: User) -> Written:
    """The keys of the persons `user` would know through closed households only.

    Who belongs today to another household as well (a child in shared custody), or now lives in one, is known there.
    """
    return Written(_hidden, user.pk)


def _hidden(agent: UUID, today: date, now: datetime) -> QuerySet[Any, Any]:
    closed = _closed(agent, today, now)
    rows = _model("Membership").objects.order_by()
    lives = rows.filter(Q(end=None) | Q(end__gte=today), person=OuterRef("person"), start__lte=today)
    return rows.filter(~Exists(lives.exclude(household__in=closed)), household__in=closed).values("person")


def closed_keys(user: User) -> set[UUID]:
    """The same keys as `closed_to()`, read: for what is compared in memory."""
    rows = _model("Household").with_absorbed.order_by().filter(closed_households(user))
    return set(rows.values_list("pk", flat=True))


def hidden_keys(user: User) -> set[UUID]:
    """The same keys as `persons_hidden_from()`, read."""
    rows = _model("Person").with_absorbed.order_by().filter(pk__in=persons_hidden_from(user))
    return set(rows.values_list("pk", flat=True))


def is_closed_to(user: User, household_id: Any) -> bool:
    """Whether this household is a protected one that `user` may not enter."""
    return _model("Household").with_absorbed.filter(closed_households(user), pk=household_id).exists()


def has_emergency_access(user: User, household_id: Any) -> bool:
    """Whether `user` forced the door of this household within the hour."""
    held = _model("EmergencyAccess").objects.filter(agent=user, expires_at__gt=timezone.now())
    return held.filter(household=household_id).exists()


def _model(name: str) -> Any:
    return apps.get_model("households", name)


def closed_rows(user: User) -> Q:
    """Filter of the rows about a household or a person that do not exist for `user`."""
    return Q(household__in=closed_to(user)) | Q(person__in=persons_hidden_from(user))


class MaskedRows(ModelIterable):
    """The rows of a queryset annotated with `is_closed`: those that are empty themselves as they leave the database.

    For calendars and plans, where a protected file still takes time or room: each model says what is left (`mask()`).
    """

    def __iter__(self) -> Iterator[Any]:
        for row in super().__iter__():
            if row.is_closed:
                row.mask()
            yield row
