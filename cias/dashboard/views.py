"""What each role finds when they log in, and their work list."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from appointments.models import Appointment
from cias.accounts.enums import Role
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import any_agent, requires
from cias.core.registry import WorkItem, collect_work

SOON = timedelta(days=7)
# Roles whose day is one page of another app.
FIRST_PAGE = {
    Role.RECEPTION: "appointments:day",
    Role.BOARD: "dashboard:board",
    Role.DPO: "audit:log",
    Role.ADMIN: "dashboard:administration",
}


@any_agent
@require_safe
def home(request: AgentRequest) -> HttpResponse:
    """My day: today's appointments and what is due; other roles are sent to the page they work on."""
    if page := FIRST_PAGE.get(Role(request.user.role)):
        return redirect(page)
    today = timezone.localdate()
    mine = Appointment.objects.for_user(request.user).filter(agent=request.user).occupying().with_people()
    work = collect_work(request.user, today)
    appointments = list(mine.on(today).order_by("start"))
    following = None if appointments else mine.filter(start__gt=timezone.now()).order_by("start").first()
    log_access(request, AccessAction.VIEW, appointments=len(appointments))
    context = {
        "today": today,
        "appointments": appointments,
        "following": following,
        "groups": group_by_urgency(work, today),
        "late": sum(1 for item in work if item.due is not None and item.due < today),
        "limit": 8,
    }
    return render(request, "dashboard/home.html", context)


@requires("agenda.receive", "statistics.direction")
@require_safe
def work(request: AgentRequest) -> HttpResponse:
    """Everything that is overdue, due today, due in seven days or later, from all domains (H12)."""
    today = timezone.localdate()
    items = collect_work(request.user, today)
    domain = request.GET.get("domaine", "")
    shown = [item for item in items if item.domain == domain] if domain else items
    log_access(request, AccessAction.VIEW, items=len(shown))
    domains = sorted({item.domain for item in items if item.domain})
    context = {
        "groups": group_by_urgency(shown, today),
        "count": len(shown),
        "domains": domains,
        "domain": domain,
    }
    return render(request, "dashboard/work.html", context)


def group_by_urgency(items: Iterable[WorkItem], today: date) -> list[tuple[str, str, list[WorkItem]]]:
    """The non-empty groups as (code, French title, items), the most urgent first; undated items wait for nobody."""
    groups: dict[str, tuple[str, list[WorkItem]]] = {
        "late": ("En retard", []),
        "today": ("Aujourd’hui et dès que possible", []),
        "soon": ("Dans les 7 jours", []),
        "later": ("Plus tard", []),
    }
    for item in items:
        groups[_urgency(item.due, today)][1].append(item)
    return [(code, title, rows) for code, (title, rows) in groups.items() if rows]


def _urgency(due: date | None, today: date) -> str:
    if due is None or due == today:
        return "today"
    if due < today:
        return "late"
    return "soon" if due <= today + SOON else "later"
