"""Exports of a list: asking with a reason, waiting, downloading what one asked for."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import AccessRefused, requires
from cias.core.crypto import CannotDecryptError
from cias.core.export import download as download_response
from cias.core.http import posted
from cias.core.reauthentication import dangerous
from cias.core.vault import MissingFileError
from cias.lists import services
from cias.lists.definition import listings
from cias.lists.forms import ExportForm
from cias.lists.models import ExportFormat, ExportRun
from cias.lists.services.exports import LARGE
from cias.lists.state import ListState
from cias.lists.views.saved import get_listing

# Whoever may export some list; each list says which right it takes.
RIGHTS = ("files.export", "register.export")
SHOWN = 50
DAMAGED = "Le fichier manque ou a été modifié : demandez l’export de nouveau."


def get_run(request: AgentRequest, export_id: UUID) -> ExportRun:
    """One's own export; 404 for those of others."""
    return get_object_or_404(ExportRun.objects.for_user(request.user), pk=export_id)


def title_of(run: ExportRun) -> str:
    listing = dict(listings.items()).get(run.listing)
    return listing.title if listing else run.listing


@requires(*RIGHTS)
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous
def ask(request: AgentRequest, listing: str) -> HttpResponse:
    """Choose columns and format, say why; the filters are those of the address."""
    found = get_listing(request.user, listing)
    if not request.user.has_perm(found.export_right):
        raise AccessRefused(found.export_right)
    state = ListState(found, request.user, request.GET)
    form = ExportForm(posted(request), user=request.user, state=state)
    if request.method == "POST" and form.is_valid():
        try:
            run = services.request_export(by=request.user, state=state, **form.asked)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _log(request, run)
            return redirect("lists:export_run", run.pk)
    context = {
        "form": form,
        "title": f"Exporter la liste : {found.title.lower()}",
        "submit": "Préparer le fichier",
        "state": state,
        "count": state.rows.count(),
        "large": LARGE,
        "noun": found.noun,
        "back_url": reverse(found.url_name) + state.url(),
    }
    return render(request, "lists/export_form.html", context)


def _log(request: AgentRequest, run: ExportRun) -> None:
    """Codes and counts: which filters, how many rows, which columns; never a value that names somebody."""
    log_access(
        request,
        AccessAction.PRINT if run.file_format == ExportFormat.PDF else AccessAction.EXPORT,
        run,
        reason=run.reason,
        listing=run.listing,
        filters=sorted(run.filters),
        rows=run.rows,
        columns=run.columns,
        named=run.is_named,
        format=run.file_format,
    )


@requires(*RIGHTS)
@require_safe
def runs(request: AgentRequest) -> HttpResponse:
    """One's exports of the last weeks."""
    rows = [(run, title_of(run)) for run in ExportRun.objects.for_user(request.user)[:SHOWN]]
    return render(request, "lists/exports.html", {"rows": rows})


@requires(*RIGHTS)
@require_safe
def export_run(request: AgentRequest, export_id: UUID) -> HttpResponse:
    """One export: being prepared, ready, failed, or gone."""
    return render(request, "lists/export_run.html", _shown(get_run(request, export_id)))


def _shown(run: ExportRun) -> dict[str, Any]:
    again = f"{reverse('lists:export', args=[run.listing])}?{urlencode(run.filters, doseq=True)}"
    return {"run": run, "listing_title": title_of(run), "again": again}


@requires(*RIGHTS)
@require_safe
def progress(request: AgentRequest, export_id: UUID) -> HttpResponse:
    """The fragment htmx polls; once the file is there, the whole page is asked for again."""
    run = get_run(request, export_id)
    response = render(request, "lists/export_progress.html", _shown(run))
    if not run.is_active:
        response.headers["HX-Refresh"] = "true"
    return response


@requires(*RIGHTS)
@require_safe
def download(request: AgentRequest, export_id: UUID) -> HttpResponse:
    """The file, for the agent who asked and until it expires; each download is logged."""
    run = get_run(request, export_id)
    if not run.is_available:
        messages.warning(request, "Ce fichier n’est plus disponible : demandez l’export de nouveau.")
        return redirect("lists:export_run", run.pk)
    try:
        content = services.read_export(run)
    except (MissingFileError, CannotDecryptError):
        messages.error(request, DAMAGED)
        return redirect("lists:export_run", run.pk)
    log_access(request, AccessAction.DOWNLOAD, run, reason=run.reason, listing=run.listing, rows=run.rows)
    name = f"{slugify(title_of(run))}-{localtime(run.created_at):%Y-%m-%d}.{run.file_format}"
    return download_response(content, name, run.content_type)


@requires(*RIGHTS)
@require_POST
def delete(request: AgentRequest, export_id: UUID) -> HttpResponse:
    """Drop the file before its time."""
    services.delete_export(run=get_run(request, export_id))
    messages.success(request, "Le fichier est supprimé.")
    return redirect("lists:exports")
