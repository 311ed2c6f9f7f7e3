"""Edit the delays: a new version from a day on, or the correction of one. Nothing is deleted once it has counted."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.deadlines import ONE_DAY
from cias.core.french import date_short
from cias.core.registry import Registry
from housing.models import LegalDelay, WinterTruce

type Rule = LegalDelay | WinterTruce

# What each line computes again when a delay or the truce changes.
refreshers: Registry[Callable[[], None]] = Registry("housing deadlines")


def refresh_all() -> None:
    for refresh in refreshers:
        refresh()


@transaction.atomic
def change_delay(*, by: User, row: Rule, valid_from: date, values: Mapping[str, Any]) -> Rule:
    """A new version from `valid_from`; the one before ends the day before and goes on counting for what is older.

    Raises ValidationError (code "valid_from") unless the new one starts after `row`, ConstraintViolation.
    """
    old = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if old.valid_until is not None:
        raise ValidationError(
            f"Cette version s’arrête le {date_short(old.valid_until)}\u00a0: partez de la dernière.",
            code="valid_from",
        )
    if valid_from <= old.valid_from:
        raise ValidationError(
            f"Cette version commence le {date_short(old.valid_from)}\u00a0: la nouvelle commence après.",
            code="valid_from",
        )
    with signed_by(by), typed_violations():
        old.valid_until = valid_from - ONE_DAY
        old.save(update_fields=["valid_until"])
        kept = {
            field.attname: getattr(old, field.attname)
            for field in old._meta.concrete_fields
            if field.name not in ("id", "created_at", "valid_from", "valid_until")
        }
        new = type(row)._default_manager.create(**{**kept, **values, "valid_from": valid_from})
        refresh_all()
    return new


@transaction.atomic
def correct_delay(*, by: User, row: Rule, values: Mapping[str, Any]) -> Rule:
    """The text was read, or a figure was wrong: the same version, put right. Raises ConstraintViolation."""
    locked = type(row)._default_manager.select_for_update().get(pk=row.pk)
    with signed_by(by), typed_violations():
        for name, value in values.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(values))
        refresh_all()
    return locked


@transaction.atomic
def withdraw_delay(*, by: User, row: Rule) -> Rule:
    """Take back a version that has not begun: the one before goes on. Raises ValidationError once it has."""
    if row.valid_from <= timezone.localdate():
        raise ValidationError("Cette version a commencé\u00a0: elle se corrige ou se remplace.")
    before: Any = type(row)._default_manager.filter(valid_until=row.valid_from - ONE_DAY)
    if isinstance(row, LegalDelay):
        before = before.filter(code=row.code, lease_from=row.lease_from, lease_until=row.lease_until)
    with signed_by(by), typed_violations():
        row.delete()
        before.update(valid_until=None)
        refresh_all()
    return row
