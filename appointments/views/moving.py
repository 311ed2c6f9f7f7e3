"""Another time for an appointment: a free slot, any other time, or a drop in the calendar."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from appointments import wording
from appointments.forms import SlotField, bookable_agents
from appointments.forms.moving import DropForm, OtherTimeForm, SlotMinutesForm
from appointments.models import Appointment
from appointments.rules import may_change, takes
from appointments.services import Caution, Slot, SlotTaken, ToAccept, move, offer, wish_again
from appointments.views.appointment import appointment_url, get_appointment, own_only
from appointments.views.waiting_calls import announce_freed, call_list_url, who_waits
from appointments.week_events import appointment_events
from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.core.access import requires
from cias.core.http import safe_next
from households.services.protection import may_be_given

SLOT, OTHER = "slot", "other"


@dataclass(frozen=True)
class Wanted:
    """Where to, as one of the two forms says it: a slot that was proposed, or any other time."""

    agent: User
    start: datetime
    minutes: int | None
    off_grid: bool


@dataclass
class Attempt:
    """What came of a POST: a time that was lost, an error, or cautions to accept. `way`: the form that was sent."""

    way: str = SLOT
    wanted: Wanted | None = None
    lost: SlotTaken | None = None
    error: str = ""
    cautions: list[Caution] = field(default_factory=list)


@requires("agenda.book")
@require_http_methods(["GET", "HEAD", "POST"])
def moving(request: AgentRequest, appointment_id: UUID) -> HttpResponse:
    """Another time, with the same agent or another; a time that has just gone answers 409 with three others."""
    appointment = get_appointment(request, appointment_id)
    own_only(may_change(request.user, appointment), "agenda.book")
    form = _other_time(request, appointment)
    attempt = Attempt(way=OTHER if form.is_bound else SLOT)
    if request.method == "POST" and _try(request, appointment, form, attempt):
        return redirect(safe_next(request, appointment_url(appointment)))
    lost = attempt.lost
    slots = lost.alternatives if lost else _slots_to_move(request, appointment, attempt)
    context = {
        "appointment": appointment, "slots": slots, "lost": lost, "attempt": attempt, "form": form,
        "ticked": _ticked(appointment, slots, attempt), "today": timezone.localdate(), "next": safe_next(request, ""),
    }  # fmt: skip
    return render(request, "appointments/move.html", context, status=409 if lost else 200)


def _other_time(request: AgentRequest, appointment: Appointment) -> OtherTimeForm:
    start = timezone.localtime(appointment.start)
    initial = {"day": start.date(), "starts_at": start.time(), "minutes": appointment.minutes}
    return OtherTimeForm(request.POST if OTHER in request.POST else None, initial=initial)


def _try(request: AgentRequest, appointment: Appointment, form: OtherTimeForm, attempt: Attempt) -> bool:
    """Move it, or note on the attempt (or on the form) why not."""
    if form.is_bound and not form.is_valid():
        return False
    freed = appointment.agent, appointment.start, appointment.minutes
    try:
        attempt.wanted = wanted = (
            _typed(appointment, form) if form.is_bound else _chosen(request, appointment)
        )
        moved = move(
            by=request.user, appointment=appointment, agent=wanted.agent, start=wanted.start, minutes=wanted.minutes,
            off_grid=wanted.off_grid, accepts=request.POST.getlist("accepts"),
        )  # fmt: skip
    except SlotTaken as lost:
        attempt.lost = lost
    except ToAccept as warned:
        attempt.cautions = warned.cautions
    except ValidationError as invalid:
        if form.is_bound:
            form.add_error("starts_at" if invalid.code == "past" else None, invalid)
        else:
            attempt.error = invalid.messages[0]
    else:
        messages.success(request, _moved(moved))
        announce_freed(request, *freed)
        return True
    return False


def _typed(appointment: Appointment, form: OtherTimeForm) -> Wanted:
    return Wanted(appointment.agent, form.start(), form.cleaned_data["minutes"], off_grid=True)


def _chosen(request: AgentRequest, appointment: Appointment) -> Wanted:
    chosen = SlotField(error_messages={"required": "Choisissez un créneau."}).clean(request.POST.get("slot"))
    agent = next((one for one in _agents(request, appointment) if str(one.pk) == chosen[0]), None)
    if agent is None:
        raise ValidationError("Choisissez un créneau.")
    length = SlotMinutesForm(request.POST)
    return Wanted(
        agent, chosen[1], length.cleaned_data["minutes"] if length.is_valid() else None, off_grid=False
    )


def _moved(appointment: Appointment) -> str:
    moment = wording.spoken_moment(appointment.start, timezone.localdate())
    return f"Rendez-vous déplacé\u00a0: {moment}, avec {appointment.agent.full_name}."


def _ticked(appointment: Appointment, slots: list[Slot], attempt: Attempt) -> Slot | None:
    """The slot whose cautions are shown, else the first one of the same agent, else the first."""
    if attempt.lost or (attempt.cautions and attempt.way == SLOT):
        return slots[0] if slots else None
    return next((slot for slot in slots if slot.agent == appointment.agent), slots[0] if slots else None)


def _slots_to_move(request: AgentRequest, appointment: Appointment, attempt: Attempt) -> list[Slot]:
    """The first free slots; alone the one that was chosen while its cautions are to be accepted."""
    wanted = attempt.wanted
    if attempt.cautions and wanted is not None and not wanted.off_grid:
        end = wanted.start + timedelta(minutes=wanted.minutes or appointment.minutes)
        return [
            Slot(wanted.agent, wanted.start, end, None, None, appointment.place, appointment.second_agent)
        ]
    after = _after(request)
    communes = frozenset({appointment.commune_id} if appointment.commune_id else ())
    return offer(
        agents=_agents(request, appointment),
        wish=replace(wish_again(appointment), communes=communes),
        now=timezone.now(),
        first=timezone.localdate(after) if after else timezone.localdate(),
        preferred=frozenset({appointment.agent_id}),
        after=after,
    )


def _agents(request: AgentRequest, appointment: Appointment) -> list[User]:
    """Its own agent, whom the second of a pair may keep, and those whose agenda the reader may fill."""
    others = bookable_agents(request.user).exclude(pk=appointment.agent_id)
    able = [one for one in others if takes(one, appointment.reason)]
    if appointment.household is not None:
        able = [one for one in able if may_be_given(one, appointment.household)]
    return [appointment.agent, *able]


def _after(request: AgentRequest) -> datetime | None:
    """The moment in the address after which more slots are asked for; the first ones when it makes no sense."""
    try:
        moment = datetime.fromisoformat(request.GET.get("apres", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


@requires("agenda.book")
@require_POST
def dropping(request: AgentRequest, appointment_id: UUID) -> JsonResponse:
    """Dropped or stretched in the calendar: 200 with what to draw, 409 when the time is not free, 422 otherwise.

    `message` is what to say; `cautions`, when there are, each wait to be accepted.
    """
    appointment = get_appointment(request, appointment_id)
    own_only(may_change(request.user, appointment), "agenda.book")
    form = DropForm(request.POST)
    if not form.is_valid():
        return _refused("Cette heure ne peut pas être lue.")
    values = form.cleaned_data
    freed = appointment.agent, appointment.start, appointment.minutes
    if values["revision"] != appointment.revision:
        return _refused("Ce rendez-vous a changé entre-temps\u00a0: rechargez la page.", status=409)
    try:
        moved = move(
            by=request.user, appointment=appointment, agent=appointment.agent, start=values["start"],
            minutes=values["minutes"], off_grid=True, accepts=request.POST.getlist("accepts"),
        )  # fmt: skip
    except SlotTaken as lost:
        return _refused(f"{lost.message} Le rendez-vous n’a pas bougé.", status=409)
    except ToAccept as warned:
        cautions = [{"code": one.code, "text": one.text} for one in warned.cautions]
        return _refused("À savoir avant de déplacer ce rendez-vous.", cautions=cautions)
    except ValidationError as error:
        return _refused(error.messages[0])
    moved.refresh_from_db(fields=["revision"])
    agent = next((one for one in moved.agents if one.pk == values["agent"]), moved.agent)
    drawn = appointment_events([moved], user=request.user, now=timezone.now(), agent=agent)
    told: dict[str, Any] = {"message": _moved(moved), "events": drawn}
    if waiting := who_waits(request, *freed):
        told["waiting"] = {"text": waiting, "url": call_list_url(*freed)}
    return JsonResponse(told)


def _refused(message: str, *, status: int = 422, **more: Any) -> JsonResponse:
    return JsonResponse({"message": message, **more}, status=status)
