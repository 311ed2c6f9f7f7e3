"""The board's dashboard: frozen figures only, over fixed periods and fixed groupings (S8, docs/adr/0006).

No query here reaches a household: everything comes from `abs_reports` figures that passed statistical secrecy.
"""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from abs_reports.compiling.history import step_of
from abs_reports.enums import ReportKind
from abs_reports.freezing import frozen_books
from abs_reports.models import CompilationRun, Report
from abs_reports.services import freeze_missing_dashboards
from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.french import plural
from cias.dashboard.board_page import TABLES, BoardPage
from cias.territory.models import Zone

REPORTS_SHOWN = 5


@requires("statistics.board")
@require_safe
def board(request: AgentRequest) -> HttpResponse:
    """Key figures, map, demands and trend of one frozen period, for the whole territory or one fixed zone."""
    told = list(Report.objects.board_for(request.user))
    periods = latest_of_each_year(told)
    dashboards = latest_of_each_year([one for one in told if one.kind == ReportKind.DASHBOARD])
    current = next((one for one in periods if key_of(one) == request.GET.get("periode")), None)
    current = current or next(iter(periods), None)
    zones = list(Zone.objects.active())
    zone = next((one for one in zones if one.code == request.GET.get("secteur")), None)
    context = {
        "page": _page(periods, dashboards, current, zone) if current else None,
        "periods": [(key_of(one), label_of(one)) for one in periods],
        "current": key_of(current) if current else "",
        "frozen": current,
        "step": step_of(current) if current else 0,
        "zones": zones,
        "zone": zone,
        "reports": Report.objects.analyses().current()[:REPORTS_SHOWN],
        "under_way": request.user.has_perm("abs.manage") and dashboards_under_way(),
    }
    return render(request, "dashboard/board.html", context)


def _page(
    periods: Sequence[Report], dashboards: Sequence[Report], current: Report, zone: Zone | None
) -> BoardPage:
    """The period, beside the years before; quarters are told by the dashboards only."""
    shown, quarterly = ([one for one in some if one.year <= current.year] for some in (periods, dashboards))
    books = frozen_books({*shown, *quarterly}, TABLES)
    return BoardPage.of(
        [(one, books[one.pk]) for one in shown],
        [(one, books[one.pk]) for one in reversed(quarterly)],
        zone,
    )


@requires("abs.manage")
@require_POST
def freeze_board(request: AgentRequest) -> HttpResponse:
    """Ask for the figures of the periods that are over and not frozen yet."""
    runs = freeze_missing_dashboards(by=request.user)
    if runs:
        messages.success(
            request, f"{plural(len(runs), 'période')} à calculer : les chiffres arrivent dans un instant."
        )
    else:
        messages.warning(request, "Toutes les périodes terminées sont déjà figées, ou en cours de calcul.")
    return redirect("dashboard:board")


def dashboards_under_way() -> bool:
    return CompilationRun.objects.active().filter(report__kind=ReportKind.DASHBOARD).exists()


def key_of(report: Report) -> str:
    return f"{report.last_day:%Y-%m}"


def label_of(report: Report) -> str:
    """ "2024", "2025, arrondis", "2026, 9 mois"."""
    if not report.is_whole_year:
        return f"{report.year}, {report.months} mois"
    return f"{report.year}, arrondis" if report.is_rounded else str(report.year)


def latest_of_each_year(reports: Sequence[Report]) -> list[Report]:
    """The newest year first. Shorter periods of a year are no longer offered once a longer one is frozen, nor rounded
    figures once the report of the year is published."""
    latest: dict[int, Report] = {}
    for report in sorted(reports, key=_completeness):
        latest[report.year] = report
    return [latest[year] for year in sorted(latest, reverse=True)]


def _completeness(report: Report) -> tuple[object, ...]:
    return report.last_day, not report.is_rounded, report.published_at
