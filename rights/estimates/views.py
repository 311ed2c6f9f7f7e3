"""The estimate of one household, and (direction) what all the estimates add up to."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.jobs import cancel_job
from households.file import ask_reason, file_context, get_household, may_read_content
from households.models import Household
from rights.estimates import services
from rights.estimates.caseload import caseload
from rights.estimates.reading import show
from rights.models import EstimatedRight, EstimateRun, RightsEstimate

TAB = "droits"


@requires("rights.estimate")
@require_http_methods(["GET", "HEAD", "POST"])
def estimate(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """The rights a household may be missing; POST computes them again."""
    household = get_household(request, household_id)
    if not may_read_content(request.user, household, "rights.estimate"):
        return ask_reason(request, household, TAB)
    if request.method == "POST":
        try:
            services.order_estimates(by=request.user, household=household)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("rights:estimate", household.pk)
    found = RightsEstimate.objects.for_user(request.user, household.pk).filter(household=household).first()
    context = file_context(
        request,
        household,
        TAB,
        shown=show(found, household) if found else None,
        run=_run_of(household),
        may_edit=request.user.has_perm("rights.edit") and not household.closed_on,
    )
    return render(request, "rights/estimates/household.html", context)


@requires("rights.estimate")
@require_safe
def progress(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """The fragment htmx polls while a household is being estimated: no content of the file."""
    return _progress(request, _run_of(get_household(request, household_id)))


@requires("rights.edit")
@require_POST
def told(request: AgentRequest, household_id: UUID, estimated_kind: str) -> HttpResponse:
    """The household says it receives this benefit already, or did not after all (`annuler`)."""
    household = get_household(request, household_id)
    line = get_object_or_404(
        EstimatedRight.objects.filter(
            estimate__in=RightsEstimate.objects.for_user(request.user, household.pk).filter(
                household=household
            )
        ),
        kind=estimated_kind,
    )
    try:
        if "annuler" in request.POST:
            services.take_back_told(line=line)
            messages.success(request, f"{line}\u00a0: la note est retirée.")
        else:
            services.record_told(line=line, by=request.user)
            messages.success(request, f"{line}\u00a0: noté comme perçu, pour un an.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("rights:estimate", household.pk)


@requires("rights.missed")
@require_http_methods(["GET", "HEAD", "POST"])
def missed(request: AgentRequest) -> HttpResponse:
    """Totals only, under statistical secrecy. POST: `ordonner`, `annuler` or `reprendre` the computation."""
    run = EstimateRun.objects.filter(household=None).first()
    if request.method == "POST":
        try:
            _act(request, run)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("rights:missed")
    context: dict[str, Any] = {"run": run, "caseload": caseload()}
    return render(request, "rights/estimates/missed.html", context)


def _act(request: AgentRequest, run: EstimateRun | None) -> None:
    act = request.POST.get("acte")
    if act == "annuler" and run is not None:
        cancel_job(run)
    elif act == "reprendre" and run is not None:
        services.resume(run=run)
    else:
        services.order_estimates(by=request.user)


@requires("rights.missed")
@require_safe
def missed_progress(request: AgentRequest) -> HttpResponse:
    return _progress(request, EstimateRun.objects.filter(household=None).first())


def _run_of(household: Household) -> EstimateRun | None:
    return EstimateRun.objects.filter(household=household).first()


def _progress(request: AgentRequest, run: EstimateRun | None) -> HttpResponse:
    response = render(request, "rights/estimates/progress.html", {"run": run})
    if run is None or not run.is_active:
        response.headers["HX-Refresh"] = "true"
    return response
