"""The frame of a household's file, shared by the tabs that every app adds to it."""

from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from cias.accounts.enums import Scope
from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import has_stated_reason, log_access
from cias.core.presence import kept
from households.dated_rows import rows_of, with_rows
from households.enums import AssignmentRole
from households.forms.files import ReasonForm
from households.models import Assignment, Household, NamedAccess
from households.models.closed import is_closed_to
from households.models.files import on_day


class ClosedFile(PermissionDenied):
    """A protected file, opened by its address by somebody who is not named on it but may force the door (C3)."""

    def __init__(self, household_id: UUID) -> None:
        super().__init__()
        self.emergency_url = reverse("households:emergency", args=[household_id])


def get_household(request: AgentRequest, household_id: UUID, *rows: str) -> Household:
    """The household if the user may know of it; 404 otherwise (C2), or ClosedFile for who may force its door.

    `rows`: the kinds of dated rows that the page shows in several places (households.dated_rows).
    """
    read = with_rows(request.user, *rows)
    if "assignments" not in rows:
        read.append(with_referent())
    households = Household.objects.for_user(request.user).select_related("commune").defer("commune__geometry")
    household = households.prefetch_related(*read).filter(pk=household_id).first()
    if household is None and may_force(request.user, household_id):
        raise ClosedFile(household_id)
    if household is None:
        raise Http404
    if "assignments" in rows:
        today = timezone.localdate()
        now = [row for row in rows_of(household, "assignments") if row.holds_on(today)]
        household.current_assignments = now  # type: ignore[attr-defined]
    return household


def with_referent(lookup: str = "assignments") -> Prefetch:
    """The assignments of today, which `file_context` needs; `lookup` leads to them from another object."""
    current = Assignment.objects.filter(on_day(timezone.localdate())).select_related("agent")
    return Prefetch(lookup, current, to_attr="current_assignments")


def may_force(user: User, household_id: UUID) -> bool:
    """Whether this household is a protected one that only an emergency would open to `user`; one that ended has no
    door any more (C7)."""
    if not user.has_perm("files.emergency") or not is_closed_to(user, household_id):
        return False
    return Household.with_absorbed.filter(pk=household_id, anonymised_on=None).exists()


def may_read_content(user: User, household: Household, right: str) -> bool:
    """Whether `user` may read this household's content under `right`: always, or because a reason was stated."""
    match user.scope(right):
        case Scope.ALL:
            return True
        case Scope.REASON:
            stated = partial(has_stated_reason, user=user, subject_id=household.pk)
            return kept(household, ("stated reason", user.pk), stated)
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
    named = named_agents(household) if household.is_protected else []
    return {"household": household, "tab": tab, "referent": referent, "named": named, **more}


def named_agents(household: Household) -> list[User]:
    """Who may enter a protected file, as its pages tell those who do; agents who have left are not counted."""
    held = NamedAccess.objects.filter(
        protection__household=household, protection__end=None, end=None, agent__is_active=True
    )
    return [row.agent for row in held.select_related("agent")]
