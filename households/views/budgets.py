"""Read budgets: one with every term, two side by side, frozen copies, and all of it on paper (H7)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.pdf import pdf_response, render_pdf
from cias.territory.services import get_structure
from households.budgets.comparison import compare_indicators, compare_lines
from households.budgets.payload import from_payload
from households.budgets.reading import has_moved, readable_budgets, statement_of
from households.budgets.reckoning import Statement, sides
from households.enums import Side
from households.file import ask_reason, file_context, get_household, may_read_content
from households.forms.budgets import CompareForm, FreezeForm
from households.models import Budget, BudgetSnapshot, Debt, Household
from households.services.budgets import freeze_budget, is_intact, update_circumstances

TAB = "situation"


@requires("situation.view")
@require_safe
def budget(request: AgentRequest, budget_id: UUID) -> HttpResponse:
    """One budget: its lines, each term of the formula, each indicator with its sum."""
    bare = get_object_or_404(Budget.objects.only("household_id"), pk=budget_id)
    household = get_household(request, bare.household_id)
    if not may_read_content(request.user, household, "situation.view"):
        return ask_reason(request, household, TAB)
    budget = get_object_or_404(readable_budgets(request.user, household), pk=budget_id)
    budget.household = household
    statement = statement_of(budget)
    context = file_context(
        request,
        household,
        TAB,
        budget=budget,
        statement=statement,
        sides=labelled_sides(statement),
        moved=request.user.has_perm("situation.edit") and has_moved(budget),
        snapshots=budget.snapshots.select_related("taken_by"),
        freeze_form=FreezeForm(),
    )
    return render(request, "households/budget.html", context)


def labelled_sides(statement: Statement) -> list[tuple[str, list[Any]]]:
    entries = sides(statement.entries)
    return [("Ressources", entries[Side.RESOURCE]), ("Charges", entries[Side.CHARGE])]


@requires("situation.edit")
@require_POST
def budget_recount(request: AgentRequest, budget_id: UUID) -> HttpResponse:
    """Count the persons and debts of the budget's day again, as the file tells them now."""
    budget = get_object_or_404(Budget.objects.for_user(request.user), pk=budget_id)
    get_household(request, budget.household_id)
    update_circumstances(by=request.user, budget=budget)
    messages.success(request, "Les personnes et les dettes comptées sont à jour.")
    return redirect("households:budget", budget.pk)


@requires("situation.edit")
@require_POST
def budget_freeze(request: AgentRequest, budget_id: UUID) -> HttpResponse:
    """Keep a copy that nothing moves any more."""
    budget = get_object_or_404(Budget.objects.for_user(request.user), pk=budget_id)
    household = get_household(request, budget.household_id)
    form = FreezeForm(request.POST)
    if form.is_valid():
        snapshot = freeze_budget(by=request.user, household=household, budget=budget, **form.cleaned_data)
        messages.success(request, "La copie est figée : rien ne la changera plus.")
        return redirect("households:budget_snapshot", snapshot.pk)
    messages.error(request, "Dites pour quoi cette copie est figée.")
    return redirect("households:budget", budget.pk)


@requires("situation.view")
@require_safe
def budget_snapshot(request: AgentRequest, budget_snapshot_id: UUID) -> HttpResponse:
    """A frozen copy, as it was shown the day it was taken."""
    bare = get_object_or_404(BudgetSnapshot.objects.only("household_id"), pk=budget_snapshot_id)
    household = get_household(request, bare.household_id)
    if not may_read_content(request.user, household, "situation.view"):
        return ask_reason(request, household, TAB)
    snapshot = _snapshot(request, household, budget_snapshot_id)
    statement = from_payload(snapshot.payload)
    context = file_context(
        request,
        household,
        TAB,
        snapshot=snapshot,
        budget=snapshot.budget,
        statement=statement,
        sides=labelled_sides(statement),
        intact=is_intact(snapshot),
    )
    return render(request, "households/budget_snapshot.html", context)


def _snapshot(request: AgentRequest, household: Household, snapshot_id: UUID) -> BudgetSnapshot:
    snapshots = BudgetSnapshot.objects.for_user(request.user, household.pk)
    return get_object_or_404(snapshots.select_related("taken_by", "budget"), pk=snapshot_id)


