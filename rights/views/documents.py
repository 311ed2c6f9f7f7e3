"""What is printed from a file: the bordereau de transmission, the letter that lists what is missing."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
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
from households.models import Household
from rights.models import RightsFile
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


def _letter(
    request: AgentRequest, rights_file_id: UUID, template: str, name: str, title: str
) -> HttpResponse:
    file = get_file(request, rights_file_id)
    household = get_household(request, file.household_id)
    if not may_read_content(request.user, household, "rights.view"):
        return ask_reason(request, household, TAB)
    moment = timezone.now()
    context = _context(file, household)
    log_access(request, AccessAction.PRINT, file, subject_id=household.pk, document=name)
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
    return {
        "file": file,
        "household": household,
        "address": household.address_to_print(today),
        "checklist": Checklist(file.pieces.select_related("required", "person"), day),
        "rule": file.right.rule_on(file.deposit_on or file.opened_on),
        "structure": get_structure(),
        "day": day,
        "today": today,
    }
