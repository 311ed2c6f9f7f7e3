"""Requests for social housing: the list, one request, its steps and its proposals."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.history import changes_of, merge
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.deadlines import add_months
from cias.core.http import posted
from cias.core.states import ForbiddenTransition
from households.file import file_context, get_household
from housing.applications import services
from housing.applications.deadlines import renewal
from housing.applications.enums import DaloState, ProposalOutcome
from housing.applications.forms import ListForm, OutcomeForm, ProposalForm, RequestForm
from housing.applications.steps import STEPS, possible_steps
from housing.applications.views.access import TAB, back, get_application, get_proposal, opened, refuse
from housing.delays.counting import RuleBook
from housing.models import DaloAppeal, HousingApplication

PAGE = 25


@requires("applications.overview")
@require_safe
def applications(request: AgentRequest) -> HttpResponse:
    """States, waiting and renewals; what the household asks for is one page further."""
    today = timezone.localdate()
    form = ListForm(request.GET)
    choice = form.cleaned_data if form.is_valid() else {}
    rows = _filtered(request, choice)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, applications=len(page.object_list))
    context = {"page": page, "form": form, "today": today, "filtered": any(choice.values())}
    return render(request, "housing/applications/list.html", context)


def _filtered(request: AgentRequest, choice: dict[str, Any]) -> QuerySet[Any]:
    today = timezone.localdate()
    appeals = DaloAppeal.objects.for_user(request.user).running().filter(household=OuterRef("household"))
    known = HousingApplication.objects.for_user(request.user)
    rows: QuerySet[Any] = (
        (known.filter(state=choice["etat"]) if choice.get("etat") else known.running())
        .select_related("household", "agent")
        .annotate(
            dalo_state=Subquery(appeals.values("state")[:1]),
            dalo_label=Case(
                *(When(dalo_state=state.value, then=Value(state.label)) for state in DaloState),
                default=Value(""),
                output_field=CharField(),
            ),
        )
    )
    match choice.get("liste"):
        case "renouveler":
            rows = rows.filter(renewal_alert_on__lte=today)
        case "retard":
            rows = rows.filter(renewal_due_on__lt=today)
        case "dalo":
            rows = rows.filter(Exists(appeals))
        case "motif":
            rows = rows.exclude(grounds=[])
    if months := choice.get("attente"):
        rows = rows.filter(filed_on__lte=add_months(today, -int(months)))
    if commune := choice.get("commune"):
        rows = rows.filter(Q(communes=commune) | Q(communes__isnull=True)).distinct()
    if choice.get("agent"):
        rows = rows.filter(agent=request.user)
    return rows.order_by(F("renewal_due_on").asc(nulls_last=True), "-opened_on", "pk")


@requires("applications.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AgentRequest, household_id: UUID) -> HttpResponse:
    household = get_household(request, household_id)
    form = RequestForm(posted(request), user=request.user)
    if form.is_valid():
        try:
            application = services.open_application(
                by=request.user, household=household, opened_on=timezone.localdate(), **form.cleaned_data
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "La demande de logement est ouverte.")
            return redirect("housing:application", application.pk)
    known = HousingApplication.objects.for_user(request.user).filter(household=household)
    context = file_context(request, household, TAB, form=form, known=known, application=None)
    return render(request, "housing/applications/form.html", context)


@requires("applications.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AgentRequest, housing_application_id: UUID) -> HttpResponse:
    application = get_application(request, housing_application_id)
    household = get_household(request, application.household_id)
    form = RequestForm(posted(request), instance=application)
    if form.is_valid():
        try:
            services.save_application(
                by=request.user,
                application=form.save(commit=False),
                communes=form.cleaned_data["communes"],
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "La demande est enregistrée.")
            return redirect("housing:application", application.pk)
    context = file_context(request, household, TAB, form=form, known=[], application=application)
    return render(request, "housing/applications/form.html", context)


@requires("applications.view")
@require_safe
def application(request: AgentRequest, housing_application_id: UUID) -> HttpResponse:
    application = get_application(request, housing_application_id)
    household, reason = opened(request, application.household_id)
    if reason is not None:
        return reason
    may_edit = request.user.has_perm("applications.edit")
    undoable = application.last_move()
    context = {
        "application": application,
        "renewal": renewal(application, RuleBook.load()),
        "steps": possible_steps(application) if may_edit else [],
        "may_propose": may_edit and application.state in ("filed", "pieces"),
        "undoable": undoable if may_edit else None,
        "proposals": application.proposals.all(),
        "moves": application.moves.all(),
        "appeals": DaloAppeal.objects.for_user(request.user).filter(household=household),
        "may_edit": may_edit,
        "today": timezone.localdate(),
    }
    return render(
        request, "housing/applications/application.html", file_context(request, household, TAB, **context)
    )


@requires("applications.view")
@require_safe
def history(request: AgentRequest, housing_application_id: UUID) -> HttpResponse:
    """Who wrote what, before and after (C5)."""
    application = get_application(request, housing_application_id)
    household, reason = opened(request, application.household_id)
    if reason is not None:
        return reason
    changes = merge(changes_of(application), changes_of(*application.proposals.all()))
    context = file_context(request, household, TAB, application=application, changes=changes)
    return render(request, "housing/applications/history.html", context)


@requires("applications.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: AgentRequest, housing_application_id: UUID, step_code: str) -> HttpResponse:
    """A step its state allows; one it is past goes back to the request."""
    application = get_application(request, housing_application_id)
    current = next((one for one in possible_steps(application) if one.code == step_code), None)
    if current is None:
        if request.method == "POST" and step_code in STEPS:
            state = application.get_state_display()
            messages.error(request, f"Rien n’a été enregistré\u00a0: la demande est «\u00a0{state}\u00a0».")
        return redirect("housing:application", application.pk)
    form = current.form(posted(request), initial={"on": timezone.localdate(), "number": application.number})
    if form.is_valid():
        try:
            current.act(by=request.user, application=application, **form.cleaned_data)
        except (ForbiddenTransition, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, current.done)
            return redirect("housing:application", application.pk)
    return _form(request, application, form, current.label)


@requires("applications.edit")
@require_POST
def undo(request: AgentRequest, housing_application_id: UUID) -> HttpResponse:
    application = get_application(request, housing_application_id)
    return back(
        request,
        "housing:application",
        application.pk,
        lambda: services.undo_application(by=request.user, application=application),
        "La dernière étape est annulée.",
    )


@requires("applications.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: AgentRequest, housing_application_id: UUID) -> HttpResponse:
    """A dwelling is proposed; with a committee's date the request waits for it."""
    application = get_application(request, housing_application_id)
    form = ProposalForm(posted(request), initial={"proposed_on": timezone.localdate()})
    if form.is_valid():
        try:
            services.propose(by=request.user, application=application, **form.cleaned_data)
        except (ForbiddenTransition, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, "La proposition est notée.")
            return redirect("housing:application", application.pk)
    return _form(request, application, form, "Logement proposé")


@requires("applications.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def outcome(request: AgentRequest, housing_proposal_id: UUID) -> HttpResponse:
    """What came of a proposal: the request follows by itself."""
    proposal = get_proposal(request, housing_proposal_id)
    form = OutcomeForm(posted(request), initial={"on": timezone.localdate()})
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            services.settle_proposal(
                by=request.user, proposal=proposal, outcome=ProposalOutcome(values.pop("outcome")), **values
            )
        except (ForbiddenTransition, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, "L’issue de la proposition est notée.")
            return redirect("housing:application", proposal.application_id)
    application = get_application(request, proposal.application_id)
    return _form(request, application, form, f"Issue de la proposition\u00a0: {proposal}")


def _form(request: AgentRequest, application: HousingApplication, form: object, title: str) -> HttpResponse:
    household = get_household(request, application.household_id)
    context = file_context(request, household, TAB, application=application, form=form, title=title)
    return render(request, "housing/applications/step.html", context)
