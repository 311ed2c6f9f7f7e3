"""Bringing everybody's leave from a file: read it, look at what it says, then import it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from appointments.forms import LeaveFileForm
from appointments.services import to_move
from appointments.services.leave import LeaveRow, import_leave, read_leave
from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.core import french
from cias.core.access import requires
from cias.core.export import csv_bytes
from cias.core.http import posted
from cias.core.tables import decode

HEADER = ("agent", "du", "au", "de", "à", "nature", "précision")


@requires("agenda.presence")
@require_http_methods(["GET", "HEAD", "POST"])
def leave_file(request: AgentRequest) -> HttpResponse:
    """The first POST brings the file, the second its text with the button that imports it."""
    agents = list(User.objects.with_agenda())
    if "text" in request.POST:
        return _import(request, agents)
    form = LeaveFileForm(posted(request), request.FILES or None)
    rows: list[LeaveRow] = []
    text = ""
    if form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        try:
            rows = read_leave(file.name, content, agents=agents)
        except ValidationError as error:
            form.add_error("file", error)
        else:
            text = _as_text(rows)
    context = {
        "form": form, "rows": rows, "text": text, "header": ", ".join(HEADER),
        "new": sum(row.is_new for row in rows), "known": sum(row.known for row in rows),
        "wrong": sum(bool(row.error) for row in rows),
    }  # fmt: skip
    return render(request, "appointments/leave.html", context)


def _as_text(rows: list[LeaveRow]) -> str:
    """What the page carries to the second POST: the good rows, as a file of ours."""
    good = [row.absence for row in rows if row.absence is not None]
    lines = [
        (
            row.agent.email,
            french.date_short(row.start),
            french.date_short(row.end),
            f"{row.start:%H:%M}",
            f"{row.end:%H:%M}",
            row.get_kind_display(),
            row.label,
        )
        for row in good
    ]
    return decode(csv_bytes(HEADER, lines))


def _import(request: AgentRequest, agents: list[User]) -> HttpResponse:
    try:
        rows = read_leave("Le fichier", request.POST["text"].encode(), agents=agents)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("appointments:leave_file")
    count = import_leave(by=request.user, rows=rows)
    displaced = len(to_move(agents, request.user))
    text = f"{french.plural(count, 'absence importée', 'absences importées')}."
    if displaced:
        messages.warning(request, f"{text} {french.plural(displaced, 'rendez-vous')} à déplacer.")
        return redirect("appointments:to_move")
    messages.success(request, f"{text} Aucun rendez-vous n’est à déplacer.")
    return redirect("appointments:presences")
