"""Requests for another orientation (I2): written, sent, answered by the Département, withdrawn; the list of them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core import refusals
from cias.core.access import requires
from cias.core.http import posted
from cias.core.states import ForbiddenTransition
from insertion.models import ReorientationRequest
from insertion.orientations import requests
from insertion.orientations.enums import Asker
from insertion.orientations.forms import (
    AcceptanceForm,
    RefusalForm,
    RequestForm,
    RequestListForm,
    SentForm,
    WithdrawalForm,
)
from insertion.orientations.life_views import form_page, get_orientation

PER_PAGE = 25


def get_request(request: AgentRequest, reorientation_id: UUID) -> ReorientationRequest:
    rows = ReorientationRequest.objects.for_user(request.user)
    return get_object_or_404(rows.select_related("orientation__person", "household"), pk=reorientation_id)


@requires("insertion.overview")
@require_safe
def reorientations(request: AgentRequest) -> HttpResponse:
    """The requests, those that wait the longest first; states only, no reason."""
    form = RequestListForm(request.GET)
    wanted = form.cleaned_data["etat"] if form.is_valid() else ""
    rows = ReorientationRequest.objects.overview(request.user).defer("reason")
    pending = rows.pending().count()
    if wanted == "":
        rows = rows.pending()
    elif wanted != "toutes":
        rows = rows.filter(state=wanted)
    rows = rows.select_related("orientation__person", "orientation__referent", "household__commune")
    order = ("requested_on", "pk") if wanted == "" else ("-requested_on", "pk")
    page = Paginator(rows.order_by(*order), PER_PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, reorientations=len(page.object_list))
    context = {"page": page, "form": form, "wanted": wanted, "pending": pending}
    return render(request, "insertion/orientations/requests.html", context)


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: AgentRequest, orientation_id: UUID) -> HttpResponse:
    orientation = get_orientation(request, orientation_id)
    initial = {"requested_on": timezone.localdate(), "asked_by": Asker.PERSON}
    form = RequestForm(posted(request), initial=initial)
    if form.is_valid():
        try:
            requests.ask(by=request.user, orientation=orientation, **form.cleaned_data)
        except ValidationError as error:
            refusals.refuse(form, error, {"insertion_reorientation_sent_after": "sent_on", "": "sent_on"})
        else:
            messages.success(request, "La demande de réorientation est enregistrée.")
            return redirect("insertion:household", orientation.household_id)
    heading = f"Demander une réorientation pour {orientation.person.full_name}"
    intro = "Tant que le Département n’a pas répondu, le délai du contrat est interrompu (C. trav., art. D5411-14-2)."
    return form_page(request, orientation, form, heading=heading, intro=intro)


def _step(
    request: AgentRequest,
    asked: ReorientationRequest,
    form: Form,
    act: Callable[..., Any],
    *,
    heading: str,
    done: str,
    intro: str = "",
) -> HttpResponse:
    """One step of a request: its form, and what it did."""
    if form.is_valid():
        try:
            act(by=request.user, request=asked, **form.cleaned_data)
        except (ForbiddenTransition, ValidationError) as error:
            refusals.refuse(form, error, default="on")
        else:
            messages.success(request, done)
            return redirect("insertion:household", asked.household_id)
    return form_page(request, asked.orientation, form, heading=heading, intro=intro)


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: AgentRequest, reorientation_id: UUID) -> HttpResponse:
    asked = get_request(request, reorientation_id)
    form = SentForm(posted(request), initial={"on": timezone.localdate()})
    return _step(
        request, asked, form, requests.send, heading="Transmettre la demande au Département",
        done="La demande est notée comme transmise.",
    )  # fmt: skip


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: AgentRequest, reorientation_id: UUID) -> HttpResponse:
    """The Département's decision opens the new orientation."""
    asked = get_request(request, reorientation_id)
    today = timezone.localdate()
    initial = {
        "on": today,
        "start": today,
        "kind": asked.wanted_kind,
        "structure": asked.wanted_structure or asked.orientation.structure,
        "referent": asked.orientation.referent_id if not asked.wanted_structure else None,
    }
    form = AcceptanceForm(posted(request), initial=initial)
    return _step(
        request, asked, form, requests.accept, heading="Le Département accepte la réorientation",
        done="La nouvelle orientation est enregistrée.",
        intro=f"L’orientation du {asked.orientation.start:%d/%m/%Y} s’arrêtera la veille de la nouvelle.",
    )  # fmt: skip


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: AgentRequest, reorientation_id: UUID) -> HttpResponse:
    asked = get_request(request, reorientation_id)
    form = RefusalForm(posted(request), initial={"on": timezone.localdate()})
    return _step(
        request, asked, form, requests.refuse, heading="Le Département refuse la réorientation",
        done="La réponse est enregistrée\u00a0: l’orientation se poursuit.",
    )  # fmt: skip


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: AgentRequest, reorientation_id: UUID) -> HttpResponse:
    asked = get_request(request, reorientation_id)
    form = WithdrawalForm(posted(request), initial={"on": timezone.localdate()})
    return _step(
        request, asked, form, requests.withdraw, heading="Retirer la demande de réorientation",
        done="La demande est retirée.",
    )  # fmt: skip


@requires("insertion.edit")
@require_POST
def undo(request: AgentRequest, reorientation_id: UUID) -> HttpResponse:
    """Take back the last step of a request."""
    asked = get_request(request, reorientation_id)
    try:
        move = requests.undo_last(by=request.user, request=asked)
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, refusals.sentence(error))
    else:
        messages.success(request, f"«\u00a0{move.get_to_state_display()}\u00a0»\u00a0: c’est annulé.")
    return redirect("insertion:household", asked.household_id)
