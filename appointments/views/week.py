"""An agent's week or day as a calendar and as a table, and the appointments whose outcome is still to be said."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from appointments.models import Appointment
from appointments.models.agenda import AppointmentQuerySet
from appointments.views.day import asked_day
from appointments.week import WORKING_DAYS, Span, Week, agents_shown_to, read_week
from appointments.week_events import calendar_of
from cias.accounts.enums import Scope
from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires

PAGE_SIZE = 25
CALENDAR, TABLE = "calendrier", "tableau"
# The agent's choice, kept for as long as they are logged in.
KEPT = "agenda_form"


@requires("agenda.receive")
@require_safe
def mine(request: AgentRequest) -> HttpResponse:
    """The reader's own week."""
    return _page(request, request.user)


@requires("agenda.view")
@require_safe
def week(request: AgentRequest, agent_id: UUID) -> HttpResponse:
    """The week of an agent the reader may see."""
    return _page(request, get_object_or_404(agents_shown_to(request.user), pk=agent_id))


@requires("agenda.view")
@require_safe
def events(request: AgentRequest, agent_id: UUID) -> JsonResponse:
    """What the calendar draws. The page asks once, and shows nothing by itself: reading is logged here."""
    agents = agents_shown_to(request.user) | User.objects.filter(pk=request.user.pk)
    shown = _read(request, get_object_or_404(agents, pk=agent_id), _span(request))
    return JsonResponse(calendar_of(shown, user=request.user, now=timezone.now()))


def _page(request: AgentRequest, agent: User) -> HttpResponse:
    span, shape = _span(request), _shape(request)
    if "agent" in request.GET:
        return redirect(f"{_address(request, request.GET['agent'])}?{_query(span)}")
    own, today = agent == request.user, timezone.localdate()
    week = Span(span.day, whole_week=True)
    context = {
        "agent": agent, "own": own, "shape": shape, "span": span, "query": _query(span), "now": timezone.now(),
        "today": today, "others": _others(request.user, agent), "address": _address(request, str(agent.pk)),
        "strip": [day for day in week.days if day.weekday() < WORKING_DAYS or day == span.day],
        "focus": today if span.whole_week and today in week.days else span.day if not span.whole_week else span.first,
        "previous": span.shifted(-1), "next": span.shifted(1),
        "to_record": _to_record(agent).count() if own else 0,
        "week": _read(request, agent, span) if shape == TABLE else None,
    }  # fmt: skip
    return render(request, "appointments/mine.html", context)


def _read(request: AgentRequest, agent: User, span: Span) -> Week:
    shown = read_week(user=request.user, agent=agent, span=span)
    count = len(list(shown.appointments))
    log_access(request, AccessAction.VIEW, page="agenda-agent", agent=str(agent.pk), count=count)
    return shown


def _span(request: AgentRequest) -> Span:
    """The day or the week in the address, the present week by default."""
    if "jour" in request.GET:
        return Span(asked_day(request), whole_week=False)
    return Span(asked_day(request, "semaine"), whole_week=True)


def _query(span: Span) -> str:
    return f"semaine={span.first}" if span.whole_week else f"jour={span.day}"


def _shape(request: AgentRequest) -> str:
    """Calendar or table: what the address says, else what was chosen last."""
    asked = request.GET.get("vue")
    if asked in (CALENDAR, TABLE) and request.session.get(KEPT) != asked:
        request.session[KEPT] = asked
    return request.session.get(KEPT, CALENDAR)


def _others(user: User, agent: User) -> list[User]:
    """The agents one may look at, the one shown among them even when they have left."""
    if user.scope("agenda.view") != Scope.ALL:
        return []
    agents = list(User.objects.with_agenda())
    return agents if agent in agents else [agent, *agents]


def _address(request: AgentRequest, agent_id: str) -> str:
    """The page of an agent's week: one's own has an address of its own."""
    if agent_id == str(request.user.pk) and request.user.has_perm("agenda.receive"):
        return reverse("appointments:mine")
    try:
        return reverse("appointments:week", args=[UUID(agent_id)])
    except ValueError as error:
        raise Http404 from error


def _to_record(agent: User) -> AppointmentQuerySet:
    return Appointment.objects.for_user(agent).of_agent(agent).to_record(timezone.now())


@requires("agenda.receive")
@require_safe
def to_record(request: AgentRequest) -> HttpResponse:
    """The reader's past appointments without an outcome, the oldest first (A7)."""
    rows = _to_record(request.user).with_people()
    page = Paginator(rows.order_by("start", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, page="a-renseigner", count=len(page.object_list))
    return render(request, "appointments/to_record.html", {"page": page})
