"""Versions of the rule: its delays, and which events of the desk count. Nothing is overwritten, nothing deleted."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.deadlines import ONE_DAY
from cias.core.french import date_short
from rights.domiciliation.services.clock import refresh
from rights.models import DeskEvent, DeskRule, Domiciliation, DomiciliationRule


@transaction.atomic
def change_rule(
    *, by: User, valid_from: date, values: Mapping[str, Any], effects: Iterable[Mapping[str, Any]]
) -> DomiciliationRule:
    """A new version, in force from `valid_from`; the one before ends the day before.

    An absence is counted under the version in force at the last sign of life, and an event judged by that of its day:
    what began before keeps the version before. Raises ValidationError unless the new version starts after the last one.
    """
    latest = DomiciliationRule.objects.select_for_update().first()
    if latest is not None and valid_from <= latest.valid_from:
        raise ValidationError(
            f"La dernière version commence le {date_short(latest.valid_from)}\u00a0: la nouvelle commence après.",
            code="valid_from",
        )
    with signed_by(by), typed_violations():
        if latest is not None:
            latest.valid_until = valid_from - ONE_DAY
            latest.save(update_fields=["valid_until"])
        rule = DomiciliationRule.objects.create(valid_from=valid_from, **values)
        DeskRule.objects.bulk_create(DeskRule(rule=rule, **effect) for effect in effects)
        _refresh_since(valid_from)
    return rule


@transaction.atomic
def withdraw_rule(*, by: User) -> DomiciliationRule:
    """Take back a version that has not begun: the one before goes on. Raises ValidationError when there is none."""
    latest = DomiciliationRule.objects.select_for_update().first()
    if latest is None or latest.valid_from <= timezone.localdate():
        raise ValidationError(
            "Aucune version à venir\u00a0: une version en vigueur se remplace, elle ne s’efface pas."
        )
    with signed_by(by), typed_violations():
        latest.delete()
        DomiciliationRule.objects.filter(valid_until=latest.valid_from - ONE_DAY).update(valid_until=None)
    return latest


@transaction.atomic
def check_rule(
    *, by: User, rule: DomiciliationRule, values: Mapping[str, Any], effects: Iterable[Mapping[str, Any]]
) -> None:
    """Somebody read the texts: sources and certainties change, no delay and no effect does."""
    known = {row.code: row for row in rule.effects.all()}
    with signed_by(by), typed_violations():
        for name, value in values.items():
            setattr(rule, name, value)
        rule.save(update_fields=list(values))
        for effect in effects:
            row = known[effect["code"]]
            row.source, row.certainty = effect["source"], effect["certainty"]
            row.save(update_fields=["source", "certainty"])


def _refresh_since(day: date) -> None:
    """Compute again the clocks that a version starting on `day` may move: one that starts later moves none."""
    since = DeskEvent.objects.filter(domiciliation=OuterRef("pk"), day__gte=day)
    for row in Domiciliation.objects.filter(Exists(since) | Q(last_contact_on__gte=day)):
        refresh(row)
