"""From the tables to what is reckoned: the formula of a day, who and what a budget counts, its lines."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from cias.accounts.models import User
from cias.core.deadlines import add_months
from households.budgets.payload import read_circumstances
from households.budgets.persons import count_parts, count_persons, count_units, presence_notes
from households.budgets.reckoning import Circumstances, DebtSum, Entry, Statement, reckon
from households.models import Budget, BudgetFormula, BudgetLine, Debt, Household, Membership
from households.models.files import on_day


def formula_on(day: date) -> BudgetFormula:
    """The version in force on `day`; the first one for the days before it."""
    versions = BudgetFormula.objects.order_by("-valid_from", "-number")
    return versions.filter(valid_from__lte=day).first() or versions.reverse()[0]


def circumstances_on(household: Household, day: date, formula: BudgetFormula) -> Circumstances:
    """Who lives there and what is owed on `day`."""
    members = list(household.memberships.filter(on_day(day)).select_related("person"))
    return circumstances_of(members, list(household.debts.all()), day, formula)


def circumstances_of(
    members: Sequence[Membership], debts: Sequence[Debt], day: date, formula: BudgetFormula
) -> Circumstances:
    return Circumstances(
        persons=count_persons(members, formula),
        parts=count_parts(members, day, formula),
        units=count_units(members, day, formula),
        notes=presence_notes(members, formula),
        debts=sum_debts(debts, day),
    )


def sum_debts(debts: Iterable[Debt], day: date) -> dict[str, DebtSum]:
    """Debts known and not settled on `day`, by kind."""
    sums: dict[str, DebtSum] = {}
    for debt in debts:
        if debt.noted_on > day or (debt.settled_on is not None and debt.settled_on <= day):
            continue
        so_far = sums.get(debt.kind, DebtSum(0, Decimal(0), Decimal(0)))
        sums[debt.kind] = DebtSum(
            so_far.count + 1,
            so_far.remaining + debt.remaining_amount,
            so_far.payments + debt.payment_on(day),
        )
    return sums


def readable_budgets(user: User, household: Household) -> QuerySet[Budget]:
    """The household's budgets `user` may read, with what a statement needs, the latest first."""
    return with_lines(Budget.objects.for_user(user, household.pk)).select_related("author")


def with_lines(budgets: QuerySet[Budget]) -> QuerySet[Budget]:
    lines = Prefetch("lines", BudgetLine.objects.select_related("category", "person"))
    return budgets.select_related("formula").prefetch_related(lines)


def entry(line: BudgetLine) -> Entry:
    return Entry(
        category=line.category.code,
        label=line.category.label,
        side=line.category.side,
        group=line.category.group,
        amount=line.amount,
        periodicity=line.periodicity,
        person=line.person.full_name if line.person else "",
        proof=line.proof,
        comment=line.comment,
    )


def entries_of(lines: Iterable[BudgetLine], said: Callable[[BudgetLine], Entry] = entry) -> list[Entry]:
    """Resources first, each side in the order of the categories; `said` tells what is shown of a line."""
    ordered = sorted(
        lines, key=lambda line: (line.category.side != "resource", line.category.position, line.position)
    )
    return [said(line) for line in ordered]


def statement_of(budget: Budget, said: Callable[[BudgetLine], Entry] = entry) -> Statement:
    """What a budget says, with the persons and debts written down when it was saved."""
    return reckon(
        on=budget.on,
        entries=entries_of(budget.lines.all(), said),
        circumstances=read_circumstances(budget.circumstances),
        formula=budget.formula,
        comment=budget.comment,
    )


def has_moved(budget: Budget) -> bool:
    """Whether the file now tells of other persons, or other payments the formula counts, on the budget's day."""
    kept = read_circumstances(budget.circumstances)
    now = circumstances_on(budget.household, budget.on, budget.formula)
    kinds = {*budget.formula.debt_charge_kinds, *budget.formula.debt_rate_kinds}
    heads = [(one.persons, one.parts, one.units) for one in (kept, now)]
    payments = [
        {kind: one.debts[kind].payments for kind in kinds if kind in one.debts and one.debts[kind].payments}
        for one in (kept, now)
    ]
    return heads[0] != heads[1] or payments[0] != payments[1]


def is_old(budget: Budget, today: date) -> bool:
    """ "À refaire": older than what the formula says."""
    return add_months(budget.on, budget.formula.renew_months) < today
