"""Messages for the agents (A5): reception takes them, each agent handles their own."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.call import applicant_of
from appointments.forms import MessageForm
from appointments.models import Appointment, Message
from appointments.services import correct_message, handle_message, take_message
from appointments.views.appointment import appointment_url
from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import of_name
from cias.core.http import posted, safe_next
from cias.core.periods import Period
from households.models import Household
from households.search import homes_of, referent_of

PAGE_SIZE = 25


@requires("agenda.reception", "agenda.receive")
@require_safe
def message_list(request: AgentRequest) -> HttpResponse:
    """The messages nobody has handled, the urgent ones first, then today's: all of them at the desk, one's own else."""
    rows = _listed(request.user, timezone.localdate())
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, page="messages", count=len(page.object_list))
    context = {
        "page": page,
        "waiting": [row for row in page.object_list if row.handled_at is None],
        "handled": [row for row in page.object_list if row.handled_at is not None],
        "files": _files(request.user, page.object_list),
        "at_desk": request.user.has_perm("agenda.reception"),
    }
    return render(request, "appointments/messages.html", context)


def _listed(user: User, today: date) -> Any:
    start, _after = Period(today, today).bounds()
    rows = Message.objects.for_user(user).filter(
        Q(handled_at__isnull=True) | Q(handled_at__gte=start) | Q(taken_at__gte=start)
    )
    rows = rows.select_related("agent", "taken_by", "household__commune").defer(
        "household__commune__geometry"
    )
    return rows.order_by(F("handled_at").desc(nulls_first=True), "-is_urgent", "taken_at", "pk")


def _files(user: User, rows: Iterable[Message]) -> set[UUID]:
    """The households among them whose file the reader may open."""
    keys = {row.household_id for row in rows if row.household_id is not None}
    return set(Household.objects.for_user(user).filter(pk__in=keys).values_list("pk", flat=True))


@requires("agenda.reception")
@require_http_methods(["GET", "HEAD", "POST"])
def message_add(request: AgentRequest) -> HttpResponse:
    """Take a message. `?menage=`, `?rendez_vous=` or `?agent=` say where one comes from: the caller is filled in."""
    household, initial, back = _begun(request)
    if household is not None and request.method != "POST":
        log_access(request, AccessAction.VIEW, household, page="message")
    form = MessageForm(posted(request), initial=initial)
    if form.is_valid():
        try:
            message = take_message(by=request.user, data=form.message, household=household)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"Message laissé à {message.agent.full_name}.")
            return redirect(safe_next(request, back))
    context = {
        "form": form, "title": "Laisser un message", "submit": "Laisser le message", "back_url": back,
        "household": household,
    }  # fmt: skip
    return render(request, "appointments/message.html", context)


def _begun(request: AgentRequest) -> tuple[Household | None, dict[str, Any], str]:
    """The household the message is about, what is known of the caller, and where one comes from."""
    if appointment_id := _uuid(request, "rendez_vous"):
        appointments = Appointment.objects.for_user(request.user).with_people()
        appointment = get_object_or_404(appointments, pk=appointment_id)
        phone = appointment.person.phone if appointment.person is not None else appointment.caller_phone
        initial = {"agent": appointment.agent, "caller_name": appointment.who, "caller_phone": phone}
        return appointment.household, initial, appointment_url(appointment)
    if household_id := _uuid(request, "menage"):
        households = Household.objects.for_user(request.user).select_related("commune")
        household = get_object_or_404(households, pk=household_id)
        return household, _caller(request, household), reverse("households:detail", args=[household.pk])
    return None, {"agent": _uuid(request, "agent")}, reverse("appointments:day")


def _caller(request: AgentRequest, household: Household) -> dict[str, Any]:
    """The household's applicant, and their référent as the one who is asked for."""
    person = applicant_of(household)
    if person is None:
        return {}
    home = homes_of([person], request.user).get(person.pk)
    referent = referent_of(home) if home is not None and home.household == household else None
    return {"agent": referent, "caller_name": person.full_name, "caller_phone": person.phone}


def _uuid(request: AgentRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


@requires("agenda.reception")
@require_http_methods(["GET", "HEAD", "POST"])
def message_change(request: AgentRequest, message_id: UUID) -> HttpResponse:
    """Put right a message that has not been handled: another agent, a better number."""
    rows = Message.objects.for_user(request.user).open().select_related("agent", "household__commune")
    message = get_object_or_404(rows, pk=message_id)
    form = MessageForm(posted(request), instance=message)
    back = reverse("appointments:messages")
    if form.is_valid():
        try:
            correct_message(by=request.user, message=message, data=form.message)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Message corrigé.")
            return redirect(back)
    if request.method != "POST":
        log_access(request, AccessAction.VIEW, message, subject_id=message.household_id)
    context = {
        "form": form, "title": "Corriger le message", "submit": "Enregistrer", "back_url": back,
        "household": message.household,
    }  # fmt: skip
    return render(request, "appointments/message.html", context)


@requires("agenda.receive")
@require_POST
def message_handle(request: AgentRequest, message_id: UUID) -> HttpResponse:
    """Say that a message left for oneself, or for whom one stands in, is dealt with, or take that back (`undo`)."""
    own = Message.objects.for_user(request.user).to_handle(request.user)
    message = get_object_or_404(own, pk=message_id)
    undo = "undo" in request.POST
    handle_message(by=request.user, message=message, handled=not undo)
    said = "à traiter de nouveau" if undo else "traité"
    messages.success(request, f"Message {of_name(message.caller_name)}\u00a0: {said}.")
    return redirect(safe_next(request, "appointments:messages"))
