"""The DALO appeal: from its preparation to the dwelling, or to the court."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from households.models import Household
from housing.applications.enums import DaloState
from housing.applications.services.requests import refresh_appeal
from housing.applications.states import DALO_ENDED
from housing.models import DaloAppeal

S = DaloState
DECISIONS = (S.PRIORITY, S.SHELTER, S.REFUSED)


@transaction.atomic
def open_appeal(*, by: User, household: Household, on: date, **values: Any) -> DaloAppeal:
    """Begin an appeal, to be prepared. Raises ValidationError for a closed household, ConstraintViolation when one
    runs."""
    if household.closed_on is not None:
        raise ValidationError("Ce ménage est clos\u00a0: rouvrez-le avant d’ouvrir un recours.")
    with signed_by(by), typed_violations():
        return DaloAppeal.objects.create(household=household, since=on, **values)


@transaction.atomic
def save_appeal(*, by: User, appeal: DaloAppeal) -> DaloAppeal:
    """What the appeal rests on, completed or put right."""
    with signed_by(by), typed_violations():
        appeal.save(update_fields=["ground", "note", "agent"])
    return appeal


@transaction.atomic
def move_appeal(
    *,
    by: User,
    appeal: DaloAppeal,
    state: DaloState,
    on: date,
    reason: str = "",
    notified_on: date | None = None,
) -> DaloAppeal:
    """The next step; the dates the law counts from are written with it. Raises ForbiddenTransition,
    ConstraintViolation."""
    changes: dict[str, Any] = {}
    if state == S.FILED:
        changes = {"filed_on": on, "decided_on": None, "notified_on": None}
    elif state in DECISIONS:
        changes = {"decided_on": on, "notified_on": notified_on}
    elif state == S.COURT:
        changes = {"court_on": on}
    if state in DALO_ENDED:
        changes["ended_on"] = on
    with signed_by(by), typed_violations():
        appeal.move_to(state, by=by, on=on, reason=reason, **changes)
        refresh_appeal(appeal)
    return appeal


@transaction.atomic
def undo_appeal(*, by: User, appeal: DaloAppeal) -> None:
    """Take the last step back. Raises ForbiddenTransition, ConstraintViolation."""
    appeal = DaloAppeal.objects.select_for_update().get(pk=appeal.pk)
    with signed_by(by), typed_violations():
        appeal.take_back(by=by)
        refresh_appeal(appeal)
