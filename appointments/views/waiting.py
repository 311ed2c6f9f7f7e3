"""The waiting list (A10): who waits, adding them, changing and closing a line."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Prefetch
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.call import Call, applicant_of
from appointments.enums import WaitingState
from appointments.forms import REFERENT, BookingForm
from appointments.forms.waiting import CLOSED, WaitingFilterForm, WaitingForm
from appointments.models import WaitingCall, WaitingEntry
from appointments.models.waiting import WaitingQuerySet
from appointments.services.waiting import add_to_list, change_entry, put_back, withdraw
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import of_name
from cias.core.http import posted
from households.models import Household

PER_PAGE = 25
RECENT = timedelta(days=30)
CALLS = Prefetch("calls", WaitingCall.objects.select_related("agent", "made_by"), to_attr="all_calls")


@requires("agenda.book")
@require_safe
def waiting_list(request: AgentRequest) -> HttpResponse:
    """Who waits, in the order one would call them; or those who left the list lately."""
    form = WaitingFilterForm(request.GET, user=request.user)
    choices = form.cleaned_data if form.is_valid() else {}
    rows = _filtered(WaitingEntry.objects.for_user(request.user), choices)
    rows = rows.with_people().select_related("appointment").prefetch_related(CALLS)
    page = Paginator(rows.fetch_mode(models.FETCH_RAISE), PER_PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, entries=len(page.object_list))
    context = {
        "page": page,
        "form": form,
        "closed": choices.get("etat") == CLOSED,
        "today": timezone.localdate(),
    }
    return render(request, "appointments/waiting.html", context)


def _filtered(found: WaitingQuerySet, choices: dict[str, Any]) -> WaitingQuerySet:
    if choices.get("motif"):
        found = found.filter(reason__category=choices["motif"])
    if choices.get("agent"):
        found = found.filter(agent=choices["agent"])
    if choices.get("delai"):
        found = found.filter(urgency=choices["delai"])
    if choices.get("etat") == CLOSED:
        return found.filter(closed_at__gte=timezone.now() - RECENT).order_by("-closed_at", "pk")
    return found.waiting().in_call_order()


@requires("agenda.book")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: AgentRequest) -> HttpResponse:
    """Put somebody on the list: from a household's file, or from a call with all that was typed."""
    if request.method == "POST" and "from_call" in request.POST:
        household, initial = _from_call(request)
        form = WaitingForm(user=request.user, household=household, initial=initial)
    else:
        asked = request.POST if request.method == "POST" else request.GET
        household = _household(request, str(asked.get("menage", "")))
        applicant = applicant_of(household) if household is not None else None
        form = WaitingForm(
            posted(request), user=request.user, household=household, initial={"person": applicant}
        )
        if form.is_valid():
            try:
                entry = add_to_list(by=request.user, household=household, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, f"{entry.who} est en liste d’attente.")
                return redirect("appointments:waiting")
    if household is not None:
        log_access(request, AccessAction.VIEW, household, page="waiting")
    context = {
        "title": "Mettre en liste d’attente",
        "form": form,
        "household": household,
        "submit": "Mettre en liste d’attente",
    }
    return render(request, "appointments/waiting_form.html", context)


def _household(request: AgentRequest, key: str) -> Household | None:
    """The household asked for; 404 when there is no such one for this user."""
    if not key:
        return None
    try:
        household_id = UUID(key)
    except ValueError:
        return None
    rows = Household.objects.for_user(request.user).select_related("commune")
    return get_object_or_404(rows, pk=household_id)


def _from_call(request: AgentRequest) -> tuple[Household | None, dict[str, Any]]:
    """What a telephone call in progress says of who waits and for what."""
    form = BookingForm(_without_slot(request.POST), user=request.user)
    form.is_valid()
    call = Call(form, user=request.user)
    values = call.values
    initial = {name: values.get(name) for name in ("reason", "minutes", "urgency", "place", "practical_note")}
    initial["agent"] = values.get("agent") or (call.referent if call.scope == REFERENT else None)
    initial["person"] = call.person
    if call.household is None:
        newcomer = call.person or call.person_data()
        initial["caller_name"] = " ".join(
            filter(None, (newcomer.first_names, getattr(newcomer, "last_name", "") or newcomer.birth_name))
        )
        initial["caller_phone"] = newcomer.phone
    return call.household, {name: value for name, value in initial.items() if value}


def _without_slot(post: QueryDict) -> QueryDict:
    data = post.copy()
    data["slot"] = data["after"] = ""
    return data


def get_entry(request: AgentRequest, waiting_entry_id: UUID) -> WaitingEntry:
    """The line if the user keeps it; 404 otherwise."""
    rows = WaitingEntry.objects.for_user(request.user).with_people().select_related("appointment__agent")
    return get_object_or_404(rows, pk=waiting_entry_id)


@requires("agenda.book")
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: AgentRequest, waiting_entry_id: UUID) -> HttpResponse:
    """One line of the list: what they wait for, the calls made, and how to close it."""
    shown = get_entry(request, waiting_entry_id)
    form = None
    if shown.state == WaitingState.WAITING:
        form = WaitingForm(
            posted(request), user=request.user, household=shown.household, entry=shown, initial=_values(shown)
        )
        if form.is_valid():
            try:
                change_entry(by=request.user, entry=shown, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, f"La demande {of_name(shown.who)} est modifiée.")
                return redirect("appointments:waiting")
    if request.method != "POST":
        log_access(request, AccessAction.VIEW, shown, subject_id=shown.household_id)
    file = Household.objects.for_user(request.user).filter(waiting_entries=shown).first()
    calls = shown.calls.select_related("agent", "made_by")
    context = {
        "entry": shown,
        "form": form,
        "calls": calls,
        "file": file,
        "household": shown.household,
        "title": shown.who,
    }
    return render(request, "appointments/waiting_entry.html", context)


def _values(entry: WaitingEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in WaitingForm.base_fields}


@requires("agenda.book")
@require_POST
def withdrawing(request: AgentRequest, waiting_entry_id: UUID) -> HttpResponse:
    """They do not wait any more; one click undoes it."""
    shown = get_entry(request, waiting_entry_id)
    try:
        withdraw(by=request.user, entry=shown)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        url = reverse("appointments:waiting_entry", args=[shown.pk])
        text = '{} n’est plus en liste d’attente. <a href="{}">Revenir sur ce retrait</a>'
        messages.success(request, format_html(text, shown.who, url))
    return redirect("appointments:waiting")


@requires("agenda.book")
@require_POST
def putting_back(request: AgentRequest, waiting_entry_id: UUID) -> HttpResponse:
    """They wait again, where they stood."""
    shown = get_entry(request, waiting_entry_id)
    try:
        put_back(by=request.user, entry=shown)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"{shown.who} attend de nouveau, à sa place.")
    return redirect("appointments:waiting_entry", shown.pk)
