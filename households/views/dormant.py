"""Files nothing was heard of for months (H12), and closing several of them at once (H18)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.enums import Role
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access, signed_by
from cias.core import french
from cias.core.access import requires
from cias.core.http import posted
from households import services
from households.contacts import dormant_months, last_contacts, with_last_contact, without_contact
from households.enums import AssignmentRole
from households.forms.caseload import NOBODY, ClosureForm, DormantForm, PolicyForm
from households.models import Assignment, CaseloadPolicy, Household
from households.models.files import HouseholdQuerySet, on_day
from households.rules import without_referent

PER_PAGE = 25
MOST_CHOSEN = 500


@requires("referents.manage")
@require_safe
def dormant(request: AgentRequest) -> HttpResponse:
    """Open files without contact for `mois` months, the oldest contact first: one's own, or the whole service's."""
    months = dormant_months()
    data = {"mois": months, **request.GET.dict()}
    form = DormantForm(data, user=request.user)
    if form.is_valid():
        months = form.cleaned_data["mois"]
    today = timezone.localdate()
    choices = form.cleaned_data if form.is_valid() else {}
    found = without_contact(_followed(request, choices.get("referent") or ""), today, months)
    mains = Assignment.objects.filter(on_day(today), role=AssignmentRole.MAIN).select_related("agent")
    rows = (
        with_last_contact(found)
        .select_related("commune")
        .defer("commune__geometry")
        .prefetch_related(Prefetch("assignments", mains, to_attr="mains"))
        .order_by("last_contact", "number")
        .fetch_mode(models.FETCH_RAISE)
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    contacts = last_contacts(page.object_list)
    log_access(request, AccessAction.VIEW, households=len(page.object_list), page="dormant")
    context = {
        "form": form, "page": page, "months": months, "today": today,
        "rows": [(row, contacts[row.pk]) for row in page.object_list],
        "everybody": request.user.role == Role.DIRECTOR,
    }  # fmt: skip
    return render(request, "households/caseload/dormant.html", context)


def _followed(request: AgentRequest, chosen: str) -> HouseholdQuerySet:
    """The open files looked at: one's own for a social worker, anybody's or nobody's for the direction."""
    today = timezone.localdate()
    found = Household.objects.for_user(request.user).active()
    if request.user.role == Role.DIRECTOR:
        if chosen == NOBODY:
            return found.filter(pk__in=without_referent(today))
        if not chosen:
            return found
    agent = UUID(chosen) if request.user.role == Role.DIRECTOR else request.user.pk
    mains = Assignment.objects.filter(on_day(today), role=AssignmentRole.MAIN, agent=agent)
    return found.filter(pk__in=mains.values("household"))


@requires("referents.manage")
@require_POST
def close_many(request: AgentRequest) -> HttpResponse:
    """First the ticked files with what still runs on each; then, reason and outcome given, they are closed."""
    rows = _followed(request, "").filter(pk__in=_chosen(request)).order_by("sort_key", "number")
    found = services.closables(rows.select_related("commune").defer("commune__geometry"))
    if not found:
        messages.error(request, "Cochez au moins un dossier ouvert.")
        return redirect("households:dormant")
    form = ClosureForm(request.POST if "confirm" in request.POST else None)
    if form.is_valid():
        closure = services.Closure(on=timezone.localdate(), **form.cleaned_data)
        batch, blocked = services.close_households(
            by=request.user, households=[row.household for row in found], closure=closure
        )
        if batch is not None:
            closed = french.plural(len(found) - len(blocked), "dossier clos", "dossiers clos")
            messages.success(request, f"{closed}.")
            return redirect("households:batch", batch.pk)
        messages.error(request, "Aucun de ces dossiers ne peut être clos.")
    log_access(request, AccessAction.VIEW, households=len(found), page="close_many")
    context: dict[str, Any] = {
        "form": form,
        "ready": [row for row in found if not row.is_blocked],
        "blocked": [row for row in found if row.is_blocked],
    }
    return render(request, "households/caseload/close_many.html", context)


def _chosen(request: AgentRequest) -> list[UUID]:
    keys = []
    for text in request.POST.getlist("menage")[:MOST_CHOSEN]:
        try:
            keys.append(UUID(text))
        except ValueError:
            continue
    return keys


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: AgentRequest) -> HttpResponse:
    """After how many months a silent file is looked at again."""
    current = CaseloadPolicy.objects.first() or CaseloadPolicy()
    form = PolicyForm(posted(request), instance=current)
    if form.is_valid():
        with signed_by(request.user):
            form.save()
        messages.success(request, "La règle de suivi est enregistrée.")
        return redirect("households:caseload_policy")
    context = {
        "form": form, "title": "Suivi des dossiers", "submit": "Enregistrer",
        "back_url": reverse("dashboard:administration"),
    }  # fmt: skip
    return render(request, "households/caseload_policy.html", context)
