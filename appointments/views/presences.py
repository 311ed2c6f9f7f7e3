"""When agents receive: weekly hours, changes for one day, absences; and the appointments each change displaces."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.forms import AbsenceForm, DayChangeForm, EndPresenceForm, PresenceForm
from appointments.models import Absence, Presence
from appointments.services import (
    add_absence,
    add_presence,
    change_one_day,
    end_presence,
    remove_absence,
    to_move,
)
from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core import french
from cias.core.access import requires
from cias.core.http import posted


def _agent(agent_id: UUID) -> User:
    return get_object_or_404(User.objects.with_agenda(), pk=agent_id)


@requires("agenda.presence")
@require_safe
def agents(request: AgentRequest) -> HttpResponse:
    """Every agent's present hours and coming absences."""
    today, now = timezone.localdate(), timezone.now()
    current = Presence.objects.between(today, today).filter(replaces=False).select_related("room", "commune")
    rows = User.objects.with_agenda().prefetch_related(
        Prefetch("presences", current, to_attr="hours"),
        Prefetch("absences", Absence.objects.filter(end__gt=now).order_by("start"), to_attr="coming"),
    )
    return render(request, "appointments/presences.html", {"agents": rows})


@requires("agenda.presence")
@require_safe
def agent(request: AgentRequest, agent_id: UUID) -> HttpResponse:
    """One agent's hours, changes and absences, past ones included for the year."""
    person, today = _agent(agent_id), timezone.localdate()
    presences = list(
        person.presences.select_related("room", "commune").order_by("weekday", "starts_at", "pk")
    )
    context: dict[str, Any] = {
        "agent": person, "today": today,
        "hours": [row for row in presences if not row.replaces and not _is_over(row, today)],
        "changes": [row for row in presences if row.replaces and not _is_over(row, today)],
        "absences": person.absences.filter(end__gt=timezone.now()).order_by("start"),
        "displaced": to_move([person]),
    }  # fmt: skip
    if context["displaced"]:
        log_access(request, AccessAction.VIEW, page="presences", count=len(context["displaced"]))
    return render(request, "appointments/agent_presences.html", context)


def _is_over(presence: Presence, today: Any) -> bool:
    return presence.valid_until is not None and presence.valid_until < today


@requires("agenda.presence")
@require_http_methods(["GET", "HEAD", "POST"])
def add_weekly(request: AgentRequest, agent_id: UUID) -> HttpResponse:
    person = _agent(agent_id)
    form = PresenceForm(posted(request), initial={"valid_from": timezone.localdate()})
    return _form(request, person, form, add_presence, f"Ajouter un horaire de {person.full_name}")


@requires("agenda.presence")
@require_http_methods(["GET", "HEAD", "POST"])
def add_change(request: AgentRequest, agent_id: UUID) -> HttpResponse:
    person = _agent(agent_id)
    form = DayChangeForm(posted(request))
    return _form(request, person, form, change_one_day, f"Changer l’horaire d’un jour, {person.full_name}")


@requires("agenda.presence")
@require_http_methods(["GET", "HEAD", "POST"])
def add_absent(request: AgentRequest, agent_id: UUID) -> HttpResponse:
    person = _agent(agent_id)
    form = AbsenceForm(posted(request))

    def save(*, by: User, agent: User, **values: Any) -> Absence:
        start, end = form.moments()
        return add_absence(
            by=by, agent=agent, start=start, end=end, kind=values["kind"], label=values["label"]
        )

    return _form(request, person, form, save, f"Noter une absence de {person.full_name}")


@requires("agenda.presence")
@require_http_methods(["GET", "HEAD", "POST"])
def end_weekly(request: AgentRequest, presence_id: UUID) -> HttpResponse:
    presence = get_object_or_404(Presence.objects.select_related("agent"), pk=presence_id)
    form = EndPresenceForm(posted(request), initial={"last_day": timezone.localdate()})

    def save(*, by: User, agent: User, last_day: Any) -> Presence:
        return end_presence(by=by, presence=presence, last_day=last_day)

    return _form(request, presence.agent, form, save, f"Terminer l’horaire du {presence}")


@requires("agenda.presence")
@require_POST
def remove_absent(request: AgentRequest, absence_id: UUID) -> HttpResponse:
    absence = get_object_or_404(Absence, pk=absence_id)
    try:
        remove_absence(by=request.user, absence=absence)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, "Absence retirée : l’agent peut de nouveau recevoir.")
    return redirect("appointments:agent_presences", absence.agent_id)


@requires("agenda.presence", "agenda.reception")
@require_safe
def displaced(request: AgentRequest) -> HttpResponse:
    """Every coming appointment whose agent will not be there, closures of the whole site included (A1)."""
    rows = to_move(list(User.objects.with_agenda()))
    log_access(request, AccessAction.VIEW, page="a-deplacer", count=len(rows))
    return render(request, "appointments/to_move.html", {"rows": rows})


def _form(request: AgentRequest, person: User, form: Form, save: Any, title: str) -> HttpResponse:
    """One form of the agent's page: save, say which appointments it displaces, and go back."""
    back = reverse("appointments:agent_presences", args=[person.pk])
    if request.method == "POST" and form.is_valid():
        try:
            save(by=request.user, agent=person, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _tell_displaced(request, person)
            return redirect(back)
    context = {"title": title, "form": form, "submit": "Enregistrer", "back_url": back}
    return render(request, "core/form_page.html", context)


def _tell_displaced(request: AgentRequest, person: User) -> None:
    count = len(to_move([person]))
    if count:
        text = f"Enregistré. {french.plural(count, 'rendez-vous')} à déplacer : voir la liste ci-dessous."
        messages.warning(request, text)
    else:
        messages.success(request, "Enregistré. Aucun rendez-vous n’est à déplacer.")
