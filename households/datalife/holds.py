"""Suspending the elimination of a file, and lifting the suspension (C7): with a reason, by somebody, for all to see."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from households.datalife.slips import take_off
from households.models import DisposalLine, Household, LegalHold
from households.services.persons import lock_household


@transaction.atomic
def set_hold(*, by: User, household: Household, reason: str, detail: str, on: date) -> LegalHold:
    """Nothing of the file goes any more; it leaves the bordereau it was on. Raises ConstraintViolation."""
    lock_household(household)
    hold = LegalHold(household=household, reason=reason, detail=detail, set_on=on, set_by=by)
    with signed_by(by), typed_violations():
        hold.save(force_insert=True)
    for line in DisposalLine.objects.filter(household=household, state="listed"):
        take_off(line, because=f"Suspension\u00a0: {hold.get_reason_display().lower()}", on=on)
    return hold


@transaction.atomic
def lift_hold(*, by: User, hold: LegalHold, reason: str, on: date) -> LegalHold:
    """Raises ValidationError when it was lifted already, ConstraintViolation."""
    hold = LegalHold.objects.select_for_update(of=("self",)).select_related("household").get(pk=hold.pk)
    if hold.lifted_on is not None:
        raise ValidationError("Cette suspension est déjà levée.", code="state")
    hold.lifted_on, hold.lifted_by, hold.lift_reason = on, by, reason
    with signed_by(by), typed_violations():
        hold.save()
    return hold
