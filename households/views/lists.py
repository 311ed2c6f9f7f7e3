"""The list of households, and the search box."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import posted
from cias.lists.page import list_page
from households.listing import HOUSEHOLDS
from households.search import communes_named, search

SUGGESTIONS = 8
SHORTEST_SUGGESTION = 2


@requires("identity.view")
@require_safe
def households(request: AgentRequest) -> HttpResponse:
    """All households the agent may know of, as they ask for them."""
    return list_page(request, HOUSEHOLDS, "households/list.html")


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
