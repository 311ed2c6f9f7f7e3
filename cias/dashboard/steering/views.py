"""The page of the direction: one view."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.dashboard.steering.activity import absences, indicators
from cias.dashboard.steering.agents import agent_lines
from cias.dashboard.steering.completeness import shares
from cias.dashboard.steering.deadlines import groups_of
from cias.dashboard.steering.spans import KINDS, Span
from households.caseload import caseload
from households.contacts import dormant_months

# Periods one may go back to, the current one included.
BACK = {"mois": 13, "trimestre": 9, "annee": 4}


@requires("statistics.direction")
@require_safe
def steering(request: AgentRequest) -> HttpResponse:
    """The state of the service today, then what happened in a period; each number leads to its list."""
    today, months = timezone.localdate(), dormant_months()
    kind, _, back = request.GET.get("periode", "").partition("-")
    kind = kind if kind in KINDS else "mois"
    span = Span.of(kind, int(back) if back.isdecimal() and int(back) < BACK[kind] else 0, today)
    files = caseload(request.user, today, months)
    late, watched = groups_of(request.user, today, months, files)
    lines = agent_lines(request.user, today, months, files)
    log_access(request, AccessAction.VIEW, page="pilotage")
    context = {
        "today": today,
        "months": months,
        "lines": lines,
        "sums": {
            name: sum(getattr(line, name).count for line in lines)
            for name in ("files", "dormant", "tasks", "late")
        },
        "late_groups": late,
        "late": sum(group.count for group in late),
        "watched": watched,
        "span": span,
        "periods": choices(today),
        "chosen": f"{kind}-{back}" if back.isdecimal() else f"{kind}-0",
        "indicators": indicators(request.user, span),
        "absences": absences(request.user, span),
        "shares": shares(request.user),
    }
    return render(request, "dashboard/steering.html", context)


def choices(today: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """The periods offered, by kind: (its name, [(what stands in the address, "octobre 2026")])."""
    return [
        (
            label,
            [(f"{kind}-{back}", _label(Span.of(kind, back, today), back)) for back in range(BACK[kind])],
        )
        for kind, (label, _months) in KINDS.items()
    ]


def _label(span: Span, back: int) -> str:
    return span.period.label if back else f"{span.whole.label}, jusqu’à aujourd’hui"
