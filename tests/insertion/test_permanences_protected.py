"""The psychologist's room: nothing of a colleague's, nor of a file closed since."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from cias.accounts.models import User
from insertion.models import LiaisonNote
from insertion.permanences.enums import LiaisonBasis
from insertion.permanences.services.liaison import send
from tests.factories import (
    AppointmentFactory,
    AssignmentFactory,
    HouseholdFactory,
    MembershipFactory,
    ReasonFactory,
    UserFactory,
)
from tests.factories.permanences import CounsellingFactory, CounsellingSessionFactory
from tests.insertion.protection import protect
from tests.insertion.test_permanences_views import NOW, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def lea(db: None) -> User:
    return UserFactory(role="psy", first_name="Léa", last_name="Morin", email="lea@cias.test")


def written(by: User, to: User, counselling) -> LiaisonNote:
    return send(
        by=by, household=counselling.household, person=counselling.person, recipients=[to], text="Un mot.",
        basis=LiaisonBasis.SHARED_SECRET,
    )  # fmt: skip


def test_a_colleague_s_session_of_the_day_is_not_in_mine(login, hugo, lea) -> None:
    session = CounsellingSessionFactory(counselling=CounsellingFactory(psychologist=hugo), on=NOW.date())
    who = session.counselling.person.full_name
    assert who in login(hugo).get(url("sessions")).content.decode()
    assert who not in login(lea).get(url("sessions")).content.decode()


def test_an_appointment_taken_over_says_nothing_of_the_colleague_s_session(login, hugo, lea) -> None:
    """Nobody is named on the appointment: who came is known by the one who opened its note."""
    household = HouseholdFactory(name="Le Goff")
    MembershipFactory(household=household)
    MembershipFactory(household=household, role="partner")
    AssignmentFactory(household=household, agent=lea, role="other")
    appointment = AppointmentFactory(
        agent=hugo, household=household, person=None, reason=ReasonFactory(psychologist=True),
        start=NOW - timedelta(hours=1), end=NOW - timedelta(minutes=15),
    )  # fmt: skip
    counselling = CounsellingFactory(psychologist=hugo, household=household)
    session = CounsellingSessionFactory(
        counselling=counselling, appointment=appointment, on=None, attendance=""
    )
    note = url("session_note", session.pk)
    assert note in login(hugo).get(url("sessions")).content.decode()
    appointment.agent = lea
    appointment.save()
    page = login(lea).get(url("sessions")).content.decode()
    assert "Le Goff" in page
    assert note not in page
    assert counselling.person.full_name not in page
    opened = login(lea).get(url("session_open", appointment.pk))
    assert opened.status_code == 200
    assert note not in opened.content.decode()


def test_a_liaison_note_is_its_author_s_and_its_recipients(login, hugo, lea, claire, mehdi) -> None:
    counselling = CounsellingFactory(psychologist=hugo)
    AssignmentFactory(household=counselling.household, agent=mehdi)
    note = url("liaison", written(hugo, claire, counselling).pk)
    page = url("household", counselling.household_id)
    assert note in login(claire).get(page).content.decode()
    assert note not in login(mehdi).get(page).content.decode()
    theirs = CounsellingFactory(psychologist=lea, household=counselling.household, person=counselling.person)
    assert note in login(hugo).get(url("counselling", counselling.pk)).content.decode()
    assert note not in login(lea).get(url("counselling", theirs.pk)).content.decode()


def test_a_note_received_of_a_file_protected_since_is_no_longer_told(login, hugo, lea, claire) -> None:
    counselling = CounsellingFactory(psychologist=hugo)
    note, client = url("liaison", written(hugo, lea, counselling).pk), login(lea)
    assert note in client.get(url("sessions")).content.decode()
    protect(counselling.household, by=claire)
    page = client.get(url("sessions")).content.decode()
    assert note not in page
    assert counselling.person.full_name not in page


def test_nothing_is_sent_to_who_may_not_enter_the_file(hugo, claire, mehdi) -> None:
    counselling = CounsellingFactory(psychologist=hugo)
    protect(counselling.household, by=mehdi)
    with pytest.raises(ValidationError, match="n’est pas ouvert à"):
        written(hugo, claire, counselling)
    assert not LiaisonNote.objects.exists()
