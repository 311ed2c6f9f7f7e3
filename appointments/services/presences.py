"""When agents are there; each change tells which appointments it leaves without their agent."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from appointments.enums import AbsenceKind, Status, Weeks
from appointments.models import Absence, Appointment, Presence, Room
from appointments.services.diary import horizon, read_diary
from appointments.services.offers import WEEKS_AHEAD
from appointments.slots import Interval
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.periods import PARIS, Period
from cias.territory.models import Commune

LONGEST_REPETITION = timedelta(days=2 * 366)


@transaction.atomic
def add_presences(
    *,
    by: User,
    agent: User,
    weekdays: Iterable[int],
    starts_at: time,
    ends_at: time,
    valid_from: date,
    valid_until: date | None = None,
    weeks: str = Weeks.ALL,
    room: Room | None = None,
    commune: Commune | None = None,
) -> list[Presence]:
    """The agent receives on these weekdays at these hours, every week or every other. Raises ConstraintViolation."""
    with signed_by(by), typed_violations():
        return [
            Presence.objects.create(
                agent=agent,
                weekday=weekday,
                starts_at=starts_at,
                ends_at=ends_at,
                valid_from=valid_from,
                valid_until=valid_until,
                weeks=weeks,
                room=room,
                commune=commune,
            )
            for weekday in weekdays
        ]


@transaction.atomic
def change_one_day(
    *,
    by: User,
    agent: User,
    day: date,
    starts_at: time,
    ends_at: time,
    room: Room | None = None,
    commune: Commune | None = None,
) -> Presence:
    """On `day` only, these hours replace the usual ones (several calls add up). Raises ConstraintViolation."""
    with signed_by(by), typed_violations():
        return Presence.objects.create(
            agent=agent,
            weekday=day.weekday(),
            starts_at=starts_at,
            ends_at=ends_at,
            valid_from=day,
            valid_until=day,
            replaces=True,
            room=room,
            commune=commune,
        )


@transaction.atomic
def remove_change(*, by: User, presence: Presence) -> None:
    """The usual hours hold again on that day. Raises ValidationError for usual hours and for a day that is over."""
    if not presence.replaces or presence.valid_from < timezone.localdate():
        raise ValidationError("Seul un changement à venir se retire.", code="past")
    with signed_by(by):
        presence.delete()


@transaction.atomic
def end_presence(*, by: User, presence: Presence, last_day: date) -> Presence:
    """The agent does not receive at these hours any more; `last_day` is the last one. Raises ConstraintViolation."""
    with signed_by(by), typed_violations():
        presence.valid_until = last_day
        presence.save(update_fields=["valid_until"])
    return presence


@transaction.atomic
def add_absences(
    *,
    by: User,
    agent: User,
    start: datetime,
    end: datetime,
    kind: str = AbsenceKind.OTHER,
    label: str = "",
    every_weeks: int = 0,
    until: date | None = None,
) -> list[Absence]:
    """One absence, or one every so many weeks up to `until`, at the same time by the clock.

    The occurrences are rows of one batch: each may be taken back alone. Raises ConstraintViolation when it ends before
    it begins, ValidationError when it would meet its own next occurrence or repeat for more than two years.
    """
    spans = [(start, end)]
    if every_weeks:
        spans = list(_repeated(start, end, timedelta(weeks=every_weeks), until or start.date()))
    batch = uuid.uuid4() if len(spans) > 1 else None
    with signed_by(by), typed_violations():
        return [
            Absence.objects.create(agent=agent, start=begins, end=ends, kind=kind, label=label, batch=batch)
            for begins, ends in spans
        ]


def _repeated(start: datetime, end: datetime, step: timedelta, until: date) -> Iterator[Interval]:
    """Wall-clock repetition: Paris time is kept across clock changes."""
    first, last = (moment.astimezone(PARIS).replace(tzinfo=None) for moment in (start, end))
    if last - first > step:
        raise ValidationError("Une absence qui se répète doit finir avant la suivante.", code="overlap")
    if until - first.date() > LONGEST_REPETITION:
        raise ValidationError("Une absence se répète pendant deux ans au plus.", code="too_long")
    while first.date() <= until:
        yield first.replace(tzinfo=PARIS), last.replace(tzinfo=PARIS)
        first, last = first + step, last + step


@transaction.atomic
def remove_absence(*, by: User, absence: Absence, whole_batch: bool = False) -> int:
    """The agent is there after all, that time or every coming time of the batch; how many were taken back.

    Raises ValidationError for an absence that is over: past agendas do not move.
    """
    now = timezone.now()
    if absence.end <= now:
        raise ValidationError("Cette absence est passée : elle reste dans l’agenda.", code="past")
    rows = Absence.objects.filter(pk=absence.pk)
    if whole_batch and absence.batch is not None:
        rows = Absence.objects.filter(batch=absence.batch, agent=absence.agent, end__gt=now)
    with signed_by(by):
        return rows.delete()[1].get(Absence._meta.label, 0)


def to_move(agents: list[User], reader: User) -> list[Appointment]:
    """The appointments of the coming half-year whose agent is not there: absence, presence ended, site closed (A1),
    or an account that is closed.

    As `reader` sees them in an agenda.
    """
    today = timezone.localdate()
    last = horizon(today, WEEKS_AHEAD)
    rows = Appointment.objects.in_agenda(reader).filter(
        Q(agent__in=agents) | Q(second_agent__in=agents),
        status=Status.PLANNED,
        start__gte=timezone.now(),
        start__lt=Period(last, last).bounds()[1],
    )
    coming = list(rows.with_people().order_by("start", "pk"))
    diary = read_diary(agents, today, last, appointments=coming)
    return [row for row in coming if not (diary.covers(row) and all(one.is_active for one in row.agents))]
