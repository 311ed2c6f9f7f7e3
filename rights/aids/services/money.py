"""Payments and repayments: recorded, cancelled, never more than what was granted or paid."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.deadlines import add_months
from cias.core.french import euros
from cias.core.states import ForbiddenTransition
from rights.aids.enums import AidState, PaymentMeans
from rights.aids.services.requests import take_back_state
from rights.models import AidPayment, AidRepayment, AidRequest

S = AidState
ZERO = Decimal(0)
MAY_BE_PAID = (S.NOTIFIED,)
MAY_BE_REPAID = (S.REPAYING,)


def total(rows: Any) -> Decimal:
    """The sum of the standing rows, in euros."""
    return rows.standing().aggregate(total=Sum("amount"))["total"] or ZERO


@transaction.atomic
def pay(*, by: User, request: AidRequest, on: date, amount: Decimal, **values: Any) -> AidPayment:
    """Record a payment; the last euro makes the aid paid, or an advance that is being repaid.

    Raises ValidationError beyond what was granted, before the decision or before it was notified.
    """
    current = request.locked()
    granted, decided_on = current.granted_amount, current.decision_on
    if current.state not in MAY_BE_PAID or granted is None or decided_on is None:
        raise ForbiddenTransition("Une aide se paie une fois accordée et notifiée.")
    if on < decided_on:
        raise ValidationError({"on": "Le paiement ne peut pas précéder la décision."})
    left = granted - total(current.payments)
    if amount > left:
        raise ValidationError({"amount": f"Il reste {euros(left)} à payer sur le montant accordé."})
    with signed_by(by), typed_violations():
        payment = AidPayment.objects.create(request=current, by=by, on=on, amount=amount, **values)
        if amount == left:
            first = current.first_instalment_on or add_months(on.replace(day=1), 2)
            changes: dict[str, Any] = {"first_instalment_on": first} if current.repayable else {}
            current.move_to(S.REPAYING if current.repayable else S.PAID, by=by, on=on, **changes)
    return payment


@transaction.atomic
def cancel_payment(*, by: User, payment: AidPayment) -> AidPayment:
    """A slip: the payment no longer counts, and the aid is again to be paid. Repayments are cancelled first."""
    current = payment.request.locked()
    _check_standing(payment)
    if current.state not in (S.NOTIFIED, S.PAID, S.REPAYING):
        raise ForbiddenTransition("La demande est close\u00a0: annulez d’abord sa clôture.")
    if current.repayments.standing().exists():
        raise ForbiddenTransition("Un remboursement a été enregistré\u00a0: annulez-le d’abord.")
    with signed_by(by), typed_violations():
        _cancel(by, payment)
        if current.state != S.NOTIFIED:
            take_back_state(by=by, request=current)
    return payment


@transaction.atomic
def repay(
    *, by: User, request: AidRequest, on: date, amount: Decimal, means: PaymentMeans | str
) -> AidRepayment:
    """Record a repayment; the last euro makes the advance repaid."""
    current = request.locked()
    if current.state not in MAY_BE_REPAID:
        raise ForbiddenTransition("Cette aide n’est pas en remboursement.")
    left = total(current.payments) - total(current.repayments)
    if amount > left:
        raise ValidationError({"amount": f"Il reste {euros(left)} à rembourser."})
    with signed_by(by), typed_violations():
        repayment = AidRepayment.objects.create(request=current, by=by, on=on, amount=amount, means=means)
        if amount == left:
            current.move_to(S.REPAID, by=by, on=on)
    return repayment


@transaction.atomic
def cancel_repayment(*, by: User, repayment: AidRepayment) -> AidRepayment:
    """A slip: the repayment no longer counts."""
    current = repayment.request.locked()
    _check_standing(repayment)
    if current.state not in (S.REPAYING, S.REPAID):
        raise ForbiddenTransition("La demande est close\u00a0: annulez d’abord sa clôture.")
    with signed_by(by), typed_violations():
        _cancel(by, repayment)
        if current.state == S.REPAID:
            take_back_state(by=by, request=current)
    return repayment


def _check_standing(row: AidPayment | AidRepayment) -> None:
    row.refresh_from_db()
    if row.cancelled_at is not None:
        raise ForbiddenTransition("Cette ligne est déjà annulée.")


def _cancel(by: User, row: AidPayment | AidRepayment) -> None:
    row.cancelled_at, row.cancelled_by = timezone.now(), by
    row.save(update_fields=["cancelled_at", "cancelled_by"])


@transaction.atomic
def set_schedule(*, by: User, request: AidRequest, first_instalment_on: date, instalments: int) -> AidRequest:
    """Agree on when an advance is repaid, before or while it is."""
    current = request.locked()
    if not current.repayable or current.state not in (S.DECIDED, S.NOTIFIED, S.REPAYING):
        raise ForbiddenTransition("Cette aide n’a pas d’échéancier à fixer.")
    most = current.rule.most_instalments if current.rule else None
    if most is not None and instalments > most:
        raise ValidationError({"instalments": f"Le règlement prévoit {most} échéances au plus."})
    current.first_instalment_on, current.instalments = first_instalment_on, instalments
    with signed_by(by), typed_violations():
        current.save(update_fields=["first_instalment_on", "instalments"])
    return current
