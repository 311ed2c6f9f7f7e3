"""The programme: workshops, their dates, and what stands against each date before it is fixed (I6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from appointments.enums import AbsenceKind
from appointments.models import Absence, Appointment
from appointments.services.presences import add_absences
from appointments.services.series import repeated
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core import french
from cias.core.db import typed_violations
from cias.core.periods import PARIS
from cias.territory.services import closed_days
from insertion.models import Workshop, WorkshopSession
from insertion.workshops.enums import SessionState
from insertion.workshops.services.registering import fill, hold

MOST_SESSIONS = 26


@dataclass
class PlannedDate:
    """One date a session could have. `problem`: it cannot be; `remarks`: what to know before it is chosen."""

    start: datetime
    end: datetime
    problem: str = ""
    remarks: list[str] = field(default_factory=list)

    @property
    def is_clear(self) -> bool:
        return not self.problem and not self.remarks


def _may_manage(by: User) -> None:
    if not by.has_perm("workshops.manage"):
        raise PermissionDenied


@transaction.atomic
def save_workshop(*, by: User, workshop: Workshop) -> Workshop:
    """Create or change a workshop; its coming sessions keep their own seats and agent.

    Raises PermissionDenied, ConstraintViolation.
    """
    _may_manage(by)
    with signed_by(by), typed_violations():
        workshop.save()
        for session in workshop.sessions.coming().select_related("agent", "absence"):
            session.workshop = workshop
            keep_agenda(by=by, session=session)
    return workshop


def plan_dates(
    *,
    workshop: Workshop,
    agent: User,
    day: date,
    starts_at: time,
    ends_at: time,
    every_weeks: int,
    count: int,
) -> list[PlannedDate]:
    """The dates of a series, at the same time by the clock, each with what stands against it."""
    first = datetime.combine(day, starts_at, PARIS)
    starts = [first, *repeated(first, every_weeks, count - 1)]
    dates = [PlannedDate(start, _at(start, ends_at)) for start in starts]
    report(workshop, agent, dates)
    return dates


def _at(start: datetime, ends_at: time) -> datetime:
    return datetime.combine(start.astimezone(PARIS).date(), ends_at, PARIS)


def report(
    workshop: Workshop, agent: User, dates: Sequence[PlannedDate], *, without: WorkshopSession | None = None
) -> None:
    """Write on each date what stands against it: closures, the agent's agenda, the workshop itself. Four queries."""
    first, last = min(one.start for one in dates), max(one.end for one in dates)
    closed = closed_days(first.astimezone(PARIS).date(), last.astimezone(PARIS).date())
    absences, appointments = _agenda(workshop, agent, first, last, without)
    others = workshop.sessions.exclude(state=SessionState.CANCELLED).filter(start__range=(first, last))
    if without is not None:
        others = others.exclude(pk=without.pk)
    taken = set(others.order_by("start").values_list("start", flat=True))
    now = timezone.now()
    for one in dates:
        local = one.start.astimezone(PARIS).date()
        if one.end <= one.start:
            one.problem = "La séance finit avant d’avoir commencé."
        elif one.start <= now:
            one.problem = "Cette heure est passée."
        elif one.start in taken:
            one.problem = "Cet atelier a déjà une séance à cette heure."
        if one.problem:
            continue
        if local in closed:
            one.remarks.append(f"Jour de fermeture\u00a0: {french.lower_first(closed[local])}.")
        one.remarks += _clashes(agent, one, absences, appointments)


def _agenda(
    workshop: Workshop, agent: User, first: datetime, last: datetime, without: WorkshopSession | None
) -> tuple[list[Absence], list[Appointment]]:
    """What the agent is away for, and the appointments they have; nothing when they do not take part."""
    if not workshop.is_in_agenda:
        return [], []
    away = Absence.objects.filter(agent=agent).overlapping(first, last)
    if without is not None and without.absence_id is not None:
        away = away.exclude(pk=without.absence_id)
    booked = Appointment.objects.occupying().of_agent(agent).overlapping(first, last)
    return list(away), list(booked.order_by("start"))


def _clashes(
    agent: User, one: PlannedDate, absences: Sequence[Absence], appointments: Sequence[Appointment]
) -> list[str]:
    found = [
        f"{agent.full_name} n’est pas libre\u00a0: {french.lower_first(str(row))}."
        for row in absences
        if row.start < one.end and row.end > one.start
    ]
    hours = [french.time_fr(row.start) for row in appointments if row.start < one.end and row.end > one.start]
    if hours:
        word = "un rendez-vous" if len(hours) == 1 else f"{len(hours)} rendez-vous"
        found.append(f"{agent.full_name} a {word} à déplacer\u00a0: {french.join_list(hours)}.")
    return found


