"""What is called: each month's contribution, once; other sums by hand; corrected by reversal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.core.db import typed_violations
from cias.core.deadlines import add_months, end_of_month
from cias.core.french import date_short, euros, month_long
from cias.core.states import ForbiddenTransition
from housing.dues.enums import DueKind
from housing.dues.prorata import Contract, Line, lines_of, month_of, total_of
from housing.dues.services.accounts import lock_account, release, rule_on, use_credit, write, write_all_back
from housing.models import Due, DueLine, DuesRule, Stay


@dataclass
class Called:
    """What became of the stays of a month: those called now, those that already were, those that owe nothing."""

    dues: list[Due] = field(default_factory=list)
    already: int = 0
    free: int = 0

    @property
    def total(self) -> Decimal:
        return sum((due.amount for due in self.dues), Decimal(0))


def stays_of(month: date) -> Any:
    """The stays that occupy a place on at least one day of the month."""
    return Stay.objects.between(month_of(month), end_of_month(month))


def month_lines(stay: Stay, month: date) -> list[Line]:
    """What the month costs by the stay's contracts; `stay.contracts` may be prefetched."""
    contracts = [
        Contract(row.start, row.end, row.contribution) for row in stay.contracts.all() if row.end is not None
    ]
    return lines_of(contracts, stay.start, stay.end, month)


def call_month(*, by: User | None, month: date, on: date | None = None) -> Called:
    """Call the contribution of every stay of the month that is not called yet: twice is once, two agents are one.

    Each stay is a transaction of its own: stopped halfway, it is run again. `by` None is the clock. Raises
    ValidationError for a month that has not come (the next one may be called in advance).
    """
    month, on = month_of(month), on or timezone.localdate()
    if month > add_months(month_of(on), 1):
        raise ValidationError("Les participations s’appellent au plus un mois à l’avance.", code="too_early")
    called = Called()
    rule = rule_on(month)
    for stay in stays_of(month).order_by("pk").prefetch_related("contracts"):
        lines = month_lines(stay, month)
        if total_of(lines) <= 0:
            called.free += 1
            continue
        due = _call_stay(by, stay, month, on, rule)
        if due is None:
            called.already += 1
        else:
            called.dues.append(due)
    return called


@transaction.atomic
def _call_stay(by: User | None, stay: Stay, month: date, on: date, rule: DuesRule) -> Due | None:
    """The call of one stay, None when it is there already. What it costs is read again under the lock."""
    locked = lock_account(stay)
    if Due.objects.filter(stay=locked, month=month, kind=DueKind.CONTRIBUTION).standing().exists():
        return None
    lines = month_lines(locked, month)
    if total_of(lines) <= 0:
        return None
    due = _create(
        by=by,
        stay=locked,
        kind=DueKind.CONTRIBUTION,
        month=month,
        label=f"Participation de {month_long(month)}",
        called_on=on,
        due_on=_due_day(rule, locked, month, on),
        lines=[
            DueLine(
                label=_said(line), start=line.start, end=line.end, monthly=line.monthly, amount=line.amount
            )
            for line in lines
        ],
    )
    use_credit(locked, on)
    return due


def _due_day(rule: DuesRule, stay: Stay, month: date, on: date) -> date:
    """The day of the rule, but never before the entry nor sooner after the call than the rule allows."""
    return max(month.replace(day=rule.due_day), stay.start, on + timedelta(days=rule.notice_days))


def _said(line: Line) -> str:
    uncovered = "" if line.is_covered else ", occupation sans contrat en cours"
    return f"Du {date_short(line.start)} au {date_short(line.end)}, sur {euros(line.monthly)} par mois{uncovered}"


def _create(*, stay: Stay, lines: Iterable[DueLine], by: User | None, called_on: date, **values: Any) -> Due:
    rows = list(lines)
    with typed_violations():
        due = Due.objects.create(
            stay=stay,
            by=by,
            called_on=called_on,
            amount=sum((row.amount for row in rows), Decimal(0)),
            **values,
        )
        for position, row in enumerate(rows, start=1):
            row.due, row.position = due, position
        DueLine.objects.bulk_create(rows)
        write(stay=stay, on=called_on, label=due.label, by=by, debit=due.amount, due=due)
    return due


@transaction.atomic
def call_sum(
    *,
    by: User,
    stay: Stay,
    kind: DueKind | str,
    label: str,
    amount: Decimal,
    on: date,
    due_on: date,
    items: Sequence[DueLine] = (),
) -> Due:
    """Call something else than a month: charges, repairs. Raises ConstraintViolation."""
    locked = lock_account(stay)
    due = _create(
        by=by,
        stay=locked,
        kind=DueKind(kind),
        month=month_of(on),
        label=label,
        called_on=on,
        due_on=due_on,
        lines=items or [DueLine(label=label, amount=amount)],
    )
    use_credit(locked, on)
    return due


@transaction.atomic
def reverse_due(*, by: User, due: Due, reason: str, on: date | None = None) -> Due:
    """Cancel a call by a second line of the ledger; what had paid it becomes credit and pays what else is owed.

    Raises ForbiddenTransition when it is reversed already, or was written by another act that has its own undo.
    """
    on = on or timezone.localdate()
    stay = lock_account(due.stay)
    current = Due.objects.select_for_update(of=("self",)).get(pk=due.pk)
    if current.is_reversed:
        raise ForbiddenTransition("Cet appel est déjà annulé.")
    if getattr(current, "settlement", None) is not None and current.settlement.reversed_on is None:
        raise ForbiddenTransition("Cet appel vient du solde du dépôt\u00a0: annulez le solde.")
    take_back(by, current, reason, on)
    use_credit(stay, on)
    return current


def take_back(by: User, due: Due, reason: str, on: date) -> None:
    due.reversed_on, due.reversed_by, due.reversal_reason = on, by, reason
    due.save(update_fields=["reversed_on", "reversed_by", "reversal_reason"])
    release(due.allocations)
    write_all_back(due.entries, on=on, by=by)


@transaction.atomic
def regularise(*, by: User, due: Due, on: date | None = None) -> Due | None:
    """Call a month again because its days or its contribution changed since: the old call is reversed.

    Returns the new call, None when the month no longer costs anything. Raises ForbiddenTransition when nothing changed.
    """
    on = on or timezone.localdate()
    stay = lock_account(due.stay)
    current = Due.objects.select_for_update(of=("self",)).get(pk=due.pk)
    if current.is_reversed or current.kind != DueKind.CONTRIBUTION:
        raise ForbiddenTransition("Cet appel ne se régularise pas.")
    if total_of(month_lines(stay, current.month)) == current.amount:
        raise ForbiddenTransition("Le séjour et le contrat n’ont pas changé\u00a0: l’appel est juste.")
    take_back(by, current, "Régularisation\u00a0: le séjour ou le contrat a changé", on)
    again = _call_stay(by, stay, current.month, on, rule_on(current.month))
    use_credit(stay, on)
    return again
