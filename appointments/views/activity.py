"""The direction's page on the activity of the agendas."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from appointments.activity import Activity, activity_of
from appointments.forms.activity import PeriodForm, usual_periods
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.export import csv_response
from cias.core.french import date_short

HEADER = ("Tableau", "Ligne", "Colonne", "Valeur")


@requires("statistics.direction")
@require_safe
def activity(request: AgentRequest) -> HttpResponse:
    """?du=…&au=… (this month by default); &format=csv downloads the same figures."""
    usual = usual_periods(timezone.localdate())
    first = usual[0][1]
    asked = request.GET if "du" in request.GET or "au" in request.GET else None
    form = PeriodForm(asked, initial={"du": date_short(first.first), "au": date_short(first.last)})
    context: dict[str, Any] = {"form": form, "period": None, "activity": None}
    if asked is None or form.is_valid():
        period = first if asked is None else form.period
        found = activity_of(period)
        if request.GET.get("format") == "csv":
            log_access(request, AccessAction.EXPORT, page="activite")
            return csv_response(f"activite-{period.first}-{period.last}.csv", HEADER, _lines(found))
        context |= {"period": period, "activity": found}
    context["usual"] = [(label, date_short(one.first), date_short(one.last), one) for label, one in usual]
    return render(request, "appointments/activity.html", context)


def _lines(found: Activity) -> Iterator[tuple[str, str, str, int | str]]:
    for figure in found.figures:
        yield "Chiffres clés", figure.label, figure.unit, figure.value
    for table in found.tables:
        for label, values in [*table.rows, ("Ensemble", table.total)]:
            for column, value in zip(table.columns, values, strict=True):
                yield table.title, label, column, value
