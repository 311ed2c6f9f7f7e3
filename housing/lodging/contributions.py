"""What a household pays: a fixed amount, or a share of its resources with the terms kept.

The resources are those of the household's budget, frozen with the contract that relies on them: the amount can be
reckoned again years later.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from cias.accounts.models import User
from cias.core.french import rounded
from households.models import Budget, BudgetSnapshot, Household
from households.services.budgets import freeze_budget
from housing.lodging.enums import ContributionKind

HUNDRED = Decimal(100)
PURPOSE = "Participation à l’hébergement"


@dataclass(frozen=True)
class Terms:
    """The monthly contribution in euros, and how it was found."""

    amount: Decimal
    share: Decimal | None = None
    resources: Decimal | None = None
    budget: BudgetSnapshot | None = None

    def columns(self) -> dict[str, Any]:
        """The columns of a contract."""
        kind = ContributionKind.FIXED if self.share is None else ContributionKind.SHARE
        return {
            "contribution": self.amount,
            "contribution_kind": kind,
            "share": self.share,
            "resources": self.resources,
            "budget": self.budget,
        }


def part_of(resources: Decimal, share: Decimal) -> Decimal:
    """`share` percent of monthly resources, to the cent, rounded half up."""
    return rounded(resources * share / HUNDRED, 2)


def latest_budget(household: Household) -> Budget | None:
    return household.budgets.filter(on__lte=timezone.localdate()).first()


def share_terms(*, by: User, household: Household, share: Decimal) -> Terms:
    """Freeze the household's latest budget and take `share` percent of its resources.

    Raises ValidationError (code "share") when there is no budget, or no resources in it.
    """
    budget = latest_budget(household)
    if budget is None or budget.resources is None:
        raise ValidationError(
            "Ce ménage n’a pas de budget avec des ressources\u00a0: faites-le d’abord, ou choisissez un montant fixe.",
            code="share",
        )
    frozen = freeze_budget(by=by, household=household, purpose=PURPOSE, budget=budget)
    return Terms(part_of(budget.resources, share), share, budget.resources, frozen)


def terms_for(
    *, by: User | None, household: Household, amount: Decimal | None, share: Decimal | None
) -> Terms:
    """A share of the resources when one is given, the fixed amount otherwise.

    Raises ValidationError when neither is given, or when the share has nothing to be taken from.
    """
    if share is not None and by is not None:
        return share_terms(by=by, household=household, share=share)
    if amount is None:
        raise ValidationError("Donnez la participation.", code="contribution")
    return Terms(amount)
