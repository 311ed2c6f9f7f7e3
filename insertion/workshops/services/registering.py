"""Seats: given under a lock, in the order in which people asked, never more than there are (I6)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from appointments.enums import SENT_CHANNELS, ReminderChannel
from appointments.models import Appointment
from appointments.services.consents import address_of, give_consent, live_consents
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core import french
from cias.core.db import typed_violations
from households.models import Household, Person
from households.models.files import on_day
from insertion.models import WorkshopRegistration, WorkshopSession
from insertion.workshops.enums import NoticeKind, RegistrationState, SessionState
from insertion.workshops.services.notices import drop, tell


class Busy(ValidationError):
    """The person is expected elsewhere at that time: somebody has to accept it."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences), code="busy")


@dataclass(frozen=True, kw_only=True)
class Attendee:
    """Who comes: a member of a household, or somebody without a file, by the name they give."""

    person: Person | None = None
    household: Household | None = None
    name: str = ""
    phone: str = ""

    @property
    def who(self) -> str:
        return self.person.full_name if self.person is not None else self.name


def hold(sessions: Iterable[WorkshopSession]) -> list[WorkshopSession]:
    """The sessions as they stand now, locked until the end of the transaction, in order of time.

    All lock in the order of their keys, so that no two transactions wait for each other.
    """
    keys = {session.pk for session in sessions}
    list(WorkshopSession.objects.filter(pk__in=keys).select_for_update().order_by("pk").values("pk"))
    rows = WorkshopSession.objects.filter(pk__in=keys).select_related("workshop", "agent", "absence")
    return list(rows.order_by("start", "pk"))


@transaction.atomic
def register(
    *,
    by: User,
    sessions: Sequence[WorkshopSession],
    who: Attendee,
    channel: str = "",
    consent: str = "",
    accepts_busy: bool = False,
) -> list[WorkshopRegistration]:
    """Register for one or several sessions: a seat in each as long as there is one, else a rank on its waiting list.

    `channel`: how to tell them of a change; e-mail and SMS need a consent, given now (`consent`: how) or before.
    Left empty: what they agreed to before, else the telephone. All sessions or none.
    Raises PermissionDenied, Busy unless `accepts_busy`, ValidationError (registered already, registration over, no
    member of the household, no address for the channel), ConstraintViolation.
    """
    if not by.has_perm("workshops.register"):
        raise PermissionDenied
    held = hold(sessions)
    if not held:
        raise ValidationError({"sessions": "Choisissez au moins une séance."})
    _check_who(who)
    for session in held:
        if not session.is_open:
            day = french.date_short(session.start)
            raise ValidationError(f"On ne peut plus s’inscrire à la séance du {day}.", code="closed")
    if who.person is not None:
        _refuse_twice(who.person, held)
        if not accepts_busy and (sentences := list(_expected_elsewhere(who, held))):
            raise Busy(sentences)
    with signed_by(by), typed_violations():
        channel = _agreed_channel(by, who.person, channel, consent)
        return [_add(by, session, who, channel) for session in held]


def _check_who(who: Attendee) -> None:
    if who.person is None:
        if not who.name.strip():
            raise ValidationError({"name": "Donnez le nom de la personne."})
        return
    if who.household is None or who.household.closed_on is not None:
        raise ValidationError("Son dossier est clos\u00a0: rouvrez-le, ou inscrivez-la sans dossier.")
    if not who.household.memberships.filter(on_day(timezone.localdate()), person=who.person).exists():
        raise ValidationError({"person": "Cette personne ne fait pas partie du ménage."})


def _refuse_twice(person: Person, sessions: Sequence[WorkshopSession]) -> None:
    # Locking the person makes two registrations of theirs, at once in two sessions, see each other.
    Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
    known = WorkshopRegistration.objects.live().filter(session__in=sessions, person=person)
    if (other := known.select_related("session").first()) is not None:
        state = "déjà en liste d’attente" if other.state == RegistrationState.WAITING else "déjà inscrite"
        raise ValidationError(
            f"{person.full_name} est {state} le {french.day_and_time(other.session.start)}.", code="twice"
        )


def _expected_elsewhere(who: Attendee, sessions: Sequence[WorkshopSession]) -> Iterator[str]:
    """What the person has at the same time; of another protected file, nothing is said."""
    for session in sessions:
        booked = Appointment.objects.occupying().overlapping(session.start, session.end)
        booked = booked.filter(Q(person=who.person) | Q(person=None, household=who.household))
        booked = booked.exclude(~Q(household=who.household), household__is_protected=True)
        for row in booked.order_by("start"):
            yield (
                f"{who.who} a déjà rendez-vous le {french.date_long(row.start)}, de {french.time_fr(row.start)} "
                f"à {french.time_fr(row.end)}."
            )
        others = WorkshopRegistration.objects.registered().filter(
            person=who.person, session__state=SessionState.PLANNED, session__start__lt=session.end,
            session__end__gt=session.start,
        )  # fmt: skip
        for other in others.exclude(session=session).select_related("session__workshop"):
            yield (
                f"{who.who} est déjà inscrite à «\u00a0{other.session.workshop}\u00a0» le "
                f"{french.day_and_time(other.session.start)}."
            )


