"""A session: who comes, who waits, what happened to it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import AccessRefused, requires
from cias.core.french import plural
from cias.core.http import posted
from cias.core.refusals import refuse, sentence
from cias.core.states import ForbiddenTransition
from insertion.models import WorkshopNotice, WorkshopRegistration, WorkshopSession
from insertion.workshops import services
from insertion.workshops.enums import Attendance, RegistrationState, SessionState
from insertion.workshops.forms import CancelForm, MoveForm, NoFileForm, SessionForm
from insertion.workshops.services.sessions import agenda_remarks, together_with
from insertion.workshops.views.access import get_session


@requires("workshops.view")
@require_safe
def session(request: AgentRequest, workshop_session_id: UUID) -> HttpResponse:
    return session_page(request, get_session(request, workshop_session_id))


def session_page(request: AgentRequest, found: WorkshopSession, **more: Any) -> HttpResponse:
    """The page, and a line in the read log that says how many it names. `more`: what a search or a refusal adds."""
    user = request.user
    rows = list(
        WorkshopRegistration.objects.in_list(user).filter(session=found).with_people().order_by("number")
    )
    log_access(request, AccessAction.VIEW, found, registrations=len(rows))
    last = services.undoable(found)
    right = "workshops.attendance" if last and last.to_state == SessionState.HELD else "workshops.manage"
    context = {
        "session": found,
        "workshop": found.workshop,
        "registered": [row for row in rows if row.state == RegistrationState.REGISTERED],
        "waiting": [row for row in rows if row.state == RegistrationState.WAITING],
        "withdrawn": [row for row in rows if row.state == RegistrationState.WITHDRAWN],
        "notices": WorkshopNotice.objects.for_user(user).filter(registration__session=found).to_tell().count(),
        "why_not": services.why_not(found),
        "free": max(found.seats - found.taken, 0),
        "present": found.registrations.present().count(),
        "absent": found.registrations.filter(attendance=Attendance.UNEXCUSED).count(),
        "excused": found.registrations.filter(attendance=Attendance.EXCUSED).count(),
        "moves": found.moves.select_related("by", "undone_by").order_by("-created_at"),
        "undoable": last if last is not None and user.has_perm(right) else None,
        "together": together_with(last) if last is not None else 0,
        "evaluation": getattr(found, "evaluation", None),
        "begun": found.awaits_attendance,
        "query": "", "hits": [], "busy": None, "no_file": NoFileForm(auto_id="sans-%s"),
        **more,
    }  # fmt: skip
    return render(request, "insertion/workshops/session.html", context)


@requires("workshops.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AgentRequest, workshop_session_id: UUID) -> HttpResponse:
    found = get_session(request, workshop_session_id)
    form = SessionForm(posted(request), instance=found)
    if form.is_valid():
        try:
            services.change_session(by=request.user, session=found, values=form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "La séance est modifiée.")
            return redirect("insertion:workshop_session", found.pk)
    return _form_page(request, found, form, "Modifier la séance")


@requires("workshops.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: AgentRequest, workshop_session_id: UUID) -> HttpResponse:
    """Another time for everybody; what the agent's agenda says of it is shown once, then accepted."""
    found = get_session(request, workshop_session_id)
    start, end = timezone.localtime(found.start), timezone.localtime(found.end)
    initial = {"day": start.date(), "starts_at": start.time(), "ends_at": end.time()}
    form = MoveForm(posted(request), initial=initial)
    remarks: list[str] = []
    if form.is_valid():
        new_start, new_end = form.span
        remarks = list(agenda_remarks(found, new_start, new_end))
        if not remarks or request.POST.get("accepted") == new_start.isoformat():
            try:
                services.move(
                    by=request.user, session=found, start=new_start, end=new_end,
                    reason=form.cleaned_data["reason"],
                )  # fmt: skip
            except (ForbiddenTransition, ValidationError) as error:
                refuse(form, error, {"start": "day", "same": "day"})
            else:
                messages.success(request, f"La séance est déplacée. {_announced(found)}")
                return redirect("insertion:workshop_session", found.pk)
    accepted = form.span[0].isoformat() if remarks and form.is_valid() else ""
    return _form_page(
        request, found, form, "Déplacer la séance", remarks=remarks, accepted=accepted, submit="Déplacer"
    )


@requires("workshops.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: AgentRequest, workshop_session_id: UUID) -> HttpResponse:
    found = get_session(request, workshop_session_id)
    others = WorkshopSession.objects.filter(
        workshop=found.workshop_id, state=SessionState.PLANNED, start__gt=found.start
    ).count()
    form = CancelForm(posted(request), others=others)
    if form.is_valid():
        try:
            held = services.cancel(
                by=request.user, session=found, reason=form.cleaned_data["reason"],
                following=form.cleaned_data.get("following", False),
            )  # fmt: skip
        except (ForbiddenTransition, ValidationError) as error:
            refuse(form, error)
        else:
            done = plural(len(held), "séance annulée", "séances annulées")
            messages.success(request, f"{done}. {_announced(*held)}")
            return redirect("insertion:workshop_session", found.pk)
    return _form_page(
        request, found, form, "Annuler la séance", submit="Annuler la séance et prévenir",
        intro=f"{plural(found.taken + found.waiting, 'personne est concernée', 'personnes sont concernées')}"
        "\u00a0: chacune sera prévenue comme convenu, les autres figurent dans la liste à prévenir.",
    )  # fmt: skip


def _announced(*held: WorkshopSession) -> str:
    """How many hear of it by message, how many are to be called."""
    rows = WorkshopNotice.objects.filter(registration__session__in=held)
    to_tell, to_send = rows.filter(state="to_tell").count(), rows.filter(state="to_send").count()
    said = []
    if to_send:
        said.append(
            f"{plural(to_send, 'message part', 'messages partent')} tout seul{'s' if to_send > 1 else ''}."
        )
    if to_tell:
        said.append(f"{plural(to_tell, 'personne est', 'personnes sont')} à prévenir.")
    return " ".join(said) or "Personne n’est à prévenir."


@requires("workshops.manage", "workshops.attendance")
@require_POST
def undo(request: AgentRequest, workshop_session_id: UUID) -> HttpResponse:
    """Take back the last step; sessions cancelled together come back together."""
    found = get_session(request, workshop_session_id)
    last = services.undoable(found)
    if (
        last is not None
        and last.to_state == SessionState.HELD
        and not request.user.has_perm("workshops.attendance")
    ):
        raise AccessRefused("workshops.attendance")
    try:
        step, count = services.undo_last(by=request.user, session=found)
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
    else:
        what = step.label if count == 1 else f"{step.label}, {count} séances"
        messages.success(request, f"Étape annulée\u00a0: «\u00a0{what}\u00a0».")
    return redirect("insertion:workshop_session", found.pk)


def _form_page(
    request: AgentRequest, found: WorkshopSession, form: Any, title: str, **more: Any
) -> HttpResponse:
    context = {
        "session": found, "form": form, "title": title, "submit": "Enregistrer", "intro": "", "remarks": [],
        "accepted": "", "back_url": reverse("insertion:workshop_session", args=[found.pk]), **more,
    }  # fmt: skip
    return render(request, "insertion/workshops/session_form.html", context)
