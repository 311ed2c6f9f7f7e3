"""A contract belongs to the orientation it was signed under (I4)."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils import timezone

from cias.core.db import typed_violations
from insertion.deadlines import Rules
from insertion.models import ContractAction, EngagementContract


def sign_contract(
    *, contract: EngagementContract, actions: Iterable[ContractAction] = ()
) -> EngagementContract:
    """Save a contract with the lines of its plan d'action.

    Fewer hours than the rule asks need their reason (C. trav., art. L5411-6). Raises ValidationError on the field,
    ConstraintViolation when another contract covers the dates.
    """
    minimum = Rules().on(contract.start).minimum_hours
    too_few = contract.weekly_hours is not None and contract.weekly_hours < minimum
    if too_few and not contract.reduction_reason:
        raise ValidationError(
            {
                "reduction_reason": f"En dessous de {minimum} heures par semaine, dites pourquoi la durée est réduite."
            }
        )
    for name in ("signed_by_person_on", "signed_by_structure_on"):
        signed_on = getattr(contract, name)
        if signed_on and signed_on > timezone.localdate():
            raise ValidationError({name: "Une signature ne peut pas être à venir."})
    with typed_violations():
        contract.save()
        for action in actions:
            action.contract = contract
            action.save()
    return contract
