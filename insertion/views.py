"""The tab « Insertion » of a household's file."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from households.file import ask_reason, file_context, get_household, may_read_content
from insertion.sections import TAB, sections


@requires("insertion.view")
@require_safe
def household(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """What the CIAS does for the insertion of its members; every line says by itself what the reader may see."""
    household = get_household(request, household_id)
    if not may_read_content(request.user, household, "insertion.view"):
        return ask_reason(request, household, TAB)
    found = (provider(household, request.user) for provider in sections)
    cards = [card for card in found if card is not None]
    return render(request, "insertion/household.html", file_context(request, household, TAB, sections=cards))
