"""What every page of the line checks: the file exists for the reader, its content is open to them."""

from uuid import UUID

from django.db.models import Prefetch
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from cias.accounts.http import AgentRequest
from cias.core import refusals
from cias.core.refusals import Refusal
from households.file import ask_reason, get_household, may_read_content
from households.models import Household
from housing.evictions.forms import FIELD_OF
from housing.models import EvictionAct, EvictionFile

TAB = "logement"
RIGHT = "evictions.view"


def get_file(request: AgentRequest, file_id: UUID) -> EvictionFile:
    """The file with all that is computed from it; 404 when the reader may not know of it."""
    acts = Prefetch("acts", EvictionAct.objects.select_related("by", "undone_by"))
    rows = EvictionFile.objects.for_user(request.user).select_related(
        "household__commune", "agent", "commune"
    )
    rows = rows.prefetch_related(acts, "debts", "tracks__moves", "diagnoses__author")
    return get_object_or_404(rows, pk=file_id)


def opened(request: AgentRequest, file: EvictionFile) -> tuple[Household, HttpResponse | None]:
    """The household of the file, and the page that asks the reader for a reason when one is needed."""
    household = get_household(request, file.household_id)
    if may_read_content(request.user, household, RIGHT):
        return household, None
    return household, ask_reason(request, household, TAB)


def refuse(form: BaseForm, error: Refusal) -> None:
    refusals.refuse(form, error, FIELD_OF)
