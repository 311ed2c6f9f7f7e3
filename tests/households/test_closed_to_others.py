"""What stands behind the pages: services and rows that leave a file out for who may not enter it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from appointments.call import home_of
from appointments.models import Appointment
from appointments.views.attach import _chosen
from cias.accounts.models import User
from cias.core.db import ConstraintViolation
from cias.lists.definition import Ask
from households.enums import Custody, NoteLevel, ProtectionReason
from households.listing.filters import _interviewed
from households.models import Document, Household, Letter, Task
from households.services import TaskData, add_member, create_task, protect_household
from households.services.documents import _readable_twin
from tests.factories import (
    AppointmentFactory,
    DocumentFactory,
    HouseholdFactory,
    LetterFactory,
    MembershipFactory,
    NoteFactory,
    ReminderFactory,
    StayFactory,
)

pytestmark = pytest.mark.django_db


def protect(household: Household, by: User) -> None:
    protect_household(by=by, household=household, reason=ProtectionReason.ELECTED, agents=[by])


def test_a_draft_of_a_file_closed_since_waits_no_longer(claire, mehdi) -> None:
    draft = LetterFactory(author=mehdi)
    assert list(Letter.objects.drafts_of(mehdi)) == [draft]
    protect(draft.household, by=claire)
    assert not Letter.objects.drafts_of(mehdi).exists()


def test_no_task_is_given_to_who_may_not_enter_the_file(claire, mehdi) -> None:
    household = HouseholdFactory()
    protect(household, by=claire)
    data = TaskData(title="Rappeler", due_on=timezone.localdate(), agent=mehdi, household=household)
    with pytest.raises(ValidationError, match="n’a pas accès"):
        create_task(by=claire, data=data)
    assert not Task.objects.exists()


def test_who_only_adds_documents_takes_none_back_from_a_closed_file(claire, nadege) -> None:
    document = DocumentFactory(author=nadege)
    assert list(Document.objects.retirable_by(nadege)) == [document]
    protect(document.household, by=claire)
    assert not Document.objects.retirable_by(nadege).exists()


def test_the_twin_of_a_document_is_told_to_who_reads_it(claire, mehdi) -> None:
    document = DocumentFactory(author=claire, level=NoteLevel.PERSONAL)
    marks = [document.fingerprint]
    assert _readable_twin(claire, document.household, marks) == document
    assert _readable_twin(mehdi, document.household, marks) is None


def test_nobody_is_made_to_leave_a_closed_file(claire, mehdi) -> None:
    previous = MembershipFactory()
    protect(previous.household, by=claire)
    with pytest.raises(ConstraintViolation):
        add_member(
            by=mehdi, household=HouseholdFactory(), person=previous.person, start=timezone.localdate(),
            leaves_previous=True,
        )  # fmt: skip
    previous.refresh_from_db()
    assert previous.end is None


def test_a_caller_s_home_is_one_that_the_agent_may_know_of(claire, mehdi) -> None:
    known = MembershipFactory(custody=Custody.ALTERNATE)
    latest = MembershipFactory(
        person=known.person, custody=Custody.ALTERNATE, start=known.start + timedelta(days=30)
    )
    protect(latest.household, by=claire)
    assert home_of(known.person, claire) == latest.household
    assert home_of(known.person, mehdi) == known.household


def test_an_appointment_is_not_attached_to_who_now_lives_in_a_closed_file(claire, mehdi) -> None:
    today = timezone.localdate()
    former = MembershipFactory(end=today - timedelta(days=10))
    now = MembershipFactory(person=former.person, start=today - timedelta(days=9))
    protect(now.household, by=claire)
    assert _chosen(claire, str(former.person_id)) is not None
    assert _chosen(mehdi, str(former.person_id)) is None


def test_a_reminder_that_failed_names_nobody_of_a_closed_file(login, claire, nadege) -> None:
    member = MembershipFactory()
    start = timezone.now() + timedelta(days=2)
    appointment = AppointmentFactory(
        agent=claire, household=member.household, person=member.person, start=start
    )
    ReminderFactory(appointment=appointment, failed=True)
    client, page = login(nadege), reverse("appointments:reminder_failures")
    assert member.person.full_name in client.get(page).content.decode()
    protect(member.household, by=claire)
    assert member.person.full_name not in client.get(page).content.decode()


def test_the_plan_of_places_names_no_closed_file(login, claire, mehdi) -> None:
    today = timezone.localdate()
    stay = StayFactory(
        household__name="Kervella", start=today - timedelta(days=9), planned_end=today + timedelta(days=60)
    )
    protect(stay.household, by=claire)
    page = reverse("housing:occupancy")
    assert "Kervella" in login(claire).get(page).content.decode()
    assert "Kervella" not in login(mehdi).get(page).content.decode()


def test_who_lives_in_a_closed_file_is_not_chosen_from_an_identifier(login, claire, mehdi) -> None:
    member, other = MembershipFactory(), HouseholdFactory()
    protect(member.household, by=claire)
    page, chosen = reverse("households:member_add", args=[other.pk]), {"person": str(member.person_id)}
    assert login(claire).post(page, chosen).status_code == 302
    assert login(mehdi).post(page, chosen).status_code == 404


def test_the_interview_s_note_of_an_appointment_is_told_to_who_reads_it(login, claire, mehdi) -> None:
    note = NoteFactory(author=claire, level=NoteLevel.PERSONAL, text="Canari 4417")
    appointment = AppointmentFactory(agent=claire, household=note.household, note=note)
    page = reverse("appointments:detail", args=[appointment.pk])
    link = str(note.pk)
    assert link in login(claire).get(page).content.decode()
    assert link not in login(mehdi).get(page).content.decode()


def test_households_are_not_listed_by_a_theme_of_notes_one_may_not_read(claire, mehdi) -> None:
    note = NoteFactory(author=claire, level=NoteLevel.PERSONAL, themes=["budget"])
    ask = {reader: Ask(reader, date(2026, 11, 24), {"theme": "budget"}) for reader in (claire, mehdi)}
    rows = Household.objects.all()
    assert list(_interviewed(rows, "budget", ask[claire])) == [note.household]
    assert not _interviewed(rows, "budget", ask[mehdi]).exists()


def test_a_cancelled_appointment_of_a_closed_file_takes_no_time_and_is_not_there(claire, mehdi) -> None:
    appointment = AppointmentFactory(agent=claire, cancelled=True)
    protect(appointment.household, by=claire)
    assert list(Appointment.objects.in_agenda(claire)) == [appointment]
    assert not Appointment.objects.in_agenda(mehdi).exists()
