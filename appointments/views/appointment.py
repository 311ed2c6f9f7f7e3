"""One appointment: what is known of it, and what can be done with it."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments import wording
from appointments.enums import Status
from appointments.forms import CancelForm, OutcomeForm
from appointments.models import Appointment
from appointments.rules import may_change, may_read_reason, may_record
from appointments.services import (
    OutcomeNote,
    Slot,
    cancel,
    receive,
    record_outcome,
    undo_last,
)
from appointments.services.series import cancel_following
from appointments.services.visits import visits_of
from appointments.views.waiting_calls import announce_freed
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.history import Change, changes_of
from cias.audit.services import log_access
from cias.core import french
from cias.core.access import AccessRefused, requires
from cias.core.http import is_own_text, posted, safe_next
from cias.core.registry import Action, collect_actions
from cias.core.states import ForbiddenTransition
from households.forms.notes import draft_initial
from households.models import Household, Note, NoteDraft

REASON_FIELD, NOTE_FIELD = "Motif", "Note"


def get_appointment(request: AgentRequest, appointment_id: UUID) -> Appointment:
    """The appointment if the user may know of it, and a line in the read log; 404 otherwise."""
    rows = Appointment.objects.for_user(request.user).select_related(
        "agent",
        "second_agent",
        "reason",
        "household__commune",
        "person",
        "room",
        "commune",
        "booked_by",
        "series",
    )
    appointment = get_object_or_404(rows, pk=appointment_id)
    if request.method != "POST":
        log_access(request, AccessAction.VIEW, appointment, subject_id=appointment.household_id)
    return appointment


@requires("agenda.view")
@require_safe
def detail(request: AgentRequest, appointment_id: UUID) -> HttpResponse:
    appointment = get_appointment(request, appointment_id)
    slot = Slot(
        appointment.agent, appointment.start, appointment.end, appointment.room, appointment.commune, appointment.place,
        appointment.second_agent,
    )  # fmt: skip
    note = _readable_note(request, appointment)
    context = {
        "appointment": appointment,
        "where": wording.where(slot),
        "visit": visits_of(request.user, [appointment]).get(appointment.pk),
        "reads_reason": may_read_reason(request.user, appointment),
        "may_book": may_change(request.user, appointment),
        "may_record": may_record(request.user, appointment),
        "has_begun": appointment.start <= timezone.now(),
        "is_today": timezone.localdate(appointment.start) == timezone.localdate(),
        "can_undo": appointment.status != Status.PLANNED or appointment.arrived_at or appointment.received_at,
        "changes": _history(request, appointment, note),
        "note": note,
        "series": _series(appointment),
        "file": Household.objects.for_user(request.user).filter(appointments=appointment).first(),
    }
    return render(request, "appointments/detail.html", context)


def _series(appointment: Appointment) -> list[Appointment]:
    """The occurrences of its series, the cancelled ones left out; empty when it stands alone."""
    if appointment.series is None:
        return []
    return list(appointment.series.occurrences.occupying().select_related("agent").order_by("start"))


def _readable_note(request: AgentRequest, appointment: Appointment) -> Note | None:
    """The interview's note for those who may read it; the others are not told there is one."""
    if appointment.note_id is None:
        return None
    notes = Note.objects.for_user(request.user, appointment.household_id)
    return notes.filter(pk=appointment.note_id).select_related("author").first()


def _history(request: AgentRequest, appointment: Appointment, note: Note | None) -> list[Change]:
    """Who changed what; that there is a note, and why people meet, only for those who may know it."""
    hidden = set() if note is not None else {NOTE_FIELD}
    if not may_read_reason(request.user, appointment):
        hidden.add(REASON_FIELD)
    shown = (
        replace(change, fields=[row for row in change.fields if row.label not in hidden])
        for change in changes_of(appointment)
    )
    return [change for change in shown if change.fields]


@requires("agenda.receive")
@require_POST
def reception(request: AgentRequest, appointment_id: UUID) -> HttpResponse:
    """The agent fetches the person; the interview begins."""
    appointment = get_appointment(request, appointment_id)
    own_only(may_record(request.user, appointment), "agenda.receive")
    try:
        receive(by=request.user, appointment=appointment)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect(safe_next(request, appointment_url(appointment)))


