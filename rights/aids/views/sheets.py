"""What the members read, and what is printed of a session."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.pdf import pdf_response
from rights.aids.printing import items_of, letters_pdf, minutes_pdf, pack_pdf
from rights.aids.regulation import regulation_on
from rights.aids.sheets import sheets_of
from rights.aids.views.sessions import get_session, to_notify


@requires("aids.sheets")
@require_safe
def sheet(request: AgentRequest, aid_session_id: UUID, agenda_item_id: UUID) -> HttpResponse:
    """One anonymised sheet, to be read before the session or after it."""
    session = get_session(request, aid_session_id)
    items = items_of(session)
    current = next((one for one in items if one.pk == agenda_item_id), None)
    if current is None:
        raise Http404
    rank = items.index(current)
    log_access(request, AccessAction.VIEW, session, sheet=current.position)
    context = {
        "session": session,
        "item": current,
        "sheet": sheets_of(items, regulation_on(session.held_on))[current.pk],
        "rank": rank + 1,
        "count": len(items),
        "previous": items[rank - 1] if rank else None,
        "next": items[rank + 1] if rank + 1 < len(items) else None,
    }
    return render(request, "rights/aids/sheet_page.html", context)


@requires("aids.sheets")
@require_safe
def pack(request: AgentRequest, aid_session_id: UUID) -> HttpResponse:
    """The convocation pack: agenda and anonymised sheets."""
    session = get_session(request, aid_session_id)
    log_access(request, AccessAction.PRINT, session, document="fiches")
    return pdf_response(
        pack_pdf(session, timezone.now()), f"fiches-{session.held_on:%Y-%m-%d}.pdf", inline=True
    )


@requires("aids.sheets")
@require_safe
def minutes(request: AgentRequest, aid_session_id: UUID) -> HttpResponse:
    """The minutes, once the session is over."""
    session = get_session(request, aid_session_id)
    if not session.is_closed:
        messages.error(request, "Le procès-verbal est prêt quand la séance est levée.")
        return redirect("rights:aid_session", session.pk)
    log_access(request, AccessAction.PRINT, session, document="proces-verbal")
    name = f"proces-verbal-{session.held_on:%Y-%m-%d}.pdf"
    return pdf_response(minutes_pdf(session, timezone.now()), name, inline=True)


@requires("aids.session")
@require_safe
def letters(request: AgentRequest, aid_session_id: UUID) -> HttpResponse:
    """The letters of everybody who is still to be told; those of protected files are for the agents named on them."""
    session = get_session(request, aid_session_id)
    requests = list(to_notify(request, session))
    if not requests:
        messages.error(request, "Il n’y a pas de courrier à imprimer.")
        return redirect("rights:aid_session", session.pk)
    for asked in requests:
        log_access(request, AccessAction.PRINT, asked, subject_id=asked.household_id, document="notification")
    content = letters_pdf(requests, request.user, timezone.now())
    return pdf_response(content, f"notifications-{session.held_on:%Y-%m-%d}.pdf", inline=True)
