"""What is printed from a file (R5): bordereau de transmission, missing pieces, avis, notification of a decision."""

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
from cias.core.nir import spaced
from cias.core.pdf import pdf_response, render_pdf
from cias.territory.services import get_structure
from households.file import ask_reason, may_read_content
from households.models import Household
from rights.deadlines import DeadlineKind, appeal_silence, contesting, deadlines
from rights.models import FileNir, RightsFile
from rights.rules import Checklist
from rights.views.files import TAB, get_file


@requires("rights.view")
@require_safe
def slip(request: AgentRequest, rights_file_id: UUID) -> HttpResponse:
    """Bordereau de transmission: what goes to the authority, and what is still missing (CASF, L131-1)."""
    return _letter(request, rights_file_id, "rights/slip.html", "bordereau", "Bordereau de transmission")


@requires("rights.view")
@require_safe
def missing_pieces(request: AgentRequest, rights_file_id: UUID) -> HttpResponse:
    """Letter to the person: the pieces still awaited."""
    return _letter(request, rights_file_id, "rights/missing_pieces.html", "pieces", "Pièces à fournir")


@requires("rights.view")
@require_safe
def opinion(request: AgentRequest, rights_file_id: UUID) -> HttpResponse:
    """The CIAS's avis, on a sheet of its own for the authority (CASF, L131-1)."""
    file = get_file(request, rights_file_id)
    if not file.opinion:
        messages.error(request, "Aucun avis n’est écrit sur ce dossier.")
        return redirect("rights:file", file.pk)
    return _letter(request, rights_file_id, "rights/opinion_letter.html", "avis", "Avis du CIAS")


@requires("rights.view")
@require_safe
def notification(request: AgentRequest, rights_file_id: UUID) -> HttpResponse:
    """Letter to the person: what was decided, from when, for how much, and how to contest it (R262-88, L112-6…)."""
    file = get_file(request, rights_file_id)
    if not file.decision:
        messages.error(request, "Aucune décision n’est enregistrée sur ce dossier.")
        return redirect("rights:file", file.pk)
    return _letter(request, rights_file_id, "rights/notification.html", "notification", "Notification")


def _letter(
    request: AgentRequest, rights_file_id: UUID, template: str, name: str, title: str
) -> HttpResponse:
    file = get_file(request, rights_file_id)
    household = file.household
    if not may_read_content(request.user, household, "rights.view"):
        return ask_reason(request, household, TAB)
    moment = timezone.now()
    context = _context(file, household)
    shows_nir = name == "bordereau" and request.user.has_perm("rights.edit")
    kept = FileNir.objects.filter(file=file).first() if shows_nir else None
    context["nir"] = spaced(kept.read()) if kept else ""
    detail: dict[str, Any] = {"document": name, **({"nir": True} if kept else {})}
    log_access(request, AccessAction.PRINT, file, subject_id=household.pk, **detail)
    content = render_pdf(
        render_to_string(template, context),
        title=f"{title} {file.number}",
        author=context["structure"].name,
        moment=moment,
    )
    return pdf_response(content, f"{name}-{file.number}.pdf", inline=True)


def _context(file: RightsFile, household: Household) -> dict[str, Any]:
    today = timezone.localdate()
    day = file.transmitted_on or today
    leaves = next((row for row in deadlines(file) if row.kind == DeadlineKind.TRANSMISSION), None)
    return {
        "file": file,
        "household": household,
        "address": household.address_to_print(today),
        "checklist": Checklist(file.pieces.select_related("required", "person"), day),
        "rule": file.right.rule_on(file.deposit_on or file.opened_on),
        "debtors": file.debtors.all(),
        "told": file.notices.filter(told_on__isnull=False).select_related("notice"),
        "contest": contesting(file),
        "reply": appeal_silence(file),
        "leaves": leaves if leaves and leaves.due > today else None,
        "structure": get_structure(),
        "day": day,
        "today": today,
    }
