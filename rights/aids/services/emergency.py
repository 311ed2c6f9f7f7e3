"""An emergency: asked and proposed at once, decided by delegation, then handed over (CASF, R123-21 and R123-22)."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.core.french import euros
from cias.core.states import ForbiddenTransition
from households.models import Household
from rights.aids.enums import AidState, NoticeChannel, PayeeKind, PaymentChannel, PaymentMeans
from rights.aids.services.money import pay, total
from rights.aids.services.requests import notify, open_request, propose
from rights.enums import Opinion
from rights.models import AidKind, AidRequest, AidRule


def delegated_rules(day: date) -> list[AidRule]:
    """The rules in force on `day` of the kinds of aid whose emergencies are decided by delegation."""
    kinds = AidKind.objects.filter(is_active=True, rules__delegation=True).distinct()
    rules = [kind.rule_on(day) for kind in kinds]
    return [rule for rule in rules if rule is not None and rule.delegation]


@transaction.atomic
def ask_emergency(
    *, by: User, household: Household, kind: AidKind, amount: Decimal, **values: Any
) -> AidRequest:
    """Open and propose an emergency in one go; the worker's opinion is that it be granted whole.

    Raises ValidationError, and nothing is written, when the règlement does not delegate it, beyond what is delegated,
    or when the règlement is not met and no derogation says why.
    """
    today = timezone.localdate()
    rule = kind.rule_on(today)
    if rule is None or not rule.delegation:
        raise ValidationError(
            {"kind": "Le règlement ne délègue pas cette aide\u00a0: elle va en commission."}
        )
    if rule.delegation_ceiling is not None and amount > rule.delegation_ceiling:
        raise ValidationError(
            {
                "amount": f"La délégation s’arrête à {euros(rule.delegation_ceiling)}\u00a0: au-delà, demandez l’aide "
                "à la commission."
            }
        )
    request = open_request(
        by=by,
        household=household,
        opened_on=today,
        kind=kind,
        amount=amount,
        agent=by,
        urgent=True,
        opinion=Opinion.FAVOURABLE,
        proposed_amount=amount,
        **values,
    )
    return propose(by=by, request=request)


def may_be_handed_over(request: AidRequest) -> bool:
    """Whether the aid was granted by delegation to the person themselves and is still to be told and paid."""
    return (
        request.by_delegation
        and request.is_granted
        and not request.repayable
        and request.state == AidState.DECIDED
        and request.payee_kind == PayeeKind.PERSON
    )


@transaction.atomic
def hand_over(
    *, by: User, request: AidRequest, on: date, means: PaymentMeans | str, reference: str = ""
) -> AidRequest:
    """Tell the person in hand and pay the whole from the régie, both on the same day.

    Raises ForbiddenTransition for anything but a grant by delegation to the person themselves.
    """
    if not may_be_handed_over(request) or request.granted_amount is None:
        raise ForbiddenTransition(
            "Cette aide ne se remet pas en main propre\u00a0: notifiez-la, puis payez-la."
        )
    notify(by=by, request=request, on=on, notice=NoticeChannel.HAND)
    pay(
        by=by,
        request=request,
        on=on,
        amount=request.granted_amount - total(request.payments),
        means=means,
        channel=PaymentChannel.REGIE,
        payee_kind=PayeeKind.PERSON,
        payee=request.applicant.full_name,
        reference=reference,
    )
    return request
