"""The legal chronology: acts noted, put right, taken back; the dates follow each time."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.french import date_short, lower_first
from cias.core.states import ForbiddenTransition
from housing.evictions.enums import ActKind
from housing.evictions.services.files import locked, refresh
from housing.evictions.states import ENDS
from housing.models import EvictionAct, EvictionFile

K = ActKind

# An act cannot precede the one it follows from, when that one is known.
FOLLOWS: Mapping[ActKind, ActKind] = {
    K.SUMMONS: K.PAYMENT_ORDER,
    K.PREFECT_NOTICE: K.SUMMONS,
    K.HEARING: K.SUMMONS,
    K.JUDGMENT: K.SUMMONS,
    K.SERVICE: K.JUDGMENT,
    K.APPEAL: K.JUDGMENT,
    K.QUIT_ORDER: K.JUDGMENT,
    K.JEX: K.QUIT_ORDER,
    K.JEX_DECISION: K.JEX,
    K.FORCE_REQUEST: K.QUIT_ORDER,
    K.FORCE_GRANTED: K.FORCE_REQUEST,
    K.FORCE_REFUSED: K.FORCE_REQUEST,
    K.EVICTION: K.QUIT_ORDER,
}


@transaction.atomic
def record_act(*, by: User, file: EvictionFile, kind: ActKind, on: date, **values: Any) -> EvictionAct:
    """Note an act or a fact of the procedure; the next dates are computed at once.

    Raises ForbiddenTransition once the file has ended, ValidationError (code "on") for an order the law does not
    know, ConstraintViolation.
    """
    file = locked(file)
    if file.ended_on is not None:
        raise ForbiddenTransition("Ce dossier est terminé\u00a0: annulez d’abord l’étape qui l’a terminé.")
    _check_order(file, kind, on)
    with signed_by(by), typed_violations():
        act = EvictionAct.objects.create(file=file, kind=kind, on=on, by=by, **values)
        refresh(file)
    return act


@transaction.atomic
def correct_act(*, by: User, act: EvictionAct, on: date, **values: Any) -> EvictionAct:
    """Put right a date, a ruling or a detail; what it was stays in the write history. Raises as record_act."""
    file = locked(act.file)
    act = EvictionAct.objects.select_for_update().get(pk=act.pk)
    if act.undone_at is not None:
        raise ForbiddenTransition("Cette étape a été annulée\u00a0: notez-la de nouveau.")
    _check_order(file, ActKind(act.kind), on, leaving_out=act)
    act.on = on
    for name, value in values.items():
        setattr(act, name, value)
    with signed_by(by), typed_violations():
        act.save()
        refresh(file)
    return act


@transaction.atomic
def undo_act(*, by: User, act: EvictionAct) -> EvictionAct:
    """Take back an act noted by mistake: it stays readable, crossed out, and counts for nothing.

    Raises ForbiddenTransition when it was already, ConstraintViolation when the file it reopens meets another one.
    """
    file = locked(act.file)
    act = EvictionAct.objects.select_for_update().get(pk=act.pk)
    if act.undone_at is not None:
        raise ForbiddenTransition("Cette étape est déjà annulée.")
    if file.ended_on is not None and act.kind not in ENDS:
        raise ForbiddenTransition("Ce dossier est terminé\u00a0: annulez d’abord l’étape qui l’a terminé.")
    act.undone_at, act.undone_by = timezone.now(), by
    with signed_by(by), typed_violations():
        act.save(update_fields=["undone_at", "undone_by"])
        refresh(file)
    return act


def _check_order(file: EvictionFile, kind: ActKind, on: date, leaving_out: EvictionAct | None = None) -> None:
    acts = file.acts.standing()
    if leaving_out is not None:
        acts = acts.exclude(pk=leaving_out.pk)
    cause = FOLLOWS.get(kind)
    known = acts.filter(kind=cause).order_by("on").first() if cause else None
    if known is not None and on < known.on:
        raise ValidationError(
            f"{kind.label}\u00a0: pas avant l’étape «\u00a0{lower_first(known.get_kind_display())}\u00a0» du "
            f"{date_short(known.on)}.",
            code="on",
        )
    followers = [one for one, start in FOLLOWS.items() if start == kind]
    if followers and not acts.filter(kind=kind, on__lte=on).exists():
        later = acts.filter(kind__in=followers, on__lt=on).order_by("on").first()
        if later is not None:
            raise ValidationError(
                f"{kind.label}\u00a0: pas après l’étape «\u00a0{lower_first(later.get_kind_display())}\u00a0» du "
                f"{date_short(later.on)}.",
                code="on",
            )
    end = None if kind in ENDS else acts.filter(kind__in=ENDS).first()
    if end is not None and on > end.on:
        raise ValidationError(f"Le dossier se termine le {date_short(end.on)}.", code="on")
