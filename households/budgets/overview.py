"""What the file's pages show of the budgets: the present one, the former ones, the debts."""

from datetime import date
from decimal import Decimal
from typing import Any

from cias.accounts.models import User
from cias.core.presence import may_hold
from households.budgets.charts import remainder_chart
from households.budgets.reading import is_old, readable_budgets, statement_of
from households.models import Budget, BudgetDraft, Debt, Household


def latest_budget(household: Household, user: User, today: date) -> Budget | None:
    """The budget in force for who may read it: the last one dated today or before."""
    if not may_hold(household, "households.Budget"):
        return None
    return readable_budgets(user, household).filter(on__lte=today).first()


def budget_card(household: Household, user: User, today: date) -> dict[str, Any]:
    """The context of households/budget_card.html."""
    budget = latest_budget(household, user, today)
    return {
        "budget": budget,
        "statement": statement_of(budget) if budget else None,
        "budget_is_old": budget is not None and is_old(budget, today),
    }


def budget_overview(household: Household, user: User, today: date) -> dict[str, Any]:
    """The context of the tab « Situation et budget » beside the situation itself."""
    budgets = list(Budget.objects.for_user(user, household.pk).select_related("author"))
    debts = list(Debt.objects.for_user(user, household.pk))
    owed = [debt for debt in debts if debt.settled_on is None]
    return {
        **budget_card(household, user, today),
        "budgets": budgets,
        "chart": remainder_chart(budgets),
        "debts": [(debt, debt.instalments_left(today)) for debt in owed],
        "settled": [debt for debt in debts if debt.settled_on is not None],
        "total_debts": sum((debt.remaining_amount for debt in owed), Decimal(0)),
        "total_payments": sum((debt.payment_on(today) for debt in owed), Decimal(0)),
        "budget_draft": BudgetDraft.objects.filter(author=user, household=household, budget=None).first(),
    }
