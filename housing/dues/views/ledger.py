"""The lines of every account, for the accountant."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.lists.page import list_page
from housing.dues.listing import LEDGER


@requires("dues.view")
@require_safe
def entries(request: AgentRequest) -> HttpResponse:
    """The ledger; the export goes to the accountant, with its reason in the log."""
    return list_page(request, LEDGER, "housing/dues/ledger.html")
