from datetime import date
from decimal import Decimal

import factory

from households.budgets.payload import checksum, circumstances_payload, to_payload
from households.budgets.reading import circumstances_on, formula_on, statement_of
from households.enums import DebtKind
from households.models import Budget, BudgetCategory, BudgetLine, BudgetSnapshot, Debt
from tests.factories.accounts import UserFactory
from tests.factories.households import HouseholdFactory


class BudgetFactory(factory.django.DjangoModelFactory):
    """A budget without lines; its figures are those given."""

    class Meta:
        model = Budget

    household = factory.SubFactory(HouseholdFactory)
    author = factory.SubFactory(UserFactory)
    on = date(2026, 11, 18)
    formula = factory.LazyAttribute(lambda budget: formula_on(budget.on))
    circumstances = factory.LazyAttribute(
        lambda budget: circumstances_payload(circumstances_on(budget.household, budget.on, budget.formula))
    )


class BudgetLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BudgetLine

    class Params:
        code = "salaire"

    budget = factory.SubFactory(BudgetFactory)
    category = factory.LazyAttribute(lambda line: BudgetCategory.objects.get(code=line.code))
    amount = Decimal("1000.00")


class BudgetSnapshotFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BudgetSnapshot

    budget = factory.SubFactory(BudgetFactory)
    household = factory.SelfAttribute("budget.household")
    formula = factory.SelfAttribute("budget.formula")
    taken_by = factory.SelfAttribute("budget.author")
    purpose = "Demande de FSL"
    payload = factory.LazyAttribute(lambda snapshot: to_payload(statement_of(snapshot.budget)))
    checksum = factory.LazyAttribute(lambda snapshot: checksum(snapshot.payload))


class DebtFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Debt

    household = factory.SubFactory(HouseholdFactory)
    creditor = "Habitat eurélien"
    kind = DebtKind.RENT
    noted_on = date(2026, 9, 1)
    initial_amount = Decimal("2094.00")
    remaining_amount = Decimal("1494.00")
