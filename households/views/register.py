"""The register of beneficiaries on the screen: filtered by address, searched by POST so that no name stands in it."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.http import posted
from cias.lists.definition import Ask
from cias.lists.page import list_page
from cias.lists.state import ListState
from households.register.listing import REGISTER, period_of
from households.search import search

LONGEST = 100
MOST_FOUND = 200


@requires("register.view")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: AgentRequest) -> HttpResponse:
    """One line a person, with what they received in the period."""
    data = posted(request)
    query = (data.get("q") or "").strip()[:LONGEST] if data is not None else ""
    found = None
    if query:
        found = [hit.person.pk for hit in search(query, request.user, limit=MOST_FOUND)]
    period = period_of(
        Ask(request.user, timezone.localdate(), ListState(REGISTER, request.user, request.GET).values)
    )
    return list_page(
        request, REGISTER, "households/register/list.html", among=found, query=query, period=period
    )
