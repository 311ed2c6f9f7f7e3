"""Appointments every so many weeks (A13): each date is reported before anything is written, then all or nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from appointments.enums import Status
from appointments.models import Appointment, Series
from appointments.rules import may_change
from appointments.services.booking import book, cancel, hold_for_all, lock, move
from appointments.services.cautions import Caution, cautions_of, read_surroundings
from appointments.services.diary import Diary, Slot, read_diary
from appointments.services.wishes import wish_again
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core import french
from cias.core.periods import PARIS
from cias.territory.services import closed_days

MOST_OCCURRENCES = 26
OTHER_TIMES = 3
NEAR = timedelta(days=7)


@dataclass
class Occurrence:
    """One date of a series. `slot` None: the wanted time cannot be had, `problem` says why; `others` are near it.

    `moves`: the appointment that goes there, when a series moves. `cautions` are about the wanted time.
    """

    wanted: datetime
    slot: Slot | None = None
    problem: str = ""
    others: list[Slot] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)
    moves: Appointment | None = None

    @property
    def key(self) -> str:
        """How a form names the date."""
        return f"{self.wanted.astimezone(PARIS).date():%Y-%m-%d}"


def repeated(start: datetime, every_weeks: int, count: int) -> list[datetime]:
    """`count` moments after `start`, at the same time by the clock."""
    local = start.astimezone(PARIS).replace(tzinfo=None)
    return [
        (local + timedelta(weeks=every_weeks * number)).replace(tzinfo=PARIS)
        for number in range(1, count + 1)
    ]


def following(appointment: Appointment) -> list[Appointment]:
    """The appointment and those of its series still to come after it."""
    if appointment.series_id is None:
        return [appointment]
    rows = Appointment.objects.filter(
        series=appointment.series_id, status=Status.PLANNED, start__gte=appointment.start
    )
    return list(rows.with_people().order_by("start"))


def plan(appointment: Appointment, moments: Sequence[datetime]) -> list[Occurrence]:
    """What `appointment` would meet at each of these moments, with the same agents, duration and place."""
    return _report(appointment, [Occurrence(moment) for moment in moments], [])


def plan_move(appointment: Appointment, start: datetime) -> list[Occurrence]:
    """The appointment at `start`, and the rest of its series as many days and hours further."""
    rows = following(appointment)
    shift = _clock(start) - _clock(appointment.start)
    wanted = [Occurrence((_clock(row.start) + shift).replace(tzinfo=PARIS), moves=row) for row in rows]
    return _report(appointment, wanted, rows)


def _clock(moment: datetime) -> datetime:
    return moment.astimezone(PARIS).replace(tzinfo=None)


def _report(
    appointment: Appointment, occurrences: list[Occurrence], leaving: Sequence[Appointment]
) -> list[Occurrence]:
    days = [_clock(one.wanted).date() for one in occurrences]
    first, last = min(days) - NEAR, max(days) + NEAR
    diary = read_diary(appointment.agents, first, last, without=leaving)
    closed = closed_days(first, last)
    around = read_surroundings(appointment, diary)
    around.others[:] = [row for row in around.others if row not in leaving]
    wish, now = wish_again(appointment), timezone.now()
    slots = diary.slots(appointment.agent, wish, now=now)
    for one in occurrences:
        one.slot = next((slot for slot in slots if slot.start == one.wanted), None)
        if one.slot is None and one.wanted > now:
            one.slot = _within_hours(appointment, one.wanted, diary)
        if one.slot is None:
            one.problem = _why_not(appointment, one.wanted, diary, closed, now)
            near = (slot for slot in slots if abs(slot.start - one.wanted) <= NEAR)
            one.others = sorted(near, key=lambda slot: abs(slot.start - one.wanted))[:OTHER_TIMES]
        else:
            one.cautions = cautions_of(_at(appointment, one.slot), around)
    return occurrences


def _within_hours(appointment: Appointment, start: datetime, diary: Diary) -> Slot | None:
    """A free time off the grid while both agents receive: a series keeps its hour when it can."""
    end = start + (appointment.end - appointment.start)
    for agent in appointment.agents:
        opening = diary.opening_at(agent, start)
        away = any(absence.start < end and absence.end > start for absence in diary.absences[agent.pk])
        if opening is None or opening.end < end or away:
            return None
    return diary.anywhere(appointment.agent, start, wish_again(appointment))


def _why_not(
    appointment: Appointment, start: datetime, diary: Diary, closed: Mapping[date, str], now: datetime
) -> str:
    day, end = _clock(start).date(), start + (appointment.end - appointment.start)
    if start <= now:
        return "Cette heure est passée."
    if day in closed:
        return f"Fermé\u00a0: {closed[day]}."
    for agent in appointment.agents:
        for absence in diary.absences[agent.pk]:
            if absence.start < end and absence.end > start:
                return f"{agent.full_name}\u00a0: {french.lower_first(str(absence))}."
        opening = diary.opening_at(agent, start)
        if opening is None or opening.end < end:
            return f"{agent.full_name} ne reçoit pas à cette heure."
    return "Cette heure est déjà prise."


def _at(appointment: Appointment, slot: Slot) -> Appointment:
    """The appointment as it would be there, not saved."""
    lead, buffer = appointment.start - appointment.busy_from, appointment.busy_until - appointment.end
    return Appointment(
        agent=appointment.agent, second_agent=appointment.second_agent, household=appointment.household,
        person=appointment.person, reason=appointment.reason, place=slot.place, start=slot.start, end=slot.end,
        busy_from=slot.start - lead, busy_until=slot.end + buffer,
    )  # fmt: skip


@transaction.atomic
def book_series(
    *,
    by: User,
    appointment: Appointment,
    every_weeks: int,
    moments: Sequence[datetime],
    accepts: Mapping[datetime, Collection[str]],
) -> list[Appointment]:
    """Book the same appointment again at each of these moments, as one series with the first.

    Raises SlotTaken, ToAccept, PermissionDenied, ConstraintViolation: then nothing is written at all.
    """
    appointment = lock(appointment)
    if not may_change(by, appointment):
        raise PermissionDenied
    hold_for_all([appointment])
    with signed_by(by):
        if appointment.series is None:
            appointment.series = Series.objects.create(every_weeks=every_weeks, created_by=by)
            appointment.save(update_fields=["series"])
    return [
        book(
            by=by, agent=appointment.agent, second_agent=appointment.second_agent, start=moment,
            reason=appointment.reason, household=appointment.household, person=appointment.person,
            caller_name=appointment.caller_name, caller_phone=appointment.caller_phone,
            minutes=appointment.minutes, urgency=appointment.urgency, place=appointment.place,
            practical_note=appointment.practical_note, series=appointment.series, off_grid=True,
            accepts=accepts.get(moment, ()),
        )
        for moment in moments
    ]  # fmt: skip


@transaction.atomic
def move_series(
    *,
    by: User,
    moves: Sequence[tuple[Appointment, datetime]],
    accepts: Mapping[datetime, Collection[str]],
) -> None:
    """Move several appointments of a series, all or nothing. Raises as move() does.

    Those that go later start with the last, so that none stumbles over the next.
    """
    hold_for_all([appointment for appointment, _ in moves])
    later = bool(moves) and moves[0][1] > moves[0][0].start
    for appointment, start in sorted(moves, key=lambda pair: pair[0].start, reverse=later):
        move(
            by=by, appointment=appointment, agent=appointment.agent, start=start, off_grid=True,
            accepts=accepts.get(start, ()),
        )  # fmt: skip


@transaction.atomic
def cancel_following(*, by: User, appointment: Appointment, status: Status, comment: str = "") -> int:
    """Cancel an appointment and the rest of its series; how many. Raises as cancel() does."""
    hold_for_all(following(appointment))
    rows = following(appointment)
    for row in rows:
        cancel(by=by, appointment=row, status=status, comment=comment)
    return len(rows)
