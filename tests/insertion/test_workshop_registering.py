"""Seats, the waiting list and what people are told (I6)."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from appointments.models import ReminderConsent
from cias.core.db import ConstraintViolation, typed_violations
from households.models import Membership
from insertion.models import WorkshopNotice, WorkshopRegistration
from insertion.workshops import services
from insertion.workshops.enums import NoticeKind, NoticeState, RegistrationState
from tests.factories import (
    AppointmentFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    ReminderConsentFactory,
    UserFactory,
    WorkshopFactory,
    WorkshopRegistrationFactory,
    WorkshopSessionFactory,
)

pytestmark = pytest.mark.django_db
R, W, OUT = RegistrationState.REGISTERED, RegistrationState.WAITING, RegistrationState.WITHDRAWN


def member(**person) -> services.Attendee:
    row = MembershipFactory(person=PersonFactory(**person))
    return services.Attendee(person=row.person, household=row.household)


def enrol(session, by, who=None, **more) -> WorkshopRegistration:
    return services.register(by=by, sessions=[session], who=who or member(), **more)[0]


def test_seats_then_ranks_in_the_order_of_asking(nadege) -> None:
    session = WorkshopSessionFactory(seats=2)
    rows = [enrol(session, nadege) for _ in range(4)]
    assert [(row.state, row.seat, row.number) for row in rows] == [
        (R, 1, 1),
        (R, 2, 2),
        (W, None, 3),
        (W, None, 4),
    ]
    assert not WorkshopNotice.objects.exists()


def test_a_seat_that_frees_goes_to_who_waited_longest_who_is_to_be_told(nadege) -> None:
    session = WorkshopSessionFactory(seats=1)
    first, second, third = (enrol(session, nadege) for _ in range(3))
    assert services.withdraw(by=nadege, registration=first) == 1
    for row in (first, second, third):
        row.refresh_from_db()
    assert (first.state, second.state, third.state) == (OUT, R, W)
    notice = WorkshopNotice.objects.get()
    assert (notice.registration, notice.kind, notice.state) == (
        second,
        NoticeKind.PROMOTED,
        NoticeState.TO_TELL,
    )
    # Back after all: her rank is the first, but the seat has been given.
    back = services.restore_registration(by=nadege, registration=first)
    assert (back.state, back.number) == (W, 1)
    services.withdraw(by=nadege, registration=second)
    assert not notice.registration.notices.filter(state=NoticeState.TO_TELL).exists()
    back.refresh_from_db()
    assert (back.state, back.seat) == (R, 1)


def test_more_seats_go_to_those_who_wait_and_fewer_are_refused_below_the_registered(claire, nadege) -> None:
    session = WorkshopSessionFactory(seats=2, agent=claire)
    rows = [enrol(session, nadege) for _ in range(4)]
    values = {"topic": "", "agent": claire, "seats": 3, "registration_until": None}
    services.change_session(by=claire, session=session, values=values)
    assert [WorkshopRegistration.objects.get(pk=row.pk).seat for row in rows] == [1, 2, 3, None]
    with pytest.raises(ValidationError, match="désinscrivez-en"):
        services.change_session(by=claire, session=session, values=values | {"seats": 2})
    services.withdraw(by=nadege, registration=rows[3])
    services.withdraw(by=nadege, registration=rows[0])
    services.change_session(by=claire, session=session, values=values | {"seats": 2})
    assert sorted(session.registrations.filter(state=R).values_list("seat", flat=True)) == [1, 2]


def test_nobody_is_registered_twice(nadege) -> None:
    session, who = WorkshopSessionFactory(), member()
    enrol(session, nadege, who)
    with pytest.raises(ValidationError, match="déjà inscrite"):
        enrol(session, nadege, who)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"start": timezone.now() - timedelta(hours=1)}, "plus s’inscrire"),
        ({"registration_until": timezone.localdate() - timedelta(days=1)}, "plus s’inscrire"),
        ({"state": "cancelled"}, "plus s’inscrire"),
    ],
)
def test_registration_closes(nadege, change, why) -> None:
    session = WorkshopSessionFactory(**change)
    with pytest.raises(ValidationError, match=why):
        enrol(session, nadege)


def test_the_last_day_to_register_is_included(nadege) -> None:
    assert enrol(WorkshopSessionFactory(registration_until=timezone.localdate()), nadege).state == R


def test_who_is_expected_elsewhere_is_said_then_accepted(nadege) -> None:
    session, who = WorkshopSessionFactory(), member()
    AppointmentFactory(
        person=who.person,
        household=who.household,
        start=session.start,
        end=session.start + timedelta(minutes=30),
    )
    with pytest.raises(services.Busy, match="a déjà rendez-vous"):
        enrol(session, nadege, who)
    assert enrol(session, nadege, who, accepts_busy=True).state == R
    same_time = WorkshopSessionFactory(start=session.start + timedelta(minutes=30))
    with pytest.raises(services.Busy, match="déjà inscrite à"):
        enrol(same_time, nadege, who)


def test_an_appointment_of_a_protected_file_is_not_told_elsewhere(nadege) -> None:
    session, who = WorkshopSessionFactory(), member()
    hidden = HouseholdFactory(is_protected=True)
    AppointmentFactory(
        person=who.person, household=hidden, start=session.start, end=session.start + timedelta(minutes=30)
    )
    assert enrol(session, nadege, who).state == R


def test_a_cycle_is_all_its_sessions_or_none(nadege) -> None:
    workshop = WorkshopFactory(is_cycle=True)
    now = timezone.now()
    sessions = [WorkshopSessionFactory(workshop=workshop, start=now + timedelta(days=n)) for n in (7, 14, 21)]
    who = member()
    made = services.register(by=nadege, sessions=sessions, who=who)
    assert [row.state for row in made] == [R, R, R]
    assert services.withdraw(by=nadege, registration=made[1], following=True) == 2
    assert Counter(WorkshopRegistration.objects.values_list("state", flat=True)) == {R: 1, OUT: 2}
    sessions[2].state = "cancelled"
    sessions[2].save()
    with pytest.raises(ValidationError, match="plus s’inscrire"):
        services.register(by=nadege, sessions=sessions, who=member())
    assert WorkshopRegistration.objects.count() == 3


def test_somebody_without_a_file_gives_a_name(nadege) -> None:
    session = WorkshopSessionFactory()
    row = enrol(session, nadege, services.Attendee(name=" Mme Petit ", phone="+33612345678"))
    assert (row.who, row.call, row.channel) == ("Mme Petit", "+33612345678", "phone")
    with pytest.raises(ValidationError, match="Donnez le nom"):
        enrol(session, nadege, services.Attendee(name=" "))
    with pytest.raises(ValidationError, match="par téléphone"):
        enrol(session, nadege, services.Attendee(name="M. Roy"), channel="email")


def test_a_former_member_and_a_closed_file_are_refused(nadege) -> None:
    who = member()
    Membership.objects.filter(person=who.person).update(end=timezone.localdate() - timedelta(days=1))
    with pytest.raises(ValidationError, match="ne fait pas partie"):
        enrol(WorkshopSessionFactory(), nadege, who)
    who = member()
    who.household.closed_on = timezone.localdate()
    with pytest.raises(ValidationError, match="clos"):
        enrol(WorkshopSessionFactory(), nadege, who)


def test_email_and_sms_need_an_address_and_a_consent(nadege) -> None:
    session = WorkshopSessionFactory()
    with pytest.raises(ValidationError, match="adresse e-mail"):
        enrol(session, nadege, member(email=""), channel="email")
    who = member(email="a@exemple.test")
    with pytest.raises(ValidationError, match="accord"):
        enrol(session, nadege, who, channel="email")
    assert enrol(session, nadege, who, channel="email", consent="desk").channel == "email"
    consent = ReminderConsent.objects.get()
    assert (consent.person, consent.channel, consent.means, consent.recorded_by) == (
        who.person,
        "email",
        "desk",
        nadege,
    )
    # What was agreed to before serves without asking again.
    assert enrol(WorkshopSessionFactory(), nadege, who, accepts_busy=True).channel == "email"
    other = member(email="b@exemple.test")
    ReminderConsentFactory(person=other.person, channel="email", withdrawn_on=timezone.localdate())
    assert enrol(session, nadege, other).channel == "phone"


def test_only_reception_and_social_work_register(isabelle, hugo, francoise, armelle, david) -> None:
    session = WorkshopSessionFactory()
    for user in (isabelle, hugo, francoise, armelle, david):
        with pytest.raises(PermissionDenied):
            enrol(session, user)
    row = WorkshopRegistrationFactory(session=session)
    with pytest.raises(PermissionDenied):
        services.withdraw(by=isabelle, registration=row)


def test_the_database_refuses_a_seat_given_twice(nadege) -> None:
    row = WorkshopRegistrationFactory(seat=3)
    with pytest.raises(ConstraintViolation, match="Cette place vient d’être prise"), typed_violations():
        WorkshopRegistrationFactory(session=row.session, number=9, seat=3, registered_by=UserFactory())
