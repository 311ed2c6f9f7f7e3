"""Optional aid, rule by rule: the règlement, the money, the votes, the way back."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, transaction

from cias.core.states import ForbiddenTransition
from households.models import Household
from rights.aids import services
from rights.aids.checks import cautions
from rights.aids.enums import AidDecision, AidState
from rights.aids.regulation import regulation_on
from rights.aids.schedule import instalments, late_amount, split
from rights.aids.sheets import sheets_of
from rights.models import AgendaItem, AidEnvelope, AidPayment, AidRegulation, AidRequest, AidSession
from tests.factories import (
    AddressFactory,
    AgendaItemFactory,
    AidEnvelopeFactory,
    AidRequestFactory,
    AidRuleFactory,
    AidSessionFactory,
    BudgetFactory,
    BudgetSnapshotFactory,
    CommuneFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    SituationFactory,
)

pytestmark = pytest.mark.django_db
S, D = AidState, AidDecision
TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _tuesday():
    with time_machine.travel("2026-11-24T14:00:00+01:00"):
        yield


@pytest.fixture
def household() -> Household:
    household = HouseholdFactory(name="Lefèvre", commune=CommuneFactory())
    MembershipFactory(household=household, person=PersonFactory(birth_name="Lefèvre", first_names="Denise"))
    SituationFactory(household=household, start=date(2026, 1, 1))
    AddressFactory(household=household, street="12 rue des Lilas", start=date(2026, 1, 1))
    BudgetFactory(household=household)
    return household


@pytest.fixture
def rule():
    return AidRuleFactory()


def values(household, claire, rule, **more):
    person = household.memberships.get().person
    return {
        "by": claire, "household": household, "opened_on": TUESDAY, "kind": rule.kind, "applicant": person,
        "agent": claire, "amount": Decimal(280), "payee_kind": "supplier", "payee": "EDF",
        "purpose": "Facture d’électricité.", "opinion": "favourable", **more,
    }  # fmt: skip


@pytest.fixture
def aid(household, claire, rule) -> AidRequest:
    return services.open_request(**values(household, claire, rule))


@pytest.fixture
def session(isabelle) -> AidSession:
    return AidSessionFactory(created_by=isabelle)


def members(session):
    return [seat.member for seat in session.seats.select_related("member").order_by("created_at")]


def opened(session, isabelle, *aids):
    services.list_requests(by=isabelle, session=session, requests=aids)
    there = members(session)
    session = services.open_session(by=isabelle, session=session, present=there, chair=there[0])
    return session, list(session.items.all())


@pytest.fixture
def proposed(aid, claire) -> AidRequest:
    return services.propose(by=claire, request=aid)


# --- The request -----------------------------------------------------------------------------------------------------
def test_a_request_freezes_the_budget_and_knows_its_rule(aid, rule) -> None:
    assert aid.number == "A-2026-00001"
    assert aid.snapshot is not None
    assert aid.rule == rule
    assert aid.moves.get().to_state == S.DRAFT


@pytest.mark.parametrize("text", ["Madame LEFEVRE a une dette.", "Au 12 rue des lilas.", "Dette à Chartres."])
def test_what_the_commission_reads_names_nobody(household, claire, rule, text) -> None:
    with pytest.raises(ValidationError) as refused:
        services.open_request(**values(household, claire, rule, purpose=text))
    assert "purpose" in refused.value.message_dict
    assert not AidRequest.objects.exists()


def test_a_proposal_needs_an_opinion_and_a_budget(household, claire, rule) -> None:
    aid = services.open_request(**values(household, claire, rule, opinion=""))
    with pytest.raises(ValidationError, match="proposition"):
        services.propose(by=claire, request=aid)
    other = HouseholdFactory()
    MembershipFactory(household=other)
    bare = services.open_request(**values(other, claire, rule))
    with pytest.raises(ValidationError, match="budget"):
        services.propose(by=claire, request=bare)


def test_the_reglement_warns_and_a_derogation_answers(household, claire, rule) -> None:
    AidRequestFactory(household=household, kind=rule.kind, granted=True, granted_amount=Decimal(280))
    aid = services.open_request(**values(household, claire, rule, amount=Decimal(450)))
    assert {one.code for one in cautions(aid, TUESDAY)} == {"ceiling", "year", "delay"}
    with pytest.raises(ValidationError, match="dérogation"):
        services.propose(by=claire, request=aid)
    services.update_request(by=claire, request=aid, derogation="Coupure annoncée.")
    aid.refresh_from_db()
    assert services.propose(by=claire, request=aid).state == S.PROPOSED


@pytest.mark.parametrize(
    ("daily", "amount", "codes"),
    [("5.00", 400, set()), ("8.00", 200, set()), ("8.00", 201, {"share"}), ("9.01", 10, {"scale"})],
)
def test_the_scale_looks_at_the_frozen_budget(household, rule, daily, amount, codes) -> None:
    snapshot = BudgetSnapshotFactory(budget=household.budgets.get())
    for one in snapshot.payload["indicators"]:
        if one["code"] == "daily":
            one["value"] = daily
    aid = AidRequestFactory(household=household, kind=rule.kind, rule=rule, amount=Decimal(amount))
    aid.snapshot = snapshot
    assert {one.code for one in cautions(aid, TUESDAY)} == codes


@pytest.mark.parametrize(("on", "codes"), [("2026-08-24", set()), ("2026-08-23", {"old_budget"})])
def test_a_budget_of_more_than_three_months_is_to_be_done_again(household, rule, on, codes) -> None:
    snapshot = BudgetSnapshotFactory(budget=household.budgets.get())
    snapshot.payload["on"] = on
    aid = AidRequestFactory(household=household, kind=rule.kind, rule=rule, opened_on=TUESDAY)
    aid.snapshot = snapshot
    assert {one.code for one in cautions(aid, TUESDAY)} == codes


def test_residence_is_a_condition_of_the_rule(claire, rule) -> None:
    aid = AidRequestFactory(household=HouseholdFactory(off_the_territory=True), kind=rule.kind)
    assert "residence" in {one.code for one in cautions(aid, TUESDAY)}


def test_a_version_of_the_reglement_never_changes(rule) -> None:
    rule.ceiling = Decimal(999)
    with pytest.raises(ProgrammingError), transaction.atomic():
        rule.save()
    newer = AidRuleFactory(kind=rule.kind, valid_from=date(2026, 12, 1), ceiling=Decimal(500))
    assert rule.kind.rule_on(TUESDAY) == rule
    assert rule.kind.rule_on(date(2026, 12, 1)) == newer


# --- The session -----------------------------------------------------------------------------------------------------
def test_an_unanimous_grant_commits_the_envelope(proposed, session, isabelle, rule) -> None:
    AidEnvelopeFactory(kind=rule.kind, amount=Decimal(300))
    session, (item,) = opened(session, isabelle, proposed)
    item = services.decide_item(by=isabelle, item=item, decision=D.GRANTED)
    assert (item.votes_for, item.votes_against, item.amount) == (3, 0, Decimal(280))
    proposed.refresh_from_db()
    assert (proposed.state, proposed.granted_amount) == (S.DECIDED, Decimal(280))
    envelope = AidEnvelope.objects.with_figures().get()
    assert (envelope.committed, envelope.spent, envelope.left) == (Decimal(280), 0, Decimal(20))
    assert envelope.status == "soon"


def test_beyond_the_envelope_only_with_a_reason(proposed, session, isabelle, rule) -> None:
    session, (item,) = opened(session, isabelle, proposed)
    with pytest.raises(ValidationError, match="enveloppe"):
        services.decide_item(by=isabelle, item=item, decision=D.GRANTED)
    AidEnvelopeFactory(kind=rule.kind, amount=Decimal(100))
    with pytest.raises(ValidationError, match="Il reste 100,00"):
        services.decide_item(by=isabelle, item=item, decision=D.GRANTED)
    item = services.decide_item(by=isabelle, item=item, decision=D.GRANTED, override_reason="Virement voté")
    assert item.request.__class__.objects.get().override_reason == "Virement voté"


@pytest.mark.parametrize(
    ("against", "abstentions", "casting", "field"),
    [(2, 0, False, "votes_against"), (1, 1, False, "casting_vote"), (2, 2, False, "votes_against"),
     (0, 0, True, "casting_vote"), (0, 3, False, "votes_against")],
)  # fmt: skip
def test_votes_carry_a_decision_or_not(
    proposed, session, isabelle, rule, against, abstentions, casting, field
) -> None:
    AidEnvelopeFactory(kind=rule.kind)
    session, (item,) = opened(session, isabelle, proposed)
    with pytest.raises(ValidationError) as refused:
        services.decide_item(
            by=isabelle, item=item, decision=D.GRANTED, votes_against=against, abstentions=abstentions,
            casting_vote=casting,
        )  # fmt: skip
    assert list(refused.value.message_dict) == [field]
    proposed.refresh_from_db()
    assert proposed.state == S.LISTED


def test_the_chair_breaks_a_tie_unless_they_left(proposed, session, isabelle, rule) -> None:
    AidEnvelopeFactory(kind=rule.kind)
    session, (item,) = opened(session, isabelle, proposed)
    chair, other, _third = members(session)
    with pytest.raises(ValidationError, match="ne prend pas part"):
        services.decide_item(
            by=isabelle, item=item, decision=D.GRANTED, votes_against=1, casting_vote=True, recused=[chair]
        )
    item = services.decide_item(
        by=isabelle, item=item, decision=D.GRANTED, votes_against=1, casting_vote=True, recused=[other]
    )
    assert (item.votes_for, item.votes_against, item.casting_vote) == (1, 1, True)
    assert list(item.recused.all()) == [other]


def test_no_session_without_its_quorum(proposed, session, isabelle) -> None:
    services.list_requests(by=isabelle, session=session, requests=[proposed])
    chair, _second, _third = members(session)
    with pytest.raises(ValidationError, match="quorum"):
        services.open_session(by=isabelle, session=session, present=[chair], chair=chair)


def test_the_last_decision_is_undone_and_taken_again(proposed, session, isabelle, rule) -> None:
    AidEnvelopeFactory(kind=rule.kind)
    session, (item,) = opened(session, isabelle, proposed)
    services.decide_item(by=isabelle, item=item, decision=D.REFUSED, reason="Hors barème")
    undone = services.undo_last_decision(by=isabelle, session=session)
    proposed.refresh_from_db()
    assert (undone.pk, proposed.state, proposed.decision, proposed.decision_on) == (
        item.pk,
        S.LISTED,
        "",
        None,
    )
    item.refresh_from_db()
    assert (item.decision, item.votes_for, item.reason) == ("", None, "")
    services.decide_item(by=isabelle, item=item, decision=D.PARTIAL, amount=Decimal(100), reason="Barème")
    with pytest.raises(ForbiddenTransition, match="vient d’être décidée"):
        services.decide_item(by=isabelle, item=item, decision=D.GRANTED)
    proposed.refresh_from_db()
    assert proposed.granted_amount == Decimal(100)
    with pytest.raises(ForbiddenTransition, match="Aucune"):
        services.undo_last_decision(
            by=isabelle, session=services.undo_last_decision(by=isabelle, session=session).session
        )


def test_an_adjourned_request_comes_back(proposed, session, isabelle, claire) -> None:
    session, (item,) = opened(session, isabelle, proposed)
    services.decide_item(by=isabelle, item=item, decision=D.ADJOURNED, reason="Devis à fournir")
    services.close_session(by=isabelle, session=session)
    proposed.refresh_from_db()
    assert proposed.state == S.ADJOURNED
    later = AidSessionFactory(held_on=date(2026, 12, 15))
    services.list_requests(by=isabelle, session=later, requests=[proposed])
    proposed.refresh_from_db()
    assert (proposed.state, proposed.decision) == (S.LISTED, "")
    item.refresh_from_db()
    assert item.decision == D.ADJOURNED


def test_closing_leaves_the_undecided_to_another_session(proposed, session, isabelle) -> None:
    session, _items = opened(session, isabelle, proposed)
    session = services.close_session(by=isabelle, session=session)
    proposed.refresh_from_db()
    assert (proposed.state, AgendaItem.objects.count()) == (S.PROPOSED, 0)
    assert services.reopen_session(by=isabelle, session=session).is_open


def test_an_emergency_is_decided_alone_and_told_to_the_next_session(
    household, claire, isabelle, session
) -> None:
    rule = AidRuleFactory(delegated=True)
    AidEnvelopeFactory(kind=rule.kind)
    aid = services.open_request(**values(household, claire, rule, amount=Decimal(180), urgent=True))
    services.propose(by=claire, request=aid)
    with pytest.raises(ValidationError, match="La délégation s’arrête"):
        services.decide_by_delegation(
            by=isabelle, request=aid, decision=D.GRANTED, on=TUESDAY, decided_by="F. Aubert"
        )
    services.decide_by_delegation(
        by=isabelle,
        request=aid,
        decision=D.PARTIAL,
        on=TUESDAY,
        decided_by="F. Aubert",
        amount=Decimal(150),
        reason="Plafond",
    )
    assert aid.by_delegation
    other = AidRequestFactory(proposed=True, rule=rule)
    session, _items = opened(session, isabelle, other)
    services.close_session(by=isabelle, session=session)
    aid.refresh_from_db()
    assert aid.reported_in == session


def test_what_is_not_delegated_goes_to_the_commission(proposed, isabelle) -> None:
    with pytest.raises(ValidationError, match="va en commission"):
        services.decide_by_delegation(
            by=isabelle,
            request=proposed,
            decision=D.REFUSED,
            on=TUESDAY,
            decided_by="F. Aubert",
            reason="Non",
        )


def test_a_commune_is_said_when_it_is_large_and_asks_often(db) -> None:
    AidRegulation.objects.create(
        valid_from=date(2026, 1, 1), deliberation="D", appeal_source="S", few_requests=2, small_commune=2000
    )
    large = {"code": "28085", "name": "Chartres", "population": 38324}
    small = {"code": "28004", "name": "Allonnes", "population": 321}
    session = AidSessionFactory()
    items = []
    for commune in (large, large, small, small, {**large, "code": "28218", "name": "Lucé"}, None):
        item = AgendaItemFactory(session=session)
        item.sheet["commune"] = commune
        items.append(item)
    places = [sheet.place for sheet in sheets_of(items, regulation_on(TUESDAY)).values()]
    hidden = "Non communiquée"
    assert places == ["Chartres", "Chartres", hidden, hidden, hidden, hidden]


# --- The money -------------------------------------------------------------------------------------------------------
PAYMENT = {"means": "transfer", "channel": "mandate", "payee_kind": "supplier", "payee": "EDF"}


def test_never_more_than_was_granted(claire, isabelle) -> None:
    aid = AidRequestFactory(notified=True)
    services.pay(by=claire, request=aid, on=TUESDAY, amount=Decimal(200), **PAYMENT)
    with pytest.raises(ValidationError, match="Il reste 80,00"):
        services.pay(by=claire, request=aid, on=TUESDAY, amount=Decimal(81), **PAYMENT)
    with pytest.raises(IntegrityError), transaction.atomic():
        AidPayment.objects.create(request=aid, by=claire, on=TUESDAY, amount=Decimal(81), **PAYMENT)
    payment = services.pay(by=claire, request=aid, on=TUESDAY, amount=Decimal(80), **PAYMENT)
    aid.refresh_from_db()
    assert aid.state == S.PAID
    services.cancel_payment(by=claire, payment=payment)
    aid.refresh_from_db()
    assert aid.state == S.NOTIFIED
    assert AidEnvelope.objects.with_figures().get().spent == Decimal(200)


def test_an_advance_is_repaid_by_instalments(claire) -> None:
    rule = AidRuleFactory(advance=True)
    aid = AidRequestFactory(kind=rule.kind, rule=rule, notified=True, repayable=True, instalments=3)
    services.set_schedule(by=claire, request=aid, first_instalment_on=date(2026, 10, 31), instalments=3)
    aid.refresh_from_db()
    services.pay(by=claire, request=aid, on=TUESDAY, amount=Decimal(280), **PAYMENT)
    aid.refresh_from_db()
    assert aid.state == S.REPAYING
    rows = instalments(aid, Decimal(280), Decimal(50))
    assert [row.due_on for row in rows] == [date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 31)]
    assert [row.amount for row in rows] == [Decimal("93.33"), Decimal("93.33"), Decimal("93.34")]
    assert late_amount(rows, TUESDAY) == Decimal("43.33")
    with pytest.raises(ValidationError, match="Il reste 280,00"):
        services.repay(by=claire, request=aid, on=TUESDAY, amount=Decimal(281), means="cash")
    repayment = services.repay(by=claire, request=aid, on=TUESDAY, amount=Decimal(280), means="cash")
    aid.refresh_from_db()
    assert aid.state == S.REPAID
    services.cancel_repayment(by=claire, repayment=repayment)
    aid.refresh_from_db()
    assert aid.state == S.REPAYING
    with pytest.raises(ValidationError, match="10 échéances au plus"):
        services.set_schedule(by=claire, request=aid, first_instalment_on=TUESDAY, instalments=11)


def test_parts_add_up() -> None:
    assert sum(split(Decimal("100.01"), 7)) == Decimal("100.01")


def test_moves_are_taken_back_one_by_one(proposed, claire) -> None:
    services.undo_last_move(by=claire, request=proposed)
    proposed.refresh_from_db()
    assert proposed.state == S.DRAFT
    with pytest.raises(ForbiddenTransition, match="pas d’étape"):
        services.undo_last_move(by=claire, request=proposed)


def test_a_closed_request_releases_what_was_not_paid(claire) -> None:
    aid = AidRequestFactory(notified=True)
    services.pay(by=claire, request=aid, on=TUESDAY, amount=Decimal(100), **PAYMENT)
    aid.refresh_from_db()
    services.close_request(by=claire, request=aid, on=TUESDAY)
    envelope = AidEnvelope.objects.with_figures().get()
    assert (envelope.committed, envelope.spent) == (Decimal(100), Decimal(100))


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": S.DECIDED},
        {"state": S.DRAFT, "decision": D.REFUSED, "decision_reason": "x", "decision_on": TUESDAY},
        {"state": S.NOTIFIED, "granted": True},
        {"granted": True, "granted_amount": Decimal(10)},
        {"granted": True, "decision": D.PARTIAL},
        {"state": S.CLOSED, "granted": True},
        {"amount": Decimal(0)},
    ],
)
def test_the_database_refuses_what_does_not_hold(wrong) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AidRequestFactory(**wrong)
