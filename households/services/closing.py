"""Closing and reopening (H18): with a reason and an outcome, never over something that still runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.registry import OpenItem, collect_open
from households.enums import AssignmentRole, BatchKind
from households.models import Assignment, CaseloadBatch, CaseloadMove, Household, Reopening
from households.models.files import on_day
from households.services.covers import align_covers
from households.services.persons import lock_household

UNDO_WITHIN = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Closure:
    """How a file ends: when, why, what the support came to, and a word for whoever reopens it."""

    on: date
    reason: str
    outcome: str = ""
    note: str = ""

    @property
    def fields(self) -> dict[str, Any]:
        return {
            "closed_on": self.on,
            "closing_reason": self.reason,
            "closing_outcome": self.outcome,
            "closing_note": self.note,
        }


OPEN: dict[str, Any] = {"closed_on": None, "closing_reason": "", "closing_outcome": "", "closing_note": ""}


@transaction.atomic
def close_household(
    *, by: User, household: Household, on: date, reason: str, outcome: str = "", note: str = ""
) -> Household:
    """The file leaves the work lists and stays in the figures.

    Raises ValidationError (code "open_items") while something that forbids it still runs, ConstraintViolation.
    """
    lock_household(household)
    blocking = [item for item in collect_open([household.pk]).get(household.pk, []) if item.blocks]
    if blocking:
        raise ValidationError([ValidationError(f"{item.title}.", code="open_items") for item in blocking])
    closure = Closure(on=on, reason=reason, outcome=outcome, note=note)
    with signed_by(by), typed_violations():
        _write(household, closure.fields)
    align_covers(by=by, agents=_mains([household.pk]))
    return household


@transaction.atomic
def reopen_household(*, by: User, household: Household, reason: str = "") -> Household:
    """The household comes back; its closure stays in the figures of its time. An open file stays as it is."""
    lock_household(household)
    household.refresh_from_db(fields=list(OPEN))
    if household.closed_on is None:
        return household
    with signed_by(by), typed_violations():
        Reopening.objects.create(
            household=household,
            closed_on=household.closed_on,
            closing_reason=household.closing_reason,
            closing_outcome=household.closing_outcome,
            closing_note=household.closing_note,
            reopened_on=max(timezone.localdate(), household.closed_on),
            reason=reason,
            by=by,
        )
        _write(household, OPEN)
    align_covers(by=by, agents=_mains([household.pk]))
    return household


@dataclass(frozen=True)
class Closable:
    """One file somebody would close with others, and what still runs on it."""

    household: Household
    items: list[OpenItem]

    @property
    def is_blocked(self) -> bool:
        return any(item.blocks for item in self.items)


def closables(households: Iterable[Household]) -> list[Closable]:
    """The open ones among `households`, each with what still runs on it."""
    rows = [row for row in households if row.closed_on is None]
    found = collect_open([row.pk for row in rows])
    return [Closable(row, found.get(row.pk, [])) for row in rows]


@transaction.atomic
def close_households(
    *, by: User, households: Iterable[Household], closure: Closure
) -> tuple[CaseloadBatch | None, list[Closable]]:
    """Close those that nothing forbids to close; the batch (None when there is none), and those left open."""
    keys = sorted(row.pk for row in households)
    locked = list(Household.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    found = closables(locked)
    ready = [row.household for row in found if not row.is_blocked]
    blocked = [row for row in found if row.is_blocked]
    if not ready:
        return None, blocked
    with signed_by(by), typed_violations():
        batch = CaseloadBatch.objects.create(
            kind=BatchKind.CLOSING,
            on=closure.on,
            by=by,
            note=closure.note,
            closing_reason=closure.reason,
            closing_outcome=closure.outcome,
        )
        Household.objects.filter(pk__in=[row.pk for row in ready]).update(**closure.fields)
        CaseloadMove.objects.bulk_create(CaseloadMove(batch=batch, household=row) for row in ready)
    align_covers(by=by, agents=_mains([row.pk for row in ready]))
    return batch, blocked


def said(batch: CaseloadBatch) -> dict[str, Any]:
    """What the batch wrote on each of its files."""
    closure = Closure(
        on=batch.on, reason=batch.closing_reason, outcome=batch.closing_outcome, note=batch.note
    )
    return closure.fields


def undo_closing(*, by: User, batch: CaseloadBatch) -> list[CaseloadMove]:
    """Open again the files closed by `batch` that nobody touched since; the moves of the others. Inside undo_batch."""
    moves = list(batch.moves.select_related("household").order_by("pk"))
    same = Household.objects.select_for_update().filter(
        pk__in=[move.household_id for move in moves], **said(batch)
    )
    keys = set(same.order_by("pk").values_list("pk", flat=True))
    Household.objects.filter(pk__in=keys).update(**OPEN)
    for move in moves:
        move.restored = move.household_id in keys
    CaseloadMove.objects.bulk_update(moves, ["restored"])
    align_covers(by=by, agents=_mains(keys))
    return [move for move in moves if not move.restored]


def _write(household: Household, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(household, name, value)
    household.save(update_fields=list(fields))


def _mains(households: Iterable[Any]) -> set[Any]:
    """The main référents of these households today."""
    rows = Assignment.objects.filter(
        on_day(timezone.localdate()), role=AssignmentRole.MAIN, household__in=list(households)
    )
    return set(rows.values_list("agent", flat=True))
