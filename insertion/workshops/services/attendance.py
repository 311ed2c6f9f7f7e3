"""Who came: one mark for each registered person, those who came without registering, all undone at once (I6)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from insertion.models import SessionMove, WorkshopRegistration, WorkshopSession
from insertion.workshops.enums import Attendance, RegistrationState, SessionState
from insertion.workshops.services.notices import drop
from insertion.workshops.services.registering import Attendee, hold, next_number

# What a correction may change of a registration, and its undoing puts back.
KEPT = ("state", "seat", "attendance", "is_walk_in")


@transaction.atomic
def record_attendance(
    *,
    by: User,
    session: WorkshopSession,
    marks: Mapping[UUID, str],
    walk_ins: Sequence[Attendee] = (),
) -> SessionMove:
    """The attendance sheet: `marks` by key of registration, for all who had a seat; the session has been held.

    Somebody who waited and was let in is marked present: they came without a seat. Recording again corrects.
    Raises PermissionDenied, ValidationError (not begun, cancelled, somebody unmarked, a walk-in registered already),
    ConstraintViolation.
    """
    if not by.has_perm("workshops.attendance"):
        raise PermissionDenied
    (session,) = hold([session])
    if not session.awaits_attendance:
        raise ValidationError("Les présences se notent quand la séance a commencé.", code="not_begun")
    rows = list(session.registrations.live().select_related("person").order_by("number"))
    before = {str(row.pk): [getattr(row, name) for name in KEPT] for row in rows}
    missing = [row for row in rows if row.state == RegistrationState.REGISTERED and not marks.get(row.pk)]
    if missing:
        raise ValidationError("Dites pour chaque personne inscrite si elle est venue.", code="missing")
    _refuse_known(rows, walk_ins)
    with signed_by(by), typed_violations():
        drop(rows)
        for row in rows:
            _mark(row, marks.get(row.pk, ""))
        for who in walk_ins:
            _let_in(by, session, who)
        return session.move_to(SessionState.HELD, by=by, of_move={"marks": before})


def _refuse_known(rows: Sequence[WorkshopRegistration], walk_ins: Sequence[Attendee]) -> None:
    known = {row.person_id for row in rows if row.person_id is not None}
    for who in walk_ins:
        if who.person is not None and who.person.pk in known:
            raise ValidationError(f"{who.who} est déjà dans la liste\u00a0: notez sa présence.", code="twice")


def _mark(row: WorkshopRegistration, mark: str) -> None:
    if row.state == RegistrationState.WAITING:
        if mark != Attendance.PRESENT:
            return
        row.state, row.is_walk_in = RegistrationState.REGISTERED, True
    row.attendance = mark
    row.save(update_fields=["state", "is_walk_in", "attendance"])


def _let_in(by: User, session: WorkshopSession, who: Attendee) -> None:
    WorkshopRegistration.objects.create(
        session=session, person=who.person, household=who.household, name=who.name.strip(), phone=who.phone,
        number=next_number(session), state=RegistrationState.REGISTERED, is_walk_in=True,
        attendance=Attendance.PRESENT, registered_by=by,
    )  # fmt: skip


def restore_marks(session: WorkshopSession, before: Mapping[str, Sequence[Any]]) -> None:
    """Each registration as it was before the sheet was recorded; who came without registering leaves it."""
    for row in session.registrations.live():
        values = before.get(str(row.pk))
        if values is None:
            row.delete()
            continue
        for name, value in zip(KEPT, values, strict=True):
            setattr(row, name, value)
        row.save(update_fields=KEPT)
