"""What the psychologist's page shows: the day, what is still to be written, the persons followed. No text is opened."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import timezone

from appointments.enums import CANCELLED, Status
from appointments.models import Appointment
from appointments.models.agenda import AppointmentQuerySet
from cias.accounts.models import User
from cias.core.periods import Period
from insertion.models import Counselling, CounsellingSession, SealedNote
from insertion.permanences.enums import Attendance

# How far back an unwritten session is recalled.
RECALL = timedelta(days=21)


@dataclass(frozen=True)
class Line:
    """One session to come or past: its moment, who, what became of it, and its row once something was opened."""

    day: date
    at: datetime | None
    who: str
    label: str
    appointment: Appointment | None
    session: CounsellingSession | None
    has_note: bool

    @property
    def is_cancelled(self) -> bool:
        return self.appointment is not None and self.appointment.status in CANCELLED

    @property
    def is_held(self) -> bool:
        if self.appointment is not None:
            return self.appointment.status == Status.HONOURED
        return self.session is not None and self.session.attendance == Attendance.HELD

    @property
    def is_coming(self) -> bool:
        """Not begun yet: one may prepare it, nothing is to be written."""
        return self.at is not None and self.at > timezone.now()

    @property
    def may_open(self) -> bool:
        """An appointment of a known household, whose session was not opened yet."""
        return (
            self.session is None
            and self.appointment is not None
            and self.appointment.household_id is not None
            and not self.is_cancelled
        )

    @property
    def sort_key(self) -> tuple[date, time]:
        return self.day, timezone.localtime(self.at).time() if self.at else time.max


def mine(user: User) -> AppointmentQuerySet:
    """The psychologist's appointments, of files open to them."""
    return Appointment.objects.for_user(user).of_agent(user).with_people()


def day_and_unwritten(user: User, day: date, today: date) -> tuple[list[Line], list[Line]]:
    """The sessions of a day, in their order, and the kept appointments of the last weeks in which nothing is written.

    Three queries for both.
    """
    (first, after), (since, _night) = Period(day, day).bounds(), Period(today - RECALL, today).bounds()
    written = SealedNote.objects.filter(session__appointment=OuterRef("pk"), undone_at=None)
    kept = Q(status=Status.HONOURED, start__gte=since, household__isnull=False)
    rows: Any = mine(user).annotate(is_unwritten=kept & ~Exists(written)).order_by("start", "pk")
    rows = list(rows.filter(Q(start__gte=first, start__lt=after) | Q(is_unwritten=True)))
    lines = list(zip(rows, lines_of(user, rows), strict=True))
    added = by_hand(CounsellingSession.objects.for_user(user).filter(appointment=None, on=day))
    of_day = [*(line for row, line in lines if first <= row.start < after), *added]
    return sorted(of_day, key=lambda line: line.sort_key), [line for row, line in lines if row.is_unwritten]


def lines_of(user: User, appointments: Iterable[Appointment]) -> list[Line]:
    """Two queries whatever their number, one when there is none."""
    rows = list(appointments)
    if not rows:
        return []
    sessions = _with_notes(CounsellingSession.objects.for_user(user).filter(appointment__in=rows))
    found = {
        session.appointment_id: session
        for session in sessions.select_related("counselling__person", "appointment")
    }
    return [_line(row, found.get(row.pk)) for row in rows]


def by_hand(sessions: QuerySet[CounsellingSession]) -> Iterator[Line]:
    for row in _with_notes(sessions).select_related("counselling__person", "appointment"):
        who = row.counselling.person.full_name
        yield Line(row.day, None, who, row.presence_label, None, row, row.has_note)


def _line(row: Appointment, session: Any) -> Line:
    who = session.counselling.person.full_name if session else row.who
    day = timezone.localtime(row.start).date()
    label = Status(row.status).label
    return Line(day, row.start, who, label, row, session, session is not None and session.has_note)


def _with_notes(sessions: QuerySet[CounsellingSession]) -> QuerySet[Any]:
    standing = SealedNote.objects.filter(session=OuterRef("pk"), undone_at=None)
    return sessions.annotate(has_note=Exists(standing))


def followed(user: User) -> QuerySet[Any]:
    """The follow-ups, with how many sessions were held, the last one, and the next appointment."""
    booked = Appointment.objects.of_agent(user).filter(household=OuterRef("household")).order_by()
    booked = booked.filter(start__date__gte=OuterRef("started_on"))
    theirs = booked.filter(Q(person=OuterRef("person")) | Q(counselling_sessions__counselling=OuterRef("pk")))
    kept = theirs.filter(status=Status.HONOURED)
    coming = theirs.filter(status=Status.PLANNED, start__gte=timezone.now())
    by_hand = Q(sessions__attendance=Attendance.HELD)
    counted = kept.values("household").annotate(count=Count("pk", distinct=True)).values("count")
    last = kept.annotate(day=TruncDate("start")).order_by("-start").values("day")[:1]
    return (
        Counselling.objects.for_user(user)
        .select_related("person", "household")
        .annotate(
            held=Coalesce(Subquery(counted), Value(0)) + Count("sessions", filter=by_hand, distinct=True),
            # GREATEST leaves what is empty out (PostgreSQL).
            last_day=Greatest(Subquery(last), Max("sessions__on", filter=by_hand)),
            next_start=Subquery(coming.order_by("start").values("start")[:1]),
        )
        .order_by("person__search_key", "-started_on", "pk")
    )


def sessions_of(counselling: Counselling, user: User) -> list[Line]:
    """The sessions of one follow-up, the newest first, kept or coming appointments without a row among them."""
    opened = counselling.sessions.filter(appointment__isnull=False).values("appointment")
    theirs = Q(person=counselling.person_id, household=counselling.household_id) | Q(pk__in=opened)
    since = timezone.make_aware(datetime.combine(counselling.started_on, time.min))
    rows = mine(user).filter(theirs, start__gte=since).exclude(status__in=CANCELLED)
    lines = [
        *lines_of(user, rows),
        *by_hand(CounsellingSession.objects.filter(counselling=counselling, appointment=None)),
    ]
    theirs_only = [
        line for line in lines if line.session is None or line.session.counselling_id == counselling.pk
    ]
    return sorted(theirs_only, key=lambda line: line.sort_key, reverse=True)
