"""From the waiting room to the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from appointments.enums import TAKEN_PLACE, Status
from appointments.models import Appointment
from appointments.rules import may_change, may_record
from appointments.services.aftermath import follow
from appointments.services.booking import hold_agents, hold_room, lock
from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from households.enums import NoteLevel
from households.models import Note
from households.services import write_note


@dataclass(frozen=True, kw_only=True)
class OutcomeNote:
    """The note an interview leaves: codes of households.enums, duration in minutes."""

    text: str
    means: str
    duration_minutes: int | None = None
    level: str = NoteLevel.TEAM
    themes: Sequence[str] = ()


@transaction.atomic
def check_in(*, by: User, appointment: Appointment) -> Appointment:
    """The person has arrived (A5). Raises PermissionDenied, ValidationError on another day or state."""
    appointment = lock(appointment)
    if by.scope("agenda.reception") != Scope.ALL and not may_record(by, appointment):
        raise PermissionDenied
    _today_and_planned(appointment)
    if appointment.arrived_at is None:
        appointment.arrived_at = timezone.now()
        with signed_by(by), typed_violations():
            appointment.save(update_fields=["arrived_at"])
    return appointment


@transaction.atomic
def receive(*, by: User, appointment: Appointment) -> Appointment:
    """The agent fetches the person from the waiting room. Raises PermissionDenied, ValidationError."""
    appointment = lock(appointment)
    if not may_record(by, appointment):
        raise PermissionDenied
    _today_and_planned(appointment)
    if appointment.received_at is None:
        appointment.received_at = timezone.now()
        appointment.arrived_at = appointment.arrived_at or appointment.received_at
        with signed_by(by), typed_violations():
            appointment.save(update_fields=["arrived_at", "received_at"])
    return appointment


def _today_and_planned(appointment: Appointment) -> None:
    if appointment.status != Status.PLANNED:
        raise ValidationError("L’issue de ce rendez-vous est déjà enregistrée.", code="recorded")
    if timezone.localtime(appointment.start).date() != timezone.localdate():
        raise ValidationError("Ce rendez-vous n’est pas aujourd’hui.", code="not_today")


@transaction.atomic
def record_outcome(
    *,
    by: User,
    appointment: Appointment,
    status: Status,
    comment: str = "",
    note: OutcomeNote | None = None,
) -> Appointment:
    """Say what became of the appointment; a note, if there is one, goes to the household's file, signed by `by`.

    Raises PermissionDenied, ForbiddenTransition, ValidationError (not begun yet, or a note without a household),
    ConstraintViolation.
    """
    appointment = lock(appointment)
    if not may_record(by, appointment):
        raise PermissionDenied
    now = timezone.now()
    if status in TAKEN_PLACE and now < appointment.start:
        raise ValidationError(
            "Ce rendez-vous n’a pas commencé : il ne peut être ni honoré, ni manqué.", code="not_begun"
        )
    appointment.set_status(status, at=now, comment=comment)
    changed = ["status", "status_at", "status_comment"]
    if note is not None:
        appointment.note = _write(by, appointment, note)
        changed.append("note")
    with signed_by(by), typed_violations():
        appointment.save(update_fields=changed)
        follow(appointment)
    return appointment


def _write(by: User, appointment: Appointment, note: OutcomeNote) -> Note:
    if by.scope("notes.write") is None:
        raise PermissionDenied
    if appointment.household is None:
        raise ValidationError(
            "Rattachez d’abord ce rendez-vous à un ménage : une note appartient à un dossier.",
            code="no_household",
        )
    return write_note(
        author=by,
        household=appointment.household,
        held_on=timezone.localtime(appointment.start).date(),
        means=note.means,
        text=note.text,
        level=note.level,
        duration_minutes=note.duration_minutes,
        themes=note.themes,
        persons=[appointment.person] if appointment.person is not None else [],
    )


@transaction.atomic
def undo_last(*, by: User, appointment: Appointment) -> str:
    """Take back the last thing said of an appointment: its outcome, else its reception, else its arrival.

    Returns the French sentence that says what was undone. A note already written stays in the file.
    Raises PermissionDenied, ValidationError when there is nothing to undo, ConstraintViolation when the time of a
    cancelled appointment has been given to somebody else.
    """
    appointment = lock(appointment)
    if not (may_change(by, appointment) or may_record(by, appointment)):
        raise PermissionDenied
    if appointment.status != Status.PLANNED:
        hold_agents(*appointment.agents)
        hold_room(appointment.room)
        done = f"« {appointment.get_status_display()} » est annulé : le rendez-vous est de nouveau à venir."
        appointment.status, appointment.status_at, appointment.status_comment = Status.PLANNED, None, ""
        changed = ["status", "status_at", "status_comment"]
    elif appointment.received_at is not None:
        appointment.received_at = None
        done, changed = "La réception est annulée.", ["received_at"]
    elif appointment.arrived_at is not None:
        appointment.arrived_at = None
        done, changed = "L’arrivée est annulée.", ["arrived_at"]
    else:
        raise ValidationError("Il n’y a rien à annuler sur ce rendez-vous.", code="nothing")
    with signed_by(by), typed_violations():
        appointment.save(update_fields=changed)
        follow(appointment)
    return done
