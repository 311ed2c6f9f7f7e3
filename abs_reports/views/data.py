"""Public data: what is imported, and importing a file."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from abs_reports.enums import Missing
from abs_reports.forms import ImportForm
from abs_reports.importing import FileError, ImportReport, import_indicators
from abs_reports.models import Dataset, ImportRun
from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.http import posted


@requires("indicators.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def dataset_list(request: AgentRequest) -> HttpResponse:
    """The datasets in use; a file is first verified, then imported."""
    form = ImportForm(posted(request), request.FILES or None)
    trial: ImportReport | None = None
    if request.method == "POST" and form.is_valid():
        verify = request.POST.get("action") == "verifier"
        try:
            report = _import(request, form, dry_run=verify)
        except FileError as error:
            form.add_error("file", error)
        else:
            if not verify:
                messages.success(request, f"« {report.file_name} » est importé.")
                run = ImportRun.objects.filter(sha256=report.sha256).latest("created_at")
                return redirect("abs_reports:import", run.pk)
            trial = report
    context = {
        "form": form,
        "trial": trial,
        "title": "Données publiques",
        "datasets": Dataset.objects.prefetch_related("runs"),
    }
    return render(request, "abs_reports/datasets.html", context)


def _import(request: AgentRequest, form: ImportForm, *, dry_run: bool) -> ImportReport:
    uploaded = form.cleaned_data["file"]
    return import_indicators(
        name=uploaded.name,
        content=uploaded.read(),
        by=request.user,
        geo_year=form.cleaned_data["geo_year"],
        dry_run=dry_run,
    )


@requires("indicators.manage")
@require_safe
def import_detail(request: AgentRequest, import_run_id: UUID) -> HttpResponse:
    """The report of one import."""
    run = get_object_or_404(ImportRun.objects.select_related("dataset", "imported_by"), pk=import_run_id)
    reasons = [(Missing(key).label, count) for key, count in run.report.get("missing", {}).items()]
    return render(request, "abs_reports/import.html", {"run": run, "reasons": reasons})
