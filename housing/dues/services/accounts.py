"""What every write on an account shares: the lock, the ledger, the credit that is put to use."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from cias.accounts.models import User
from cias.core.deadlines import end_of_month
from housing.dues.enums import Account, PlanOutcome
from housing.dues.sharing import ZERO, Owed, share
from housing.models import Allocation, Due, DuesRule, Entry, Payment, RepaymentPlan, Stay


def rules() -> list[DuesRule]:
    """Every rule, the latest first: read once, `rule_on` then asks the database nothing."""
    return list(DuesRule.objects.order_by("-valid_from"))


def rule_on(day: date, known: Sequence[DuesRule] | None = None) -> DuesRule:
    """The rule in force on `day`; before the first one, the first. `known` are those `rules()` gave."""
    found = rules() if known is None else known
    if not found:
        raise DuesRule.DoesNotExist("no rule of contributions: migrate seeds one")
    return next((rule for rule in found if rule.valid_from <= day), found[-1])


def lock_account(stay: Stay) -> Stay:
    """One write at a time on an account: whoever comes second sees what the first wrote."""
    return Stay.objects.select_for_update(no_key=True, of=("self",)).get(pk=stay.pk)


def balance(stay: Stay, account: Account | str = Account.DUES) -> Decimal:
    """Debits less credits, in euros: what is owed on the dues (negative: a credit), what is held as a deposit."""
    sums = Entry.objects.filter(stay=stay, account=account).aggregate(
        debit=Sum("debit"), credit=Sum("credit")
    )
    return (sums["debit"] or ZERO) - (sums["credit"] or ZERO)


def write(
    *,
    stay: Stay,
    on: date,
    label: str,
    by: User | None,
    debit: Decimal = ZERO,
    credit: Decimal = ZERO,
    account: Account = Account.DUES,
    **links: Any,
) -> Entry:
    """A line of the ledger. `links`: due, payment, receipt, settlement, means, reference."""
    return Entry.objects.create(
        stay=stay, account=account, on=on, label=label[:160], debit=debit, credit=credit, by=by, **links
    )


def write_back(entry: Entry, *, on: date, by: User) -> Entry:
    """The line that reverses another one: the same, on the other side. The database lets it exist once."""
    return Entry.objects.create(
        stay_id=entry.stay_id,
        account=entry.account,
        on=on,
        label=f"Annulation\u00a0: {entry.label}"[:160],
        debit=entry.credit,
        credit=entry.debit,
        due_id=entry.due_id,
        payment_id=entry.payment_id,
        receipt_id=entry.receipt_id,
        settlement_id=entry.settlement_id,
        by=by,
        reverses=entry,
    )


def write_all_back(entries: Any, *, on: date, by: User) -> None:
    """Reverse the lines of something, those that are not yet."""
    for entry in entries.filter(reverses__isnull=True, reversed_by__isnull=True):
        write_back(entry, on=on, by=by)


def use_credit(stay: Stay, on: date, chosen: Mapping[Due, Decimal] | None = None) -> None:
    """Set what payments still hold against what is owed; the account is locked.

    `chosen` is for the latest payment only, and comes before the usual order. What remains is credit. A plan whose
    last euro comes in is kept, and one that was kept runs again when a payment is reversed.
    """
    for payment in Payment.objects.filter(stay=stay).holding_credit():
        rest = payment.left
        if chosen:
            for due, amount in chosen.items():
                part = min(amount, rest)
                if part > 0:
                    Allocation.objects.create(payment=payment, due=due, amount=part)
                    rest -= part
            chosen = None
        if rest <= 0:
            continue
        plan = RepaymentPlan.objects.running().filter(stay=stay).first()
        planned = set(plan.covers.values_list("due", flat=True)) if plan else set()
        owed = [Owed(due.pk, due.left, due.pk in planned) for due in Due.objects.filter(stay=stay).open()]
        promised = promised_by(plan, end_of_month(payment.on)) if plan else ZERO
        for key, amount in share(rest, owed, promised=promised):
            Allocation.objects.create(payment=payment, due_id=key, amount=amount)
    follow_plan(stay, on)


def release(rows: Any) -> None:
    """Set free what paid, or was paid by, something reversed."""
    rows.standing().update(released_at=timezone.now())


def left_of(plan: RepaymentPlan, dues: Iterable[Due] | None = None) -> Decimal:
    """What the household still owes of what the plan covers, in euros; `dues` are standing calls with what is left."""
    covered = {row.due_id: row.amount for row in plan.covers.all()}
    if dues is None:
        dues = Due.objects.filter(pk__in=covered).standing().with_paid()
    return sum((min(max(due.left, ZERO), covered[due.pk]) for due in dues if due.pk in covered), ZERO)


def promised_by(plan: RepaymentPlan, day: date) -> Decimal:
    """What should have been paid of the plan by `day` and was not, in euros."""
    due = sum((row.amount for row in plan.instalments.all() if row.due_on <= day), ZERO)
    return max(due - (plan.total - left_of(plan)), ZERO)


def follow_plan(stay: Stay, on: date) -> None:
    """Close the plan whose last euro came in; open again the one that was kept and no longer is."""
    latest = RepaymentPlan.objects.filter(stay=stay).first()
    if latest is None:
        return
    left = left_of(latest)
    if latest.ended_on is None and left == 0:
        latest.ended_on, latest.outcome = max(on, latest.signed_on), PlanOutcome.KEPT
        latest.save(update_fields=["ended_on", "outcome"])
    elif latest.outcome == PlanOutcome.KEPT and left > 0:
        latest.ended_on, latest.outcome = None, ""
        latest.save(update_fields=["ended_on", "outcome"])
