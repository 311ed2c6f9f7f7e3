"""What every page of the line checks: the row exists for the reader, its content is open to them."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from cias.accounts.http import AgentRequest
from cias.core import refusals
from cias.core.refusals import Refusal, sentence
from cias.core.states import ForbiddenTransition
from households.file import ask_reason, get_household, may_read_content
from households.models import Household
from housing.applications.forms import FIELD_OF
from housing.models import DaloAppeal, HousingApplication, HousingProposal

TAB = "logement"
RIGHT = "applications.view"


def get_application(request: AgentRequest, key: UUID) -> HousingApplication:
    rows = HousingApplication.objects.for_user(request.user).select_related("household", "agent")
    return get_object_or_404(rows.prefetch_related("communes", "proposals__commune", "moves__by"), pk=key)


def get_proposal(request: AgentRequest, key: UUID) -> HousingProposal:
    rows = HousingProposal.objects.filter(application__in=HousingApplication.objects.for_user(request.user))
    return get_object_or_404(rows.select_related("application", "commune"), pk=key)


def get_appeal(request: AgentRequest, key: UUID) -> DaloAppeal:
    rows = DaloAppeal.objects.for_user(request.user).select_related("household", "agent")
    return get_object_or_404(rows.prefetch_related("moves__by"), pk=key)


def opened(request: AgentRequest, household_id: UUID) -> tuple[Household, HttpResponse | None]:
    """The household, and the page that asks the reader for a reason when one is needed."""
    household = get_household(request, household_id)
    if may_read_content(request.user, household, RIGHT):
        return household, None
    return household, ask_reason(request, household, TAB)


def refuse(form: BaseForm, error: Refusal) -> None:
    refusals.refuse(form, error, FIELD_OF)


def back(request: AgentRequest, page: str, key: UUID, act: Callable[[], object], done: str) -> HttpResponse:
    """Do something that asks nothing, and go back to `page`."""
    try:
        act()
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, done)
    return redirect(page, key)
