"""Reception's day: all agents side by side, the waiting room, the next arrivals (A5)."""

from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import FETCH_RAISE, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from appointments.day_grid import build_day
from appointments.enums import Status
from appointments.models import Appointment
from appointments.services import check_in, day_pulse, read_diary, tally, what_waits
from appointments.services.visits import visits_of
from cias.accounts.enums import Scope
from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import safe_next
from cias.territory.services import closed_days

NEXT_ARRIVALS = 5
# What the board of five hundred appointments shows; reading every column took a fifth of its page.
SHOWN = [
    "agent_id", "second_agent_id", "room_id", "caller_name", "start", "end", "busy_from", "busy_until",
    "status", "place", "arrived_at", "received_at", "reason__category",
    *(f"household__{name}" for name in ("name", "number", "commune_id", "address_hidden")),
    *(
        f"person__{name}"
        for name in (
            "birth_name", "usual_name", "first_names", "is_anonymous", "title", "sex", "language", "needs_interpreter",
        )
    ),
]  # fmt: skip


@requires("agenda.view")
@require_safe
def day(request: AgentRequest) -> HttpResponse:
    """One day of every agent whose agenda the reader may see.

    The board asks every few seconds whether anything has changed since the pulse it shows (`pouls`): 204 when nothing
    has. Only opening the page is written in the read log.
    """
    shown, now = asked_day(request), timezone.now()
    pulse = day_pulse(user=request.user, day=shown, now=now)
    if request.htmx and request.GET.get("pouls") == pulse:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    context = {"pulse": pulse, "swapping": bool(request.htmx), **_board(request.user, shown, now)}
    if request.htmx:
        return render(request, "appointments/day.html#board", context)
    log_access(request, AccessAction.VIEW, page="agenda", count=context["total"] + context["cancelled"])
    return render(request, "appointments/day.html", context)


def _board(user: User, shown: date, now: datetime) -> dict[str, Any]:
    today = timezone.localdate(now)
    known = Appointment.objects.in_agenda(user).on(shown).select_related("reason", "household", "person")
    rows = list(known.only(*SHOWN).fetch_mode(FETCH_RAISE).order_by("start", "pk"))
    agents = _agents(user, rows)
    holding = [row for row in rows if row.occupies]
    diary = read_diary(agents, shown, shown, appointments=rows)
    waiting = sorted((row for row in rows if row.is_waiting), key=lambda row: row.arrived_at or row.start)
    expected = [
        row for row in rows if row.status == Status.PLANNED and row.arrived_at is None and not row.is_masked
    ]
    if shown == today:
        expected = [row for row in expected if row.end > now]
    at_desk = user.has_perm("agenda.reception")
    return {
        "day": shown, "today": today, "now": timezone.localtime(now),
        "is_today": shown == today, "is_live": shown >= today,
        "previous": shown - timedelta(days=1), "next": shown + timedelta(days=1),
        "grid": build_day(diary=diary, appointments=holding, now=now), "visits": visits_of(user, holding),
        "closed": "" if diary.site else closed_days(shown, shown).get(shown, ""),
        "total": len(holding), "cancelled": len(rows) - len(holding),
        "received": sum(row.status == Status.HONOURED or row.received_at is not None for row in rows),
        "waiting": waiting, "expected": expected[:NEXT_ARRIVALS], "later": len(expected[NEXT_ARRIVALS:]),
        "bookable": _bookable(user, agents),
        "tally": tally(user=user, day=shown) if at_desk and shown == today else None,
        "beside": what_waits(user=user, now=now) if shown == today else None,
    }  # fmt: skip


def asked_day(request: AgentRequest, name: str = "jour") -> date:
    """The day in the address, today when there is none or it makes no sense."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return timezone.localdate()


def _agents(user: User, rows: list[Appointment]) -> list[User]:
    """Those who receive, and those who have left since but had appointments that day; `rows` learn theirs."""
    held = {row.agent_id for row in rows} | {row.second_agent_id for row in rows if row.second_agent_id}
    known = User.objects.filter(Q(is_active=True, has_agenda=True) | Q(pk__in=held))
    agents = {agent.pk: agent for agent in known.order_by("last_name", "first_name", "pk")}
    for row in rows:
        row.agent = agents[row.agent_id]
        row.second_agent = agents[row.second_agent_id] if row.second_agent_id else None
    own = user.scope("agenda.view") == Scope.OWN
    return [agent for agent in agents.values() if not own or agent.pk == user.pk]


def _bookable(user: User, agents: list[User]) -> set[UUID]:
    match user.scope("agenda.book"):
        case Scope.ALL:
            return {agent.pk for agent in agents}
        case Scope.OWN:
            return {user.pk}
    return set()


@requires("agenda.reception", "agenda.receive")
@require_POST
def arrival(request: AgentRequest, appointment_id: UUID) -> HttpResponse:
    """The person is in the waiting room."""
    appointment = get_object_or_404(Appointment.objects.for_user(request.user), pk=appointment_id)
    try:
        appointment = check_in(by=request.user, appointment=appointment)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        arrived = timezone.localtime(appointment.arrived_at)
        messages.success(request, f"{appointment.who} : arrivée notée à {arrived:%H h %M}.")
    return redirect(safe_next(request, "appointments:day"))
