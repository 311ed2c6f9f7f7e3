"""The pages of the work list (H12): one's own, an agent's for the direction, the service's; and the covers (H11)."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.models import Absence
from cias.accounts.enums import Role
from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import posted
from cias.core.periods import PARIS
from cias.dashboard.kept import NOW
from cias.dashboard.service import service_of
from cias.dashboard.worklist import GROUPS, counts, filters_of, group_by_urgency, work_of
from households.enums import TaskState
from households.forms.caseload import CoverForm
from households.models import DOERS, Cover, Task
from households.rules import may_cover, may_end_cover
from households.services import create_cover, end_cover

# Lines of a group shown before it is folded, and of a page of one group.
FOLD, PER_PAGE = 25, 50
# An absence of this many whole days deserves a substitute.
LONG_ABSENCE_DAYS = 2
COVERS_SHOWN = 50


@requires("agenda.receive", "statistics.direction")
@require_safe
def work(request: AgentRequest) -> HttpResponse:
    """What is overdue, due today, in seven days or later, from all domains; the direction may look at anybody's."""
    today = timezone.localdate()
    agent = _looked_at(request)
    items = work_of(agent, today, reader=request.user)
    filters = filters_of(items, request.GET.get("domaine", ""), request.GET.get("nature", ""))
    shown = [item for item in items if filters.keeps(item)]
    groups = group_by_urgency(shown, today)
    chosen = request.GET.get("groupe", "")
    page = None
    folded = [(code, title, rows[:FOLD], len(rows)) for code, title, rows in groups]
    if chosen in GROUPS:
        rows = next((rows for code, _title, rows in groups if code == chosen), [])
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        folded = [(chosen, GROUPS[chosen], list(page.object_list), len(rows))]
    mine = agent == request.user
    log_access(request, AccessAction.VIEW, None if mine else agent, items=len(shown))
    context = {
        "agent": agent,
        "mine": mine,
        "groups": folded,
        "counts": counts(shown, today),
        "count": len(shown),
        "filters": filters,
        "chosen": chosen if page else "",
        "page": page,
        "done": _done_today(request.user) if mine and not page else [],
        "has_news": mine and any(item.kind == "task" and item.row and item.row.is_new for item in items),
        "steers": request.user.has_perm("statistics.direction"),
        "agents": listed_agents() if request.user.has_perm("statistics.direction") else [],
        "back": request.get_full_path(),
    }
    return render(request, "dashboard/work.html", context)


def _looked_at(request: AgentRequest) -> User:
    """The agent whose list is read: oneself, or for the direction anybody who has one."""
    key = request.GET.get("agent", "")
    if not key or key == str(request.user.pk):
        return request.user
    if not request.user.has_perm("statistics.direction"):
        raise PermissionDenied
    try:
        return get_object_or_404(listed_agents(), pk=UUID(key))
    except ValueError:
        return request.user


def listed_agents() -> Any:
    return User.objects.active().filter(role__in=DOERS).order_by("last_name", "first_name", "pk")


def _done_today(user: User) -> list[Task]:
    """What one finished today, so that a slip is put right where it was made."""
    midnight = datetime.combine(timezone.localdate(), time(), PARIS)
    rows = Task.objects.for_user(user).filter(state_by=user, state_at__gte=midnight)
    return list(rows.exclude(state=TaskState.TODO).for_lists().order_by("-state_at", "pk")[:FOLD])


@requires("statistics.direction")
@require_safe
def service(request: AgentRequest) -> HttpResponse:
    """The whole service: what each agent has to do and how many files they follow. Counts only.

    Counted at most a quarter of an hour ago, the page says when; `maintenant` in the address counts again.
    """
    agents = list(listed_agents())
    counted = service_of(request.user, agents, timezone.localdate(), now=NOW in request.GET)
    known = counted.figures.lines
    # Who has come since is in the next count.
    lines = [(agent, known[agent.pk]) for agent in agents if agent.pk in known]
    log_access(request, AccessAction.VIEW, agents=len(lines))
    context = {
        "at": counted.at,
        "again": f"?{NOW}=1",
        "lines": lines,
        "totals": {code: sum(line.counts[code] for _agent, line in lines) for code in GROUPS},
        "files": {
            name: sum(getattr(line, name) or 0 for _agent, line in lines)
            for name in ("households", "dormant", "tasks")
        },
        "months": counted.figures.months,
        "titles": GROUPS,
    }
    return render(request, "dashboard/service.html", context)


