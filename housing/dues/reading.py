"""What the pages show: a month, the arrears, the account of a stay. Few queries, whatever the number of rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Max, Sum

from cias.accounts.models import User
from households.models import Household
from housing.dues.enums import Account, DueKind, Settled
from housing.dues.prorata import total_of
from housing.dues.services import month_lines, stays_of
from housing.dues.sharing import ZERO
from housing.models import Due, Entry, Reminder, RepaymentPlan, Stay

AGES = ((30, "30 jours au plus"), (60, "31 à 60 jours"), (90, "61 à 90 jours"))
OLDEST = "plus de 90 jours"


def settled_of(due: Any, today: date) -> Settled:
    """Where a call stands, from its `left`."""
    if due.left <= 0:
        return Settled.PAID
    if due.due_on >= today:
        return Settled.COMING
    return Settled.PARTIAL if due.paid > 0 else Settled.UNPAID


@dataclass(frozen=True)
class DueRow:
    """A call on the page of its account; `is_outdated` when the stay or its contracts now say otherwise."""

    due: Due
    state: Settled
    is_outdated: bool


def due_row(stay: Stay, due: Due, today: date) -> DueRow:
    counts = due.kind == DueKind.CONTRIBUTION and not due.is_reversed
    return DueRow(
        due, settled_of(due, today), counts and total_of(month_lines(stay, due.month)) != due.amount
    )


@dataclass(frozen=True)
class MonthRow:
    """A stay in a month: `due` is its call, `expected` what its contracts say now, `balance` its whole account."""

    stay: Stay
    due: Any
    expected: Decimal
    balance: Decimal
    state: str

    @property
    def credit(self) -> Decimal:
        return max(-self.balance, ZERO)

    @property
    def to_call(self) -> bool:
        return self.due is None and self.expected > 0

    @property
    def to_regularise(self) -> bool:
        return self.due is not None and self.due.amount != self.expected

    def answers(self, state: str) -> bool:
        """Whether the row is one of those a filter asks for."""
        if state == "a-appeler":
            return self.to_call
        if state == "a-regulariser":
            return self.to_regularise
        return not state or self.state == state


def month_rows(user: User, month: date, today: date, scheme: str = "") -> list[MonthRow]:
    """The stays of a month and those called for it, by household, in four queries."""
    dues = {
        due.stay_id: due
        for due in Due.objects.for_user(user)
        .filter(month=month, kind=DueKind.CONTRIBUTION)
        .standing()
        .with_paid()
    }
    stays = Stay.objects.for_user(user).filter(pk__in=[*dues, *stays_of(month).values_list("pk", flat=True)])
    if scheme:
        stays = stays.filter(scheme=scheme)
    stays = stays.select_related("household", "place__dwelling").prefetch_related("contracts")
    rows = list(stays.order_by("household__sort_key", "household__number", "pk"))
    balances = balances_of(rows)
    found = []
    for stay in rows:
        due = dues.get(stay.pk)
        expected = total_of(month_lines(stay, month))
        state = settled_of(due, today).value if due else ""
        found.append(MonthRow(stay, due, expected, balances[stay.pk], state))
    return found


def balances_of(stays: Iterable[Stay]) -> dict[Any, Decimal]:
    """What each stay owes (negative: its credit), from the ledger, in one query."""
    sums = (
        Entry.objects.filter(stay__in=[stay.pk for stay in stays], account=Account.DUES)
        .order_by()
        .values_list("stay")
        .annotate(total=Sum(F("debit") - F("credit")))
    )
    return defaultdict(lambda: ZERO, sums)


@dataclass(frozen=True)
class Totals:
    """Sums of a month, in euros."""

    called: Decimal
    paid: Decimal
    left: Decimal
    to_call: int
    to_regularise: int

    @property
    def rate(self) -> Decimal | None:
        return 100 * self.paid / self.called if self.called else None


def totals_of(rows: Sequence[MonthRow]) -> Totals:
    dues = [row.due for row in rows if row.due is not None]
    return Totals(
        called=sum((due.amount for due in dues), ZERO),
        paid=sum((due.paid for due in dues), ZERO),
        left=sum((due.left for due in dues), ZERO),
        to_call=sum(row.to_call for row in rows),
        to_regularise=sum(row.to_regularise for row in rows),
    )


@dataclass
class Arrears:
    """What a stay owes past its due dates, by age in days; `plan` when it is being spread."""

    stay: Stay
    ages: list[Decimal]
    oldest: date
    plan: RepaymentPlan | None = None
    reminded: Any = None

    @property
    def total(self) -> Decimal:
        return sum(self.ages, ZERO)


def age_rank(due_on: date, today: date) -> int:
    """The column of the aged balance: 0 to 30 days, 31 to 60, 61 to 90, more."""
    late = (today - due_on).days
    return next((rank for rank, (most, _label) in enumerate(AGES) if late <= most), len(AGES))


def arrears_of(user: User, today: date, household: Household | None = None) -> list[Arrears]:
    """Every stay, or those of a household, that owes something past due, the heaviest first: three queries."""
    dues = (
        Due.objects.for_user(user)
        .filter(due_on__lt=today)
        .open()
        .select_related("stay__household", "stay__place__dwelling", "stay__referent")
    )
    if household is not None:
        dues = dues.filter(stay__household=household)
    found: dict[Any, Arrears] = {}
    for due in dues:
        row = found.setdefault(due.stay_id, Arrears(due.stay, [ZERO] * (len(AGES) + 1), due.due_on))
        row.ages[age_rank(due.due_on, today)] += due.left
    for plan in RepaymentPlan.objects.running().filter(stay__in=found):
        found[plan.stay_id].plan = plan
    sent = Reminder.objects.filter(stay__in=found, cancelled_at__isnull=True).order_by().values("stay")
    for one in sent.annotate(last=Max("sent_on"), highest=Max("level")):
        found[one["stay"]].reminded = one
    return sorted(found.values(), key=lambda row: (-row.total, row.oldest))


@dataclass(frozen=True)
class StatementLine:
    entry: Entry
    balance: Decimal


def statement(stay: Stay, account: Account = Account.DUES) -> list[StatementLine]:
    """The ledger of a stay with the balance after each line; a deposit's is what is held."""
    sign = 1 if account == Account.DUES else -1
    total, lines = ZERO, []
    for entry in (
        Entry.objects.filter(stay=stay, account=account).select_related("by").order_by("on", "created_at")
    ):
        total += sign * (entry.debit - entry.credit)
        lines.append(StatementLine(entry, total))
    return lines
