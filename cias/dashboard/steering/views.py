"""The page of the direction: one view."""

from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.dashboard.kept import NOW
from cias.dashboard.steering.agents import lines_of
from cias.dashboard.steering.spans import KINDS, Span
from cias.dashboard.steering.state import state_of

# Periods one may go back to, the current one included.
BACK = {"mois": 13, "trimestre": 9, "annee": 4}


@requires("statistics.direction")
@require_safe
def steering(request: AgentRequest) -> HttpResponse:
    """The state of the service today, then what happened in a period; each number leads to its list.

    Counted at most a quarter of an hour ago, the page says when; `maintenant` in the address counts again.
    """
    today = timezone.localdate()
    kind, _, back = request.GET.get("periode", "").partition("-")
    kind = kind if kind in KINDS else "mois"
    span = Span.of(kind, int(back) if back.isdecimal() and int(back) < BACK[kind] else 0, today)
    counted = state_of(request.user, span, today, now=NOW in request.GET)
    state, lines = counted.figures, lines_of(counted.figures.agents)
    log_access(request, AccessAction.VIEW, page="pilotage")
    chosen = f"{kind}-{back}" if back.isdecimal() else f"{kind}-0"
    context = {
        "today": today,
        "at": counted.at,
        "again": f"?{urlencode({'periode': chosen, NOW: 1})}",
        "months": state.months,
        "lines": lines,
        "sums": {
            name: sum(getattr(line, name).count for line in lines)
            for name in ("files", "dormant", "tasks", "late")
        },
        "late_groups": state.late,
        "late": sum(group.count for group in state.late),
        "watched": state.watched,
        "span": span,
        "periods": choices(today),
        "chosen": chosen,
        "indicators": state.indicators,
        "absences": state.absences,
        "shares": state.shares,
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
