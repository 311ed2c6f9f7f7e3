"""Repeat an appointment, or move the rest of its series: the dates are reported first, then booked together (A13)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from appointments.enums import Status
from appointments.forms.series import MoveSeriesForm, SeriesForm
from appointments.models import Appointment
from appointments.rules import may_change
from appointments.services import SlotTaken, ToAccept
from appointments.services.series import (
    Occurrence,
    book_series,
    following,
    move_series,
    plan,
    plan_move,
    repeated,
)
from appointments.views.appointment import get_appointment
from cias.accounts.http import AgentRequest
from cias.core import french
from cias.core.access import AccessRefused, requires

PAGE = "appointments/series.html"


@requires("agenda.book")
@require_http_methods(["GET", "HEAD", "POST"])
def repeat(request: AgentRequest, appointment_id: UUID) -> HttpResponse:
    """?every_weeks=…&count=… shows what each date would meet; the POST books those that are ticked."""
    appointment = _planned(request, appointment_id)
    asked = request.GET if "count" in request.GET else None
    form = SeriesForm(
        asked, initial={"every_weeks": appointment.series.every_weeks} if appointment.series else None
    )
    occurrences: list[Occurrence] = []
    if form.is_valid():
        every, count = form.cleaned_data["every_weeks"], form.cleaned_data["count"]
        occurrences = plan(appointment, repeated(appointment.start, every, count))
        if request.method == "POST":
            chosen = _Chosen(request, occurrences)
            done = _try(
                request, chosen,
                lambda: book_series(
                    by=request.user, appointment=appointment, every_weeks=every,
                    moments=[moment for _, moment in chosen.moments], accepts=chosen.accepts,
                ),
            )  # fmt: skip
            if done:
                count_of = french.plural(len(chosen.moments), "rendez-vous pris")
                messages.success(request, f"{count_of} avec {appointment.agent.full_name}.")
                return redirect("appointments:detail", appointment.pk)
    return _page(request, appointment, form, occurrences, moving=False)


@requires("agenda.book")
@require_http_methods(["GET", "HEAD", "POST"])
def move_rest(request: AgentRequest, appointment_id: UUID) -> HttpResponse:
    """?day=…&hour=… shows where this appointment and the rest of its series would go; the POST moves them."""
    appointment = _planned(request, appointment_id)
    local = timezone.localtime(appointment.start)
    form = MoveSeriesForm(
        request.GET if "day" in request.GET else None, initial={"day": local.date(), "hour": local.time()}
    )
    occurrences: list[Occurrence] = []
    if form.is_valid():
        occurrences = plan_move(appointment, form.start)
        if request.method == "POST":
            chosen = _Chosen(request, occurrences)
            moves = [(one.moves, moment) for one, moment in chosen.moments if one.moves is not None]
            if _try(
                request, chosen, lambda: move_series(by=request.user, moves=moves, accepts=chosen.accepts)
            ):
                messages.success(
                    request, f"{french.plural(len(moves), 'rendez-vous déplacé', 'rendez-vous déplacés')}."
                )
                return redirect("appointments:detail", appointment.pk)
    return _page(request, appointment, form, occurrences, moving=True)


def _planned(request: AgentRequest, appointment_id: UUID) -> Appointment:
    appointment = get_appointment(request, appointment_id)
    if not may_change(request.user, appointment):
        raise AccessRefused("agenda.book")
    return appointment


class _Chosen:
    """What was ticked: for each date, its time and the cautions accepted with it."""

    def __init__(self, request: AgentRequest, occurrences: list[Occurrence]) -> None:
        self.moments: list[tuple[Occurrence, datetime]] = []
        self.accepts: dict[datetime, Collection[str]] = {}
        self.error = ""
        for one in occurrences:
            text = request.POST.get(f"date-{one.key}", "")
            if not text:
                continue
            moment = next((when for when in _times(one) if when.isoformat() == text), None)
            if moment is None:
                self.error = "Une heure proposée n’est plus libre\u00a0: relisez les dates."
                continue
            self.moments.append((one, moment))
            if one.slot is not None and moment == one.slot.start:
                self.accepts[moment] = request.POST.getlist(f"accepts-{one.key}")
        if not self.moments and not self.error:
            self.error = "Choisissez au moins une date."


def _times(one: Occurrence) -> list[datetime]:
    return [slot.start for slot in [*([one.slot] if one.slot else []), *one.others]]


def _try(request: AgentRequest, chosen: _Chosen, save: Any) -> bool:
    """Save all the dates chosen, or none and say why."""
    if chosen.error:
        messages.error(request, chosen.error)
        return False
    try:
        save()
    except SlotTaken as taken:
        messages.error(request, f"{taken.message} Rien n’a été enregistré\u00a0: relisez les dates.")
    except ToAccept as warned:
        texts = " ".join(caution.text for caution in warned.cautions)
        messages.error(
            request, f"{texts} Rien n’a été enregistré\u00a0: acceptez-le ou choisissez une autre heure."
        )
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        return True
    return False


def _page(
    request: AgentRequest, appointment: Appointment, form: Any, occurrences: list[Occurrence], *, moving: bool
) -> HttpResponse:
    ticked = {one.key: request.POST.get(f"date-{one.key}", "") for one in occurrences}
    context = {
        "appointment": appointment, "form": form, "moving": moving,
        "rest": len(following(appointment)) if moving else 0,
        "is_planned": appointment.status == Status.PLANNED,
        "occurrences": [
            (one, ticked[one.key] if request.method == "POST" else _usual(one)) for one in occurrences
        ],
        "problems": sum(one.slot is None for one in occurrences),
    }  # fmt: skip
    return render(request, PAGE, context)


def _usual(one: Occurrence) -> str:
    """The choice a date begins with: the wanted time when nothing stands against it."""
    return one.slot.start.isoformat() if one.slot is not None and not one.cautions else ""