@transaction.atomic
def add_sessions(
    *,
    by: User,
    workshop: Workshop,
    agent: User,
    dates: Sequence[PlannedDate],
    seats: int,
    days_before: int | None = None,
    topics: Mapping[datetime, str] | None = None,
) -> list[WorkshopSession]:
    """Fix these dates, all or none, and keep the agent's time free of appointments.

    `days_before`: registration closes so many days before each; None leaves it open until the session begins.
    Raises PermissionDenied, ValidationError (a date that cannot be), ConstraintViolation.
    """
    _may_manage(by)
    fresh = [PlannedDate(one.start, one.end) for one in dates]
    if not fresh:
        raise ValidationError("Choisissez au moins une date.", code="dates")
    report(workshop, agent, fresh)
    for one in fresh:
        if one.problem:
            raise ValidationError(f"{french.day_and_time(one.start).capitalize()}\u00a0: {one.problem}")
    made = []
    with signed_by(by), typed_violations():
        for one in fresh:
            last = None
            if days_before is not None:
                last = one.start.astimezone(PARIS).date() - timedelta(days=days_before)
            session = WorkshopSession.objects.create(
                workshop=workshop, agent=agent, start=one.start, end=one.end, seats=seats,
                registration_until=last, topic=(topics or {}).get(one.start, ""), planned_by=by,
            )  # fmt: skip
            keep_agenda(by=by, session=session)
            made.append(session)
    return made


@transaction.atomic
def change_session(*, by: User, session: WorkshopSession, values: Mapping[str, Any]) -> WorkshopSession:
    """Change the subject, the agent, the seats or the last day to register of a session that has not been held.

    More seats go to those who wait, in order. Raises PermissionDenied, ValidationError (fewer seats than registered
    persons, or a session that is over), ConstraintViolation.
    """
    _may_manage(by)
    (session,) = hold([session])
    if not session.is_coming:
        raise ValidationError("Seule une séance à venir se modifie.", code="past")
    for name in ("topic", "agent", "seats", "registration_until"):
        setattr(session, name, values[name])
    last = session.registration_until
    if last is not None and last > session.start.astimezone(PARIS).date():
        raise ValidationError(
            {"registration_until": "Les inscriptions se terminent au plus tard le jour de la séance."}
        )
    _seat_within(session)
    with signed_by(by), typed_violations():
        session.save()
        keep_agenda(by=by, session=session)
        fill(session)
    return session


def _seat_within(session: WorkshopSession) -> None:
    """Give lower seats to those whose number would not exist any more."""
    rows = list(session.registrations.filter(seat__isnull=False).order_by("seat"))
    if len(rows) > session.seats:
        taken = french.plural(len(rows), "personne inscrite", "personnes inscrites")
        raise ValidationError(
            {"seats": f"Il y a déjà {taken}\u00a0: désinscrivez-en ou gardez autant de places."}
        )
    free = sorted(set(range(1, session.seats + 1)) - {row.seat for row in rows})
    for row in reversed(rows):
        if row.seat is not None and row.seat > session.seats:
            row.seat = free.pop(0)
            row.save(update_fields=["seat"])


def why_not(session: WorkshopSession) -> str:
    """Why nobody can register any more; empty as long as one can."""
    if session.is_open:
        return ""
    if session.state == SessionState.CANCELLED:
        return "Cette séance est annulée."
    if session.is_coming and session.registration_until is not None:
        return f"Les inscriptions sont closes depuis le {french.date_short(session.registration_until)}."
    return "Cette séance a commencé\u00a0: une personne venue sans inscription se note avec les présences."


def keep_agenda(*, by: User, session: WorkshopSession) -> None:
    """The agent cannot be booked while they lead the session: an absence « Atelier » says so to reception."""
    absence = session.absence
    wanted = (
        session.state != SessionState.CANCELLED and session.workshop.is_in_agenda and session.agent.has_agenda
    )
    if absence is not None and not wanted:
        session.absence = None
        session.save(update_fields=["absence"])
        absence.delete()
    elif absence is not None:
        absence.agent, absence.start, absence.end = session.agent, session.start, session.end
        absence.label = session.workshop.name[:60]
        absence.save(update_fields=["agent", "start", "end", "label"])
    elif wanted:
        session.absence = add_absences(
            by=by, agent=session.agent, start=session.start, end=session.end, kind=AbsenceKind.WORKSHOP,
            label=session.workshop.name[:60],
        )[0]  # fmt: skip
        session.save(update_fields=["absence"])
