"""The call list of a free slot (A10): one person after the other, until somebody takes it."""

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from appointments import wording
from appointments.enums import CallResult, CautionCode, Status
from appointments.forms import bookable_agents
from appointments.models import Appointment
from appointments.rules import may_book_for
from appointments.services import SlotTaken, ToAccept
from appointments.services.waiting_calls import FreeTime, Waiting, call_list, free_time, record_call
from appointments.slots import MAX_MINUTES
from appointments.views.waiting import get_entry
from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core import french
from cias.core.access import requires
from cias.core.periods import PARIS

type Asked = tuple[User, datetime, int | None]


def call_list_url(agent: User, start: datetime, minutes: int | None = None) -> str:
    """The call list of a slot; the address names an agent and a time, nobody who waits."""
    query = {"agent": agent.pk, "debut": f"{timezone.localtime(start):%Y-%m-%dT%H:%M}"}
    if minutes is not None:
        query["minutes"] = minutes
    return f"{reverse('appointments:waiting_calls')}?{urlencode(query)}"


def announce_freed(request: AgentRequest, agent: User, start: datetime, minutes: int) -> None:
    """After a cancellation or a move: who waits for the time that is free now, and where to call them."""
    if waiting := who_waits(request, agent, start, minutes):
        text = '{}\u00a0: <a href="{}">liste d’appel</a>.'
        messages.info(request, format_html(text, waiting, call_list_url(agent, start, minutes)))


def who_waits(request: AgentRequest, agent: User, start: datetime, minutes: int) -> str:
    """ "2 personnes attendent ce créneau", or nothing when nobody does or somebody else is to call them."""
    free = free_time(agent, start, minutes) if may_book_for(request.user, agent) else None
    count = len(call_list(by=request.user, free=free)) if free is not None else 0
    who = "personne attend" if count == 1 else "personnes attendent"
    return f"{count}\u00a0{who} ce créneau" if count else ""


def _asked(request: AgentRequest, data: QueryDict) -> Asked | None:
    """The slot an address or a form names, in an agenda this user may fill; None when it makes no sense."""
    agent = next((one for one in bookable_agents(request.user) if str(one.pk) == data.get("agent")), None)
    try:
        start = datetime.fromisoformat(str(data.get("debut", "")))
        minutes = int(str(data["minutes"])) if data.get("minutes") else None
    except ValueError:
        return None
    if agent is None or (minutes is not None and not 0 < minutes <= MAX_MINUTES):
        return None
    return agent, start if start.tzinfo is not None else start.replace(tzinfo=PARIS), minutes


@requires("agenda.book")
@require_safe
def calls(request: AgentRequest) -> HttpResponse:
    """Who to call about one slot, in order; the first who has not been called has the focus."""
    asked = _asked(request, request.GET)
    if asked is None:
        return redirect("appointments:waiting")
    return _page(request, asked)


def _page(
    request: AgentRequest,
    asked: Asked,
    *,
    asking: UUID | None = None,
    cautions: ToAccept | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    agent, start, minutes = asked
    free = free_time(agent, start, minutes)
    rows = call_list(by=request.user, free=free) if free is not None else []
    log_access(request, AccessAction.VIEW, page="waiting_calls", entries=len(rows))
    following = asking or next((row.entry.pk for row in rows if not row.is_done), None)
    context = {
        "agent": agent, "start": start, "free": free, "error": error, "rows": _with_coming(rows),
        "wanted": minutes or (free.minutes if free else 0), "left": sum(not row.is_done for row in rows),
        "following": following, "results": CallResult.choices,
        "asking": asking, "cautions": cautions.cautions if cautions else [], "today": timezone.localdate(),
        "offer": _sentence(free) if free else "",
    }  # fmt: skip
    return render(request, "appointments/waiting_calls.html", context, status=status)


def _sentence(free: FreeTime) -> str:
    moment = wording.spoken_moment(free.start, timezone.localdate())
    return f"Un rendez-vous s’est libéré {moment}, avec {free.agent.full_name}."


def _with_coming(rows: list[Waiting]) -> list[tuple[Waiting, Appointment | None]]:
    """Each one with the next appointment their household has already, of the same category: it would have to go."""
    households = {row.entry.household_id for row in rows if row.entry.household_id}
    coming: dict[tuple[object, str], Appointment] = {}
    later = Appointment.objects.filter(
        household__in=households, status=Status.PLANNED, start__gt=timezone.now()
    )
    for appointment in later.select_related("agent", "reason").order_by("-start", "pk"):
        coming[appointment.household_id, appointment.reason.category] = appointment
    return [(row, coming.get((row.entry.household_id, row.entry.reason.category))) for row in rows]


@requires("agenda.book")
@require_POST
def called(request: AgentRequest, waiting_entry_id: UUID) -> HttpResponse:
    """Note what somebody said. Accepting books at once; a slot that has just gone answers 409."""
    entry = get_entry(request, waiting_entry_id)
    asked = _asked(request, request.POST)
    result = request.POST.get("result", "")
    if asked is None or result not in CallResult.values:
        messages.error(request, "Choisissez le résultat de l’appel.")
        return redirect(call_list_url(*asked) if asked else reverse("appointments:waiting"))
    agent, start, minutes = asked
    free = free_time(agent, start, minutes)
    try:
        call = record_call(
            by=request.user, entry=entry, agent=agent, start=start, result=CallResult(result),
            minutes=minutes or (free.minutes if free else entry.minutes),
            accepts=[code for code in request.POST.getlist("accepts") if code in CautionCode.values],
        )  # fmt: skip
    except SlotTaken as lost:
        return _page(
            request, asked, error=f"{lost.message} {entry.who} reste en liste d’attente.", status=409
        )
    except ToAccept as warned:
        return _page(request, asked, asking=entry.pk, cautions=warned)
    except ValidationError as refused:
        return _page(request, asked, error=refused.messages[0], status=409)
    if call.result != CallResult.ACCEPTED:
        noted = french.lower_first(call.get_result_display())
        messages.success(request, f"{entry.who}\u00a0: {noted}. L’appel est noté.")
        return redirect(call_list_url(*asked))
    call.entry.refresh_from_db()
    moment = wording.spoken_moment(start, timezone.localdate())
    messages.success(request, f"Rendez-vous pris\u00a0: {moment}, avec {agent.full_name}.")
    return redirect("appointments:detail", call.entry.appointment_id)
