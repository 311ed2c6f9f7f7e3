"""Each role on the pages of optional aid; the session from its first sheet to its minutes, on the pages themselves."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pdfplumber
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cias.audit.models import AccessLog
from cias.core.periods import Period
from cias.core.registry import collect_actions, collect_open, collect_timeline
from cias.lists.models import ExportRun
from households.models import Household
from households.register.benefits import Wanted, benefits_of
from households.services import protect_household
from households.team import own_work
from rights.aids import services
from rights.aids.accounting import PAYMENTS, payee
from rights.aids.enums import AidDecision, AidState
from rights.aids.statistics import MEASURES
from rights.models import AidPayment, AidRequest
from tests.factories import (
    AgendaItemFactory,
    AidEnvelopeFactory,
    AidKindFactory,
    AidRequestFactory,
    AidRuleFactory,
    AidSessionFactory,
    AssignmentFactory,
    BoardMemberFactory,
    BudgetFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    SituationFactory,
)

pytestmark = pytest.mark.django_db
SECRET = "Violences tues jusqu’ici."
TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _tuesday():
    with time_machine.travel("2026-11-24T14:00:00+01:00"):
        yield


@pytest.fixture
def household(claire) -> Household:
    household = HouseholdFactory(name="Lefèvre")
    MembershipFactory(household=household, person=PersonFactory(birth_name="Lefèvre", first_names="Denise"))
    SituationFactory(household=household, start=date(2026, 1, 1))
    BudgetFactory(household=household)
    AssignmentFactory(household=household, agent=claire)
    return household


@pytest.fixture
def rule():
    return AidRuleFactory()


@pytest.fixture
def aid(household, claire, rule) -> AidRequest:
    AidEnvelopeFactory(kind=rule.kind)
    person = household.memberships.get().person
    aid = services.open_request(
        by=claire, household=household, opened_on=TUESDAY, kind=rule.kind, applicant=person, agent=claire,
        amount=Decimal(280), payee_kind="supplier", payee="EDF", purpose="Facture d’électricité.",
        evaluation=SECRET, opinion="favourable",
    )  # fmt: skip
    return services.propose(by=claire, request=aid)


def url(name, *keys):
    return reverse(f"rights:{name}", args=keys)


def page(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


def words(response) -> str:
    assert response.headers["Content-Type"] == "application/pdf"
    body = b"".join(response.streaming_content) if response.streaming else response.content
    with pdfplumber.open(BytesIO(body)) as document:
        return "\n".join(one.extract_text() for one in document.pages).replace("\u00a0", " ")


def test_two_clicks_propose_a_request(login, household, claire, rule) -> None:
    client = login(claire)
    link = next(one for one in collect_actions(household, claire) if "facultative" in one.label)
    assert "Denise Lefèvre" in page(client.get(link.url))
    person = household.memberships.get().person
    typed = {
        "kind": rule.kind.pk, "applicant": person.pk, "agent": claire.pk, "amount": "280", "payee_kind": "supplier",
        "payee": "EDF", "purpose": "Dette de Mme Lefèvre", "opinion": "favourable", "propose": "1",
    }  # fmt: skip
    refused = page(client.post(link.url, typed))
    assert "<title>Erreur" in refused
    assert "retirez « Lefèvre »" in refused
    assert "Dette de Mme Lefèvre" in refused
    answer = page(client.post(link.url, {**typed, "purpose": "Dette d’électricité"}, follow=True))
    assert "est proposée à la commission" in answer
    assert AidRequest.objects.get().state == AidState.PROPOSED


def test_a_request_that_lacks_something_is_kept_as_a_draft(login, household, claire, rule) -> None:
    person = household.memberships.get().person
    typed = {
        "kind": rule.kind.pk, "applicant": person.pk, "agent": claire.pk, "amount": "480", "payee_kind": "person",
        "purpose": "Dette", "opinion": "favourable", "propose": "1",
    }  # fmt: skip
    answer = page(login(claire).post(url("aid_open", household.pk), typed, follow=True))
    assert "pas encore proposée" in answer
    assert "plafond par demande, 400,00 €" in answer
    assert AidRequest.objects.get().state == AidState.DRAFT


@pytest.mark.parametrize("who", ["nadege", "hugo", "francoise", "david", "armelle"])
def test_a_request_is_closed_to_roles_without_the_right(login, request, aid, who) -> None:
    response = login(request.getfixturevalue(who)).get(url("aid", aid.pk))
    assert response.status_code == 403
    assert SECRET not in page(response)


def test_the_direction_reads_the_evaluation_with_a_reason_only(login, aid, isabelle) -> None:
    client = login(isabelle)
    assert SECRET not in page(client.get(url("aid", aid.pk)))
    assert "Proposée" in page(client.get(url("household_aids", aid.household_id)))


@pytest.fixture
def session(isabelle, francoise):
    president = BoardMemberFactory(name="Mme Aubert", office="president", user=francoise)
    return AidSessionFactory(created_by=isabelle, members=[president, *BoardMemberFactory.create_batch(2)])


def test_a_session_from_its_agenda_to_its_minutes(login, aid, session, isabelle, claire) -> None:
    client = login(isabelle)
    client.post(url("aid_session_add", session.pk), {"requests": [aid.pk]})
    item = session.items.get()
    present = [seat.member_id for seat in session.seats.all()]
    started = client.post(
        url("aid_session_open", session.pk), {"present": present, "chair": present[0]}, follow=True
    )
    sheet = page(started)
    assert f"Fiche {aid.number}" in sheet
    assert "Lefèvre" not in sheet
    assert SECRET not in sheet
    here = url("aid_item", session.pk, item.pk)
    refused = page(client.post(here, {"decision": "refused", "votes_against": "0"}))
    assert "Motivez cette décision" in refused
    client.post(here, {"decision": "partial", "amount": "200", "reason": "Barème", "votes_against": "1"})
    item.refresh_from_db()
    assert (item.decision, item.votes_for) == ("partial", 2)
    undone = page(client.post(url("aid_session_undo", session.pk), follow=True))
    assert f"La décision sur {aid.number} est annulée" in undone
    client.post(here, {"decision": "granted"})
    client.post(url("aid_session_close", session.pk))
    assert login(claire).post(url("aid_undo", aid.pk)).status_code == 403
    minutes = words(client.get(url("aid_session_minutes", session.pk)))
    assert aid.number in minutes
    assert "3 pour" in minutes
    assert "Lefèvre" not in minutes
    letter = words(client.get(url("aid_session_letters", session.pk)))
    assert "Denise Lefèvre" in letter
    assert "2 mois" in letter
    assert "recours gracieux" in letter
    client.post(url("aid_session_notify", session.pk), {"on": "24/11/2026", "notice": "post"})
    aid.refresh_from_db()
    assert aid.state == AidState.NOTIFIED
    assert "ne peut plus être rouverte" in page(
        client.post(url("aid_session_reopen", session.pk), follow=True)
    )


def test_a_member_reads_the_sheets_of_their_own_sessions(login, aid, session, isabelle, francoise) -> None:
    services.list_requests(by=isabelle, session=session, requests=[aid])
    other = AidSessionFactory()
    item = session.items.get()
    client = login(francoise)
    listed = page(client.get(url("aid_sessions")))
    assert str(session.pk) in listed
    assert str(other.pk) not in listed
    for address in (url("aid_session", session.pk), url("aid_sheet", session.pk, item.pk)):
        answer = page(client.get(address))
        assert aid.number in answer
        assert "Lefèvre" not in answer
        assert "Denise" not in answer
    assert aid.number in words(client.get(url("aid_session_sheets", session.pk)))
    assert client.get(url("aid_session", other.pk)).status_code == 404
    assert client.get(url("aid_item", session.pk, item.pk)).status_code == 403
    assert client.get(url("aids")).status_code == 403
    assert AccessLog.objects.filter(user=francoise, object_id=session.pk).exists()


def test_a_protected_file_is_decided_on_its_sheet_and_opened_by_nobody_unnamed(
    login, aid, session, isabelle, claire, mehdi
) -> None:
    services.list_requests(by=isabelle, session=session, requests=[aid])
    protect_household(by=claire, household=aid.household, reason="sheltered")
    present = [seat.member for seat in session.seats.all()]
    services.open_session(by=isabelle, session=session, present=present, chair=present[0])
    client = login(isabelle)
    client.post(url("aid_item", session.pk, session.items.get().pk), {"decision": "granted"})
    aid.refresh_from_db()
    assert aid.state == AidState.DECIDED
    assert client.get(url("aid_letter", aid.pk)).status_code == 404
    assert client.get(url("aid_delegate", aid.pk)).status_code == 404
    assert login(mehdi).get(url("aid", aid.pk)).status_code == 404
    assert aid.number not in page(client.get(url("aids")))
    assert login(claire).get(url("aid", aid.pk)).status_code == 200


def test_the_accountant_s_export_names_nobody_of_a_protected_file(login, aid, isabelle, claire) -> None:
    paid = AidRequestFactory(household=aid.household, applicant=aid.applicant, kind=aid.kind, notified=True,
                             envelope=aid.kind.envelopes.get())  # fmt: skip
    AidPayment.objects.create(
        request=paid, by=claire, on=TUESDAY, amount=Decimal(100), means="transfer", channel="mandate",
        payee_kind="person", payee="=Denise Lefèvre",
    )  # fmt: skip
    client = login(isabelle)
    assert "100" in page(client.get(url("aid_payments")))
    ask = reverse("lists:export", args=["aides-paiements"])
    typed = {
        "choice": "Obligation légale", "columns": ["date", "demande", "montant"], "named": ["tiers"],
        "file_format": "csv",
    }  # fmt: skip
    client.post(ask, typed)
    content = client.get(reverse("lists:export_download", args=[ExportRun.objects.get().pk])).content.decode()
    assert "'=Denise Lefèvre" in content
    assert AccessLog.objects.filter(action="export", reason="Obligation légale").exists()
    (row,) = PAYMENTS.rows(isabelle)
    assert payee(row) == "=Denise Lefèvre"
    protect_household(by=claire, household=aid.household, reason="sheltered")
    (row,) = PAYMENTS.rows(isabelle)
    assert payee(row) == "Dossier protégé"


def test_lists_ask_as_much_for_many_rows_as_for_one(login, isabelle, claire) -> None:
    kind = AidKindFactory()
    AidRequestFactory(kind=kind)
    counts = {}
    for address in (url("aids"), url("aid_sessions"), url("aid_envelopes")):
        client = login(isabelle)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as few:
            client.get(address)
        counts[address] = len(few)
    AidRequestFactory.create_batch(12, kind=kind)
    for _ in range(3):
        AgendaItemFactory()
    for year in (2024, 2025, 2026):
        AidEnvelopeFactory(kind=kind, year=year)
    for address, count in counts.items():
        client = login(isabelle)
        client.get(address)
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) <= max(count, 12), address


def test_the_reglement_is_written_by_versions(login, isabelle, claire, rule) -> None:
    client = login(isabelle)
    typed = {
        "valid_from": "01/12/2026", "deliberation": "2026-40", "ceiling": "500", "measure": "daily",
        "scale_text": "7,00 = 100 %\n5,00 = 50 %",
    }  # fmt: skip
    assert "Les tranches vont en montant" in page(client.post(url("aid_rule", rule.kind.pk), typed))
    typed["scale_text"] = "5,00 = 100 %\n7,00 = 50 %"
    client.post(url("aid_rule", rule.kind.pk), typed)
    assert rule.kind.rules.count() == 2
    assert rule.kind.rule_on(TUESDAY) == rule
    assert rule.kind.rule_on(date(2026, 12, 1)).bands == [
        (Decimal(5), Decimal(100)),
        (Decimal(7), Decimal(50)),
    ]
    again = page(client.post(url("aid_rule", rule.kind.pk), typed))
    assert "commence déjà ce jour-là" in again
    assert login(claire).post(url("aid_rule", rule.kind.pk), typed).status_code == 403


def test_what_optional_aid_gives_to_the_file_and_the_lists(aid, claire, isabelle) -> None:
    titles = [item.title for item in collect_timeline(aid.household, claire)]
    assert "Secours énergie\u00a0: proposée à la commission" in titles
    assert aid.household_id in collect_open([aid.household_id])
    granted = AidRequestFactory(granted=True, agent=claire, household=aid.household, applicant=aid.applicant,
                                kind=aid.kind, envelope=aid.kind.envelopes.get())  # fmt: skip
    assert any("à notifier" in item.title for item in own_work(claire, TUESDAY))
    assert any("1 décision" in item.title.replace("\u00a0", " ") for item in own_work(isabelle, TUESDAY))
    wanted = Wanted(user=claire, period=Period.year(2026))
    (benefit,) = benefits_of([aid.applicant_id], wanted)[aid.applicant_id]
    assert (benefit.nature, benefit.amount) == ("Aide facultative", granted.granted_amount)


def test_figures_count_by_nature_and_household() -> None:
    kind = AidKindFactory()
    envelope = AidEnvelopeFactory(kind=kind)
    more = {"kind": kind, "envelope": envelope, "granted": True}
    for amount in (100, 120, 110):
        AidRequestFactory(amount=Decimal(amount), granted_amount=Decimal(amount), **more)
    AidRequestFactory(
        kind=kind, state=AidState.DECIDED, decision=AidDecision.REFUSED, decision_on=date(2026, 11, 12),
        decision_reason="Barème",
    )  # fmt: skip
    found = {
        one.code: {row.keys: (row.value, row.count) for row in one.compute(Period.year(2026), None)}
        for one in MEASURES
    }
    assert found["aids.requests"] == {("energy",): (4, 4)}
    assert found["aids.decisions"] == {("energy", "granted"): (3, 3), ("energy", "refused"): (1, 1)}
    assert found["aids.euros"] == {("energy",): (Decimal(330), 3)}
    assert found["aids.delegated"] == {("energy",): (0, 4)}
    assert found["aids.delay"] == {("energy",): (Decimal("10.0"), 4)}
    AidRequestFactory(amount=Decimal(9000), granted_amount=Decimal(9000), **more)
    euros = next(one for one in MEASURES if one.code == "aids.euros")
    assert [row.largest for row in euros.compute(Period.year(2026), None)] == [Decimal(9000)]
