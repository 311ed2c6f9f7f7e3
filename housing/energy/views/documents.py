"""What is printed of a visit: the household's report, and the sheet partners get with its consent."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.pdf import pdf_response, render_pdf
from households.enums import Consent
from housing.energy.report_pdf import context_of
from housing.energy.views.access import content_of, get_visit
from housing.models import EnergyVisit


@requires("energy.view")
@require_safe
def household_report(request: AgentRequest, energy_visit_id: UUID) -> HttpResponse:
    """In plain French: what we saw, what you pay, what we gave you, what we advise, who to call."""
    visit = get_visit(request, energy_visit_id)
    return _pdf(request, visit, "report", "Compte rendu de visite énergie")


@requires("energy.view")
@require_safe
def technical_sheet(request: AgentRequest, energy_visit_id: UUID) -> HttpResponse:
    """For partners: the dwelling, its heating, readings, bills. Only when the household agreed to one of them."""
    visit = get_visit(request, energy_visit_id)
    agreed = visit.file.orientations.filter(consent=Consent.YES).exists()
    if not agreed:
        messages.error(
            request,
            "Le ménage n’a donné son accord pour aucune orientation\u00a0: la fiche ne se transmet pas.",
        )
        return redirect("housing:energy_visit", visit.pk)
    return _pdf(request, visit, "sheet", "Fiche technique du logement")


def _pdf(request: AgentRequest, visit: EnergyVisit, name: str, title: str) -> HttpResponse:
    household, ask = content_of(request, visit.file.household_id)
    if ask is not None:
        return ask
    if visit.done_on is None:
        messages.error(request, "La visite n’est pas terminée\u00a0: il n’y a rien à imprimer.")
        return redirect("housing:energy_visit", visit.pk)
    log_access(request, AccessAction.PRINT, visit, subject_id=household.pk, document=name)
    context = context_of(visit, timezone.localdate())
    content = render_pdf(
        render_to_string(f"housing/energy/pdf/{name}.html", context),
        title=f"{title} {visit.file.number}",
        author=context["structure"].name,
        moment=timezone.now(),
    )
    return pdf_response(content, f"{name}-{visit.file.number}.pdf", inline=True)
