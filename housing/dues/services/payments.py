"""Money received, put against what is owed, and taken back when it was a mistake."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.core.db import typed_violations
from cias.core.french import date_short, euros, lower_first
from cias.core.states import ForbiddenTransition
from housing.dues.enums import DueKind, DueMeans, Payer
from housing.dues.prorata import month_of
from housing.dues.services.accounts import lock_account, release, use_credit, write, write_all_back
from housing.models import Due, DueLine, Payment, Stay


@transaction.atomic
def pay(
    *,
    by: User,
    stay: Stay,
    on: date,
    amount: Decimal,
    means: DueMeans | str,
    payer: Payer | str = Payer.HOUSEHOLD,
    payer_name: str = "",
    reference: str = "",
    chosen: Mapping[Due, Decimal] | None = None,
) -> Payment:
    """Record a payment and what it pays: the oldest first, or `chosen` in euros a call; the rest is credit.

    Raises ValidationError when more is set against a call than is left of it, or than was paid.
    """
    locked = lock_account(stay)
    _check_choice(locked, amount, chosen or {})
    with typed_violations():
        payment = Payment.objects.create(
            stay=locked,
            by=by,
            on=on,
            amount=amount,
            means=means,
            payer=payer,
            payer_name=payer_name,
            reference=reference,
        )
        write(
            stay=locked,
            on=on,
            label=f"Paiement\u00a0: {lower_first(payment.payer_label)}",
            by=by,
            credit=amount,
            payment=payment,
            means=means,
            reference=reference,
        )
        # An older credit would have been used already: the only money there is to set is this payment's.
        use_credit(locked, on, chosen)
    return payment


def _check_choice(stay: Stay, amount: Decimal, chosen: Mapping[Due, Decimal]) -> None:
    left = {due.pk: due.left for due in Due.objects.filter(stay=stay).open()}
    for due, part in chosen.items():
        if part > left.get(due.pk, Decimal(0)):
            raise ValidationError(
                f"Il reste {euros(left.get(due.pk, Decimal(0)))} à payer sur «\u00a0{due.label}\u00a0».",
                code="too_much",
            )
    if sum(chosen.values(), Decimal(0)) > amount:
        raise ValidationError("Vous répartissez plus que le paiement.", code="too_much")


@transaction.atomic
def reverse_payment(*, by: User, payment: Payment, reason: str, on: date | None = None) -> Payment:
    """Cancel a payment (a slip, a cheque that bounced): what it paid is owed again.

    Raises ForbiddenTransition when it is reversed already, or comes from the deposit.
    """
    on = on or timezone.localdate()
    stay = lock_account(payment.stay)
    current = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    if current.is_reversed:
        raise ForbiddenTransition("Ce paiement est déjà annulé.")
    if getattr(current, "settlement", None) is not None and current.settlement.reversed_on is None:
        raise ForbiddenTransition("Cette retenue vient du solde du dépôt\u00a0: annulez le solde.")
    take_back(by, current, reason, on)
    use_credit(stay, on)
    return current


def take_back(by: User, payment: Payment, reason: str, on: date) -> None:
    payment.reversed_on, payment.reversed_by, payment.reversal_reason = on, by, reason
    payment.save(update_fields=["reversed_on", "reversed_by", "reversal_reason"])
    release(payment.allocations)
    write_all_back(payment.entries, on=on, by=by)


def credit_of(stay: Stay) -> Decimal:
    """What payments still hold: it will pay the next calls, or be given back."""
    return sum((row.left for row in Payment.objects.filter(stay=stay).holding_credit()), Decimal(0))


@transaction.atomic
def refund(
    *, by: User, stay: Stay, on: date, amount: Decimal, means: DueMeans | str, reference: str = ""
) -> Due:
    """Give back what was paid in excess: a call that the credit settles at once.

    Raises ValidationError when there is less credit than that.
    """
    locked = lock_account(stay)
    credit = credit_of(locked)
    if amount > credit:
        raise ValidationError({"amount": f"Le crédit est de {euros(credit)}."})
    label = f"Trop-perçu rendu le {date_short(on)}"
    with typed_violations():
        due = Due.objects.create(
            stay=locked, by=by, kind=DueKind.REFUND, month=month_of(on), label=label, called_on=on, due_on=on,
            amount=amount,
        )  # fmt: skip
        said = f"{label}, {lower_first(DueMeans(means).label)}{f', {reference}' if reference else ''}"
        DueLine.objects.create(due=due, position=1, label=said[:160], amount=amount)
        write(stay=locked, on=on, label=label, by=by, debit=amount, due=due, means=means, reference=reference)
        use_credit(locked, on)
    return due
