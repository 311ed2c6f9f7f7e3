"""The Département's file (I1): send it, say what its columns mean, verify, import, take back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import posted
from households.enums import TakeOverJobKind
from households.forms.takeover import LayoutForm
from households.takeover import pages
from households.takeover import services as common
from insertion.imports import services
from insertion.imports.forms import ColumnsForm, UploadForm, ValuesForm
from insertion.models import OrientationImport, OrientationMapping

PER_PAGE = 20
TOO_LATE = "Ce fichier est déjà importé\u00a0: sa correspondance ne change plus."


def get_batch(batch_id: UUID) -> OrientationImport:
    return get_object_or_404(OrientationImport.objects.select_related("created_by"), pk=batch_id)


@requires("insertion.import")
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: AgentRequest) -> HttpResponse:
    """The files imported so far, and one more."""
    form = UploadForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = services.receive(
                by=request.user, name=file.name, content=file.read(), saved=form.cleaned_data.get("mapping")
            )
        except ValidationError as error:
            form.add_error("file", error)
        else:
            return redirect("insertion:import_columns", batch.pk)
    page = Paginator(OrientationImport.objects.select_related("created_by"), PER_PAGE)
    context = {
        "form": form,
        "page": page.get_page(request.GET.get("page")),
        "mappings": OrientationMapping.objects.all(),
    }
    return render(request, "insertion/imports/list.html", context)


@requires("insertion.import")
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: AgentRequest, orientation_import_id: UUID) -> HttpResponse:
    """What each column means; the verification starts once it is said."""
    batch = get_batch(orientation_import_id)
    if not batch.can_change:
        messages.warning(request, common.NO_FILE if batch.can_discard else TOO_LATE)
        return redirect("insertion:import", batch.pk)
    form = ColumnsForm(posted(request), batch=batch)
    if form.is_valid():
        try:
            batch = services.set_columns(
                batch=batch,
                columns=form.columns,
                notified_on=form.cleaned_data["notified_on"],
                save_as=form.cleaned_data["save_as"],
            )
            services.request_run(batch=batch, kind=TakeOverJobKind.CHECK, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("insertion:import", batch.pk)
    log_access(request, AccessAction.VIEW, batch, columns=len(batch.columns))
    context = {"batch": batch, "form": form, "layout_form": LayoutForm(takeover=batch)}
    return render(request, "insertion/imports/columns.html", context)


@requires("insertion.import")
@require_POST
def layout(request: AgentRequest, orientation_import_id: UUID) -> HttpResponse:
    """The header is on another line, or the list on another sheet."""
    batch = get_batch(orientation_import_id)
    form = LayoutForm(request.POST, takeover=batch)
    if form.is_valid():
        try:
            common.read_again(
                takeover=batch,
                sheet=form.cleaned_data.get("sheet", batch.layout.get("sheet", "")),
                header_number=form.cleaned_data["header"],
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    else:
        messages.error(request, "Indiquez le numéro de la ligne où sont les noms des colonnes.")
    return redirect("insertion:import_columns", batch.pk)


@requires("insertion.import")
@require_http_methods(["GET", "HEAD", "POST"])
def values(request: AgentRequest, orientation_import_id: UUID) -> HttpResponse:
    """The words of lists that nobody has given a meaning; then the verification starts again."""
    batch = get_batch(orientation_import_id)
    if not batch.can_change or not batch.unknown_values:
        messages.warning(request, "Il n’y a pas de valeur à préciser.")
        return redirect("insertion:import", batch.pk)
    form = ValuesForm(posted(request), takeover=batch)
    if form.is_valid():
        try:
            batch = common.set_values(takeover=batch, values=form.chosen())
            if name := batch.options.get("mapping"):
                common.save_mapping(takeover=batch, name=name)
            services.request_run(batch=batch, kind=TakeOverJobKind.CHECK, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("insertion:import", batch.pk)
    log_access(request, AccessAction.VIEW, batch)
    return render(request, "insertion/imports/values.html", {"batch": batch, "form": form})


@requires("insertion.import")
@require_POST
def start(request: AgentRequest, orientation_import_id: UUID) -> HttpResponse:
    """Verify, import, go on with an import, or take it back."""
    batch = get_batch(orientation_import_id)
    return pages.start_work(
        request,
        batch,
        lambda kind: services.request_run(batch=batch, kind=kind, by=request.user),
        "insertion:import",
    )


@requires("insertion.import")
@require_POST
def cancel(request: AgentRequest, orientation_import_id: UUID) -> HttpResponse:
    return pages.cancel_work(request, get_batch(orientation_import_id), "insertion:import")


@requires("insertion.import")
@require_safe
def progress(request: AgentRequest, orientation_import_id: UUID) -> HttpResponse:
    return pages.show_progress(request, get_batch(orientation_import_id))


@requires("insertion.import")
@require_POST
def discard(request: AgentRequest, orientation_import_id: UUID) -> HttpResponse:
    """Drop a file of which nothing was imported."""
    return pages.discard_file(
        request, get_batch(orientation_import_id), "insertion:import", "insertion:imports"
    )
