"""Writes on debts (H7): the write history keeps each former state."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from households.enums import DebtStage
from households.models import Debt
from households.services.persons import lock_household


@transaction.atomic
def save_debt(*, by: User, debt: Debt) -> Debt:
    """A new debt, or one that moved. Settled: nothing is due any more, from today unless it says otherwise.

    Raises ConstraintViolation.
    """
    lock_household(debt.household)
    today = timezone.localdate()
    if debt.noted_on is None:
        debt.noted_on = today
    if debt.stage == DebtStage.SETTLED:
        debt.settled_on = debt.settled_on or today
        debt.remaining_amount = Decimal(0)
    else:
        debt.settled_on = None
    with signed_by(by), typed_violations():
        debt.save()
    return debt
