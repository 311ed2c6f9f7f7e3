"""The frame of a household's file, shared by the tabs that every app adds to it."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from cias.accounts.enums import Scope
from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import has_stated_reason, log_access
from households.enums import AssignmentRole
from households.forms.files import ReasonForm
from households.models import Assignment, Household
from households.models.files import on_day


def get_household(request: AgentRequest, household_id: UUID) -> Household:
    """The household if the user may know of it; 404 otherwise (C2)."""
    today = timezone.localdate()
    current = Prefetch(
        "assignments",
        Assignment.objects.filter(on_day(today)).select_related("agent"),
        to_attr="current_assignments",
    )
    households = Household.objects.for_user(request.user).select_related("commune").prefetch_related(current)
    return get_object_or_404(households, pk=household_id)


def may_read_content(user: User, household: Household, right: str) -> bool:
    """Whether `user` may read this household's content under `right`: always, or because a reason was stated."""
    match user.scope(right):
        case Scope.ALL:
            return True
        case Scope.REASON:
            return has_stated_reason(user=user, subject_id=household.pk)
    return False


def ask_reason(request: AgentRequest, household: Household, tab: str) -> HttpResponse:
    """The page shown in place of content that this role opens with a stated reason only."""
    context = file_context(request, household, tab, form=ReasonForm(), next=request.get_full_path())
    return render(request, "households/reason.html", context)


def file_context(request: AgentRequest, household: Household, tab: str, **more: Any) -> dict[str, Any]:
    """What `households/file.html` needs, and a line in the read log: call it once for each page of a file."""
    log_access(request, AccessAction.VIEW, household, tab=tab)
    assignments: list[Assignment] = household.current_assignments  # type: ignore[attr-defined]
    referent = next((row.agent for row in assignments if row.role == AssignmentRole.MAIN), None)
    return {"household": household, "tab": tab, "referent": referent, **more}
