"""Reception's day: all agents side by side, the waiting room, the next arrivals (A5)."""

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from appointments.day_grid import build_day
from appointments.enums import Channel, Status, Topic
from appointments.models import Appointment, DeskContact
from appointments.services import check_in, read_diary
from cias.accounts.enums import Scope
from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access, signed_by
from cias.core.access import requires
from cias.core.http import safe_next
from cias.core.periods import Period
from cias.territory.services import closed_days

NEXT_ARRIVALS = 5


@requires("agenda.view")
@require_safe
def day(request: AgentRequest) -> HttpResponse:
    """One day of every agent whose agenda the reader may see; refreshed by itself while it is today."""
    shown, today, now = asked_day(request), timezone.localdate(), timezone.now()
    rows = list(Appointment.objects.for_user(request.user).on(shown).with_people().order_by("start", "pk"))
    agents = _agents(request.user, {agent.pk for row in rows for agent in row.agents})
    holding = [row for row in rows if row.occupies]
    diary = read_diary(agents, shown, shown, appointments=rows)
    waiting = sorted((row for row in rows if row.is_waiting), key=lambda row: row.arrived_at or row.start)
    expected = [row for row in rows if row.status == Status.PLANNED and row.arrived_at is None]
    if shown == today:
        expected = [row for row in expected if row.end > now]
    context = {
        "day": shown, "today": today, "now": timezone.localtime(now), "is_today": shown == today,
        "previous": shown - timedelta(days=1), "next": shown + timedelta(days=1),
        "grid": build_day(diary=diary, appointments=holding, now=now),
        "closed": "" if diary.site else closed_days(shown, shown).get(shown, ""),
        "total": len(holding), "cancelled": len(rows) - len(holding),
        "received": sum(row.status == Status.HONOURED or row.received_at is not None for row in rows),
        "waiting": waiting, "expected": expected[:NEXT_ARRIVALS], "later": len(expected[NEXT_ARRIVALS:]),
        "bookable": _bookable(request.user, agents),
        "contacts": _contacts(shown) if request.user.has_perm("agenda.reception") else [],
    }  # fmt: skip
    if not request.htmx:
        log_access(request, AccessAction.VIEW, page="agenda", count=len(rows))
    template = "appointments/day.html"
    return render(request, f"{template}#board" if request.htmx else template, context)


def asked_day(request: AgentRequest, name: str = "jour") -> date:
    """The day in the address, today when there is none or it makes no sense."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return timezone.localdate()


def _agents(user: User, with_appointments: set[UUID]) -> list[User]:
    """Those who receive, and those who have left since but had appointments that day."""
    agents = User.objects.filter(Q(is_active=True, has_agenda=True) | Q(pk__in=with_appointments))
    if user.scope("agenda.view") == Scope.OWN:
        agents = agents.filter(pk=user.pk)
    return list(agents.order_by("last_name", "first_name", "pk"))


def _bookable(user: User, agents: list[User]) -> set[UUID]:
    match user.scope("agenda.book"):
        case Scope.ALL:
            return {agent.pk for agent in agents}
        case Scope.OWN:
            return {user.pk}
    return set()


def _contacts(shown: date) -> list[tuple[Topic, dict[str, int]]]:
    """For each topic, how many came and how many called."""
    start, after = Period(shown, shown).bounds()
    rows = DeskContact.objects.filter(at__gte=start, at__lt=after).order_by().values_list("topic", "channel")
    counts = {(topic, channel): count for topic, channel, count in rows.annotate(count=Count("pk"))}
    return [
        (topic, {channel: counts.get((topic, channel), 0) for channel in Channel.values}) for topic in Topic
    ]


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


@requires("agenda.reception")
@require_POST
def contact(request: AgentRequest) -> HttpResponse:
    """Count one more visit or call without appointment, or take back one's last of the day."""
    undo = "undo" in request.POST
    channel, _, topic = request.POST.get("undo" if undo else "add", "").partition(":")
    if channel in Channel.values and topic in Topic.values:
        with signed_by(request.user):
            if undo:
                take_back_contact(by=request.user, channel=channel, topic=topic)
            else:
                DeskContact.objects.create(channel=channel, topic=topic, recorded_by=request.user)
    return redirect("appointments:day")


def take_back_contact(*, by: User, channel: str, topic: str) -> None:
    start, _ = Period(timezone.localdate(), timezone.localdate()).bounds()
    mine = DeskContact.objects.filter(recorded_by=by, channel=channel, topic=topic, at__gte=start)
    DeskContact.objects.filter(pk__in=mine.order_by("-at").values("pk")[:1]).delete()
