"""The tab « Logement et énergie » of a household's file."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from households.file import file_context, get_household
from housing.sections import sections

TAB = "logement"


@requires("housing.view")
@require_safe
def household(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """What the CIAS does for this household's housing, as far as the reader may see it."""
    household = get_household(request, household_id)
    found = (provider(household, request.user) for provider in sections)
    cards = [card for card in found if card is not None]
    return render(request, "housing/household.html", file_context(request, household, TAB, sections=cards))
