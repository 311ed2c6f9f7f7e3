"""The list of likely duplicates among known persons (H5)."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from households import services
from households.models import Person
from households.search import homes_of, likely_pairs

PER_PAGE = 20


@requires("files.merge")
@require_safe
def pairs(request: AgentRequest) -> HttpResponse:
    """Pairs of persons that may be one, the likeliest first."""
    page = Paginator(likely_pairs(request.user), PER_PAGE).get_page(request.GET.get("page"))
    persons = [person for pair in page.object_list for person in (pair.one, pair.other)]
    homes = homes_of(persons, request.user)
    rows = [
        (pair, [(person, homes.get(person.pk)) for person in (pair.one, pair.other)])
        for pair in page.object_list
    ]
    log_access(request, AccessAction.VIEW, pairs=len(rows))
    return render(request, "households/pairs.html", {"page": page, "rows": rows})


@requires("files.merge")
@require_POST
def pair_distinct(request: AgentRequest, person_id: UUID, other_id: UUID) -> HttpResponse:
    """They are two: the pair does not come back."""
    known = Person.objects.for_user(request.user)
    person, other = (get_object_or_404(known, pk=key) for key in (person_id, other_id))
    services.tell_apart(by=request.user, person=person, other=other)
    messages.success(
        request, f"{person.full_name} et {other.full_name}\u00a0: deux personnes, la paire ne reviendra pas."
    )
    return redirect("households:pairs")
