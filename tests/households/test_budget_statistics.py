"""Figures of budgets and debts, counted by hand; what is not known has its own line."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from cias.core.periods import Period
from cias.core.registry import statistics
from households.models import BudgetFormula, Household
from tests.factories import BudgetFactory, CommuneFactory, DebtFactory, HouseholdFactory, SituationFactory

pytestmark = pytest.mark.django_db
Y2026 = Period.year(2026)


def figures(code: str, territory: frozenset[str] | None = None) -> dict[tuple[str, ...], tuple[object, int]]:
    rows = list(statistics[f"budgets.{code}"].compute(Y2026, territory))
    assert [row.keys for row in rows] == sorted(row.keys for row in rows)
    return {row.keys: (row.value, row.count) for row in rows}


@pytest.fixture
def household() -> Callable[..., Household]:
    """A household with its situation of the year, then another one later."""

    def make(*, luce: bool = False, family: str = "woman_alone") -> Household:
        household = HouseholdFactory(commune=CommuneFactory(luce=luce))
        SituationFactory(household=household, family_type=family, end=date(2026, 11, 20))
        SituationFactory(household=household, family_type="other", start=date(2026, 11, 21), commune=None)
        return household

    return make


def test_bands_of_the_last_budget_of_the_period(household: Callable[..., Household]) -> None:
    for daily in ("-0.01", "0.00", "4.99", "5.00", "24.99", "25.00", None):
        one = household()
        BudgetFactory(household=one, on=date(2026, 2, 1), daily=Decimal(99))
        BudgetFactory(household=one, on=date(2026, 6, 1), daily=daily and Decimal(daily))
        BudgetFactory(household=one, on=date(2027, 1, 1), daily=Decimal(99))
    assert figures("daily") == {
        ("",): (1, 1), ("-",): (1, 1), ("00",): (2, 2), ("05",): (1, 1), ("15",): (1, 1), ("25",): (1, 1),
    }  # fmt: skip
    assert statistics["budgets.daily"].labels["05"] == "De 5 à 9,99 €"


def test_medians_by_the_composition_of_the_day(household: Callable[..., Household]) -> None:
    for remaining in ("100", "300", "-50.25", "200.50"):
        BudgetFactory(household=household(), remaining=Decimal(remaining))
    BudgetFactory(household=household(family=""), remaining=Decimal(7))
    BudgetFactory(household=household(), remaining=None)
    BudgetFactory(household=household(), on=date(2026, 11, 22), remaining=Decimal(9))
    assert figures("remaining") == {
        ("",): (Decimal("7.00"), 1),
        ("other",): (Decimal("9.00"), 1),
        ("woman_alone",): (Decimal("150.25"), 4),  # between 100 and 200.50
    }


def test_the_share_above_the_limit_of_each_formula(household: Callable[..., Household]) -> None:
    first = BudgetFormula.objects.get()
    assert first.housing_limit == 40
    for rate in ("40.0", "40.1", None):
        BudgetFactory(household=household(), housing_rate=rate and Decimal(rate), formula=first)
    stricter = BudgetFormula(
        number=2, valid_from=date(2026, 11, 1), terms=first.terms, housing_limit=Decimal(30)
    )
    stricter.save()
    BudgetFactory(household=household(), housing_rate=Decimal("30.5"), formula=stricter)
    assert figures("housing_rate") == {("woman_alone",): (2, 3)}


def test_by_commune_of_the_day_and_for_a_territory(household: Callable[..., Household]) -> None:
    BudgetFactory(household=household(luce=True))
    BudgetFactory(household=household())
    BudgetFactory(household=household(), on=date(2026, 11, 22))
    assert figures("made") == {("",): (1, 1), ("28085",): (1, 1), ("28218",): (1, 1)}
    assert figures("made", frozenset({"28218"})) == {("28218",): (1, 1)}


def test_households_in_debt_by_kind(household: Callable[..., Household]) -> None:
    one, other = household(), household(luce=True)
    DebtFactory(household=one, kind="rent", noted_on=date(2025, 3, 1))
    DebtFactory(household=one, kind="rent")
    DebtFactory(household=one, kind="energy")
    DebtFactory(household=other, kind="energy")
    DebtFactory(household=other, kind="fine", noted_on=date(2027, 1, 1))
    gone = {"stage": "settled", "remaining_amount": 0, "noted_on": date(2025, 1, 1)}
    DebtFactory(household=other, kind="tax", settled_on=date(2025, 12, 31), **gone)
    DebtFactory(household=other, kind="health", settled_on=date(2026, 1, 1), **gone)
    assert figures("debts") == {("energy",): (2, 2), ("health",): (1, 1), ("rent",): (1, 1)}
    assert figures("debts", frozenset({"28218"})) == {("energy",): (1, 1)}
    assert not statistics["budgets.debts"].additive
