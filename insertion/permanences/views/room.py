"""« Mes séances »: the psychologist's day, what is to be written, the persons followed."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import posted
from cias.core.periods import parse_french_date
from cias.core.refusals import refuse
from households.models import Person
from insertion.models import CounsellingHandover, CounsellingSession, LiaisonNote
from insertion.permanences import room, services
from insertion.permanences.forms import PersonForm, StartForm
from insertion.permanences.services.counsellings import persons_of

PAGE = 25


@requires("sessions.write")
@require_safe
def sessions(request: AgentRequest) -> HttpResponse:
    """One page for a day's work; nothing of what was written shows on it."""
    user, today = request.user, timezone.localdate()
    day = _day(request, today)
    is_ended = request.GET.get("suivis") == "termines"
    rows = room.followed(user).filter(ended_on__isnull=not is_ended)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, counsellings=len(page.object_list))
    received = LiaisonNote.objects.for_user(user).filter(recipients__agent=user)
    handovers = CounsellingHandover.objects.standing().filter(Q(to=user, seen_at=None) | Q(by=user, on=today))
    handovers = handovers.select_related("by", "to", "counselling__person")
    lines, to_write = room.day_and_unwritten(user, day, today)
    context: dict[str, Any] = {
        "day": day,
        "today": today,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "lines": lines,
        "to_write": to_write,
        "page": page,
        "is_ended": is_ended,
        "received": received.select_related("author", "person").distinct()[:10],
        "taken": [row for row in handovers if row.to_id == user.pk and row.seen_at is None],
        "given": [row for row in handovers if row.by_id == user.pk and row.on == today],
    }
    return render(request, "insertion/permanences/room.html", context)


def _day(request: AgentRequest, today: date) -> date:
    try:
        return parse_french_date(request.GET.get("jour", ""))
    except ValueError:
        return today


@requires("sessions.write")
@require_http_methods(["GET", "HEAD", "POST"])
def open_session(request: AgentRequest, appointment_id: UUID) -> HttpResponse:
    """Open the note of one of one's appointments; who it was with is asked when the household has several members."""
    appointment = get_object_or_404(room.mine(request.user).select_related("household"), pk=appointment_id)
    log_access(request, AccessAction.VIEW, appointment, subject_id=appointment.household_id)
    household = appointment.household
    if household is None:
        messages.error(
            request, "Ce rendez-vous n’est pas encore rattaché à un ménage\u00a0: l’accueil peut le faire."
        )
        return redirect("insertion:sessions")
    known = CounsellingSession.objects.for_user(request.user).filter(appointment=appointment).first()
    if known is not None:
        return redirect("insertion:session_note", known.pk)
    persons = persons_of(household, timezone.localtime(appointment.start).date())
    person = appointment.person or (persons[0] if len(persons) == 1 else None)
    form = PersonForm(
        posted(request) if person is None and "person" in request.POST else None, persons=persons
    )
    if request.method == "POST" and (person is not None or form.is_valid()):
        chosen: Person = person or form.cleaned_data["person"]
        try:
            session = services.open_session(by=request.user, appointment=appointment, person=chosen)
        except ValidationError as error:
            refuse(form, error)
        else:
            return redirect("insertion:session_note", session.pk)
    context = {"form": form, "appointment": appointment, "household": household, "person": person}
    return render(request, "insertion/permanences/person.html", context)


@requires("sessions.write")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: AgentRequest) -> HttpResponse:
    """Begin the follow-up of somebody who has no appointment yet."""
    form = StartForm(posted(request), user=request.user, initial={"on": timezone.localdate()})
    if form.is_valid():
        member = form.cleaned_data["member"]
        try:
            counselling = services.start(
                by=request.user, household=member.household, person=member.person, on=form.cleaned_data["on"]
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "Le suivi est ouvert.")
            return redirect("insertion:counselling", counselling.pk)
    return render(request, "insertion/permanences/start.html", {"form": form})
