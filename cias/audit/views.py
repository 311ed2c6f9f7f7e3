"""The read log, for those who watch over it, and each agent's own lines."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.audit.enums import AccessAction
from cias.audit.forms import ExportReasonForm, LogFilterForm, LogSearchForm
from cias.audit.models import AccessLog, name_accounts
from cias.audit.reasons import ask_reason
from cias.audit.seals import head
from cias.audit.services import log_access
from cias.core.access import any_agent, requires
from cias.core.export import csv_response
from cias.core.french import number
from cias.core.http import posted
from cias.core.reauthentication import dangerous_file

PER_PAGE = 50
EXPORT_LIMIT = 20_000
EXPORT_COLUMNS = ("Date", "Agent", "Action", "Objet", "Dossier", "Précision")


@requires("audit.view")
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest) -> HttpResponse:
    """Who opened, printed, exported or searched what, newest first (C4); a number is posted, then left behind."""
    form = LogSearchForm(request.POST) if request.method == "POST" else LogSearchForm.of_address(request.GET)
    if request.method == "POST" and form.is_valid():
        return redirect(f"{reverse('audit:log')}?{form.address}")
    lines, older = page_of(form.apply(AccessLog.objects.select_related("user")), request.GET.get("avant"))
    context = {
        "form": form,
        "lines": lines,
        "older": older,
        "is_first": "avant" not in request.GET,
        "seal": head(),
        "tab": "refus" if request.GET.get("action") == AccessAction.REFUSED else "journal",
    }
    return render(request, "audit/log.html", context)


@requires("audit.view")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous_file
def export(request: HttpRequest) -> HttpResponse:
    """The lines of the current filter as a spreadsheet, after a reason; the export is itself a line of the log."""
    lines = LogFilterForm(request.GET).apply(AccessLog.objects.select_related("user"))
    count = lines.count()
    back = f"{reverse('audit:log')}?{request.GET.urlencode()}"
    if count > EXPORT_LIMIT:
        messages.error(
            request,
            f"{number(count)}\u00a0lignes, c’est plus que les {number(EXPORT_LIMIT)} d’un export\u00a0: "
            "réduisez la période.",
        )
        return redirect(back)
    form = ExportReasonForm(posted(request))
    if not form.is_valid():
        return ask_reason(
            request,
            form,
            title="Exporter le journal",
            intro="celles du filtre choisi",
            count=count,
            back_url=back,
        )
    found = list(lines.order_by("at", "pk"))
    name_accounts(found)
    rows = [
        (
            line.at,
            str(line.user or ""),
            line.get_action_display(),
            line.object_label,
            str(line.subject_id or ""),
            line.precision,
        )
        for line in found
    ]
    log_access(request, AccessAction.EXPORT, reason=form.cleaned_data["reason"], rows=count)
    return csv_response(f"journal-{timezone.localdate()}.csv", EXPORT_COLUMNS, rows)


@any_agent
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the log keeps about me."""
    lines, older = page_of(AccessLog.objects.filter(user=request.user.pk), request.GET.get("avant"))
    context = {"lines": lines, "older": older, "is_first": "avant" not in request.GET}
    return render(request, "audit/mine.html", context)


def page_of(lines: QuerySet[AccessLog], before: str | None) -> tuple[list[AccessLog], int | None]:
    """The page of lines older than the one numbered `before`, and the number to ask the next page with.

    Pages are cut after a line, not counted: the log is long and grows while one reads it.
    """
    if before and before.isdecimal() and (last := AccessLog.objects.filter(pk=int(before[:18])).first()):
        lines = lines.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    found = list(lines.order_by("-at", "-pk")[: PER_PAGE + 1])
    name_accounts(found[:PER_PAGE])
    return found[:PER_PAGE], found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None
