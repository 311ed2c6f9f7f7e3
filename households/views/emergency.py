"""Break the glass (C3): an hour in a protected file, with a reason; and those who judge it afterwards, by number."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.enums import Scope
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import posted
from cias.core.reauthentication import dangerous
from households import services
from households.file import may_force
from households.forms.protection import EmergencyByNumberForm, EmergencyForm, NameForm, ReviewForm
from households.models import EmergencyAccess, Household, HouseholdProtection, NamedAccess
from households.models.closed import has_emergency_access
from households.search import numbered
from households.services.protection import orphans

PER_PAGE = 25
SAID = "Le dossier vous est ouvert pendant une heure. La direction en est avertie."


@requires("files.emergency")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous
def by_number(request: AgentRequest) -> HttpResponse:
    """For who has a number that no search finds. The page says nothing of the household, before or after."""
    form = EmergencyByNumberForm(posted(request))
    if form.is_valid():
        # ast-grep-ignore: model-without-reader
        household = numbered(Household.objects.all(), form.cleaned_data["number"])
        if household is None:
            form.add_error("number", "Aucun dossier ne porte ce numéro.")
        elif not may_force(request.user, household.pk):
            return redirect("households:detail", household.pk)
        else:
            return _break(request, household, form)
    log_access(request, AccessAction.VIEW)
    return render(request, "households/emergency.html", {"form": form, "by_number": True})


@requires("files.emergency")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous
def by_address(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """The same from the file's own address; for the direction also in a file it knows, for the circle's notes."""
    # Forcing the door is for a file one may not see; may_force() and the reason decide.
    # ast-grep-ignore: model-without-reader
    household = get_object_or_404(Household, pk=household_id, anonymised_on=None)
    closed = may_force(request.user, household.pk)
    if not closed and not _reads_by_reason(request, household):
        return redirect("households:detail", household.pk)
    form = EmergencyForm(posted(request))
    if form.is_valid():
        return _break(request, household, form)
    log_access(request, AccessAction.VIEW, household)
    context = {"form": form, "by_number": False, "known": None if closed else household}
    return render(request, "households/emergency.html", context)


def _reads_by_reason(request: AgentRequest, household: Household) -> bool:
    """Whether an emergency access would open more of a file that is not closed: the circle's notes."""
    by_reason = request.user.scope("notes.view") == Scope.REASON
    return by_reason and not has_emergency_access(request.user, household.pk)


def _break(request: AgentRequest, household: Household, form: EmergencyForm) -> HttpResponse:
    services.break_glass(by=request.user, household=household, reason=form.reason)
    log_access(request, AccessAction.EMERGENCY, household, reason=form.reason)
    messages.warning(request, SAID)
    return redirect("households:detail", household.pk)


@requires("files.review")
@require_safe
def emergencies(request: AgentRequest) -> HttpResponse:
    """What is to be judged, what was, and the protected files, all by their number."""
    rows = EmergencyAccess.objects.select_related("household", "agent", "reviewed_by")
    past = rows.filter(reviewed_at__isnull=False).order_by("-opened_at", "pk")
    page = Paginator(past, PER_PAGE).get_page(request.GET.get("page"))
    waiting = list(rows.to_review().order_by("opened_at", "pk"))
    named = Prefetch(
        "accesses", NamedAccess.objects.filter(end=None).select_related("agent"), to_attr="named"
    )
    running = HouseholdProtection.objects.filter(end=None).select_related("household").prefetch_related(named)
    context = {
        "waiting": waiting,
        "page": page,
        "orphans": list(orphans().select_related("household").order_by("household__number")),
        "protected": running.order_by("household__number"),
    }
    log_access(request, AccessAction.VIEW, waiting=len(waiting))
    return render(request, "households/emergencies.html", context)


@requires("files.review")
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: AgentRequest, emergency_access_id: UUID) -> HttpResponse:
    """Judge one; nobody judges their own."""
    rows = EmergencyAccess.objects.select_related("household", "agent", "reviewed_by")
    access = get_object_or_404(rows, pk=emergency_access_id)
    own = access.agent == request.user
    form = ReviewForm(posted(request) if not own else None)
    if form.is_valid():
        try:
            services.review_emergency(by=request.user, access=access, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Votre avis est enregistré.")
            return redirect("households:emergencies")
    log_access(request, AccessAction.VIEW, access, subject_id=access.household_id)
    context: dict[str, Any] = {"access": access, "form": form, "own": own, "now": timezone.now()}
    return render(request, "households/emergency_review.html", context)


@requires("files.rescue")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous
def rescue(request: AgentRequest, protection_id: UUID) -> HttpResponse:
    """Name somebody on a file that nobody can open any more, without entering it."""
    protection = orphans().select_related("household").filter(pk=protection_id).first()
    if protection is None:
        raise Http404
    form = NameForm(posted(request), protection=protection, keepers=True)
    if form.is_valid():
        try:
            given = services.rescue_file(by=request.user, protection=protection, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("agent", error)
        else:
            messages.success(
                request, f"{given.agent.full_name} a accès au dossier {protection.household.number}."
            )
            return redirect("households:emergencies")
    log_access(request, AccessAction.VIEW, protection, subject_id=protection.household_id)
    return render(request, "households/rescue.html", {"form": form, "protection": protection})
