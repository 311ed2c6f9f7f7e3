"""After the validation: signatures, and the corrections the household asks for."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from cias.accounts.models import User
from cias.core.db import typed_violations
from cias.core.french import date_short
from cias.core.states import ForbiddenTransition
from housing.inventories.enums import CorrectionState, InventoryKind
from housing.inventories.rules import correction_until, may_be_corrected
from housing.inventories.services.writing import rule_on
from housing.models import Inventory, InventoryCorrection


@transaction.atomic
def sign(*, by: User, inventory: Inventory, on: date, refused: bool = False, note: str = "") -> Inventory:
    """Both parties signed, or the household would not. Raises ForbiddenTransition before the validation."""
    current = Inventory.objects.select_for_update(of=("self",)).get(pk=inventory.pk)
    if current.is_draft:
        raise ForbiddenTransition("Validez l’état des lieux avant de le faire signer.")
    if current.signed_on is not None:
        raise ForbiddenTransition("Cet état des lieux est déjà signé.")
    current.signed_on, current.refused_to_sign, current.signature_note = on, refused, note
    with typed_violations():
        current.save(update_fields=["signed_on", "refused_to_sign", "signature_note"])
    return current


@transaction.atomic
def unsign(*, by: User, inventory: Inventory) -> Inventory:
    """Undo a signature entered by mistake. Raises ForbiddenTransition when there is none."""
    current = Inventory.objects.select_for_update(of=("self",)).get(pk=inventory.pk)
    if current.signed_on is None:
        raise ForbiddenTransition("Cet état des lieux n’est pas signé.")
    current.signed_on, current.refused_to_sign, current.signature_note = None, False, ""
    current.save(update_fields=["signed_on", "refused_to_sign", "signature_note"])
    return current


@transaction.atomic
def ask_correction(
    *, by: User, inventory: Inventory, asked_on: date, text: str, about_heating: bool = False
) -> InventoryCorrection:
    """Note what the household asks to correct of its entry.

    Raises ForbiddenTransition for another inventory, ValidationError once the delay is over (loi 89-462, art. 3-2).
    """
    if inventory.kind != InventoryKind.ENTRY or inventory.is_draft:
        raise ForbiddenTransition("Seul un état des lieux d’entrée validé se corrige.")
    if asked_on < inventory.held_on:
        raise ValidationError({"asked_on": "La demande suit l’état des lieux."})
    rule = rule_on(inventory.held_on)
    if not may_be_corrected(inventory, rule, asked_on, about_heating=about_heating):
        last = date_short(correction_until(inventory, rule))
        raise ValidationError({"asked_on": f"Le délai de correction s’est terminé le {last}."})
    return InventoryCorrection.objects.create(
        inventory=inventory, asked_on=asked_on, text=text, about_heating=about_heating, by=by
    )


@transaction.atomic
def answer_correction(
    *, by: User, correction: InventoryCorrection, state: CorrectionState | str, answer: str = ""
) -> InventoryCorrection:
    """Accept or refuse; "pending" takes the answer back. A refusal says why."""
    if state == CorrectionState.REFUSED and not answer:
        raise ValidationError({"answer": "Dites pourquoi la correction est refusée."})
    current = InventoryCorrection.objects.select_for_update(of=("self",)).get(pk=correction.pk)
    current.state = CorrectionState(state)
    current.answer = "" if state == CorrectionState.PENDING else answer
    current.save(update_fields=["state", "answer"])
    return current
