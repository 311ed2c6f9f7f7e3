"""How much is not filled in, fact by fact, with the way to the files that lack it (H2, S9)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.lists.state import ListState
from households.completeness import ANY, TOTAL, Fact, count_missing, facts_for
from households.enums import AssignmentRole
from households.listing import HOUSEHOLDS
from households.listing.filters import MINE
from households.models import Assignment
from households.models.files import on_day

ASKED = ("commune", "referent")


@dataclass(frozen=True)
class Rate:
    """`url` is the list of the files that lack it."""

    label: str
    missing: int
    total: int
    url: str

    @property
    def percent(self) -> float:
        return 100 * self.missing / self.total if self.total else 0


@requires("statistics.direction", "situation.edit")
@require_safe
def completeness(request: AgentRequest) -> HttpResponse:
    """Rates over all open files for the direction, over one's own for a social worker."""
    steers = request.user.has_perm("statistics.direction")
    data = QueryDict(mutable=True)
    for code in ASKED:
        data[code] = request.GET.get(code, "") if steers else MINE if code == "referent" else ""
    state = ListState(HOUSEHOLDS, request.user, data)
    facts = facts_for(request.user)
    counts = count_missing(state.rows, facts, state.ask.today)
    groups: dict[str, list[Rate]] = {}
    for fact in facts:
        groups.setdefault(fact.group, []).append(_rate(fact, counts, state))
    log_access(request, AccessAction.VIEW, page="completude")
    context = {
        "groups": groups,
        "total": counts[TOTAL],
        "fields": [state.form[code] for code in ASKED] if steers else [],
        "agents": _agents(state) if steers else [],
        "filtered": bool(state.values),
    }
    return render(request, "households/completeness_rates.html", context)


def _rate(fact: Fact, counts: dict[str, int], state: ListState) -> Rate:
    url = reverse("households:list") + state.url(manque=fact.code)
    return Rate(fact.label, counts[fact.code], counts[TOTAL], url)


def _agents(state: ListState) -> list[Rate]:
    """Each référent's open files, and how many of them lack something; the most incomplete first."""
    lacking = state.rows.filter(ANY.missing(state.ask.today)).values("pk")
    mains = Assignment.objects.filter(
        on_day(timezone.localdate()), role=AssignmentRole.MAIN, household__in=state.rows.values("pk")
    )
    groups: Any = mains.order_by().values("agent", "agent__first_name", "agent__last_name")
    rows = groups.annotate(total=Count("pk"), missing=Count("pk", filter=Q(household__in=lacking)))
    rates = [
        Rate(
            f"{row['agent__first_name']} {row['agent__last_name']}",
            row["missing"],
            row["total"],
            reverse("households:list") + state.url(referent=str(row["agent"]), manque=ANY.code),
        )
        for row in rows
    ]
    return sorted(rates, key=lambda rate: (-rate.percent, rate.label))
