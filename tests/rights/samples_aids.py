"""Objects behind the addresses of optional aid, for the URL × role test."""

from datetime import date
from decimal import Decimal
from typing import Any

from cias.accounts.enums import Role
from rights.models import AidPayment, AidRepayment, SessionSeat
from tests.factories import (
    AgendaItemFactory,
    AidEnvelopeFactory,
    AidRequestFactory,
    AidRuleFactory,
    AidSessionFactory,
    BoardMemberFactory,
)

AID_SECRET = "canari-evaluation"


def aid_kwargs(world: Any) -> dict[str, object]:
    """A repayable aid of the household that was paid, and a session the board member of the world sits in."""
    worker = world.agents[Role.SOCIAL_WORKER]
    rule = AidRuleFactory()
    envelope = AidEnvelopeFactory(kind=rule.kind)
    aid = AidRequestFactory(
        household=world.household,
        applicant=world.person,
        kind=rule.kind,
        rule=rule,
        envelope=envelope,
        agent=worker,
        evaluation=AID_SECRET,
        repayable=True,
        instalments=4,
        first_instalment_on=date(2026, 12, 1),
        notified=True,
    )
    payment = AidPayment.objects.create(
        request=aid, by=worker, on=date(2026, 11, 18), amount=Decimal(200), means="transfer",
        channel="mandate", payee_kind="supplier", payee="EDF",
    )  # fmt: skip
    repayment = AidRepayment.objects.create(
        request=aid, by=worker, on=date(2026, 11, 20), amount=Decimal(20), means="cash"
    )
    session = AidSessionFactory()
    member = BoardMemberFactory(name="Membre qui parcourt", user=world.agents[Role.BOARD])
    SessionSeat.objects.create(session=session, member=member)
    listed = AidRequestFactory(
        household=world.household, applicant=world.person, kind=rule.kind, rule=rule, agent=worker,
        evaluation=AID_SECRET, state="listed",
    )  # fmt: skip
    item = AgendaItemFactory(session=session, request=listed)
    return {
        "aid_request_id": aid.pk,
        "aid_payment_id": payment.pk,
        "aid_repayment_id": repayment.pk,
        "aid_session_id": session.pk,
        "agenda_item_id": item.pk,
        "aid_kind_id": rule.kind.pk,
        "aid_envelope_id": envelope.pk,
        "board_member_id": member.pk,
    }
