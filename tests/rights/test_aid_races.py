"""Two decisions at once on one envelope, each on its own connection: what is left never goes below zero."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from rights.aids import services
from rights.aids.enums import AidDecision, AidState
from rights.models import AidEnvelope, AidPayment, AidRequest
from tests.factories import (
    AidEnvelopeFactory,
    AidRequestFactory,
    AidRuleFactory,
    AidSessionFactory,
    UserFactory,
)
from tests.rights.test_races import race

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 11, 24)


def test_two_grants_at_once_do_not_overdraw_an_envelope() -> None:
    """One in a session, the others by delegation: 300 euros hold one grant of 200, whoever comes first."""
    rule = AidRuleFactory(delegation=True)
    AidEnvelopeFactory(kind=rule.kind, amount=Decimal(300))
    agent = UserFactory()
    aids = [
        AidRequestFactory(kind=rule.kind, rule=rule, amount=Decimal(200), urgent=True, proposed=True)
        for _ in range(4)
    ]
    session = AidSessionFactory(held_on=DAY)
    services.list_requests(by=agent, session=session, requests=aids[:1])
    there = [seat.member for seat in session.seats.all()]
    session = services.open_session(by=agent, session=session, present=there, chair=there[0])
    item = session.items.get()

    def vote() -> None:
        services.decide_item(by=agent, item=item, decision=AidDecision.GRANTED)

    def delegate(aid: AidRequest) -> None:
        mine = AidRequest.objects.get(pk=aid.pk)
        services.decide_by_delegation(
            by=agent, request=mine, decision=AidDecision.GRANTED, on=DAY, decided_by="F. Aubert"
        )

    errors = race(vote, *[lambda aid=aid: delegate(aid) for aid in aids[1:]])
    assert [type(error) for error in errors] == [ValidationError] * 3
    assert all("Il reste 100,00" in str(error) for error in errors)
    envelope = AidEnvelope.objects.with_figures().get()
    assert (envelope.committed, envelope.left) == (Decimal(200), Decimal(100))


def test_a_double_click_pays_once() -> None:
    aid = AidRequestFactory(notified=True)
    agent = UserFactory()

    def pay() -> None:
        services.pay(
            by=agent, request=AidRequest.objects.get(pk=aid.pk), on=DAY, amount=Decimal(280), means="transfer",
            channel="mandate", payee_kind="supplier", payee="EDF",
        )  # fmt: skip

    errors = race(*[pay] * 4)
    assert len(errors) == 3
    assert AidPayment.objects.get().amount == Decimal(280)
    aid.refresh_from_db()
    assert aid.state == AidState.PAID
