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
from cias.core.periods import Period
from cias.core.registry import SummaryRequest
from cias.lists.definition import Ask
from households.caseload import Selection, plan_reassignment
from households.enums import Custody, DocumentState, NoteLevel, ProtectionReason
from households.forms.tasks import TaskForm
from households.listing.filters import _interviewed
from households.models import (
    Document,
    Household,
    Letter,
    Membership,
    Merge,
    TakeOver,
    TakeOverRow,
    Task,
)
from households.register.benefits import Residence, Wanted
from households.registrations.summary import may_read_level, notes_of
from households.services import (
    TaskData,
    add_member,
    assign_referent,
    create_task,
    merge,
    protect_household,
    reassign,
)
from households.services.documents import _readable_twin
from households.takeover.lookalikes import lookalikes, new_person
from households.views.merging import _two_homes
from households.views.takeover_report import _lines
from housing.energy import listing as energy_listing
from housing.lodging import listing as lodging_listing
from housing.models import Stay
from insertion import listing as insertion_listing
from tests.factories import (
    AppointmentFactory,
    AssignmentFactory,
    DocumentFactory,
    EnergyFileFactory,
    HouseholdFactory,
    LetterFactory,
    MembershipFactory,
    NoteFactory,
    OrientationFactory,
    ReminderFactory,
    StayFactory,
    TaskFactory,
    UserFactory,
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


def test_a_task_is_not_about_a_file_known_by_its_number_alone(claire, mehdi) -> None:
    household = HouseholdFactory()
    protect(household, by=claire)
    asked = {"number": household.number}
    mine, theirs = (TaskForm(asked, user=user, writes_detail=False) for user in (claire, mehdi))
    assert "number" not in mine.errors
    assert theirs.has_error("number", "unknown")


def test_a_task_given_of_a_file_closed_since_is_no_longer_listed(login, claire, mehdi) -> None:
    task = TaskFactory(title="Canari 5162", agent=claire, created_by=mehdi, household=HouseholdFactory())
    page = reverse("households:tasks_given")
    assert "Canari 5162" in login(mehdi).get(page).content.decode()
    protect(task.household, by=claire)
    assert "Canari 5162" not in login(mehdi).get(page).content.decode()


def test_files_change_hands_among_those_one_may_know_of(claire, mehdi, hugo) -> None:
    HouseholdFactory(opened_on=date(2026, 1, 5))
    nobody, today = Selection(targets=(mehdi,), nobody=True), date(2026, 11, 24)
    assert len(plan_reassignment(claire, nobody, today).moves) == 1
    assert not plan_reassignment(hugo, nobody, today).moves


def test_a_batch_taken_back_does_not_number_a_file_closed_since(login, claire, mehdi, isabelle) -> None:
    today = timezone.localdate()
    households = [AssignmentFactory(agent=claire).household for _ in range(2)]
    selection = Selection(targets=(mehdi,), referent=claire)
    digest = plan_reassignment(isabelle, selection, today).digest
    batch = reassign(by=isabelle, selection=selection, digest=digest, note="Départ.")
    for household in households:
        assign_referent(by=isabelle, household=household, agent=UserFactory(), on=today)
    protect(households[1], by=claire)
    page = reverse("households:batch", args=[batch.pk])
    said = login(isabelle).post(page, follow=True).content.decode()
    assert households[0].number in said
    assert households[1].number not in said


def test_the_versions_of_a_document_are_those_one_reads(login, claire, mehdi) -> None:
    former = DocumentFactory(author=claire, level=NoteLevel.PERSONAL, state=DocumentState.REPLACED)
    latest = DocumentFactory(household=former.household, author=claire, series=former.series, version=2)
    page = reverse("households:document", args=[latest.pk])
    versions = {user: list(login(user).get(page).context["versions"]) for user in (claire, mehdi)}
    assert versions == {claire: [latest, former], mehdi: [latest]}


def test_notes_are_printed_and_offered_as_far_as_one_reads_them(claire, mehdi) -> None:
    note = NoteFactory(author=claire, level=NoteLevel.CIRCLE)
    offered, blocks = may_read_level(NoteLevel.CIRCLE), notes_of(NoteLevel.CIRCLE)
    told = {
        user: list(blocks(SummaryRequest(subject=note.household, user=user, today=timezone.localdate())))
        for user in (claire, mehdi)
    }
    assert [offered(note.household, user) for user in (claire, mehdi)] == [True, False]
    assert [len(told[user]) for user in (claire, mehdi)] == [1, 0]


def test_what_a_closed_file_received_is_in_no_register(claire, mehdi) -> None:
    stay = StayFactory()
    protect(stay.household, by=claire)
    period = Period(date(2026, 1, 1), date(2026, 12, 31))
    found = {
        user: list(
            Wanted(user, period, residence=Residence.ALL).narrow(
                Stay.objects.all(), first="start", last="end"
            )
        )
        for user in (claire, mehdi)
    }
    assert found == {claire: [stay], mehdi: []}


@pytest.mark.parametrize(
    ("make", "apply"),
    [
        (EnergyFileFactory, energy_listing._apply),
        (StayFactory, lodging_listing._apply),
        (OrientationFactory, insertion_listing._apply),
    ],
)
def test_households_are_not_listed_by_what_a_closed_file_holds(make, apply, claire, mehdi) -> None:
    household = make().household
    protect(household, by=claire)
    rows, today = Household.objects.all(), date(2026, 11, 24)
    found = {user: list(apply(rows, "en-cours", Ask(user, today, {}))) for user in (claire, mehdi)}
    assert found == {claire: [household], mehdi: []}


class TestMerges:
    def test_one_of_a_file_closed_since_is_not_told(self, claire, mehdi) -> None:
        kept = HouseholdFactory()
        done = merge(by=claire, survivor=kept, absorbed=HouseholdFactory())
        assert list(Merge.objects.for_user(mehdi)) == [done]
        protect(kept, by=claire)
        assert list(Merge.objects.for_user(claire)) == [done]
        assert not Merge.objects.for_user(mehdi).exists()

    def test_a_closed_file_of_the_same_person_is_not_offered(self, login, claire, mehdi) -> None:
        known = MembershipFactory(custody=Custody.ALTERNATE)
        other = MembershipFactory(person=known.person, custody=Custody.ALTERNATE)
        protect(other.household, by=claire)
        page = reverse("households:household_merge", args=[known.household_id])
        assert list(login(claire).get(page).context["near"]) == [other.household]
        assert list(login(mehdi).get(page).context["near"]) == []

    def test_nor_named_once_two_persons_are_one(self, claire, mehdi) -> None:
        first, second = (MembershipFactory(custody=Custody.ALTERNATE) for _ in range(2))
        done = merge(by=claire, survivor=first.person, absorbed=second.person)
        assert len(_two_homes(done, mehdi)) == 2
        protect(second.household, by=claire)
        assert len(_two_homes(done, claire)) == 2
        assert _two_homes(done, mehdi) == []


class TestTakeOvers:
    """A file of another tool names somebody who is known through a closed file only."""

    @pytest.fixture
    def member(self, claire: User) -> Membership:
        found = MembershipFactory(
            person__birth_name="Kerbrat", person__first_names="Yann", person__birth_date=date(1988, 9, 3)
        )
        protect(found.household, by=claire)
        return found

    def test_the_known_are_not_recognised(self, claire, isabelle, member: Membership) -> None:
        person = {
            "birth_name": "Kerbrat",
            "usual_name": "",
            "first_names": "Yann",
            "birth_date": "1988-09-03",
        }
        new = [new_person(0, 0, person)]
        assert [one.known for one in lookalikes(new, claire)[0, 0]] == [str(member.person_id)]
        assert not lookalikes(new, isabelle)

    def test_nor_named_in_what_was_found_before(self, claire, isabelle, member: Membership) -> None:
        takeover = TakeOver(created_by=claire)
        row = TakeOverRow(takeover=takeover, matches=[{"known": str(member.person_id), "person": 0}], data={})
        named = {
            user: _lines([row], takeover, user)[0]["matches"][0]["known_person"]
            for user in (claire, isabelle)
        }
        assert named == {claire: member.person, isabelle: None}
