"""When agents receive: weekly hours, changes for one day, absences; and the appointments each change displaces."""

from collections import Counter
from collections.abc import Callable
from datetime import date
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

from appointments.forms import AbsenceForm, DayChangeForm, EndPresenceForm, PresenceForm, bookable_agents
from appointments.models import Absence, Appointment, Presence
from appointments.rules import may_change
from appointments.services import (
    add_absences,
    add_presences,
    change_one_day,
    end_presence,
    proposals,
    remove_absence,
    remove_change,
    to_move,
)
from cias.accounts.enums import Scope
from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core import french
from cias.core.access import requires
from cias.core.french import of_name
from cias.core.http import posted

# Proposals are worked out for the first ones; the list is read again when these have moved.
MOST_DISPLACED = 25


def _agents(request: AgentRequest) -> Any:
    """The agents whose presence the reader may change."""
    agents = User.objects.with_agenda()
    everybody = request.user.scope("agenda.absence") == Scope.ALL
    return agents if everybody else agents.filter(pk=request.user.pk)


def _agent(request: AgentRequest, agent_id: UUID) -> User:
    agent: User = get_object_or_404(_agents(request), pk=agent_id)
    return agent


@requires("agenda.absence")
@require_safe
def agents(request: AgentRequest) -> HttpResponse:
    """Every agent's present hours and coming absences."""
    today, now = timezone.localdate(), timezone.now()
    current = Presence.objects.between(today, today).filter(replaces=False).select_related("room", "commune")
    rows = _agents(request).prefetch_related(
        Prefetch("presences", current, to_attr="hours"),
        Prefetch("absences", Absence.objects.filter(end__gt=now).order_by("start"), to_attr="coming"),
    )
    context = {"agents": rows, "sets_hours": request.user.has_perm("agenda.presence")}
    return render(request, "appointments/presences.html", context)


@requires("agenda.absence")
@require_safe
def agent(request: AgentRequest, agent_id: UUID) -> HttpResponse:
    """One agent's hours, changes and coming absences, and what they displace."""
    person, today = _agent(request, agent_id), timezone.localdate()
    presences = [
        row
        for row in person.presences.select_related("room", "commune").order_by(
            "weekday", "starts_at", "weeks", "pk"
        )
        if row.valid_until is None or row.valid_until >= today
    ]
    absences = list(person.absences.filter(end__gt=timezone.now()).order_by("start"))
    batches: Counter[UUID | None] = Counter(absence.batch for absence in absences if absence.batch)
    context: dict[str, Any] = {
        "agent": person, "today": today, "sets_hours": request.user.has_perm("agenda.presence"),
        "hours": [row for row in presences if not row.replaces],
        "changes": sorted((row for row in presences if row.replaces), key=lambda row: row.valid_from),
        "absences": [(absence, batches[absence.batch]) for absence in absences],
        **_displaced(request, [person]),
    }  # fmt: skip
    return render(request, "appointments/agent_presences.html", context)


def _displaced(request: AgentRequest, people: list[User]) -> dict[str, Any]:
    """The appointments these agents will not be there for, each with other times for those who may move it."""
    found = to_move(people, request.user)
    rows = found[:MOST_DISPLACED]
    mine = [row for row in rows if may_change(request.user, row)]
    others = proposals(mine, list(bookable_agents(request.user))) if mine else {}
    if rows:
        log_access(request, AccessAction.VIEW, page="a-deplacer", count=len(rows))
    return {
        "displaced": [(row, row in mine, others.get(row.pk, [])) for row in rows],
        "displaced_count": len(found),
        "displaced_more": len(found) - len(rows),
    }


@requires("agenda.presence")
@require_http_methods(["GET", "HEAD", "POST"])
def add_weekly(request: AgentRequest, agent_id: UUID) -> HttpResponse:
    person = _agent(request, agent_id)
    form = PresenceForm(posted(request), initial={"valid_from": timezone.localdate()})
    return _form(request, person, form, add_presences, f"Ajouter un horaire {of_name(person.full_name)}")


@requires("agenda.absence")
@require_http_methods(["GET", "HEAD", "POST"])
def add_change(request: AgentRequest, agent_id: UUID) -> HttpResponse:
    person = _agent(request, agent_id)
    form = DayChangeForm(posted(request))
    return _form(request, person, form, change_one_day, f"Changer l’horaire d’un jour, {person.full_name}")


