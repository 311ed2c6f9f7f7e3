"""Money to the cent: what a month costs, how a payment is shared, how a debt is spread."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cias.core.deadlines import end_of_month
from housing.dues.prorata import Contract, lines_of, total_of
from housing.dues.sharing import Owed, schedule, share, split

D = Decimal
YEAR = Contract(date(2026, 1, 1), date(2026, 12, 31), D("120.00"))


@pytest.mark.parametrize(
    ("contracts", "first", "last", "month", "amounts"),
    [
        # A whole month is the contribution, whatever its length.
        ([YEAR], date(2026, 1, 1), None, date(2026, 1, 1), ["120.00"]),
        ([YEAR], date(2026, 1, 1), None, date(2026, 2, 1), ["120.00"]),
        # Entry on the 11th of a 30-day month: 20 days of 30.
        ([YEAR], date(2026, 9, 11), None, date(2026, 9, 1), ["80.00"]),
        # Entry on the last day; exit on the first: one day of 31, 120 / 31 = 3.8709…
        ([YEAR], date(2026, 10, 31), None, date(2026, 10, 1), ["3.87"]),
        ([YEAR], date(2026, 1, 1), date(2026, 10, 1), date(2026, 10, 1), ["3.87"]),
        # Entry and exit within one month: 10 days of 28, 42.857…
        ([YEAR], date(2026, 2, 10), date(2026, 2, 19), date(2026, 2, 1), ["42.86"]),
        # 29 February: 19 days of 29, 78.62…
        (
            [Contract(date(2028, 1, 1), date(2028, 12, 31), D("120.00"))],
            date(2028, 2, 11), None, date(2028, 2, 1), ["78.62"],
        ),
        # The contribution changes on the 16th: 15 days of each, 60 + 75.
        (
            [Contract(date(2026, 9, 1), date(2026, 9, 15), D("120.00")),
             Contract(date(2026, 9, 16), date(2027, 3, 15), D("150.00"))],
            date(2026, 9, 1), None, date(2026, 9, 1), ["60.00", "75.00"],
        ),
        # A renewal at the same contribution is one line.
        (
            [Contract(date(2026, 9, 1), date(2026, 9, 15), D("120.00")),
             Contract(date(2026, 9, 16), date(2027, 3, 15), D("120.00"))],
            date(2026, 9, 1), None, date(2026, 9, 1), ["120.00"],
        ),
        # Rounded once: 10/31 and 21/31 of 100.01 are 32.2612… and 67.7487…, 100.01 in all.
        (
            [Contract(date(2026, 10, 1), date(2026, 10, 10), D("100.01")),
             Contract(date(2026, 10, 11), date(2026, 12, 31), D("100.00"))],
            date(2026, 10, 1), None, date(2026, 10, 1), ["32.26", "67.74"],
        ),
        # The contract is over, the household still there: its last contribution, told apart.
        (
            [Contract(date(2026, 6, 1), date(2026, 9, 15), D("120.00"))],
            date(2026, 6, 1), None, date(2026, 9, 1), ["60.00", "60.00"],
        ),
        (
            [Contract(date(2026, 6, 1), date(2026, 9, 15), D("120.00"))],
            date(2026, 6, 1), None, date(2026, 11, 1), ["120.00"],
        ),
        # Not there yet, or gone.
        ([YEAR], date(2026, 10, 1), None, date(2026, 9, 1), []),
        ([YEAR], date(2026, 1, 1), date(2026, 8, 31), date(2026, 9, 1), []),
        ([], date(2026, 1, 1), None, date(2026, 9, 1), []),
    ],
)  # fmt: skip
def test_a_month_to_the_cent(contracts, first, last, month, amounts) -> None:
    assert [line.amount for line in lines_of(contracts, first, last, month)] == [D(one) for one in amounts]


def test_days_without_a_contract_are_said() -> None:
    lines = lines_of(
        [Contract(date(2026, 6, 1), date(2026, 9, 15), D("120.00"))],
        date(2026, 6, 1),
        date(2026, 9, 20),
        date(2026, 9, 1),
    )
    assert [(line.days, line.is_covered) for line in lines] == [(15, True), (5, False)]


amounts = st.decimals(min_value=1, max_value=2000, places=2)


@given(
    monthly=st.lists(amounts, min_size=1, max_size=5),
    starts=st.lists(st.integers(0, 60), min_size=5, max_size=5, unique=True),
    entry=st.integers(0, 40),
    stays=st.integers(0, 60),
)
def test_lines_sum_up_to_the_days_lived(monthly, starts, entry, stays) -> None:
    """Whatever the contracts: the lines touch, cover every day once, and are right to half a cent in all."""
    origin, month = date(2026, 6, 1), date(2026, 7, 1)
    days = sorted(starts)[: len(monthly)]
    contracts = [
        Contract(origin + timedelta(days=day), origin + timedelta(days=day + 300), value)
        for day, value in zip(days, monthly, strict=True)
    ]
    first = origin + timedelta(days=entry)
    last = first + timedelta(days=stays)
    lines = lines_of(contracts, first, last, month)
    lived = max((min(last, end_of_month(month)) - max(first, month)).days + 1, 0)
    assert sum(line.days for line in lines) == lived
    for one, other in pairwise(lines):
        assert other.start == one.end + timedelta(days=1)
    exact = sum((line.monthly * line.days / 31 for line in lines), D(0))
    assert abs(total_of(lines) - exact) <= D("0.005")


@pytest.mark.parametrize(
    ("amount", "owed", "promised", "shared"),
    [
        # Oldest first.
        ("100", [("a", "60", False), ("b", "60", False)], "0", {"a": "60", "b": "40"}),
        # Too much: the rest is credit.
        ("200", [("a", "60", False), ("b", "60", False)], "0", {"a": "60", "b": "60"}),
        ("50.01", [("a", "50.02", False)], "0", {"a": "50.01"}),
        ("10", [], "0", {}),
        # A plan runs: its instalment, then the month, then the rest of the plan.
        ("170", [("a", "300", True), ("m", "120", False)], "50", {"a": "50", "m": "120"}),
        ("200", [("a", "300", True), ("m", "120", False)], "50", {"a": "80", "m": "120"}),
        ("40", [("a", "300", True), ("m", "120", False)], "50", {"a": "40"}),
        (
            "100",
            [("a", "30", True), ("b", "300", True), ("m", "120", False)],
            "50",
            {"a": "30", "b": "20", "m": "50"},
        ),
    ],
)
def test_a_payment_is_shared_to_the_cent(amount, owed, promised, shared) -> None:
    rows = [Owed(key, D(left), planned) for key, left, planned in owed]
    found = share(D(amount), rows, promised=D(promised))
    assert dict(found) == {key: D(value) for key, value in shared.items()}


@given(
    amount=amounts,
    owed=st.lists(st.tuples(amounts, st.booleans()), max_size=8),
    promised=st.decimals(min_value=0, max_value=500, places=2),
)
def test_sharing_creates_no_money_and_loses_none(amount, owed, promised) -> None:
    rows = [Owed(rank, left, planned) for rank, (left, planned) in enumerate(owed)]
    shared = dict(share(amount, rows, promised=promised))
    assert all(0 < part <= rows[key].left for key, part in shared.items())
    assert sum(shared.values(), D(0)) == min(amount, sum((row.left for row in rows), D(0)))


@pytest.mark.parametrize(
    ("total", "count", "parts"),
    [
        ("100.00", 3, ["33.33", "33.33", "33.34"]),
        ("90.00", 3, ["30.00"] * 3),
        ("0.05", 4, ["0.01", "0.01", "0.01", "0.02"]),
    ],
)
def test_the_last_instalment_takes_the_remainder(total, count, parts) -> None:
    assert split(D(total), count) == [D(part) for part in parts]


def test_a_debt_is_not_spread_thinner_than_a_cent() -> None:
    with pytest.raises(ValueError, match="Trop d’échéances"):
        split(D("0.02"), 3)


def test_instalments_come_back_to_the_31st() -> None:
    dates = [day for day, _amount in schedule(D("300"), 3, date(2027, 1, 31))]
    assert dates == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]
