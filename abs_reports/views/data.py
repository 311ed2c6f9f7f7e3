"""Public data: what is imported, sending a file, following its import, reading its report."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from abs_reports.enums import Level, Missing
from abs_reports.importing import job as orders
from abs_reports.importing.forms import LARGEST_UPLOAD, ImportForm
from abs_reports.importing.statement_model import model_sheets
from abs_reports.models import Dataset, ImportJob, ImportRun, IndicatorValue
from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.export import xlsx_response
from cias.core.http import posted
from cias.core.jobs import cancel_job
from cias.core.uploads import spooled_uploads

JOBS_SHOWN = 8
VERIFY = "verifier"


@spooled_uploads(LARGEST_UPLOAD)
@requires("indicators.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def dataset_list(request: AgentRequest) -> HttpResponse:
    """The datasets in use, and the form that sends a file: it is verified only, or imported, by the worker."""
    form = ImportForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        choice = form.cleaned_data
        try:
            job = orders.request_import(
                by=request.user,
                file=choice["file"],
                geo_year=choice["geo_year"],
                level=choice["level"],
                dry_run=request.POST.get("action") == VERIFY,
            )
        except ValidationError as error:
            form.add_error("file", error)
        else:
            return redirect("abs_reports:import_job", job.pk)
    context = {
        "form": form,
        "title": "Données publiques",
        "datasets": _datasets(),
        "jobs": ImportJob.objects.select_related("requested_by")[:JOBS_SHOWN],
    }
    return render(request, "abs_reports/datasets.html", context)


def _datasets() -> list[tuple[Dataset, list[tuple[str, int]]]]:
    """Each dataset with the number of values it gives at each level."""
    counts: dict[UUID, dict[str, int]] = {}
    rows = IndicatorValue.objects.filter(value__isnull=False).values_list("dataset", "level")
    for dataset, level, count in rows.annotate(count=Count("pk")).order_by():
        counts.setdefault(dataset, {})[level] = count
    return [
        (
            dataset,
            [
                (level.label, counts[dataset.pk][level])
                for level in Level
                if level in counts.get(dataset.pk, {})
            ],
        )
        for dataset in Dataset.objects.prefetch_related("runs")
    ]


@requires("indicators.manage")
@require_safe
def import_job(request: AgentRequest, import_job_id: UUID) -> HttpResponse:
    """A file sent: its progress, then what it holds or why it was refused."""
    job = get_object_or_404(ImportJob.objects.select_related("requested_by"), pk=import_job_id)
    return render(request, "abs_reports/import_job.html", {"job": job})


@requires("indicators.manage")
@require_safe
def import_progress(request: AgentRequest, import_job_id: UUID) -> HttpResponse:
    """The fragment htmx polls; once the work has ended, the whole page is asked for again."""
    job = get_object_or_404(ImportJob, pk=import_job_id)
    response = render(request, "abs_reports/import_progress.html", {"job": job})
    if not job.is_active:
        response.headers["HX-Refresh"] = "true"
    return response


@requires("indicators.manage")
@require_POST
def import_verified(request: AgentRequest, import_job_id: UUID) -> HttpResponse:
    """Import the file that was verified, without sending it again."""
    job = get_object_or_404(ImportJob, pk=import_job_id)
    try:
        job = orders.import_verified(job=job, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("abs_reports:import_job", job.pk)


@requires("indicators.manage")
@require_POST
def import_cancel(request: AgentRequest, import_job_id: UUID) -> HttpResponse:
    job = get_object_or_404(ImportJob, pk=import_job_id)
    if not job.is_active:
        messages.warning(request, "Cet import est déjà fini.")
    else:
        job = cancel_job(job)
        if not job.is_active:
            orders.drop_file(job)
        messages.success(request, "L’annulation est demandée\u00a0: rien n’est enregistré.")
    return redirect("abs_reports:import_job", job.pk)


@requires("indicators.manage")
@require_safe
def import_detail(request: AgentRequest, import_run_id: UUID) -> HttpResponse:
    """The report of one import."""
    run = get_object_or_404(ImportRun.objects.select_related("dataset", "imported_by"), pk=import_run_id)
    context = {
        "run": run,
        "reasons": [(Missing(key).label, count) for key, count in run.report.get("missing", {}).items()],
        "levels": [(Level(key).label, count) for key, count in run.report.get("levels", {}).items()],
        "lists": [
            (label, run.report[key])
            for key, label in (
                ("absent_communes", "Communes absentes"),
                ("former_codes", "Anciens codes"),
                ("notes", "À savoir"),
                ("unknown_columns", "Colonnes laissées"),
            )
            if run.report.get(key)
        ],
    }
    return render(request, "abs_reports/import.html", context)


@requires("indicators.manage")
@require_safe
def statement_model(request: AgentRequest) -> HttpResponse:
    """The workbook to fill in with figures that exist only on pages."""
    return xlsx_response("releve-modele.xlsx", model_sheets())
