"""An emergency, from the household to the hand of the person: asked, decided by delegation, handed over."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from cias.core.registry import collect_actions
from cias.core.states import ForbiddenTransition
from households.models import Household
from households.team import own_work
from rights.aids import services
from rights.aids.enums import AidDecision, AidState
from rights.models import AidEnvelope, AidRequest, AidRule
from tests.factories import (
    AidEnvelopeFactory,
    AidKindFactory,
    AidRuleFactory,
    BudgetFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    SituationFactory,
)

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _tuesday():
    with time_machine.travel("2026-11-24T14:00:00+01:00"):
        yield


@pytest.fixture
def household() -> Household:
    household = HouseholdFactory(name="Lefèvre")
    person = PersonFactory(birth_name="Lefèvre", first_names="Denise")
    MembershipFactory(household=household, person=person, role="applicant")
    SituationFactory(household=household, start=date(2026, 1, 1))
    return household


@pytest.fixture
def rule() -> AidRule:
    kind = AidKindFactory(code="alimentaire", name="Aide alimentaire", nature="food", form="voucher")
    AidEnvelopeFactory(kind=kind, amount=Decimal(100))
    return AidRuleFactory(kind=kind, delegated=True)


def url(name, *keys):
    return reverse(f"rights:{name}", args=keys)


def page(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


def typed(household, rule, **more):
    person = household.memberships.get().person
    return {
        "kind": rule.kind.pk, "applicant": person.pk, "amount": "80", "payee_kind": "person",
        "purpose": "Plus rien à manger d’ici vendredi.", **more,
    }  # fmt: skip


def test_asked_decided_and_handed_over(login, household, rule, claire, isabelle) -> None:
    BudgetFactory(household=household)
    worker, director = login(claire), login(isabelle)
    (link,) = [one.url for one in collect_actions(household, claire) if "urgence" in one.label]
    asked = page(worker.get(link))
    assert "Aide alimentaire, jusqu’à 150,00 €" in asked
    answer = page(worker.post(link, typed(household, rule), follow=True))
    assert "attend la décision par délégation" in answer
    aid = AidRequest.objects.get()
    assert (aid.state, aid.urgent, aid.opinion, aid.proposed_amount) == (
        AidState.PROPOSED, True, "favourable", Decimal(80),
    )  # fmt: skip
    (work,) = [one for one in own_work(isabelle, TUESDAY) if "urgence" in one.title]
    assert "Secours d’urgence à décider" in work.title
    assert "Lefèvre" not in work.subject
    decided = page(director.get(work.url))
    assert "Lefèvre" not in decided
    unsigned = director.post(work.url, {"decision": "granted", "on": "24/11/2026", "decided_by": ""})
    assert unsigned.context["form"].errors["decided_by"]
    director.post(work.url, {"decision": "granted", "on": "24/11/2026", "decided_by": "F. Aubert"})
    assert not [one for one in own_work(isabelle, TUESDAY) if "urgence à décider" in one.title]
    assert "Remettre l’aide" in page(worker.get(url("aid", aid.pk)))
    given = page(
        worker.post(url("aid_hand_over", aid.pk), {"on": "24/11/2026", "means": "voucher"}, follow=True)
    )
    assert "L’aide est remise" in given
    aid.refresh_from_db()
    assert (aid.state, aid.notice, aid.notified_on) == (AidState.PAID, "hand", TUESDAY)
    payment = aid.payments.get()
    assert (payment.amount, payment.channel, payment.payee) == (Decimal(80), "regie", "Denise Lefèvre")
    # And back again, one step after the other.
    worker.post(url("aid_cancel_payment", aid.pk, payment.pk))
    undone = page(worker.post(url("aid_undo", aid.pk), follow=True))
    assert "L’étape « Notifiée » est annulée" in undone
    aid.refresh_from_db()
    assert (aid.state, aid.notified_on) == (AidState.DECIDED, None)
    assert "Remettre l’aide" in page(worker.get(url("aid", aid.pk)))
    director.post(url("aid_undo", aid.pk))
    aid.refresh_from_db()
    assert (aid.state, aid.decision) == (AidState.PROPOSED, "")


def test_without_a_budget_it_goes_with_its_reason(login, household, rule, claire) -> None:
    client, here = login(claire), url("aid_emergency", household.pk)
    assert "n’a pas de budget" in page(client.get(here))
    refused = page(client.post(here, typed(household, rule)))
    assert "<title>Erreur" in refused
    assert "Le budget du ménage n’est pas établi" in refused
    assert "Plus rien à manger" in refused
    assert not AidRequest.objects.exists()
    client.post(here, typed(household, rule, derogation="Arrivée ce matin, sans papiers."))
    assert AidRequest.objects.get().state == AidState.PROPOSED


def test_what_the_delegation_does_not_reach(login, household, rule, claire) -> None:
    client, here = login(claire), url("aid_emergency", household.pk)
    assert "La délégation s’arrête à 150,00 €" in page(
        client.post(here, typed(household, rule, amount="151"))
    )
    assert "Indiquez qui sera payé" in page(client.post(here, typed(household, rule, payee_kind="landlord")))
    assert "retirez « Lefèvre »" in page(
        client.post(here, typed(household, rule, purpose="Mme Lefèvre a faim"))
    )
    other = AidRuleFactory(kind=AidKindFactory(code="autre", name="Autre"))
    assert "<title>Erreur" in page(client.post(here, typed(household, other)))
    with pytest.raises(ValidationError, match="ne délègue pas"):
        services.ask_emergency(by=claire, household=household, kind=other.kind, amount=Decimal(10))
    assert not AidRequest.objects.exists()


def test_a_reglement_without_delegation_says_where_to_go(login, household, claire, isabelle) -> None:
    AidRuleFactory()
    assert "Demander une aide à la commission" in page(login(claire).get(url("aid_emergency", household.pk)))
    assert login(isabelle).get(url("aid_emergency", household.pk)).status_code == 403


def test_only_what_is_given_to_the_person_is_handed_over(household, rule, claire, isabelle) -> None:
    BudgetFactory(household=household)
    person = household.memberships.get().person
    aid = services.ask_emergency(
        by=claire, household=household, kind=rule.kind, amount=Decimal(50), applicant=person,
        payee_kind="supplier", payee="Épicerie sociale", purpose="Courses.",
    )  # fmt: skip
    services.decide_by_delegation(
        by=isabelle, request=aid, decision=AidDecision.GRANTED, on=TUESDAY, decided_by="F. Aubert"
    )
    with pytest.raises(ForbiddenTransition, match="notifiez-la, puis payez-la"):
        services.hand_over(by=claire, request=aid, on=TUESDAY, means="cash")


def test_an_envelope_is_not_lowered_under_what_is_committed(login, household, rule, claire, isabelle) -> None:
    BudgetFactory(household=household)
    person = household.memberships.get().person
    aid = services.ask_emergency(
        by=claire, household=household, kind=rule.kind, amount=Decimal(80), applicant=person,
        payee_kind="person", payee="", purpose="Courses.",
    )  # fmt: skip
    services.decide_by_delegation(
        by=isabelle, request=aid, decision=AidDecision.GRANTED, on=TUESDAY, decided_by="F. Aubert"
    )
    client, envelope = login(isabelle), AidEnvelope.objects.get()
    here = url("aid_envelope_edit", envelope.pk)
    less = {"budget_line": "65134", "amount": "79,99", "alert_percent": "80"}
    assert "80,00 € sont déjà engagés" in page(client.post(here, less))
    client.post(here, {**less, "amount": "80"})
    assert AidEnvelope.objects.with_figures().get().left == 0


def test_a_closing_is_not_undone_once_others_were_granted_what_it_released(
    household, rule, claire, isabelle
) -> None:
    BudgetFactory(household=household)
    values = {
        "by": claire, "household": household, "kind": rule.kind, "applicant": household.memberships.get().person,
        "payee_kind": "person", "payee": "", "purpose": "Courses.", "derogation": "Deuxième de l’année.",
    }  # fmt: skip
    first = services.ask_emergency(amount=Decimal(80), **values)
    services.decide_by_delegation(
        by=isabelle, request=first, decision=AidDecision.GRANTED, on=TUESDAY, decided_by="F. Aubert"
    )
    services.notify(by=claire, request=first, on=TUESDAY, notice="hand")
    services.close_request(by=claire, request=first, on=TUESDAY)
    second = services.ask_emergency(amount=Decimal(60), **values)
    services.decide_by_delegation(
        by=isabelle, request=second, decision=AidDecision.GRANTED, on=TUESDAY, decided_by="F. Aubert"
    )
    with pytest.raises(ForbiddenTransition, match=r"n’a plus que 40,00"):
        services.undo_last_move(by=claire, request=first)
    services.undo_last_move(by=isabelle, request=second)
    services.undo_last_move(by=claire, request=first)
    assert AidEnvelope.objects.with_figures().get().left == Decimal(20)
