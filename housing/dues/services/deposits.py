"""The deposit: received, held apart, and settled at the exit with what is kept itemised.

The delays come from the rule of contributions (loi 89-462, art. 22: one month when the dwelling is as it was at the
entry, two months otherwise, from the day the keys came back).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.core.db import typed_violations
from cias.core.deadlines import add_months
from cias.core.french import euros
from cias.core.states import ForbiddenTransition
from housing.dues.enums import Account, DueKind, DueMeans, Payer
from housing.dues.prorata import cents
from housing.dues.services.accounts import balance, lock_account, rule_on, use_credit, write, write_all_back
from housing.dues.services.calls import call_sum
from housing.dues.services.calls import take_back as take_back_due
from housing.dues.services.payments import take_back as take_back_payment
from housing.models import (
    DepositReceipt,
    DepositSettlement,
    Due,
    DueLine,
    DuesRule,
    InventoryElement,
    Payment,
    RetainedItem,
    Stay,
)

ZERO = Decimal(0)


@dataclass(frozen=True)
class Kept:
    """One thing kept of a deposit: its cost in euros, and the share of it that wear explains."""

    label: str
    cost: Decimal
    wear_percent: int = 0
    element: InventoryElement | None = None

    @property
    def amount(self) -> Decimal:
        """The household's part, rounded half up to the cent."""
        return cents(self.cost * (100 - self.wear_percent) / 100)


def deposit_held(stay: Stay) -> Decimal:
    """What the CIAS holds of a stay's deposit, in euros."""
    return -balance(stay, Account.DEPOSIT)


def return_by(
    keys_returned_on: date, *, is_conforming: bool, known: Sequence[DuesRule] | None = None
) -> date:
    """The last day to give the deposit back."""
    rule = rule_on(keys_returned_on, known)
    return add_months(keys_returned_on, rule.deposit_months if is_conforming else rule.deposit_months_damaged)


@transaction.atomic
def receive_deposit(
    *,
    by: User,
    stay: Stay,
    on: date,
    amount: Decimal,
    means: DueMeans | str,
    payer_name: str = "",
    reference: str = "",
) -> DepositReceipt:
    """Record money entrusted as a deposit. Raises ValidationError beyond what the stay asks, or once it is settled."""
    locked = lock_account(stay)
    if DepositSettlement.objects.filter(stay=locked, reversed_on__isnull=True).exists():
        raise ForbiddenTransition("Le dépôt de ce séjour est déjà soldé.")
    room = (locked.deposit or ZERO) - deposit_held(locked)
    if amount > room:
        raise ValidationError(
            {
                "amount": f"Le dépôt prévu est de {euros(locked.deposit or ZERO)}\u00a0: il reste "
                f"{euros(max(room, ZERO))} à recevoir."
            }
        )
    with typed_violations():
        receipt = DepositReceipt.objects.create(
            stay=locked, by=by, on=on, amount=amount, means=means, payer_name=payer_name, reference=reference
        )
        write(
            stay=locked,
            on=on,
            label="Dépôt de garantie reçu",
            by=by,
            credit=amount,
            account=Account.DEPOSIT,
            means=means,
            reference=reference,
            receipt=receipt,
        )
    return receipt


@transaction.atomic
def reverse_deposit(*, by: User, receipt: DepositReceipt, reason: str, on: date | None = None) -> None:
    """Cancel a deposit entered by mistake, as long as it is not settled. Raises ForbiddenTransition."""
    on = on or timezone.localdate()
    stay = lock_account(receipt.stay)
    current = DepositReceipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
    if current.is_reversed:
        raise ForbiddenTransition("Ce dépôt est déjà annulé.")
    if DepositSettlement.objects.filter(stay=stay, reversed_on__isnull=True).exists():
        raise ForbiddenTransition("Le dépôt est soldé\u00a0: annulez d’abord son solde.")
    current.reversed_on, current.reversed_by, current.reversal_reason = on, by, reason
    current.save(update_fields=["reversed_on", "reversed_by", "reversal_reason"])
    write_all_back(current.entries, on=on, by=by)


