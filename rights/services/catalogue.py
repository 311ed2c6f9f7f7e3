"""What the direction and the administrator change in the catalogue (R1): new versions, nothing deleted."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.deadlines import ONE_DAY
from rights.models import FilePiece, RequiredPiece, Right, RightNotice, RightRule, RightsFile, RuleDelay

# What a piece asks: when one of these changes, files that have it on their checklist keep the old one.
ASKED = ("label", "condition", "per_person", "mandatory", "validity_months")
RECENT = 1000  # files whose deadlines are computed again in one statement


@transaction.atomic
def save_right(*, by: User, right: Right) -> Right:
    """Add a right, or change its sheet; `is_active` takes it out of use and back."""
    if not right.code:
        right.code = _free_code(Right, right.acronym or right.name, 40)
    with signed_by(by), typed_violations():
        right.save()
    return right


@transaction.atomic
def change_rule(
    *,
    by: User,
    right: Right,
    valid_from: date,
    values: Mapping[str, Any],
    delays: Iterable[Mapping[str, Any]],
) -> RightRule:
    """A new version of the rule, in force from `valid_from`; the one before ends the day before.

    Files count each delay under the version in force when it starts: those already running keep theirs.
    Raises ValidationError unless the new version starts after the last one.
    """
    Right.objects.select_for_update().get(pk=right.pk)
    latest = right.rules.order_by("-valid_from").first()
    if latest is not None and valid_from <= latest.valid_from:
        raise ValidationError(
            {
                "valid_from": f"La dernière version commence le {latest.valid_from:%d/%m/%Y}\u00a0: "
                "la nouvelle commence après."
            }
        )
    with signed_by(by), typed_violations():
        if latest is not None and (latest.valid_until is None or latest.valid_until >= valid_from):
            latest.valid_until = valid_from - ONE_DAY
            latest.save(update_fields=["valid_until"])
        rule = RightRule.objects.create(right=right, valid_from=valid_from, **values)
        RuleDelay.objects.bulk_create(RuleDelay(rule=rule, **delay) for delay in delays)
        renew_deadlines(right)
    return rule


@transaction.atomic
def correct_rule(
    *, by: User, rule: RightRule, values: Mapping[str, Any], delays: Iterable[Mapping[str, Any]]
) -> RightRule:
    """A version was written wrong: its delays change, its dates do not, and what runs under it is counted again."""
    Right.objects.select_for_update().get(pk=rule.right_id)
    known = {delay.kind: delay for delay in rule.delays.all()}
    with signed_by(by), typed_violations():
        for name, value in values.items():
            setattr(rule, name, value)
        rule.save()
        for row in delays:
            delay = known.pop(row["kind"], None) or RuleDelay(rule=rule)
            for name, value in row.items():
                setattr(delay, name, value)
            delay.save()
        for delay in known.values():
            delay.delete()
        renew_deadlines(rule.right)
    return rule


@transaction.atomic
def withdraw_rule(*, by: User, right: Right) -> RightRule:
    """Take back a version that has not begun: the one before goes on. Raises ValidationError when there is none."""
    Right.objects.select_for_update().get(pk=right.pk)
    coming = right.rules.filter(valid_from__gt=timezone.localdate()).order_by("-valid_from").first()
    if coming is None:
        raise ValidationError(
            "Aucune version à venir\u00a0: une version en vigueur se remplace, elle ne s’efface pas."
        )
    before = right.rules.filter(valid_until=coming.valid_from - ONE_DAY).first()
    with signed_by(by), typed_violations():
        coming.delays.all().delete()
        coming.delete()
        if before is not None:
            before.valid_until = coming.valid_until
            before.save(update_fields=["valid_until"])
        renew_deadlines(right)
    return coming


@transaction.atomic
def check_rule(
    *, by: User, rule: RightRule, source: str, certainty: str, delays: Iterable[RuleDelay]
) -> None:
    """Somebody read the text: its source and certainty change, and those of the `delays` given; no delay moves."""
    rule.source, rule.certainty = source, certainty
    with signed_by(by), typed_violations():
        rule.save(update_fields=["source", "certainty"])
        for delay in delays:
            delay.certainty = certainty
            delay.save(update_fields=["certainty"])


@transaction.atomic
def save_piece(*, by: User, piece: RequiredPiece) -> RequiredPiece:
    """Add or change a piece. One that files already ask for is left to them, out of use, and a new one takes over."""
    with signed_by(by), typed_violations():
        if piece._state.adding:
            _place(piece)
        elif _asks_otherwise(piece) and FilePiece.objects.filter(required=piece).exists():
            RequiredPiece.objects.filter(pk=piece.pk).update(is_active=False)
            piece = RequiredPiece(
                **{
                    field.name: getattr(piece, field.name)
                    for field in RequiredPiece._meta.fields
                    if field.name not in {"id", "created_at", "code"}
                }
            )
            piece.code = _free_code(RequiredPiece, f"{piece.right.code}-{piece.label}", 60)
        piece.save()
    return piece


def _place(piece: RequiredPiece) -> None:
    last = piece.right.pieces.order_by("-display_order").values_list("display_order", flat=True).first()
    piece.display_order = (last or 0) + 10
    piece.code = _free_code(RequiredPiece, f"{piece.right.code}-{piece.label}", 60)


def _asks_otherwise(piece: RequiredPiece) -> bool:
    before = RequiredPiece.objects.values(*ASKED).get(pk=piece.pk)
    return any(before[name] != getattr(piece, name) for name in ASKED)


@transaction.atomic
def save_notice(*, by: User, notice: RightNotice) -> RightNotice:
    """Add or change something the person must be told; what files wrote down of the old text stays theirs."""
    with signed_by(by), typed_violations():
        if notice._state.adding:
            notice.code = _free_code(RightNotice, f"{notice.right.code}-{notice.text}", 60)
        notice.save()
    return notice


def renew_deadlines(right: Right) -> int:
    """Compute again what is due on the active files of a right whose rules changed; returns how many moved."""
    files = RightsFile.objects.active().filter(right=right).select_related("right", "renewal_of")
    fresh = Right.objects.prefetch_related("rules__delays").get(pk=right.pk)
    moved = []
    for file in files.iterator(chunk_size=RECENT):
        before = (file.due_on, file.due_from, file.due_kind)
        file.right = fresh
        file.compute_due()
        if (file.due_on, file.due_from, file.due_kind) != before:
            moved.append(file)
    RightsFile.objects.bulk_update(moved, ["due_on", "due_from", "due_kind"], batch_size=RECENT)
    return len(moved)


def _free_code(model: type[Right | RequiredPiece | RightNotice], label: str, length: int) -> str:
    wanted = slugify(label)[: length - 4].strip("-") or "element"
    taken = set(model._default_manager.filter(code__startswith=wanted).values_list("code", flat=True))
    codes = (wanted, *(f"{wanted}-{number}" for number in range(2, 1000)))
    return next(code for code in codes if code not in taken)
