"""The repayment of an advance: equal instalments by the month, what is due, what is late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from cias.core.deadlines import add_months
from rights.models import AidRequest

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Instalment:
    """One due date in euros; `left` is what of it nobody has repaid yet."""

    due_on: date
    amount: Decimal
    left: Decimal

    def is_late(self, day: date) -> bool:
        return self.left > 0 and self.due_on < day


def split(total: Decimal, count: int) -> list[Decimal]:
    """`total` in `count` equal parts to the cent; the last one takes what rounding left."""
    part = (total / count).quantize(CENT, ROUND_DOWN)
    return [*[part] * (count - 1), total - part * (count - 1)]


def instalments(request: AidRequest, total: Decimal, repaid: Decimal) -> list[Instalment]:
    """The schedule of `total` euros paid, repayments set against the oldest due dates first.

    Dates are counted from the first one, so that the 31st comes back. Empty without a first date.
    """
    if request.first_instalment_on is None or total <= 0:
        return []
    rows, rest = [], repaid
    for rank, amount in enumerate(split(total, request.instalments or 1)):
        covered = min(rest, amount)
        rest -= covered
        rows.append(Instalment(add_months(request.first_instalment_on, rank), amount, amount - covered))
    return rows


def late_amount(rows: Iterable[Instalment], day: date) -> Decimal:
    """What should have been repaid before `day` and was not."""
    return sum((row.left for row in rows if row.is_late(day)), Decimal(0))
