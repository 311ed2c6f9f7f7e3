"""Editions of the analysis: list, compilation with its progress, preview, publication, download."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from abs_reports import services
from abs_reports.compiling.chapters import Chapter
from abs_reports.enums import ReportKind, ReportStatus
from abs_reports.files import read_pdf
from abs_reports.forms import EditionForm, PublicationForm
from abs_reports.freezing import frozen_book
from abs_reports.models import IndicatorValue, Report
from abs_reports.rendering.workbook import workbook_sheets
from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.db import ConstraintViolation
from cias.core.export import xlsx_response
from cias.core.http import posted
from cias.core.jobs import cancel_job
from cias.core.pdf import pdf_response
from cias.core.states import ForbiddenTransition

PAGE = 25


def get_report(user: User, report_id: UUID) -> Report:
    """An edition `user` may read; 404 for others, dashboards included."""
    return get_object_or_404(Report.objects.for_user(user).analyses(), pk=report_id)


@requires("abs.read")
@require_safe
def report_list(request: AgentRequest) -> HttpResponse:
    """The direction sees every version, the others what is published and not corrected since."""
    reports = Report.objects.for_user(request.user).analyses().select_related("published_by")
    manages = request.user.has_perm("abs.manage")
    if not manages:
        reports = reports.current()
    page = Paginator(reports, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "manages": manages,
        "has_public_data": not manages or IndicatorValue.objects.exists(),
    }
    return render(request, "abs_reports/list.html", context)


@requires("abs.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def new_edition(request: AgentRequest) -> HttpResponse:
    """Choose an edition and a year; its compilation starts at once."""
    form = EditionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        choice = form.cleaned_data
        try:
            report = services.prepare_edition(
                kind=ReportKind(choice["kind"]), year=choice["year"], title=choice["title"], by=request.user
            )
            services.request_compilation(report=report, by=request.user)
        except ConstraintViolation as error:
            form.add_error(None, error)
        except ValidationError as error:
            form.add_error("title" if hasattr(error, "error_dict") else "year", error.messages[0])
        else:
            messages.success(request, f"La compilation de « {report} » est demandée.")
            return redirect("abs_reports:report", report.pk)
    context = {
        "form": form,
        "title": "Nouvelle édition",
        "submit": "Compiler",
        "has_public_data": IndicatorValue.objects.exists(),
    }
    return render(request, "abs_reports/new.html", context)


@requires("abs.read")
@require_safe
def report_detail(request: AgentRequest, report_id: UUID) -> HttpResponse:
    """One version: what it holds, the compilation under way, what can be done next."""
    report = get_report(request.user, report_id)
    manages = request.user.has_perm("abs.manage")
    context = {
        "report": report,
        "manages": manages,
        "run": report.runs.select_related("requested_by").first() if manages else None,
        "tables": report.tables.count(),
        "versions": list(
            Report.objects.for_user(request.user).filter(series=report.series).exclude(pk=report.pk)
        ),
    }
    return render(request, "abs_reports/detail.html", context)


@requires("abs.manage")
@require_safe
def progress(request: AgentRequest, report_id: UUID) -> HttpResponse:
    """The fragment htmx polls; once the compilation has ended, the whole page is asked for again."""
    report = get_report(request.user, report_id)
    run = report.runs.first()
    response = render(request, "abs_reports/progress.html", {"run": run})
    if run is None or not run.is_active:
        response.headers["HX-Refresh"] = "true"
    return response


@requires("abs.manage")
@require_POST
def compile_again(request: AgentRequest, report_id: UUID) -> HttpResponse:
    """Compile a draft or compiled version; for a published one, start the next version (S6)."""
    report = get_report(request.user, report_id)
    try:
        if report.is_published:
            report = services.prepare_edition(
                kind=ReportKind(report.kind), year=report.year, title=report.title, by=request.user
            )
        services.request_compilation(report=report, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"La compilation de « {report} » est demandée.")
    return redirect("abs_reports:report", report.pk)


@requires("abs.manage")
@require_POST
def cancel(request: AgentRequest, report_id: UUID) -> HttpResponse:
    report = get_report(request.user, report_id)
    run = report.runs.active().first()
    if run is None:
        messages.warning(request, "Cette compilation est déjà finie.")
    else:
        cancel_job(run)
        messages.success(request, "L’annulation est demandée : elle prend effet à l’étape suivante.")
    return redirect("abs_reports:report", report.pk)


@requires("abs.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: AgentRequest, report_id: UUID) -> HttpResponse:
    """Make a compiled version final, with the board's deliberation."""
    report = get_report(request.user, report_id)
    if report.status != ReportStatus.COMPILED:
        messages.warning(request, "Seule une version compilée et pas encore publiée peut l’être.")
        return redirect("abs_reports:report", report.pk)
    form = PublicationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.publish(report=report, by=request.user, **form.cleaned_data)
        except (ValidationError, ForbiddenTransition) as error:
            form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        else:
            messages.success(request, f"« {report} » est publié.")
            return redirect("abs_reports:report", report.pk)
    context = {"form": form, "report": report, "title": f"Publier « {report} »", "submit": "Publier"}
    return render(request, "abs_reports/publish.html", context)


@requires("abs.read")
@require_safe
def download(request: AgentRequest, report_id: UUID) -> HttpResponse:
    """The PDF, byte for byte as compiled; each download is logged."""
    report = get_report(request.user, report_id)
    if not report.pdf_name:
        messages.warning(request, "Ce rapport n’a pas encore été compilé.")
        return redirect("abs_reports:report", report.pk)
    try:
        content = read_pdf(report)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("abs_reports:report", report.pk)
    log_access(request, AccessAction.DOWNLOAD, report, version=report.version)
    return pdf_response(content, f"{report.series}-v{report.version}.pdf")


@requires("abs.read")
@require_safe
def figures(request: AgentRequest, report_id: UUID) -> HttpResponse:
    """The frozen tables on screen, a chapter at a time; with what is behind each figure for who manages them."""
    report = get_report(request.user, report_id)
    book = frozen_book(report, with_bases=request.user.has_perm("abs.manage"))
    chapters = [chapter for chapter in Chapter if book.chapter(chapter)]
    wanted = request.GET.get("chapitre", "")
    current = wanted if wanted in chapters else (chapters[0] if chapters else "")
    log_access(request, AccessAction.VIEW, report, version=report.version, chapter=current)
    context = {
        "report": report,
        "chapters": [(chapter.value, chapter.label) for chapter in chapters],
        "current": current,
        "tables": book.chapter(current),
    }
    return render(request, "abs_reports/figures.html", context)


@requires("abs.read")
@require_safe
def figures_workbook(request: AgentRequest, report_id: UUID) -> HttpResponse:
    """Every frozen figure as a workbook: what one must know first, then one tab a chapter."""
    report = get_report(request.user, report_id)
    book = frozen_book(report)
    log_access(request, AccessAction.EXPORT, report, version=report.version)
    sheets = workbook_sheets(report, book, report.context)
    if not sheets:
        messages.warning(request, "Ce rapport n’a pas encore été compilé.")
        return redirect("abs_reports:report", report.pk)
    return xlsx_response(f"{report.series}-v{report.version}.xlsx", sheets)
