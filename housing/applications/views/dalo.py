"""DALO appeals: one page each, with its dates and its steps."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.history import changes_of
from cias.core.access import requires
from cias.core.http import posted
from cias.core.states import ForbiddenTransition
from households.file import file_context, get_household
from housing.applications import services
from housing.applications.deadlines import court_deadline, dalo_deadline
from housing.applications.enums import DaloState
from housing.applications.forms import DaloForm, DaloStepForm
from housing.applications.states import DALO_TRANSITIONS
from housing.applications.views.access import TAB, back, get_appeal, opened, refuse
from housing.delays.counting import RuleBook
from housing.models import DaloAppeal, HousingApplication


@requires("applications.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AgentRequest, household_id: UUID) -> HttpResponse:
    household = get_household(request, household_id)
    form = DaloForm(posted(request), user=request.user)
    if form.is_valid():
        try:
            appeal = services.open_appeal(
                by=request.user, household=household, on=timezone.localdate(), **form.cleaned_data
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "Le recours DALO est en préparation.")
            return redirect("housing:dalo", appeal.pk)
    known = DaloAppeal.objects.for_user(request.user).running().filter(household=household)
    requests = HousingApplication.objects.for_user(request.user).running().filter(household=household)
    context = file_context(request, household, TAB, form=form, known=known, requests=requests, appeal=None)
    return render(request, "housing/applications/dalo_form.html", context)


@requires("applications.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AgentRequest, dalo_appeal_id: UUID) -> HttpResponse:
    appeal = get_appeal(request, dalo_appeal_id)
    household = get_household(request, appeal.household_id)
    form = DaloForm(posted(request), instance=appeal)
    if form.is_valid():
        services.save_appeal(by=request.user, appeal=form.save(commit=False))
        messages.success(request, "Le recours est enregistré.")
        return redirect("housing:dalo", appeal.pk)
    context = file_context(request, household, TAB, form=form, known=[], requests=[], appeal=appeal)
    return render(request, "housing/applications/dalo_form.html", context)


@requires("applications.view")
@require_safe
def appeal(request: AgentRequest, dalo_appeal_id: UUID) -> HttpResponse:
    appeal = get_appeal(request, dalo_appeal_id)
    household, reason = opened(request, appeal.household_id)
    if reason is not None:
        return reason
    rules = RuleBook.load()
    found = (dalo_deadline(appeal, rules), court_deadline(appeal, rules))
    may_edit = request.user.has_perm("applications.edit")
    context = {
        "appeal": appeal,
        "deadlines": [one for one in found if one is not None],
        "next_states": _next_states(appeal) if may_edit else [],
        "undoable": appeal.last_move() if may_edit else None,
        "moves": appeal.moves.all(),
        "requests": HousingApplication.objects.for_user(request.user).filter(household=household),
        "changes": changes_of(appeal),
        "may_edit": may_edit,
        "today": timezone.localdate(),
    }
    return render(request, "housing/applications/dalo.html", file_context(request, household, TAB, **context))


def _next_states(appeal: DaloAppeal) -> list[DaloState]:
    return [state for state in DaloState if state in DALO_TRANSITIONS[DaloState(appeal.state)]]


@requires("applications.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: AgentRequest, dalo_appeal_id: UUID, dalo_state: str) -> HttpResponse:
    appeal = get_appeal(request, dalo_appeal_id)
    state = next((one for one in _next_states(appeal) if one == dalo_state), None)
    if state is None:
        if request.method == "POST":
            messages.error(
                request,
                f"Rien n’a été enregistré\u00a0: le recours est «\u00a0{appeal.get_state_display()}\u00a0».",
            )
        return redirect("housing:dalo", appeal.pk)
    form = DaloStepForm(posted(request), state=state)
    if form.is_valid():
        try:
            services.move_appeal(by=request.user, appeal=appeal, state=state, **form.cleaned_data)
        except (ForbiddenTransition, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, f"Recours DALO\u00a0: {state.label}.")
            return redirect("housing:dalo", appeal.pk)
    household = get_household(request, appeal.household_id)
    context = file_context(request, household, TAB, appeal=appeal, form=form, title=state.label)
    return render(request, "housing/applications/dalo_step.html", context)


@requires("applications.edit")
@require_POST
def undo(request: AgentRequest, dalo_appeal_id: UUID) -> HttpResponse:
    appeal = get_appeal(request, dalo_appeal_id)
    return back(
        request,
        "housing:dalo",
        appeal.pk,
        lambda: services.undo_appeal(by=request.user, appeal=appeal),
        "La dernière étape est annulée.",
    )
