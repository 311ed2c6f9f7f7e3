"""New versions of the reference data of lodging; nothing that has been in force is overwritten."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.french import date_short
from housing.models import SchemeRule, ScoreRule, ScoreWeight

type Rule = SchemeRule | ScoreRule


@transaction.atomic
def change_scheme_rule(*, by: User, scheme: str, valid_from: date, **values: Any) -> SchemeRule:
    """A new version of a scheme's lengths from a day on. Raises ValidationError unless it starts after the last one."""
    _check_after(SchemeRule.objects.filter(scheme=scheme).order_by("-valid_from").first(), valid_from)
    with signed_by(by), typed_violations():
        return SchemeRule.objects.create(scheme=scheme, valid_from=valid_from, **values)


@transaction.atomic
def change_score(
    *,
    by: User,
    valid_from: date,
    source: str,
    is_verified: bool,
    weights: Mapping[str, tuple[int, int | None]],
) -> ScoreRule:
    """A new version of the points: for each criterion, points and ceiling. Raises as above."""
    _check_after(ScoreRule.objects.first(), valid_from)
    with signed_by(by), typed_violations():
        rule = ScoreRule.objects.create(valid_from=valid_from, source=source, is_verified=is_verified)
        ScoreWeight.objects.bulk_create(
            ScoreWeight(rule=rule, criterion=code, points=points, cap=cap)
            for code, (points, cap) in weights.items()
        )
    return rule


def _check_after(latest: Rule | None, valid_from: date) -> None:
    if latest is not None and valid_from <= latest.valid_from:
        raise ValidationError(
            f"La dernière version commence le {date_short(latest.valid_from)}\u00a0: la nouvelle commence après.",
            code="valid_from",
        )


@transaction.atomic
def check_rule(*, by: User, rule: Rule, source: str, is_verified: bool) -> None:
    """Somebody read the text or the decision: the source and the mark change, no length and no point does."""
    rule.source, rule.is_verified = source, is_verified
    with signed_by(by):
        rule.save(update_fields=["source", "is_verified"])


@transaction.atomic
def withdraw_rule(*, by: User, rule: Rule) -> None:
    """Take back a version that has not begun. Raises ValidationError once it is in force."""
    if rule.valid_from <= timezone.localdate():
        raise ValidationError("Une version en vigueur se remplace, elle ne s’efface pas.")
    with signed_by(by):
        rule.delete()
