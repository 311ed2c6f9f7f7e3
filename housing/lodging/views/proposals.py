"""From a free place to who could take it, and from a request to a free place."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.enums import Scope
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.deadlines import add_months
from cias.core.http import posted
from cias.core.states import ForbiddenTransition
from households.file import ask_reason, file_context, get_household, may_read_content
from housing.lodging import services
from housing.lodging.enums import RequestState
from housing.lodging.fit import obstacles, opening_of, openings
from housing.lodging.forms import refuse
from housing.lodging.forms.requests import ProposeForm
from housing.lodging.views.access import TAB, get_place, get_request
from housing.lodging.views.occupancy import places_with_facts
from housing.lodging.waiting import waiting_list
from housing.models import LodgingRequest, Proposal, ScoreRule

NEAR = 2  # months; what comes free later is folded away
AHEAD = 12  # months looked at for the next opening of a place


@requires("lodging.decide")
@require_safe
def candidates(request: AgentRequest, place_id: UUID) -> HttpResponse:
    """Who could be proposed this place: the waiting households it suits, in order, then the others and why not."""
    place, today = get_place(request, place_id), timezone.localdate()
    day = max(parse_date(request.GET.get("du", "")) or today, today)
    known = next(
        (
            one
            for one in places_with_facts(request.user, today, add_months(today, AHEAD))
            if one.pk == place.pk
        ),
        place,
    )
    rule = ScoreRule.objects.on(today)
    waiting = waiting_list(LodgingRequest.objects.for_user(request.user), rule, today)
    rows = [(one, obstacles(one.request, place)) for one in waiting]
    held = Proposal.objects.on_plan(request.user).filter(place=place).select_related("request__household")
    log_access(request, AccessAction.VIEW, place, requests=len(rows))
    context = {
        "place": place,
        "day": day,
        "opening": opening_of(known, day),
        "suited": [one for one, why in rows if not why],
        "others": [(one, why) for one, why in rows if why],
        "held": held.first(),
        "rule": rule,
        "with_content": request.user.scope("lodging.view") == Scope.ALL,
    }
    return render(request, "housing/lodging/candidates.html", context)


@requires("lodging.decide")
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: AgentRequest, lodging_request_id: UUID) -> HttpResponse:
    """Propose a place: those that suit are listed with the day they are free, one click fills the form in."""
    row, today = get_request(request, lodging_request_id), timezone.localdate()
    household = get_household(request, row.household_id)
    if not may_read_content(request.user, household, "lodging.view"):
        return ask_reason(request, household, TAB)
    if row.state != RequestState.WAITING:
        messages.error(
            request, f"Cette demande n’attend pas de place\u00a0: {row.get_state_display().lower()}."
        )
        return redirect("housing:lodging_request", row.pk)
    initial = {
        name: value
        for name, value in {
            "place": request.GET.get("place"),
            "available_on": parse_date(request.GET.get("du", "")),
        }.items()
        if value
    }
    form = ProposeForm(posted(request), request=row, user=request.user, initial=initial)
    if form.is_valid():
        try:
            services.propose(by=request.user, request=row, **form.cleaned_data)
        except (ForbiddenTransition, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, "La place est proposée\u00a0: imprimez la lettre, et notez la réponse.")
            return redirect("housing:lodging_request", row.pk)
    places = places_with_facts(request.user, today, add_months(today, AHEAD))
    free = [(one, obstacles(row, one.place)) for one in openings(places, today) if not _is_held(one.place)]
    near = add_months(today, NEAR)
    context = {
        "row": row,
        "form": form,
        "suited": [one for one, why in free if not why and one.first <= near],
        "later": [one for one, why in free if not why and one.first > near],
        "others": [(one, why) for one, why in free if why],
        "today": today,
    }
    return render(request, "housing/lodging/propose.html", file_context(request, household, TAB, **context))


def _is_held(place: object) -> bool:
    return bool(getattr(place, "held_proposals", ()))
