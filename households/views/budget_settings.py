"""Categories of budgets and the formula: what the direction settles, with its history."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.http import posted
from households.budgets.example import example
from households.budgets.reading import formula_on
from households.enums import TERMS_OF, Side, Term
from households.forms.budget_settings import CategoryForm, FormulaForm, written_out
from households.models import BudgetCategory, BudgetFormula
from households.services.budget_settings import change_formula, formula_values, save_category


@requires("structure.manage")
@require_safe
def budget_settings(request: AgentRequest) -> HttpResponse:
    """The categories with what counts them, the formula in force, its other versions."""
    today = timezone.localdate()
    formula = formula_on(today)
    categories = list(BudgetCategory.objects.order_by("-is_active", "position", "label"))
    context = {
        "formula": formula,
        "versions": BudgetFormula.objects.select_related("author"),
        "example": example(formula, today),
        "sides": [
            (
                f"{side.label}s",
                side,
                [(one, _counted(one, formula)) for one in categories if one.side == side],
            )
            for side in Side
        ],
    }
    return render(request, "households/budget_settings.html", context)


def _counted(category: BudgetCategory, formula: BudgetFormula) -> list[str]:
    return [
        Term(term).label for term in TERMS_OF[category.side] if category.code in formula.terms.get(term, ())
    ]


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def budget_category_add(request: AgentRequest, side: str) -> HttpResponse:
    """`side` comes from the address's own name, not from its reader."""
    category = BudgetCategory(side=side, position=990)
    return _category(request, category, f"Ajouter une {Side(side).label.lower()}")


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def budget_category(request: AgentRequest, budget_category_id: UUID) -> HttpResponse:
    category = get_object_or_404(BudgetCategory, pk=budget_category_id)
    return _category(request, category, f"Modifier la catégorie «\u00a0{category}\u00a0»")


def _category(request: AgentRequest, category: BudgetCategory, title: str) -> HttpResponse:
    form = CategoryForm(posted(request), instance=category, formula=formula_on(timezone.localdate()))
    if form.is_valid():
        try:
            save_category(by=request.user, category=form.instance, terms=form.cleaned_data["counted"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"«\u00a0{form.instance}\u00a0»\u00a0: enregistré.")
            return redirect("households:budget_settings")
    context = {
        "title": title,
        "form": form,
        "submit": "Enregistrer",
        "back_url": reverse("households:budget_settings"),
    }
    return render(request, "core/form_page.html", context)


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def budget_formula(request: AgentRequest) -> HttpResponse:
    """A new version of the formula, with what it makes of an invented household."""
    today = timezone.localdate()
    form = _formula_form(request)
    if form.is_valid():
        try:
            made = change_formula(
                by=request.user, valid_from=form.cleaned_data["valid_from"], values=form.values()
            )
        except ValidationError as error:
            form.add_error("valid_from", error)
        else:
            messages.success(request, f"Formule enregistrée\u00a0: {made}.")
            return redirect("households:budget_settings")
    tried = BudgetFormula(**_tried(form))
    context: dict[str, Any] = {"form": form, "example": example(tried, today), "today": today}
    return render(request, "households/budget_formula.html", context)


@requires("structure.manage")
@require_POST
def budget_formula_example(request: AgentRequest) -> HttpResponse:
    """The invented household under the formula being typed: the fragment beside the form. Saves nothing."""
    form = _formula_form(request)
    form.is_valid()
    statement = example(BudgetFormula(**_tried(form)), timezone.localdate())
    return render(request, "households/budget_example.html", {"example": statement})


def _formula_form(request: AgentRequest) -> FormulaForm:
    formula = formula_on(timezone.localdate())
    return FormulaForm(posted(request), formula=formula, categories=BudgetCategory.objects.all())


def _tried(form: FormulaForm) -> dict[str, Any]:
    number, day = form.formula.number + 1, timezone.localdate()
    if not form.is_bound:
        return {**formula_values(form.formula), "number": number, "valid_from": day}
    return {**form.values(), "number": number, "valid_from": form.cleaned_data.get("valid_from") or day}


@requires("structure.manage")
@require_safe
def budget_formula_version(request: AgentRequest, budget_formula_id: UUID) -> HttpResponse:
    """One version, in force or past: what it counts and divides by, and what it makes of the invented household."""
    formula = get_object_or_404(BudgetFormula.objects.select_related("author"), pk=budget_formula_id)
    form = FormulaForm(formula=formula, categories=BudgetCategory.objects.all())
    context = {
        "formula": formula,
        "form": form,
        "settings": written_out(formula),
        "example": example(formula, max(timezone.localdate(), formula.valid_from)),
    }
    return render(request, "households/budget_formula_version.html", context)
