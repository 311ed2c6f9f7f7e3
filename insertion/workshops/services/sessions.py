"""A session is moved or cancelled, alone or with those that follow: everybody is told, and the last step is undone."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from insertion.models import SessionMove, WorkshopRegistration, WorkshopSession
from insertion.workshops.enums import NoticeKind, SessionState
from insertion.workshops.services.attendance import restore_marks
from insertion.workshops.services.notices import (
    take_back_cancellation,
    take_back_move,
    tell,
    tell_moved,
)
from insertion.workshops.services.planning import PlannedDate, keep_agenda, report
from insertion.workshops.services.registering import fill, hold


def _live(session: WorkshopSession) -> list[WorkshopRegistration]:
    """Those who expect to come, or hope to."""
    return list(session.registrations.live().select_related("person").order_by("number"))


@transaction.atomic
def move(
    *, by: User, session: WorkshopSession, start: datetime, end: datetime, reason: str = ""
) -> SessionMove:
    """Give a coming session another time; everybody on it is told, and keeps their seat.

    Raises PermissionDenied, ValidationError (not to come any more, a time that cannot be), ConstraintViolation.
    """
    _may_manage(by)
    (session,) = hold([session])
    if not session.is_coming:
        raise ValidationError("Seule une séance à venir se déplace.", code="past")
    if (start, end) == (session.start, session.end):
        raise ValidationError("C’est déjà l’heure de la séance.", code="same")
    wanted = PlannedDate(start, end)
    report(session.workshop, session.agent, [wanted], without=session)
    if wanted.problem:
        raise ValidationError(wanted.problem, code="start")
    before = session.start
    shift = timezone.localtime(start).date() - timezone.localtime(before).date()
    last = session.registration_until
    with signed_by(by), typed_violations():
        step = session.move_to(
            SessionState.PLANNED, by=by, reason=reason, start=start, end=end,
            registration_until=None if last is None else last + shift,
        )  # fmt: skip
        keep_agenda(by=by, session=session)
        tell_moved(_live(session), session, before=before)
    return step


@transaction.atomic
def cancel(
    *, by: User, session: WorkshopSession, reason: str, following: bool = False
) -> list[WorkshopSession]:
    """The session does not take place, nor those of the workshop that follow when `following`; everybody is told.

    One that is over without having been held is cancelled too, and nobody is told of it.
    Raises PermissionDenied, ValidationError (held or cancelled already).
    """
    _may_manage(by)
    rows = [session]
    if following:
        rows += WorkshopSession.objects.filter(
            workshop=session.workshop_id, state=SessionState.PLANNED, start__gt=session.start
        )
    held = hold(rows)
    if held[0].state != SessionState.PLANNED:
        raise ValidationError("Seule une séance prévue s’annule.", code="state")
    first: SessionMove | None = None
    with signed_by(by), typed_violations():
        for one in held:
            is_coming = one.is_coming
            step = one.move_to(SessionState.CANCELLED, by=by, reason=reason, of_move={"part_of": first})
            first = first or step
            keep_agenda(by=by, session=one)
            if is_coming:
                tell(_live(one), NoticeKind.CANCELLED, one)
    return held


def undoable(session: WorkshopSession) -> SessionMove | None:
    """The last step, as long as undoing it means something: a date that has passed is not announced again."""
    last = session.last_move()
    if last is None:
        return None
    if last.to_state == SessionState.HELD:
        return last
    return last if _former_start(session, last) > timezone.now() else None


def _former_start(session: WorkshopSession, step: SessionMove) -> datetime:
    return step.before_start or session.start


@transaction.atomic
def undo_last(*, by: User, session: WorkshopSession) -> tuple[SessionMove, int]:
    """Take back the last step; sessions cancelled together come back together. The step, and how many came back.

    Those who had been told hear that the session takes place; those who had not, nothing. Attendances go back to what
    they were. Raises PermissionDenied, ValidationError, ConstraintViolation (another session took that time).
    """
    (session,) = hold([session])
    step = undoable(session)
    if step is None:
        raise ValidationError("Il n’y a pas d’étape à annuler.", code="nothing")
    right = "workshops.attendance" if step.to_state == SessionState.HELD else "workshops.manage"
    if not by.has_perm(right):
        raise PermissionDenied
    with signed_by(by), typed_violations():
        if step.to_state == SessionState.HELD:
            session.undo(step, by=by)
            restore_marks(session, step.marks)
            return step, 1
        together = hold([row.session for row in _together(step)])
        steps = [(one, undoable(one)) for one in together]
        done = [(one, last) for one, last in steps if last is not None and last.is_of_act(step)]
        for one, last in done:
            _bring_back(by, one, last)
    return step, len(done)


def _together(step: SessionMove) -> Iterable[SessionMove]:
    """The steps of one act: a series cancelled at once."""
    lead = step.part_of_id or step.pk
    rows = SessionMove.objects.filter(pk=lead) | SessionMove.objects.filter(part_of=lead)
    return rows.standing().select_related("session")


def _bring_back(by: User, session: WorkshopSession, step: SessionMove) -> None:
    moved_to = session.start
    session.undo(step, by=by)
    keep_agenda(by=by, session=session)
    if step.to_state == SessionState.CANCELLED:
        take_back_cancellation(_live(session), session)
    else:
        take_back_move(_live(session), session, before=moved_to)
    fill(session)


def together_with(step: SessionMove) -> int:
    """How many sessions undoing this step brings back."""
    return sum(1 for _ in _together(step))


def _may_manage(by: User) -> None:
    if not by.has_perm("workshops.manage"):
        raise PermissionDenied


def agenda_remarks(session: WorkshopSession, start: datetime, end: datetime) -> Sequence[str]:
    """What to know before the session is moved there."""
    wanted = PlannedDate(start, end)
    report(session.workshop, session.agent, [wanted], without=session)
    return wanted.remarks
