"""What a month of a stay costs, to the cent. Pure functions: contracts in, lines out.

The rule, in one sentence: each day of the month costs the month's contribution divided by its number of days, and the
total is rounded once, half up. A whole month at one contribution is therefore exactly that contribution; an entry, an
exit or a change of contribution counts the days of each, both ends included.

The days a household still lives there after its last contract cost what that contract said; those before the first
one, or between two, cost what the nearest earlier contract said, or else the first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from cias.core.deadlines import ONE_DAY, end_of_month

CENT = Decimal("0.01")


class Contract(NamedTuple):
    """The days of one contract, both included, and its monthly contribution in euros."""

    start: date
    end: date
    monthly: Decimal


@dataclass(frozen=True)
class Line:
    """Days that follow one another at one contribution; `is_covered` when a contract says so."""

    start: date
    end: date
    monthly: Decimal
    is_covered: bool
    amount: Decimal

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


def month_of(day: date) -> date:
    """The first day of the month of `day`, which names it."""
    return day.replace(day=1)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def lines_of(contracts: Sequence[Contract], first: date, last: date | None, month: date) -> list[Line]:
    """The lines of `month` (any of its days) for a stay from `first` to `last` (None: it goes on).

    Empty when the stay does not touch the month or has no contract. The amounts sum up to the month's total.
    """
    start = max(first, month_of(month))
    end = min(last or end_of_month(month), end_of_month(month))
    ordered = sorted(contracts)
    if end < start or not ordered:
        return []
    spans = list(_spans(ordered, start, end))
    days_in_month = end_of_month(month).day
    exact = [monthly * ((until - since).days + 1) / days_in_month for since, until, monthly, _ in spans]
    total = cents(sum(exact, Decimal(0)))
    amounts = [cents(value) for value in exact]
    # Rounded one by one the lines could miss the total by a cent: the last one takes it.
    amounts[-1] += total - sum(amounts, Decimal(0))
    return [
        Line(since, until, monthly, covered, amount)
        for (since, until, monthly, covered), amount in zip(spans, amounts, strict=True)
    ]


def _spans(
    contracts: Sequence[Contract], start: date, end: date
) -> Iterable[tuple[date, date, Decimal, bool]]:
    """Runs of days under one contribution, in order."""
    run: tuple[date, date, Decimal, bool] | None = None
    for day in days(start, end):
        earlier = [contract for contract in contracts if contract.start <= day]
        contract = earlier[-1] if earlier else contracts[0]
        covered = contract.start <= day <= contract.end
        if run is not None and (run[2], run[3]) == (contract.monthly, covered):
            run = (run[0], day, *run[2:])
            continue
        if run is not None:
            yield run
        run = (day, day, contract.monthly, covered)
    if run is not None:
        yield run


def days(first: date, last: date) -> Iterable[date]:
    """Each day from `first` to `last`, both included."""
    return (first + rank * ONE_DAY for rank in range((last - first + timedelta(days=1)).days))


def total_of(lines: Iterable[Line]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))
