"""Contrats d'engagement: write one, read one."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.http import posted
from households.file import ask_reason, file_context, get_household, may_read_content
from insertion.contracts import services
from insertion.contracts.forms import ActionFormSet, ContractForm
from insertion.deadlines import Rules, contract_due
from insertion.models import ContractAction, EngagementContract, Orientation
from insertion.sections import TAB


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def contract_create(request: AgentRequest, orientation_id: UUID) -> HttpResponse:
    """Write the contrat d'engagement of an orientation, with its plan d'action."""
    orientation = get_object_or_404(
        Orientation.objects.for_user(request.user).select_related("person"), pk=orientation_id
    )
    today = timezone.localdate()
    start = max(today, orientation.start)
    initial = {
        "start": start,
        "end": start + timedelta(days=182),
        "weekly_hours": Rules().on(start).minimum_hours,
    }
    form = ContractForm(posted(request), orientation=orientation, initial=initial)
    actions = ActionFormSet(posted(request), queryset=ContractAction.objects.none(), prefix="actions")
    if form.is_valid() and actions.is_valid():
        try:
            contract = services.sign_contract(
                contract=form.save(commit=False), actions=actions.save(commit=False)
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Le contrat est enregistré.")
            return redirect("insertion:contract", contract.pk)
    household = get_household(request, orientation.household_id)
    due = contract_due(orientation, Rules())
    context = file_context(
        request, household, TAB, form=form, actions=actions, orientation=orientation, due=due
    )
    return render(request, "insertion/contracts/form.html", context)


@requires("insertion.view")
@require_safe
def contract(request: AgentRequest, contract_id: UUID) -> HttpResponse:
    """One contract. Its household is found first: the direction reads it only after stating a reason."""
    household = get_household(request, get_object_or_404(EngagementContract, pk=contract_id).household_id)
    if not may_read_content(request.user, household, "insertion.view"):
        return ask_reason(request, household, TAB)
    contracts = EngagementContract.objects.for_user(request.user, household.pk)
    contract = get_object_or_404(
        contracts.select_related("orientation__person", "orientation__referent").prefetch_related("actions"),
        pk=contract_id,
    )
    return render(
        request, "insertion/contracts/contract.html", file_context(request, household, TAB, contract=contract)
    )
