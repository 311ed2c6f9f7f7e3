"""An agent's own agenda: the week as a table, and the appointments whose outcome is still to be said."""

from datetime import date, timedelta

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from appointments.models import Absence, Appointment
from appointments.views.day import asked_day
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.periods import Period
from cias.territory.services import closed_days
from households.models import Address
from households.models.files import on_day

PAGE_SIZE = 25


@requires("agenda.receive")
@require_safe
def mine(request: AgentRequest) -> HttpResponse:
    """One week of the reader's own appointments, day by day, with the address of home visits."""
    today = timezone.localdate()
    asked = asked_day(request, "semaine")
    monday = asked - timedelta(days=asked.weekday())
    days = [monday + timedelta(days=offset) for offset in range(5)]
    start, after = Period(days[0], days[-1]).bounds()
    address = Prefetch(
        "household__addresses", Address.objects.filter(on_day(today)).select_related("commune"), to_attr="present"
    )  # fmt: skip
    rows = list(
        Appointment.objects.of_agent(request.user)
        .filter(start__gte=start, start__lt=after)
        .with_people()
        .prefetch_related(address)
        .order_by("start", "pk")
    )
    absences = list(Absence.objects.filter(agent=request.user).overlapping(start, after).order_by("start"))
    context = {
        "days": [_day(day, rows, absences) for day in days],
        "closed": closed_days(days[0], days[-1]), "monday": monday, "friday": days[-1], "today": today,
        "now": timezone.now(),
        "previous": monday - timedelta(days=7), "next": monday + timedelta(days=7),
        "to_record": Appointment.objects.of_agent(request.user).to_record(timezone.now()).count(),
    }  # fmt: skip
    log_access(request, AccessAction.VIEW, page="mon-agenda", count=len(rows))
    return render(request, "appointments/mine.html", context)


def _day(day: date, rows: list[Appointment], absences: list[Absence]) -> dict[str, object]:
    start, after = Period(day, day).bounds()
    return {
        "day": day,
        "rows": [row for row in rows if start <= row.start < after],
        "absences": [absence for absence in absences if absence.start < after and absence.end > start],
    }


@requires("agenda.receive")
@require_safe
def to_record(request: AgentRequest) -> HttpResponse:
    """The reader's past appointments without an outcome, the oldest first (A7)."""
    rows = Appointment.objects.of_agent(request.user).to_record(timezone.now()).with_people()
    page = Paginator(rows.order_by("start", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, page="a-renseigner", count=len(page.object_list))
    return render(request, "appointments/to_record.html", {"page": page})
