"""What each role finds when they log in."""

from datetime import date
from typing import Any

from django.db.models import DateTimeField, Subquery, Value
from django.db.models.functions import Greatest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from appointments.models import Appointment
from appointments.models.agenda import AppointmentQuerySet
from cias.accounts.enums import Role
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import any_agent
from cias.core.periods import Period
from cias.dashboard.duties import duties_of
from cias.dashboard.worklist import counts, group_by_urgency, work_of

# Roles whose day is one page of another app.
FIRST_PAGE = {
    Role.RECEPTION: "appointments:day",
    Role.BOARD: "dashboard:board",
    Role.ADMIN: "dashboard:administration",
}


@any_agent
@require_safe
def home(request: AgentRequest) -> HttpResponse:
    """My day: today's appointments and what is due; what waits for the dpo; others go to the page they work on."""
    if page := FIRST_PAGE.get(Role(request.user.role)):
        return redirect(page)
    today = timezone.localdate()
    if request.user.role == Role.DPO:
        duties = duties_of(request.user, today)
        waiting = sum(duty.count for duty in duties)
        log_access(request, AccessAction.VIEW, waiting=waiting)
        context: dict[str, Any] = {"today": today, "duties": duties, "waiting": waiting}
        return render(request, "dashboard/duties.html", context)
    mine = Appointment.objects.in_agenda(request.user).filter(agent=request.user).occupying().with_people()
    work = work_of(request.user, today)
    appointments, following = _day_of(mine, today)
    log_access(request, AccessAction.VIEW, appointments=len(appointments))
    context = {
        "today": today,
        "appointments": appointments,
        "following": following,
        "groups": group_by_urgency(work, today),
        "late": counts(work, today)["late"],
        "back": request.path,
    }
    return render(request, "dashboard/home.html", context)


def _day_of(mine: AppointmentQuerySet, today: date) -> tuple[list[Appointment], Appointment | None]:
    """Those of today; when there are none, the next one. One query: from this morning until tonight or the next."""
    morning, night = Period(today, today).bounds()
    following = mine.filter(start__gt=timezone.now()).order_by("start").values("start")[:1]
    rows = list(
        mine.filter(
            start__gte=morning, start__lte=Greatest(Value(night, DateTimeField()), Subquery(following))
        ).order_by("start")
    )
    of_today = [row for row in rows if row.start < night]
    return of_today, None if of_today else next(iter(rows), None)
