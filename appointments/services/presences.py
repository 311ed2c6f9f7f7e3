"""When agents are there; each change tells which appointments it leaves without their agent."""

from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from appointments.enums import AbsenceKind, Status
from appointments.models import Absence, Appointment, Presence, Room
from appointments.services.diary import horizon, read_diary
from appointments.services.offers import WEEKS_AHEAD
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.periods import Period
from cias.territory.models import Commune


@transaction.atomic
def add_presence(
    *,
    by: User,
    agent: User,
    weekday: int,
    starts_at: time,
    ends_at: time,
    valid_from: date,
    valid_until: date | None = None,
    room: Room | None = None,
    commune: Commune | None = None,
) -> Presence:
    """The agent receives every week at these hours. Raises ConstraintViolation."""
    with signed_by(by), typed_violations():
        return Presence.objects.create(
            agent=agent,
            weekday=weekday,
            starts_at=starts_at,
            ends_at=ends_at,
            valid_from=valid_from,
            valid_until=valid_until,
            room=room,
            commune=commune,
        )


@transaction.atomic
def change_one_day(
    *, by: User, agent: User, day: date, starts_at: time, ends_at: time, room: Room | None = None
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
        )


@transaction.atomic
def end_presence(*, by: User, presence: Presence, last_day: date) -> Presence:
    """The agent does not receive at these hours any more; `last_day` is the last one. Raises ConstraintViolation."""
    with signed_by(by), typed_violations():
        presence.valid_until = last_day
        presence.save(update_fields=["valid_until"])
    return presence


@transaction.atomic
def add_absence(
    *,
    by: User,
    agent: User,
    start: datetime,
    end: datetime,
    kind: str = AbsenceKind.OTHER,
    label: str = "",
) -> Absence:
    """Raises ConstraintViolation when it ends before it begins."""
    with signed_by(by), typed_violations():
        return Absence.objects.create(agent=agent, start=start, end=end, kind=kind, label=label)


@transaction.atomic
def remove_absence(*, by: User, absence: Absence) -> None:
    """The agent is there after all. Raises ValidationError for an absence that is over: past agendas do not move."""
    if absence.end <= timezone.now():
        raise ValidationError("Cette absence est passée : elle reste dans l’agenda.", code="past")
    with signed_by(by):
        absence.delete()


def to_move(agents: list[User]) -> list[Appointment]:
    """The appointments of the coming half-year whose agent is not there: absence, presence ended, site closed (A1)."""
    today = timezone.localdate()
    last = horizon(today, WEEKS_AHEAD)
    rows = Appointment.objects.filter(
        Q(agent__in=agents) | Q(second_agent__in=agents),
        status=Status.PLANNED,
        start__gte=timezone.now(),
        start__lt=Period(last, last).bounds()[1],
    )
    coming = list(rows.with_people().order_by("start", "pk"))
    diary = read_diary(agents, today, last, appointments=coming)
    return [row for row in coming if not diary.covers(row)]
