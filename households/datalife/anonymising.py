"""Empty the files of households, and whom it takes along (C7)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from cias.core import erasing
from cias.core.erasing import Erased
from households.enums import ClosingReason
from households.models import Household, Membership, Person

ROOTS = (Household, Person)


def with_absorbed(households: Collection[Any]) -> set[Any]:
    """The keys of these households and of those that were merged into them."""
    keys = set(households)
    while True:
        more = set(
            Household.with_absorbed.filter(merged_into__in=keys)
            .exclude(pk__in=keys)
            .values_list("pk", flat=True)
        )
        if not more:
            return keys
        keys |= more


def persons_leaving(households: Collection[Any]) -> set[Any]:
    """The members whose every household is among `households` or already anonymised, and who they absorbed.

    A child in shared custody, or somebody who joined another household since, stays.
    """
    elsewhere = Membership.objects.filter(person=OuterRef("pk"), household__anonymised_on=None).exclude(
        household__in=households
    )
    rows = Person.with_absorbed.filter(~Exists(elsewhere), memberships__household__in=households)
    keys = set(rows.order_by().values_list("pk", flat=True))
    while True:
        more = set(
            Person.with_absorbed.filter(merged_into__in=keys)
            .exclude(pk__in=keys)
            .values_list("pk", flat=True)
        )
        if not more:
            return keys
        keys |= more


@transaction.atomic
def anonymise(households: Collection[Any], *, moment: datetime | None = None) -> Erased:
    """Empty the files of these households (keys), for good. Nobody's consent is checked here: see job.py.

    An open file is closed on the day, so that it is followed no more in the figures to come; those of the past do not
    move. Done twice, it changes nothing more.
    """
    moment = moment or timezone.now()
    keys = with_absorbed(households)
    locked = Household.with_absorbed.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    still_open = [row.pk for row in locked if row.closed_on is None and row.merged_into_id is None]
    Household.objects.filter(pk__in=still_open).update(
        closed_on=timezone.localdate(moment), closing_reason=ClosingReason.NO_NEWS
    )
    roots: dict[Any, Collection[Any]] = {Household: keys, Person: persons_leaving(keys)}
    return erasing.erase(roots, moment=moment)
