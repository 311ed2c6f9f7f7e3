"""Writes on budgets (H7): saved whole, never over somebody else's work, frozen for whoever relies on one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from households.budgets.payload import checksum, circumstances_payload, to_payload
from households.budgets.reading import circumstances_on, entries_of, formula_on, statement_of, with_lines
from households.budgets.reckoning import Statement, reckon
from households.enums import Periodicity, Term
from households.models import (
    Budget,
    BudgetCategory,
    BudgetDraft,
    BudgetFormula,
    BudgetLine,
    BudgetSnapshot,
    Household,
    Person,
)
from households.services.persons import lock_household


@dataclass(frozen=True, kw_only=True)
class LineData:
    """One resource or charge as typed."""

    category: BudgetCategory
    amount: Decimal
    periodicity: str = Periodicity.MONTHLY
    person: Person | None = None
    proof: bool = False
    comment: str = ""


class BudgetConflict(ValidationError):
    """Somebody else saved the budget in the meantime; `budget` is what it has become."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        super().__init__(
            f"{budget.author.full_name} a enregistré ce budget pendant votre saisie. Comparez, puis enregistrez "
            "votre version ou reprenez la sienne.",
            code="conflict",
        )


@transaction.atomic
def write_budget(
    *, by: User, household: Household, on: date, lines: Sequence[LineData], comment: str = ""
) -> Budget:
    """A new budget; the author's draft of one has served. Raises ConstraintViolation when `on` has one already."""
    lock_household(household)
    formula = formula_on(on)
    statement = _reckon(household, on, lines, formula)
    with signed_by(by), typed_violations():
        budget = Budget.objects.create(
            household=household,
            on=on,
            author=by,
            comment=comment,
            formula=formula,
            circumstances=circumstances_payload(statement.circumstances),
            **figures(statement),
        )
        BudgetLine.objects.bulk_create(_line(budget, data, rank) for rank, data in enumerate(lines))
    drop_budget_draft(author=by, household=household)
    return budget


@transaction.atomic
def save_budget(
    *, by: User, budget: Budget, version: int, on: date, lines: Sequence[LineData], comment: str = ""
) -> Budget:
    """Save a budget as somebody changed it, from `version`.

    Raises BudgetConflict when it was saved since, ConstraintViolation when the new day has a budget already.
    """
    stored = _locked(budget)
    if stored.version != version:
        raise BudgetConflict(stored)
    formula = formula_on(on)
    statement = _reckon(stored.household, on, lines, formula)
    with signed_by(by), typed_violations():
        stored.on, stored.author, stored.comment, stored.formula = on, by, comment, formula
        stored.version += 1
        _set_figures(stored, statement)
        stored.save()
        _replace_lines(stored, lines)
    drop_budget_draft(author=by, household=stored.household, budget=stored)
    return stored


@transaction.atomic
def update_circumstances(*, by: User, budget: Budget) -> Budget:
    """Count again who lived there and what was owed on the budget's day, as the file tells it now."""
    stored = _locked(budget)
    with signed_by(by):
        _reckon_again(stored, stored.formula)
    return stored


def _locked(budget: Budget) -> Budget:
    """The budget as it is once nobody else writes it.

    Without a join: PostgreSQL, which read the author before it waited, would not find again a row that has another one.
    """
    return Budget.objects.select_for_update().get(pk=budget.pk)


def reckon_from(day: date) -> int:
    """Apply the formula in force to the budgets of `day` and later; how many there were."""
    locked = [budget.pk for budget in Budget.objects.select_for_update().filter(on__gte=day)]
    budgets = list(with_lines(Budget.objects.filter(pk__in=locked)).select_related("household"))
    for budget in budgets:
        _reckon_again(budget, formula_on(budget.on))
    return len(budgets)


def _reckon_again(budget: Budget, formula: BudgetFormula) -> None:
    budget.formula = formula
    statement = reckon(
        on=budget.on,
        entries=entries_of(budget.lines.all()),
        circumstances=circumstances_on(budget.household, budget.on, formula),
        formula=formula,
    )
    _set_figures(budget, statement)
    budget.version += 1
    budget.save()


