"""The direction's figures of the programme, and its anonymised export."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
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
from cias.core.periods import Period
from cias.core.reauthentication import dangerous_file
from housing.energy.export import export
from housing.energy.figures import tables_of
from housing.energy.forms import ExportForm


@requires("energy.overview")
@require_safe
def figures(request: AgentRequest) -> HttpResponse:
    """?du=…&au=… (this year by default): what each measure counts, by its dimension."""
    today = timezone.localdate()
    usual = usual_periods(today)
    year = Period.year(today.year)
    asked = request.GET if "du" in request.GET or "au" in request.GET else None
    form = PeriodForm(asked, initial={"du": date_short(year.first), "au": date_short(year.last)})
    context: dict[str, Any] = {"form": form, "period": None, "tables": []}
    if asked is None or form.is_valid():
        period = year if asked is None else form.period
        context |= {"period": period, "tables": tables_of(period)}
    context["usual"] = [(label, date_short(one.first), date_short(one.last), one) for label, one in usual]
    return render(request, "housing/energy/figures.html", context)


@requires("energy.export")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous_file
def export_programme(request: AgentRequest) -> HttpResponse:
    """The lines of a past year as CSV, after a reason; logged."""
    year = Period.year(timezone.localdate().year - 1)
    initial = {"du": date_short(year.first), "au": date_short(year.last)}
    form = ExportForm(posted(request), initial=initial)
    if form.is_valid():
        period = Period(form.cleaned_data["du"], form.cleaned_data["au"])
        header, rows = export(period)
        log_access(
            request, AccessAction.EXPORT, reason=form.cleaned_data["raison"], page="slime", rows=len(rows)
        )
        return csv_response(f"slime-{period.first}-{period.last}.csv", header, rows)
    return render(request, "housing/energy/export.html", {"form": form})
