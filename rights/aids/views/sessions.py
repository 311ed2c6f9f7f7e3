"""The sessions: prepared, opened, closed, and what follows of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import plural
from cias.core.http import posted
from cias.core.refusals import sentence
from cias.core.states import ForbiddenTransition
from rights.aids import services
from rights.aids.enums import AidState
from rights.aids.forms import add_error
from rights.aids.forms.sessions import AgendaForm, NoticeForm, RollForm, SessionForm
from rights.aids.printing import items_of
from rights.aids.regulation import regulation_on
from rights.aids.services.roll import CALLED_OFF, CLOSED_ALREADY
from rights.aids.services.sessions import listable, to_report
from rights.aids.sheets import sheets_of
from rights.models import AgendaItem, AidEnvelope, AidRequest, AidSession

PAGE = 25


def get_session(request: AgentRequest, aid_session_id: UUID) -> AidSession:
    """The session if the user may know of it; 404 otherwise: a member of the board, those they sit in."""
    rows = AidSession.objects.for_user(request.user).select_related("chair")
    return get_object_or_404(rows, pk=aid_session_id)


@requires("aids.sheets")
@require_safe
def sessions(request: AgentRequest) -> HttpResponse:
    """The meetings, the next ones first."""
    known = AidSession.objects.for_user(request.user)
    rows = AidSession.objects.filter(pk__in=known.values("pk")).annotate(
        asked=Count("items"),
        decided=Count("items", filter=~Q(items__decision="")),
        granted=Sum("items__amount"),
    )
    page = Paginator(rows.order_by("-held_on", "-created_at"), PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"page": page, "today": timezone.localdate()}
    if request.user.has_perm("aids.session"):
        context["waiting"] = listable().count()
    return render(request, "rights/aids/sessions.html", context)


@requires("aids.session")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AgentRequest) -> HttpResponse:
    form = SessionForm(posted(request))
    if form.is_valid():
        try:
            session = services.create_session(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_error(form, error)
        else:
            messages.success(request, "La séance est prévue. Inscrivez les demandes à son ordre du jour.")
            return redirect("rights:aid_session", session.pk)
    return render(request, "rights/aids/session_form.html", {"form": form, "session": None})


@requires("aids.session")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AgentRequest, aid_session_id: UUID) -> HttpResponse:
    session = get_session(request, aid_session_id)
    stored = {name: getattr(session, name) for name in ("held_on", "starts_at", "place", "quorum")}
    stored["members"] = [seat.member_id for seat in session.seats.all()]
    form = SessionForm(posted(request), stored=stored)
    if form.is_valid():
        try:
            services.update_session(by=request.user, session=session, **form.cleaned_data)
        except ValidationError as error:
            add_error(form, error)
        else:
            messages.success(request, "La séance est modifiée.")
            return redirect("rights:aid_session", session.pk)
    return render(request, "rights/aids/session_form.html", {"form": form, "session": session})


@requires("aids.sheets")
@require_safe
def session(request: AgentRequest, aid_session_id: UUID) -> HttpResponse:
    """The agenda by number, the members, what was decided; nothing here names a person who asked."""
    session = get_session(request, aid_session_id)
    items = items_of(session)
    sheets = sheets_of(items, regulation_on(session.held_on))
    holds = request.user.has_perm("aids.session")
    decided = [item for item in items if item.is_decided]
    log_access(request, AccessAction.VIEW, session, sheets=len(items))
    context: dict[str, Any] = {
        "session": session,
        "rows": [(item, sheets[item.pk]) for item in items],
        "seats": session.seats.select_related("member", "proxy"),
        "decided": len(decided),
        "granted": sum((item.amount or 0) for item in decided),
        "asked": sum(sheet.amount for sheet in sheets.values()),
        "delegated": list(to_report(session)),
        "holds": holds,
    }
    if holds:
        context["waiting"] = 0 if session.is_closed else listable(session).count()
        context["envelopes"] = AidEnvelope.objects.with_figures().filter(year=session.held_on.year)
        context["to_notify"] = to_notify(request, session).count() if session.is_closed else 0
        context["notice_form"] = NoticeForm(initial={"on": timezone.localdate()})
    return render(request, "rights/aids/session.html", context)


def to_notify(request: AgentRequest, session: AidSession) -> Any:
    """The decided requests of a session whose persons were not told, of files the user may know of."""
    rows = AidRequest.objects.for_user(request.user).filter(
        agenda_items__session=session, agenda_items__decided_at__isnull=False, state=AidState.DECIDED
    )
    return rows.select_related("kind", "household", "applicant", "agent", "rule").order_by("number")


@requires("aids.session")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: AgentRequest, aid_session_id: UUID) -> HttpResponse:
    """Choose among what waits: everything is ticked, urgent first."""
    session = get_session(request, aid_session_id)
    form = AgendaForm(posted(request), waiting=listable(session))
    if form.is_valid():
        chosen = {one.pk for one in form.cleaned_data["requests"]}
        try:
            items = services.list_requests(
                by=request.user,
                session=session,
                requests=[one for one in listable(session) if one.pk in chosen],
            )
        except (ForbiddenTransition, ValidationError) as error:
            form.add_error(None, sentence(error))
        else:
            added = plural(len(items), "demande inscrite", "demandes inscrites")
            messages.success(request, f"{added} à l’ordre du jour.")
            return redirect("rights:aid_session", session.pk)
    return render(request, "rights/aids/agenda.html", {"session": session, "form": form})


@requires("aids.session")
@require_POST
def remove(request: AgentRequest, aid_session_id: UUID, agenda_item_id: UUID) -> HttpResponse:
    session = get_session(request, aid_session_id)
    item = get_object_or_404(
        AgendaItem.objects.select_related("session", "request"), session=session, pk=agenda_item_id
    )
    try:
        services.unlist(by=request.user, item=item)
    except ForbiddenTransition as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"La demande {item.number} attend une autre séance.")
    return redirect("rights:aid_session", session.pk)


@requires("aids.session")
@require_http_methods(["GET", "HEAD", "POST"])
def open_session(request: AgentRequest, aid_session_id: UUID) -> HttpResponse:
    """The roll call, and its changes while the session is open."""
    session = get_session(request, aid_session_id)
    if session.is_closed or session.is_called_off:
        messages.error(request, CLOSED_ALREADY if session.is_closed else CALLED_OFF)
        return redirect("rights:aid_session", session.pk)
    call = services.open_session if session.is_planned else services.update_roll
    form = RollForm(posted(request), session=session)
    if form.is_valid():
        try:
            call(by=request.user, session=session, **form.asked)
        except ForbiddenTransition as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            add_error(form, error)
        else:
            return redirect("rights:aid_session_run", session.pk)
    return render(request, "rights/aids/roll.html", {"session": session, "form": form})


@requires("aids.session")
@require_POST
def cancel_opening(request: AgentRequest, aid_session_id: UUID) -> HttpResponse:
    return _act(
        request,
        aid_session_id,
        services.cancel_opening,
        "L’ouverture est annulée, la séance se prépare encore.",
    )


@requires("aids.session")
@require_POST
def cancel(request: AgentRequest, aid_session_id: UUID) -> HttpResponse:
    """Call off a meeting that has not begun; what was on its agenda waits for another one."""
    session = get_session(request, aid_session_id)
    try:
        services.cancel_session(by=request.user, session=session)
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
        return redirect("rights:aid_session", session.pk)
    messages.success(
        request,
        f"La séance du {session.held_on:%d/%m/%Y} est annulée\u00a0: ses demandes attendent une autre séance.",
    )
    return redirect("rights:aid_session", session.pk)


@requires("aids.session")
@require_POST
def restore(request: AgentRequest, aid_session_id: UUID) -> HttpResponse:
    """Undo a calling off."""
    return _act(
        request,
        aid_session_id,
        services.restore_session,
        "La séance est rétablie, avec celles de ses demandes qui attendaient encore.",
    )


@requires("aids.session")
@require_POST
def close(request: AgentRequest, aid_session_id: UUID) -> HttpResponse:
    return _act(
        request,
        aid_session_id,
        services.close_session,
        "La séance est levée, le procès-verbal est prêt.",
    )


@requires("aids.session")
@require_POST
def reopen(request: AgentRequest, aid_session_id: UUID) -> HttpResponse:
    return _act(request, aid_session_id, services.reopen_session, "La séance est rouverte.")


def _act(request: AgentRequest, aid_session_id: UUID, service: Any, done: str) -> HttpResponse:
    session = get_session(request, aid_session_id)
    try:
        service(by=request.user, session=session)
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, done)
    return redirect("rights:aid_session", session.pk)


@requires("aids.session")
@require_POST
def notify(request: AgentRequest, aid_session_id: UUID) -> HttpResponse:
    """All the letters of a session left on the same day."""
    session = get_session(request, aid_session_id)
    form = NoticeForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("rights:aid_session", session.pk)
    done = 0
    for asked in to_notify(request, session):
        try:
            services.notify(by=request.user, request=asked, **form.cleaned_data)
        except (ForbiddenTransition, ValidationError) as error:
            messages.error(request, f"{asked.number}\u00a0: {sentence(error)}")
        else:
            done += 1
    messages.success(request, f"{plural(done, 'notification enregistrée', 'notifications enregistrées')}.")
    return redirect("rights:aid_session", session.pk)
