"""What a household owes (H7)."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.history import changes_of
from cias.core.access import requires
from cias.core.http import posted
from households.file import ask_reason, file_context, get_household, may_read_content
from households.forms.debts import DebtForm
from households.models import Debt, Household
from households.services.debts import save_debt
from households.views.budgets import TAB, budget_back
from households.views.pages import form_page


@requires("situation.view")
@require_safe
def debt(request: AgentRequest, debt_id: UUID) -> HttpResponse:
    """One debt, its plan, and each of its former states."""
    bare = get_object_or_404(Debt.objects.only("household_id"), pk=debt_id)
    household = get_household(request, bare.household_id)
    if not may_read_content(request.user, household, "situation.view"):
        return ask_reason(request, household, TAB)
    debt = get_object_or_404(Debt.objects.for_user(request.user, household.pk), pk=debt_id)
    today = timezone.localdate()
    context = file_context(
        request,
        household,
        TAB,
        debt=debt,
        instalments_left=debt.instalments_left(today),
        planned_left=debt.planned_left(today),
        changes=changes_of(debt),
    )
    return render(request, "households/debt.html", context)


@requires("situation.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def debt_create(request: AgentRequest, household_id: UUID) -> HttpResponse:
    household = get_household(request, household_id)
    return _edit(request, household, Debt(household=household), "Ajouter une dette", budget_back(household))


@requires("situation.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def debt_edit(request: AgentRequest, debt_id: UUID) -> HttpResponse:
    """What is left, another stage, a plan; the former state stays in the debt's history."""
    debt = get_object_or_404(Debt.objects.for_user(request.user), pk=debt_id)
    household = get_household(request, debt.household_id)
    debt.household = household
    return _edit(
        request, household, debt, "Mettre à jour la dette", reverse("households:debt", args=[debt.pk])
    )


def _edit(request: AgentRequest, household: Household, debt: Debt, title: str, back: str) -> HttpResponse:
    form = DebtForm(posted(request), instance=debt)
    if form.is_valid():
        try:
            saved = save_debt(by=request.user, debt=form.instance)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "La dette est enregistrée.")
            return redirect("households:debt", saved.pk)
    return form_page(request, household, TAB, form, title=title, submit="Enregistrer", back=back)
