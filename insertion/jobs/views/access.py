"""What every page of a search checks: it exists for the reader, its content is open to them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from cias.accounts.http import AgentRequest
from cias.core.refusals import sentence
from cias.core.states import ForbiddenTransition
from households.file import ask_reason, get_household, may_read_content
from households.models import Household
from insertion.models import JobSearch
from insertion.sections import TAB

RIGHT = "insertion.view"


def opened(request: AgentRequest, key: UUID) -> tuple[JobSearch, Household, HttpResponse | None]:
    """The search and its household, and the page that asks for a reason when the reader owes one."""
    found = get_object_or_404(JobSearch.objects.overview(request.user), pk=key)
    household = get_household(request, found.household_id)
    if not may_read_content(request.user, household, RIGHT):
        return found, household, ask_reason(request, household, TAB)
    return get_search(request, key), household, None


def get_search(request: AgentRequest, key: UUID) -> JobSearch:
    """A search whose content the reader may write."""
    household_id = get_object_or_404(JobSearch.objects.overview(request.user), pk=key).household_id
    rows = JobSearch.objects.for_user(request.user, household_id)
    return get_object_or_404(rows.select_related("person", "household__commune", "agent"), pk=key)


def back(request: AgentRequest, act: Callable[[], Any], done: str, page: str, *args: Any) -> HttpResponse:
    """Do something that asks nothing, say it or why not, and go back to `page`."""
    try:
        act()
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, done)
    return redirect(page, *args)
