"""Running pathways with their next deadline, for lists and work lists: a fixed number of queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from cias.core.deadlines import DueStatus, due_status
from insertion.deadlines import Deadline, Rules, deadlines_of
from insertion.models import EngagementContract, Orientation

SOON_DAYS = 10


@dataclass(frozen=True)
class Pathway:
    """One running orientation and what is due first; `status` is None when nothing is due."""

    orientation: Orientation
    contracts: list[EngagementContract]
    deadlines: list[Deadline]
    status: DueStatus | None

    @property
    def next_deadline(self) -> Deadline | None:
        return self.deadlines[0] if self.deadlines else None


def running(orientations: QuerySet[Orientation], today: date) -> QuerySet[Orientation]:
    return orientations.filter(start__lte=today).filter(Q(end__isnull=True) | Q(end__gte=today))


def with_deadlines(orientations: QuerySet[Orientation], today: date) -> Iterator[Pathway]:
    """The pathways of a queryset, each with its deadlines; four queries whatever the number of rows."""
    contracts = Prefetch("contracts", EngagementContract.objects.order_by("start"), to_attr="signed_or_not")
    rules = Rules()
    rows = orientations.select_related("person", "household__commune", "referent").prefetch_related(
        contracts, "reorientations"
    )
    for orientation in rows:
        found = deadlines_of(orientation, orientation.signed_or_not, rules, today)
        status = due_status(found[0].due, today, soon_days=SOON_DAYS) if found else None
        yield Pathway(orientation, orientation.signed_or_not, found, status)
