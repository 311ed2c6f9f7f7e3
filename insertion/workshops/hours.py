"""What the workshops count for: hours planned and done of each person, and who did not come.

Others use these: the contract's weekly hours (C. trav., art. R5411-15: the actions may be collective), the absences of
a pathway.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from cias.core.french import lower_first
from cias.core.periods import Period
from insertion.absences import Absence
from insertion.models import WorkshopRegistration
from insertion.workshops.enums import ABSENT, Attendance, SessionState

MINUTES = Decimal(60)


@dataclass(frozen=True, kw_only=True)
class WorkshopHours:
    """One session of one person: `planned` and `done` in hours, exact to the minute."""

    person_id: UUID
    session_id: UUID
    day: date
    label: str
    domain: str
    planned: Decimal
    done: Decimal
    url: str


def hours_of(person_ids: Collection[UUID], first: date, last: date) -> Iterator[WorkshopHours]:
    """The sessions of these persons from the first day to the last, both included, in order of time.

    Planned: a seat in a session that is not cancelled, or came without one. Done: they were present.
    """
    rows = _of(person_ids, first, last).exclude(session__state=SessionState.CANCELLED)
    for row in rows:
        session = row.session
        if row.person_id is None:
            continue
        length = Decimal(session.minutes) / MINUTES
        yield WorkshopHours(
            person_id=row.person_id,
            session_id=session.pk,
            day=timezone.localtime(session.start).date(),
            label=session.workshop.name,
            domain=session.workshop.domain,
            planned=length,
            done=length if row.attendance == Attendance.PRESENT else Decimal(0),
            url=reverse("insertion:workshop_session", args=[session.pk]),
        )


def absences_of(person_ids: Collection[UUID], first: date, last: date) -> Iterator[Absence]:
    """Those who were expected at a session and did not come; a fact, whose consequences are not judged here."""
    for row in _of(person_ids, first, last).filter(attendance__in=ABSENT):
        session = row.session
        if row.person_id is not None and row.household_id is not None:
            kind = lower_first(session.workshop.get_kind_display())
            yield Absence(
                person_id=row.person_id,
                household_id=row.household_id,
                day=timezone.localtime(session.start).date(),
                label=f"Absence, {kind} «\u00a0{session.workshop}\u00a0»",
                excused=row.attendance == Attendance.EXCUSED,
                url=reverse("insertion:workshop_session", args=[session.pk]),
            )


def _of(person_ids: Collection[UUID], first: date, last: date) -> QuerySet[WorkshopRegistration]:
    start, after = Period(first, last).bounds()
    rows = WorkshopRegistration.objects.registered().filter(
        person__in=person_ids, session__start__gte=start, session__start__lt=after
    )
    return rows.select_related("session__workshop").order_by("session__start", "pk")
