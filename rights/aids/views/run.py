"""The session as it is held: one anonymised sheet after the other, each decision saved as it is taken."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import lower_first
from cias.core.http import posted
from cias.core.refusals import sentence
from cias.core.states import ForbiddenTransition
from rights.aids import services
from rights.aids.forms import add_error
from rights.aids.forms.sessions import VoteForm
from rights.aids.printing import items_of
from rights.aids.regulation import regulation_on
from rights.aids.services.roll import voters
from rights.aids.sheets import sheets_of
from rights.aids.views.sessions import get_session
from rights.models import AgendaItem, AidEnvelope, AidSession


@requires("aids.session")
@require_safe
def resume(request: AgentRequest, aid_session_id: UUID) -> HttpResponse:
    """Where the session stands: the first sheet nobody voted on, or the session's page when there is none."""
    session = get_session(request, aid_session_id)
    waiting = session.items.filter(decision="").first()
    if waiting is None or not session.is_open:
        return redirect("rights:aid_session", session.pk)
    return redirect("rights:aid_item", session.pk, waiting.pk)


@requires("aids.session")
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: AgentRequest, aid_session_id: UUID, agenda_item_id: UUID) -> HttpResponse:
    """One sheet and its vote; the decision saved, the next sheet follows."""
    session = get_session(request, aid_session_id)
    if not session.is_open:
        messages.error(request, "La séance n’est pas ouverte.")
        return redirect("rights:aid_session", session.pk)
    items = items_of(session)
    current = next((one for one in items if one.pk == agenda_item_id), None)
    if current is None:
        raise Http404
    sheets = sheets_of(items, regulation_on(session.held_on))
    sheet = sheets[current.pk]
    form = VoteForm(posted(request), session=session, sheet=sheet, keys=request.user.keyboard_shortcuts)
    if form.is_valid():
        try:
            current = services.decide_item(by=request.user, item=current, **form.asked)
        except ForbiddenTransition as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            add_error(form, error)
        else:
            messages.success(
                request, f"{current.number}\u00a0: {lower_first(current.get_decision_display())}."
            )
            return _next(session, items, current)
    rank = items.index(current)
    log_access(request, AccessAction.VIEW, session, sheet=current.position)
    seats = list(session.seats.all())
    context = {
        "session": session,
        "item": current,
        "sheet": sheet,
        "form": form,
        "rank": rank + 1,
        "items": items,
        "count": len(items),
        "decided": sum(one.is_decided for one in items),
        "previous": items[rank - 1] if rank else None,
        "next": items[rank + 1] if rank + 1 < len(items) else None,
        "present": sum(seat.present for seat in seats),
        "voters": voters(seats, ()),
        "envelope": _envelope(session, current),
    }
    return render(request, "rights/aids/run.html", context)


def _envelope(session: AidSession, item: AgendaItem) -> AidEnvelope | None:
    rows = AidEnvelope.objects.with_figures().filter(year=session.held_on.year)
    return rows.filter(kind__requests__agenda_items=item).first()


def _next(session: AidSession, items: list[AgendaItem], current: AgendaItem) -> HttpResponse:
    """The next sheet nobody voted on, after this one or before it; the session's page when all are decided."""
    rank = next(place for place, one in enumerate(items) if one.pk == current.pk)
    for one in [*items[rank + 1 :], *items[:rank]]:
        if not one.is_decided:
            return redirect("rights:aid_item", session.pk, one.pk)
    return redirect("rights:aid_session", session.pk)


@requires("aids.session")
@require_POST
def undo(request: AgentRequest, aid_session_id: UUID) -> HttpResponse:
    """Take back the last decision and show its sheet again."""
    session = get_session(request, aid_session_id)
    try:
        undone = services.undo_last_decision(by=request.user, session=session)
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
        return redirect("rights:aid_session_run", session.pk)
    messages.success(request, f"La décision sur {undone.number} est annulée.")
    return redirect("rights:aid_item", session.pk, undone.pk)
