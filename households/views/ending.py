"""The files old enough to end (C7): the list by number, why each one is there, and what keeps it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access, signed_by
from cias.core import french
from cias.core.access import requires
from cias.core.http import posted
from cias.core.reauthentication import dangerous
from households.datalife import ending, holds, slips
from households.enums.datalife import Clock
from households.forms.datalife import (
    HELD,
    LISTED,
    READY,
    EndingFilters,
    HoldForm,
    ReasonForm,
    RetentionRuleForm,
    SlipForm,
)
from households.forms.person_requests import NumberForm
from households.models import Household, LegalHold, RetentionRule
from households.models.files import HouseholdQuerySet
from households.search import numbered

PER_PAGE = 25
RIGHT = "retention.manage"
EVERYTHING = "tous"


@requires(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def endings(request: AgentRequest) -> HttpResponse:
    """Files without contact for as long as the rule says, the oldest first, by their number only.

    What is posted prepares a bordereau of the ticked files, or of all those the list shows.
    """
    form, slip_form = EndingFilters(request.GET), SlipForm(posted(request))
    chosen = _chosen(request, form) if request.method == "POST" else []
    if slip_form.is_valid() and not chosen and EVERYTHING not in request.POST:
        slip_form.add_error(None, "Cochez au moins un dossier de la liste.")
    if slip_form.is_valid():
        try:
            slip = slips.prepare_slip(by=request.user, households=chosen, note=slip_form.cleaned_data["note"])
        except ValidationError as error:
            slip_form.add_error(None, error)
        else:
            count = french.plural(slip.lines.count(), "dossier inscrit", "dossiers inscrits")
            messages.success(request, f"{slip}\u00a0: {count}.")
            return redirect("households:slip", slip.pk)
    months = ending.months_of(Clock.FILE, timezone.localdate())
    page = Paginator(ending.oldest_first(_found(form)), PER_PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, households=len(page.object_list), page="endings")
    context = {
        "filters": form, "page": page, "rows": ending.endings(page.object_list), "months": months,
        "sources": ending.sources(), "everything": EVERYTHING, "most": slips.MOST,
        "form": slip_form, "chosen": set(chosen),
    }  # fmt: skip
    return render(request, "households/datalife/endings.html", context)


def _chosen(request: AgentRequest, form: EndingFilters) -> list[UUID]:
    """The keys of the files a bordereau is asked for."""
    if EVERYTHING not in request.POST:
        return _keys(request.POST.getlist("dossier"))
    rows = ending.unlisted(_found(form))
    return slips.ready_among(rows.order_by("opened_on", "pk").values_list("pk", flat=True))


def _found(form: EndingFilters) -> HouseholdQuerySet:
    values = form.cleaned_data if form.is_valid() else {}
    rows = ending.due(timezone.localdate(), months=values.get("mois"))
    rows = rows.select_related("commune").defer("commune__geometry")
    match values.get("etat"):
        case value if value == READY:
            return ending.unlisted(rows)
        case value if value == HELD:
            return ending.held(rows)
        case value if value == LISTED:
            return ending.listed(rows)
    return rows


def _keys(texts: list[str]) -> list[UUID]:
    keys = []
    for text in texts[: slips.MOST]:
        try:
            keys.append(UUID(text))
        except ValueError:
            continue
    return keys


@requires(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def ending_find(request: AgentRequest) -> HttpResponse:
    """Any file by its number, due or not: a dispute that opens today must be able to hold it."""
    form = NumberForm(posted(request))
    if form.is_valid():
        household = numbered(Household.objects.filter(anonymised_on=None), form.cleaned_data["number"])
        if household is not None:
            return redirect("households:ending_file", household.pk)
        form.add_error("number", "Aucun dossier ne porte ce numéro.")
    log_access(request, AccessAction.VIEW)
    context = {
        "form": form, "title": "Chercher un dossier", "submit": "Continuer",
        "back_url": reverse("households:endings"),
    }  # fmt: skip
    return render(request, "core/form_page.html", context)


@requires(RIGHT)
@require_safe
def ending_file(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Why a file is there, what would go, and the suspensions it had. Nothing of its content, nobody's name."""
    household = _household(household_id)
    log_access(request, AccessAction.VIEW, household, tab="fin-de-vie")
    context = {
        "household": household,
        "ending": ending.endings([household])[0],
        "is_due": not ending.came_back(household, timezone.localdate()),
        "months": ending.months_of(Clock.FILE, timezone.localdate()),
        "kinds": ending.what_would_go(household),
        "holds": household.holds.select_related("set_by", "lifted_by"),
    }
    return render(request, "households/datalife/file.html", context)


def _household(key: UUID) -> Household:
    return get_object_or_404(Household.objects.filter(anonymised_on=None), pk=key)


@requires(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def hold_set(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Suspend the elimination of a file."""
    household = _household(household_id)
    form = HoldForm(posted(request))
    if form.is_valid():
        try:
            holds.set_hold(by=request.user, household=household, on=timezone.localdate(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"L’élimination du dossier {household.number} est suspendue.")
            return redirect("households:ending_file", household.pk)
    log_access(request, AccessAction.VIEW, household, tab="fin-de-vie")
    context = {
        "form": form, "title": f"Suspendre l’élimination du dossier {household.number}", "submit": "Suspendre",
        "back_url": reverse("households:ending_file", args=[household.pk]),
    }  # fmt: skip
    return render(request, "core/form_page.html", context)


@requires(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous
def hold_lift(request: AgentRequest, legal_hold_id: UUID) -> HttpResponse:
    rows = LegalHold.objects.filter(lifted_on=None, household__anonymised_on=None).select_related("household")
    hold = get_object_or_404(rows, pk=legal_hold_id)
    form = ReasonForm(posted(request))
    if form.is_valid():
        try:
            holds.lift_hold(by=request.user, hold=hold, on=timezone.localdate(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"La suspension du dossier {hold.household.number} est levée.")
            return redirect("households:ending_file", hold.household_id)
    log_access(request, AccessAction.VIEW, hold.household, tab="fin-de-vie")
    context = {
        "form": form, "title": f"Lever la suspension du dossier {hold.household.number}", "submit": "Lever",
        "back_url": reverse("households:ending_file", args=[hold.household_id]),
    }  # fmt: skip
    return render(request, "core/form_page.html", context)


@requires(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous
def rules(request: AgentRequest) -> HttpResponse:
    """How long each thing is kept, with the text that says so; a rule is followed by another, never rewritten."""
    form = RetentionRuleForm(posted(request))
    if form.is_valid():
        with signed_by(request.user):
            rule = form.save()
        messages.success(
            request,
            f"La durée est enregistrée\u00a0: elle vaut à partir du {french.date_short(rule.valid_from)}.",
        )
        return redirect("households:retention_rules")
    today = timezone.localdate()
    rows = list(RetentionRule.objects.all())
    in_force = {rule.pk for code in Clock for rule in [RetentionRule.objects.in_force(code, today)] if rule}
    context = {"form": form, "rules": rows, "in_force": in_force, "today": today}
    return render(request, "households/datalife/rules.html", context)