@requires("agenda.receive")
@require_http_methods(["GET", "HEAD", "POST"])
def outcome(request: AgentRequest, appointment_id: UUID) -> HttpResponse:
    """Say what became of it, write the note and go on to the next step, all on one page (A8)."""
    appointment = get_appointment(request, appointment_id)
    own_only(may_record(request.user, appointment), "agenda.receive")
    if appointment.status != Status.PLANNED:
        messages.info(request, "L’issue de ce rendez-vous est déjà enregistrée.")
        return redirect("appointments:detail", appointment.pk)
    household = appointment.household
    following = collect_actions(household, request.user) if household is not None else []
    draft = _draft(request, appointment)
    form = OutcomeForm(
        posted(request),
        appointment=appointment,
        with_note=household is not None and request.user.has_perm("notes.write"),
        following=following,
        initial=draft_initial(draft.values) if draft else {},
    )
    if is_own_text(request, form) and form.is_valid() and _record(request, appointment, form):
        return redirect(_next_step(appointment, following, form.cleaned_data))
    has_begun = appointment.start <= timezone.now()
    context = {"appointment": appointment, "form": form, "draft": draft, "has_begun": has_begun}
    return render(request, "appointments/outcome.html", context)


def _draft(request: AgentRequest, appointment: Appointment) -> NoteDraft | None:
    """What the author had begun to type of a note on this household; the page keeps it as they type (H8)."""
    if appointment.household is None or not request.user.has_perm("notes.write"):
        return None
    return NoteDraft.objects.filter(
        author=request.user, household=appointment.household, note__isnull=True
    ).first()


def _record(request: AgentRequest, appointment: Appointment, form: OutcomeForm) -> bool:
    values = form.cleaned_data
    note = None
    if values.get("text"):
        note = OutcomeNote(**{name: values[name] for name in form.NOTE_FIELDS})
    try:
        record_outcome(
            by=request.user,
            appointment=appointment,
            status=values["status"],
            comment=values["comment"],
            note=note,
        )
    except ValidationError as error:
        form.add_error("status", error)
        return False
    messages.success(request, f"{values['status'].label} : enregistré{' avec la note' if note else ''}.")
    return True


def _next_step(appointment: Appointment, following: list[Action], values: dict[str, Any]) -> str:
    """The page of the next step, told from which appointment it comes; else the appointment's own page."""
    chosen = values.get("following")
    if not chosen:
        return appointment_url(appointment)
    url = following[int(chosen)].url
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'opened_during': appointment.pk})}"


@requires("agenda.book")
@require_http_methods(["GET", "HEAD", "POST"])
def cancelling(request: AgentRequest, appointment_id: UUID) -> HttpResponse:
    appointment = get_appointment(request, appointment_id)
    own_only(may_change(request.user, appointment), "agenda.book")
    form = CancelForm(posted(request), in_series=appointment.series_id is not None)
    if form.is_valid():
        values = form.cleaned_data
        count = 1
        try:
            if values.pop("following", False):
                count = cancel_following(by=request.user, appointment=appointment, **values)
            else:
                cancel(by=request.user, appointment=appointment, **values)
        except ForbiddenTransition as error:
            messages.error(request, str(error))
        else:
            what = french.plural(count, "rendez-vous annulé", "rendez-vous annulés")
            messages.success(request, f"{what} pour {appointment.who}\u00a0: le créneau est libre.")
            announce_freed(request, appointment.agent, appointment.start, appointment.minutes)
        return redirect("appointments:detail", appointment.pk)
    return render(request, "appointments/cancel.html", {"form": form, "appointment": appointment})


@requires("agenda.book", "agenda.receive")
@require_POST
def undoing(request: AgentRequest, appointment_id: UUID) -> HttpResponse:
    """Take back the last thing said."""
    appointment = get_appointment(request, appointment_id)
    allowed = may_change(request.user, appointment) or may_record(request.user, appointment)
    own_only(allowed, "agenda.book")
    try:
        messages.success(request, undo_last(by=request.user, appointment=appointment))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect(safe_next(request, appointment_url(appointment)))


def appointment_url(appointment: Appointment) -> str:
    return reverse("appointments:detail", args=[appointment.pk])


def own_only(allowed: bool, right: str) -> None:
    """An agent acts on their own appointments; the refusal says what the right is for."""
    if not allowed:
        raise AccessRefused(right)
