"""The direction reads the report to the Département, prints it, and sends the list of persons under the convention."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from appointments.forms.activity import PeriodForm, usual_periods
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.export import csv_response
from cias.core.french import date_short
from cias.core.http import posted
from cias.core.pdf import pdf_response, render_pdf
from cias.core.periods import Period
from cias.core.reauthentication import dangerous_file
from cias.territory.services import get_structure
from insertion.reporting import columns
from insertion.reporting.forms import SendingForm
from insertion.reporting.report import HEADER, csv_rows, report_of

DIFFUSABLE = "diffusable"


WHOLE_YEAR = (
    "La version diffusable porte sur une année entière et terminée\u00a0: d’autres périodes, comparées, "
    "désigneraient des personnes."
)


def _usual(protected: bool = False) -> Period:
    year = timezone.localdate().year
    return Period.year(year - 1 if protected else year)


def _asked(request: AgentRequest) -> tuple[PeriodForm, Period | None, bool]:
    """?du=…&au=… (this year by default), ?version=diffusable under statistical secrecy: past whole years only."""
    protected = request.GET.get("version") == DIFFUSABLE
    year = _usual(protected)
    asked = request.GET if "du" in request.GET or "au" in request.GET else None
    form = PeriodForm(asked, initial={"du": date_short(year.first), "au": date_short(year.last)})
    if asked is None:
        return form, year, protected
    if form.is_valid() and protected and not form.period.is_past_year(timezone.localdate()):
        form.add_error("du", WHOLE_YEAR)
    return form, form.period if form.is_valid() else None, protected


@requires("insertion.report")
@require_safe
def report(request: AgentRequest) -> HttpResponse:
    """Every indicator with its definition and what is missing."""
    form, period, protected = _asked(request)
    usual = [
        (label, date_short(one.first), date_short(one.last), one)
        for label, one in usual_periods(timezone.localdate())
    ]
    context: dict[str, Any] = {
        "form": form,
        "period": period,
        "protected": protected,
        "usual": usual,
        "sections": [],
    }
    if period is not None:
        context |= {"sections": report_of(period, protected=protected), "first": date_short(period.first),
                    "last": date_short(period.last)}  # fmt: skip
    log_access(request, AccessAction.VIEW, figures="departement")
    return render(request, "insertion/reporting/report.html", context)


def _what_is_wrong(request: AgentRequest) -> HttpResponse:
    """The page says at its fields why such a period cannot be printed; no other period is given in its place."""
    return redirect(f"{reverse('insertion:report')}?{request.GET.urlencode()}")


@requires("insertion.report")
@require_safe
def report_pdf(request: AgentRequest) -> HttpResponse:
    _form, period, protected = _asked(request)
    if period is None:
        return _what_is_wrong(request)
    structure = get_structure()
    context = {
        "period": period,
        "protected": protected,
        "sections": report_of(period, protected=protected),
        "structure": structure,
        "today": timezone.localdate(),
    }
    log_access(request, AccessAction.EXPORT, figures="departement")
    title = f"Compte rendu au Département, {period.label}"
    content = render_pdf(
        render_to_string("insertion/reporting/pdf/report.html", context),
        title=title,
        author=structure.name,
        moment=timezone.now(),
    )
    return pdf_response(content, f"departement-{period.first}-{period.last}.pdf", inline=True)


@requires("insertion.report")
@require_safe
def report_csv(request: AgentRequest) -> HttpResponse:
    _form, period, protected = _asked(request)
    if period is None:
        return _what_is_wrong(request)
    log_access(request, AccessAction.EXPORT, figures="departement")
    rows = csv_rows(report_of(period, protected=protected))
    return csv_response(f"departement-{period.first}-{period.last}.csv", HEADER, rows)


@requires("insertion.report")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous_file
def send_list(request: AgentRequest) -> HttpResponse:
    """The persons of the period with the Département's columns, as CSV, after a reason; logged."""
    year = _usual()
    initial = {"du": date_short(year.first), "au": date_short(year.last)}
    form = SendingForm(posted(request), initial=initial)
    if form.is_valid():
        period = form.period
        rows = list(columns.rows_of(request.user, period))
        log_access(
            request,
            AccessAction.EXPORT,
            reason=form.cleaned_data["raison"],
            page="departement",
            rows=len(rows),
        )
        return csv_response(f"suivi-departement-{period.first}-{period.last}.csv", columns.HEADER, rows)
    return render(request, "insertion/reporting/send.html", {"form": form, "header": columns.HEADER})
