"""Edit the rules of the pathways: a new version from a day on, or the correction of one."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.french import date_short
from insertion.models import LegitimateReason, PathwayParameter


@transaction.atomic
def correct(*, by: User, row: PathwayParameter) -> PathwayParameter:
    with signed_by(by), typed_violations():
        row.save()
    return row


@transaction.atomic
def change(*, by: User, code: str, valid_from: date, **values: Any) -> PathwayParameter:
    """A new version from `valid_from`. Raises ValidationError (code "valid_from") unless it follows all the others."""
    last = PathwayParameter.objects.select_for_update().filter(code=code).order_by("-valid_from").first()
    if last is not None and valid_from <= last.valid_from:
        raise ValidationError(
            f"La dernière version commence le {date_short(last.valid_from)}\u00a0: la nouvelle commence après.",
            code="valid_from",
        )
    with signed_by(by), typed_violations():
        return PathwayParameter.objects.create(code=code, valid_from=valid_from, **values)


@transaction.atomic
def withdraw(*, by: User, row: PathwayParameter) -> None:
    """Take back a version that has not begun. Raises ValidationError once it has."""
    if row.valid_from <= timezone.localdate():
        raise ValidationError("Cette version a commencé\u00a0: elle se corrige ou se remplace.")
    with signed_by(by):
        row.delete()


@transaction.atomic
def save_reason(*, by: User, row: LegitimateReason) -> LegitimateReason:
    with signed_by(by), typed_violations():
        row.save()
    return row
