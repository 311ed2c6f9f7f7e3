"""What every page of the room checks: the row is the reader's own. Each opening is a line of the read log."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from cias.accounts.enums import Role
from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.refusals import sentence
from cias.core.states import ForbiddenTransition
from insertion.models import Counselling, CounsellingSession


def get_counselling(request: AgentRequest, key: UUID) -> Counselling:
    """One's own follow-up; 404 for any other. What is opened is logged, never what it says."""
    rows = Counselling.objects.for_user(request.user).select_related("person", "household")
    counselling = get_object_or_404(rows, pk=key)
    log_access(request, AccessAction.VIEW, counselling, subject_id=counselling.household_id)
    return counselling


def get_session(request: AgentRequest, key: UUID) -> CounsellingSession:
    rows = CounsellingSession.objects.for_user(request.user).select_related(
        "appointment", "counselling__person", "counselling__household"
    )
    session = get_object_or_404(rows, pk=key)
    log_access(request, AccessAction.VIEW, session, subject_id=session.counselling.household_id)
    return session


def colleagues(user: User) -> QuerySet[User]:
    """The other psychologists at work."""
    return User.objects.active().filter(role=Role.PSYCHOLOGIST).exclude(pk=user.pk)


def done_or_said(
    request: AgentRequest, act: Callable[[], Any], done: str, page: str, *args: Any
) -> HttpResponse:
    """Do something that asks nothing, say it or why not, and go to `page`."""
    try:
        act()
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, done)
    return redirect(page, *args)
