"""The month of a request reaches somebody, the desk notes it, and it is a sign of life (C8)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cias.core.deadlines import add_months
from cias.dashboard.worklist import work_of
from households.contacts import last_contacts, without_contact
from households.enums.datalife import RequestKind, SlipState
from households.models import DisposalSlip, EmergencyAccess, Household, HouseholdProtection, PersonRequest
from tests.factories import (
    AssignmentFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
REQUESTS = "/menages/droits-des-personnes/"
TITLE = "Répondre à une demande sur ses données\u00a0: Accès et copie (art. 15)"


@pytest.fixture
def household() -> Household:
    household = HouseholdFactory(opened_on=date(2022, 1, 3))
    MembershipFactory(household=household, person=PersonFactory())
    return household


def ask(household: Household, received_on: date) -> PersonRequest:
    return PersonRequest.objects.create(
        household=household, person=household.memberships.get().person, kind=RequestKind.ACCESS,
        received_on=received_on, noted_by=UserFactory(role="dpo"),
    )  # fmt: skip


class TestTheMonth:
    def titles(self, agent) -> list[tuple[str, date | None]]:
        items = work_of(agent, timezone.localdate())
        return [(item.title, item.due) for item in items if item.kind == "person_requests"]

    def test_who_follows_the_file_has_it(self, claire, isabelle, mehdi, household) -> None:
        AssignmentFactory(household=household, agent=claire)
        asked = ask(household, timezone.localdate())
        assert self.titles(claire) == [(TITLE, asked.due_on)]
        assert self.titles(mehdi) == []
        assert self.titles(isabelle) == []

    def test_the_direction_has_what_nobody_follows_and_what_is_late(
        self, claire, isabelle, household
    ) -> None:
        ask(household, timezone.localdate())
        assert len(self.titles(isabelle)) == 1
        AssignmentFactory(household=household, agent=claire)
        assert self.titles(isabelle) == []
        PersonRequest.objects.update(received_on=add_months(timezone.localdate(), -2))
        assert len(self.titles(isabelle)) == 1
        assert len(self.titles(claire)) == 1

    def test_an_answer_ends_it(self, claire, household) -> None:
        AssignmentFactory(household=household, agent=claire)
        ask(household, timezone.localdate())
        PersonRequest.objects.update(answered_on=timezone.localdate(), answered_by=claire, outcome="granted")
        assert self.titles(claire) == []

    def test_a_protected_file_is_nobody_s_who_may_not_enter(self, isabelle, household) -> None:
        Household.objects.filter(pk=household.pk).update(is_protected=True)
        ask(household, timezone.localdate())
        assert self.titles(isabelle) == []


class TestTheDelegate:
    def test_the_first_page_counts_what_waits(
        self, login, david, isabelle, household, django_assert_max_num_queries
    ) -> None:
        ask(household, timezone.localdate())
        ask(household, add_months(timezone.localdate(), -3))
        closed = HouseholdFactory(is_protected=True)
        MembershipFactory(household=closed, person=PersonFactory())
        ask(closed, timezone.localdate())
        HouseholdProtection.objects.create(household=closed, reason="violence", decided_by=isabelle)
        EmergencyAccess.objects.create(
            household=closed, agent=isabelle, reason="Enfant en danger ce soir",
            expires_at=timezone.now() + timedelta(hours=1),
        )  # fmt: skip
        for rank, state in enumerate((SlipState.PREPARED, SlipState.SENT)):
            DisposalSlip.objects.create(
                number=f"BE-2026-{rank}",
                prepared_on=date(2026, 11, 2),
                prepared_by=david,
                months=24,
                state=state,
            )
        client = login(david)
        with django_assert_max_num_queries(16):
            response = client.get("/")
        assert [(one.count, one.late) for one in response.context["duties"]] == [
            (2, "1\u00a0dépassée"),
            (1, ""),
            (1, ""),
            (0, ""),
        ]
        page = response.content.decode()
        for duty in response.context["duties"]:
            assert f'href="{duty.url}"' in page
            assert client.get(duty.url).status_code == 200


class TestTheDesk:
    def test_it_notes_and_reads_nothing_else(self, login, nadege, household) -> None:
        client, person = login(nadege), household.memberships.get().person
        page = f"{REQUESTS}dossiers/{household.pk}/"
        assert page in client.get(reverse("households:person", args=[person.pk])).content.decode()
        data = {"person": str(person.pk), "kind": "access", "received_on": f"{timezone.localdate():%d/%m/%Y}"}
        answer = client.post(page, {**data, "asked": "Une copie", "identity_checked": "on"})
        assert answer.url == reverse("households:person", args=[person.pk])
        noted = PersonRequest.objects.get()
        assert (noted.noted_by, noted.identity_checked) == (nadege, True)
        for address in (REQUESTS, f"{REQUESTS}{noted.pk}/", f"{REQUESTS}{noted.pk}/copie.pdf"):
            assert client.get(address).status_code == 403
        assert client.post(f"{REQUESTS}{noted.pk}/documents.zip").status_code == 403

    @pytest.mark.parametrize("who", ["nadege", "armelle", "claire"])
    def test_the_notice_is_one_click_away(self, login, request, who) -> None:
        client = login(request.getfixturevalue(who))
        page = client.get("/donnees-personnelles/").content.decode()
        assert 'href="/menages/notice/"' in page
        assert client.get("/menages/notice/").status_code == 200

    def test_and_right_after_a_file_is_opened(self, login, claire, household) -> None:
        page = login(claire).get(f"{reverse('households:referral_in_create', args=[household.pk])}?ouverture")
        assert "/menages/notice/courte.pdf" in page.content.decode()


def test_a_request_is_a_sign_of_life(household) -> None:
    today = timezone.localdate()
    assert without_contact(Household.objects.all(), today, 24).filter(pk=household.pk).exists()
    ask(household, today - timedelta(days=1))
    assert not without_contact(Household.objects.all(), today, 24).filter(pk=household.pk).exists()
    contact = last_contacts([household])[household.pk]
    assert (contact.day, contact.label) == (today - timedelta(days=1), "Demande sur ses données")
