"""What the pages of every kind of imported file do alike: order a piece of work, stop it, show it, drop the file."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from cias.accounts.http import AgentRequest
from cias.core.jobs import cancel_job
from cias.core.refusals import sentence
from households.enums import TakeOverJobKind
from households.models.takeover import ImportBatch
from households.takeover import services

STARTED = {
    TakeOverJobKind.CHECK: "La vérification est demandée.",
    TakeOverJobKind.IMPORT: "L’import est demandé.",
    TakeOverJobKind.UNDO: "Le retour en arrière est demandé.",
}


def start_work(
    request: AgentRequest, batch: ImportBatch, order: Callable[[TakeOverJobKind], object], page: str
) -> HttpResponse:
    """Verify, import, go on with an import, or take it back: the `kind` posted. `order` queues it."""
    try:
        kind = TakeOverJobKind(request.POST.get("kind", ""))
    except ValueError as error:
        raise Http404 from error
    try:
        order(kind)
    except ValidationError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, STARTED[kind])
    return redirect(page, batch.pk)


def cancel_work(request: AgentRequest, batch: ImportBatch, page: str) -> HttpResponse:
    """Ask the work under way to stop."""
    run = batch.runs.active().first()
    if run is None:
        messages.warning(request, "Ce travail est déjà fini.")
    else:
        cancel_job(run)
        messages.success(request, "L’annulation est demandée\u00a0: elle prend effet à l’étape suivante.")
    return redirect(page, batch.pk)


def show_progress(request: AgentRequest, batch: ImportBatch) -> HttpResponse:
    """The fragment htmx polls; once the work has ended, the whole page is asked for again."""
    run = batch.runs.first()
    response = render(request, "households/takeover/progress.html", {"run": run})
    if run is None or not run.is_active:
        response.headers["HX-Refresh"] = "true"
    return response


def discard_file(request: AgentRequest, batch: ImportBatch, page: str, files: str) -> HttpResponse:
    """Drop a file of which nothing was imported, and go back to the `files`."""
    try:
        services.discard(takeover=batch)
    except ValidationError as error:
        messages.error(request, sentence(error))
        return redirect(page, batch.pk)
    messages.success(request, f"«\u00a0{batch.file_name}\u00a0» est supprimé. Rien n’en avait été importé.")
    return redirect(files)
