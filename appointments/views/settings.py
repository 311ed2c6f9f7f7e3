"""Rooms, reasons, teams and times of travel: what the direction settles once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from appointments.forms.settings import ReasonForm, RoomForm, TeamForm, TravelForm
from appointments.models import Reason, Room, Team, TravelTime
from appointments.services.travel import estimate, home_commune
from cias.accounts.http import AgentRequest
from cias.audit.services import signed_by
from cias.core.access import requires
from cias.core.db import typed_violations
from cias.core.http import posted
from cias.territory.models import Commune

READ_AND_WRITE = ["GET", "HEAD", "POST"]


@requires("structure.manage")
@require_safe
def settings(request: AgentRequest) -> HttpResponse:
    """The three lists on one page; what is not used any more comes last."""
    context = {
        "rooms": Room.objects.order_by("-is_active", "name"),
        "reasons": Reason.objects.order_by("-is_active", "position", "label"),
        "teams": Team.objects.prefetch_related("members"),
    }
    return render(request, "appointments/settings.html", context)


@requires("structure.manage")
@require_http_methods(READ_AND_WRITE)
def room(request: AgentRequest, room_id: UUID | None = None) -> HttpResponse:
    instance = get_object_or_404(Room, pk=room_id) if room_id else Room()
    return _edit(request, RoomForm(posted(request), instance=instance), "la salle", "une salle")


@requires("structure.manage")
@require_http_methods(READ_AND_WRITE)
def reason(request: AgentRequest, reason_id: UUID | None = None) -> HttpResponse:
    instance = get_object_or_404(Reason, pk=reason_id) if reason_id else Reason()
    return _edit(request, ReasonForm(posted(request), instance=instance), "le motif", "un motif")


@requires("structure.manage")
@require_http_methods(READ_AND_WRITE)
def team(request: AgentRequest, team_id: UUID | None = None) -> HttpResponse:
    instance = get_object_or_404(Team, pk=team_id) if team_id else Team()
    return _edit(request, TeamForm(posted(request), instance=instance), "l’équipe", "une équipe")


def _edit(request: AgentRequest, form: ModelForm, the: str, one: str) -> HttpResponse:
    is_new = form.instance._state.adding
    if form.is_valid():
        try:
            with signed_by(request.user), typed_violations():
                _save(form)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"«\u00a0{form.instance}\u00a0»\u00a0: enregistré.")
            return redirect("appointments:settings")
    context = {
        "title": f"Ajouter {one}" if is_new else f"Modifier {the} «\u00a0{form.instance}\u00a0»",
        "form": form,
        "submit": "Enregistrer",
        "back_url": reverse("appointments:settings"),
    }
    return render(request, "core/form_page.html", context)


def _save(form: ModelForm) -> None:
    """A new reason gets its code from its label, once and for all: figures are kept under it."""
    if isinstance(form.instance, Reason) and not form.instance.code:
        form.instance.code = _free_code(slugify(form.instance.label)[:36] or "motif")
    form.save()


def _free_code(wanted: str) -> str:
    taken = set(Reason.objects.filter(code__startswith=wanted).values_list("code", flat=True))
    codes = (wanted, *(f"{wanted}-{number}" for number in range(2, 1000)))
    return next(code for code in codes if code not in taken)


@requires("structure.manage")
@require_http_methods(READ_AND_WRITE)
def travel(request: AgentRequest) -> HttpResponse:
    """Minutes to each commune: the estimate, and what an agent measured."""
    home = home_commune()
    communes = list(Commune.objects.all())
    known = dict(TravelTime.objects.values_list("commune", "minutes"))
    estimates = {commune.code: estimate(commune, home) for commune in communes}
    form = TravelForm(posted(request), communes=communes, known=known, estimates=estimates)
    if form.is_valid():
        _save_travel(request, form.cleaned_data, known)
        messages.success(request, "Temps de trajet enregistrés.")
        return redirect("appointments:travel")
    return render(request, "appointments/travel.html", {"form": form, "home": home})


@transaction.atomic
def _save_travel(request: AgentRequest, asked: dict[str, Any], known: dict[str, int]) -> None:
    with signed_by(request.user), typed_violations():
        for code, minutes in asked.items():
            if minutes is None and code in known:
                TravelTime.objects.filter(commune=code).delete()
            elif minutes is not None and minutes != known.get(code):
                TravelTime.objects.update_or_create(commune_id=code, defaults={"minutes": minutes})
