"""Take over an existing list (H17): send the file, map it, verify, import, take back."""

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
from cias.core.reauthentication import dangerous
from households.enums import TakeOverJobKind
from households.forms.takeover import ColumnsForm, LayoutForm, UploadForm, ValuesForm
from households.models import TakeOver, TakeOverMapping
from households.takeover import pages, services

PER_PAGE = 20


def get_takeover(takeover_id: UUID) -> TakeOver:
    return get_object_or_404(TakeOver.objects.select_related("created_by"), pk=takeover_id)


@requires("files.import")
@require_http_methods(["GET", "HEAD", "POST"])
def takeovers(request: AgentRequest) -> HttpResponse:
    """The files taken over so far, and one more."""
    form = UploadForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            takeover = services.receive(
                by=request.user, name=file.name, content=file.read(), saved=form.cleaned_data.get("mapping")
            )
        except ValidationError as error:
            form.add_error("file", error)
        else:
            return redirect("households:takeover_columns", takeover.pk)
    rows = TakeOver.objects.select_related("created_by")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "mappings": TakeOverMapping.objects.all()}
    return render(request, "households/takeover/list.html", context)


@requires("files.import")
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: AgentRequest, takeover_id: UUID) -> HttpResponse:
    """What each column means; the verification starts once it is said."""
    takeover = get_takeover(takeover_id)
    if not takeover.can_change:
        messages.warning(request, services.NO_FILE if takeover.can_discard else services.IMPORTED)
        return redirect("households:takeover", takeover.pk)
    form = ColumnsForm(posted(request), takeover=takeover)
    if form.is_valid():
        try:
            services.set_columns(
                takeover=takeover,
                columns=form.columns,
                source=form.cleaned_data["source"],
                options=form.options(),
            )
            takeover.refresh_from_db()
            if name := form.cleaned_data["save_as"]:
                services.save_mapping(takeover=takeover, name=name)
            services.request_run(takeover=takeover, kind=TakeOverJobKind.CHECK, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("households:takeover", takeover.pk)
    log_access(request, AccessAction.VIEW, takeover, columns=len(takeover.columns))
    context = {"takeover": takeover, "form": form, "layout_form": LayoutForm(takeover=takeover)}
    return render(request, "households/takeover/columns.html", context)


@requires("files.import")
@require_POST
def layout(request: AgentRequest, takeover_id: UUID) -> HttpResponse:
    """The header is on another line, or the list on another sheet."""
    takeover = get_takeover(takeover_id)
    form = LayoutForm(request.POST, takeover=takeover)
    if form.is_valid():
        try:
            services.read_again(
                takeover=takeover,
                sheet=form.cleaned_data.get("sheet", takeover.layout.get("sheet", "")),
                header_number=form.cleaned_data["header"],
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    else:
        messages.error(request, "Indiquez le numéro de la ligne où sont les noms des colonnes.")
    return redirect("households:takeover_columns", takeover.pk)


@requires("files.import")
@require_http_methods(["GET", "HEAD", "POST"])
def values(request: AgentRequest, takeover_id: UUID) -> HttpResponse:
    """The words of lists that nobody has given a meaning; then the verification starts again."""
    takeover = get_takeover(takeover_id)
    if not takeover.can_change or not takeover.unknown_values:
        messages.warning(request, "Il n’y a pas de valeur à préciser.")
        return redirect("households:takeover", takeover.pk)
    form = ValuesForm(posted(request), takeover=takeover)
    if form.is_valid():
        try:
            services.set_values(takeover=takeover, values=form.chosen())
            services.request_run(takeover=takeover, kind=TakeOverJobKind.CHECK, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("households:takeover", takeover.pk)
    log_access(request, AccessAction.VIEW, takeover)
    return render(request, "households/takeover/values.html", {"takeover": takeover, "form": form})


@requires("files.import")
@require_POST
@dangerous
def start(request: AgentRequest, takeover_id: UUID) -> HttpResponse:
    """Verify, import, go on with an import, or take it back."""
    takeover = get_takeover(takeover_id)
    return pages.start_work(
        request,
        takeover,
        lambda kind: services.request_run(takeover=takeover, kind=kind, by=request.user),
        "households:takeover",
    )


@requires("files.import")
@require_POST
def cancel(request: AgentRequest, takeover_id: UUID) -> HttpResponse:
    return pages.cancel_work(request, get_takeover(takeover_id), "households:takeover")


@requires("files.import")
@require_safe
def progress(request: AgentRequest, takeover_id: UUID) -> HttpResponse:
    return pages.show_progress(request, get_takeover(takeover_id))


@requires("files.import")
@require_POST
def discard(request: AgentRequest, takeover_id: UUID) -> HttpResponse:
    """Drop a file of which nothing was imported."""
    return pages.discard_file(
        request, get_takeover(takeover_id), "households:takeover", "households:takeovers"
    )
