"""The visit: read at the desk, filled in at the kitchen table, received with or without a connection."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import day_and_time, euros
from cias.core.http import CHANGED_HANDS, typed_by_someone_else
from cias.core.refusals import sentence
from cias.core.states import ForbiddenTransition
from cias.core.uploads import bounded_uploads, receive_all
from households.file import file_context, get_household
from housing.energy import rules, services
from housing.energy.views.access import TAB, content_of, get_visit
from housing.energy.visit_forms import VisitSheet
from housing.models import EnergyVisit

SHEET = "housing/energy/visit_form.html"


@requires("energy.view")
@require_safe
def visit(request: AgentRequest, energy_visit_id: UUID) -> HttpResponse:
    """What was noted, to be read."""
    visit = get_visit(request, energy_visit_id)
    household, ask = content_of(request, visit.file.household_id)
    if ask is not None:
        return ask
    parts = [
        (
            section,
            [(field.label, _said(visit, field.name)) for field in fields if field.value() not in (None, "")],
        )
        for section, fields in VisitSheet(visit).sections
    ]
    context = {
        "visit": visit,
        "sections": [(section, facts) for section, facts in parts if facts],
        "readings": visit.readings.all(),
        "bills": visit.bills.all(),
        "equipment": visit.equipment.select_related("item"),
        "photos": visit.photos.select_related("document"),
        "effort": rules.effort(visit, visit.done_on or timezone.localdate()),
        "may_edit": request.user.has_perm("energy.edit") and not visit.file.is_closed,
    }
    return render(request, "housing/energy/visit.html", file_context(request, household, TAB, **context))


def _said(visit: EnergyVisit, name: str) -> Any:
    display = getattr(visit, f"get_{name}_display", None)
    value = display() if display is not None else getattr(visit, name)
    return euros(value) if isinstance(value, Decimal) else value


@requires("energy.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: AgentRequest, energy_visit_id: UUID) -> HttpResponse:
    """The form. Without JavaScript it is sent as any other; with it, static/js/visit.js sends to `receive`."""
    visit = get_visit(request, energy_visit_id)
    household = get_household(request, visit.file.household_id)
    log_access(request, AccessAction.VIEW, visit, subject_id=household.pk, page="visite")
    if visit.file.is_closed:
        messages.error(request, "Le dossier est clos\u00a0: annulez sa fin pour reprendre la visite.")
        return redirect("housing:energy_visit", visit.pk)
    sent = VisitSheet(visit, request.POST) if request.method == "POST" else None
    if sent is not None and sent.is_valid() and not typed_by_someone_else(request):
        try:
            _receive(request, visit, sent)
        except services.VisitConflict:
            messages.error(
                request, "Cette visite a été modifiée entre-temps. Votre saisie est restée ci-dessous."
            )
        except (ForbiddenTransition, ValidationError) as error:
            messages.error(request, sentence(error))
        else:
            messages.success(request, "La visite est enregistrée.")
            return redirect("housing:energy_visit", visit.pk)
    context = {"sheet": sent or VisitSheet(visit), "visit": visit, "household": household}
    return render(request, SHEET, context)


def _receive(request: AgentRequest, visit: EnergyVisit, sheet: VisitSheet) -> EnergyVisit:
    """Write what was sent; raises VisitConflict, ForbiddenTransition, ValidationError."""
    sending = services.Sending(
        key=_uuid(request.POST.get("cle")) or services.new_sending(visit).key,
        version=_number(request.POST.get("version"), visit.version),
        unheard=[key for text in request.POST.getlist("envoi") if (key := _uuid(text))],
    )
    received = services.receive_visit(by=request.user, visit=visit, content=sheet.content(), sending=sending)
    if request.POST.get("terminer"):
        day = sheet.end.cleaned_data["done_on"] or timezone.localdate()
        services.finish_visit(by=request.user, visit=received, on=day)
    return received


@requires("energy.edit")
@require_POST
def receive(request: AgentRequest, energy_visit_id: UUID) -> HttpResponse:
    """What the tablet sends by itself. 200 received, 409 another version or another agent, 422 refused fields."""
    visit = get_visit(request, energy_visit_id)
    household = get_household(request, visit.file.household_id)
    log_access(request, AccessAction.VIEW, visit, subject_id=household.pk, page="visite-envoi")
    if typed_by_someone_else(request):
        return JsonResponse({"etat": "auteur", "message": CHANGED_HANDS}, status=409)
    sheet = VisitSheet(visit, request.POST)
    if not sheet.is_valid():
        return JsonResponse({"etat": "refus", "erreurs": sheet.errors}, status=422)
    try:
        received = _receive(request, visit, sheet)
    except services.VisitConflict as conflict:
        return JsonResponse(_conflict(conflict), status=409)
    except (ForbiddenTransition, ValidationError) as error:
        return JsonResponse({"etat": "refus", "erreurs": {"done_on": [sentence(error)]}}, status=422)
    answer = {"etat": "recu", "version": received.version, "quand": day_and_time(timezone.now())}
    if request.POST.get("terminer"):
        answer["suite"] = reverse("housing:energy_visit", args=[visit.pk])
    return JsonResponse(answer)


def _conflict(conflict: services.VisitConflict) -> dict[str, Any]:
    # The visit this very page opened, as a colleague just changed it.
    # ast-grep-ignore: model-without-reader
    visit = EnergyVisit.objects.get(pk=conflict.visit.pk)
    return {
        "etat": "conflit",
        "version": visit.version,
        "valeurs": VisitSheet(visit).values(),
        "par": conflict.sending.by.full_name,
        "quand": day_and_time(conflict.sending.created_at),
    }


@bounded_uploads
@requires("energy.edit")
@require_POST
def photo(request: AgentRequest, energy_visit_id: UUID) -> HttpResponse:
    """One photo; the same key is received once. A page without JavaScript is sent back to the visit."""
    visit = get_visit(request, energy_visit_id)
    household = get_household(request, visit.file.household_id)
    log_access(request, AccessAction.VIEW, visit, subject_id=household.pk, page="visite-photo")
    if typed_by_someone_else(request):
        return JsonResponse({"etat": "auteur", "message": CHANGED_HANDS}, status=409)
    key = _uuid(request.POST.get("cle")) or services.new_sending(visit).key
    known = visit.photos.filter(key=key).exists()
    try:
        if not known:
            files = receive_all(request.FILES.getlist("photo"))
            if not files:
                raise ValidationError("Choisissez une photo.")
            label = request.POST.get("legende", "")[:80]
            services.add_photo(by=request.user, visit=visit, file=files[0], key=key, label=label)
    except ValidationError as error:
        return _photo_answer(request, visit, {"etat": "refus", "message": sentence(error)}, 422)
    return _photo_answer(request, visit, {"etat": "recu"}, 200)


def _photo_answer(
    request: AgentRequest, visit: EnergyVisit, answer: dict[str, str], status: int
) -> HttpResponse:
    if request.POST.get("cle"):
        return JsonResponse(answer, status=status)
    if status == 200:
        messages.success(request, "La photo est ajoutée.")
    else:
        messages.error(request, answer["message"])
    return redirect("housing:energy_sheet", visit.pk)


@requires("energy.edit")
@require_safe
def shell(request: AgentRequest) -> HttpResponse:
    """The empty form a tablet keeps: it tells of nobody. Shown in place of the visit when the network is out."""
    return render(request, SHEET, {"sheet": VisitSheet(None), "visit": None, "household": None})


@requires("energy.edit")
@require_safe
def worker(request: AgentRequest) -> HttpResponse:
    """The service worker of the visit's page, and of nothing else (docs/adr/0013)."""
    return render(
        request, "housing/energy/worker.js", {"shell": reverse("housing:energy_shell")},
        content_type="text/javascript",
    )  # fmt: skip


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else default
