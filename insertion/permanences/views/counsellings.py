"""One follow-up: its thread and notes, its sessions, its end, its handover."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import posted
from cias.core.refusals import refuse
from cias.core.states import ForbiddenTransition
from insertion.models import (
    Counselling,
    CounsellingHandover,
    CounsellingSession,
    LiaisonNote,
    SealedNote,
    SealedRoomRule,
)
from insertion.permanences import room, services
from insertion.permanences.forms import EndForm, HandoverForm, SessionForm
from insertion.permanences.sealing import sealed_page
from insertion.permanences.views.access import colleagues, done_or_said, get_counselling, get_session


@requires("sessions.write")
@require_safe
@sealed_page
def counselling(request: AgentRequest, counselling_id: UUID) -> HttpResponse:
    """Everything of one follow-up, for the psychologist who holds it."""
    found = get_counselling(request, counselling_id)
    texts = _texts(found)
    lines = [
        {"line": line, **texts.get(line.session.pk if line.session else "", EMPTY)}
        for line in room.sessions_of(found, request.user)
    ]
    erasable = services.erasable_from(found)
    liaison = LiaisonNote.objects.for_user(request.user).filter(person=found.person)
    context = {
        "counselling": found,
        "lines": lines,
        "held": sum(1 for row in lines if row["line"].is_held),
        "thread": texts.get(None, EMPTY),
        "erasable": erasable,
        "may_erase": erasable is not None and erasable <= timezone.localdate() and found.erased_on is None,
        "rule": SealedRoomRule.objects.filter(valid_from__lte=found.ended_on or timezone.localdate()).first(),
        "liaison": liaison.select_related("author").prefetch_related("recipients__agent"),
        "has_colleagues": colleagues(request.user).exists(),
    }
    return render(request, "insertion/permanences/counselling.html", context)


EMPTY: dict[str, Any] = {"note": None, "text": "", "former": []}


@sensitive_variables()
def _texts(found: Counselling) -> dict[Any, dict[str, Any]]:
    """The texts of a follow-up by session (None: its thread): the one that stands, and the versions before it."""
    places: dict[Any, dict[str, Any]] = {}
    for row in (
        SealedNote.objects.filter(counselling=found).select_related("counselling").order_by("-version")
    ):
        place = places.setdefault(row.session_id, {"note": None, "text": "", "former": []})
        if place["note"] is None and row.undone_at is None:
            place["note"], place["text"] = row, row.read()
        else:
            place["former"].append({"version": row, "text": row.read()})
    return places


@requires("sessions.write")
@require_http_methods(["GET", "HEAD", "POST"])
def add_session(request: AgentRequest, counselling_id: UUID) -> HttpResponse:
    found = get_counselling(request, counselling_id)
    initial = {"on": timezone.localdate(), "attendance": "held", "minutes": 45}
    return _session(request, found, None, SessionForm(posted(request), initial=initial))


@requires("sessions.write")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_session(request: AgentRequest, counselling_session_id: UUID) -> HttpResponse:
    """Correct the date or the attendance of a session added by hand; an appointment is corrected in the agenda."""
    session = get_session(request, counselling_session_id)
    if session.appointment is not None:
        messages.info(request, "Cette séance suit son rendez-vous\u00a0: elle se corrige dans l’agenda.")
        return redirect("insertion:counselling", session.counselling_id)
    stored = {"on": session.on, "attendance": session.attendance, "minutes": session.minutes}
    return _session(request, session.counselling, session, SessionForm(posted(request), stored=stored))


def _session(
    request: AgentRequest, found: Counselling, session: CounsellingSession | None, form: SessionForm
) -> HttpResponse:
    if form.is_valid():
        try:
            saved = services.add_session(
                by=request.user, counselling=found, session=session, **form.cleaned_data
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "La séance est enregistrée.")
            page = "insertion:counselling" if session else "insertion:session_note"
            return redirect(page, found.pk if session else saved.pk)
    context = {"form": form, "counselling": found, "session": session}
    return render(request, "insertion/permanences/session.html", context)


@requires("sessions.write")
@require_POST
def remove_session(request: AgentRequest, counselling_session_id: UUID) -> HttpResponse:
    session = get_session(request, counselling_session_id)
    return done_or_said(
        request, lambda: services.remove_session(by=request.user, session=session), "La séance est retirée.",
        "insertion:counselling", session.counselling_id,
    )  # fmt: skip


@requires("sessions.write")
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: AgentRequest, counselling_id: UUID) -> HttpResponse:
    found = get_counselling(request, counselling_id)
    form = EndForm(posted(request), initial={"on": timezone.localdate()})
    if form.is_valid():
        try:
            services.end(by=request.user, counselling=found, **form.cleaned_data)
        except (ValidationError, ForbiddenTransition) as error:
            refuse(form, error)
        else:
            messages.success(request, "Le suivi est terminé. Il se reprend d’un clic.")
            return redirect("insertion:counselling", found.pk)
    return render(request, "insertion/permanences/end.html", {"form": form, "counselling": found})


@requires("sessions.write")
@require_POST
def resume(request: AgentRequest, counselling_id: UUID) -> HttpResponse:
    found = get_counselling(request, counselling_id)
    return done_or_said(
        request, lambda: services.resume(by=request.user, counselling=found), "Le suivi reprend.",
        "insertion:counselling", found.pk,
    )  # fmt: skip


@requires("sessions.write")
@require_POST
def erase(request: AgentRequest, counselling_id: UUID) -> HttpResponse:
    """Destroy the texts of a follow-up that were kept long enough."""
    found = get_counselling(request, counselling_id)
    return done_or_said(
        request, lambda: services.erase_notes(by=request.user, counselling=found),
        "Les notes de ce suivi sont détruites.", "insertion:counselling", found.pk,
    )  # fmt: skip


@requires("sessions.write")
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: AgentRequest, counselling_id: UUID) -> HttpResponse:
    found = get_counselling(request, counselling_id)
    form = HandoverForm(
        posted(request), colleagues=colleagues(request.user), initial={"agreed_on": timezone.localdate()}
    )
    if form.is_valid():
        try:
            done = services.hand_over(by=request.user, counselling=found, **form.cleaned_data)
        except (ValidationError, ForbiddenTransition) as error:
            refuse(form, error)
        else:
            messages.success(
                request,
                f"{done.to.full_name} prend le relais. Jusqu’à ce soir, et tant que rien n’y est écrit, la passation "
                "s’annule d’un clic.",
            )
            return redirect("insertion:sessions")
    return render(request, "insertion/permanences/handover.html", {"form": form, "counselling": found})


@requires("sessions.write")
@require_POST
def take_back(request: AgentRequest, counselling_handover_id: UUID) -> HttpResponse:
    handover = get_object_or_404(CounsellingHandover, pk=counselling_handover_id, by=request.user)
    _logged(request, handover)
    return done_or_said(
        request, lambda: services.take_back(by=request.user, handover=handover), "La passation est annulée.",
        "insertion:sessions",
    )  # fmt: skip


@requires("sessions.write")
@require_POST
def acknowledge(request: AgentRequest, counselling_handover_id: UUID) -> HttpResponse:
    """The colleague has seen that the follow-up is now theirs."""
    handover = get_object_or_404(CounsellingHandover, pk=counselling_handover_id, to=request.user)
    _logged(request, handover)
    services.acknowledge(by=request.user, handover=handover)
    return redirect("insertion:counselling", handover.begun_id or handover.counselling_id)


def _logged(request: AgentRequest, handover: CounsellingHandover) -> None:
    log_access(request, AccessAction.VIEW, handover, subject_id=handover.counselling.household_id)
