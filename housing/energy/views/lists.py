"""Everybody in the programme, by what they wait for: states and dates; the content is one page further."""

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from housing.energy.forms import WAITS, ListForm
from housing.energy.lists import conditions, with_facts
from housing.models import EnergyFile

PAGE = 25


@requires("energy.overview")
@require_safe
def overview(request: AgentRequest) -> HttpResponse:
    today = timezone.localdate()
    form = ListForm(request.GET)
    choice = form.cleaned_data if form.is_valid() else {}
    rows = _chosen(EnergyFile.objects.for_user(request.user), choice, request)
    found = conditions(today)
    sizes = _sizes(rows, found)
    code = choice.get("attente") or ""
    listed = with_facts(rows.filter(found[code])).order_by("-priority", "reported_on", "number")
    page = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, energy_files=len(page.object_list))
    context = {
        "page": page,
        "form": form,
        "code": code,
        "waits": [(name, label, sizes[name]) for name, label in WAITS],
        "filtered": any(choice.get(name) for name in ("etat", "motif", "commune", "agent")),
        "today": today,
    }
    return render(request, "housing/energy/list.html", context)


def _chosen(rows: QuerySet[Any], choice: dict[str, Any], request: AgentRequest) -> QuerySet[Any]:
    if choice.get("etat"):
        rows = rows.filter(state=choice["etat"])
    if choice.get("motif"):
        rows = rows.filter(grounds__contains=[choice["motif"]])
    if commune := choice.get("commune"):
        # A hidden address answers no question about places (C3).
        rows = rows.filter(household__commune=commune, household__address_hidden=False)
    if choice.get("agent"):
        rows = rows.filter(agent=request.user)
    return rows


def _sizes(rows: QuerySet[Any], found: Mapping[str, Q]) -> dict[str, int]:
    """How many files each filter holds, in one query."""
    counts = rows.aggregate(
        **{f"n{rank}": Count("pk", filter=condition) for rank, condition in enumerate(found.values())}
    )
    return {code: counts[f"n{rank}"] for rank, code in enumerate(found)}
