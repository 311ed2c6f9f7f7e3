"""The contract and its avenants on paper.

The template of France Travail is mandatory (C. trav., art. R5411-15-3): ours carries what it asks for and says so; the
official form, once the Département gives it, replaces the layout.
"""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.pdf import pdf_response, render_pdf
from cias.territory.services import get_structure
from households.letters.addressing import postal_lines
from insertion.contracts.views import readable_contract
from insertion.enums import ActionState
from insertion.models import Amendment, EngagementContract


def pdf(template: str, title: str, filename: str, context: dict[str, Any]) -> HttpResponse:
    structure = get_structure()
    html = render_to_string(template, {**context, "structure": structure, "title": title})
    content = render_pdf(html, title=title, author=structure.name, moment=timezone.now())
    return pdf_response(content, filename, inline=True)


def contract_context(request: AgentRequest, contract: EngagementContract) -> dict[str, Any]:
    today = timezone.localdate()
    person = contract.orientation.person
    return {
        "contract": contract,
        "person": person,
        "orientation": contract.orientation,
        "lines": postal_lines(contract.household, person, request.user, today)[1:],
        "actions": [row for row in contract.actions.all() if row.state != ActionState.DROPPED],
        "today": today,
    }


@requires("insertion.view")
@require_safe
def contract_pdf(request: AgentRequest, contract_id: UUID) -> HttpResponse:
    household, contract, reason = readable_contract(request, contract_id)
    if reason is not None:
        return reason
    log_access(request, AccessAction.PRINT, contract, subject_id=household.pk, document="contract")
    context = {**contract_context(request, contract), "household": household}
    return pdf(
        "insertion/contracts/pdf/contract.html", contract.get_kind_display(), f"contrat-{household.number}.pdf",
        context,
    )  # fmt: skip


@requires("insertion.view")
@require_safe
def amendment_pdf(request: AgentRequest, amendment_id: UUID) -> HttpResponse:
    bare = get_object_or_404(Amendment, pk=amendment_id)
    household, contract, reason = readable_contract(request, bare.contract_id)
    if reason is not None:
        return reason
    log_access(request, AccessAction.PRINT, contract, subject_id=household.pk, document="amendment")
    context = {**contract_context(request, contract), "household": household, "amendment": bare}
    return pdf(
        "insertion/contracts/pdf/amendment.html", f"{bare} au contrat d’engagement",
        f"avenant-{bare.number}-{household.number}.pdf", context,
    )  # fmt: skip