def _reckon(household: Household, on: date, lines: Sequence[LineData], formula: BudgetFormula) -> Statement:
    """What is about to be saved, reckoned as it will be read."""
    unsaved = [_line(None, data, rank) for rank, data in enumerate(lines)]
    circumstances = circumstances_on(household, on, formula)
    return reckon(on=on, entries=entries_of(unsaved), circumstances=circumstances, formula=formula)


def _set_figures(budget: Budget, statement: Statement) -> None:
    budget.circumstances = circumstances_payload(statement.circumstances)
    for name, value in figures(statement).items():
        setattr(budget, name, value)


def figures(statement: Statement) -> dict[str, Decimal | None]:
    """The columns of a Budget that lists and figures read."""
    codes = ("remaining", "daily", "quotient", "housing_rate", "energy_rate", "debt_rate")
    return {
        "resources": statement.term(Term.RESOURCES).total,
        "charges": statement.term(Term.CHARGES).total,
        **{code: statement.indicator(code).value for code in codes},
    }


def _line(budget: Budget | None, data: LineData, rank: int) -> BudgetLine:
    return BudgetLine(
        budget=budget,
        category=data.category,
        amount=data.amount,
        periodicity=data.periodicity,
        person=data.person,
        proof=data.proof,
        comment=data.comment,
        position=rank,
    )


LINE_FIELDS = ("amount", "periodicity", "person_id", "proof", "comment", "position")


def _replace_lines(budget: Budget, lines: Iterable[LineData]) -> None:
    """Change the rows that changed and no other, so that the write history tells what moved."""
    kept: dict[UUID, list[BudgetLine]] = {}
    for line in budget.lines.all():
        kept.setdefault(line.category_id, []).append(line)
    for rank, data in enumerate(lines):
        wanted = _line(budget, data, rank)
        former = kept.get(wanted.category_id) or []
        if not former:
            wanted.save(force_insert=True)
            continue
        line = former.pop(0)
        changed = [name for name in LINE_FIELDS if getattr(line, name) != getattr(wanted, name)]
        if changed:
            for name in changed:
                setattr(line, name, getattr(wanted, name))
            line.save(update_fields=changed)
    BudgetLine.objects.filter(pk__in=[line.pk for rest in kept.values() for line in rest]).delete()


@transaction.atomic
def freeze_budget(
    *, by: User, household: Household, purpose: str, budget: Budget | None = None
) -> BudgetSnapshot:
    """A copy of the household's budget (the latest by default) that nothing moves any more, for whoever relies on it.

    It holds every line, the persons and debts counted, the version of the formula, each term and each indicator,
    under a SHA-256 checksum. Raises ValidationError when the household has no budget yet.
    """
    lock_household(household)
    if budget is None:
        budget = household.budgets.filter(on__lte=timezone.localdate()).first()
    if budget is None:
        raise ValidationError("Ce ménage n’a pas encore de budget : faites-le d’abord.", code="no_budget")
    locked = _locked(budget)
    chosen = with_lines(household.budgets.all()).get(pk=locked.pk)
    payload = to_payload(statement_of(chosen))
    with signed_by(by):
        return BudgetSnapshot.objects.create(
            household=household,
            budget=chosen,
            formula=chosen.formula,
            purpose=purpose,
            taken_by=by,
            payload=payload,
            checksum=checksum(payload),
        )


def is_intact(snapshot: BudgetSnapshot) -> bool:
    """Whether a frozen copy is still what its checksum says."""
    return checksum(snapshot.payload) == snapshot.checksum


def keep_budget_draft(
    *, author: User, household: Household, values: Mapping[str, Any], budget: Budget | None = None
) -> BudgetDraft:
    """Keep what `author` has typed so far, in a new budget or in a change of one; only they can read it back."""
    draft, _created = BudgetDraft.objects.update_or_create(
        author=author, household=household, budget=budget, defaults={"values": dict(values)}
    )
    return draft


def drop_budget_draft(*, author: User, household: Household, budget: Budget | None = None) -> None:
    BudgetDraft.objects.filter(author=author, household=household, budget=budget).delete()
