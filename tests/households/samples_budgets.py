"""Objects behind the addresses of budgets and debts, marked with words that only those who read them may meet."""

from decimal import Decimal
from typing import Any

from households.models import BudgetCategory, BudgetDraft
from tests.access import world as canaries
from tests.factories import BudgetFactory, BudgetLineFactory, BudgetSnapshotFactory, DebtFactory


def budget_kwargs(world: Any, author: Any) -> dict[str, object]:
    budget = BudgetFactory(household=world.household, author=author)
    BudgetLineFactory(budget=budget, code="salaire", comment=canaries.BUDGET)
    BudgetLineFactory(budget=budget, code="loyer", amount=Decimal("612.34"))
    debt = DebtFactory(household=world.household, creditor=f"Créancier {canaries.BUDGET}")
    draft = BudgetDraft.objects.create(
        household=world.household, author=author, values={"comment": "Brouillon."}
    )
    return {
        "budget_id": budget.pk,
        "budget_draft_id": draft.pk,
        "budget_snapshot_id": BudgetSnapshotFactory(budget=budget).pk,
        "debt_id": debt.pk,
        "budget_category_id": BudgetCategory.objects.get(code="loyer").pk,
        "budget_formula_id": budget.formula_id,
    }
