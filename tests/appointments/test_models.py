"""What the database refuses, whoever writes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from appointments.enums import Category, Status
from appointments.models import Appointment, Reason
from appointments.reference import REASONS
from cias.core.db import ConstraintViolation, typed_violations
from cias.core.states import ForbiddenTransition
from cias.territory.models import Weekday
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    PresenceFactory,
    ReasonFactory,
    RoomFactory,
)

pytestmark = pytest.mark.django_db

TEN = datetime(2026, 11, 24, 9, tzinfo=UTC)


def refused(name: str):
    return pytest.raises(ConstraintViolation, check=lambda error: error.name == name)


def test_an_agent_meets_one_household_at_a_time(claire, mehdi):
    AppointmentFactory(agent=claire, start=TEN)
    with refused("appointments_attendance_agent_once"), typed_violations():
        AppointmentFactory(agent=claire, start=TEN + timedelta(minutes=15))
    AppointmentFactory(agent=claire, start=TEN + timedelta(minutes=30))
    AppointmentFactory(agent=mehdi, start=TEN)


def test_the_buffer_after_an_appointment_is_taken_time_too(claire):
    AppointmentFactory(agent=claire, start=TEN, busy_until=TEN + timedelta(minutes=45))
    with refused("appointments_attendance_agent_once"), typed_violations():
        AppointmentFactory(agent=claire, start=TEN + timedelta(minutes=30))


def test_a_room_holds_one_appointment_at_a_time(claire, mehdi):
    room = RoomFactory()
    AppointmentFactory(agent=claire, room=room, start=TEN)
    with refused("appointments_appointment_room_once"), typed_violations():
        AppointmentFactory(agent=mehdi, room=room, start=TEN)


@pytest.mark.parametrize("trait", ["honoured", "missed"])
def test_honoured_and_missed_appointments_keep_their_time(claire, trait):
    AppointmentFactory(agent=claire, start=TEN, **{trait: True})
    with refused("appointments_attendance_agent_once"), typed_violations():
        AppointmentFactory(agent=claire, start=TEN)


def test_a_cancelled_appointment_frees_its_time(claire):
    AppointmentFactory(agent=claire, start=TEN, cancelled=True)
    AppointmentFactory(agent=claire, start=TEN)


@pytest.mark.parametrize("status", [Status.HONOURED, Status.NO_SHOW])
def test_an_appointment_to_come_can_be_neither_honoured_nor_missed(status):
    with refused("appointments_appointment_not_before_time"), typed_violations():
        AppointmentFactory(start=TEN, status=status, status_at=TEN - timedelta(minutes=1))


def test_somebody_who_arrived_is_not_absent():
    with refused("appointments_appointment_absent_not_received"), typed_violations():
        AppointmentFactory(missed=True, waiting=True)


def test_a_state_other_than_planned_carries_its_date():
    with refused("appointments_appointment_status_dated"), typed_violations():
        AppointmentFactory(status=Status.CANCELLED_BY_SERVICE)


def test_an_appointment_is_for_somebody():
    AppointmentFactory(unknown_caller=True)
    with refused("appointments_appointment_who"), typed_violations():
        AppointmentFactory(household=None)


@pytest.mark.parametrize("minutes", [0, 481])
def test_an_appointment_lasts_up_to_eight_hours(minutes):
    with refused("appointments_appointment_order"), typed_violations():
        AppointmentFactory(minutes=minutes)


def test_what_has_happened_is_not_moved_to_another_state():
    appointment = AppointmentFactory(honoured=True)
    with pytest.raises(ForbiddenTransition, match="« Honoré » à « Absence non excusée »"):
        appointment.set_status(Status.NO_SHOW, at=appointment.end)


def test_an_agent_is_present_once_at_a_time(claire):
    PresenceFactory(agent=claire, starts_at=time(9), ends_at=time(12))
    PresenceFactory(agent=claire, starts_at=time(12), ends_at=time(17), valid_until=date(2026, 6, 30))
    PresenceFactory(agent=claire, starts_at=time(12), ends_at=time(17), valid_from=date(2026, 7, 1))
    with refused("appointments_presence_no_overlap"), typed_violations():
        PresenceFactory(agent=claire, starts_at=time(11, 30), ends_at=time(13))


def test_a_change_replaces_one_day_and_may_overlap_the_usual_hours(claire):
    PresenceFactory(agent=claire)
    monday = date(2026, 11, 23)
    PresenceFactory(agent=claire, replaces=True, valid_from=monday, valid_until=monday)
    with refused("appointments_presence_one_day"), typed_violations():
        PresenceFactory(
            agent=claire, weekday=Weekday.TUESDAY, replaces=True, valid_from=monday, valid_until=monday
        )


def test_an_absence_ends_after_it_began(claire):
    with refused("appointments_absence_order"), typed_violations():
        AbsenceFactory(agent=claire, end=datetime(2026, 11, 24, 8, tzinfo=UTC))


def test_only_the_category_interview_is_private():
    ReasonFactory(psychologist=True)
    with refused("appointments_reason_private"), typed_violations():
        ReasonFactory(private=True, category=Category.RIGHTS)


def test_the_usual_reasons_are_there_and_reception_has_one_per_category():
    assert Reason.objects.count() == len(REASONS)
    desk = Reason.objects.at_desk()
    assert sorted(reason.category for reason in desk) == sorted(Category.values)
    assert {reason.domain for reason in desk} == {"logement", "droits", "insertion", "energie", ""}


def test_who_comes_is_the_person_or_the_household_or_the_name_given():
    assert AppointmentFactory(unknown_caller=True).who == "Soizic Kerbrat"
    appointment = AppointmentFactory(household__name="Da Silva – Kerbrat")
    assert appointment.who == "Da Silva – Kerbrat"


def test_each_role_sees_its_appointments(nadege, claire, hugo, isabelle, francoise, armelle):
    AppointmentFactory(agent=claire)
    with_hugo = AppointmentFactory(agent=hugo)
    for user in (nadege, claire, isabelle):
        assert Appointment.objects.for_user(user).count() == 2
    assert list(Appointment.objects.for_user(hugo)) == [with_hugo]
    for user in (francoise, armelle):
        assert not Appointment.objects.for_user(user).exists()
