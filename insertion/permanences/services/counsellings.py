"""Follow-ups and their sessions."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from appointments.models import Appointment
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.deadlines import add_months
from cias.core.states import ForbiddenTransition
from households.models import Household, Person
from households.models.files import on_day
from insertion.models import Counselling, CounsellingSession, SealedDraft, SealedNote, SealedRoomRule
from insertion.permanences.enums import CounsellingEnd


@transaction.atomic
def start(*, by: User, household: Household, person: Person, on: date) -> Counselling:
    """The follow-up of a person, begun if it does not run already. Raises ValidationError for who is no member."""
    # One psychologist's own acts follow one another: two clicks begin one follow-up.
    User.objects.select_for_update().get(pk=by.pk)
    known = Counselling.objects.filter(psychologist=by, person=person).running().first()
    if known is not None:
        return known
    if not household.memberships.filter(person=person).exists():
        raise ValidationError("Cette personne ne fait pas partie du ménage.", code="person")
    with signed_by(by), typed_violations():
        return Counselling.objects.create(psychologist=by, household=household, person=person, started_on=on)


def persons_of(household: Household, day: date) -> list[Person]:
    """Who may be received: the members of that day, the applicant first."""
    rows = household.memberships.filter(on_day(day)).select_related("person").order_by("role", "start", "pk")
    return [row.person for row in rows]


@transaction.atomic
def open_session(*, by: User, appointment: Appointment, person: Person) -> CounsellingSession:
    """The session of one of one's appointments, made if need be. Raises ValidationError."""
    household = appointment.household
    if household is None:
        raise ValidationError("Ce rendez-vous n’est pas encore rattaché à un ménage.", code="person")
    counselling = start(
        by=by, household=household, person=person, on=timezone.localtime(appointment.start).date()
    )
    with signed_by(by), typed_violations():
        session, _made = CounsellingSession.objects.get_or_create(
            counselling=counselling, appointment=appointment
        )
    return session


@transaction.atomic
def add_session(
    *,
    by: User,
    counselling: Counselling,
    on: date,
    attendance: str,
    minutes: int | None = None,
    session: CounsellingSession | None = None,
) -> CounsellingSession:
    """Add a session that had no appointment, or correct one. Raises ValidationError."""
    if on > timezone.localdate():
        raise ValidationError({"on": "Une séance à venir se prend dans l’agenda."})
    if on < counselling.started_on:
        raise ValidationError({"on": f"Ce suivi ne commence que le {counselling.started_on:%d/%m/%Y}."})
    session = session or CounsellingSession(counselling=counselling)
    session.on, session.attendance, session.minutes = on, attendance, minutes
    with signed_by(by), typed_violations():
        session.save()
    return session


@transaction.atomic
def remove_session(*, by: User, session: CounsellingSession) -> None:
    """Take out a session nothing was written in. Raises ForbiddenTransition otherwise."""
    drafts = SealedDraft.objects.filter(author=by, target=session.pk)
    if session.notes.exists() or drafts.exists():
        raise ForbiddenTransition("Cette séance a une note ou un brouillon\u00a0: elle ne se retire plus.")
    with signed_by(by):
        session.delete()


@transaction.atomic
def end(*, by: User, counselling: Counselling, on: date, reason: str) -> Counselling:
    """The follow-up is over; it can be resumed. Raises ValidationError on the field, ForbiddenTransition."""
    counselling = _locked(by, counselling)
    if not counselling.is_running:
        raise ForbiddenTransition("Ce suivi est déjà terminé.")
    if on > timezone.localdate():
        raise ValidationError({"on": "Cette date est dans l’avenir."})
    if on < counselling.started_on:
        raise ValidationError({"on": f"Ce suivi ne commence que le {counselling.started_on:%d/%m/%Y}."})
    counselling.ended_on, counselling.end_reason = on, reason
    with signed_by(by), typed_violations():
        counselling.save()
    return counselling


@transaction.atomic
def resume(*, by: User, counselling: Counselling) -> Counselling:
    """Take the end back. Raises ForbiddenTransition after a handover, or once the notes were destroyed."""
    counselling = _locked(by, counselling)
    if counselling.is_running:
        return counselling
    if counselling.end_reason == CounsellingEnd.HANDED_OVER or counselling.erased_on is not None:
        raise ForbiddenTransition("Ce suivi ne se reprend plus\u00a0: commencez-en un autre.")
    counselling.ended_on, counselling.end_reason = None, ""
    with signed_by(by):
        counselling.save()
    return counselling


def erasable_from(counselling: Counselling) -> date | None:
    """The day the notes have been kept long enough, by the rule in force when the follow-up ended; None if it runs."""
    if counselling.ended_on is None:
        return None
    rule = SealedRoomRule.objects.filter(valid_from__lte=counselling.ended_on).first()
    return add_months(counselling.ended_on, rule.retention_months) if rule else None


@transaction.atomic
def erase_notes(*, by: User, counselling: Counselling) -> int:
    """Destroy every version of every text of a follow-up kept long enough; the sessions stay, as number and dates.

    Returns how many texts there were. Raises ForbiddenTransition before the day.
    """
    counselling = _locked(by, counselling)
    due, today = erasable_from(counselling), timezone.localdate()
    if due is None or due > today:
        raise ForbiddenTransition("La durée de conservation n’est pas écoulée.")
    targets = [counselling.pk, *counselling.sessions.values_list("pk", flat=True)]
    SealedDraft.objects.filter(author=by, target__in=targets).delete()
    count, _detail = SealedNote.objects.filter(counselling=counselling).delete()
    counselling.erased_on = today
    with signed_by(by):
        counselling.save()
    return count


def _locked(by: User, counselling: Counselling) -> Counselling:
    """The row as it is now, locked. Raises ForbiddenTransition once it is another's."""
    held = Counselling.objects.select_for_update().get(pk=counselling.pk)
    if held.psychologist_id != by.pk:
        raise ForbiddenTransition("Ce suivi est passé à une autre psychologue.")
    return held
