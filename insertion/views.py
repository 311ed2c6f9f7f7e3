"""Pathways of a household's members, and the list of what is due."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import posted
from cias.territory.services import get_structure
from households.file import ask_reason, file_context, get_household, may_read_content
from insertion import services
from insertion.deadlines import Rules, contract_due
from insertion.forms import ActionFormSet, ContractForm, ListForm, OrientationForm
from insertion.models import ContractAction, EngagementContract, Orientation
from insertion.pathways import running, with_deadlines

PAGE = 25
TAB = "insertion"


@requires("insertion.overview")
@require_safe
def pathways(request: AgentRequest) -> HttpResponse:
    """Running pathways, the most urgent first."""
    today = timezone.localdate()
    form = ListForm(request.GET)
    choice = form.cleaned_data if form.is_valid() else {}
    orientations = running(Orientation.objects.overview(request.user), today)
    if choice.get("orientation"):
        orientations = orientations.filter(kind=choice["orientation"])
    if choice.get("referent") == "moi":
        orientations = orientations.filter(referent=request.user)
    elif choice.get("referent") == "sans":
        orientations = orientations.filter(referent__isnull=True)
    rows = list(with_deadlines(orientations, today))
    counts = {status: sum(1 for row in rows if row.status == status) for status in ("late", "soon")}
    if choice.get("delai"):
        rows = [row for row in rows if row.status == choice["delai"]]
    rows.sort(
        key=lambda row: (row.next_deadline is None, row.next_deadline.due if row.next_deadline else today)
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, pathways=len(page.object_list))
    return render(request, "insertion/pathways.html", {"page": page, "form": form, "counts": counts})


@requires("insertion.view")
@require_safe
def household(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """The tab of a household's file: its members' orientations and contracts."""
    household = get_household(request, household_id)
    if not may_read_content(request.user, household, "insertion.view"):
        return ask_reason(request, household, TAB)
    orientations = Orientation.objects.for_user(request.user, household.pk).order_by("-start", "pk")
    rows = list(with_deadlines(orientations, timezone.localdate()))
    return render(request, "insertion/household.html", file_context(request, household, TAB, pathways=rows))


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def orient(request: AgentRequest, household_id: UUID) -> HttpResponse:
    household = get_household(request, household_id)
    today = timezone.localdate()
    initial = {"structure": get_structure().short_name, "start": today, "referent": request.user}
    form = OrientationForm(posted(request), household=household, today=today, initial=initial)
    if form.is_valid():
        try:
            services.orient(household=household, **form.cleaned_data)
        except services.ShortensPrevious as error:
            form.add_error("shorten_previous", error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "L’orientation est enregistrée.")
            return redirect("insertion:household", household.pk)
    context = file_context(request, household, TAB, form=form, heading="Enregistrer une orientation")
    return render(request, "insertion/orientation_form.html", context)


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
    return render(request, "insertion/contract_form.html", context)


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
        request, "insertion/contract.html", file_context(request, household, TAB, contract=contract)
    )
