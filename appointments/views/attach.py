"""The caller nobody knew has a file now: find it and attach the appointment to it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from appointments.models import Appointment
from appointments.rules import may_change
from appointments.services import attach
from appointments.views.appointment import get_appointment
from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import AccessRefused, requires
from households.models import Household, Person
from households.search import homes_of, search

MOST_HITS = 10


@requires("agenda.book")
@require_http_methods(["GET", "HEAD", "POST"])
def attaching(request: AgentRequest, appointment_id: UUID) -> HttpResponse:
    """Search as on the booking page, the name that was given first; choosing attaches. Nothing is created here."""
    appointment = get_appointment(request, appointment_id)
    if not may_change(request.user, appointment):
        raise AccessRefused("agenda.book")
    if appointment.household is not None:
        messages.info(request, "Ce rendez-vous est déjà rattaché à un ménage.")
        return redirect("appointments:detail", appointment.pk)
    found = _chosen(request.user, request.POST.get("choose", ""))
    if found is not None:
        person, household = found
        try:
            attach(by=request.user, appointment=appointment, household=household, person=person)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, f"Rendez-vous rattaché à {household}, {household.number}.")
        return redirect("appointments:detail", appointment.pk)
    return render(request, "appointments/attach.html", _results(request, appointment))


def _results(request: AgentRequest, appointment: Appointment) -> dict[str, Any]:
    query = str(request.POST.get("q", appointment.caller_name)).strip()
    hits = search(query, request.user, limit=MOST_HITS) if query else []
    log_access(request, AccessAction.SEARCH, count=len(hits))
    lost = "Cette personne n’appartient à aucun ménage\u00a0: ouvrez d’abord son dossier."
    return {
        "appointment": appointment,
        "query": query,
        "hits": hits,
        "error": lost if request.POST.get("choose") else "",
    }


def _chosen(user: User, person_id: str) -> tuple[Person, Household] | None:
    """The person chosen and where they live, among those `user` may know of; None without a household."""
    try:
        person = Person.objects.for_user(user).get(pk=UUID(person_id))
    except (ValueError, Person.DoesNotExist):
        return None
    home = homes_of([person], user).get(person.pk)
    return (person, home.household) if home is not None else None
