"""What is owed, statement after statement; the write history keeps each former figure."""

from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from housing.models import EvictionDebt


@transaction.atomic
def save_debt(*, by: User, debt: EvictionDebt) -> EvictionDebt:
    """Write a statement, or put it right. Raises ConstraintViolation for a second one of the same day."""
    with signed_by(by), typed_violations():
        debt.save()
    return debt


@transaction.atomic
def drop_debt(*, by: User, debt: EvictionDebt) -> None:
    """Take back a statement entered by mistake; the write history keeps it."""
    with signed_by(by):
        debt.delete()
