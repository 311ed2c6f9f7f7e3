"""Sessions as others may know of them: how many, and when. No text is read here."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from appointments.enums import Status
from appointments.models import Appointment
from cias.accounts.models import User
from households.models import Household
from households.models.files import on_day
from insertion.models import CounsellingSession
from insertion.permanences.enums import Attendance


@dataclass(frozen=True)
class Sessions:
    """The sessions of a household with a psychologist: the days they were held, the newest first, and the next one."""

    days: tuple[date, ...]
    next_day: date | None

    @property
    def count(self) -> int:
        return len(self.days)


def may_count(user: User, household: Household) -> bool:
    """Number and dates are for the social workers who look after the household today, and nobody else."""
    if not user.has_perm("sessions.count"):
        return False
    return household.assignments.filter(on_day(timezone.localdate()), agent=user).exists()


def held_appointments() -> QuerySet[Appointment]:
    """Kept appointments of a reason that is the psychologist's alone."""
    return Appointment.objects.filter(reason__private=True, status=Status.HONOURED)


def held_by_hand() -> QuerySet[CounsellingSession]:
    """Sessions held without an appointment."""
    return CounsellingSession.objects.filter(appointment=None, attendance=Attendance.HELD)


def sessions_of(household: Household) -> Sessions:
    """Two queries."""
    now = timezone.now()
    planned = Q(status=Status.PLANNED, start__gt=now)
    rows = Appointment.objects.filter(household=household, reason__private=True).filter(
        planned | Q(status=Status.HONOURED)
    )
    moments = list(rows.order_by("start").values_list("start", "status"))
    days = [timezone.localtime(start).date() for start, status in moments if status == Status.HONOURED]
    added = held_by_hand().filter(counselling__household=household)
    days += [day for day in added.values_list("on", flat=True) if day is not None]
    coming = [timezone.localtime(start).date() for start, status in moments if status == Status.PLANNED]
    return Sessions(tuple(sorted(days, reverse=True)), coming[0] if coming else None)