@requires("referents.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def covers(request: AgentRequest) -> HttpResponse:
    """Who stands in for whom, the absences without a substitute, and the form that names one."""
    today = timezone.localdate()
    form = CoverForm(posted(request), user=request.user, initial=_first_cover(request))
    if form.is_valid():
        if not may_cover(request.user, form.cleaned_data["agent"]):
            raise PermissionDenied
        try:
            cover = create_cover(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("start" if error.code == "past" else "substitute", error)
        else:
            messages.success(
                request,
                f"{cover.substitute.full_name} remplace {cover.agent.full_name} du {cover.start:%d/%m/%Y} "
                f"au {cover.end:%d/%m/%Y}.",
            )
            return redirect("dashboard:covers")
    rows = Cover.objects.running(today).select_related("agent", "substitute", "created_by")
    listed = list(rows.order_by("start", "agent__last_name", "pk")[:COVERS_SHOWN])
    log_access(request, AccessAction.VIEW, covers=len(listed))
    context = {
        "form": form,
        "covers": [(row, may_end_cover(request.user, row)) for row in listed],
        "absences": _uncovered(request.user, listed),
        "today": today,
    }
    return render(request, "dashboard/covers.html", context)


def _first_cover(request: AgentRequest) -> dict[str, Any]:
    """What a link from an absence fills in; oneself for a social worker."""
    first: dict[str, Any] = {"start": timezone.localdate()}
    if request.user.role == Role.SOCIAL_WORKER:
        first["agent"] = request.user.pk
    try:
        absence = Absence.objects.filter(pk=UUID(request.GET.get("absence", ""))).first()
    except ValueError:
        absence = None
    if absence is not None and may_cover(request.user, absence.agent):
        start, end = timezone.localdate(absence.start), timezone.localdate(absence.end)
        last = end if timezone.localtime(absence.end).time() > time() else end - timedelta(days=1)
        first |= {"agent": absence.agent_id, "start": max(start, timezone.localdate()), "end": last}
    return first


def _uncovered(user: User, listed: list[Cover]) -> list[Absence]:
    """The long absences to come of social workers nobody stands in for yet."""
    rows = Absence.objects.filter(
        end__gt=timezone.now(), agent__role=Role.SOCIAL_WORKER, agent__is_active=True
    )
    if user.role != Role.DIRECTOR:
        rows = rows.filter(agent=user)
    found = []
    for absence in rows.select_related("agent").order_by("start", "pk"):
        days = (absence.end - absence.start).days
        covered = any(
            row.agent_id == absence.agent_id
            and row.start <= timezone.localdate(absence.end)
            and row.end is not None
            and row.end >= timezone.localdate(absence.start)
            for row in listed
        )
        if days >= LONG_ABSENCE_DAYS and not covered:
            found.append(absence)
    return found[:COVERS_SHOWN]


@requires("referents.manage")
@require_POST
def cover_end(request: AgentRequest, cover_id: UUID) -> HttpResponse:
    """The agent is back, or somebody else stands in: nothing of this cover holds any more."""
    cover = get_object_or_404(Cover.objects.select_related("agent", "substitute"), pk=cover_id)
    if not may_end_cover(request.user, cover):
        raise PermissionDenied
    end_cover(by=request.user, cover=cover)
    messages.success(request, f"{cover.substitute.full_name} ne remplace plus {cover.agent.full_name}.")
    return redirect(reverse("dashboard:covers"))
