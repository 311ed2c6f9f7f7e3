"""Proxies, forwarding and justified absences: a short form each, and the day they stop."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.http import posted
from households.file import file_context, get_household
from rights.domiciliation import mailbox_forms, services
from rights.domiciliation.views.access import TAB, get_domiciliation, refuse, when_used
from rights.models import Domiciliation, Forwarding, Pause, Proxy


@dataclass(frozen=True)
class Kind:
    form: type[mailbox_forms.SpanForm]
    service: Callable[..., Any]
    model: type[Model]
    title: str
    added: str
    stopped: str


KINDS: Mapping[str, Kind] = {
    "proxy": Kind(
        mailbox_forms.ProxyForm, services.add_proxy, Proxy, "Ajouter un mandataire",
        "Le mandataire est enregistré\u00a0: l’accueil le voit.", "Le mandat est terminé.",
    ),
    "forwarding": Kind(
        mailbox_forms.ForwardingForm, services.add_forwarding, Forwarding, "Réexpédier le courrier",
        "La réexpédition est enregistrée.", "La réexpédition est terminée.",
    ),
    "pause": Kind(
        mailbox_forms.PauseForm, services.add_pause, Pause, "Noter une absence justifiée",
        "L’absence est enregistrée\u00a0: les trois mois ne courent plus.",
        "L’absence est terminée\u00a0: les trois mois courent de nouveau.",
    ),
}  # fmt: skip


@requires("rights.edit")
@when_used
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: AgentRequest, domiciliation_id: UUID, what: str) -> HttpResponse:
    domiciliation, kind = get_domiciliation(request, domiciliation_id), KINDS[what]
    form = kind.form(posted(request))
    if form.is_valid():
        try:
            kind.service(by=request.user, domiciliation=domiciliation, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, kind.added)
            return redirect("rights:domiciliation", domiciliation.pk)
    return _page(request, domiciliation, form, kind.title)


@requires("rights.edit")
@when_used
@require_POST
def stop(request: AgentRequest, what: str, **keys: UUID) -> HttpResponse:
    """It no longer holds from today."""
    kind = KINDS[what]
    (key,) = keys.values()
    rows: Any = kind.model._default_manager
    open_to = Domiciliation.objects.for_user(request.user)
    row = get_object_or_404(rows.select_related("domiciliation").filter(domiciliation__in=open_to), pk=key)
    services.stop(by=request.user, row=row, on=timezone.localdate())
    messages.success(request, kind.stopped)
    return redirect("rights:domiciliation", row.domiciliation_id)


@requires("rights.edit")
@when_used
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: AgentRequest, domiciliation_id: UUID) -> HttpResponse:
    """Who is told of alerts and decides."""
    domiciliation = get_domiciliation(request, domiciliation_id)
    form = mailbox_forms.FollowForm(posted(request), agent=domiciliation.agent)
    if form.is_valid():
        services.hand_over(by=request.user, domiciliation=domiciliation, **form.cleaned_data)
        messages.success(request, f"Suivie par {form.cleaned_data['agent'].full_name}.")
        return redirect("rights:domiciliation", domiciliation.pk)
    return _page(request, domiciliation, form, "Changer l’agent qui suit")


def _page(request: AgentRequest, domiciliation: Domiciliation, form: Any, title: str) -> HttpResponse:
    household = get_household(request, domiciliation.household_id)
    context = file_context(request, household, TAB, domiciliation=domiciliation, form=form, title=title)
    return render(request, "rights/domiciliation/form.html", context)
