"""What the direction settles about budgets: categories and the formula. Nothing is deleted, a version never changes."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from households.budgets.reading import formula_on
from households.enums import TERMS_OF
from households.models import BudgetCategory, BudgetFormula
from households.services.budgets import reckon_from


@transaction.atomic
def change_formula(*, by: User, valid_from: date, values: dict[str, Any]) -> BudgetFormula:
    """A new version, in force from `valid_from`; budgets dated from that day on follow it, none before it moves.

    `values`: fields of BudgetFormula. Raises ValidationError for a day in the past.
    """
    if valid_from < timezone.localdate():
        raise ValidationError(
            "Une nouvelle version ne s’applique pas au passé : choisissez aujourd’hui ou un jour à venir.",
            code="past",
        )
    latest = BudgetFormula.objects.select_for_update().order_by("-number")[0]
    with signed_by(by), typed_violations():
        formula = BudgetFormula.objects.create(
            **values, number=latest.number + 1, valid_from=valid_from, author=by
        )
        reckon_from(valid_from)
    return formula


@transaction.atomic
def save_category(*, by: User, category: BudgetCategory, terms: Collection[str]) -> BudgetCategory:
    """Save a category, counted in exactly `terms` from today on: a new version of the formula when that changes."""
    with signed_by(by), typed_violations():
        if not category.code:
            category.code = _free_code(category.label)
        category.save()
    today = timezone.localdate()
    formula = formula_on(today)
    if counted_in(category, formula) != set(terms):
        values = formula_values(formula)
        values["terms"] = {
            term: sorted({*codes} - {category.code} | ({category.code} if term in terms else set()))
            for term, codes in formula.terms.items()
        }
        change_formula(by=by, valid_from=today, values=values)
    return category


def counted_in(category: BudgetCategory, formula: BudgetFormula) -> set[str]:
    """The terms that count `category`, among those of its side."""
    return {term for term in TERMS_OF[category.side] if category.code in formula.terms.get(term, ())}


NOT_COPIED = {"id", "created_at", "number", "valid_from", "author"}


def formula_values(formula: BudgetFormula) -> dict[str, Any]:
    """What a new version takes over from `formula`."""
    return {
        field.name: getattr(formula, field.name)
        for field in BudgetFormula._meta.fields
        if field.name not in NOT_COPIED
    }


def _free_code(label: str) -> str:
    wanted = slugify(label)[:36] or "categorie"
    taken = set(BudgetCategory.objects.filter(code__startswith=wanted).values_list("code", flat=True))
    codes = (wanted, *(f"{wanted}-{number}" for number in range(2, 1000)))
    return next(code for code in codes if code not in taken)
