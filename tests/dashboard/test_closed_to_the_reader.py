"""What a reader may not know of is in no list of work, no caseload, no count of theirs (C3)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cias.accounts.models import User
from cias.dashboard.duties import duties_of
from cias.dashboard.work import _done_today
from cias.dashboard.worklist import work_of_all
from households.caseload import caseload
from households.enums import Custody, MemberRole, ProtectionReason
from households.models import Household, PersonRequest
from households.services import TaskData, create_task, finish_task, protect_household
from tests.factories import AssignmentFactory, HouseholdFactory, MembershipFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def household(claire: User) -> Household:
    found = HouseholdFactory(with_applicant=True)
    AssignmentFactory(household=found, agent=claire)
    return found


def protect(household: Household, by: User) -> None:
    protect_household(by=by, household=household, reason=ProtectionReason.ELECTED, agents=[by])


def test_the_direction_reads_no_line_of_a_colleague_about_it(household, claire: User, isabelle: User) -> None:
    today = timezone.localdate()
    create_task(by=claire, data=TaskData(title="Rappeler", agent=claire, due_on=today, household=household))

    def told() -> set[str]:
        return {item.title for item in work_of_all([claire], today, reader=isabelle)[claire.pk]}

    assert "Rappeler" in told()
    protect(household, claire)
    assert "Rappeler" not in told()


def test_it_counts_in_no_caseload(household, claire: User, isabelle: User) -> None:
    today = timezone.localdate()
    assert caseload(isabelle, today, 6).followed[claire.pk] == 1
    protect(household, claire)
    assert claire.pk not in caseload(isabelle, today, 6).followed
    assert caseload(claire, today, 6).followed[claire.pk] == 1


def test_its_requests_are_not_the_dpo_s(household, claire: User) -> None:
    dpo, today = UserFactory(role="dpo"), timezone.localdate()
    PersonRequest.objects.create(
        household=household, person=household.memberships.get().person, kind="access",
        received_on=today - timedelta(days=3), noted_by=claire,
    )  # fmt: skip
    assert duties_of(dpo, today)[0].count == 1
    protect(household, claire)
    assert duties_of(dpo, today)[0].count == 0


def test_who_lives_there_is_not_offered_as_a_link(login, household, claire: User, mehdi: User) -> None:
    """The person also belongs to a household that everybody knows."""
    person = household.memberships.get().person
    MembershipFactory(household=HouseholdFactory(), person=person, custody=Custody.ALTERNATE)
    MembershipFactory(household=household, person=PersonFactory(birth_name="Kerbrat"), role=MemberRole.CHILD)
    page = reverse("households:link_search", args=[person.pk])
    assert "Kerbrat" in login(mehdi).get(page).content.decode()
    protect(household, claire)
    answer = login(mehdi).get(page)
    assert answer.status_code == 200
    assert "Kerbrat" not in answer.content.decode()
    assert "Kerbrat" in login(claire).get(page).content.decode()


def test_what_one_finished_there_is_no_longer_told(household, claire: User, mehdi: User) -> None:
    task = create_task(
        by=mehdi,
        data=TaskData(title="Rappeler", agent=mehdi, due_on=timezone.localdate(), household=household),
    )
    finish_task(by=mehdi, task=task)
    assert _done_today(mehdi) == [task]
    protect(household, claire)
    assert _done_today(mehdi) == []
