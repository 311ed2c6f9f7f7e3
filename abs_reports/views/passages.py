"""The history of a text: who wrote what and when, texts set aside, going back to one."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from abs_reports.models import Passage, PassageVersion
from abs_reports.views.reports import get_report
from abs_reports.views.writing import get_chapter
from abs_reports.writing.enums import PassageKind
from abs_reports.writing.passages import restore
from abs_reports.writing.sections import label_of
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.refusals import sentence
from cias.core.states import ForbiddenTransition

PAGE = 10


@requires("abs.manage")
@require_safe
def passage_history(request: AgentRequest, report_id: UUID, chapter: str, kind: str) -> HttpResponse:
    """Every version of a text, the latest first."""
    report, chapter = get_report(request.user, report_id), get_chapter(chapter)
    if kind not in PassageKind.values:
        raise Http404
    passage = Passage.objects.filter(series=report.series, chapter=chapter, kind=kind).first()
    versions = (passage.versions if passage else PassageVersion.objects.none()).select_related("author")
    log_access(request, AccessAction.VIEW, report, version=report.version, chapter=chapter, part="history")
    context = {
        "report": report,
        "chapter": chapter,
        "chapter_label": label_of(chapter),
        "kind_label": PassageKind(kind).label,
        "passage": passage,
        "page": Paginator(versions.order_by("-created_at", "-number"), PAGE).get_page(
            request.GET.get("page")
        ),
    }
    return render(request, "abs_reports/writing/history.html", context)


@requires("abs.manage")
@require_POST
def passage_restore(request: AgentRequest, report_id: UUID, passage_version_id: UUID) -> HttpResponse:
    """Make an older text the current one."""
    report = get_report(request.user, report_id)
    version = get_object_or_404(
        PassageVersion.objects.select_related("passage"), pk=passage_version_id, passage__series=report.series
    )
    try:
        restore(by=request.user, report=report, version=version)
    except ForbiddenTransition as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, "Le texte est rétabli ; celui qu’il remplace reste dans l’historique.")
    passage = version.passage
    return redirect("abs_reports:passage_history", report.pk, passage.chapter, passage.kind)
