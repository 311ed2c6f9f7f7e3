"""The balance of a session: typed by who led it, printed for the funders without any name."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.export import csv_response
from cias.core.http import posted
from cias.core.pdf import pdf_response, render_pdf
from cias.core.refusals import refuse
from cias.territory.services import get_structure
from insertion.models import WorkshopEvaluation, WorkshopSession
from insertion.workshops import services
from insertion.workshops.balance import balance_of
from insertion.workshops.enums import SessionState
from insertion.workshops.forms import EvaluationForm
from insertion.workshops.views.access import get_session


@requires("workshops.attendance")
@require_http_methods(["GET", "HEAD", "POST"])
def evaluate(request: AgentRequest, workshop_session_id: UUID) -> HttpResponse:
    found = get_session(request, workshop_session_id)
    if found.state != SessionState.HELD:
        messages.error(request, "Enregistrez d’abord les présences\u00a0: le bilan vient après.")
        return redirect("insertion:workshop_session", found.pk)
    current = WorkshopEvaluation.objects.filter(session=found).first()
    form = EvaluationForm(posted(request), instance=current or WorkshopEvaluation(session=found))
    if form.is_valid():
        try:
            services.save_evaluation(by=request.user, evaluation=form.save(commit=False))
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "Le bilan est enregistré.")
            return redirect("insertion:workshop_session", found.pk)
    context = {
        "session": found, "workshop": found.workshop, "form": form,
        "present": found.registrations.present().count(),
    }  # fmt: skip
    return render(request, "insertion/workshops/evaluation.html", context)


@requires("workshops.manage")
@require_safe
def balance_pdf(request: AgentRequest, workshop_session_id: UUID) -> HttpResponse:
    found = get_session(request, workshop_session_id)
    if (early := _too_early(request, found)) is not None:
        return early
    log_access(request, AccessAction.PRINT, found, document="balance")
    structure = get_structure()
    context: dict[str, Any] = {
        "session": found, "workshop": found.workshop, "structure": structure, "balance": balance_of(found),
    }  # fmt: skip
    content = render_pdf(
        render_to_string("insertion/workshops/pdf/balance.html", context),
        title=f"Bilan, {found.workshop}", author=structure.name, moment=timezone.now(),
    )  # fmt: skip
    return pdf_response(content, f"bilan-{timezone.localtime(found.start):%Y-%m-%d}.pdf", inline=True)


@requires("workshops.manage")
@require_safe
def balance_csv(request: AgentRequest, workshop_session_id: UUID) -> HttpResponse:
    found = get_session(request, workshop_session_id)
    if (early := _too_early(request, found)) is not None:
        return early
    log_access(request, AccessAction.EXPORT, found, document="balance")
    rows = balance_of(found).rows()
    name = f"bilan-{timezone.localtime(found.start):%Y-%m-%d}.csv"
    return csv_response(name, ("Indicateur", "Valeur"), rows)


def _too_early(request: AgentRequest, found: WorkshopSession) -> HttpResponse | None:
    if found.state == SessionState.HELD:
        return None
    messages.error(request, "La séance n’a pas encore eu lieu, ou ses présences restent à enregistrer.")
    return redirect("insertion:workshop_session", found.pk)