@requires("agenda.absence")
@require_http_methods(["GET", "HEAD", "POST"])
def add_absent(request: AgentRequest, agent_id: UUID) -> HttpResponse:
    person = _agent(request, agent_id)
    form = AbsenceForm(posted(request))

    def save(*, by: User, agent: User, **values: Any) -> list[Absence]:
        start, end = form.moments()
        return add_absences(
            by=by,
            agent=agent,
            start=start,
            end=end,
            kind=values["kind"],
            label=values["label"],
            every_weeks=values["every_weeks"] or 0,
            until=values["until"],
        )

    return _form(request, person, form, save, f"Noter une absence {of_name(person.full_name)}")


@requires("agenda.presence")
@require_http_methods(["GET", "HEAD", "POST"])
def end_weekly(request: AgentRequest, presence_id: UUID) -> HttpResponse:
    presence = _presence(request, presence_id)
    form = EndPresenceForm(
        posted(request), initial={"last_day": presence.valid_until or timezone.localdate()}
    )
    # Today is only proposed where no end is stored: what a colleague stored meanwhile is not replaced unseen.
    form.compare_with({"last_day": presence.valid_until})

    def save(*, by: User, agent: User, last_day: date) -> Presence:
        return end_presence(by=by, presence=presence, last_day=last_day)

    return _form(request, presence.agent, form, save, f"Terminer l’horaire du {presence}")


@requires("agenda.absence")
@require_POST
def remove_one_change(request: AgentRequest, presence_id: UUID) -> HttpResponse:
    presence = _presence(request, presence_id)
    return _remove(
        request, presence.agent,
        lambda: remove_change(by=request.user, presence=presence),
        "Changement retiré\u00a0: l’horaire habituel vaut de nouveau ce jour-là.",
    )  # fmt: skip


@requires("agenda.absence")
@require_POST
def remove_absent(request: AgentRequest, absence_id: UUID) -> HttpResponse:
    """Take back an absence, or with `serie` every coming one entered with it."""
    absence = get_object_or_404(
        Absence.objects.filter(agent__in=_agents(request)).select_related("agent"), pk=absence_id
    )
    whole = "serie" in request.POST
    return _remove(
        request, absence.agent,
        lambda: remove_absence(by=request.user, absence=absence, whole_batch=whole),
        "Absence retirée\u00a0: l’agent peut de nouveau recevoir.",
    )  # fmt: skip


@requires("agenda.absence", "agenda.reception")
@require_safe
def displaced(request: AgentRequest) -> HttpResponse:
    """Every coming appointment whose agent will not be there, closures of the whole site included (A1).

    Those who left count too: what nobody could take over is to be moved.
    """
    agents = list(User.objects.filter(has_agenda=True).order_by("last_name", "first_name", "pk"))
    if not (request.user.has_perm("agenda.reception") or request.user.has_perm("agenda.presence")):
        agents = [one for one in agents if one == request.user]
    return render(request, "appointments/to_move.html", _displaced(request, agents))


def _presence(request: AgentRequest, presence_id: UUID) -> Presence:
    rows = Presence.objects.filter(agent__in=_agents(request)).select_related("agent")
    return get_object_or_404(rows, pk=presence_id)


def _remove(request: AgentRequest, person: User, remove: Callable[[], object], done: str) -> HttpResponse:
    try:
        remove()
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, done)
    return redirect("appointments:agent_presences", person.pk)


def _form(
    request: AgentRequest, person: User, form: Form, save: Callable[..., object], title: str
) -> HttpResponse:
    """One form of the agent's page: save, say which appointments it displaces, and go back."""
    back = reverse("appointments:agent_presences", args=[person.pk])
    if request.method == "POST" and form.is_valid():
        try:
            save(by=request.user, agent=person, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _tell_displaced(request, to_move([person], request.user))
            return redirect(back)
    context = {"title": title, "form": form, "submit": "Enregistrer", "back_url": back}
    return render(request, "core/form_page.html", context)


def _tell_displaced(request: AgentRequest, rows: list[Appointment]) -> None:
    if rows:
        text = f"Enregistré. {french.plural(len(rows), 'rendez-vous')} à déplacer\u00a0: voir la liste ci-dessous."
        messages.warning(request, text)
    else:
        messages.success(request, "Enregistré. Aucun rendez-vous n’est à déplacer.")