@transaction.atomic
def settle_deposit(
    *,
    by: User,
    stay: Stay,
    on: date,
    keys_returned_on: date,
    is_conforming: bool,
    items: Sequence[Kept] = (),
    means: DueMeans | str = "",
    reference: str = "",
) -> DepositSettlement:
    """Call the repairs, keep of the deposit what they and the arrears come to, give the rest back.

    What the deposit does not cover stays owed. Raises ForbiddenTransition before the exit, when nothing is held or the
    deposit is settled already; ValidationError when money goes back without a means.
    """
    locked = lock_account(stay)
    held = deposit_held(locked)
    if locked.end is None:
        raise ForbiddenTransition("Enregistrez d’abord la sortie du ménage.")
    if held <= 0:
        raise ForbiddenTransition("Aucun dépôt n’est détenu pour ce séjour.")
    repairs = sum((item.amount for item in items), ZERO)
    damage = None
    if repairs > 0:
        damage = call_sum(
            by=by,
            stay=locked,
            kind=DueKind.DAMAGE,
            label="Réparations à la sortie",
            amount=repairs,
            on=on,
            due_on=on,
            items=[DueLine(label=item.label[:160], amount=item.amount) for item in items if item.amount > 0],
        )
    owed = sum((due.left for due in Due.objects.filter(stay=locked).open()), ZERO)
    kept = min(held, owed)
    returned = held - kept
    if returned > 0 and not means:
        raise ValidationError({"means": f"Indiquez comment les {euros(returned)} sont rendus."})
    payment = _keep(by, locked, on, kept) if kept > 0 else None
    with typed_violations():
        settlement = DepositSettlement.objects.create(
            stay=locked,
            on=on,
            keys_returned_on=keys_returned_on,
            is_conforming=is_conforming,
            due_on=return_by(keys_returned_on, is_conforming=is_conforming),
            received=held,
            kept=kept,
            returned=returned,
            means=means if returned > 0 else "",
            reference=reference,
            damage=damage,
            payment=payment,
            by=by,
        )
    for label, amount, said, ref in (
        ("Dépôt de garantie retenu", kept, DueMeans.INTERNAL, ""),
        ("Dépôt de garantie rendu", returned, means, reference),
    ):
        if amount > 0:
            write(
                stay=locked,
                on=on,
                label=label,
                by=by,
                debit=amount,
                account=Account.DEPOSIT,
                means=said,
                reference=ref,
                settlement=settlement,
            )
    RetainedItem.objects.bulk_create(
        RetainedItem(
            settlement=settlement,
            position=position,
            element=item.element,
            label=item.label,
            cost=item.cost,
            wear_percent=item.wear_percent,
            amount=item.amount,
        )
        for position, item in enumerate(items, start=1)
    )
    return settlement


def _keep(by: User, stay: Stay, on: date, amount: Decimal) -> Payment:
    """What is kept of the deposit pays what is owed."""
    payment = Payment.objects.create(
        stay=stay, by=by, on=on, amount=amount, means=DueMeans.INTERNAL, payer=Payer.DEPOSIT
    )
    write(
        stay=stay, on=on, label="Paiement\u00a0: dépôt de garantie retenu", by=by, credit=amount, payment=payment,
        means=DueMeans.INTERNAL,
    )  # fmt: skip
    use_credit(stay, on)
    return payment


@transaction.atomic
def reverse_settlement(*, by: User, settlement: DepositSettlement, on: date | None = None) -> None:
    """Undo a settlement: the repairs are no longer called, the deposit is held again. Raises ForbiddenTransition."""
    on = on or timezone.localdate()
    stay = lock_account(settlement.stay)
    current = DepositSettlement.objects.select_for_update(of=("self",)).get(pk=settlement.pk)
    if current.reversed_on is not None:
        raise ForbiddenTransition("Ce solde est déjà annulé.")
    current.reversed_on, current.reversed_by = on, by
    current.save(update_fields=["reversed_on", "reversed_by"])
    reason = "Annulation du solde du dépôt"
    if current.payment is not None:
        take_back_payment(by, current.payment, reason, on)
    if current.damage is not None and not current.damage.is_reversed:
        take_back_due(by, current.damage, reason, on)
    write_all_back(current.entries, on=on, by=by)
    use_credit(stay, on)
