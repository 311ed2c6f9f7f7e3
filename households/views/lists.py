"""The list of households, and the search box."""

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import posted
from households.enums import AssignmentRole
from households.forms.fields import OFF_TERRITORY
from households.forms.files import UNKNOWN_PLACE, FilterForm
from households.models import Assignment, Household
from households.models.files import HouseholdQuerySet, on_day
from households.rules import WITHOUT_REFERENT, without_referent
from households.search import communes_named, search

PER_PAGE = 25
SUGGESTIONS = 8
SHORTEST_SUGGESTION = 2
ORDERS = {
    "": ("sort_key", "number"),
    "recents": ("-opened_on", "-number"),
    "numero": ("number",),
    "commune": ("commune__sort_key", "sort_key", "number"),
}


@requires("identity.view")
@require_safe
def households(request: AgentRequest) -> HttpResponse:
    """All households the agent may know of, filtered, 25 a page."""
    form = FilterForm(request.GET)
    choices = form.cleaned_data if form.is_valid() else {}
    found = _filtered(Household.objects.for_user(request.user), choices)
    mains = Assignment.objects.filter(on_day(timezone.localdate()), role=AssignmentRole.MAIN)
    rows = (
        found.select_related("commune")
        .prefetch_related(Prefetch("assignments", mains.select_related("agent"), to_attr="mains"))
        .order_by(*ORDERS[choices.get("tri") or ""])
        .fetch_mode(models.FETCH_RAISE)
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, households=len(page.object_list))
    return render(request, "households/list.html", {"page": page, "form": form})


def _filtered(found: HouseholdQuerySet, choices: dict[str, Any]) -> HouseholdQuerySet:
    match choices.get("commune"):
        case None | "":
            pass
        case code if code == UNKNOWN_PLACE:
            found = found.filter(commune=None, off_territory=False)
        case code if code == OFF_TERRITORY:
            found = found.filter(off_territory=True)
        case code:
            found = found.filter(commune=code)
    if referent := choices.get("referent"):
        mine = Assignment.objects.filter(
            on_day(timezone.localdate()), role=AssignmentRole.MAIN, agent=referent
        )
        found = found.filter(pk__in=mine.values("household"))
    match choices.get("etat"):
        case "tous":
            return found
        case "clos":
            return found.filter(closed_on__isnull=False)
        case state if state == WITHOUT_REFERENT:
            return found.filter(pk__in=without_referent(timezone.localdate()))
    return found.active()


@requires("identity.view")
@require_http_methods(["GET", "HEAD", "POST"])
def search_page(request: AgentRequest) -> HttpResponse:
    """One box (H4). By POST, so that no name ever stands in an address; a fragment while one types."""
    data = posted(request)
    query = (data.get("q") or "").strip() if data is not None else ""
    live = bool(request.htmx)
    if live and len(query) < SHORTEST_SUGGESTION:
        return HttpResponse()
    hits = search(query, request.user, limit=SUGGESTIONS) if live else search(query, request.user)
    if data is not None:
        log_access(request, AccessAction.SEARCH, results=len(hits), live=live)
    context = {"query": query, "hits": hits, "communes": communes_named(query)}
    template = "households/search.html#suggestions" if live else "households/search.html"
    return render(request, template, context)