def preferred_channel(person: Person) -> str:
    """What the person agreed to and can be reached by; else the telephone."""
    agreed = (
        code
        for code in SENT_CHANNELS
        if address_of(person, code) and live_consents(code).filter(person=person).exists()
    )
    return next(agreed, ReminderChannel.PHONE.value)


def _agreed_channel(by: User, person: Person | None, channel: str, consent: str) -> str:
    if person is None:
        if channel in SENT_CHANNELS:
            raise ValidationError({"channel": "Sans dossier, on prévient par téléphone."})
        return channel or ReminderChannel.PHONE
    if not channel:
        return preferred_channel(person)
    if channel in SENT_CHANNELS:
        if not address_of(person, channel):
            missing = "d’adresse e-mail" if channel == ReminderChannel.EMAIL else "de numéro de mobile"
            raise ValidationError({"channel": f"{person.full_name} n’a pas {missing} dans son dossier."})
        if not live_consents(channel).filter(person=person).exists():
            if not consent:
                raise ValidationError({"consent": "Notez comment la personne a donné son accord."})
            give_consent(by=by, person=person, channel=channel, means=consent)
    return channel


def _add(by: User, session: WorkshopSession, who: Attendee, channel: str) -> WorkshopRegistration:
    """At the end of the line; then the seats that are free go to those who have waited longest."""
    registration = WorkshopRegistration.objects.create(
        session=session, person=who.person, household=who.household, name=who.name.strip(), phone=who.phone,
        number=next_number(session), state=RegistrationState.WAITING, channel=channel, registered_by=by,
    )  # fmt: skip
    fill(session, silent={registration.pk})
    registration.refresh_from_db()
    return registration


def next_number(session: WorkshopSession) -> int:
    return (session.registrations.aggregate(last=Max("number"))["last"] or 0) + 1


def fill(session: WorkshopSession, *, silent: Collection[UUID] = ()) -> None:
    """Give the free seats of a session to come, which the caller has locked, in the order of the waiting list.

    Those who had to wait are to be told, except `silent`: they are in front of somebody who tells them.
    """
    if not session.is_coming:
        return
    taken = set(session.registrations.filter(seat__isnull=False).values_list("seat", flat=True))
    free = [seat for seat in range(1, session.seats + 1) if seat not in taken]
    for registration, seat in zip(session.registrations.waiting()[: len(free)], free, strict=False):
        registration.state, registration.seat = RegistrationState.REGISTERED, seat
        registration.save(update_fields=["state", "seat"])
        if registration.pk not in silent:
            tell([registration], NoticeKind.PROMOTED, session)


@transaction.atomic
def withdraw(*, by: User, registration: WorkshopRegistration, following: bool = False) -> int:
    """The person does not come: the seat goes to the first who waits. How many sessions they have left.

    `following`: the workshop's later sessions too. Raises PermissionDenied, ValidationError (begun, withdrawn).
    """
    if not by.has_perm("workshops.register"):
        raise PermissionDenied
    rows = WorkshopRegistration.objects.live().filter(pk=registration.pk)
    if following and registration.person_id is not None:
        rows = rows | WorkshopRegistration.objects.live().filter(
            person=registration.person_id,
            session__workshop=registration.session.workshop_id,
            session__start__gt=registration.session.start,
        )
    sessions = {
        session.pk: session
        for session in hold([row.session for row in rows.select_related("session")])
        if session.is_coming
    }
    found = list(rows.filter(session__in=sessions).order_by("session", "number"))
    if not found:
        raise ValidationError("Cette inscription est close\u00a0: rien n’est à retirer.", code="closed")
    with signed_by(by), typed_violations():
        drop(found)
        for row in found:
            row.state, row.seat, row.withdrawn_at = RegistrationState.WITHDRAWN, None, timezone.now()
            row.save(update_fields=["state", "seat", "withdrawn_at"])
            fill(sessions[row.session_id])
    return len(found)


@transaction.atomic
def restore_registration(*, by: User, registration: WorkshopRegistration) -> WorkshopRegistration:
    """The person comes after all: their former rank, and a seat if one is free.

    Raises PermissionDenied, ValidationError (not withdrawn, begun), ConstraintViolation (registered again meanwhile).
    """
    if not by.has_perm("workshops.register"):
        raise PermissionDenied
    (session,) = hold([registration.session])
    registration.refresh_from_db()
    if registration.state != RegistrationState.WITHDRAWN or not session.is_coming:
        raise ValidationError("Il n’y a pas de désinscription à annuler.", code="nothing")
    registration.state, registration.withdrawn_at = RegistrationState.WAITING, None
    with signed_by(by), typed_violations():
        registration.save(update_fields=["state", "withdrawn_at"])
        fill(session, silent={registration.pk})
    registration.refresh_from_db()
    return registration
