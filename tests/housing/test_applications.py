"""Access to housing: requests, proposals, renewals, DALO; their dates, their undo, their pages."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cias.accounts.models import User
from cias.audit.services import state_reason
from cias.core.db import ConstraintViolation
from cias.core.states import ForbiddenTransition
from households.team import own_work
from housing.applications import services
from housing.applications.deadlines import court_deadline, dalo_deadline, renewal
from housing.applications.enums import ApplicationState, DaloState, ProposalOutcome
from housing.delays import services as delays
from housing.delays.counting import RuleBook
from housing.delays.reference import DELAYS
from housing.models import DaloAppeal, HousingApplication, LegalDelay
from housing.models.applications import check_number
from tests.factories import CommuneFactory, HouseholdFactory, HousingApplicationFactory

pytestmark = pytest.mark.django_db
S, P, D = ApplicationState, ProposalOutcome, DaloState
NUMBER = "028112600123401234"


@pytest.fixture(autouse=True)
def _tuesday() -> Any:
    with time_machine.travel("2026-11-24T10:21:00+01:00"):
        yield


@pytest.fixture(scope="module")
def rules() -> RuleBook:
    return RuleBook([LegalDelay(**row) for row in DELAYS])


@pytest.fixture
def application(claire: User) -> HousingApplication:
    household = HouseholdFactory(name="Lefèvre", with_applicant=True)
    return services.open_application(
        by=claire, household=household, opened_on=date(2026, 3, 1), agent=claire, filed_on=date(2026, 2, 28)
    )


def propose(application: HousingApplication, **more: Any) -> Any:
    values = {
        "proposed_on": date(2026, 10, 5), "landlord": "Habitat eurélien", "commune": CommuneFactory(),
        "dwelling_type": "t3", **more,
    }  # fmt: skip
    return services.propose(by=application.agent, application=application, **values)


class TestDates:
    @pytest.mark.parametrize(
        ("filed", "renewed", "due"),
        [
            (date(2026, 3, 2), None, date(2027, 3, 2)),
            (date(2024, 2, 29), None, date(2025, 2, 28)),
            (date(2026, 3, 2), date(2027, 2, 28), date(2028, 2, 28)),
        ],
    )
    def test_a_request_is_renewed_each_year(self, rules, filed, renewed, due) -> None:
        request: Any = SimpleNamespace(filed_on=filed, renewed_on=renewed, is_registered=True)
        found = renewal(request, rules)
        assert found is not None
        assert (found.due, "R441-2-7" in found.source, found.to_check) == (due, True, True)

    @pytest.mark.parametrize(
        ("state", "dates", "due", "article"),
        [
            ("filed", {"filed_on": date(2026, 11, 30)}, date(2027, 2, 28), "R441-15"),
            ("priority", {"decided_on": date(2026, 8, 31)}, date(2026, 11, 30), "R441-16-1"),
            ("shelter", {"decided_on": date(2026, 8, 31)}, date(2026, 11, 30), "R441-16-1"),
            ("refused", {"decided_on": date(2026, 10, 1), "notified_on": date(2026, 12, 31)}, date(2027, 2, 28),
             "R421-1"),
            ("refused", {"decided_on": date(2026, 10, 1)}, date(2026, 12, 1), "R421-1"),
        ],
    )  # fmt: skip
    def test_each_date_of_an_appeal_with_its_article(self, rules, state, dates, due, article) -> None:
        appeal: Any = SimpleNamespace(
            **{"state": state, "filed_on": None, "decided_on": None, "notified_on": None} | dates
        )
        found = dalo_deadline(appeal, rules)
        assert found is not None
        assert (found.due, article in found.source, found.to_check) == (due, True, True)

    def test_the_court_comes_after_the_prefects_delay(self, rules) -> None:
        appeal: Any = SimpleNamespace(
            state="priority", filed_on=None, decided_on=date(2026, 8, 31), notified_on=None
        )
        found = court_deadline(appeal, rules)
        assert found is not None
        assert (found.due, "R778-2" in found.source) == (date(2027, 3, 30), True)


class TestNumber:
    @pytest.mark.parametrize("good", [NUMBER, "02A1126001234ABCDE"[:13] + "01234"])
    def test_a_numero_unique(self, good: str) -> None:
        check_number(good)

    @pytest.mark.parametrize(
        "bad", ["", "0281126", "028132600123401234", "02811260012340123X4", "ABC112600123401234"]
    )
    def test_what_is_not_one(self, bad: str) -> None:
        with pytest.raises(ValidationError, match="18 caractères"):
            check_number(bad)


class TestRequest:
    def test_filed_it_is_to_be_renewed_within_a_year(self, application: HousingApplication) -> None:
        assert (application.state, application.renewal_due_on) == (S.FILED, date(2027, 2, 28))
        services.renew(by=application.agent, application=application, on=date(2026, 11, 20))
        application.refresh_from_db()
        assert application.renewal_due_on == date(2027, 11, 20)
        services.undo_application(by=application.agent, application=application)
        application.refresh_from_db()
        assert (application.renewed_on, application.renewal_due_on) == (None, date(2027, 2, 28))
        with pytest.raises(ValidationError, match="suit le 28/02/2026"):
            services.renew(by=application.agent, application=application, on=date(2026, 2, 28))

    def test_a_proposal_refused_by_the_household_puts_it_back(self, application: HousingApplication) -> None:
        proposal = propose(application)
        application.refresh_from_db()
        assert application.state == S.PROPOSED
        with pytest.raises((ForbiddenTransition, ConstraintViolation)):
            propose(application)
        with pytest.raises(ConstraintViolation, match="Un refus a son motif"):
            services.settle_proposal(
                by=application.agent, proposal=proposal, outcome=P.REFUSED_BY_HOUSEHOLD, on=date(2026, 10, 12)
            )
        services.settle_proposal(
            by=application.agent, proposal=proposal, outcome=P.REFUSED_BY_HOUSEHOLD, on=date(2026, 10, 12),
            household_reason="price",
        )  # fmt: skip
        application.refresh_from_db()
        assert application.state == S.FILED
        services.undo_application(by=application.agent, application=application)
        application.refresh_from_db()
        proposal.refresh_from_db()
        assert (application.state, proposal.outcome, proposal.outcome_on, proposal.household_reason) == (
            S.PROPOSED, "", None, "",
        )  # fmt: skip
        services.undo_application(by=application.agent, application=application)
        application.refresh_from_db()
        assert (application.state, application.proposals.count()) == (S.FILED, 0)

    def test_a_committee_then_the_lease(self, application: HousingApplication) -> None:
        proposal = propose(application, committee_on=date(2026, 10, 20))
        application.refresh_from_db()
        assert application.state == S.COMMITTEE
        services.settle_proposal(
            by=application.agent, proposal=proposal, outcome=P.ALLOCATED, on=date(2026, 10, 20)
        )
        application.refresh_from_db()
        services.step(
            by=application.agent,
            application=application,
            state=S.SIGNED,
            on=date(2026, 11, 2),
            ended_on=date(2026, 11, 2),
        )
        application.refresh_from_db()
        assert (application.is_running, application.renewal_due_on) == (False, None)
        services.undo_application(by=application.agent, application=application)
        application.refresh_from_db()
        assert (application.state, application.ended_on) == (S.ALLOCATED, None)

    def test_undoing_a_committee_fixed_with_the_proposal_takes_both_steps(self, application) -> None:
        propose(application, committee_on=date(2026, 10, 20))
        services.undo_application(by=application.agent, application=application)
        application.refresh_from_db()
        assert (application.state, application.proposals.count()) == (S.FILED, 0)

    def test_what_was_allocated_may_still_be_refused(self, application: HousingApplication) -> None:
        proposal = propose(application)
        services.settle_proposal(
            by=application.agent, proposal=proposal, outcome=P.ALLOCATED, on=date(2026, 10, 20)
        )
        services.settle_proposal(
            by=application.agent, proposal=proposal, outcome=P.REFUSED_BY_HOUSEHOLD, on=date(2026, 10, 25),
            household_reason="place",
        )  # fmt: skip
        application.refresh_from_db()
        assert application.state == S.FILED

    def test_one_request_runs_at_a_time_and_a_number_is_used_once(self, application, claire) -> None:
        with pytest.raises(ConstraintViolation, match="déjà une demande"):
            services.open_application(
                by=claire, household=application.household, opened_on=date(2026, 11, 1), agent=claire
            )
        HousingApplicationFactory(number=NUMBER)
        with pytest.raises(ConstraintViolation, match="numéro unique"):
            services.open_application(
                by=claire,
                household=HouseholdFactory(),
                opened_on=date(2026, 11, 1),
                agent=claire,
                number=NUMBER,
            )

    def test_an_edited_delay_moves_the_running_requests(self, application, isabelle) -> None:
        row = LegalDelay.objects.get(code="renewal")
        delays.correct_delay(by=isabelle, row=row, values={"value": 6})
        application.refresh_from_db()
        assert application.renewal_due_on == date(2026, 8, 28)


class TestDalo:
    def test_from_the_appeal_to_the_court_and_back(self, claire: User) -> None:
        appeal = services.open_appeal(
            by=claire, household=HouseholdFactory(), on=date(2026, 3, 1), agent=claire, ground="waiting"
        )
        services.move_appeal(by=claire, appeal=appeal, state=D.FILED, on=date(2026, 3, 31))
        assert (appeal.due_on, appeal.due_code) == (date(2026, 6, 30), "dalo_decision")
        services.move_appeal(by=claire, appeal=appeal, state=D.PRIORITY, on=date(2026, 6, 2))
        assert (appeal.due_on, appeal.due_code) == (date(2026, 9, 2), "dalo_offer")
        services.move_appeal(by=claire, appeal=appeal, state=D.COURT, on=date(2026, 10, 1))
        assert appeal.due_on is None
        services.undo_appeal(by=claire, appeal=appeal)
        appeal.refresh_from_db()
        assert (appeal.state, appeal.court_on, appeal.due_on) == (D.PRIORITY, None, date(2026, 9, 2))
        with pytest.raises(ForbiddenTransition):
            services.move_appeal(by=claire, appeal=appeal, state=D.FILED, on=date(2026, 10, 1))


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


class TestPages:
    def test_a_request_from_its_opening_to_a_refusal(self, login, claire) -> None:
        client, household, commune = login(claire), HouseholdFactory(with_applicant=True), CommuneFactory()
        url = reverse("housing:application_create", args=[household.pk])
        bad = {"number": "123", "agent": claire.pk}
        page = text_of(client.post(url, bad))
        assert "18 caractères" in page
        assert 'value="123"' in page
        values = {
            "number": "028 1126 001234 01234",
            "filed_on": "02/11/2026",
            "agent": claire.pk,
            "communes": [commune.pk],
        }
        page = text_of(client.post(url, values, follow=True))
        application = HousingApplication.objects.get()
        assert application.number == NUMBER
        assert "avant le 02/11/2027" in page
        form = {
            "proposed_on": "10/11/2026",
            "landlord": "3F",
            "commune": commune.pk,
            "dwelling_type": "t3",
            "rent": "486,20",
        }
        client.post(reverse("housing:application_propose", args=[application.pk]), form)
        proposal = application.proposals.get()
        assert proposal.rent == Decimal("486.20")
        outcome = reverse("housing:application_outcome", args=[proposal.pk])
        page = text_of(client.post(outcome, {"outcome": "household", "on": "12/11/2026"}))
        assert "Un refus a son motif." in page
        page = text_of(
            client.post(
                outcome, {"outcome": "household", "on": "12/11/2026", "household_reason": "size"}, follow=True
            )
        )
        assert "taille inadaptée" in page
        page = text_of(client.post(reverse("housing:application_undo", args=[application.pk]), follow=True))
        assert "La dernière étape est annulée" in page

    def test_the_number_is_in_no_address(self, application) -> None:
        assert reverse("housing:application", args=[application.pk]).count("/") == 4

    def test_the_direction_reads_states_and_the_content_with_a_reason(
        self, login, isabelle, application
    ) -> None:
        HousingApplication.objects.filter(pk=application.pk).update(note="canari-besoin")
        client = login(isabelle)
        assert "Lefèvre" in text_of(client.get(reverse("housing:applications")))
        url = reverse("housing:application", args=[application.pk])
        assert "canari-besoin" not in text_of(client.get(url))
        state_reason(user=isabelle, subject_id=application.household_id, reason="Réclamation")
        assert "canari-besoin" in text_of(client.get(url))

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ("", True), ("?etat=filed", True), ("?etat=signed", False), ("?liste=renouveler", False),
            ("?liste=dalo", False),
            ("?attente=6", True), ("?attente=12", False), ("?agent=moi", True), ("?liste=motif", False),
            ("?etat=x", True),
        ],
    )  # fmt: skip
    def test_filters(self, login, claire, application, query, shown) -> None:
        page = text_of(login(claire).get(reverse("housing:applications") + query))
        assert (str(application.pk) in page) is shown

    def test_the_list_asks_as_many_queries_for_many_requests_as_for_one(
        self, login, claire, application
    ) -> None:
        client, url = login(claire), reverse("housing:applications")
        client.get(url)
        with CaptureQueriesContext(connection) as one:
            client.get(url)
        for _ in range(8):
            HousingApplicationFactory(agent=claire)
        with CaptureQueriesContext(connection) as many:
            text_of(client.get(url))
        assert len(many) == len(one) <= 12

    def test_an_appeal_through_its_pages(self, login, claire, application) -> None:
        client = login(claire)
        url = reverse("housing:dalo_create", args=[application.household_id])
        client.post(url, {"ground": "eviction", "agent": claire.pk})
        appeal = DaloAppeal.objects.get()
        step = reverse("housing:dalo_step", args=[appeal.pk, "filed"])
        page = text_of(client.post(step, {"on": "02/11/2026"}, follow=True))
        assert "2 février 2027" in page.replace("\u00a0", " ")
        assert "R441-15" in page
        page = text_of(client.post(reverse("housing:dalo_undo", args=[appeal.pk]), follow=True))
        assert "annulée" in page
        page = text_of(client.post(reverse("housing:dalo_step", args=[appeal.pk, "court"]), {}, follow=True))
        assert "Rien n’a été enregistré" in page

    def test_the_work_list_tells_when_to_renew(self, claire, isabelle, application) -> None:
        items = [item for item in own_work(claire, date(2027, 1, 10)) if item.kind == "applications"]
        assert [item.title for item in items] == ["Renouveler la demande de logement social"]
        [late] = [item for item in own_work(isabelle, date(2027, 3, 10)) if item.kind == "applications"]
        assert late.due == date(2027, 2, 28)
