"""What every page of the programme checks: the file is open to the reader, its content with a reason if need be."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from cias.accounts.http import AgentRequest
from households.file import ask_reason, get_household, may_read_content
from households.models import Household
from housing.models import EnergyFile, EnergyVisit

TAB = "logement"


def get_file(request: AgentRequest, energy_file_id: UUID) -> EnergyFile:
    rows = EnergyFile.objects.for_user(request.user).select_related("agent", "partner", "household")
    return get_object_or_404(rows, pk=energy_file_id)


def get_visit(request: AgentRequest, energy_visit_id: UUID) -> EnergyVisit:
    rows = EnergyVisit.objects.for_user(request.user).select_related(
        "agent", "appointment", "file__agent", "file__household__commune"
    )
    return get_object_or_404(rows, pk=energy_visit_id)


def content_of(request: AgentRequest, household_id: UUID) -> tuple[Household, HttpResponse | None]:
    """The household, and the page that asks for a reason when its content is not open to the reader."""
    household = get_household(request, household_id)
    if may_read_content(request.user, household, "energy.view"):
        return household, None
    return household, ask_reason(request, household, TAB)
