"""Who changed the file, and who read it (C4, C5)."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from households.file import file_context, get_household
from households.history import household_changes, readings
from households.models import Household

PER_PAGE = 25


@requires("identity.view")
@require_safe
def history_tab(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """The write history the reader may see."""
    household = get_household(request, household_id)
    context = file_context(
        request, household, "historique", changes=household_changes(household, request.user)
    )
    return render(request, "households/history.html", context)


@requires("audit.view")
@require_safe
def readings_page(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Who consulted the file. Named by its number only: the dpo reads this page without knowing the household."""
    household = get_object_or_404(Household.objects.only("number"), pk=household_id)
    log_access(request, AccessAction.VIEW, household, readings=True)
    page = Paginator(readings(household), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "households/readings.html", {"household": household, "page": page})
