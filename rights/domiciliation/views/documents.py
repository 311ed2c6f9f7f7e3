"""What is printed: the attestation, the request with its decision, the letters that notify.

They hold the data of Cerfa 16030*01 and 16029*01 in a layout of ours.
"""

from typing import Any
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
from cias.territory.services import get_structure
from households.file import ask_reason, get_household, may_read_content
from households.letters.keys import one_line
from rights.domiciliation import rules
from rights.domiciliation.enums import ElectionState, EndReason
from rights.domiciliation.pickup import point_of
from rights.domiciliation.views.access import TAB, get_election, when_used
from rights.models import DomiciliationRule, DomiciliationSettings, Election, Right


@requires("rights.view")
@when_used
@require_safe
def attestation(request: AgentRequest, election_id: UUID) -> HttpResponse:
    """The attestation of one year, with its exact dates and its beneficiaries (data of Cerfa 16030*01)."""
    election = get_election(request, election_id)
    if not election.is_attested:
        return _not_yet(
            request, election, "La domiciliation n’est pas accordée\u00a0: il n’y a pas d’attestation."
        )
    return _pdf(request, election, "attestation", "Attestation d’élection de domicile")


@requires("rights.view")
@when_used
@require_safe
def request_form(request: AgentRequest, election_id: UUID) -> HttpResponse:
    """The request, its receipt and, once taken, its decision (data of Cerfa 16029*01)."""
    return _pdf(request, get_election(request, election_id), "demande", "Demande d’élection de domicile")


@requires("rights.view")
@when_used
@require_safe
def decision_letter(request: AgentRequest, election_id: UUID) -> HttpResponse:
    """Notifies a refusal (motive, orientation) or an end, and says how to contest it."""
    election = get_election(request, election_id)
    if election.state not in (ElectionState.REFUSED, ElectionState.ENDED):
        return _not_yet(
            request, election, "La demande n’est ni refusée ni terminée\u00a0: il n’y a pas de lettre."
        )
    return _pdf(request, election, "decision", "Décision sur la domiciliation")


def _not_yet(request: AgentRequest, election: Election, why: str) -> HttpResponse:
    messages.error(request, why)
    return redirect("rights:domiciliation", election.domiciliation_id)


def _pdf(request: AgentRequest, election: Election, name: str, title: str) -> HttpResponse:
    household = get_household(request, election.domiciliation.household_id)
    if not may_read_content(request.user, household, "rights.view"):
        return ask_reason(request, household, TAB)
    context = _context(election)
    log_access(request, AccessAction.PRINT, election, subject_id=household.pk, document=name)
    number = election.domiciliation.number
    content = render_pdf(
        render_to_string(f"rights/domiciliation/pdf/{name}.html", context),
        title=f"{title} {number}",
        author=context["structure"].name,
        moment=timezone.now(),
    )
    return pdf_response(content, f"{name}-{number}.pdf", inline=True)


def _context(election: Election) -> dict[str, Any]:
    structure, settings = get_structure(), DomiciliationSettings.objects.get()
    right = Right.objects.filter(code=rules.RIGHT).first()
    point, rule = point_of(election.commune_id), DomiciliationRule.objects.on(timezone.localdate())
    return {
        "election": election,
        "domiciliation": election.domiciliation,
        "person": election.domiciliation.person,
        "dependants": election.dependants.select_related("person"),
        "structure": structure,
        "mail_address": settings.mail_address or structure.address_lines,
        "hides_name": settings.hides_name,
        "point": point,
        "point_address": one_line(point.address_lines) if point else "",
        "point_hours": one_line(point.hours) if point else "",
        "rule": rule,
        "sheet": rules.sheet(election.requested_on),
        "renew_from": rules.renewal_from(election.ends_on)
        if election.ends_on and not election.ended_on
        else None,
        "end_said": _end_said(election, rule),
        "previous": election.renewal_of,
        "appeal": right.appeal_path if right else "",
        "today": timezone.localdate(),
    }


def _end_said(election: Election, rule: DomiciliationRule) -> str:
    """The reason of an end, as the letter tells it to the person."""
    if election.end_reason == EndReason.ASKED:
        return "À votre demande"
    if election.end_reason == EndReason.ABSENCE:
        return f"Aucune manifestation de votre part depuis plus de {rule.absence_months}\u00a0mois"
    return election.get_end_reason_display() if election.end_reason else ""
