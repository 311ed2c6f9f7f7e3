"""The attendance sheet: to sign on paper, then one screen to enter it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import plural
from cias.core.pdf import pdf_response, render_pdf
from cias.core.refusals import sentence
from cias.core.states import ForbiddenTransition
from cias.territory.services import get_structure
from households.search import search
from insertion.models import WorkshopRegistration, WorkshopSession
from insertion.workshops import services
from insertion.workshops.enums import Attendance, RegistrationState
from insertion.workshops.services import Attendee
from insertion.workshops.views.access import get_session
from insertion.workshops.views.registering import at_home

MOST_HITS = 8
# Lines left blank on paper for those who come without having registered.
BLANK_LINES = 3
MOST_WITHOUT_FILE = 50


@requires("workshops.attendance")
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: AgentRequest, workshop_session_id: UUID) -> HttpResponse:
    """One mark a line. Searching for somebody who came without registering keeps the marks already made."""
    found = get_session(request, workshop_session_id)
    rows = _rows(request, found)
    if not found.awaits_attendance:
        messages.error(request, "Les présences se notent quand la séance a commencé.")
        return redirect("insertion:workshop_session", found.pk)
    data = request.POST
    error = ""
    if request.method == "POST" and "find" not in data:
        error = _recorded(request, found, rows)
        if not error:
            count = found.registrations.present().count()
            said = f"{plural(count, 'présent')}, {plural(len(rows), 'inscrit')}"
            messages.success(request, f"Les présences sont enregistrées\u00a0: {said}.")
            return redirect("insertion:workshop_session", found.pk)
    return _page(request, found, rows, data, error)


def _rows(request: AgentRequest, found: WorkshopSession) -> list[WorkshopRegistration]:
    rows = WorkshopRegistration.objects.in_list(request.user).filter(session=found)
    kept = rows.exclude(state=RegistrationState.WITHDRAWN).with_people()
    return sorted(kept, key=lambda row: (row.state == RegistrationState.WAITING, row.who.lower(), row.number))


def _recorded(request: AgentRequest, found: WorkshopSession, rows: list[WorkshopRegistration]) -> str:
    """Record the sheet; the sentence that says why not."""
    data = request.POST
    known = [at_home(request.user, key) for key in dict.fromkeys(data.getlist("walk_in"))]
    walk_ins = [Attendee(person=one[0], household=one[1]) for one in known if one is not None]
    walk_ins += [Attendee(name=name) for name in _names(data)]
    marks = {row.pk: data.get(f"mark-{row.pk}", "") for row in rows}
    marks = {key: mark for key, mark in marks.items() if mark in Attendance.values}
    try:
        services.record_attendance(by=request.user, session=found, marks=marks, walk_ins=walk_ins)
    except (ForbiddenTransition, ValidationError) as refused:
        return sentence(refused)
    return ""


def _names(data: QueryDict) -> list[str]:
    lines = (line.strip()[:120] for line in data.get("names", "").splitlines())
    return [line for line in lines if line][:MOST_WITHOUT_FILE]


def _page(
    request: AgentRequest,
    found: WorkshopSession,
    rows: list[WorkshopRegistration],
    data: QueryDict,
    error: str,
) -> HttpResponse:
    query = data.get("q", "").strip() if "find" in data else ""
    hits = search(query, request.user, limit=MOST_HITS) if query else []
    log_access(request, AccessAction.SEARCH if query else AccessAction.VIEW, found, registrations=len(rows))
    known = {row.person_id for row in rows}
    chosen = [at_home(request.user, key) for key in dict.fromkeys(data.getlist("walk_in"))]
    posted = request.method == "POST"
    context: dict[str, Any] = {
        "session": found, "workshop": found.workshop, "error": error, "query": query,
        "lines": [
            (row, data.get(f"mark-{row.pk}", "") if posted else row.attendance) for row in rows
        ],
        "marks": Attendance.choices,
        "chosen": [one[0] for one in chosen if one is not None],
        "hits": [hit for hit in hits if hit.household is not None and hit.person.pk not in known],
        "names": data.get("names", ""),
        "missing": posted and bool(error),
    }  # fmt: skip
    return render(request, "insertion/workshops/attendance.html", context)


@requires("workshops.register")
@require_safe
def sheet(request: AgentRequest, workshop_session_id: UUID) -> HttpResponse:
    """To sign on the day: the registered by name, those who wait below, blank lines for the others."""
    found = get_session(request, workshop_session_id)
    rows = [row for row in _rows(request, found) if not row.is_walk_in]
    log_access(request, AccessAction.PRINT, found, registrations=len(rows))
    structure = get_structure()
    context = {
        "session": found, "workshop": found.workshop, "structure": structure,
        "registered": [row for row in rows if row.state == RegistrationState.REGISTERED],
        "waiting": [row for row in rows if row.state == RegistrationState.WAITING],
        "blank": range(BLANK_LINES),
    }  # fmt: skip
    day = timezone.localtime(found.start)
    content = render_pdf(
        render_to_string("insertion/workshops/pdf/sheet.html", context),
        title=f"Feuille d’émargement, {found.workshop}", author=structure.name, moment=timezone.now(),
    )  # fmt: skip
    return pdf_response(content, f"emargement-{day:%Y-%m-%d-%Hh%M}.pdf", inline=True)