@requires("situation.view")
@require_safe
def budget_compare(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Two budgets side by side; the last two unless the address says which."""
    household = get_household(request, household_id)
    if not may_read_content(request.user, household, "situation.view"):
        return ask_reason(request, household, TAB)
    budgets = list(readable_budgets(request.user, household))
    form = CompareForm(_chosen(request, budgets), budgets=budgets)
    context: dict[str, Any] = {"form": form, "budgets": budgets, "before": None, "after": None}
    if len(budgets) > 1 and form.is_valid():
        by_key = {str(budget.pk): budget for budget in budgets}
        before, after = by_key[form.cleaned_data["avant"]], by_key[form.cleaned_data["apres"]]
        first, second = statement_of(before), statement_of(after)
        context |= {
            "before": before,
            "after": after,
            "same_formula": first.formula == second.formula,
            "parts": [
                ("Ressources par mois", compare_lines(first, second, Side.RESOURCE)),
                ("Charges par mois", compare_lines(first, second, Side.CHARGE)),
                ("Indicateurs", compare_indicators(first, second)),
            ],
        }
    context = file_context(request, household, TAB, **context)
    return render(request, "households/budget_compare.html", context)


def _chosen(request: AgentRequest, budgets: list[Budget]) -> dict[str, str]:
    latest = [str(budget.pk) for budget in budgets[:2]]
    defaults = dict(zip(("apres", "avant"), latest, strict=False))
    return {name: request.GET.get(name, defaults.get(name, "")) for name in ("avant", "apres")}


@requires("situation.view")
@require_safe
def budget_pdf(request: AgentRequest, budget_id: UUID) -> HttpResponse:
    """The budget on paper, with its terms."""
    bare = get_object_or_404(Budget.objects.only("household_id"), pk=budget_id)
    household = get_household(request, bare.household_id)
    if not may_read_content(request.user, household, "situation.view"):
        return ask_reason(request, household, TAB)
    budget = get_object_or_404(readable_budgets(request.user, household), pk=budget_id)
    log_access(request, AccessAction.PRINT, budget, subject_id=household.pk, document="budget")
    return _printed(
        household, statement_of(budget), budget=budget, name=f"budget-{household.number}-{budget.on}"
    )


@requires("situation.view")
@require_safe
def budget_snapshot_pdf(request: AgentRequest, budget_snapshot_id: UUID) -> HttpResponse:
    """A frozen copy on paper, with its checksum."""
    bare = get_object_or_404(BudgetSnapshot.objects.only("household_id"), pk=budget_snapshot_id)
    household = get_household(request, bare.household_id)
    if not may_read_content(request.user, household, "situation.view"):
        return ask_reason(request, household, TAB)
    snapshot = _snapshot(request, household, budget_snapshot_id)
    log_access(request, AccessAction.PRINT, snapshot, subject_id=household.pk, document="budget figé")
    statement = from_payload(snapshot.payload)
    name = f"budget-fige-{household.number}-{statement.on}"
    return _printed(household, statement, budget=snapshot.budget, snapshot=snapshot, name=name)


def _printed(
    household: Household,
    statement: Statement,
    *,
    budget: Budget,
    name: str,
    snapshot: BudgetSnapshot | None = None,
) -> HttpResponse:
    structure = get_structure()
    context = {
        "household": household,
        "budget": budget,
        "statement": statement,
        "sides": labelled_sides(statement),
        "snapshot": snapshot,
        "debts": statement.circumstances.debts,
        "kinds": debt_rows(statement),
        "structure": structure,
        "today": timezone.localdate(),
    }
    content = render_pdf(
        render_to_string("households/pdf/budget.html", context),
        title=f"Budget du ménage {household.number}",
        author=structure.name,
        moment=timezone.now(),
    )
    return pdf_response(content, f"{name}.pdf", inline=True)


def debt_rows(statement: Statement) -> list[tuple[str, Any]]:
    """The debts of the budget's day, one line a kind."""
    kinds = dict(Debt._meta.get_field("kind").choices or ())
    return [(kinds[kind], one) for kind, one in statement.circumstances.debts.items()]


def budget_back(household: Household) -> str:
    return reverse("households:situation", args=[household.pk])
